"""Which one field of a profile would help most, and for how many companies of the other side: counted, never guessed.

For each field it is counted with how many companies a factor of the score says nothing today because of this profile
alone, or would newly be met by one more value. The field where this is worth most, by the factor's weight, is advised.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.domain.matching.profiles import Profile, Side


class Field(StrEnum):
    """What a profile can say that the matcher compares."""

    OFFERS = "offers"
    NEEDS = "needs"
    CATEGORIES = "categories"
    STAGE = "stage"
    CERTIFICATES = "certificates"
    MARKETS = "markets"
    QUANTITY = "quantity"
    LANGUAGES = "languages"


# The weights the factors have by default; of the texts it is all three together. A test holds them to the matcher's.
WORTH: Mapping[Field, float] = {
    Field.OFFERS: 1.85,
    Field.NEEDS: 1.85,
    Field.CATEGORIES: 0.4,
    Field.STAGE: 0.5,
    Field.CERTIFICATES: 0.3,
    Field.MARKETS: 0.3,
    Field.QUANTITY: 0.2,
    Field.LANGUAGES: 0.2,
}


@dataclass(frozen=True, slots=True)
class Gain:
    """What one field, or one more value of it, would bring: with so many more companies the factor would count."""

    field: Field
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Advice:
    """The gain worth most, if there is any; how many of the compared fields are filled; how many the others are."""

    best: Gain | None
    filled: int
    total: int
    others: int


class Crowd:
    """One side of a fair, counted once so that each profile of the other side can be advised quickly."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self.profiles = tuple(profiles)
        self._asked: Counter[str] = Counter(code for one in self.profiles for code in set(one.certificates_asked))

    def saying(self, says: Callable[[Profile], object]) -> int:
        """How many say something."""
        return sum(1 for one in self.profiles if says(one))

    def certificate_most_asked(self, *, besides: Iterable[str]) -> tuple[str, int]:
        """The certificate that most companies ask for and that is not among those held, with how many do."""
        held = set(besides)
        return _first((code, count) for code, count in self._asked.items() if code not in held)

    def market_most_named(self, markets: frozenset[str], side: Side) -> tuple[str, int]:
        """The market that most companies name which have none in common with some, with how many these are."""
        named: Counter[str] = Counter()
        for one in self.profiles:
            theirs = one.markets_as_buyer if side is Side.EXHIBITOR else one.markets_as_seller
            if not theirs & markets:
                named.update(theirs)
        return _first(named.items())


def advise(profile: Profile, crowd: Crowd) -> Advice:
    """Return the advice for one profile against the other side of its fair."""
    gains = [gain for gain in _gains(profile, crowd) if gain.count]
    best = max(gains, key=lambda gain: (WORTH[gain.field] * gain.count, gain.count, gain.field), default=None)
    wanted = _wanted(profile)
    return Advice(
        best=best,
        filled=sum(1 for is_said in wanted.values() if is_said),
        total=len(wanted),
        others=len(crowd.profiles),
    )


def _wanted(profile: Profile) -> Mapping[Field, bool]:
    """The fields that matter on a profile's side, each with whether it is filled."""
    sells = profile.side is Side.EXHIBITOR
    items = profile.offers if sells else profile.needs
    return {
        Field.OFFERS if sells else Field.NEEDS: bool(items),
        Field.CATEGORIES: bool(profile.categories or any(item.categories for item in items)),
        Field.STAGE: profile.stage is not None,
        Field.CERTIFICATES: bool(profile.certificates if sells else profile.certificates_asked),
        Field.MARKETS: bool(profile.markets_as_seller),
        Field.QUANTITY: any((item.moq if sells else item.quantity) is not None for item in items),
        Field.LANGUAGES: bool(profile.languages),
    }


def _gains(profile: Profile, crowd: Crowd) -> Iterable[Gain]:
    said = _wanted(profile)
    sells = profile.side is Side.EXHIBITOR
    theirs: Mapping[Field, Callable[[Profile], object]] = {
        Field.OFFERS: lambda one: one.needs,
        Field.NEEDS: lambda one: one.offers,
        Field.CATEGORIES: lambda one: one.categories,
        Field.STAGE: lambda one: one.stage,
        Field.LANGUAGES: lambda one: one.languages,
        Field.QUANTITY: lambda one: _amounts(one, sells=not sells),
    }
    for field, says in theirs.items():
        if said.get(field) is False:
            yield Gain(field, "", crowd.saying(says))
    if sells:
        yield Gain(Field.CERTIFICATES, *crowd.certificate_most_asked(besides=profile.certificates))
    elif not said[Field.CERTIFICATES]:
        yield Gain(Field.CERTIFICATES, "", crowd.saying(lambda one: one.certificates))
    if sells or profile.markets_as_seller:
        mine = profile.markets_as_seller if sells else profile.markets_as_buyer
        yield Gain(Field.MARKETS, *crowd.market_most_named(mine, profile.side))


def _amounts(profile: Profile, *, sells: bool) -> Sequence[float]:
    amounts = (item.moq if sells else item.quantity for item in (profile.offers if sells else profile.needs))
    return [amount for amount in amounts if amount is not None]


def _first(counts: Iterable[tuple[str, int]]) -> tuple[str, int]:
    """The most frequent, the first by name among equals; nothing, nought times, where there is none."""
    return min(counts, key=lambda pair: (-pair[1], pair[0]), default=("", 0))
