"""Start the site on one machine: the pages and, beside them, the jobs process."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING, NoReturn

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from matchmaker import LARGEST_UPLOAD
from matchmaker.cli.demo import print_sign_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

END_SECONDS = 10


@click.command("serve")
@click.option("--listen", default="127.0.0.1:8000", show_default=True, help="Address and port to answer on.")
@click.option("--threads", default=8, show_default=True, help="How many requests are answered at a time.")
@with_appcontext
def serve(listen: str, threads: int) -> None:
    """Answer requests and do queued jobs until stopped with Ctrl+C.

    One process serves the pages, a second one does the jobs: matching, scheduling, mail. For a fair on one
    machine that is all there is; larger ones run any WSGI server on `wsgi:app` and `flask --app wsgi run-jobs`.
    """
    # The server is needed by this command alone; production may use another one.
    import waitress  # noqa: PLC0415

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way.
    config = app.extensions["matchmaker"]
    click.echo(f"The site is at http://{listen}")
    if config.is_for_others and not config.is_secure:
        click.echo(f"Phones open {config.public_url}, without encryption: docs/hall.md says what that means.")
    print_sign_in(app)
    click.echo("Stop it with Ctrl+C.")
    # Ended while the jobs process is being started, the site must still know of it, or that would outlive the site.
    asked: list[int] = []
    _on_ending(lambda number, _frame: asked.append(number))
    worker = subprocess.Popen([sys.executable, "-m", "flask", "--app", "wsgi", "run-jobs"])
    try:
        _on_ending(_end)
        if asked:
            _end()
        waitress.serve(app, listen=listen, threads=threads, ident=None, max_request_body_size=2 * LARGEST_UPLOAD)
    finally:
        worker.terminate()
        worker.wait(END_SECONDS)


def _on_ending(act: Callable[[int, FrameType | None], object]) -> None:
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, act)


def _end(*_signal: object) -> NoReturn:
    sys.exit(0)


@click.command("run-jobs")
@click.option("--until-idle", is_flag=True, help="End when nothing is left to do, instead of waiting for more.")
@with_appcontext
def run_jobs(*, until_idle: bool) -> None:
    """Do queued work: refresh matches, solve schedules, send mail, expire requests.

    Several of these may run, on one host or many: each job is taken under a lease, and a job whose
    worker died is done again by another.
    """
    # The jobs import the matcher and the solver, which no other command should pay for.
    from matchmaker.jobs import runner  # noqa: PLC0415

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way.
    runner.work(app, until_idle=until_idle)
