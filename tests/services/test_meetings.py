"""Requests, their answers, and what everyone is told of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from matchmaker.domain.errors import Conflict, NotAllowed, NotFound, TooMany
from matchmaker.domain.fairs import Acceptance, ParticipationStatus, Phase
from matchmaker.domain.meetings import MeetingState, Origin
from matchmaker.domain.requests import REQUESTS_A_DAY, UNDO
from matchmaker.jobs import expire_requests
from matchmaker.models import (
    Fair,
    FairPerson,
    HistoryEntry,
    MatchRun,
    Meeting,
    MeetingAttendee,
    Notice,
    Seat,
    Veto,
)
from matchmaker.models.engine import begin_writing
from matchmaker.services import fairs, meeting_people, meetings, notices
from matchmaker.services.requests import ask
from matchmaker.services.seats import Booking, take_seats
from tests.at_once import at_once
from tests.factories import OPENING

NOW = OPENING - timedelta(days=10)
LATER = NOW + timedelta(seconds=11)
DAY = timedelta(days=1)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring")


@pytest.fixture
def exhibitor(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây")


@pytest.fixture
def buyer(factory, fair):
    return factory.participant(fair, role="buyer", name="Kaze Foods", country="JP")


def ask_for(session, who, whom, *, note="", now=NOW):
    me = next(
        role
        for role in fairs.memberships(session, fair_id=who.fair_id, account_id=who.account.id)
        if role.participation_id == who.id
    )
    fair = fairs.by_slug(session, slug=session.get(Fair, who.fair_id).slug)
    return ask(session, fair=fair, me=me, other_id=whom.id, note=note, now=now)


def act(action, session, meeting_id, who, *, now=NOW, **values):
    return action(
        session,
        fair_id=who.fair_id,
        meeting_id=meeting_id,
        participation_id=who.id,
        by=who.account.id,
        now=now,
        **values,
    )


def state_of(session, meeting_id):
    return session.scalar(select(Meeting.state).where(Meeting.id == meeting_id))


def told(session):
    """Every notice as (who, kind, facts), oldest first; the meeting's own key left out."""
    rows = session.execute(
        select(Notice.account_id, Notice.kind, Notice.facts).order_by(Notice.created_at, Notice.kind)
    )
    return [(who, kind, {name: fact for name, fact in facts.items() if name != "meeting"}) for who, kind, facts in rows]


def recorded(session, meeting_id):
    rows = session.execute(
        select(HistoryEntry.action, HistoryEntry.by_account_id, HistoryEntry.facts)
        .where(HistoryEntry.subject_id == meeting_id)
        .order_by(HistoryEntry.at)
    )
    return sorted(tuple(row) for row in rows)


