"""What the two sides reported on the 522 held meetings, and the typed values the ledger has to refuse."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from matchmaker.demo.generator.amounts import Stated
from matchmaker.demo.generator.company_records import Side
from matchmaker.demo.generator.content import stream
from matchmaker.demo.generator.deal_plan import DealPlan
from matchmaker.demo.generator.deal_records import Deal, OutcomeReport, RefusedEntry, Stage
from matchmaker.demo.generator.fair_records import Fair
from matchmaker.demo.generator.meeting_records import Meeting, MeetingEnd

BOTH_REPORT = 0.7
EXHIBITOR_ALONE = 0.9
COOLER_SIDE = 0.1
SILENT_SIDE = 0.55
MULTI_YEAR = 0.3
YEARS = 3
STEP_BEHIND = 0.4
THOUSAND = Decimal(1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    """What every report of one meeting and side has in common."""

    meeting: Meeting
    side: Side
    fair: Fair

    def write(self, *, stage: Stage, rng: random.Random, deal: Deal | None = None) -> OutcomeReport:
        """Return a report without amount, made between 10 minutes and two days after the meeting."""
        person = (
            self.meeting.exhibitor_representative_code
            if self.side is Side.EXHIBITOR
            else self.meeting.buyer_representative_code
        )
        return OutcomeReport(
            code="",
            meeting_code=self.meeting.code,
            deal_code=deal.code if deal else None,
            side=self.side,
            representative_code=person,
            stage=stage,
            amount=None,
            currency=None,
            horizon=None,
            years=(),
            evidence="stated",
            evidence_name=None,
            stated_at=self._moment(rng),
        )

    def _moment(self, rng: random.Random) -> datetime:
        end = self.fair.slots[self.meeting.slot - 1].ends_at
        return end + timedelta(minutes=10 + round(rng.expovariate(1 / 300)) % 2880)


def report_outcomes(
    *, meetings: Sequence[Meeting], plan: DealPlan, stated: Sequence[Stated], fair: Fair, seed: int
) -> tuple[OutcomeReport, ...]:
    """Return all reports in the order they were made, numbered O0001 onwards."""
    rng = stream(seed, "reports")
    by_code = {one.code: one for one in meetings}
    in_deals = {code for deal in plan.deals for code in deal.meeting_codes}
    found: list[OutcomeReport] = []
    for one in meetings:
        if one.end is MeetingEnd.HELD and one.code not in in_deals:
            found += _without_value(one, plan.stage_of_meeting[one.code], fair, rng)
    for deal, amounts in zip(plan.deals, stated, strict=True):
        stages = plan.stage_of_meeting
        last = by_code[deal.meeting_codes[-1]]
        for code in deal.meeting_codes[:-1]:
            for side in Side:
                report = _Report(meeting=by_code[code], side=side, fair=fair).write(
                    stage=stages[code], rng=rng, deal=deal
                )
                # The newest report of a side stands, so nobody is late with the first meeting once the second is held.
                found.append(replace(report, stated_at=min(report.stated_at, fair.slots[last.slot - 1].starts_at)))
        found += _with_value(deal=deal, meeting=last, plan=plan, stated=amounts, fair=fair, rng=rng)
    found.sort(key=lambda one: (one.stated_at, one.meeting_code, one.side))
    return tuple(replace(one, code=f"O{number:04d}") for number, one in enumerate(found, start=1))


def _without_value(meeting: Meeting, stage: Stage, fair: Fair, rng: random.Random) -> Iterator[OutcomeReport]:
    """Report a meeting that led to no deal; where both report, one side may be cooler and the higher stage counts."""
    draw = rng.random()
    sides = list(Side) if draw < BOTH_REPORT else [Side.EXHIBITOR if draw < EXHIBITOR_ALONE else Side.BUYER]
    is_cooler = len(sides) > 1 and stage is Stage.FOLLOW_UP and rng.random() < COOLER_SIDE
    for side in sides:
        said = Stage.NO_INTEREST if is_cooler and side is Side.BUYER else stage
        yield _Report(meeting=meeting, side=side, fair=fair).write(stage=said, rng=rng)


def _with_value(
    *, deal: Deal, meeting: Meeting, plan: DealPlan, stated: Stated, fair: Fair, rng: random.Random
) -> Iterator[OutcomeReport]:
    """Report a deal's last meeting; only here a side states the amount.

    A side without amount stays silent, or names the stage alone and then is sometimes a step behind the other one.
    """
    stage = plan.stage_of_meeting[meeting.code]
    horizon = _horizon(stage, rng)
    for side, amount in ((Side.EXHIBITOR, stated.exhibitor), (Side.BUYER, stated.buyer)):
        report = _Report(meeting=meeting, side=side, fair=fair).write(stage=stage, rng=rng, deal=deal)
        if amount is None:
            if rng.random() >= SILENT_SIDE:
                is_behind = stage is Stage.MOU and rng.random() < STEP_BEHIND
                yield replace(report, stage=Stage.QUOTATION) if is_behind else report
            continue
        evidence, name = _evidence(deal, stage, rng)
        yield replace(
            report,
            amount=amount,
            currency=deal.currency,
            horizon=horizon,
            years=_years(amount, deal.currency, fair.opens_on.year + 1) if horizon == "multi_year" else (),
            evidence=evidence,
            evidence_name=name,
        )


def _horizon(stage: Stage, rng: random.Random) -> str:
    if stage is Stage.ORDER:
        return "immediate"
    if stage in {Stage.MOU, Stage.AGREEMENT} and rng.random() < MULTI_YEAR:
        return "multi_year"
    return "12m"


def _years(amount: Decimal, currency: str, first: int) -> tuple[tuple[int, Decimal], ...]:
    """Return the amount split over three years; the last year takes what rounding leaves."""
    unit = THOUSAND if currency == "VND" else Decimal(1)
    each = (amount / YEARS / unit).to_integral_value() * unit
    parts = [each] * (YEARS - 1)
    return tuple(enumerate([*parts, amount - sum(parts, Decimal())], start=first))


def _evidence(deal: Deal, stage: Stage, rng: random.Random) -> tuple[str, str | None]:
    if stage is Stage.ORDER:
        return "order_number", f"PO-{deal.code}-{rng.randint(1000, 9999)}"
    endings = {
        Stage.QUOTATION: ("", "", "", "pdf", "jpg"),
        Stage.MOU: ("pdf", "pdf", "jpg", ""),
        Stage.AGREEMENT: ("pdf",),
    }
    ending = rng.choice(endings[stage])
    return ("document", f"{stage}-{deal.code}.{ending}") if ending else ("stated", None)


def refuse_entries(*, outcomes: Sequence[OutcomeReport], meetings: Sequence[Meeting]) -> tuple[RefusedEntry, ...]:
    """Return what people typed and the ledger must refuse, most of them corrected three minutes later."""
    valued = {
        currency: [one for one in outcomes if one.amount is not None and one.currency == currency]
        for currency in ("USD", "VND")
    }
    dong, dollars = valued["VND"], valued["USD"]
    mistakes: Mapping[str, tuple[OutcomeReport, str, str]] = {
        "not_a_number": (dong[0], "20 triệu", "VND"),
        "negative": (dollars[0], f"-{dollars[0].amount}", "USD"),
        "zero": (dollars[1], "0", "USD"),
        "above_limit": (dollars[2], "1000000000", "USD"),
        "wrong_currency": (dong[1], f"{dong[1].amount}", "USD"),
    }
    found = [
        RefusedEntry(
            code=f"X{number}",
            meeting_code=report.meeting_code,
            side=report.side,
            typed=typed,
            currency=currency,
            reason=reason,
            entered_at=report.stated_at - timedelta(minutes=3),
            corrected_by=report.code,
        )
        for number, (reason, (report, typed, currency)) in enumerate(mistakes.items(), start=1)
    ]
    return (*found, _value_without_meeting(meetings, f"X{len(found) + 1}"))


def _value_without_meeting(meetings: Sequence[Meeting], code: str) -> RefusedEntry:
    """Return the value an exhibitor typed although the buyer had not come."""
    missed = next(one for one in meetings if one.end is MeetingEnd.NO_SHOW and one.no_show_side is Side.BUYER)
    return RefusedEntry(
        code=code,
        meeting_code=missed.code,
        side=Side.EXHIBITOR,
        typed="35000",
        currency="USD",
        reason="meeting_not_held",
        entered_at=missed.changed_at + timedelta(hours=2),
        corrected_by=None,
    )
