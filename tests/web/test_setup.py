"""The set-up pages: what they ask, what they tell before anything happens, and what they refuse."""

import io
from datetime import date, time, timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.fairs import Acceptance, Phase, Role, StaffRole
from matchmaker.domain.money.amount import Money
from matchmaker.extensions import db
from matchmaker.models import (
    Account,
    Base,
    Category,
    CompanyGroup,
    CompanyGroupMember,
    Fair,
    FairCategory,
    FairPerson,
    FairPhase,
    FairRate,
    FairSession,
    FairStaff,
    Hall,
    Interpreter,
    InterpreterAbsence,
    MatchRun,
    Meeting,
    MeetingRule,
    MeetingTable,
    Notice,
    Offer,
    OutcomeReport,
    Participation,
    Representative,
    Seat,
    Slot,
    Suggestion,
)
from matchmaker.services import fair_categories, fairs
from matchmaker.services.fair_setup import FairPlan, SessionPlan, create_fair, numbered_halls
from matchmaker.services.outcomes import Said, record_outcome
from tests.factories import OPENING, Factory
from tests.mails import composed
from tests.query_count import count_queries

NOW = OPENING - timedelta(days=5)
DAY = date(2026, 11, 18)
ROOT = "/fairs/spring/organizer/setup"
PAGES = (
    "",
    "/names",
    "/days",
    "/places",
    "/sessions",
    "/sectors",
    "/categories",
    "/mode",
    "/phases",
    "/phases/final",
    "/rules",
    "/rules/new",
    "/groups",
    "/limits",
    "/money",
    "/currency",
    "/team",
    "/interpreters",
)

RATE = {"currency": "EUR", "rate": "1.08", "fixed_on": "2026-11-01", "source": "Vietcombank"}
FIELDS = {
    "name_vi": "Hội chợ hè",
    "name_en": "Summer Fair",
    "slug": "summer-2027",
    "city_vi": "Huế",
    "city_en": "Hue",
    "opens_on": "2027-06-01",
    "closes_on": "2027-06-01",
}


@pytest.fixture(autouse=True)
def before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene(session, factory, client):
    """A fair of two days with three tables and four slots; one meeting scheduled at A01 in its first slot."""
    factory.category("food", name_en="Food", name_vi="Thực phẩm")
    plan = FairPlan(
        slug="spring",
        name_vi="Hội chợ xuân",
        name_en="Spring Fair",
        city_vi="Hà Nội",
        city_en="Hanoi",
        country="VN",
        opens_on=DAY,
        closes_on=DAY + timedelta(days=1),
        time_zone="Asia/Ho_Chi_Minh",
        report_currency="USD",
        halls=numbered_halls(tables=3),
        sessions=(SessionPlan(day=DAY, starts_at=time.fromisoformat("09:00"), ends_at=time.fromisoformat("11:00")),),
        phase=Phase.PREFERENCES,
    )
    facts = create_fair(session, plan=plan, by=None, now=NOW)
    fair = session.get(Fair, facts.id)
    organizer = factory.organizer(fair)
    seller = factory.participant(fair, name="Trà Xanh")
    buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods", country="JP")
    meeting = _schedule(session, factory, fair, seller, buyer, table="A01", number=1)
    session.commit()
    found = Scene(
        client,
        session,
        fair_id=facts.id,
        organizer=organizer.id,
        seller=seller,
        buyer=buyer,
        meeting_id=meeting.id,
    )
    session.rollback()
    client.sign_in_as(found.organizer)
    return found


class Scene:
    def __init__(self, client, session, *, fair_id, organizer, seller, buyer, meeting_id):
        self.session = session
        self.client, self.fair_id, self.organizer, self.meeting_id = client, fair_id, organizer, meeting_id
        self.seller_id, self.buyer_id = seller.id, buyer.id
        self.seller_company, self.buyer_company = seller.company_id, buyer.company_id
        self.accounts = {seller.account.id, buyer.account.id}

    def submit(self, page, **fields):
        """Fill in a form. What the test read before is let go, or its snapshot would hide what the form changes."""
        self.session.rollback()
        return self.client.submit(f"{ROOT}{page}{'&' if '?' in page else '?'}lang=en", **fields)

    def post(self, page, **fields):
        self.session.rollback()
        return self.client.post_token(f"{ROOT}{page}", **fields)

    def add_rule(self, one, other, **fields):
        """Send the form of a rule whose sides were chosen on the pages before it."""
        self.session.rollback()
        address = f"{ROOT}/rules/new?{urlencode({'lang': 'en', 'one': one, 'other': other})}"
        return self.client.submit(address, one=one, other=other, **fields)

    def make_group(self, name):
        """Make a group and return its key."""
        answer = self.submit("/groups", name=name)
        assert answer.status_code == 302
        return answer.location.rpartition("/")[2]

    def confirm(self, answer):
        """Press the button of the page that tells what a change means."""
        assert answer.status_code == 422
        self.session.rollback()
        tree = _tree(answer)
        form = tree.select_one("main form[method=post]")
        data = {field["name"]: field["value"] for field in form.find_all("input")}
        return self.client.post(form["action"], data=data)


def _tree(answer):
    return BeautifulSoup(answer.data, "html.parser")


def _text(answer):
    return " ".join(_tree(answer).main.get_text(" ").split())


def _schedule(session, factory, fair, seller, buyer, *, table, number):
    slot = session.scalars(select(Slot).where(Slot.fair_id == fair.id, Slot.number == number)).one()
    at = session.scalars(select(MeetingTable).where(MeetingTable.fair_id == fair.id, MeetingTable.code == table)).one()
    meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=slot.id, table_id=at.id)
    factory.add(Seat(kind="table", resource_id=at.id, slot_id=slot.id, meeting_id=meeting.id))
    for one in (seller, buyer):
        factory.add(
            Seat(kind="representative", resource_id=one.representative.id, slot_id=slot.id, meeting_id=meeting.id)
        )
    return meeting


def _state(session, meeting_id):
    session.expire_all()
    meeting = session.get(Meeting, meeting_id)
    return meeting.state, meeting.slot_id, meeting.table_id, session.scalars(select(Seat.kind)).all()


def _table(session, code):
    return session.scalars(select(MeetingTable).where(MeetingTable.code == code)).one()


