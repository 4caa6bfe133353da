"""The page of a programme and its files, for whoever may read one of its fairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, render_template

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.services import programme_results
from matchmaker.services.programmes import KEEPERS
from matchmaker.web.access import programme_reader
from matchmaker.web.long_files import handed_out
from matchmaker.web.programmes import tables
from matchmaker.web.programmes.page import ProgrammePage
from matchmaker.web.programmes.routes import ROOT, blueprint, name_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.programmes import ProgrammeFacts

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get(ROOT)
@programme_reader
def show(programme: ProgrammeFacts, person: SignedIn) -> ResponseReturnValue:
    """Show all fairs of a programme together, year by year and one by one."""
    del person
    may_keep = any(held & KEEPERS for held in g.programme_roles.values())
    return render_template(
        "programmes/programme.html",
        programme=programme,
        name=name_of(programme),
        page=_page(programme),
        may_keep=may_keep,
    )


@blueprint.get(f"{ROOT}/figures.csv")
@programme_reader
def figures_csv(programme: ProgrammeFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out every figure as CSV."""
    del person
    return handed_out(tables.figures_csv(_page(programme)), f"{programme.slug}.csv", CSV)


@blueprint.get(f"{ROOT}/report.xlsx")
@programme_reader
def workbook(programme: ProgrammeFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out years, figures, rates and method as one workbook."""
    del person
    return handed_out(tables.workbook(_page(programme)), f"{programme.slug}.xlsx", XLSX)


def _page(programme: ProgrammeFacts) -> ProgrammePage:
    results = programme_results.results_of(db.session, programme=programme, now=clock.now())
    return ProgrammePage(results)
