"""The page that offers what can be printed, and the sheets as PDF or as a page for the browser's own printing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, request

from matchmaker.web import long_files
from matchmaker.web.access import organizer
from matchmaker.web.paper import can_print
from matchmaker.web.printing import plans
from matchmaker.web.printing.page import WORDS, Kind, addresses, in_batch, lines_of, rows_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

NOT_FOUND = 404

blueprint = Blueprint("printing", __name__)


blueprint.add_app_template_filter(plans.by_day, "groupby_day")


@blueprint.get("/fairs/<slug>/organizer/print")
@organizer
def offer(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show what can be printed."""
    del person
    return render_template("printing/offer.html", lines=lines_of(fair), can_print=can_print())


@blueprint.get("/fairs/<slug>/organizer/phones")
@organizer
def phones(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the site's address for phones in the hall, as text and as a code to scan."""
    del person
    return render_template("printing/phones.html", **addresses(fair))


@blueprint.get("/fairs/<slug>/organizer/print/<kind>")
@organizer
def sheets_file(fair: FairFacts, person: SignedIn, kind: str) -> ResponseReturnValue:
    """Hand out a file of sheets: a PDF, or where this machine can't make one, a page of some of them to print."""
    del person
    wanted = _kind(kind)
    if can_print() and request.args.get("as") != "page":
        return long_files.answer(wanted, fair)
    rows = in_batch(wanted, plans.chosen(rows_of(wanted, fair=fair)), request.args.get("first", 0, type=int))
    if not rows:
        abort(NOT_FOUND)
    return render_template(f"printing/{wanted}.html", **plans.values_of(wanted, rows, fair))


@blueprint.get("/fairs/<slug>/organizer/print/<kind>/list")
@organizer
def single(fair: FairFacts, person: SignedIn, kind: str) -> ResponseReturnValue:
    """List the sheets of a kind, to print one of them alone."""
    del person
    wanted = _kind(kind)
    if wanted not in {Kind.AGENDAS, Kind.TABLES, Kind.INTERPRETERS}:
        abort(NOT_FOUND)
    rows = rows_of(wanted, fair=fair)
    return render_template("printing/single.html", kind=wanted, words=WORDS[wanted], rows=rows)


def _kind(text: str) -> Kind:
    if text not in set(Kind):
        abort(NOT_FOUND)
    return Kind(text)
