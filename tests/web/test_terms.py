"""The pages on which a company is verified and its terms are set, and where others see the mark."""

import pytest
from sqlalchemy import select

from matchmaker.domain.fairs import Role
from matchmaker.models import Certificate, Company, MatchRun, Participation
from tests.factories import OPENING

COMPANIES = "/fairs/expo/organizer/companies"


@pytest.fixture
def fair(factory):
    return factory.fair(slug="expo")


@pytest.fixture
def seller(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây", name_key="tra nui may")


@pytest.fixture
def buyer(factory, fair):
    return factory.participant(fair, role=Role.BUYER, name="Kaze Foods", name_key="kaze foods")


@pytest.fixture
def enter(client, session):
    def enter(account):
        key = account.id
        session.commit()
        return client.sign_in_as(key)

    return enter


def text_of(page):
    return " ".join(page.main.get_text(" ").split())


def test_a_verified_company_shows_it_where_others_look(client, factory, fair, enter, seller, buyer):
    run = factory.add(MatchRun(fair_id=fair.id, state="done", version="1", weights={}, coverage={}, started_at=OPENING))
    factory.suggestion(seller, buyer, run_id=run.id, exhibitor_rank=1, buyer_rank=1, label="text", contributions=[])
    factory.add(Certificate(company_id=seller.company_id, code="iso", name="ISO 22000"))
    key, reader = seller.id, buyer.account.id
    officer = factory.organizer(fair, name="Nguyễn Văn Officer")
    enter(officer)
    assert client.submit(f"{COMPANIES}/{key}/verify", what="Licence 0101").location == f"{COMPANIES}/{key}"
    client.submit(f"{COMPANIES}/{key}", action="/certificates")
    assert "Nguyễn Văn Officer" in text_of(client.page(f"{COMPANIES}/{key}"))
    client.sign_in_as(reader)
    page = client.page(f"/fairs/expo/companies/{key}")
    assert "The organizer has seen: Licence 0101" in text_of(page)
    assert "Seen by the organizer" in text_of(page)
    assert "Officer" not in text_of(page).replace("Seen by the organizer", "")
    assert "Verified" in text_of(client.page("/fairs/expo/suggestions"))


def test_a_company_without_the_mark_shows_none(client, enter, seller, buyer):
    key = seller.id
    enter(buyer.account)
    assert "Verified" not in text_of(client.page(f"/fairs/expo/companies/{key}"))


def test_terms_are_set_and_mistakes_keep_what_was_typed(client, factory, session, fair, enter, seller, buyer):
    taken, key = seller.badge_code, buyer.id
    enter(factory.organizer(fair))
    refused = client.submit(f"{COMPANIES}/{key}/terms", badge_code=taken.lower(), booth="", meetings_cap="12")
    assert refused.status_code == 422
    assert "Another company at this fair has this badge" in refused.get_data(as_text=True)
    assert 'value="12"' in refused.get_data(as_text=True)
    for cap in ("x", "-1", "1e3", "99999999999999999999", "１２"):
        answer = client.submit(f"{COMPANIES}/{key}/terms", badge_code="B7", meetings_cap=cap)
        assert answer.status_code in {302, 422}, cap
    done = client.submit(f"{COMPANIES}/{key}/terms", badge_code="B8", is_hosted="y", meetings_cap="8")
    assert done.status_code == 302
    session.rollback()
    row = session.get(Participation, key)
    assert (row.badge_code, row.is_hosted, row.is_supported, row.meetings_cap) == ("B8", True, False, 8)


def test_other_columns_posted_along_change_nothing(client, factory, session, fair, enter, seller):
    key, company_id = seller.id, seller.company_id
    enter(factory.organizer(fair))
    before = session.execute(select(Company.__table__).where(Company.id == company_id)).mappings().one()
    before, names = dict(before), set(Company.__table__.columns.keys()) - {"what"}
    session.rollback()
    client.post_token(f"{COMPANIES}/{key}/verify", **{**dict.fromkeys(names, "x"), "what": "Licence"})
    session.rollback()
    after = dict(session.execute(select(Company.__table__).where(Company.id == company_id)).mappings().one())
    assert {name for name in names if before[name] != after[name]} == {
        "verified_at",
        "verified_by",
        "verified_what",
        "verified_as",
    }


def test_another_fairs_companies_are_not_found(client, factory, fair, enter, seller):
    foreign = factory.participant(factory.fair(slug="other")).id
    enter(factory.organizer(fair))
    for page in ("terms", "verify"):
        assert client.get(f"{COMPANIES}/{foreign}/{page}").status_code == 404
        assert client.post_token(f"{COMPANIES}/{foreign}/{page}", what="x", badge_code="X").status_code == 404
    assert client.post_token(f"{COMPANIES}/{foreign}/certificates", code="iso", seen="1").status_code == 404
