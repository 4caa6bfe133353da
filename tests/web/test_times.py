"""Choosing the time of a meeting, moving it, and saying who comes."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from matchmaker import clock
from matchmaker.domain.fairs import Phase, TimeChoice
from matchmaker.extensions import db
from matchmaker.models import FairPerson, HistoryEntry, Meeting, MeetingAttendee, Notice, Seat
from matchmaker.models.engine import begin_writing
from tests.factories import OPENING
from tests.mails import composed
from tests.query_count import count_queries

NOW = OPENING - timedelta(days=10)


@pytest.fixture(autouse=True)
def _ten_days_before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def fair(factory):
    fair = factory.fair(slug="spring", time_choice=TimeChoice.PAIR)
    fair.slots, fair.tables = factory.slots(fair, 5), factory.tables(fair, 1)
    return fair


@pytest.fixture
def exhibitor(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây")


@pytest.fixture
def buyer(factory, fair):
    return factory.participant(fair, role="buyer", name="Kaze Foods", country="JP")


@pytest.fixture
def meeting(factory, exhibitor, buyer):
    return factory.meeting(exhibitor, buyer, state="accepted")


def texts(page, selector):
    return [" ".join(found.get_text(" ").split()) for found in page.select(selector)]


def link(page, words):
    """The address behind a link's words; None where there is no such link."""
    return next((one["href"] for one in page.select("main a[href]") if one.get_text(strip=True) == words), None)


def row_of(session, meeting_id):
    session.rollback()
    return session.get(Meeting, meeting_id, populate_existing=True)


