"""One company is matched again, and nobody else's pairs are touched."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.domain.fairs import ParticipationStatus
from matchmaker.domain.matching.matcher import Matcher
from matchmaker.domain.matching.profiles import LabelPair
from matchmaker.jobs import refresh_matches, rematch_company, runner
from matchmaker.models import Fair, Job, MatchRun, Offer, Participation, Suggestion
from matchmaker.models.engine import begin_writing
from matchmaker.services import match_model, match_standing, matching, rematching
from tests.factories import OPENING

GOODS = ("green tea", "bamboo trays", "rice paper", "cashew nuts", "silk scarves", "rattan chairs")
PAIRS = [("trà xanh", "green tea"), ("khay tre", "bamboo tray"), ("hạt điều", "cashew nut"), ("lụa", "silk")]
LATER = OPENING + timedelta(minutes=5)


@pytest.fixture(scope="module")
def matcher():
    return Matcher.fit(label_pairs=[LabelPair(vi=vi, en=en) for vi, en in PAIRS])


@pytest.fixture(autouse=True)
def learned(monkeypatch, matcher):
    for job in (refresh_matches, rematch_company):
        monkeypatch.setattr(job, "fitted_matcher", lambda **_where: matcher)
    monkeypatch.setattr(runner, "TIMERS", ())


@pytest.fixture(params=["small", "large", "large, after a restart"])
def way(request, monkeypatch):
    """Small fairs are worked out anew in memory; for large ones the run's state is kept in a file."""
    if "large" in request.param:
        monkeypatch.setattr(match_standing, "SMALL_FAIR", 0)
        monkeypatch.setattr(match_standing, "MOST_NEW", 1)
        monkeypatch.setattr(match_standing, "WORTH_KEEPING", 1)
    if "restart" in request.param:
        monkeypatch.setattr(match_standing, "_in_memory", Forgetful())
    return request.param


class Forgetful(dict):
    """What a process remembers that is started anew for each job."""

    def get(self, _key):
        return None


@pytest.fixture
def fair(factory, session):
    """A matched fair: six sellers and six buyers of six goods, with lists of three."""
    row = factory.fair(list_length=3)
    keys = {"fair": row.id}
    for place, text in enumerate(GOODS):
        one = factory.participant(row, signs_in=False)
        factory.offer(one, text)
        other = factory.participant(row, role="buyer", signs_in=False)
        factory.need(other, text)
        keys |= {f"seller {place}": one.id, f"buyer {place}": other.id}
    session.commit()
    begin_writing(session)
    run_id = matching.request_run(session, fair_id=keys["fair"], by=None, now=OPENING)
    session.commit()
    refresh_matches.run(facts={"fair_id": str(keys["fair"]), "run_id": str(run_id)}, renew=lambda: None)
    return keys


def change(session, fair, key, *, at=LATER):
    rematching.profile_changed(session, fair_id=fair["fair"], participation_id=key, now=at)
    session.commit()
    session.rollback()


def newcomer(session, factory, fair, text, **values):
    begin_writing(session)
    one = factory.participation(session.get_one(Fair, fair["fair"]), **values)
    (factory.need if values.get("role") == "buyer" else factory.offer)(one, text)
    key = one.id
    change(session, fair, key)
    return key


def rows(session, fair, *, without=None, of=None):
    session.rollback()
    found = session.scalars(select(Suggestion).where(Suggestion.fair_id == fair["fair"])).all()
    values = {
        (row.exhibitor_id, row.buyer_id): (row.id, row.exhibitor_rank, row.buyer_rank, row.score, row.reasons)
        for row in found
        if without not in (row.exhibitor_id, row.buyer_id) and (of is None or of in (row.exhibitor_id, row.buyer_id))
    }
    session.rollback()
    return values


def is_waiting(session, key):
    found = rematching.is_waiting(session, participation_id=key)
    session.rollback()
    return found


def test_a_newcomer_gets_its_partners_and_every_other_pair_stays_as_it_is(app, session, factory, fair, way):
    before = rows(session, fair)
    key = newcomer(session, factory, fair, "cashew nuts, roasted", role="exhibitor")
    assert is_waiting(session, key)
    runner.work(app, until_idle=True)
    assert not is_waiting(session, key)
    assert rows(session, fair, without=key) == before
    mine = rows(session, fair, of=key)
    best = next(pair for pair, row in mine.items() if row[1] == 1)
    assert best == (key, fair["buyer 3"])
    assert sorted(row[1] for row in mine.values() if row[1]) == [1, 2, 3]
    assert mine[best][2] is not None, "the buyer who looks for just this sees the newcomer too"
    assert session.scalars(select(Job.failure)).all() == [""] * len(session.scalars(select(Job.id)).all())


def test_a_changed_profile_loses_its_old_pairs_and_gains_new_ones(app, session, fair, way):
    key = fair["seller 0"]
    before = rows(session, fair, without=key)
    begin_writing(session)
    session.scalars(select(Offer).where(Offer.participation_id == key)).one().text_en = "silk scarves, printed"
    change(session, fair, key)
    runner.work(app, until_idle=True)
    assert rows(session, fair, without=key) == before
    assert next(pair for pair, row in rows(session, fair, of=key).items() if row[1] == 1) == (key, fair["buyer 4"])


