"""The official result report, opened as the authority would open it."""

import io
import re
from datetime import timedelta
from decimal import Decimal

import pypdf
import pytest
from docx import Document
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
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_document_is_vietnamese_and_has_the_ledgers_figures(desk, lang):
    text = text_of(docx_of(desk, lang))

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert "Cuộc gặp đã diễn ra: 1" in text or "Cuộc đã gặp: 1" in text
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
    after = text_of(docx_of(desk))

    assert re.search(r"Khách tham quan \(người được ghi nhận\): …+", before)
    assert "Khách tham quan (người được ghi nhận): 12.400" in after
    assert "CÔNG TY HỘI CHỢ SỐ 1" in after
    assert "Lê Thị Na" in after
    assert re.search(r"Trong đó khách thương mại: …+", after)


def test_marks_are_text_in_both_forms(desk):
    desk.submit(FORM, action="/official", assessment='=1+1 <script>alert("x")</script>')
    pdf = desk.get(f"{FORM}.pdf").data
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))

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


@pytest.mark.parametrize(("name", "typed"), [("visitors", "many"), ("registration_date", "soon"), ("theme", "x" * 251)])
def test_what_can_not_be_is_refused_and_kept_on_the_form(desk, session, fair, name, typed):
    answer = desk.submit(FORM, action="/official", **{name: typed})
    page = desk.tree(answer)

    assert answer.status_code == 422
    assert page.find(attrs={"name": name})["value"] == typed
    assert page.find(attrs={"name": name})["aria-invalid"] == "true"
    session.rollback()
    assert official.stated(session, fair_id=fair.id) == {}


def test_a_reader_gets_the_document_and_not_the_form(client, factory, fair, session, desk):
    account = factory.account()
    factory.add(FairStaff(fair_id=fair.id, account_id=account.id, role="reader"))
    key = account.id
    session.commit()
    client.sign_in_as(key)

    assert client.get(f"{FORM}.docx").status_code == 200
    assert client.get(FORM).status_code == 404
    assert client.post_token(FORM, visitors="1").status_code == 404


def test_every_point_has_words():
    assert set(POINTS) == {one.name for one in ASKED} | {name for names in KNOWN.values() for name in names}
