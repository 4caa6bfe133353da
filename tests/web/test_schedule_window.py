"""The part of the schedule that is looked at: some tables at a time, and a fair whose times are over."""

from datetime import timedelta

import pytest

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models import Company, MeetingTable, Participation, ScheduleDraft, ScheduleRun
from matchmaker.services.seats import Booking, take_seats
from matchmaker.web.scheduling.window import MOST_TABLES
from tests.factories import OPENING
from tests.query_count import count_queries

NOW = OPENING - timedelta(days=5)
PAGE = "/fairs/spring/organizer/schedule"
MOST_QUERIES = 12
TABLES = 2 * MOST_TABLES + 3
NOTHING = {"added": 0, "moved": 0, "dropped": 0}


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
    return factory.tables(fair, TABLES)


@pytest.fixture
def client(client, factory, session, fair):
    key = factory.organizer(fair).id
    session.commit()
    client.sign_in_as(key)
    client.get("/?lang=en")
    session.rollback()
    return client


@pytest.fixture
def meet(factory, fair, session):
    """Seat a meeting of two new companies, or leave it without a place."""

    def add(name, slot=None, table=None, **values):
        seller, buyer = factory.participant(fair, name=name), factory.participant(fair, role="buyer")
        where = {"slot_id": slot and slot.id, "table_id": table and table.id}
        meeting = factory.meeting(seller, buyer, state="scheduled" if slot else "accepted", **where, **values)
        if slot:
            people = (seller.representative.id, buyer.representative.id)
            take_seats(session, bookings=[Booking(meeting.id, slot.id, people, where["table_id"], None)])
        return meeting

    return add


def rows(page):
    return [row.th.get_text(" ", strip=True).split()[-1] for row in page.select("[data-grid] tbody tr")]


def cells(page):
    """The exhibitor of each meeting in the grid, and that it is locked."""
    return [
        one.b.get_text() + (", locked" if "meet-locked" in one["class"] else "")
        for one in page.select("[data-grid] a.meet")
    ]


def sheets(page):
    return {link.contents[0].strip(): link["href"] for link in page.select("nav[aria-label=Tables] a")}


def numbers(page):
    return [one.get_text() for one in page.select("nav[aria-label=Tables] .n")]


def current(page):
    return page.select_one("nav[aria-label=Tables] a[aria-current]").contents[0].strip()


class TestWhatIsKept:
    def test_the_grid_follows_what_stands_in_it_and_what_its_companies_are_called(
        self, client, session, meet, slots, tables
    ):
        tea = meet("Trà Núi Mây", slots[0], tables[0])
        session.commit()
        assert cells(client.page(PAGE)) == cells(client.page(PAGE)) == ["Trà Núi Mây"]
        session.get(Company, session.get(Participation, tea.exhibitor_id).company_id).name = "Trà Suối Bạc"
        session.commit()
        assert cells(client.page(PAGE)) == ["Trà Suối Bạc"]
        meet("Gốm Đất Nung", slots[1], tables[1])
        tea.is_locked = True
        session.commit()
        assert cells(client.page(PAGE)) == ["Trà Suối Bạc, locked", "Gốm Đất Nung"]
        tables[2].code = "Z7"
        session.commit()
        assert "Z7" in rows(client.page(f"{PAGE}?tables=Z7"))

    def test_the_links_follow_what_stands_at_the_tables_and_speak_the_language_of_the_page(
        self, client, session, meet, slots, tables
    ):
        meet("Trà Núi Mây", slots[0], tables[0])
        session.commit()
        assert numbers(client.page(PAGE)) == numbers(client.page(PAGE)) == ["1", "0", "0"]
        meet("Gốm Đất Nung", slots[0], tables[1])
        session.commit()
        page = client.page(PAGE)
        assert numbers(page) == ["2", "0", "0"]
        assert page.select_one("nav[aria-label=Day]")
        assert client.page(f"{PAGE}?lang=vi").select_one("nav[aria-label=Ngày]")


