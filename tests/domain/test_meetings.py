"""The states of a meeting, walked through at random, and the rules of asking for one."""

import itertools
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from matchmaker.domain.errors import Conflict, NotAllowed, TooMany
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import (
    AGREED,
    ARROWS,
    OPEN,
    RECORDED,
    REFUSED,
    Action,
    MeetingState,
    Party,
    next_state,
    party_of,
)
from matchmaker.domain.requests import REQUESTS_A_DAY, Speaker, Standing, answer_by, check_request, choose_speakers

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
FREE = Standing(
    same_company=False,
    opposite_roles=True,
    both_approved=True,
    is_over=False,
    has_veto=False,
    was_declined=False,
    has_request=False,
    has_meeting=False,
    asked_lately=0,
)


class MeetingLife(RuleBasedStateMachine):
    """A meeting to which anyone does anything, beside a plain record of what was allowed."""

    def __init__(self):
        super().__init__()
        self.state = MeetingState.REQUESTED
        self.was_accepted = self.was_scheduled = False
        self.closed_as = None

    @rule(action=st.sampled_from(Action), party=st.sampled_from(Party))
    def act(self, action, party):
        try:
            after = next_state(self.state, action, party)
        except (NotAllowed, Conflict):
            return
        is_corrected = (self.closed_as, after) == (MeetingState.NO_SHOW, MeetingState.HELD)
        is_reopened = self.closed_as in RECORDED and action is Action.REOPEN
        assert self.closed_as is None or is_corrected or is_reopened
        self.was_accepted |= after is MeetingState.ACCEPTED
        self.was_scheduled |= after is MeetingState.SCHEDULED
        self.state = after
        self.closed_as = None if after in OPEN else after

    @rule(party=st.sampled_from([Party.ASKER, Party.SYSTEM]))
    @precondition(lambda self: self.state is MeetingState.REQUESTED)
    def nobody_declines_for_the_one_asked(self, party):
        with pytest.raises(NotAllowed):
            next_state(self.state, Action.DECLINE, party)

    @rule()
    @precondition(lambda self: self.state is MeetingState.REQUESTED)
    def the_asker_can_always_withdraw_while_it_waits(self):
        assert next_state(self.state, Action.WITHDRAW, Party.ASKER) is MeetingState.WITHDRAWN

    @rule(party=st.sampled_from([Party.ASKER, Party.ASKED, Party.ORGANIZER]))
    @precondition(lambda self: self.state in {MeetingState.ACCEPTED, MeetingState.SCHEDULED})
    def either_side_can_always_call_off_what_is_agreed(self, party):
        assert next_state(self.state, Action.CANCEL, party) is MeetingState.CANCELLED

    @invariant()
    def nothing_is_agreed_that_was_not_accepted(self):
        assert self.state not in AGREED | {MeetingState.CANCELLED} or self.was_accepted

    @invariant()
    def only_a_scheduled_meeting_can_be_missed(self):
        assert self.state is not MeetingState.NO_SHOW or self.was_scheduled

    @invariant()
    def a_refused_request_was_never_accepted(self):
        assert self.state not in REFUSED or not self.was_accepted


TestMeetingLife = MeetingLife.TestCase


def test_every_action_on_every_state_by_everyone_is_decided():
    decided = {
        (state, action, party): _outcome(state, action, party)
        for state, action, party in itertools.product(MeetingState, Action, Party)
    }
    allowed = {
        (state, action, party): ARROWS[action][1]
        for action, (sources, _, parties) in ARROWS.items()
        for state, party in itertools.product(sources, parties)
    }
    assert {key: after for key, after in decided.items() if isinstance(after, MeetingState)} == allowed
    for (state, action, party), after in decided.items():
        if (state, action, party) not in allowed:
            assert after == ("not_yours_to_do" if party not in ARROWS[action][2] else "meeting_moved_on")


def _outcome(state, action, party):
    try:
        return next_state(state, action, party)
    except (NotAllowed, Conflict) as error:
        return error.code


def test_a_late_action_says_where_the_meeting_stands():
    with pytest.raises(Conflict) as caught:
        next_state(MeetingState.WITHDRAWN, Action.ACCEPT, Party.ASKED)
    assert (caught.value.code, caught.value.facts) == (
        "meeting_moved_on",
        {"state": MeetingState.WITHDRAWN, "action": Action.ACCEPT},
    )


def test_states_fall_into_open_recorded_refused_and_cancelled_once_each():
    groups = [OPEN, RECORDED, REFUSED, {MeetingState.CANCELLED}]
    assert sorted(state for group in groups for state in group) == sorted(MeetingState)


@pytest.mark.parametrize(
    ("side", "requested_by", "party"),
    [
        (Role.BUYER, "buyer", Party.ASKER),
        (Role.EXHIBITOR, "buyer", Party.ASKED),
        (Role.BUYER, "organizer", Party.ASKED),
        (Role.EXHIBITOR, "organizer", Party.ASKED),
        (None, "buyer", Party.ORGANIZER),
    ],
)
def test_who_someone_is_to_a_meeting(side, requested_by, party):
    assert party_of(side, requested_by=requested_by) is party


def test_a_request_between_two_who_may_meet_is_let_through():
    check_request(replace(FREE, asked_lately=REQUESTS_A_DAY - 1, undone_lately=REQUESTS_A_DAY))


