"""The font of the pages draws what its source draws; it only takes less to say so."""

import io

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from matchmaker import assets, font
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def made():
    assets.build(ROOT)
    return TTFont(ROOT / "static/fonts/manrope-vn.woff2")


@pytest.fixture(scope="module")
def whole():
    return TTFont(io.BytesIO(font.source()))


def _lines(glyphs, name):
    """The points of each closed line of a glyph, however it is put together."""
    pen = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    lines = []
    for step, points in pen.value:
        if step == "moveTo":
            lines.append([])
        lines[-1] += points
    return lines


def _furthest(ours, theirs):
    """How far any of our lines is from the nearest of theirs, in units of which a letter's height has two thousand."""
    if sorted(map(len, ours)) != sorted(map(len, theirs)):
        return 2000
    return max((min(_apart(one, other) for other in theirs) for one in ours), default=0)


def _apart(one, other):
    if len(one) != len(other):
        return 2000
    return max(abs(x - u) + abs(y - v) for (x, y), (u, v) in zip(one, other, strict=True))


@pytest.mark.parametrize("weight", [400, 450, 650, 800])
def test_every_letter_is_drawn_and_spaced_as_in_its_source(made, whole, weight):
    place = {"wght": weight}
    ours, theirs = made.getGlyphSet(location=place), whole.getGlyphSet(location=place)
    ours_by, theirs_by = made.getBestCmap(), whole.getBestCmap()
    wanted = {code for first, last in font.LETTERS for code in range(first, last + 1)} & theirs_by.keys()
    assert ours_by.keys() == wanted
    apart = {
        chr(code): (
            _furthest(_lines(ours, ours_by[code]), _lines(theirs, theirs_by[code])),
            abs(ours[ours_by[code]].width - theirs[theirs_by[code]].width),
        )
        for code in sorted(wanted)
    }
    assert {letter: by for letter, by in apart.items() if max(by) > 1.5} == {}
