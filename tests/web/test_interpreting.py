"""An interpreter's own pages, and who takes over when one can't come."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.fairs import Role, StaffRole
from matchmaker.models import (
    Account,
    FairStaff,
    HostTable,
    Interpreter,
    InterpreterAbsence,
    Meeting,
    MeetingTable,
    Notice,
    Representative,
    Seat,
)
from matchmaker.services import interpreters
from matchmaker.services.account_joining import give_address
from tests.factories import OPENING

NOW = OPENING - timedelta(hours=1)
FAIR = "/fairs/expo"
OWN = f"{FAIR}/interpreter"


@pytest.fixture(autouse=True)
def on_the_morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


class Hall:
    """A fair of two tables and three slots: two Vietnamese sellers each meet a Japanese buyer, Lê interprets both."""

    def __init__(self, session, factory):
        self.session, self.factory = session, factory
        factory.category("tea", name_vi="Chè", name_en="Tea")
        self.fair = factory.fair(slug="expo", phase="fair_days")
        self.organizer = factory.organizer(self.fair)
        self.slots, self.tables = factory.slots(self.fair, 3), factory.tables(self.fair, 2)
        self.le, self.an = self.interpreter("Lê", ["vi", "ja"]), self.interpreter("An", ["vi", "ja"])
        self.english = self.interpreter("Bo", ["vi", "en"])
        self.meetings = [
            self.meeting(slot=self.slots[number], table=self.tables[0], name=f"Trà {number}") for number in (0, 1)
        ]
        session.commit()

    def interpreter(self, name, languages):
        account = self.factory.account(name=name)
        self.factory.add(FairStaff(fair_id=self.fair.id, account_id=account.id, role=StaffRole.INTERPRETER))
        person = {"account_id": account.id, "name": name, "email": account.email}
        return self.factory.add(Interpreter(fair_id=self.fair.id, **person, languages=languages))

    def meeting(self, *, slot, table, name):
        seller = self.factory.participant(self.fair, name=name)
        buyer = self.factory.participant(self.fair, role=Role.BUYER, name=f"Kaze {name}", country="JP")
        self.factory.offer(seller, text_vi="Chè xanh", text_en="Green tea", category_code="tea")
        self.session.get(Representative, seller.representative.id).languages = ["vi"]
        self.session.get(Representative, buyer.representative.id).languages = ["ja"]
        meeting = self.factory.meeting(
            seller, buyer, state="scheduled", slot_id=slot.id, table_id=table.id, interpreter_id=self.le.id
        )
        seats = [
            ("table", table.id),
            ("interpreter", self.le.id),
            ("representative", seller.representative.id),
            ("representative", buyer.representative.id),
        ]
        for kind, key in seats:
            self.factory.add(Seat(kind=kind, resource_id=key, slot_id=slot.id, meeting_id=meeting.id))
        return meeting

    def account(self, interpreter):
        return self.session.scalar(select(Account.id).where(Account.email == interpreter.email))


@pytest.fixture
def hall(session, factory):
    found = Hall(session, factory)
    found.keys = {
        "fair": found.fair.id,
        "organizer": found.organizer.id,
        "le": found.le.id,
        "an": found.an.id,
        "le_account": found.account(found.le),
        "an_account": found.account(found.an),
        "slots": [one.id for one in found.slots],
        "tables": [one.id for one in found.tables],
        "meetings": [one.id for one in found.meetings],
    }
    session.rollback()
    return found.keys


def _fill(session, hall, *, slots):
    """Let An be away, so that nobody else speaks Japanese then."""
    session.rollback()
    for slot_id in slots:
        session.add(InterpreterAbsence(interpreter_id=hall["an"], slot_id=slot_id))
    session.commit()


def _say_ill(client, session, hall, slots):
    client.sign_in_as(hall["le_account"])
    session.rollback()
    return client.post_token(f"{OWN}/away", away=[str(key) for key in slots], reason="Ill")


def _apply(client, session, hall):
    client.sign_in_as(hall["organizer"])
    session.rollback()
    return client.submit(f"{FAIR}/organizer/interpreters/{hall['le']}/stand-ins?lang=en", action="/stand-ins")


def _stands(session, meeting_id):
    session.expire_all()
    meeting = session.get(Meeting, meeting_id)
    seats = session.scalars(select(Seat.slot_id).where(Seat.meeting_id == meeting_id)).all()
    return meeting.state, meeting.slot_id, meeting.interpreter_id, len(seats)


def _told(session, account_id):
    rows = session.execute(select(Notice.kind, Notice.facts).where(Notice.account_id == account_id)).all()
    return [(kind, facts.get("part", ""), facts["meetings"]) for kind, facts in rows]


class TestOwnDay:
    @pytest.mark.parametrize(
        ("lang", "word"), [("en", "Your meetings as interpreter"), ("vi", "Cuộc giao thương bạn phiên dịch")]
    )
    def test_it_has_times_tables_companies_and_terms(self, client, hall, lang, word):
        client.sign_in_as(hall["le_account"])
        page = client.page(f"{OWN}?lang={lang}").main
        text = page.get_text(" ")
        assert page.h1.get_text() == word
        assert [time.get_text() for time in page.select("ol.line time")] == ["09:00", "09:30"]
        assert "Trà 0 – Kaze Trà 0" in text
        assert ("Green tea" if lang == "en" else "Chè xanh") in text
        assert ["Chè", "Tea"] in [[part.get_text() for part in row.select("[lang]")] for row in page.select("li")]

    def test_nobody_else_gets_in_and_an_interpreter_gets_nowhere_else(self, client, session, factory, hall):
        session.rollback()
        stranger = factory.account()
        guest = session.scalar(select(Representative.account_id).where(Representative.account_id.is_not(None)))
        host = factory.account()
        session.add(FairStaff(fair_id=hall["fair"], account_id=host.id, role=StaffRole.TABLE_HOST))
        session.commit()
        for account in (stranger.id, guest, host.id, hall["organizer"]):
            session.rollback()
            assert client.sign_in_as(account).get(OWN).status_code == 404
        client.sign_in_as(hall["an_account"])
        assert "Trà" not in client.page(OWN).main.get_text(" ")
        for closed in ("/organizer", "/organizer/print", "/agenda", f"/organizer/interpreters/{hall['le']}/stand-ins"):
            assert client.get(f"{FAIR}{closed}").status_code == 404

    def test_who_left_sees_nothing_more(self, client, session, hall):
        client.sign_in_as(hall["le_account"])
        session.rollback()
        session.get(Interpreter, hall["le"]).is_active = False
        session.commit()
        assert client.get(OWN).status_code == 404

    def test_a_new_address_changes_nothing_of_it(self, client, session, hall):
        an, le = (session.get(Interpreter, hall[name]) for name in ("an", "le"))
        give_address(session, account=session.get(Account, an.account_id), email="an.moi@example.test")
        before, own = le.email, le.account_id
        session.get(Account, own).email = "le.moi@example.test"
        session.commit()

        assert "Trà 0" in client.sign_in_as(own).page(f"{FAIR}/interpreter").main.get_text(" ")
        people = {one.email for one in interpreters.interpreters(session, fair_id=hall["fair"])}
        assert {"an.moi@example.test", "le.moi@example.test"} <= people
        assert before not in people
        session.refresh(an)
        assert an.email == "an.moi@example.test"

    def test_who_has_several_roles_chooses(self, client, session, hall):
        session.rollback()
        session.add(FairStaff(fair_id=hall["fair"], account_id=hall["le_account"], role=StaffRole.ORGANIZER))
        session.commit()
        client.sign_in_as(hall["le_account"])
        ways = [link["href"] for link in client.page(FAIR).main.select("a.btn")]
        assert ways[:2] == [f"{FAIR}/organizer", OWN]


class TestCannotCome:
    def test_it_changes_no_meeting_and_the_organizers_are_told(self, client, session, hall):
        assert _say_ill(client, session, hall, hall["slots"][:1]).status_code == 302
        assert _stands(session, hall["meetings"][0])[1:] == (hall["slots"][0], hall["le"], 4)
        assert _told(session, hall["organizer"]) == [("interpreter_needed", "", 1)]
        assert session.execute(select(InterpreterAbsence.slot_id, InterpreterAbsence.reason)).all() == [
            (hall["slots"][0], "Ill")
        ]
        assert "looked for" in client.page(f"{OWN}?lang=en").main.get_text()

    def test_a_whole_day_is_one_tick_and_what_has_begun_stays(self, client, session, hall, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: OPENING + timedelta(minutes=1))
        client.sign_in_as(hall["le_account"])
        assert client.post_token(f"{OWN}/away", whole="2026-11-18").status_code == 302
        session.rollback()
        assert set(session.scalars(select(InterpreterAbsence.slot_id))) == set(hall["slots"][1:])

    def test_a_reason_too_long_is_said_beside_it_and_nothing_is_lost(self, client, session, hall):
        client.sign_in_as(hall["le_account"])
        session.rollback()
        ticked, long = str(hall["slots"][0]), "Ill " * 40
        answer = client.post_token(f"{OWN}/away?lang=en", away=[ticked], whole="2026-11-18", reason=long)
        page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
        assert answer.status_code == 422
        assert "Write at most 120 characters." in page.find(id="reason-error").get_text()
        assert page.find(id="reason")["value"] == long.strip()
        assert page.find("input", value=ticked).has_attr("checked")
        assert page.find("input", value="2026-11-18").has_attr("checked")
        session.rollback()
        assert session.scalars(select(InterpreterAbsence)).all() == []

    def test_another_takes_over_on_the_organizers_yes_and_everyone_hears_of_it_once(self, client, session, hall):
        _say_ill(client, session, hall, hall["slots"])
        client.sign_in_as(hall["organizer"])
        page = client.page(f"{FAIR}/organizer/interpreters/{hall['le']}/stand-ins?lang=en").main.get_text(" ")
        assert page.count("An takes over.") == 2
        assert "Bo" not in page
        assert _apply(client, session, hall).status_code == 302
        for key, slot_id in zip(hall["meetings"], hall["slots"], strict=False):
            assert _stands(session, key) == ("scheduled", slot_id, hall["an"], 4)
        assert _told(session, hall["an_account"]) == [("interpreter_changed", "takes_over", 2)]
        assert _told(session, hall["le_account"]) == [("interpreter_changed", "relieved", 2)]
        guests = session.scalars(select(Representative.account_id)).all()
        assert [_told(session, guest) for guest in guests] == [[("interpreter_changed", "meets", 1)]] * 4

    def test_what_nobody_can_take_over_moves_to_where_somebody_can(self, client, session, hall):
        _fill(session, hall, slots=hall["slots"][:2])
        _say_ill(client, session, hall, hall["slots"][:1])
        page = client.sign_in_as(hall["organizer"]).page(
            f"{FAIR}/organizer/interpreters/{hall['le']}/stand-ins?lang=en"
        )
        assert "Moves to 18 Nov 2026, 10:00" in page.main.get_text(" ")
        assert _apply(client, session, hall).status_code == 302
        assert _stands(session, hall["meetings"][0]) == ("scheduled", hall["slots"][2], hall["le"], 4)
        assert _stands(session, hall["meetings"][1]) == ("scheduled", hall["slots"][1], hall["le"], 4)

    def test_what_has_no_place_at_all_waits_for_one(self, client, session, hall):
        _fill(session, hall, slots=hall["slots"])
        _say_ill(client, session, hall, hall["slots"])
        assert _apply(client, session, hall).status_code == 302
        assert [_stands(session, key) for key in hall["meetings"]] == [("accepted", None, None, 0)] * 2

    def test_a_proposal_that_no_longer_fits_does_nothing(self, client, session, hall):
        _say_ill(client, session, hall, hall["slots"][:1])
        client.sign_in_as(hall["organizer"])
        address = f"{FAIR}/organizer/interpreters/{hall['le']}/stand-ins?lang=en"
        seen = client.page(address).find("input", {"name": "seen"})["value"]
        _fill(session, hall, slots=hall["slots"][:1])
        answer = client.post_token(address, seen=seen)
        assert answer.status_code == 409
        assert "nothing was done" in client.tree(answer).main.get_text()
        assert _stands(session, hall["meetings"][0])[2] == hall["le"]

    def test_said_twice_it_is_done_once(self, client, session, hall):
        _say_ill(client, session, hall, hall["slots"][:1])
        client.sign_in_as(hall["organizer"])
        address = f"{FAIR}/organizer/interpreters/{hall['le']}/stand-ins"
        seen = client.page(address).find("input", {"name": "seen"})["value"]
        session.rollback()
        assert [client.post_token(address, seen=seen).status_code for _ in range(2)] == [302, 409]
        assert _told(session, hall["an_account"]) == [("interpreter_changed", "takes_over", 1)]


class TestHosts:
    def test_a_host_finds_the_tables_from_the_fairs_home(self, client, session, factory, hall):
        session.rollback()
        host = factory.account()
        session.add(FairStaff(fair_id=hall["fair"], account_id=host.id, role=StaffRole.TABLE_HOST))
        session.commit()
        assert client.sign_in_as(host).page(FAIR).main.select_one("a.btn-primary")["href"] == f"{FAIR}/host"

    def test_a_host_is_asked_for_the_tables_next_and_a_hall_is_one_tick(self, client, session, hall):
        client.sign_in_as(hall["organizer"])
        root = f"{FAIR}/organizer/setup/team"
        session.rollback()
        answer = client.submit(f"{root}?lang=en", name="Hoa", email="hoa@example.test", role="table_host")
        tables = answer.headers["Location"]
        assert tables.endswith("/tables")
        session.rollback()
        hall_id = session.scalar(select(MeetingTable.hall_id).limit(1))
        session.rollback()
        client.post_token(tables, table=[str(hall_id)])
        session.rollback()
        assert set(session.scalars(select(HostTable.table_id))) == set(hall["tables"])
        assert "Tables A01, A02" in client.page(f"{root}?lang=en").main.get_text(" ")
        session.rollback()
        client.post_token(tables)
        assert "All tables" in client.page(f"{root}?lang=en").main.get_text(" ")
