"""Take an erased person out of what others wrote and out of files, and tell them that it is done."""

from __future__ import annotations

import uuid
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from flask import current_app

from matchmaker import clock
from matchmaker.domain.privacy.redaction import Traces
from matchmaker.extensions import db
from matchmaker.jobs import own_mail
from matchmaker.models.engine import begin_writing
from matchmaker.services import files, jobs, made_files, match_standing, sweeping
from matchmaker.services.sweeping import Around

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from config import Config

NEXT = "drop_old_pages"


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> None:
    """Sweep the database, send the last mail, and forget kept mail that names the person.

    All of it can be done twice. A mail server that is away makes the job fail, and so be tried again later; the sweep
    itself is done by then. Mail kept as files goes last, with the one sent here.
    """
    renew()
    traces = Traces.of(**facts["traces"])
    account_id = uuid.UUID(facts["account_id"]) if facts["account_id"] else None
    around = Around(account_id, [uuid.UUID(key) for key in facts["companies"]])
    begin_writing(db.session)
    made_files.forget_begun(db.session)  # Also one that was being made from what was there before the erasure.
    sweeping.sweep(db.session, traces=traces, around=around)
    jobs.enqueue(db.session, kind=NEXT, once=f"{NEXT} {uuid.uuid4()}", now=clock.now())
    db.session.commit()
    config: Config = current_app.extensions["matchmaker"]
    folder = config.instance / "mail"
    files.unlink(config.instance / "files", facts["places"])
    match_standing.forget(config.instance)
    try:
        if facts["email"] and facts["tell"]:
            own_mail.send(
                "person_erased",
                to=facts["email"],
                locale=facts["locale"],
                key=facts["receipt"],
                link="/",
                name=facts["name"],
            )
    finally:
        forget_mail(folder, traces)


def forget_mail(folder: Path, traces: Traces) -> int:
    """Delete the files of mail, kept where there is no mail server, that name a person; return how many."""
    gone = 0
    for path in folder.glob("*.eml"):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        parts = [str(value) for value in message.values()]
        parts += [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
        if any(traces.are_in(part) for part in parts):
            path.unlink(missing_ok=True)
            gone += 1
    return gone
