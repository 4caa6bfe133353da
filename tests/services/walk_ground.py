"""What the walks over meetings share: a small fair, who acts at it, and what must be true after every step.

MATCHMAKER_WALKS lets a walk take other, and more, ways than the ones the suite takes each time.
"""

from __future__ import annotations

import inspect
import itertools
import os
import random
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

from hypothesis import HealthCheck, note, settings
from hypothesis import Phase as WalkPhase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from matchmaker.domain.errors import DomainError, NotFound
from matchmaker.domain.fairs import TimeChoice
from matchmaker.domain.meetings import ARROWS, RECORDED
from matchmaker.models import FairPerson, HistoryEntry, Meeting, MeetingAttendee, Notice, Seat
from matchmaker.services import agenda, fairs

STEPS_A_WALK, QUOTA = 40, 2
PAIRS = [(0, 0), (0, 1), (1, 0), (1, 1)]
ANYTHING, TRIES = 0.15, 8
# Keys are random, so where a walk leads is not the same each time; some steps are reached in one walk of twelve.
MOST_TIMES = 10
WALKS = int(os.environ.get("MATCHMAKER_WALKS", "0"))
STEPS = {(source, target) for sources, target, _ in ARROWS.values() for source in sources}
# Which state an entry about a meeting tells; the others tell nothing of it.
LEADS_TO = {
    "meeting_requested": "requested",
    "meeting_moved": "scheduled",
    "meeting_unscheduled": "accepted",
    **{f"meeting_{target}": target for _, target in STEPS},
}


def step(weight, *, states=None, phases=None, when=None, **values):
    """Let a method be a step of a walk with some of these values; of two weights the greater is taken more often.

    Mostly it is taken where it leads somewhere: for a pair whose meeting stands in one of the states, in one of the
    phases, and when there is something to do it to. The other times it must be refused.
    """

    def mark(method):
        method.weight, method.values = weight, values
        method.states, method.phases, method.when = states, phases, when
        return method

    return mark


