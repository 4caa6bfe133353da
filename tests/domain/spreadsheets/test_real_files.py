import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from matchmaker.domain.spreadsheets.companies import Side, read_companies
from matchmaker.domain.spreadsheets.outcomes import read_outcomes

ROOT = Path(__file__).resolve().parents[3]
FAIR = (ROOT / os.environ.get("MATCHMAKER_DATA", "../shared/data")).resolve() / "fairs" / "public-buyers-2023"

pytestmark = pytest.mark.skipif(not FAIR.is_dir(), reason=f"the real fair is not at {FAIR}; set MATCHMAKER_DATA")


@pytest.fixture(scope="module")
def companies():
    return read_companies(data=(FAIR / "companies.csv").read_bytes())


def test_the_exhibitors_and_buyers_of_a_real_fair_are_read_without_an_error(companies):
    assert companies.errors == ()
    assert Counter(company.side for company in companies.rows) == {Side.EXHIBITOR: 140, Side.BUYER: 48}
    assert {company.country for company in companies.rows} == {"SG"}
    assert sum(len(company.offers) for company in companies.rows) == 739
    assert sum(len(company.needs) for company in companies.rows) == 364


def test_the_workbook_says_the_same_as_the_text_file(companies):
    workbook = read_companies(data=(FAIR / "companies.xlsx").read_bytes())
    assert (workbook.rows, workbook.errors) == (companies.rows, ())


def test_the_contracts_of_a_real_fair_come_to_their_published_sum(companies):
    outcomes = read_outcomes(data=(FAIR / "outcomes.csv").read_bytes())
    assert (outcomes.errors, len(outcomes.rows)) == ((), 477)
    assert {outcome.value.currency for outcome in outcomes.rows} == {"SGD"}
    assert sum(outcome.value.amount for outcome in outcomes.rows) == Decimal("1212084071.28")
    assert len({(outcome.buyer, outcome.exhibitor) for outcome in outcomes.rows}) == 419
    names = {company.name for company in companies.rows}
    assert {name for outcome in outcomes.rows for name in (outcome.buyer, outcome.exhibitor)} <= names
