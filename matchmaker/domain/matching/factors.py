"""The scored factors, each with a code and a weight the organizer can change."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.domain.matching.profiles import Profile

Floats = NDArray[np.float64]


class Factor(StrEnum):
    """What may add to, or take from, a direction score."""

    ITEM = "item"
    DOCUMENT = "document"
    CHARACTER = "character"
    ENCODER = "encoder"
    CATEGORY = "category"
    STAGE = "stage"
    CERTIFICATE = "certificate"
    MARKET = "market"
    QUANTITY = "quantity"
    LANGUAGE = "language"
    SIZE = "size"
    SLOTS = "slots"


# The last needs an encoder; without one it is 0 for every pair.
TEXT_FACTORS: Final = (Factor.ITEM, Factor.DOCUMENT, Factor.CHARACTER, Factor.ENCODER)
FACTORS: Final = tuple(Factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each factor is worth.

    The text weights were measured on public awards and bilingual labels; the bounded ones are judgement, which is
    why the organizer may change them. `centre` and `spread` place the sum on the logistic curve.
    """

    item: float = 1.0
    document: float = 0.5
    character: float = 0.35
    encoder: float = 0.6
    category: float = 0.4
    stage: float = 0.5
    certificate: float = 0.3
    market: float = 0.3
    quantity: float = 0.2
    language: float = 0.2
    size: float = 0.1
    slots: float = 0.2
    centre: float = 5.0
    spread: float = 2.5

    def vector(self) -> Floats:
        """The factor weights in the order of `FACTORS`."""
        return np.array([getattr(self, factor.value) for factor in FACTORS], dtype=float)

    def changed(self, changes: Mapping[str, float]) -> "Weights":
        """A copy with some weights changed; raises ValueError for an unknown name or a spread not above zero."""
        unknown = sorted(set(changes) - {known.name for known in fields(self)})
        if unknown:
            raise ValueError(f"unknown weights: {', '.join(unknown)}")
        if changes.get("spread", 1.0) <= 0:
            raise ValueError("spread must be above zero")
        return replace(self, **changes)


# Seller's stage, then buyer's stage: how well goods flow from one to the other, from -1 to 1. Stages follow the
# national programme's chain from raw material to recycling. A missing line is unknown (0).
DEFAULT_STAGES: Final[Mapping[tuple[str, str], float]] = {
    ("raw_material", "manufacture"): 1.0,
    ("raw_material", "raw_material"): -0.3,
    ("raw_material", "distribution"): 0.3,
    ("raw_material", "retail"): -0.5,
    ("manufacture", "manufacture"): 0.2,
    ("manufacture", "distribution"): 1.0,
    ("manufacture", "retail"): 0.8,
    ("manufacture", "raw_material"): -0.3,
    ("manufacture", "recycling"): 0.4,
    ("distribution", "retail"): 1.0,
    ("distribution", "distribution"): 0.2,
    ("distribution", "manufacture"): 0.2,
    ("retail", "retail"): -0.5,
    ("retail", "recycling"): 0.5,
    ("distribution", "recycling"): 0.4,
    ("recycling", "raw_material"): 0.7,
    ("recycling", "manufacture"): 1.0,
    ("recycling", "retail"): -0.3,
}


def _membership(
    profiles: Sequence[Profile], read: Callable[[Profile], Iterable[str | None]], names: Mapping[str, int]
) -> Floats:
    table = np.zeros((len(profiles), len(names)))
    for row, profile in enumerate(profiles):
        for value in read(profile):
            if value is not None and value in names:
                table[row, names[value]] = 1.0
    return table


def _met(wanted: Floats, had: Floats) -> Floats:
    """+1 where all wanted is had, -1 where none is, between in part, 0 where either side says nothing."""
    asked = wanted.sum(axis=1)[:, None]
    known = (asked > 0) & (had.sum(axis=1)[None, :] > 0)
    share = np.divide(wanted @ had.T, asked, out=np.zeros((len(wanted), len(had))), where=known)
    return np.where(known, 2 * share - 1, 0.0)


def _any(first: Floats, second: Floats) -> Floats:
    """+1 where the two have anything in common, -1 where both speak and share nothing, else 0."""
    known = (first.sum(axis=1)[:, None] > 0) & (second.sum(axis=1)[None, :] > 0)
    return np.where(known, np.where(first @ second.T > 0, 1.0, -1.0), 0.0)


