"""``flask --app wsgi fair …``: everything an organizer does for a fair, from the command line."""

from __future__ import annotations

import importlib.util

import click

COMMANDS = (
    ("create", "create"),
    ("import_companies", "import_companies"),
    ("match", "match"),
    ("request", "request"),
    ("schedule", "schedule"),
    ("outcomes", "outcomes"),
    ("report", "report"),
)


@click.group("fair")
def fair() -> None:
    r"""Run a fair from a list of companies to the deal report.

    \b
    The whole way, each step readable on the site as well:
      fair create my-fair --currency SGD --organizer officer@example.org
      fair import my-fair companies.xlsx
      fair match my-fair
      fair request my-fair
      fair schedule my-fair
      fair outcomes my-fair contracts.csv
      fair report my-fair --csv report.csv
    """


for module, name in COMMANDS:
    if importlib.util.find_spec(f"{__name__}.{module}"):
        fair.add_command(getattr(importlib.import_module(f"{__name__}.{module}"), name))
