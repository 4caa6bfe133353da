"""A third company in the meeting of two others: asked, agreed, seated, told once, and gone again."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.errors import Conflict, NotAllowed, NotFound, Refused
from matchmaker.domain.fairs import TimeChoice
from matchmaker.domain.third_company import THIRD
from matchmaker.models import (
    Company,
    DraftPlace,
    FairPerson,
    Meeting,
    MeetingAttendee,
    MeetingRule,
    Notice,
    Participation,
    RepresentativeAbsence,
    ScheduleDraft,
    Seat,
    ThirdCompany,
    Veto,
)
from matchmaker.services import (
    agenda,
    availability,
    booking,
    company_erasing,
    copy_files,
    draft_publishing,
    draft_runs,
    fairs,
    hand_plans,
    handing_over,
    holdings,
    leaving,
    line_up,
    meeting_people,
    meeting_places,
    meetings,
    persons,
    places,
    scheduling,
    sheets,
    table_meetings,
    third_companies,
    third_search,
)
from matchmaker.services.drafts import Editing
from matchmaker.services.schedule_problem import fair_problem
from matchmaker.services.seats import Booking, take_seats
from tests.factories import OPENING

NOW = OPENING - timedelta(days=10)


@pytest.fixture
def scene(factory):
    fair = factory.fair(slug="spring", time_choice=TimeChoice.PAIR)
    tables, slots = factory.tables(fair, 2), factory.slots(fair, 4)
    exhibitor = factory.participant(fair, name="Trà Núi Mây")
    buyer = factory.participant(fair, role="buyer", name="Kaze Foods")
    third = factory.participant(fair, role="buyer", name="Bao Bì Xanh", name_key="bao bi xanh")
    meeting = factory.meeting(exhibitor, buyer, state="accepted")
    return SimpleNamespace(
        factory=factory,
        session=factory.session,
        fair=fair,
        slots=slots,
        tables=tables,
        exhibitor=exhibitor,
        buyer=buyer,
        third=third,
        meeting=meeting,
    )


def acts(scene, who=None, *, now=NOW):
    return {
        "fair_id": scene.fair.id,
        "meeting_id": scene.meeting.id,
        "participation_id": who.id if who else None,
        "by": who.account.id if who and who.account else None,
        "now": now,
    }


def ask(scene, who=None, third=None):
    return third_companies.ask(scene.session, third_id=(third or scene.third).id, **acts(scene, who))


def accept(scene, person=None, third=None):
    return third_companies.accept(
        scene.session, representative_id=person.id if person else None, **acts(scene, third or scene.third)
    )


def place(scene, slot, who=None):
    fair = next(one for one in fairs.all_fairs(scene.session) if one.id == scene.fair.id)
    return booking.place(scene.session, fair=fair, slot_id=slot.id, **acts(scene, who or scene.exhibitor))


def told(session):
    """Who was told what: account, kind and part, each notice once."""
    rows = session.execute(select(Notice.account_id, Notice.kind, Notice.facts).order_by(Notice.created_at, Notice.id))
    return sorted((str(account), kind, facts.get("part", "")) for account, kind, facts in rows)


def expected(*lines):
    return sorted((str(who.account.id), kind, part) for who, kind, part in lines)


def seats_of(session, meeting):
    rows = select(Seat.resource_id, Seat.slot_id).where(Seat.meeting_id == meeting.id, Seat.kind == "representative")
    return {tuple(row) for row in session.execute(rows)}


def row_of(scene):
    return scene.session.get(Meeting, scene.meeting.id, populate_existing=True)


def member(scene, who):
    found = fairs.memberships(scene.session, fair_id=scene.fair.id, account_id=who.account.id)
    return next(one for one in found if one.participation_id == who.id)


class TestAsking:
    def test_the_third_company_and_the_other_side_are_told_once_and_nobody_sits_yet(self, scene):
        ask(scene, scene.exhibitor)
        ask(scene, scene.exhibitor)
        assert told(scene.session) == expected(
            (scene.third, "third_company", "asked"), (scene.buyer, "third_company", "named")
        )
        assert row_of(scene).third_id is None
        assert [one.side for one in row_of(scene).attendees if one.side == THIRD] == []
        found = third_companies.third_of(scene.session, meeting_id=scene.meeting.id)
        assert (found.name, found.state) == ("Bao Bì Xanh", "asked")

    def test_the_organizer_may_ask_and_both_sides_are_told(self, scene):
        ask(scene)
        assert told(scene.session) == expected(
            (scene.third, "third_company", "asked"),
            (scene.buyer, "third_company", "named"),
            (scene.exhibitor, "third_company", "named"),
        )
        assert scene.session.scalar(select(ThirdCompany.named_by)) == "organizer"

    def test_somebody_who_is_not_in_the_meeting_can_not_ask(self, scene):
        stranger = scene.factory.participant(scene.fair)
        with pytest.raises(NotFound):
            ask(scene, stranger)

    def test_one_of_the_two_is_no_third_company(self, scene):
        with pytest.raises(NotAllowed, match="third_is_one_of_them"):
            ask(scene, scene.exhibitor, third=scene.buyer)

    @pytest.mark.parametrize("status", ["pending", "on_hold"])
    def test_a_company_that_does_not_take_part_is_not_asked(self, scene, status):
        scene.session.execute(update(Participation).where(Participation.id == scene.third.id).values(status=status))
        with pytest.raises(NotAllowed, match="third_not_available"):
            ask(scene, scene.exhibitor)

    @pytest.mark.parametrize(("who", "about"), [("third", "buyer"), ("exhibitor", "third")])
    def test_a_block_of_either_keeps_it_out_also_of_the_search(self, scene, who, about):
        facts = meetings.facts_of(scene.session, fair_id=scene.fair.id, meeting_id=scene.meeting.id)
        assert [one.name for one in third_search.find(scene.session, meeting=facts, query="bao bi")] == ["Bao Bì Xanh"]
        blocked = getattr(scene, about)
        scene.factory.add(
            Veto(participation_id=getattr(scene, who).id, other_company_id=blocked.company_id, reason="other", at=NOW)
        )
        with pytest.raises(NotAllowed, match="third_not_available"):
            ask(scene, scene.exhibitor)
        assert third_search.find(scene.session, meeting=facts, query="bao bi") == []

    def test_one_company_at_a_time_is_asked(self, scene):
        ask(scene, scene.exhibitor)
        another = scene.factory.participant(scene.fair)
        with pytest.raises(Conflict, match="third_asked_already"):
            ask(scene, scene.buyer, third=another)

    def test_a_refusal_is_final_for_this_meeting_and_another_company_can_be_asked(self, scene):
        ask(scene, scene.exhibitor)
        third_companies.decline(scene.session, **acts(scene, scene.third))
        with pytest.raises(NotAllowed, match="third_declined"):
            ask(scene, scene.buyer)
        ask(scene, scene.buyer, third=scene.factory.participant(scene.fair))

    def test_a_meeting_that_is_over_or_only_asked_for_has_no_third_company(self, scene):
        scene.session.execute(update(Meeting).values(state="requested"))
        with pytest.raises(Conflict, match="meeting_moved_on"):
            ask(scene, scene.exhibitor)

    def test_the_database_refuses_one_of_the_two_and_a_second_standing_company(self, scene):
        with pytest.raises(IntegrityError), scene.session.begin_nested():
            scene.session.execute(update(Meeting).values(third_id=scene.buyer.id))
        ask(scene, scene.exhibitor)
        other = scene.factory.participant(scene.fair)
        row = ThirdCompany(
            meeting_id=scene.meeting.id, participation_id=other.id, state="joined", named_by="buyer", asked_at=NOW
        )
        with pytest.raises(IntegrityError), scene.session.begin_nested():
            scene.session.add(row)


class TestJoining:
    def test_it_takes_a_seat_and_the_two_are_told_once(self, scene):
        place(scene, scene.slots[1])
        ask(scene, scene.exhibitor)
        scene.session.execute(Notice.__table__.delete())
        accept(scene)
        accept(scene)
        assert row_of(scene).third_id == scene.third.id
        assert (scene.third.representative.id, scene.slots[1].id) in seats_of(scene.session, scene.meeting)
        assert told(scene.session) == expected(
            (scene.exhibitor, "third_company", "joined"), (scene.buyer, "third_company", "joined")
        )

    def test_people_are_named_to_each_other_only_after_it_joined(self, scene):
        ask(scene, scene.exhibitor)
        me = member(scene, scene.third)
        key = {"fair_id": scene.fair.id, "me": me, "meeting_id": scene.meeting.id}
        asked = agenda.joined_meeting_of(scene.session, **key)
        assert (asked.row.name, asked.people) == ("Trà Núi Mây, Kaze Foods", [])
        accept(scene)
        joined = agenda.joined_meeting_of(scene.session, **key)
        assert [one.side for one in joined.people] == ["buyer", "exhibitor", THIRD]
        seen = meeting_people.people(scene.session, meeting_id=scene.meeting.id, side="exhibitor")
        assert [one.name for one in seen if one.side == THIRD] == [scene.third.representative.name]

    def test_who_shares_a_language_and_is_free_comes(self, scene):
        session, factory = scene.session, scene.factory
        scene.third.representative.languages = ["ko"]
        company = session.get(Participation, scene.third.id).company_id
        fluent = factory.representative(SimpleNamespace(id=company), languages=["vi"])
        away = factory.representative(SimpleNamespace(id=company), languages=["vi", "en"])
        for one in (fluent, away):
            factory.add(FairPerson(participation_id=scene.third.id, representative_id=one.id))
        place(scene, scene.slots[0])
        factory.add(RepresentativeAbsence(representative_id=away.id, slot_id=scene.slots[0].id))
        ask(scene, scene.exhibitor)
        accept(scene)
        assert (fluent.id, scene.slots[0].id) in seats_of(session, scene.meeting)

    def test_someone_who_sits_elsewhere_then_can_not_come(self, scene):
        place(scene, scene.slots[1])
        ask(scene, scene.exhibitor)
        other = scene.factory.meeting(scene.exhibitor, scene.third, state="scheduled", slot_id=scene.slots[1].id)
        take_seats(scene.session, bookings=[Booking(other.id, scene.slots[1].id, (scene.third.representative.id,))])
        with pytest.raises(Conflict, match="person_busy"):
            accept(scene, scene.third.representative)
        assert row_of(scene).third_id is None

    def test_the_daily_limit_of_its_person_counts_this_meeting(self, scene):
        session = scene.session
        session.execute(update(FairPerson).where(FairPerson.participation_id == scene.third.id).values(daily_cap=1))
        other = scene.factory.meeting(scene.exhibitor, scene.third, state="scheduled", slot_id=scene.slots[3].id)
        take_seats(session, bookings=[Booking(other.id, scene.slots[3].id, (scene.third.representative.id,))])
        place(scene, scene.slots[1])
        ask(scene, scene.exhibitor)
        with pytest.raises(Conflict, match="person_busy"):
            accept(scene)

    def test_the_limit_of_the_company_counts_this_meeting_and_is_kept(self, scene):
        session = scene.session
        session.execute(update(Participation).where(Participation.id == scene.third.id).values(meetings_cap=1))
        scene.factory.meeting(scene.exhibitor, scene.third, state="scheduled", slot_id=scene.slots[3].id)
        ask(scene, scene.exhibitor)
        with pytest.raises(Conflict, match="third_full"):
            accept(scene)

    def test_a_company_nobody_comes_for_can_not_join(self, scene):
        alone = scene.factory.participation(scene.fair, role="buyer")
        alone.account = None
        ask(scene, scene.exhibitor, third=alone)
        with pytest.raises(Refused, match="nobody_comes"):
            accept(scene, third=alone)

    def test_only_a_company_that_was_asked_answers(self, scene):
        with pytest.raises(NotFound):
            accept(scene)
        ask(scene, scene.exhibitor)
        third_companies.take_back(scene.session, **acts(scene, scene.buyer))
        with pytest.raises(Conflict, match="third_over"):
            accept(scene)


@pytest.fixture
def joined(scene):
    """A meeting at the second slot that a third company has joined, with nothing told yet."""
    place(scene, scene.slots[1])
    ask(scene, scene.exhibitor)
    accept(scene)
    scene.session.execute(Notice.__table__.delete())
    return scene


class TestTogether:
    def test_moving_looks_at_its_calendar_and_takes_its_seat_along(self, joined):
        session, slots = joined.session, joined.slots
        joined.factory.add(RepresentativeAbsence(representative_id=joined.third.representative.id, slot_id=slots[2].id))
        board = places.board_of(session, fair_id=joined.fair.id, meeting_id=joined.meeting.id)
        assert [one.opening.id for one in board.places(now=NOW)] == [slots[0].id, slots[1].id, slots[3].id]
        with pytest.raises(Conflict, match="slot_taken"):
            place(joined, slots[2])
        place(joined, slots[3])
        people = {joined.exhibitor, joined.buyer, joined.third}
        assert seats_of(session, joined.meeting) == {(one.representative.id, slots[3].id) for one in people}
        assert told(session) == expected((joined.buyer, "meeting_moved", ""), (joined.third, "meeting_moved", ""))

    def test_its_meeting_counts_in_its_own_limit(self, joined):
        session = joined.session
        session.execute(update(Participation).where(Participation.id == joined.third.id).values(meetings_cap=1))
        other = joined.factory.meeting(joined.exhibitor, joined.third, state="accepted")
        board = places.board_of(session, fair_id=joined.fair.id, meeting_id=other.id)
        assert (board.full, board.places(now=NOW)) == ({"buyer"}, [])

    def test_it_swaps_its_person_and_everyone_is_told_once(self, joined):
        session, factory = joined.session, joined.factory
        company = session.get(Participation, joined.third.id).company_id
        colleague = factory.representative(SimpleNamespace(id=company))
        factory.add(FairPerson(participation_id=joined.third.id, representative_id=colleague.id))
        line_up.set_people(
            session,
            fair_id=joined.fair.id,
            me=member(joined, joined.third),
            meeting_id=joined.meeting.id,
            representative_ids=[colleague.id],
            now=NOW,
        )
        assert (colleague.id, joined.slots[1].id) in seats_of(session, joined.meeting)
        sides = select(MeetingAttendee.representative_id).where(MeetingAttendee.side == THIRD)
        assert session.scalars(sides).all() == [colleague.id]
        assert told(session) == expected((joined.exhibitor, "meeting_people", ""), (joined.buyer, "meeting_people", ""))

    def test_cancelling_tells_everyone_once_and_frees_its_seat(self, joined):
        meetings.cancel(joined.session, reason="no_time", **acts(joined, joined.buyer))
        assert seats_of(joined.session, joined.meeting) == set()
        assert told(joined.session) == expected(
            (joined.exhibitor, "meeting_cancelled", ""), (joined.third, "meeting_cancelled", "")
        )

    def test_it_can_not_cancel_move_or_answer_for_the_two(self, joined):
        with pytest.raises(NotFound):
            meetings.cancel(joined.session, reason="no_time", **acts(joined, joined.third))
        with pytest.raises(NotFound):
            place(joined, joined.slots[3], joined.third)

    def test_leaving_frees_its_seat_tells_the_two_once_and_is_final(self, joined):
        third_companies.leave(joined.session, **acts(joined, joined.third))
        assert row_of(joined).third_id is None
        assert row_of(joined).state == "scheduled"
        pair = {joined.exhibitor, joined.buyer}
        assert seats_of(joined.session, joined.meeting) == {(one.representative.id, joined.slots[1].id) for one in pair}
        assert told(joined.session) == expected(
            (joined.exhibitor, "third_company", "left"), (joined.buyer, "third_company", "left")
        )
        with pytest.raises(NotAllowed, match="third_declined"):
            ask(joined, joined.exhibitor)

    def test_taking_it_back_tells_the_third_company_and_the_other_side_once(self, joined):
        third_companies.take_back(joined.session, **acts(joined, joined.exhibitor))
        assert row_of(joined).third_id is None
        assert told(joined.session) == expected(
            (joined.third, "third_company", "withdrawn"), (joined.buyer, "third_company", "withdrawn")
        )

    def test_a_company_that_no_longer_takes_part_leaves_and_the_two_still_meet(self, joined):
        leaving.close_open(joined.session, fair_id=joined.fair.id, participation_id=joined.third.id, by=None, now=NOW)
        assert (row_of(joined).third_id, row_of(joined).state) == (None, "scheduled")
        assert told(joined.session) == expected(
            (joined.exhibitor, "third_company", "left"), (joined.buyer, "third_company", "left")
        )

    def test_all_agendas_calendars_and_sheets_name_everyone(self, joined):
        session = joined.session
        names = {}
        for who in (joined.exhibitor, joined.buyer, joined.third):
            (shown,) = meeting_places.agenda_places(session, account_id=who.account.id)
            names[who.id] = shown.company
        assert names == {
            joined.exhibitor.id: "Kaze Foods, Bao Bì Xanh",
            joined.buyer.id: "Trà Núi Mây, Bao Bì Xanh",
            joined.third.id: "Trà Núi Mây, Kaze Foods",
        }
        found = agenda.agenda_of(session, fair_id=joined.fair.id, me=member(joined, joined.third))
        assert [(row.name, row.third_state) for row in found.own.meetings] == [("Trà Núi Mây, Kaze Foods", "joined")]
        theirs = agenda.agenda_of(session, fair_id=joined.fair.id, me=member(joined, joined.buyer))
        assert [row.third for row in theirs.own.meetings] == ["Bao Bì Xanh"]
        by_person = {one.company: one.meetings[0] for one in sheets.agendas(session, fair_id=joined.fair.id)}
        shown = {company: [name for name, _ in one.others(side)] for company, (one, side) in by_person.items()}
        assert shown == {
            "Trà Núi Mây": ["Kaze Foods", "Bao Bì Xanh"],
            "Kaze Foods": ["Trà Núi Mây", "Bao Bì Xanh"],
            "Bao Bì Xanh": ["Trà Núi Mây", "Kaze Foods"],
        }
        seen = table_meetings.one(session, fair_id=joined.fair.id, meeting_id=joined.meeting.id)
        assert (seen.third, seen.names["buyer"]) == ("Bao Bì Xanh", "Kaze Foods")
        seated = table_meetings.seated(session, meeting_ids=[joined.meeting.id])[joined.meeting.id]
        assert [one.side for one in seated] == ["buyer", "exhibitor", THIRD]


def test_who_is_away_then_reads_both_names_of_the_meeting_it_joined(joined):
    me, person = member(joined, joined.third), joined.third.representative.id
    joined.factory.add(RepresentativeAbsence(representative_id=person, slot_id=joined.slots[1].id))
    (placed,) = availability.placed_while_away(joined.session, fair_id=joined.fair.id, me=me, representative_id=person)
    assert (placed.meeting_id, placed.other_name) == (joined.meeting.id, "Trà Núi Mây, Kaze Foods")
    joined.factory.add(
        RepresentativeAbsence(representative_id=joined.buyer.representative.id, slot_id=joined.slots[1].id)
    )
    (placed,) = availability.placed_while_away(
        joined.session,
        fair_id=joined.fair.id,
        me=member(joined, joined.buyer),
        representative_id=joined.buyer.representative.id,
    )
    assert placed.other_name == "Trà Núi Mây, Bao Bì Xanh"


@pytest.mark.parametrize("has_joined", [True, False])
def test_a_copy_of_ones_data_names_all_three_and_not_where_one_only_asked_would_sit(scene, has_joined):
    place(scene, scene.slots[1])
    ask(scene, scene.exhibitor)
    if has_joined:
        accept(scene)
    for who in (scene.third, scene.buyer):
        person = persons.of_account(scene.session, account_id=who.account.id)
        names = copy_files.contents(scene.session, person=person, now=NOW)["names"]
        known = {"Trà Núi Mây", "Kaze Foods"} | ({"Bao Bì Xanh"} if has_joined else set())
        assert known <= set(names["companies"].values())
        assert bool(names["tables"]) is (has_joined or who is scene.buyer)


def test_an_open_invitation_ends_with_the_meeting_and_its_company_is_told(scene):
    ask(scene, scene.exhibitor)
    scene.session.execute(Notice.__table__.delete())
    meetings.cancel(scene.session, reason="no_time", **acts(scene, scene.exhibitor))
    assert told(scene.session) == expected(
        (scene.third, "third_company", "withdrawn"), (scene.buyer, "meeting_cancelled", "")
    )
    with pytest.raises(Conflict, match="third_over"):
        accept(scene)


class TestScheduled:
    """The organizer's scheduler places three parties at once."""

    @pytest.fixture
    def agreed(self, scene):
        ask(scene, scene.exhibitor)
        accept(scene)
        return scene

    def run(self, scene):
        run_id = scheduling.begin_run(scene.session, fair_id=scene.fair.id, seed=7, by=None, now=NOW)
        loaded = fair_problem(scene.session, fair_id=scene.fair.id, now=NOW)
        result = scheduling.solve(loaded, seed=7, report=lambda _progress: None)
        scheduling.write_plan(
            scene.session, fair_id=scene.fair.id, run_id=run_id, loaded=loaded, result=result, now=NOW
        )
        scene.session.expire_all()
        return loaded, result

    def test_all_three_are_free_get_their_seats_and_stay_in_the_next_run(self, agreed):
        session, slots = agreed.session, agreed.slots
        for number in (0, 1, 3):
            person = agreed.third.representative.id
            agreed.factory.add(RepresentativeAbsence(representative_id=person, slot_id=slots[number].id))
        loaded, result = self.run(agreed)
        assert [len(one.parties) for one in loaded.problem.meetings] == [3]
        assert [one.slot for one in result.assignments] == [2]
        people = (agreed.exhibitor, agreed.buyer, agreed.third)
        assert seats_of(session, agreed.meeting) == {(one.representative.id, slots[2].id) for one in people}
        sides = {one.side: one.representative_id for one in row_of(agreed).attendees}
        assert sides == dict(zip(("exhibitor", "buyer", THIRD), (one.representative.id for one in people), strict=True))
        again, _ = self.run(agreed)
        assert again.standing[0].persons == tuple(str(one.representative.id) for one in people)
        assert seats_of(session, agreed.meeting) == {(one.representative.id, slots[2].id) for one in people}

    def test_a_rule_between_the_third_and_one_of_the_two_leaves_it_no_slot(self, agreed):
        company = str(agreed.session.get(Participation, agreed.third.id).company_id)
        other = str(agreed.session.get(Participation, agreed.buyer.id).company_id)
        rule = {"one_kind": "company", "one_value": company, "other_kind": "company", "other_value": other}
        agreed.factory.add(MeetingRule(fair_id=agreed.fair.id, created_at=NOW, **rule))
        loaded = fair_problem(agreed.session, fair_id=agreed.fair.id, now=NOW)
        assert loaded.problem.meetings[0].allowed == frozenset()
        plan = hand_plans.load(agreed.session, fair_id=agreed.fair.id, draft_id=None)
        assert plan.entries[agreed.meeting.id].kept_apart == "forbidden"

    def test_a_draft_carries_the_third_person_and_one_that_left_since_does_not_come_back(self, agreed):
        session, slots = agreed.session, agreed.slots
        run_id = scheduling.begin_run(session, fair_id=agreed.fair.id, seed=7, by=None, now=NOW)
        loaded = fair_problem(session, fair_id=agreed.fair.id, now=NOW)
        result = scheduling.solve(loaded, seed=7, report=lambda _progress: None)
        draft_runs.write_draft(session, fair_id=agreed.fair.id, run_id=run_id, loaded=loaded, result=result, now=NOW)
        draft = session.scalar(select(ScheduleDraft))
        fair = next(one for one in fairs.all_fairs(session) if one.id == agreed.fair.id)
        (standing,) = draft_runs.from_draft(session, fair_id=fair.id, number=draft.number, loaded=loaded).standing
        assert standing.persons[2] == str(agreed.third.representative.id)
        session.execute(DraftPlace.__table__.update().values(slot_id=slots[3].id))
        third_companies.leave(session, **acts(agreed, agreed.third))
        by = agreed.factory.organizer(agreed.fair).id
        editing = Editing(fair_id=fair.id, number=draft.number, version=draft.version, by=by, now=NOW)
        draft_publishing.publish_draft(session, fair=fair, editing=editing)
        pair = (agreed.exhibitor, agreed.buyer)
        assert seats_of(session, agreed.meeting) == {(one.representative.id, slots[3].id) for one in pair}

    def test_a_draft_made_before_it_joined_takes_the_third_person_along(self, scene):
        session, slots = scene.session, scene.slots
        run_id = scheduling.begin_run(session, fair_id=scene.fair.id, seed=7, by=None, now=NOW)
        loaded = fair_problem(session, fair_id=scene.fair.id, now=NOW)
        result = scheduling.solve(loaded, seed=7, report=lambda _progress: None)
        draft_runs.write_draft(session, fair_id=scene.fair.id, run_id=run_id, loaded=loaded, result=result, now=NOW)
        session.execute(DraftPlace.__table__.update().values(slot_id=slots[3].id))
        ask(scene, scene.exhibitor)
        accept(scene)
        draft = session.scalar(select(ScheduleDraft))
        fair = next(one for one in fairs.all_fairs(session) if one.id == scene.fair.id)
        by = scene.factory.organizer(scene.fair).id
        editing = Editing(fair_id=fair.id, number=draft.number, version=draft.version, by=by, now=NOW)
        draft_publishing.publish_draft(session, fair=fair, editing=editing)
        people = (scene.exhibitor, scene.buyer, scene.third)
        assert seats_of(session, scene.meeting) == {(one.representative.id, slots[3].id) for one in people}


