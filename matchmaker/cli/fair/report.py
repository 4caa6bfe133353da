"""Print a fair's report on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from matchmaker import clock
from matchmaker.cli.fair.register_file import fair_of
from matchmaker.domain.deals.ledger import Dimension
from matchmaker.domain.money.errors import MissingRate
from matchmaker.domain.money.formatting import format_money
from matchmaker.extensions import db
from matchmaker.services.reports import results_of

# The words for kinds and confirmations, and the layout of the files, are those of the report's page.
from matchmaker.web.outcomes import LEVELS, OUTCOMES
from matchmaker.web.reports.tables import rows_csv, summary_csv

if TYPE_CHECKING:
    from matchmaker.domain.errors import Refused
    from matchmaker.domain.reporting.fair_report import FairReport


@click.command("report")
@click.argument("slug")
@click.option("--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the deals as CSV.")
@click.option("--summary", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the figures as CSV.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="en", show_default=True, help="Language of the files.")
@with_appcontext
def report(slug: str, file: Path | None, summary: Path | None, lang: str) -> None:
    """Print what came of the fair SLUG: meetings, pairs, deals, and their value with what it rests on.

    Each deal is counted once. The values in the CSV file add up to exactly the total that is printed.

    \b
    Example:
      flask --app wsgi fair report public-buyers-2023 --csv deals.csv --lang vi
    """  # noqa: D301 - click looks for the backspace character itself, so this is no raw text.
    fair = fair_of(slug)
    try:
        results = results_of(db.session, fair=fair, now=clock.now())
    except MissingRate as error:
        raise click.ClickException(_missing(error)) from error
    with force_locale("en"):
        _print(results.report)
    with force_locale(lang):
        for path, write in ((file, rows_csv), (summary, summary_csv)):
            if path is not None:
                path.write_text(write(results), encoding="utf-8", newline="")
                click.echo(f"Written: {path}")


def _missing(error: Refused) -> str:
    return f"The fair has fixed no rate for {error.facts['currency']}, in which a value is stated."


def _print(report: FairReport) -> None:
    met, headline = report.meetings, report.headline
    click.echo(f"Meetings:  {met.held.number} held, of them {met.walk_in.number} outside the schedule")
    click.echo(
        f"           {met.scheduled.number} scheduled: {met.held_as_scheduled.number} held, {met.no_show.number} "
        f"not held, {met.cancelled.number} called off, {met.pending.number} not yet recorded"
    )
    share = f"{met.reporting_rate.part.number} of {met.reporting_rate.whole.number}"
    click.echo(f"           {share} held meetings have an outcome")
    click.echo(f"Pairs:     {met.pairs.number} met, {report.deal_pairs.number} with a deal")
    click.echo(f"Deals:     {headline.count}, worth {format_money(headline.value, lang='en')}")
    for level, figure in report.by_dimension[Dimension.EVIDENCE].items():
        words = next(words for code, words in LEVELS.items() if code == level)
        click.echo(f"           {figure.count:>5}  {format_money(figure.value, lang='en'):>24}  {words}")
    click.echo("By kind:")
    for stage, figure in report.by_dimension[Dimension.STAGE].items():
        words = next(words for code, words in OUTCOMES.items() if code == stage)
        click.echo(f"           {figure.count:>5}  {format_money(figure.value, lang='en'):>24}  {words}")
    if report.ledger.naive.total.amount:
        naive = format_money(report.ledger.naive.total, lang="en")
        click.echo(f"Adding up what both sides stated, without counting each deal once, would give {naive}.")
    for flag in sorted({flag.code for flag in report.flags}):
        count = len({key for one in report.flags if one.code == flag for key in one.deal_ids})
        click.echo(f"To be looked at: {count} deals, {flag.replace('_', ' ')}.")
