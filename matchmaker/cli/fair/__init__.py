"""``flask --app wsgi fair …``: everything an organizer does for a fair, from the command line."""

from __future__ import annotations

import click

from matchmaker.cli.fair.create import create
from matchmaker.cli.fair.hall import hall
from matchmaker.cli.fair.import_companies import import_companies
from matchmaker.cli.fair.ledger import ledger
from matchmaker.cli.fair.match import match
from matchmaker.cli.fair.outcomes import outcomes
from matchmaker.cli.fair.report import report
from matchmaker.cli.fair.request import request
from matchmaker.cli.fair.schedule import schedule

HELP = """Run a fair from a list of companies to the deal report.

\b
The whole way, each step readable on the site as well:
  fair create my-fair --currency SGD --acceptance automatic
  fair import my-fair companies.xlsx
  fair match my-fair
  fair request my-fair
  fair schedule my-fair
  fair outcomes my-fair contracts.csv
  fair report my-fair --csv report.csv
  fair ledger my-fair --out ledger.jsonl

\b
From a hall's own machine to the main site, once there is a network again:
  fair hall export my-fair hall.jsonl
  fair hall import my-fair hall.jsonl
"""


@click.group("fair", help=HELP)
def fair() -> None:
    """Hold the commands of one fair together."""


for command in (create, import_companies, match, request, schedule, outcomes, report, ledger, hall):
    fair.add_command(command)
