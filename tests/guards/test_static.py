"""What the strict content policy, the budgets of a phone and the design tokens forbid in templates and static files."""

import gzip
import re
from pathlib import Path

import pytest

from matchmaker import assets

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = [path for path in ROOT.glob("templates/**/*.html") if "email" not in path.parts]
SHEETS = [STATIC / "css" / f"{name}.css" for name in ("app", "screens", "print")]
RAW_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|color)\(", re.IGNORECASE)
# The only templates with literal colours; test_tokens.py holds them to the tokens.
LITERAL = {"templates/base.html", "templates/components/bar.html"}

KB = 1024
JS_LIMIT, FONT_LIMIT, STYLES_LIMIT, FIRST_LOAD_LIMIT, PAGE = 6 * KB, 28 * KB, 20 * KB, 60 * KB, 4 * KB


@pytest.fixture(scope="module", autouse=True)
def derived_files():
    assets.build(ROOT)


def _weight(path):
    content = path.read_bytes()
    return len(content) if path.suffix == ".woff2" else len(gzip.compress(content, 9, mtime=0))


def _found(pattern, paths):
    hits = {str(path.relative_to(ROOT)): re.findall(pattern, _without_comments(path)) for path in paths}
    return {name: found for name, found in hits.items() if found}


def _without_comments(path):
    text = path.read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/" if path.suffix == ".css" else r"\{#.*?#\}", "", text, flags=re.DOTALL)


def test_no_template_styles_inline():
    assert _found(r"<style|\sstyle\s*=", TEMPLATES) == {}


def test_no_template_has_script_or_handlers_inline():
    assert _found(r"<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']|javascript:", TEMPLATES) == {}


def test_no_template_embeds_data_or_asks_another_site():
    assert _found(r"[\"'(]data:|(?:src|href|action)=[\"'](?:https?:)?//", TEMPLATES) == {}


def test_no_template_trusts_a_value_as_markup():
    assert _found(r"\|\s*safe\b|autoescape\s+false", TEMPLATES) == {}


def test_every_form_that_posts_carries_the_token():
    whole = re.compile(r"<form\b(?=[^>]*method=\"post\").*?</form>", re.DOTALL)
    bare = {
        str(path.relative_to(ROOT)): form[:80]
        for path in TEMPLATES
        for form in whole.findall(_without_comments(path))
        if "form_token(" not in form
    }
    assert bare == {}


def test_raw_colours_stand_in_the_tokens_alone():
    templates = [path for path in TEMPLATES if str(path.relative_to(ROOT)) not in LITERAL]
    colour = r"(?:fill|stroke|color|content)=\"#[0-9a-fA-F]{3,8}\""
    assert (_found(RAW_COLOUR, SHEETS), _found(colour, templates)) == ({}, {})


def test_sheets_stay_in_their_layers_without_force_or_ids():
    assert _found(r"!important|(?m:^\s*#[\w-]+)|url\((?![\"']\.\./)", SHEETS) == {}


def test_every_icon_that_is_used_is_in_the_sprite():
    calls = _found(r"\bicon\('([\w-]+)'", TEMPLATES)
    assert {name for names in calls.values() for name in names} - assets.ICONS.keys() == set()


def test_the_script_stores_nothing_and_runs_no_text():
    """Only the worker keeps something: what was tapped without a network, until it is sent."""
    texts = r"localStorage|sessionStorage|document\.cookie|\beval\(|innerHTML|\.style\b"
    assert _found(f"{texts}|indexedDB", [STATIC / "js/app.js"]) == {}
    assert _found(texts, [STATIC / "js/agenda-worker.js"]) == {}


def test_the_first_page_loads_on_a_weak_signal():
    script = _weight(STATIC / "js/app.js")
    font = _weight(STATIC / "fonts/manrope-vn.woff2")
    styles = sum(_weight(path) for path in (*SHEETS, STATIC / "css/tokens.css", STATIC / "img/icons.svg"))
    rest = _weight(STATIC / "img/favicon.svg")
    assert script <= JS_LIMIT
    assert font <= FONT_LIMIT
    assert styles <= STYLES_LIMIT
    assert script + font + styles + rest + PAGE <= FIRST_LOAD_LIMIT


def test_derived_files_are_made_once_and_always_alike(tmp_path):
    first, second = (assets.build(folder) for folder in (tmp_path / "one", tmp_path / "two"))
    assert [path.name for path in first] == ["manrope-vn.woff2", "icons.svg"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert assets.build(tmp_path / "one") == []


def test_a_catalogue_is_compiled_again_when_its_text_changes(tmp_path):
    source = tmp_path / "vi.po"
    source.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Save"\nmsgstr "Lưu"\n', "utf-8"
    )
    assert assets.build_catalogue(source) == source.with_suffix(".mo")
    assert assets.build_catalogue(source) is None
    source.write_text(source.read_text("utf-8").replace("Lưu", "Ghi"), "utf-8")
    assert assets.build_catalogue(source) == source.with_suffix(".mo")
    assert b"Ghi" in source.with_suffix(".mo").read_bytes()
