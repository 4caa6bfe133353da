"""A plan that an organizer changes by hand: where a meeting fits, which rules a place breaks, and what clashes."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain import places as rules
from matchmaker.domain.meetings import RECORDED, MeetingState
from matchmaker.domain.places import Diary, Ground, Spot

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from matchmaker.domain.places import Opening, Place

TO_PLACE = frozenset({MeetingState.ACCEPTED, MeetingState.SCHEDULED})


class Rule(StrEnum):
    """A rule that a place breaks, or what makes a draft out of date."""

    BEGUN = "begun"
    TABLE_CLOSED = "table_closed"
    TABLE_TAKEN = "table_taken"
    OTHER_BOOTH = "other_booth"
    NOBODY = "nobody"
    FORBIDDEN = "forbidden"
    VETOED = "vetoed"
    BUSY = "busy"
    AWAY = "away"
    DAY_FULL = "day_full"
    LIMIT = "limit"
    NO_INTERPRETER = "no_interpreter"
    TOO_FAR = "too_far"
    MOVED_MEANWHILE = "moved_meanwhile"
    CALLED_OFF = "called_off"


# A table holds one meeting, the past is over, and a rule of the fair is changed in the set-up: no organizer can wave
# these through here. The others they can, knowingly.
NEVER = frozenset({Rule.BEGUN, Rule.TABLE_CLOSED, Rule.TABLE_TAKEN, Rule.OTHER_BOOTH, Rule.NOBODY, Rule.FORBIDDEN})
# With these a draft can't become the plan: the seats are taken, or it speaks of what is no longer so.
NOT_TO_PUBLISH = frozenset({*NEVER, Rule.BUSY, Rule.MOVED_MEANWHILE, Rule.CALLED_OFF})


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken rule: whom or what it concerns, the meeting in the way, and the limit that is passed."""

    rule: Rule
    who: str = ""
    in_the_way: uuid.UUID | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """A broken rule that a plan has as it is; ``blocks`` says that a draft with it can't be published."""

    meeting_id: uuid.UUID
    broken: Broken
    blocks: bool


