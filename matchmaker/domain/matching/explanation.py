"""Why two profiles were put together, read off the very numbers that made the score."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matchmaker.domain.matching.factors import Factor
from matchmaker.domain.matching.lexicon import BilingualLexicon
from matchmaker.domain.matching.profiles import Item, Language, Profile, Side
from matchmaker.domain.matching.retrieval import Bank
from matchmaker.domain.matching.text import NormalText
from matchmaker.domain.matching.vectors import ItemVectoriser
from matchmaker.domain.matching.words import fold

MOST_TERMS = 6


@dataclass(frozen=True, slots=True)
class Term:
    """A word or concept two texts share: as the asker wrote it, as the other did, and its part of the likeness."""

    source: str
    target: str
    weight: float


@dataclass(frozen=True, slots=True)
class BestPair:
    """The need and the offer that fit best, both quoted word for word.

    `buyer` is the side that wrote the need. The versions hold an item's text by language where it was given in two;
    `quantity` and `minimum_order` are those of the two items quoted, each with its unit.
    """

    need: str
    offer: str
    terms: tuple[Term, ...] = ()
    buyer: Side = Side.BUYER
    need_versions: Mapping[str, str] = field(default_factory=dict)
    offer_versions: Mapping[str, str] = field(default_factory=dict)
    quantity: float | None = None
    minimum_order: float | None = None
    quantity_unit: str = ""
    minimum_unit: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Two texts as they were compared, with the place of each one's item among its owner's."""

    asked: str
    said: str
    terms: tuple[Term, ...]
    asked_item: int
    said_item: int


def best_pair(quoted: Quoted, *, buyer: Side, need: Item, offer: Item, is_asked: bool) -> BestPair:
    """The pair as a need and an offer; `is_asked` when the need is what was asked and the offer what was said."""
    turned = tuple(Term(term.target, term.source, term.weight) for term in quoted.terms)
    return BestPair(
        need=quoted.asked if is_asked else quoted.said,
        offer=quoted.said if is_asked else quoted.asked,
        terms=quoted.terms if is_asked else turned,
        buyer=buyer,
        need_versions=_versions(need),
        offer_versions=_versions(offer),
        quantity=need.quantity,
        minimum_order=offer.moq,
        quantity_unit=need.unit,
        minimum_unit=offer.unit,
    )


def _versions(item: Item) -> Mapping[str, str]:
    if not item.text_other or item.lang not in set(Language):
        return {}
    other = next(lang for lang in Language if lang != item.lang)
    return {str(item.lang): item.text, str(other): item.text_other}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason as a code with parameters; the web layer finds the words.

    `side` is "mine" when the reason is what the reader wants, "theirs" when it is what the partner wants.
    """

    code: str
    side: str
    params: Mapping[str, Any] = field(default_factory=dict)
    contribution: float = 0.0


class Explainer:
    """Finds the best pair of texts and their shared terms; keeps what it looked up for one asker at a time."""

    def __init__(self, *, vectoriser: ItemVectoriser, asked: Bank, said: Bank) -> None:
        self._vectoriser = vectoriser
        self._lexicon: BilingualLexicon = vectoriser.fitted_lexicon
        self._asked, self._said = _Rows(asked), _Rows(said)
        self._asker = -1
        self._lines: list[tuple[int, dict[int, float]]] = []

    def best(self, asker: int, candidate: int) -> Quoted | None:
        """The asker's text, the candidate's text and their shared terms; None when either says nothing."""
        if asker != self._asker:
            self._asker = asker
            self._lines = [(row, self._asked.line(row)) for row in self._asked.of(asker)]
        best: tuple[float, int, int] | None = None
        for row, line in self._lines:
            for other in self._said.of(candidate):
                likeness = self._said.dot(other, line)
                if best is None or likeness > best[0] + 1e-12:  # Rounding must not decide.
                    best = (likeness, row, other)
        if best is None:
            return None
        _, row, other = best
        return Quoted(
            asked=self._asked.raw(row),
            said=self._said.raw(other),
            terms=self._terms(row, other),
            asked_item=self._asked.item(row),
            said_item=self._said.item(other),
        )

    def _terms(self, row: int, other: int) -> tuple[Term, ...]:
        mine, theirs = self._asked.line(row), self._said.line(other)
        products = [(mine[column] * theirs[column], column) for column in mine.keys() & theirs.keys()]
        products.sort(key=lambda product: (-product[0], product[1]))
        weights: dict[tuple[str, str], float] = defaultdict(float)
        # A word, its copies and all that it means are many columns of one term, so more than are shown are looked at.
        for weight, column in products[: 8 * MOST_TERMS]:
            weights[(self._name(self._asked, row, column), self._name(self._said, other, column))] += weight
        ordered = sorted(weights.items(), key=lambda entry: (-entry[1], entry[0]))
        return tuple(Term(source, target, round(weight, 6)) for (source, target), weight in ordered[:MOST_TERMS])

    def _name(self, rows: "_Rows", row: int, column: int) -> str:
        """What the text itself says where the column is about a word or a concept."""
        concept = column - self._vectoriser.ends_[0]
        if concept < 0:
            return rows.written(row, self._vectoriser.feature_name(column))
        linked = rows.links(row, self._lexicon).get(concept) or self._lexicon.name(concept)
        return rows.written(row, linked) if rows.text(row).lang == Language.EN else linked


class _Rows:
    """A bank's text rows as plain dictionaries, much faster than sparse slicing for one pair at a time."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        matrix = bank.meaning
        self._indptr, self._indices, self._data = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
        self._links: dict[int, dict[int, str]] = {}
        self._surface: dict[int, dict[str, str]] = {}
        self._of: dict[int, list[int]] = defaultdict(list)
        for row, statement in enumerate(bank.statements):
            self._of[statement.owner].append(row)

    def of(self, owner: int) -> Sequence[int]:
        """The text rows of one profile."""
        return self._of.get(owner, ())

    def line(self, row: int) -> dict[int, float]:
        """One row as column to weight."""
        start, end = self._indptr[row], self._indptr[row + 1]
        return dict(zip(self._indices[start:end], self._data[start:end], strict=True))

    def dot(self, row: int, line: Mapping[int, float]) -> float:
        """The likeness of one row with a line of another bank."""
        start, end = self._indptr[row], self._indptr[row + 1]
        found = line.get
        return float(sum(found(self._indices[n], 0.0) * self._data[n] for n in range(start, end)))

    def raw(self, row: int) -> str:
        """The text as the company wrote it."""
        return self._bank.statements[row].raw

    def item(self, row: int) -> int:
        """The place of the text's item among its owner's."""
        return self._bank.statements[row].item

    def text(self, row: int) -> NormalText:
        """The text as it was compared."""
        return self._bank.statements[row].text

    def links(self, row: int, lexicon: BilingualLexicon) -> Mapping[int, str]:
        """The words of a text behind each column of its row."""
        if row not in self._links:
            self._links[row] = lexicon.links(self.text(row))
        return self._links[row]

    def written(self, row: int, name: str) -> str:
        """A stem, or pair of stems, as the text has it; accent-free copies get their accents back."""
        if row not in self._surface:
            text = self.text(row)
            # Reversed, so that the first of two words with the same stem is the one shown.
            words = list(zip(text.tokens, text.surface, strict=True))[::-1]
            self._surface[row] = {fold(token): word for token, word in words} | dict(words)
        words_of = self._surface[row]
        return " ".join(words_of.get(part, part) for part in name.split(" "))


