"""The mails that queued notices become, without sending them."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.requests import UNDO
from matchmaker.jobs.mail_text import compose
from matchmaker.models import Mail, Notice
from matchmaker.models.engine import begin_writing
from matchmaker.services import mail_contents, outbox
from matchmaker.services.mail_contents import MailContents, MailItem


def written(app, session, *, kind, now=None):
    """Return the finished mails that would carry the queued notices of a kind if they left now; nothing is changed."""
    now = now or clock.now() + UNDO
    if not session.in_transaction():
        begin_writing(session)
    outbox.hurry(session, now=now)
    outbox.collect(session, now=now)
    keys = select(Mail.id).join(Notice, Notice.mail_id == Mail.id).where(Notice.kind == kind)
    read = [mail_contents.contents(session, mail_id=key, now=now) for key in session.scalars(keys.distinct()).all()]
    mails = [compose(one, config=app.extensions["matchmaker"], now=now) for one in read if one is not None]
    session.rollback()
    return mails


def composed(app, kind, *, locale="en", now=None, **facts):
    """Return the finished mail of one notice to Lan with these facts, which needs no rows at all."""
    mail = MailContents(
        id=uuid.uuid4(),
        kind=kind,
        account_id=uuid.uuid4(),
        email="lan@example.test",
        name="Lan",
        locale=locale,
        fair_vi="Hội chợ xuân",
        fair_en="Spring fair",
        time_zone="Asia/Ho_Chi_Minh",
        items=[MailItem(kind, facts)],
    )
    with app.app_context():
        return compose(mail, config=app.extensions["matchmaker"], now=now or clock.now())
