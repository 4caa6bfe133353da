"""Bookings under fifty writers at once, beside the cheapest thing the same database can commit.

A booking is one transaction: the meeting and both companies are locked, everyone's days are read, the place is checked,
seats, state, history and notice are written. It is measured as a ratio to a bare insert of one row by the same fifty
writers with the same durability, because that ratio travels between machines and the raw numbers do not.

``make bench-booking`` runs SQLite, and PostgreSQL where MATCHMAKER_TEST_POSTGRES names a server, and writes the table
into docs/booking.md.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
import uuid
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from unittest import mock

from sqlalchemy import create_engine, insert, make_url, text

from config import Config, Profile
from matchmaker import create_app
from matchmaker.domain.errors import Conflict
from matchmaker.domain.fairs import Phase, TimeChoice
from matchmaker.extensions import db
from matchmaker.models import HistoryEntry
from matchmaker.models.engine import begin_writing
from matchmaker.models.writers import WritingConnection
from matchmaker.services import booking, fairs
from tests.conftest import upgrade
from tests.factories import OPENING, Factory

WRITERS = 50
EACH = 6
SLOTS = 20
TABLES = 60
NOW = OPENING - timedelta(days=5)
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "booking.md"
START, END = "<!-- measured -->", "<!-- /measured -->"


@dataclass(frozen=True)
class Measured:
    """How many a second, and how long the middle one, the slowest hundredth and the slowest waited."""

    per_second: float
    p50: float
    p99: float
    slowest: float
    refused: int


def main():
    """Measure each database there is and write the table."""
    rows = []
    for name, url, order in databases():
        with order:
            bare, booked = measure(url)
        rows.append((name, bare, booked))
        print(name, bare, booked, sep="\n  ")
    write(rows)


def databases():
    """SQLite in a folder of its own, with and without its line, and a fresh database on a PostgreSQL server if any."""
    folder = tempfile.mkdtemp()
    no_line = mock.patch.object(WritingConnection, "stand_in_line", lambda _self, *, seconds: seconds)
    yield "SQLite (WAL, synchronous=FULL)", f"sqlite:///{folder}/bench.sqlite3", nullcontext()
    yield "SQLite without the line of writers", f"sqlite:///{folder}/without.sqlite3", no_line
    server = os.environ.get("MATCHMAKER_TEST_POSTGRES")
    if server:
        url = make_url(server)
        name = f"{url.database}_bench"
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = on"))
        engine.dispose()
        address = url.set(database=name).render_as_string(hide_password=False)
        yield "PostgreSQL (synchronous_commit=on)", address, nullcontext()


def measure(url):
    """Return the bare insert and the booking on one database."""
    app = create_app(
        Config(
            profile=Profile.TEST,
            secret_key="a secret that only the benchmark knows",
            database_url=url,
            public_url="http://localhost",
            instance=Path(tempfile.mkdtemp()),
        )
    )
    with app.app_context():
        upgrade(db.engine)
        fair_id, work = ground()
        bare = together(app, lambda own, _writer, _turn: own.execute(insert(HistoryEntry).values(entry(fair_id))))

        def book(own, writer, turn):
            meeting_id, slot_id = work[writer][turn]
            booking.place(
                own,
                fair=fairs.by_slug(own, slug="bench"),
                slot_id=slot_id,
                fair_id=fair_id,
                meeting_id=meeting_id,
                participation_id=None,
                by=None,
                now=NOW,
            )

        booked = together(app, book)
        db.engine.dispose()
    return bare, booked


def ground():
    """A fair with an exhibitor and a buyer for each writer, and each writer's meetings with times to book."""
    begin_writing(db.session)
    factory = Factory(db.session)
    fair = factory.fair(slug="bench", time_choice=TimeChoice.PAIR, phase=Phase.PREFERENCES)
    slots = [slot.id for slot in factory.slots(fair, SLOTS)]
    factory.tables(fair, TABLES)
    exhibitors = [factory.participant(fair) for _ in range(WRITERS)]
    buyers = [factory.participant(fair, role="buyer") for _ in range(WRITERS)]
    # Each writer books for its own exhibitor with ever other buyers, so that people and tables are fought for.
    work = [
        [
            (
                factory.meeting(exhibitors[writer], buyers[(writer + turn) % WRITERS], state="accepted").id,
                slots[(writer * 3 + turn * 2) % SLOTS],
            )
            for turn in range(EACH)
        ]
        for writer in range(WRITERS)
    ]
    key = fair.id
    db.session.commit()
    return key, work


def entry(fair_id):
    """A row that nothing else depends on."""
    return {
        "id": uuid.uuid4(),
        "fair_id": fair_id,
        "at": NOW,
        "action": "bench",
        "subject_kind": "bench",
        "subject_id": fair_id,
        "facts": {},
    }


def together(app, act):
    """Let all writers act EACH times in transactions of their own; a refusal counts as an answer."""
    start, waits, refused = threading.Barrier(WRITERS + 1), [], []

    def run(writer):
        with app.app_context():
            start.wait()
            for turn in range(EACH):
                begun = time.perf_counter()
                with db.sessionmaker() as own:
                    begin_writing(own)
                    try:
                        act(own, writer, turn)
                        own.commit()
                    except Conflict:
                        own.rollback()
                        refused.append(writer)
                waits.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=run, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - begun
    cuts = statistics.quantiles(waits, n=100)
    return Measured(len(waits) / lasted, cuts[49], cuts[98], max(waits), len(refused))


def write(rows):
    """Put the table between the marks of the document."""
    lines = [
        "| Database | bare insert /s | bookings /s | ratio | p50 | p99 | slowest | p99 against bare | refused |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {name} | {bare.per_second:.0f} | {booked.per_second:.0f} | {bare.per_second / booked.per_second:.1f} : 1"
        f" | {booked.p50 * 1000:.0f} ms | {booked.p99 * 1000:.0f} ms"
        f" | {booked.slowest * 1000:.0f} ms | {booked.p99 / bare.p99:.1f} : 1"
        f" | {booked.refused} of {WRITERS * EACH} |"
        for name, bare, booked in rows
    ]
    page = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text(f"{before}{START}\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
