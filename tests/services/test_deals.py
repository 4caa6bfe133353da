import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, select

from matchmaker.domain.deals.errors import InvalidReport
from matchmaker.domain.deals.evidence import EvidenceLevel
from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.errors import Conflict, NotFound, Refused
from matchmaker.domain.fairs import Phase, Role
from matchmaker.domain.money.amount import Money
from matchmaker.domain.spreadsheets.outcomes import OutcomeRow
from matchmaker.models import Deal, DealMeeting, HistoryEntry, Meeting, OutcomeReport
from matchmaker.services import fairs
from matchmaker.services.contracts import ContractCode, ContractError, ContractsRefusedError, import_contracts
from matchmaker.services.deals import results_of
from matchmaker.services.outcomes import Absent, Said, hold_all, record_held, record_missed, record_outcome
from matchmaker.services.questions import question_of
from matchmaker.services.reports import results_of as report_of
from tests.factories import OPENING

AFTER = OPENING + timedelta(hours=3)


def usd(amount):
    return Money(amount=Decimal(amount), currency="USD")


class Scene:
    """An exhibitor and a buyer from abroad with one scheduled meeting that is over."""

    def __init__(self, session, factory):
        self.session = session
        fair = factory.fair(phase=Phase.FAIR_DAYS)
        self.seller = factory.participant(fair, name="Trà Xanh Tà Xùa")
        self.buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods K.K.", country="JP")
        (slot,) = factory.slots(fair, 1)
        self.meeting = factory.meeting(self.seller, self.buyer, state="scheduled", slot_id=slot.id)
        self.row, self.fair = fair, fairs.by_slug(session, slug=fair.slug)

    def me(self, side):
        (me,) = fairs.memberships(self.session, fair_id=self.fair.id, account_id=side.account.id)
        return me

    def say(self, side, outcome, value=None, *, horizon=Horizon.TWELVE_MONTHS, now=AFTER):
        return self.record(side, Said(outcome=outcome, value=value, horizon=horizon if value else None), now=now)

    def record(self, side, said, *, now=AFTER):
        return record_outcome(
            self.session, fair=self.fair, me=self.me(side), meeting_id=self.meeting.id, said=said, now=now
        )

    def results(self, side):
        return results_of(self.session, fair=self.fair, me=self.me(side))

    def register(self, *rows, now=AFTER):
        return import_contracts(self.session, fair=self.fair, rows=rows, by=None, now=now)

    def report(self, now=AFTER):
        return report_of(self.session, fair=self.fair, now=now).report


@pytest.fixture
def scene(session, factory):
    return Scene(session, factory)


class TestHolding:
    def test_a_meeting_without_a_slot_becomes_a_walk_in(self, session, factory, scene):
        walk_in = factory.meeting(scene.seller, scene.buyer, state="accepted")

        record_held(session, meeting_id=walk_in.id, by=None, now=AFTER)

        session.refresh(walk_in)
        assert (walk_in.state, walk_in.is_walk_in, walk_in.changed_at) == ("held", True, AFTER)

    def test_a_scheduled_meeting_is_held_as_scheduled_and_once(self, session, scene):
        record_held(session, meeting_id=scene.meeting.id, by=None, now=AFTER)
        record_held(session, meeting_id=scene.meeting.id, by=None, now=AFTER)

        session.refresh(scene.meeting)
        entries = session.scalars(select(HistoryEntry.action).where(HistoryEntry.subject_id == scene.meeting.id)).all()
        assert (scene.meeting.state, scene.meeting.is_walk_in, entries) == ("held", False, ["meeting_held"])

    @pytest.mark.parametrize("state", ["requested", "declined", "cancelled", "expired", "withdrawn"])
    def test_what_was_never_agreed_or_called_off_can_not_be_held(self, session, factory, state, scene):
        other = factory.meeting(scene.seller, scene.buyer, state=state)

        with pytest.raises(Conflict):
            record_held(session, meeting_id=other.id, by=None, now=AFTER)
        assert hold_all(session, fair_id=other.fair_id, meeting_ids=[other.id], by=None, now=AFTER) == (0, 0)

    def test_a_meeting_of_another_fair_is_left_alone(self, session, factory, scene):
        held = hold_all(session, fair_id=factory.fair().id, meeting_ids=[scene.meeting.id], by=None, now=AFTER)

        assert (held, scene.meeting.state) == ((0, 0), "scheduled")

    def test_there_must_be_a_meeting(self, session):
        with pytest.raises(NotFound):
            record_held(session, meeting_id=uuid.uuid4(), by=None, now=AFTER)