class TestEveryPage:
    @pytest.mark.parametrize("lang", ["vi", "en"])
    def test_it_opens_in_both_languages_with_few_queries(self, scene, app, lang):
        counts = {}
        for page in PAGES:
            with app.app_context(), count_queries(db.engine) as sent:
                assert scene.client.page(f"{ROOT}{page}?lang={lang}").h1
            counts[page] = len(sent)
        assert {page: count for page, count in counts.items() if count > 12} == {}

    def test_it_is_closed_to_everyone_but_this_fairs_organizers(self, scene, session, factory):
        other = factory.organizer(factory.fair(slug="other"))
        reader = factory.account()
        factory.add(FairStaff(fair_id=scene.fair_id, account_id=reader.id, role=StaffRole.READER))
        session.commit()
        for account in (other.id, reader.id, *scene.accounts):
            scene.client.sign_in_as(account)
            assert {scene.client.get(f"{ROOT}{page}").status_code for page in PAGES} == {404}

    def test_the_list_of_steps_names_what_is_missing(self, scene, session, factory):
        page = scene.client.page(f"{ROOT}?lang=en")
        missing = [tag.get_text(strip=True) for tag in page.select("main .tag")]
        assert missing == [
            "Not described in both languages yet",
            "A day has no session yet",
            "No sector chosen: all categories are open",
            "No dates yet: phases change by hand",
            "No rate yet: values in other currencies can't be counted",
            "Nobody stands in for the organizer",
        ]
        bare = factory.organizer(factory.fair(slug="bare"))
        session.commit()
        scene.client.sign_in_as(bare)
        overview = scene.client.page("/fairs/bare/organizer?lang=en")
        assert "/fairs/bare/organizer/setup" in [link["href"] for link in overview.select("main .rows a")]


class TestNames:
    def test_they_are_saved_in_both_languages(self, scene, session):
        answer = scene.submit("/names", name_vi="Hội chợ hè", name_en="Summer Fair", about_en="About it", country="SG")
        assert answer.status_code == 302
        fair = session.get(Fair, scene.fair_id)
        assert (fair.name_vi, fair.name_en, fair.about_en, fair.country) == (
            "Hội chợ hè",
            "Summer Fair",
            "About it",
            "SG",
        )

    def test_what_can_not_be_is_refused_and_what_was_typed_stays(self, scene, session):
        answer = scene.submit("/names", name_en="", name_vi="", about_en="Mới", city_en="x" * 81)
        assert answer.status_code == 422
        tree = _tree(answer)
        assert [error["id"] for error in tree.select(".err")] == ["city_en-error"]
        assert tree.find(id="about_en").get_text(strip=True) == "Mới"
        missing = scene.submit("/names", name_en="", name_vi="")
        assert [error["id"] for error in _tree(missing).select(".err")] == ["name_vi-error"]
        assert session.get(Fair, scene.fair_id).name_en == "Spring Fair"

    def test_one_language_stands_for_both(self, scene, session):
        assert scene.submit("/names", name_vi="", name_en="Only English").status_code == 302
        assert session.get(Fair, scene.fair_id).name_vi == "Only English"


