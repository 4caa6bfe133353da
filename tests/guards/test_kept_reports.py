"""A version of a report can be kept and read again, whatever kinds of rows the fair has."""

from datetime import timedelta
from decimal import Decimal

import pytest

from matchmaker.domain.deals.deal import Direction
from matchmaker.domain.deals.ledger import Dimension
from matchmaker.domain.deals.reports import Horizon, Side, YearAmount
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.fairs import Phase, Role
from matchmaker.domain.money.amount import Money
from matchmaker.domain.reporting.lines import lines_of
from matchmaker.domain.reporting.rows import MeetingFate
from matchmaker.domain.spreadsheets.outcomes import OutcomeRow
from matchmaker.models import FairStaff, MatchRun, Suggestion
from matchmaker.services import fairs, report_versions
from matchmaker.services.contracts import import_contracts
from matchmaker.services.outcomes import Said, record_outcome
from matchmaker.services.report_archive import text_of
from matchmaker.services.reports import results_of
from tests.factories import OPENING

AFTER = OPENING + timedelta(hours=6)
YEARS = tuple(YearAmount(year=year, amount=Decimal(450)) for year in (2027, 2028))


@pytest.fixture
def fair(session, factory):
    """A fair with a meeting of every fate and origin, and deals stated by both sides, staff and a register."""
    row = factory.fair(phase=Phase.FOLLOW_UP)
    factory.rate(row, "EUR", "1.10")
    factory.category("food", name_vi="Thực phẩm", name_en="Food")
    slots = factory.slots(row, 6)
    seller = factory.participant(row, name="Trà Tà Xùa")
    foreign = factory.participant(row, country="KR")
    buyer = factory.participant(row, role=Role.BUYER, country="JP", name="Kaze Foods")
    second = factory.participant(row, role=Role.BUYER)
    factory.offer(seller, category_code="food")
    for side in (seller, second):
        factory.add(FairStaff(fair_id=row.id, account_id=side.account.id, role="table_host"))
    facts = fairs.by_slug(session, slug=row.slug)

    def say(side, meeting, outcome, amount="", currency="USD", *, horizon=Horizon.TWELVE_MONTHS, **more):
        (me,) = fairs.memberships(session, fair_id=row.id, account_id=side.account.id)
        value = Money(amount=Decimal(amount), currency=currency) if amount else None
        said = Said(outcome=outcome, value=value, horizon=horizon if value else None, **more)
        record_outcome(session, fair=facts, me=me, meeting_id=meeting.id, said=said, now=AFTER)

    held = factory.meeting(seller, buyer, state="scheduled", slot_id=slots[0].id)
    say(seller, held, Outcome.AGREEMENT, 900, horizon=Horizon.MULTI_YEAR, years=YEARS)
    say(buyer, held, Outcome.AGREEMENT, "811.25", "EUR", evidence_number="PO-7", saving=Decimal("12.50"))
    rescued = factory.meeting(foreign, buyer, state="scheduled", origin="rescue", slot_id=slots[1].id)
    say(foreign, rescued, Outcome.ORDER, 80)
    say(buyer, rescued, Outcome.REALISED, 70, horizon=Horizon.IMMEDIATE)
    walk_in = factory.meeting(seller, second, state="held", origin="walk_in", is_walk_in=True)
    say(second, walk_in, Outcome.FOLLOW_UP)
    run = factory.add(
        MatchRun(fair_id=row.id, state="done", version="1", weights={}, coverage={}, total=1, started_at=OPENING)
    )
    pair = {"exhibitor_id": foreign.id, "buyer_id": buyer.id, "exhibitor_rank": 1, "buyer_rank": 1}
    told = {"label": "default", "contributions": [], "reasons": {}, "gaps": {}, "best_pair": {}}
    factory.add(Suggestion(fair_id=row.id, run_id=run.id, score=0.7, **pair, **told))
    factory.meeting(seller, buyer, state="scheduled", slot_id=slots[5].id)
    factory.meeting(foreign, second, state="cancelled", origin="organizer", slot_id=slots[2].id)
    for place, missed in enumerate(("exhibitor", "buyer"), start=3):
        factory.meeting(foreign, second, state="no_show", no_show_side=missed, slot_id=slots[place].id)
    register = OutcomeRow(
        row=2,
        buyer="Kaze Foods",
        exhibitor="Trà Tà Xùa",
        value=Money(amount=Decimal(50), currency="USD"),
        reference="12/HĐ",
        signed_on=AFTER.date(),
    )
    import_contracts(session, fair=facts, rows=[register], by=seller.account.id, now=AFTER)
    return facts


def test_a_version_of_a_fair_with_every_kind_of_row_is_kept_and_read_again(session, fair):
    live = results_of(session, fair=fair, now=AFTER)

    kept = report_versions.freeze_by_hand(session, fair=fair, note="", by=None, now=AFTER)
    again = report_versions.opened(session, fair_id=fair.id, version_id=kept.id)

    assert text_of(again) == text_of(live)
    assert lines_of(again.report) == lines_of(live.report)
    assert (again.report.by_year, again.report.flags) == (live.report.by_year, live.report.flags)


def test_the_fair_it_is_tried_with_has_every_kind_of_row(session, fair):
    live = results_of(session, fair=fair, now=AFTER)
    rows = live.loaded.rows
    stated = [report for deal in rows.deals for report in deal.reports]

    assert {row.fate for row in rows.meetings} == set(MeetingFate) - {MeetingFate.NO_SHOW_BOTH}
    assert any(row.is_walk_in for row in rows.meetings)
    assert {row.stated_by for row in stated} == set(Side)
    assert {row.author for row in stated} & rows.staff
    assert any(row.per_year for row in stated)
    assert any(row.saving for row in stated)
    assert {str(Direction.THIRD_COUNTRY), str(Direction.EXPORT)} <= set(live.report.by_dimension[Dimension.DIRECTION])
    assert all((rows.companies, rows.suggestions, rows.requests, live.report.realised.count, live.report.flags))
