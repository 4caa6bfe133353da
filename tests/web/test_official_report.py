"""The official result report, opened as the authority would open it."""

import io
import re
from datetime import timedelta
from decimal import Decimal

import pypdf
import pytest
from docx import Document
from docx.enum.text import WD_TAB_LEADER
from docx.shared import Pt

from matchmaker import clock
from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.fairs import Phase, Role
from matchmaker.domain.money.amount import Money
from matchmaker.domain.reporting.official import ASKED, KNOWN
from matchmaker.models import FairStaff, OfficialStatement
from matchmaker.services import fairs, official
from matchmaker.services.outcomes import Said, record_outcome
from matchmaker.web.reports.official_words import POINTS
from tests.factories import OPENING

AFTER = OPENING + timedelta(hours=8)
FORM = "/fairs/tea-days/organizer/report/official"
MARKED = "=SUM(A1) <b>Trà & Bạn</b>"


@pytest.fixture(autouse=True)
def after_the_meetings(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="tea-days", phase=Phase.FOLLOW_UP)


@pytest.fixture
def desk(session, factory, fair, client):
    facts = fairs.by_slug(session, slug=fair.slug)
    seller = factory.participant(fair, name=MARKED)
    buyer = factory.participant(fair, role=Role.BUYER, country="JP")
    meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=factory.slots(fair, 1)[0].id)
    (me,) = fairs.memberships(session, fair_id=fair.id, account_id=seller.account.id)
    value = Money(amount=Decimal("1234567.89"), currency="USD")
    said = Said(outcome=Outcome.MOU, value=value, horizon=Horizon.TWELVE_MONTHS)
    record_outcome(session, fair=facts, me=me, meeting_id=meeting.id, said=said, now=AFTER)
    account = factory.organizer(fair).id
    session.commit()
    return client.sign_in_as(account)


def docx_of(client, lang="en"):
    return Document(io.BytesIO(client.get(f"{FORM}.docx?lang={lang}").data))


def text_of(document):
    """Everything a reader of the document sees, its tables too."""
    cells = [" | ".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def pdf_text(client, name):
    """The text of a PDF in one line."""
    content = client.get(FORM.replace("official", name) + ".pdf").data
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages))


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_document_is_vietnamese_and_has_the_ledgers_figures(desk, lang):
    text = text_of(docx_of(desk, lang))

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert "Cuộc đã gặp: 1" in text
    assert "1, trị giá 1.234.567,89 USD" in text
    assert "Nơi nhận:" in text


def test_the_layout_is_that_of_the_decree(desk):
    document = docx_of(desk)
    section = document.sections[0]
    sizes = {run.font.size for paragraph in document.paragraphs for run in paragraph.runs}
    fonts = {run.font.name for paragraph in document.paragraphs for run in paragraph.runs}

    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    assert [round(side.mm) for side in (section.left_margin, section.right_margin, section.top_margin)] == [30, 15, 20]
    assert fonts == {"Times New Roman"}
    assert Pt(14) in sizes
    assert all(Pt(11) <= size <= Pt(14) for size in sizes)


def test_what_nobody_stated_is_dots_and_what_was_stated_stands_in_its_place(desk):
    before = text_of(docx_of(desk))
    desk.submit(
        FORM, action="/official", visitors="12.400", organizer_name="Công ty Hội chợ Số 1", signer_name="Lê Thị Na"
    )
    document = docx_of(desk)
    after = text_of(document)

    assert "Khách tham quan (người được ghi nhận): \t" in before
    assert "Khách tham quan (người được ghi nhận): 12.400" in after
    assert "CÔNG TY HỘI CHỢ SỐ 1" in after
    assert "Lê Thị Na" in after
    assert "Trong đó khách thương mại: \t" in after
    assert {tab.leader for paragraph in document.paragraphs for tab in paragraph.paragraph_format.tab_stops} == {
        WD_TAB_LEADER.DOTS
    }


def test_the_columns_of_a_table_fill_the_line_and_its_head_stands_on_every_page(desk):
    annex = docx_of(desk).tables[-1]
    widths = [round(cell.width.mm) for cell in annex.rows[1].cells]

    assert sum(widths) == pytest.approx(165, abs=2)
    assert widths[0] == 13
    assert [[part.tag.rpartition("}")[2] for part in row._tr.trPr] for row in annex.rows[:2]] == [
        ["cantSplit", "tblHeader"],
        ["cantSplit"],
    ]


def test_marks_are_text_in_both_forms(desk):
    desk.submit(FORM, action="/official", assessment='=1+1 <script>alert("x")</script>')
    text = pdf_text(desk, "official")

    assert MARKED in text_of(docx_of(desk))
    assert '=1+1 <script>alert("x")</script>' in text_of(docx_of(desk))
    assert MARKED in text
    assert '=1+1 <script>alert("x")</script>' in text
    assert "1, trị giá 1.234.567,89 USD" in text


def test_each_saving_is_kept_and_an_unchanged_one_adds_nothing(desk, session, fair):
    desk.submit(FORM, action="/official", visitors="100")
    desk.submit(FORM, action="/official", visitors="200")
    desk.submit(FORM, action="/official", visitors="200")

    session.rollback()
    rows = session.query(OfficialStatement).order_by(OfficialStatement.entry).all()
    assert [(row.entry, row.stated) for row in rows] == [(1, {"visitors": "100"}), (2, {"visitors": "200"})]
    assert official.stated(session, fair_id=fair.id) == {"visitors": "200"}