_CODES: Mapping[Factor, tuple[str, str]] = {
    Factor.ITEM: ("text_fits", "text_far"),
    Factor.DOCUMENT: ("profile_fits", "profile_far"),
    Factor.CHARACTER: ("spelling_fits", "spelling_far"),
    Factor.ENCODER: ("meaning_fits", "meaning_far"),
    Factor.CATEGORY: ("shared_category", "no_shared_category"),
    Factor.STAGE: ("stage_fits", "stage_clashes"),
    Factor.CERTIFICATE: ("shared_certificate", "missing_certificate"),
    Factor.MARKET: ("shared_market", "no_shared_market"),
    Factor.QUANTITY: ("quantity_fits", "below_minimum_order"),
    Factor.LANGUAGE: ("shared_language", "no_shared_language"),
    Factor.SIZE: ("size_fits", "size_not_wished"),
    Factor.SLOTS: ("common_slots", "no_common_slots"),
}
_OTHERS = {"other_goal": "serves_both_ways", "unknown_wish": "wish_unknown", "base": "starting_point"}
REASON_CODES = (*(code for pair in _CODES.values() for code in pair), *_OTHERS.values())


def reason_code(name: str, value: float) -> str:
    """The reason code of a contribution: what it is called when it helps, or when it hurts."""
    if name in _OTHERS:
        return _OTHERS[name]
    fits, clashes = _CODES[Factor(name)]
    return fits if value >= 0 else clashes


def reason_params(
    name: str, seller: Profile, buyer: Profile, shared_path: Sequence[str], best: BestPair | None = None
) -> dict[str, Any]:
    """The facts behind a reason, as codes and values of the two profiles; none for most text factors.

    Amounts are those of the pair quoted beside them, never of two other items.
    """
    asked, held = set(buyer.certificates_asked), set(seller.certificates)
    wanted = {*buyer.markets, *buyer.markets_wished} or {buyer.country} - {None}
    facts: dict[str, Callable[[], dict[str, Any]]] = {
        Factor.CATEGORY: lambda: {"path": tuple(shared_path)},
        Factor.STAGE: lambda: {"seller_stage": seller.stage, "buyer_stage": buyer.stage},
        Factor.CERTIFICATE: lambda: {"met": tuple(sorted(asked & held)), "missing": tuple(sorted(asked - held))},
        Factor.MARKET: lambda: {"markets": tuple(sorted(wanted & {*seller.markets, *seller.markets_wished}))},
        Factor.QUANTITY: lambda: {
            "quantity": best.quantity if best else None,
            "minimum_order": best.minimum_order if best else None,
            "quantity_unit": best.quantity_unit if best else "",
            "minimum_unit": best.minimum_unit if best else "",
        },
        Factor.LANGUAGE: lambda: {"languages": tuple(sorted({*seller.languages} & {*buyer.languages}))},
        Factor.SLOTS: lambda: {"slots": ((seller.free_slots or 0) & (buyer.free_slots or 0)).bit_count()},
    }
    return facts[name]() if name in facts else {}


def gap(profile: Profile) -> str | None:
    """The one missing field that would help this profile most, or None when nothing is missing.

    The order follows what each field was measured, or is weighted, to be worth; three separate items are worth more
    than any other field.
    """
    own = profile.offers if profile.side is Side.EXHIBITOR else profile.needs
    name = "offers" if profile.side is Side.EXHIBITOR else "needs"
    enough = 3
    wants = (
        (name, not own),
        (f"more_{name}", len(own) < enough),
        ("categories", not (profile.categories or any(item.categories for item in own))),
        ("stage", profile.stage is None),
        ("certificates", not (profile.certificates or profile.certificates_asked)),
        ("markets", not (profile.markets or profile.markets_wished)),
        ("languages", not profile.languages),
    )
    return next((field_name for field_name, missing in wants if missing), None)