class TestPlaces:
    def test_tables_are_added_as_ranges_in_one_go(self, scene, session):
        answer = scene.submit("/places", code="B", name_vi="Nhà B", name_en="", tables="B01–B03, VIP")
        assert answer.status_code == 302
        assert session.scalars(select(MeetingTable.code).order_by(MeetingTable.code)).all() == [
            "A01",
            "A02",
            "A03",
            "B01",
            "B02",
            "B03",
            "VIP",
        ]
        assert session.scalars(select(Hall.name_en).where(Hall.code == "B")).one() == "Nhà B"

    @pytest.mark.parametrize(
        ("name", "heading"),
        [
            ("", "Hall B"),
            ("Nhà B", "Hall B"),
            ("hall b", "Hall B"),
            ("b", "Hall B"),
            ("East hall", "Hall B East hall"),
        ],
    )
    def test_a_hall_is_called_by_its_code_and_by_a_name_that_says_more(self, scene, session, name, heading):
        scene.submit("/places", code="B", name_vi=name, tables="B01")
        page = scene.client.page(f"{ROOT}/places?lang=en")
        assert [" ".join(one.get_text(" ").split()) for one in page.select("main section h2")] == ["Hall A", heading]

    @pytest.mark.parametrize(
        ("tables", "said"),
        [
            ("A03-A01", "can't be read"),
            ("A01–A40", "there already: A01, A02, A03"),
            ("Z1-Z5000", "at most 1000"),
            ("x" * 21, "at most 20"),
        ],
    )
    def test_ranges_that_can_not_be_are_refused_beside_the_field(self, scene, session, tables, said):
        answer = scene.submit("/places", code="A", tables=tables)
        assert answer.status_code == 422
        assert said in _tree(answer).find(id="tables-error").get_text(" ", strip=True)
        assert _tree(answer).find(id="tables")["value"] == tables
        assert len(session.scalars(select(MeetingTable.id)).all()) == 3

    def test_a_hall_of_many_tables_has_pages_of_its_own(self, scene, app, session):
        scene.submit("/places", code="B", name_vi="Nhà B", name_en="Hall B", tables="B01–B51")
        hall = session.scalars(select(Hall.id).where(Hall.code == "B")).one()
        session.rollback()
        page = scene.client.page(f"{ROOT}/places?lang=en")
        assert [row.b.get_text() for row in page.select("main .rows li")] == ["A01", "A02", "A03"]
        assert page.select_one("main section p a")["href"] == f"{ROOT}/places/{hall}"
        assert "51 tables in use" in page.main.get_text()
        with app.app_context(), count_queries(db.engine) as sent:
            first = scene.client.page(f"{ROOT}/places/{hall}?lang=en")
        assert [row.b.get_text() for row in first.select("main .rows li")] == [f"B{n:02d}" for n in range(1, 51)]
        assert len(sent) <= 12
        assert scene.submit(f"/places/{hall}?page=2", action="/close").status_code == 302
        assert _table(session, "B51").is_closed

    def test_a_hall_of_another_fair_has_no_page_here(self, scene, session, factory):
        other = factory.tables(factory.fair(slug="other"))[0].hall_id
        session.commit()
        assert scene.client.get(f"{ROOT}/places/{other}").status_code == 404

    def test_a_table_with_meetings_tells_whose_before_it_closes(self, scene, session):
        table = _table(session, "A01")
        session.rollback()
        told = scene.post(f"/tables/{table.id}/close")
        assert "Trà Xanh" in _text(told)
        assert "1 meeting loses its place" in _text(told)
        assert _state(session, scene.meeting_id)[0] == "scheduled"
        session.rollback()
        assert scene.confirm(told).status_code == 302
        assert _state(session, scene.meeting_id) == ("accepted", None, None, [])
        assert _table(session, "A01").is_closed
        notices = session.execute(select(Notice.account_id, Notice.kind, Notice.facts)).all()
        assert {(one.account_id, one.kind, one.facts["why"], one.facts["meetings"]) for one in notices} == {
            (account, "places_lost", "table_closed", 1) for account in scene.accounts
        }

    def test_what_was_not_shown_does_not_happen(self, scene, session, factory):
        """Between the page and its button another meeting is put at the table: the page comes back with both."""
        table = _table(session, "A01")
        session.rollback()
        told = scene.post(f"/tables/{table.id}/close")
        fair = session.get(Fair, scene.fair_id)
        seller, buyer = factory.participant(fair, name="Newcomer"), factory.participant(fair, role=Role.BUYER)
        _schedule(session, factory, fair, seller, buyer, table="A01", number=2)
        session.commit()
        again = scene.confirm(told)
        assert again.status_code == 422
        assert "Newcomer" in _text(again)
        session.rollback()
        assert not _table(session, "A01").is_closed

    def test_a_free_table_closes_at_once_and_opens_again(self, scene, session):
        table = _table(session, "A02")
        session.rollback()
        assert scene.post(f"/tables/{table.id}/close").status_code == 302
        session.expire_all()
        assert _table(session, "A02").is_closed
        session.rollback()
        assert scene.post(f"/tables/{table.id}/open").status_code == 302
        session.expire_all()
        assert not _table(session, "A02").is_closed

    def test_a_hall_goes_with_its_unused_tables_and_keeps_those_with_a_past(self, scene, session):
        hall = session.scalars(select(Hall)).one()
        session.rollback()
        told = scene.post(f"/halls/{hall.id}/remove")
        assert ("3 tables go out of use" in _text(told), "1 meeting loses" in _text(told)) == (True, True)
        assert scene.confirm(told).status_code == 302
        session.rollback()
        assert session.execute(select(MeetingTable.code, MeetingTable.is_closed)).all() == [("A01", True)]
        assert _state(session, scene.meeting_id)[0] == "accepted"

    def test_booths_become_places_of_their_exhibitors(self, scene, session):
        session.get(Participation, scene.seller_id).booth = "K12"
        hall = session.scalars(select(Hall)).one()
        session.commit()
        assert scene.submit("/places", action="/booths", hall=str(hall.id)).status_code == 302
        booth = _table(session, "K12")
        assert booth.host_id == scene.seller_id

    def test_two_halls_of_one_name_are_told_apart_where_one_is_chosen(self, scene, session):
        session.get(Participation, scene.seller_id).booth = "K12"
        session.commit()
        for code, name in (("S1", "Main hall"), ("S2", "Main hall"), ("S3", "Side hall")):
            assert (
                scene.submit("/places", action="/places", code=code, name_en=name, tables=f"{code}01").status_code
                == 302
            )
        shown = scene.client.page(f"{ROOT}/places?lang=en")
        offered = [one.get_text() for one in shown.select("select[name=hall] option")]
        assert offered[-3:] == ["Main hall (S1)", "Main hall (S2)", "Side hall"]

    def test_places_of_another_fair_are_not_found(self, scene, session, factory):
        other = factory.fair(slug="other")
        (table,) = factory.tables(other, 1)
        keys = (f"/tables/{table.id}/close", f"/tables/{table.id}/open", f"/halls/{table.hall_id}/remove")
        session.commit()
        assert [scene.post(key).status_code for key in keys] == [404, 404, 404]


