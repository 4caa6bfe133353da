"""A kept version of a report is unpacked once, for its own fair alone and as that fair is shown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Phase, Role
from matchmaker.services import fairs, kept_versions, report_versions
from matchmaker.services.report_archive import text_of
from tests.factories import OPENING

AFTER = OPENING + timedelta(hours=8)


@pytest.fixture(autouse=True)
def nothing_kept():
    kept_versions.forget()
    yield
    kept_versions.forget()


@pytest.fixture
def fair(session, factory):
    fair = factory.fair(slug="tea-days", phase=Phase.FOLLOW_UP)
    seller, buyer = factory.participant(fair), factory.participant(fair, role=Role.BUYER)
    factory.meeting(seller, buyer, state="held")
    session.flush()
    return fairs.by_slug(session, slug=fair.slug)


def freeze(session, fair, note="Board"):
    return report_versions.freeze_by_hand(session, fair=fair, note=note, by=None, now=AFTER)


def test_it_is_unpacked_once_and_says_what_the_version_says(session, fair):
    version = freeze(session, fair)
    first = kept_versions.results_of(session, fair=fair, version=version)
    opened = report_versions.opened(session, fair_id=fair.id, version_id=version.id)
    assert text_of(first) == text_of(opened)
    assert kept_versions.results_of(session, fair=fair, version=version) is first


def test_another_version_another_text_and_a_fair_that_is_shown_otherwise_are_unpacked_for_themselves(session, fair):
    version = freeze(session, fair)
    others = [
        (fair, freeze(session, fair, note="Second")),
        (fair, replace(version, digest="0" * 64)),
        (replace(fair, slug="coffee-days"), version),
    ]
    found = [kept_versions.results_of(session, fair=one, version=kept) for one, kept in [(fair, version), *others]]
    assert len({id(results) for results in found}) == 4


def test_a_version_of_another_fair_is_not_found_though_it_is_kept(session, factory, fair):
    version = freeze(session, fair)
    kept_versions.results_of(session, fair=fair, version=version)
    other = factory.fair(slug="other")
    session.flush()
    with pytest.raises(NotFound):
        kept_versions.results_of(session, fair=fairs.by_slug(session, slug="other"), version=version)
    assert other.id != fair.id


def test_what_was_unpacked_first_gives_way_when_the_rows_are_too_many(session, fair, monkeypatch):
    versions = [freeze(session, fair, note=f"Number {n}") for n in range(3)]
    first = kept_versions.results_of(session, fair=fair, version=versions[0])
    monkeypatch.setattr(kept_versions, "MOST_ROWS", 2 * kept_versions.rows_in(first))
    second, third = (kept_versions.results_of(session, fair=fair, version=one) for one in versions[1:])
    assert list(kept_versions._kept.values()) == [second, third]
    assert [id(one) for one in kept_versions._kept.values()] == [id(second), id(third)]
