"""The last run's working state, and how one profile after another is taken into it without running again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.domain.matching.categories import CategoryTree
from matchmaker.domain.matching.directions import Direction, Party, Purpose
from matchmaker.domain.matching.factors import TraitReader
from matchmaker.domain.matching.profiles import Profile, Side
from matchmaker.domain.matching.retrieval import with_owner
from matchmaker.domain.matching.standards import Standard


@dataclass(slots=True)
class Standing:
    """What was computed of every profile, kept so that one of them can be matched again without the others."""

    parties: dict[Side, Party]
    directions: dict[Side, Direction]
    worst_listed: dict[str, float]
    median: dict[Side, float]
    run_version: str

    def changed(self, profiles: Iterable[Profile]) -> list[Profile]:
        """Those of some profiles that stand here otherwise or not at all; the order of joining aside."""
        known = {one.id: replace(one, published_rank=0) for side in self.parties.values() for one in side.profiles}
        return [one for one in profiles if known.get(one.id) != replace(one, published_rank=0)]

    def ids(self) -> set[str]:
        """All profiles that stand here."""
        return {profile.id for one in self.parties.values() for profile in one.profiles}


def admitted(
    standing: Standing, mine_out: Direction, tree: CategoryTree, stages: Mapping[tuple[str, str], float]
) -> Standing:
    """The state with the one asker of `mine_out` in its old place, or behind the others of its side.

    Its standards are those `mine_out` has measured; everyone else's are carried over unchanged.
    """
    mine = mine_out.askers
    (profile,) = mine.profiles
    side, old = profile.side, standing.parties[profile.side]
    place = next((n for n, one in enumerate(old.profiles) if one.id == profile.id), len(old.profiles))
    others = standing.parties[side.other]
    profiles = (*old.profiles[:place], profile, *old.profiles[place + 1 :])
    reader = TraitReader(stages=dict(stages), among=[*profiles, *others.profiles])
    parties = {
        side: Party(
            profiles,
            with_owner(old.offers, place, mine.offers),
            with_owner(old.needs, place, mine.needs),
            reader.read(profiles),
        ),
        side.other: Party(others.profiles, others.offers, others.needs, reader.read(others.profiles)),
    }
    flow = reader.flow()
    directions = {
        one: Direction(askers=parties[one], candidates=parties[one.other], flow=flow, tree=tree) for one in Side
    }
    directions[side.other].borrow(standing.directions[side.other])
    for goal, purpose in directions[side].purposes.items():
        former = standing.directions[side].purposes.get(goal)
        measured = mine_out.purposes.get(goal)
        if former is not None and former.learned is not None and measured is not None:
            _carry_over(purpose, former, measured, place)
    return Standing(
        parties=parties,
        directions=directions,
        worst_listed=standing.worst_listed,
        median=standing.median,
        run_version=standing.run_version,
    )


def _carry_over(purpose: Purpose, former: Purpose, measured: Purpose, place: int) -> None:
    """Give a purpose the standards of all former askers, and at one place those that were measured now."""
    if former.learned is None or measured.learned is None:
        return
    purpose.learned = _with_row(former.learned, place, measured.learned)
    purpose.standards = {
        factor: Standard(
            mean=_with_row(standard.mean, place, measured.standards[factor].mean),
            deviation=_with_row(standard.deviation, place, measured.standards[factor].deviation),
        )
        for factor, standard in former.standards.items()
    }


def _with_row(table: NDArray[Any], place: int, row: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([table[:place], row, table[place + 1 :]])
