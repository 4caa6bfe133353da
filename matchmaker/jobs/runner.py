"""The loop of the jobs process."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from flask import current_app

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.jobs import (
    advance_phases,
    ask_follow_ups,
    drop_old_pages,
    end_registrations,
    expire_requests,
    import_companies,
    keep_figures,
    keep_periods,
    keep_reports,
    mail_claims,
    make_data_copy,
    make_file,
    nudge,
    offer_times,
    purge_files,
    refresh_matches,
    rematch_company,
    rescue_meetings,
    send_links,
    send_notices,
    settle_meetings,
    solve_schedule,
    sweep_traces,
    tend_database,
    try_weights,
)
from matchmaker.models.engine import UNAVAILABLE, begin_writing
from matchmaker.services import jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime

    from flask import Flask

log = logging.getLogger("matchmaker.jobs")


HANDLERS: dict[str, Callable[..., Iterator[None] | None]] = {
    "offer_times": offer_times.run,
    "import_companies": import_companies.run,
    "refresh_matches": refresh_matches.run,
    "rematch_company": rematch_company.run,
    "send_link": send_links.run,
    "solve_schedule": solve_schedule.run,
    "try_weights": try_weights.run,
    "mail_address_claim": mail_claims.run,
    "make_data_copy": make_data_copy.run,
    "make_file": make_file.run,
    "sweep_traces": sweep_traces.run,
    "drop_old_pages": drop_old_pages.run,
}
TIMERS: tuple[Callable[[datetime], int], ...] = (
    send_notices.run,
    advance_phases.run,
    expire_requests.run,
    settle_meetings.run,
    ask_follow_ups.run,
    keep_reports.run,
    keep_figures.run,
    nudge.run,
    end_registrations.run,
    keep_periods.run,
    purge_files.run,
    offer_times.expire,
    rescue_meetings.run,
    tend_database.run,
)
# What is done in steps, for minutes; mail and other jobs pass in between.
IN_STEPS = frozenset({"make_file"})
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 3.0


def work(app: Flask, *, until_idle: bool = False) -> None:
    """Do due jobs and timers until the process is stopped, or until nothing is left to do.

    A database that is away is waited for. With ``until_idle`` its error is raised, for whoever started this waits too.
    """
    pause = SHORTEST_PAUSE
    while True:
        with app.app_context():
            try:
                done = _timers() + _next_job()
            except UNAVAILABLE as error:
                if until_idle:
                    raise
                log.warning("database unavailable", extra={"kind": type(error).__name__})
                done = 0
        if done:
            pause = SHORTEST_PAUSE
        elif until_idle:
            return
        else:
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def _timers() -> int:
    done = 0
    for timer in TIMERS:
        try:
            done += timer(clock.now())
        except Exception:
            db.session.rollback()
            log.exception("timer failed", extra={"timer": timer.__module__})
    return done


def _next_job(besides: Collection[str] = ()) -> int:
    begin_writing(db.session)
    taken = jobs.take(db.session, now=clock.now(), besides=besides)
    db.session.commit()
    for job in taken:
        _do(job)
    return len(taken)


def _do(job: jobs.TakenJob) -> None:
    def renew() -> None:
        with db.sessionmaker() as own:
            begin_writing(own)
            jobs.renew(own, job_id=job.id, now=clock.now())
            own.commit()

    try:
        steps = HANDLERS[job.kind](facts=job.facts, renew=renew)
        for _ in steps or ():
            renew()
            _let_pass()
    except Exception as error:
        db.session.rollback()
        log.exception("job failed", extra={"job": str(job.id), "kind": job.kind})
        begin_writing(db.session)
        jobs.fail(db.session, job_id=job.id, attempts=job.attempts, reason=type(error).__name__, now=clock.now())
    else:
        begin_writing(db.session)
        jobs.finish(db.session, job_id=job.id, now=clock.now())
    db.session.commit()


def _let_pass() -> None:
    """Do what is due between two steps of a long job, with a session of its own."""
    with current_app.app_context():
        _timers()
        _next_job(besides=IN_STEPS)
