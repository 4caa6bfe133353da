import csv
import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from matchmaker import clock
from matchmaker.domain.deals.ledger import Dimension
from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.fairs import Phase, Role
from matchmaker.domain.money.amount import Money
from matchmaker.domain.reporting.fair_report import Version
from matchmaker.domain.reporting.funnel import Step
from matchmaker.domain.reporting.rows import MeetingFate
from matchmaker.models import FairStaff
from matchmaker.services import fairs
from matchmaker.services.outcomes import Said, record_outcome
from matchmaker.services.reports import DealFilter
from matchmaker.web.reports import wording
from tests.factories import OPENING

AFTER = OPENING + timedelta(hours=4)
REPORT = "/fairs/tea-days/organizer/report"


@pytest.fixture(autouse=True)
def after_the_meetings(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def officer(factory):
    return factory.account()


@pytest.fixture
def fair(factory, officer):
    row = factory.fair(slug="tea-days", phase=Phase.FOLLOW_UP)
    factory.rate(row, "VND", "0.00004", source="Vietcombank")
    factory.category("food", name_vi="Thực phẩm", name_en="Food")
    factory.add(FairStaff(fair_id=row.id, account_id=officer.id, role="organizer"))
    return row


@pytest.fixture
def deal(session, factory, fair):
    """Make a deal: a meeting that took place, and a value of one side or of both."""
    slots = iter(factory.slots(fair, 6))
    facts = fairs.by_slug(session, slug=fair.slug)

    def deal(outcome, *values, country="JP", name="Trà Xanh"):
        seller = factory.participant(fair, name=name)
        factory.offer(seller, category_code="food")
        buyer = factory.participant(fair, role=Role.BUYER, country=country)
        meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=next(slots).id)
        for side, value in zip((seller, buyer), values, strict=False):
            (me,) = fairs.memberships(session, fair_id=fair.id, account_id=side.account.id)
            said = Said(
                outcome=outcome,
                value=Money(amount=Decimal(value), currency="USD"),
                horizon=Horizon.TWELVE_MONTHS,
            )
            record_outcome(session, fair=facts, me=me, meeting_id=meeting.id, said=said, now=AFTER)
        return meeting

    return deal


@pytest.fixture
def busy(deal, session, client, officer):
    """A fair with three deals, which the organizer looks at."""
    deal(Outcome.AGREEMENT, 2_000_000, 1_900_000)
    deal(Outcome.MOU, 40_000, country="VN")
    deal(Outcome.QUOTATION, "1500.55", name='=HYPERLINK("http://x")')
    account = officer.id
    session.commit()
    return client.sign_in_as(account)


def text_of(page):
    return " ".join(page.get_text(" ").split())


def rows_of(answer):
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_screen_and_csv_show_the_same_total(busy):
    page = text_of(busy.page(REPORT))
    header, *rows = rows_of(busy.get(f"{REPORT}.csv"))
    summary = rows_of(busy.get(f"{REPORT}-summary.csv"))
    listed = text_of(busy.page(f"{REPORT}/deals"))

    place = header.index("Value (USD)")
    assert sum(Decimal(row[place]) for row in rows) == Decimal("1991500.55")
    assert "USD 1,991,500.55" in page
    assert "3 deals, together USD 1,991,500.55." in listed
    assert summary[1] == ["All deals", "Report at closing", "3", "1991500.55", "3941500.55", "USD"]


def test_the_total_stands_beside_what_adding_up_would_claim_and_what_it_rests_on(busy):
    page = text_of(busy.page(REPORT))

    assert "Both sides’ statements added USD 3.94m" in page
    assert "Both sides: USD 1.95m" in page
    assert busy.page(REPORT).find("a", href="#method") is not None
    assert busy.page(REPORT).find(id="method") is not None


def test_each_figure_of_the_table_leads_to_rows_that_add_up_to_it(busy):
    page = busy.page(REPORT)
    links = {tag["href"]: tag.get_text() for tag in page.select("table.data a[href*='report/deals?']")}

    assert len(links) > 6
    for address, shown in links.items():
        together = re.search(r"(?:together|worth) (USD [\d,.]+)\.", text_of(busy.page(address)))
        assert _about(together[1]) == _about(shown), address