class TestChoosing:
    def test_after_accepting_the_time_is_the_next_question(self, client, session, factory, exhibitor, buyer):
        request = factory.meeting(exhibitor, buyer)
        session.commit()
        client.sign_in_as(exhibitor.account)
        answer = client.submit("/fairs/spring/requests", action="/accept")
        assert answer.location == f"/fairs/spring/meetings/{request.id}/time"
        page = client.page(answer.location)
        assert texts(page, "h1") == ["When do you meet Kaze Foods?"]
        assert texts(page, "[data-say]") == ["You will meet Kaze Foods. Now choose the time."]

    def test_three_places_stand_first_and_all_on_demand(self, client, session, exhibitor, meeting):
        session.commit()
        client.sign_in_as(exhibitor.account)
        address = f"/fairs/spring/meetings/{meeting.id}/time"
        assert link(client.page(f"/fairs/spring/meetings/{meeting.id}"), "Choose the time") == address
        page = client.page(address)
        assert texts(page, "button.place") == [
            "Wed 18 Nov, 09:00–09:25 Table A01",
            "Wed 18 Nov, 09:30–09:55 Table A01",
            "Wed 18 Nov, 10:00–10:25 Table A01",
        ]
        every = page.find("a", string="See all 5 free times")
        whole = client.page(every["href"])
        assert [button.contents[0] for button in whole.select("button[name=slot]")] == [
            "09:00", "09:30", "10:00", "10:30", "11:00",
        ]  # fmt: skip

    def test_one_tap_books_it_and_says_when_and_where(self, client, session, fair, exhibitor, meeting):
        slot = fair.slots[1]
        session.commit()
        client.sign_in_as(exhibitor.account)
        address = f"/fairs/spring/meetings/{meeting.id}"
        answer = client.submit(f"{address}/time", action="/time", slot=slot.id.hex)
        assert (answer.status_code, answer.location) == (302, address)
        assert row_of(session, meeting.id).slot_id == slot.id
        page = client.page(address)
        assert texts(page, "[data-say]") == ["You meet Kaze Foods: Wed 18 Nov, 09:30–09:55, Table A01"]
        assert link(page, "Choose another time") == f"{address}/time"

    def test_a_move_offers_its_undo_and_a_first_time_does_not(self, client, factory, fair, exhibitor, meeting):
        session, slots = factory.session, [slot.id.hex for slot in fair.slots]
        session.commit()
        client.sign_in_as(exhibitor.account)
        address = f"/fairs/spring/meetings/{meeting.id}"
        client.submit(f"{address}/time", action="/time", slot=slots[0])
        assert client.page(address).select("form[action$=undo-move]") == []
        client.submit(f"{address}/time", action="/time", slot=slots[1])
        answer = client.submit(address, action="/undo-move")
        assert (answer.status_code, answer.location) == (302, address)
        assert row_of(session, meeting.id).slot_id.hex == slots[0]
        assert texts(client.page(address), "[data-say]") == [
            "Undone. You meet as before: Wed 18 Nov, 09:00–09:25, Table A01"
        ]

    def test_an_undo_that_comes_too_late_says_so(self, client, session, exhibitor, meeting):
        session.commit()
        client.sign_in_as(exhibitor.account)
        answer = client.post_token(f"/fairs/spring/meetings/{meeting.id}/undo-move")
        assert answer.status_code == 409

    def test_a_lost_race_shows_the_next_free_places_and_keeps_what_was_typed(
        self, client, factory, fair, exhibitor, meeting
    ):
        other = factory.meeting(
            factory.participant(fair),
            factory.participant(fair, role="buyer"),
            state="scheduled",
            slot_id=fair.slots[0].id,
        )
        (first, second, *_), table, other_id = [slot.id for slot in fair.slots], fair.tables[0].id, other.id
        factory.session.commit()
        client.sign_in_as(exhibitor.account)
        address = f"/fairs/spring/meetings/{meeting.id}/time"
        page = client.page(address)
        token = page.find("input", {"name": "csrf_token"})["value"]
        factory.session.rollback()
        begin_writing(factory.session)
        factory.add(Seat(kind="table", resource_id=table, slot_id=first, meeting_id=other_id))
        factory.session.commit()
        answer = client.post(address, data={"csrf_token": token, "slot": first.hex, "note": "By the window?"})
        assert answer.status_code == 409
        assert "That time was taken a moment ago." in answer.text
        assert "By the window?</textarea>" in answer.text
        assert second.hex in answer.text
        assert f'value="{first.hex}"' not in answer.text
        row = row_of(factory.session, meeting.id)
        assert (row.state, row.slot_id) == ("accepted", None)

    @pytest.mark.parametrize("slot", ["", "nonsense", "0" * 33])
    def test_a_slot_that_is_none_changes_nothing(self, client, session, exhibitor, meeting, slot):
        session.commit()
        client.sign_in_as(exhibitor.account)
        answer = client.submit(f"/fairs/spring/meetings/{meeting.id}/time", action="/time", slot=slot)
        assert answer.status_code == 422
        assert row_of(session, meeting.id).slot_id is None

    def test_a_line_that_is_too_long_is_said_beside_it(self, client, session, fair, exhibitor, meeting):
        slot = fair.slots[0].id.hex
        session.commit()
        client.sign_in_as(exhibitor.account)
        address = f"/fairs/spring/meetings/{meeting.id}/time"
        answer = client.submit(address, action="/time", slot=slot, note="x" * 251)
        assert answer.status_code == 422
        assert "Write at most 250 characters." in answer.text

    def test_where_there_is_no_time_the_page_says_why(self, client, session, exhibitor, meeting):
        exhibitor.meetings_cap = 0
        session.commit()
        page = client.sign_in_as(exhibitor.account).page(f"/fairs/spring/meetings/{meeting.id}/time")
        assert texts(page, ".note") == ["Trà Núi Mây has as many meetings as it may have at this fair."]
        assert page.select("button[name=slot]") == []

    def test_where_the_organizer_schedules_the_page_says_so(self, client, session, fair, exhibitor, meeting):
        fair.time_choice = TimeChoice.ORGANIZER
        session.commit()
        answer = client.sign_in_as(exhibitor.account).get(f"/fairs/spring/meetings/{meeting.id}/time")
        assert answer.status_code == 403
        assert "The organizer makes the schedule of this fair" in answer.text
        page = client.page(f"/fairs/spring/meetings/{meeting.id}")
        assert link(page, "Choose the time") is None

    def test_a_third_company_finds_nothing(self, client, session, factory, fair, meeting):
        third = factory.participant(fair)
        slot = fair.slots[0].id.hex
        session.commit()
        client.sign_in_as(third.account)
        for part in ("time", "people"):
            assert client.get(f"/fairs/spring/meetings/{meeting.id}/{part}").status_code == 404
            answer = client.post_token(f"/fairs/spring/meetings/{meeting.id}/{part}", slot=slot, people="x")
            assert answer.status_code == 404
        assert row_of(session, meeting.id).state == "accepted"

    def test_it_asks_few_questions(self, client, session, exhibitor, meeting):
        session.commit()
        client.sign_in_as(exhibitor.account)
        with count_queries(db.engine) as asked:
            client.page(f"/fairs/spring/meetings/{meeting.id}/time?all=1")
        assert len(asked) <= 12


