"""The fair's category tree as a file: download, prune or extend, hand in, decide where offers and needs go."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker import clock
from matchmaker.domain.category_files import MOST_CHARACTERS, read_categories
from matchmaker.domain.errors import Refused, Unconfirmed
from matchmaker.domain.spreadsheets.encodings import find_encoding
from matchmaker.domain.spreadsheets.errors import FileRefusedError
from matchmaker.extensions import db
from matchmaker.services import fair_categories
from matchmaker.web.access import organizer
from matchmaker.web.fragments import drawn_by, same_page_for_all
from matchmaker.web.language import language
from matchmaker.web.setup import forms
from matchmaker.web.setup.routes import ROOT, UNPROCESSABLE, blueprint
from matchmaker.web.setup.wording import ROW_ERRORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup

    from matchmaker.domain.category_files import CategoryError, CategoryRow
    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fair_categories import CategoryNode
    from matchmaker.services.fairs import FairFacts

SHOWN_ERRORS = 100
PREFIX = "move-"


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """A cell to correct, as the table of errors shows it."""

    row: int
    column: str
    value: str
    message: str


@blueprint.get(f"{ROOT}/categories.csv")
@organizer
def tree_file(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out the fair's tree."""
    del person
    content = fair_categories.as_file(db.session, fair_id=fair.id).encode("utf-8")
    name = _("categories-%(fair)s.csv", fair=fair.slug)
    return send_file(BytesIO(content), mimetype="text/csv; charset=utf-8", as_attachment=True, download_name=name)


@blueprint.route(f"{ROOT}/categories", methods=["GET", "POST"])
@organizer
def tree(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show the tree and take another one in; what is in use moves to where the organizer says."""
    form: Any = forms.TreeForm()
    if not form.is_submitted():
        return _page(fair, form)
    text = _text(form)
    if not form.validate() or not text.strip():
        form.file.errors = [_("Choose the CSV file with your categories.")]
        return _page(fair, form), UNPROCESSABLE
    read = read_categories(text)
    errors = [*read.errors, *fair_categories.conflicts(db.session, fair=fair, rows=read.rows)]
    if errors or not read.rows:
        return _page(fair, form, errors=_lines(errors)), UNPROCESSABLE
    moves = {name.removeprefix(PREFIX): value for name, value in request.form.items() if name.startswith(PREFIX)}
    chosen = {code: "" if value == "-" else value for code, value in moves.items() if value}
    try:
        moved = fair_categories.replace_tree(
            db.session, fair=fair, rows=read.rows, moves=chosen, by=person.account_id, now=clock.now()
        )
    except (Refused, Unconfirmed):
        return _moves_page(fair, form, read.rows, text, has_tried=bool(moves)), UNPROCESSABLE
    done = ngettext("The tree is saved. %(num)s item moved.", "The tree is saved. %(num)s items moved.", moved)
    flash(done if moved else _("The tree is saved. Nothing had to move."), "done")
    return redirect(url_for("setup.tree", slug=fair.slug))


def _text(form: Any) -> str:
    """The text of the file handed in, or of the one that was read before and is waiting for decisions."""
    file = form.file.data
    if not file or not getattr(file, "filename", ""):
        return form.text.data or ""
    content = file.read(4 * MOST_CHARACTERS)
    try:
        encoding, mark = find_encoding(content)
    except FileRefusedError:
        return ""
    return str(content[mark:].decode(encoding.value, errors="replace"))


def _page(fair: FairFacts, form: Any, *, errors: Sequence[ErrorLine] = ()) -> str:
    return render_template(
        "setup/tree.html",
        form=form,
        tree=_drawn(fair_categories.tree_of(db.session, fair_id=fair.id)),
        errors=list(errors[:SHOWN_ERRORS]),
        total=len({line.row for line in errors}),
    )


@same_page_for_all
def _drawn(roots: tuple[CategoryNode, ...]) -> Markup:
    """The tree as the page shows it."""
    return drawn_by("setup/tree_parts.html", "tree", roots, language())


def _moves_page(fair: FairFacts, form: Any, rows: Sequence[CategoryRow], text: str, *, has_tried: bool) -> str:
    vi = language() == "vi"
    targets = [(row.code, row.name_vi if vi else row.name_en) for row in rows]
    gone = fair_categories.left_out(db.session, fair=fair, rows=rows)
    return render_template(
        "setup/moves.html", form=form, gone=gone, targets=targets, text=text, prefix=PREFIX, has_tried=has_tried
    )


def _lines(errors: Sequence[CategoryError]) -> list[ErrorLine]:
    ordered = sorted(errors, key=lambda error: error.row)
    return [ErrorLine(error.row, error.column, error.value, str(ROW_ERRORS[error.code])) for error in ordered]
