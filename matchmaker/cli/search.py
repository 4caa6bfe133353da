"""Build what the directory is searched by anew."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import search_index


@click.command("rebuild-search")
@with_appcontext
def rebuild_search() -> None:
    """Bring the search of every fair up to date.

    The site keeps it so by itself; this is for after a restore, or after rows were changed in the database by hand.
    """
    begin_writing(db.session)
    companies = search_index.rebuild(db.session)
    db.session.commit()
    click.echo(f"The search knows {companies} companies.")
