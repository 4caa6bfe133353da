import logging
import re

import pytest
from bs4 import BeautifulSoup

from matchmaker import clock
from matchmaker.domain.fairs import Phase, Role
from matchmaker.extensions import db
from matchmaker.models import Fair, FairCategory, ViewCount
from matchmaker.services import view_budget
from matchmaker.web import view_budget as spending
from tests.query_count import count_queries

HERE = "/fairs/expo/directory"
MOST_QUERIES = 12


@pytest.fixture
def fair(factory):
    return factory.fair(slug="expo")


@pytest.fixture
def buyer(factory, fair):
    return factory.participant(fair, role=Role.BUYER, name="Nordhavn Import")


@pytest.fixture
def company(factory, fair):
    def company(name, *offers, **values):
        participation = factory.participant(fair, name=name, **values)
        for offer in offers:
            factory.offer(participation, offer)
        return participation

    return company


@pytest.fixture
def reader(client, buyer, session):
    """Sign the buyer in once the test has its rows."""

    def reader():
        account = buyer.account
        session.commit()
        return client.sign_in_as(account)

    return reader


@pytest.fixture(autouse=True)
def nothing_spent():
    spending._days.clear()


def text_of(page):
    return " ".join(page.main.get_text(" ").split())


def shown(page):
    return [link.get_text() for link in page.select("ol.sug-list h2 a")]


def test_each_company_leads_to_its_page_and_can_be_invited(company, reader):
    mai = company("Gốm Mai", "Ceramic cups").id
    client = reader()
    page = client.page(f"{HERE}?lang=en")
    card = page.select_one("ol.sug-list > li")
    assert card.select_one("h2 a")["href"] == f"/fairs/expo/companies/{mai}"
    assert "Ceramic cups" in card.get_text()
    answer = client.submit(f"{HERE}?lang=en", action=f"/requests/{mai}")
    assert answer.status_code == 302
    card = client.page(f"{HERE}?lang=en").select_one("ol.sug-list > li")
    assert "Invited" in card.get_text()
    assert card.select_one("form")["action"].endswith("/withdraw")


def test_two_readers_see_how_each_of_them_stands_to_the_same_company(app, company, reader, factory, fair, session):
    mai, other = company("Gốm Mai").id, factory.participant(fair, role=Role.BUYER).account.id
    first = reader()
    first.submit(f"{HERE}?lang=en", action=f"/requests/{mai}")
    second = app.test_client()
    second.sign_in_as(other)
    pages = [one.page(f"{HERE}?lang=en") for one in (first, second)]
    addresses = [page.select_one("ol.sug-list form")["action"].rsplit("/", 1)[-1] for page in pages]
    assert addresses == ["withdraw", str(mai)]
    tokens = [page.select_one("ol.sug-list form input[name=csrf_token]")["value"] for page in pages]
    assert tokens[0] != tokens[1]
    assert second.submit(f"{HERE}?lang=en", action=f"/requests/{mai}").status_code == 302


def test_a_card_shows_first_what_was_searched_for(company, reader):
    company("Gỗ Mai", "Bàn ghế", "Tủ bếp", "Sàn tre", "Gỗ tràm xẻ")
    page = reader().page(f"{HERE}?lang=en&q=go+tra")
    assert [item.get_text() for item in page.select("ol.sug-list ul li")] == [
        "Gỗ tràm xẻ",
        "Bàn ghế",
        "Tủ bếp",
        "and 1 more",
    ]


def test_the_search_is_kept_in_the_address_with_the_filters(company, reader):
    company("Gốm Mai", "Cups", country="VN")
    company("Kaze", "Cups", country="JP")
    page = reader().page(f"{HERE}?lang=en&q=cups&country=JP")
    assert shown(page) == ["Kaze"]
    chips = {" ".join(chip.get_text(" ").split()): chip for chip in page.select("a.chip")}
    assert chips["Japan 1"]["href"] == f"{HERE}?lang=en&q=cups"
    assert chips["Japan 1"]["aria-current"] == "true"
    assert chips["Vietnam 1"]["href"] == f"{HERE}?lang=en&q=cups&country=VN"
    assert page.select_one("form[role=search] input[name=country]")["value"] == "JP"
    assert page.select_one("form[role=search] input[name=q]")["value"] == "cups"


