"""Comparing what one group asks with what another says, in blocks that fit in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, dia_array, diags_array, vstack

from matchmaker.domain.matching.profiles import Item, Language
from matchmaker.domain.matching.sparse import unit_rows
from matchmaker.domain.matching.text import NormalText, Text, normalise
from matchmaker.domain.matching.vectors import ItemVectoriser
from matchmaker.domain.units import measured

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
BOTH = "both"
# Nobody truly offers more separate things at one fair; from here on each further one makes all of them count for less.
MANY_ITEMS = 200
BUCKETS = (Language.VI, Language.EN, BOTH)


@dataclass(frozen=True, slots=True)
class Statement:
    """One distinct text of one item, ready to be vectorised."""

    owner: int
    item: int
    text: NormalText
    raw: str
    amount: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Bank:
    """What n profiles say in one role (their offers, or their needs).

    `meaning` and `spelling` have a row per text, ordered by owner and item, and `document` one per profile;
    `row_starts` opens each item, `item_starts` each owner; `owners` are the profiles that say anything; `bucket` is the
    language of each profile (an index into `BUCKETS`, -1 when silent); `statements` are the texts behind the rows,
    quoted in explanations. `sense` has a dense row per text, of no columns without an encoder, by which unrelated texts
    read `floor`. `amount` has the quantity wanted, or the smallest order taken, of the item behind each text, or NaN,
    in the unit it is compared in, and `unit` a number for that unit, 0 where none was said.
    """

    size: int
    owners: Integers
    row_starts: Integers
    item_starts: Integers
    meaning: csr_array
    spelling: csr_array
    document: csr_array
    bucket: Integers
    statements: tuple[Statement, ...]
    sense: NDArray[np.float32]
    amount: Floats
    unit: Integers
    floor: float = 0.0

    @property
    def row_owner(self) -> Integers:
        """The profile behind each text row."""
        starts = self.row_starts[self.item_starts] if len(self.item_starts) else self.row_starts
        return np.repeat(self.owners, np.diff(np.append(starts, self.meaning.shape[0])))

    def part(self, chosen: Integers) -> "Bank":
        """What some profiles say, given as ascending numbers, for comparing; the texts behind the rows are left out."""
        at = np.searchsorted(self.owners, chosen)
        speaks = at < len(self.owners)
        speaks[speaks] = self.owners[at[speaks]] == chosen[speaks]
        items, of_owner = _ranges(self.item_starts, len(self.row_starts), at[speaks])
        rows, of_item = _ranges(self.row_starts, self.meaning.shape[0], items)
        return replace(
            self,
            size=len(chosen),
            owners=np.flatnonzero(speaks),
            row_starts=_opening(of_item),
            item_starts=_opening(of_owner),
            meaning=self.meaning[rows],
            spelling=self.spelling[rows],
            document=self.document[chosen],
            bucket=self.bucket[chosen],
            statements=(),
            sense=self.sense[rows],
            amount=self.amount[rows],
            unit=self.unit[rows],
        )


def _ranges(starts: Integers, end: int, chosen: Integers) -> tuple[Integers, Integers]:
    """All numbers in some of the ranges that begin at `starts`, the last ending at `end`; and how many in each."""
    counts = np.append(starts, end)[chosen + 1] - starts[chosen]
    return np.repeat(starts[chosen] - _opening(counts), counts) + np.arange(counts.sum()), counts


def _opening(counts: Integers) -> Integers:
    """Where each of consecutive groups begins."""
    return np.asarray(np.cumsum(counts) - counts, dtype=np.int64)


def statements(
    said: Sequence[Sequence[Item]], langs: Sequence[str | None], amount: Callable[[Item], float | None] = lambda _: None
) -> list[Statement]:
    """Every distinct, non-empty text of every item, in order of owner and item, with what `amount` reads of the item.

    An item that repeats an earlier one of the same profile word for word is dropped: saying a thing a thousand times
    must not weigh more than saying it once.
    """
    found: list[Statement] = []
    for owner, items in enumerate(said):
        seen: set[tuple[str, ...]] = set()
        raw: set[tuple[str, str | None]] = set()
        for number, item in enumerate(items):
            key = (item.text, item.text_other)
            if key in raw:
                continue
            raw.add(key)
            much, unit = _measured(amount(item), item.unit)
            other = item.text_other
            versions = [(item.text, normalise(Text(value=item.text, lang=item.lang or langs[owner])))]
            versions += [(other, normalise(Text(value=other)))] if other else []
            for raw_text, text in versions:
                words = text.tokens or (text.folded,)
                if text.folded and words not in seen:
                    seen.add(words)
                    found.append(Statement(owner=owner, item=number, text=text, raw=raw_text, amount=much, unit=unit))
    return found


def _measured(amount: float | None, unit: str) -> tuple[float | None, str]:
    return (None, "") if amount is None else measured(amount, unit)


def _bucket(languages: Sequence[str]) -> int:
    share = sum(1 for lang in languages if lang == Language.VI) / len(languages)
    if 0.35 < share < 0.65:  # noqa: PLR2004  # About half and half: bilingual.
        return BUCKETS.index(BOTH)
    return BUCKETS.index(Language.VI if share > 0.5 else Language.EN)  # noqa: PLR2004  # Majority.


def build_bank(size: int, said: Sequence[Statement], vectoriser: ItemVectoriser) -> Bank:
    """The bank of `size` profiles from their statements."""
    vectors = vectoriser.transform([statement.text for statement in said])
    keys = [(statement.owner, statement.item) for statement in said]
    row_starts, item_starts, owners = _openings(keys)
    row_owner = np.array([key[0] for key in keys], dtype=np.int64)
    gather = csr_array((np.ones(len(keys)), (row_owner, np.arange(len(keys)))), shape=(size, len(keys)))
    crowding = _crowding(row_owner)
    languages: dict[int, list[str]] = {}
    for statement in said:
        languages.setdefault(statement.owner, []).append(statement.text.lang)
    bucket = np.full(size, -1, dtype=np.int64)
    for owner, spoken in languages.items():
        bucket[owner] = _bucket(spoken)
    return Bank(
        size=size,
        owners=owners,
        row_starts=row_starts,
        item_starts=item_starts,
        meaning=csr_array(crowding @ vectors.meaning),
        spelling=csr_array(crowding @ vectors.spelling),
        document=unit_rows(csr_array(gather @ vectors.meaning)),
        bucket=bucket,
        statements=tuple(said),
        amount=np.array([np.nan if one.amount is None else one.amount for one in said], dtype=np.float64),
        unit=np.array([crc32(one.unit.encode()) for one in said], dtype=np.int64),
        sense=_weakened(vectoriser.sense([statement.raw for statement in said]), said, crowding),
        floor=vectoriser.floor,
    )


def _weakened(sense: NDArray[np.float32], said: Sequence[Statement], crowding: dia_array) -> NDArray[np.float32]:
    """The encoder's rows, scaled down like the others for texts that repeat themselves or crowd the fair."""
    honesty = np.array([statement.text.honesty for statement in said], dtype=np.float32)
    return np.asarray(crowding @ (sense * honesty[:, None]), dtype=np.float32)