@dataclass(frozen=True, slots=True)
class Traits:
    """The structured fields of n profiles as tables; two of them made by one `TraitReader` can be compared."""

    certificates: Floats
    certificates_asked: Floats
    markets: Floats
    markets_as_buyer: Floats
    languages: Floats
    size: Floats
    sizes_wished: Floats
    stage: Floats
    slots: Floats

    def rows(self, chosen: NDArray[np.int64]) -> "Traits":
        """The traits of some of the profiles."""
        return Traits(*(getattr(self, column.name)[chosen] for column in fields(self)))


_READERS: Final[Mapping[str, tuple[str, Callable[[Profile], Iterable[str | None]]]]] = {
    # Table name: the kind of value it holds (tables of one kind share their columns), and how to read it.
    "certificates": ("certificate", lambda profile: profile.certificates),
    "certificates_asked": ("certificate", lambda profile: profile.certificates_asked),
    "markets": ("market", lambda profile: profile.markets_as_seller),
    "markets_as_buyer": ("market", lambda profile: profile.markets_as_buyer),
    "languages": ("language", lambda profile: profile.languages),
    "size": ("size", lambda profile: [profile.size]),
    "sizes_wished": ("size", lambda profile: profile.sizes_wished),
    "stage": ("stage", lambda profile: [profile.stage]),
}


class TraitReader:
    """Numbers the values that occur among all profiles compared, so that their traits become comparable tables."""

    def __init__(self, *, stages: Mapping[tuple[str, str], float], among: Sequence[Profile]) -> None:
        self.stages = stages
        values: dict[str, set[str]] = {}
        for kind, read in _READERS.values():
            found = values.setdefault(kind, set())
            found.update(value for profile in among for value in read(profile) if value)
        self.numbers = {
            kind: {value: number for number, value in enumerate(sorted(found))} for kind, found in values.items()
        }
        self.slots = max((p.free_slots.bit_length() for p in among if p.free_slots is not None), default=0)

    def read(self, profiles: Sequence[Profile]) -> Traits:
        """The traits of some of the profiles."""
        tables = {name: _membership(profiles, read, self.numbers[kind]) for name, (kind, read) in _READERS.items()}
        return Traits(**tables, slots=_slots(profiles, self.slots))

    def flow(self) -> Floats:
        """The stage table over the stages that occur: sellers in rows, buyers in columns."""
        stages = list(self.numbers["stage"])
        return np.array([[self.stages.get((one, other), 0.0) for other in stages] for one in stages]).reshape(
            len(stages), len(stages)
        )


def _slots(profiles: Sequence[Profile], width: int) -> Floats:
    """Free slots as columns, the first column telling whether the profile has a timetable at all."""
    table = np.zeros((len(profiles), width + 1))
    for row, profile in enumerate(profiles):
        if profile.free_slots is not None:
            table[row, 0] = 1.0
            table[row, 1:] = [(profile.free_slots >> slot) & 1 for slot in range(width)]
    return table


def bounded_factors(sellers: Traits, buyers: Traits, flow: Floats) -> dict[Factor, Floats]:
    """Each bounded factor for every seller (rows) and buyer (columns), from -1 unmet over 0 unknown to 1 met.

    The quantity is not among them: it is judged on two items (`amounts.py`), the others on whole profiles.
    """
    common_slots = sellers.slots[:, 1:] @ buyers.slots[:, 1:].T > 0
    both_slots = sellers.slots[:, :1] @ buyers.slots[:, :1].T > 0
    size = np.maximum(_any(sellers.size, buyers.sizes_wished), 0) + np.maximum(
        _any(sellers.sizes_wished, buyers.size), 0
    )
    unmet = np.minimum(_any(sellers.size, buyers.sizes_wished), 0) + np.minimum(
        _any(sellers.sizes_wished, buyers.size), 0
    )
    return {
        Factor.STAGE: sellers.stage @ flow @ buyers.stage.T,
        Factor.CERTIFICATE: _met(buyers.certificates_asked, sellers.certificates).T,
        Factor.MARKET: _any(sellers.markets, buyers.markets_as_buyer),
        Factor.LANGUAGE: _any(sellers.languages, buyers.languages),
        Factor.SIZE: np.clip(size + unmet, -1, 1),
        Factor.SLOTS: np.where(both_slots, np.where(common_slots, 1.0, -1.0), 0.0),
    }
