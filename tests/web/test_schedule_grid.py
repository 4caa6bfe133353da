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
    MeetingRule,
    Notice,
    RepresentativeAbsence,
    ScheduleDraft,
    ScheduleMiss,
    ScheduleRun,
    Seat,
    Veto,
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


def test_putting_a_meeting_where_it_stands_opens_no_draft(client, session, tea, slots, tables):
    session.commit()
    address = client.submit(f"{PAGE}?held={tea.id}", action="/place", table=tables[0].code).location
    assert "It is there already, so nothing has changed." in client.page(address).get_text()
    assert "No draft is open" in client.page(f"{PAGE}/drafts").get_text()


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


def test_a_pair_that_a_rule_keeps_apart_is_named_and_cannot_be_waved_through(
    client, factory, session, fair, place, companies, tea, slots, tables
):
    (_first, seller), (_buyer, buyer) = companies
    waiting = place(seller, buyer)
    factory.add(
        MeetingRule(
            fair_id=fair.id,
            one_kind="company",
            one_value=str(seller.company_id),
            other_kind="country",
            other_value="JP",
            created_at=NOW,
        )
    )
    session.commit()
    page = client.page(f"{PAGE}?held={waiting.id}")
    assert targets(page) == []
    words = "A rule of the fair keeps these two companies apart."
    assert words in page.select_one("[data-held]").get_text(" ", strip=True)
    answer = client.post_token(
        f"{PAGE}/place", meeting=str(waiting.id), place=key(slots[1], tables[0]), draft="0", anyway="1"
    )
    assert (answer.status_code, words in client.tree(answer).find(id="broken").get_text()) == (422, True)
    session.rollback()
    assert session.scalars(select(DraftPlace)).all() == []


def test_a_pair_of_which_one_wants_not_to_meet_is_placed_only_knowingly(
    client, factory, session, place, companies, tea, slots, tables
):
    (_first, seller), (_buyer, buyer) = companies
    waiting = place(seller, buyer)
    factory.add(Veto(participation_id=buyer.id, other_company_id=seller.company_id, reason="", at=NOW))
    session.commit()
    fields = {"meeting": str(waiting.id), "place": key(slots[1], tables[0]), "draft": "0"}
    refused = client.post_token(f"{PAGE}/place", **fields)
    assert "One of the two does not want to meet the other." in client.tree(refused).find(id="broken").get_text()
    assert client.post_token(f"{PAGE}/place", **fields, anyway="1").status_code == 302
    assert len(client.page(PAGE).select(".meet-clash")) == 1


def test_two_drafts_and_who_is_told_take_no_more_queries_than_a_page_may(client, session, tea, slots, tables):
    session.commit()
    put(client, tea, key(slots[1], tables[1]))
    session.rollback()
    for address in (f"{PAGE}/drafts", f"{PAGE}/publish?draft=1"):
        with count_queries(db.engine) as sent:
            client.get(address)
        assert len(sent) <= MOST_QUERIES, address


def test_steps_are_taken_back_one_after_the_other(client, session, tea, slots, tables):
    session.commit()
    put(client, tea, key(slots[1], tables[1]))
    put(client, tea, key(slots[2], tables[0]))
    client.submit(f"{PAGE}?held={tea.id}", action="/schedule/take-out")
    seen = []
    for _ in range(3):
        page = client.page(PAGE)
        seen.append(list(cells(page).values()))
        client.submit(PAGE, action="/schedule/undo")
    free = "Free place"
    assert seen == [
        [[free] * 3, [free] * 3],
        [[free, free, "Trà Núi Mây"], [free] * 3],
        [[free] * 3, [free, "Trà Núi Mây", free]],
    ]
    page = client.page(PAGE)
    assert cells(page)["A01"][0] == "Trà Núi Mây"
    assert "Undo the last step" not in page.get_text()
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


def test_locks_that_contradict_each_other_are_named_before_a_run_and_let_go(
    client, factory, session, place, companies, tea, slots, tables
):
    (seller, _other), (_buyer, kaigan) = companies
    second = place(seller, kaigan, slots[1], tables[1])
    session.commit()
    fields = {"meeting": str(second.id), "place": key(slots[0], tables[1]), "draft": "0", "anyway": "1"}
    client.post_token(f"{PAGE}/place", **fields)
    for version, meeting in enumerate((tea, second), 1):
        client.post_token(f"{PAGE}/lock", meeting=str(meeting.id), locked="1", draft="1", version=str(version))
    page = client.page(PAGE)
    names = [one.get_text(strip=True) for one in page.select("#locks a")]
    assert sorted(names) == ["Trà Núi Mây – Kaigan", "Trà Núi Mây – Nordic Tea"]
    assert "is in another meeting then" in page.find(id="locks").get_text()
    answer = client.submit(PAGE, action="/organizer/schedule", scope="fewest")
    words = client.tree(answer).select_one("[data-region=flashes]").get_text(" ", strip=True)
    assert (answer.status_code, "so nothing was run" in words) == (422, True)
    session.rollback()
    assert session.scalars(select(ScheduleRun)).all() == []
    client.post_token(f"{PAGE}/lock", meeting=str(second.id), locked="0", draft="1", version="3")
    assert client.page(PAGE).find(id="locks") is None
    assert client.submit(PAGE, action="/organizer/schedule", scope="fewest").status_code == 302


