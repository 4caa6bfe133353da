"""Let several act at the same moment, each in a session of its own."""

from __future__ import annotations

import os
import threading

from sqlalchemy import text

from matchmaker.domain.errors import DomainError
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing

# So many act at once; a lost race is as likely to be found as the clock allows.
USERS = 10
# The suite races a few times; whoever wants to be surer sets more.
ROUNDS = int(os.environ.get("MATCHMAKER_RACE_ROUNDS", "3"))


def at_once(app, acts):
    """Run each act in a thread with its own writing session; return each one's refusal by name, or None."""
    start, results = threading.Barrier(len(acts)), {}

    def run(name, act_in):
        with app.app_context(), db.sessionmaker() as own:
            start.wait()
            begin_writing(own)
            try:
                act_in(own)
                own.commit()
            except DomainError as error:
                own.rollback()
                results[name] = error
            else:
                results[name] = None

    threads = [threading.Thread(target=run, args=one) for one in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(results) == set(acts), "one of them failed otherwise than by a refusal"
    return results


def overlapping(app, first, second):
    """Let the second begin once the first has written; the first commits when the second waits for it, or is done.

    Return the refusal of each, or None. For PostgreSQL alone: on SQLite the second does not begin before that.
    """
    written, ended = threading.Event(), threading.Event()

    def lead(own):
        try:
            first(own)
            own.flush()
        finally:
            written.set()
        while not ended.is_set() and not is_anyone_waiting(db.engine):
            pass

    def follow(own):
        written.wait()
        try:
            second(own)
            own.commit()
        finally:
            ended.set()

    return at_once(app, {"first": lead, "second": follow})


def is_anyone_waiting(engine):
    """Whether a connection to this database waits for a lock that another one holds."""
    wanted = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' LIMIT 1"
    with engine.connect() as connection:
        return connection.execute(text(wanted)).first() is not None


def posted_at_once(windows, *, address, **fields):
    """Send a form from several windows at the same moment; return the answers in the order of the windows.

    A field may be a list, with a value for each window, and the address as well.
    """
    start, answers = threading.Barrier(len(windows)), [None] * len(windows)
    tokens = [one.token() for one in windows]

    def post(number):
        own = {name: of_window(value, number) for name, value in fields.items()}
        start.wait()
        data = {"csrf_token": tokens[number], **own}
        answers[number] = windows[number].post(of_window(address, number), data=data)

    threads = [threading.Thread(target=post, args=(number,)) for number in range(len(windows))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def of_window(value, number):
    return value[number] if isinstance(value, list) else value


class Together:
    """Lets several reach a point together, each with nothing but what it has read before.

    On SQLite the second writer waits for the first one, so whoever gets here gives its transaction up and begins a
    new one once everybody has read: as if all had looked before any of them wrote.
    """

    def __init__(self, count):
        self._barrier = threading.Barrier(count)

    def meet(self, session):
        session.rollback()
        self._barrier.wait(timeout=30)
        begin_writing(session)
