"""The organizer tries other weights, adopts them, lets the matcher learn or not, and looks at one list."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models import MatchRun, MatchTrial
from matchmaker.services import match_settings
from matchmaker.services.match_settings import DEFAULTS, settings_of
from tests.factories import OPENING
from tests.query_count import count_queries

NOW = OPENING - timedelta(days=20)
ROOT = "/fairs/spring/organizer/matching"
SPREAD = {"without_list": 3, "never_shown": 2, "gini": 0.41, "top_tenth": 0.5}
COVERAGE = {"without_list": [], "never_shown": [], "gini": 0.5, "blocked": {}, "has_lexicon": True, "top_tenth": 0.2}
RUN = {"state": "done", "version": "ab12", "weights": {"item": 1.0}, "started_at": NOW, "finished_at": NOW}


@pytest.fixture(autouse=True)
def before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring")


@pytest.fixture
def organizer(factory, fair, session, client):
    key = factory.organizer(fair).id
    session.commit()
    client.sign_in_as(key)
    return key


@pytest.fixture
def tea(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây")


@pytest.fixture
def drinker(factory, fair):
    return factory.participant(fair, role="buyer", name="Nordic Tea")


def a_trial(factory, fair, tea, drinker, **values):
    pair = [str(tea.id), str(drinker.id)]
    result = {
        "now": SPREAD,
        "then": {**SPREAD, "without_list": 1},
        "lists": 12,
        "lists_changed": 5,
        "coming": [pair],
        "going": [],
        "pairs_coming": 1,
        "pairs_going": 0,
    }
    defaults = {"state": "done", "weights": {"stage": 0.8}, "result": result, "started_at": NOW}
    return factory.add(MatchTrial(fair_id=fair.id, **{**defaults, **values}))


def test_other_weights_are_tried_and_the_page_may_be_left(client, session, organizer):
    page = client.page(f"{ROOT}/weights")
    assert page.find("input", {"name": "stage"})["value"] == "0.50"
    field = client.page(f"{ROOT}/weights?lang=vi").find("input", {"name": "stage"})
    assert (field["type"], field["inputmode"], field["value"]) == ("text", "decimal", "0,50")
    client.get("/?lang=en")
    answer = client.submit(f"{ROOT}/weights", action="", stage="0,8")
    assert answer.status_code in {302, 303}
    assert session.scalars(select(MatchTrial.weights)).all() == [{"stage": 0.8}]
    session.rollback()
    page = client.page(f"{ROOT}/trial")
    assert "Other weights are being tried" in page.h1.get_text()
    assert page.find(attrs={"data-poll": True}) is not None


@pytest.mark.parametrize("typed", ["", "much", "-1", "2.5", "nan"])
def test_a_weight_that_cannot_be_is_refused_and_stays_typed(client, session, organizer, typed):
    token = client.page(f"{ROOT}/weights").find("input", {"name": "csrf_token"})["value"]
    values = {name: str(value) for name, value in DEFAULTS.items()}
    refused = client.post(f"{ROOT}/weights", data={**values, "csrf_token": token, "stage": typed, "item": "0.7"})
    text = refused.get_data(as_text=True)
    assert (refused.status_code, "Enter a number from 0 to 2" in text, 'value="0.7' in text) == (422, True, True)
    assert session.scalars(select(MatchTrial)).all() == []


def test_both_stand_side_by_side_and_the_others_are_adopted(client, factory, session, fair, organizer, tea, drinker):
    a_trial(factory, fair, tea, drinker)
    key = fair.id
    session.commit()
    page = client.page(f"{ROOT}/trial")
    text = page.get_text(" ", strip=True)
    assert "5 lists change of 12. Pairs added: 1, dropped: 0." in text
    rows = [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in page.tbody("tr")]
    assert rows[0] == ["Companies without a list", "3", "1"]
    assert [row[1:] for row in rows if row[0].startswith("Stages")] == [["0.5", "0.8"]]
    assert "Trà Núi Mây – Nordic Tea" in text
    client.submit(f"{ROOT}/trial", action="/trial/adopt")
    assert settings_of(session, fair_id=key).weights == {"stage": 0.8}
    assert session.scalars(select(MatchRun.state)).all() == ["waiting"]
    session.rollback()
    client.submit(f"{ROOT}/weights", action="/weights/default")
    assert settings_of(session, fair_id=key).weights == {}


def test_a_trial_that_is_not_done_cannot_be_adopted(client, factory, session, fair, organizer, tea, drinker):
    a_trial(factory, fair, tea, drinker, state="failed", result={})
    session.commit()
    page = client.page(f"{ROOT}/trial")
    assert ("did not finish" in page.get_text(), page.find("form", action=f"{ROOT}/trial/adopt")) == (True, None)
    token = page.find("input", {"name": "csrf_token"})["value"]
    assert client.post(f"{ROOT}/trial/adopt", data={"csrf_token": token}).status_code == 404


def test_without_a_trial_one_is_led_to_the_weights(client, organizer):
    assert client.get(f"{ROOT}/trial").headers["Location"].endswith("/weights")


def test_learning_is_switched_and_forgotten_on_the_matching_page(client, factory, session, fair, organizer):
    factory.add(MatchRun(fair_id=fair.id, coverage=COVERAGE, **RUN))
    key = fair.id
    row = match_settings._row(session, key)
    row.learned = {"stage": 1.0}
    row.report = {
        "answered_needs": 80,
        "is_promoted": True,
        "reason": "won_latest_block",
        "ndcg_default": 0.5,
        "ndcg_learned": 0.53,
    }
    session.commit()
    text = client.page(ROOT).get_text(" ", strip=True)
    assert "Learned from 80 answered needs" in text
    assert "A few take most of the attention." in text
    client.submit(ROOT, action="/learning")
    assert settings_of(session, fair_id=key).is_learning is False
    session.rollback()
    assert "Learning is off" in client.page(ROOT).get_text()
    client.submit(ROOT, action="/learning")
    client.submit(ROOT, action="/learning/forget")
    found = settings_of(session, fair_id=key)
    assert (found.is_learning, found.learned, found.learns_from) == (True, {}, NOW)


def test_who_got_no_list_is_named_with_what_keeps_them_apart(client, factory, session, fair, organizer, tea, drinker):
    coverage = {
        **COVERAGE,
        "without_list": [str(tea.id), str(drinker.id)],
        "blocked_for": {str(tea.id): {"vetoed": 2, "forbidden": 7}, str(drinker.id): {}},
    }
    factory.add(MatchRun(fair_id=fair.id, coverage=coverage, **RUN))
    session.commit()
    page = client.page(ROOT)
    rows = page.find("h2", string="Who got no list, and what to do").parent.find_all("li")
    told = [row.get_text(" ", strip=True) for row in rows]
    assert told[0].startswith("Nordic Tea No rule stands in its way.")
    assert told[1].startswith("Trà Núi Mây Ruled out by the organizer or by a company's own answer: 7 Look at")


def test_an_organizer_reads_a_list_as_the_company_does(client, factory, session, fair, organizer, tea, drinker):
    run = factory.add(MatchRun(fair_id=fair.id, coverage=COVERAGE, **RUN))
    factory.suggestion(
        tea,
        drinker,
        run_id=run.id,
        exhibitor_rank=1,
        score=0.7,
        label="default",
        contributions=[],
        reasons={"exhibitor": [{"code": "serves_both_ways", "side": "mine", "params": {}, "contribution": 0.1}]},
        best_pair={"need": "Green tea in bulk", "offer": "Trà xanh"},
    )
    elsewhere = factory.participant(factory.fair()).id
    key = tea.id
    session.commit()
    with count_queries(db.engine) as sent:
        text = client.page(f"{ROOT}/companies/{key}").get_text(" ", strip=True)
    assert len(sent) <= 12
    told = ("The list of Trà Núi Mây", "Model ab12", "Nordic Tea", "Green tea in bulk", "Your offer: Trà xanh")
    assert [part for part in (*told, "Business could go both ways") if part not in text] == []
    assert client.get(f"{ROOT}/companies/{elsewhere}").status_code == 404
