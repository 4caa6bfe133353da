"""Mail to an address rather than to an account: for who has none, or none any more."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app, render_template
from flask_babel import force_locale

from matchmaker import mailer
from matchmaker.mailer import MAIL

if TYPE_CHECKING:
    from config import Config


def send(kind: str, *, to: str, locale: str, key: str, link: str, **facts: Any) -> None:
    """Write one mail in its receiver's language and send it. Raises as mailer.send does.

    ``key`` names the event, so that a second copy is known as one.
    """
    config: Config = current_app.extensions["matchmaker"]
    message = compose(kind, to=to, locale=locale, key=key, link=link, config=config, **facts)
    mailer.send(message, mail_url=config.mail_url, folder=config.instance / "mail")


def compose(kind: str, *, to: str, locale: str, key: str, link: str, config: Config, **facts: Any) -> EmailMessage:
    """Return the message; its templates are those of its kind."""
    with force_locale(locale):
        words = {"brand": config.brand, "lang": locale, "link": f"{config.public_url}{link}", **facts}
        subject, text, html = (
            render_template(f"email/{kind}/{part}", **words) for part in ("subject.txt", "body.txt", "body.html")
        )
    message = EmailMessage(policy=MAIL)
    message["Subject"] = " ".join(subject.split())
    message["From"] = Address(config.brand, addr_spec=config.mail_address)
    message["To"] = to
    message["Message-ID"] = f"<{key}.{kind}@{urlsplit(config.public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message
