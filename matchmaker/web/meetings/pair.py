"""What speaks for a meeting, worded for the page of one side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from matchmaker.domain.fairs import Role
from matchmaker.extensions import db
from matchmaker.services.fair_categories import names_of
from matchmaker.web import reasons
from matchmaker.web.filters import whereabouts
from matchmaker.web.language import language
from matchmaker.web.quotes import Said, theirs

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.meeting_rows import MeetingRow
    from matchmaker.services.own_agenda import Reminder


@dataclass(frozen=True, slots=True)
class Other:
    """The company on the other side, with both sides' reasons to meet it."""

    name: str
    url: str
    country: str
    place: str
    is_verified: bool
    logo: uuid.UUID | None
    level: int
    quote: Said | None
    for_you: Sequence[str]
    for_them: Sequence[str]


def other_of(row: MeetingRow, *, fair: FairFacts, me: Membership, categories: Mapping[str, str]) -> Other:
    """Return the other company of a meeting as cards and pages show it."""
    told = reasons.why(row.reasons or {}, role=me.role, categories=categories)
    return Other(
        name=row.name,
        url=url_for("companies.company", slug=fair.slug, participation_id=row.other_id),
        country=row.country,
        place=whereabouts(row.city, row.country),
        is_verified=row.is_verified,
        logo=row.logo,
        level=0 if row.score is None else reasons.fit_level(row.score),
        quote=quote_of(row, me),
        for_you=told.for_you,
        for_them=told.for_them,
    )


def quote_of(row: MeetingRow | Reminder, me: Membership) -> Said | None:
    """Quote what the match rests on, else the other side's first need or offer, in the page's language where it can be.

    A company that looks for five things is not told by the first of them why it asks this one.
    """
    matched = theirs(row.best_pair or {}, role=me.role)
    if matched is not None:
        return matched
    texts = {"vi": row.item_vi, "en": row.item_en}
    order = sorted(texts, key=lambda code: code != language())
    code = next((code for code in order if texts[code]), None)
    return None if code is None else Said(texts[code] or "", code, is_need=me.role is Role.EXHIBITOR)


def category_names(fair: FairFacts) -> Mapping[str, str]:
    """Return the name of every category of a fair in the page's language."""
    return names_of(db.session, fair_id=fair.id, lang=language())
