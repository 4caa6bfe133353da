"""Anyone does anything through the services, beside a model simple enough to be read at a glance."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import Phase as WalkPhase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from matchmaker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from matchmaker.domain.fairs import Phase, TimeChoice
from matchmaker.models import HistoryEntry, Meeting, MeetingAttendee, Notice, Seat
from matchmaker.services import booking, fairs, meetings
from matchmaker.services.requests import ask
from tests.factories import OPENING

NOW = OPENING - timedelta(days=10)
SIDES = ("exhibitor", "buyer", "organizer")
PAIRS = st.tuples(st.integers(0, 1), st.integers(0, 1))
GIVES_WAY = {"declined", "withdrawn", "expired", "cancelled", None}


def fair_with_four(factory):
    """Two exhibitors, two buyers, three slots and one table: enough for every clash."""
    fair = factory.fair(slug="spring", time_choice=TimeChoice.PAIR, phase=Phase.PREFERENCES)
    slots = factory.slots(fair, 3)
    factory.tables(fair, 1)
    exhibitors = [factory.participant(fair) for _ in range(2)]
    buyers = [factory.participant(fair, role="buyer") for _ in range(2)]
    return fair, slots, exhibitors, buyers, factory.organizer(fair)


class Walk(RuleBasedStateMachine):
    """Requests, answers, times and cancellations between four companies, by whoever may or may not do them."""

    factory = None

    def __init__(self):
        super().__init__()
        self.session = self.factory.session
        self.outer = self.session.begin_nested()
        self.fair, self.slots, self.exhibitors, self.buyers, self.organizer = fair_with_four(self.factory)
        self.facts = fairs.by_slug(self.session, slug="spring")
        self.clock = itertools.count(1)
        # What the model knows: of each pair the newest meeting's key, state, asker and slot, and who was declined.
        self.keys, self.states, self.askers, self.places = {}, {}, {}, {}
        self.declined = set()
        self.last = {}
        self.done = 0

    def teardown(self):
        self.outer.rollback()
        self.session.expunge_all()

    def now(self):
        """A minute later each time, so that nothing counts as a second tap."""
        return NOW + timedelta(minutes=next(self.clock))

    def who(self, pair, side):
        if side == "organizer":
            return None, self.organizer.id
        one = self.exhibitors[pair[0]] if side == "exhibitor" else self.buyers[pair[1]]
        return one.id, one.account.id

    def attempt(self, act, **values):
        """Do something in a savepoint; return its refusal, or None."""
        try:
            with self.session.begin_nested():
                act(self.session, **values)
        except DomainError as error:
            return error
        self.done += 1
        return None

    def acting(self, pair, side):
        participation_id, account_id = self.who(pair, side)
        return {
            "fair_id": self.fair.id,
            "meeting_id": self.keys.get(pair, self.fair.id),
            "participation_id": participation_id,
            "by": account_id,
            "now": self.now(),
        }

    @rule(pair=PAIRS, side=st.sampled_from(SIDES[:2]))
    def ask(self, pair, side):
        mine, other = (self.exhibitors[pair[0]], self.buyers[pair[1]])[:: 1 if side == "exhibitor" else -1]
        me = next(
            one
            for one in fairs.memberships(self.session, fair_id=self.fair.id, account_id=mine.account.id)
            if one.participation_id == mine.id
        )
        state = self.states.get(pair)
        refused = self.attempt(ask, fair=self.facts, me=me, other_id=other.id, note="", now=self.now())
        if (pair, side) in self.declined:
            assert isinstance(refused, NotAllowed)
        elif state not in GIVES_WAY:
            assert isinstance(refused, Conflict)
        else:
            assert refused is None
            known = select(Meeting.id).where(
                Meeting.exhibitor_id == self.exhibitors[pair[0]].id,
                Meeting.buyer_id == self.buyers[pair[1]].id,
                Meeting.state == "requested",
            )
            self.keys[pair] = self.session.scalars(known).one()
            self.states[pair], self.askers[pair], self.places[pair] = "requested", side, None
            self.last.pop(pair, None)

    @rule(pair=PAIRS, side=st.sampled_from(SIDES), answer=st.sampled_from(["accept", "decline", "withdraw"]))
    def answer(self, pair, side, answer):
        values = {"reason": "no_time"} if answer == "decline" else {}
        refused = self.attempt(getattr(meetings, answer), **self.acting(pair, side), **values)
        if pair not in self.keys:
            assert isinstance(refused, NotFound)
            return
        asks = side == self.askers[pair]
        may = asks if answer == "withdraw" else not asks
        if side == "organizer":
            may = answer != "withdraw"
        target = {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn"}[answer]
        self.expect(pair, refused, side=side, may=may, sources={"requested"}, target=target)
        if refused is None and answer == "decline":
            self.declined.add((pair, self.askers[pair]))

    @rule(pair=PAIRS, side=st.sampled_from(SIDES))
    def cancel(self, pair, side):
        refused = self.attempt(meetings.cancel, reason="no_time", **self.acting(pair, side))
        if pair not in self.keys:
            assert isinstance(refused, NotFound)
            return
        self.expect(pair, refused, side=side, may=True, sources={"accepted", "scheduled"}, target="cancelled")
        if refused is None:
            self.places[pair] = None

    @rule(pair=PAIRS, side=st.sampled_from(SIDES), slot=st.integers(0, 2))
    def place(self, pair, side, slot):
        state, before = self.states.get(pair), self.places.get(pair)
        acting = self.acting(pair, side)
        if state == "scheduled" and before == slot:
            self.done -= 1  # Doing it again succeeds and leaves no trace.
        refused = self.attempt(booking.place, fair=self.facts, slot_id=self.slots[slot].id, **acting)
        if pair not in self.keys:
            assert isinstance(refused, NotFound)
        elif state not in {"accepted", "scheduled"}:
            assert isinstance(refused, Conflict)
        elif slot in {place for other, place in self.places.items() if other != pair}:
            # There is one table, so whoever sits at that time is in the way.
            assert refused is not None
            assert refused.code == "slot_taken"
        else:
            assert refused is None
            self.states[pair], self.places[pair] = "scheduled", slot

    @rule(hours=st.sampled_from([1, 72, 100]))
    def time_passes_and_requests_expire(self, hours):
        now = NOW + timedelta(hours=hours)
        due = [pair for pair, state in self.states.items() if state == "requested"]
        keys = {self.keys[pair]: pair for pair in due}
        late = select(Meeting.id).where(Meeting.id.in_(keys), Meeting.expires_at <= now)
        expected = {keys[key] for key in self.session.scalars(late)}
        assert meetings.expire_due(self.session, now=now) == len(expected)
        self.done += len(expected)
        for pair in expected:
            self.states[pair] = "expired"

    def expect(self, pair, refused, *, side, may, sources, target):
        if (target, side) == self.last.get(pair) and self.states[pair] == target:
            assert refused is None
            self.done -= 1  # Doing it again succeeds and leaves no trace.
        elif not may:
            assert isinstance(refused, NotAllowed)
        elif self.states[pair] not in sources:
            assert isinstance(refused, Conflict)
            assert refused.facts["state"] == self.states[pair]
        else:
            assert refused is None
            self.states[pair], self.last[pair] = target, (target, side)

    @invariant()
    def the_tables_say_what_the_model_says(self):
        rows = self.session.execute(
            select(Meeting.id, Meeting.state, Meeting.slot_id).where(Meeting.id.in_(list(self.keys.values())))
        )
        found = {key: (state, slot if state == "scheduled" else None) for key, state, slot in rows}
        slots = [slot.id for slot in self.slots]
        assert found == {
            self.keys[pair]: (
                state,
                slots[self.places[pair]] if state == "scheduled" else None,
            )
            for pair, state in self.states.items()
        }

    @invariant()
    def both_calendars_agree(self):
        wanted = Counter()
        scheduled = select(Meeting.id, Meeting.slot_id, Meeting.table_id).where(
            Meeting.fair_id == self.fair.id, Meeting.state == "scheduled"
        )
        for meeting_id, slot_id, table_id in self.session.execute(scheduled).all():
            people = self.session.scalars(
                select(MeetingAttendee.representative_id).where(MeetingAttendee.meeting_id == meeting_id)
            )
            wanted.update((meeting_id, one, slot_id) for one in [*people, table_id])
        seats = self.session.execute(
            select(Seat.meeting_id, Seat.resource_id, Seat.slot_id)
            .join(Meeting, Meeting.id == Seat.meeting_id)
            .where(Meeting.fair_id == self.fair.id)
        )
        assert Counter(tuple(row) for row in seats) == wanted

    @invariant()
    def every_change_is_in_the_history_once(self):
        entries = select(HistoryEntry.id).where(
            HistoryEntry.fair_id == self.fair.id, HistoryEntry.subject_kind == "meeting"
        )
        assert len(self.session.scalars(entries).all()) == self.done

    @invariant()
    def nobody_hears_of_what_they_did_themselves_twice(self):
        once = self.session.scalars(select(Notice.once).where(Notice.fair_id == self.fair.id)).all()
        assert len(once) == len(set(once))


def test_the_services_do_what_the_model_does(factory):
    walk = type("WalkHere", (Walk,), {"factory": factory})
    run_state_machine_as_test(
        walk,
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            # Each step is several statements; making a failure smaller would take minutes and is for whoever debugs it.
            phases=[WalkPhase.explicit, WalkPhase.reuse, WalkPhase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
