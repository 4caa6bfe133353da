"""What the organizer sees of a trial of other weights, of what was learned, and of one company's list."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.extensions import db
from matchmaker.services import fair_categories, fair_changes, match_reads, match_settings, match_trials, suggestions
from matchmaker.services.match_settings import DEFAULTS
from matchmaker.services.runs import RunState, is_under_way
from matchmaker.web.filters import number, percent, places
from matchmaker.web.fragments import drawn_by
from matchmaker.web.language import language
from matchmaker.web.quotes import quote
from matchmaker.web.reasons import factor_words, fit_level, why

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from markupsafe import Markup

    from matchmaker.domain.fairs import Role
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.match_trials import Trial
    from matchmaker.services.suggestions import Suggested


@dataclass(frozen=True, slots=True)
class TrialPage:
    """The newest trial: how it stands, what it changes beside the current weights, and examples."""

    is_running: bool
    is_done: bool
    weights: list[tuple[str, str, str]]
    rows: list[tuple[str, str, str]]
    lists: str
    coming: list[tuple[str, str]]
    going: list[tuple[str, str]]


def trial_page(fair: FairFacts, *, now: datetime) -> TrialPage | None:
    """Load and shape the page of a fair's newest trial, None before the first; one that never ended has failed."""
    trial = match_trials.last_trial(db.session, fair_id=fair.id)
    if trial is None:
        return None
    settings = match_settings.settings_of(db.session, fair_id=fair.id)
    is_done = trial.state == RunState.DONE
    return TrialPage(
        is_running=is_under_way(state=trial.state, started_at=trial.started_at, now=now),
        is_done=is_done,
        weights=_changes(settings.weights, trial.weights),
        rows=_rows(trial.result) if is_done else [],
        lists=_lists(trial.result) if is_done else "",
        coming=_pairs(trial, "coming"),
        going=_pairs(trial, "going"),
    )


def _changes(now: Mapping[str, float], then: Mapping[str, float]) -> list[tuple[str, str, str]]:
    both = [(name, {**DEFAULTS, **now}[name], {**DEFAULTS, **then}[name]) for name in DEFAULTS]
    return [
        (factor_words(name), number(Decimal(str(old))), number(Decimal(str(new))))
        for name, old, new in both
        if old != new
    ]


def _rows(result: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    now, then = result["now"], result["then"]
    return [
        (_("Companies without a list"), number(now["without_list"]), number(then["without_list"])),
        (_("Companies shown to nobody"), number(now["never_shown"]), number(then["never_shown"])),
        (_("Inequality of exposure (Gini)"), places(now["gini"], 2), places(then["gini"], 2)),
        (_("Places held by the most shown tenth"), percent(now["top_tenth"], 1), percent(then["top_tenth"], 1)),
    ]


def _lists(result: Mapping[str, Any]) -> str:
    changed = ngettext("%(num)s list changes", "%(num)s lists change", result["lists_changed"])
    return str(
        _(
            "%(changed)s of %(all)s. Pairs added: %(coming)s, dropped: %(going)s.",
            changed=changed,
            all=number(result["lists"]),
            coming=number(result["pairs_coming"]),
            going=number(result["pairs_going"]),
        )
    )


def _pairs(trial: Trial, name: str) -> list[tuple[str, str]]:
    pairs = [tuple(trial.names.get(key, "") for key in pair) for pair in trial.result.get(name, ())]
    return [(one, other) for one, other in pairs if one and other]


def learning_words(report: Mapping[str, Any]) -> str:
    """What the last attempt to learn from answers came to."""
    if not report:
        return _("There are no answers to learn from yet.")
    needs = report["answered_needs"]
    if report["reason"] == "too_few_answers":
        return _("%(count)s answered needs so far; from 50 on, a run tries to learn from them.", count=number(needs))
    if report["reason"] == "one_outcome_only":
        return _("All answers so far say the same, so there is nothing to learn from them.")
    figures = {
        "old": places(report["ndcg_default"], 3),
        "new": places(report["ndcg_learned"], 3),
        "count": number(needs),
    }
    if report["is_promoted"]:
        return _(
            "Learned from %(count)s answered needs: on the latest fifth of them the order is better "
            "(NDCG %(new)s instead of %(old)s) and attention as even as before.",
            **figures,
        )
    return _(
        "Tried with %(count)s answered needs and not used: on the latest fifth of them it was no better "
        "(NDCG %(new)s instead of %(old)s), or attention less even.",
        **figures,
    )


class Line(NamedTuple):
    """One partner on a company's list, as that company reads it."""

    name: str
    country: str
    level: int
    theirs: str
    mine: str
    for_you: list[str]
    for_them: list[str]
    gaps: list[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """A company's list, drawn for as long as it is kept, with the version of the model that made it."""

    participation_id: uuid.UUID
    name: str
    version: str
    lines: Markup | str


def preview(fair: FairFacts, participation_id: uuid.UUID) -> Preview:
    """Load and shape the list of one company as it stands on its own page."""
    owner = match_reads.list_of(db.session, fair_id=fair.id, participation_id=participation_id)
    marks = fair_changes.marks_of(db.session, fair_id=fair.id)
    listed = suggestions.kept_list(db.session, fair_id=fair.id, whose=owner, marks=marks)
    names = fair_categories.names_of(db.session, fair_id=fair.id, lang=language(), marks=marks)

    def draw() -> Markup | str:
        lines = [_line(one, owner.role, names) for one in listed.rows]
        return drawn_by("matching/parts.html", "lines_of", lines) if lines else ""

    lines = listed.once((language(), request.root_path, "lines"), draw)
    return Preview(owner.participation_id, owner.name, owner.version, lines)


def _line(one: Suggested, role: Role, names: Mapping[str, str]) -> Line:
    told, said = why(one.reasons, role=role, categories=names), quote(one.best_pair, role=role)
    level, against = fit_level(one.score), told.against
    return Line(one.name, one.country, level, said.theirs, said.mine, told.for_you, told.for_them, against)