class TestOrganizer:
    def test_the_organizer_moves_a_meeting_to_one_of_the_best_places(self, client, factory, fair, meeting):
        session, slot = factory.session, fair.slots[2]
        fair.time_choice, fair.phase = TimeChoice.ORGANIZER, Phase.FINAL
        organizer = factory.organizer(fair)
        session.commit()
        client.sign_in_as(organizer)
        address = f"/fairs/spring/organizer/meetings/{meeting.id}/move"
        page = client.page(address)
        assert texts(page, "h1") == ["Move Trà Núi Mây – Kaze Foods"]
        answer = client.submit(address, action="/move", slot=slot.id.hex)
        assert answer.status_code == 302
        assert row_of(session, meeting.id).slot_id == slot.id
        assert sorted(session.scalars(select(Notice.kind))) == ["meeting_placed", "meeting_placed"]

    def test_the_organizer_undoes_a_move_and_is_told_when_that_is_over(self, client, factory, fair, meeting):
        session, slots = factory.session, [slot.id.hex for slot in fair.slots]
        fair.time_choice, fair.phase = TimeChoice.ORGANIZER, Phase.FINAL
        organizer, key = factory.organizer(fair), meeting.id
        session.commit()
        client.sign_in_as(organizer)
        address = f"/fairs/spring/organizer/meetings/{meeting.id}"
        for slot in slots[:2]:
            client.submit(f"{address}/move", action="/move", slot=slot)
        answer = client.submit("/fairs/spring/organizer/schedule", action="/undo-move")
        assert answer.status_code == 302
        assert row_of(session, meeting.id).slot_id.hex == slots[0]
        client.submit(f"{address}/move", action="/move", slot=slots[2])
        session.rollback()
        begin_writing(session)
        session.execute(update(HistoryEntry).values(at=NOW - timedelta(minutes=3)))
        session.commit()
        late = client.submit("/fairs/spring/organizer/schedule", action="/undo-move")
        assert late.status_code == 409
        assert "It can’t go back" in late.text
        assert row_of(session, key).slot_id.hex == slots[2]

    def test_a_meeting_of_another_fair_is_not_there(self, client, factory, meeting):
        elsewhere = factory.fair(slug="autumn")
        organizer = factory.organizer(elsewhere)
        factory.session.commit()
        client.sign_in_as(organizer)
        address = f"/fairs/autumn/organizer/meetings/{meeting.id}/move"
        assert client.get(address).status_code == 404
        assert client.post_token(address, slot=uuid.uuid4().hex).status_code == 404


