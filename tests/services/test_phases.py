from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import Act, Phase
from matchmaker.models import Fair, HistoryEntry, Meeting
from matchmaker.services import fairs, phases
from tests.factories import OPENING

NOW = OPENING - timedelta(days=20)
DAYS = timedelta(days=1)
PLAN = {
    Phase.PREFERENCES: NOW + 2 * DAYS,
    Phase.SCHEDULING: NOW + 5 * DAYS,
    Phase.FAIR_DAYS: NOW + 20 * DAYS,
}


@pytest.fixture
def fair(session, factory):
    row = factory.fair(slug="spring", phase=Phase.PROFILES)
    return fairs.by_slug(session, slug=row.slug)


@pytest.fixture
def dated(session, fair):
    phases.set_dates(session, fair=fair, wanted=PLAN, by=None, now=NOW)
    return fair


def standing(session):
    facts = fairs.by_slug(session, slug="spring")
    return facts.phase, facts.phase_ends_at


def test_dates_are_kept_in_order_and_the_present_phase_ends_with_the_next(session, dated):
    assert phases.dates(session, fair_id=dated.id) == PLAN
    assert standing(session) == (Phase.PROFILES, PLAN[Phase.PREFERENCES])


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({Phase.SCHEDULING: NOW + DAYS}, "phases_not_in_order", Phase.SCHEDULING),
        ({Phase.FAIR_DAYS: PLAN[Phase.SCHEDULING]}, "phases_not_in_order", Phase.FAIR_DAYS),
        ({Phase.PREFERENCES: NOW}, "phase_date_past", Phase.PREFERENCES),
    ],
)
def test_dates_out_of_order_or_over_are_refused_and_the_old_ones_stay(session, dated, change, code, field):
    with pytest.raises(Refused) as refused:
        phases.set_dates(session, fair=dated, wanted={**PLAN, **change}, by=None, now=NOW)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert phases.dates(session, fair_id=dated.id) == PLAN


def test_a_changed_date_is_on_record_with_both_values(session, factory, dated):
    organizer = factory.account()
    later = NOW + 3 * DAYS
    phases.set_dates(session, fair=dated, wanted={Phase.PREFERENCES: later}, by=organizer.id, now=NOW)
    entry = session.scalars(select(HistoryEntry).where(HistoryEntry.action == "phase_dates_changed")).one()
    assert (entry.by_account_id, entry.facts["after"]) == (organizer.id, {"preferences": later.isoformat()})
    assert entry.facts["before"]["fair_days"] == PLAN[Phase.FAIR_DAYS].isoformat()


class TestTheClock:
    @pytest.mark.parametrize(
        ("after", "phase", "ends"),
        [
            (timedelta(days=2, seconds=-1), Phase.PROFILES, Phase.PREFERENCES),
            (timedelta(days=2), Phase.PREFERENCES, Phase.SCHEDULING),
            (timedelta(days=9), Phase.SCHEDULING, Phase.FAIR_DAYS),
            (timedelta(days=30), Phase.FAIR_DAYS, None),
        ],
    )
    def test_it_moves_a_fair_to_the_last_phase_that_has_begun(self, session, dated, after, phase, ends):
        moved = phases.advance_due(session, now=NOW + after)
        assert (standing(session), moved) == ((phase, PLAN.get(ends)), int(phase is not Phase.PROFILES))

    def test_it_never_moves_a_fair_back(self, session, dated):
        phases.advance_due(session, now=NOW + 9 * DAYS)
        assert phases.advance_due(session, now=NOW + 3 * DAYS) == 0
        assert standing(session)[0] is Phase.SCHEDULING

    def test_it_leaves_alone_what_was_moved_back_by_hand(self, session, dated):
        phases.advance_due(session, now=NOW + 9 * DAYS)
        phases.move_to(session, fair_id=dated.id, phase=Phase.PREFERENCES, by=None, now=NOW + 9 * DAYS)
        assert phases.advance_due(session, now=NOW + 10 * DAYS) == 0
        assert standing(session) == (Phase.PREFERENCES, PLAN[Phase.FAIR_DAYS])


class TestByHand:
    def test_what_it_means_is_told_before(self, session, factory, fair):
        seller, buyer = (
            factory.participant(factory_row(session)),
            factory.participant(factory_row(session), role="buyer"),
        )
        for state in ("requested", "accepted", "accepted", "held"):
            factory.meeting(seller, buyer, state=state)
        told = phases.effects(session, fair=fair, phase=Phase.FOLLOW_UP)
        assert (told.companies, told.open_requests, told.accepted, told.scheduled) == (2, 1, 2, 0)
        assert (told.opens, told.closes, told.expires_requests) == ((Act.RECORD_OUTCOME,), (Act.REGISTER,), True)
        assert standing(session)[0] is Phase.PROFILES

    def test_the_end_of_the_fair_lets_what_waits_expire(self, session, factory, fair):
        row = factory_row(session)
        asked = factory.meeting(factory.participant(row), factory.participant(row, role="buyer"), expires_at=None)
        phases.move_to(session, fair_id=fair.id, phase=Phase.FOLLOW_UP, by=None, now=NOW)
        session.expire_all()
        assert (session.get(Meeting, asked.id).state, session.get(Meeting, asked.id).expires_at) == ("requested", NOW)
        entry = session.scalars(select(HistoryEntry)).one()
        assert (entry.action, entry.facts) == ("phase_changed", {"before": "profiles", "after": "follow_up"})

    def test_of_no_fair_it_says_so(self, session, factory):
        with pytest.raises(NotFound):
            phases.move_to(session, fair_id=factory.unknown_id(), phase=Phase.FINAL, by=None, now=NOW)


@pytest.mark.parametrize(
    ("zone", "opens", "follows"),
    [
        ("Asia/Ho_Chi_Minh", datetime(2026, 3, 27, 17, tzinfo=UTC), datetime(2026, 3, 29, 17, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 27, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ("America/Santiago", datetime(2026, 3, 28, 3, tzinfo=UTC), datetime(2026, 3, 30, 3, tzinfo=UTC)),
    ],
)
def test_the_usual_dates_are_the_fairs_own_midnights_over_a_clock_change(zone, opens, follows):
    usual = phases.usual_dates(opens_on=date(2026, 3, 28), closes_on=date(2026, 3, 29), zone=ZoneInfo(zone))
    assert usual == {Phase.FAIR_DAYS: opens, Phase.FOLLOW_UP: follows}


def factory_row(session):
    return session.scalars(select(Fair).where(Fair.slug == "spring")).one()
