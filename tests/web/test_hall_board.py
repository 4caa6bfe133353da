"""The board on the wall: what it shows, to whom, and how little it sends."""

import gzip
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from matchmaker import clock
from matchmaker.domain.fairs import Phase, Role
from matchmaker.extensions import db
from matchmaker.models import CheckIn, Fair, Hall, HallOffer, Meeting, MeetingTable, Seat, Slot, Standby
from matchmaker.signed_links import signed
from matchmaker.web.hall.board import PURPOSE
from tests.factories import OPENING
from tests.query_count import count_queries

BOARD = "/fairs/expo/board"
SECRET = "a secret that only the tests know, long enough"


@pytest.fixture
def hall(session, factory, monkeypatch):
    """A running slot: at A01 both are there, at A02 the buyer is late, A03 is free."""
    fair = factory.fair(slug="expo", phase=Phase.FAIR_DAYS)
    slots = factory.slots(fair, 2)
    tables = factory.tables(fair, 3)
    for table, present in zip(tables, (tuple(Role), (Role.EXHIBITOR,)), strict=False):
        seller = factory.participant(fair, name=f"Seller {table.code}")
        buyer = factory.participant(fair, role=Role.BUYER, name=f"Secret buyer {table.code}", country="JP")
        buyer.badge_code = f"K{table.code}"
        meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=slots[0].id, table_id=table.id)
        for side in present:
            said = {"meeting_id": meeting.id, "side": side, "is_present": True, "source": "host"}
            factory.add(CheckIn(fair_id=fair.id, once=uuid.uuid4().hex, at=OPENING, recorded_at=OPENING, **said))
    now = OPENING + timedelta(minutes=10)
    monkeypatch.setattr(clock, "now", lambda: now)
    organizer = factory.organizer(fair)
    found = {"id": fair.id, "organizer": organizer.id, "stranger": factory.organizer(factory.fair()).id}
    session.commit()
    return found


def key(fair_id):
    return signed(secret=SECRET, purpose=PURPOSE, subject=fair_id)


def tables(tree):
    return {one.select_one(".bd-no").get_text(): one for one in tree.select(".bd-t")}


class TestWhatItShows:
    def test_each_table_says_who_is_there_late_or_that_it_is_free(self, client, hall):
        tree = client.page(f"{BOARD}?key={key(hall['id'])}&lang=en")

        shown = tables(tree)
        assert "Seller A01" in shown["A01"].get_text()
        assert "Both are here" in shown["A01"].get_text()
        assert "Buyer 10 minutes late" in shown["A02"].get_text()
        assert "Free table" in shown["A03"].get_text()
        assert "Next at 09:30, in 20 minutes" in tree.get_text()

    def test_a_buyer_is_a_code_and_never_a_name(self, client, hall):
        text = client.page(f"{BOARD}?key={key(hall['id'])}").get_text()

        assert "KA01 · JP" in text
        assert "Secret buyer" not in text

    def test_a_meeting_that_goes_on_keeps_its_table_in_the_next_slot(self, client, hall, session, factory):
        first, second = session.scalars(select(Slot).where(Slot.fair_id == hall["id"]).order_by(Slot.number))
        for at, state in (("A01", "held"), ("A02", "scheduled")):
            table = session.scalar(select(MeetingTable.id).where(MeetingTable.code == at))
            meeting = session.scalar(select(Meeting).where(Meeting.table_id == table, Meeting.slot_id == first.id))
            meeting.state = state
            if at == "A01":
                factory.add(Seat(kind="table", resource_id=table, slot_id=second.id, meeting_id=meeting.id))
        session.commit()
        client.sign_in_as(hall["organizer"])

        shown = tables(client.page(f"{BOARD}?at=2026-11-18T09:40&lang=en"))

        assert "Seller A01" in shown["A01"].get_text()
        assert "Free table" in shown["A02"].get_text()

    def test_one_hall_alone_and_an_unknown_one(self, client, hall):
        address = f"{BOARD}?key={key(hall['id'])}&lang=en"
        assert client.page(f"{address}&hall=A").h1.get_text() == "Hall A"
        assert tables(client.page(f"{address}&hall=Z")) == {}

    def test_a_hall_without_a_name_is_called_by_its_code(self, client, hall, session):
        session.execute(update(Hall).where(Hall.fair_id == hall["id"]).values(name_vi="", name_en=""))
        session.commit()
        assert client.page(f"{BOARD}?key={key(hall['id'])}&lang=vi&hall=A").h1.get_text() == "Nhà A"

    def test_more_tables_than_fit_take_turns(self, client, hall, session, factory):
        for number in range(20):
            factory.add(_table(session, hall["id"], f"B{number:02d}"))
        session.commit()
        tree = client.page(f"{BOARD}?key={key(hall['id'])}")
        assert len(tables(tree)) == 12
        following = tree.select_one("[data-poll-url]")["data-poll-url"]
        second = client.page(following)
        assert len(tables(second)) == 11
        assert "page=1" in second.select_one("[data-poll-url]")["data-poll-url"]