class TestTimes:
    def slots(self, session):
        return session.execute(select(Slot.number, Slot.starts_at).order_by(Slot.number)).all()

    def test_a_preview_shows_the_slots_and_saves_nothing(self, scene, session):
        fields = {
            "days": "2026-11-19",
            "starts_at": "14:00",
            "ends_at": "15:00",
            "slot_minutes": 20,
            "break_minutes": 10,
        }
        answer = scene.submit("/sessions", button=("preview", "1"), **fields)
        assert answer.status_code == 200
        shown = [tag.get_text(strip=True) for tag in _tree(answer).select("main .tag.num")]
        assert shown == ["Thu 19 Nov 14:00–14:20", "Thu 19 Nov 14:30–14:50"]
        assert len(self.slots(session)) == 4

    def test_a_day_more_is_told_to_count_everyone_as_free(self, scene, session):
        fields = {"days": "2026-11-19", "starts_at": "14:00", "ends_at": "15:00"}
        told = scene.submit("/sessions", **fields)
        assert "2 people count as free" in _text(told)
        assert scene.confirm(told).status_code == 302
        assert [number for number, _ in self.slots(session)] == [1, 2, 3, 4, 5, 6]
        assert _state(session, scene.meeting_id)[0] == "scheduled"

    def test_a_session_that_goes_takes_its_meetings_back_to_be_placed(self, scene, session):
        row = session.scalars(select(FairSession)).one()
        session.rollback()
        told = scene.post(f"/sessions/{row.id}/remove")
        assert "1 meeting loses its place" in _text(told)
        assert scene.confirm(told).status_code == 302
        assert (_state(session, scene.meeting_id), self.slots(session)) == (("accepted", None, None, []), [])

    def test_a_session_that_begins_later_keeps_what_stays_in_the_grid(self, scene, session):
        """09:00–11:00 becomes 09:30–11:00: the first slot goes, the others keep their keys."""
        row = session.scalars(select(FairSession)).one()
        before = dict(session.execute(select(Slot.starts_at, Slot.id)).all())
        session.rollback()
        told = scene.submit(f"/sessions/{row.id}/change", starts_at="09:30", ends_at="11:00")
        assert scene.confirm(told).status_code == 302
        after = dict(session.execute(select(Slot.starts_at, Slot.id)).all())
        assert {at: key for at, key in before.items() if at > min(before)} == after
        assert [number for number, _ in self.slots(session)] == [1, 2, 3]
        assert _state(session, scene.meeting_id)[0] == "accepted"

    def test_times_in_which_meetings_took_place_stay(self, scene, session):
        session.get(Meeting, scene.meeting_id).state = "held"
        row = session.scalars(select(FairSession)).one()
        session.commit()
        answer = scene.post(f"/sessions/{row.id}/remove")
        assert answer.status_code == 422
        assert "stay as they are" in _text(answer) or "giữ nguyên" in _text(answer)
        assert len(self.slots(session)) == 4

    def test_an_interpreter_stays_away_when_the_slots_move(self, scene, session, factory):
        slots = session.scalars(select(Slot).order_by(Slot.number)).all()
        one = factory.add(Interpreter(fair_id=scene.fair_id, name="A", email="a@example.test", languages=["vi", "ja"]))
        factory.add(InterpreterAbsence(interpreter_id=one.id, slot_id=slots[1].id))
        row = session.scalars(select(FairSession)).one()
        session.commit()
        told = scene.submit(f"/sessions/{row.id}/change", starts_at="09:10", ends_at="11:00")
        assert scene.confirm(told).status_code == 302
        away = session.scalars(
            select(Slot.starts_at).join(InterpreterAbsence, InterpreterAbsence.slot_id == Slot.id).order_by(Slot.number)
        ).all()
        assert [at.strftime("%H:%M") for at in away] == ["02:10", "02:40"]

    def test_another_time_zone_moves_no_meeting_and_says_what_changes(self, scene, session):
        """Tokyo is two hours ahead, so 09:00 in Hanoi is no slot of the new grid, which ends at 02:00 UTC."""
        told = scene.submit("/days", time_zone="Asia/Tokyo")
        assert "1 meeting loses its place" in _text(told)
        assert _state(session, scene.meeting_id)[0] == "scheduled"
        session.rollback()
        assert scene.confirm(told).status_code == 302
        assert session.get(Fair, scene.fair_id).time_zone == "Asia/Tokyo"
        assert self.slots(session)[0][1].strftime("%H:%M") == "00:00"
        assert _state(session, scene.meeting_id)[0] == "accepted"

    def test_a_zone_with_the_same_clock_changes_nothing_for_anyone(self, scene, session):
        assert scene.submit("/days", time_zone="Asia/Bangkok").status_code == 302
        assert _state(session, scene.meeting_id)[0] == "scheduled"

    def test_days_that_fall_away_are_named(self, scene, session):
        told = scene.submit("/days", opens_on="2026-11-19", closes_on="2026-11-20")
        assert "1 session is left out" in _text(told)
        assert scene.confirm(told).status_code == 302
        phase = dict(session.execute(select(FairPhase.phase, FairPhase.starts_at)).all())
        assert phase["fair_days"].isoformat() == "2026-11-18T17:00:00+00:00"

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"time_zone": "Mars/Base"}, "time_zone"),
            ({"closes_on": "2026-11-01"}, "closes_on"),
            ({"closes_on": "2027-11-01"}, "closes_on"),
        ],
    )
    def test_days_that_can_not_be_are_refused(self, scene, fields, field):
        answer = scene.submit("/days", **fields)
        assert answer.status_code == 422
        assert _tree(answer).find(id=f"{field}-error")

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"days": "2026-11-18", "starts_at": "10:30", "ends_at": "12:00"}, "starts_at"),
            ({"days": "2026-11-19", "starts_at": "12:00", "ends_at": "10:00"}, "starts_at"),
            ({"days": "2026-11-19", "starts_at": "10:00", "ends_at": "10:10"}, "ends_at"),
            ({"days": "2027-01-01", "starts_at": "10:00", "ends_at": "11:00"}, "days"),
            ({"days": "2026-11-19", "starts_at": "x", "ends_at": "11:00"}, "starts_at"),
        ],
    )
    def test_sessions_that_can_not_be_are_refused(self, scene, session, fields, field):
        answer = scene.submit("/sessions", **fields)
        assert answer.status_code == 422
        page = _tree(answer)
        assert page.find(id=f"{field}-error") is not None, [error["id"] for error in page.select(".err")]
        assert len(self.slots(session)) == 4


class TestSectors:
    def test_what_is_filed_elsewhere_stays_and_is_counted(self, scene, session, factory):
        factory.category("craft", position=2, name_en="Crafts")
        factory.category("baskets", parent_code="craft", position=3, name_en="Baskets")
        offer = factory.offer(session.get(Participation, scene.seller_id), category_code="food")
        session.commit()
        page = scene.client.page(f"{ROOT}/sectors?lang=en")
        assert [box["value"] for box in page.select("main input[type=checkbox]")] == ["food", "craft"]
        assert scene.submit("/sectors", sectors=["craft"]).status_code == 302
        said = scene.client.page(f"{ROOT}?lang=en").select_one(".flashes").get_text(" ")
        assert "1 offer or need is filed under another sector and stays there." in " ".join(said.split())
        assert session.get(Offer, offer.id).category_code == "food"
        chosen = fair_categories.categories_to_choose(session, fair_id=scene.fair_id, lang="en")
        assert chosen.lines == (("craft", "Crafts", "Crafts"), ("baskets", "Baskets", "Crafts"))
        assert chosen.names == {"craft": "Crafts", "baskets": "Baskets"}
        also = fair_categories.categories_to_choose(session, fair_id=scene.fair_id, lang="en", also="food")
        assert also.lines[-1] == ("food", "Food", "Food")


