"""Import a spreadsheet of companies from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext
from flask_babel import force_locale
from tqdm import tqdm

from matchmaker import clock
from matchmaker.domain.errors import NotFound
from matchmaker.domain.spreadsheets.columns import find_heading
from matchmaker.domain.spreadsheets.companies import COMPANY_COLUMNS, companies_of
from matchmaker.domain.spreadsheets.corrected import corrected_file
from matchmaker.domain.spreadsheets.errors import FileRefusedError
from matchmaker.domain.spreadsheets.limits import ImportLimits
from matchmaker.domain.spreadsheets.source import read_table
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import fairs
from matchmaker.services.company_import import import_rows, rows_that_fit

# The words for what is wrong with a row are those of the import page.
from matchmaker.web.import_words import file_sentence, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaker.domain.spreadsheets.companies import CompanyRow
    from matchmaker.domain.spreadsheets.errors import RowError
    from matchmaker.domain.spreadsheets.table import Table

LIMITS = ImportLimits()
FIELDS = [column.field for column in COMPANY_COLUMNS]
COLUMN_WIDTH = 30


@click.command("import")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "columns",
    multiple=True,
    metavar="FIELD=HEADER",
    help=f"The header of a field, where it is not recognised. Fields: {', '.join(FIELDS)}.",
)
@click.option(
    "--corrected",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write an XLSX file of the rows with errors, with the reasons beside them.",
)
@with_appcontext
def import_companies(slug: str, file: Path, columns: tuple[str, ...], corrected: Path | None) -> None:
    """Import the companies of FILE (.xlsx or .csv) into the fair SLUG: all of them, or none.

    The file is only read. One row is one company, with its name and its role (exhibitor, buyer or both). A company
    that is there already is brought up to date; importing the same file again changes nothing.

    \b
    Examples:
      flask --app wsgi fair import my-fair companies.xlsx
      flask --app wsgi fair import my-fair list.csv --map "name=Tên đơn vị"
        --corrected to-correct.xlsx
    """  # noqa: D301 - click looks for the backspace character itself, so this is no raw text.
    begin_writing(db.session)
    try:
        fair = fairs.by_slug(db.session, slug=slug)
    except NotFound as error:
        raise click.ClickException(f"There is no fair {slug!r}. Create it with: fair create {slug}") from error
    with force_locale("en"):
        rows = _good_rows(file, _mapping(columns), corrected)
    with tqdm(total=len(rows), desc="Importing", unit=" companies", leave=False) as bar:
        counts = import_rows(db.session, fair_id=fair.id, rows=rows, by=None, now=clock.now(), step=bar.update)
    db.session.commit()
    if counts.unchanged == counts.total:
        click.echo(f"Nothing has changed: all {counts.total} companies are as the file says.")
        return
    click.echo(f"{counts.created} companies created, {counts.updated} updated, {counts.unchanged} unchanged.")
    click.echo(f"Next: flask --app wsgi fair match {slug}")


def _mapping(columns: Sequence[str]) -> dict[str, str]:
    mapping = {}
    for given in columns:
        field, _, header = given.partition("=")
        if field not in FIELDS or not header:
            raise click.BadParameter(f"{given!r} is not FIELD=HEADER with one of the fields", param_hint="--map")
        mapping[field] = header
    return mapping


def _good_rows(file: Path, asked: dict[str, str], corrected: Path | None) -> tuple[CompanyRow, ...]:
    """Return the file's rows; print every error and end the command when there is one."""
    with file.open("rb") as source:
        data = source.read(LIMITS.max_bytes + 1)
    try:
        table = read_table(data=data, limits=LIMITS)
    except FileRefusedError as refused:
        raise click.ClickException(f"{file.name}: {file_sentence(refused.error)}") from refused
    guessed = find_heading(table=table, columns=COMPANY_COLUMNS).mapping
    mapping = {**guessed, **asked} if asked else None
    read = companies_of(table=table, mapping=mapping, limits=LIMITS)
    rows, errors = rows_that_fit(read)
    if not errors:
        return rows
    _print_errors(errors)
    if corrected is not None:
        _write_corrected(corrected, table=table, header_row=read.header_row or 0, errors=errors)
    count = len({error.row for error in errors})
    found = "1 row has errors" if count == 1 else f"{count} rows have errors"
    raise click.ClickException(f"{file.name}: {found}, so nothing was imported.")


def _print_errors(errors: Sequence[RowError]) -> None:
    click.echo(f"{'row':>6}  {'column':<{COLUMN_WIDTH}}  reason")
    for error in errors:
        column = (error.column or "")[:COLUMN_WIDTH]
        click.echo(f"{error.row or '':>6}  {column:<{COLUMN_WIDTH}}  {sentence(error)}")


def _write_corrected(path: Path, *, table: Table, header_row: int, errors: Sequence[RowError]) -> None:
    content = corrected_file(
        table=table, header_row=header_row, errors=errors, reason=sentence, reason_header="What to correct"
    )
    path.write_bytes(content)
    click.echo(f"The rows to correct are in {path}.")
