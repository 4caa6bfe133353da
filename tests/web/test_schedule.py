"""The organizer's schedule: make it, read it by day, change it, see what has no place, publish it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.fairs import Role
from matchmaker.extensions import db
from matchmaker.models import (
    DraftPlace,
    Fair,
    Meeting,
    MeetingTable,
    Notice,
    Participation,
    ScheduleDraft,
    ScheduleMiss,
    ScheduleRun,
    Slot,
)
from matchmaker.services import schedule_reads
from matchmaker.services.runs import LONGEST_RUN
from matchmaker.web.scheduling.page import UNPLACED_HERE
from tests.factories import OPENING
from tests.query_count import count_queries

NOW = OPENING - timedelta(days=5)
MOST_QUERIES = 12
# What a phone on a slow line takes in a second or two, before compression.
MOST_LETTERS = 150_000
PAGE = "/fairs/spring/organizer/schedule"
LIST = f"{PAGE}/list"
METRICS = {
    "bound": 12,
    "weight": 12,
    "moved": 0,
    "added": 2,
    "dropped": 0,
    "misses": {},
    "outlook": {"asked": 1, "most": 1, "more": []},
}


@pytest.fixture(autouse=True)
def before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def fair(factory):
    row = factory.fair(slug="spring", phase="scheduling")
    factory.slots(row, 3)
    factory.tables(row, 2)
    return row


@pytest.fixture
def client(client, factory, session, fair):
    """The organizer's browser."""
    key = factory.organizer(fair).id
    session.commit()
    return client.sign_in_as(key)


@pytest.fixture
def run(factory, fair):
    return a_run(factory, fair.id)


def a_run(factory, fair_id, **values):
    defaults = {"state": "done", "seed": 7, "metrics": METRICS, "certificate": {}, "started_at": NOW}
    return factory.add(ScheduleRun(fair_id=fair_id, **{**defaults, **values}))


@pytest.fixture
def place(factory, fair, session):
    """Put a meeting of two named companies into a slot."""

    def add(seller, buyer, number=1, **values):
        slot = session.scalars(select(Slot).where(Slot.fair_id == fair.id, Slot.number == number)).one()
        table = session.scalars(select(MeetingTable).where(MeetingTable.fair_id == fair.id)).first()
        return factory.meeting(
            factory.participant(fair, name=seller, name_key=seller.casefold()),
            factory.participant(fair, role="buyer", name=buyer, name_key=buyer.casefold(), country="JP"),
            **{"state": "scheduled", "slot_id": slot.id, "table_id": table.id, **values},
        )

    return add


def miss(factory, run, meeting, code="no_common_slot", **evidence):
    helps = [{"kind": "other_time", "codes": [], "gain": 0.0}]
    return factory.add(ScheduleMiss(run_id=run.id, meeting_id=meeting.id, code=code, evidence=evidence, help=helps))


def rows(page, section="plan"):
    found = page.find(id=section) if section else page
    return [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in found.select("tbody tr")]


def test_a_run_is_asked_for_with_one_click_and_followed(client, factory, session, place):
    place("Trà Núi Mây", "Nordic Tea", state="accepted", slot_id=None, table_id=None)
    session.commit()
    assert "1 accepted meeting waits" in client.page(PAGE).get_text()
    assert client.submit(PAGE, action="/schedule").status_code in {302, 303}
    assert session.scalars(select(ScheduleRun.state)).all() == ["waiting"]
    session.rollback()
    page = client.page(PAGE)
    assert "The schedule is being made" in page.h1.get_text()
    assert page.find("form", action=PAGE) is None


def test_the_plan_is_shown_by_day_with_its_time_table_and_companies(client, session, run, place):
    place("Trà Núi Mây", "Nordic Tea")
    place("Gốm Bát Tràng", "Kaigan", number=2, state="held")
    session.commit()
    page = client.page(LIST)
    assert [row[:4] for row in rows(page)] == [
        ["09:00", "A01", "Trà Núi Mây", "Nordic Tea International"],
        ["09:30", "A01", "Gốm Bát Tràng", "Kaigan International"],
    ]
    assert [len(row.find_all("form")) for row in page.find(id="plan").select("tbody tr")] == [2, 0]
    assert "Proved best: no plan can place more" in client.page(PAGE).get_text()


