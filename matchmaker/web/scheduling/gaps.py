"""How far a plan is from the best there can be, and what would make room for more, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.domain.scheduling.outlook import AdditionKind
from matchmaker.extensions import db
from matchmaker.services.outlooks import companies_in, outlook_in
from matchmaker.web.filters import day as day_words
from matchmaker.web.filters import number as number_words
from matchmaker.web.filters import tongue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matchmaker.domain.hand_plan import HandPlan
    from matchmaker.domain.plan_counts import PlanCounts
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.outlooks import Addition, Further, Outlook
    from matchmaker.services.schedule_reads import LastRun


@dataclass(frozen=True, slots=True)
class Gap:
    """How many meetings no plan can pass, and how many more than this one that is; None while it is not known."""

    most: int | None
    left: int | None
    words: str


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One more of something, how much room it makes, and where the organizer can add it."""

    what: str
    gain: str
    url: str


def gap_of(run: LastRun | None, plan: HandPlan, counts: PlanCounts) -> Gap:
    """Return the gap of a plan, as the newest run proved it; of other meetings than these it has proved nothing.

    A run leaves out what sat in a slot that had begun by then, unless none was to come any more;
    that keeps its place in every plan. Of ``plan`` only the grid and the tables are looked at.
    """
    known = outlook_in(run.metrics) if run else None
    if run is None or known is None:
        return Gap(None, None, "")
    ahead = [one.id for one in plan.openings if one.starts_at > run.started_at] or [one.id for one in plan.openings]
    placed = sum(counts.in_slot.get(one, 0) for one in ahead)
    left_out = counts.placed - placed
    most = known.most + left_out
    changed = _changed(known, plan, asked=counts.waiting + placed, placed=placed)
    if changed:
        return Gap(None, None, changed)
    left = known.most - placed
    if not left:
        return Gap(most, 0, _("Proved best: no plan can place more meetings than this one."))
    words = ngettext(
        "At most %(num)s more meeting could fit. That is proved: no plan can place more than %(most)s.",
        "At most %(num)s more meetings could fit. That is proved: no plan can place more than %(most)s.",
        left,
        most=most,
    )
    return Gap(most, left, words)


def _changed(known: Outlook, plan: HandPlan, *, asked: int, placed: int) -> str:
    """Say what is no longer as the newest run saw it; empty while what it proved still holds."""
    if known.asked != asked:
        return _(
            "Meetings to place: %(then)s at the last run, %(now)s now. "
            "Schedule again to learn how many more could fit.",
            then=number_words(known.asked),
            now=number_words(asked),
        )
    tables = sum(not one.is_closed for one in plan.tables)
    if known.tables not in {None, tables}:
        return _(
            "Open tables: %(then)s at the last run, %(now)s now. Schedule again to learn how many more could fit.",
            then=number_words(known.tables),
            now=number_words(tables),
        )
    if placed > known.most:
        return _(
            "Most that could be placed at the last run: %(most)s; in this plan: %(placed)s. Tables, times or people "
            "have changed since it was made, or a rule was set aside by hand. Schedule again to learn how many fit.",
            most=number_words(known.most),
            placed=number_words(placed),
        )
    return ""


def helps_of(fair: FairFacts, run: LastRun | None) -> list[HelpLine]:
    """Return what would make room for more, as the newest run worked it out."""
    known = outlook_in(run.metrics) if run else None
    if known is None:
        return []
    companies = companies_in(db.session, fair_id=fair.id, additions=known.additions)
    return [
        HelpLine(what=WHAT[one.kind](one.codes, companies), gain=_gain(one), url=_url(fair, one, companies))
        for one in known.additions
    ]


def _url(fair: FairFacts, one: Addition, companies: Mapping[str, Further]) -> str:
    if one.kind is not AdditionKind.PERSON:
        return url_for(PAGES[one.kind], slug=fair.slug)
    company = companies.get(one.codes[0])
    if company is None or company.participation_id is None:
        return ""
    key = company.participation_id
    return url_for("companies.organizer_company", slug=fair.slug, participation_id=key, _anchor="people")


def _gain(one: Addition) -> str:
    if not one.found:
        return ngettext("at most %(num)s more meeting", "at most %(num)s more meetings", one.most)
    if one.found == one.most:
        return ngettext(
            "%(num)s more meeting, proved to be the most", "%(num)s more meetings, proved to be the most", one.found
        )
    return ngettext(
        "%(num)s more meeting, at most %(most)s", "%(num)s more meetings, at most %(most)s", one.found, most=one.most
    )


def _company(codes: tuple[str, ...], companies: Mapping[str, Further]) -> str:
    company = companies.get(codes[0])
    return company.name if company else ""


WHAT: dict[AdditionKind, Callable[[tuple[str, ...], Mapping[str, Further]], str]] = {
    AdditionKind.TABLE: lambda codes, _companies: _("One more table in hall %(hall)s", hall=codes[0]),
    AdditionKind.SLOT: lambda codes, _companies: _(
        "One more time at the end of %(day)s", day=day_words(date.fromisoformat(codes[0]))
    ),
    AdditionKind.PERSON: lambda codes, companies: _(
        "One more person from %(company)s", company=_company(codes, companies)
    ),
    AdditionKind.INTERPRETER: lambda codes, _companies: _(
        "One more interpreter for %(one)s and %(other)s", one=tongue(codes[0]), other=tongue(codes[1])
    ),
}
PAGES = {
    AdditionKind.TABLE: "setup.places",
    AdditionKind.SLOT: "setup.sessions",
    AdditionKind.INTERPRETER: "setup.interpreters",
}
