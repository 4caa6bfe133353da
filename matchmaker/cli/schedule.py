"""Commands that schedule from files alone: no database, no web."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
FAIRNESS = 2


@click.group()
def schedule() -> None:
    """Plan meetings from a file, check a plan, or run the academic benchmark."""


@schedule.command()
@click.option("--problem", "problem_file", type=FILE, required=True, help="The problem, as JSON.")
@click.option("--out", type=NEW_FILE, required=True, help="Where to write the plan.")
@click.option("--previous", type=FILE, help="The published plan that should stand.")
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed gives the same plan.")
def solve(problem_file: Path, out: Path, previous: Path | None, seed: int) -> None:
    """Plan the meetings of a problem, with a reason for each one left out."""
    # The command line lists its commands without loading the scheduler.
    from matchmaker.domain import scheduling  # noqa: PLC0415 - slow import
    from matchmaker.domain.scheduling.records import plan_from, problem_from, result_record  # noqa: PLC0415 - as above

    try:
        problem = problem_from(_read(problem_file))
        published = plan_from(_read(previous)) if previous else None
        result = scheduling.solve(problem=problem, previous=published, options=scheduling.Options(seed=seed))
    except scheduling.ProblemError as error:
        raise click.ClickException(str(error)) from error
    out.write_text(json.dumps(result_record(result), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    metrics = result.metrics
    click.echo(
        f"{metrics.scheduled} of {metrics.requested} meetings, {metrics.share:.2%} of the bound, "
        f"{metrics.idle} idle periods",
        err=True,
    )


@schedule.command()
@click.option("--problem", "problem_file", type=FILE, required=True, help="The problem, as JSON.")
@click.option("--solution", type=FILE, required=True, help="The plan to check, as `solve` wrote it.")
def verify(problem_file: Path, solution: Path) -> None:
    """Check a plan and its bound without any solver; the exit code is 1 when something is wrong."""
    # The command line lists its commands without loading the scheduler.
    from matchmaker.domain import scheduling  # noqa: PLC0415 - slow import
    from matchmaker.domain.scheduling.records import certificate_from, plan_from, problem_from  # noqa: PLC0415 - as above

    record = _read(solution)
    try:
        problem = problem_from(_read(problem_file))
        scheduling.check(problem)
        plan = plan_from(record)
        certificate = certificate_from(record) if "certificate" in record else None
        bound = scheduling.verify(problem=problem, certificate=certificate) if certificate else None
    except scheduling.ProblemError as error:
        raise click.ClickException(str(error)) from error
    except ValueError as error:
        raise click.ClickException(f"certificate: {error}") from error
    violations = scheduling.validate(problem=problem, assignments=plan)
    for violation in violations:
        click.echo(f"{violation.code} {violation.meeting} {violation.about}".rstrip())
    claimed = record.get("bound") if isinstance(record, dict) else None
    if bound is not None and claimed is not None and bound > claimed:
        click.echo(f"bound_not_proved {claimed} {bound}")
        sys.exit(1)
    if violations:
        sys.exit(1)
    click.echo(f"sound: {len(plan)} meetings" + ("" if bound is None else f", bound {bound} proved"))


@schedule.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--seconds", type=float, default=60.0, show_default=True, help="Time for each file.")
@click.option("--seed", type=int, default=7, show_default=True)
def b2bsp(files: tuple[Path, ...], seconds: float, seed: int) -> None:
    """Solve academic B2B scheduling files: every meeting placed, fewest breaks; one JSON line for each file."""
    for file in files:
        click.echo(json.dumps(_academic(file, seconds, seed)))
        sys.stdout.flush()


def _academic(file: Path, seconds: float, seed: int) -> dict[str, Any]:
    """Return the answer for one file as the record that is printed."""
    # Loading the solver takes about a second, which other commands should not pay.
    from matchmaker.domain.scheduling.academic import problem_from_dzn  # noqa: PLC0415 - slow import
    from matchmaker.domain.scheduling.mandatory import place_every  # noqa: PLC0415 - as above
    from matchmaker.domain.scheduling.problem import ProblemError  # noqa: PLC0415 - as above

    started = time.monotonic()
    try:
        answer = place_every(
            problem=problem_from_dzn(file.read_text(encoding="utf-8")),
            fairness=FAIRNESS,
            seconds=seconds,
            seed=seed,
            note=lambda text: click.echo(f"{file.name}: {text}", err=True),
        )
    except (ProblemError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file.name}: {error}") from error
    return {
        "file": str(file),
        "status": answer.status.value,
        "breaks": answer.value,
        "lower_bound": answer.bound,
        "slots": None if answer.slots is None else [None if slot is None else slot + 1 for slot in answer.slots],
        "seconds": round(time.monotonic() - started, 2),
    }


def _read(file: Path) -> Any:
    """Return the JSON of a file; broken text becomes a plain message."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file.name}: {error}") from error
