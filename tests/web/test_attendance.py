"""Checking in by the card on the table and in the agenda, and the host's console."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from matchmaker import clock
from matchmaker.domain.fairs import Role, StaffRole
from matchmaker.domain.meetings import MeetingState
from matchmaker.extensions import db
from matchmaker.models import (
    CheckIn,
    Fair,
    FairStaff,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Notice,
    OutcomeReport,
    Participation,
    Seat,
    ThirdCompany,
)
from matchmaker.services import fairs
from matchmaker.web.table_links import table_path
from tests.factories import OPENING
from tests.query_count import count_queries

HOST = "/fairs/tea-days/host"


class Hall:
    """A fair day on which the clock can be turned."""

    def __init__(self, monkeypatch):
        self._monkeypatch = monkeypatch
        self.at(0)

    def at(self, minutes):
        self._monkeypatch.setattr(clock, "now", lambda: OPENING + timedelta(minutes=minutes))


@pytest.fixture
def hall(monkeypatch, session, factory, app):
    """Two tables: at the first a meeting, then another one; at the second somebody else's."""
    found = Hall(monkeypatch)
    fair = factory.fair(slug="tea-days", phase="fair_days", opens_on=OPENING.date())
    seller = factory.participant(fair, name="Trà Xanh")
    buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods", country="JP")
    third = factory.participant(fair, role=Role.BUYER, name="Almira")
    other = factory.participant(fair, name="Gốm Mai")
    first, second = factory.slots(fair, 2)
    one, two = factory.tables(fair)
    meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=first.id, table_id=one.id)
    factory.meeting(other, third, state="scheduled", slot_id=first.id, table_id=two.id)
    factory.meeting(other, buyer, state="scheduled", slot_id=second.id, table_id=two.id)
    for kind, key in (("table", one.id), ("representative", seller.representative.id)):
        session.add(Seat(kind=kind, resource_id=key, slot_id=first.id, meeting_id=meeting.id))
    host = factory.account()
    session.add(FairStaff(fair_id=fair.id, account_id=host.id, role=StaffRole.TABLE_HOST))
    found.accounts = {
        "seller": seller.account.id,
        "buyer": buyer.account.id,
        "third": third.account.id,
        "host": host.id,
        "organizer": factory.organizer(fair).id,
        "reader": factory.account().id,
    }
    found.meeting_id, found.badge, found.second_id = meeting.id, buyer.badge_code, second.id
    facts = fairs.by_slug(session, slug="tea-days")
    session.commit()
    with app.test_request_context():
        found.card, found.other_card = table_path(facts, "A01"), table_path(facts, "A02")
    return found


def another_table(session, factory, hall, code):
    known = session.get(MeetingTable, session.get(Meeting, hall.meeting_id).table_id)
    return factory.add(MeetingTable(fair_id=known.fair_id, hall_id=known.hall_id, code=code))


def said(session):
    session.rollback()
    rows = session.execute(select(CheckIn.side, CheckIn.source, CheckIn.is_present).order_by(CheckIn.at, CheckIn.side))
    return [tuple(row) for row in rows]


def state(session, hall):
    session.rollback()
    return session.get(Meeting, hall.meeting_id).state


