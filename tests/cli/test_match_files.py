import json

import pytest
from click.testing import CliRunner

from matchmaker.cli.match import match

PROFILES = [
    {"id": "e1", "side": "exhibitor", "lang": "vi", "offers": ["gạch ốp lát", "ngói đất nung"]},
    {"id": "e2", "side": "exhibitor", "lang": "en", "offers": ["roasted coffee"], "needs": None},
    {"id": "b1", "side": "buyer", "lang": "en", "needs": ["floor tiles"], "certificates": ["iso9001"]},
    {"id": "b2", "side": "buyer", "lang": "vi", "needs": ["cà phê rang xay"]},
]


def _write(path, records):
    lines = [record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def _read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _run(*arguments):
    return CliRunner().invoke(match, [str(argument) for argument in arguments])


def _rank(tmp_path, queries, *more):
    out = tmp_path / "r.jsonl"
    profiles = _write(tmp_path / "p.jsonl", PROFILES)
    asked = _write(tmp_path / "q.jsonl", queries)
    return _run("rank", "--profiles", profiles, "--queries", asked, "--out", out, *more), out


def test_rank_answers_every_query_with_a_score_that_adds_up_and_a_quoted_pair(tmp_path):
    queries = [
        {"id": "q1", "text": "wall tiles", "lang": "en", "side_wanted": "exhibitor", "asker": "b1", "exclude": []},
        {"id": 2, "text": "coffee", "lang": None, "side_wanted": "buyer", "asker": None, "exclude": ["b1"]},
    ]
    result, out = _rank(tmp_path, queries)
    assert result.exit_code == 0, result.output
    found = _read(out)
    assert [(line["id"], [place["id"] for place in line["ranked"]]) for line in found] == [
        ("q1", ["e1", "e2"]),
        ("2", ["b2"]),
    ]
    best = found[0]["ranked"][0]
    assert sum(best["contributions"].values()) == pytest.approx(best["score"], abs=1e-9)
    assert best["best_pair"] == {"need": "wall tiles", "offer": "gạch ốp lát"}
    assert [len(term) for term in best["terms"]] == [3] * len(best["terms"])


def test_the_same_files_give_the_same_bytes(tmp_path):
    query = [{"id": "q", "text": "gach op lat", "lang": "vi", "side_wanted": "exhibitor"}]
    first = _rank(tmp_path, query)[1].read_bytes()
    assert _rank(tmp_path, query)[1].read_bytes() == first


def test_too_few_answers_leave_the_ranking_as_it_is(tmp_path):
    query = [{"id": "q", "text": "tiles", "lang": "en", "side_wanted": "exhibitor"}]
    plain = _rank(tmp_path, query)[1].read_bytes()
    answers = _write(
        tmp_path / "f.jsonl",
        [{"query": "tiles", "asker": "b1", "answered": [{"id": "e2", "grade": 4}], "at": "2026-01-01"}],
    )
    result, out = _rank(tmp_path, query, "--feedback", answers)
    assert (result.exit_code, out.read_bytes()) == (0, plain)
    assert "too_few_answers" in result.stderr


def test_a_taxonomy_teaches_words_the_product_does_not_know(tmp_path):
    for lang, word in (("vi", "quỳnh tương"), ("en", "zorblax")):
        (tmp_path / "taxonomy" / lang).mkdir(parents=True)
        _write(tmp_path / "taxonomy" / lang / "categories.txt", [f"id/1 : {word}"])
    profiles = [{"id": "x", "side": "exhibitor", "lang": "en", "offers": ["zorblax"]}, *PROFILES]
    out = tmp_path / "r.jsonl"
    asked = _write(tmp_path / "q.jsonl", [{"id": "q", "text": "quỳnh tương", "lang": "vi", "side_wanted": "exhibitor"}])
    arguments = ["rank", "--profiles", _write(tmp_path / "p.jsonl", profiles), "--queries", asked, "--out", out]
    assert _run(*arguments, "--taxonomy", tmp_path / "taxonomy", "--top", 1).exit_code == 0
    assert _read(out)[0]["ranked"][0]["id"] == "x"


def test_lists_give_every_profile_the_other_side(tmp_path):
    out = tmp_path / "l.jsonl"
    result = _run("lists", "--profiles", _write(tmp_path / "p.jsonl", PROFILES), "--out", out, "--capacity", 1)
    assert result.exit_code == 0, result.output
    found = {line["id"]: [place["id"] for place in line["list"]] for line in _read(out)}
    assert found == {"e1": ["b1"], "e2": ["b2"], "b1": ["e1"], "b2": ["e2"]}


def test_plan_keeps_everyones_capacity(tmp_path):
    scores = [
        {"a": "x", "b": "1", "score": 0.9},
        {"a": "x", "b": "2", "score": 0.8},
        {"a": "y", "b": "1", "score": 0.8},
    ]
    capacity = [{"id": name, "capacity": 1} for name in ("x", "y", "1", "2")]
    out = tmp_path / "m.jsonl"
    result = _run(
        "plan",
        "--scores",
        _write(tmp_path / "s.jsonl", scores),
        "--capacity",
        _write(tmp_path / "c.jsonl", capacity),
        "--out",
        out,
    )
    assert result.exit_code == 0, result.output
    assert _read(out) == [{"a": "x", "b": "2"}, {"a": "y", "b": "1"}]


def test_learn_scores_pairs_one_sided_and_reciprocal(tmp_path):
    train = [
        {"a": "a", "b": f"{n}", "features": {"fit": n % 2, "gap": None}, "grade": n % 2, "at": n} for n in range(60)
    ]
    apply = [{"a": "u", "b": "v", "features": {"fit": 1}}, {"a": "v", "b": "u", "features": {"fit": 0}}]
    out = tmp_path / "s.jsonl"
    result = _run(
        "learn",
        "--pairs",
        _write(tmp_path / "t.jsonl", train),
        "--apply",
        _write(tmp_path / "a.jsonl", apply),
        "--out",
        out,
    )
    assert result.exit_code == 0, result.output
    one, other = _read(out)
    assert (one["a"], one["b"], other["a"], other["b"]) == ("u", "v", "v", "u")
    assert one["score"] > one["reciprocal"] == other["reciprocal"] > other["score"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: this is not JSON"),
        ("[1]", "line 2: an object is expected"),
        ('{"side": "buyer"}', 'line 2: "id" is missing'),
        ('{"id": "x", "side": "both"}', 'line 2: "side" must be "exhibitor" or "buyer"'),
        ('{"id": "x", "side": "buyer", "needs": "tiles"}', 'line 2: "needs" must be a list of texts'),
        ('{"id": "x", "side": "buyer", "lang": 3}', 'line 2: "lang" must be a text or null'),
        ('{"id": "e1", "side": "buyer"}', 'line 2: the id "e1" is there twice'),
        (f'{{"id": {"9" * 5000}, "side": "buyer"}}', "line 2: this is not JSON"),
        ("[" * 100_000, "line 2: this is not JSON"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path, line, message):
    out = tmp_path / "l.jsonl"
    out.write_text("kept")
    result = _run("lists", "--profiles", _write(tmp_path / "p.jsonl", [PROFILES[0], line]), "--out", out)
    assert (result.exit_code, out.read_text()) == (1, "kept")
    assert message in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["l.jsonl", "p.jsonl"]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"id": "x", "capacity": 1.5}, '"capacity" must be a whole number of 0 or more'),
        ({"id": "x", "capacity": "many"}, '"capacity" must be a number'),
        ({"id": "x", "capacity": 10**400}, '"capacity" must be a number'),
        ('{"id": "x", "capacity": NaN}', '"capacity" must be a number'),
        ({"id": "y", "capacity": 2}, 'line 2: the id "y" is there twice'),
    ],
)
def test_a_bad_capacity_is_refused(tmp_path, record, message):
    scores = _write(tmp_path / "s.jsonl", [{"a": "x", "b": "y", "score": 1}])
    capacity = _write(tmp_path / "c.jsonl", [{"id": "y", "capacity": 1}, record])
    result = _run("plan", "--scores", scores, "--capacity", capacity, "--out", tmp_path / "m")
    assert result.exit_code == 1
    assert message in result.stderr


