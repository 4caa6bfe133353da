"""Make the first organizer, and sign-in links for people who can't receive mail."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from matchmaker import clock
from matchmaker.domain.errors import DomainError
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import accounts, staff
from matchmaker.signed_links import signed


@click.command("create-organizer")
@click.argument("slug")
@click.argument("email")
@click.option("--name", default="", help="The person's name; the part before @ when left out.")
@with_appcontext
def create_organizer(slug: str, email: str, name: str) -> None:
    """Let the person with EMAIL organize the fair SLUG, and print a sign-in link for them.

    Example: flask --app wsgi create-organizer aviation-2026 officer@example.org --name "Nguyễn Thu Hà"
    """
    begin_writing(db.session)
    try:
        staff.appoint_organizer(db.session, slug=slug, email=email, name=name, now=clock.now())
    except DomainError as error:
        raise click.ClickException(f"{error.code}: {slug}") from error
    link = _link(email)
    db.session.commit()
    click.echo(link)


@click.command("sign-in-link")
@click.argument("email")
@with_appcontext
def sign_in_link(email: str) -> None:
    """Print a link that signs the person with EMAIL in once, within 30 minutes."""
    begin_writing(db.session)
    link = _link(email)
    db.session.commit()
    click.echo(link)


def _link(email: str) -> str:
    issued = accounts.issue_link(db.session, email=email, now=clock.now())
    if issued is None:
        raise click.ClickException(f"no account has the address {email}")
    config = current_app.extensions["matchmaker"]
    return f"{config.public_url}/sign-in/link/{signed(secret=config.secret_key, purpose='sign_in', subject=issued.id)}"
