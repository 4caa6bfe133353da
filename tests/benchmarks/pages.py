"""Every page of the site at a fair of 2,000 companies and 10,000 meetings, beside a bare Flask answer.

    python -m tests.benchmarks.pages                       # or: pages docs/performance.md, to write the tables there
    python -m tests.benchmarks.pages --only schedule print    # only pages with one of these in their address

For each page: processor time of this process as a multiple of a bare answer's in the same run (medians), statements
sent to the database, and the weight of its HTML, compressed. The goals are those of a page that is opened while nothing
changes; beside it stands the same page opened right after rows of every kind were written. SQLite works in this process
and is counted in; PostgreSQL is counted on the client's side only, and measured where MATCHMAKER_TEST_POSTGRES names
one. Ends with exit code 1 when a page misses a goal.
"""

from __future__ import annotations

import argparse
import gzip
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import event, update

from config import Config, Profile
from matchmaker import assets, clock, create_app
from matchmaker.extensions import db
from matchmaker.models import Account, FairChange
from matchmaker.models.engine import begin_writing, gather_statistics
from matchmaker.services import accounts, view_budget
from tests.benchmarks.large_fair import NOW, make
from tests.conftest import POSTGRES, ROOT, _fresh_postgres, upgrade

if TYPE_CHECKING:
    from collections.abc import Sequence

RATIOS = {"sqlite": 18, "postgresql": 23}
MOST_QUERIES, MOST_COLD, MOST_WARM = 12, 60 * 1024, 8 * 1024
ROUNDS, IN_A_ROW = 7, 20
ROUNDS_AFTER_WRITES = 3
NOT_FOR_VISITORS = {"static", "pages.components"}
QUERY = {
    "directory.directory": ("", "q=go+tram", "country=JP&tongue=vi"),
    "companies.organizer_list": ("", "q=go+tram"),
}
STATIC = (
    "css/tokens.css",
    "css/app.css",
    "css/screens.css",
    "css/print.css",
    "js/app.js",
    "img/icons.svg",
    "img/favicon.svg",
)


@dataclass(frozen=True)
class Measured:
    """One page: how long, how many statements, how heavy."""

    who: str
    address: str
    ratio: float
    after_writes: float
    queries: int
    weight: int

    def misses(self, dialect: str) -> list[str]:
        """Which goals it misses."""
        return [
            *(["time"] if self.ratio > RATIOS[dialect] else []),
            *(["queries"] if self.queries > MOST_QUERIES else []),
            *(["weight"] if self.weight > MOST_WARM else []),
        ]


def main(target: str = "", only: Sequence[str] = ()) -> int:
    """Measure on every database there is; print, and write to the target, what came out."""
    assets.build(ROOT)
    clock.now = lambda: NOW
    view_budget.PAGES_A_DAY = 10**9
    urls = {"sqlite": ""} | ({"postgresql": _fresh_postgres("pages")} if POSTGRES else {})
    report, has_missed = [], False
    for dialect, url in urls.items():
        with tempfile.TemporaryDirectory() as folder:
            measured, skipped = measure(url or f"sqlite:///{folder}/pages.sqlite3", Path(folder), only)
        has_missed = has_missed or any(one.misses(dialect) for one in measured)
        report.append(table(dialect, measured, skipped))
    text = "\n".join(report)
    print(text)
    if target:
        path = Path(target)
        mark = "<!-- measured by make bench-pages -->"
        path.write_text(path.read_text().partition(mark)[0] + mark + "\n\n" + text)
    return int(has_missed)


def measure(url, folder, only=()):
    """Seed one database and open every page that answers a GET with HTML, or those with one of some words."""
    app = create_app(
        Config(
            profile=Profile.TEST,
            secret_key="a secret that only this measure knows",
            database_url=url,
            public_url="http://localhost",
            instance=folder,
            organizers_take_two_steps=False,
        )
    )
    with app.app_context():
        upgrade(db.engine)
        begin_writing(db.session)
        fair = make(db.session)
        db.session.commit()
        begin_writing(db.session)
        gather_statistics(db.session)  # As the jobs process does on SQLite; PostgreSQL is told to below.
        db.session.commit()
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
        db.engine.dispose()
    cookies = {who: cookie_of(app, getattr(fair, who, None)) for who in ("", "organizer", "exhibitor", "buyer")}
    bare = bare_answer()
    measured, skipped = [], []
    for who, address in addresses(app, fair):
        if only and not any(word in address for word in only):
            continue
        environ = environ_of(address, cookies[who])
        status, kind, body = answer(app.wsgi_app, environ)
        if status != 200 or not kind.startswith("text/html"):
            skipped.append(f"{address} ({status}, {kind.partition(';')[0]})")
            continue
        queries = count(app, environ)
        ratio, after_writes = beside(app, bare, environ)
        weight = len(gzip.compress(body, 6))
        measured.append(Measured(who or "anyone", address, ratio, after_writes, queries, weight))
        print(
            f"{url[:8]} {who or 'anyone':10} {ratio:7.1f} {after_writes:8.1f} {queries:4} {weight:7}  {address}",
            file=sys.stderr,
            flush=True,
        )
    with app.app_context():
        db.engine.dispose()
    return measured, skipped


