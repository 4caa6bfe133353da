"""The reports of fairs as this process drew them up last, for as long as nothing they rest on has changed.

A large fair's report takes most of a second to draw up, and its lists and figures are opened one after the other. What
is kept is the very object that was counted, so a page says the same whether it was kept or not. Nothing is written, and
every process keeps its own.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from matchmaker.services import fair_changes, reports
from matchmaker.services.reports import Seal

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fair_changes import State
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.reports import FairResults

# What is kept may have so many rows in all; the reports that were counted first give way.
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A fair's results, of what they were counted, and when the newest statement in them was made."""

    state: State
    fair: FairFacts
    results: FairResults
    last_stated: datetime | None
    rows: int

    def holds(self, *, state: State, fair: FairFacts, now: datetime) -> bool:
        """Whether they are what counting anew would give at a moment."""
        is_same = (self.state, self.fair) == (state, fair)
        return is_same and (self.last_stated is None or self.last_stated <= now)


_kept: OrderedDict[uuid.UUID, Kept] = OrderedDict()
# Ten who open the same report at once wait for one count instead of making ten.
_counting = Lock()


def results_of(session: Session, *, fair: FairFacts, now: datetime, is_sealed: bool = True) -> FairResults:
    """Return what ``reports.results_of`` does, counted anew only where something changed since it last was."""
    # The state is read first: what is written in between makes the count younger than its state, never older.
    state = fair_changes.state_of(session, fair_id=fair.id)
    results = _holding(state, fair=fair, now=now)
    if results is None:
        with _counting:
            results = _holding(state, fair=fair, now=now) or _counted(session, state, fair=fair, now=now)
    report = replace(results.report, as_of=now, version=reports.version_at(fair, now=now))
    return replace(results, report=report, seal=Seal(*state.last_entry) if is_sealed and state.last_entry else None)


def forget() -> None:
    """Drop all that is kept."""
    _kept.clear()


def _holding(state: State, *, fair: FairFacts, now: datetime) -> FairResults | None:
    """What is kept of a fair, if it holds."""
    kept = _kept.get(fair.id)
    return kept.results if kept is not None and kept.holds(state=state, fair=fair, now=now) else None


def _counted(session: Session, state: State, *, fair: FairFacts, now: datetime) -> FairResults:
    """Count a fair anew and keep it, unless nobody would notice a change or a statement waits for its moment."""
    results = reports.results_of(session, fair=fair, now=now, is_sealed=False)
    kept = _weighed(state, fair, results)
    _kept.pop(fair.id, None)
    if state.is_watched and (kept.last_stated is None or kept.last_stated <= now):
        _kept[fair.id] = kept
        while len(_kept) > 1 and sum(one.rows for one in _kept.values()) > MOST_ROWS:
            _kept.popitem(last=False)
    return results


def _weighed(state: State, fair: FairFacts, results: FairResults) -> Kept:
    stated = [report.stated_at for deal in results.loaded.rows.deals for report in deal.reports]
    return Kept(state, fair, results, max(stated, default=None), rows_in(results))


def rows_in(results: FairResults) -> int:
    """Return how many rows a report was drawn up from, which is what keeping it takes."""
    rows = results.loaded.rows
    several = sum(map(len, (rows.companies, rows.suggestions, rows.requests, rows.meetings, rows.deals)))
    return several + sum(len(deal.reports) for deal in rows.deals)