class TestAsking:
    def test_a_request_waits_for_the_other_side_and_tells_it_once(self, session, exhibitor, buyer):
        asked = ask_for(session, buyer, exhibitor, note="Thirty tonnes a month?")
        row = session.get(Meeting, asked.meeting_id)
        assert (asked.state, asked.company) == (MeetingState.REQUESTED, "Trà Núi Mây")
        assert (row.exhibitor_id, row.buyer_id, row.state, row.requested_by, row.origin, row.note, row.expires_at) == (
            exhibitor.id,
            buyer.id,
            "requested",
            "buyer",
            "directory",
            "Thirty tonnes a month?",
            NOW + 3 * DAY,
        )
        assert told(session) == [
            (
                exhibitor.account.id,
                "meeting_requested",
                {
                    "path": "/fairs/spring/requests",
                    "company": "Kaze Foods",
                    "note": "Thirty tonnes a month?",
                    "hours": 72,
                },
            )
        ]
        assert recorded(session, row.id) == [("meeting_requested", buyer.account.id, {})]
        assert meetings.waiting_count(session, participation_id=exhibitor.id, now=LATER) == 1
        assert meetings.waiting_count(session, participation_id=buyer.id, now=LATER) == 0

    def test_a_request_shortly_before_the_fair_expires_when_it_opens(self, session, exhibitor, buyer):
        asked = ask_for(session, exhibitor, buyer, now=OPENING - DAY)
        midnight_in_hanoi = OPENING - timedelta(hours=9)
        assert session.get(Meeting, asked.meeting_id).expires_at == midnight_in_hanoi

    def test_a_suggested_pair_counts_as_suggested(self, factory, session, fair, exhibitor, buyer):
        run = factory.add(MatchRun(fair_id=fair.id, state="done", version="1", weights={}, coverage={}, started_at=NOW))
        factory.suggestion(exhibitor, buyer, run_id=run.id, score=0.8, label="default")
        asked = ask_for(session, exhibitor, buyer)
        assert session.get(Meeting, asked.meeting_id).origin == Origin.SUGGESTION

    def test_the_asker_comes_and_from_the_other_side_who_shares_a_language(self, factory, session, exhibitor, buyer):
        exhibitor.representative.languages = ["vi", "ja"]
        buyer.representative.languages = ["en"]
        japanese = factory.representative(buyer.company, languages=["ja"])
        factory.add(FairPerson(participation_id=buyer.id, representative_id=japanese.id))
        asked = ask_for(session, exhibitor, buyer)
        attendees = session.execute(
            select(MeetingAttendee.side, MeetingAttendee.representative_id).where(
                MeetingAttendee.meeting_id == asked.meeting_id
            )
        )
        assert {tuple(row) for row in attendees} == {
            ("exhibitor", exhibitor.representative.id),
            ("buyer", japanese.id),
        }

    def test_who_cannot_sign_in_is_told_through_colleagues_who_can(self, factory, session, exhibitor, buyer):
        buyer.representative.languages = ["ko"]
        boss = factory.account()
        factory.representative(buyer.company, account_id=boss.id, is_admin=True)
        speaks = factory.representative(buyer.company, languages=["vi"])
        factory.add(FairPerson(participation_id=buyer.id, representative_id=speaks.id))
        asked = ask_for(session, exhibitor, buyer)
        assert meeting_people.receivers(session, meeting_id=asked.meeting_id) == {
            "exhibitor": [exhibitor.account.id],
            "buyer": [buyer.account.id],
        }

    def test_a_fair_that_accepts_for_everyone_accepts_at_once(self, session, fair, exhibitor, buyer):
        fair.acceptance = Acceptance.AUTOMATIC
        session.flush()
        asked = ask_for(session, buyer, exhibitor)
        assert asked.state is MeetingState.ACCEPTED
        assert state_of(session, asked.meeting_id) == "accepted"
        assert [(who, kind) for who, kind, _ in told(session)] == [(exhibitor.account.id, "meeting_accepted")]
        assert recorded(session, asked.meeting_id) == [
            ("meeting_accepted", None, {}),
            ("meeting_requested", buyer.account.id, {}),
        ]

    def test_a_pair_has_one_open_request_whoever_asks(self, session, exhibitor, buyer):
        ask_for(session, buyer, exhibitor)
        for who, whom in ((buyer, exhibitor), (exhibitor, buyer)):
            with pytest.raises(Conflict, match="request_open"):
                ask_for(session, who, whom, now=NOW + timedelta(minutes=1))

    def test_a_second_tap_finds_the_request_of_the_first(self, session, exhibitor, buyer):
        first = ask_for(session, buyer, exhibitor, note="Thirty tonnes a month?")
        assert ask_for(session, buyer, exhibitor, now=NOW + timedelta(seconds=5)) == first
        assert len(told(session)) == len(recorded(session, first.meeting_id)) == 1

    def test_who_declined_is_not_asked_again_but_may_ask(self, session, exhibitor, buyer):
        first = ask_for(session, buyer, exhibitor)
        act(meetings.decline, session, first.meeting_id, exhibitor, reason="no_time")
        with pytest.raises(NotAllowed, match="declined_before"):
            ask_for(session, buyer, exhibitor)
        assert ask_for(session, exhibitor, buyer).state is MeetingState.REQUESTED

    def test_after_withdrawing_one_can_ask_again(self, session, exhibitor, buyer):
        first = ask_for(session, buyer, exhibitor)
        act(meetings.withdraw, session, first.meeting_id, buyer)
        assert ask_for(session, buyer, exhibitor).meeting_id != first.meeting_id

    @pytest.mark.parametrize("state", ["accepted", "scheduled"])
    def test_who_meets_already_does_not_ask(self, factory, exhibitor, buyer, state):
        slot, *_ = factory.slots(factory.session.get(Fair, buyer.fair_id))
        factory.meeting(exhibitor, buyer, state=state, slot_id=slot.id)
        with pytest.raises(Conflict, match="meeting_exists"):
            ask_for(factory.session, buyer, exhibitor)

    @pytest.mark.parametrize("vetoer", ["exhibitor", "buyer"])
    def test_a_veto_of_either_side_stands_against_it(self, factory, session, exhibitor, buyer, vetoer):
        mine, other = (exhibitor, buyer) if vetoer == "exhibitor" else (buyer, exhibitor)
        factory.add(Veto(participation_id=mine.id, other_company_id=other.company_id, reason="competitor", at=NOW))
        with pytest.raises(NotAllowed, match="not_available"):
            ask_for(session, buyer, exhibitor)

    def test_a_company_that_is_not_approved_is_not_asked(self, session, exhibitor, buyer):
        exhibitor.status = ParticipationStatus.HELD
        session.flush()
        with pytest.raises(NotAllowed, match="not_available"):
            ask_for(session, buyer, exhibitor)

    def test_nobody_meets_the_own_company_or_the_own_side(self, factory, session, fair, exhibitor, buyer):
        as_buyer = factory.participation(fair, exhibitor.company, role="buyer")
        with pytest.raises(NotAllowed, match="own_company"):
            ask_for(session, exhibitor, as_buyer)
        with pytest.raises(NotAllowed, match="same_role"):
            ask_for(session, buyer, factory.participant(fair, role="buyer"))

    def test_after_the_fair_nobody_asks(self, session, fair, exhibitor, buyer):
        fair.phase = Phase.FOLLOW_UP
        session.flush()
        with pytest.raises(NotAllowed, match="fair_is_over"):
            ask_for(session, buyer, exhibitor)

    def test_a_company_of_another_fair_is_not_found(self, factory, session, buyer):
        stranger = factory.participant(factory.fair())
        for other in (stranger.id, factory.unknown_id()):
            with pytest.raises(NotFound):
                ask_for(session, buyer, type("Other", (), {"id": other}))
        assert session.scalars(select(Meeting)).all() == []

    def test_one_company_asks_thirty_others_a_day(self, factory, session, fair, buyer):
        for _ in range(REQUESTS_A_DAY):
            exhibitor = factory.participation(fair)
            factory.meeting(exhibitor, buyer, requested_at=NOW, state="withdrawn")
        last = factory.participant(fair)
        with pytest.raises(TooMany, match="too_many_requests"):
            ask_for(session, buyer, last, now=NOW + DAY / 2)
        assert ask_for(session, buyer, last, now=NOW + DAY).state is MeetingState.REQUESTED

    def test_being_asked_does_not_count_against_one(self, factory, session, fair, exhibitor, buyer):
        for _ in range(REQUESTS_A_DAY):
            other = factory.participation(fair, role="buyer")
            factory.meeting(exhibitor, other, requested_at=NOW, requested_by="buyer", state="declined")
        assert ask_for(session, exhibitor, buyer).state is MeetingState.REQUESTED

    def test_two_who_ask_each_other_at_once_get_one_meeting(self, app, factory, exhibitor, buyer):
        session = factory.session
        session.get(Fair, buyer.fair_id).acceptance = Acceptance.AUTOMATIC
        sides = [(exhibitor.account.id, exhibitor.id, buyer.id), (buyer.account.id, buyer.id, exhibitor.id)]
        fair_id = buyer.fair_id
        session.commit()

        def one(account_id, mine, other):
            def run(own):
                fair = fairs.by_slug(own, slug="spring")
                me = next(
                    role
                    for role in fairs.memberships(own, fair_id=fair_id, account_id=account_id)
                    if role.participation_id == mine
                )
                ask(own, fair=fair, me=me, other_id=other, note="", now=NOW)

            return run

        results = at_once(app, {f"side {number}": one(*side) for number, side in enumerate(sides)})
        assert sorted(error.code if error else "asked" for error in results.values()) == ["asked", "meeting_exists"]
        assert session.scalars(select(Meeting.state)).all() == ["accepted"]


