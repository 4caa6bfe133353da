"""Load the reference fair into an empty demo, and say how to sign in to it."""

from __future__ import annotations

import json
import os
import secrets
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext
from tqdm import tqdm

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import fairs, matching

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

WORDS = 4
STEPS = 13
ROLES = ("organizer", "exhibitor", "buyer", "helper", "interpreter", "reader")


@click.command("seed-demo")
@with_appcontext
def seed_demo() -> None:
    """Load the reference fair with its fictional companies, unless the database already holds a fair.

    Only the demo profile allows it: the demo's password is printed on the screen.
    """
    config = current_app.extensions["matchmaker"]
    if config.profile == "production":
        raise click.ClickException("the demo is not loaded into a production database")
    if fairs.all_fairs(db.session):
        click.echo("The database holds a fair already; it stays as it is.")
        return
    db.session.rollback()
    password = "-".join(secrets.token_hex(2) for _ in range(WORDS))
    with tqdm(desc="Loading the reference fair", unit="step", total=STEPS, leave=False) as bar:
        people = _load(password, config.instance / "files", bar.update)
        for fair in fairs.all_fairs(db.session):
            _match(fair.id)
            bar.update()
        _go_on(people)
        bar.update()
    _keep_sign_in(config.instance, {"password": password, **people})
    click.echo("The reference fair is loaded and matched.")


def _load(password: str, folder: Path, step: Callable[[], object]) -> dict[str, str]:
    # The generator of the demo is needed here alone.
    from matchmaker.demo.load import load_reference_fair  # noqa: PLC0415

    begin_writing(db.session)
    people = load_reference_fair(db.session, password=password, folder=folder, now=clock.now(), step=step)
    db.session.commit()
    return people


def _match(fair_id: uuid.UUID) -> None:
    # The jobs import the matcher and the solver, which no other command should pay for.
    from matchmaker.jobs.refresh_matches import refresh  # noqa: PLC0415

    db.session.rollback()
    begin_writing(db.session)
    run_id = matching.begin_run(db.session, fair_id=fair_id, by=None, now=clock.now())
    db.session.commit()
    refresh(fair_id=fair_id, run_id=run_id, progress=lambda _done: None)


def _go_on(people: dict[str, str]) -> None:
    """Bring the running fair to where it stands today; its suggestions have to be there for that."""
    from matchmaker.demo.agreed_meetings import agree, schedule  # noqa: PLC0415
    from matchmaker.demo.days_so_far import live_through  # noqa: PLC0415
    from matchmaker.demo.people import ORGANIZER_EMAIL, key_of  # noqa: PLC0415
    from matchmaker.demo.running_fair import SLUG  # noqa: PLC0415

    now = clock.now()
    db.session.rollback()
    begin_writing(db.session)
    organizer_id = key_of("account", ORGANIZER_EMAIL)
    agree(db.session, slug=SLUG, shown=people, organizer_id=organizer_id, now=now)
    live_through(db.session, slug=SLUG, now=now)
    # The organizer has looked again today at how much more could fit.
    schedule(db.session, fairs.by_slug(db.session, slug=SLUG), by=organizer_id, at=now)
    db.session.commit()


def print_sign_in(app: Flask) -> None:
    """Say how to sign in to the demo; nothing where this is no demo."""
    config = app.extensions["matchmaker"]
    path = _sign_in_file(config.instance)
    if not path.exists():
        return
    kept = json.loads(path.read_text(encoding="utf-8"))
    click.echo("Sign in to the demo with one password for all: " + kept["password"])
    for role in (one for one in ROLES if one in kept):
        click.echo(f"  {role:<11} {kept[role]}")
    click.echo(f"The finished fair's report: {config.public_url}/fairs/{kept['fair']}/organizer/report")
    if "programme" in kept:
        click.echo(f"All fairs and chains together: {config.public_url}/programmes/{kept['programme']}")


def _sign_in_file(instance: Path) -> Path:
    return instance / "demo-sign-in.json"


def _keep_sign_in(instance: Path, content: dict[str, str]) -> None:
    path = _sign_in_file(instance)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file)