class TestWhoComes:
    def test_a_colleague_is_named_and_others_with_a_clash_are_marked(self, client, factory, fair, exhibitor, meeting):
        session = factory.session
        mai = factory.representative(exhibitor.company, name="Mai")
        factory.add(FairPerson(participation_id=exhibitor.id, representative_id=mai.id))
        exhibitor.representative.name = "An"
        session.commit()
        client.sign_in_as(exhibitor.account)
        address = f"/fairs/spring/meetings/{meeting.id}/people"
        page = client.page(address)
        assert [box.get("checked") is not None for box in page.select("input[name=people]")] == [True, False]
        answer = client.submit(address, people=[str(exhibitor.representative.id), str(mai.id)])
        assert (answer.status_code, answer.location) == (302, f"/fairs/spring/meetings/{meeting.id}")
        session.rollback()
        side = select(MeetingAttendee.representative_id).where(MeetingAttendee.side == "exhibitor")
        assert set(session.scalars(side)) == {exhibitor.representative.id, mai.id}

    def test_nobody_at_all_is_refused_beside_the_names(self, client, session, exhibitor, meeting):
        session.commit()
        client.sign_in_as(exhibitor.account)
        address = f"/fairs/spring/meetings/{meeting.id}/people"
        answer = client.submit(address, people=[])
        assert answer.status_code == 422
        assert "Choose at least one person." in answer.text


class TestDailyCap:
    def test_one_says_how_many_a_day_and_takes_it_back(self, client, session, exhibitor):
        session.commit()
        client.sign_in_as(exhibitor.account)
        cap = select(FairPerson.daily_cap).where(FairPerson.participation_id == exhibitor.id)
        for typed, stored in (("6", 6), ("", None)):
            answer = client.submit("/fairs/spring/agenda", action="/daily-cap", cap=typed)
            assert answer.status_code == 302
            session.rollback()
            assert session.scalar(cap) == stored

    @pytest.mark.parametrize("typed", ["0", "-1", "many", "1e9", "51"])
    def test_what_is_no_number_of_meetings_is_refused(self, client, session, exhibitor, typed):
        session.commit()
        client.sign_in_as(exhibitor.account)
        answer = client.submit("/fairs/spring/agenda", action="/daily-cap", cap=typed)
        assert answer.status_code == 422
        assert "This is no number of meetings" in answer.text


PLACE = {
    "starts_at": "2026-11-18T02:30:00+00:00",
    "ends_at": "2026-11-18T02:55:00+00:00",
    "time_zone": "Asia/Ho_Chi_Minh",
    "is_online": False,
    "table": "A01",
    "hall_vi": "Nhà A",
    "hall_en": "Hall A",
    "booth": "",
}


@pytest.mark.parametrize(
    ("kind", "facts", "locale", "says"),
    [
        (
            "meeting_placed",
            {"note": "By <the> window?"},
            "en",
            ["Wed 18 Nov 2026, 09:30–09:55 (Vietnam Time), table A01, Hall A", "By <the> window?"],
        ),
        ("meeting_placed", {"note": ""}, "vi", ["Thứ Tư 18/11/2026, 09:30–09:55 (Giờ Việt Nam), bàn A01, Nhà A"]),
        (
            "meeting_moved",
            {"note": "", "was_starts_at": "2026-11-18T02:00:00+00:00", "was_table": "A02"},
            "en",
            ["09:30–09:55 (Vietnam Time), table A01", "Before: Wed 18 Nov 2026, 09:00 (Vietnam Time), table A02"],
        ),
        ("meeting_people", {}, "en", ["Wed 18 Nov 2026, 09:30–09:55 (Vietnam Time), table A01, Hall A"]),
        (
            "meeting_cancelled",
            {"reason": "no_time"},
            "en",
            ["Wed 18 Nov 2026, 09:30–09:55 (Vietnam Time), table A01, Hall A"],
        ),
        ("meeting_placed", {"note": "", "table": "", "booth": "C12"}, "en", ["(Vietnam Time), booth C12"]),
        ("meeting_placed", {"note": "", "is_online": True}, "en", ["(Vietnam Time), online"]),
    ],
)
def test_mails_say_when_and_where_in_words(app, kind, facts, locale, says):
    message = composed(app, kind, locale=locale, path="/x", company="<b>Kaze</b>", **{**PLACE, **facts})
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    for sentence in says:
        assert sentence in text
        assert sentence in html or "<" in sentence
    assert "<b>Kaze</b>" not in html
    assert "<the>" not in html
