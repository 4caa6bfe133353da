"""The pages on which an organizer looks at companies that may be one."""

import uuid

import pytest
from sqlalchemy import select

from matchmaker.domain.fairs import Role
from matchmaker.extensions import db
from matchmaker.models import Company, FairStaff
from matchmaker.services import lookalikes
from tests.query_count import count_queries

TWINS = "/fairs/expo/organizer/companies/twins"
MERGE = "/fairs/expo/organizer/companies/merge"


@pytest.fixture
def fair(factory):
    return factory.fair(slug="expo")


@pytest.fixture
def pair(factory, fair):
    return factory.participant(fair, name="Gốm Mai", name_key="gom mai"), factory.participant(
        fair, name="Gom Mai Co., Ltd <b>", name_key="gom mai"
    )


@pytest.fixture
def officer(client, factory, fair, session):
    def officer():
        account = factory.organizer(fair)
        session.commit()
        return client.sign_in_as(account)

    return officer


def text_of(page):
    return " ".join(page.main.get_text(" ").split())


def names(session):
    session.rollback()
    return sorted(session.scalars(select(Company.name)))


def test_two_entries_are_shown_looked_at_and_merged(client, session, factory, fair, officer):
    factory.participant(fair, name="Gốm Mai", name_key="gom mai")
    factory.participant(fair, name="Công ty TNHH Gốm Mai", name_key="gom mai")
    client = officer()
    page = client.page(TWINS)
    assert "Same name in another spelling" in text_of(page)
    keep = next(link for link in page.main.find_all("a") if link.get("aria-label") == "Keep this one: Gốm Mai")
    preview = client.page(keep["href"])
    assert preview.h1.get_text() == "Merge into Gốm Mai"
    assert names(session) == ["Công ty TNHH Gốm Mai", "Gốm Mai"]
    assert client.submit(keep["href"], action="/merge").location == TWINS
    assert names(session) == ["Gốm Mai"]
    assert "No company seems to be entered twice" in text_of(client.page(TWINS))


NONE = "No company seems to be entered twice"


def test_a_company_written_since_the_last_look_is_compared(session, factory, fair, officer):
    one, other = factory.participant(fair, name="Gốm Mai"), factory.participant(fair, name="Kaze Foods")
    client = officer()
    assert NONE in text_of(client.page(TWINS))
    session.rollback()
    one.company.tax_code = "0101234567"
    other.company.tax_code = "0101234567-001"
    session.commit()
    assert "Branch of the same tax code" in text_of(client.page(TWINS))
    session.rollback()
    other.company.tax_code = None
    session.commit()
    assert NONE in text_of(client.page(TWINS))


def test_a_person_written_since_the_last_look_is_compared(session, factory, fair, officer):
    one, other = factory.participant(fair, name="Gốm Mai"), factory.participant(fair, name="Kaze Foods")
    client = officer()
    assert NONE in text_of(client.page(TWINS))
    session.rollback()
    other.representative.email = one.representative.email = "mai@gom.test"
    session.commit()
    assert "Same e-mail address" in text_of(client.page(TWINS))


def test_a_fair_that_came_into_reach_since_the_last_look_is_compared(session, factory, fair):
    factory.participant(fair, name="Gốm Mai", name_key="gom mai")
    elsewhere = factory.fair()
    factory.participant(elsewhere, name="Công ty TNHH Gốm Mai", name_key="gom mai")
    account = factory.organizer(fair)
    look = {"fair_id": fair.id, "by": account.id}
    assert lookalikes.twins_of(session, **look) == []
    factory.add(FairStaff(fair_id=elsewhere.id, account_id=account.id, role="organizer"))
    [pair] = lookalikes.twins_of(session, **look)
    assert {pair.one.name, pair.other.name} == {"Gốm Mai", "Công ty TNHH Gốm Mai"}


def test_they_are_two_companies_is_remembered_and_can_be_undone(officer, pair):
    pair[1].company.name = "Gom Mai"
    client = officer()
    client.submit(TWINS, action="/apart")
    page = client.page(TWINS)
    assert "Kept apart" in text_of(page)
    client.post_token(page.find("form", action=lambda value: value and "undo=1" in value)["action"])
    assert "Same name" in text_of(client.page(TWINS))


def test_what_forbids_a_merge_is_said_and_nothing_changes(session, officer, factory, fair, pair):
    pair[1].role = Role.BUYER
    factory.meeting(*pair)
    address = f"{MERGE}?kept={pair[0].company_id}&gone={pair[1].company_id}"
    fields = {"kept": str(pair[0].company_id), "gone": str(pair[1].company_id)}
    client = officer()
    page = client.page(address)
    assert "They have asked or met each other" in text_of(page)
    assert page.main.find("form", method="post") is None
    before = names(session)
    assert client.post_token(MERGE, **fields).status_code == 409
    assert names(session) == before


def test_others_companies_and_made_up_keys_are_not_found(client, session, factory, fair, officer, pair):
    stranger = factory.participant(factory.fair(slug="other")).company_id
    own = pair[0].company_id
    client = officer()
    for one, other in ((own, stranger), (stranger, own), (own, own), (own, uuid.uuid4()), (own, "x"), (own, "")):
        assert client.get(f"{MERGE}?kept={one}&gone={other}").status_code == 404
        assert client.post_token(MERGE, kept=str(one), gone=str(other)).status_code == 404
    assert client.post_token(f"{TWINS}/{own}/{stranger}/apart").status_code == 404


def test_the_page_asks_few_questions_however_many_companies(app, factory, fair, officer):
    for number in range(40):
        factory.participant(fair, name=f"Gốm Mai {number % 20}", name_key="x", signs_in=False)
    client = officer()
    with app.app_context():
        engine = db.engine
    with count_queries(engine) as statements:
        client.page(TWINS)
    assert len(statements) <= 12
