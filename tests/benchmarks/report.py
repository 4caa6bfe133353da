"""The report of a fair of 16,000 meetings and 6,000 deals, and programmes of up to 50 such fairs.

    python -m tests.benchmarks.report               # or: report docs/performance.md, to write the table there

Each is measured as a multiple of one bare SQL aggregate over the same meetings and statements in the same run, because
that ratio travels between machines and seconds do not. Each is drawn up in a process of its own, which says how much
memory it took at most: a programme first from every row, then with the figures that the jobs process keeps of its
fairs. On SQLite, and on PostgreSQL where MATCHMAKER_TEST_POSTGRES names a server.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from config import Config, Profile
from matchmaker import create_app
from matchmaker.extensions import db
from matchmaker.jobs import keep_figures
from matchmaker.models.engine import begin_writing, gather_statistics
from matchmaker.services import fairs, programme_results, programmes, reports
from tests.benchmarks.many_fairs import DEALS, MEETINGS, NOW, make
from tests.conftest import POSTGRES, ROOT, _fresh_postgres, upgrade

SIZES = (10, 25, 50)
ROUNDS = 3
ROWS, KEPT = "from its rows", "with kept figures"
MEGABYTE = 1024
START, END = "<!-- measured by make bench-report -->", "<!-- /measured by make bench-report -->"
BARE = """
    SELECT meeting.fair_id, meeting.state, count(DISTINCT meeting.id), count(outcome_report.id),
           sum(outcome_report.amount)
    FROM programme
    JOIN programme_fair ON programme_fair.programme_id = programme.id
    JOIN meeting ON meeting.fair_id = programme_fair.fair_id
    LEFT JOIN outcome_report ON outcome_report.meeting_id = meeting.id
    WHERE programme.slug = :slug
    GROUP BY meeting.fair_id, meeting.state
"""


@dataclass(frozen=True)
class Measured:
    """One thing drawn up: how long beside the bare aggregate, and the most memory its process took, in megabytes."""

    what: str
    bare: float
    took: float
    peak: float


def main(target: str = "") -> int:
    """Measure on every database there is; print, and write to the target, what came out."""
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        urls = {"SQLite": f"sqlite:///{folder}/report.sqlite3"}
        if POSTGRES:
            urls["PostgreSQL"] = _fresh_postgres("report")
        for name, url in urls.items():
            _fill(url)
            tables.append(_table(name, _measured(url)))
    written = "\n".join(tables)
    print(written)
    if target:
        path = ROOT / target
        head, _, rest = path.read_text().partition(START)
        path.write_text(f"{head}{START}\n\n{written}\n{END}{rest.partition(END)[2]}")
    return 0


def _measured(url):
    rows = [_in_child(url, size, ROWS) for size in (1, *SIZES)]
    with _app(url).app_context():
        keep_figures.run(NOW)
        db.engine.dispose()
    return [*rows, *(_in_child(url, size, KEPT) for size in SIZES)]


def child(url: str, size: str) -> int:
    """Draw one thing up in this process and print what it took: one fair's own report, or a programme of several."""
    with _app(url).app_context():
        bare = _median(lambda: db.session.execute(text(BARE), {"slug": f"first-{size}"}).all(), ROUNDS)
        work = _report if size == "1" else lambda: _roll_up(f"first-{size}")
        took = _median(work, ROUNDS if size == "1" else 1)
        db.engine.dispose()
    print(json.dumps({"bare": bare, "took": took, "peak": _peak()}))
    return 0


def _peak():
    """The most memory this process took, in megabytes. The usual figure counts the process that started it as well."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / MEGABYTE


def _report():
    return reports.results_of(db.session, fair=fairs.by_slug(db.session, slug="fair-0"), now=NOW)


def _roll_up(slug):
    return programme_results.results_of(db.session, programme=programmes.by_slug(db.session, slug=slug), now=NOW)


def _median(work, rounds):
    """How long it takes: SQLite works in this process, whose own time others on the machine do not lengthen."""
    clock = time.process_time if db.engine.dialect.name == "sqlite" else time.perf_counter
    times = []
    for _round in range(rounds):
        started = clock()
        work()
        times.append(clock() - started)
    return statistics.median(times)


def _in_child(url, size, how):
    command = [sys.executable, "-m", "tests.benchmarks.report", "--child", url, str(size)]
    answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    what = "report of a fair" if size == 1 else f"programme of {size} fairs, {how}"
    measured = Measured(what=what, **json.loads(answer.stdout))
    print(measured, file=sys.stderr, flush=True)
    return measured


def _app(url):
    return create_app(
        Config(
            profile=Profile.TEST,
            secret_key="a secret that only this measure knows",
            database_url=url,
            public_url="http://localhost",
            instance=Path(tempfile.gettempdir()),
            organizers_take_two_steps=False,
        )
    )


def _fill(url):
    with _app(url).app_context():
        upgrade(db.engine)
        begin_writing(db.session)
        make(db.session, (1, *SIZES))
        begin_writing(db.session)
        gather_statistics(db.session)  # As the jobs process does on SQLite; PostgreSQL is told to below.
        db.session.commit()
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
        db.engine.dispose()


def _table(name, rows):
    lines = [
        f"### {name}: fairs of {MEETINGS:,} meetings and {DEALS:,} deals",
        "",
        "| Drawn up | Bare aggregate | Took | × bare | Most memory |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {one.what} | {one.bare:.2f} s | {one.took:.2f} s | {one.took / one.bare:.1f} | {one.peak:.0f} MB |"
            for one in rows
        ),
    ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(child(*sys.argv[2:]) if "--child" in sys.argv else main(*sys.argv[1:]))
