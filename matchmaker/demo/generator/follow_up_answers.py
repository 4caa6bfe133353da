"""The answers 6 and 12 months later: 74 and 63 of 181 deals reply, USD 1.3m and 2.6m realised since the fair.

Both sums count everything paid since the fair. Who had something to report at 6 months replies again at 12, so the
second sum is the same whether one adds that wave's answers or the latest answer of every deal.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from matchmaker.demo.generator.amounts import Stated, in_dollars, reconciled, written
from matchmaker.demo.generator.company_records import Side
from matchmaker.demo.generator.content import stream
from matchmaker.demo.generator.deal_records import FollowUp, Stage
from matchmaker.demo.generator.fair_records import Fair
from matchmaker.demo.generator.grid import at

REPLIES = {6: 74, 12: 63}
REALISED = {6: Decimal("1300000.00"), 12: Decimal("2600000.00")}
PAID_BY_12 = 46
PAID_BY_6 = 33
PAID_BY_6_OF_12 = Decimal("1900000.00")
BECAME_CONTRACT = 3
EXHIBITOR_REPLIES = 0.7
MOST_REALISED = 0.9
WAVE_DAYS = {6: 181, 12: 365}


@dataclass(slots=True, kw_only=True)
class _Paid:
    """What one deal has realised by each wave, in its own currency."""

    stated: Stated
    by: dict[int, Decimal]


def follow_up(*, stated: Sequence[Stated], rates: dict[str, Decimal], fair: Fair, seed: int) -> tuple[FollowUp, ...]:
    """Return the answers of both waves, the earlier wave first."""
    rng = stream(seed, "follow-up")
    late = rng.sample(list(stated), REPLIES[12])
    paid = _paid_by_12(late, rates, rng)
    early_paid = _paid_by_6(paid, rates, rng)
    others = [one for one in stated if one.code not in paid]
    early = [paid[code].stated for code in early_paid] + rng.sample(others, REPLIES[6] - len(early_paid))
    became = {one.code for one in late if one.stage is Stage.MOU and one.code in early_paid}
    contracts = set(sorted(became)[:BECAME_CONTRACT])
    answers: list[FollowUp] = []
    for months, members in ((6, early), (12, late)):
        for one in sorted(members, key=lambda one: one.code):
            amount = paid[one.code].by.get(months, Decimal(0)) if one.code in paid else Decimal(0)
            stage = Stage.AGREEMENT if one.code in contracts else one.stage
            answers.append(_answer(one, months=months, amount=amount, stage=stage, fair=fair, rng=rng))
    return tuple(answers)


def _paid_by_12(late: Sequence[Stated], rates: dict[str, Decimal], rng: random.Random) -> dict[str, _Paid]:
    """Return the deals of the second wave with something realised; the largest dollar deal makes the sum exact."""
    members = rng.sample(late, PAID_BY_12)
    members.sort(key=lambda one: (one.currency != "USD", -reconciled(one, rates)))
    aim = REALISED[12]
    values = [reconciled(one, rates) for one in members]
    shares = [rng.uniform(0.25, 0.75) for _ in members]
    dollars = _scaled([float(value) * share for value, share in zip(values, shares, strict=True)], values, aim)
    return {
        one.code: _Paid(stated=one, by={12: amount})
        for one, amount in zip(members, _exact(members, dollars, rates, aim), strict=True)
    }


def _paid_by_6(paid: dict[str, _Paid], rates: dict[str, Decimal], rng: random.Random) -> list[str]:
    """Enter what 33 of them had realised by the first wave and return their codes."""
    members = list(paid.values())
    first, rest = members[0], members[1:]
    while True:
        chosen = [first, *rng.sample(rest, PAID_BY_6 - 1)]
        limits = [in_dollars(one.by[12], one.stated.currency, rates) for one in chosen]
        if sum(limits, Decimal()) > PAID_BY_6_OF_12:
            break
    wishes = [float(limit) * rng.uniform(0.4, 0.8) for limit in limits]
    dollars = _scaled(wishes, limits, REALISED[6])
    amounts = _exact([one.stated for one in chosen], dollars, rates, REALISED[6])
    for one, amount in zip(chosen, amounts, strict=True):
        one.by[6] = amount
    return [one.stated.code for one in chosen]


def _scaled(wishes: Sequence[float], limits: Sequence[Decimal], aim: Decimal) -> list[float]:
    """Return the wishes scaled to sum to the aim, none above nine tenths of its limit."""
    caps = [float(limit) * MOST_REALISED for limit in limits]
    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        total = sum(min(wish * middle, cap) for wish, cap in zip(wishes, caps, strict=True))
        low, high = (middle, high) if total < float(aim) else (low, middle)
    return [min(wish * low, cap) for wish, cap in zip(wishes, caps, strict=True)]


def _exact(
    members: Sequence[Stated], dollars: Sequence[float], rates: dict[str, Decimal], aim: Decimal
) -> list[Decimal]:
    """Return amounts as people write them; the first member is paid in dollars and takes up the remainder."""
    rest = [written(value, one.currency, rates) for one, value in zip(members[1:], dollars[1:], strict=True)]
    said = sum(
        (in_dollars(amount, one.currency, rates) for one, amount in zip(members[1:], rest, strict=True)), Decimal()
    )
    if aim - said <= 0 or aim - said > reconciled(members[0], rates):
        raise ValueError("the realised total cannot be settled")
    return [aim - said, *rest]


def _answer(one: Stated, *, months: int, amount: Decimal, stage: Stage, fair: Fair, rng: random.Random) -> FollowUp:
    side = Side.EXHIBITOR if rng.random() < EXHIBITOR_REPLIES else Side.BUYER
    sent: datetime = at(fair.closes_on + timedelta(days=WAVE_DAYS[months]), time(9))
    return FollowUp(
        code=f"F{months:02d}-{one.code}",
        deal_code=one.code,
        months=months,
        side=side,
        stage=stage,
        realised=amount,
        currency=one.currency,
        invoice_ref=f"HD-{one.code}-{months}" if amount else None,
        would_have_happened=rng.choices(("no", "later", "yes"), (5, 3, 2))[0],
        stated_at=sent + timedelta(hours=rng.randint(1, 20 * 24)),
    )