class TestWhoSeesIt:
    def test_without_the_key_or_with_that_of_another_fair_there_is_no_board(self, client, hall):
        for end in ("", "?key=x", f"?key={key(uuid.uuid4())}"):
            assert client.get(BOARD + end).status_code == 404

    def test_the_key_ends_with_the_fair(self, client, hall, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: OPENING + timedelta(days=5))
        assert client.get(f"{BOARD}?key={key(hall['id'])}").status_code == 404

    def test_the_organizer_needs_no_key_and_may_look_at_another_moment(self, client, hall):
        client.sign_in_as(hall["organizer"])
        tree = client.page(f"{BOARD}?at=2026-11-18T09:01&lang=en")
        assert "Preview, not live" in tree.get_text()
        assert "Buyer not here yet" in tables(tree)["A02"].get_text()

    def test_another_fairs_organizer_has_no_board_and_no_preview(self, client, hall):
        client.sign_in_as(hall["stranger"])
        assert client.get(BOARD).status_code == 404
        tree = client.page(f"{BOARD}?key={key(hall['id'])}&at=2026-11-18T09:01&lang=en")
        assert "Buyer 10 minutes late" in tree.get_text()


class TestWhatItCosts:
    def test_an_unchanged_board_sends_nothing(self, client, hall):
        address = f"{BOARD}?key={key(hall['id'])}"
        tag = client.get(address).headers["ETag"]

        again = client.get(address, headers={"If-None-Match": tag})

        assert (again.status_code, again.data) == (304, b"")

    def test_statements_and_bytes_stay_few_with_many_tables(self, app, client, hall, session, factory):
        for number in range(60):
            factory.add(_table(session, hall["id"], f"B{number:02d}"))
        session.commit()
        with app.app_context():
            engine = db.engine
        with count_queries(engine) as sent:
            answer = client.get(f"{BOARD}?key={key(hall['id'])}")
        assert len(sent) <= 6
        assert len(gzip.compress(answer.data)) <= 8 * 1024


def _table(session, fair_id, code):
    hall_id = session.scalar(select(Hall.id).where(Hall.fair_id == fair_id))
    return MeetingTable(fair_id=fair_id, hall_id=hall_id, code=code)


class TestOnSite:
    def test_the_organizer_sees_the_figures_who_is_late_and_the_way_to_the_board(self, client, hall):
        client.sign_in_as(hall["organizer"])
        tree = client.page("/fairs/expo/organizer/on-site?lang=en")

        figures = {one.dt.get_text(): one.dd.get_text() for one in tree.select(".facts > div")}
        assert figures == {
            "Meeting now": "1 of 3 tables",
            "Somebody late": "1",
            "Still awaited": "0",
            "Free tables": "1",
            "On standby": "0",
            "Offered to each other": "0",
        }
        assert "Buyer 10 minutes late" in tree.get_text()
        link = tree.select_one("a[href*='/board?']")
        client.get("/sign-out")
        client.delete_cookie("session")
        assert client.page(link["href"]).h1.get_text() == "Meetings now"

    def test_what_was_shown_before_is_never_shown_after_a_change(self, client, hall, session, factory):
        client.sign_in_as(hall["organizer"])
        page = "/fairs/expo/organizer/on-site?lang=en"

        def figures():
            tree = client.page(page)
            session.rollback()
            return [one.get_text() for one in tree.select(".facts dd")], len(tree.select("a[href*='/board?']"))

        assert figures() == (["1 of 3 tables", "1", "0", "1", "0", "0"], 1)
        late = session.scalar(select(Meeting.id).join(MeetingTable).where(MeetingTable.code == "A02"))
        session.execute(update(Meeting).where(Meeting.id == late).values(state="held"))
        session.commit()
        assert figures() == (["2 of 3 tables", "0", "0", "1", "0", "0"], 1)
        session.execute(update(MeetingTable).where(MeetingTable.code == "A03").values(is_closed=True))
        factory.add(Hall(fair_id=hall["id"], code="B", name_vi="", name_en=""))
        session.commit()
        assert figures() == (["2 of 2 tables", "0", "0", "0", "0", "0"], 3)
        session.execute(update(Slot).where(Slot.number == 1).values(ends_at=clock.now()))
        session.commit()
        assert figures() == (["0 of 2 tables", "0", "0", "2", "0", "0"], 3)

    def test_who_is_on_standby_today_and_what_is_offered_now_is_counted(self, client, hall, session, factory):
        client.sign_in_as(hall["organizer"])
        fair = session.get_one(Fair, hall["id"])
        slot = session.scalar(select(Slot.id).where(Slot.number == 2))
        for day in (OPENING.date(), OPENING.date() + timedelta(days=1)):
            one = factory.participant(fair)
            who = {"participation_id": one.id, "representative_id": one.representative.id}
            factory.add(Standby(fair_id=fair.id, day=day, said_at=OPENING, **who))
        for state, minutes in (("open", 5), ("open", -5), ("declined", 5)):
            until = clock.now() + timedelta(minutes=minutes)
            values = {"slot_id": slot, "state": state, "offered_at": OPENING, "expires_at": until}
            factory.add(HallOffer(fair_id=fair.id, **values))
        session.commit()
        tree = client.page("/fairs/expo/organizer/on-site?lang=en")
        assert [one.get_text() for one in tree.select(".facts dd")][-2:] == ["1", "1"]
