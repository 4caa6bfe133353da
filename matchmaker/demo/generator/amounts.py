"""The amounts both sides state, such that the published totals come out to the cent.

Every deal has a value drawn from its stage's distribution. Three groups follow: both sides state about the same
(two-sided), both state but far apart (disputed), only one states (one-sided). With T and O for all that is stated in
the first and the last group, h and l for the higher and lower of two disputed amounts, the totals demand

    T/2 + sum l + O = reconciled      T + sum (h + l) + O = exhibitors + buyers

so the disputed highs are what is left over once the rest is rounded to amounts that people write.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from matchmaker.demo.generator.company_records import Side
from matchmaker.demo.generator.content import stream
from matchmaker.demo.generator.deal_records import Stage

EXHIBITORS_TOTAL = Decimal("18700000.00")
BUYERS_TOTAL = Decimal("14900000.00")
STAGE_TOTALS = {
    Stage.QUOTATION: Decimal("6670000.00"),
    Stage.MOU: Decimal("9060000.00"),
    Stage.AGREEMENT: Decimal("3880000.00"),
    Stage.ORDER: Decimal("420000.00"),
}
# Median in US dollars and sigma of the lognormal value of a deal.
MODEL = {
    Stage.QUOTATION: (28_000, 1.21),
    Stage.MOU: (110_000, 1.12),
    Stage.AGREEMENT: (140_000, 1.17),
    Stage.ORDER: (30_000, 1.05),
}
LARGEST_DEAL = 1_500_000
DISPUTED = 14
ONE_SIDED = 71
DISPUTED_LOW_SUM = 800_000
ONE_SIDED_SUM = 7_020_000
STATED_BY_EXHIBITORS_ALONE = 4_900_000
SUM_TOLERANCE = 25_000
# Share of the higher amount by which two reports may differ and still count as the same.
TOLERANCE = Decimal("0.20")
DISPUTED_AT_LEAST = Decimal("1.3")
DISPUTED_AT_MOST = Decimal(4)
BUYER_HIGHER = 5
# Share of two-sided deals in which both write the same amount, and how far the others lean to either side.
SAME_AMOUNT = 0.3
LARGEST_LEAN = 0.09
SEARCH_STEPS = 20_000
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the value model must know of a deal. ``weight`` ranks the pair by size: large pairs get large values."""

    code: str
    stage: Stage
    currency: str
    weight: float


@dataclass(slots=True, kw_only=True)
class Stated:
    """The amounts the two sides state for one deal, in the deal's currency; None where a side states none."""

    code: str
    stage: Stage
    currency: str
    evidence: str
    exhibitor: Decimal | None = None
    buyer: Decimal | None = None


def in_dollars(amount: Decimal, currency: str, rates: dict[str, Decimal]) -> Decimal:
    """Return an amount at the fixed rate, rounded to the cent, halves up."""
    return (amount * rates[currency]).quantize(CENT, rounding=ROUND_HALF_UP)


def reconciled(stated: Stated, rates: dict[str, Decimal]) -> Decimal:
    """Return a deal's value in dollars: the mean of two near amounts, the lower of two far ones, or the only one."""
    amounts = [in_dollars(one, stated.currency, rates) for one in (stated.exhibitor, stated.buyer) if one is not None]
    if len(amounts) == 1:
        return amounts[0]
    if max(amounts) - min(amounts) <= TOLERANCE * max(amounts):
        return (sum(amounts, Decimal()) / 2).quantize(CENT, rounding=ROUND_HALF_UP)
    return min(amounts)


def written(dollars: float, currency: str, rates: dict[str, Decimal]) -> Decimal:
    """Return dollars as an amount people write in the currency: three leading digits, then zeros."""
    amount = dollars / float(rates[currency])
    step = 10 ** (math.floor(math.log10(amount)) - 2)
    return Decimal(round(amount / step) * step)