class TestGoing:
    """What becomes of it when a person or a company goes."""

    def test_a_colleague_takes_over_from_someone_who_goes(self, joined):
        session, factory = joined.session, joined.factory
        company = session.get(Participation, joined.third.id).company_id
        colleague = factory.representative(SimpleNamespace(id=company))
        factory.add(FairPerson(participation_id=joined.third.id, representative_id=colleague.id))
        self.hand_over(joined, company)
        sides = select(MeetingAttendee.representative_id).where(MeetingAttendee.side == THIRD)
        assert session.scalars(sides).all() == [colleague.id]
        assert (colleague.id, joined.slots[1].id) in seats_of(session, joined.meeting)

    def test_without_a_colleague_the_company_leaves_and_the_two_still_meet_even_once_it_has_begun(self, joined):
        company = joined.session.get(Participation, joined.third.id).company_id
        self.hand_over(joined, company, now=OPENING + timedelta(days=1))
        assert (row_of(joined).state, row_of(joined).third_id) == ("scheduled", None)
        assert len(seats_of(joined.session, joined.meeting)) == 2
        assert told(joined.session) == expected(
            (joined.exhibitor, "third_company", "left"), (joined.buyer, "third_company", "left")
        )

    def hand_over(self, scene, company, now=NOW):
        handing_over.hand_over(
            scene.session,
            representative_id=scene.third.representative.id,
            company_id=company,
            fair_id=None,
            by=None,
            now=now,
            or_call_off=True,
        )

    def test_a_company_is_not_merged_with_one_whose_meeting_it_was_asked_to_join(self, scene):
        ours, theirs, stranger = [scene.third.id], [scene.buyer.id], [scene.factory.participant(scene.fair).id]
        assert not third_companies.are_in_one(scene.session, ours, theirs)
        ask(scene, scene.exhibitor)
        assert third_companies.are_in_one(scene.session, ours, theirs)
        assert third_companies.are_in_one(scene.session, theirs, ours)
        assert not third_companies.are_in_one(scene.session, ours, stranger)

    def test_an_erased_company_leaves_the_meeting_of_the_two(self, joined):
        session = joined.session
        company = session.get(Participation, joined.third.id).company_id
        company_erasing.erase(session, company_id=company, by=None, now=NOW)
        assert session.get(Company, company) is None
        assert (row_of(joined).state, row_of(joined).third_id) == ("scheduled", None)
        assert session.scalars(select(ThirdCompany)).all() == []
        assert len(seats_of(session, joined.meeting)) == 2

    def test_it_is_handed_its_invitations_and_nothing_the_two_wrote(self, joined):
        person = persons.of_account(joined.session, account_id=joined.third.account.id)
        rows = {
            table.__tablename__: holdings.rows_of(joined.session, person=person, table=table, holding=holding)
            for table, holding in holdings.OF_COMPANY.items()
            if table in {Meeting, ThirdCompany}
        }
        assert [row["state"] for row in rows["third_company"]] == ["joined"]
        assert rows["meeting"] == []
