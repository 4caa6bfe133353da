"""How many meetings of a plan wait for a place, have one to come, and are on record in one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.meetings import RECORDED

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping

    from matchmaker.domain.hand_plan import Entry, HandPlan


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """The meetings without a place, those to place by the slot they have, and those on record in a slot."""

    waiting: int
    in_slot: Mapping[uuid.UUID, int]
    recorded: int

    @property
    def placed(self) -> int:
        """How many of the meetings to place have a place."""
        return sum(self.in_slot.values())


def counts_of(plan: HandPlan) -> PlanCounts:
    """Count the meetings of a plan that is there as a whole."""
    to_place = [one for one in plan.entries.values() if one.is_to_place]
    in_slot = Counter(one.slot_id for one in to_place if one.slot_id is not None)
    recorded = sum(one.state in RECORDED and one.slot_id is not None for one in plan.entries.values())
    return PlanCounts(len(to_place) - in_slot.total(), in_slot, recorded)


def with_changes(standing: PlanCounts, changed: Iterable[Entry]) -> PlanCounts:
    """Return the counts of a draft, from those of the plan that stands and the meetings that the draft changes."""
    waiting, in_slot = standing.waiting, Counter(standing.in_slot)
    for entry in changed:
        if entry.is_changed and entry.is_to_place:
            for slot_id, step in ((entry.stood[0], -1), (entry.slot_id, 1)):
                if slot_id is None:
                    waiting += step
                else:
                    in_slot[slot_id] += step
    return PlanCounts(waiting, {slot_id: count for slot_id, count in in_slot.items() if count}, standing.recorded)