def state_amounts(asks: Sequence[Ask], rates: dict[str, Decimal], seed: int) -> list[Stated]:
    """Return what both sides state for each deal, in the order of the asks.

    Raises ValueError when an amount would have to leave its group for the totals to come out.
    """
    rng = stream(seed, "amounts")
    values = _values(asks, rng)
    while True:
        evidence = _evidence(asks, values, rng)
        if _has_adjusters(asks, evidence):
            break
    one_sided = [position for position, what in enumerate(evidence) if what == "one_sided"]
    by_exhibitor = _subset(one_sided, values, STATED_BY_EXHIBITORS_ALONE, rng)
    higher = _higher_sides(asks, evidence, values)
    stated = [
        Stated(code=ask.code, stage=ask.stage, currency=ask.currency, evidence=what)
        for ask, what in zip(asks, evidence, strict=True)
    ]
    for position in one_sided:
        amount = written(values[position], asks[position].currency, rates)
        if position in by_exhibitor:
            stated[position].exhibitor = amount
        else:
            stated[position].buyer = amount
    _state_lows(stated, values, higher, rates)
    _state_both(stated, values, by_exhibitor=by_exhibitor, higher=higher, rng=rng, rates=rates)
    _settle_stages(stated, rates)
    _state_highs(stated, higher, rates, rng)
    return stated


def _values(asks: Sequence[Ask], rng: random.Random) -> list[float]:
    """Return a value in dollars a deal; each stage sums to its total, and larger pairs get the larger values."""
    values = [0.0] * len(asks)
    for stage, (median, sigma) in MODEL.items():
        members = sorted((one for one, ask in enumerate(asks) if ask.stage is stage), key=lambda one: asks[one].weight)
        drawn = sorted(min(rng.lognormvariate(math.log(median), sigma), LARGEST_DEAL) for _ in members)
        scale = float(STAGE_TOTALS[stage]) / sum(drawn)
        for position, value in zip(members, drawn, strict=True):
            values[position] = value * scale
    return values


def _evidence(asks: Sequence[Ask], values: Sequence[float], rng: random.Random) -> list[str]:
    """Return the groups, found by exchanging deals until the disputed and the one-sided sums are near their aims."""
    kinds = ["disputed"] * DISPUTED + ["one_sided"] * ONE_SIDED
    kinds += ["two_sided"] * (len(asks) - len(kinds))
    rng.shuffle(kinds)
    aims = {"disputed": DISPUTED_LOW_SUM, "one_sided": ONE_SIDED_SUM}
    sums = {kind: sum(value for value, one in zip(values, kinds, strict=True) if one == kind) for kind in set(kinds)}

    def gap() -> float:
        return sum(abs(sums[kind] - aim) for kind, aim in aims.items())

    for _ in range(SEARCH_STEPS):
        if gap() < SUM_TOLERANCE:
            break
        one, other = rng.randrange(len(kinds)), rng.randrange(len(kinds))
        before, difference = gap(), values[other] - values[one]
        sums[kinds[one]] += difference
        sums[kinds[other]] -= difference
        if gap() <= before:
            kinds[one], kinds[other] = kinds[other], kinds[one]
        else:
            sums[kinds[one]] -= difference
            sums[kinds[other]] += difference
    return kinds


def _has_adjusters(asks: Sequence[Ask], evidence: Sequence[str]) -> bool:
    """Whether deals in dollars can take up remainders: a one-sided one in each stage and two disputed ones."""
    dollars = [(ask.stage, what) for ask, what in zip(asks, evidence, strict=True) if ask.currency == "USD"]
    has_stages = all((stage, "one_sided") in dollars for stage in STAGE_TOTALS)
    return has_stages and sum(1 for _, what in dollars if what == "disputed") > 1


def _subset(members: Sequence[int], values: Sequence[float], aim: float, rng: random.Random) -> set[int]:
    """Return members whose values sum to about ``aim``, found by moving single ones in and out."""
    chosen: set[int] = set()
    total = 0.0
    for _ in range(SEARCH_STEPS):
        if abs(total - aim) < SUM_TOLERANCE:
            break
        one = rng.choice(members)
        change = -values[one] if one in chosen else values[one]
        if abs(total + change - aim) < abs(total - aim):
            total += change
            chosen ^= {one}
    return chosen


def _higher_sides(asks: Sequence[Ask], evidence: Sequence[str], values: Sequence[float]) -> dict[int, Side]:
    """Return which side of each disputed deal states more; the two largest in dollars differ, to take up remainders."""
    disputed = sorted(
        (one for one, what in enumerate(evidence) if what == "disputed"),
        key=lambda one: (asks[one].currency != "USD", -values[one]),
    )
    buyers = {disputed[1], *disputed[-BUYER_HIGHER + 1 :]}
    return {one: Side.BUYER if one in buyers else Side.EXHIBITOR for one in disputed}


def _set(stated: Stated, side: Side, amount: Decimal) -> None:
    if side is Side.EXHIBITOR:
        stated.exhibitor = amount
    else:
        stated.buyer = amount


def _other(side: Side) -> Side:
    return Side.BUYER if side is Side.EXHIBITOR else Side.EXHIBITOR


