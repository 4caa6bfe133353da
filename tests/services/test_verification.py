"""The organizer's mark, and the terms on which a company takes part."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import Role
from matchmaker.models import Certificate, HistoryEntry
from matchmaker.services import company_overview, terms, verification
from matchmaker.services.terms import Terms
from tests.factories import OPENING

NOW = OPENING - timedelta(days=10)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring")


@pytest.fixture
def company(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây", name_key="tra nui may", tax_code="0312345678")


@pytest.fixture
def officer(factory, fair):
    return factory.organizer(fair, name="Officer")


@pytest.fixture
def act(fair, company, officer):
    return {"fair_id": fair.id, "participation_id": company.id, "by": officer.id, "now": NOW}


def mark_of(session, company):
    session.flush()
    seen = company_overview.for_organizer(session, fair_id=company.fair_id, participation_id=company.id)
    return seen.verified


def test_a_mark_says_who_saw_what_and_when(session, company, act):
    verification.verify_company(session, what=" Business\u200b licence ", **act)
    assert mark_of(session, company) == verification.Verified(NOW, "Business licence", "Officer")
    assert session.scalars(select(HistoryEntry.action)).all() == ["company_verified"]
    verification.end_verification(session, **act)
    assert mark_of(session, company) is None


@pytest.mark.parametrize("change", [{"name_key": "tra nui xanh"}, {"tax_code": "0312345679"}, {"tax_code": None}])
def test_it_ends_with_the_name_or_number_it_was_given_to(session, company, act, change):
    verification.verify_company(session, what="Licence", **act)
    for name, value in change.items():
        setattr(company.company, name, value)
    assert mark_of(session, company) is None


@pytest.mark.parametrize(
    ("what", "code"), [("", "what_missing"), ("\u200b", "what_missing"), ("x" * 121, "what_too_long")]
)
def test_it_needs_papers(session, company, act, what, code):
    with pytest.raises(Refused) as refused:
        verification.verify_company(session, what=what, **act)
    assert (refused.value.code, refused.value.field) == (code, "what")


def test_certificates_are_marked_one_by_one(session, factory, company, officer, act):
    for code in ("haccp", "iso"):
        factory.add(Certificate(company_id=company.company_id, code=code, name=code.upper()))
    verification.verify_certificate(session, code="iso", is_seen=True, **act)
    columns = Certificate.code, Certificate.verified_at, Certificate.verified_by
    assert session.execute(select(*columns).order_by(Certificate.code)).all() == [
        ("haccp", None, None),
        ("iso", NOW, officer.id),
    ]
    verification.verify_certificate(session, code="iso", is_seen=False, **act)
    assert set(session.scalars(select(Certificate.verified_at))) == {None}
    with pytest.raises(NotFound):
        verification.verify_certificate(session, code="other", is_seen=True, **act)


def test_companies_of_another_fair_are_not_found(session, factory, company, act):
    elsewhere = {**act, "fair_id": factory.fair().id}
    for one in (
        lambda: verification.verify_company(session, what="x", **elsewhere),
        lambda: verification.end_verification(session, **elsewhere),
        lambda: verification.verify_certificate(session, code="iso", is_seen=True, **elsewhere),
        lambda: terms.set_terms(session, terms=Terms(badge_code="X1"), **elsewhere),
        lambda: terms.terms_of(session, fair_id=elsewhere["fair_id"], participation_id=company.id),
    ):
        with pytest.raises(NotFound):
            one()


def test_terms_are_changed_and_what_they_were_is_kept(session, fair, company, act):
    wanted = Terms(badge_code=" e-7 ", booth="A 12", is_supported=True, meetings_cap=9)
    terms.set_terms(session, terms=wanted, **act)
    stored = terms.terms_of(session, fair_id=fair.id, participation_id=company.id).terms
    assert stored == Terms(badge_code="E-7", booth="A 12", is_supported=True, meetings_cap=9)
    entry = session.scalars(select(HistoryEntry)).one()
    assert (entry.facts["before"]["meetings_cap"], entry.facts["after"]["meetings_cap"]) == (None, 9)
    terms.set_terms(session, terms=stored, **act)
    assert len(session.scalars(select(HistoryEntry)).all()) == 1


@pytest.mark.parametrize(
    ("wanted", "code", "field"),
    [
        (Terms(badge_code=" "), "badge_missing", "badge_code"),
        (Terms(badge_code="X" * 21), "badge_too_long", "badge_code"),
        (Terms(badge_code="TAKEN"), "badge_taken", "badge_code"),
        (Terms(badge_code="E1", booth="x" * 81), "booth_too_long", "booth"),
        (Terms(badge_code="E1", meetings_cap=-1), "bad_cap", "meetings_cap"),
        (Terms(badge_code="E1", meetings_cap=201), "bad_cap", "meetings_cap"),
        (Terms(badge_code="E1", is_hosted=True), "only_buyers_are_hosted", "is_hosted"),
    ],
)
def test_what_can_not_be_is_refused_by_its_field(session, factory, fair, act, wanted, code, field):
    factory.participation(fair, role=Role.BUYER, badge_code="TAKEN")
    with pytest.raises(Refused) as refused:
        terms.set_terms(session, terms=wanted, **act)
    assert (refused.value.code, refused.value.field) == (code, field)