def test_the_plan_can_be_searched_without_accents_and_letters_of_patterns_mean_themselves(client, session, run, place):
    place("tra nui may", "Nordic Tea")
    place("100% co", "Kaigan", number=2)
    session.commit()
    shown = {word: [row[2] for row in rows(client.page(f"{LIST}?q={word}"))] for word in ("Trà", "%25", "kai", "_")}
    assert shown == {"Trà": ["tra nui may"], "%25": ["100% co"], "kai": ["100% co"], "_": []}


def test_a_day_or_page_that_does_not_exist_is_an_ordinary_page(client, session, run, place):
    place("Trà Núi Mây", "Nordic Tea")
    session.commit()
    for query in ("day=2031-01-01", "day=x", "page=0", "page=-3", "page=x", "page=²", f"page={'9' * 200}"):
        assert client.get(f"{LIST}?{query}").status_code == 200, query
    assert rows(client.page(f"{LIST}?page=2")) == []


def test_a_meeting_is_locked_unlocked_and_taken_out(client, session, run, place):
    key = place("Trà Núi Mây", "Nordic Tea").id
    session.commit()

    def look():
        session.rollback()
        found = session.get(Meeting, key, populate_existing=True)
        return found.is_locked, found.state

    client.submit(LIST, action=f"{key}/lock")
    assert look() == (True, "scheduled")
    client.submit(LIST, action=f"{key}/lock")
    assert look() == (False, "scheduled")
    session.rollback()
    client.submit(LIST, action=f"{key}/take-out")
    assert look() == (False, "accepted")


def test_every_meeting_without_a_place_has_its_reason_and_what_would_help(client, factory, session, run, place):
    waiting = place("Trà Núi Mây", "Nordic Tea", state="accepted", slot_id=None, table_id=None)
    gone = place("Gốm Bát Tràng", "Kaigan", state="cancelled", slot_id=None, table_id=None)
    for meeting in (waiting, gone):
        miss(factory, run, meeting)
    session.commit()
    expected = [
        ["Trà Núi Mây", "Nordic Tea", "The two sides have no free time in common", "another free time of one side"]
    ]
    assert [one.get_text(" ", strip=True) for one in client.page(PAGE).select("#unplaced li")] == [
        "Trà Núi Mây – Nordic Tea No free time in common"
    ]
    assert rows(client.page(f"{PAGE}/unplaced"), "") == expected


def test_what_a_runs_open_draft_takes_out_is_listed_as_without_a_place(client, factory, session, fair, run, place):
    meeting = place("Trà Núi Mây", "Nordic Tea")
    miss(factory, run, meeting, "tables_full")
    seen = {"fair_id": fair.id, "run_id": run.id, "created_at": NOW, "changed_at": NOW}
    draft = factory.add(ScheduleDraft(number=1, state="open", **seen))
    factory.add(
        DraftPlace(
            draft_id=draft.id,
            meeting_id=meeting.id,
            people={},
            broken=[],
            was_slot_id=meeting.slot_id,
            was_table_id=meeting.table_id,
        )
    )
    session.commit()
    assert [row[:2] for row in rows(client.page(f"{PAGE}/unplaced"), "")] == [["Trà Núi Mây", "Nordic Tea"]]
    client.submit(f"{PAGE}/drafts", action="/drafts/discard")
    assert rows(client.page(f"{PAGE}/unplaced"), "") == []


def test_the_company_that_reached_its_limit_is_named(client, factory, session, run, place):
    meeting = place("Trà Núi Mây", "Nordic Tea", state="accepted", slot_id=None, table_id=None)
    company = session.get(Participation, meeting.buyer_id).company_id
    miss(factory, run, meeting, "maximum_reached", company=str(company), maximum=16)
    session.commit()
    assert rows(client.page(f"{PAGE}/unplaced"), "")[0][2] == "Nordic Tea has reached its limit of meetings"


def test_the_unplaced_are_filtered_by_reason_and_paged(client, factory, session, run, place):
    count = schedule_reads.MISSES_A_PAGE + 1
    for number in range(count):
        meeting = place(f"Seller {number:02d}", f"Buyer {number}", state="accepted", slot_id=None, table_id=None)
        miss(factory, run, meeting, *(["tables_full"] if number == 0 else []))
    session.commit()
    assert len(rows(client.page(f"{PAGE}/unplaced"), "")) == schedule_reads.MISSES_A_PAGE
    assert len(rows(client.page(f"{PAGE}/unplaced?page=2"), "")) == 1
    assert [row[0] for row in rows(client.page(f"{PAGE}/unplaced?why=tables_full"), "")] == ["Seller 00"]
    assert len(rows(client.page(f"{PAGE}/unplaced?why=nonsense"), "")) == schedule_reads.MISSES_A_PAGE
    assert len(client.page(PAGE).select("#unplaced li")) == UNPLACED_HERE
    session.rollback()


