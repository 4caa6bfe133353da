"""The first hour of a fair day against one server process: 300 phones and 40 boards.

    python -m tests.benchmarks.hall                # or: hall docs/performance.md, to write the table there

The hour is compressed: everyone does at once what takes an hour in the hall. Each phone reads its agenda three times,
checks in and records the outcome of the meeting before; each board asks once for every minute. The server is waitress
with the threads of `flask serve`, alone in its process; all requests come from this machine and go nowhere else. Times
are multiples of a bare Flask answer from the same process under the same load. The database is SQLite, and PostgreSQL
where MATCHMAKER_TEST_POSTGRES names one. Ends with exit code 1 when a request fails or memory grows.
"""

from __future__ import annotations

import http.client
import logging
import multiprocessing
import re
import socket
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import waitress
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from config import Config, Profile
from matchmaker import assets, create_app
from matchmaker.domain.fairs import Phase, Role
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import accounts, fairs
from matchmaker.web.hall.board import board_url
from tests.benchmarks.pages import bare_answer
from tests.conftest import POSTGRES, ROOT, _fresh_postgres, upgrade
from tests.factories import Factory

PHONES, BOARDS, POLLS = 300, 40, 60
PHONES_AT_ONCE, BOARDS_AT_ONCE, THREADS = 12, 4, 8
HOST, BARE = "127.0.0.1", "/bare"
SLUG = "hall"
# Caches and the interpreter's own arenas fill in the first minutes; what grows after them would not stop in a day.
MOST_GROWTH = 1.25
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
MARKS = "<!-- measured by make bench-hall -->", "<!-- end of make bench-hall -->"
FEW_MS = 1000


class Log:
    """How long every request took, by what it was, and which ones failed."""

    def __init__(self):
        self.took, self.failed = defaultdict(list), []

    def timed(self, what, act):
        """Do a request; return its body."""
        started = time.perf_counter()
        status, headers, body = act()
        self.took[what].append(time.perf_counter() - started)
        if status not in {200, 302, 304}:
            self.failed.append(f"{what}: {status}")
        return headers, body


class Browser:
    """One device with its cookie and a connection it keeps."""

    def __init__(self, port, cookie=""):
        self._line = http.client.HTTPConnection(HOST, port, timeout=60)
        self._cookie = cookie

    def ask(self, path, *, form=None, **headers):
        """Get a page or post a form."""
        sent = {"Cookie": self._cookie, **headers}
        if form is None:
            self._line.request("GET", path, headers=sent)
        else:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            self._line.request("POST", path, urlencode(form), {**sent, **kind})
        answer = self._line.getresponse()
        body = answer.read()
        # The first page of a session brings the token that its forms are checked against.
        for kept in answer.headers.get_all("Set-Cookie", []):
            if kept.startswith("session="):
                self._cookie = kept.partition(";")[0]
        return answer.status, answer.headers, body.decode()

    def close(self):
        """Hang up."""
        self._line.close()


def main(target=""):
    """Measure on every database there is; print, and write to the target, what came out."""
    assets.build(ROOT)
    urls = {"SQLite": ""} | ({"PostgreSQL": _fresh_postgres("hall")} if POSTGRES else {})
    report, has_failed = [], False
    for name, url in urls.items():
        with tempfile.TemporaryDirectory() as folder:
            text, is_good = measure(name, url or f"sqlite:///{folder}/hall.sqlite3", Path(folder))
        report.append(text)
        has_failed |= not is_good
    text = "\n".join(report)
    print(text)
    if target:
        path = Path(target)
        before, mark, after = path.read_text().partition(MARKS[0])
        path.write_text(f"{before}{mark}\n\n{text}\n{MARKS[1]}{after.partition(MARKS[1])[2]}")
    return int(has_failed)


def measure(name, url, folder):
    """Fill one database, serve it from a process of its own, and let everyone come."""
    port = _free_port()
    config = Config(
        profile=Profile.TEST,
        secret_key="a secret that only this measure knows",
        database_url=url,
        public_url=f"http://{HOST}:{port}",
        instance=folder,
        organizers_take_two_steps=False,
    )
    phones, board = _fill(config)
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(config, port), daemon=True)
    server.start()
    try:
        _wait_for(port)
        log, memory, took = _opening_hour(port, server.pid, phones, board)
    finally:
        server.terminate()
        server.join()
    return _table(name, log, memory, took)


def _serve(config, port):
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_app(config)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {BARE: bare_answer()})
    waitress.serve(app, host=HOST, port=port, threads=THREADS, ident=None, backlog=1024, _quiet=True)


def _fill(config):
    """A fair day with a meeting of every pair that is over and one that begins; return cookies with their meetings."""
    app = create_app(config)
    now = datetime.now(UTC).replace(microsecond=0)
    with app.app_context():
        upgrade(db.engine)
        begin_writing(db.session)
        pairs = _day(Factory(db.session), now)
        facts = fairs.by_slug(db.session, slug=SLUG)
        cookies = [(_cookie(app, account, now), over, begun) for account, over, begun in pairs]
        with app.test_request_context():
            board = board_url(facts)
        db.session.commit()
        db.engine.dispose()
    return cookies, board


