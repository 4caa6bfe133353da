"""Retention and erasure by command; and that a restored backup is erased again."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from matchmaker.models import Account, Erasure, Job, Representative
from matchmaker.models.engine import begin_writing


@pytest.fixture
def run(app, session):
    def invoke(*command):
        session.commit()
        with app.app_context():
            result = app.test_cli_runner().invoke(args=list(command))
        begin_writing(session)
        return result

    return invoke


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_a_dry_run_lists_what_would_go_and_takes_nothing(session, factory, run):
    factory.account(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    result = run("retention", "--dry-run")
    assert "       1  would go: people who were not here for long" in result.output.splitlines()
    assert count(session, Account) == 1


def test_the_command_takes_what_is_due(session, factory, run):
    factory.account(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert "       1  gone: people who were not here for long" in run("retention").output.splitlines()
    assert count(session, Account) == 0


def test_a_person_is_erased_by_address(session, factory, run):
    factory.participant(factory.fair()).account.email = "lan@example.test"
    assert run("erase-person", "LAN@example.test").output == "Erased.\n"
    assert (count(session, Account), count(session, Representative)) == (0, 0)
    again = run("erase-person", "lan@example.test")
    assert (again.exit_code, again.output) == (1, "Error: nobody has this address\n")


def test_the_only_organizer_is_not_erased_by_command(factory, run):
    email = factory.organizer(factory.fair()).email
    assert run("erase-person", email).exit_code == 1


def test_after_an_older_backup_is_restored_the_erased_are_erased_again(session, factory, run, tmp_path):
    kept = factory.participant(factory.fair()).account.id
    erased = factory.account(email="lan@example.test")
    key = erased.id
    run("erase-person", "lan@example.test")
    file = tmp_path / "erased.txt"
    file.write_text(run("erased-keys").output)
    assert file.read_text().split() == [key.hex]

    # The older backup still knows the account, and nothing of its erasure.
    for receipt in session.scalars(select(Erasure)):
        session.delete(receipt)
    factory.account(id=key, email="lan@example.test")
    assert run("erase-again", str(file)).output == "1 erased again.\n"
    assert session.scalars(select(Account.id)).all() == [kept]
    told = [job.facts["tell"] for job in session.scalars(select(Job).where(Job.kind == "sweep_traces"))]
    assert sorted(told) == [False, True]