class TestTheCardOnTheTable:
    def test_one_tap_checks_in_and_a_second_one_changes_nothing(self, client, session, hall):
        client.sign_in_as(hall.accounts["buyer"])
        page = client.page(hall.card)
        form = {box["name"]: box["value"] for box in page.select("form[data-keeps] input")}

        assert client.post(hall.card, data=form).status_code == 302
        assert client.post(hall.card, data=form).status_code == 302

        assert said(session) == [("buyer", "table_card", True)]
        page = client.page(hall.card)
        assert "Here since" in page.get_text()
        assert "btn-primary" not in page.select_one("a[href$='/outcome']")["class"]

    def test_both_there_is_a_held_meeting(self, client, session, hall):
        for who in ("buyer", "seller"):
            client.sign_in_as(hall.accounts[who])
            client.submit(hall.card, action=hall.card)
        assert state(session, hall) == "held"
        assert "Both of you are here" in client.page(hall.card).get_text()

    def test_a_page_kept_open_or_opened_by_somebody_else_is_refused(self, client, session, hall):
        client.sign_in_as(hall.accounts["buyer"])
        form = {box["name"]: box["value"] for box in client.page(hall.card).select("form[data-keeps] input")}
        client.sign_in_as(hall.accounts["seller"])
        form["csrf_token"] = client.page(hall.card).find("input", {"name": "csrf_token"})["value"]
        assert client.post(hall.card, data=form).status_code == 422

        own = {box["name"]: box["value"] for box in client.page(hall.card).select("form[data-keeps] input")}
        hall.at(16)
        assert client.post(hall.card, data=own).status_code == 422
        assert said(session) == []

    def test_what_was_tapped_without_a_network_counts_from_when_it_was_tapped(self, client, session, hall):
        client.sign_in_as(hall.accounts["buyer"])
        form = {box["name"]: box["value"] for box in client.page(hall.card).select("form[data-keeps] input")}
        hall.at(50)
        sent = client.post(hall.card, data={**form, "seen_at": (OPENING + timedelta(minutes=2)).isoformat()})
        assert (sent.status_code, said(session)) == (302, [("buyer", "table_card", True)])

    def test_the_wrong_table_names_the_right_one(self, client, hall):
        client.sign_in_as(hall.accounts["buyer"])
        page = client.page(hall.other_card)
        assert "Table A01" in page.get_text()
        assert not page.select("form[data-keeps]")

    def test_who_looks_after_the_tables_is_led_to_the_console(self, client, hall):
        for who in ("host", "organizer"):
            assert client.sign_in_as(hall.accounts[who]).get(hall.card).location == HOST
        assert client.sign_in_as(hall.accounts["reader"]).get(hall.card).status_code == 200

    def test_before_a_meeting_the_next_one_is_named(self, client, hall):
        hall.at(-40)
        client.sign_in_as(hall.accounts["seller"])
        shown = client.page(hall.card).get_text()
        assert "Your next one" in shown
        assert "Kaze Foods" in shown

    def test_without_signing_in_a_badge_says_who_comes_and_the_buyers_name_stays_hidden(self, client, session, hall):
        page = client.page(hall.card)
        assert "Kaze" not in page.get_text()
        wrong = client.submit(hall.card, action=hall.card, badge="X999")
        assert wrong.status_code == 422
        assert client.submit(hall.card, action=hall.card, badge=f" {hall.badge.lower()} ").status_code == 302
        assert said(session) == [("buyer", "badge", True)]

    def test_a_code_that_was_not_made_here_or_for_another_fair_opens_nothing(self, client, hall, factory, session):
        factory.fair(slug="other")
        session.commit()
        assert client.get(hall.card + "x").status_code == 404
        assert client.get(hall.card.replace("tea-days", "other")).status_code == 404

    def test_on_other_days_it_says_so(self, client, hall, session):
        session.execute(update(Fair).values(phase="final"))
        session.commit()
        client.sign_in_as(hall.accounts["buyer"])
        assert "fair’s days only" in client.page(hall.card).get_text()


class TestTheAgenda:
    def test_one_says_so_in_the_agenda_and_of_the_other_side_once_it_is_late(self, client, session, hall):
        client.sign_in_as(hall.accounts["buyer"])
        assert client.submit("/fairs/tea-days/agenda", action="/here").status_code == 302
        hall.at(4)
        client.submit("/fairs/tea-days/agenda", action="/here", who="them")
        assert said(session) == [("buyer", "agenda", True), ("exhibitor", "other_side", False)]
        assert state(session, hall) == "no_show"

    def test_only_of_a_meeting_of_ones_own(self, client, session, hall):
        client.sign_in_as(hall.accounts["third"])
        answer = client.post_token(f"/fairs/tea-days/meetings/{hall.meeting_id}/here", once="a" * 12)
        assert (answer.status_code, said(session)) == (404, [])

    def test_the_day_before_it_is_refused_in_words(self, client, session, hall):
        hall.at(-60 * 20)
        client.sign_in_as(hall.accounts["buyer"])
        answer = client.post_token(f"/fairs/tea-days/meetings/{hall.meeting_id}/here", once="a" * 12)
        assert answer.status_code == 422
        assert "20 minutes before" in answer.get_data(as_text=True)


