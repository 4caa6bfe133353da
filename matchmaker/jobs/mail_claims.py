"""Mail the link that confirms an address, to that address itself, and tell the former one of a change.

These mails have a way of their own, because a notice goes to an account's address and this one is nobody's yet.
"""

from __future__ import annotations

import smtplib
import uuid
from email.headerregistry import Address
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app, render_template
from flask_babel import force_locale

from matchmaker import mailer
from matchmaker.extensions import db
from matchmaker.mailer import MAIL
from matchmaker.services import address_claims
from matchmaker.signed_links import signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from config import Config
    from matchmaker.services.address_claims import ClaimMail

PURPOSE = "address"
TO_THE_FORMER = frozenset({"address_change", "address_changed"})


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> None:
    """Send one mail about a claim. A server that is away makes the job fail, and so be tried again later.

    A mailbox that does not exist is given up: the registration ends by itself, and nobody is told.
    """
    del renew
    claim_id = uuid.UUID(facts["claim_id"])
    claim = address_claims.to_mail(db.session, claim_id=claim_id)
    db.session.rollback()
    to = None if claim is None else claim.former_email if facts["mail"] in TO_THE_FORMER else claim.email
    if claim is None or to is None:
        return
    config: Config = current_app.extensions["matchmaker"]
    message = compose(claim, to=to, kind=facts["mail"], claim_id=claim_id, config=config)
    try:
        mailer.send(message, mail_url=config.mail_url, folder=config.instance / "mail")
    except smtplib.SMTPRecipientsRefused:
        return


def compose(claim: ClaimMail, *, to: str, kind: str, claim_id: uuid.UUID, config: Config) -> EmailMessage:
    """Return the message in its receiver's language. Its id names claim and kind, so a second copy is known as one."""
    token = signed(secret=config.secret_key, purpose=PURPOSE, subject=claim_id)
    with force_locale(claim.locale):
        facts: dict[str, Any] = {
            "name": claim.name,
            "company": claim.company or "",
            "fair": (claim.fair_vi if claim.locale == "vi" else claim.fair_en) or "",
            "purpose": claim.purpose,
            "brand": config.brand,
            "lang": claim.locale,
            "link": f"{config.public_url}/address/{token}"
            if kind == "address_claim"
            else f"{config.public_url}/sign-in",
        }
        subject, text, html = (
            render_template(f"email/{kind}/{part}", **facts) for part in ("subject.txt", "body.txt", "body.html")
        )
    message = EmailMessage(policy=MAIL)
    message["Subject"] = " ".join(subject.split())
    message["From"] = Address(config.brand, addr_spec=config.mail_address)
    message["To"] = to
    message["Message-ID"] = f"<{claim_id}.{kind}@{urlsplit(config.public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message
