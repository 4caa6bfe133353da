"""Propose meetings from the command line, for a fair that accepts for its companies."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from flask.cli import with_appcontext
from tqdm import tqdm

from matchmaker import clock
from matchmaker.cli.fair.register_file import contracts_of, fair_of, refuse
from matchmaker.domain.errors import NotAllowed
from matchmaker.domain.meetings import Origin
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import proposals
from matchmaker.services.contracts import ContractsRefusedError, place
from matchmaker.services.suggested_pairs import suggested_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.proposals import Pair, Proposed


@click.command("request")
@click.argument("slug")
@click.option(
    "--outcomes",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A contract register; the pairs in it are to meet as well.",
)
@click.option(
    "--top", default=10, show_default=True, type=click.IntRange(0, 100), help="Places of each list to propose."
)
@with_appcontext
def request(slug: str, file: Path | None, top: int) -> None:
    """Put the companies of the fair SLUG together that the matcher lists for each other, accepted for them.

    This is the automatic mode: the fair must have been created with --acceptance automatic. Pairs that have a
    meeting keep it, so running it again changes nothing. Nobody is mailed: publishing the schedule tells everyone.

    \b
    Examples:
      flask --app wsgi fair request my-fair
      flask --app wsgi fair request public-buyers-2023 --outcomes outcomes.csv
    """  # noqa: D301 - click looks for the backspace character itself, so this is no raw text.
    begin_writing(db.session)
    fair = fair_of(slug)
    listed = suggested_pairs(db.session, fair_id=fair.id, places=top)
    registered = _registered(fair, file) if file else []
    if not listed and not registered:
        raise click.ClickException(f"No pair is suggested yet. Match first: flask --app wsgi fair match {slug}")
    try:
        suggested = _propose(fair, listed, Origin.SUGGESTION)
    except NotAllowed as error:
        raise click.ClickException(
            f"At {slug!r} each person accepts for themselves, so nobody can be put together for them. "
            "Create the fair with --acceptance automatic to let it accept for everyone."
        ) from error
    _say("of the matcher's lists", listed, suggested)
    if registered:
        _say("of the contract register", registered, _propose(fair, registered, Origin.REGISTER))
    db.session.commit()
    click.echo(f"Next: flask --app wsgi fair schedule {slug}")


def _registered(fair: FairFacts, file: Path) -> list[Pair]:
    try:
        contracts = place(db.session, fair=fair, rows=contracts_of(file), now=clock.now())
    except ContractsRefusedError as refused:
        raise refuse(file, refused) from refused
    return list(dict.fromkeys(one.pair for one in contracts))


def _propose(fair: FairFacts, pairs: Sequence[Pair], origin: Origin) -> Proposed:
    if not pairs:
        return proposals.Proposed({}, 0, {})
    with tqdm(total=len(pairs), desc="Proposing", unit=" pairs", leave=False) as bar:
        return proposals.propose_all(
            db.session,
            fair=fair,
            pairs=pairs,
            origin=origin,
            by=None,
            now=clock.now(),
            progress=lambda done, _total: _show(bar, done),
        )


def _show(bar: tqdm[NoReturn], done: int) -> None:
    bar.update(done - bar.n)


def _say(of_what: str, pairs: Sequence[Pair], proposed: Proposed) -> None:
    kept = len(proposed.meetings) - proposed.made
    click.echo(f"{len(pairs)} pairs {of_what}: {proposed.made} meetings proposed and accepted, {kept} there already.")
    for code, count in sorted(Counter(proposed.skipped.values()).items()):
        click.echo(f"  {count} left out: {code.replace('_', ' ')}")
