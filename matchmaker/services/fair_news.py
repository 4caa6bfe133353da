"""News of a fair to those who agreed to get advertising."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from matchmaker.domain.consents import Purpose
from matchmaker.domain.notices.kinds import Pace
from matchmaker.models import Account, Consent, NoticeChoice
from matchmaker.services import history, notices

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

KIND = "fair_news"
REFUSED = (
    select(NoticeChoice.account_id)
    .where(NoticeChoice.account_id == Account.id, NoticeChoice.kind == KIND, NoticeChoice.pace == Pace.OFF)
    .exists()
)
AGREED = (
    select(Account.id)
    .join(Consent, Consent.account_id == Account.id)
    .where(
        Consent.fair_id == bindparam("fair_id"),
        Consent.purpose == Purpose.MARKETING,
        Consent.withdrawn_at.is_(None),
        Account.is_active,
        Account.email.is_not(None),
        ~REFUSED,
    )
    .order_by(Account.id)
)
COUNT_AGREED = select(func.count()).select_from(AGREED.order_by(None).subquery())


def count_agreed(session: Session, *, fair_id: uuid.UUID) -> int:
    """Return how many people would get news of a fair."""
    return session.scalar(COUNT_AGREED, {"fair_id": fair_id}) or 0


def send_news(
    session: Session, *, fair: FairFacts, title: dict[str, str], text: dict[str, str], by: uuid.UUID, now: datetime
) -> int:
    """Queue news, given as texts by language, for everyone who agreed to it, and return how many they are.

    The same news sent twice on a day reaches everyone once.
    """
    words = "\n".join([title["vi"], title["en"], text["vi"], text["en"], now.astimezone(fair.zone).date().isoformat()])
    digest = hashlib.sha256(words.encode()).hexdigest()[:16]
    receivers = session.scalars(AGREED, {"fair_id": fair.id}).all()
    for account_id in receivers:
        notices.queue(
            session,
            account_id=account_id,
            kind=KIND,
            once=f"{KIND} {fair.id.hex} {digest} {account_id.hex}",
            now=now,
            fair_id=fair.id,
            path=f"/fairs/{fair.slug}",
            title_vi=title["vi"],
            title_en=title["en"],
            text_vi=text["vi"],
            text_en=text["en"],
        )
    history.record(
        session,
        action="news_sent",
        subject_kind="fair",
        subject_id=fair.id,
        by=by,
        now=now,
        fair_id=fair.id,
        receivers=len(receivers),
    )
    return len(receivers)
