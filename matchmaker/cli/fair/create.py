"""Create a fair from the command line."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click
from flask import current_app
from flask.cli import with_appcontext

from matchmaker import clock
from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import Acceptance, TimeChoice, check_days
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import accounts, fair_copy, fair_places, fairs, staff
from matchmaker.services.categories import category_rows, load_categories
from matchmaker.services.fair_setup import FairPlan, RatePlan, SessionPlan, create_fair, numbered_halls
from matchmaker.signed_links import signed

if TYPE_CHECKING:
    from datetime import datetime

    from matchmaker.services.fairs import FairFacts

SESSION = re.compile(r"(\d{1,2}:\d{2})-(\d{1,2}:\d{2})")
DEFAULT_SESSIONS = ("09:00-12:00", "13:30-17:00")
DAYS_AHEAD, DAYS_LONG = 30, 3
REASONS = {
    "bad_slug": "The slug is part of the address: small letters, digits and single hyphens, at most 60 in all.",
    "slug_taken": "There is a fair with the slug {slug!r} already. Choose another one.",
    "unlikely_day": "Give days of the years {first} to {last}. Check --opens and --closes.",
    "too_many_days": "A fair lasts at most {limit} days. Check --opens and --closes.",
    "days_not_in_order": "The fair closes before it opens. Check --opens and --closes.",
    "unknown_zone": "{zone!r} is no time zone. Give a name such as Asia/Ho_Chi_Minh.",
    "unknown_currency": "{currency!r} is no currency known here. Give three letters such as USD or VND.",
    "unknown_sector": "{sector!r} is no category. The codes stand in matchmaker/data/categories.csv.",
    "sessions_overlap": "Two sessions overlap. Check --session.",
    "unknown_country": "{country!r} is no country. Give its two letters, such as VN.",
    "name_missing": "A name and a city are needed. Check --name-en, --name-vi, --city-en and --city-vi.",
    "name_too_long": "A name has at most {limit} characters.",
    "bad_rate": "The rate of {currency} must be above 0, below {limit}, and have at most ten decimal places.",
    "bad_length": "A slot lasts at least one minute and a break no less than none. Check --slot and --break.",
    "ends_before_start": "A session ends before it starts. Check --session.",
    "nonexistent_time": "A session falls into the hour that the clock change skips. Check --session and --zone.",
    "too_many_slots": "That would be more than {limit} slots. Check --slot and --session.",
}


class Stretch(click.ParamType[tuple[time, time]]):
    """A stretch of the day as it is typed, 09:00-12:00, read as two times."""

    name = "HH:MM-HH:MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[time, time]:
        """Return when the stretch starts and ends."""
        found = SESSION.fullmatch(str(value))
        try:
            starts_at, ends_at = (time.fromisoformat(text.zfill(5)) for text in (found.groups() if found else ()))
        except ValueError:
            self.fail(f"{value!r} is no stretch of a day; write it as 09:00-12:00", param, ctx)
        return starts_at, ends_at


class ExchangeRate(click.ParamType[tuple[str, Decimal]]):
    """A currency and what one unit of it is worth, VND=0.0000379."""

    name = "CUR=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Decimal]:
        """Return the currency's code and its rate."""
        currency, _, text = str(value).partition("=")
        try:
            rate = Decimal(text)
        except InvalidOperation:
            rate = Decimal("NaN")
        if not rate.is_finite():
            self.fail(f"{value!r} is no rate; write it as EUR=1.08", param, ctx)
        return currency.upper(), rate


