"""The schedule's grid: pick up, place, undo, lock, take out, publish, and two organizers at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models import (
    DraftPlace,
    Fair,
    Meeting,
    Notice,
    RepresentativeAbsence,
    ScheduleDraft,
    ScheduleRun,
    Seat,
)
from matchmaker.services.seats import Booking, take_seats
from tests.factories import OPENING
from tests.query_count import count_queries

NOW = OPENING - timedelta(days=5)
PAGE = "/fairs/spring/organizer/schedule"
MOST_QUERIES = 12
# Forty tables in a morning of eight slots, all taken, before compression.
MOST_LETTERS = 260_000


@pytest.fixture(autouse=True)
def before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring", phase="scheduling")


@pytest.fixture
def slots(factory, fair):
    return factory.slots(fair, 3)


@pytest.fixture
def tables(factory, fair):
    return factory.tables(fair, 2)


@pytest.fixture
def client(client, factory, session, fair):
    """The organizer's browser."""
    key = factory.organizer(fair).id
    session.commit()
    return client.sign_in_as(key)


@pytest.fixture
def place(factory, fair, session):
    """Seat a meeting of two companies at a slot and table, or leave it without a place."""

    def add(seller, buyer, slot=None, table=None, **values):
        meeting = factory.meeting(
            seller,
            buyer,
            state="scheduled" if slot else "accepted",
            slot_id=slot and slot.id,
            table_id=table and table.id,
            **values,
        )
        if slot:
            people = tuple(one.representative.id for one in (seller, buyer))
            take_seats(session, bookings=[Booking(meeting.id, slot.id, people, table and table.id, None)])
        return meeting

    return add


@pytest.fixture
def companies(factory, fair):
    sellers = [factory.participant(fair, name=name) for name in ("Trà Núi Mây", "Gốm Bát Tràng")]
    buyers = [factory.participant(fair, role="buyer", name=name, country="JP") for name in ("Nordic Tea", "Kaigan")]
    return sellers, buyers


@pytest.fixture
def tea(place, companies, slots, tables):
    """Trà Núi Mây and Nordic Tea at 09:00, table A01."""
    (seller, _other), (buyer, _second) = companies
    return place(seller, buyer, slots[0], tables[0])


def cells(page):
    """What stands in each row of the grid."""
    return {
        row.th.get_text(" ", strip=True).split()[-1]: [
            (cell.find("b") or cell.find("button") or cell).get_text(" ", strip=True).split(",")[0]
            for cell in row.find_all("td")
        ]
        for row in page.select("[data-grid] tbody tr")
    }


def targets(page):
    return [button["value"] for button in page.select("[data-grid] button.drop")]


def standing(session, meeting):
    session.rollback()
    row = session.get(Meeting, meeting.id, populate_existing=True)
    return row.state, row.slot_id, row.table_id


def put(client, meeting, key, **more):
    address = f"{PAGE}?held={meeting.id}"
    return client.submit(address, action="/place", button=("place", key), meeting=str(meeting.id), **more)


def key(slot, table):
    return f"{int(slot.starts_at.timestamp()) // 60}.{table.code}"


def test_the_grid_has_a_row_for_each_table_and_a_column_for_each_slot(client, session, tea):
    session.commit()
    page = client.page(PAGE)
    assert cells(page) == {
        "A01": ["Trà Núi Mây", "Free place", "Free place"],
        "A02": ["Free place", "Free place", "Free place"],
    }
    assert [head.get_text(strip=True) for head in page.select("[data-grid] thead th")] == [
        "Table",
        "09:00",
        "09:30",
        "10:00",
    ]


def test_a_meeting_picked_up_shows_its_best_places_and_where_it_may_go(client, session, tea, slots, tables):
    session.commit()
    page = client.page(f"{PAGE}?held={tea.id}")
    assert targets(page) == [
        key(slots[1], tables[0]),
        key(slots[2], tables[0]),
        *(key(slot, tables[1]) for slot in slots),
    ]
    assert [one["value"] for one in page.select("[data-held] button.place")] == [
        key(slots[1], tables[0]),
        key(slots[2], tables[0]),
    ]
    assert len(page.select("[data-held] select")) == 2


