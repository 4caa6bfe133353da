"""Builds the reference fair, step by step, from the hand-written content and one seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from matchmaker.demo.generator.absences import absences
from matchmaker.demo.generator.amounts import Ask, state_amounts
from matchmaker.demo.generator.company_records import Company, Veto
from matchmaker.demo.generator.content import company_rows, stream
from matchmaker.demo.generator.deal_plan import DealPlan, plan_deals
from matchmaker.demo.generator.deal_records import Stage
from matchmaker.demo.generator.edge_cases import Evidence, find_edge_cases
from matchmaker.demo.generator.endings import end_meetings
from matchmaker.demo.generator.fair_records import Fair
from matchmaker.demo.generator.follow_up_answers import follow_up
from matchmaker.demo.generator.grid import build_fair
from matchmaker.demo.generator.invitations import invite
from matchmaker.demo.generator.meeting_records import Meeting, MeetingEnd
from matchmaker.demo.generator.messy_copy import make_messy
from matchmaker.demo.generator.outcome_reports import refuse_entries, report_outcomes
from matchmaker.demo.generator.pairing import ONLINE_BUYERS, VETOED_PAIRS, candidates, choose_pairs
from matchmaker.demo.generator.people import (
    SIZE_ORDER,
    Appointment,
    Person,
    appoint,
    people,
    with_english,
    with_interpreters,
)
from matchmaker.demo.generator.profiles import Circumstances, build_companies
from matchmaker.demo.generator.reference_fair import ReferenceFair
from matchmaker.demo.generator.timetable import Seat, make_timetable
from matchmaker.demo.generator.walk_ins import add_walk_ins

GOLDEN_SEED = 2026
GOLDEN_OPENING = date(2026, 11, 18)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Programme:
    """Who met whom, when, and how it ended."""

    staff: Sequence[Person]
    absent: Mapping[str, tuple[frozenset[int], str]]
    meetings: tuple[Meeting, ...]
    withdrawn_person: str


def build_reference_fair(
    *, seed: int = GOLDEN_SEED, opens_on: date = GOLDEN_OPENING, messy: bool = False
) -> ReferenceFair:
    """Return the reference fair; equal arguments give an identical tree.

    The messy copy lacks the outcomes of 61 held meetings. Raises ValueError when a seed cannot meet a golden figure.
    """
    fair = build_fair(opens_on)
    programme = _programme(fair, seed)
    requests, request_of = invite(meetings=programme.meetings, fair=fair, seed=seed)
    meetings = tuple(replace(one, request_code=request_of.get(one.code)) for one in programme.meetings)
    rates = {one.currency: one.rate for one in fair.rates}
    plan = plan_deals(meetings=meetings, fair=fair, seed=seed)
    stated = state_amounts(_asks(plan, seed), rates, seed)
    outcomes = report_outcomes(meetings=meetings, plan=plan, stated=stated, fair=fair, seed=seed)
    refused = refuse_entries(outcomes=outcomes, meetings=meetings)
    follow_ups = follow_up(stated=stated, rates=rates, fair=fair, seed=seed)
    evidence = Evidence(
        meetings=meetings,
        requests=requests,
        refused=refused,
        follow_ups=follow_ups,
        mou_deals=tuple(one.code for one in stated if one.stage is Stage.MOU),
        withdrawn_person=programme.withdrawn_person,
    )
    golden = ReferenceFair(
        seed=seed,
        is_messy=False,
        fair=fair,
        companies=_companies(programme, fair, seed),
        vetoes=_vetoes(fair),
        requests=requests,
        meetings=meetings,
        deals=plan.deals,
        outcomes=outcomes,
        refused_entries=refused,
        follow_ups=follow_ups,
        edge_cases=find_edge_cases(evidence),
    )
    return make_messy(golden) if messy else golden


def _programme(fair: Fair, seed: int) -> _Programme:
    pairs, seconds = choose_pairs(seed)
    staff: Sequence[Person] = people(seed)
    appointments = appoint([*pairs, *seconds], staff)
    staff = with_english(staff, appointments)
    appointments = with_interpreters(staff, appointments)
    absent = absences(fair=fair, staff=staff, seed=seed)
    absent_slots = {code: slots for code, (slots, _) in absent.items()}
    seats = make_timetable(
        appointments=appointments,
        absent=absent_slots,
        interpreters=fair.interpreters,
        tables=fair.tables,
        slots=range(1, len(fair.slots) + 1),
        seed=seed,
    )
    ending = end_meetings(meetings=_planned(appointments, seats, fair), kept=seconds, fair=fair, seed=seed)
    meetings = add_walk_ins(
        meetings=ending.meetings, pool=candidates(seed), fair=fair, absent=absent_slots, people=staff, seed=seed
    )
    return _Programme(staff=staff, absent=absent, meetings=meetings, withdrawn_person=ending.withdrawn_person)


def _planned(appointments: Sequence[Appointment], seats: Sequence[Seat], fair: Fair) -> list[Meeting]:
    """Return the appointments as meetings, numbered by slot and table."""
    ordered = sorted(zip(appointments, seats, strict=True), key=lambda item: (item[1].slot, item[1].table))
    return [
        Meeting(
            code=f"M{number:03d}",
            request_code=None,
            exhibitor_code=one.exhibitor,
            buyer_code=one.buyer,
            exhibitor_representative_code=one.exhibitor_person,
            buyer_representative_code=one.buyer_person,
            slot=seat.slot,
            table_code=seat.table,
            planned_table_code=seat.table,
            needs_interpreter=bool(one.languages),
            interpreter_code=seat.interpreter,
            planned_interpreter_code=seat.interpreter,
            is_online=one.buyer in ONLINE_BUYERS,
            is_walk_in=False,
            end=MeetingEnd.HELD,
            close_reason=None,
            no_show_side=None,
            changed_at=fair.slots[seat.slot - 1].ends_at,
        )
        for number, (one, seat) in enumerate(ordered, start=1)
    ]


def _asks(plan: DealPlan, seed: int) -> list[Ask]:
    """Return the deals for the value model, weighted by the exhibitor's size and half the buyer's, with some chance."""
    rng = stream(seed, "weights")
    size = {row.code: SIZE_ORDER.index(row.size_class) for row in company_rows()}
    return [
        Ask(
            code=deal.code,
            stage=plan.stage_of_deal[deal.code],
            currency=deal.currency,
            weight=size[deal.exhibitor_code] + size[deal.buyer_code] / 2 + rng.uniform(0, 1.2),
        )
        for deal in plan.deals
    ]


def _companies(programme: _Programme, fair: Fair, seed: int) -> tuple[Company, ...]:
    circumstances = Circumstances(
        fair=fair, absent=programme.absent, withdrawn_person=programme.withdrawn_person, seed=seed
    )
    return build_companies(staff=programme.staff, circumstances=circumstances)


def _vetoes(fair: Fair) -> tuple[Veto, ...]:
    """Return the vetoes; in each the buyer refuses an exhibitor that competes with it."""
    return tuple(
        Veto(
            company_code=buyer,
            other_company_code=exhibitor,
            reason="competitor",
            at=fair.requests_open_at - timedelta(days=1),
        )
        for exhibitor, buyer in VETOED_PAIRS
    )
