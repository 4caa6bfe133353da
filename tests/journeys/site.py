"""A running site for a browser: the demo's two fairs behind a real server, at a time that the journey chooses."""

from __future__ import annotations

import shutil
import socket
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text, update
from werkzeug.serving import WSGIRequestHandler, make_server

from config import Config, Profile
from matchmaker import clock, create_app
from matchmaker.demo.load import load_reference_fair
from matchmaker.demo.running_fair import SLUG as RUNNING_FAIR
from matchmaker.extensions import db
from matchmaker.jobs import runner
from matchmaker.models import Account, FairPerson, Participation, Representative, Slot
from matchmaker.models.engine import begin_writing
from matchmaker.services import fairs, matching, passwords, scheduling

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

REFERENCE_FAIR = "hanoi-aviation-2025"
PASSWORD = "only-for-the-journeys"
# A Tuesday morning in Hanoi after the reference fair, so that its record is complete and the running one is open.
START = datetime(2026, 12, 1, 2, 30, tzinfo=UTC)
HOST = "127.0.0.1"
SEED = 7


@dataclass(slots=True)
class Site:
    """The site as a journey meets it: where it is, who may sign in, and what goes on behind its pages.

    The browser keeps an event loop in the test's thread, and Flask closes no database session beside one, so
    everything behind the pages happens in a thread of its own.
    """

    app: Flask
    address: str
    folder: Path
    backstage: ThreadPoolExecutor
    people: dict[str, str] = field(default_factory=dict)

    def behind(self, act: Callable, *given):
        """Return what ``act`` returns, called in an application context with a session that is then committed."""

        def act_there():
            with self.app.app_context():
                begin_writing(db.session)
                result = act(db.session, *given)
                db.session.commit()
                return result

        return self.backstage.submit(act_there).result()

    def work(self) -> None:
        """Do all queued jobs and due timers, as the jobs process would."""
        self.backstage.submit(runner.work, self.app, until_idle=True).result()

    def move_to(self, instant: datetime) -> None:
        """Let it be another time; it goes on from there."""
        ahead = instant - datetime.now(UTC)
        clock.now = lambda: datetime.now(UTC) + ahead

    def keep(self) -> None:
        """Keep the database as it is now for ``begin_anew``."""
        self.backstage.submit(self._let_go).result()
        shutil.copy(live_file(self.folder), self.folder / "kept.sqlite3")

    def begin_anew(self) -> None:
        """Put the database and the clock back to where every journey starts."""
        self.backstage.submit(self._let_go).result()
        shutil.copy(self.folder / "kept.sqlite3", live_file(self.folder))
        self.move_to(START)

    def close(self) -> None:
        """End what goes on behind the pages."""
        self.backstage.submit(self._let_go).result()
        self.backstage.shutdown()

    def make_schedule(self, slug: str) -> None:
        """Schedule a fair and let it come to its end, so that every meeting with a place is over."""
        self.behind(_ask_for_schedule, slug)
        self.work()
        self.move_to(self.behind(_end_of, slug) + timedelta(hours=1))

    def has_one_role(self, participation_id: str) -> bool:
        """Whether a company takes part on one side only, so that its people need not choose a role."""
        return self.behind(_roles_of, uuid.UUID(participation_id)) == 1

    def representative_of(self, participation_id: str) -> str:
        """The e-mail address of someone who comes for a company."""
        return self.behind(_email_of, uuid.UUID(participation_id))

    def _let_go(self) -> None:
        """Bring everything into the one file and close every connection, so that it may be copied or replaced."""
        with self.app.app_context():
            with db.engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            db.engine.dispose()


class QuietHandler(WSGIRequestHandler):
    """Answers requests without printing a line for each."""

    def log_request(self, code="-", size="-"):
        """Print nothing."""


@contextmanager
def running_site(folder: Path, *, migrate):
    """Serve the demo from ``folder`` on a free port; ``migrate`` brings an engine's database to its newest schema."""
    real_now = clock.now
    # The port is taken first, because the application answers only under the address it was told.
    with socket.create_server((HOST, 0)) as listening:
        address = f"http://{HOST}:{listening.getsockname()[1]}"
        backstage = ThreadPoolExecutor(max_workers=1, thread_name_prefix="backstage")
        app = backstage.submit(create_app, _config(folder, address)).result()
        site = Site(app=app, address=address, folder=folder, backstage=backstage)
        try:
            site.move_to(START)
            site.backstage.submit(_migrate, site.app, migrate).result()
            _fill(site)
            site.keep()
            with _serving(site.app, listening):
                yield site
        finally:
            site.close()
            clock.now = real_now


def live_file(folder: Path) -> Path:
    """The database file that the site reads and writes."""
    return folder / "live.sqlite3"


def _config(folder: Path, address: str) -> Config:
    return Config(
        profile=Profile.TEST,
        secret_key="a secret that only the journeys know, long enough",
        database_url=f"sqlite:///{live_file(folder)}",
        public_url=address,
        instance=folder,
        organizers_take_two_steps=False,
    )


def _migrate(app: Flask, migrate) -> None:
    with app.app_context():
        migrate(db.engine)


@contextmanager
def _serving(app: Flask, listening: socket.socket):
    server = make_server(HOST, 0, app, threaded=True, request_handler=QuietHandler, fd=listening.fileno())
    thread = threading.Thread(target=server.serve_forever, name="site")
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _fill(site: Site) -> None:
    """Load both fairs, match the running one, and let everyone in by the same password."""

    def load(session):
        folder = site.folder / "files"
        site.people.update(
            load_reference_fair(session, password=PASSWORD, folder=folder, now=clock.now(), step=lambda: None)
        )
        session.execute(update(Account).values(password_hash=passwords.hashed(PASSWORD)))
        fair = fairs.by_slug(session, slug=RUNNING_FAIR)
        matching.request_run(session, fair_id=fair.id, by=None, now=clock.now())

    site.behind(load)
    site.work()


def _ask_for_schedule(session, slug):
    fair = fairs.by_slug(session, slug=slug)
    scheduling.request_run(session, fair_id=fair.id, seed=SEED, by=None, now=clock.now())


def _end_of(session, slug):
    fair = fairs.by_slug(session, slug=slug)
    return session.scalar(select(func.max(Slot.ends_at)).where(Slot.fair_id == fair.id))


def _roles_of(session, participation_id):
    own = session.get(Participation, participation_id)
    same = Participation.company_id == own.company_id, Participation.fair_id == own.fair_id
    return session.scalar(select(func.count()).where(*same))


def _email_of(session, participation_id):
    return session.scalar(
        select(Account.email)
        .join(Representative, Representative.account_id == Account.id)
        .join(FairPerson, FairPerson.representative_id == Representative.id)
        .where(FairPerson.participation_id == participation_id)
        .order_by(Account.email)
        .limit(1)
    )
