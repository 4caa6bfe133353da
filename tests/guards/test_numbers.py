"""Numbers that people read go through the filters, which know the language: 33,3% in Vietnamese, 33.3% in English."""

import re
from pathlib import Path

import pytest

from matchmaker.web.filters import places, share

ROOT = Path(__file__).resolve().parents[2]
# The filters themselves, and money, which has its own formatting in the domain.
FILTERS = ROOT / "matchmaker/web/filters.py"
OWN_POINT = re.compile(
    r"\{[^{}\n]*:[+,]?\.\d+[f%]\}|\{[^{}\n]*:,[^{}\n]*\}|%\.\d+f|format\([^()]*[\"']\.\d+[f%][\"']\)"
)
# Lengths in drawings are for the browser.
DRAWN = re.compile(r"(?:x|y|x1|x2|y1|y2|width|height)=\"[^\"]*\"")


def test_no_page_writes_a_decimal_point_of_its_own():
    views = [path for path in (ROOT / "matchmaker/web").rglob("*.py") if path != FILTERS]
    pages = (ROOT / "templates").rglob("*.html")
    texts = {path: DRAWN.sub("", path.read_text("utf-8")) for path in (*views, *pages)}
    found = {str(path.relative_to(ROOT)): OWN_POINT.findall(text) for path, text in texts.items()}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_the_guard_sees_what_it_forbids():
    for text in ('f"{rate * 100:.1f}%"', 'f"{rate:.0%}"', 'f"{count:,}"', "'%.2f'|format(gini)", 'format(rate, ".1f")'):
        assert OWN_POINT.search(text), text


@pytest.mark.parametrize(
    ("lang", "expected"), [("vi", ("33,3%", "33%", "1.234,50", "–")), ("en", ("33.3%", "33%", "1,234.50", "–"))]
)
def test_shares_and_decimals_follow_the_language(app, lang, expected):
    with app.test_request_context(f"/?lang={lang}"):
        assert (share(1 / 3, 1), share(1 / 3), places(1234.5, 2), share(None)) == expected