def test_the_sectors_to_filter_by_are_those_of_the_fairs_own_tree(factory, session, fair, company, reader):
    factory.category("food", name_en="Food")
    factory.category("crafts", name_en="Crafts")
    factory.category("lacquer", fair_id=fair.id, parent_code="crafts", name_en="Lacquerware", name_vi="Sơn mài")
    factory.category("rattan", fair_id=fair.id, parent_code="crafts", name_en="Rattan", name_vi="Mây tre")
    for name, code in (("Sơn Hà", "lacquer"), ("Mây Việt", "rattan"), ("Trà Xanh", "food")):
        factory.offer(company(name, signs_in=False), "Things", category_code=code)
    client = reader()

    def sectors():
        page = client.page(f"{HERE}?lang=en")
        return {" ".join(chip.get_text(" ").split()): chip["href"] for chip in page.select("a.chip[href*='sector=']")}

    assert set(sectors()) == {"Crafts 2", "Food 1"}
    session.rollback()
    session.add_all(
        FairCategory(fair_id=fair.id, category_code=code, is_whole=False) for code in ("crafts", "lacquer", "rattan")
    )
    session.commit()
    assert set(sectors()) == {"Lacquerware 1", "Rattan 1"}
    assert shown(client.page(sectors()["Rattan 1"])) == ["Mây Việt"]
    assert shown(client.page(f"{HERE}?lang=en&q=lacquerware")) == ["Sơn Hà"]


def test_a_verified_company_is_marked(company, reader):
    seen = company("Gốm Mai").company
    company("Kaze")
    seen.verified_at, seen.verified_as = clock.now(), f"{seen.name_key}|"
    cards = {
        card.h2.get_text(): "Verified" in card.get_text()
        for card in reader().page(f"{HERE}?lang=en").select("ol.sug-list > li")
    }
    assert cards == {"Gốm Mai": True, "Kaze": False}


def test_a_word_nobody_says_offers_the_nearest(company, reader):
    company("Gốm Mai", "Ceramic cups")
    page = reader().page(f"{HERE}?lang=en&q=cermaic")
    link = page.select_one("main a.chip")
    assert (link.get_text(), link["href"]) == ("ceramic", f"{HERE}?lang=en&q=ceramic")


@pytest.mark.parametrize(
    ("address", "words"),
    [(HERE, "Nobody to meet yet"), (f"{HERE}?q=zz", "No company fits"), (f"{HERE}?country=JP", "No company fits")],
)
def test_an_empty_directory_says_why(reader, address, words):
    assert words in text_of(reader().page(f"{address}{'&' if '?' in address else '?'}lang=en"))


def test_pages_follow_each_other(company, reader):
    for number in range(25):
        company(f"Company {number:02d}", signs_in=False)
    client = reader()
    first = client.page(f"{HERE}?lang=en")
    assert first.select_one("a[rel=prev]") is None
    second = client.page(first.select_one("a[rel=next]")["href"])
    assert shown(first) + shown(second) == [f"Company {number:02d}" for number in range(25)]
    assert second.select_one("a[rel=next]") is None
    assert shown(client.page(second.select_one("a[rel=prev]")["href"])) == shown(first)


@pytest.mark.parametrize("hostile", ["%00", "%", '"', "'--", "*", "<script>", "a" * 5000, "\u202e"])
def test_what_is_typed_is_shown_back_and_nothing_else(company, reader, hostile):
    company("Gốm Mai")
    answer = reader().get(HERE, query_string={"q": hostile, "country": hostile, "after": hostile})
    assert answer.status_code == 200


def test_a_full_page_takes_a_fixed_number_of_statements(app, company, reader):
    for number in range(40):
        company(f"Company {number:02d}", "Cups", signs_in=False, languages=["vi", "en"], stage="retail")
    client = reader()
    client.page(HERE)
    with app.app_context():
        engine = db.engine
    with count_queries(engine) as sent:
        client.page(f"{HERE}?q=cups&country=VN&tongue=en")
    assert len(sent) <= MOST_QUERIES