def addresses(app, fair):
    """Every page with who opens it, as far as this fair has what its address asks for."""
    of = dict.fromkeys(("organizer", "reader"), "organizer")
    of |= dict.fromkeys(("participant", "registered", "concerned"), "exhibitor")
    adapter = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in rule.methods or rule.endpoint in NOT_FOR_VISITORS:
            continue
        known = {"slug": fair.slug, "kind": "offer", "purpose": "matching", **fair.keys}
        if not rule.arguments <= set(known):
            continue
        access = app.view_functions[rule.endpoint].access
        values = {name: known[name] for name in rule.arguments}
        who = of.get(access, "exhibitor" if access == "signed_in" else "")
        for query in QUERY.get(rule.endpoint, ("",)):
            path = adapter.build(rule.endpoint, values)
            yield who, path + (f"?{query}" if query else "")


def cookie_of(app, account_id):
    """Return the cookie of a browser that has been here before, with an account signed in or none."""
    client = app.test_client()
    if account_id:
        with app.app_context(), db.sessionmaker() as own:
            begin_writing(own)
            token, _ = accounts.open_session(own, account=own.get(Account, account_id), user_agent="bench", now=NOW)
            own.commit()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
    client.get("/password/forgot")  # Its form gives the browser the token that every form of it carries.
    return "session=" + client.get_cookie("session").value


def environ_of(address, cookie):
    """A WSGI environment for one GET."""
    path, _, query = address.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "HTTP_COOKIE": cookie,
    }


def answer(wsgi, environ):
    """Ask once; return status, content type and body."""
    got = {}

    def start(status, headers, _exc_info=None):
        got["status"], got["headers"] = int(status.split()[0]), dict(headers)

    answered = wsgi({**environ, "wsgi.input": BytesIO()}, start)
    try:
        body = b"".join(answered)
    finally:
        if hasattr(answered, "close"):
            answered.close()
    return got["status"], got["headers"].get("Content-Type", ""), body


def count(app, environ):
    """How many statements a page sends once it is warm."""
    sent = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    answer(app.wsgi_app, environ)
    event.remove(engine, "before_cursor_execute", note)
    return len(sent)


def bare_answer():
    """A Flask that answers the same text to everyone: what nothing can go below."""
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "hello")
    return app.wsgi_app


def beside(app, bare, environ):
    """The processor time of a page over that of a bare answer, both warm and in turns; and that right after writes."""
    hello, wsgi = environ_of("/", ""), app.wsgi_app
    took(wsgi, environ)
    rounds = [(took(wsgi, environ), took(bare, hello)) for _ in range(ROUNDS)]
    pages, hellos = (statistics.median(times) / IN_A_ROW for times in zip(*rounds, strict=True))
    after = []
    for number in range(ROUNDS_AFTER_WRITES):
        mark_all(app, number)
        after.append(took(wsgi, environ, times=1))
    return pages / hellos, statistics.median(after) / hellos


def mark_all(app, number):
    """Leave the marks that a fair has when rows of every kind that is watched were written."""
    with app.app_context(), db.sessionmaker() as own:
        begin_writing(own)
        own.execute(update(FairChange).values(mark=FairChange.mark + number + 1))
        own.commit()


def took(wsgi, environ, times=IN_A_ROW):
    """The processor time of some answers in a row, in nanoseconds."""
    started = time.process_time_ns()
    for _ in range(times):
        answer(wsgi, environ)
    return time.process_time_ns() - started


def cold():
    """What the first page brings along besides its HTML, compressed; the font is so already."""
    files = sum(len(gzip.compress((ROOT / "static" / name).read_bytes(), 6)) for name in STATIC)
    return files + len((ROOT / "static" / "fonts" / "manrope-vn.woff2").read_bytes())


def table(dialect, measured, skipped):
    """The findings as a table, the slowest first, with what misses a goal in words."""
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[dialect]
    beyond = [one for one in measured if one.misses(dialect)]
    heaviest = max(one.weight for one in measured) + cold()
    lines = [
        f"## {name}: {len(measured)} pages, {len(beyond)} beyond a goal",
        "",
        (
            f"Goals: time ≤ {RATIOS[dialect]} × a bare answer, ≤ {MOST_QUERIES} statements, HTML ≤ {MOST_WARM // 1024}"
            f" KB compressed. The heaviest first load is {heaviest / 1024:.1f} KB (goal {MOST_COLD // 1024})."
        ),
        "",
        "| Page | Who | × bare | After writes | Statements | KB | Beyond |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- |",
    ]
    lines += [
        f"| `{short(one.address)}` | {one.who} | {one.ratio:.1f} | {one.after_writes:,.0f} | {one.queries} |"
        f" {one.weight / 1024:.1f} | {', '.join(one.misses(dialect))} |"
        for one in sorted(measured, key=lambda one: -one.ratio)
    ]
    if skipped:
        lines += [
            "",
            "Not measured, for they answer no page here: " + ", ".join(f"`{short(one)}`" for one in skipped) + ".",
        ]
    return "\n".join([*lines, ""])


def short(address):
    """An address without the keys that change from run to run."""
    return "/".join("…" if len(part.partition("?")[0]) == 36 else part for part in address.split("/"))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="?", default="", help="the document to write the tables into")
    parser.add_argument("--only", nargs="+", default=[], help="what the addresses to be opened contain")
    chosen = parser.parse_args()
    if chosen.target and chosen.only:
        parser.error("the tables are written for all pages only")
    sys.exit(main(chosen.target, chosen.only))