class TestSaying:
    @pytest.mark.parametrize(
        ("said", "code"),
        [
            (Said(outcome=Outcome.FOLLOW_UP, value=usd(5), horizon=Horizon.IMMEDIATE), "outcome_has_no_value"),
            (Said(outcome=Outcome.MOU, value=usd(0), horizon=Horizon.IMMEDIATE), "value_not_positive"),
            (Said(outcome=Outcome.MOU, value=usd("0.001"), horizon=Horizon.IMMEDIATE), "value_finer_than_currency"),
            (Said(outcome=Outcome.MOU, value=usd(5)), "value_without_horizon"),
        ],
    )
    def test_it_refuses_what_contradicts_itself_and_writes_nothing(self, session, scene, said, code):
        with pytest.raises(InvalidReport) as refused:
            scene.record(scene.seller, said)

        assert refused.value.code == code
        assert session.scalars(select(OutcomeReport)).all() == []
        assert session.get(Meeting, scene.meeting.id).state == "scheduled"

    def test_a_value_larger_than_the_tables_hold_is_refused(self, scene):
        with pytest.raises(Refused) as refused:
            scene.say(scene.seller, Outcome.MOU, usd(9 * 10**14))

        assert (refused.value.code, refused.value.field) == ("value_too_large", "value")

    def test_a_value_on_a_missed_meeting_is_refused(self, session, scene):
        me = scene.me(scene.buyer)
        record_missed(session, fair=scene.fair, me=me, meeting_id=scene.meeting.id, absent=Absent.THEM, now=AFTER)
        session.expire_all()

        with pytest.raises(Refused) as refused:
            scene.say(scene.seller, Outcome.ORDER, usd(5))

        assert refused.value.code == "value_without_meeting"
        assert session.get(Meeting, scene.meeting.id).no_show_side == "exhibitor"

    def test_of_two_entries_in_one_instant_the_later_one_stands(self, scene):
        scene.say(scene.seller, Outcome.MOU, usd(100))
        scene.say(scene.seller, Outcome.MOU, usd(90))

        (line,) = scene.results(scene.seller)
        assert (line.mine.value, line.value) == (usd(90), usd("90.00"))

    def test_what_was_said_stays_word_for_word(self, session, scene):
        scene.say(scene.seller, Outcome.MOU, usd(100))
        before = [_columns(row) for row in session.scalars(select(OutcomeReport))]
        scene.say(scene.seller, Outcome.AGREEMENT, usd(120))
        scene.say(scene.buyer, Outcome.FOLLOW_UP)

        kept = [_columns(row) for row in session.scalars(select(OutcomeReport).where(OutcomeReport.entry == 1))]
        assert [row for row in kept if row in before] == before

    def test_a_follow_up_after_a_deal_was_named_takes_the_deal_back(self, scene):
        scene.say(scene.seller, Outcome.MOU, usd(100))
        scene.say(scene.seller, Outcome.FOLLOW_UP, now=AFTER + timedelta(minutes=1))

        (line,) = scene.results(scene.seller)
        assert (line.stage, line.value) == (Outcome.FOLLOW_UP, None)


def _columns(row):
    return {column.name: getattr(row, column.key) for column in OutcomeReport.__table__.columns}


class TestSeeing:
    def test_each_side_sees_the_other_only_after_its_own_answer(self, session, scene):
        scene.say(scene.seller, Outcome.MOU, usd(100))
        me = scene.me(scene.buyer)

        (before,) = scene.results(scene.buyer)
        question = question_of(session, fair_id=scene.fair.id, me=me, meeting_id=scene.meeting.id)
        assert (before.stage, before.theirs, before.value, question.theirs) == (None, None, None, ())

        scene.say(scene.buyer, Outcome.MOU, usd(50))
        (after,) = scene.results(scene.buyer)
        assert (after.theirs.value, after.level, after.value) == (usd(100), EvidenceLevel.DISPUTED, usd("50.00"))


def contract(row=2, **values):
    defaults = {
        "buyer": "Kaze Foods K.K.",
        "exhibitor": "Tra Xanh Ta Xua",
        "value": usd("1500.50"),
        "need": "Green tea",
        "reference": "T-1",
        "signed_on": date(2026, 11, 19),
    }
    return OutcomeRow(row=row, **{**defaults, **values})


