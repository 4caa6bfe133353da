"""Locked meetings that cannot all stay where they are, named before anyone plans around them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from matchmaker.domain.hand_plan import Broken, Rule, clashes

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from matchmaker.domain.hand_plan import Entry, HandPlan

# What no run of the scheduler lets a meeting break, however firmly it is locked.
KEPT = frozenset({Rule.TABLE_CLOSED, Rule.TABLE_TAKEN, Rule.BUSY, Rule.AWAY, Rule.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Locked meetings of which one at least has to be let go, and the rule that they break together."""

    meetings: tuple[uuid.UUID, ...]
    broken: Broken


def contradictions(plan: HandPlan, *, now: datetime) -> list[Contradiction]:
    """Return the contradictions among the locked meetings of a plan that are still to come, each of them once."""
    if not any(entry.is_locked for entry in plan.entries.values()):
        return []
    openings = {opening.id: opening for opening in plan.openings}
    locked = {
        key: entry
        for key, entry in plan.entries.items()
        if entry.is_locked and entry.is_to_place and entry.slot_id and openings[entry.slot_id].starts_at > now
    }
    found: dict[tuple[Rule, frozenset[uuid.UUID]], Contradiction] = {}
    for clash in clashes(replace(plan, entries=locked, others={}), now=now):
        if clash.broken.rule in KEPT:
            other = clash.broken.in_the_way
            keys = (clash.meeting_id, other) if other else (clash.meeting_id,)
            found.setdefault((clash.broken.rule, frozenset(keys)), Contradiction(keys, clash.broken))
    return [*found.values(), *_over_limits(plan, locked)]


def _over_limits(plan: HandPlan, locked: Mapping[uuid.UUID, Entry]) -> Iterator[Contradiction]:
    """Companies and people with more locked meetings than they may have."""
    days = {opening.id: opening.day for opening in plan.openings}
    of_company: Counter[uuid.UUID] = Counter(company for entry in locked.values() for company in entry.companies)
    limits = {
        company: (name, cap)
        for entry in locked.values()
        for company, name, cap in zip(entry.companies, entry.names, entry.caps, strict=True)
    }
    for company, (name, cap) in limits.items():
        if of_company[company] > cap:
            keys = tuple(key for key, entry in locked.items() if company in entry.companies)
            yield Contradiction(keys, Broken(Rule.LIMIT, name, limit=cap))
    of_day = Counter((one, days[entry.slot_id]) for entry in locked.values() if entry.slot_id for one in entry.people)
    for (one, day), count in of_day.items():
        guest = plan.guests.get(one)
        if guest is not None and guest.daily_cap is not None and count > guest.daily_cap:
            keys = tuple(
                key
                for key, entry in locked.items()
                if one in entry.people and entry.slot_id and days[entry.slot_id] == day
            )
            yield Contradiction(keys, Broken(Rule.DAY_FULL, guest.name, limit=guest.daily_cap))
