"""Carry what was entered on a hall's own machine over to the main site."""

from __future__ import annotations

import os
from pathlib import Path

import click
from flask.cli import with_appcontext

from matchmaker import clock
from matchmaker.cli.fair.register_file import fair_of
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import hall_file, hall_merge

FILE = click.Path(dir_okay=False, path_type=Path)
ONLY_THE_OWNER = 0o600
REASONS = {
    "unreadable": "can't be read",
    "unknown_meeting": "its meeting is not known here; was it made on another machine?",
    "unknown_company": "one of its companies does not take part here; register it first, then read the file again",
    "there_by_hand": "the two are on record in that slot already, entered here by hand",
    "recorded_otherwise": "the record here says otherwise; look at the meeting and settle it",
    "meeting_moved_on": "the meeting was called off here",
    "not_on_record": "the meeting is not on record as held or missed",
    "currency_without_rate": "the fair here has no rate for its currency; fix one, then read the file again",
    "not_from_a_hall": "an entry of a contract register comes from its own file",
}
REFUSALS = {
    "not_a_hall_file": "This is no file of a hall's entries. Make one with: fair hall export",
    "another_fair": "This file is of the fair {fair!r}.",
}


@click.group("hall")
def hall() -> None:
    """Carry a hall's entries from its own machine to the main site."""


@hall.command("export")
@click.argument("slug")
@click.argument("file", type=FILE)
@with_appcontext
def export(slug: str, file: Path) -> None:
    """Write who was there, walk-ins and outcomes of the fair SLUG to FILE, for the main site to read.

    The file says what companies agreed on: carry it like the database itself.
    """
    fair = fair_of(slug)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, ONLY_THE_OWNER)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as out:
        lines = list(hall_file.export(db.session, fair=fair, now=clock.now()))
        out.writelines(lines)
    click.echo(f"Written: {file}, {len(lines) - 1} entries")


@hall.command("import")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_(slug: str, file: Path) -> None:
    """Add the entries of FILE to the fair SLUG. Read twice, a file adds nothing more.

    Lines that can't be taken are named and left out; all others are in.
    """
    begin_writing(db.session)
    fair = fair_of(slug)
    with file.open("rb") as lines:
        try:
            done = hall_merge.merge(db.session, fair=fair, lines=lines, now=clock.now())
        except Refused as refused:
            raise click.ClickException(REFUSALS[refused.code].format(**refused.facts)) from refused
    db.session.commit()
    click.echo(f"Added: {done.new.total()}. There already: {done.known.total()}. Left out: {len(done.errors)}.")
    for number, code in sorted(done.errors.items()):
        click.echo(f"  line {number}: {REASONS.get(code, code)}")
