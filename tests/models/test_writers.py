import errno
import gc
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from matchmaker.models import engine as engines
from matchmaker.models import writers
from matchmaker.models.engine import begin_writing, prepare, settings_of

ROOT = Path(__file__).resolve().parents[2]
FIRST, SECOND, THIRD = "first", "second", "third"
# A process of its own that writes, with the database's path as its argument.
OTHER = """
import fcntl, os, sys, time
from sqlalchemy import create_engine, text
from matchmaker.models.engine import prepare
from matchmaker.models.writers import ENDING, NEXT
path = sys.argv[1]
writing = prepare(create_engine(f"sqlite:///{path}")).execution_options(write=True)
def note(connection, what):
    connection.execute(text("INSERT INTO note (what) VALUES (:what)"), {"what": what})
def wait_for_another():
    descriptor = os.open(path + ENDING, os.O_RDWR)
    while True:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, NEXT)
        except BlockingIOError:
            return
        fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, NEXT)
        time.sleep(0.001)
"""
WRITES_AGAIN = """
# The file is opened once more only in a process of its own: closing it would unlock what this one holds.
connection = writing.connect()
connection.begin()
note(connection, "first")
print("holds", flush=True)
if not os.fork():
    wait_for_another()
    os._exit(0)
os.wait()
connection.commit()
with writing.begin() as again:
    note(again, "third")
"""
IS_KILLED = """
connection = writing.connect()
connection.begin()
note(connection, "lost")
print("holds", flush=True)
time.sleep(600)
"""
FORKS = """
import threading
from matchmaker.models.writers import line_of
line, place, late = line_of(path), threading.Lock(), threading.Lock()
assert line.enter(place, until=time.monotonic() + 60)
said, heard = os.pipe()
child = os.fork()
if not child:
    os.read(said, 1)
    os._exit(0 if line.enter(late, until=time.monotonic() + 60) else 1)
line.leave(place)
os.write(heard, b"!")
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "fair.sqlite3"


@pytest.fixture
def engine(path):
    made = prepare(create_engine(**settings_of(f"sqlite:///{path}")))
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, what TEXT UNIQUE)"))
    yield made
    made.dispose()


@pytest.fixture
def writing(engine):
    return engine.execution_options(write=True)


@pytest.fixture
def line(engine, path):
    with engine.connect() as connection:
        found = connection.connection.dbapi_connection.line
    assert found is writers.line_of(str(path))
    return found


@pytest.fixture
def short_wait(monkeypatch):
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.1)


def note(connection, what):
    connection.execute(text("INSERT INTO note (what) VALUES (:what)"), {"what": what})


def notes(engine):
    with engine.connect() as connection:
        return connection.scalars(text("SELECT what FROM note ORDER BY id")).all()


def other_process(code, path):
    command = [sys.executable, "-c", OTHER + code, str(path)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def wait_until(is_so):
    """Wait for what another thread does; the suite's own limit ends a test in which it never does."""
    while not is_so():
        time.sleep(0.001)


class TestOrder:
    def test_who_came_first_writes_first(self, engine, writing, line):
        names = [f"{number:02}" for number in range(12)]

        def write(name):
            with writing.begin() as connection:
                note(connection, name)

        threads = [threading.Thread(target=write, args=(name,)) for name in names]
        with writing.begin():
            for number, thread in enumerate(threads, start=1):
                thread.start()
                wait_until(lambda number=number: len(line._waiting) == number)
        for thread in threads:
            thread.join()
        assert notes(engine) == names

    def test_who_has_just_written_goes_after_another_process_that_waits(self, engine, writing, path):
        with other_process(WRITES_AGAIN, path) as other:
            assert other.stdout.readline() == "holds\n"
            with writing.begin() as connection:
                note(connection, SECOND)
        assert other.returncode == 0
        assert notes(engine) == [FIRST, SECOND, THIRD]


def commits(connection):
    connection.commit()


def rolls_back(connection):
    connection.rollback()


def closes(connection):
    connection.close()


def is_invalidated(connection):
    connection.invalidate()


def is_detached(connection):
    connection.detach()
    connection.close()


