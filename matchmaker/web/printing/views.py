"""The page that offers what can be printed, and the sheets as PDF or as a page for the browser's own printing."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import force_locale, to_user_timezone

from matchmaker.web.access import organizer
from matchmaker.web.paper import can_print, pdf_of
from matchmaker.web.printing.page import SHEETS_A_FILE, WORDS, Kind, addresses, context, in_batch, lines_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

NOT_FOUND = 404

blueprint = Blueprint("printing", __name__)


@blueprint.app_template_filter()
def groupby_day(rows: Iterable[Any]) -> list[tuple[date, list[Any]]]:
    """Group meetings, alone or with a side, by the day they begin on where the fair is; they come in order of time."""

    def day_of(row: Any) -> date:
        meeting = row[0] if isinstance(row, tuple) else row
        return to_user_timezone(meeting.starts_at).date()

    return [(day, list(found)) for day, found in groupby(rows, key=day_of)]


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
    """Hand out one file of sheets: a PDF, or where this machine can't make one, the page to print."""
    del person
    wanted = _kind(kind)
    rows = in_batch(wanted, rows_of(wanted, fair=fair), request.args.get("first", 0, type=int))
    if not rows:
        abort(NOT_FOUND)
    only = request.args.get("only", type=int)
    shown = rows[only : only + 1] if only is not None and 0 <= only < len(rows) else rows
    values = {"rows": shown, "title": str(WORDS[wanted].title), "in_language": _in_language}
    values |= context(wanted, shown, fair=fair)
    if not can_print() or request.args.get("as") == "page":
        return render_template(f"printing/{wanted}.html", **values)
    return _pdf(wanted, values, fair)


@blueprint.get("/fairs/<slug>/organizer/print/<kind>/list")
@organizer
def single(fair: FairFacts, person: SignedIn, kind: str) -> ResponseReturnValue:
    """List the sheets of a kind, to print one of them alone."""
    del person
    wanted = _kind(kind)
    if wanted not in {Kind.AGENDAS, Kind.TABLES, Kind.INTERPRETERS}:
        abort(NOT_FOUND)
    return render_template(
        "printing/single.html",
        kind=wanted,
        words=WORDS[wanted],
        rows=rows_of(wanted, fair=fair),
        per_file=SHEETS_A_FILE,
    )


def _pdf(kind: Kind, values: dict[str, Any], fair: FairFacts) -> Response:
    content = pdf_of(f"printing/{kind}.html", is_pdf=True, **values)
    name = f"{fair.slug}-{kind}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, mimetype="application/pdf", headers=headers)


def _in_language(code: str, write: Callable[..., Any], *values: Any) -> Any:
    """Let a macro write in a person's own language, whatever the page's is."""
    with force_locale(code):
        return write(*values)


def _kind(text: str) -> Kind:
    if text not in set(Kind):
        abort(NOT_FOUND)
    return Kind(text)
