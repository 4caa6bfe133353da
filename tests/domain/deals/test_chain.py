import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.deals.chain import START, Fault, FaultCode, canonical, first_fault, link

SCRIPT = Path(__file__).parents[3] / "docs" / "verify_ledger.py"
FACTS = st.dictionaries(st.text(max_size=8), st.one_of(st.none(), st.integers(), st.text(max_size=12)), max_size=4)


def chain_of(contents):
    links = []
    for content in contents:
        links.append(link(after=links[-1] if links else None, content=content))
    return links


CHAIN = chain_of(canonical({"amount": amount, "note": "gỗ tràm"}) for amount in ("10.0000", "20.0000", "30.0000"))


@given(st.lists(FACTS, max_size=6))
def test_a_chain_as_it_was_written_holds(facts):
    links = chain_of(map(canonical, facts))
    assert first_fault(links, head=links[-1].digest if links else START) is None


@given(FACTS)
def test_the_order_in_which_facts_are_named_makes_no_difference(facts):
    assert canonical(dict(reversed(facts.items()))) == canonical(facts)


@pytest.mark.parametrize("value", [1.5, [1.5], {"inner": 2.0}, object()])
def test_what_has_no_single_text_is_not_sealed(value):
    with pytest.raises(TypeError):
        canonical({"value": value})


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"content": CHAIN[1].content.replace("20.0000", "21.0000")}, FaultCode.CHANGED),
        ({"digest": CHAIN[0].digest}, FaultCode.CHANGED),
        ({"previous": START}, FaultCode.NOT_LINKED),
        ({"position": 3}, FaultCode.OUT_OF_ORDER),
    ],
)
def test_a_change_of_any_field_shows_at_its_place(change, fault):
    links = [CHAIN[0], replace(CHAIN[1], **change), CHAIN[2]]
    assert first_fault(links) == Fault(2, fault)


def test_a_changed_entry_sealed_anew_breaks_the_next_one():
    forged = link(after=CHAIN[0], content=canonical({"amount": "99.0000"}))
    assert first_fault([CHAIN[0], forged, CHAIN[2]]) == Fault(3, FaultCode.NOT_LINKED)


def test_entries_reordered_or_left_out_show():
    assert first_fault([CHAIN[1], CHAIN[0], CHAIN[2]]) == Fault(1, FaultCode.OUT_OF_ORDER)
    assert first_fault([CHAIN[0], CHAIN[2]]) == Fault(2, FaultCode.OUT_OF_ORDER)


def test_missing_entries_at_the_end_show_beside_the_published_seal():
    assert first_fault(CHAIN[:2]) is None
    assert first_fault(CHAIN[:2], head=CHAIN[2].digest) == Fault(3, FaultCode.CUT_SHORT)


def checked_by_the_script(path, links, *head):
    path.write_text("".join(one.line + "\n" for one in links), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(path), *head], capture_output=True, text=True, check=False
    )


def test_the_script_for_auditors_agrees(tmp_path):
    whole = checked_by_the_script(tmp_path / "ledger.jsonl", CHAIN, CHAIN[-1].digest)
    assert (whole.returncode, whole.stdout) == (0, f"OK: 3 entries, last seal {CHAIN[-1].digest}\n")


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("field", ["position", "previous", "content", "digest"])
def test_the_script_finds_every_changed_field(tmp_path, place, field):
    row = json.loads(CHAIN[place].line)
    row[field] = row[field] + 1 if field == "position" else row[field][:-1] + ("0" if row[field][-1] != "0" else "1")
    links = [*CHAIN]
    path = tmp_path / "ledger.jsonl"
    checked_by_the_script(path, links)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[place] = json.dumps(row, ensure_ascii=False)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = subprocess.run([sys.executable, "-I", str(SCRIPT), str(path)], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (1, f"BROKEN at line {place + 1}\n")


def test_the_script_finds_a_ledger_cut_short(tmp_path):
    found = checked_by_the_script(tmp_path / "ledger.jsonl", CHAIN[:2], CHAIN[-1].digest)
    assert found.returncode == 1
    assert found.stdout.startswith("BROKEN after line 2")


def test_the_script_stays_short_enough_to_read():
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) <= 30


@pytest.mark.parametrize("line", ["no JSON", "[1]", '{"position": 2}', ""])
def test_the_script_names_a_line_that_is_no_entry(tmp_path, line):
    path = tmp_path / "ledger.jsonl"
    checked_by_the_script(path, CHAIN)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], line, lines[2]]), encoding="utf-8")
    found = subprocess.run([sys.executable, "-I", str(SCRIPT), str(path)], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (1, "BROKEN at line 2: it is no entry of a ledger\n")