class TestModeAndLimits:
    def test_the_mode_tells_what_stands_before_it_changes(self, scene, session):
        told = scene.submit("/mode", acceptance="automatic")
        assert "0 requests wait, 0 meetings are agreed and 1 have their time" in _text(told)
        assert scene.confirm(told).status_code == 302
        assert session.get(Fair, scene.fair_id).acceptance == Acceptance.AUTOMATIC

    def test_limits_are_kept_within_their_ranges(self, scene, session):
        good = {"meetings_cap": 8, "list_length": 5, "request_minutes": 15, "fair_request_minutes": 15}
        good |= {"late_minutes": 4, "rescue_minutes": 9}
        assert scene.submit("/limits", **good, request_quota_day=3, request_quota_total="").status_code == 302
        fair = session.get(Fair, scene.fair_id)
        assert (fair.list_length, fair.request_minutes, fair.request_quota_day, fair.request_quota_total) == (
            5,
            15,
            3,
            None,
        )
        assert (fair.late_minutes, fair.rescue_minutes) == (4, 9)
        session.rollback()
        for field, value in (
            ("request_minutes", 14),
            ("request_minutes", 14401),
            ("fair_request_minutes", 16),
            ("list_length", 0),
            ("meetings_cap", 10**12),
            ("request_quota_total", -1),
            ("request_quota_day", "x"),
            ("late_minutes", 61),
            ("rescue_minutes", 2),
        ):
            answer = scene.submit("/limits", **{field: value})
            assert (answer.status_code, bool(_tree(answer).find(id=f"{field}-error"))) == (422, True), field


class TestPhases:
    def test_dates_are_typed_on_the_fairs_clock_and_everyone_sees_them(self, scene, session, client):
        assert scene.submit("/phases", scheduling="2026-11-15T18:00").status_code == 302
        phase = dict(session.execute(select(FairPhase.phase, FairPhase.starts_at)).all())
        assert phase["scheduling"].isoformat() == "2026-11-15T11:00:00+00:00"
        home = client.page("/fairs/spring?lang=en").main.get_text(" ")
        assert "Now: Preferences, until 15 Nov 2026, 18:00" in " ".join(home.split())

    def test_a_phase_that_ends_at_midnight_lasts_through_the_day_before(self, scene, client):
        scene.submit("/phases", scheduling="2026-11-15T00:00")
        home = client.page("/fairs/spring?lang=en").main.get_text(" ")
        assert "Now: Preferences, until 14 Nov 2026 " in " ".join(home.split())

    def test_dates_out_of_order_are_refused_beside_the_later_phase(self, scene):
        answer = scene.submit("/phases", scheduling="2026-11-16T00:00", provisional="2026-11-15T00:00")
        assert answer.status_code == 422
        assert _tree(answer).find(id="provisional-error")

    @pytest.mark.parametrize("day", ["0001-01-01T00:00", "9999-12-31T23:59"])
    def test_a_date_centuries_away_is_refused_and_stays_typed(self, scene, day):
        answer = scene.submit("/phases", follow_up=day)
        assert answer.status_code == 422
        assert _tree(answer).find(id="follow_up-error")
        assert _tree(answer).find(id="follow_up")["value"] == day

    def test_moving_by_hand_tells_first_and_then_does(self, scene, session, factory):
        page = scene.client.page(f"{ROOT}/phases/scheduling?lang=en")
        assert "No longer possible: asking for meetings, picking times." in page.main.get_text(" ")
        assert session.get(Fair, scene.fair_id).phase == Phase.PREFERENCES
        session.rollback()
        assert scene.submit("/phases/scheduling", action="/phases/scheduling").status_code == 302
        session.expire_all()
        assert session.get(Fair, scene.fair_id).phase == Phase.SCHEDULING

    def test_there_is_no_other_phase(self, scene):
        assert scene.client.get(f"{ROOT}/phases/party").status_code == 404


class TestRules:
    def test_a_rule_tells_what_it_ends_and_both_sides_hear_of_it(self, scene, session, factory):
        run = factory.add(
            MatchRun(
                fair_id=scene.fair_id,
                state="done",
                version="1",
                weights={},
                coverage={},
                started_at=NOW,
                finished_at=NOW,
            )
        )
        pair = {"fair_id": scene.fair_id, "run_id": run.id, "exhibitor_id": scene.seller_id, "buyer_id": scene.buyer_id}
        shown = {"score": 0.5, "label": "default", "contributions": [], "reasons": {}, "gaps": {}, "best_pair": {}}
        factory.add(Suggestion(**pair, **shown))
        session.commit()
        told = scene.add_rule(f"company {scene.seller_company}", "country JP", reason="Dispute")
        assert "1 request or meeting of theirs is called off" in _text(told)
        assert session.scalars(select(MeetingRule)).all() == []
        session.rollback()
        assert scene.confirm(told).status_code == 302
        state = _state(session, scene.meeting_id)
        assert (state[0], state[3]) == ("cancelled", [])
        assert session.scalars(select(MeetingRule.reason)).all() == ["Dispute"]
        assert session.scalars(select(Suggestion.id)).all() == []
        kinds = session.execute(select(Notice.account_id, Notice.kind)).all()
        assert set(kinds) == {(account, "meeting_cancelled") for account in scene.accounts}

    def test_the_same_rule_twice_and_unknown_sides_are_refused(self, scene, session):
        assert scene.add_rule("country VN", "country KR").status_code == 302
        for one, other in (("country KR", "country VN"), ("country VN", "country XX"), ("country VN", "planet mars")):
            answer = scene.post("/rules/new?lang=en", one=one, other=other)
            assert (answer.status_code, bool(_tree(answer).find(id="other-error"))) == (422, True)
        assert len(session.scalars(select(MeetingRule.id)).all()) == 1

    def test_a_second_group_of_the_same_name_is_refused_with_what_was_typed(self, scene, session):
        scene.make_group("Đoàn A")
        refused = scene.submit("/groups", name=" Đoàn  A ")
        assert (refused.status_code, "There is a group of this name already" in refused.text) == (422, True)
        session.rollback()
        assert session.scalars(select(CompanyGroup.name)).all() == ["Đoàn A"]

    def test_a_group_with_a_rule_ends_what_its_new_members_have(self, scene, session):
        group = scene.make_group("Đoàn A")
        assert scene.add_rule(f"group {group}", "country JP").status_code == 302
        told = scene.submit(f"/groups/{group}?q=xanh", companies=[str(scene.seller_company)])
        assert "1 request or meeting" in _text(told)
        assert _tree(told).select_one("form a.btn")["href"].endswith(f"/groups/{group}")
        assert scene.confirm(told).status_code == 302
        assert _state(session, scene.meeting_id)[0] == "cancelled"
        session.rollback()
        refused = scene.post(f"/groups/{group}/drop")
        assert refused.status_code == 422

    def test_what_was_ticked_stays_ticked_over_another_search_and_all_come_in_at_once(self, scene, session, factory):
        fair = session.get_one(Fair, scene.fair_id)
        tea, silk = (factory.participant(fair, name=name).company_id for name in ("Tra", "Silk"))
        session.commit()
        group = scene.make_group("Đoàn A")
        add = {"action": "/add?page=1"}
        found = scene.submit(f"/groups/{group}", **add, button=("find", "1"), q="tra").location.removeprefix(ROOT)
        found = scene.submit(found, **add, button=("find", "1"), q="silk", companies=[str(tea)]).location
        boxes = scene.client.page(found).select("input[name=companies]")
        assert [(box["value"], box.has_attr("checked")) for box in boxes] == [(str(tea), True), (str(silk), False)]
        found = found.removeprefix(ROOT)
        added = scene.submit(found, **add, q="silk", companies=[str(tea), str(silk)])
        assert added.location == f"{ROOT}/groups/{group}?q=silk&page=1"
        assert set(session.scalars(select(CompanyGroupMember.company_id))) == {tea, silk}

    def test_a_company_of_another_fair_is_no_side_and_no_member(self, scene, session, factory):
        stranger = factory.participant(factory.fair()).company_id
        session.commit()
        group = scene.make_group("X")
        assert scene.post("/rules/new", one=f"company {stranger}", other="country JP").status_code == 422
        assert scene.post(f"/groups/{group}/add", companies=[str(stranger)]).status_code == 422
        assert session.scalars(select(CompanyGroupMember.company_id)).all() == []


