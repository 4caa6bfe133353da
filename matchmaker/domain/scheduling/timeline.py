"""The fair's slots as bit masks: bit t stands for slot t."""

from collections.abc import Iterable, Iterator, Sequence

from matchmaker.domain.scheduling.slots import Slot

SECONDS = 60


class Timeline:
    """Masks of days and of unbroken stretches, and minutes for walking; built once from the slots."""

    __slots__ = ("day_at", "day_masks", "ends", "every", "first", "joined", "last", "starts", "total")

    def __init__(self, slots: Sequence[Slot]) -> None:
        self.total = len(slots)
        self.every = (1 << self.total) - 1
        self.starts = [int(slot.starts_at.timestamp()) // SECONDS for slot in slots]
        self.ends = [int(slot.ends_at.timestamp()) // SECONDS for slot in slots]
        by_day = {day: mask_of(t for t in range(self.total) if slots[t].day == day) for day in {s.day for s in slots}}
        self.day_masks = [by_day[day] for day in sorted(by_day)]
        self.day_at = [by_day[slot.day] for slot in slots]
        self.first = mask_of(lowest(mask) for mask in self.day_masks)
        self.last = mask_of(mask.bit_length() - 1 for mask in self.day_masks)
        # Bit t is set when slot t + 1 follows slot t within one block.
        self.joined = mask_of(t for t in range(self.total - 1) if slots[t].block == slots[t + 1].block)

    def startable(self, length: int) -> int:
        """Return the slots in which a meeting of `length` slots may start without crossing a break."""
        mask = self.every
        for step in range(length - 1):
            mask &= self.joined >> step
        return mask


def mask_of(slots: Iterable[int]) -> int:
    """Return the mask with the given bits."""
    mask = 0
    for slot in slots:
        mask |= 1 << slot
    return mask


def lowest(mask: int) -> int:
    """Return the lowest set bit's number; the mask must not be empty."""
    return (mask & -mask).bit_length() - 1


def bits(mask: int) -> Iterator[int]:
    """Yield the numbers of the set bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def span(mask: int, length: int) -> int:
    """Return the bits from which `length` bits in a row are set."""
    spanned = mask
    for step in range(1, length):
        spanned &= mask >> step
    return spanned
