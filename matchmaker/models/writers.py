"""Let the writers of an SQLite file stand in line: who came first writes first.

SQLite's own lock lets one write at a time, but whoever finds it taken tries again after pauses of chance, so that under
load some wait for seconds or in vain. The line decides who asks for that lock next and guards nothing itself. Where
there can be none between processes, as on a file system without locks, only that order is lost.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
import weakref
from collections import deque
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDING = "-line"
OPENED = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
# Two bytes of the file beside the database: who waits holds the first, so that who has just written can't go again
# before them; who writes holds the second.
NEXT, WRITES = 0, 1
SHORTEST_PAUSE, LONGEST_PAUSE = 0.0002, 0.002


class WritingConnection(sqlite3.Connection):
    """A connection that keeps its place in the line until its transaction is over, however it ends."""

    line: Line | None = None
    _place: threading.Lock | None = None

    def find_line(self) -> None:
        """Find the line of this connection's file; a database in memory has none."""
        path = self.execute("PRAGMA database_list").fetchone()[2]
        self.line = line_of(path) if path else None

    def stand_in_line(self, *, seconds: float) -> float:
        """Wait until everyone who came before has written, at most some seconds; return how many of them are left.

        Nothing is left for who has waited in vain: then SQLite itself says whether its lock is taken.
        """
        self.leave_line()
        if self.line is None:
            return seconds
        until = time.monotonic() + seconds
        place = self._place = threading.Lock()
        return max(0, until - time.monotonic()) if self.line.enter(place, until=until) else 0

    def leave_line(self) -> None:
        """Let the next one write; whoever stands in no line may say so too."""
        place, self._place = self._place, None
        if self.line is not None and place is not None:
            self.line.leave(place)

    def commit(self) -> None:
        """Commit, or roll back what can't be, and let the next one write."""
        try:
            super().commit()
        except BaseException:
            # SQLAlchemy takes the transaction as over and would hand the connection on with it, and with SQLite's lock.
            super().rollback()
            raise
        finally:
            self.leave_line()

    def rollback(self) -> None:
        """Roll back, and let the next one write."""
        try:
            super().rollback()
        finally:
            self.leave_line()

    def close(self) -> None:
        """Close, and let the next one write."""
        try:
            super().close()
        finally:
            self.leave_line()

    def __del__(self) -> None:
        self.leave_line()


class Line:
    """Those who want to write one database file.

    Threads of one process go in the order they came. Of several processes each lets a waiting one go before itself.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor: int | None = None
        self.begin_anew()

    def begin_anew(self) -> None:
        """Begin with nobody in the line; a new process has none of the threads that stood in it."""
        # One thread may take it twice: a connection that was forgotten leaves whenever memory is tidied up.
        self._mutex = threading.RLock()
        self._waiting: deque[threading.Lock] = deque()
        self._first: threading.Lock | None = None
        self._unlock()

    def enter(self, place: threading.Lock, *, until: float) -> bool:
        """Wait for a place's turn to write; False, and out of the line, when it is not by a moment of the clock."""
        is_first = False
        place.acquire()
        try:
            with self._mutex:
                self._waiting.append(place)
                self._call()
            is_first = place.acquire(timeout=max(0, until - time.monotonic())) and self._lock(until)
        finally:
            if not is_first:
                self.leave(place)
        return is_first

    def leave(self, place: threading.Lock) -> None:
        """Give up a place, be it the first or not; who has none any more may leave again."""
        with self._mutex:
            if place is self._first:
                self._unlock()
                self._first = None
                self._call()
            elif place in self._waiting:
                self._waiting.remove(place)

    def _call(self) -> None:
        if self._first is None and self._waiting:
            self._first = self._waiting.popleft()
            self._first.release()

    def _lock(self, until: float) -> bool:
        """Keep the writers of other processes away; a file that can't be locked keeps nobody away."""
        with suppress(OSError):
            self._descriptor = _opened(self._path)
            with _locked(self._descriptor, NEXT, until) as is_next:
                return is_next and _try_lock(self._descriptor, WRITES, until)
        return True

    def _unlock(self) -> None:
        """Closing the file unlocks it, as the end of a process does, however it ends."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


_lines: weakref.WeakValueDictionary[str, Line] = weakref.WeakValueDictionary()
_finding = threading.Lock()


def line_of(path: str) -> Line:
    """Return the line of a database file, the same one for all connections of this process."""
    with _finding:
        line = _lines.get(path)
        if line is None:
            line = _lines[path] = Line(path)
        return line


def _begin_anew() -> None:
    global _finding  # noqa: PLW0603 - A thread that is not in the new process may hold the old one.
    _finding = threading.Lock()
    for line in list(_lines.values()):
        line.begin_anew()


os.register_at_fork(after_in_child=_begin_anew)


def _opened(path: str) -> int:
    """Open the file of the line; a new one is for the same people as the database, as SQLite's own files are."""
    try:
        return os.open(path + ENDING, OPENED)
    except FileNotFoundError:
        database = Path(path).stat()
        descriptor = os.open(path + ENDING, OPENED | os.O_CREAT | os.O_EXCL, 0o600)
        with suppress(OSError):
            if os.geteuid() == 0:
                os.fchown(descriptor, database.st_uid, database.st_gid)
            os.fchmod(descriptor, database.st_mode & 0o666)
        return descriptor


@contextmanager
def _locked(descriptor: int, byte: int, until: float) -> Iterator[bool]:
    is_locked = _try_lock(descriptor, byte, until)
    try:
        yield is_locked
    finally:
        fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, byte)


def _try_lock(descriptor: int, byte: int, until: float) -> bool:
    """Lock one byte of a file; a blocking lock could not be limited in time, so this asks again after short pauses."""
    pause = SHORTEST_PAUSE
    while True:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except (BlockingIOError, PermissionError):
            left = until - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(pause, left))
            pause = min(2 * pause, LONGEST_PAUSE)
        else:
            return True
