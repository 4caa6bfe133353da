from datetime import timedelta

from sqlalchemy import select

from matchmaker.domain.fairs import Phase, Role
from matchmaker.models import FairPhase, FairStaff, MatchRun, Participation
from tests.factories import OPENING


def test_a_fairs_home_tells_who_comes_and_offers_the_way_in(client, factory, session):
    fair = factory.fair(slug="spring", name_en="Spring Fair")
    factory.participant(fair, country="JP")
    factory.participant(fair, role=Role.BUYER)
    session.commit()
    page = client.page("/fairs/spring?lang=en")
    figures = [value.get_text(" ", strip=True) for value in page.select("aside dd")]
    assert (page.h1.get_text(strip=True), figures) == ("Spring Fair", ["1", "1", "2"])
    assert page.select_one("main .btn-primary")["href"] == "/fairs/spring/register"


def test_the_list_of_fairs_marks_the_one_that_runs_and_those_that_are_over(client, factory, session):
    for slug, phase in (("spring", Phase.FOLLOW_UP), ("summer", Phase.FAIR_DAYS), ("autumn", Phase.PREFERENCES)):
        factory.fair(slug=slug, name_en=slug, phase=phase)
    session.commit()
    cards = client.page("/?lang=en").select("main li.card")
    marks = {card.h2.get_text(): [tag.get_text() for tag in card.select(".tag")] for card in cards}
    assert marks == {"spring": ["Over"], "summer": ["Now"], "autumn": []}


def test_the_overview_of_an_empty_fair_begins_with_the_import(client, factory, session):
    fair = factory.fair(slug="spring")
    factory.tables(fair)
    factory.slots(fair)
    organizer = factory.organizer(fair)
    session.commit()
    page = client.sign_in_as(organizer).page("/fairs/spring/organizer?lang=en")
    actions = [link["href"] for link in page.select("main .rows a")]
    assert actions == ["/fairs/spring/organizer/import"]


def test_the_overview_names_what_waits_in_order(client, factory, session):
    fair = factory.fair(slug="spring")
    factory.tables(fair)
    factory.slots(fair)
    organizer = factory.organizer(fair)
    seller, buyer = factory.participant(fair), factory.participant(fair, role=Role.BUYER)
    factory.meeting(seller, buyer, state="accepted")
    factory.meeting(seller, buyer, state="held")
    session.commit()
    page = client.sign_in_as(organizer).page("/fairs/spring/organizer?lang=en")
    actions = [link["href"] for link in page.select("main .rows a")]
    assert actions == [
        "/fairs/spring/organizer/matching",
        "/fairs/spring/organizer/schedule",
        "/fairs/spring/organizer/companies?missing=items",
        "/fairs/spring/organizer/outcomes",
        "/fairs/spring/organizer/report",
    ]


def matched_fair(factory, **fair):
    """A fair that is set up and matched, where nobody has asked anybody yet."""
    made = factory.fair(slug="spring", **fair)
    factory.tables(made)
    factory.slots(made)
    seller, buyer = factory.participant(made), factory.participant(made, role=Role.BUYER)
    factory.offer(seller)
    factory.need(buyer)
    run = factory.add(MatchRun(fair_id=made.id, state="done", version="1", weights={}, coverage={}, started_at=OPENING))
    factory.suggestion(seller, buyer, run_id=run.id, exhibitor_rank=1, score=0.5, label="default", contributions=[])
    return made


def tasks_on(page):
    return [link["href"].removeprefix("/fairs/spring/organizer/") for link in page.select("main .rows a")]


def test_a_matched_fair_leads_to_the_phase_in_which_companies_ask_each_other(client, factory, session):
    fair = matched_fair(factory, phase="profiles")
    organizer, fair_id = factory.organizer(fair), fair.id
    session.commit()
    page = client.sign_in_as(organizer).page("/fairs/spring/organizer?lang=en")
    assert tasks_on(page) == ["setup/phases", "setup"]
    assert "steps of the set-up are open" in page.get_text()
    session.rollback()
    factory.add(FairPhase(fair_id=fair_id, phase="preferences", starts_at=OPENING - timedelta(days=9)))
    session.commit()
    assert tasks_on(client.page("/fairs/spring/organizer?lang=en")) == ["setup"]


def test_a_fair_that_accepts_for_everyone_leads_from_its_lists_to_meetings(client, factory, session):
    organizer = factory.organizer(matched_fair(factory, phase="preferences", acceptance="automatic"))
    session.commit()
    assert tasks_on(client.sign_in_as(organizer).page("/fairs/spring/organizer?lang=en")) == ["matching"]