def test_a_step_is_taken_back_though_its_place_has_gone_from_the_fair(client, session, tea, slots, tables):
    session.commit()
    put(client, tea, key(slots[1], tables[1]))
    put(client, tea, key(slots[2], tables[1]))
    session.rollback()
    session.delete(session.get(type(slots[1]), slots[1].id))
    session.commit()
    answer = client.post_token(f"{PAGE}/undo", draft="1", version="2")
    assert answer.status_code == 302
    assert cells(client.page(PAGE))["A01"][0] == "Trà Núi Mây"


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


def test_people_whom_only_a_draft_names_are_counted_among_those_to_be_told(
    client, factory, session, companies, tea, slots, tables
):
    colleague = factory.representative(companies[0][0].company, account_id=factory.account().id)
    session.commit()
    put(client, tea, key(slots[1], tables[1]))
    session.rollback()
    row = session.scalars(select(DraftPlace)).one()
    row.people = {**row.people, "exhibitor": [str(colleague.id)]}
    session.commit()
    assert "2 people will be told, once each." in client.page(f"{PAGE}/publish?draft=1").find(id="told").get_text()


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


def outlook(most, *more, asked=2, **kept):
    return {"outlook": {"asked": asked, "most": most, "more": list(more), **kept}}


def a_run(factory, fair, metrics, *, started_at=NOW):
    run = ScheduleRun(fair_id=fair.id, state="done", seed=7, metrics=metrics, certificate={}, started_at=started_at)
    return factory.add(run)


def test_the_gap_and_what_would_close_it_stand_on_the_page(client, factory, session, fair, place, companies, tea):
    (_seller, gom), (_buyer, kaigan) = companies
    left = place(gom, kaigan)
    table = {"kind": "table", "codes": ["A"], "found": 1, "most": 1}
    slot = {"kind": "slot", "codes": [fair.opens_on.isoformat()], "found": 0, "most": 2}
    person = {"kind": "person", "codes": [str(gom.company_id)], "found": 1, "most": 3}
    speaker = {"kind": "interpreter", "codes": ["ja", "vi"], "found": None, "most": 1}
    run = a_run(factory, fair, outlook(2, table, slot, person, speaker))
    factory.add(ScheduleMiss(run_id=run.id, meeting_id=left.id, code="tables_full", evidence={}, help=[]))
    session.commit()
    page = client.page(PAGE)
    words = "At most 1 more meeting could fit. That is proved: no plan can place more than 2."
    assert page.find(id="gap").get_text(strip=True) == words
    helps = [one.get_text(" ", strip=True) for one in page.select("#helps li")]
    assert helps == [
        "One more table in hall A 1 more meeting, proved to be the most",
        "One more time at the end of Wed 18 Nov at most 2 more meetings",
        "One more person from Gốm Bát Tràng 1 more meeting, at most 3",
        "One more interpreter for Japanese and Vietnamese at most 1 more meeting",
    ]
    addresses = [one.a["href"].removeprefix("/fairs/spring/organizer/") for one in page.select("#helps li")]
    assert addresses == ["setup/places", "setup/sessions", f"companies/{gom.id}#people", "setup/interpreters"]
    of_all = client.page(f"{PAGE}/unplaced").select("#helps li")
    assert [one.get_text(" ", strip=True) for one in of_all] == helps
    client.submit(f"{PAGE}?held={tea.id}", action="/schedule/take-out")
    figures = {row.th.get_text(strip=True): row for row in client.page(f"{PAGE}/drafts").select("#compare tr")}
    gaps = [cell.get_text(strip=True) for cell in figures["Could still fit, at most"].find_all("td")]
    assert gaps == ["2", "1"]


def test_meetings_that_no_run_has_seen_are_not_called_placed(client, session, place, companies, tea):
    (_seller, gom), (_buyer, kaigan) = companies
    place(gom, kaigan)
    session.commit()
    assert "1 meeting has not been through a run" in client.page(f"{PAGE}/unplaced").get_text()


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        (outlook(1, asked=1), "Proved best: no plan can place more meetings than this one."),
        (outlook(3, asked=4), "Meetings to place: 4 at the last run, 1 now."),
        (outlook(0, asked=1), "Most that could be placed at the last run: 0; in this plan: 1."),
        (outlook(1, asked=1, tables=5), "Open tables: 5 at the last run, 2 now."),
        (outlook(1, asked=1, tables=2), "Proved best: no plan can place more meetings than this one."),
        ({}, None),
    ],
)
def test_nothing_is_claimed_of_a_plan_that_the_last_run_did_not_see(
    client, factory, session, fair, tea, metrics, expected
):
    a_run(factory, fair, metrics)
    session.commit()
    gap = client.page(PAGE).find(id="gap")
    assert (gap and gap.get_text(strip=True)[: len(expected or "")]) == expected


def test_what_sat_in_a_slot_that_had_begun_was_not_the_runs_to_place(client, factory, session, fair, tea, slots):
    run = a_run(factory, fair, outlook(0, asked=0))
    run.started_at = slots[0].starts_at
    session.commit()
    words = "Proved best: no plan can place more meetings than this one."
    assert client.page(PAGE).find(id="gap").get_text(strip=True) == words


def test_a_meeting_that_had_begun_by_the_last_run_counts_beside_those_it_placed(
    client, factory, session, fair, place, companies, tea, slots
):
    (_seller, gom), (_buyer, kaigan) = companies
    place(gom, kaigan)
    a_run(factory, fair, outlook(1, asked=1), started_at=slots[0].starts_at)
    session.commit()
    words = "At most 1 more meeting could fit. That is proved: no plan can place more than 2."
    assert client.page(PAGE).find(id="gap").get_text(strip=True) == words


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