class TestTheRegister:
    def test_a_contract_is_a_deal_on_the_organizers_word_and_its_meeting_was_held(self, session, scene):
        done = scene.register(contract())

        deal = session.scalars(select(Deal)).one()
        report = session.scalars(select(OutcomeReport)).one()
        session.refresh(scene.meeting)
        assert (deal.title, deal.register_no) == ("Green tea", "T-1")
        assert (report.side, report.outcome, report.amount, report.horizon, report.evidence, report.signed_on) == (
            "organizer",
            "agreement",
            Decimal("1500.5"),
            "12m",
            "register",
            date(2026, 11, 19),
        )
        assert (scene.meeting.state, scene.meeting.is_walk_in) == ("held", False)
        assert (done.added, done.held_as_scheduled, done.walk_ins, done.proposed) == (1, 1, 0, 0)

    def test_a_pair_without_meeting_gets_one_outside_the_schedule(self, session, scene):
        session.execute(delete(Meeting))

        done = scene.register(contract())

        meeting = session.scalars(select(Meeting)).one()
        assert (meeting.exhibitor_id, meeting.buyer_id, meeting.origin) == (scene.seller.id, scene.buyer.id, "register")
        assert (meeting.state, meeting.is_walk_in, done.proposed, done.walk_ins) == ("held", True, 1, 1)

    def test_a_missed_meeting_stays_missed_although_a_contract_followed(self, session, scene):
        scene.meeting.state, scene.meeting.no_show_side = "no_show", "buyer"
        session.flush()

        done = scene.register(contract())

        session.refresh(scene.meeting)
        assert (scene.meeting.state, done.held_as_scheduled, done.walk_ins) == ("no_show", 0, 0)
        assert session.scalars(select(DealMeeting.meeting_id)).all() == [scene.meeting.id]

    def test_the_same_register_again_changes_nothing(self, session, scene):
        rows = [contract(), contract(row=3, reference="", need="Cups")]
        scene.register(*rows)
        counts = _counts(session)

        again = scene.register(*rows, now=AFTER + timedelta(days=1))

        assert (again.added, again.restated, again.unchanged, again.proposed) == (0, 0, 2, 0)
        assert _counts(session) == counts

    def test_a_known_number_with_another_value_is_restated_by_a_further_entry(self, session, scene):
        scene.register(contract())
        done = scene.register(contract(value=usd(2000)), now=AFTER + timedelta(days=1))

        entries = session.execute(select(OutcomeReport.entry, OutcomeReport.amount).order_by(OutcomeReport.entry)).all()
        report = scene.report(now=AFTER + timedelta(days=2))
        assert (done.restated, [tuple(entry) for entry in entries]) == (1, [(1, Decimal("1500.5")), (2, Decimal(2000))])
        assert (report.headline.value, report.headline.count) == (usd("2000.00"), 1)

    def test_two_contracts_of_one_pair_are_two_deals_from_one_meeting(self, scene):
        scene.register(contract(), contract(row=3, reference="T-2", value=usd(100)))

        report = scene.report()
        assert (report.headline.count, report.deal_pairs.number, report.meetings.held.number) == (2, 1, 1)

    def test_a_side_that_speaks_of_a_registered_contract_does_not_make_a_second_deal(self, scene):
        scene.register(contract())
        scene.say(scene.seller, Outcome.AGREEMENT, usd(1400))

        report = scene.report()
        assert (report.headline.count, report.headline.value) == (1, usd("1500.50"))

    def test_every_row_that_does_not_fit_is_named_and_none_is_imported(self, session, factory, scene):
        factory.participant(scene.row, name="Kaze Foods K.K.", role=Role.EXHIBITOR)
        before = _counts(session)

        with pytest.raises(ContractsRefusedError) as refused:
            scene.register(
                contract(),
                contract(row=3, buyer="Nobody Ltd"),
                contract(row=4, value=Money(amount=Decimal(5), currency="EUR"), reference="T-4"),
                contract(row=5, exhibitor="Kaze Foods K.K.", buyer="Tra Xanh Ta Xua"),
                contract(row=6),
                contract(row=7, value=usd(10**15), reference="T-7"),
            )

        assert [(error.row, error.column, error.code) for error in refused.value.errors] == [
            (3, "buyer", ContractCode.NO_SUCH_BUYER),
            (4, "currency", ContractCode.NO_RATE),
            (5, "buyer", ContractCode.NO_SUCH_BUYER),
            (6, "reference", ContractCode.NUMBER_TWICE),
            (7, "amount", ContractCode.BAD_VALUE),
        ]
        assert refused.value.errors[3] == ContractError(
            6, "reference", ContractCode.NUMBER_TWICE, {"number": "T-1", "other_row": 2}
        )
        assert _counts(session) == before

    def test_two_companies_of_one_name_are_not_guessed_between(self, factory, scene):
        factory.participant(scene.row, name="Kaze Foods K.K.", role=Role.BUYER)

        with pytest.raises(ContractsRefusedError) as refused:
            scene.register(contract())

        assert [error.code for error in refused.value.errors] == [ContractCode.SEVERAL_BUYERS]

    def test_a_company_of_another_fair_is_not_found(self, factory, scene):
        factory.participant(factory.fair(), name="Elsewhere", role=Role.BUYER)

        with pytest.raises(ContractsRefusedError):
            scene.register(contract(buyer="Elsewhere"))


def _counts(session):
    return [
        len(session.scalars(select(table.__table__.columns.values()[0])).all())
        for table in (Deal, DealMeeting, OutcomeReport, Meeting, HistoryEntry)
    ]
