"""The demo's mailbox: every mail exactly as it would have been sent. Production has no such page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import abort, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _

from matchmaker import clock, mailer
from matchmaker.extensions import db
from matchmaker.services import outbox
from matchmaker.web.access import anyone
from matchmaker.web.headers import sandboxed
from matchmaker.web.hosts import LOOPBACK
from matchmaker.web.notices.routes import blueprint

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from flask.typing import ResponseReturnValue

NOT_FOUND = 404
NEWEST = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail of the demo."""

    name: str
    to: str
    subject: str
    date: str


@blueprint.get("/mailbox")
@anyone
def mailbox() -> ResponseReturnValue:
    """List the demo's mails, the newest first."""
    found = [
        Kept(name, str(mail["To"]), str(mail["Subject"]), str(mail["Message-ID"]))
        for name, mail in mailer.kept(_folder(), count=NEWEST)
    ]
    return render_template("mailbox/list.html", mails=found)


@blueprint.post("/mailbox/now")
@anyone
def send_now() -> ResponseReturnValue:
    """Send what is collected or waits for the morning; a demo has no time."""
    _folder()
    outbox.hurry(db.session, now=clock.now())
    flash(_("What waited is being sent. Look again in a moment."), "done")
    return redirect(url_for("notices.mailbox"))


@blueprint.get("/mailbox/<name>")
@anyone
def mailed(name: str) -> ResponseReturnValue:
    """Show one mail: its headers, its text, its files."""
    mail = _mail(name)
    text = mail.get_body(("plain",))
    files = [(str(part.get_filename()), _content(part)) for part in mail.iter_attachments()]
    headers = [(key, str(value)) for key, value in mail.items()]
    return render_template(
        "mailbox/mail.html",
        name=name,
        subject=str(mail["Subject"]),
        headers=headers,
        text="" if text is None else _content(text),
        files=files,
    )


@blueprint.get("/mailbox/<name>/html")
@anyone
def mailed_html(name: str) -> ResponseReturnValue:
    """Show the HTML of a mail as a mail program would, without any right in the browser."""
    html = _mail(name).get_body(("html",))
    if html is None:
        abort(NOT_FOUND)
    sandboxed()
    answer = make_response(_content(html))
    answer.headers["Content-Type"] = "text/html; charset=utf-8"
    return answer


def _content(part: Any) -> str:
    content = part.get_content()
    return content if isinstance(content, str) else content.decode(errors="replace")


def _mail(name: str) -> EmailMessage:
    mail = mailer.kept_one(_folder(), name)
    if mail is None:
        abort(NOT_FOUND)
    return mail


def _folder() -> Path:
    """The folder of kept mails; 404 anywhere but in a demo on one's own machine.

    Sign-in links lie in it, so whoever reads it can be anyone.
    """
    config = current_app.extensions["matchmaker"]
    if config.profile != "demo" or urlsplit(config.public_url).hostname not in LOOPBACK:
        abort(NOT_FOUND)
    folder: Path = config.instance / "mail"
    return folder
