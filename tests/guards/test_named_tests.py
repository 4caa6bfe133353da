"""What the documents name as proof is there: a table that points to a test nobody runs any more proves nothing."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)((?:::\w+)*)`")
DOCUMENTS = sorted(ROOT.glob("docs/*.md"))


@cache
def named_in(path):
    """Every test of a file, a method with its class."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found.add(f"::{node.name}")
        elif isinstance(node, ast.ClassDef):
            found.add(f"::{node.name}")
            found |= {f"::{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_a_document_names_is_there(document):
    named = NAMED.findall(document.read_text(encoding="utf-8"))
    missing = [
        path + test for path, test in named if not (ROOT / path).exists() or (test and test not in named_in(path))
    ]
    assert missing == []


def test_every_way_of_abuse_names_its_tests():
    rows = [line for line in (ROOT / "docs" / "abuse.md").read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    _head, _line, *tried = rows
    assert tried
    assert [row for row in tried if "::" not in row] == []