class TestMoney:
    def rate(self, session):
        session.expire_all()
        return session.execute(select(FairRate.rate, FairRate.source).where(FairRate.currency == "EUR")).all()

    def test_a_rate_is_fixed_with_its_day_and_source(self, scene, session):
        assert scene.submit("/money", action="/money", **RATE).status_code == 302
        assert self.rate(session) == [(Decimal("1.08"), "Vietcombank")]

    @pytest.mark.parametrize(
        "rate", ["0", "-1", "NaN", "1e20", "0.00000000001", "x", "", "26.000", "26,000", "1.000,5"]
    )
    def test_a_rate_that_can_not_be_is_refused(self, scene, session, rate):
        answer = scene.submit("/money", action="/money", **{**RATE, "rate": rate})
        assert (answer.status_code, bool(_tree(answer).find(id="rate-error"))) == (422, True)
        assert self.rate(session) == []

    def test_a_comma_stands_for_the_point(self, scene, session):
        assert scene.submit("/money", action="/money", **{**RATE, "rate": "0,0379"}).status_code == 302
        assert self.rate(session) == [(Decimal("0.0379"), "Vietcombank")]

    def test_a_used_rate_changes_with_a_reason_on_record_or_not_at_all(self, scene, session):
        scene.submit("/money", action="/money", **RATE)
        self.report(session, scene, "EUR")
        changed = {**RATE, "rate": "1.10"}
        answer = scene.submit("/money", action="/money", **changed)
        assert (answer.status_code, bool(_tree(answer).find(id="why-error"))) == (422, True)
        assert self.rate(session) == [(Decimal("1.08"), "Vietcombank")]
        session.rollback()
        assert scene.submit("/money", action="/money", **changed, why="Typing mistake").status_code == 302
        assert self.rate(session) == [(Decimal("1.1"), "Vietcombank")]
        session.rollback()
        shown = " ".join(scene.client.page(f"{ROOT}/money?lang=en").main.get_text(" ").split())
        name = session.get(Account, scene.organizer).name
        assert f"1.08 → 1.1 13 Nov 2026, 09:00 · {name} · Typing mistake" in shown
        session.rollback()
        assert scene.post("/money/EUR/drop").status_code == 422

    def test_the_report_currency_stays_once_values_are_reported(self, scene, session):
        scene.submit("/money", action="/money", **RATE)
        assert scene.submit("/currency", currency="VND").status_code == 302
        assert session.execute(select(FairRate.currency, FairRate.rate)).all() == [("VND", Decimal(1))]
        self.report(session, scene, "VND")
        assert scene.submit("/currency", currency="USD").status_code == 422
        assert session.get(Fair, scene.fair_id).report_currency == "VND"

    @staticmethod
    def report(session, scene, currency):
        session.rollback()
        fair = session.get(Fair, scene.fair_id)
        fair.phase = Phase.FAIR_DAYS
        session.flush()
        facts = fairs.by_slug(session, slug="spring")
        (me,) = fairs.memberships(session, fair_id=facts.id, account_id=_account_of(session, scene.seller_id))
        said = Said(
            outcome=Outcome.QUOTATION,
            value=Money(amount=Decimal(5), currency=currency),
            typed="5",
            horizon=Horizon.TWELVE_MONTHS,
        )
        record_outcome(
            session, fair=facts, me=me, meeting_id=scene.meeting_id, said=said, now=OPENING + timedelta(days=1)
        )
        session.commit()
        assert session.scalars(select(OutcomeReport.currency)).all() == [currency]
        session.rollback()


def _account_of(session, participation_id):
    return session.scalar(
        select(Representative.account_id)
        .join(FairPerson, FairPerson.representative_id == Representative.id)
        .where(FairPerson.participation_id == participation_id)
    )


