"""The editions of a fair side by side, and where its organizer says which one came before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import edition_results, editions, report_versions
from matchmaker.services.report_deals import Amount
from matchmaker.web.access import organizer, reader
from matchmaker.web.fair_view import FairView
from matchmaker.web.fields import Form
from matchmaker.web.filters import datetime, money_short, number, share
from matchmaker.web.reports.addresses import link
from matchmaker.web.reports.views import blueprint

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Mapping, Sequence

    from flask.typing import ResponseReturnValue
    from flask_babel import LazyString
    from markupsafe import Markup

    from matchmaker.domain.reporting.editions import EditionFigures
    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.edition_results import Edition
    from matchmaker.services.fairs import FairFacts

    Rows = Sequence[tuple[str, Sequence[Markup | str]]]

UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in words, how an edition's is written, and the list of that edition's report that has its rows."""

    words: LazyString
    text: Callable[[EditionFigures], str]
    rows: str
    asked: Mapping[str, Any]


AT_CLOSING = (
    Figure(_l("Companies"), lambda one: number(one.companies), "companies", {"of": "all"}),
    Figure(_l("Meetings held"), lambda one: number(one.held), "meetings", {"of": "held"}),
    Figure(_l("Pairs of companies that met"), lambda one: number(one.pairs), "pairs", {"of": "met"}),
    Figure(_l("Deals"), lambda one: number(one.deals), "rows", {}),
    Figure(_l("Value of all deals"), lambda one: money_short(one.value), "rows", {}),
    Figure(_l("Meetings with an outcome"), lambda one: share(one.reporting_rate), "meetings", {"of": "with_outcome"}),
)
REALISED = {"amount": str(Amount.REALISED)}
SINCE = (
    Figure(_l("Value of all deals"), lambda one: money_short(one.value_since), "rows", {}),
    Figure(_l("Delivered or paid"), lambda one: money_short(one.realised), "rows", REALISED),
    Figure(_l("Delivered or paid, of the value"), lambda one: share(one.realisation_rate), "rows", REALISED),
)


@dataclass(frozen=True, slots=True)
class Leads:
    """Where the figures of editions lead: to their rows, else to what the edition shows everyone, else nowhere."""

    readable: frozenset[uuid.UUID] = frozenset()
    public: frozenset[uuid.UUID] = frozenset()

    def cell(self, figure: Figure, one: Edition, *, version: uuid.UUID | None) -> Markup | str:
        """An edition's figure, as a link where there is somewhere to go."""
        if one.figures is None:
            return "–"
        text = figure.text(one.figures)
        if one.fair.id in self.readable:
            return link(url_for(f"reports.{figure.rows}", slug=one.fair.slug, version=version, **figure.asked), text)
        return link(url_for("reports.results", slug=one.fair.slug), text) if one.fair.id in self.public else text


@dataclass(frozen=True, slots=True)
class EditionTable:
    """Editions as columns, each headed by its name, its year and its public results, and figures as rows."""

    heads: Sequence[tuple[str, int, str]]
    at_closing: Rows
    since: Rows
    currencies: int
    has_live: bool


class EarlierForm(Form):
    """Which edition came before."""

    earlier = SelectField(_l("The edition before this one"))


@blueprint.get("/fairs/<slug>/organizer/report/editions")
@reader
def earlier_editions(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the fair beside its earlier editions."""
    return render_template("reports/editions.html", table=edition_table(fair, account_id=person.account_id))


@blueprint.route("/fairs/<slug>/organizer/report/editions/earlier", methods=["GET", "POST"])
@organizer
def earlier_edition(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Say which fair was the edition before this one."""
    form = EarlierForm()
    own = editions.candidates(db.session, fair=fair, account_id=person.account_id)
    form.earlier.choices = [
        ("", _("None")),
        *((one.slug, f"{FairView(one).name}, {one.opens_on.year}") for one in own),
    ]
    if not form.is_submitted():
        before = editions.earlier(db.session, fair=fair)
        form.earlier.data = before[0].slug if before else ""
        return render_template("reports/earlier.html", form=form, has_choice=bool(own))
    slug = form.earlier.data or ""
    if not form.validate() or not _follows(fair, slug, by=person.account_id):
        form.earlier.errors = [_("Choose a fair that you organize and that opened before this one.")]
        return render_template("reports/earlier.html", form=form, has_choice=bool(own)), UNPROCESSABLE
    flash(_("The report is compared with this edition now.") if slug else _("No edition came before."), "done")
    return redirect(url_for("reports.earlier_editions", slug=fair.slug))


def _follows(fair: FairFacts, slug: str, *, by: uuid.UUID) -> bool:
    """Write the edition before down; False where it is not one that this person may choose."""
    try:
        editions.follow(db.session, fair=fair, slug=slug, by=by, now=clock.now())
    except Refused:
        return False
    return True


def edition_table(fair: FairFacts, *, account_id: uuid.UUID | None = None) -> EditionTable | None:
    """Return a fair beside its earlier editions, or None where it has none.

    With ``account_id`` each figure leads where this person may see what is behind it; on paper none does.
    """
    found = edition_results.compared(db.session, fair=fair, now=clock.now())
    if not found:
        return None
    known = [one.figures for one in found if one.figures is not None]
    leads = _leads(found, account_id)
    closing = [
        (str(figure.words), [leads.cell(figure, one, version=one.closing_version) for one in found])
        for figure in AT_CLOSING
    ]
    since = [
        (str(figure.words), [leads.cell(figure, one, version=one.since_version) for one in found]) for figure in SINCE
    ]
    return EditionTable(
        heads=[_head(one) for one in found],
        at_closing=[(_("As of"), [datetime(one.closing_at) for one in found]), *closing],
        since=[(_("As of"), [datetime(one.since_at) for one in found]), *since],
        currencies=len({figures.value.currency for figures in known}),
        has_live=not all(one.is_kept for one in found),
    )


def _leads(found: Sequence[Edition], account_id: uuid.UUID | None) -> Leads:
    if account_id is None:
        return Leads()
    keys = [one.fair.id for one in found]
    return Leads(
        readable=editions.readable(db.session, fair_ids=keys, account_id=account_id),
        public=report_versions.published_among(db.session, fair_ids=keys),
    )


def _head(one: Edition) -> tuple[str, int, str]:
    return FairView(one.fair).name, one.fair.opens_on.year, url_for("reports.results", slug=one.fair.slug)
