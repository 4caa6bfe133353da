"""What the matcher may know of a company at one fair, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """The two sides that meet: those who exhibit and those who buy."""

    EXHIBITOR = "exhibitor"
    BUYER = "buyer"

    @property
    def other(self) -> "Side":
        """The side one meets."""
        return Side.BUYER if self is Side.EXHIBITOR else Side.EXHIBITOR


class Language(StrEnum):
    """The languages the text features understand."""

    VI = "vi"
    EN = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPair:
    """One thing named in both languages; the lexicon learns from many of these."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One node of the product category tree; `parent` is None at a root."""

    code: str
    parent: str | None = None
    name_vi: str = ""
    name_en: str = ""
    synonyms_vi: Sequence[str] = ()
    synonyms_en: Sequence[str] = ()
    stage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing offered or needed.

    `text_other` is the same thing said in the other language, when the company gave both. `categories` are
    codes declared for this item; `suggested` are codes guessed for it, which count for less. `unit` is what `quantity`
    and `moq` are counted in, as it was typed.
    """

    id: str
    text: str
    lang: str | None = None
    text_other: str | None = None
    categories: Sequence[str] = ()
    suggested: Sequence[str] = ()
    quantity: float | None = None
    moq: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One participation: a company on one side of one fair.

    A company that exhibits and buys has two profiles with the same `company_id`; they are never matched to each
    other. `free_slots` is a bit mask of slots still free, None when the fair has no timetable yet.
    """

    id: str
    side: Side
    company_id: str | None = None
    lang: str | None = None
    offers: Sequence[Item] = ()
    needs: Sequence[Item] = ()
    categories: Sequence[str] = ()
    stage: str | None = None
    certificates: Sequence[str] = ()
    certificates_asked: Sequence[str] = ()
    country: str | None = None
    parent_country: str | None = None
    markets: Sequence[str] = ()
    markets_wished: Sequence[str] = ()
    languages: Sequence[str] = ()
    size: str | None = None
    sizes_wished: Sequence[str] = ()
    vetoes: Sequence[str] = ()
    competitors: Sequence[str] = ()
    excluded_countries: Sequence[str] = ()
    free_slots: int | None = None
    capacity_left: int | None = None
    published_rank: int = 0

    @property
    def company(self) -> str:
        """The company behind this participation; the profile itself when none is named."""
        return self.company_id if self.company_id is not None else self.id

    @property
    def markets_as_seller(self) -> frozenset[str]:
        """Where this company sells or wants to."""
        return frozenset((*self.markets, *self.markets_wished))

    @property
    def markets_as_buyer(self) -> frozenset[str]:
        """Where this company wants goods for or from; its own country when it names no market."""
        return self.markets_as_seller or frozenset(filter(None, [self.country]))
