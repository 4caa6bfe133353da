"""Make the first organizer, and sign-in links for people who can't receive mail."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from matchmaker import clock
from matchmaker.domain.errors import DomainError
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import accounts, credentials, staff, two_step
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


@click.command("switch-account")
@click.argument("email")
@click.argument("state", type=click.Choice(["on", "off"]))
@with_appcontext
def switch_account(email: str, state: str) -> None:
    """Switch the account of EMAIL off, which signs it out everywhere at once, or on again."""
    begin_writing(db.session)
    try:
        credentials.switch(db.session, email=email, on=state == "on", by=None, now=clock.now())
    except DomainError as error:
        raise click.ClickException(f"no account has the address {email}") from error
    db.session.commit()
    click.echo(f"The account of {email} is {state}.")


@click.command("remove-two-step")
@click.argument("email")
@with_appcontext
def remove_two_step(email: str) -> None:
    """Let EMAIL sign in without a code, after they lost their phone and their recovery codes.

    Make sure first, by telephone or in person, that it is them who asks. They are told by mail.
    """
    begin_writing(db.session)
    account_id = accounts.id_of(db.session, email=email)
    if account_id is None:
        raise click.ClickException(f"no account has the address {email}")
    two_step.turn_off(db.session, account_id=account_id, by=None, now=clock.now())
    db.session.commit()
    click.echo(f"{email} signs in without a code until a new app is set up.")


def _link(email: str) -> str:
    issued = accounts.issue_link(db.session, email=email, now=clock.now())
    if issued is None:
        raise click.ClickException(f"no account has the address {email}")
    config = current_app.extensions["matchmaker"]
    return f"{config.public_url}/sign-in/link/{signed(secret=config.secret_key, purpose='sign_in', subject=issued.id)}"