class TestTheConsole:
    def test_hosts_and_organizers_open_it_and_nobody_else(self, client, hall):
        for who, status in (("host", 200), ("organizer", 200), ("buyer", 404), ("reader", 404)):
            assert client.sign_in_as(hall.accounts[who]).get(HOST).status_code == status

    def test_both_here_then_the_outcome_with_its_amount_read_back(self, client, session, hall):
        client.sign_in_as(hall.accounts["host"])
        address = f"{HOST}/meetings/{hall.meeting_id}"
        seen = client.submit(HOST, action=f"{hall.meeting_id}/presence", side="both", there="1")
        assert seen.location.endswith("/outcome/exhibitor")
        hall.at(5)

        form = {"outcome": "result", "kind": "mou", "value": "125000", "currency": "USD"}
        read_back = client.submit(f"{address}/outcome/buyer", **form)
        assert (read_back.status_code, "125,000" in read_back.get_data(as_text=True)) == (200, True)
        confirm = client.tree(read_back).select_one("form[action*=confirm]")
        boxes = {box["name"]: box.get("value", "") for box in confirm.select("input[type=hidden]")}
        assert client.post(confirm["action"], data={**boxes, "horizon": "12m"}).status_code == 302
        assert client.post(confirm["action"], data={**boxes, "horizon": "12m"}).status_code == 302

        session.rollback()
        (report,) = session.scalars(select(OutcomeReport))
        assert (report.side, report.stated_by, report.amount) == ("buyer", hall.accounts["host"], 125000)
        assert state(session, hall) == "held"

    @pytest.mark.parametrize("outcome", ["follow_up", "no_fit"])
    def test_an_outcome_without_a_value_is_one_tap_on_the_console(self, client, session, hall, outcome):
        client.sign_in_as(hall.accounts["host"])
        client.submit(HOST, action=f"{hall.meeting_id}/presence", side="both", there="1")
        hall.at(5)
        forms = client.page(HOST).select("form[action*=outcome]")
        (form,) = [one for one in forms if one.select_one("[name=outcome]")["value"] == outcome]
        fields = {box["name"]: box["value"] for box in form.select("input")}
        for _ in range(2):
            assert client.post(form["action"], data=fields).status_code == 302
        session.rollback()
        (report,) = session.scalars(select(OutcomeReport))
        assert (report.side, report.outcome) == ("seller", {"no_fit": "no_interest"}.get(outcome, outcome))

    def test_what_a_side_said_of_its_value_is_not_shown_to_a_host(self, client, hall):
        client.sign_in_as(hall.accounts["seller"])
        hall.at(5)
        client.submit(f"/fairs/tea-days/meetings/{hall.meeting_id}/outcome", outcome="no_fit")
        client.sign_in_as(hall.accounts["host"])
        page = client.page(f"{HOST}/meetings/{hall.meeting_id}/outcome/exhibitor")
        assert not page.select("input[checked]")

    def test_a_host_corrects_a_wrong_tap(self, client, session, hall):
        client.sign_in_as(hall.accounts["host"])
        address = f"{HOST}/meetings/{hall.meeting_id}/presence"
        client.post_token(address, once="b" * 12, side="both", there="1")
        hall.at(1)
        client.post_token(address, once="c" * 12, side="buyer", there="0")
        assert state(session, hall) == "no_show"
        hall.at(2)
        client.post_token(address, once="d" * 12, side="buyer", there="1")
        assert state(session, hall) == "held"

    def test_a_meeting_goes_on_where_the_next_time_is_free(self, client, session, hall):
        client.sign_in_as(hall.accounts["host"])
        address = f"{HOST}/meetings/{hall.meeting_id}"
        assert client.post_token(f"{address}/extend").status_code == 302
        assert client.post_token(f"{address}/extend").status_code == 302
        session.rollback()
        kinds = session.scalars(select(Seat.kind).where(Seat.slot_id == hall.second_id).order_by(Seat.kind)).all()
        assert kinds == ["representative", "table"]

    def test_a_meeting_does_not_go_on_where_somebody_is_expected(self, client, session, hall):
        table_id = session.get(Meeting, hall.meeting_id).table_id
        other = session.scalars(select(Meeting.id).where(Meeting.slot_id == hall.second_id)).one()
        session.add(Seat(kind="table", resource_id=table_id, slot_id=hall.second_id, meeting_id=other))
        session.commit()
        client.sign_in_as(hall.accounts["host"])
        answer = client.post_token(f"{HOST}/meetings/{hall.meeting_id}/extend")
        assert answer.status_code == 409
        assert "taken already" in answer.get_data(as_text=True)

    def test_a_meeting_moves_to_a_free_table_and_both_sides_hear_of_it_once(self, client, session, factory, hall):
        other = another_table(session, factory, hall, "Z01").id
        session.commit()
        client.sign_in_as(hall.accounts["host"])
        address = f"{HOST}/meetings/{hall.meeting_id}"
        assert str(other) in [one["value"] for one in client.page(address).select("#table option")]
        for _ in range(2):
            assert client.post_token(f"{address}/table", table=str(other)).status_code == 302
        session.rollback()
        seats = session.scalars(
            select(Seat.resource_id).where(Seat.meeting_id == hall.meeting_id, Seat.kind == "table")
        ).all()
        told = session.scalars(select(Notice.kind).where(Notice.kind.in_(("meeting_moved", "meeting_placed")))).all()
        assert seats == [other]
        assert len(told) == 2

    def test_a_meeting_stays_where_the_other_table_is_taken_closed_or_unknown(self, client, session, factory, hall):
        meeting = session.get(Meeting, hall.meeting_id)
        slot_id, before = meeting.slot_id, meeting.table_id
        taken, closed = (another_table(session, factory, hall, code) for code in ("Z01", "Z02"))
        closed.is_closed = True
        other = session.scalars(select(Meeting.id).where(Meeting.slot_id == hall.second_id)).one()
        factory.add(Seat(kind="table", resource_id=taken.id, slot_id=slot_id, meeting_id=other))
        keys = {409: taken.id, 422: closed.id, 404: uuid.uuid4()}
        session.commit()
        client.sign_in_as(hall.accounts["host"])
        for status, key in keys.items():
            answer = client.post_token(f"{HOST}/meetings/{hall.meeting_id}/table", table=str(key))
            assert answer.status_code == status
        session.rollback()
        assert session.get(Meeting, hall.meeting_id).table_id == before

    def test_it_takes_the_same_few_statements_for_many_tables(self, client, hall, app):
        client.sign_in_as(hall.accounts["host"])
        with app.app_context(), count_queries(db.engine) as sent:
            client.page(HOST)
        assert len(sent) <= 12