class TestManyTables:
    def test_some_are_shown_at_a_time_and_links_lead_to_the_others(self, client, session, meet, slots, tables):
        meet("Trà Núi Mây", slots[0], tables[0])
        session.commit()
        page = client.page(PAGE)
        assert list(sheets(page)) == ["A01 – A09", "A10 – A18", "A19 – A27"]
        assert current(page) == "A01 – A09"
        assert rows(page) == [table.code for table in tables[:9]]
        last = client.page(sheets(page)["A19 – A27"])
        assert rows(last) == [table.code for table in tables[18:]]
        assert current(last) == "A19 – A27"
        assert rows(client.page(f"{PAGE}?tables=Z9")) == rows(page)

    def test_a_held_meeting_is_shown_at_its_table_and_stays_in_hand_on_the_way_to_another(
        self, client, session, meet, slots, tables
    ):
        tea = meet("Trà Núi Mây", slots[0], tables[12])
        session.commit()
        page = client.page(f"{PAGE}?held={tea.id}")
        assert current(page) == "A10 – A18"
        assert page.select_one("[data-grid] a[aria-current]").b.get_text() == "Trà Núi Mây"
        other = client.page(sheets(page)["A19 – A27"])
        assert other.select_one("[data-held] h2").get_text().startswith("Trà Núi Mây")
        assert len(other.select("[data-grid] button.drop")) == 3 * 9

    def test_who_places_stays_with_the_tables_that_were_shown(self, client, session, meet, slots, tables):
        tea = meet("Trà Núi Mây", slots[0], tables[0])
        session.commit()
        view = client.page(f"{PAGE}?held={tea.id}")
        address = sheets(view)["A10 – A18"]
        (target,) = [
            one["value"] for one in client.page(address).select("button.drop") if one["value"].endswith("A11")
        ][:1]
        answer = client.submit(address, action="/place", button=("place", target))
        assert "tables=A10" in answer.headers["Location"]
        page = client.page(answer.headers["Location"])
        assert current(page) == "A10 – A18"
        assert page.select_one("[data-grid] a.meet b").get_text() == "Trà Núi Mây"

    def test_the_first_tables_in_use_are_shown_first_and_each_part_says_how_many_meet_there(
        self, client, session, meet, slots, tables
    ):
        tea = meet("Trà Núi Mây", slots[0], tables[12])
        meet("Gốm Bát Tràng", slots[1], tables[20])
        meet("Mây tre", slots[2], tables[20])
        session.commit()
        page = client.page(PAGE)
        assert current(page) == "A10 – A18"
        assert numbers(page) == ["0", "1", "2"]
        client.submit(f"{PAGE}?held={tea.id}", action="/schedule/take-out")
        session.rollback()
        assert numbers(client.page(PAGE)) == ["0", "0", "2"]
        assert numbers(client.page(f"{PAGE}?draft=0")) == ["0", "1", "2"]

    def test_meetings_online_have_a_link_of_their_own(self, client, session, meet, slots, tables):
        meet("Trà Núi Mây", slots[0], None, is_online=True)
        meet("Gốm Bát Tràng", slots[0], tables[0])
        session.commit()
        page = client.page(PAGE)
        assert (list(sheets(page))[-1], numbers(page)[-1]) == ("Online", "1")
        online = client.page(sheets(page)["Online"])
        assert rows(online) == ["Online"]
        assert online.select_one("[data-grid] a.meet b").get_text() == "Trà Núi Mây"

    def test_a_clash_at_a_table_that_is_not_shown_is_listed(self, client, session, meet, slots, tables):
        meet("Gốm Bát Tràng", slots[0], tables[0])
        meet("Trà Núi Mây", slots[0], tables[20])
        session.get(MeetingTable, tables[20].id).is_closed = True
        session.commit()
        page = client.page(PAGE)
        assert current(page) == "A01 – A09"
        assert "Table A21 is closed." in page.find(id="clashes").get_text()

    def test_the_page_takes_no_more_statements_however_many_meetings_there_are(
        self, client, session, meet, slots, tables
    ):
        tea = meet("Trà Núi Mây", slots[0], tables[0])
        for number, table in enumerate(tables[1:]):
            meet(f"Seller {number}", slots[number % 3], table)
        session.commit()
        for address in (PAGE, f"{PAGE}?held={tea.id}", f"{PAGE}/publish", f"{PAGE}/unplaced"):
            with count_queries(db.engine) as sent:
                client.page(address)
            assert len(sent) <= MOST_QUERIES, address


