"""Two linkage chains of earlier years: small fairs of one branch each, where some of the same companies traded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from matchmaker.demo.people import add_participations, consents_of, key_of
from matchmaker.domain.deals.evidence import Evidence
from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import HEADLINE, Outcome
from matchmaker.domain.fairs import Phase
from matchmaker.domain.meetings import MeetingState, Origin
from matchmaker.models import Consent, Deal, DealMeeting, FairPerson, Meeting, MeetingAttendee, MeetingTable
from matchmaker.services import categories, fair_setup, fairs, ledger
from matchmaker.services.fair_setup import FairPlan, SessionPlan, numbered_halls
from matchmaker.services.seats import Booking, take_seats

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from matchmaker.demo.generator.company_records import Company as CompanyRecord
    from matchmaker.demo.generator.reference_fair import ReferenceFair
    from matchmaker.services.fairs import FairFacts

MORNING = (time(9), time(12))
PAIRS, ROUNDS = 8, 3
# What comes of one meeting after the other; None is a buyer who did not come.
ENDINGS = (
    Outcome.QUOTATION,
    Outcome.ORDER,
    Outcome.FOLLOW_UP,
    Outcome.AGREEMENT,
    None,
    Outcome.MOU,
    Outcome.NO_INTEREST,
)
# What the buyer says beside the seller, deal by deal: the same, a little less, nothing, far less.
BUYERS_SHARE = (Decimal(1), Decimal("0.9"), None, Decimal("0.6"))
DELIVERED = Decimal("0.8")
HALF_A_YEAR = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A chain of one branch; ``worth`` is what its smallest deal is about, in the currency it reports in."""

    slug: str
    name_vi: str
    name_en: str
    branch: str
    opens_on: date
    currency: str
    worth: Decimal


CHAINS = (
    Chain(
        slug="hanoi-crafts-chain-2024",
        name_vi="Chuỗi liên kết thủ công mỹ nghệ Hà Nội 2024",
        name_en="Hanoi Handicrafts Linkage Chain 2024",
        branch="crafts",
        opens_on=date(2024, 9, 18),
        currency="VND",
        worth=Decimal(120_000_000),
    ),
    Chain(
        slug="hanoi-food-chain-2025",
        name_vi="Chuỗi liên kết thực phẩm Hà Nội 2025",
        name_en="Hanoi Food Linkage Chain 2025",
        branch="food",
        opens_on=date(2025, 5, 21),
        currency="USD",
        worth=Decimal(9_000),
    ),
)


@dataclass(frozen=True, slots=True)
class _Met:
    """A meeting of the chain with both companies, its slot, and what came of it."""

    key: uuid.UUID
    seller: CompanyRecord
    buyer: CompanyRecord
    slot: fairs.SlotFacts
    table_id: uuid.UUID
    ending: Outcome | None


def open_chains(session: Session, *, tree: ReferenceFair, now: datetime) -> list[FairFacts]:
    """Load every chain as it ended, with its companies, meetings and deals."""
    return [_open(session, chain, tree, now=now) for chain in CHAINS]


def _open(session: Session, chain: Chain, tree: ReferenceFair, *, now: datetime) -> FairFacts:
    fair = fair_setup.create_fair(session, plan=_plan(chain, tree), by=None, now=now)
    sellers, buyers = _who_comes(tree, chain.branch)
    places: dict[tuple[str, str], uuid.UUID] = {}
    for company in (*sellers, *buyers):
        kind, joined_at = f"{chain.slug} participation", _opening(chain) - timedelta(days=30)
        for side, key in add_participations(session, company, fair_id=fair.id, kind=kind, joined_at=joined_at).items():
            places[company.code, side] = key
            person = company.representatives[0]
            session.add(FairPerson(participation_id=key, representative_id=key_of("representative", person.code)))
        agreed = consents_of(company.representatives[0], fair.id, given_at=joined_at)
        session.execute(insert(Consent), agreed)
    session.flush()
    met = _meetings(session, chain, fair, sellers, buyers)
    _record(session, fair, met, places)
    _trade(session, chain, fair, [one for one in met if one.ending], places)
    return fair


def _plan(chain: Chain, tree: ReferenceFair) -> FairPlan:
    return FairPlan(
        slug=chain.slug,
        name_vi=chain.name_vi,
        name_en=chain.name_en,
        about_vi="Một buổi sáng cho một ngành hàng: người sản xuất và người mua trong cùng một chuỗi.",
        about_en="One morning for one branch: makers and buyers of the same chain.",
        city_vi=tree.fair.city_vi,
        city_en=tree.fair.city_en,
        country=tree.fair.country,
        opens_on=chain.opens_on,
        closes_on=chain.opens_on,
        time_zone=tree.fair.time_zone,
        report_currency=chain.currency,
        halls=numbered_halls(tables=PAIRS, halls=1),
        sessions=(SessionPlan(day=chain.opens_on, starts_at=MORNING[0], ends_at=MORNING[1]),),
        rates=(),
        sectors=(chain.branch,),
        phase=Phase.FOLLOW_UP,
    )


def _who_comes(tree: ReferenceFair, branch: str) -> tuple[list[CompanyRecord], list[CompanyRecord]]:
    """As many sellers as buyers of the branch, the first of each in the order of the tree."""
    sellers = [one for one in tree.companies if one.main_side == "exhibitor" and _of_branch(one.offers, branch)]
    buyers = [one for one in tree.companies if one.main_side == "buyer" and _of_branch(one.needs, branch)]
    return sellers[:PAIRS], buyers[:PAIRS]