def _about(text):
    """A shown amount to the three digits that a short form keeps."""
    number = Decimal(re.sub(r"[^\d.]", "", text)) * (1_000_000 if text.endswith("m") else 1)
    return number.quantize(Decimal(10_000)) if number >= 1_000_000 else number


def test_rows_are_filtered_by_their_address_and_a_filter_can_be_taken_away(busy):
    page = busy.page(f"{REPORT}/deals?stage=mou&evidence=one_sided&day=2026-11-18")

    assert "1 deal, worth USD 40,000.00." in text_of(page)
    assert page.find("a", href="/fairs/tea-days/organizer/report/deals?evidence=one_sided&day=2026-11-18") is not None


@pytest.mark.parametrize("query", ["stage=nonsense", "day=yesterday", "sector=x&country=QQ", "flag=none", "page=99"])
def test_an_address_nobody_made_answers_a_page(busy, query):
    assert busy.get(f"{REPORT}/deals?{query}").status_code == 200


def test_meetings_behind_a_count_are_listed(busy, deal, session):
    page = busy.page(f"{REPORT}/meetings?of=held")

    assert "Held: 3" in text_of(page)
    assert len(page.select("table.data tbody tr")) == 3


def test_a_deal_without_paper_above_a_million_is_to_be_looked_at(busy):
    page = text_of(busy.page(REPORT))

    assert "A large value without a document on file: 1 deal" in page
    assert "One deal is more than a tenth of the total: 1 deal" in page


def test_a_company_name_can_not_run_as_a_formula(busy):
    _header, *rows = rows_of(busy.get(f"{REPORT}.csv"))

    assert [row[1] for row in rows if "HYPERLINK" in row[1]] == ['\'=HYPERLINK("http://x")']


def test_files_are_written_in_the_language_asked_for(busy):
    answer = busy.get(f"{REPORT}.csv?lang=en")

    assert rows_of(answer)[0][:3] == ["Deal", "Seller", "Seller’s country"]
    assert (answer.mimetype, answer.headers["Content-Disposition"]) == (
        "text/csv",
        'attachment; filename="tea-days-deals.csv"',
    )
    assert busy.page(f"{REPORT}?lang=vi").html["lang"] == "vi"
    assert "Nhật Bản" in busy.get(f"{REPORT}.csv?lang=vi").get_data(as_text=True)


def test_before_the_first_meeting_there_are_the_definitions(client, fair, officer, session):
    account = officer.id
    session.commit()

    page = text_of(client.sign_in_as(account).page(REPORT))

    assert "The report fills itself" in page
    assert "Meetings, pairs and deals are counted apart." in page
    assert "Vietcombank" in page


def test_the_fixed_rates_are_printed_with_all_their_decimals(busy):
    assert "0.00004" in text_of(busy.page(REPORT))


def test_only_the_fairs_organizer_finds_it(client, factory, fair, session):
    stranger = factory.organizer(factory.fair(slug="elsewhere")).id
    session.commit()
    client.sign_in_as(stranger)

    for end in ("", ".csv", "-summary.csv", "/deals", "/meetings"):
        assert client.get(f"{REPORT}{end}").status_code == 404


def test_another_fairs_report_has_none_of_these_deals(busy, factory, session, officer):
    other = factory.fair(slug="elsewhere")
    factory.add(FairStaff(fair_id=other.id, account_id=officer.id, role="organizer"))
    session.commit()

    header, *rows = rows_of(busy.get("/fairs/elsewhere/organizer/report.csv"))
    assert (header[0], rows) == ("Deal", [])


@pytest.mark.parametrize("end", ["", "/deals", "/meetings", ".csv"])
def test_its_queries_do_not_grow_with_the_deals(busy, deal, session, end):
    def count():
        asked = []
        listener = lambda *_: asked.append(1)  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        busy.get(f"{REPORT}{end}")
        event.remove(engine, "before_cursor_execute", listener)
        return len(asked)

    engine = session.get_bind()
    before = count()
    deal(Outcome.ORDER, 900, 950)
    session.commit()

    assert count() == before <= 12


def test_every_code_has_words():
    assert set(wording.VERSIONS) == set(Version)
    assert set(wording.STEPS) == set(Step)
    assert set(wording.FATES) == set(MeetingFate)
    assert set(wording.FILTERS) == set(DealFilter.__slots__)
    assert {str(dimension) for dimension in Dimension} - set(wording.FILTERS) == {str(Dimension.ATTRIBUTION)}
