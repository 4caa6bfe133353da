"""Read a contract register for the commands that take one, and say what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask_babel import force_locale

from matchmaker.domain.errors import NotFound
from matchmaker.domain.spreadsheets.limits import ImportLimits
from matchmaker.domain.spreadsheets.outcomes import read_outcomes
from matchmaker.extensions import db
from matchmaker.services import fairs
from matchmaker.services.contracts import ContractCode

# The words for what is wrong with a row of a file are those of the import page.
from matchmaker.web.import_words import file_sentence, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matchmaker.domain.spreadsheets.outcomes import OutcomeRow
    from matchmaker.services.contracts import ContractsRefusedError
    from matchmaker.services.fairs import FairFacts

LIMITS = ImportLimits()
SHOWN = 20
REASONS = {
    ContractCode.NO_SUCH_BUYER: "The fair has no buyer called {name!r}. Import it first, or correct the name.",
    ContractCode.NO_SUCH_EXHIBITOR: "The fair has no exhibitor called {name!r}. Import it first, or correct the name.",
    ContractCode.SEVERAL_BUYERS: "Several buyers are called {name!r}. Write the name as it stands at the fair.",
    ContractCode.SEVERAL_EXHIBITORS: "Several exhibitors are called {name!r}. Write the name as it stands at the fair.",
    ContractCode.SAME_COMPANY: "Buyer and exhibitor are the same company.",
    ContractCode.NO_RATE: "The fair has fixed no rate for {currency}. Give one when creating it: --rate {currency}=...",
    ContractCode.BAD_VALUE: "{value} is no value that can be counted: above 0, in the currency's own decimals.",
    ContractCode.NUMBER_TWICE: "Row {other_row} has the number {number!r} for the same exhibitor. Number them apart.",
    ContractCode.NUMBER_TOO_LONG: "The number has more than {limit} characters.",
}


def fair_of(slug: str) -> FairFacts:
    """Return the fair, or end the command with how to create it."""
    try:
        return fairs.by_slug(db.session, slug=slug)
    except NotFound as error:
        raise click.ClickException(f"There is no fair {slug!r}. Create it with: fair create {slug}") from error


def contracts_of(file: Path) -> Sequence[OutcomeRow]:
    """Return the contracts of a file; print every error and end the command when there is one."""
    with file.open("rb") as source:
        read = read_outcomes(data=source.read(LIMITS.max_bytes + 1), limits=LIMITS)
    if not read.errors:
        return read.rows
    with force_locale("en"):
        if read.errors[0].row is None:
            raise click.ClickException(f"{file.name}: {file_sentence(read.errors[0])}")
        _print([(error.row or 0, error.column or "", sentence(error)) for error in read.errors])
    raise click.ClickException(f"{file.name}: {_rows(read.errors)} with errors, so nothing was imported.")


def refuse(file: Path, refused: ContractsRefusedError) -> click.ClickException:
    """Print which contracts do not fit the fair and why; return what ends the command."""
    _print([(error.row, error.column, REASONS[error.code].format(**error.facts)) for error in refused.errors])
    return click.ClickException(f"{file.name}: {_rows(refused.errors)} do not fit the fair, so nothing was imported.")


def _print(lines: Sequence[tuple[int, str, str]]) -> None:
    click.echo(f"{'row':>6}  {'column':<12}  reason")
    for row, column, reason in lines[:SHOWN]:
        click.echo(f"{row:>6}  {column[:12]:<12}  {reason}")
    if len(lines) > SHOWN:
        click.echo(f"        and {len(lines) - SHOWN} more.")


def _rows(errors: Sequence[object]) -> str:
    count = len({getattr(error, "row", None) for error in errors})
    return "1 row" if count == 1 else f"{count} rows"
