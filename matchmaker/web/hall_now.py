"""What the hall has for one person now: somebody to meet whose partner did not come either, and the standby list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.fairs import Act, allows
from matchmaker.extensions import db
from matchmaker.services import fair_categories, rescue_answers, standby
from matchmaker.services.rescue import YES
from matchmaker.web import reasons
from matchmaker.web.filters import time
from matchmaker.web.fragments import same_for_all
from matchmaker.web.language import language

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.rescue_answers import Offer


@dataclass(frozen=True, slots=True)
class OfferCard:
    """What somebody is offered just now. The other side is a company; its person is known once both said yes."""

    company: str
    country: str
    reason: str
    where: str
    until: str
    is_taken_by_me: bool
    url: str
    interpreter: str


@dataclass(frozen=True, slots=True)
class HallNow:
    """The card of a person on a fair's day; it looks again by itself while somebody could be offered to them."""

    is_on_standby: bool
    is_over: bool
    looks_again: bool
    offer: OfferCard | None
    standby_url: str
    poll_url: str


class _Addresses(NamedTuple):
    """Where every card of a fair leads."""

    standby: str
    poll: str


def hall_now(fair: FairFacts, me: Membership, *, now: datetime) -> HallNow | None:
    """Return the card; None outside the fair's days and for who does not come."""
    if me.representative_id is None or not allows(fair.phase, Act.CHECK_IN):
        return None
    own = standby.own(db.session, fair=fair, me=me, now=now)
    found = _offer(fair, me.representative_id, now=now) if own.is_offered else None
    addresses = _addresses(fair.slug)
    return HallNow(
        is_on_standby=own.is_on,
        is_over=own.is_over,
        looks_again=(own.is_on and not own.is_over) or own.sits_now or found is not None,
        offer=None if found is None else _card(found, fair=fair, person_id=me.representative_id),
        standby_url=addresses.standby,
        poll_url=addresses.poll,
    )


@same_for_all
def _addresses(slug: str) -> _Addresses:
    return _Addresses(url_for("hall.set_standby", slug=slug), url_for("hall.now", slug=slug))


def _offer(fair: FairFacts, person_id: uuid.UUID, *, now: datetime) -> Offer | None:
    return rescue_answers.own_offer(db.session, fair_id=fair.id, representative_id=person_id, now=now)


def _card(offer: Offer, *, fair: FairFacts, person_id: uuid.UUID) -> OfferCard:
    role = next(role for role, one in offer.sides.items() if one.representative_id == person_id)
    mine, other = offer.sides[role], offer.sides[role.other]
    hall = offer.hall_vi if language() == "vi" else offer.hall_en
    where = _("Table %(table)s", table=offer.table) if offer.table else _("At the exhibitor’s booth")
    return OfferCard(
        company=other.company,
        country=other.country,
        reason=_reason(offer, role, fair),
        where=", ".join(part for part in (where, hall) if part),
        interpreter=offer.interpreter,
        until=time(offer.until),
        is_taken_by_me=mine.answer == YES,
        url=url_for("hall.answer_offer", slug=fair.slug, offer_id=offer.id),
    )


def _reason(offer: Offer, role: str, fair: FairFacts) -> str:
    """The first reason of the match; that both asked for it before goes ahead of all."""
    if offer.wanted:
        return _("You both agreed to meet and had no time yet.")
    names = fair_categories.names_of(db.session, fair_id=fair.id, lang=language()) if offer.reasons else {}
    told = reasons.why(offer.reasons, role=role, categories=names)
    return next(iter(told.for_you), "")