def _day(factory, now):
    fair = factory.fair(slug=SLUG, phase=Phase.FAIR_DAYS, opens_on=now.date(), closes_on=now.date())
    over, begun = slots = factory.slots(fair, 2)
    for slot, starts in zip(slots, (-45, -5), strict=True):
        slot.starts_at, slot.ends_at = (now + timedelta(minutes=starts + end) for end in (0, 25))
    tables = factory.tables(fair, PHONES // 2)
    found = []
    for table in tables:
        seller, buyer = factory.participant(fair), factory.participant(fair, role=Role.BUYER)
        keys = [
            factory.meeting(seller, buyer, state="scheduled", slot_id=slot.id, table_id=table.id).id
            for slot in (over, begun)
        ]
        found += [(side.account, *keys) for side in (seller, buyer)]
    return found


def _cookie(app, account, now):
    """The cookie of a phone that somebody is signed in with."""
    token, _ = accounts.open_session(db.session, account=account, user_agent="bench", now=now)
    with app.test_request_context():
        kept = app.session_interface.get_signing_serializer(app).dumps({"_user_id": token, "_fresh": True})
    return f"session={kept}"


def _opening_hour(port, pid, phones, board):
    """Everyone comes; return the log, the memory at a third and at the end in bytes, and how long it took."""
    log, ends, memory = Log(), threading.Event(), []
    quiet = threading.Thread(target=_measure_bare, args=(port, log, ends))
    quiet.start()
    started = time.perf_counter()
    with ThreadPoolExecutor(PHONES_AT_ONCE) as hall, ThreadPoolExecutor(BOARDS_AT_ONCE) as walls:
        screens = [walls.submit(_hang, port, board, log) for _ in range(BOARDS)]
        third, rest = phones[: PHONES // 3], phones[PHONES // 3 :]
        for group in (third, rest):
            list(hall.map(partial(_visit, port, log), group))
            memory.append(_memory(pid))
        for screen in screens:
            screen.result()
    memory.append(_memory(pid))
    ends.set()
    quiet.join()
    return log, memory, time.perf_counter() - started


def _visit(port, log, phone):
    """One phone's hour: agenda, check in, agenda, the outcome of the meeting before, agenda."""
    cookie, over, begun = phone
    browser = Browser(port, cookie)
    agenda = f"/fairs/{SLUG}/agenda"
    _, page = log.timed("agenda", partial(browser.ask, agenda))
    token = TOKEN.search(page)[1]
    here = {"csrf_token": token, "once": uuid.uuid4().hex}
    log.timed("check-in", partial(browser.ask, f"/fairs/{SLUG}/meetings/{begun}/here", form=here))
    log.timed("agenda", partial(browser.ask, agenda))
    said = {"csrf_token": token, "outcome": "follow_up", "currency": "USD"}
    log.timed("outcome", partial(browser.ask, f"/fairs/{SLUG}/meetings/{over}/outcome", form=said))
    log.timed("agenda", partial(browser.ask, agenda))
    browser.close()


def _hang(port, board, log):
    """One board's hour: it asks again and hands in the tag of what it shows."""
    browser, tag = Browser(port), {}
    for _ in range(POLLS):
        headers, _body = log.timed("board", partial(browser.ask, board, **tag))
        if headers.get("ETag"):
            tag = {"If-None-Match": headers["ETag"]}
    browser.close()


def _measure_bare(port, log, ends):
    browser = Browser(port)
    while not ends.wait(0.05):
        log.timed("bare answer", partial(browser.ask, f"{BARE}/"))
    browser.close()


def _table(name, log, memory, took):
    """What came out, as a table, and whether it is good."""
    base = statistics.median(log.took["bare answer"])
    growth = memory[-1] / memory[0]
    lines = [
        f"### {name}: {sum(map(len, log.took.values())):,} requests in {took:.0f} s, {len(log.failed)} failed",
        "",
        (
            f"A bare answer took {base * FEW_MS:.0f} ms under this load. "
            f"Memory at the end: {growth:.2f} × that of the first third."
        ),
        "",
        "| Request | Count | p50 × bare | p95 × bare | p99 × bare |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for what, times in sorted(log.took.items()):
        cuts = statistics.quantiles(times, n=100)
        shown = " | ".join(f"{cuts[part - 1] / base:.1f}" for part in (50, 95, 99))
        lines.append(f"| {what} | {len(times):,} | {shown} |")
    for fault in sorted(set(log.failed))[:5]:
        print(f"failed: {fault}", file=sys.stderr)
    return "\n".join([*lines, ""]), not log.failed and growth <= MOST_GROWTH


def _memory(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


def _free_port():
    with socket.create_server((HOST, 0)) as listening:
        return listening.getsockname()[1]


def _wait_for(port):
    for _ in range(300):
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server did not start")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
