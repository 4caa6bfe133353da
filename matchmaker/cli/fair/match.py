"""Match a fair from the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click
from flask import current_app
from flask.cli import with_appcontext
from tqdm import tqdm

from matchmaker import clock
from matchmaker.domain.errors import NotFound
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import fairs, matching


@click.command("match")
@click.argument("slug")
@click.option(
    "--taxonomy",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with vi/*.txt and en/*.txt, parallel by id, to learn more bilingual terms from.",
)
@with_appcontext
def match(slug: str, taxonomy: Path | None) -> None:
    """Propose who should meet at the fair SLUG: a ranked list with reasons for every company.

    Example: flask --app wsgi fair match public-buyers-2023 --taxonomy ../taxonomy
    """
    # The jobs import the matcher and the solver, which no other command should pay for.
    from matchmaker.jobs.refresh_matches import refresh  # noqa: PLC0415

    if taxonomy is not None:
        config = current_app.extensions["matchmaker"]
        current_app.extensions["matchmaker"] = replace(config, taxonomy=taxonomy)
    begin_writing(db.session)
    try:
        fair = fairs.by_slug(db.session, slug=slug)
    except NotFound as error:
        raise click.ClickException(f"there is no fair {slug!r}") from error
    run_id = matching.begin_run(db.session, fair_id=fair.id, by=None, now=clock.now())
    db.session.commit()
    with tqdm(total=matching.STEPS, desc="Matching", unit="step", leave=False) as bar:
        stored = refresh(fair_id=fair.id, run_id=run_id, progress=lambda done: _show(bar, done))
    click.echo(f"{stored.suggestions} pairs proposed to {stored.companies} companies (model {stored.version}).")
    click.echo(f"{stored.without_list} companies got no list.")


def _show(bar: tqdm[NoReturn], done: int) -> None:
    bar.update(done - bar.n)