def test_a_reader_crawling_everything_finds_no_contact(company, buyer, reader):
    secrets = []
    for number in range(25):
        other = company(f"Company {number:02d}", "Cups")
        secrets += [other.representative.email, other.account.email, other.representative.name]
    client = reader()
    seen, todo = "", [HERE]
    done = set()
    while todo:
        address = todo.pop()
        done.add(address)
        answer = client.get(address)
        seen += answer.get_data(as_text=True)
        links = re.findall(r'href="(/fairs/expo/(?:directory|companies)[^"]*)"', answer.get_data(as_text=True))
        todo += [link.replace("&amp;", "&") for link in links if link.replace("&amp;", "&") not in {*done, *todo}]
        assert answer.status_code == 200
    assert len(done) > 25
    assert [word for word in secrets if word in seen] == []


def test_a_fair_that_is_over_takes_no_requests(session, fair, company, reader):
    company("Gốm Mai")
    session.get(Fair, fair.id).phase = Phase.FOLLOW_UP
    page = reader().page(f"{HERE}?lang=en")
    assert "The fair is over" in text_of(page)
    assert page.select("ol.sug-list form") == []


def test_a_phase_without_requests_offers_none(session, fair, company, reader):
    company("Gốm Mai")
    session.get(Fair, fair.id).phase = Phase.SCHEDULING
    page = reader().page(f"{HERE}?lang=en")
    assert "can't be asked for in this phase" in text_of(page)
    assert page.select("ol.sug-list form") == []


@pytest.mark.parametrize("stranger", ["nobody", "another fair", "waiting"])
def test_only_those_who_take_part_see_it(client, factory, session, fair, stranger):
    if stranger == "nobody":
        session.commit()
        assert client.get(HERE).status_code == 302
        return
    other = factory.participant(fair if stranger == "waiting" else factory.fair(), role=Role.BUYER)
    if stranger == "waiting":
        other.status = "pending"
    account = other.account
    session.commit()
    client.sign_in_as(account)
    assert client.get(HERE).status_code == (403 if stranger == "waiting" else 404)


def test_who_opens_everything_is_stopped_for_the_day_and_noted(company, buyer, reader, monkeypatch, caplog):
    company("Gốm Mai")
    monkeypatch.setattr(view_budget, "PAGES_A_DAY", 20)
    monkeypatch.setattr(view_budget, "ALARM_AT", 10)
    account = buyer.account.id
    client = reader()
    logging.getLogger("matchmaker").propagate = True
    with caplog.at_level(logging.WARNING, logger="matchmaker.limits"):
        answers = [client.get(f"{HERE}?lang=en") for _ in range(22)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 2
    assert "Enough for today" in answers[-1].text
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 86_400
    assert [record.account for record in caplog.records] == [str(account)]
    with client.application.app_context():
        assert db.session.get(ViewCount, account).pages == 16


def test_a_new_day_begins_with_a_full_budget(session, company, buyer, reader, monkeypatch):
    company("Gốm Mai")
    session.add(ViewCount(account_id=buyer.account.id, day=clock.now().date().replace(year=2020), pages=9_999))
    assert reader().get(HERE).status_code == 200


def test_who_waits_to_be_let_in_reads_why_and_goes_on_with_the_profile(client, factory, session, fair):
    waiting = factory.participant(fair, name="Mới Đến")
    waiting.status = "pending"
    account = waiting.account.id
    session.commit()
    answer = client.sign_in_as(account).get(f"{HERE}?lang=en")
    page = BeautifulSoup(answer.data, "html.parser")
    assert answer.status_code == 403
    assert "The organizer looks at your company before others see it." in page.main.get_text()
    assert [link["href"] for link in page.select("main a.btn")] == ["/fairs/expo/profile/items"]


@pytest.mark.parametrize(
    ("phase", "fourth", "in_menu"), [("profiles", "directory", "results"), ("follow_up", "results", "directory")]
)
def test_a_phone_has_five_places_to_go_and_the_menu_has_the_sixth(session, fair, reader, phase, fourth, in_menu):
    fair.phase = phase
    page = reader().page("/fairs/expo/suggestions")
    places = [link["href"].rpartition("/")[2] for link in page.select(".tabs-bottom a")]
    assert places == ["suggestions", "requests", "agenda", fourth, "items"]
    assert f"/fairs/expo/{in_menu}" in [link["href"] for link in page.select(".menu-box a")]
