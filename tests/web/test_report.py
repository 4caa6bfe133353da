import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest

from matchmaker import clock
from matchmaker.domain.deals.ledger import Dimension
from matchmaker.domain.deals.reports import Horizon, YearAmount
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.fairs import Phase, Role
from matchmaker.domain.money.amount import Money
from matchmaker.domain.reporting.fair_report import Version
from matchmaker.domain.reporting.funnel import Step
from matchmaker.domain.reporting.rows import MeetingFate
from matchmaker.models import FairStaff
from matchmaker.services import fairs
from matchmaker.services.outcomes import Said, record_outcome
from matchmaker.services.report_deals import DealFilter
from matchmaker.web.reports import wording
from tests.factories import OPENING
from tests.query_count import count_queries
from tests.report_walk import Walk, bare_figures, check_figures

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

    def deal(outcome, *values, country="JP", name="Trà Xanh", horizon=Horizon.TWELVE_MONTHS, years=()):
        seller = factory.participant(fair, name=name)
        factory.offer(seller, category_code="food")
        buyer = factory.participant(fair, role=Role.BUYER, country=country)
        meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=next(slots).id)
        for side, value in zip((seller, buyer), values, strict=False):
            (me,) = fairs.memberships(session, fair_id=fair.id, account_id=side.account.id)
            said = Said(
                outcome=outcome,
                value=Money(amount=Decimal(value), currency="USD"),
                horizon=horizon,
                years=years,
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


def test_rows_are_filtered_by_their_address_and_a_filter_can_be_taken_away(busy):
    page = busy.page(f"{REPORT}/deals?stage=mou&evidence=one_sided&day=2026-11-18")

    assert "1 deal, worth USD 40,000.00." in text_of(page)
    assert page.find("a", href="/fairs/tea-days/organizer/report/deals?evidence=one_sided&day=2026-11-18") is not None


@pytest.mark.parametrize(
    "query",
    [
        *("deals?stage=nonsense", "deals?day=yesterday", "deals?sector=x&country=QQ", "deals?flag=none"),
        *("deals?page=99", "deals?among=none&help=none&amount=none", "deals?stage=mou,,", "values?by=none"),
        *("pairs?of=none", "meetings?of=none"),
    ],
)
def test_an_address_nobody_made_answers_a_page(busy, query):
    assert busy.get(f"{REPORT}/{query}").status_code == 200


def test_a_value_without_a_held_meeting_is_listed_but_adds_nothing(busy, deal, session):
    missed = deal(Outcome.MOU, 70_000)
    missed.state, missed.no_show_side = "no_show", "buyer"
    session.commit()

    page = busy.page(f"{REPORT}/deals?flag=value_without_meeting")

    assert "1 deal, worth USD 0.00." in text_of(page)
    assert len(page.select("table.data tbody tr")) == 1
    assert "3 deals, together USD 1,991,500.55." in text_of(busy.page(f"{REPORT}/deals"))


def test_every_linked_figure_of_the_page_is_the_sum_or_number_of_its_rows(busy):
    walk = Walk(lambda address: busy.get(address).get_data(as_text=True))
    whole = Money(amount=Decimal("1991500.55"), currency="USD")
    page = walk.page(REPORT)

    assert bare_figures(page) == []
    assert check_figures(walk, page, whole=whole) > 30


def test_deals_over_several_years_are_shown_by_year_and_make_the_whole_of_their_horizon(busy, deal, session):
    years = ((2026, "400"), (2027, "600"))
    spread = tuple(YearAmount(year=year, amount=Decimal(amount)) for year, amount in years)
    deal(Outcome.AGREEMENT, 1000, horizon=Horizon.MULTI_YEAR, years=spread)
    session.commit()
    walk = Walk(lambda address: busy.get(address).get_data(as_text=True))
    page, table = walk.page(REPORT), walk.page(f"{REPORT}/values?by=year")

    shown = page.select_one("section[aria-labelledby=r-years]")
    assert [row.get_text(" ", strip=True) for row in shown.select("tbody tr")] == [
        "2026 USD 400.00 1",
        "2027 USD 600.00 1",
    ]
    assert check_figures(walk, table, whole=None) == 6
    assert [row.select("td")[-1].get_text() for row in table.select("table.data tbody tr")][-1] == "USD 1,000.00"
    summary = [row for row in rows_of(busy.get(f"{REPORT}-summary.csv")) if row[0].startswith("Deals over several")]
    assert [(row[1], row[3]) for row in summary] == [("2026", "400.00"), ("2027", "600.00")]


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
    in_vietnamese = busy.get(f"{REPORT}.csv?lang=vi")
    assert "Nhật Bản" in in_vietnamese.get_data(as_text=True)
    header = rows_of(in_vietnamese)[0]
    assert header[1:5] == ["Bên bán", "Nước của bên bán", "Bên mua", "Nước của bên mua"]


def test_the_two_sides_of_a_deal_are_headed_as_a_pair_in_vietnamese(busy):
    heads = [cell.get_text(strip=True) for cell in busy.page(f"{REPORT}/deals?lang=vi").select("thead th")]

    assert heads[:2] == ["Bên bán", "Bên mua"]


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

    for end in ("", ".csv", "-summary.csv", "/deals", "/meetings", "/pairs", "/values"):
        assert client.get(f"{REPORT}{end}").status_code == 404


def test_another_fairs_report_has_none_of_these_deals(busy, factory, session, officer):
    other = factory.fair(slug="elsewhere")
    factory.add(FairStaff(fair_id=other.id, account_id=officer.id, role="organizer"))
    session.commit()

    header, *rows = rows_of(busy.get("/fairs/elsewhere/organizer/report.csv"))
    assert (header[0], rows) == ("Deal", [])


@pytest.mark.parametrize("end", ["", "/deals", "/meetings", "/pairs?of=deals", "/values?by=help", ".csv"])
def test_its_queries_do_not_grow_with_the_deals(busy, deal, session, end):
    def count():
        with count_queries(session.get_bind()) as sent:
            busy.get(f"{REPORT}{end}")
        return len(sent)

    before = count()
    deal(Outcome.ORDER, 900, 950)
    session.commit()

    assert count() == before <= 12


def test_every_code_has_words():
    assert set(wording.VERSIONS) == set(Version)
    assert set(wording.STEPS) == set(Step)
    assert set(wording.FATES) == set(MeetingFate)
    assert set(wording.FILTERS) == set(DealFilter.__slots__)
    assert {str(dimension) for dimension in Dimension} <= set(wording.FILTERS)