def test_without_leftovers_the_unplaced_page_says_so(client):
    assert "Every meeting has its place" in client.page(f"{PAGE}/unplaced").get_text()


def test_publishing_tells_everyone_once_and_moves_the_fair_on(client, session, run, place):
    place("Trà Núi Mây", "Nordic Tea")
    session.commit()
    assert "2 people will be told" in client.page(f"{PAGE}/publish").get_text()
    client.submit(f"{PAGE}/publish", action="/publish")
    assert "Published. 2 people are told." in client.page(PAGE).get_text()
    client.submit(f"{PAGE}/publish", action="/publish")
    assert "nobody is told again" in client.page(PAGE).get_text()
    assert len(session.scalars(select(Notice)).all()) == 2
    assert session.scalar(select(Fair.phase)) == "final"


def test_nothing_to_publish_is_said_and_nothing_changes(client, factory, session, run, place):
    meeting = place("Trà Núi Mây", "Nordic Tea")
    session.commit()
    page = client.page(f"{PAGE}/publish")
    form = page.find("form", action=lambda action: action and action.endswith("/publish"))
    meeting.state = "held"
    session.commit()
    token = form.find("input", {"name": "csrf_token"})["value"]
    answer = client.post(form["action"], data={"csrf_token": token})
    assert (answer.status_code, "nothing to publish" in answer.get_data(as_text=True)) == (409, True)
    assert session.scalar(select(Fair.phase)) == "scheduling"


def test_meetings_and_runs_of_another_fair_are_not_found_and_stay_as_they_are(client, factory, session):
    elsewhere = factory.fair()
    slot, *_ = factory.slots(elsewhere, 1)
    meeting = factory.meeting(
        factory.participant(elsewhere),
        factory.participant(elsewhere, role="buyer"),
        state="scheduled",
        slot_id=slot.id,
    ).id
    session.commit()
    token = client.page(PAGE.replace("schedule", "matching")).find("input", {"name": "csrf_token"})["value"]
    addresses = [
        *(f"/fairs/spring/organizer/meetings/{meeting}/{to}" for to in ("lock", "take-out")),
    ]
    statuses = [client.post(one, data={"csrf_token": token, "locked": "1"}).status_code for one in addresses]
    assert statuses == [404, 404]
    row = session.get(Meeting, meeting)
    assert (row.state, row.is_locked, session.scalars(select(Notice)).all()) == ("scheduled", False, [])


def test_a_run_that_never_ended_is_not_waited_for(client, factory, session, fair):
    a_run(factory, fair.id, state="running", metrics={}, started_at=NOW - 2 * LONGEST_RUN)
    session.commit()
    page = client.page(PAGE)
    assert "did not finish" in page.get_text()
    assert page.find("form", action=PAGE) is not None


def test_the_page_stays_light_with_a_full_fair(client, factory, session, run, place):
    def look():
        with count_queries(engine) as sent:
            page = client.get(PAGE).get_data(as_text=True)
        return len(sent), len(page)

    engine = db.engine
    place("Trà Núi Mây", "Nordic Tea")
    place("Late seller", "Late buyer", state="accepted", slot_id=None, table_id=None)
    session.commit()
    alone, _ = look()
    for number in range(schedule_reads.LINES_A_PAGE + 10):
        place(f"Seller {number}", f"Buyer {number}")
        left = place(f"Late seller {number}", f"Late buyer {number}", state="accepted", slot_id=None, table_id=None)
        miss(factory, run, left)
    session.commit()
    many, letters = look()
    assert many <= alone + 1 <= MOST_QUERIES
    assert letters < MOST_LETTERS


def test_a_fair_recorded_without_a_run_shows_what_took_place_where(client, factory, session):
    fair = factory.fair(slug="past")
    organizer = factory.organizer(fair)
    seller, buyer = factory.participant(fair), factory.participant(fair, role=Role.BUYER)
    slot = factory.slots(fair, count=1)[0]
    table = factory.tables(fair, count=1)[0]
    factory.meeting(seller, buyer, state="held", slot_id=slot.id, table_id=table.id)
    session.commit()
    page = client.sign_in_as(organizer).page("/fairs/past/organizer/schedule?lang=en")
    figures = [value.get_text(" ", strip=True) for value in page.select("main dl dd")]
    assert (figures, len(page.select("[data-grid] .meet"))) == (["0 of 0", "0", "0", "1 held or missed"], 1)
