"""What can't be done ends a command with one line, never with a trace."""

import uuid

import pytest
from sqlalchemy import text

from matchmaker.extensions import db

FOREIGN = "h\udcf4i-ch\udce2"


@pytest.fixture
def run(app, session, factory):
    factory.fair(slug="tea-days")
    session.commit()

    def run(*command):
        with app.app_context():
            return app.test_cli_runner().invoke(args=[str(word) for word in command])

    return run


@pytest.mark.parametrize(
    "command",
    [
        ("fair", "report", FOREIGN),
        ("fair", "create", "spring", "--sector", FOREIGN),
        ("create-organizer", "tea-days", f"{FOREIGN}@example.test"),
        ("erase-person", f"{FOREIGN}@example.test"),
    ],
)
def test_a_text_in_another_encoding_is_refused_as_it_is_read(run, command):
    result = run(*command)
    assert result.exit_code == 2
    assert "this is not UTF-8 text" in result.output


@pytest.mark.parametrize(
    ("command", "option"),
    [(("fair", "ledger"), "--out"), (("fair", "report"), "--csv"), (("fair", "hall", "export"), "")],
)
def test_a_file_that_can_not_be_written_is_named(run, tmp_path, command, option):
    file = tmp_path / "missing" / "file"
    result = run(*command, "tea-days", *filter(None, [option]), file)
    assert result.exit_code == 1
    assert f"Error: {file}: No such file or directory" in result.output.splitlines()


def test_tables_that_are_not_there_are_a_line(app, run):
    with app.app_context(), db.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("ALTER TABLE fair RENAME TO fair_away"))
    try:
        result = run("fair", "ledger", "tea-days")
    finally:
        with app.app_context(), db.engine.execution_options(write=True).begin() as connection:
            connection.execute(text("ALTER TABLE fair_away RENAME TO fair"))
    assert result.exit_code == 1
    assert result.output.startswith("Error: The database can't be used (")
    assert result.output.endswith("). Is it there, and migrated?\n")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (("--opens", "0001-01-01", "--closes", "0001-01-02"), "Give days of the years 1900 to 2199."),
        (("--opens", "9999-12-31"), "Give days of the years 1900 to 2199."),
        (("--opens", "2026-11-18", "--closes", "9999-12-31"), "Give days of the years 1900 to 2199."),
        (("--opens", "2026-11-18", "--closes", "2027-11-18"), "A fair lasts at most 31 days."),
    ],
)
def test_days_that_no_fair_has_are_refused(run, days, said):
    result = run("fair", "create", "spring", *days)
    assert result.exit_code == 1
    assert result.output == f"Error: {said} Check --opens and --closes.\n"


def test_a_seed_that_no_column_holds_is_refused(run):
    assert run("fair", "schedule", "tea-days", "--seed", 10**30).exit_code == 2


def test_a_revision_that_is_not_there_is_named(run):
    result = run("migrate", "--to", "9999")
    assert (result.exit_code, result.output) == (1, "Error: Can't locate revision identified by '9999'\n")


@pytest.mark.parametrize("content", [b"not a key\n", b"\xff\xfe\n", b"\x00\n"])
def test_a_file_that_is_no_list_of_erased_keys_is_refused_by_its_line(run, tmp_path, content):
    file = tmp_path / "keys"
    file.write_bytes(f"{uuid.uuid4()}\n".encode() + content)
    result = run("erase-again", file)
    assert result.exit_code == 1
    assert result.output == "Error: line 2 is no key of somebody erased, so nobody was erased again\n"


def test_json_without_an_end_is_refused(run, tmp_path):
    file = tmp_path / "problem.json"
    file.write_text("[" * 100_000)
    assert run("schedule", "solve", "--problem", file, "--out", tmp_path / "plan.json").exit_code == 1