def test_moving_opens_a_draft_that_leaves_the_plan_alone_until_it_is_published(client, session, tea, slots, tables):
    session.commit()
    before = standing(session, tea)
    answer = put(client, tea, key(slots[1], tables[1]))
    assert answer.status_code == 302
    assert cells(client.page(PAGE))["A02"] == ["Free place", "Trà Núi Mây", "Free place"]
    assert cells(client.page(f"{PAGE}?draft=0"))["A01"][0] == "Trà Núi Mây"
    assert standing(session, tea) == before
    page = client.page(f"{PAGE}/publish?draft=1")
    assert "2 people will be told, once each." in page.get_text()
    assert [cell.get_text(strip=True) for cell in page.select("#changes tbody td")] == [
        "Wed 18 Nov, 09:00 · A01",
        "Wed 18 Nov, 09:30 · A02",
    ]
    session.rollback()
    client.submit(f"{PAGE}/publish?draft=1", action="/publish")
    assert standing(session, tea) == ("scheduled", slots[1].id, tables[1].id)
    assert {(seat.kind, seat.slot_id) for seat in session.scalars(select(Seat))} == {
        ("representative", slots[1].id),
        ("table", slots[1].id),
    }
    assert len(session.scalars(select(Notice)).all()) == 2
    assert session.scalar(select(Fair.phase)) == "final"


def test_a_broken_rule_is_named_before_the_move_and_nothing_changes(
    client, session, place, companies, tea, slots, tables
):
    (seller, _other), (_buyer, kaigan) = companies
    second = place(seller, kaigan, slots[1], tables[1])
    session.commit()
    answer = put(client, second, key(slots[0], tables[1]))
    page = client.tree(answer)
    assert answer.status_code == 422
    words = page.find(id="broken").get_text(" ", strip=True)
    assert f"{seller.representative.name} is in another meeting then: Trà Núi Mây – Nordic Tea." in words
    assert "let a colleague come" in words
    session.rollback()
    assert session.scalars(select(DraftPlace)).all() == []


def test_it_is_moved_anyway_when_asked_and_marked_and_then_kept_from_being_published(
    client, session, place, companies, tea, slots, tables
):
    (seller, _other), (_buyer, kaigan) = companies
    second = place(seller, kaigan, slots[1], tables[1])
    session.commit()
    address = f"{PAGE}?held={second.id}"
    token = client.page(address).find("input", {"name": "csrf_token"})["value"]
    data = {"csrf_token": token, "meeting": str(second.id), "place": key(slots[0], tables[1]), "draft": "0"}
    assert client.post(f"{PAGE}/place", data={**data, "anyway": "1"}).status_code == 302
    page = client.page(PAGE)
    assert len(page.select(".meet-clash")) == 2
    session.rollback()
    asked = client.page(f"{PAGE}/publish?draft=1")
    assert asked.find(id="against") is not None
    assert asked.find("form", action=f"{PAGE}/publish") is None
    answer = client.post(f"{PAGE}/publish", data={"csrf_token": token, "draft": "1", "version": "1"})
    assert answer.status_code == 409
    assert standing(session, second) == ("scheduled", slots[1].id, tables[1].id)


def test_a_taken_table_cannot_be_waved_through(client, session, place, companies, tea, slots, tables):
    (_seller, gom), (_buyer, kaigan) = companies
    second = place(gom, kaigan, slots[1], tables[1])
    session.commit()
    answer = put(client, second, key(slots[0], tables[0]))
    words = client.tree(answer).find(id="broken").get_text(" ", strip=True)
    assert (answer.status_code, "Table A01 is taken by Trà Núi Mây – Nordic Tea." in words) == (422, True)
    assert client.tree(answer).find("input", {"name": "anyway"}) is None


def test_who_is_away_is_named(client, factory, session, companies, tea, slots, tables):
    person = companies[1][0].representative
    factory.add(RepresentativeAbsence(representative_id=person.id, slot_id=slots[2].id))
    session.commit()
    answer = put(client, tea, key(slots[2], tables[0]))
    assert f"{person.name} can’t come then." in client.tree(answer).find(id="broken").get_text(" ", strip=True)