class TestPeople:
    def test_staff_is_added_by_mail_with_a_role_and_told(self, scene, session):
        answer = scene.submit("/team", name="Lê Hà", email="HA@Example.test", role="reader")
        assert answer.status_code == 302
        account = session.scalars(select(Account).where(Account.email == "ha@example.test")).one()
        assert session.scalars(select(FairStaff.role).where(FairStaff.account_id == account.id)).all() == ["reader"]
        assert session.execute(select(Notice.account_id, Notice.kind)).all() == [(account.id, "staff_added")]

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"email": "no address"}, "email"),
            ({"email": "a@b\r\nBcc: x@example.test"}, "email"),
            ({"name": ""}, "name"),
            ({"role": "admin"}, "role"),
        ],
    )
    def test_who_can_not_be_is_refused(self, scene, session, fields, field):
        answer = scene.submit("/team", **{"name": "A", "email": "a@example.test", "role": "reader", **fields})
        assert (answer.status_code, bool(_tree(answer).find(id=f"{field}-error"))) == (422, True)
        assert len(session.scalars(select(FairStaff.id)).all()) == 1

    def test_who_is_removed_is_out_with_the_next_request(self, scene, session, factory, app):
        second = factory.organizer(session.get(Fair, scene.fair_id))
        key = session.scalars(select(FairStaff.id).where(FairStaff.account_id == second.id)).one()
        session.commit()
        theirs = app.test_client().sign_in_as(second.id)
        assert theirs.get(ROOT).status_code == 200
        assert scene.post(f"/team/{key}/remove").status_code == 302
        assert theirs.get(ROOT).status_code == 404

    def test_the_last_organizer_stays(self, scene, session):
        key = session.scalars(select(FairStaff.id)).one()
        session.rollback()
        assert scene.post(f"/team/{key}/remove").status_code == 422
        assert len(session.scalars(select(FairStaff.id)).all()) == 1

    def test_an_interpreter_who_leaves_gives_the_meetings_back(self, scene, session):
        fields = {"name": "Ken", "email": "ken@example.test", "languages": ["ja", "en"]}
        assert scene.submit("/interpreters", **fields).status_code == 302
        one = session.scalars(select(Interpreter)).one()
        session.get(Meeting, scene.meeting_id).interpreter_id = one.id
        session.commit()
        told = scene.post(f"/interpreters/{one.id}/remove")
        assert "1" in _text(told)
        assert scene.confirm(told).status_code == 302
        assert _state(session, scene.meeting_id)[0] == "accepted"
        assert not session.get(Interpreter, one.id).is_active
        assert session.scalars(select(FairStaff.role)).all() == ["organizer"]

    def test_an_absence_leads_to_who_could_take_over_and_changes_no_meeting(self, scene, session, factory):
        one = factory.add(
            Interpreter(fair_id=scene.fair_id, name="Ken", email="ken@example.test", languages=["vi", "ja"])
        )
        slots = session.scalars(select(Slot.id).order_by(Slot.number)).all()
        session.get(Meeting, scene.meeting_id).interpreter_id = one.id
        session.commit()
        free = scene.client.post_token(f"{ROOT}/interpreters/{one.id}/away", away=[str(slots[3])])
        assert free.status_code == 302
        away = f"{ROOT}/interpreters/{one.id}/away"
        refused = scene.client.post_token(f"{away}?lang=en", away=[str(slots[0])], reason="x" * 121)
        assert refused.status_code == 422
        shown = BeautifulSoup(refused.get_data(as_text=True), "html.parser")
        assert "Write at most 120 characters." in shown.find(id="reason-error").get_text()
        assert [box["value"] for box in shown.select("[name=away][checked]")] == [str(slots[0])]
        told = scene.client.post_token(away, away=[str(slots[0])], reason="  Ill <b>today</b>\u200b ")
        assert told.headers["Location"].endswith(f"/interpreters/{one.id}/stand-ins")
        session.rollback()
        kept = session.execute(select(InterpreterAbsence.slot_id, InterpreterAbsence.reason)).all()
        assert kept == [(slots[0], "Ill <b>today</b>")]
        assert scene.client.page(away).find(id="reason")["value"] == "Ill <b>today</b>"
        shown = scene.client.page(f"{ROOT}/interpreters?lang=en").main.get_text()
        assert "(Ill <b>today</b>)" in shown
        assert "1 meeting needs another interpreter" in shown
        assert _state(session, scene.meeting_id)[0] == "scheduled"


class TestTree:
    HEAD = "code,parent,name_vi,name_en,stage,hs_prefixes\n"

    def hand_in(self, scene, rows, **more):
        file = (io.BytesIO((self.HEAD + rows).encode("utf-8")), "tree.csv")
        return scene.submit("/categories", file=file, **more)

    def test_it_is_handed_out_and_taken_back_unchanged(self, scene, session):
        content = scene.client.get(f"{ROOT}/categories.csv").data
        assert content.decode("utf-8-sig").splitlines()[1] == '"food","","Thực phẩm","Food","manufacture",""'
        answer = scene.submit("/categories", file=(io.BytesIO(content), "tree.csv"))
        assert answer.status_code == 302
        assert session.execute(select(FairCategory.category_code, FairCategory.is_whole)).all() == [("food", False)]

    def test_it_is_extended_by_nodes_of_the_fairs_own(self, scene, session, factory):
        rows = "food,,Thực phẩm,Food,,\ntea,food,Trà,Tea,manufacture,0902|2101.20\n"
        assert self.hand_in(scene, rows).status_code == 302
        tea = session.get(Category, "tea")
        assert (tea.parent_code, tea.fair_id, tea.hs_prefixes) == ("food", scene.fair_id, "0902|210120")
        elsewhere = factory.fair().id
        assert [node.children for node in fair_categories.tree_of(session, fair_id=elsewhere)] == [()]

    @pytest.mark.parametrize(
        ("rows", "column", "row"),
        [
            ("food,,Món ăn,Dishes,,\n", "name_vi", "2"),
            ("food,,Thực phẩm,Food,,\nTea!,food,Trà,Tea,,\n", "code", "3"),
            ("food,,Thực phẩm,Food,,\ntea,drinks,Trà,Tea,,\n", "parent", "3"),
            ("food,,Thực phẩm,Food,,\ntea,food,Trà,Tea,,123\n", "hs_prefixes", "3"),
            ("food,,Thực phẩm,Food,,\ntea,food,Trà,Tea,,9901\n", "hs_prefixes", "3"),
            ("food,,Thực phẩm,Food,,\ntea,food,,Tea,,\n", "name_vi", "3"),
            ("food,,Thực phẩm,Food,,\ntea,food,Trà,Tea,magic,\n", "stage", "3"),
            ("a,b,A,A,,\nb,a,B,B,,\n", "parent", "2"),
            ("food,,Thực phẩm,Food,,\nfood,,Thực phẩm,Food,,\n", "code", "3"),
        ],
    )
    def test_errors_stand_beside_their_rows_and_nothing_changes(self, scene, session, rows, column, row):
        answer = self.hand_in(scene, rows)
        assert answer.status_code == 422
        line = _tree(answer).select_one("table tbody tr")
        assert (line.th.get_text(strip=True), line.td.get_text(strip=True)) == (row, column)
        assert session.scalars(select(FairCategory.category_code)).all() == []

    def test_a_node_in_use_does_not_vanish_before_its_offers_have_a_place(self, scene, session, factory):
        factory.category("craft", name_vi="Thủ công", name_en="Crafts", position=2)
        offer = factory.offer(session.get(Participation, scene.seller_id), category_code="food")
        session.commit()
        asked = self.hand_in(scene, "craft,,Thủ công,Crafts,,\n")
        assert asked.status_code == 422
        assert ("Trà Xanh" in _text(asked), "Food" in _text(asked)) == (True, True)
        form = _tree(asked).select_one("main form")
        data = {field["name"]: field["value"] for field in form.find_all("input")}
        undecided = scene.client.post(form["action"], data={**data, "move-food": ""})
        assert undecided.status_code == 422
        astray = scene.client.post(form["action"], data={**data, "move-food": "nowhere"})
        assert astray.status_code == 422
        assert session.get(Offer, offer.id).category_code == "food"
        session.rollback()
        assert scene.client.post(form["action"], data={**data, "move-food": "craft"}).status_code == 302
        session.expire_all()
        assert session.get(Offer, offer.id).category_code == "craft"
        assert session.get(Category, "food") is not None

    def test_a_node_of_another_fair_is_not_taken(self, scene, session, factory):
        other = factory.fair(slug="other")
        factory.category("theirs", fair_id=other.id)
        session.commit()
        answer = self.hand_in(scene, "theirs,,A,A,,\n")
        assert answer.status_code == 422
        assert session.get(Category, "theirs").name_vi == "Ngành theirs"

    @pytest.mark.parametrize(
        "content", [b"", b"\x00\x01", b"a,b\n1,2\n", b'code,parent,name_vi,name_en\n"a', b"\xff\xfe\x00"]
    )
    def test_what_is_no_tree_is_refused(self, scene, content):
        assert scene.submit("/categories", file=(io.BytesIO(content), "tree.csv")).status_code == 422