def _of_branch(items: Sequence[Any], branch: str) -> list[Any]:
    parents = {row["code"]: row["parent"] or row["code"] for row in categories.category_rows()}
    return [item for item in items if parents.get(item.category_code) == branch]


def _meetings(
    session: Session,
    chain: Chain,
    fair: FairFacts,
    sellers: Sequence[CompanyRecord],
    buyers: Sequence[CompanyRecord],
) -> list[_Met]:
    """Sellers keep their tables and buyers go round, so that nobody is in two places."""
    slots = fairs.slots(session, fair_id=fair.id)[:ROUNDS]
    tables = session.scalars(
        select(MeetingTable.id).where(MeetingTable.fair_id == fair.id).order_by(MeetingTable.code)
    ).all()
    met: list[_Met] = []
    for turn, slot in enumerate(slots):
        for place, seller in enumerate(sellers):
            key = key_of(f"{chain.slug} meeting", f"{turn} {place}")
            ending = ENDINGS[len(met) % len(ENDINGS)]
            met.append(_Met(key, seller, buyers[(place + turn) % len(buyers)], slot, tables[place], ending))
    return met


def _record(session: Session, fair: FairFacts, met: Sequence[_Met], places: dict[tuple[str, str], uuid.UUID]) -> None:
    """The meetings with their people and seats."""
    rows, bookings = [], []
    people: list[dict[str, Any]] = []
    for one in met:
        persons = {side: key_of("representative", who.representatives[0].code) for side, who in _sides(one)}
        rows.append(
            {
                "id": one.key,
                "fair_id": fair.id,
                "exhibitor_id": places[one.seller.code, "exhibitor"],
                "buyer_id": places[one.buyer.code, "buyer"],
                "state": MeetingState.HELD if one.ending else MeetingState.NO_SHOW,
                "no_show_side": None if one.ending else "buyer",
                "origin": Origin.DIRECTORY,
                "requested_by": "buyer",
                "slot_id": one.slot.id,
                "table_id": one.table_id,
                "requested_at": one.slot.starts_at - timedelta(days=9),
                "answered_at": one.slot.starts_at - timedelta(days=7),
                "changed_at": one.slot.ends_at,
            }
        )
        people.extend({"meeting_id": one.key, "representative_id": key, "side": side} for side, key in persons.items())
        bookings.append(Booking(one.key, one.slot.id, tuple(persons.values()), one.table_id))
    session.execute(insert(Meeting), rows)
    session.execute(insert(MeetingAttendee), people)
    take_seats(session, bookings=bookings)


def _trade(
    session: Session, chain: Chain, fair: FairFacts, held: Sequence[_Met], places: dict[tuple[str, str], uuid.UUID]
) -> None:
    """What both sides said of each meeting, and half a year later of each order."""
    deals, links, said = [], [], []
    for number, one in enumerate(held):
        key = key_of(f"{chain.slug} deal", str(one.key)) if one.ending in HEADLINE else None
        if key:
            item = _of_branch(one.seller.offers, chain.branch)[0]
            deals.append(
                {
                    "id": key,
                    "fair_id": fair.id,
                    "exhibitor_id": places[one.seller.code, "exhibitor"],
                    "buyer_id": places[one.buyer.code, "buyer"],
                    "title": item.text_vi or item.text_en,
                    "category_code": item.category_code,
                    "opened_at": one.slot.ends_at,
                }
            )
            links.append({"deal_id": key, "meeting_id": one.key})
        said.extend(_said(chain, fair, one, key, number))
    session.execute(insert(Deal), deals)
    session.execute(insert(DealMeeting), links)
    ledger.add_reports(session, fair_id=fair.id, reports=sorted(said, key=itemgetter("stated_at")))


def _said(chain: Chain, fair: FairFacts, one: _Met, deal_id: uuid.UUID | None, number: int) -> list[dict[str, Any]]:
    worth = chain.worth * (1 + number % 5) if deal_id else None
    share = BUYERS_SHARE[number % len(BUYERS_SHARE)]
    stated = [("seller", str(one.ending), worth, timedelta(hours=1))]
    if share is not None:
        stated.append(("buyer", str(one.ending), worth * share if worth else None, timedelta(hours=2)))
    if one.ending is Outcome.ORDER and worth:
        stated.append(("seller", str(Outcome.REALISED), worth * DELIVERED, HALF_A_YEAR))
    entries: dict[str, int] = {}
    rows = []
    for side, outcome, amount, later in stated:
        entries[side] = entries.get(side, 0) + 1
        who = one.seller if side == "seller" else one.buyer
        rows.append(
            {
                "fair_id": fair.id,
                "meeting_id": one.key,
                "deal_id": deal_id,
                "side": side,
                "entry": entries[side],
                "outcome": outcome,
                "amount": amount,
                "currency": chain.currency if amount else None,
                "horizon": Horizon.TWELVE_MONTHS if amount else None,
                "evidence": Evidence.STATED,
                "typed": "",
                "note": "",
                "stated_by": key_of("account", who.representatives[0].email),
                "stated_at": one.slot.ends_at + later,
            }
        )
    return rows


def _sides(one: _Met) -> tuple[tuple[str, CompanyRecord], ...]:
    return ("exhibitor", one.seller), ("buyer", one.buyer)


def _opening(chain: Chain) -> datetime:
    return datetime.combine(chain.opens_on, MORNING[0], tzinfo=UTC)