@pytest.mark.parametrize(
    ("name", "typed"),
    [("visitors", "..."), ("visitors", "12.4"), ("registration_date", "99/99/2026"), ("theme", "x" * 251)],
)
def test_what_can_not_be_is_refused_and_kept_on_the_form(desk, session, fair, name, typed):
    answer = desk.submit(FORM, action="/official", **{name: typed})
    page = desk.tree(answer)

    assert answer.status_code == 422
    assert page.find(attrs={"name": name})["value"] == typed
    assert page.find(attrs={"name": name})["aria-invalid"] == "true"
    session.rollback()
    assert official.stated(session, fair_id=fair.id) == {}


def test_a_part_is_never_more_than_its_whole(desk):
    answer = desk.submit(FORM, action="/official", visitors="1,000", trade_visitors="1.001", visits="2 000")
    page = desk.tree(answer)

    assert answer.status_code == 422
    assert [control["name"] for control in page.select("[aria-invalid=true]")] == ["trade_visitors"]


def test_numbers_and_days_are_kept_once_and_written_as_each_language_does(desk, session, fair):
    said = {"visitors": "12.400", "net_area": "1.234,50", "registration_date": "5/9/2026"}
    desk.submit(FORM, action="/official", **said)

    session.rollback()
    kept = {"visitors": "12400", "net_area": "1234.5", "registration_date": "2026-09-05"}
    assert official.stated(session, fair_id=fair.id) == kept
    page = desk.page(f"{FORM}?lang=en")
    assert [page.find(id=name)["value"] for name in said] == ["12,400", "1,234.5", "05/09/2026"]
    assert "Ngày xác nhận đăng ký: 5/9/2026" in text_of(docx_of(desk))
    assert "Visitors (identified persons): 12,400" in pdf_text(desk, "official-en")


def test_who_saves_on_top_of_another_saving_sees_both_and_loses_neither(desk, session, fair, factory):
    other = factory.organizer(fair)
    other.name = "Trần Văn Bê"
    session.commit()
    page = desk.page(FORM)
    opened = {one["name"]: one.get("value") or one.get_text() for one in page.select("main form [name]")}
    theirs = {"visitors": "500", "theme": "Hội chợ mùa thu"}
    official.state(session, fair_id=fair.id, said=theirs, seen=0, by=other.id, now=AFTER)
    session.commit()

    answer = desk.post(FORM, data={**opened, "visitors": "400", "proposals": "Mở rộng"})
    page = desk.tree(answer)

    assert answer.status_code == 409
    assert [page.find(id=name)["value"] for name in ("visitors", "theme")] == ["400", "Hội chợ mùa thu"]
    assert page.find(id="proposals").get_text(strip=True) == "Mở rộng"
    assert "Trần Văn Bê" in page.find(id="visitors-error").get_text()
    assert "500" in page.find(id="visitors-error").get_text()
    assert page.find(id="theme-error") is None
    session.rollback()
    assert official.stated(session, fair_id=fair.id) == theirs

    again = {one["name"]: one.get("value") or one.get_text() for one in page.select("main form [name]")}
    assert desk.post(FORM, data=again).status_code == 302
    session.rollback()
    assert official.stated(session, fair_id=fair.id) == {**theirs, "visitors": "400", "proposals": "Mở rộng"}


def test_annexes_split_the_deals_and_registered_stands_beside_held(desk):
    desk.submit(FORM, action="/official", registered_scale="300 gian", actual_scale="280 gian")
    text = text_of(docx_of(desk))
    english = pdf_text(desk, "official-en")

    assert "Thời gian tổ chức | …" in text
    assert "Quy mô | 300 gian | 280 gian" in text
    assert [line for line in text.splitlines() if line.startswith("PHỤ LỤC")] == [f"PHỤ LỤC {n}" for n in (1, 2, 3)]
    assert "1 | Nhật Bản | 1, trị giá 1.234.567,89 USD | 1, trị giá 1.234.567,89 USD | 0" in text
    assert "Japan 1, worth USD 1,234,567.89 1, worth USD 1,234,567.89 0" in english
    totals = [line for line in text.splitlines() if line.startswith("Tổng cộng")]
    assert totals == ["Tổng cộng | Tổng cộng | 1, trị giá 1.234.567,89 USD | 1, trị giá 1.234.567,89 USD | 0"] * 2
    assert english.count("Total 1, worth USD 1,234,567.89 1, worth USD 1,234,567.89 0") == 2
    assert "CỘNG HÒA" not in english


def test_every_page_but_the_first_has_its_number(desk):
    section = docx_of(desk).sections[0]
    fields = [part.text for part in section.header._element.iter() if part.tag.endswith("instrText")]

    assert section.different_first_page_header_footer
    assert fields == [" PAGE "]
    assert section.first_page_header.paragraphs[0].text == ""


def test_a_reader_gets_the_document_and_not_the_form(client, factory, fair, session, desk):
    desk.submit(FORM, action="/official", organizer_contact="Lê Thị Na, 0912 345 678", organizer_tax_code="0101")
    assert "Lê Thị Na, 0912 345 678" in text_of(docx_of(desk))
    account = factory.account()
    factory.add(FairStaff(fair_id=fair.id, account_id=account.id, role="reader"))
    key = account.id
    session.commit()
    client.sign_in_as(key)

    for text in (text_of(docx_of(client)), pdf_text(client, "official"), pdf_text(client, "official-en")):
        assert "0101" in text
        assert not any(part in text for part in ("Lê Thị Na", "0912 345", "345 678"))  # A checksum may hold "0912".
    assert client.get(FORM).status_code == 404
    assert client.post_token(FORM, visitors="1").status_code == 404


def test_every_point_has_words():
    assert set(POINTS) == {one.name for one in ASKED} | {name for names in KNOWN.values() for name in names}
