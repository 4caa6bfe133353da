"""Hand out a fair's ledger for an auditor, or check it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from matchmaker.cli.fair.register_file import fair_of
from matchmaker.extensions import db
from matchmaker.services import ledger as services

if TYPE_CHECKING:
    import uuid


@click.command("ledger")
@click.argument("slug")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it, one entry a line.")
@click.option("--check", is_flag=True, help="Check the seals, and every report against what was sealed.")
@with_appcontext
def ledger(slug: str, out: Path | None, check: bool) -> None:
    """Write the ledger of the fair SLUG as JSON lines, or check it; print its last seal.

    ``docs/verify_ledger.py`` checks the file without this program.

    \b
    Example:
      flask --app wsgi fair ledger my-fair --out ledger.jsonl
    """  # noqa: D301 - click looks for the backspace character itself, so this is no raw text.
    fair = fair_of(slug)
    if out is not None:
        with out.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(services.export(db.session, fair_id=fair.id))
        click.echo(f"Written: {out}")
    if check:
        _check(fair.id)
    last = services.head(db.session, fair_id=fair.id)
    click.echo(f"{last.position} entries, last seal {last.digest}" if last else "The ledger is empty.")


def _check(fair_id: uuid.UUID) -> None:
    fault = services.check(db.session, fair_id=fair_id)
    if fault is not None:
        raise click.ClickException(f"The chain breaks at entry {fault.position}: {fault.code}.")
    strays = services.strays(db.session, fair_id=fair_id)
    if strays:
        raise click.ClickException(f"{len(strays)} reports differ from what was sealed, the first is {strays[0]}.")
