"""Giving a meeting its time: by the two who meet or by the organizer, without ever taking anyone twice."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from matchmaker.domain.errors import Conflict, NotAllowed, NotFound, Refused
from matchmaker.domain.fairs import Phase, TimeChoice
from matchmaker.models import (
    FairPerson,
    HistoryEntry,
    Interpreter,
    Meeting,
    MeetingAttendee,
    Notice,
    RepresentativeAbsence,
    Seat,
)
from matchmaker.services import booking, extending, fairs, line_up, meetings, move_undo, places
from matchmaker.services.seats import Booking, take_seats
from tests.factories import OPENING
from tests.query_count import count_queries

NOW = OPENING - timedelta(days=10)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring", time_choice=TimeChoice.PAIR)


@pytest.fixture
def tables(factory, fair):
    return factory.tables(fair, 2)


@pytest.fixture
def slots(factory, fair, tables):
    return factory.slots(fair, 4)


@pytest.fixture
def exhibitor(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây")


@pytest.fixture
def buyer(factory, fair):
    return factory.participant(fair, role="buyer", name="Kaze Foods")


@pytest.fixture
def meeting(factory, exhibitor, buyer):
    return factory.meeting(exhibitor, buyer, state="accepted")


@pytest.fixture
def scene(factory, fair, slots, tables, meeting, exhibitor, buyer):
    """All of it, for tests that need most of it."""
    return SimpleNamespace(
        factory=factory,
        session=factory.session,
        fair=fair,
        slots=slots,
        tables=tables,
        meeting=meeting,
        exhibitor=exhibitor,
        buyer=buyer,
    )


def place(session, meeting, slot, who=None, *, now=NOW, note=""):
    fair = next(one for one in fairs.all_fairs(session) if one.id == meeting.fair_id)
    return booking.place(
        session,
        fair=fair,
        slot_id=slot.id,
        note=note,
        fair_id=fair.id,
        meeting_id=meeting.id,
        participation_id=who.id if who else None,
        by=who.account.id if who else None,
        now=now,
    )


def seats_of(session, meeting):
    rows = session.execute(select(Seat.kind, Seat.resource_id, Seat.slot_id).where(Seat.meeting_id == meeting.id))
    return {tuple(row) for row in rows}


def told(session):
    rows = session.execute(select(Notice.account_id, Notice.kind, Notice.facts).order_by(Notice.created_at))
    return [tuple(row) for row in rows]


def open_slots(session, meeting, *, now=NOW):
    board = places.board_of(session, fair_id=meeting.fair_id, meeting_id=meeting.id)
    return [place.opening.id for place in board.places(now=now)]


class TestPicking:
    def test_a_time_takes_everyones_seats_and_tells_the_other_side_when_and_where(self, scene):
        session, meeting, slots, tables, exhibitor, buyer = (
            scene.session,
            scene.meeting,
            scene.slots,
            scene.tables,
            scene.exhibitor,
            scene.buyer,
        )
        placed = place(session, meeting, slots[1], exhibitor, note="By the window?")
        row = session.get(Meeting, meeting.id, populate_existing=True)
        assert (row.state, row.slot_id, row.table_id, row.changed_at) == ("scheduled", slots[1].id, tables[0].id, NOW)
        assert (placed.table, placed.starts_at) == ("A01", slots[1].starts_at)
        assert seats_of(session, meeting) == {
            ("representative", exhibitor.representative.id, slots[1].id),
            ("representative", buyer.representative.id, slots[1].id),
            ("table", tables[0].id, slots[1].id),
        }
        assert told(session) == [
            (
                buyer.account.id,
                "meeting_placed",
                {
                    "path": f"/fairs/spring/meetings/{meeting.id}",
                    "meeting": meeting.id.hex,
                    "company": "Trà Núi Mây",
                    "starts_at": "2026-11-18T02:30:00+00:00",
                    "ends_at": "2026-11-18T02:55:00+00:00",
                    "time_zone": "Asia/Ho_Chi_Minh",
                    "is_online": False,
                    "table": "A01",
                    "hall_vi": "Nhà A",
                    "hall_en": "Hall A",
                    "booth": "",
                    "note": "By the window?",
                },
            )
        ]
        entry = session.scalars(select(HistoryEntry).where(HistoryEntry.subject_id == meeting.id)).one()
        assert (entry.action, entry.by_account_id, entry.facts["table"]) == (
            "meeting_scheduled",
            exhibitor.account.id,
            "A01",
        )

    def test_only_times_that_suit_everyone_are_open(self, scene):
        factory, fair, meeting, slots, exhibitor, buyer = (
            scene.factory,
            scene.fair,
            scene.meeting,
            scene.slots,
            scene.exhibitor,
            scene.buyer,
        )
        session = factory.session
        factory.add(RepresentativeAbsence(representative_id=buyer.representative.id, slot_id=slots[0].id))
        other = factory.meeting(exhibitor, factory.participant(fair, role="buyer"), state="accepted")
        place(session, other, slots[2], exhibitor)
        assert open_slots(session, meeting) == [slots[1].id, slots[3].id]
        with pytest.raises(Conflict, match="slot_taken"):
            place(session, meeting, slots[0], buyer)
        with pytest.raises(Conflict, match="slot_taken"):
            place(session, meeting, slots[2], buyer)

    def test_nobody_sits_in_more_meetings_a_day_than_they_want(self, factory, fair, meeting, slots, exhibitor):
        session = factory.session
        session.execute(
            update(FairPerson).where(FairPerson.representative_id == exhibitor.representative.id).values(daily_cap=1)
        )
        place(session, meeting, slots[0], exhibitor)
        second = factory.meeting(exhibitor, factory.participant(fair, role="buyer"), state="accepted")
        with pytest.raises(Conflict, match="slot_taken"):
            place(session, second, slots[2], exhibitor)

    def test_a_company_with_all_the_meetings_it_may_have_gets_no_more(self, factory, fair, meeting, slots, exhibitor):
        session = factory.session
        exhibitor.meetings_cap = 1
        session.flush()
        place(session, meeting, slots[0], exhibitor)
        second = factory.meeting(exhibitor, factory.participant(fair, role="buyer"), state="accepted")
        board = places.board_of(session, fair_id=fair.id, meeting_id=second.id)
        assert board.full == {"exhibitor"}
        with pytest.raises(Conflict, match="slot_taken"):
            place(session, second, slots[2], exhibitor)
        place(session, meeting, slots[3], exhibitor)

    def test_each_meeting_of_a_slot_has_its_own_table_and_the_last_table_ends_it(
        self, factory, session, fair, slots, tables
    ):
        pairs = [
            factory.meeting(factory.participant(fair), factory.participant(fair, role="buyer"), state="accepted")
            for _ in range(3)
        ]
        assert [place(session, pair, slots[0]).table for pair in pairs[:2]] == ["A01", "A02"]
        with pytest.raises(Conflict, match="slot_taken"):
            place(session, pairs[2], slots[0])

    def test_where_all_tables_are_taken_the_exhibitors_booth_is_left(self, scene):
        factory, fair, meeting, slots, tables, exhibitor = (
            scene.factory,
            scene.fair,
            scene.meeting,
            scene.slots,
            scene.tables,
            scene.exhibitor,
        )
        session = factory.session
        for _ in tables:
            pair = factory.meeting(factory.participant(fair), factory.participant(fair, role="buyer"), state="accepted")
            place(session, pair, slots[0])
        exhibitor.booth = "C12"
        session.flush()
        placed = place(session, meeting, slots[0], exhibitor)
        assert (placed.table, placed.place["booth"]) == (None, "C12")

    def test_a_side_for_which_nobody_comes_has_no_time(self, factory, fair, exhibitor, slots, tables):
        session = factory.session
        nobody = factory.participation(fair, role="buyer")
        meeting = factory.meeting(exhibitor, nobody, state="accepted")
        board = places.board_of(session, fair_id=fair.id, meeting_id=meeting.id)
        assert (board.missing, board.places(now=NOW)) == ({"buyer"}, [])

    def test_where_the_organizer_schedules_the_two_do_not_choose(self, session, fair, meeting, slots, exhibitor):
        fair.time_choice = TimeChoice.ORGANIZER
        session.flush()
        with pytest.raises(NotAllowed, match="organizer_chooses"):
            place(session, meeting, slots[0], exhibitor)
        assert place(session, meeting, slots[0]).slot_id == slots[0].id

    def test_before_a_schedule_is_published_a_move_of_the_organizer_tells_nobody(self, session, fair, meeting, slots):
        fair.time_choice = TimeChoice.ORGANIZER
        session.flush()
        place(session, meeting, slots[0])
        assert told(session) == []
        fair.phase = Phase.FINAL
        session.flush()
        place(session, meeting, slots[1])
        assert [kind for _, kind, _ in told(session)] == ["meeting_moved"] * 2

    @pytest.mark.parametrize("state", ["requested", "declined", "withdrawn", "expired", "cancelled", "held"])
    def test_what_is_not_agreed_or_over_has_no_time_to_choose(self, factory, fair, slots, tables, state):
        session = factory.session
        meeting = factory.meeting(factory.participant(fair), factory.participant(fair, role="buyer"), state=state)
        with pytest.raises(Conflict, match="meeting_moved_on"):
            place(session, meeting, slots[0])
        assert seats_of(session, meeting) == set()

    def test_a_pending_request_takes_no_seat(self, scene):
        factory, fair, exhibitor, slots, meeting = (
            scene.factory,
            scene.fair,
            scene.exhibitor,
            scene.slots,
            scene.meeting,
        )
        session = factory.session
        for _ in range(3):
            factory.meeting(exhibitor, factory.participant(fair, role="buyer"))
        assert open_slots(session, meeting) == [slot.id for slot in slots]

    def test_a_third_company_and_an_unknown_slot_find_nothing(self, factory, session, fair, meeting, slots):
        with pytest.raises(NotFound):
            place(session, meeting, slots[0], factory.participant(fair))
        foreign = factory.slots(factory.fair(), 1)[0]
        with pytest.raises(Conflict, match="slot_taken"):
            place(session, meeting, foreign)

    @pytest.mark.parametrize("phase", [Phase.PROFILES, Phase.SCHEDULING, Phase.PROVISIONAL, Phase.FOLLOW_UP])
    def test_outside_its_phases_only_the_organizer_picks_times(self, scene, phase):
        scene.fair.phase = phase
        scene.session.flush()
        with pytest.raises(NotAllowed, match="not_in_phase"):
            place(scene.session, scene.meeting, scene.slots[0], scene.buyer)
        assert place(scene.session, scene.meeting, scene.slots[0]).slot_id == scene.slots[0].id

    def test_a_closed_table_and_another_exhibitors_counter_are_no_places(self, scene):
        closed, counter = scene.tables
        closed.is_closed, counter.host_id = True, scene.factory.participant(scene.fair).id
        scene.session.flush()
        with pytest.raises(Conflict, match="slot_taken"):
            place(scene.session, scene.meeting, scene.slots[0])
        counter.host_id = scene.exhibitor.id
        scene.session.flush()
        assert place(scene.session, scene.meeting, scene.slots[0]).table_id == counter.id

    def test_a_line_that_is_too_long_changes_nothing(self, session, meeting, slots, exhibitor):
        with pytest.raises(Refused, match="note_too_long"):
            place(session, meeting, slots[0], exhibitor, note="x" * 251)


class TestMoving:
    @pytest.fixture(autouse=True)
    def _placed(self, session, meeting, slots, exhibitor):
        place(session, meeting, slots[0], exhibitor)
        session.execute(update(Notice).values(sent_at=NOW))

    def test_a_move_frees_the_old_seats_and_tells_both_times(self, scene):
        session, meeting, slots, exhibitor, buyer = (
            scene.session,
            scene.meeting,
            scene.slots,
            scene.exhibitor,
            scene.buyer,
        )
        place(session, meeting, slots[2], buyer, now=NOW + MINUTE)
        assert {slot for *_, slot in seats_of(session, meeting)} == {slots[2].id}
        account, kind, facts = told(session)[-1]
        assert (account, kind) == (exhibitor.account.id, "meeting_moved")
        assert (facts["starts_at"], facts["was_starts_at"], facts["was_table"]) == (
            "2026-11-18T03:00:00+00:00",
            "2026-11-18T02:00:00+00:00",
            "A01",
        )

    def test_the_same_move_twice_is_one_move(self, session, meeting, slots, buyer):
        for _ in range(3):
            place(session, meeting, slots[2], buyer, now=NOW + MINUTE)
        moves = session.scalars(select(HistoryEntry.action).where(HistoryEntry.subject_id == meeting.id)).all()
        assert sorted(moves) == ["meeting_moved", "meeting_scheduled"]
        assert len(told(session)) == 2

    def test_of_several_moves_in_a_row_only_the_last_is_told(self, session, meeting, slots, exhibitor, buyer):
        for number, minutes in ((1, 1), (3, 2)):
            place(session, meeting, slots[number], buyer, now=NOW + minutes * MINUTE)
        moved = [facts for _, kind, facts in told(session) if kind == "meeting_moved"]
        assert [(facts["was_starts_at"], facts["starts_at"]) for facts in moved] == [
            ("2026-11-18T02:00:00+00:00", "2026-11-18T03:30:00+00:00")
        ]

    def test_a_move_that_is_undone_before_it_is_mailed_is_told_to_nobody(self, session, meeting, slots, buyer):
        place(session, meeting, slots[1], buyer, now=NOW + MINUTE)
        place(session, meeting, slots[0], buyer, now=NOW + 2 * MINUTE)
        assert [kind for _, kind, _ in told(session)] == ["meeting_placed"]

    def test_once_it_has_begun_nobody_moves_it(self, session, meeting, slots, exhibitor):
        with pytest.raises(Conflict, match="meeting_begun"):
            place(session, meeting, slots[3], exhibitor, now=OPENING)

    def test_a_lost_move_leaves_the_meeting_where_it_was(self, factory, fair, meeting, slots, exhibitor):
        session = factory.session
        other = factory.meeting(exhibitor, factory.participant(fair, role="buyer"), state="accepted")
        place(session, other, slots[2], exhibitor)
        before = seats_of(session, meeting)
        with pytest.raises(Conflict, match="slot_taken"):
            place(session, meeting, slots[2], exhibitor)
        session.expire_all()
        assert (seats_of(session, meeting), session.get(Meeting, meeting.id).slot_id) == (before, slots[0].id)

    def test_the_interpreter_comes_along_and_no_time_is_open_without(self, factory, fair, meeting, slots, buyer):
        session = factory.session
        interpreter = factory.add(
            Interpreter(fair_id=fair.id, name="Hà", email="ha@example.test", languages=["vi", "ja"])
        )
        session.execute(update(Meeting).where(Meeting.id == meeting.id).values(interpreter_id=interpreter.id))
        other = factory.meeting(
            factory.participant(fair), factory.participant(fair, role="buyer"), state="scheduled", slot_id=slots[1].id
        )
        take_seats(session, bookings=[Booking(other.id, slots[1].id, (), None, interpreter.id)])
        assert open_slots(session, meeting) == [slots[0].id, slots[2].id, slots[3].id]
        place(session, meeting, slots[2], buyer)
        assert ("interpreter", interpreter.id, slots[2].id) in seats_of(session, meeting)

    def test_calling_it_off_names_the_time_and_opens_it_for_others(self, session, meeting, slots, exhibitor, buyer):
        meetings.cancel(
            session,
            fair_id=meeting.fair_id,
            meeting_id=meeting.id,
            participation_id=buyer.id,
            by=buyer.account.id,
            now=NOW,
            reason="no_time",
        )
        account, kind, facts = told(session)[-1]
        assert (account, kind, facts["starts_at"], facts["table"]) == (
            exhibitor.account.id,
            "meeting_cancelled",
            "2026-11-18T02:00:00+00:00",
            "A01",
        )
        assert seats_of(session, meeting) == set()


class TestWhoComes:
    @pytest.fixture
    def colleague(self, factory, exhibitor):
        account = factory.account()
        person = factory.representative(exhibitor.company, account_id=account.id, name="Mai")
        factory.add(FairPerson(participation_id=exhibitor.id, representative_id=person.id))
        return person

    def me(self, session, who):
        return next(
            one
            for one in fairs.memberships(session, fair_id=who.fair_id, account_id=who.account.id)
            if one.participation_id == who.id
        )

    def set_people(self, session, meeting, who, *people, now=NOW):
        return line_up.set_people(
            session,
            fair_id=meeting.fair_id,
            me=self.me(session, who),
            meeting_id=meeting.id,
            representative_ids=[person.id for person in people],
            now=now,
        )

    def test_a_colleague_who_joins_takes_a_seat_and_everyone_else_is_told_once(self, scene, colleague):
        session, meeting, slots, exhibitor, buyer = (
            scene.session,
            scene.meeting,
            scene.slots,
            scene.exhibitor,
            scene.buyer,
        )
        place(session, meeting, slots[0], exhibitor)
        session.execute(update(Notice).values(sent_at=NOW))
        self.set_people(session, meeting, exhibitor, exhibitor.representative, colleague)
        self.set_people(session, meeting, exhibitor, exhibitor.representative, colleague)
        assert ("representative", colleague.id, slots[0].id) in seats_of(session, meeting)
        people = [(who, facts["starts_at"]) for who, kind, facts in told(session) if kind == "meeting_people"]
        assert sorted(people) == sorted(
            (who, "2026-11-18T02:00:00+00:00") for who in (colleague.account_id, buyer.account.id)
        )

    def test_who_is_replaced_gives_up_the_seat_and_is_told(self, scene, colleague):
        session, meeting, slots, exhibitor, buyer = (
            scene.session,
            scene.meeting,
            scene.slots,
            scene.exhibitor,
            scene.buyer,
        )
        exhibitor.representative.is_admin = True
        place(session, meeting, slots[0], buyer)
        self.set_people(session, meeting, exhibitor, colleague)
        self.set_people(session, meeting, exhibitor, exhibitor.representative, now=NOW + MINUTE)
        assert seats_of(session, meeting) >= {("representative", exhibitor.representative.id, slots[0].id)}
        assert ("representative", colleague.id, slots[0].id) not in seats_of(session, meeting)
        assert sum(who == colleague.account_id for who, kind, _ in told(session) if kind == "meeting_people") == 2

    def test_who_joins_a_meeting_that_goes_on_is_taken_in_both_times(self, scene, colleague):
        session, meeting, slots, exhibitor = scene.session, scene.meeting, scene.slots, scene.exhibitor
        place(session, meeting, slots[0], exhibitor)
        fair = fairs.by_slug(session, slug="spring")
        extending.extend(session, fair=fair, meeting_id=meeting.id, by=None, now=NOW)
        self.set_people(session, meeting, exhibitor, exhibitor.representative, colleague)
        taken = {slot_id for kind, key, slot_id in seats_of(session, meeting) if key == colleague.id}
        assert taken == {slots[0].id, slots[1].id}

    def test_who_has_another_meeting_then_can_not_be_named(self, scene, colleague):
        factory, fair, meeting, slots, exhibitor = (
            scene.factory,
            scene.fair,
            scene.meeting,
            scene.slots,
            scene.exhibitor,
        )
        session = factory.session
        place(session, meeting, slots[0], exhibitor)
        other = factory.meeting(exhibitor, factory.participant(fair, role="buyer"), state="accepted")
        session.execute(
            update(MeetingAttendee)
            .where(MeetingAttendee.meeting_id == other.id, MeetingAttendee.side == "exhibitor")
            .values(representative_id=colleague.id)
        )
        place(session, other, slots[0])
        with pytest.raises(Conflict, match="person_busy"):
            self.set_people(session, meeting, exhibitor, colleague)

    def test_before_both_sides_accepted_the_other_side_hears_of_no_person(
        self, factory, fair, exhibitor, buyer, colleague
    ):
        session = factory.session
        request = factory.meeting(exhibitor, buyer)
        self.set_people(session, request, exhibitor, exhibitor.representative, colleague)
        assert [who for who, *_ in told(session)] == [colleague.account_id]

    def test_nobody_too_many_and_strangers_are_refused(self, factory, session, meeting, exhibitor, buyer):
        with pytest.raises(Refused, match="nobody_comes"):
            self.set_people(session, meeting, exhibitor)
        crowd = [factory.representative(exhibitor.company) for _ in range(4)]
        with pytest.raises(Refused, match="too_many_people"):
            self.set_people(session, meeting, exhibitor, *crowd)
        with pytest.raises(NotFound):
            self.set_people(session, meeting, exhibitor, buyer.representative)

    def test_a_colleague_who_is_no_admin_and_does_not_sit_in_it_changes_nothing(
        self, session, meeting, exhibitor, colleague
    ):
        exhibitor.account = type("Account", (), {"id": colleague.account_id})
        with pytest.raises(NotAllowed, match="only_admin"):
            self.set_people(session, meeting, exhibitor, colleague)


def undo(session, meeting, who, *, now=NOW):
    return move_undo.undo_move(
        session,
        fair=fairs.by_slug(session, slug="spring"),
        fair_id=meeting.fair_id,
        meeting_id=meeting.id,
        participation_id=who.id,
        by=who.account.id,
        now=now,
    )


class TestUndo:
    def test_a_move_that_is_undone_puts_everyone_back_at_the_same_table_and_is_never_told(self, scene):
        session, meeting, slots = scene.session, scene.meeting, scene.slots
        other = scene.factory.meeting(
            scene.factory.participant(scene.fair), scene.factory.participant(scene.fair, role="buyer"), state="accepted"
        )
        place(session, other, slots[0])
        place(session, meeting, slots[0], scene.exhibitor)
        before = seats_of(session, meeting)
        meetings.cancel(
            session,
            reason="no_time",
            fair_id=scene.fair.id,
            meeting_id=other.id,
            participation_id=None,
            by=None,
            now=NOW,
        )
        session.execute(update(Notice).values(sent_at=NOW))
        place(session, meeting, slots[2], scene.exhibitor, note="Rather later", now=NOW + MINUTE)
        undone = undo(session, meeting, scene.exhibitor, now=NOW + MINUTE * 2)
        assert (undone.slot_id, undone.table) == (slots[0].id, "A02")
        assert seats_of(session, meeting) == before
        unsent = select(Notice.kind).where(Notice.sent_at.is_(None), Notice.kind.like("meeting_%"))
        assert session.scalars(unsent).all() == []

    def test_the_line_of_a_move_stands_in_the_history(self, scene):
        place(scene.session, scene.meeting, scene.slots[0], scene.exhibitor)
        place(scene.session, scene.meeting, scene.slots[1], scene.exhibitor, note="Rather later")
        moved = select(HistoryEntry.facts).where(HistoryEntry.action == "meeting_moved")
        facts = scene.session.scalars(moved).one()
        assert (facts["note"], facts["was_slot"]) == ("Rather later", str(scene.slots[0].id))

    def test_doing_it_twice_is_answered_like_the_first_time(self, scene):
        place(scene.session, scene.meeting, scene.slots[0], scene.exhibitor)
        place(scene.session, scene.meeting, scene.slots[1], scene.exhibitor, now=NOW + MINUTE)
        for _ in range(2):
            undone = undo(scene.session, scene.meeting, scene.exhibitor, now=NOW + MINUTE * 2)
            assert undone.slot_id == scene.slots[0].id

    @pytest.mark.parametrize("why", ["too late", "by the other side", "never moved"])
    def test_only_ones_own_move_of_this_moment_is_undone(self, scene, why):
        place(scene.session, scene.meeting, scene.slots[0], scene.exhibitor)
        if why != "never moved":
            place(scene.session, scene.meeting, scene.slots[1], scene.exhibitor)
        who = scene.buyer if why == "by the other side" else scene.exhibitor
        with pytest.raises(Conflict) as error:
            undo(scene.session, scene.meeting, who, now=NOW + MINUTE * (3 if why == "too late" else 1))
        assert error.value.code == "undo_over"

    def test_an_old_time_that_is_taken_meanwhile_stays_with_who_has_it(self, scene):
        session, slots = scene.session, scene.slots
        place(session, scene.meeting, slots[0], scene.exhibitor)
        place(session, scene.meeting, slots[1], scene.exhibitor)
        rival = scene.factory.meeting(scene.factory.participant(scene.fair), scene.buyer, state="accepted")
        place(session, rival, slots[0])
        with pytest.raises(Conflict) as error:
            undo(session, scene.meeting, scene.exhibitor)
        assert error.value.code == "slot_taken"
        assert session.get(Meeting, scene.meeting.id, populate_existing=True).slot_id == slots[1].id


class TestReading:
    def test_ground_and_days_are_read_only_where_the_meeting_can_have_a_place(self, scene):
        session, meeting = scene.session, scene.meeting
        values = {"fair_id": meeting.fair_id, "meeting_id": meeting.id}
        places.board_of(session, **values)
        with count_queries(session.get_bind()) as sent:
            assert places.board_of(session, **values).places(now=NOW)
        # Who comes, their days, and the marks of what is kept.
        assert len(sent) == 3
        scene.exhibitor.meetings_cap = 0
        session.flush()
        with count_queries(session.get_bind()) as sent:
            board = places.board_of(session, **values)
        assert len(sent) == 1
        assert (board.full, board.missing, board.places(now=NOW)) == ({"exhibitor"}, set(), [])

    def test_absences_of_many_slots_and_the_meetings_own_table_are_told_apart(self, scene):
        session, slots = scene.session, scene.slots
        place(session, scene.meeting, slots[1], scene.exhibitor)
        for slot in (slots[0], slots[2]):
            scene.factory.add(RepresentativeAbsence(representative_id=scene.buyer.representative.id, slot_id=slot.id))
        board = places.board_of(session, fair_id=scene.fair.id, meeting_id=scene.meeting.id)
        assert {one.away for one in board.diaries} == {frozenset(), frozenset({slots[0].id, slots[2].id})}
        assert all(not one.stops for one in board.diaries)
        assert scene.tables[0].id in {spot.table_id for spot in board.ground.free_in(slots[1].id)}