@dataclass(frozen=True, slots=True)
class HandTable:
    """A table, whose booth it is if it is one, and whether it is closed."""

    id: uuid.UUID
    code: str
    hall: str
    host_id: uuid.UUID | None
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting with its place in the plan.

    ``stood`` is where it stands for everyone else, ``was`` where it stood when the draft changed it; ``broken`` are
    the rules broken knowingly. ``kept_apart`` is the rule by which two of its companies are not to meet at all. The
    exhibitor and the buyer come first in ``companies``, then a third company that has joined;
    ``missed`` the code of the reason why the newest run found no place for it.
    """

    id: uuid.UUID
    state: MeetingState
    exhibitor_id: uuid.UUID
    companies: tuple[uuid.UUID, ...]
    names: tuple[str, ...]
    is_international: bool
    caps: tuple[int, ...]
    is_online: bool
    slot_id: uuid.UUID | None
    table_id: uuid.UUID | None
    interpreter_id: uuid.UUID | None
    is_locked: bool
    people: tuple[uuid.UUID, ...]
    is_changed: bool = False
    stood: tuple[uuid.UUID | None, uuid.UUID | None] = (None, None)
    was: tuple[uuid.UUID | None, uuid.UUID | None] = (None, None)
    broken: tuple[str, ...] = ()
    kept_apart: Rule | None = None
    missed: str = ""

    @property
    def sits(self) -> Iterator[uuid.UUID]:
        """Everyone and everything it takes in its slot."""
        yield from self.people
        yield from (one for one in (self.table_id, self.interpreter_id) if one is not None)

    @property
    def is_to_place(self) -> bool:
        """Whether the plan may still move it."""
        return self.state in TO_PLACE


@dataclass(frozen=True, slots=True)
class Guest:
    """Someone who sits in meetings: a person of a company, with the account of those who sign in, or an interpreter."""

    id: uuid.UUID
    name: str
    languages: frozenset[str] = frozenset()
    daily_cap: int | None = None
    account_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class HandPlan:
    """The plan as it would be: grid, tables, meetings, who can't come when, the interpreters, who comes.

    ``entries`` are all of its meetings, or those that a question is about; ``others`` are then the tables and
    interpreters in use by the rest of them, by slot.
    """

    openings: tuple[Opening, ...]
    tables: tuple[HandTable, ...]
    entries: Mapping[uuid.UUID, Entry]
    away: Mapping[uuid.UUID, frozenset[uuid.UUID]] = field(default_factory=dict)
    interpreters: tuple[Guest, ...] = ()
    guests: Mapping[uuid.UUID, Guest] = field(default_factory=dict)
    others: Mapping[tuple[uuid.UUID, uuid.UUID], list[uuid.UUID]] = field(default_factory=dict)

    def name_of(self, one: uuid.UUID) -> str:
        """Return what someone who sits in the plan is called."""
        known = self.guests.get(one) or next((guest for guest in self.interpreters if guest.id == one), None)
        return known.name if known else ""

    def seats(self, besides: uuid.UUID | None = None) -> dict[tuple[uuid.UUID, uuid.UUID], list[uuid.UUID]]:
        """Return which meetings take whom or what in which slot, without those of one meeting."""
        taken = defaultdict(list, {key: list(meetings) for key, meetings in self.others.items()})
        for entry in self.entries.values():
            if entry.slot_id is not None and entry.id != besides:
                for one in entry.sits:
                    taken[one, entry.slot_id].append(entry.id)
        return taken


class Held:
    """A meeting that is held above the plan: the places it fits, and what any other place would break."""

    def __init__(self, plan: HandPlan, entry: Entry, guests: Sequence[Guest], *, now: datetime) -> None:
        self.plan, self.entry, self.guests, self.now = plan, entry, tuple(guests), now
        self.seats = plan.seats(besides=entry.id)
        self.table_of = {table.id: table for table in plan.tables}
        self.opening_of = {opening.id: opening for opening in plan.openings}
        self._places: list[Place] | None = None

    @property
    def places(self) -> list[Place]:
        """Every place that breaks no rule, in order of time."""
        if self._places is None:
            is_barred = self.entry.kept_apart is not None or self._full() or not self.guests
            self._places = [] if is_barred else self._find()
        return self._places

    def interpreter_at(self, slot_id: uuid.UUID) -> uuid.UUID | None:
        """The interpreter who would sit in: the present one when free, else the first who speaks both languages."""
        found = [one.id for one in self._speakers() if not self._is_engaged(one.id, slot_id)]
        return self.entry.interpreter_id if self.entry.interpreter_id in found else next(iter(found), None)

    @property
    def needs_interpreter(self) -> bool:
        """Whether the people share no language, or an interpreter was given already."""
        spoken = [one.languages for one in self.guests if one.languages]
        return self.entry.interpreter_id is not None or bool(spoken and not frozenset.intersection(*spoken))

    def broken(self, slot_id: uuid.UUID, table_id: uuid.UUID | None) -> list[Broken]:
        """Return every rule that this place breaks; empty when it is free for all."""
        found = [
            *self._breaks_time(slot_id),
            *self._breaks_table(slot_id, table_id),
            *self._breaks_people(slot_id),
            *self._full(),
        ]
        if self.needs_interpreter and self.interpreter_at(slot_id) is None:
            found.append(Broken(Rule.NO_INTERPRETER))
        if not found and not self._is_among_places(slot_id, table_id):
            found.append(Broken(Rule.TOO_FAR))
        return found

    def _is_among_places(self, slot_id: uuid.UUID, table_id: uuid.UUID | None) -> bool:
        return any(
            place.opening.id == slot_id and any((spot.table_id if spot else None) == table_id for spot in place.spots)
            for place in self.places
        )

    def _find(self) -> list[Place]:
        spots = [
            Spot(one.id, one.code, one.hall, one.host_id is not None) for one in self.plan.tables if self._is_ours(one)
        ]
        taken: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        for one, slot_id in self.seats:
            if one in self.table_of:
                taken[slot_id].add(one)
        ground = Ground(
            openings=self.plan.openings,
            spots=spots,
            taken={slot_id: frozenset(tables) for slot_id, tables in taken.items()},
            has_tables=bool(self.plan.tables),
            is_online=self.entry.is_online,
        )
        found = rules.places(ground, [self._diary(one) for one in self.guests], now=self.now)
        if not self.needs_interpreter:
            return found
        return [place for place in found if self.interpreter_at(place.opening.id) is not None]

    def _is_ours(self, table: HandTable) -> bool:
        return not table.is_closed and table.host_id in {None, self.entry.exhibitor_id}

    def _diary(self, guest: Guest) -> Diary:
        stops: dict[uuid.UUID, str] = {}
        for (one, slot_id), meetings in self.seats.items():
            if one == guest.id:
                table = self.table_of.get(self.plan.entries[meetings[0]].table_id or guest.id)
                stops[slot_id] = table.hall if table else ""
        return Diary(self.plan.away.get(guest.id, frozenset()), stops, guest.daily_cap)

    def _speakers(self) -> list[Guest]:
        if not self.needs_interpreter:
            return []
        spoken = [one.languages for one in self.guests if one.languages]
        return [one for one in self.plan.interpreters if all(one.languages & languages for languages in spoken)]

    def _is_engaged(self, one: uuid.UUID, slot_id: uuid.UUID) -> bool:
        return bool(self.seats.get((one, slot_id))) or slot_id in self.plan.away.get(one, frozenset())

    def _breaks_time(self, slot_id: uuid.UUID) -> Iterator[Broken]:
        if not self.guests:
            yield Broken(Rule.NOBODY)
        if self.entry.kept_apart is not None:
            yield Broken(self.entry.kept_apart)
        if self.opening_of[slot_id].starts_at <= self.now:
            yield Broken(Rule.BEGUN)

    def _breaks_table(self, slot_id: uuid.UUID, table_id: uuid.UUID | None) -> Iterator[Broken]:
        if self.entry.is_online or table_id is None:
            return
        table = self.table_of[table_id]
        if table.is_closed:
            yield Broken(Rule.TABLE_CLOSED, table.code)
        if table.host_id not in {None, self.entry.exhibitor_id}:
            yield Broken(Rule.OTHER_BOOTH, table.code)
        for meeting_id in self.seats.get((table_id, slot_id), ())[:1]:
            yield Broken(Rule.TABLE_TAKEN, table.code, meeting_id)

    def _breaks_people(self, slot_id: uuid.UUID) -> Iterator[Broken]:
        day = self.opening_of[slot_id].day
        for guest in self.guests:
            for meeting_id in self.seats.get((guest.id, slot_id), ())[:1]:
                yield Broken(Rule.BUSY, guest.name, meeting_id)
            if slot_id in self.plan.away.get(guest.id, frozenset()):
                yield Broken(Rule.AWAY, guest.name)
            if guest.daily_cap is not None:
                load = sum(one == guest.id and self.opening_of[slot].day == day for one, slot in self.seats)
                if load >= guest.daily_cap:
                    yield Broken(Rule.DAY_FULL, guest.name, limit=guest.daily_cap)

    def _full(self) -> list[Broken]:
        """The limits of its companies, counted in both of their roles."""
        spent: Counter[uuid.UUID] = Counter()
        for entry in self.plan.entries.values():
            if entry.slot_id is not None and entry.id != self.entry.id:
                spent.update(entry.companies)
        sides = zip(self.entry.companies, self.entry.names, self.entry.caps, strict=True)
        return [Broken(Rule.LIMIT, name, limit=cap) for company, name, cap in sides if spent[company] >= cap]


def clashes(plan: HandPlan, *, now: datetime) -> list[Clash]:
    """Return what contradicts itself in a plan, meeting by meeting."""
    if not plan.entries:
        return []
    openings = {opening.id: opening for opening in plan.openings}
    tables = {table.id: table for table in plan.tables}
    seats = plan.seats()
    found: list[Clash] = []
    for entry in plan.entries.values():
        if not entry.is_to_place or entry.slot_id is None:
            found += [_clash(entry, one) for one in _out_of_date(entry)]
            continue
        begun = openings[entry.slot_id].starts_at <= now
        if begun and not entry.is_changed:
            continue
        faults = [*_out_of_date(entry), *([Broken(Rule.BEGUN)] if begun else [])]
        faults += [Broken(entry.kept_apart)] if entry.kept_apart else []
        table = tables.get(entry.table_id) if entry.table_id else None
        if table is not None and table.is_closed:
            faults.append(Broken(Rule.TABLE_CLOSED, table.code))
        found += [_clash(entry, one) for one in faults]
        found += _doubled(plan, entry, seats, tables)
        found += [
            _clash(entry, Broken(Rule.AWAY, plan.name_of(one)))
            for one in entry.people
            if entry.slot_id in plan.away.get(one, frozenset())
        ]
    return found


def _out_of_date(entry: Entry) -> list[Broken]:
    if not entry.is_changed or entry.state in RECORDED:
        return []
    if not entry.is_to_place:
        return [Broken(Rule.CALLED_OFF)]
    return [Broken(Rule.MOVED_MEANWHILE)] if entry.was != entry.stood else []


def _clash(entry: Entry, broken: Broken) -> Clash:
    return Clash(entry.id, broken, blocks=entry.is_changed and broken.rule in NOT_TO_PUBLISH)


def _doubled(
    plan: HandPlan,
    entry: Entry,
    seats: Mapping[tuple[uuid.UUID, uuid.UUID], list[uuid.UUID]],
    tables: Mapping[uuid.UUID, HandTable],
) -> Iterator[Clash]:
    if entry.slot_id is None:
        return
    for one in entry.sits:
        taken = seats[one, entry.slot_id]
        others = [key for key in taken if key != entry.id] if len(taken) > 1 else []
        if others:
            rule, table = (Rule.TABLE_TAKEN, tables[one]) if one in tables else (Rule.BUSY, None)
            broken = Broken(rule, (table.code if table else "") or plan.name_of(one), others[0])
            # One that is not among the entries is in the plan as it stands, so no draft has changed it.
            changed = entry.is_changed or any(plan.entries[key].is_changed for key in others if key in plan.entries)
            yield Clash(entry.id, broken, blocks=changed)


def idle_periods(plan: HandPlan) -> int:
    """Return how often someone waits between two meetings of a day in slots in which they could have met."""
    order = {opening.id: number for number, opening in enumerate(plan.openings)}
    days = [opening.day for opening in plan.openings]
    sits: dict[uuid.UUID, list[int]] = defaultdict(list)
    for entry in plan.entries.values():
        if entry.slot_id is not None:
            for person in entry.people:
                sits[person].append(order[entry.slot_id])
    idle = 0
    for person, numbers in sits.items():
        away = {order[slot_id] for slot_id in plan.away.get(person, ())}
        taken = sorted(numbers)
        for before, after in itertools.pairwise(taken):
            idle += days[before] == days[after] and not away.issuperset(range(before + 1, after))
    return idle
