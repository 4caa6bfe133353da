"""The standby list and the offers that stand, as hosts and organizers see them: companies and badges, no people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.fairs import Role
from matchmaker.extensions import db
from matchmaker.services import on_the_spot, rescue_answers, standby
from matchmaker.services.rescue import YES
from matchmaker.web.filters import time

if TYPE_CHECKING:
    from datetime import datetime

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.rescue_answers import Offer, OfferSide


@dataclass(frozen=True, slots=True)
class SideLine:
    """One side of an offer: who, and what they said."""

    side: str
    company: str
    badge: str
    note: str
    has_said_yes: bool


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer that stands, and where it is answered for somebody."""

    table: str
    until: str
    url: str
    sides: list[SideLine]
    interpreter: str


@dataclass(frozen=True, slots=True)
class StandbyLine:
    """One person on the list, by company and badge."""

    company: str
    badge: str
    role: str
    state: str


@dataclass(frozen=True, slots=True)
class StandbyPage:
    """The page: the offers that stand, and who is free for more."""

    offers: list[OfferLine]
    people: list[StandbyLine]


def page_of(fair: FairFacts, *, now: datetime) -> StandbyPage:
    """Return the page as of now."""
    slot = on_the_spot.running_slot(db.session, fair_id=fair.id, now=now)
    people = standby.listed(db.session, fair=fair, slot_id=slot.id if slot else None, now=now)
    offers = rescue_answers.open_offers(db.session, fair_id=fair.id, now=now)
    return StandbyPage(
        offers=[_offer(one, fair=fair) for one in offers],
        people=[
            StandbyLine(
                one.company,
                f"{one.badge} · {one.country}",
                _("Exhibitor") if one.role is Role.EXHIBITOR else _("Buyer"),
                _("In a meeting") if one.is_seated else _("Free now"),
            )
            for one in people
        ],
    )


def _offer(one: Offer, *, fair: FairFacts) -> OfferLine:
    return OfferLine(
        table=one.table or _("Booth"),
        until=time(one.until),
        url=url_for("hall.answer_for", slug=fair.slug, offer_id=one.id),
        sides=[_side(role, side) for role, side in one.sides.items()],
        interpreter=one.interpreter,
    )


def _side(role: Role, side: OfferSide) -> SideLine:
    note = _("waits at the table") if side.sits_there else _("on standby")
    return SideLine(role, side.company, f"{side.badge} · {side.country}", note, side.answer == YES)