class TestRelease:
    @pytest.mark.parametrize("end", [commits, rolls_back, closes, is_invalidated, is_detached])
    def test_the_next_one_writes_however_the_transaction_ends(self, engine, writing, line, end):
        connection = writing.connect()
        connection.begin()
        note(connection, FIRST)
        assert line._first is not None
        end(connection)
        assert line._first is None
        with engine.execution_options(**engines.WRITING_AT_ONCE).begin() as another:
            note(another, SECOND)

    def test_what_cannot_be_committed_is_rolled_back(self, engine, writing, line):
        with writing.begin() as connection:
            owner = "INTEGER REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED"
            connection.exec_driver_sql(f"CREATE TABLE detail (owner {owner})")
        with writing.connect() as connection:
            connection.exec_driver_sql("INSERT INTO detail VALUES (1)")
            with pytest.raises(IntegrityError):
                connection.commit()
            assert line._first is None
            with writing.begin() as another:
                note(another, FIRST)
        for _ in range(2):
            with writing.begin() as connection:
                assert connection.scalar(text("SELECT count(*) FROM detail")) == 0

    def test_a_connection_that_is_forgotten_leaves(self, engine, writing, line, recwarn):
        connection = writing.connect()
        connection.begin()
        del connection
        gc.collect()
        assert line._first is None

    def test_a_driver_connection_that_is_forgotten_leaves(self, engine, writing, line):
        connection = writing.connect()
        connection.begin()
        raw = connection.connection.dbapi_connection
        connection.detach()
        connection._dbapi_connection = None
        del connection, raw
        gc.collect()
        assert line._first is None

    def test_a_thread_that_fails_leaves(self, writing, line):
        def fail():
            with writing.begin():
                raise LookupError

        def write():
            with pytest.raises(LookupError):
                fail()

        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        assert line._first is None

    def test_who_begins_anew_without_having_ended_keeps_nobody_out(self, writing, line):
        with writing.connect() as connection:
            connection.begin()
            connection.exec_driver_sql("COMMIT")
            connection.connection.dbapi_connection.stand_in_line(seconds=0)
        assert line._first is None

    def test_a_writer_outside_the_line_lets_the_next_one_in_it_try(self, engine, writing, line, short_wait):
        with engine.connect() as outside:
            outside.exec_driver_sql("DELETE FROM note")
            with pytest.raises(OperationalError, match="database is locked"), writing.begin():
                pass
            assert line._first is None
        with writing.begin() as connection:
            note(connection, FIRST)

    def test_a_holder_that_is_killed_leaves(self, engine, writing, path):
        with other_process(IS_KILLED, path) as other:
            assert other.stdout.readline() == "holds\n"
            other.kill()
        with writing.begin() as connection:
            note(connection, FIRST)
        assert notes(engine) == [FIRST]

    def test_a_new_process_has_an_empty_line(self, path):
        path.touch()
        with other_process(FORKS, path) as other:
            assert other.stdout.read() == "0\n"


class TestWaiting:
    def test_whoever_waits_too_long_is_refused_as_by_sqlite(self, engine, writing, line, short_wait):
        with writing.begin():
            with pytest.raises(OperationalError, match="database is locked"), writing.begin():
                pass
            assert len(line._waiting) == 0
        with writing.begin() as connection:
            note(connection, FIRST)

    def test_whoever_does_not_wait_is_refused_at_once(self, engine, writing, line):
        with writing.begin():
            with pytest.raises(OperationalError), engine.execution_options(**engines.WRITING_AT_ONCE).begin():
                pass
            assert len(line._waiting) == 0

    def test_whoever_waits_for_another_process_too_long_is_refused(self, writing, line, path, short_wait):
        with other_process(IS_KILLED, path) as other:
            assert other.stdout.readline() == "holds\n"
            with pytest.raises(OperationalError, match="database is locked"), writing.begin():
                pass
            assert line._first is None
            other.kill()

    def test_afterwards_a_connection_waits_as_long_as_ever_for_what_is_locked(self, engine, writing):
        for _ in range(2):
            with writing.begin() as connection:
                waits = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
            assert waits == 1000 * engines.WAIT_SECONDS

    def test_a_savepoint_keeps_the_place(self, engine, line):
        with Session(engine) as session:
            begin_writing(session)
            with session.begin_nested() as inner:
                note(session, FIRST)
                inner.rollback()
            with session.begin_nested():
                note(session, SECOND)
            assert line._first is not None
            session.commit()
        assert line._first is None
        assert notes(engine) == [SECOND]

    def test_a_read_waits_for_nobody_and_leaves_no_file(self, engine, writing, path):
        beside = Path(f"{path}{writers.ENDING}")
        assert notes(engine) == []
        assert not beside.exists()
        with writing.begin() as connection:
            note(connection, FIRST)
            assert notes(engine) == []
        assert beside.exists()


class TestFile:
    @pytest.mark.parametrize("mode", [0o600, 0o660, 0o644])
    def test_it_is_for_the_same_people_as_the_database(self, writing, path, mode):
        path.chmod(mode)
        with writing.begin() as connection:
            note(connection, FIRST)
        made = Path(f"{path}{writers.ENDING}").stat()
        assert (stat.S_IMODE(made.st_mode), made.st_uid, made.st_size) == (mode, path.stat().st_uid, 0)

    def test_where_files_cannot_be_locked_everyone_still_writes(self, engine, writing, line, monkeypatch):
        def refuse(*_arguments):
            raise OSError(errno.ENOLCK, "no locks here")

        monkeypatch.setattr(writers.fcntl, "lockf", refuse)
        for what in (FIRST, SECOND):
            with writing.begin() as connection:
                note(connection, what)
        assert notes(engine) == [FIRST, SECOND]
        assert line._descriptor is None

    def test_where_the_file_cannot_be_opened_everyone_still_writes(self, engine, writing, path):
        Path(f"{path}{writers.ENDING}").mkdir()
        with writing.begin() as connection:
            note(connection, FIRST)
        assert notes(engine) == [FIRST]

    def test_a_link_that_lies_in_its_place_is_not_followed(self, writing, path, tmp_path):
        Path(f"{path}{writers.ENDING}").symlink_to(tmp_path / "elsewhere")
        with writing.begin() as connection:
            note(connection, FIRST)
        assert not (tmp_path / "elsewhere").exists()

    def test_a_database_in_memory_has_no_line(self):
        engine = prepare(create_engine("sqlite://"))
        with engine.execution_options(write=True).begin() as connection:
            assert connection.connection.dbapi_connection.line is None
        engine.dispose()

    def test_it_is_closed_when_the_turn_is_over(self, writing, line):
        with writing.begin():
            descriptor = line._descriptor
            assert os.fstat(descriptor).st_size == 0
        assert line._descriptor is None
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)