def _openings(keys: Sequence[tuple[int, int]]) -> tuple[Integers, Integers, Integers]:
    """Where each item and each owner begins among rows of (owner, item), and who the owners are."""
    rows = [row for row, key in enumerate(keys) if row == 0 or keys[row - 1] != key]
    items = [n for n, row in enumerate(rows) if n == 0 or keys[rows[n - 1]][0] != keys[row][0]]
    owners = [keys[rows[n]][0] for n in items]
    return (np.array(rows, dtype=np.int64), np.array(items, dtype=np.int64), np.array(owners, dtype=np.int64))


def with_owner(bank: Bank, place: int, one: Bank) -> Bank:
    """The bank with what owner `place` says replaced by a bank of one profile; a place behind the last is a new one."""
    before, after = bank.row_owner < place, bank.row_owner > place
    said = (
        *(statement for statement in bank.statements if statement.owner < place),
        *(replace(statement, owner=place) for statement in one.statements),
        *(statement for statement in bank.statements if statement.owner > place),
    )
    row_starts, item_starts, owners = _openings([(statement.owner, statement.item) for statement in said])
    return Bank(
        size=max(bank.size, place + 1),
        owners=owners,
        row_starts=row_starts,
        item_starts=item_starts,
        meaning=csr_array(vstack([bank.meaning[before], one.meaning, bank.meaning[after]])),
        spelling=csr_array(vstack([bank.spelling[before], one.spelling, bank.spelling[after]])),
        document=csr_array(vstack([bank.document[:place], one.document, bank.document[place + 1 :]])),
        bucket=np.concatenate([bank.bucket[:place], one.bucket, bank.bucket[place + 1 :]]),
        statements=said,
        amount=np.concatenate([bank.amount[before], one.amount, bank.amount[after]]),
        unit=np.concatenate([bank.unit[before], one.unit, bank.unit[after]]),
        sense=np.concatenate([bank.sense[before], one.sense, bank.sense[after]]),
        floor=bank.floor,
    )


