"""Which exhibitor meets which buyer: 640 seats over 635 pairs, chosen by how well needs and offers fit.

The quotas follow from the mix of the 522 held meetings, and from how many interpreters of each language there are.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

from matchmaker.demo.generator.content import CompanyRow, company_rows, products, stream
from matchmaker.demo.generator.grid import BUYER_CAP, BUYER_WISH

# Scheduled meetings by origin of exhibitor and buyer: V is registered in Vietnam, F elsewhere. They add up to 640.
BLOCK_QUOTAS = {"VV": 176, "VF": 319, "FV": 113, "FF": 32}
# Pairs of which a second meeting was scheduled, by origin; they are part of the quotas.
SECOND_MEETINGS = {"VV": 2, "VF": 3, "FV": 0, "FF": 0}
# Interpreter slots are 29 a person; a little room is left for the timetable.
SOLE_LANGUAGE_QUOTAS = {"ja": 83, "ko": 55, "fr": 28, "zh": 27}
SUPPLIER_CAP = 14
WITHOUT_MEETINGS = ("S002", "S100", "S108", "S113")
BUSIEST = "S077"
SPAM = "S112"
SPAM_CAP = 3
ONLINE_BUYERS = {"B45": 8, "B49": 9}
ONE_DAY_BUYER = "B47"
ONE_DAY_CAP = 11
VETOED_PAIRS = (("S028", "B28"), ("S080", "B23"))
SAME_PRODUCT = 3.0
CHANNEL_FIT = 1.0
SAME_CATEGORY = 1.0
SAME_SECTOR = 0.5


@dataclass(frozen=True, slots=True)
class Pair:
    """An exhibitor and a buyer with the fit of their needs and offers; 0 means nothing in common."""

    exhibitor: str
    buyer: str
    fit: float


def fit(exhibitor: CompanyRow, buyer: CompanyRow) -> float:
    """Return how well two companies fit: products asked and offered both ways, then categories, then sectors."""
    catalogue = products()
    wanted, sold = set(buyer.needs), set(exhibitor.offers)
    score = SAME_PRODUCT * len(wanted & sold)
    score += CHANNEL_FIT * len(set(exhibitor.needs) & set(buyer.offers))
    score += SAME_CATEGORY * len(
        {catalogue[one].category for one in wanted} & {catalogue[one].category for one in sold}
    )
    shared_sectors = {catalogue[one].sector for one in wanted} & {catalogue[one].sector for one in sold}
    return score + SAME_SECTOR * len(shared_sectors)


def block(exhibitor: CompanyRow, buyer: CompanyRow) -> str:
    """Return the origin of both sides by country of registration, such as VF."""
    return "".join("V" if one.country == "VN" else "F" for one in (exhibitor, buyer))


def sole_language(exhibitor: CompanyRow, buyer: CompanyRow) -> str | None:
    """Return the one language in which a Vietnamese and a foreign side must be interpreted, None when English will do.

    Two sides that share a language need nobody.
    """
    if block(exhibitor, buyer) not in {"VF", "FV"}:
        return None
    foreign, local = (buyer, exhibitor) if exhibitor.country == "VN" else (exhibitor, buyer)
    if "en" in foreign.languages or set(foreign.languages) & set(local.languages):
        return None
    return foreign.languages[0]


def candidates(seed: int) -> list[Pair]:
    """Return all pairs that may meet, the best fit first, equal fits in a random order of the seed."""
    rng = stream(seed, "candidates")
    exhibitors = [row for row in company_rows() if row.side == "exhibitor"]
    buyers = [row for row in company_rows() if row.side == "buyer"]
    found: list[tuple[float, Pair]] = []
    for exhibitor in exhibitors:
        for buyer in buyers:
            if (exhibitor.code, buyer.code) in VETOED_PAIRS or not _can_talk(exhibitor, buyer):
                continue
            pair = Pair(exhibitor.code, buyer.code, fit(exhibitor, buyer))
            found.append((pair.fit + rng.uniform(0, 1.5), pair))
    found.sort(key=lambda item: (-item[0], item[1].exhibitor, item[1].buyer))
    return [pair for _, pair in found]


def _can_talk(exhibitor: CompanyRow, buyer: CompanyRow) -> bool:
    if block(exhibitor, buyer) != "FF":
        return True
    return bool(set(exhibitor.languages) & set(buyer.languages))


@dataclass(slots=True)
class _Selection:
    rows: dict[str, CompanyRow]
    caps: dict[str, int]
    quotas: Counter[str]
    languages: Counter[str]
    load: Counter[str] = field(default_factory=Counter)
    chosen: dict[tuple[str, str], Pair] = field(default_factory=dict)

    def take(self, pair: Pair, slack: int) -> bool:
        """Take the pair if caps, eased by ``slack``, and quotas allow it."""
        exhibitor, buyer = self.rows[pair.exhibitor], self.rows[pair.buyer]
        where, language = block(exhibitor, buyer), sole_language(exhibitor, buyer)
        if (pair.exhibitor, pair.buyer) in self.chosen or not self.quotas[where]:
            return False
        if language and not self.languages[language]:
            return False
        if any(self.load[code] >= self._cap(code, slack) for code in (pair.exhibitor, pair.buyer)):
            return False
        self.chosen[pair.exhibitor, pair.buyer] = pair
        self.load.update((pair.exhibitor, pair.buyer))
        self.quotas[where] -= 1
        if language:
            self.languages[language] -= 1
        return True

    def _cap(self, code: str, slack: int) -> int:
        if code in FIXED_CAPS:
            return FIXED_CAPS[code]
        return min(self.caps[code] + slack, SUPPLIER_CAP - 1 if code.startswith("S") else BUYER_CAP)


FIXED_CAPS = {
    **dict.fromkeys(WITHOUT_MEETINGS, 0),
    BUSIEST: SUPPLIER_CAP,
    SPAM: SPAM_CAP,
    ONE_DAY_BUYER: ONE_DAY_CAP,
    **ONLINE_BUYERS,
}


def _caps(pool: list[Pair], rng: random.Random) -> dict[str, int]:
    """Return how many meetings each company may have at first: about one a partner with a common product."""
    partners: Counter[str] = Counter()
    for pair in pool:
        if pair.fit >= SAME_PRODUCT:
            partners.update((pair.exhibitor, pair.buyer))
    caps: dict[str, int] = {}
    for row in company_rows():
        low, high = (2, 11) if row.side == "exhibitor" else (9, 15)
        caps[row.code] = min(high, max(low, partners[row.code] + rng.randint(-1, 1)))
    return caps


def choose_pairs(seed: int) -> tuple[list[Pair], list[Pair]]:
    """Return the 635 pairs with a first meeting and the 5 of them that get a second one.

    Raises ValueError when the quotas cannot be filled, which no shipped content does.
    """
    rng = stream(seed, "caps")
    pool = candidates(seed)
    quotas = Counter({name: quota - SECOND_MEETINGS[name] for name, quota in BLOCK_QUOTAS.items()})
    selection = _Selection(
        rows={row.code: row for row in company_rows()},
        caps=_caps(pool, rng),
        quotas=quotas,
        languages=Counter(SOLE_LANGUAGE_QUOTAS),
    )
    seconds = _choose_seconds(selection, pool)
    _fill_minima(selection, pool)
    for slack in range(SUPPLIER_CAP + 1):
        for pair in pool:
            selection.take(pair, slack)
    if selection.quotas.total():
        raise ValueError(f"no pairs left for {dict(selection.quotas)}")
    return list(selection.chosen.values()), seconds


def _choose_seconds(selection: _Selection, pool: list[Pair]) -> list[Pair]:
    wanted = Counter(SECOND_MEETINGS)
    seconds: list[Pair] = []
    for pair in pool:
        exhibitor, buyer = selection.rows[pair.exhibitor], selection.rows[pair.buyer]
        where = block(exhibitor, buyer)
        is_plain = sole_language(exhibitor, buyer) is None and not {pair.exhibitor, pair.buyer} & set(FIXED_CAPS)
        is_new = not {pair.exhibitor, pair.buyer} & set(selection.load)
        if wanted[where] and is_plain and is_new and selection.take(pair, 0):
            wanted[where] -= 1
            selection.load.update((pair.exhibitor, pair.buyer))
            seconds.append(pair)
    return seconds


def _fill_minima(selection: _Selection, pool: list[Pair]) -> None:
    """Give the busiest exhibitor its meetings, every buyer six and every other exhibitor one."""
    for pair in pool:
        if pair.exhibitor == BUSIEST:
            selection.take(pair, 0)
    for pair in pool:
        if not selection.load[pair.exhibitor]:
            selection.take(pair, 0)
    for pair in pool:
        if selection.load[pair.buyer] < BUYER_WISH:
            selection.take(pair, 0)
