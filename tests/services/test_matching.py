"""What the matcher learns of a fair, and what it leaves behind."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.domain.fairs import ParticipationStatus
from matchmaker.domain.matching.matcher import Matcher
from matchmaker.domain.matching.profiles import Category, LabelPair
from matchmaker.extensions import db
from matchmaker.models import (
    Certificate,
    FairPerson,
    Job,
    MatchRun,
    RepresentativeAbsence,
    Suggestion,
    SuggestionAnswer,
    Veto,
)
from matchmaker.services import match_model, matching, runs
from matchmaker.services.match_profiles import fair_profiles
from matchmaker.services.match_reads import shortest_lists
from matchmaker.services.suggestions import last_run
from tests.factories import OPENING
from tests.query_count import count_queries

NOW = OPENING - timedelta(days=20)
PAIRS = [("trà xanh", "green tea"), ("khay tre", "bamboo tray"), ("cà phê hạt", "coffee bean"), ("gạo thơm", "rice")]


@pytest.fixture(scope="module")
def matcher():
    categories = [Category(code="food", name_vi="Thực phẩm", name_en="Food")]
    return Matcher.fit(label_pairs=[LabelPair(vi=vi, en=en) for vi, en in PAIRS], categories=categories)


@pytest.fixture
def fair(factory):
    factory.category("food")
    return factory.fair()


def seller(factory, fair, text, **values):
    one = factory.participant(fair, signs_in=False, **values)
    factory.offer(one, None, text_vi=text, category_code="food")
    return one


def buyer(factory, fair, text, **values):
    one = factory.participant(fair, role="buyer", signs_in=False, **values)
    factory.need(one, text, category_code="food")
    return one


def run(session, fair, matcher, *, now=NOW):
    run_id = matching.begin_run(session, fair_id=fair.id, by=None, now=now)
    matched = matching.match(matcher, fair_profiles(session, fair_id=fair.id))
    return matching.store(session, fair_id=fair.id, run_id=run_id, matched=matched, matcher=matcher, now=now)


def pairs(session, fair):
    rows = session.scalars(select(Suggestion).where(Suggestion.fair_id == fair.id))
    return {(row.exhibitor_id, row.buyer_id): row for row in rows}


def test_a_profile_holds_what_the_company_brings_and_who_comes(factory, session, fair):
    one = seller(factory, fair, "trà xanh", country="VN", stage="manufacture", markets=["JP"], languages=["vi"])
    factory.add(Certificate(company_id=one.company_id, code="HACCP", name="HACCP"))
    other = factory.company()
    factory.add(Veto(participation_id=one.id, other_company_id=other.id, reason="other", at=NOW))
    one.representative.languages = ["en"]
    (profile,) = fair_profiles(session, fair_id=fair.id).exhibitors
    assert (profile.id, profile.company_id, profile.side) == (str(one.id), str(one.company_id), "exhibitor")
    assert [(item.text, item.lang, item.text_other) for item in profile.offers] == [("trà xanh", "vi", None)]
    assert (profile.categories, profile.stage, profile.certificates) == (("food",), "manufacture", ("HACCP",))
    assert (profile.markets, profile.languages, profile.vetoes) == (("JP",), ("en", "vi"), (str(other.id),))
    assert profile.free_slots is None


def test_only_approved_companies_of_the_fair_are_matched(factory, session, fair):
    kept = seller(factory, fair, "trà xanh")
    seller(factory, fair, "trà xanh").status = ParticipationStatus.HELD
    seller(factory, factory.fair(), "trà xanh")
    assert [profile.id for profile in fair_profiles(session, fair_id=fair.id).exhibitors] == [str(kept.id)]


def test_a_company_is_free_whenever_one_of_its_people_is(factory, session, fair):
    first, second, _third = factory.slots(fair, 3)
    one = seller(factory, fair, "trà xanh")
    colleague = factory.representative(one.company)
    factory.add(FairPerson(participation_id=one.id, representative_id=colleague.id))
    for person, slot in ((one.representative, first), (one.representative, second), (colleague, second)):
        factory.add(RepresentativeAbsence(representative_id=person.id, slot_id=slot.id))
    (profile,) = fair_profiles(session, fair_id=fair.id).exhibitors
    assert profile.free_slots == 0b101


def test_profiles_cost_as_many_statements_for_many_companies_as_for_one(factory, session, fair):
    def cost():
        with count_queries(db.engine) as sent:
            fair_profiles(session, fair_id=fair.id)
        return len(sent)

    seller(factory, fair, "trà xanh")
    alone = cost()
    for _ in range(5):
        seller(factory, fair, "trà xanh")
        buyer(factory, fair, "green tea")
    assert cost() == alone <= 12


def test_a_run_proposes_who_fits_across_languages_with_reasons_for_both(factory, session, fair, matcher):
    tea, trays = seller(factory, fair, "trà xanh"), seller(factory, fair, "khay tre")
    drinker = buyer(factory, fair, "green tea")
    stored = run(session, fair, matcher)
    found = pairs(session, fair)
    assert found[tea.id, drinker.id].buyer_rank == 1
    assert found[tea.id, drinker.id].score > found[trays.id, drinker.id].score
    row = found[tea.id, drinker.id]
    assert row.score == pytest.approx(sum(part["value"] for part in row.contributions))
    assert {side: bool(told) for side, told in row.reasons.items()} == {"exhibitor": True, "buyer": True}
    assert (row.best_pair["need"], row.best_pair["offer"]) == ("green tea", "trà xanh")
    assert (stored.suggestions, stored.companies, stored.without_list) == (len(found), 3, 0)
    newest = last_run(session, fair_id=fair.id)
    assert (newest.state, newest.done, newest.total, newest.finished_at) == ("done", 3, 3, NOW)
    assert newest.coverage["without_list"] == []


def test_a_pair_that_said_no_is_not_proposed_again(factory, session, fair, matcher):
    tea, drinker = seller(factory, fair, "trà xanh"), buyer(factory, fair, "green tea")
    run(session, fair, matcher)
    assert (tea.id, drinker.id) in pairs(session, fair)
    factory.add(
        SuggestionAnswer(
            participation_id=drinker.id, other_id=tea.id, answer="not_interested", reason="not_relevant", at=NOW
        )
    )
    run(session, fair, matcher, now=NOW + timedelta(hours=1))
    assert pairs(session, fair) == {}
    assert last_run(session, fair_id=fair.id).coverage["blocked"] == {"forbidden": 1}


def test_a_run_replaces_the_suggestions_of_its_fair_and_leaves_other_fairs_alone(factory, session, fair, matcher):
    elsewhere = factory.fair()
    for place in (fair, elsewhere):
        seller(factory, place, "trà xanh")
        buyer(factory, place, "green tea")
        run(session, place, matcher)
    kept = {row.id for row in pairs(session, elsewhere).values()}
    former = {row.id for row in pairs(session, fair).values()}
    run(session, fair, matcher, now=NOW + timedelta(hours=1))
    assert {row.id for row in pairs(session, elsewhere).values()} == kept
    assert not former & {row.id for row in pairs(session, fair).values()}


def test_the_same_fair_gives_the_same_lists(factory, session, fair, matcher):
    for text in ("trà xanh", "khay tre", "gạo thơm"):
        seller(factory, fair, text)
    for text in ("green tea", "rice"):
        buyer(factory, fair, text)

    def ranks():
        run(session, fair, matcher)
        return {key: (row.exhibitor_rank, row.buyer_rank, row.score) for key, row in pairs(session, fair).items()}

    assert ranks() == ranks()


def test_companies_with_the_shortest_lists_come_first(factory, session, fair, matcher):
    tea = seller(factory, fair, "trà xanh", name="Tea")
    drinker = buyer(factory, fair, "green tea", name="Drinker")
    alone = factory.participant(fair, role="buyer", signs_in=False, name="Silent")
    run(session, fair, matcher)
    found = shortest_lists(session, fair_id=fair.id)
    counts = {line.participation_id: (line.name, line.role, line.count) for line in found.companies}
    lengths = [count for _name, _role, count in counts.values()]
    assert lengths == sorted(lengths)
    on_list = {key for key, row in pairs(session, fair).items() if row.exhibitor_rank is not None}
    assert counts[tea.id] == ("Tea", "exhibitor", len(on_list))
    assert {drinker.id, alone.id} < set(counts)


def test_two_who_ask_for_a_run_get_the_same_one_and_one_job(session, fair):
    asked = [matching.request_run(session, fair_id=fair.id, by=None, now=NOW) for _ in range(2)]
    assert asked[0] == asked[1]
    job = session.scalars(select(Job)).one()
    assert (job.kind, job.facts) == ("refresh_matches", {"fair_id": str(fair.id), "run_id": str(asked[0])})


def test_a_run_that_failed_is_superseded_by_the_one_asked_for_next(session, fair):
    first = matching.request_run(session, fair_id=fair.id, by=None, now=NOW)
    assert matching.start_run(session, run_id=first)
    matching.fail_run(session, run_id=first, now=NOW)
    assert matching.start_run(session, run_id=first)
    matching.fail_run(session, run_id=first, now=NOW)
    second = matching.request_run(session, fair_id=fair.id, by=None, now=NOW + timedelta(minutes=1))
    assert second != first
    assert not matching.start_run(session, run_id=first)
    assert matching.start_run(session, run_id=second)


def test_a_run_that_never_ended_is_not_waited_for(session, fair):
    first = matching.request_run(session, fair_id=fair.id, by=None, now=NOW)
    row = session.get(MatchRun, first)
    late = NOW + runs.LONGEST_RUN + timedelta(seconds=1)
    assert runs.is_under_way(state=row.state, started_at=row.started_at, now=NOW)
    assert not runs.is_under_way(state=row.state, started_at=row.started_at, now=late)
    assert matching.request_run(session, fair_id=fair.id, by=None, now=late) != first


def test_a_fitted_matcher_is_kept_until_what_it_learned_from_changes(tmp_path, monkeypatch):
    fits = []

    def fit(taxonomy):
        fits.append(taxonomy)
        return {"taxonomy": taxonomy}

    monkeypatch.setattr(match_model, "_fit", fit)
    taxonomy = tmp_path / "taxonomy"
    for lang, line in (("vi", "1 - Trà"), ("en", "1 - Tea")):
        (taxonomy / lang).mkdir(parents=True)
        (taxonomy / lang / "goods.txt").write_text(line, encoding="utf-8")
    cache = tmp_path / "cache"

    def learn():
        return match_model.fitted_matcher(cache=cache, taxonomy=taxonomy)

    assert learn() == learn() == {"taxonomy": taxonomy}
    assert len(fits) == 1
    (taxonomy / "en" / "goods.txt").write_text("1 - Green tea", encoding="utf-8")
    learn()
    monkeypatch.setattr(match_model.metadata, "version", lambda _name: "0")
    learn()
    assert len(fits) == 3
    assert [path.suffix for path in cache.iterdir()] == [".joblib"]
