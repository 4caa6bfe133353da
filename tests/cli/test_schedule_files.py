"""The commands that work on files alone, called as a user calls them."""

import json

import pytest
from click.testing import CliRunner

from matchmaker.cli.schedule import schedule
from matchmaker.domain.scheduling.records import problem_record
from tests.domain.scheduling.fairs import bipartite

DZN = """
nBusiness = 3; nMeetings = 3; nTables = {tables}; nTotalSlots = 3; nMorningSlots = 3;
requested = [|1, 2, 3, |2, 3, 3, |1, 3, 3 |];
forbidden = [{{0}}, {{0}}, {{0}}]; fixed = [0, 0, 0]; precedences = [{{}}, {{}}, {{}}];
"""


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(schedule, [str(word) for word in words])


@pytest.fixture
def files(tmp_path):
    problem = bipartite(seed=5, buyers=4, sellers=4, meetings=10, slots=4, tables=3)
    (tmp_path / "problem.json").write_text(json.dumps(problem_record(problem)), encoding="utf-8")
    return tmp_path


def test_a_plan_is_written_checked_and_kept_as_the_published_one(run, files):
    problem, plan, again = (files / name for name in ("problem.json", "plan.json", "again.json"))
    solved = run("solve", "--problem", problem, "--out", plan)
    assert (solved.exit_code, solved.stdout) == (0, "")
    bound = json.loads(plan.read_text(encoding="utf-8"))["bound"]
    checked = run("verify", "--problem", problem, "--solution", plan)
    assert (checked.exit_code, checked.stdout) == (0, f"sound: 10 meetings, bound {bound} proved\n")
    assert run("solve", "--problem", problem, "--out", again, "--previous", plan, "--seed", 3).exit_code == 0
    first, second = (json.loads(file.read_text(encoding="utf-8")) for file in (plan, again))
    assert (second["assignments"], second["changes"]) == (
        first["assignments"],
        {"moved": [], "added": [], "dropped": []},
    )


def test_a_corrupted_plan_is_told_rule_by_rule(run, files):
    problem, plan = files / "problem.json", files / "plan.json"
    run("solve", "--problem", problem, "--out", plan)
    record = json.loads(plan.read_text(encoding="utf-8"))
    record["assignments"][0]["table"] = "gone"
    plan.write_text(json.dumps(record), encoding="utf-8")
    checked = run("verify", "--problem", problem, "--solution", plan)
    assert (checked.exit_code, checked.stdout) == (1, f"wrong_table {record['assignments'][0]['meeting']} gone\n")


def test_a_bound_better_than_its_certificate_is_not_believed(run, files):
    problem, plan = files / "problem.json", files / "plan.json"
    run("solve", "--problem", problem, "--out", plan)
    record = json.loads(plan.read_text(encoding="utf-8"))
    plan.write_text(json.dumps(record | {"bound": record["bound"] - 1}), encoding="utf-8")
    checked = run("verify", "--problem", problem, "--solution", plan)
    assert (checked.exit_code, checked.stdout) == (1, f"bound_not_proved {record['bound'] - 1} {record['bound']}\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "problem.json"), ("{}", "bad_record"), ('{"slots": 5}', "bad_record")],
)
def test_a_broken_file_is_a_plain_message(run, files, text, message):
    (files / "problem.json").write_text(text, encoding="utf-8")
    answer = run("solve", "--problem", files / "problem.json", "--out", files / "plan.json")
    assert answer.exit_code == 1
    assert answer.stderr.startswith("Error: ")
    assert message in answer.stderr
    assert not (files / "plan.json").exists()


def test_academic_files_give_one_json_line_each(run, tmp_path):
    good, impossible = tmp_path / "good.dzn", tmp_path / "impossible.dzn"
    good.write_text(DZN.format(tables=1), encoding="utf-8")
    impossible.write_text(DZN.format(tables=0), encoding="utf-8")
    answer = run("b2bsp", good, impossible, "--seconds", 10)
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.exit_code == 0
    assert [sorted(line) for line in lines] == [
        ["breaks", "file", "lower_bound", "seconds", "slots", "status"],
    ] * 2
    assert sorted(lines[0]["slots"]) == [1, 2, 3]
    assert (lines[0]["status"], lines[0]["breaks"], lines[0]["lower_bound"]) == ("optimal", 1, 1)
    assert {name: lines[1][name] for name in ("file", "status", "breaks", "lower_bound", "slots")} == {
        "file": str(impossible),
        "status": "unsatisfiable",
        "breaks": None,
        "lower_bound": None,
        "slots": None,
    }