def test_a_line_that_is_not_text_is_named(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_bytes(b'{"id": "x", "side": "buyer"}\n{"id": "y", "side": "buyer", "needs": ["caf\xe9"]}\n')
    result = _run("lists", "--profiles", path, "--out", tmp_path / "l")
    assert result.exit_code == 1
    assert "line 2: this is not UTF-8 text" in result.stderr


def test_what_other_programs_put_into_a_file_changes_nothing(tmp_path):
    """A mark before the text, Windows line ends, blank lines, keys of others, and fields that were left out."""
    text = "\r\n".join(["", *(json.dumps({**record, "phone": {"x": [1]}}) for record in PROFILES), "  ", ""])
    plain, odd = tmp_path / "plain.jsonl", tmp_path / "odd.jsonl"
    _write(plain, PROFILES)
    odd.write_bytes(b"\xef\xbb\xbf" + text.encode())
    found = []
    for path in (plain, odd):
        out = tmp_path / "r.jsonl"
        queries = _write(tmp_path / "q.jsonl", [{"id": "q", "text": "tiles"}])
        assert _run("rank", "--profiles", path, "--queries", queries, "--out", out).exit_code == 0
        found.append(out.read_bytes())
    assert found[0] == found[1]
    assert _read(out)[0]["ranked"][0]["id"] == "e1"


def test_a_broken_character_comes_out_as_it_went_in(tmp_path):
    out = tmp_path / "l.jsonl"
    profiles = [PROFILES[2], '{"id": "s\\ud800", "side": "exhibitor", "offers": ["tiles \\udc00"]}']
    assert _run("lists", "--profiles", _write(tmp_path / "p.jsonl", profiles), "--out", out).exit_code == 0
    assert _read(out)[0]["list"][0]["id"] == "s\ud800"


def test_empty_files_are_answered_with_empty_files(tmp_path):
    nothing, out = tmp_path / "nothing.jsonl", tmp_path / "out.jsonl"
    nothing.write_bytes(b"")
    query = _write(tmp_path / "q.jsonl", [{"id": "q", "text": "tiles"}])
    for arguments, expected in (
        (("lists", "--profiles", nothing), []),
        (("plan", "--scores", nothing, "--capacity", nothing), []),
        (("rank", "--profiles", nothing, "--queries", query), [{"id": "q", "ranked": []}]),
    ):
        assert _run(*arguments, "--out", out).exit_code == 0, arguments
        assert _read(out) == expected
