"""The report of a fair, the rows behind its figures, and the contract register that feeds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.services.company_uploads import LIMITS
from matchmaker.services.contracts import ContractsRefusedError, import_contracts
from matchmaker.web.access import organizer, reader
from matchmaker.web.fragments import drawn_by
from matchmaker.web.reports.chosen import OF_A_VERSION, chosen_page
from matchmaker.web.reports.listing import LISTED, deals_listed, wanted_of
from matchmaker.web.reports.parts import page_of_list
from matchmaker.web.reports.register import HEADERS, ErrorList, RegisterForm, done_text, read_register
from matchmaker.web.reports.values import values_shown
from matchmaker.web.reports.wording import LISTS, VERSIONS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from markupsafe import Markup

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

UNPROCESSABLE = 422

blueprint = Blueprint("reports", __name__)


@blueprint.url_defaults
def keep_version(endpoint: str, values: dict[str, Any]) -> None:
    """Let every figure and file of a kept version lead to the rows of that version."""
    version = g.get("report_version")
    if version is not None and endpoint in OF_A_VERSION:
        values.setdefault("version", version)


@blueprint.get("/fairs/<slug>/organizer/report")
@reader
def report(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the report as it stands now."""
    del person
    page = chosen_page(fair)
    words = VERSIONS[page.report.version]
    return render_template("reports/report.html", page=page, report=page.report, version=words)


@blueprint.get("/fairs/<slug>/organizer/report/deals")
@reader
def rows(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """List the deals behind a figure."""
    del person
    results = chosen_page(fair, is_list=True).results
    listed = deals_listed(results, wanted=wanted_of(request.args), fair=fair, page=_page_number())
    return render_template("reports/rows.html", listed=listed)


@blueprint.get("/fairs/<slug>/organizer/report/meetings")
@reader
def meetings(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """List the meetings behind a count."""
    del person
    return _behind_count(fair, "meetings")


@blueprint.get("/fairs/<slug>/organizer/report/pairs")
@reader
def pairs(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """List the pairs of companies behind a count."""
    del person
    return _behind_count(fair, "pairs")


@blueprint.get("/fairs/<slug>/organizer/report/values")
@reader
def values(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the whole table of the value by one thing."""
    del person
    results = chosen_page(fair, is_list=True).results
    title, table = values_shown(results, by=request.args.get("by", ""), fair=fair)
    return render_template("reports/values.html", title=title, table=table)


@blueprint.get("/fairs/<slug>/organizer/report/companies")
@reader
def companies(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """List the companies behind a count."""
    del person
    return _behind_count(fair, "companies")


@blueprint.route("/fairs/<slug>/organizer/contracts", methods=["GET", "POST"])
@organizer
def contracts(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Take a contract register in: all of its rows, or none and what is wrong with them."""
    form = RegisterForm()
    if not form.is_submitted():
        return _register_page(form, ErrorList())
    if not form.validate():
        return _register_page(form, ErrorList()), UNPROCESSABLE
    register = read_register(form.file.data.read(LIMITS.max_bytes + 1))
    if not register.is_clean:
        form.file.errors = register.file_errors
        return _register_page(form, register.row_errors), UNPROCESSABLE
    try:
        done = import_contracts(db.session, fair=fair, rows=register.rows, by=person.account_id, now=clock.now())
    except ContractsRefusedError as refused:
        return _register_page(form, register.unfit(refused.errors)), UNPROCESSABLE
    flash(done_text(done), "done")
    return redirect(url_for("reports.report", slug=fair.slug))


def _register_page(form: RegisterForm, errors: ErrorList) -> str:
    return render_template("reports/contracts.html", form=form, errors=errors, limits=LIMITS, headers=HEADERS)


def _behind_count(fair: FairFacts, name: str) -> str:
    """Show one page of what stands behind the count that the address names."""
    results = chosen_page(fair, is_list=True).results
    title = str(LISTS[name])

    def draw() -> Markup:
        listed = LISTED[name](results, of=request.args.get("of", ""), fair=fair, page=_page_number())
        return drawn_by("reports/list_parts.html", name, listed, title, fair.slug)

    return render_template("reports/listed.html", title=title, drawn=page_of_list(results, name, draw))


def _page_number() -> int:
    return request.args.get("page", 1, type=int)