@click.command("create")
@click.argument("slug")
@click.option("--name-en", default="", help="The fair's English name; made from the slug when left out.")
@click.option("--name-vi", default="", help="The fair's Vietnamese name; the English one when left out.")
@click.option("--city-en", default="Hanoi", show_default=True)
@click.option("--city-vi", default="", help="The city's Vietnamese name; Hà Nội for Hanoi, else the English one.")
@click.option("--country", default="VN", show_default=True, help="Two letters.")
@click.option("--opens", type=click.DateTime(["%Y-%m-%d"]), help="First day, YYYY-MM-DD; in 30 days when left out.")
@click.option("--closes", type=click.DateTime(["%Y-%m-%d"]), help="Last day; the third day when left out.")
@click.option("--zone", default="Asia/Ho_Chi_Minh", show_default=True, help="The fair's time zone.")
@click.option("--currency", default="USD", show_default=True, help="What the report counts in.")
@click.option("--rate", "rates", type=ExchangeRate(), multiple=True, help="Worth of another currency, EUR=1.08.")
@click.option("--tables", type=click.IntRange(1, 1000), default=30, show_default=True)
@click.option("--halls", type=click.IntRange(1, 26), default=1, show_default=True, help="Halls that share the tables.")
@click.option("--session", "sessions", type=Stretch(), multiple=True, default=DEFAULT_SESSIONS, show_default=True)
@click.option("--slot", type=click.IntRange(5, 240), default=25, show_default=True, help="Minutes of a meeting.")
@click.option("--break", "pause", type=click.IntRange(0, 120), default=5, show_default=True, help="Minutes between.")
@click.option(
    "--acceptance",
    type=click.Choice([choice.value for choice in Acceptance]),
    default=Acceptance.PERSON.value,
    show_default=True,
    help="Whether the person asked accepts a request, or the fair at once.",
)
@click.option(
    "--time-choice",
    type=click.Choice([choice.value for choice in TimeChoice]),
    default=TimeChoice.ORGANIZER.value,
    show_default=True,
    help="Whether the schedule picks the times, or the two who meet.",
)
@click.option("--copy-from", default="", help="Slug of an earlier fair; its halls, sessions, modes and limits count.")
@click.option("--sector", "sectors", multiple=True, help="Code of a category the fair is about; may be repeated.")
@click.option("--organizer", default="", help="E-mail of its organizer; prints a sign-in link for them.")
@with_appcontext
def create(slug: str, organizer: str, copy_from: str, **given: Any) -> None:
    """Create the fair SLUG with halls, tables, sessions and slots.

    \b
    Examples:
      flask --app wsgi fair create my-fair
      flask --app wsgi fair create suppliers-2026 --name-en "Suppliers' days"
        --opens 2026-11-18 --closes 2026-11-20 --zone Asia/Singapore
        --currency SGD --rate USD=1.34 --tables 60 --halls 2
        --session 09:00-12:00 --session 13:30-17:00 --slot 25 --break 5
        --acceptance automatic --organizer officer@example.org
    """  # noqa: D301 - click looks for the backspace character itself, so this is no raw text.
    now = clock.now()
    begin_writing(db.session)
    load_categories(db.session, rows=category_rows())
    try:
        fair = _create(_plan(slug, now, **given), copy_from, now)
    except NotFound as missing:
        raise click.ClickException(f"There is no fair with the slug {copy_from!r} to copy from.") from missing
    except Refused as refused:
        reason = REASONS.get(refused.code, refused.code)
        raise click.ClickException(reason.format(**refused.facts)) from refused
    link = _sign_in_link(slug, organizer, now) if organizer else ""
    count = len(fairs.slots(db.session, fair_id=fair.id))
    db.session.commit()
    tables = sum(hall.open_tables for hall in fair_places.halls(db.session, fair_id=fair.id))
    click.echo(f"{fair.name_en}: {fair.opens_on} to {fair.closes_on}, {tables} tables, {count} slots.")
    click.echo(f"Next: flask --app wsgi fair import {slug} companies.xlsx")
    if link:
        click.echo(f"{organizer} signs in once, within 30 minutes, at {link}")


def _create(plan: FairPlan, copy_from: str, now: datetime) -> FairFacts:
    if not copy_from:
        return create_fair(db.session, plan=plan, by=None, now=now)
    source = fairs.by_slug(db.session, slug=copy_from)
    return fair_copy.create_copy(db.session, plan=plan, source=source, by=None, now=now)


def _plan(slug: str, now: datetime, **given: Any) -> FairPlan:
    opens_on: date = given["opens"].date() if given["opens"] else now.date() + timedelta(days=DAYS_AHEAD)
    check_days(opens_on=opens_on, closes_on=opens_on)
    closes_on: date = given["closes"].date() if given["closes"] else opens_on + timedelta(days=DAYS_LONG - 1)
    check_days(opens_on=opens_on, closes_on=closes_on)
    days = [opens_on + timedelta(days=n) for n in range((closes_on - opens_on).days + 1)]
    name_en = given["name_en"] or slug.replace("-", " ").capitalize()
    city_en = given["city_en"]
    return FairPlan(
        slug=slug,
        name_en=name_en,
        name_vi=given["name_vi"] or name_en,
        city_en=city_en,
        city_vi=given["city_vi"] or ("Hà Nội" if city_en == "Hanoi" else city_en),
        country=given["country"].upper(),
        opens_on=opens_on,
        closes_on=closes_on,
        time_zone=given["zone"],
        report_currency=given["currency"].upper(),
        acceptance=Acceptance(given["acceptance"]),
        time_choice=TimeChoice(given["time_choice"]),
        halls=numbered_halls(tables=given["tables"], halls=given["halls"]),
        sessions=tuple(
            SessionPlan(
                day=day, starts_at=starts_at, ends_at=ends_at, slot_minutes=given["slot"], break_minutes=given["pause"]
            )
            for day in days
            for starts_at, ends_at in given["sessions"]
        ),
        rates=tuple(
            RatePlan(currency=code, rate=rate, fixed_on=now.date(), source="fair create --rate")
            for code, rate in given["rates"]
        ),
        sectors=tuple(given["sectors"]),
    )


def _sign_in_link(slug: str, email: str, now: datetime) -> str:
    staff.appoint_organizer(db.session, slug=slug, email=email, name="", now=now)
    issued = accounts.issue_link(db.session, email=email, now=now)
    if issued is None:
        raise click.ClickException(f"The account of {email} is closed, so it gets no sign-in link.")
    config = current_app.extensions["matchmaker"]
    return f"{config.public_url}/sign-in/link/{signed(secret=config.secret_key, purpose='sign_in', subject=issued.id)}"
