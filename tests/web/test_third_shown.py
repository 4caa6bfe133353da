"""Everywhere a meeting is named, its third company is: with the rules of who may read what."""

from datetime import timedelta

import pytest

from matchmaker import clock
from matchmaker.domain.fairs import Phase, Role, StaffRole
from matchmaker.domain.names import company_key
from matchmaker.models import FairStaff, Interpreter, MeetingAttendee, Seat, ThirdCompany
from matchmaker.services import fairs
from matchmaker.web.table_links import table_path
from tests.factories import OPENING

NOW = OPENING + timedelta(minutes=10)
NAMES = ("Trà Núi Mây", "Kaze Foods", "Bao Bì Xanh")


@pytest.fixture
def hall(session, factory, app, client, monkeypatch):
    """A meeting of three at A01, which runs, and an organizer who is signed in."""
    fair = factory.fair(slug="expo", phase=Phase.FAIR_DAYS)
    slot, table = factory.slots(fair, 1)[0], factory.tables(fair, 1)[0]
    seller, buyer, third = (
        factory.participant(fair, role=role, name=name, name_key=company_key(name))
        for role, name in zip((Role.EXHIBITOR, Role.BUYER, Role.BUYER), NAMES, strict=True)
    )
    buyer.badge_code, third.badge_code = "B0042", "B0077"
    interpreter = factory.add(
        Interpreter(fair_id=fair.id, name="Lan Anh", email="lan@example.org", languages=["vi", "ja"], is_active=True)
    )
    meeting = factory.meeting(
        seller,
        buyer,
        state="scheduled",
        slot_id=slot.id,
        table_id=table.id,
        third_id=third.id,
        answered_at=OPENING,
        interpreter_id=interpreter.id,
    )
    factory.add(
        ThirdCompany(
            meeting_id=meeting.id,
            participation_id=third.id,
            state="joined",
            named_by="buyer",
            asked_at=OPENING,
            answered_at=OPENING,
        )
    )
    factory.add(MeetingAttendee(meeting_id=meeting.id, representative_id=third.representative.id, side="third"))
    people = [("representative", one.representative.id) for one in (seller, buyer, third)]
    for kind, key in (("table", table.id), ("interpreter", interpreter.id), *people):
        factory.add(Seat(kind=kind, resource_id=key, slot_id=slot.id, meeting_id=meeting.id))
    organizer = factory.organizer(fair)
    factory.add(FairStaff(fair_id=fair.id, account_id=organizer.id, role=StaffRole.TABLE_HOST))
    monkeypatch.setattr(clock, "now", lambda: NOW)
    factory.offer(seller, "Snow tea of the first harvest")
    pair = {"need": "Tea", "offer": "Snow tea of the first harvest", "buyer": Role.BUYER}
    factory.suggestion(seller, buyer, best_pair=pair)
    found = {"buyer": buyer.account.id, "third": third.account.id, "fair": fair.id, "interpreter": interpreter.id}
    facts = fairs.by_slug(session, slug="expo")
    session.commit()
    with app.test_request_context():
        found["card"] = table_path(facts, "A01")
    client.sign_in_as(organizer.id)
    client.get("/?lang=en")
    session.rollback()
    return found


def text_of(client, path):
    return " ".join(client.page(path).get_text(" ", strip=True).split())


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/organizer/schedule", "Kaze Foods + Bao Bì Xanh"),
        ("/organizer/schedule/list", "Kaze Foods + Bao Bì Xanh"),
        ("/host", "Bao Bì Xanh Third company"),
        ("/organizer/desk-list", "+ Bao Bì Xanh"),
    ],
)
def test_pages_of_organizers_and_hosts_name_it(client, hall, path, words):
    assert words in text_of(client, f"/fairs/expo{path}")


def test_the_list_of_a_day_finds_a_meeting_by_its_third_company(client, hall):
    assert "Kaze Foods" in text_of(client, "/fairs/expo/organizer/schedule/list?q=bao+bi")
    assert "Kaze Foods" not in text_of(client, "/fairs/expo/organizer/schedule/list?q=nobody")


def test_the_board_on_the_wall_shows_its_badge_and_country_and_never_its_name(client, hall):
    text = text_of(client, "/fairs/expo/board")
    assert "Badge B0042 · VN + B0077 · VN" in text
    assert [name for name in NAMES if name in text] == ["Trà Núi Mây"]


def test_the_card_of_the_table_names_it_to_a_side_and_shows_its_badge_to_everyone(client, hall):
    client.sign_in_as(hall["buyer"])
    assert "Trà Núi Mây + Bao Bì Xanh" in text_of(client, hall["card"])
    client.delete_cookie("session")
    text = text_of(client, hall["card"])
    assert "Trà Núi Mây · badge B0042 + B0077" in text
    assert "Bao Bì Xanh" not in text


def test_the_interpreter_reads_who_joins_and_what_they_say_of_themselves(client, session, factory, hall):
    account = factory.account(email="lan@example.org")
    session.get(Interpreter, hall["interpreter"]).account_id = account.id
    factory.add(FairStaff(fair_id=hall["fair"], account_id=account.id, role=StaffRole.INTERPRETER))
    session.commit()
    page = client.sign_in_as(account.id).page("/fairs/expo/interpreter?lang=en")
    assert page.select_one(".ev b").get_text() == "Trà Núi Mây – Kaze Foods + Bao Bì Xanh"
    listed = page.select("[aria-labelledby=companies] b")
    assert {one.get_text() for one in listed} == set(NAMES)


def test_why_the_two_meet_stands_in_their_agendas_and_not_in_the_third_companys(client, hall):
    client.sign_in_as(hall["buyer"])
    assert "They offer: “Snow tea of the first harvest”" in text_of(client, "/fairs/expo/agenda")
    client.sign_in_as(hall["third"])
    shown = text_of(client, "/fairs/expo/agenda")
    assert "Trà Núi Mây, Kaze Foods" in shown
    assert "Snow tea" not in shown
