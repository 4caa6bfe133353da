"""The edition a year before the reference fair: smaller, long over, and there to be compared with in its report."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from matchmaker.demo.generator import build_reference_fair
from matchmaker.demo.ground import plan_of
from matchmaker.demo.people import key_of
from matchmaker.domain.deals.evidence import Evidence
from matchmaker.domain.fairs import ParticipationStatus
from matchmaker.domain.meetings import MeetingState, Origin
from matchmaker.models import Deal, DealMeeting, Meeting, Participation
from matchmaker.services import editions, fair_setup, fairs, ledger

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from matchmaker.demo.generator.reference_fair import ReferenceFair
    from matchmaker.services.fairs import FairFacts

SLUG = "hanoi-aviation-2024"
# Of so many meetings of the reference fair so many had one like them a year before.
OF_EACH, ALIKE = 5, 2
SIDES = {"exhibitor": "seller", "buyer": "buyer"}


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of one edition's rows, so that the same records can stand in two fairs."""

    fair_id: uuid.UUID

    def of(self, kind: str, *codes: str) -> uuid.UUID:
        return key_of(f"{SLUG} {kind}", " ".join(codes))


def load_earlier_edition(session: Session, *, opens_on: date, later: FairFacts, now: datetime) -> FairFacts:
    """Load an edition with two meetings of five of the reference fair's, and make it the one before ``later``.

    Nobody's name stands in it: its companies are those of the reference fair, its people are not on record.
    """
    tree = _thinned(build_reference_fair(opens_on=opens_on))
    fair = fair_setup.create_fair(session, plan=replace(plan_of(tree), slug=SLUG), by=None, now=now)
    keys = _Keys(fair.id)
    session.execute(insert(Participation), _participations(tree, keys))
    slots = {slot.number: slot.id for slot in fairs.slots(session, fair_id=fair.id)}
    session.execute(insert(Meeting), _meetings(tree, keys, slots))
    session.execute(insert(Deal), _deals(tree, keys))
    came_from = [
        {"deal_id": keys.of("deal", deal.code), "meeting_id": keys.of("meeting", code)}
        for deal in tree.deals
        for code in deal.meeting_codes
    ]
    session.execute(insert(DealMeeting), came_from)
    ledger.add_reports(session, fair_id=fair.id, reports=sorted(_said(tree, keys), key=itemgetter("stated_at")))
    editions.put(session, fair=later, before=fair, by=None, now=now)
    return fair


def _thinned(tree: ReferenceFair) -> ReferenceFair:
    """The tree with some of its meetings, and with the deals and companies of which nothing is missing then."""
    meetings = tuple(one for number, one in enumerate(tree.meetings) if number % OF_EACH < ALIKE)
    kept = {one.code for one in meetings}
    deals = tuple(deal for deal in tree.deals if kept.issuperset(deal.meeting_codes))
    codes = {deal.code for deal in deals}
    there = {code for one in meetings for code in (one.exhibitor_code, one.buyer_code)}
    return replace(
        tree,
        companies=tuple(one for one in tree.companies if one.code in there),
        meetings=meetings,
        deals=deals,
        outcomes=tuple(
            one
            for one in tree.outcomes
            if one.meeting_code in kept and (one.deal_code is None or one.deal_code in codes)
        ),
        follow_ups=tuple(one for one in tree.follow_ups if one.deal_code in codes and one.realised),
    )


def _participations(tree: ReferenceFair, keys: _Keys) -> list[dict[str, Any]]:
    return [
        {
            "id": keys.of("participation", company.code, str(one.side)),
            "fair_id": keys.fair_id,
            "company_id": key_of("company", company.code),
            "role": one.side,
            "status": ParticipationStatus.APPROVED,
            "badge_code": one.badge_code,
            "booth": one.booth,
            "is_hosted": one.is_hosted,
            "is_supported": one.is_supported,
            "meetings_cap": one.meetings_cap,
            "joined_at": one.joined_at,
            "profile_changed_at": one.joined_at,
        }
        for company in tree.companies
        for one in company.participations
    ]


def _meetings(tree: ReferenceFair, keys: _Keys, slots: dict[int, uuid.UUID]) -> list[dict[str, Any]]:
    return [
        {
            "id": keys.of("meeting", one.code),
            "fair_id": keys.fair_id,
            "exhibitor_id": keys.of("participation", one.exhibitor_code, "exhibitor"),
            "buyer_id": keys.of("participation", one.buyer_code, "buyer"),
            "state": MeetingState(one.end),
            "origin": Origin.WALK_IN if one.is_walk_in else Origin.DIRECTORY,
            "requested_by": "organizer",
            "note": "",
            "is_online": one.is_online,
            "is_walk_in": one.is_walk_in,
            "is_locked": False,
            "slot_id": slots[one.slot],
            "close_reason": one.close_reason or "",
            "no_show_side": one.no_show_side,
            "requested_at": one.changed_at,
            "answered_at": one.changed_at,
            "changed_at": one.changed_at,
        }
        for one in tree.meetings
    ]


def _deals(tree: ReferenceFair, keys: _Keys) -> list[dict[str, Any]]:
    return [
        {
            "id": keys.of("deal", deal.code),
            "fair_id": keys.fair_id,
            "exhibitor_id": keys.of("participation", deal.exhibitor_code, "exhibitor"),
            "buyer_id": keys.of("participation", deal.buyer_code, "buyer"),
            "title": deal.title_vi,
            "category_code": deal.category_code,
            "opened_at": deal.opened_at,
        }
        for deal in tree.deals
    ]


def _said(tree: ReferenceFair, keys: _Keys) -> list[dict[str, Any]]:
    """What the two sides said of each meeting, and what they said was delivered since."""
    last_meeting = {deal.code: deal.meeting_codes[-1] for deal in tree.deals}
    outcomes = [
        _entry(
            keys,
            one,
            meeting=one.meeting_code,
            outcome=one.stage,
            amount=one.amount,
            horizon=one.horizon,
            years=[[year, str(part)] for year, part in one.years],
            evidence=Evidence(one.evidence),
            number=one.evidence_name,
            attribution=None,
        )
        for one in tree.outcomes
    ]
    delivered = [
        _entry(
            keys,
            one,
            meeting=last_meeting[one.deal_code],
            outcome="realised",
            amount=one.realised,
            horizon="immediate",
            years=[],
            evidence=Evidence.INVOICE if one.invoice_ref else Evidence.STATED,
            number=one.invoice_ref,
            attribution=one.would_have_happened,
        )
        for one in tree.follow_ups
    ]
    entries: dict[tuple[Any, ...], int] = {}
    for row in (*outcomes, *delivered):
        place = (row["meeting_id"], row["deal_id"], row["side"])
        row["entry"] = entries[place] = entries.get(place, 0) + 1
    return [*outcomes, *delivered]


def _entry(keys: _Keys, one: Any, *, meeting: str, number: str | None, **values: Any) -> dict[str, Any]:
    has_value = values["amount"] is not None
    return {
        "id": uuid.uuid4(),
        "fair_id": keys.fair_id,
        "meeting_id": keys.of("meeting", meeting),
        "deal_id": keys.of("deal", one.deal_code) if one.deal_code else None,
        "side": SIDES[one.side],
        "currency": one.currency if has_value else None,
        "evidence_number": number or "",
        "stated_by": None,
        "stated_at": one.stated_at,
        "typed": "",
        "signed_on": None,
        "note": "",
        **values,
        "horizon": values["horizon"] if has_value else None,
    }