class TestWhatADeviceKept:
    def test_it_gets_a_fresh_token_and_learns_whose_it_would_be(self, client, hall):
        nobody = client.get("/fairs/tea-days/form-token").get_json()
        mine = client.sign_in_as(hall.accounts["host"]).get("/fairs/tea-days/form-token").get_json()
        theirs = client.sign_in_as(hall.accounts["buyer"]).get("/fairs/tea-days/form-token").get_json()
        assert nobody["who"] == ""
        assert len({nobody["who"], mine["who"], theirs["who"]}) == 3
        assert client.page("/fairs/tea-days/agenda").select_one("[data-waiting]")["data-who"] == theirs["who"]

    def test_a_token_got_so_lets_it_send_what_it_kept(self, client, session, hall):
        client.sign_in_as(hall.accounts["host"])
        token = client.get("/fairs/tea-days/form-token").get_json()["token"]
        seen_at = (OPENING + timedelta(minutes=1)).isoformat()
        hall.at(12)
        fields = {"once": "a" * 12, "side": "both", "there": "1", "seen_at": seen_at}
        address = f"{HOST}/meetings/{hall.meeting_id}/presence"
        for _ in range(2):
            assert client.post(address, data={**fields, "csrf_token": token}).status_code == 302
        session.rollback()
        assert {row.at for row in session.scalars(select(CheckIn))} == {OPENING + timedelta(minutes=1)}
        assert len(said(session)) == 2

    def kept_outcome(self, client, hall, **typed):
        """A host's answer as the device sends it when the network is back, and where it is sent."""
        hall.at(5)
        address = f"{HOST}/meetings/{hall.meeting_id}/outcome/exhibitor"
        box = client.sign_in_as(hall.accounts["host"]).page(address).select_one("form[data-keeps] [name=once]")
        token = client.get("/fairs/tea-days/form-token").get_json()["token"]
        seen_at = (OPENING + timedelta(minutes=5)).isoformat()
        answer = {"outcome": "result", "kind": "mou", "currency": "USD", "horizon": "12m", **typed}
        hall.at(40)
        return address, {**answer, "once": box["value"], "seen_at": seen_at, "csrf_token": token}

    def test_an_amount_that_reads_in_one_way_is_recorded_once_and_told_back(self, client, session, hall):
        address, kept = self.kept_outcome(client, hall, value="1.2 million")

        sent, again = (client.post(address, data=kept) for _ in range(2))

        assert (sent.status_code, sent.get_json()["link"], again.status_code) == (201, address, 302)
        assert "USD 1,200,000.00" in sent.get_json()["reading"]
        session.rollback()
        (report,) = session.scalars(select(OutcomeReport))
        assert (report.amount, report.horizon, report.stated_by) == (1_200_000, "12m", hall.accounts["host"])

    @pytest.mark.parametrize(
        "typed", [{"value": "1 million 5"}, {"value": "900", "horizon": ""}, {"value": "900", "horizon": "multi_year"}]
    )
    def test_what_is_to_be_asked_stays_with_the_device_until_it_is_answered(self, client, session, hall, typed):
        address, kept = self.kept_outcome(client, hall, **typed)
        asked = client.post(address, data=kept)
        assert (asked.status_code, session.scalars(select(OutcomeReport)).all()) == (200, [])

        opened = {name: value for name, value in kept.items() if name != "seen_at"}
        form = client.tree(client.post(address, data=opened)).select_one("form[action*=confirm]")
        boxes = {box["name"]: box.get("value", "") for box in form.select("input[type=hidden]")}
        assert boxes["value"] == typed["value"]
        chosen = {"horizon": "12m", "reading": "1000005 USD"}
        assert client.post(form["action"], data={**boxes, **chosen}).status_code == 302

        assert client.post(address, data=kept).status_code == 302
        session.rollback()
        (report,) = session.scalars(select(OutcomeReport))
        assert report.amount == (900 if typed["value"] == "900" else 1_000_005)

    def test_a_host_who_goes_back_and_answers_otherwise_is_heard(self, client, session, hall):
        address, kept = self.kept_outcome(client, hall)
        answer = {"once": kept["once"], "currency": "USD", "csrf_token": kept["csrf_token"]}
        for outcome in ("follow_up", "follow_up", "no_fit"):
            assert client.post(address, data={**answer, "outcome": outcome}).status_code == 302
        session.rollback()
        assert sorted(session.scalars(select(OutcomeReport.outcome))) == ["follow_up", "no_interest"]

    def test_an_amount_nobody_can_read_is_asked_for_again_with_what_was_typed(self, client, hall):
        address, kept = self.kept_outcome(client, hall, value="a lot")
        asked = client.post(address, data=kept)
        assert (asked.status_code, client.tree(asked).select_one("[name=value]")["value"]) == (422, "a lot")


