"""The totals of the reference fair stay to the cent when the people behind them are erased."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from matchmaker.demo.load import load_reference_fair
from matchmaker.models import Company, Deal, Participation, Representative
from matchmaker.services import erasing, fairs, ledger, persons
from matchmaker.services.erasing import ErasureReason
from matchmaker.services.reports import results_of

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.fixture
def reference(session, tmp_path):
    loaded = load_reference_fair(
        session, password="a long enough password", now=NOW, step=lambda: None, folder=tmp_path
    )
    return fairs.by_slug(session, slug=loaded["fair"])


def without_authors(report):
    """A report without who typed its entries, which erasing them takes away."""
    deals = tuple(
        replace(one, deal=replace(one.deal, reports=tuple(replace(said, author="") for said in one.deal.reports)))
        for one in report.ledger.deals
    )
    return replace(report, ledger=replace(report.ledger, deals=deals))


def test_the_report_is_the_same_to_the_cent_after_everyone_of_the_largest_deals_is_erased(session, reference):
    before = results_of(session, fair=reference, now=NOW)
    seal = ledger.head(session, fair_id=reference.id)
    with_deals = select(Participation.company_id).where(
        Participation.fair_id == reference.id,
        Participation.id.in_(select(Deal.exhibitor_id)) | Participation.id.in_(select(Deal.buyer_id)),
    )
    companies = session.scalars(
        select(Company.id).where(Company.id.in_(with_deals)).order_by(Company.id).limit(8)
    ).all()
    people = session.scalars(select(Representative.id).where(Representative.company_id.in_(companies))).all()
    for key in people:
        person = persons.of_keys(session, keys=[key])
        if person is not None:
            erasing.erase(session, person=person, reason=ErasureReason.COMMAND, by=None, now=NOW)
    after = results_of(session, fair=reference, now=NOW)
    assert len(people) >= 8
    assert after.report.headline == before.report.headline
    assert after.report.headline.value.amount > 0
    assert without_authors(after.report) == without_authors(before.report)
    assert ledger.head(session, fair_id=reference.id) == seal
    assert ledger.strays(session, fair_id=reference.id) == []
    names = session.scalars(select(Company.name).where(Company.id.in_(companies))).all()
    assert [name.startswith("Doanh nghiệp ") for name in names] == [True] * 8
