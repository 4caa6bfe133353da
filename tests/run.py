"""Runs the whole test suite the way ``make test`` and the project's checks do.

PostgreSQL is used where one answers: at MATCHMAKER_TEST_POSTGRES, or on this machine's own port.
"""

from __future__ import annotations

import os
import subprocess
import sys

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

LOCAL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


def main() -> int:
    """Run pytest and return its exit code."""
    env = {**os.environ}
    address = env.get("MATCHMAKER_TEST_POSTGRES", LOCAL)
    if answers(address):
        env["MATCHMAKER_TEST_POSTGRES"] = address
        print("Tests run on SQLite and on PostgreSQL.", flush=True)
    else:
        env.pop("MATCHMAKER_TEST_POSTGRES", None)
        print("No PostgreSQL answers here, so the tests run on SQLite alone.", flush=True)
    return subprocess.call([sys.executable, "-m", "pytest", "-q", "-n", "auto", *sys.argv[1:]], env=env)


def answers(address: str) -> bool:
    """Whether a PostgreSQL server lets us in at an address."""
    try:
        with create_engine(address, connect_args={"connect_timeout": 3}).connect() as connection:
            return connection.execute(text("SELECT 1")).scalar() == 1
    except SQLAlchemyError:
        return False


if __name__ == "__main__":
    sys.exit(main())
