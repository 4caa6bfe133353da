"""Meetings outside the plan, as a host records them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.domain.fairs import Phase, Role, StaffRole
from matchmaker.domain.names import company_key
from matchmaker.models import (
    Fair,
    FairStaff,
    Meeting,
    MeetingAttendee,
    Participation,
    Representative,
    Seat,
    ThirdCompany,
)
from matchmaker.services import fairs
from matchmaker.services.reports import results_of
from tests.factories import OPENING

PAGE = "/fairs/expo/walk-in"
NOW = OPENING + timedelta(minutes=10)


@pytest.fixture
def hall(session, factory, client, monkeypatch):
    """A running slot with two tables; at A01 one exhibitor meets a buyer, the others are free."""
    fair = factory.fair(slug="expo", phase=Phase.FAIR_DAYS)
    slot = factory.slots(fair, 1)[0]
    first, second = factory.tables(fair, 2)
    busy, free = (
        factory.participant(fair, name="Gốm Bát Tràng"),
        factory.participant(fair, name="Trà Tà Xùa", name_key=company_key("Trà Tà Xùa")),
    )
    sits = factory.participant(fair, role=Role.BUYER, name="Kaze Foods")
    buyer = factory.participant(fair, role=Role.BUYER, name="Almira Trading")
    buyer.badge_code = "B0042"
    planned = factory.meeting(busy, sits, state="scheduled", slot_id=slot.id, table_id=first.id)
    for kind, key in (("table", first.id), ("representative", busy.representative.id)):
        factory.add(Seat(kind=kind, resource_id=key, slot_id=slot.id, meeting_id=planned.id))
    account = factory.account()
    factory.add(FairStaff(fair_id=fair.id, account_id=account.id, role=StaffRole.TABLE_HOST))
    monkeypatch.setattr(clock, "now", lambda: NOW)
    found = {
        "busy": busy.id,
        "free": free.id,
        "sits": sits.id,
        "buyer": buyer.id,
        "planned": planned.id,
        "table": second.id,
        "taken": first.id,
        "stranger": free.account.id,
    }
    session.commit()
    client.sign_in_as(account.id)
    client.get("/?lang=en")
    session.rollback()
    return found


def walk_ins(session):
    session.rollback()
    return session.scalars(select(Meeting).where(Meeting.is_walk_in)).all()


def post(client, hall, *, exhibitor="free", buyer="buyer", table="table"):
    fields = {"exhibitor": str(hall[exhibitor]), "buyer": str(hall[buyer]), "table": str(hall.get(table, ""))}
    return client.post_token(PAGE, **fields)


class TestThreeTaps:
    def test_exhibitor_buyer_and_table_are_a_held_meeting_with_its_seats(self, client, session, hall):
        first = client.page(f"{PAGE}?q=ta+xua").select_one("[data-region=found] a")
        second = client.page(f"{first['href']}&q=b004").select_one("[data-region=found] a")
        table = client.page(second["href"]).find("button", string="Table A02")["value"]

        answer = client.submit(second["href"], button=("table", table))

        assert answer.status_code == 302
        (made,) = walk_ins(session)
        assert (made.state, made.origin, made.table_id) == ("held", "walk_in", hall["table"])
        assert session.scalar(select(func.count()).where(Seat.meeting_id == made.id)) == 3
        cards = [card.get_text(" ") for card in client.page("/fairs/expo/host").select("section.card")]
        (card,) = [card for card in cards if "Table A02" in card]
        assert ("Not here yet" in card, "Not here" in card) == (False, True)

    def test_a_second_tap_is_the_same_meeting(self, client, session, hall):
        assert [post(client, hall).status_code for _ in range(2)] == [302, 302]
        assert len(walk_ins(session)) == 1

    def test_a_meeting_that_waited_for_a_place_is_the_one_that_was_held(self, client, session, factory, hall):
        waiting = Meeting(
            fair_id=session.get(Meeting, hall["planned"]).fair_id,
            exhibitor_id=hall["free"],
            buyer_id=hall["buyer"],
            state="accepted",
            origin="directory",
            requested_by="buyer",
            requested_at=OPENING,
            changed_at=OPENING,
        )
        key = factory.add(waiting).id
        session.commit()
        post(client, hall)
        assert [(one.id, one.state) for one in walk_ins(session)] == [(key, "held")]

    def test_it_counts_as_held_outside_the_schedule(self, client, session, hall):
        post(client, hall)
        session.rollback()
        counts = results_of(session, fair=fairs.by_slug(session, slug="expo"), now=NOW).report.meetings
        assert (counts.walk_in.number, counts.scheduled.number, counts.held_as_scheduled.number) == (1, 1, 0)


class TestWhatStandsAgainstIt:
    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"exhibitor": "busy"}, "Gốm Bát Tràng sits at table A01 until 09:25"),
            ({"table": "taken"}, "This table was taken just now"),
            ({"exhibitor": "busy", "buyer": "sits"}, "The two meet now by the plan, at table A01"),
        ],
    )
    def test_it_is_named_and_nothing_changes(self, client, session, hall, given, words):
        answer = post(client, hall, **given)

        assert answer.status_code == 409
        assert words in client.tree(answer).get_text()
        assert walk_ins(session) == []

    def test_seats_of_a_missed_meeting_are_free(self, client, session, hall):
        session.get(Meeting, hall["planned"]).state = "no_show"
        session.commit()
        assert post(client, hall, exhibitor="busy", table="taken").status_code == 302

    def test_a_participant_has_no_such_page(self, client, hall):
        client.sign_in_as(hall["stranger"])
        assert client.get(PAGE).status_code == 404
        assert post(client, hall).status_code == 404

    def test_before_the_fair_days_it_is_refused(self, client, session, hall):
        fair = fairs.by_slug(session, slug="expo")
        session.get(Fair, fair.id).phase = Phase.FINAL
        session.commit()
        assert post(client, hall).status_code == 403


class TestByTheTwoThemselves:
    def test_ask_accept_and_say_what_came_of_it(self, client, session, hall):
        """A tap each to ask and to accept where the two stand, and one for the outcome: held, outside the plan."""
        people = {"free": hall["stranger"], "buyer": session.get(Participation, hall["buyer"]).company_id}
        people["buyer"] = session.scalar(
            select(Representative.account_id).where(Representative.company_id == people["buyer"])
        )
        session.rollback()
        client.sign_in_as(people["buyer"])
        assert client.post_token(f"/fairs/expo/requests/{hall['free']}").status_code == 302
        meeting = session.scalar(select(Meeting.id).where(Meeting.buyer_id == hall["buyer"]))
        session.rollback()

        client.sign_in_as(people["free"])
        assert client.post_token(f"/fairs/expo/requests/{meeting}/accept").status_code == 302
        said = client.post_token(f"/fairs/expo/meetings/{meeting}/outcome", outcome="follow_up", currency="USD")

        assert said.status_code == 302
        (made,) = walk_ins(session)
        assert (made.id, made.state, made.slot_id) == (meeting, "held", None)
        fair = fairs.by_slug(session, slug="expo")
        figures = results_of(session, fair=fair, now=NOW + timedelta(hours=1)).report.meetings
        assert (figures.walk_in.number, figures.held.number) == (1, 1)


def test_the_host_reads_that_a_third_company_is_told_to_come(client, session, factory, hall):
    fair = session.get(Meeting, hall["planned"]).fair_id
    third = factory.participant(session.get(Fair, fair), role=Role.BUYER, name="Bao Bì Xanh")
    waiting = factory.meeting(
        session.get(Participation, hall["free"]), session.get(Participation, hall["buyer"]), state="accepted"
    )
    waiting.third_id = third.id
    factory.add(
        ThirdCompany(
            meeting_id=waiting.id,
            participation_id=third.id,
            state="joined",
            named_by="buyer",
            asked_at=OPENING,
            answered_at=OPENING,
        )
    )
    person = third.representative.id
    factory.add(MeetingAttendee(meeting_id=waiting.id, representative_id=person, side="third"))
    session.commit()
    post(client, hall)
    said = client.page(PAGE).select_one(".flashes").get_text(" ", strip=True)
    assert "Bao Bì Xanh is the third company of this meeting and is told to come." in said
    session.rollback()
    sits = select(Seat.meeting_id).where(Seat.kind == "representative", Seat.resource_id == person)
    assert session.scalars(sits).all() == [waiting.id]
