"""The organizer's pages on outcomes: who has said what, what deserves a second look, questions after the fair."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from matchmaker import clock
from matchmaker.domain.deals.follow_up import Wave, day_of
from matchmaker.extensions import db
from matchmaker.services import follow_ups, kept_results, outcome_review
from matchmaker.services.reports import meeting_rows
from matchmaker.web.access import organizer
from matchmaker.web.fields import Form
from matchmaker.web.outcomes import FLAGS
from matchmaker.web.reports.page import ReportPage
from matchmaker.web.reports.parts import drawn, part
from matchmaker.web.reports.views import blueprint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from flask.typing import ResponseReturnValue
    from flask_babel import LazyString
    from markupsafe import Markup

    from matchmaker.domain.deals.flags import Flag, FlagCode
    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.follow_ups import FollowUpLine
    from matchmaker.services.outcome_review import Seen
    from matchmaker.services.reports import FairResults

UNPROCESSABLE, NOT_FOUND = 422, 404
NOTE_LENGTH = 250
SHOWN = 50
WAVES: dict[Wave, LazyString] = {
    Wave.DAY_30: _l("After 30 days"),
    Wave.DAY_90: _l("After 90 days"),
    Wave.DAY_180: _l("After 180 days"),
    Wave.DAY_365: _l("After 365 days"),
}


class NoteForm(Form):
    """Why a flagged value stands."""

    note = StringField(
        _l("What did you find?"),
        validators=[
            InputRequired(_l("Say in a few words what you found.")),
            Length(max=NOTE_LENGTH, message=_l("A note has at most %(max)d characters.")),
        ],
    )


@dataclass(frozen=True, slots=True)
class FlagLine:
    """One kind of flag: what it says, the deals it is about, and what the organizer noted on all of them."""

    code: FlagCode
    words: str
    deals: Markup | str
    names: str
    seen: Seen | None


@dataclass(frozen=True, slots=True)
class WaveLine:
    """One wave of questions and how far it has come."""

    words: str
    begins_on: date
    asked: int
    answered: int


@blueprint.get("/fairs/<slug>/organizer/outcomes")
@organizer
def outcomes(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show how much is known of what came of the meetings, and what to look at before publishing."""
    del person
    return _page(fair, _results(fair))


@blueprint.post("/fairs/<slug>/organizer/outcomes/remind")
@organizer
def remind(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Ask everyone who has not said what came of a held meeting."""
    told = outcome_review.remind(db.session, fair=fair, by=person.account_id, now=clock.now())
    flash(ngettext("%(num)s person is asked.", "%(num)s people are asked.", told), "done")
    return redirect(url_for("reports.outcomes", slug=fair.slug))


@blueprint.post("/fairs/<slug>/organizer/outcomes/flags/<code>")
@organizer
def mark_seen(fair: FairFacts, person: SignedIn, code: str) -> ResponseReturnValue:
    """Note what the organizer found when looking at a kind of flag."""
    results = _results(fair)
    flags = [flag for flag in results.report.flags if flag.code == code]
    if not flags:
        return redirect(url_for("reports.outcomes", slug=fair.slug))
    form = NoteForm()
    if not form.validate():
        return _page(fair, results, form, open_code=code), UNPROCESSABLE
    note = form.note.data or ""
    outcome_review.mark_seen(db.session, fair_id=fair.id, flags=flags, note=note, by=person.account_id, now=clock.now())
    return redirect(url_for("reports.outcomes", slug=fair.slug))


@blueprint.get("/fairs/<slug>/organizer/follow-up")
@organizer
def follow_up(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the questions after the fair, wave by wave, and who has not answered."""
    del person
    lines = follow_ups.lines(db.session, fair_id=fair.id)
    is_open = [line for line in lines if line.answered_at is None and line.stopped_at is None]
    shown = lines if request.args.get("of") == "all" else is_open
    return render_template(
        "reports/follow_up.html",
        waves=[_wave(wave, lines, fair=fair) for wave in Wave],
        lines=[(line, WAVES[line.wave]) for line in shown[:SHOWN]],
        total=len(shown),
        waiting=len(is_open),
        is_all=request.args.get("of") == "all",
    )


@blueprint.post("/fairs/<slug>/organizer/follow-up/remind")
@organizer
def remind_follow_up(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Remind everyone whose question is open."""
    told = follow_ups.remind_by_hand(db.session, fair=fair, by=person.account_id, now=clock.now())
    flash(ngettext("%(num)s company is reminded.", "%(num)s companies are reminded.", told), "done")
    return redirect(url_for("reports.follow_up", slug=fair.slug))


def _results(fair: FairFacts) -> FairResults:
    return kept_results.results_of(db.session, fair=fair, now=clock.now())


def _page(fair: FairFacts, results: FairResults, form: NoteForm | None = None, *, open_code: str = "") -> str:
    page, flags = ReportPage(results, fair), results.report.flags
    silent = results.once("silent", lambda: _without_outcome(results))
    return render_template(
        "reports/outcomes.html",
        page=page,
        flags=_flag_lines(page, flags, outcome_review.seen(db.session, fair_id=fair.id)) if flags else [],
        form=form or (NoteForm(formdata=None) if flags else None),
        open_code=open_code,
        is_silent=bool(silent),
        known=part(results, "known", lambda: drawn("reports/known.html", page=page, report=results.report)),
        unsaid=part(results, "unsaid", lambda: drawn("reports/unsaid.html", silent=silent, shown=SHOWN)),
    )


def _flag_lines(page: ReportPage, flags: Sequence[Flag], seen: dict[str, Seen]) -> list[FlagLine]:
    """Kinds that nobody has looked at come first; a kind counts as seen when each of its flags was."""
    by_code: dict[FlagCode, list[Flag]] = defaultdict(list)
    for flag in flags:
        by_code[flag.code].append(flag)
    shown = {words: (deals, names) for words, deals, names in page.flags}
    lines = []
    for code, found in by_code.items():
        notes = [seen.get(outcome_review.key_of(flag)) for flag in found]
        newest = max((note for note in notes if note), key=lambda note: note.at, default=None)
        words = str(FLAGS[code])
        deals, names = shown[words]
        lines.append(FlagLine(code, words, deals, names, newest if all(notes) else None))
    return sorted(lines, key=lambda line: line.seen is not None)


def _without_outcome(results: FairResults) -> list[tuple[str, str, date]]:
    """The held meetings of which neither side has said anything: seller, buyer, day."""
    report = results.report.meetings
    ids = frozenset(report.held.ids) - frozenset(report.reporting_rate.part.ids)
    return [(about.seller.name, about.buyer.name, row.happens_on) for row, about in meeting_rows(results, ids=ids)]


def _wave(wave: Wave, lines: Sequence[FollowUpLine], *, fair: FairFacts) -> WaveLine:
    asked = [line for line in lines if line.wave is wave]
    answered = sum(line.answered_at is not None for line in asked)
    return WaveLine(str(WAVES[wave]), day_of(wave, closes_on=fair.closes_on), len(asked), answered)
