"""Who takes over an interpreter's meetings, and where those go that nobody can take over."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.hand_plan import Held
from matchmaker.domain.places import best

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from matchmaker.domain.hand_plan import Entry, Guest, HandPlan

# Interpreting at a table tires; after this many meetings on end someone who has rested goes first.
MOST_ON_END = 4


class Remedy(StrEnum):
    """What becomes of a meeting whose interpreter can't come."""

    TAKEN_OVER = "taken_over"
    MOVED = "moved"
    UNPLACED = "unplaced"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An interpreter who speaks the languages and is free in the meeting's slot.

    ``on_end`` counts the meetings they would interpret without a free slot between, this one with them.
    """

    id: uuid.UUID
    name: str
    on_end: int
    meetings: int

    @property
    def is_rested(self) -> bool:
        """Whether they would not interpret too long on end."""
        return self.on_end <= MOST_ON_END


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for one meeting; ``candidates`` are all who could take it over where it stands, best first."""

    entry: Entry
    remedy: Remedy
    interpreter_id: uuid.UUID | None = None
    slot_id: uuid.UUID | None = None
    table_id: uuid.UUID | None = None
    candidates: tuple[Candidate, ...] = ()


def propose(
    plan: HandPlan, meetings: Sequence[Entry], guests: Mapping[uuid.UUID, Sequence[Guest]], *, now: datetime
) -> list[Proposal]:
    """Return a proposal for each meeting, in order of time, that breaks no rule together with all the others.

    As many as possible keep their place with another interpreter who shares a language with everyone there and is
    free; whoever has rested and interprets least goes first. What nobody can take over goes to the best place at which
    everyone is free, a table and an interpreter too. What has none goes back to be placed.
    """
    order = {opening.id: number for number, opening in enumerate(plan.openings)}
    by_slot: dict[uuid.UUID, list[Entry]] = defaultdict(list)
    for entry in meetings:
        if entry.slot_id is not None:
            by_slot[entry.slot_id].append(entry)
    found: dict[uuid.UUID, Proposal] = {}
    for slot_id in sorted(by_slot, key=order.__getitem__):
        for proposal in _in_slot(plan, slot_id, by_slot[slot_id], guests, order):
            found[proposal.entry.id] = proposal
            if proposal.remedy is Remedy.TAKEN_OVER:
                plan = _with(plan, proposal)
    for key, proposal in list(found.items()):
        if proposal.remedy is not Remedy.TAKEN_OVER:
            found[key] = _elsewhere(plan, proposal, guests[key], now=now)
            plan = _with(plan, found[key])
    return list(found.values())


def speakers(plan: HandPlan, guests: Iterable[Guest]) -> list[Guest]:
    """Return the interpreters who share a language with everyone of a meeting; who names none is taken to speak any."""
    spoken = [one.languages for one in guests if one.languages]
    return [one for one in plan.interpreters if all(one.languages & languages for languages in spoken)]


def _in_slot(
    plan: HandPlan,
    slot_id: uuid.UUID,
    entries: Sequence[Entry],
    guests: Mapping[uuid.UUID, Sequence[Guest]],
    order: Mapping[uuid.UUID, int],
) -> list[Proposal]:
    work = _work(plan, order)
    candidates = {
        entry.id: tuple(
            sorted(
                (
                    _candidate(one, work[one.id], order[slot_id], plan)
                    for one in speakers(plan, guests[entry.id])
                    if one.id != entry.interpreter_id
                    and order[slot_id] not in work[one.id]
                    and slot_id not in plan.away.get(one.id, ())
                ),
                key=lambda one: (not one.is_rested, one.meetings, one.on_end, one.name, str(one.id)),
            )
        )
        for entry in entries
    }
    taken = _matching({key: [one.id for one in found] for key, found in candidates.items()})
    return [
        Proposal(
            entry,
            Remedy.TAKEN_OVER if entry.id in taken else Remedy.UNPLACED,
            interpreter_id=taken.get(entry.id),
            slot_id=slot_id if entry.id in taken else None,
            table_id=entry.table_id if entry.id in taken else None,
            candidates=candidates[entry.id],
        )
        for entry in entries
    ]


def _matching(wanted: Mapping[uuid.UUID, Sequence[uuid.UUID]]) -> dict[uuid.UUID, uuid.UUID]:
    """Give as many meetings as possible one interpreter each, along paths on which others step aside."""
    holder: dict[uuid.UUID, uuid.UUID] = {}

    def find(meeting: uuid.UUID, tried: set[uuid.UUID]) -> bool:
        for one in wanted[meeting]:
            if one in tried:
                continue
            tried.add(one)
            if one not in holder or find(holder[one], tried):
                holder[one] = meeting
                return True
        return False

    for meeting in sorted(wanted, key=lambda key: len(wanted[key])):
        find(meeting, set())
    return {meeting: one for one, meeting in holder.items()}


def _work(plan: HandPlan, order: Mapping[uuid.UUID, int]) -> dict[uuid.UUID, set[int]]:
    """The numbers of the slots in which each interpreter sits."""
    found: dict[uuid.UUID, set[int]] = {one.id: set() for one in plan.interpreters}
    for entry in plan.entries.values():
        if entry.interpreter_id in found and entry.slot_id is not None:
            found[entry.interpreter_id].add(order[entry.slot_id])
    return found


def _candidate(one: Guest, taken: Collection[int], number: int, plan: HandPlan) -> Candidate:
    first = last = number
    day = plan.openings[number].day
    while first - 1 in taken and plan.openings[first - 1].day == day:
        first -= 1
    while last + 1 in taken and plan.openings[last + 1].day == day:
        last += 1
    return Candidate(one.id, one.name, last - first + 1, len(taken))


def _elsewhere(plan: HandPlan, proposal: Proposal, guests: Sequence[Guest], *, now: datetime) -> Proposal:
    held = Held(plan, proposal.entry, guests, now=now)
    found = next(iter(best(held.places)), None)
    if found is None:
        return proposal
    spot = found.spots[0]
    return replace(
        proposal,
        remedy=Remedy.MOVED,
        interpreter_id=held.interpreter_at(found.opening.id),
        slot_id=found.opening.id,
        table_id=spot.table_id if spot else None,
    )


def _with(plan: HandPlan, proposal: Proposal) -> HandPlan:
    """The plan as it will be, so that the next proposal takes nothing twice."""
    entry = replace(
        proposal.entry,
        slot_id=proposal.slot_id,
        table_id=proposal.table_id,
        interpreter_id=proposal.interpreter_id,
    )
    return replace(plan, entries={**plan.entries, entry.id: entry})
