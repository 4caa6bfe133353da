"""Retention, and the erasure of people, from the operator's side."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from matchmaker import clock
from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import erasing, persons, retention
from matchmaker.services.erasing import ErasureReason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matchmaker.domain.privacy.retention import Keeping

WHAT: dict[str, str] = {
    "people": "people who were not here for long",
    "notes": "notes and messages of meetings",
    "messages": "notices and mail",
    "history": "entries of the history, closed requests",
    "sign_ins": "sessions, links and invitations",
    "uploads": "spreadsheets handed in",
    "copies": "copies of personal data",
    "files": "files made for printing and reports",
    "jobs": "finished jobs",
}


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@with_appcontext
def retention_command(*, dry_run: bool) -> None:
    """Forget what has been kept long enough; the jobs process does so by itself once a day.

    How long each fair keeps things is set on its privacy page. People go a hundred a run.
    """
    if dry_run:
        _print(retention.due(db.session, now=clock.now()), "would go")
        return
    begin_writing(db.session)
    taken = retention.apply(db.session, now=clock.now())
    db.session.commit()
    _print(taken, "gone")


@click.command("erase-person")
@click.argument("email")
@with_appcontext
def erase_person(email: str) -> None:
    """Erase the person with EMAIL, with or without an account, at all fairs.

    Make sure first that it is them who asks. Their traces in other people's texts go with the next jobs.
    """
    begin_writing(db.session)
    try:
        person = persons.by_email(db.session, email=email)
        erasing.erase(db.session, person=person, reason=ErasureReason.COMMAND, by=None, now=clock.now())
    except NotFound as error:
        raise click.ClickException("nobody has this address") from error
    except Conflict as error:
        raise click.ClickException("the only organizer of a fair: appoint another one first") from error
    db.session.commit()
    click.echo("Erased.")


@click.command("erased-keys")
@with_appcontext
def erased_keys() -> None:
    """Print the keys of everybody who was erased. Keep them beside each backup; they name nobody."""
    for key in erasing.receipts(db.session):
        click.echo(key)


@click.command("erase-again")
@click.argument("keys", type=click.File(errors="replace"))
@with_appcontext
def erase_again(keys: Iterable[str]) -> None:
    """Erase again whom KEYS, a file made by erased-keys, names: after an older backup was restored."""
    begin_writing(db.session)
    done = 0
    for number, line in enumerate(keys, start=1):
        person = persons.of_keys(db.session, keys=[_key(line.strip(), number)]) if line.strip() else None
        if person is None:
            continue
        try:
            erasing.erase(db.session, person=person, reason=ErasureReason.RESTORED, by=None, now=clock.now())
        except Conflict as error:
            raise click.ClickException(
                f"{line.strip()} is the only organizer of a fair: appoint another one"
            ) from error
        done += 1
    db.session.commit()
    click.echo(f"{done} erased again.")


def _key(text: str, number: int) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise click.ClickException(f"line {number} is no key of somebody erased, so nobody was erased again") from error


def _print(counts: dict[Keeping, int], verb: str) -> None:
    for keeping, count in counts.items():
        click.echo(f"{count:>8}  {verb}: {WHAT[keeping.value]}")