class TestTheTableOfAMissedMeeting:
    """Two who sit down where another meeting was missed are the meeting there."""

    @pytest.fixture
    def rescued(self, session, factory, hall):
        missed = session.get(Meeting, hall.meeting_id)
        missed.state, missed.no_show_side = MeetingState.NO_SHOW, Role.BUYER
        seller = session.get(Participation, missed.exhibitor_id)
        standby = factory.participant(session.get(Fair, missed.fair_id), role=Role.BUYER, name="Chợ Nhà")
        place = {"slot_id": missed.slot_id, "table_id": missed.table_id}
        factory.meeting(seller, standby, state=MeetingState.SCHEDULED, origin="rescue", **place)
        session.commit()

    @pytest.mark.parametrize("minutes", [10, 30])
    def test_the_host_sees_the_meeting_there_while_it_runs_and_after(self, client, hall, rescued, minutes):
        client.sign_in_as(hall.accounts["host"])
        hall.at(minutes)
        table = client.page(HOST).select_one("section[aria-labelledby=table-1]").get_text()
        assert ("Chợ Nhà" in table, "Kaze Foods" in table) == (True, False)

    def test_what_a_device_keeps_of_a_tap_names_the_table_once(self, client, hall, rescued):
        client.sign_in_as(hall.accounts["host"])
        hall.at(10)
        forms = client.page(HOST).select("section[aria-labelledby=table-1] form[data-keeps]")
        assert "Both are here · A01" in [form["data-keeps"] for form in forms]

    def test_the_card_checks_in_for_it(self, client, hall, rescued):
        client.sign_in_as(hall.accounts["seller"])
        hall.at(10)
        assert "Chợ Nhà" in client.page(hall.card).select_one("main").get_text()


