"""Let several act at the same moment, each in a session of its own."""

from __future__ import annotations

import os
import threading

from matchmaker.domain.errors import DomainError
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing

# So many act at once; a lost race is as likely to be found as the clock allows.
USERS = 10
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


def posted_at_once(windows, *, address, **fields):
    """Send a form from several windows at the same moment; return the answers in the order of the windows.

    A field may be a list, with a value for each window, and the address as well.
    """
    start, answers = threading.Barrier(len(windows)), [None] * len(windows)
    tokens = [one.token() for one in windows]

    def post(number):
        own = {name: of_window(value, number) for name, value in fields.items()}
        start.wait()
        data = {"csrf_token": tokens[number], **own}
        answers[number] = windows[number].post(of_window(address, number), data=data)

    threads = [threading.Thread(target=post, args=(number,)) for number in range(len(windows))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def of_window(value, number):
    return value[number] if isinstance(value, list) else value


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
