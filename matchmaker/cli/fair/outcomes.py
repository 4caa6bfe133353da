"""Import a contract register from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from flask.cli import with_appcontext
from tqdm import tqdm

from matchmaker import clock
from matchmaker.cli.fair.register_file import contracts_of, fair_of, refuse
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import matching
from matchmaker.services.contracts import ContractsRefusedError, import_contracts

if TYPE_CHECKING:
    import uuid

    from matchmaker.services.contracts import ImportedContracts

PLACES = 10


@click.command("outcomes")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def outcomes(slug: str, file: Path) -> None:
    """Import the contract register FILE (.xlsx or .csv) into the fair SLUG: all of it, or nothing.

    One row is one contract, with buyer, exhibitor, need, number, amount, currency and the day it was signed. Each
    becomes a deal of its own, marked as taken from the register. The meeting of its two companies is put on record
    as held: the scheduled one, or else one outside the schedule. Importing the same file again changes nothing.

    \b
    Example:
      flask --app wsgi fair outcomes public-buyers-2023 outcomes.csv
    """  # noqa: D301 - click looks for the backspace character itself, so this is no raw text.
    begin_writing(db.session)
    fair = fair_of(slug)
    rows = contracts_of(file)
    try:
        with tqdm(total=len(rows), desc="Importing", unit=" contracts", leave=False) as bar:
            done = import_contracts(
                db.session,
                fair=fair,
                rows=rows,
                by=None,
                now=clock.now(),
                progress=lambda count, _total: _show(bar, count),
            )
    except ContractsRefusedError as refused:
        raise refuse(file, refused) from refused
    _say(slug, fair.id, done)
    db.session.commit()


def _show(bar: tqdm[NoReturn], count: int) -> None:
    bar.update(count - bar.n)


def _say(slug: str, fair_id: uuid.UUID, done: ImportedContracts) -> None:
    if not done.added and not done.restated:
        click.echo(f"Nothing has changed: all {done.unchanged} contracts are on record already.")
    else:
        click.echo(f"{done.added} contracts added, {done.restated} restated, {done.unchanged} as they were.")
        click.echo(
            f"{len(done.pairs)} pairs of companies: {done.held_as_scheduled} scheduled meetings are on record as held, "
            f"{done.walk_ins} outside the schedule, of which {done.proposed} had no meeting before."
        )
    found = matching.real_pairs_in_top(db.session, fair_id=fair_id, pairs=done.pairs, places=PLACES)
    click.echo(
        f"{found} of these {len(done.pairs)} pairs, which really signed, stood among the first {PLACES} of the buyer's "
        "list. The matcher knew offers and needs, not who signed; needs worded like the contracts make it easier."
    )
    click.echo(f"Next: flask --app wsgi fair report {slug}")
