"""The commands of ``flask --app wsgi``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.cli.accounts import create_organizer, remove_two_step, sign_in_link, switch_account
from matchmaker.cli.database import migrate
from matchmaker.cli.demo import seed_demo
from matchmaker.cli.fair import fair
from matchmaker.cli.match import match
from matchmaker.cli.plainly import make_plain
from matchmaker.cli.privacy import erase_again, erase_person, erased_keys, retention_command
from matchmaker.cli.schedule import schedule
from matchmaker.cli.search import rebuild_search
from matchmaker.cli.serve import run_jobs, serve

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Add the commands to the application."""
    for command in (
        migrate,
        rebuild_search,
        seed_demo,
        serve,
        run_jobs,
        create_organizer,
        sign_in_link,
        switch_account,
        remove_two_step,
        retention_command,
        erase_person,
        erased_keys,
        erase_again,
        fair,
        match,
        schedule,
    ):
        make_plain(command)
        app.cli.add_command(command)
