"""Sheets of paper: read again from the PDF by an outside library."""

import dataclasses
import io

import pytest
from pypdf import PdfReader

from matchmaker.domain.fairs import Role
from matchmaker.models import Account, Interpreter, MeetingAttendee
from matchmaker.web.paper import can_print
from matchmaker.web.printing import plans
from matchmaker.web.printing.codes import code_of

PRINT = "/fairs/expo/organizer/print"
MARK = "<b>Trà & Xanh</b>"


@pytest.fixture
def fair(session, factory, client):
    row = factory.fair(slug="expo", phase="final")
    organizer = factory.organizer(row)
    seller = factory.participant(row, name=f"Tà Xùa {MARK}")
    buyer = factory.participant(row, role=Role.BUYER, name="Kaze Foods K.K.", country="JP")
    session.get(Account, buyer.account.id).locale = "en"
    session.get(Account, seller.account.id).locale = "vi"
    factory.offer(seller, text_en="Green tea", text_vi="Chè xanh")
    (slot, later) = factory.slots(row, 2)
    table = factory.tables(row, 2)[0]
    interpreter = factory.add(
        Interpreter(fair_id=row.id, name="Lê Phiên Dịch", email="p@example.org", languages=["ja"])
    )
    for place in (slot, later):
        meeting = factory.meeting(
            seller, buyer, state="scheduled", slot_id=place.id, table_id=table.id, interpreter_id=interpreter.id
        )
        for side, one in (("exhibitor", seller), ("buyer", buyer)):
            known = session.get(MeetingAttendee, (meeting.id, one.representative.id))
            if known is None:
                factory.add(MeetingAttendee(meeting_id=meeting.id, representative_id=one.representative.id, side=side))
    stranger = factory.organizer(factory.fair(slug="elsewhere"))
    found = {
        "stranger": stranger.id,
        "seller": seller.representative.name,
        "buyer": buyer.representative.name,
        "table": table.code,
        "code": buyer.badge_code,
    }
    session.commit()
    client.sign_in_as(organizer.id)
    client.get("/?lang=vi")
    session.rollback()
    return found


def pdf(client, end):
    answer = client.get(f"{PRINT}/{end}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "attachment" in answer.headers["Content-Disposition"]
    return PdfReader(io.BytesIO(answer.data))


def text_of(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


pytestmark = pytest.mark.skipif(not can_print(), reason="this machine has no Pango, so pages are printed by browsers")


class TestFiles:
    def test_everyone_gets_an_agenda_in_their_own_language(self, client, fair):
        reader = pdf(client, "agendas")
        assert len(reader.pages) == 2
        texts = [page.extract_text() for page in reader.pages]
        (english,) = [text for text in texts if fair["buyer"] in text]
        (vietnamese,) = [text for text in texts if fair["seller"] in text]
        assert "You meet" in english
        assert "Bạn gặp" in vietnamese
        assert fair["table"] in english

    def test_one_alone_is_one_sheet(self, client, fair):
        assert len(pdf(client, "agendas?only=1").pages) == 1

    def test_a_table_has_its_meetings_and_one_without_says_so(self, client, fair):
        reader = pdf(client, "tables")
        assert len(reader.pages) == 2
        assert "Kaze Foods K.K." in reader.pages[0].extract_text()
        assert "Chưa có cuộc giao thương nào" in reader.pages[1].extract_text()

    def test_an_interpreters_day_holds_companies_and_terms(self, client, fair):
        text = text_of(pdf(client, "interpreters"))
        assert "Lê Phiên Dịch" in text
        assert "Chè xanh" in text
        assert "green tea" in text.casefold()

    def test_badges_and_the_desks_list_name_who_comes(self, client, fair):
        assert fair["code"] in text_of(pdf(client, "badges"))
        assert "Kaze Foods K.K." in text_of(pdf(client, "desk"))

    def test_a_badge_says_country_and_role_in_both_languages(self, client, fair):
        text = text_of(pdf(client, "badges"))
        assert [line for line in ("Nhật Bản · Người mua", "Japan · Buyer") if line not in text] == []

    def test_a_page_of_the_desks_list_names_its_day_and_number_where_it_is_taken_apart(self, client, fair):
        last = text_of(pdf(client, "desk")).split("Kaze Foods K.K.")[-1]
        assert ("· Thứ Tư 18/11, " in last, "1/1" in last) == (True, True)

    def test_a_name_with_markup_is_printed_as_it_is_written(self, client, fair):
        assert MARK.replace(" ", "") in text_of(pdf(client, "tables")).replace(" ", "")

    def test_a_kind_nobody_prints_and_an_empty_part_are_not_found(self, client, fair):
        assert client.get(f"{PRINT}/nonsense").status_code == 404
        assert client.get(f"{PRINT}/agendas?only=900").status_code == 404
        assert client.get(f"{PRINT}/agendas?as=page&first=900").status_code == 404
        assert client.get(f"{PRINT}/badges/list").status_code == 404


class TestPages:
    def test_the_page_offers_every_kind(self, client, fair):
        page = client.page(PRINT)
        assert {a["href"].rpartition("/")[2] for a in page.select("main a.btn")} >= {
            "agendas",
            "tables",
            "badges",
            "desk",
        }

    def test_without_the_engine_the_browser_prints_the_same_sheets(self, client, fair):
        page = client.page(f"{PRINT}/tables?as=page")
        assert "Kaze Foods K.K." in page.text

    def test_organizers_of_another_fair_print_nothing_here(self, client, fair):
        client.sign_in_as(fair["stranger"])
        assert client.get(PRINT).status_code == 404
        assert client.get(f"{PRINT}/agendas").status_code == 404


def test_a_code_draws_every_dark_module_once():
    code = code_of("https://example.org/fairs/expo/agenda?table=A01")
    moves = code.path.split("M")[1:]
    dark = [
        (int(x) + step, int(y))
        for move in moves
        for x, _, rest in [move.partition(" ")]
        for y, _, run in [rest.partition("h")]
        for step in range(int(run.partition("v")[0]))
    ]
    assert len(dark) == len(set(dark))
    assert all(4 <= x < code.size - 4 and 4 <= y < code.size - 4 for x, y in dark)


def test_phones_are_led_to_the_configured_address_and_the_network_is_named(client, app, fair, monkeypatch):
    settings = app.extensions["matchmaker"]
    shown = client.page("/fairs/expo/organizer/phones?lang=en").main
    assert "this machine alone" in shown.get_text()
    monkeypatch.setitem(
        app.extensions, "matchmaker", dataclasses.replace(settings, public_url="http://192.168.1.10:8000")
    )
    shown = client.page("/fairs/expo/organizer/phones?lang=en").main
    assert shown.select_one(".address").get_text() == "http://192.168.1.10:8000/fairs/expo"
    assert shown.select_one(".qr-code path")["d"] == code_of("http://192.168.1.10:8000/fairs/expo").path
    assert "unencrypted" in shown.get_text()


def test_a_long_day_of_the_desks_list_is_laid_out_in_parts_that_their_times_tell_apart(client, fair, monkeypatch):
    monkeypatch.setitem(plans.ROWS_A_DOCUMENT, "desk", 1)
    heads = [page.extract_text().strip().splitlines()[0] for page in pdf(client, "desk").pages]
    assert len(heads) == len(set(heads)) == 2