@pytest.mark.parametrize(
    ("against", "error", "code"),
    [
        ({"same_company": True}, NotAllowed, "own_company"),
        ({"opposite_roles": False}, NotAllowed, "same_role"),
        ({"is_over": True}, NotAllowed, "fair_is_over"),
        ({"both_approved": False}, NotAllowed, "not_available"),
        ({"has_veto": True}, NotAllowed, "not_available"),
        ({"was_declined": True}, NotAllowed, "declined_before"),
        ({"has_meeting": True}, Conflict, "meeting_exists"),
        ({"has_request": True}, Conflict, "request_open"),
        ({"asked_lately": REQUESTS_A_DAY}, TooMany, "too_many_requests"),
        ({"undone_lately": 2 * REQUESTS_A_DAY}, TooMany, "too_many_requests"),
        ({"is_closed": True}, NotAllowed, "not_in_phase"),
        ({"is_forbidden": True}, NotAllowed, "not_available"),
        ({"quota_day": 3, "counted_day": 3}, TooMany, "quota_day"),
        ({"quota_total": 9, "counted_total": 9}, TooMany, "quota_total"),
        ({"quota_total": 0}, TooMany, "quota_total"),
    ],
)
def test_each_rule_of_asking_refuses_with_its_own_code(against, error, code):
    with pytest.raises(error) as caught:
        check_request(replace(FREE, **against))
    assert caught.value.code == code


def test_a_veto_is_refused_in_the_same_words_as_a_company_that_is_not_approved():
    codes = set()
    for against in ({"has_veto": True}, {"both_approved": False}):
        with pytest.raises(NotAllowed) as caught:
            check_request(replace(FREE, **against))
        codes.add((caught.value.code, tuple(caught.value.facts)))
    assert codes == {("not_available", ())}


@pytest.mark.parametrize(
    ("now", "minutes", "ends"),
    [
        (NOON, 15, NOON + timedelta(minutes=15)),
        (NOON, 10 * 1440, NOON + timedelta(days=10)),
        (NOON + timedelta(days=16), 3 * 1440, NOON + timedelta(days=17)),
        (NOON + timedelta(days=17), 3 * 1440, NOON + timedelta(days=17, minutes=45)),
        (NOON + timedelta(days=18), 3 * 1440, NOON + timedelta(days=18, minutes=45)),
    ],
)
def test_a_request_expires_after_its_time_or_when_the_fair_opens_and_sooner_on_its_days(now, minutes, ends):
    opens_at = NOON + timedelta(days=17)
    assert answer_by(now=now, minutes=minutes, fair_minutes=45, opens_at=opens_at) == ends


def speaker(number, *languages, signs_in=True):
    return Speaker(uuid.UUID(int=number), frozenset(languages), signs_in)


def test_two_who_share_a_language_are_chosen_before_others():
    ours = [speaker(1, "vi"), speaker(2, "vi", "ja")]
    theirs = [speaker(3, "ko"), speaker(4, "ja")]
    assert choose_speakers(ours, theirs) == (ours[1], theirs[1])


def test_without_a_common_language_people_who_can_sign_in_are_chosen():
    ours = [speaker(1, "vi", signs_in=False), speaker(2, "vi")]
    theirs = [speaker(3, "ko", signs_in=False), speaker(4, "ko")]
    assert choose_speakers(ours, theirs) == (ours[1], theirs[1])


def test_who_has_a_time_in_common_goes_before_who_only_shares_the_language():
    ours = [Speaker(uuid.UUID(int=1), frozenset({"vi"}), can_sign_in=True, free=0b0011)]
    speaks, comes = (
        Speaker(uuid.UUID(int=number), frozenset({language}), can_sign_in=True, free=free)
        for number, language, free in ((2, "vi", 0b1100), (3, "ja", 0b0001))
    )
    assert choose_speakers(ours, [speaks, comes]) == (ours[0], comes)


def test_of_two_who_share_the_language_the_one_with_more_times_in_common_is_chosen():
    ours = [Speaker(uuid.UUID(int=1), frozenset({"vi"}), can_sign_in=True, free=0b0111)]
    busy, free = (
        Speaker(uuid.UUID(int=number), frozenset({"vi"}), can_sign_in=True, free=slots)
        for number, slots in ((2, 0b1001), (3, 0b0110))
    )
    assert choose_speakers(ours, [busy, free]) == (ours[0], free)


def test_a_side_without_people_has_no_speaker():
    assert choose_speakers([speaker(2), speaker(1)], []) == (speaker(1), None)
    assert choose_speakers([], []) == (None, None)


@given(
    st.lists(st.tuples(st.sets(st.sampled_from(["vi", "en", "ja"])), st.booleans()), min_size=1, max_size=4),
    st.lists(st.tuples(st.sets(st.sampled_from(["vi", "en", "ja"])), st.booleans()), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_the_choice_depends_on_the_people_and_not_on_their_order(ours, theirs, dice):
    ours = [speaker(n, *languages, signs_in=can) for n, (languages, can) in enumerate(ours)]
    theirs = [speaker(100 + n, *languages, signs_in=can) for n, (languages, can) in enumerate(theirs)]
    chosen = choose_speakers(ours, theirs)
    dice.shuffle(ours)
    dice.shuffle(theirs)
    assert choose_speakers(ours, theirs) == chosen
    could_talk = any(mine.languages & other.languages for mine in ours for other in theirs)
    assert bool(chosen[0].languages & chosen[1].languages) is could_talk
