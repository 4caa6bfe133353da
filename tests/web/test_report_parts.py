"""Parts of a report's pages are drawn once for as long as the report is kept, and never longer or for someone else."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from matchmaker import clock
from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.fairs import Phase, Role
from matchmaker.domain.money.amount import Money
from matchmaker.models import Company, FairStaff, Meeting
from matchmaker.services import fairs, kept_results
from matchmaker.services.outcomes import Said, record_outcome
from matchmaker.web.reports import parts
from tests.factories import OPENING

AFTER = OPENING + timedelta(hours=4)
REPORT = "/fairs/tea-days/organizer/report"
LISTS = ("/deals", "/meetings", "/pairs", "/companies", "/values?by=stage")


@pytest.fixture(autouse=True)
def after_the_meetings(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    kept_results.forget()
    yield
    kept_results.forget()


@pytest.fixture
def desk(session, factory, client):
    """A fair with a deal; sign in who organizes it, or who only reads its report."""
    fair = factory.fair(slug="tea-days", phase=Phase.FOLLOW_UP)
    seller, buyer = factory.participant(fair, name="Trà Xanh"), factory.participant(fair, role=Role.BUYER, country="JP")
    meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=factory.slots(fair, 1)[0].id)
    (me,) = fairs.memberships(session, fair_id=fair.id, account_id=seller.account.id)
    said = Said(outcome=Outcome.ORDER, value=Money(amount=Decimal(900), currency="USD"), horizon=Horizon.TWELVE_MONTHS)
    facts = fairs.by_slug(session, slug=fair.slug)
    record_outcome(session, fair=facts, me=me, meeting_id=meeting.id, said=said, now=AFTER)
    accounts = {role: factory.account().id for role in ("organizer", "reader")}
    for role, account_id in accounts.items():
        factory.add(FairStaff(fair_id=fair.id, account_id=account_id, role=role))
    session.commit()
    return lambda role: client.sign_in_as(accounts[role])


@pytest.fixture
def drawn(monkeypatch):
    """The templates that parts were drawn from."""
    names, draw = [], parts.drawn
    for module in ("page", "values"):
        monkeypatch.setattr(
            f"matchmaker.web.reports.{module}.drawn", lambda name, **given: (names.append(name), draw(name, **given))[1]
        )
    return names


def said_on(page):
    return " ".join(page.find("main").get_text(" ").split())


def test_a_part_is_drawn_once_in_each_language(desk, drawn):
    organizer = desk("organizer")
    first = organizer.page(f"{REPORT}?lang=en")
    again = organizer.page(f"{REPORT}?lang=en")
    in_vietnamese = organizer.page(f"{REPORT}?lang=vi")

    assert len(drawn) == 2 * len(set(drawn)) > 0
    assert first.find("main") == again.find("main")
    assert "Deals by day" in said_on(again)
    assert "Deals by day" not in said_on(in_vietnamese)


def test_what_changes_is_drawn_anew(desk, session, drawn):
    organizer = desk("organizer")
    before = {end: said_on(organizer.page(f"{REPORT}{end}")) for end in ("", *LISTS)}

    session.execute(update(Company).where(Company.name == "Trà Xanh").values(name="Trà Sen"))
    key = session.scalars(select(Meeting.id)).one()
    session.execute(update(Meeting).where(Meeting.id == key).values(state="no_show"))
    session.commit()

    after = {end: said_on(organizer.page(f"{REPORT}{end}")) for end in ("", *LISTS)}
    assert {end for end in before if "Trà Xanh" in before[end]} == {"", "/deals", "/meetings", "/pairs", "/companies"}
    assert not [end for end, text in after.items() if "Trà Xanh" in text]
    assert "Trà Sen" in after[""]
    assert not [end for end, text in after.items() if text == before[end]]
    assert drawn.count("reports/value_table.html") == 2


@pytest.mark.parametrize("order", [("organizer", "reader"), ("reader", "organizer")])
def test_nobody_is_shown_what_was_drawn_for_the_other_role(desk, order):
    pages = {role: {end: desk(role).page(f"{REPORT}{end}") for end in ("", *LISTS)} for role in order}

    def leads(role, end):
        return [tag["href"] for tag in pages[role][end].find("main").select("a[href*='/organizer/companies/']")]

    for end in ("", "/deals", "/meetings", "/pairs", "/companies"):
        assert len(leads("organizer", end)) == 2, end
        assert leads("reader", end) == [], end
    imports = {role: pages[role][""].find("a", href="/fairs/tea-days/organizer/contracts") for role in order}
    assert imports["organizer"] is not None
    assert imports["reader"] is None


def test_pages_of_a_list_are_kept_by_their_query_and_no_more_than_the_last_ones(app):
    kept, made = {}, []
    results = SimpleNamespace(once=lambda name, make: kept.setdefault(name, make()))

    def opened(number, lang="en"):
        with app.test_request_context(f"/?page={number}", headers={"Accept-Language": lang}):
            return parts.page_of_list(results, "pairs", lambda: made.append((number, lang)) or f"page {number} {lang}")

    last = parts.PAGES_KEPT + 1
    assert [opened(number) for number in range(last)] == [f"page {number} en" for number in range(last)]
    assert opened(last - 1) == f"page {last - 1} en"
    assert opened(1, "vi") == "page 1 vi"
    assert opened(0) == "page 0 en"
    assert made == [*((number, "en") for number in range(last)), (1, "vi"), (0, "en")]