class Ground(RuleBasedStateMachine):
    """Two exhibitors and two buyers with two people each, three slots, two tables and an organizer."""

    factory = None
    seed = 0
    phase = None
    begins_at = None
    # How much later each step is taken; never at the same time, so that nothing counts as a second tap.
    pace = timedelta(minutes=1)

    def __init__(self):
        super().__init__()
        self.dice = random.Random(self.seed)
        self.session = self.factory.session
        self.outer = self.session.begin_nested()
        self.row = self.factory.fair(
            slug="spring", time_choice=TimeChoice.PAIR, phase=self.phase, request_quota_total=QUOTA
        )
        self.slots = self.factory.slots(self.row, 3)
        self.tables = self.factory.tables(self.row, 2)
        self.sides = {
            "exhibitor": [self.company("exhibitor") for _ in range(2)],
            "buyer": [self.company("buyer") for _ in range(2)],
        }
        self.organizer = self.factory.organizer(self.row)
        self.clock = self.begins_at
        self.extended = set()
        self.known_entries, self.known_notices = set(), set()
        self.found, self.stale = None, True
        # Who is erased just now, and the company nobody signs in for any more.
        self.erased, self.gone = frozenset(), None

    def company(self, role):
        one = self.factory.participant(self.row, role=role)
        one.representative.is_admin = True
        one.colleague = self.factory.representative(one.company)
        self.factory.add(FairPerson(participation_id=one.id, representative_id=one.colleague.id))
        return SimpleNamespace(
            id=one.id,
            company_id=one.company_id,
            account_id=one.account.id,
            people=[one.representative.id, one.colleague.id],
        )

    def teardown(self):
        self.outer.rollback()
        self.session.expunge_all()

    # Who acts, and when.

    def now(self):
        """The time of the next step."""
        return self.skip_to(self.clock + self.pace)

    def skip_to(self, at):
        self.clock = max(self.clock, at)
        return self.clock

    @property
    def fair(self):
        return fairs.by_slug(self.session, slug="spring")

    def party(self, pair, side):
        """Who a side of a pair is; no participation for the organizer."""
        if side == "organizer":
            return SimpleNamespace(id=None, account_id=self.organizer.id)
        return self.sides[side][pair[0] if side == "exhibitor" else pair[1]]

    def me(self, pair, side):
        one = self.party(pair, side)
        mine = fairs.memberships(self.session, fair_id=self.row.id, account_id=one.account_id)
        return next(found for found in mine if found.participation_id == one.id)

    def acting(self, pair, side, meeting_id, now=None):
        one = self.party(pair, side)
        return {
            "fair_id": self.row.id,
            "meeting_id": meeting_id,
            "participation_id": one.id,
            "by": one.account_id,
            "now": now or self.now(),
        }

    def choose(self, known, names):
        """A step and its values, nearly always such as can succeed."""
        for _ in range(TRIES):
            name = self.dice.choice(names)
            one = known[name]
            values = {key: self.dice.choice(few) for key, few in one.values.items()}
            if self.dice.random() < ANYTHING:
                break
            fitting = [pair for pair in PAIRS if one.states is None or self.state(pair) in one.states]
            is_time = one.phases is None or self.fair.phase in one.phases
            if fitting and is_time and (one.when is None or one.when(self)):
                return name, {**values, "pair": self.dice.choice(fitting)} if "pair" in values else values
        return name, values

    # Doing something, and looking at what it left.

    def attempt(self, name, act, *, by, now):
        """Do something in a savepoint and hold its traces against what changed; return its refusal, or None."""
        before = self.meetings()
        try:
            with self.session.begin_nested():
                act(self.session)
                self.session.flush()
        except DomainError as error:
            self.session.expire_all()
            self.found = None
            assert self.meetings() == before
            return error
        self.session.expire_all()
        self.found = None
        after = self.meetings()
        self.stale = True
        entries = self.every_change_is_in_the_history(before, after, by=by, now=now)
        self.walked[name if entries else f"{name} again"] += 1
        self.everyone_hears_of_it_once(by=by, now=now)
        for key, one in after.items():
            if one.state not in {"scheduled", *RECORDED} or (key in before and before[key].slot != one.slot):
                self.extended.discard(key)
        return None

    def meetings(self):
        """Every meeting as the tables have it, read once after each step."""
        if self.found is not None:
            return self.found
        people = {}
        for key, person in self.session.execute(select(MeetingAttendee.meeting_id, MeetingAttendee.representative_id)):
            people.setdefault(key, set()).add(person)
        rows = self.session.execute(
            select(Meeting.id, Meeting.state, Meeting.slot_id, Meeting.table_id, Meeting.interpreter_id).where(
                Meeting.fair_id == self.row.id
            )
        )
        self.found = {
            key: SimpleNamespace(
                state=state,
                slot=slot,
                table=table,
                interpreter=interpreter,
                people=frozenset(people.get(key, ())) - self.erased,
            )
            for key, state, slot, table, interpreter in rows
        }
        return self.found

    def every_change_is_in_the_history(self, before, after, *, by, now):
        """Who, when and why stand there, one entry leads to the next along the arrows, and nothing else is told."""
        entries = self.session.scalars(
            select(HistoryEntry).where(HistoryEntry.fair_id == self.row.id, HistoryEntry.at == now)
        ).all()
        entries = [one for one in entries if one.id not in self.known_entries]
        self.known_entries |= {one.id for one in entries}
        in_all = select(func.count()).select_from(HistoryEntry).where(HistoryEntry.fair_id == self.row.id)
        assert self.session.scalar(in_all) == len(self.known_entries), "an entry of another time than now"
        assert {one.by_account_id for one in entries} <= {by}
        said = {}
        for one in entries:
            if one.subject_kind == "meeting":
                said.setdefault(one.subject_id, []).append(one.action)
                if one.action in {"meeting_declined", "meeting_cancelled", "meeting_unscheduled"}:
                    assert one.facts["reason"]
        assert set(before) <= set(after)
        for key, one in after.items():
            actions = said.get(key, [])
            if one == before.get(key):
                assert not LEADS_TO.keys() & actions
                continue
            assert actions
            former = before[key].state if key in before else None
            told = [LEADS_TO[action] for action in actions if action in LEADS_TO]
            assert any(is_a_way(former, way, one.state) for way in itertools.permutations(told)), (former, told, one)
        return len(entries)

    def everyone_hears_of_it_once(self, *, by, now):
        """One notice of a kind about a meeting to a person, and none to the one who did it."""
        soon = now + timedelta(minutes=1)
        rows = self.session.scalars(
            select(Notice).where(Notice.fair_id == self.row.id, Notice.created_at >= now, Notice.created_at < soon)
        ).all()
        rows = [one for one in rows if one.id not in self.known_notices]
        self.known_notices |= {one.id for one in rows}
        told = Counter((one.account_id, one.kind, one.facts.get("meeting")) for one in rows)
        assert [key for key, count in told.items() if count > 1] == []
        if by is not None:
            assert by not in {one.account_id for one in rows}

    def forget(self):
        """What was done without looking at its traces is not looked at later either."""
        self.known_entries |= set(
            self.session.scalars(select(HistoryEntry.id).where(HistoryEntry.fair_id == self.row.id))
        )
        self.known_notices |= set(self.session.scalars(select(Notice.id).where(Notice.fair_id == self.row.id)))
        self.session.expire_all()
        self.found, self.stale = None, True

    @invariant()
    def everything_agrees(self):
        if self.stale:
            self.the_seats_are_those_of_the_scheduled_meetings()
            self.both_calendars_agree()
            self.stale = False

    def the_seats_are_those_of_the_scheduled_meetings(self):
        """Nobody and nothing sits twice, a pending request holds no seat, and a missed or held one at most its own."""
        held = {}
        rows = self.session.execute(
            select(Seat.meeting_id, Seat.resource_id, Seat.slot_id).join(Meeting).where(Meeting.fair_id == self.row.id)
        )
        for meeting_id, resource_id, slot_id in rows:
            held.setdefault(meeting_id, Counter())[resource_id, slot_id] += 1
        for key, one in self.meetings().items():
            wanted = Counter(self.seats_of(key, one))
            if one.state == "scheduled":
                assert held.pop(key, Counter()) == wanted, (key, one)
            elif one.state in RECORDED:
                assert held.pop(key, Counter()) <= wanted
        assert held == {}

    def seats_of(self, key, one):
        order = [slot.id for slot in self.slots]
        times = [one.slot] if one.slot else []
        if key in self.extended:
            times.append(order[order.index(one.slot) + 1])
        who = [*one.people, *(thing for thing in (one.table, one.interpreter) if thing)]
        return [(resource, slot) for resource in who for slot in times]

    def both_calendars_agree(self):
        """Each side reads the same meetings in the same places, and nobody is in two of them at once."""
        placed = {key: (one.slot, one.table) for key, one in self.meetings().items() if one.state == "scheduled"}
        codes = {table.id: table.code for table in self.tables}
        seen = Counter()
        for side, companies in self.sides.items():
            for number, one in enumerate(companies):
                me = self.me((number, number), side) if one.id != self.gone else self.in_their_place(one)
                if me is None:
                    continue
                mine = agenda.agenda_of(self.session, fair_id=self.row.id, me=me)
                stand = [row for row in mine.own.meetings if row.state == "scheduled"]
                for row in stand:
                    slot, table = placed[row.id]
                    assert (row.slot_id, row.table_code) == (slot, codes.get(table))
                    seen[row.id] += 1
                assert self.people_twice(one, stand) == []
        assert seen == dict.fromkeys(placed, 2)

    def in_their_place(self, one):
        """The organizer acting for a company; None where the company is erased itself."""
        try:
            return fairs.membership_of(
                self.session, fair_id=self.row.id, participation_id=one.id, account_id=self.organizer.id
            )
        except NotFound:
            return None

    def people_twice(self, one, rows):
        meetings = self.meetings()
        sits = Counter((person, row.slot_id) for row in rows for person in meetings[row.id].people & set(one.people))
        return [key for key, count in sits.items() if count > 1]


