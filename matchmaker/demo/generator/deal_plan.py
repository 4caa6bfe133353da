"""Which held meeting came to what, and which meetings make one deal: 198 value-bearing meetings, 181 deals."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.demo.generator.content import company_rows, stream
from matchmaker.demo.generator.deal_records import Deal, Stage
from matchmaker.demo.generator.endings import origin
from matchmaker.demo.generator.fair_records import Fair
from matchmaker.demo.generator.invitations import shared_product
from matchmaker.demo.generator.meeting_records import Meeting, MeetingEnd
from matchmaker.demo.generator.pairing import fit

# Stages of the first and second meeting of the 17 pairs that met twice; the higher one is the deal's.
REPEATED = (
    *(((Stage.QUOTATION, Stage.QUOTATION),) * 9),
    *(((Stage.QUOTATION, Stage.MOU),) * 5),
    *(((Stage.QUOTATION, Stage.AGREEMENT),) * 2),
    (Stage.QUOTATION, Stage.ORDER),
)
# Deals from one meeting, by stage; with the repeated ones 115, 44, 14 and 8.
SINGLE = {Stage.QUOTATION: 106, Stage.MOU: 39, Stage.AGREEMENT: 12, Stage.ORDER: 7}
# Deals from one meeting, by the origin of the pair.
SINGLE_BY_ORIGIN = {"VV": 48, "VF": 107, "FF": 9}
NO_INTEREST = 98
# Of 181 deals: 61 % in dollars, 24 % in dong, 10 % in euro, 5 % in yen.
FOREIGN_CURRENCIES = {"EUR": (18, {"FR", "DE"}), "JPY": (9, {"JP"})}
VND_DEALS = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class DealPlan:
    """The deals with their stage, and the stage of every held meeting by code."""

    deals: tuple[Deal, ...]
    stage_of_deal: dict[str, Stage]
    stage_of_meeting: dict[str, Stage]


def plan_deals(*, meetings: Sequence[Meeting], fair: Fair, seed: int) -> DealPlan:
    """Return what every held meeting came to. Pairs with two held meetings are those that met twice."""
    rng = stream(seed, "deals")
    held = sorted((one for one in meetings if one.end is MeetingEnd.HELD), key=lambda one: (one.slot, one.code))
    by_pair: dict[tuple[str, str], list[Meeting]] = {}
    for one in held:
        by_pair.setdefault((one.exhibitor_code, one.buyer_code), []).append(one)
    groups: list[tuple[list[Meeting], tuple[Stage, ...]]] = []
    repeated = [group for group in by_pair.values() if len(group) > 1]
    combinations = rng.sample(REPEATED, len(REPEATED))
    groups += [(group, stages) for group, stages in zip(repeated, combinations, strict=True)]
    singles = _singles([group[0] for group in by_pair.values() if len(group) == 1], rng)
    stages = [stage for stage, count in SINGLE.items() for _ in range(count)]
    rng.shuffle(stages)
    groups += [([one], (stage,)) for one, stage in zip(singles, stages, strict=True)]
    groups.sort(key=lambda group: (group[0][-1].slot, group[0][-1].code))
    currencies = _currencies([group[-1] for group, _ in groups], rng)
    deals = tuple(
        _deal(number=number, group=group, currency=currency, fair=fair)
        for number, ((group, _), currency) in enumerate(zip(groups, currencies, strict=True), start=1)
    )
    of_meeting = {one.code: stage for group, steps in groups for one, stage in zip(group, steps, strict=True)}
    of_meeting.update(_without_value([one for one in held if one.code not in of_meeting], rng))
    return DealPlan(
        deals=deals,
        stage_of_deal={
            deal.code: max(steps, key=lambda stage: stage.rank) for deal, (_, steps) in zip(deals, groups, strict=True)
        },
        stage_of_meeting=of_meeting,
    )


def _ranked(meetings: Sequence[Meeting], rng: random.Random) -> list[Meeting]:
    """Return the meetings, well-fitting pairs first, with much chance in it."""
    rows = {row.code: row for row in company_rows()}
    keyed = [(fit(rows[one.exhibitor_code], rows[one.buyer_code]) + rng.uniform(0, 8), one) for one in meetings]
    return [one for _, one in sorted(keyed, key=lambda item: (-item[0], item[1].code))]


def _singles(meetings: Sequence[Meeting], rng: random.Random) -> list[Meeting]:
    ranked = _ranked(meetings, rng)
    chosen: list[Meeting] = []
    for where, count in SINGLE_BY_ORIGIN.items():
        chosen += [one for one in ranked if origin(one.exhibitor_code, one.buyer_code) == where][:count]
    return chosen


def _without_value(meetings: Sequence[Meeting], rng: random.Random) -> dict[str, Stage]:
    ranked = _ranked(meetings, rng)
    agreed = len(ranked) - NO_INTEREST
    return {
        one.code: Stage.FOLLOW_UP if position < agreed else Stage.NO_INTEREST for position, one in enumerate(ranked)
    }


def _currencies(meetings: Sequence[Meeting], rng: random.Random) -> list[str]:
    """Return a currency a deal: dong among Vietnamese sides, euro and yen only where one side is at home in it."""
    country = {row.code: row.country for row in company_rows()}
    found = ["USD"] * len(meetings)
    sides = [{country[one.exhibitor_code], country[one.buyer_code]} for one in meetings]
    domestic = [position for position, both in enumerate(sides) if both == {"VN"}]
    for position in rng.sample(domestic, VND_DEALS):
        found[position] = "VND"
    for currency, (count, homes) in FOREIGN_CURRENCIES.items():
        for position in rng.sample([one for one, both in enumerate(sides) if both & homes], count):
            found[position] = currency
    return found


def _deal(*, number: int, group: Sequence[Meeting], currency: str, fair: Fair) -> Deal:
    rows = {row.code: row for row in company_rows()}
    first = group[0]
    exhibitor, buyer = rows[first.exhibitor_code], rows[first.buyer_code]
    product = shared_product(exhibitor, buyer)
    return Deal(
        code=f"D{number:03d}",
        exhibitor_code=exhibitor.code,
        buyer_code=buyer.code,
        meeting_codes=tuple(one.code for one in group),
        title_vi=product.noun_vi,
        title_en=product.noun_en,
        category_code=product.category,
        currency=currency,
        direction=_direction(exhibitor.country, buyer.country),
        opened_at=fair.slots[first.slot - 1].ends_at,
    )


def _direction(seller_country: str, buyer_country: str) -> str:
    directions = {(True, True): "domestic", (True, False): "export", (False, True): "import"}
    return directions.get((seller_country == "VN", buyer_country == "VN"), "third_country")