class TestNewFair:
    def test_it_is_made_by_who_organizes_one_and_begins_with_its_steps(self, scene, session):
        answer = scene.client.submit("/fairs/new", **FIELDS)
        assert (answer.status_code, answer.location) == (302, "/fairs/summer-2027/organizer/setup")
        assert fairs.organized_by(session, account_id=scene.organizer) == ["summer-2027", "spring"]

    def test_the_set_up_of_an_earlier_one_comes_along(self, scene, session):
        assert scene.client.submit("/fairs/new", **FIELDS, copy_from="spring").status_code == 302
        fair = fairs.by_slug(session, slug="summer-2027")
        tables = session.scalars(select(MeetingTable.code).where(MeetingTable.fair_id == fair.id)).all()
        slots = fairs.slots(session, fair_id=fair.id)
        assert (sorted(tables), len(slots), slots[0].day) == (["A01", "A02", "A03"], 4, date(2027, 6, 1))
        assert session.scalars(select(Meeting.fair_id)).all() == [scene.fair_id]

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"slug": "new"}, "slug"),
            ({"slug": "spring"}, "slug"),
            ({"slug": "Not A Slug"}, "slug"),
            ({"closes_on": "2027-05-01"}, "closes_on"),
            ({"closes_on": "2127-06-01"}, "closes_on"),
            ({"opens_on": "0001-01-01"}, "opens_on"),
            ({"closes_on": "9999-12-31", "copy_from": "spring"}, "closes_on"),
            ({"time_zone": "nowhere"}, "time_zone"),
            ({"copy_from": "elsewhere"}, "copy_from"),
        ],
    )
    def test_what_can_not_be_is_refused_beside_the_field(self, scene, fields, field):
        answer = scene.client.submit("/fairs/new", **{**FIELDS, **fields})
        assert (answer.status_code, bool(_tree(answer).find(id=f"{field}-error"))) == (422, True)

    def test_all_that_is_wrong_is_said_at_once_and_what_was_typed_stays(self, scene):
        wrong = {"slug": "Not A Slug", "city_en": "", "city_vi": "", "closes_on": "2027-05-01", "time_zone": "nowhere"}
        page = _tree(scene.client.submit("/fairs/new", **{**FIELDS, "name_en": "", **wrong}))
        blamed = [link["href"] for link in page.select("[role=alert] a")]
        assert blamed == ["#slug", "#city_vi", "#closes_on", "#time_zone"]
        assert [page.find(id=name)["value"] for name in ("name_en", "slug", "time_zone")] == [
            "",
            "Not A Slug",
            "nowhere",
        ]

    def test_nobody_else_may(self, scene):
        scene.client.sign_in_as(next(iter(scene.accounts)))
        assert scene.client.get("/fairs/new").status_code == 404


@pytest.mark.parametrize("locale", ["vi", "en"])
@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        *(
            ("places_lost", {"why": why, "meetings": 2})
            for why in ("table_closed", "hall_closed", "grid_changed", "interpreter_away")
        ),
        *(("staff_added", {"role": str(role)}) for role in StaffRole),
    ],
)
def test_the_mails_of_the_set_up_say_what_happened_in_both_languages(app, locale, kind, facts):
    fair = {"fair_vi": "Hội chợ <xuân>", "fair_en": "Fair & <more>", "path": "/fairs/spring"}
    with app.app_context():
        mail = composed(app, kind, locale=locale, **facts, **fair)
    name = fair[f"fair_{locale}"]
    assert name in mail["Subject"]
    text, html = (mail.get_body((part,)).get_content() for part in ("plain", "html"))
    assert name in text
    assert name not in html
    assert BeautifulSoup(html, "html.parser").get_text().count(name) >= 1


def test_no_field_beside_those_of_a_form_reaches_a_table(scene, session):
    """Every column of every table, posted to every form of the set-up."""
    columns = {column.key: "1" for table in Base.metadata.sorted_tables for column in table.columns}
    columns |= {"fair_id": str(Factory.unknown_id()), "phase": "follow_up", "state": "held", "seen": "1", "days": "x"}
    del columns["name"]  # It is a field of its own where a group, a person or an interpreter is added.
    before = _everything(session)
    for page in PAGES[1:]:
        if not page.startswith("/phases/"):
            scene.post(page, **columns)
    assert _everything(session) == before


def _everything(session):
    session.rollback()
    quiet = {"history_entry", "sign_in_session"}
    return {
        table.name: sorted(map(repr, session.execute(select(table)).all()))
        for table in Base.metadata.sorted_tables
        if table.name not in quiet
    }