class TestThirdCompany:
    """A third company at the table: seen by the host, and deciding nothing."""

    @pytest.fixture
    def joined(self, session, factory, hall):
        meeting = session.get(Meeting, hall.meeting_id)
        fair = session.get(Fair, meeting.fair_id)
        third = factory.participant(fair, name="Bao Bì Xanh")
        meeting.third_id = third.id
        person = third.representative.id
        factory.add(MeetingAttendee(meeting_id=meeting.id, representative_id=person, side="third"))
        factory.add(
            ThirdCompany(
                meeting_id=meeting.id, participation_id=third.id, state="joined", named_by="buyer", asked_at=OPENING
            )
        )
        third.representative.phone = "+84 900 111 222"
        account = third.account.id
        session.commit()
        return account

    def test_the_host_sees_who_is_missing_calls_and_notes_it_without_deciding_the_meeting(
        self, client, session, hall, joined
    ):
        client.sign_in_as(hall.accounts["host"])
        hall.at(8)
        for side in Role:
            client.post_token(f"{HOST}/meetings/{hall.meeting_id}/presence", side=side, there="1", once=f"mark{side}")
        page = client.page(HOST)
        assert "At 2 tables somebody is missing." in " ".join(page.select_one("main").get_text(" ").split())
        detail = client.page(f"{HOST}/meetings/{hall.meeting_id}")
        row = next(one for one in detail.select("main li") if "Bao Bì Xanh" in one.get_text())
        assert "Third company" in row.get_text()
        assert row.select_one("a[href='tel:+84900111222']") is not None
        client.post_token(f"{HOST}/meetings/{hall.meeting_id}/presence", side="third", there="1", once="markthird")
        session.rollback()
        assert session.scalar(select(ThirdCompany.is_present)) is True
        assert {side for side, _source, _there in said(session)} == {"exhibitor", "buyer"}
        assert session.get(Meeting, hall.meeting_id).state == "held"
        page = client.page(HOST)
        assert "At 1 table somebody is missing." in page.select_one("main").get_text()

    def test_a_meeting_without_a_third_company_has_none_to_note(self, client, hall):
        client.sign_in_as(hall.accounts["host"])
        address = f"{HOST}/meetings/{hall.meeting_id}/presence"
        assert client.post_token(address, side="third", there="1", once="markthird").status_code == 404

    def test_the_card_on_the_table_leads_the_third_company_to_the_right_one(self, client, hall, joined):
        client.sign_in_as(joined)
        shown = " ".join(client.page(hall.card).select_one("main").get_text(" ").split())
        assert "Trà Xanh – Kaze Foods" in shown
        assert "You join them as third company." in shown
        assert "Your meeting now is at another table." not in shown
        elsewhere = client.page(hall.other_card).select_one("main").get_text()
        assert "Your meeting now is at another table." in elsewhere
