"""The golden fair, built once: it is a frozen tree, so tests may share it."""

import pytest

from matchmaker.demo.generator import build_reference_fair


@pytest.fixture(scope="session")
def golden():
    return build_reference_fair()


@pytest.fixture(scope="session")
def companies(golden):
    return {one.code: one for one in golden.companies}


@pytest.fixture(scope="session")
def people(golden):
    return {person.code: person for company in golden.companies for person in company.representatives}


@pytest.fixture(scope="session")
def held(golden):
    return [one for one in golden.meetings if one.end == "held"]
