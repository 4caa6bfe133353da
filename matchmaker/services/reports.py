"""The report of a fair: its figures, and the rows behind each of them."""

from __future__ import annotations

import calendar
import gc
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from matchmaker.domain.deals.flags import LARGE_VALUE
from matchmaker.domain.money.amount import Money
from matchmaker.domain.reporting.fair_report import FairReport, Version, build_fair_report
from matchmaker.domain.reporting.funnel import Step
from matchmaker.services import ledger
from matchmaker.services.deals import fixed_rates
from matchmaker.services.report_rows import load_fair

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.reporting.figures import Count
    from matchmaker.domain.reporting.rows import MeetingRow
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.report_rows import Encounter, LoadedFair

Made = TypeVar("Made")
# From how many months after closing a report is called by that version.
WAVES = ((12, Version.MONTH_12), (6, Version.MONTH_6))
A_MONTH_LATER = timedelta(days=30)
LARGE_WITHOUT_DOLLARS = Decimal(1_000_000)
MONTHS_A_YEAR = 12
MEETINGS = (
    *("scheduled", "held", "held_as_scheduled", "walk_in", "cancelled", "no_show", "no_show_seller", "no_show_buyer"),
    *("pending", "online", "with_outcome"),
)


@dataclass(frozen=True, slots=True)
class Seal:
    """How many entries the fair's ledger had, and the seal of the last, which fixes them all."""

    position: int
    digest: str


@dataclass(frozen=True, slots=True)
class FairResults:
    """A fair's report with the rows it was made from. Screen, files and command line all read this one object."""

    report: FairReport
    loaded: LoadedFair
    large_value: Money
    seal: Seal | None = None
    _lists: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, name: Hashable, work: Callable[[], Made]) -> Made:
        """Return what was worked out of these results under a name before, or work it out.

        Only for what depends on nothing else, and is never changed.
        """
        if name not in self._lists:
            self._lists[name] = work()
        made: Made = self._lists[name]
        return made


def results_of(session: Session, *, fair: FairFacts, now: datetime, is_sealed: bool = True) -> FairResults:
    """Draw up a fair's report as it stands now. Raises MissingRate when a value can't be converted.

    Lists of rows print no seal and do without it (``is_sealed``).
    """
    with _nothing_to_collect():
        loaded = load_fair(session, fair=fair)
        rates = fixed_rates(session, fair=fair)
        has_dollars = rates.covers(LARGE_VALUE.currency)
        large = LARGE_VALUE if has_dollars else Money(amount=LARGE_WITHOUT_DOLLARS, currency=fair.report_currency)
        report = build_fair_report(
            loaded.rows,
            rates=rates,
            home_country=fair.country,
            version=version_at(fair, now=now),
            as_of=now,
            large_value=large,
        )
    last = ledger.head(session, fair_id=fair.id) if is_sealed else None
    return FairResults(report, loaded, large, Seal(last.position, last.digest) if last else None)


def due_on(fair: FairFacts) -> dict[Version, date]:
    """Return at the end of which day each version of a fair's report is kept."""
    return {
        Version.CLOSING: fair.closes_on,
        Version.DAY_30: fair.closes_on + A_MONTH_LATER,
        **{version: _months_after(fair.closes_on, months) for months, version in reversed(WAVES)},
    }


def version_at(fair: FairFacts, *, now: datetime) -> Version:
    """Return which version of the report is due: at closing, a month after, and after each follow-up."""
    today = now.astimezone(fair.zone).date()
    for months, version in WAVES:
        if today >= _months_after(fair.closes_on, months):
            return version
    return Version.DAY_30 if today >= fair.closes_on + A_MONTH_LATER else Version.CLOSING


def meeting_counts(report: FairReport) -> dict[str, Count]:
    """Return the counts of a report whose rows are meetings, each under the name that its list is asked for by."""
    steps = {step.step: step for step in report.funnel}
    return {
        **{name: getattr(report.meetings, name) for name in MEETINGS},
        "set_up": steps[Step.SCHEDULED].from_outside,
    }


def meetings_of(results: FairResults, *, of: str) -> Sequence[tuple[MeetingRow, Encounter]]:
    """Return the meetings behind a count, by its name, in the order of ``meeting_rows``."""
    return results.once(
        ("meetings", of), lambda: meeting_rows(results, ids=frozenset(meeting_counts(results.report)[of].ids))
    )


def meeting_rows(results: FairResults, *, ids: frozenset[str] | None = None) -> Sequence[tuple[MeetingRow, Encounter]]:
    """Return the meetings of these ids, by day and company; all of them without ids."""
    rows = results.once("meetings", lambda: _in_order(results))
    return rows if ids is None else [pair for pair in rows if pair[0].meeting_id in ids]


def _in_order(results: FairResults) -> list[tuple[MeetingRow, Encounter]]:
    rows = ((row, results.loaded.meetings[row.meeting_id]) for row in results.loaded.rows.meetings)
    return sorted(rows, key=lambda pair: (pair[0].happens_on, pair[1].seller.name, pair[1].buyer.name))


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Keep the collector of circles from looking through all rows again and again while they are made.

    Rows refer to nothing that refers back, so it finds none, and takes as long as the counting.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, MONTHS_A_YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
