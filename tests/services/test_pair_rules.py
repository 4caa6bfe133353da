"""One rule, asked by requests, proposals, matching and scheduling alike."""

from datetime import timedelta
from uuid import UUID

import pytest

from matchmaker.domain.errors import NotAllowed, TooMany
from matchmaker.domain.fairs import Acceptance, Phase, Role
from matchmaker.domain.meetings import Origin
from matchmaker.domain.requests import UNDONE
from matchmaker.domain.scheduling import Options, solve
from matchmaker.models import CompanyGroup, CompanyGroupMember, Interpreter, Meeting, MeetingRule, MeetingTable
from matchmaker.services import fairs, pair_rules, proposals, requests
from matchmaker.services.match_profiles import fair_profiles
from matchmaker.services.schedule_problem import fair_problem
from tests.factories import OPENING

NOW = OPENING - timedelta(days=5)


@pytest.fixture
def scene(session, factory):
    """A fair whose group "Hosts" never meets Korean companies: one such pair, and one that is free."""
    fair = factory.fair(slug="spring", acceptance=Acceptance.AUTOMATIC, list_length=1)
    seller = factory.participant(fair, name="Trà Xanh")
    korean = factory.participant(fair, role=Role.BUYER, name="Seoul Trade", country="VN", parent_country="KR")
    free = factory.participant(fair, role=Role.BUYER, name="Nordic", country="SE")
    group = factory.add(CompanyGroup(fair_id=fair.id, name="Hosts"))
    factory.add(CompanyGroupMember(group_id=group.id, company_id=seller.company_id))
    factory.add(
        MeetingRule(
            fair_id=fair.id,
            one_kind="group",
            one_value=str(group.id),
            other_kind="country",
            other_value="KR",
            created_at=NOW,
        )
    )
    return fairs.by_slug(session, slug="spring"), seller, korean, free


def me(session, fair, participation):
    (mine,) = fairs.memberships(session, fair_id=fair.id, account_id=participation.account.id)
    return mine


def test_the_rules_of_another_fair_mean_nothing_here(session, factory, scene):
    other = factory.fair()
    seller, korean = factory.participation(other, scene[1].company), factory.participation(other, scene[2].company)
    rules = pair_rules.rules_of(session, fair_id=other.id)
    assert not rules.forbids(str(seller.company_id), str(korean.company_id))


def test_neither_side_can_ask_the_other_and_nobody_learns_why(session, scene):
    fair, seller, korean, free = scene
    for one, other in ((seller, korean), (korean, seller)):
        with pytest.raises(NotAllowed) as refused:
            requests.ask(session, fair=fair, me=me(session, fair, one), other_id=other.id, note="", now=NOW)
        assert (refused.value.code, refused.value.facts) == ("not_available", {})
    assert requests.ask(session, fair=fair, me=me(session, fair, seller), other_id=free.id, note="", now=NOW)


def test_the_organizer_cannot_put_the_two_together(session, scene):
    fair, seller, korean, free = scene
    pairs = [(seller.id, korean.id), (seller.id, free.id)]
    proposed = proposals.propose_all(session, fair=fair, pairs=pairs, origin=Origin.SUGGESTION, by=None, now=NOW)
    assert (proposed.skipped, list(proposed.meetings)) == (
        {(seller.id, korean.id): "forbidden"},
        [(seller.id, free.id)],
    )


def test_the_matcher_is_told_of_the_pair_and_of_the_length_of_lists(session, scene):
    fair, seller, korean, _ = scene
    profiles = fair_profiles(session, fair_id=fair.id)
    assert profiles.forbidden == ((str(seller.company_id), str(korean.company_id)),)
    assert profiles.list_length == 1


def test_the_scheduler_gives_the_two_no_place(session, factory, scene):
    fair, seller, korean, free = scene
    factory.tables(fair)
    factory.slots(fair)
    forbidden = factory.meeting(seller, korean, state="accepted")
    allowed = factory.meeting(seller, free, state="accepted")
    result = solve(problem=fair_problem(session, fair_id=fair.id, now=NOW).problem, options=Options(seed=1))
    assert [one.meeting for one in result.assignments] == [str(allowed.id)]
    assert [one.meeting for one in result.unscheduled] == [str(forbidden.id)]


class TestQuotas:
    @pytest.fixture
    def ask(self, session, factory):
        def prepare(**limits):
            row = factory.fair(slug="quota", phase=Phase.PREFERENCES, **limits)
            buyer = factory.participant(row, role=Role.BUYER)
            fair = fairs.by_slug(session, slug="quota")

            def ask_new(now=NOW):
                seller = factory.participant(row)
                mine = me(session, fair, buyer)
                return requests.ask(session, fair=fair, me=mine, other_id=seller.id, note="", now=now)

            return ask_new

        return prepare

    def test_a_day_holds_so_many_and_the_next_one_more(self, ask):
        ask_new = ask(request_quota_day=2)
        ask_new(), ask_new()
        with pytest.raises(TooMany, match="quota_day") as refused:
            ask_new()
        assert refused.value.facts == {"cap": 2}
        assert ask_new(NOW + timedelta(days=1))

    @pytest.mark.parametrize("state", ["declined", "expired"])
    def test_what_was_declined_or_expired_returns(self, session, ask, state):
        ask_new = ask(request_quota_total=1)
        asked = ask_new()
        with pytest.raises(TooMany, match="quota_total"):
            ask_new(NOW + timedelta(days=3))
        session.get(Meeting, asked.meeting_id).state = state
        session.flush()
        assert ask_new(NOW + timedelta(days=3))

    def test_what_was_undone_at_once_was_never_asked(self, session, ask):
        ask_new = ask(request_quota_total=1)
        row = session.get(Meeting, ask_new().meeting_id)
        row.state, row.close_reason = "withdrawn", UNDONE
        session.flush()
        assert ask_new()

    @pytest.mark.parametrize("state", ["withdrawn", "accepted", "cancelled"])
    def test_what_was_withdrawn_or_agreed_does_not(self, session, ask, state):
        ask_new = ask(request_quota_total=1)
        session.get(Meeting, ask_new().meeting_id).state = state
        session.flush()
        with pytest.raises(TooMany, match="quota_total"):
            ask_new()


def test_closed_tables_and_interpreters_who_left_are_not_used_and_a_booth_only_for_its_host(session, factory):
    fair = factory.fair()
    host, other = factory.participant(fair), factory.participant(fair)
    buyer = factory.participant(fair, role=Role.BUYER)
    closed, _, booth = factory.tables(fair, 3)
    closed.is_closed, booth.host_id = True, host.id
    factory.add(Interpreter(fair_id=fair.id, name="A", email="a@example.test", languages=["ja"], is_active=False))
    factory.slots(fair)
    at_host = factory.meeting(host, buyer, state="accepted")
    elsewhere = factory.meeting(other, buyer, state="accepted")
    problem = fair_problem(session, fair_id=fair.id, now=NOW).problem
    result = solve(problem=problem, options=Options(seed=1))
    tables = {one.meeting: session.get(MeetingTable, UUID(one.table)).code for one in result.assignments}
    assert tables == {str(at_host.id): "A03", str(elsewhere.id): "A02"}
    assert problem.interpreters == ()
