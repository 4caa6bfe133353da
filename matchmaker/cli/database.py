"""Bring the database's tables to the newest form."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import search_index

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ROOT / "migrations"


@click.command("migrate")
@click.option("--to", "revision", default="head", show_default=True, help="The revision to go to.")
@with_appcontext
def migrate(revision: str) -> None:
    """Create or upgrade the tables of the configured database, and the font, icons and texts that pages are made with.

    Whoever installs without make has no other step that makes them, and pages would stand there without icons, in
    the words of the code.
    """
    # Only this command needs these tools; loading them would slow every page's start.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    from matchmaker import assets  # noqa: PLC0415

    try:
        assets.build(ROOT)
    except OSError as error:
        # The site's own user may not write beside the code; the tables are no less wanted then.
        click.echo(f"Font, icons and texts are not up to date: {error}. Make them with: make setup", err=True)
    settings = Config(str(MIGRATIONS / "alembic.ini"))
    settings.set_main_option("script_location", str(MIGRATIONS))
    with db.engine.connect() as connection:
        settings.attributes["connection"] = connection
        try:
            command.upgrade(settings, revision)
        except CommandError as error:
            raise click.ClickException(str(error)) from error
        connection.commit()
    if revision == "head":
        # Companies that were there before the search was have to be brought into it once.
        begin_writing(db.session)
        search_index.add_missing(db.session)
        db.session.commit()
    click.echo(f"The database is at revision {revision}.")