def test_few_tables_are_shown_together_with_what_is_online(client, factory, session, fair, meet, slots):
    tables = factory.tables(fair, 2)
    meet("Trà Núi Mây", slots[0], tables[0])
    meet("Gốm Bát Tràng", slots[0], None, is_online=True)
    session.commit()
    page = client.page(PAGE)
    assert sheets(page) == {}
    assert rows(page) == ["A01", "A02", "Online"]


def buttons(page):
    return [one.get_text(strip=True) for one in page.main.select("button[type=submit]")]


def test_a_fair_whose_times_are_over_offers_no_run(client, session, monkeypatch, factory, fair, meet, slots):
    organizer = factory.organizer(fair).id
    meet("Trà Núi Mây", slots[0], factory.tables(fair, 1)[0])
    meet("Gốm Bát Tràng")
    session.commit()
    runs = {"Place the remaining 1", "With as few moves as possible", "From scratch"}
    assert runs <= set(buttons(client.page(PAGE)))
    monkeypatch.setattr(clock, "now", lambda: OPENING + timedelta(days=3))
    client.sign_in_as(organizer)
    session.rollback()
    page = client.page(PAGE)
    assert not runs & set(buttons(page))
    assert "All times of the fair are over, so nothing can be placed any more." in page.main.get_text()


@pytest.mark.parametrize(
    ("scope", "metrics", "words"),
    [
        (
            "rest",
            NOTHING,
            "The run found no place for any of the remaining meetings, so this draft changes nothing.",
        ),
        ("fewest", NOTHING, "The run found nothing to change: this draft is the plan it went out from."),
        ("rest", NOTHING | {"added": 1}, ""),
    ],
)
def test_a_run_that_gained_nothing_says_so(client, factory, session, fair, meet, slots, scope, metrics, words):
    meet("Trà Núi Mây", slots[0], factory.tables(fair, 1)[0])
    meet("Gốm Bát Tràng")
    seen = {"fair_id": fair.id, "certificate": {}, "started_at": NOW, "finished_at": NOW}
    run = factory.add(ScheduleRun(state="done", seed=7, scope=scope, is_draft=True, metrics=metrics, **seen))
    draft = {"fair_id": fair.id, "run_id": run.id, "created_at": NOW, "changed_at": NOW}
    factory.add(ScheduleDraft(number=1, state="open", version=0, **draft))
    session.commit()
    notes = [one.get_text(" ", strip=True) for one in client.page(PAGE).select("main .note")]
    assert notes == [words] * bool(words)
    assert words == "" or words not in client.page(f"{PAGE}?draft=0").main.get_text()


def test_a_plan_without_a_place_says_only_that_there_is_nothing_to_publish(client, session, meet, slots):
    meet("Gốm Bát Tràng")
    session.commit()
    page = client.page(f"{PAGE}/publish")
    assert page.find(id="told") is None
    assert "Nothing is scheduled yet, so there is nothing to publish." in page.main.get_text()


def test_who_is_told_is_explained_only_where_someone_is(client, factory, session, fair, meet, slots):
    meet("Trà Núi Mây", slots[0], factory.tables(fair, 1)[0])
    session.commit()

    def told():
        return " ".join(client.page(f"{PAGE}/publish").find(id="told").get_text(" ", strip=True).split())

    untold = "They have not been told yet of their agenda as it stands."
    explained = "Anyone who loses their last meeting is told as well. Anyone whose agenda stays the same is not."
    assert told() == f"2 people will be told, once each. {untold} {explained}"
    client.submit(f"{PAGE}/publish", action="/publish")
    assert told() == "Nobody will be told: everyone knows their agenda already."