def test_steps_are_taken_back_one_after_the_other(client, session, tea, slots, tables):
    session.commit()
    put(client, tea, key(slots[1], tables[1]))
    put(client, tea, key(slots[2], tables[0]))
    client.submit(f"{PAGE}?held={tea.id}", action="/schedule/take-out")
    seen = []
    for _ in range(3):
        page = client.page(PAGE)
        seen.append(list(cells(page).values()))
        session.rollback()
        version = session.scalar(select(ScheduleDraft.version))
        session.rollback()
        client.post_token(f"{PAGE}/undo", draft="1", version=str(version))
    free = "Free place"
    assert seen == [
        [[free] * 3, [free] * 3],
        [[free, free, "Trà Núi Mây"], [free] * 3],
        [[free] * 3, [free, "Trà Núi Mây", free]],
    ]
    assert cells(client.page(PAGE))["A01"][0] == "Trà Núi Mây"
    version = session.scalar(select(ScheduleDraft.version))
    session.rollback()
    assert client.post_token(f"{PAGE}/undo", draft="1", version=str(version)).status_code == 409


def test_of_two_organizers_the_second_is_told_what_the_first_changed(
    client, session, place, companies, tea, slots, tables
):
    (_seller, gom), (_buyer, kaigan) = companies
    second = place(gom, kaigan, slots[1], tables[1])
    session.commit()
    put(client, tea, key(slots[2], tables[0]))
    stale = {"draft": "1", "version": "0", "meeting": str(second.id), "place": key(slots[2], tables[1])}
    answer = client.post_token(f"{PAGE}/place", **stale)
    words = client.tree(answer).select_one("[data-region=flashes]").get_text(" ", strip=True)
    assert (answer.status_code, "Trà Núi Mây – Nordic Tea: moved" in words) == (409, True)
    session.rollback()
    assert len(session.scalars(select(DraftPlace)).all()) == 1


def test_a_second_tap_on_a_place_changes_nothing(client, session, tea, slots, tables):
    session.commit()
    put(client, tea, key(slots[1], tables[1]))
    again = {"draft": "1", "version": "0", "meeting": str(tea.id), "place": key(slots[1], tables[1])}
    assert client.post_token(f"{PAGE}/place", **again).status_code == 302
    session.rollback()
    assert session.scalar(select(ScheduleDraft.version)) == 1


def test_a_locked_meeting_is_marked_and_stays_so_when_published(client, session, tea):
    session.commit()
    client.submit(f"{PAGE}?held={tea.id}", action="/schedule/lock")
    assert len(client.page(PAGE).select(".meet-locked")) == 1
    client.submit(f"{PAGE}/publish?draft=1", action="/publish")
    session.rollback()
    assert session.get(Meeting, tea.id, populate_existing=True).is_locked


def test_a_meeting_that_moved_meanwhile_is_listed_and_settled(client, session, tea, slots, tables):
    session.commit()
    put(client, tea, key(slots[1], tables[1]))
    session.rollback()
    row = session.get(Meeting, tea.id, populate_existing=True)
    row.slot_id = slots[2].id
    session.commit()
    page = client.page(PAGE)
    assert "It was moved for everyone while this draft was open." in page.find(id="clashes").get_text()
    answer = client.post_token(f"{PAGE}/publish", draft="1", version="1")
    assert answer.status_code == 409
    client.submit(PAGE, action="/settle", keep="0")
    page = client.page(PAGE)
    assert page.find(id="clashes") is None
    assert cells(page)["A01"][2] == "Trà Núi Mây"


def test_a_table_that_was_closed_under_a_meeting_is_a_clash(client, session, tea, tables):
    tables[0].is_closed = True
    session.commit()
    words = client.page(PAGE).find(id="clashes").get_text(" ", strip=True)
    assert "Table A01 is closed. Choose another table, or open this one in the set-up." in words


def test_who_lost_the_last_meeting_is_told_and_nobody_else(client, session, place, companies, tea, slots, tables):
    (_seller, gom), (_buyer, kaigan) = companies
    place(gom, kaigan, slots[1], tables[1])
    session.commit()
    client.submit(f"{PAGE}/publish", action="/publish")
    session.rollback()
    assert len(session.scalars(select(Notice)).all()) == 4
    session.rollback()
    client.submit(f"{PAGE}?held={tea.id}", action="/schedule/take-out")
    client.submit(f"{PAGE}/publish?draft=1", action="/publish")
    session.rollback()
    emptied = session.scalars(select(Notice)).all()
    assert sorted(one.facts["meetings"] for one in emptied) == [0, 0, 1, 1, 1, 1]
    assert {one.account_id for one in emptied if not one.facts["meetings"]} == {
        companies[0][0].account.id,
        companies[1][0].account.id,
    }