def _crowding(row_owner: Integers) -> dia_array:
    """A diagonal that scales down the rows of owners who list hundreds of texts to be found for everything."""
    counts = np.bincount(row_owner) if len(row_owner) else np.zeros(1)
    return diags_array(np.sqrt(np.minimum(1.0, MANY_ITEMS / np.maximum(counts, 1)))[row_owner])


def best_two(pairs: Floats, row_starts: Integers, item_starts: Integers) -> Floats:
    """For each line of `pairs` (texts in columns) and each owner, the mean of its best min(2, items) items."""
    if len(row_starts) < pairs.shape[1]:
        pairs = np.maximum.reduceat(pairs, row_starts, axis=1)
    best = np.maximum.reduceat(pairs, item_starts, axis=1)
    counts = np.diff([*item_starts, pairs.shape[1]])
    if counts.max() == 1:
        return best
    owner = np.repeat(np.arange(len(item_starts)), counts)
    is_best = pairs == best[:, owner]
    ties = np.add.reduceat(is_best, item_starts, axis=1, dtype=np.int64)
    rest = np.maximum.reduceat(np.where(is_best, -1.0, pairs), item_starts, axis=1)
    second = np.where(ties > 1, best, rest)
    return np.asarray(np.where(counts > 1, (best + second) / 2, best))


class TextComparison:
    """The text likenesses between askers and candidates, computed block by block."""

    def __init__(self, *, asked: Bank, said: Bank) -> None:
        self.asked = asked
        self.said = said

    @cached_property
    def said_meaning(self) -> csr_array:
        """The candidates' texts in columns."""
        return csr_array(self.said.meaning.T)

    @cached_property
    def _said_document(self) -> csr_array:
        return csr_array(self.said.document.T)

    @cached_property
    def _said_spelling(self) -> csr_array:
        return csr_array(self.said.spelling.T)

    def likeness(self, askers: Integers) -> dict[str, Floats]:
        """`item`, `document`, `character` and, with an encoder, `encoder` likeness in [0, 1]: askers by candidates.

        All but `document` are the mean of the candidate's best two texts. Zero stands wherever the asker or the
        candidate is silent.
        """
        found = {
            "item": self._best_two(askers, self.asked.meaning, self.said_meaning),
            "document": (self.asked.document[askers] @ self._said_document).toarray(),
            "character": self._best_two(askers, self.asked.spelling, self._said_spelling),
        }
        if self.asked.sense.shape[1] and self.said.sense.shape[1]:
            found["encoder"] = self._best_two(askers, self.asked.sense, self.said.sense.T)
        return found

    def _pairs(self, asked: csr_array | NDArray[np.float32], said: csr_array | NDArray[np.float32]) -> Floats:
        """The likeness of texts in rows with texts in columns, above that of unrelated ones."""
        product = asked @ said
        if not isinstance(product, np.ndarray):
            return np.asarray(product.toarray())
        floor = self.said.floor
        return np.clip((product.astype(np.float64) - floor) / (1 - floor), 0.0, 1.0)

    def _best_two(
        self, askers: Integers, asked: csr_array | NDArray[np.float32], said: csr_array | NDArray[np.float32]
    ) -> Floats:
        likeness = np.zeros((len(askers), self.said.size))
        owner_of = self.asked.row_owner
        chosen = np.flatnonzero(np.isin(owner_of, askers))
        if not len(chosen) or not len(self.said.owners):
            return likeness
        pairs = self._pairs(asked[chosen], said)
        owners = owner_of[chosen]
        starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
        by_asker = np.maximum.reduceat(pairs, starts, axis=0) if len(starts) < len(owners) else pairs
        line = np.searchsorted(askers, owners[starts])
        likeness[np.ix_(line, self.said.owners)] = best_two(by_asker, self.said.row_starts, self.said.item_starts)
        return likeness