class TestAnswering:
    @pytest.fixture
    def request_id(self, session, exhibitor, buyer):
        asked = ask_for(session, buyer, exhibitor)
        session.execute(update(Notice).values(sent_at=NOW))
        return asked.meeting_id

    def test_accepting_tells_the_one_who_asked(self, session, exhibitor, buyer, request_id):
        act(meetings.accept, session, request_id, exhibitor, now=NOW + DAY)
        row = session.get(Meeting, request_id, populate_existing=True)
        assert (row.state, row.answered_at, row.changed_at) == ("accepted", NOW + DAY, NOW + DAY)
        assert told(session)[1:] == [
            (
                buyer.account.id,
                "meeting_accepted",
                {"path": f"/fairs/spring/meetings/{request_id}", "company": "Trà Núi Mây"},
            )
        ]
        assert recorded(session, request_id) == [
            ("meeting_accepted", exhibitor.account.id, {}),
            ("meeting_requested", buyer.account.id, {}),
        ]

    def test_declining_tells_the_reason(self, session, exhibitor, buyer, request_id):
        act(meetings.decline, session, request_id, exhibitor, reason="competitor", now=NOW + DAY)
        row = session.get(Meeting, request_id, populate_existing=True)
        assert (row.state, row.close_reason, row.answered_at) == ("declined", "competitor", NOW + DAY)
        assert told(session)[1:] == [
            (
                buyer.account.id,
                "meeting_declined",
                {"path": "/fairs/spring/requests?tab=answered", "company": "Trà Núi Mây", "reason": "competitor"},
            )
        ]
        assert ("meeting_declined", exhibitor.account.id, {"reason": "competitor"}) in recorded(session, request_id)

    def test_who_had_mail_is_told_that_a_request_is_withdrawn(self, session, exhibitor, buyer, request_id):
        act(meetings.withdraw, session, request_id, buyer)
        assert told(session)[0][:2] == (exhibitor.account.id, "meeting_cancelled")
        assert [facts.get("reason") for _, kind, facts in told(session) if kind == "meeting_cancelled"] == ["withdrawn"]

    @pytest.mark.parametrize(("after", "reason", "heard"), [(9, "undone", 0), (10, "", 1)])
    def test_nobody_hears_of_a_request_before_it_can_no_longer_be_undone(
        self, session, exhibitor, buyer, after, reason, heard
    ):
        asked, then = ask_for(session, exhibitor, buyer), NOW + timedelta(seconds=after)
        shown = notices.page_of(session, account_id=buyer.account.id, now=then).unread
        waits = meetings.waiting_count(session, participation_id=buyer.id, now=then)
        assert (shown, waits) == (heard, heard)
        assert session.scalars(select(Notice.send_at)).one() >= NOW + UNDO
        act(meetings.withdraw, session, asked.meeting_id, exhibitor, now=then)
        assert session.scalar(select(Meeting.close_reason).where(Meeting.id == asked.meeting_id)) == reason
        assert told(session) == []

    def test_an_undone_request_leaves_no_mail(self, session, exhibitor, buyer, request_id):
        session.execute(update(Notice).values(sent_at=None))
        act(meetings.withdraw, session, request_id, buyer, now=NOW + timedelta(seconds=9))
        assert state_of(session, request_id) == "withdrawn"
        assert told(session) == []
        assert meetings.waiting_count(session, participation_id=exhibitor.id, now=LATER) == 0

    def test_calling_off_frees_the_seats_and_tells_the_other_side(self, factory, exhibitor, buyer, request_id):
        session, fair = factory.session, factory.session.get(Fair, buyer.fair_id)
        act(meetings.accept, session, request_id, exhibitor)
        slot, table = factory.slots(fair)[0], factory.tables(fair)[0]
        people = (exhibitor.representative.id, buyer.representative.id)
        take_seats(session, bookings=[Booking(request_id, slot.id, people, table.id)])
        session.execute(update(Meeting).values(state="scheduled", slot_id=slot.id, table_id=table.id))
        act(meetings.cancel, session, request_id, buyer, reason="cannot_come", now=NOW + DAY)
        row = session.get(Meeting, request_id, populate_existing=True)
        assert (row.state, row.close_reason, row.slot_id) == ("cancelled", "cannot_come", slot.id)
        assert session.scalars(select(Seat)).all() == []
        assert told(session)[-1] == (
            exhibitor.account.id,
            "meeting_cancelled",
            {
                "path": "/fairs/spring/agenda",
                "company": "Kaze Foods",
                "reason": "cannot_come",
                "starts_at": "2026-11-18T02:00:00+00:00",
                "ends_at": "2026-11-18T02:25:00+00:00",
                "time_zone": "Asia/Ho_Chi_Minh",
                "is_online": False,
                "table": "A01",
                "hall_vi": "Nhà A",
                "hall_en": "Hall A",
                "booth": "",
            },
        )

    def test_each_side_does_only_what_is_its_to_do(self, session, exhibitor, buyer, request_id):
        for action, who, values in (
            (meetings.accept, buyer, {}),
            (meetings.decline, buyer, {"reason": "no_time"}),
            (meetings.withdraw, exhibitor, {}),
        ):
            with pytest.raises(NotAllowed, match="not_yours_to_do"):
                act(action, session, request_id, who, **values)
        assert state_of(session, request_id) == "requested"

    def test_a_third_company_does_not_find_it(self, factory, session, fair, request_id):
        third = factory.participant(fair)
        with pytest.raises(NotFound):
            act(meetings.accept, session, request_id, third)
        stranger = factory.participant(factory.fair())
        with pytest.raises(NotFound):
            act(meetings.accept, session, request_id, stranger)

    def test_the_organizer_may_answer_for_a_company(self, session, fair, exhibitor, buyer, request_id):
        meetings.accept(session, fair_id=fair.id, meeting_id=request_id, participation_id=None, by=None, now=NOW + DAY)
        assert sorted((who, kind) for who, kind, _ in told(session)[1:]) == sorted(
            [(buyer.account.id, "meeting_accepted"), (exhibitor.account.id, "meeting_accepted")]
        )

    def test_a_request_past_its_time_is_not_accepted(self, session, exhibitor, request_id):
        with pytest.raises(Conflict) as caught:
            act(meetings.accept, session, request_id, exhibitor, now=NOW + 3 * DAY)
        assert caught.value.facts["state"] is MeetingState.EXPIRED
        assert state_of(session, request_id) == "requested"

    def test_answers_at_the_same_time_lead_to_one_state(self, app, session, exhibitor, buyer, request_id):
        ids = {"fair_id": exhibitor.fair_id, "meeting_id": request_id, "now": NOW}
        acts = [
            (meetings.accept, {"participation_id": exhibitor.id, "by": exhibitor.account.id}),
            (meetings.decline, {"participation_id": exhibitor.id, "by": exhibitor.account.id, "reason": "no_time"}),
            (meetings.withdraw, {"participation_id": buyer.id, "by": buyer.account.id}),
        ]
        session.commit()
        answers = {
            action.__name__: lambda own, action=action, values=values: action(own, **ids, **values)
            for action, values in acts
        }
        errors = at_once(app, answers)
        results = {name: error.facts["state"] if error else "done" for name, error in errors.items()}
        winner = next(name for name, result in results.items() if result == "done")
        led_to = {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn"}[winner]
        assert state_of(session, request_id) == led_to
        assert sorted(results.values()) == sorted(["done", led_to, led_to])
        assert [action for action, *_ in recorded(session, request_id)] == sorted(
            ["meeting_requested", f"meeting_{led_to}"]
        )


class TestPeople:
    """Names and contacts of the other side are not read before both accepted."""

    @pytest.mark.parametrize(
        ("state", "is_open"),
        [
            ("requested", False),
            ("declined", False),
            ("expired", False),
            ("withdrawn", False),
            ("accepted", True),
            ("scheduled", True),
            ("held", True),
            ("no_show", True),
        ],
    )
    def test_the_other_sides_people_are_read_once_both_accepted(self, factory, exhibitor, buyer, state, is_open):
        slot, *_ = factory.slots(factory.session.get(Fair, buyer.fair_id))
        meeting = factory.meeting(exhibitor, buyer, state=state, slot_id=slot.id)
        seen = meeting_people.people(factory.session, meeting_id=meeting.id, side=exhibitor.role)
        own, other = exhibitor.representative.email, buyer.representative.email
        assert {person.email for person in seen} == ({own, other} if is_open else {own})

    @pytest.mark.parametrize(("answered_at", "is_open"), [(NOW, True), (None, False)])
    def test_a_cancelled_meeting_shows_people_only_if_it_was_accepted(
        self, factory, exhibitor, buyer, answered_at, is_open
    ):
        meeting = factory.meeting(exhibitor, buyer, state="cancelled", answered_at=answered_at)
        seen = meeting_people.people(factory.session, meeting_id=meeting.id, side=exhibitor.role)
        assert (buyer.representative.email in {person.email for person in seen}) is is_open


class TestExpiring:
    def test_requests_past_their_time_expire_and_the_asker_is_told(self, session, exhibitor, buyer):
        asked = ask_for(session, buyer, exhibitor)
        session.commit()
        assert expire_requests.run(NOW + 3 * DAY - timedelta(seconds=1)) == 0
        assert expire_requests.run(NOW + 3 * DAY) == 1
        assert expire_requests.run(NOW + 4 * DAY) == 0
        assert state_of(session, asked.meeting_id) == "expired"
        assert told(session)[-1] == (
            buyer.account.id,
            "meeting_declined",
            {"path": "/fairs/spring/requests?tab=answered", "company": "Trà Núi Mây", "reason": "no_answer"},
        )

    def test_answered_requests_do_not_expire(self, factory, session, exhibitor, buyer):
        factory.meeting(exhibitor, buyer, state="accepted", expires_at=NOW)
        session.commit()
        assert expire_requests.run(NOW + DAY) == 0

    def test_an_expired_request_can_be_made_again(self, session, exhibitor, buyer):
        ask_for(session, buyer, exhibitor)
        session.commit()
        expire_requests.run(NOW + 3 * DAY)
        begin_writing(session)
        assert ask_for(session, buyer, exhibitor, now=NOW + 4 * DAY).state is MeetingState.REQUESTED
