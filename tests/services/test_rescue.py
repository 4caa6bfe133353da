"""From a partner who did not come to a meeting with somebody else."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.attendance import Source
from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.fairs import Phase, Role
from matchmaker.models import (
    CheckIn,
    HallOffer,
    HallOfferSide,
    Interpreter,
    InterpreterAbsence,
    MatchRun,
    Meeting,
    Notice,
    Representative,
    Seat,
    Suggestion,
    Veto,
)
from matchmaker.services import attendance, erasing, fairs, persons, rescue, rescue_answers, standby
from matchmaker.services.erasing import ErasureReason
from matchmaker.services.reports import results_of
from tests.at_once import at_once
from tests.factories import OPENING

NOW = OPENING + timedelta(minutes=9)


class Hall:
    """An exhibitor whose buyer did not come, and another buyer on standby whom the matcher put on its list."""

    def __init__(self, session, factory):
        self.session, self.factory = session, factory
        self.row = factory.fair(phase=Phase.FAIR_DAYS)
        self.fair = fairs.by_slug(session, slug=self.row.slug)
        self.slot = factory.slots(self.row, 2)[0]
        self.table, self.second = factory.tables(self.row, 2)
        self.seller = factory.participant(self.row, name="Trà Tà Xùa")
        self.absent = factory.participant(self.row, role=Role.BUYER, name="Kaze Foods")
        self.idle = factory.participant(self.row, role=Role.BUYER, name="Almira Trading")
        self.missed = self.place(self.seller, self.absent, self.table)
        self.run = factory.add(
            MatchRun(fair_id=self.row.id, state="done", version="1", weights={}, coverage={}, started_at=OPENING)
        )
        self.suggest(self.seller, self.idle)
        self.stand_by(self.idle)
        self.here(self.missed, Role.EXHIBITOR)

    def place(self, seller, buyer, table):
        meeting = self.factory.meeting(
            seller, buyer, state="scheduled", slot_id=self.slot.id, table_id=table.id, answered_at=OPENING
        )
        people = [("representative", one.representative.id) for one in (seller, buyer)]
        for kind, key in (("table", table.id), *people):
            self.factory.add(Seat(kind=kind, resource_id=key, slot_id=self.slot.id, meeting_id=meeting.id))
        return meeting

    def suggest(self, seller, buyer, score=0.5):
        self.factory.add(
            Suggestion(
                fair_id=self.row.id,
                run_id=self.run.id,
                exhibitor_id=seller.id,
                buyer_id=buyer.id,
                score=score,
                label="default",
                contributions=[],
                reasons={},
                gaps={},
                best_pair={},
            )
        )

    def me(self, side):
        return fairs.memberships(self.session, fair_id=self.fair.id, account_id=side.account.id)[0]

    def stand_by(self, side, *, wants=True):
        standby.set_standby(self.session, fair=self.fair, me=self.me(side), wants=wants, now=OPENING)

    def here(self, meeting, side, at=OPENING):
        self.factory.add(
            CheckIn(
                fair_id=self.row.id,
                meeting_id=meeting.id,
                side=side,
                is_present=True,
                source="host",
                once=uuid.uuid4().hex,
                at=at,
                recorded_at=at,
            )
        )

    def offer(self, now=NOW):
        return rescue.offer(self.session, now=now)

    def answer(self, offer_id, side, *, is_yes=True, now=NOW, person=None):
        return rescue_answers.answer(
            self.session,
            fair=self.fair,
            offer_id=offer_id,
            side=side,
            is_yes=is_yes,
            by=None,
            now=now,
            representative_id=person,
        )

    def state_of(self, offer_id):
        self.session.expire_all()
        return self.session.get(HallOffer, offer_id).state


@pytest.fixture
def hall(session, factory):
    return Hall(session, factory)


class TestOffers:
    def test_who_waits_alone_long_enough_is_offered_who_is_free_and_fits(self, hall):
        assert hall.offer(OPENING + timedelta(minutes=7)) == []

        [key] = hall.offer()

        [found] = rescue_answers.open_offers(hall.session, fair_id=hall.fair.id, now=NOW)
        assert (found.id, found.table, found.until) == (key, "A01", NOW + timedelta(minutes=5))
        assert {role: (one.company, one.sits_there) for role, one in found.sides.items()} == {
            Role.EXHIBITOR: ("Trà Tà Xùa", True),
            Role.BUYER: ("Almira Trading", False),
        }

    def test_both_are_told_at_once_of_the_other_company(self, hall):
        hall.offer()
        told = hall.session.scalars(select(Notice).where(Notice.kind == "hall_offer")).all()
        assert {(one.account_id, one.facts["company"], one.send_at == NOW) for one in told} == {
            (hall.seller.account.id, "Almira Trading", True),
            (hall.idle.account.id, "Trà Tà Xùa", True),
        }

    def test_a_host_who_says_that_somebody_is_not_there_spares_the_waiting(self, hall):
        attendance.check_in(
            hall.session,
            fair=hall.fair,
            meeting_id=hall.missed.id,
            side=Role.BUYER,
            is_present=False,
            source=Source.HOST,
            by=None,
            at=OPENING + timedelta(minutes=1),
            once="gone",
            now=OPENING + timedelta(minutes=1),
        )
        assert len(hall.offer(OPENING + timedelta(minutes=1))) == 1

    def test_nobody_holds_two_offers(self, hall):
        other = hall.factory.participant(hall.row)
        meeting = hall.place(other, hall.factory.participant(hall.row, role=Role.BUYER), hall.second)
        hall.suggest(other, hall.idle, score=0.9)
        hall.here(meeting, Role.EXHIBITOR)

        assert len(hall.offer()) == 1
        assert hall.offer() == []
        people = hall.session.scalars(select(HallOfferSide.representative_id).where(HallOfferSide.is_open)).all()
        assert len(people) == len(set(people)) == 2

    @pytest.mark.parametrize("why", ["seated", "not_matched", "vetoed", "off_the_list", "met_already"])
    def test_who_can_not_or_may_not_is_left_alone(self, hall, why):
        if why == "seated":
            hall.place(hall.factory.participant(hall.row), hall.idle, hall.second)
        elif why == "not_matched":
            hall.session.execute(delete(Suggestion))
        elif why == "vetoed":
            veto = {"participation_id": hall.idle.id, "other_company_id": hall.seller.company_id}
            hall.factory.add(Veto(**veto, reason="other", at=OPENING))
        elif why == "off_the_list":
            hall.stand_by(hall.idle, wants=False)
        else:
            hall.factory.meeting(hall.seller, hall.idle, state="held")
        assert hall.offer() == []

    def test_an_offer_ends_by_itself_and_is_not_made_again(self, hall):
        [key] = hall.offer()
        later = NOW + timedelta(minutes=5)
        assert rescue.expire_due(hall.session, now=later) == 1
        assert hall.state_of(key) == "expired"
        assert hall.offer(later) == []

    def test_it_ends_when_the_partner_comes_after_all(self, hall):
        [key] = hall.offer()
        hall.missed.state = "held"
        hall.session.flush()
        assert rescue.expire_due(hall.session, now=NOW) == 1
        assert hall.state_of(key) == "expired"


class TestAnswers:
    def test_with_two_times_yes_they_sit_down_and_the_missed_meeting_is_on_record(self, hall):
        [key] = hall.offer()
        assert hall.answer(key, Role.BUYER) is None
        meeting_id = hall.answer(key, Role.EXHIBITOR)

        made = hall.session.get(Meeting, meeting_id)
        assert (made.state, made.origin, made.is_walk_in, made.table_id) == (
            "scheduled",
            "rescue",
            True,
            hall.table.id,
        )
        hall.session.refresh(hall.missed)
        assert (hall.missed.state, hall.missed.no_show_side) == ("no_show", "buyer")
        seats = hall.session.scalars(select(Seat.resource_id).where(Seat.meeting_id == meeting_id)).all()
        assert set(seats) == {hall.table.id, hall.seller.representative.id, hall.idle.representative.id}
        assert hall.state_of(key) == "taken"
        assert hall.answer(key, Role.EXHIBITOR) == meeting_id

    def test_who_comes_to_the_table_makes_it_held_and_it_counts_outside_the_schedule(self, hall):
        [key] = hall.offer()
        hall.answer(key, Role.EXHIBITOR)
        meeting_id = hall.answer(key, Role.BUYER)
        noted = attendance.check_in(
            hall.session,
            fair=hall.fair,
            meeting_id=meeting_id,
            side=Role.BUYER,
            is_present=True,
            source=Source.AGENDA,
            by=None,
            at=NOW + timedelta(minutes=4),
            once="came",
            now=NOW + timedelta(minutes=4),
        )
        assert noted.state == "held"
        assert noted.standings[Role.BUYER].presence == "present"
        counts = results_of(hall.session, fair=hall.fair, now=NOW + timedelta(minutes=5)).report.meetings
        assert (counts.scheduled.number, counts.no_show.number, counts.walk_in.number) == (1, 1, 1)

    def test_two_who_wanted_to_meet_keep_their_meeting(self, hall):
        waiting = hall.factory.meeting(hall.seller, hall.idle, state="accepted", origin="directory")
        [key] = hall.offer()
        hall.answer(key, Role.EXHIBITOR)
        assert hall.answer(key, Role.BUYER) == waiting.id
        hall.session.refresh(waiting)
        assert (waiting.state, waiting.origin, waiting.slot_id) == ("scheduled", "directory", hall.slot.id)

    @pytest.mark.parametrize(("is_rescued", "record"), [(True, ("no_show", "buyer")), (False, ("scheduled", None))])
    def test_the_missed_meeting_goes_back_on_the_plan_only_with_its_seats(self, hall, is_rescued, record):
        [key] = hall.offer()
        if is_rescued:
            hall.answer(key, Role.BUYER)
            hall.answer(key, Role.EXHIBITOR)
        else:
            hall.missed.state, hall.missed.no_show_side = "no_show", "buyer"
            hall.session.flush()
        attendance.check_in(
            hall.session,
            fair=hall.fair,
            meeting_id=hall.missed.id,
            side=Role.EXHIBITOR,
            is_present=True,
            source=Source.HOST,
            by=None,
            at=NOW,
            once="again",
            now=NOW,
        )
        hall.session.refresh(hall.missed)
        assert (hall.missed.state, hall.missed.no_show_side) == record

    def test_a_no_ends_it_and_leaves_the_missed_meeting_as_it_is(self, hall):
        [key] = hall.offer()
        hall.answer(key, Role.BUYER, is_yes=False)
        assert hall.state_of(key) == "declined"
        with pytest.raises(Conflict, match="offer_over"):
            hall.answer(key, Role.EXHIBITOR)
        assert hall.offer() == []
        hall.session.refresh(hall.missed)
        assert hall.missed.state == "scheduled"

    def test_another_persons_side_and_a_late_answer_are_refused(self, hall):
        [key] = hall.offer()
        with pytest.raises(NotFound):
            hall.answer(key, Role.BUYER, person=hall.absent.representative.id)
        with pytest.raises(Conflict, match="offer_over"):
            hall.answer(key, Role.BUYER, now=NOW + timedelta(minutes=5))


class TestAtOnce:
    def test_both_who_say_yes_in_the_same_moment_get_one_meeting(self, app, hall):
        [key] = hall.offer()
        fair, session = hall.fair, hall.session
        session.commit()

        def say(side):
            def act(own):
                rescue_answers.answer(own, fair=fair, offer_id=key, side=side, is_yes=True, by=None, now=NOW)

            return act

        found = at_once(app, {side: say(side) for side in Role})

        assert set(found.values()) == {None}
        assert session.scalars(select(Meeting.state).where(Meeting.origin == "rescue")).all() == ["scheduled"]

    def test_two_jobs_make_one_offer(self, app, hall):
        session = hall.session
        session.commit()
        at_once(app, {name: lambda own: rescue.offer(own, now=NOW) for name in ("one", "other")})
        assert session.scalar(select(func.count()).select_from(HallOffer)) == 1


class TestInterpreter:
    """The seller speaks Vietnamese only, the buyer on standby Japanese only."""

    @pytest.fixture
    def speaker(self, hall):
        for side, languages in ((hall.seller, ["vi"]), (hall.idle, ["ja"])):
            hall.session.get(Representative, side.representative.id).languages = languages
        account = hall.factory.account(name="Lê")
        return hall.factory.add(
            Interpreter(
                fair_id=hall.row.id, account_id=account.id, name="Lê", email=account.email, languages=["vi", "ja"]
            )
        )

    def test_without_one_the_pair_is_not_offered(self, hall, speaker):
        speaker.languages = ["vi", "en"]
        hall.session.flush()
        assert hall.offer() == []

    def test_one_who_is_away_or_sits_elsewhere_is_not_counted_on(self, hall, speaker):
        absence = hall.factory.add(InterpreterAbsence(interpreter_id=speaker.id, slot_id=hall.slot.id))
        assert hall.offer() == []
        hall.session.delete(absence)
        other = hall.place(
            hall.factory.participant(hall.row), hall.factory.participant(hall.row, role=Role.BUYER), hall.second
        )
        hall.factory.add(Seat(kind="interpreter", resource_id=speaker.id, slot_id=hall.slot.id, meeting_id=other.id))
        assert hall.offer() == []

    def test_one_who_is_free_takes_a_seat_and_is_told(self, hall, speaker):
        [key] = hall.offer()
        assert rescue_answers.open_offers(hall.session, fair_id=hall.fair.id, now=NOW)[0].interpreter == "Lê"
        hall.answer(key, Role.BUYER)
        meeting_id = hall.answer(key, Role.EXHIBITOR)

        assert hall.session.get(Meeting, meeting_id).interpreter_id == speaker.id
        wanted = select(Seat.meeting_id).where(Seat.kind == "interpreter", Seat.resource_id == speaker.id)
        assert hall.session.scalars(wanted).all() == [meeting_id]
        told = select(Notice.kind).where(Notice.account_id == speaker.account_id)
        assert hall.session.scalars(told).all() == ["interpreter_changed"]

    def test_one_who_sat_in_the_missed_meeting_stays_at_the_table(self, hall, speaker):
        seat = {"kind": "interpreter", "resource_id": speaker.id, "slot_id": hall.slot.id}
        hall.factory.add(Seat(**seat, meeting_id=hall.missed.id))
        [key] = hall.offer()
        hall.answer(key, Role.EXHIBITOR)
        meeting_id = hall.answer(key, Role.BUYER)
        assert hall.session.scalars(select(Seat.meeting_id).filter_by(**seat)).all() == [meeting_id]

    def test_one_who_left_meanwhile_ends_the_offer(self, hall, speaker):
        [key] = hall.offer()
        hall.answer(key, Role.EXHIBITOR)
        speaker.is_active = False
        hall.session.flush()
        with pytest.raises(Conflict, match="offer_over"):
            hall.answer(key, Role.BUYER)

    def test_one_who_is_erased_ends_the_offer_and_the_organizer_hears_of_it_without_the_name(self, hall, speaker):
        organizer = hall.factory.organizer(hall.row)
        [key] = hall.offer()
        hall.answer(key, Role.EXHIBITOR)
        hall.session.get(Meeting, hall.missed.id).interpreter_id = speaker.id
        hall.session.flush()
        person = persons.of_account(hall.session, account_id=speaker.account_id)
        erasing.erase(hall.session, person=person, reason=ErasureReason.REQUEST, by=None, now=NOW)
        assert hall.session.get(HallOffer, key, populate_existing=True).state == "expired"
        with pytest.raises(Conflict, match="offer_over"):
            hall.answer(key, Role.BUYER)
        assert hall.session.scalar(select(Meeting.id).where(Meeting.origin == "rescue")) is None
        told = select(Notice).where(Notice.account_id == organizer.id, Notice.kind == "interpreter_needed")
        facts = hall.session.scalars(told).one().facts
        assert (facts["interpreter"], facts["meetings"], facts["offers"]) == ("", 1, 1)

    def test_one_interpreter_is_in_one_open_offer(self, hall, speaker):
        hall.offer()
        row = hall.session.scalars(select(HallOffer)).one()
        facts = {name: getattr(row, name) for name in ("fair_id", "slot_id", "state", "offered_at", "expires_at")}
        with pytest.raises(IntegrityError), hall.session.begin_nested():
            hall.factory.add(HallOffer(**facts, interpreter_id=speaker.id))