def _state_lows(
    stated: Sequence[Stated], values: Sequence[float], higher: dict[int, Side], rates: dict[str, Decimal]
) -> None:
    for position, side in higher.items():
        _set(stated[position], _other(side), written(values[position], stated[position].currency, rates))


def _state_both(
    stated: Sequence[Stated],
    values: Sequence[float],
    *,
    by_exhibitor: set[int],
    higher: dict[int, Side],
    rng: random.Random,
    rates: dict[str, Decimal],
) -> None:
    """State the two-sided amounts, the exhibitor's mostly a little higher.

    The lean is scaled so that both sides' disputed highs end up the same multiple of their lows.
    """
    both = [one for one, deal in enumerate(stated) if deal.evidence == "two_sided"]
    lean = {one: 0.0 if rng.random() < SAME_AMOUNT else rng.uniform(-0.01, 0.06) for one in both}
    middle = sum(values[one] for one in both)
    alone = sum(values[one] for one, deal in enumerate(stated) if deal.evidence == "one_sided")
    alone_exhibitor = sum(values[one] for one in by_exhibitor)
    lows = {side: sum(values[one] for one, who in higher.items() if who is side) for side in Side}
    left_exhibitor = float(EXHIBITORS_TOTAL) - middle - alone_exhibitor - lows[Side.BUYER]
    left_buyer = float(BUYERS_TOTAL) - middle - (alone - alone_exhibitor) - lows[Side.EXHIBITOR]
    leaning = sum(values[one] * lean[one] for one in both)
    scale = (left_exhibitor * lows[Side.BUYER] - left_buyer * lows[Side.EXHIBITOR]) / (
        leaning * (lows[Side.EXHIBITOR] + lows[Side.BUYER])
    )
    for one in both:
        shift = max(-LARGEST_LEAN, min(LARGEST_LEAN, lean[one] * scale))
        stated[one].exhibitor = written(values[one] * (1 + shift), stated[one].currency, rates)
        stated[one].buyer = written(values[one] * (1 - shift), stated[one].currency, rates)


def _settle_stages(stated: Sequence[Stated], rates: dict[str, Decimal]) -> None:
    """Let the largest one-sided dollar deal of each stage take up what rounding left, so that its total is exact."""
    for stage, total in STAGE_TOTALS.items():
        members = [one for one in stated if one.stage is stage]
        remainder = total - sum((reconciled(one, rates) for one in members), Decimal())
        adjuster = max(
            (one for one in members if one.evidence == "one_sided" and one.currency == "USD"),
            key=lambda one: one.exhibitor or one.buyer or Decimal(),
        )
        if adjuster.exhibitor is not None:
            adjuster.exhibitor += remainder
        elif adjuster.buyer is not None:
            adjuster.buyer += remainder
        if reconciled(adjuster, rates) <= 0:
            raise ValueError(f"the {stage} total cannot be settled")


def _state_highs(
    stated: Sequence[Stated], higher: dict[int, Side], rates: dict[str, Decimal], rng: random.Random
) -> None:
    """State the higher amounts of the disputed deals so that each side's own total is exact."""
    for side, total in ((Side.EXHIBITOR, EXHIBITORS_TOTAL), (Side.BUYER, BUYERS_TOTAL)):
        amounts = [(one.exhibitor if side is Side.EXHIBITOR else one.buyer, one.currency) for one in stated]
        said = sum(
            (in_dollars(amount, currency, rates) for amount, currency in amounts if amount is not None), Decimal()
        )
        members = [one for one, who in higher.items() if who is side]
        low = {one: reconciled(stated[one], rates) for one in members}
        factor = (total - said) / sum(low.values(), Decimal())
        jitter = {one: rng.uniform(0.95, 1.05) for one in members[1:]}
        evened = sum(float(low[one]) * jitter[one] for one in jitter) / sum(float(low[one]) for one in jitter)
        for one in members[1:]:
            dollars = float(low[one] * factor) * jitter[one] / evened
            amount = written(dollars, stated[one].currency, rates)
            said += in_dollars(amount, stated[one].currency, rates)
            _set(stated[one], side, amount)
        _set(stated[members[0]], side, total - said)
        high = total - said
        if not DISPUTED_AT_LEAST <= high / low[members[0]] <= DISPUTED_AT_MOST or factor < DISPUTED_AT_LEAST:
            raise ValueError(f"the {side} total cannot be settled: factor {factor}, last {high / low[members[0]]}")
