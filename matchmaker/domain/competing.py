"""Requests that wait for the same last times: which of them stand in each other's way."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, TypeVar

from matchmaker.domain.places import BEST

if TYPE_CHECKING:
    from collections.abc import Mapping

Request = TypeVar("Request", bound=Hashable)


def groups(free: Mapping[Request, int]) -> list[list[Request]]:
    """Return the requests that compete, as groups of two and more, in the order they are given.

    ``free`` has, for each request, a bit for every coming slot in which everyone in it is free. Two compete where each
    has at most BEST such slots left and they share one: accepting one may then take the other's time. Who has more
    times simply takes another one, and who has none waits for a freed one anyway.
    """
    tight = {key: bits for key, bits in free.items() if 0 < bits.bit_count() <= BEST}
    found: list[tuple[int, list[Request]]] = []
    for key, bits in tight.items():
        touching = [group for group in found if group[0] & bits]
        apart = [group for group in found if not group[0] & bits]
        joined = [one for _, members in touching for one in members]
        every = bits
        for slots, _ in touching:
            every |= slots
        found = [*apart, (every, [*joined, key])]
    order = {key: place for place, key in enumerate(free)}
    return sorted(
        (sorted(members, key=order.__getitem__) for _, members in found if len(members) > 1),
        key=lambda members: order[members[0]],
    )
