"""Let several act at the same moment, each in a session of its own."""

from __future__ import annotations

import os
import threading

from matchmaker.domain.errors import DomainError
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing

# The suite races a few times; whoever wants to be surer sets more.
ROUNDS = int(os.environ.get("MATCHMAKER_RACE_ROUNDS", "3"))


def at_once(app, acts):
    """Run each act in a thread with its own writing session; return each one's refusal by name, or None."""
    start, results = threading.Barrier(len(acts)), {}

    def run(name, act_in):
        with app.app_context(), db.sessionmaker() as own:
            start.wait()
            begin_writing(own)
            try:
                act_in(own)
                own.commit()
            except DomainError as error:
                own.rollback()
                results[name] = error
            else:
                results[name] = None

    threads = [threading.Thread(target=run, args=one) for one in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(results) == set(acts), "one of them failed otherwise than by a refusal"
    return results


class Together:
    """Lets several reach a point together, each with nothing but what it has read before.

    On SQLite the second writer waits for the first one, so whoever gets here gives its transaction up and begins a
    new one once everybody has read: as if all had looked before any of them wrote.
    """

    def __init__(self, count):
        self._barrier = threading.Barrier(count)

    def meet(self, session):
        session.rollback()
        self._barrier.wait(timeout=30)
        begin_writing(session)
