"""What the organizer sees of a run: progress, coverage, spread, weights."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import current_app, url_for

from matchmaker.domain.fairs import Acceptance
from matchmaker.extensions import db
from matchmaker.services import match_settings, suggestions
from matchmaker.services.match_reads import shortest_lists, unmatched
from matchmaker.services.runs import RunState, is_under_way
from matchmaker.web.fragments import drawn_forms, same_for_all
from matchmaker.web.matching.tuning_page import learning_words
from matchmaker.web.reasons import FACTORS, blocker_advice, blocker_words, factor_words, spread_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.match_reads import CompanyCount
    from matchmaker.services.suggestions import LastRun
    from matchmaker.web.blanks import Tokenless

UNWEIGHED = frozenset({"centre", "spread"})
MOST_EMPTY = 20


class EmptyList(NamedTuple):
    """A company without a list, what keeps most of its partners from it, and what can be done."""

    name: str
    url: str
    why: str
    advice: str


class Outcome(NamedTuple):
    """What a run that is done came to; its page is drawn once for as long as all of it stays the same."""

    finished_at: datetime | None
    version: str
    has_lexicon: bool
    lacks_encoder: bool
    companies: tuple[CompanyCount, ...]
    without_list: int
    left_out: int
    empty_lists: tuple[EmptyList, ...]
    gini: float
    top_tenth: float
    blocked: tuple[tuple[str, int], ...]
    weights: tuple[tuple[str, float], ...]
    is_learning: bool
    has_learned: bool
    learning: str


@dataclass(frozen=True, slots=True)
class RunPage:
    """All that the matching page shows."""

    run: LastRun | None
    is_running: bool
    has_failed: bool
    outcome: Tokenless | None


def run_page(fair: FairFacts, *, now: datetime) -> RunPage:
    """Load and shape the page of a fair's newest run; one that never ended has failed."""
    run = suggestions.last_run(db.session, fair_id=fair.id)
    if run is None:
        return RunPage(None, is_running=False, has_failed=False, outcome=None)
    if run.state == RunState.DONE:
        accepts_for_all = fair.acceptance is Acceptance.AUTOMATIC
        outcome = _drawn(fair.slug, fair.time_zone, accepts_for_all, _outcome(fair, run))
        return RunPage(run, is_running=False, has_failed=False, outcome=outcome)
    is_running = is_under_way(state=run.state, started_at=run.started_at, now=now)
    return RunPage(run, is_running=is_running, has_failed=not is_running, outcome=None)


# It says moments of the day by the fair's clock.
@same_for_all
def _drawn(slug: str, _time_zone: str, accepts_for_all: bool, outcome: Outcome) -> Tokenless:
    companies = [_line(slug, company) for company in outcome.companies]
    blocked = [(blocker_words(code), count) for code, count in outcome.blocked]
    weights = [(factor_words(code), weight) for code, weight in outcome.weights]
    words = {"spread": spread_words(outcome.gini), "companies": companies, "blocked": blocked, "weights": weights}
    return drawn_forms("matching/run_parts.html", "outcome_of", slug, accepts_for_all, outcome, words)


def _outcome(fair: FairFacts, run: LastRun) -> Outcome:
    coverage = run.coverage
    counts = shortest_lists(db.session, fair_id=fair.id)
    settings = match_settings.settings_of(db.session, fair_id=fair.id)
    has_encoder = bool(coverage.get("encoder"))
    blocked = sorted(coverage.get("blocked", {}).items(), key=lambda item: (-item[1], item[0]))
    return Outcome(
        finished_at=run.finished_at,
        version=run.version,
        has_lexicon=bool(coverage.get("has_lexicon")),
        lacks_encoder=bool(current_app.extensions["matchmaker"].encoder) and not has_encoder,
        companies=counts.companies,
        without_list=counts.without_list,
        left_out=max(0, counts.without_list - len(coverage.get("without_list", ()))),
        empty_lists=tuple(_empty_lists(fair, coverage)),
        gini=coverage.get("gini", 0.0),
        top_tenth=coverage.get("top_tenth", 0.0),
        blocked=tuple([(code, count) for code, count in blocked if count]),
        weights=tuple([(code, weight) for code, weight in run.weights.items() if _is_shown(code, has_encoder)]),
        is_learning=settings.is_learning,
        has_learned=bool(settings.learned),
        learning=learning_words(settings.report) if settings.is_learning else "",
    )


def _is_shown(code: str, has_encoder: bool) -> bool:
    return code not in UNWEIGHED and code in FACTORS and (code != "encoder" or has_encoder)


def _line(slug: str, company: CompanyCount) -> tuple[CompanyCount, str]:
    return company, url_for("matching.company_list", slug=slug, participation_id=company.participation_id)


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