def test_drafts_are_named_compared_discarded_and_taken_back(client, session, tea, slots, tables):
    session.commit()
    put(client, tea, key(slots[1], tables[1]))
    client.submit(f"{PAGE}/drafts", action="/drafts/name", name="Bản chiều")
    page = client.page(f"{PAGE}/drafts")
    assert "Bản chiều" in page.h2.get_text()
    assert "1 meeting differs" in page.find(id="compare").get_text()
    client.submit(f"{PAGE}/drafts", action="/drafts/discard")
    assert "No draft is open" in client.page(f"{PAGE}/drafts").get_text()
    client.post_token(f"{PAGE}/drafts/take-back", draft="1")
    assert "Bản chiều" in client.page(f"{PAGE}/drafts").get_text()


def test_a_run_is_asked_for_with_its_scope_and_draft(client, session, tea, slots, tables):
    session.commit()
    put(client, tea, key(slots[1], tables[1]))
    client.submit(PAGE, action="/organizer/schedule", scope="fewest")
    session.rollback()
    run = session.scalars(select(ScheduleRun)).one()
    assert (run.scope, run.is_draft, run.base) == ("fewest", True, 1)


def test_places_meetings_and_drafts_that_are_not_of_this_fair_are_not_found(
    client, factory, session, tea, slots, tables
):
    elsewhere = factory.fair()
    other = factory.meeting(factory.participant(elsewhere), factory.participant(elsewhere, role="buyer")).id
    session.commit()
    here = key(slots[1], tables[1])
    for fields in (
        {"meeting": str(other), "place": here},
        {"meeting": str(tea.id), "place": "1.A01"},
        {"meeting": str(tea.id), "place": f"{here}9"},
        {"meeting": "x", "place": here},
        {"meeting": str(tea.id), "place": here, "draft": "9"},
    ):
        assert client.post_token(f"{PAGE}/place", **fields).status_code == 404, fields
    assert client.get(f"{PAGE}/publish?draft=9").status_code == 404
    assert session.scalars(select(ScheduleDraft)).all() == []


def test_a_full_half_day_of_forty_tables_stays_light(client, factory, session, fair, place):
    grid = factory.slots(fair, 6)
    rows = factory.tables(fair, 40)
    sellers = [factory.participant(fair, signs_in=False, name=f"Seller {n:02d}") for n in range(40)]
    buyers = [factory.participant(fair, role="buyer", signs_in=False, name=f"Buyer {n:02d}") for n in range(40)]
    meetings = [
        place(sellers[row], buyers[(row + column) % 40], slot, table)
        for column, slot in enumerate(grid)
        for row, table in enumerate(rows)
    ]
    held = meetings[0].id
    session.commit()
    for address in (PAGE, f"{PAGE}?held={held}"):
        with count_queries(db.engine) as sent:
            page = client.get(address).get_data(as_text=True)
        assert len(sent) <= MOST_QUERIES, address
        assert len(page) < MOST_LETTERS, address


def test_the_grid_opens_at_the_first_half_day_still_to_come(client, factory, session, fair, tables, monkeypatch):
    early, _late = factory.slots(fair, 2)
    factory.add(
        type(early)(
            fair_id=fair.id,
            number=3,
            day=fair.opens_on,
            starts_at=OPENING + timedelta(hours=5),
            ends_at=OPENING + timedelta(hours=5, minutes=25),
        )
    )
    organizer = factory.organizer(fair).id
    factory.meeting(factory.participant(fair), factory.participant(fair, role="buyer"), state="accepted")
    factory.add(ScheduleRun(fair_id=fair.id, state="done", seed=7, metrics={}, certificate={}, started_at=NOW))
    session.commit()

    def columns():
        return [head.get_text(strip=True) for head in client.page(PAGE).select("[data-grid] thead th")][1:]

    assert columns() == ["09:00", "09:30"]
    monkeypatch.setattr(clock, "now", lambda: OPENING + timedelta(hours=4))
    client.sign_in_as(organizer)
    assert columns() == ["14:00"]
