"""Schedule a fair from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext
from tqdm import tqdm

from matchmaker import clock
from matchmaker.domain.errors import DomainError, NotFound
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import fairs, scheduling

if TYPE_CHECKING:
    from matchmaker.domain.scheduling.plan import Progress
LARGEST_SEED = 2**31 - 1
WHY = {
    "fair_changed_meanwhile": "meetings were answered or changed while it was being made",
    "slot_taken": "someone booked a place by hand while it was being made",
}


@click.command("schedule")
@click.argument("slug")
@click.option(
    "--seed",
    type=click.IntRange(0, LARGEST_SEED),
    default=scheduling.DEFAULT_SEED,
    show_default=True,
    help="The same seed gives the same plan for the same meetings.",
)
@with_appcontext
def schedule(slug: str, seed: int) -> None:
    """Give every accepted meeting of the fair SLUG a table and a time, or a reason why it has none.

    Meetings that have their place keep it as far as they can, so running it again changes little.

    Example: flask --app wsgi fair schedule public-buyers-2023
    """
    # The jobs import the solver, which no other command should pay for.
    from matchmaker.jobs.solve_schedule import make_schedule  # noqa: PLC0415

    begin_writing(db.session)
    try:
        fair = fairs.by_slug(db.session, slug=slug)
    except NotFound as error:
        raise click.ClickException(f"there is no fair {slug!r}") from error
    run_id = scheduling.begin_run(db.session, fair_id=fair.id, seed=seed, by=None, now=clock.now())
    db.session.commit()
    with tqdm(desc="Scheduling", unit=" steps", leave=False) as bar:

        def note(progress: Progress) -> None:
            bar.set_description(str(progress.stage))
            bar.total, bar.n = progress.total, progress.done
            bar.refresh()

        try:
            placed = make_schedule(run_id=run_id, note=note)
        except DomainError as error:
            raise click.ClickException(
                f"the schedule was not written, because {WHY.get(error.code, error.code)}; run it again"
            ) from error
    if placed is None:
        raise click.ClickException("a newer run of this fair was asked for meanwhile")
    click.echo(f"{placed.placed} of {placed.asked} meetings have a table and a time.")
    click.echo(f"No plan can be worth more than {placed.bound}; this one is worth {placed.weight}.")
    if placed.moved or placed.dropped:  # A first plan only adds, which the line above says already.
        click.echo(f"Against the plan before: {placed.moved} moved, {placed.added} added, {placed.dropped} taken out.")
    for code, count in sorted(placed.misses.items()):
        click.echo(f"  {count} not placed: {code.replace('_', ' ')}")
