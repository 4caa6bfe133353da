"""What the organizer sees of a run: progress, coverage, spread, weights."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app, url_for

from matchmaker.domain.fairs import Acceptance
from matchmaker.extensions import db
from matchmaker.services import match_settings, suggestions
from matchmaker.services.match_reads import CompanyCount, ShortestLists, shortest_lists, unmatched
from matchmaker.services.runs import RunState, is_under_way
from matchmaker.web.matching.tuning_page import learning_words
from matchmaker.web.reasons import blocker_advice, blocker_words, factor_words, spread_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.suggestions import LastRun

UNWEIGHED = frozenset({"centre", "spread"})
MOST_EMPTY = 20


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """One company with the number of partners proposed to it."""

    name: str
    url: str
    country: str
    role: str
    count: int


@dataclass(frozen=True, slots=True)
class EmptyList:
    """A company without a list, what keeps most of its partners from it, and what can be done."""

    name: str
    url: str
    why: str
    advice: str


@dataclass(frozen=True, slots=True)
class RunPage:
    """All that the matching page shows."""

    run: LastRun | None
    is_running: bool
    is_done: bool
    has_failed: bool
    accepts_for_all: bool
    companies: list[CompanyLine]
    without_list: int
    left_out: int
    empty_lists: list[EmptyList]
    spread: str
    is_own_weights: bool
    is_learning: bool
    has_learned: bool
    learning: str
    blocked: list[tuple[str, int]]
    weights: list[tuple[str, float]]
    lacks_encoder: bool


def run_page(fair: FairFacts, *, now: datetime) -> RunPage:
    """Load and shape the page of a fair's newest run; one that never ended has failed."""
    run = suggestions.last_run(db.session, fair_id=fair.id)
    is_running = run is not None and is_under_way(state=run.state, started_at=run.started_at, now=now)
    is_done = run is not None and run.state == RunState.DONE
    counts = shortest_lists(db.session, fair_id=fair.id) if is_done else ShortestLists((), 0)
    coverage = run.coverage if run else {}
    wanted = current_app.extensions["matchmaker"].encoder
    settings = match_settings.settings_of(db.session, fair_id=fair.id)
    blocked = sorted(coverage.get("blocked", {}).items(), key=lambda item: (-item[1], item[0]))
    return RunPage(
        run=run,
        is_running=is_running,
        is_done=is_done,
        has_failed=run is not None and not is_running and not is_done,
        accepts_for_all=fair.acceptance is Acceptance.AUTOMATIC,
        companies=[_line(fair, company) for company in counts.companies],
        without_list=counts.without_list,
        left_out=max(0, counts.without_list - len(coverage.get("without_list", ()))),
        empty_lists=_empty_lists(fair, coverage) if is_done else [],
        spread=spread_words(coverage.get("gini", 0.0)),
        is_own_weights=bool(settings.weights),
        is_learning=settings.is_learning,
        has_learned=bool(settings.learned),
        learning=learning_words(settings.report),
        blocked=[(blocker_words(code), count) for code, count in blocked if count],
        weights=[
            (factor_words(code), weight)
            for code, weight in (run.weights if run else {}).items()
            if code not in UNWEIGHED and factor_words(code) and (code != "encoder" or coverage.get("encoder"))
        ],
        lacks_encoder=bool(wanted) and not coverage.get("encoder"),
    )


def _line(fair: FairFacts, company: CompanyCount) -> CompanyLine:
    url = url_for("matching.company_list", slug=fair.slug, participation_id=company.participation_id)
    return CompanyLine(company.name, url, company.country, company.role, company.count)


def _empty_lists(fair: FairFacts, coverage: Mapping[str, Any]) -> list[EmptyList]:
    """The first companies without a list, each with the blocker that stops most of its pairs."""
    reasons: Mapping[str, Mapping[str, int]] = coverage.get("blocked_for", {})
    keys = [uuid.UUID(key) for key in list(reasons)[:MOST_EMPTY]]
    lines = []
    for company in unmatched(db.session, fair_id=fair.id, keys=keys) if keys else ():
        counts = reasons[str(company.participation_id)]
        code = max(counts, key=lambda one: (counts[one], one), default="")
        url = url_for("companies.organizer_company", slug=fair.slug, participation_id=company.participation_id)
        why = f"{blocker_words(code)}: {counts[code]}" if code else ""
        lines.append(EmptyList(company.name, url, why, blocker_advice(code)))
    return lines
