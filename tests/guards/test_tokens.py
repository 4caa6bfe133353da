"""The contrast of everything that is read, recomputed from the values in tokens.css by the formula of WCAG 2.2."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKENS = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
TEXT, CONTROL = 4.5, 3.0

# What is written in which colour on which ground. A new pair in a style sheet belongs here.
WRITTEN = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("canvas", "surface", "sunken", "hover")),
    *((ink, "raised") for ink in ("ink", "ink-2")),
    *((ink, soft) for ink in ("ink", "ink-2") for soft in ("jade-soft", "cham-soft", "nghe-soft", "son-soft")),
    *(("jade", ground) for ground in ("canvas", "surface", "sunken", "hover")),
    *(("jade-strong", ground) for ground in ("canvas", "surface", "jade-soft", "jade-line")),
    *(("cham", ground) for ground in ("surface", "cham-soft")),
    *(("nghe", ground) for ground in ("canvas", "surface", "nghe-soft")),
    *(("son", ground) for ground in ("canvas", "surface", "hover", "son-soft")),
    ("on-jade", "jade"),
    ("on-jade", "jade-strong"),
    ("surface", "ink"),
    ("surface", "son"),
    ("qr-ink", "qr-paper"),
]
# Borders that alone show where something can be pressed or written, the ring of focus, and marks beside words.
DRAWN = [
    *((line, ground) for line in ("control", "focus") for ground in ("canvas", "surface")),
    *(("jade", ground) for ground in ("surface", "jade-soft")),
    ("son", "surface"),
    *((series, "surface") for series in ("d1", "d2", "d3", "d4", "d5", "o1", "o2")),
]


def _values(start):
    """Name and value of each token in the block that opens after ``start``."""
    block = TOKENS[TOKENS.index(start) :]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", block[: block.index("}")]))


LIGHT = _values(":root {")
DARK_BY_SYSTEM = _values(':root:not([data-theme="light"]) {')
DARK_BY_CHOICE = _values(':root[data-theme="dark"] {')
THEMES = {"light": LIGHT, "dark": LIGHT | DARK_BY_CHOICE}


def _luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _weak(pairs, values, least):
    return {
        (a, b): round(_contrast(values[a], values[b]), 2) for a, b in pairs if _contrast(values[a], values[b]) < least
    }


def test_the_formula_agrees_with_the_published_extremes():
    assert (_contrast("#000000", "#ffffff"), _contrast("#777777", "#777777")) == (21.0, 1.0)


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read(theme):
    assert _weak(WRITTEN, THEMES[theme], TEXT) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_every_control_can_be_found(theme):
    assert _weak(DRAWN, THEMES[theme], CONTROL) == {}


def test_dark_is_the_same_whether_the_system_or_the_reader_chose_it():
    assert DARK_BY_SYSTEM == DARK_BY_CHOICE


def test_dark_changes_every_colour_but_those_of_the_scanner():
    colours = {name for name, value in LIGHT.items() if value.startswith("#")}
    assert colours - DARK_BY_CHOICE.keys() == {"qr-paper", "qr-ink"}


def test_charts_on_paper_have_the_colours_of_charts_on_screen():
    source = (ROOT / "templates/components/bar.html").read_text(encoding="utf-8")
    drawn = dict(re.findall(r"'(\w+)': '(#\w{6})'", source))
    names = {f"f{n}": f"d{n}" for n in range(1, 6)} | {f"o{n}": f"o{n}" for n in range(1, 4)} | {"line": "line"}
    assert drawn == {cls: LIGHT[token] for cls, token in names.items()}


def test_the_browsers_own_bar_has_the_colour_of_the_page():
    source = (ROOT / "templates/base.html").read_text(encoding="utf-8")
    named = dict(re.findall(r'content="(#\w{6})" media="\(prefers-color-scheme: (\w+)\)"', source))
    assert named == {LIGHT["canvas"]: "light", DARK_BY_CHOICE["canvas"]: "dark"}


def test_style_sheets_name_only_tokens_that_exist():
    sheets = "".join(
        (ROOT / "static/css" / f"{name}.css").read_text(encoding="utf-8") for name in ("app", "screens", "print")
    )
    assert set(re.findall(r"var\(--([\w-]+)\)", sheets)) - LIGHT.keys() == set()