def test_two_newcomers_find_each_other(app, session, factory, fair, way):
    seller = newcomer(session, factory, fair, "dragon fruit, fresh", role="exhibitor")
    runner.work(app, until_idle=True)
    buyer = newcomer(session, factory, fair, "fresh dragon fruit", role="buyer")
    runner.work(app, until_idle=True)
    mine = rows(session, fair, of=buyer)
    assert (seller, buyer) in mine
    if way == "small":  # The words of a large fair are those of its last run, so new ones wait for the next.
        assert mine[seller, buyer][2] == 1


@pytest.mark.parametrize("way", ["large, after a restart"], indirect=True)
def test_what_another_version_of_the_method_kept_is_worked_out_anew(app, session, factory, way, fair, monkeypatch):
    prepared, prepare = [], Matcher.prepare
    monkeypatch.setattr(Matcher, "prepare", lambda *given: prepared.append(1) or prepare(*given))
    newcomer(session, factory, fair, "dragon fruit, fresh", role="exhibitor")
    runner.work(app, until_idle=True)
    assert prepared == [], "what the run kept is read from its file"
    monkeypatch.setattr(match_model, "method", lambda: "another")
    newcomer(session, factory, fair, "fresh dragon fruit", role="buyer")
    runner.work(app, until_idle=True)
    assert prepared == [1]
    assert {job.failure for job in session.scalars(select(Job))} == {""}


def test_the_pairs_are_those_a_full_run_finds_for_this_company(app, session, factory, fair, way):
    key = newcomer(session, factory, fair, "green tea, loose leaf", role="exhibitor")
    runner.work(app, until_idle=True)
    alone = {pair: row[3] for pair, row in rows(session, fair, of=key).items()}
    begin_writing(session)
    run_id = matching.request_run(session, fair_id=fair["fair"], by=None, now=LATER + timedelta(minutes=1))
    session.commit()
    refresh_matches.run(facts={"fair_id": str(fair["fair"]), "run_id": str(run_id)}, renew=lambda: None)
    whole = {pair: row[3] for pair, row in rows(session, fair, of=key).items()}
    assert max(alone, key=alone.get) == max(whole, key=whole.get)
    shared = sorted(set(alone) & set(whole))
    assert shared
    # On a small fair it is the same figure; on a large one words and averages are those of the run before.
    nearly = 1e-9 if way == "small" else 0.12
    assert [alone[pair] for pair in shared] == pytest.approx([whole[pair] for pair in shared], abs=nearly)


def test_who_waits_to_be_let_in_sees_partners_and_stands_on_no_list(app, session, factory, fair, way):
    key = newcomer(
        session, factory, fair, "green tea, loose leaf", role="exhibitor", status=ParticipationStatus.PENDING
    )
    runner.work(app, until_idle=True)
    mine = rows(session, fair, of=key)
    assert [row[1] for row in sorted(mine.values(), key=lambda row: row[1])] == [1, 2, 3]
    assert {row[2] for row in mine.values()} == {None}


def test_a_full_run_does_not_take_away_what_it_did_not_match(app, session, factory, fair):
    key = newcomer(session, factory, fair, "green tea", role="exhibitor", status=ParticipationStatus.PENDING)
    runner.work(app, until_idle=True)
    had = {pair: row[3] for pair, row in rows(session, fair, of=key).items()}
    begin_writing(session)
    matching.request_run(session, fair_id=fair["fair"], by=None, now=LATER + timedelta(minutes=1))
    session.commit()
    runner.work(app, until_idle=True)
    assert {pair: row[3] for pair, row in rows(session, fair, of=key).items()} == pytest.approx(had)


def test_a_profile_that_changes_during_a_full_run_is_matched_afterwards(app, session, fair, monkeypatch):
    key = fair["seller 0"]
    real = matching.match

    def slow(matcher, profiles, **keep):
        begin_writing(session)
        session.scalars(select(Offer).where(Offer.participation_id == key)).one().text_en = "silk scarves"
        change(session, fair, key, at=LATER + timedelta(minutes=2))
        return real(matcher, profiles, **keep)

    begin_writing(session)
    matching.request_run(session, fair_id=fair["fair"], by=None, now=LATER)
    session.commit()
    monkeypatch.setattr(matching, "match", slow)
    runner.work(app, until_idle=True)
    assert not is_waiting(session, key)
    assert next(pair for pair, row in rows(session, fair, of=key).items() if row[1] == 1) == (key, fair["buyer 4"])


def test_the_first_company_of_a_fair_starts_its_first_run(app, session, factory):
    row = factory.fair()
    keys = {"fair": row.id}
    session.commit()
    key = newcomer(session, factory, keys, "green tea", role="exhibitor")
    runner.work(app, until_idle=True)
    assert not is_waiting(session, key)
    assert session.scalars(select(MatchRun.state)).all() == ["done"]
    assert rows(session, keys) == {}


def test_a_job_for_a_profile_matched_already_or_gone_does_nothing(session, factory, fair):
    begin_writing(session)
    session.get_one(Participation, fair["seller 0"]).matched_at = LATER
    session.commit()
    before = rows(session, fair)
    for key in (fair["seller 0"], factory.unknown_id()):
        rematch_company.run(facts={"fair_id": str(fair["fair"]), "participation_id": str(key)}, renew=lambda: None)
    assert rows(session, fair) == before


def test_a_newcomer_enters_no_more_lists_than_its_own_is_long(app, session, factory, fair, way):
    key = newcomer(session, factory, fair, ", ".join(GOODS), role="exhibitor")
    runner.work(app, until_idle=True)
    assert sum(row[2] is not None for row in rows(session, fair, of=key).values()) <= 3