def test_where_nothing_waits_the_page_says_what_goes_on(client, factory, session):
    fair = matched_fair(factory, phase="preferences")
    organizer = factory.organizer(fair)
    session.commit()
    client.sign_in_as(organizer)
    calm = client.page("/fairs/spring/organizer?lang=en").select_one("main .empty p").get_text()
    assert calm == "Companies see their suggestions and ask each other for meetings."
    session.rollback()
    seller, buyer = session.scalars(select(Participation).order_by(Participation.role.desc()))
    factory.meeting(seller, buyer, state="requested")
    session.commit()
    assert "1 request waits for a company's answer." in client.page("/fairs/spring/organizer?lang=en").get_text()


def test_nothing_is_left_to_schedule_once_the_fair_is_over(client, factory, session):
    fair = factory.fair(slug="spring", phase="follow_up")
    factory.tables(fair)
    factory.slots(fair)
    organizer = factory.organizer(fair)
    factory.meeting(factory.participant(fair), factory.participant(fair, role=Role.BUYER), state="accepted")
    session.commit()
    page = client.sign_in_as(organizer).page("/fairs/spring/organizer?lang=en")
    actions = [link["href"] for link in page.select("main .rows a")]
    assert actions == ["/fairs/spring/organizer/matching"]


def test_registrations_that_wait_are_a_task_that_leads_to_them(client, factory, session):
    fair = factory.fair(slug="spring")
    organizer = factory.organizer(fair)
    factory.participation(fair, factory.company(name="Mới Đến"), status="pending")
    factory.participant(fair, name="Đã Vào")
    session.commit()
    client.sign_in_as(organizer)
    page = client.page("/fairs/spring/organizer?lang=en")
    task = next(row for row in page.select("main .rows li") if "1 registration waits for you" in row.get_text())
    found = client.page(task.a["href"])
    assert [link.get_text(strip=True) for link in found.select("main tbody th a")] == ["Mới Đến"]
    assert page.find("a", href="/fairs/spring/organizer/companies/twins")


def test_signing_in_leads_each_person_to_their_own_first_page(client, factory, session):
    fair = factory.fair(slug="spring")
    company = factory.participant(fair)
    session.commit()
    client.sign_in_as(company.account)
    assert client.page("/fairs/spring?lang=en").select_one("main .btn-primary")["href"] == "/fairs/spring/suggestions"


def test_a_company_that_sells_and_buys_switches_roles_and_stays_in_the_one_it_chose(client, factory, session):
    fair = factory.fair(slug="spring")
    seller = factory.participant(fair)
    factory.participation(fair, seller.company, role=Role.BUYER)
    session.commit()
    client.sign_in_as(seller.account)
    first = client.page("/fairs/spring/suggestions?lang=en")
    links = [link["href"] for link in first.select('.menu-box a[href*="as="]')]
    assert links == ["/fairs/spring/suggestions?as=exhibitor", "/fairs/spring/suggestions?as=buyer"]
    client.page(links[1])
    again = client.page("/fairs/spring/suggestions")
    assert again.select_one('.menu-box a[href*="as="][aria-current="page"]')["href"] == links[1]


def test_a_fair_without_tables_and_times_begins_with_its_set_up(client, factory, session):
    organizer = factory.organizer(factory.fair(slug="spring"))
    session.commit()
    page = client.sign_in_as(organizer).page("/fairs/spring/organizer?lang=en")
    actions = [link["href"] for link in page.select("main .rows a")]
    assert actions == ["/fairs/spring/organizer/setup", "/fairs/spring/organizer/import"]


def test_the_home_of_a_fair_shows_everyone_its_phases(client, factory, session):
    factory.fair(slug="spring", phase="provisional")
    session.commit()
    page = client.page("/fairs/spring?lang=en")
    current = page.select_one('ol [aria-current="step"] b').get_text(strip=True)
    assert (current, len(page.select('main ol:has([aria-current="step"]) > li'))) == ("Provisional schedule", 7)


def test_only_organizers_are_led_to_the_overview(client, factory, session):
    fair = factory.fair(slug="spring")
    reader = factory.account()
    factory.add(FairStaff(fair_id=fair.id, account_id=reader.id, role="reader"))
    session.commit()
    assert client.sign_in_as(reader).page("/fairs/spring?lang=en").select_one("main .btn-primary")["href"] != (
        "/fairs/spring/organizer"
    )