def is_a_way(state, way, end):
    """Whether a meeting can go that way, one arrow after the other."""
    for target in way:
        if state is not None and (state, target) not in STEPS:
            return False
        state = target
    return state == end


def walk(machine, *, factory, walks, wanted):
    """Walk, and further where a wanted step has not succeeded yet; return how often each one did."""
    walked = Counter()
    known = {name: one for name, one in inspect.getmembers(machine) if hasattr(one, "weight")}
    names = [name for name, one in known.items() for _ in range(one.weight)]

    def do(self):
        name, values = self.choose(known, names)
        note(f"{name} {values}")
        getattr(self, name)(**values)

    # Drawn by Hypothesis most walks would be slight changes of a few, with one step fifty times and others never.
    first = random.SystemRandom().randrange(2**32) if WALKS else 0
    walks = WALKS or walks
    for seed in range(first, first + MOST_TIMES * walks):
        if seed >= first + walks and all(walked[name] for name in wanted):
            break
        here = {"factory": factory, "walked": walked, "seed": seed, "do": rule()(do)}
        run_state_machine_as_test(type("WalkHere", (machine,), here), settings=ONE_WALK, _min_steps=STEPS_A_WALK)
    return walked


ONE_WALK = settings(
    max_examples=1,
    stateful_step_count=STEPS_A_WALK,
    deadline=None,
    database=None,
    phases=[WalkPhase.generate],
    suppress_health_check=list(HealthCheck),
)
