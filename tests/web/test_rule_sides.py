"""Rules and groups at a fair of many companies: nothing is listed whole, everything is found by name."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models import CompanyGroup, CompanyGroupMember, MeetingRule
from matchmaker.services.paging import PAGE_ROWS
from tests.factories import OPENING
from tests.query_count import count_queries

ROOT = "/fairs/spring/organizer/setup"
MOST_QUERIES, MOST_BYTES = 12, 60_000


@pytest.fixture(autouse=True)
def before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: OPENING - timedelta(days=5))


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring")


@pytest.fixture
def desk(client, session, factory, fair):
    organizer = factory.organizer(fair).id
    session.commit()
    return client.sign_in_as(organizer)


def company(factory, fair, name):
    return factory.participant(fair, name=name, signs_in=False).company_id


def group(factory, fair, name, companies=()):
    made = factory.add(CompanyGroup(fair_id=fair.id, name=name))
    for company_id in companies:
        factory.add(CompanyGroupMember(group_id=made.id, company_id=company_id))
    return made.id


def offered(page):
    """What can be chosen, with its kind."""
    return [(line.a.get_text(), line.select_one(".tag").get_text()) for line in page.select("[data-region=found] li")]


def follow(client, page, name):
    return client.page(next(link["href"] for link in page.select("[data-region=found] a") if link.get_text() == name))


class TestNewRule:
    def test_groups_are_offered_first_and_the_rest_is_found_by_letters_of_a_name(self, desk, factory, session, fair):
        company(factory, fair, "Nhat Minh")
        company(factory, fair, "Other")
        company(factory, factory.fair(slug="other"), "Nhat Quang")
        group(factory, fair, "Delegation")
        session.commit()
        assert offered(desk.page(f"{ROOT}/rules/new?lang=en")) == [("Delegation", "Group")]
        found = [("Japan", "Country"), ("United Arab Emirates", "Country"), ("Nhat Minh", "Company")]
        assert offered(desk.page(f"{ROOT}/rules/new?lang=en&q=Nhật")) == found
        nothing = desk.page(f"{ROOT}/rules/new?lang=en&q=zzz")
        assert "Nothing has these letters" in nothing.get_text()

    def test_one_side_is_chosen_after_the_other_without_script(self, desk, factory, session, fair):
        company(factory, fair, "Minh")
        session.commit()
        page = follow(desk, desk.page(f"{ROOT}/rules/new?lang=en&q=minh"), "Minh")
        assert page.select_one("label[for=other]").get_text() == "Never meets whom?"
        page = follow(
            desk, desk.page(f"{page.find('form', role='search')['action']}?{query(page)}&q=korea"), "South Korea"
        )
        form = page.select_one("main form[method=post]")
        assert [f["name"] for f in form.find_all("input")] == ["csrf_token", "one", "other", "reason"]
        values = {f["name"]: f.get("value", "") for f in form.find_all("input")}
        assert desk.post(form["action"], data={**values, "reason": "Dispute"}).status_code == 302
        session.rollback()
        assert session.execute(select(MeetingRule.one_kind, MeetingRule.other_value, MeetingRule.reason)).all() == [
            ("company", "KR", "Dispute")
        ]

    def test_a_chosen_side_can_be_changed_and_the_other_stays(self, desk):
        page = desk.page(f"{ROOT}/rules/new?lang=en&one=country+VN&other=country+JP")
        first = page.select_one("main li a.btn")
        assert first.get_text(" ", strip=True) == "Change Vietnam"
        assert parse_qs(urlsplit(first["href"]).query) == {"other": ["country JP"]}
        assert desk.page(first["href"]).select_one("label[for=one]").get_text() == "Who?"

    def test_what_was_typed_stays_when_a_rule_is_refused(self, desk, session):
        sides = {"one": "country VN", "other": "country JP"}
        address = f"{ROOT}/rules/new?lang=en&one=country+VN&other=country+JP"
        assert desk.submit(address, **sides).status_code == 302
        answer = desk.submit(address, **sides, reason="Once more")
        page = desk.tree(answer)
        assert answer.status_code == 422
        assert page.select_one("#other-error").get_text(strip=True) == "Error:This rule is there already."
        assert page.find("input", {"name": "reason"})["value"] == "Once more"

    def test_a_few_of_many_companies_are_offered_and_it_says_that_there_are_more(
        self, app, desk, factory, session, fair
    ):
        for number in range(30):
            company(factory, fair, f"Minh {number:02d}")
        session.commit()
        with app.app_context(), count_queries(db.engine) as asked:
            page = desk.page(f"{ROOT}/rules/new?lang=en&q=minh")
        assert offered(page) == [(f"Minh {number:02d}", "Company") for number in range(12)]
        assert "There are more. Enter more of the name." in page.get_text()
        assert len(asked) <= MOST_QUERIES

    def test_percent_and_underscore_are_letters_like_others(self, desk, factory, session, fair):
        company(factory, fair, "Minh")
        session.commit()
        assert [offered(desk.page(f"{ROOT}/rules/new?q={typed}")) for typed in ("%25", "M_nh")] == [[], []]


def query(page):
    """What the search keeps of the page before it, as its form sends it."""
    hidden = page.find("form", role="search").find_all("input", type="hidden")
    return "&".join(f"{field['name']}={field['value'].replace(' ', '+')}" for field in hidden)


def test_long_lists_come_page_by_page_with_few_statements(app, desk, factory, session, fair):
    companies = [company(factory, fair, f"Company {number:03d}") for number in range(PAGE_ROWS + 1)]
    delegation = group(factory, fair, "A first", companies)
    for number in range(PAGE_ROWS):
        group(factory, fair, f"Group {number:03d}")
    for key in companies:
        rule = {"one_kind": "company", "one_value": str(key), "other_kind": "country", "other_value": "JP"}
        factory.add(MeetingRule(fair_id=fair.id, created_at=OPENING, **rule))
    session.commit()
    found = {}
    for path in ("/rules", "/groups", f"/groups/{delegation}"):
        with app.app_context(), count_queries(db.engine) as asked:
            page = desk.page(f"{ROOT}{path}?lang=en")
        assert len(asked) <= MOST_QUERIES
        assert len(str(page)) < MOST_BYTES
        rows = "main .rows > li, main .choice label"
        last = desk.page(f"{ROOT}{path}?lang=en&page=9")
        found[path] = (len(page.select(rows)), len(last.select(rows)), last.select_one(".pager .num").get_text())
    assert set(found.values()) == {(PAGE_ROWS, 1, "Page 2 of 2, 51 in all")}


class TestGroup:
    def test_others_are_found_by_name_added_and_taken_out(self, desk, factory, session, fair):
        one, other = company(factory, fair, "Minh An"), company(factory, fair, "Minh Hai")
        key = group(factory, fair, "Delegation", [other])
        session.commit()
        page = desk.page(f"{ROOT}/groups/{key}?lang=en&q=minh")
        boxes = {box["name"]: box["value"] for box in page.select("main input[type=checkbox]")}
        assert boxes == {"companies": str(one), "leaving": str(other)}
        assert desk.submit(f"{ROOT}/groups/{key}?q=minh", companies=[str(one)]).status_code == 302
        assert desk.submit(f"{ROOT}/groups/{key}", leaving=[str(other)]).status_code == 302
        session.rollback()
        assert session.scalars(select(CompanyGroupMember.company_id)).all() == [one]

    def test_a_company_that_is_in_it_already_is_not_added_twice(self, desk, factory, session, fair):
        key = group(factory, fair, "Delegation", [one := company(factory, fair, "Minh An")])
        session.commit()
        assert desk.post_token(f"{ROOT}/groups/{key}/add", companies=[str(one)]).status_code == 302
        session.rollback()
        assert session.scalars(select(CompanyGroupMember.company_id)).all() == [one]

    def test_choosing_none_or_nonsense_says_so_and_what_was_searched_for_stays(self, desk, factory, session, fair):
        company(factory, fair, "Minh An")
        key = group(factory, fair, "Delegation")
        session.commit()
        for companies in ({}, {"companies": "nonsense"}):
            answer = desk.post_token(f"{ROOT}/groups/{key}/add?lang=en&q=minh", **companies)
            page = desk.tree(answer)
            assert (answer.status_code, bool(page.select_one("#companies-error"))) == (422, True)
            assert page.find("input", id="q")["value"] == "minh"
        assert desk.post_token(f"{ROOT}/groups/{key}/take-out").status_code == 422

    def test_taking_out_comes_back_to_the_page_and_the_search_it_was_done_on(self, desk, factory, session, fair):
        companies = [company(factory, fair, f"Minh {number:03d}") for number in range(PAGE_ROWS + 2)]
        key = group(factory, fair, "Delegation", companies)
        session.commit()
        answer = desk.submit(f"{ROOT}/groups/{key}?q=minh&page=2", leaving=[str(companies[-1])])
        assert answer.location == f"{ROOT}/groups/{key}?q=minh&page=2"

    def test_pages_turn_after_a_form_was_refused_too(self, desk, factory, session, fair):
        companies = [company(factory, fair, f"Minh {number:03d}") for number in range(PAGE_ROWS + 1)]
        key = group(factory, fair, "Delegation", companies)
        for number in range(PAGE_ROWS):
            group(factory, fair, f"Group {number:03d}")
        rule = {"one_kind": "group", "one_value": str(key), "other_kind": "country", "other_value": "JP"}
        factory.add(MeetingRule(fair_id=fair.id, created_at=OPENING, **rule))
        session.commit()
        for path, pages in {
            f"/groups/{key}/add?q=minh": f"/groups/{key}?q=minh&page=2",
            f"/groups/{key}/take-out": f"/groups/{key}?page=2",
            f"/groups/{key}/drop": "/groups?page=2",
        }.items():
            answer = desk.post_token(f"{ROOT}{path}")
            turned = desk.tree(answer).select_one(".pager a[rel=next]")["href"]
            assert (answer.status_code, turned) == (422, f"{ROOT}{pages}")

    def test_two_groups_have_two_names_and_another_fairs_group_is_not_there(self, desk, factory, session, fair):
        group(factory, fair, "Delegation")
        foreign = group(factory, factory.fair(slug="other"), "Elsewhere")
        session.commit()
        answer = desk.submit(f"{ROOT}/groups?lang=en", name="Delegation ")
        assert (answer.status_code, "There is a group of this name" in answer.text) == (422, True)
        assert [
            desk.get(f"{ROOT}/groups/{foreign}").status_code,
            desk.post_token(f"{ROOT}/groups/{foreign}/add", companies=[str(foreign)]).status_code,
        ] == [404, 404]
