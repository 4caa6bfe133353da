"""Mail what is queued. A notice is marked as sent only after the mail server took it."""

from __future__ import annotations

import logging
import smtplib
import uuid
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app, render_template
from flask_babel import force_locale

from matchmaker import mailer
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import invitations, notices
from matchmaker.signed_links import signed

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from config import Config
    from matchmaker.services.notices import UnsentMail

log = logging.getLogger("matchmaker.mail")
BATCH = 20
OF_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError)
FOR_GOOD = 500
LINKS = {
    "sign_in_link": ("sign_in", "/sign-in/link"),
    "password_reset": ("reset", "/password/reset"),
    "team_invited": (invitations.PURPOSE, "/invitations"),
    "follow_up_asked": ("follow_up", "/follow-up"),
    "follow_up_reminded": ("follow_up", "/follow-up"),
}


def run(now: datetime) -> int:
    """Send up to one batch and return how many went out. A server that is away is tried again later.

    A mail that the server refuses holds nobody else's up; one to an address it will never take is given up.
    """
    waiting = notices.unsent(db.session, count=BATCH)
    db.session.rollback()
    sent = 0
    for mail in waiting:
        try:
            _deliver(mail)
        except OF_ONE_MAIL as error:
            log.warning("mail refused", extra={"notice": str(mail.notice_id), "kind": type(error).__name__})
            if _is_for_good(error):
                _mark(mail.notice_id, now)
            continue
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail not taken", extra={"notice": str(mail.notice_id), "kind": type(error).__name__})
            break
        _mark(mail.notice_id, now)
        sent += 1
    return sent


def _is_for_good(error: smtplib.SMTPException) -> bool:
    """Whether the server will never take mail for this address (RFC 5321, 4.2.1: replies from 500 are permanent)."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(code >= FOR_GOOD for code, _ in error.recipients.values())


def _mark(notice_id: uuid.UUID, now: datetime) -> None:
    begin_writing(db.session)
    notices.mark_sent(db.session, notice_id=notice_id, now=now)
    db.session.commit()


def _deliver(mail: UnsentMail) -> None:
    config: Config = current_app.extensions["matchmaker"]
    folder: Path = config.instance / "mail"
    mailer.send(compose(mail, config=config), mail_url=config.mail_url, folder=folder)


def compose(mail: UnsentMail, *, config: Config) -> EmailMessage:
    """Return the message of a notice in its receiver's language, plain text first.

    Links carry the configured address; a Message-ID made from the notice lets a mail that was sent
    twice after a crash be recognised as one.
    """
    facts: dict[str, Any] = {
        **mail.facts,
        "name": mail.name,
        "brand": config.brand,
        "public_url": config.public_url,
        "link": _link(mail, config),
    }
    with force_locale(mail.locale):
        subject = render_template(f"email/{mail.kind}/subject.txt", **facts)
        text = render_template(f"email/{mail.kind}/body.txt", **facts)
        html = render_template(f"email/{mail.kind}/body.html", **facts)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(subject.split())
    message["From"] = config.mail_from
    message["To"] = mail.email
    message["Message-ID"] = f"<{mail.notice_id}@{urlsplit(config.public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


def _link(mail: UnsentMail, config: Config) -> str:
    """The address a mail's one button opens."""
    path = mail.facts.get("path", "/")
    if mail.kind in LINKS:
        purpose, page = LINKS[mail.kind]
        token = signed(secret=config.secret_key, purpose=purpose, subject=uuid.UUID(mail.facts["link_id"]))
        path = f"{page}/{token}"
    return f"{config.public_url}{path}"
