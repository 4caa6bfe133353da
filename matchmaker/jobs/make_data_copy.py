"""Make a copy of everything held about a person; mail its link where an organizer asked for it."""

from __future__ import annotations

import smtplib
import uuid
from typing import TYPE_CHECKING, Any

from flask import current_app

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.jobs import own_mail
from matchmaker.models.engine import begin_writing
from matchmaker.services import data_copies
from matchmaker.signed_links import signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from config import Config


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> None:
    """Make the copy, then send the link. An address that takes no mail is given up: the copy expires by itself."""
    renew()
    config: Config = current_app.extensions["matchmaker"]
    folder = config.instance / "files"
    begin_writing(db.session)
    copy = data_copies.make(db.session, copy_id=uuid.UUID(facts["copy_id"]), folder=folder, now=clock.now())
    db.session.commit()
    if copy is None or not copy.email:
        return
    token = signed(secret=config.secret_key, purpose=data_copies.LINK_PURPOSE, subject=copy.id)
    try:
        own_mail.send(
            "data_copy",
            to=copy.email,
            locale=copy.locale,
            key=str(copy.id),
            link=f"/data-copy/{token}",
            until=copy.expires_at,
        )
    except smtplib.SMTPRecipientsRefused:
        return
