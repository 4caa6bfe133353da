"""Mail what is queued. A mail is marked as sent only after the mail server took it."""

from __future__ import annotations

import logging
import smtplib
from typing import TYPE_CHECKING, TypeVar

from flask import current_app

from matchmaker import mailer
from matchmaker.extensions import db
from matchmaker.jobs.mail_text import compose
from matchmaker.models.engine import begin_writing
from matchmaker.services import mail_contents, outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from email.message import EmailMessage

    from config import Config
    from matchmaker.services.outbox import TakenMail

log = logging.getLogger("matchmaker.mail")
BATCH = 20
FOR_GOOD = 500
Done = TypeVar("Done")
OF_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError)


def run(now: datetime) -> int:
    """Put due notices into mails, send up to one batch, and return how much was done.

    A mail that the server refuses holds nobody else's up; one that it will never take is given up. While the server
    itself is away everything waits.
    """
    is_any_due = outbox.is_any_due(db.session, now=now)
    db.session.rollback()
    if not is_any_due:
        return 0
    done = _write(lambda: outbox.collect(db.session, now=now))
    for _ in range(BATCH):
        mail = _write(lambda: outbox.take(db.session, now=now))
        if mail is None:
            break
        try:
            done += _send(mail, now)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail server away", extra={"mail": str(mail.id), "kind": type(error).__name__})
            _fail(mail, error, is_final=False, now=now)
            _write(lambda: outbox.hold(db.session, now=now))
            break
    return done


def _send(mail: TakenMail, now: datetime) -> int:
    """Send one mail and return 1 when it is out; raise when the server itself can't be talked to."""
    try:
        message = _message(mail, now)
    except Exception as error:
        # One mail that can't be written, whatever the reason, must not keep the others from leaving.
        log.exception("mail not written", extra={"mail": str(mail.id)})
        db.session.rollback()
        _fail(mail, error, is_final=False, now=now)
        return 0
    if message is None:
        _write(lambda: outbox.drop(db.session, mail_id=mail.id))
        return 0
    try:
        _deliver(message)
    except OF_ONE_MAIL as error:
        log.warning("mail refused", extra={"mail": str(mail.id), "kind": type(error).__name__})
        _fail(mail, error, is_final=_is_for_good(error), now=now)
        return 0
    _write(lambda: outbox.sent(db.session, mail_id=mail.id, now=now))
    return 1


def _message(mail: TakenMail, now: datetime) -> EmailMessage | None:
    contents = mail_contents.contents(db.session, mail_id=mail.id, now=now)
    db.session.rollback()
    return None if contents is None else compose(contents, config=_config(), now=now)


def _deliver(message: EmailMessage) -> None:
    config = _config()
    mailer.send(message, mail_url=config.mail_url, folder=config.instance / "mail")


def _is_for_good(error: smtplib.SMTPException) -> bool:
    """Whether the server will never take this mail (RFC 5321, 4.2.1: replies from 500 are permanent)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= FOR_GOOD for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= FOR_GOOD
    return isinstance(error, smtplib.SMTPNotSupportedError)


def _said(error: Exception) -> str:
    """What the server answered, for the organizer; the address itself stands beside it already."""
    answers: list[tuple[int, bytes | str]] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        answers = [(error.smtp_code, error.smtp_error)]
    words = [f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}" for code, text in answers]
    return "; ".join(words) or type(error).__name__


def _fail(mail: TakenMail, error: Exception, *, is_final: bool, now: datetime) -> None:
    said = _said(error)
    _write(lambda: outbox.failed(db.session, mail=mail, failure=said, is_final=is_final, now=now))


def _write(act: Callable[[], Done]) -> Done:
    """Do one short writing transaction; on SQLite nobody else writes meanwhile."""
    begin_writing(db.session)
    result = act()
    db.session.commit()
    return result


def _config() -> Config:
    config: Config = current_app.extensions["matchmaker"]
    return config
