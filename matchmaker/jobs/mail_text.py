"""Write a mail: its receiver's language, plain text first, links to the configured address, calendar files."""

from __future__ import annotations

import uuid
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import render_template
from flask_babel import force_locale

from matchmaker.calendar_files import invitation, published
from matchmaker.domain.calendars import Party
from matchmaker.domain.notices.kinds import DIGEST
from matchmaker.mailer import MAIL
from matchmaker.services import invitations
from matchmaker.signed_links import signed, signed_parts

if TYPE_CHECKING:
    from datetime import datetime

    from config import Config
    from matchmaker.services.mail_contents import MailContents, MailItem

# A request without a time to answer within is answered by its link for this long.
ANSWER_LIFE = timedelta(days=14)
# Kinds whose button opens a signed link, by its purpose and page.
LINKS = {
    "sign_in_link": ("sign_in", "/sign-in/link"),
    "password_reset": ("reset", "/password/reset"),
    "team_invited": (invitations.PURPOSE, "/invitations"),
    "follow_up_asked": ("follow_up", "/follow-up"),
    "follow_up_reminded": ("follow_up", "/follow-up"),
}


def compose(mail: MailContents, *, config: Config, now: datetime) -> EmailMessage:
    """Return a mail as a finished message.

    A Message-ID made from the mail's own key lets one that was sent twice after a crash be recognised as one. What a
    reader may do without names the way to stop it, for people and for mail programs (RFC 8058).
    """
    message = EmailMessage(policy=MAIL)
    with force_locale(mail.locale):
        facts = _facts(mail, config=config, now=now)
        message["Subject"] = _subject(mail, facts)
        message["From"] = Address(config.brand, addr_spec=config.mail_address)
        message["To"] = mail.email
        message["Message-ID"] = f"<{mail.id}@{urlsplit(config.public_url).hostname}>"
        message["Auto-Submitted"] = "auto-generated"
        if facts["stop_url"]:
            message["List-Unsubscribe"] = f"<{facts['stop_url']}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        text = render_template(f"email/{mail.kind}/body.txt", **facts).rstrip()
        message.set_content(text + "\n\n" + render_template("email/footer.txt", **facts).strip() + "\n")
        message.add_alternative(render_template(f"email/{mail.kind}/body.html", **facts), subtype="html")
        _attach_calendars(message, mail, now=now)
    return message


def _subject(mail: MailContents, facts: dict[str, Any]) -> str:
    subject = " ".join(render_template(f"email/{mail.kind}/subject.txt", **facts).split())
    # The law asks for the label at the very start (Decree 91/2020, article 15).
    label = {"vi": "[QC] ", "en": "[AD] "}.get(mail.locale, "[AD] ") if mail.is_advertising else ""
    return label + subject


def _facts(mail: MailContents, *, config: Config, now: datetime) -> dict[str, Any]:
    frame = {
        "name": mail.name,
        "brand": config.brand,
        "public_url": config.public_url,
        "fair": mail.fair_vi if mail.locale == "vi" else mail.fair_en,
        "sender": config.mail_address,
        "is_advertising": mail.is_advertising,
        "stop_url": _stop_url(mail, config=config),
        "choices_url": f"{config.public_url}/notices/choices",
    }
    entries = [
        {
            **item.facts,
            **frame,
            "kind": item.kind,
            "meeting": item.meeting,
            "agenda": item.meetings,
            "quote": item.quote,
            "locale": mail.locale,
            "link": _link(item, mail, config=config, now=now),
        }
        for item in mail.items
    ]
    if mail.kind != DIGEST:
        return entries[0]
    listed = [{"line": _line(entry), **entry} for entry in entries]
    return {**frame, "entries": listed, "link": f"{config.public_url}/notices"}


def _line(entry: dict[str, Any]) -> str:
    """What one notice of a digest says, which is the subject it would have had alone."""
    return " ".join(render_template(f"email/{entry['kind']}/subject.txt", **entry).split())


def _link(item: MailItem, mail: MailContents, *, config: Config, now: datetime) -> str:
    """The address a notice's button opens."""
    path = str(item.facts.get("path", "/"))
    if item.kind in LINKS:
        purpose, page = LINKS[item.kind]
        token = signed(secret=config.secret_key, purpose=purpose, subject=uuid.UUID(item.facts["link_id"]))
        path = f"{page}/{token}"
    elif item.kind == "meeting_requested" and item.meeting is not None:
        until = item.meeting.expires_at or now + ANSWER_LIFE
        parts = [mail.account_id.hex, item.meeting.id.hex, str(int(until.timestamp()))]
        token = signed_parts(secret=config.secret_key, purpose="answer", parts=parts)
        path = f"/answer/{token}?lang={mail.locale}"
    return f"{config.public_url}{path}"


def _stop_url(mail: MailContents, *, config: Config) -> str:
    """Where the reader stops mail of these kinds without signing in; nothing for what nobody can do without."""
    if not mail.kinds:
        return ""
    parts = [mail.account_id.hex, " ".join(mail.kinds)]
    return f"{config.public_url}/unsubscribe/{signed_parts(secret=config.secret_key, purpose='stop', parts=parts)}"


def _attach_calendars(message: EmailMessage, mail: MailContents, *, now: datetime) -> None:
    """Add a file for each meeting that a mail gives a time to, or calls off, and one file for a whole agenda."""
    reader = Party(mail.email, mail.name)
    timed = {
        item.meeting.id: item.meeting
        for item in mail.items
        if item.kind.startswith("meeting_") and item.meeting is not None and item.meeting.has_time
    }
    for meeting in timed.values():
        method, file = invitation(meeting, to=reader, now=now)
        _attach(message, file, name=f"meeting-{str(meeting.id)[:8]}.ics", method=method)
    for item in mail.items:
        if item.kind == "schedule_published" and item.meetings:
            _attach(message, published(item.meetings, now=now), name="agenda.ics", method="PUBLISH")


def _attach(message: EmailMessage, file: bytes, *, name: str, method: str) -> None:
    message.add_attachment(
        file.decode(), subtype="calendar", filename=name, params={"method": str(method)}, charset="utf-8"
    )
