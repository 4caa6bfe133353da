"""Stores every shape of a font once.

Manrope draws each letter with its marks as one outline of several contours, so that the two contours of an "a" stand in
it more than twenty times. Here such a letter becomes a list of the shapes it consists of and where they stand: browsers
draw the same from a quarter less to load. Contours count as one shape only when they are alike in every weight.
"""

from array import array
from dataclasses import dataclass, field

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import ttProgram
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent, GlyphCoordinates
from fontTools.ttLib.tables.TupleVariation import TupleVariation
from fontTools.varLib.iup import iup_delta

# Where something stands in the lightest weight, and how far it goes from there to the boldest: x, y, dx, dy.
Place = tuple[int, int, int, int]
ORIGIN: Place = (0, 0, 0, 0)
AS_OFFSETS = 0x0002  # What a component carries are x and y, not numbers of points.
EDGES = 4  # After its points a glyph lists where its edges are.


@dataclass(frozen=True)
class Contour:
    """A closed line: its points as seen from the first one, which of them it passes through, where the first stands."""

    points: tuple[Place, ...]
    passes: tuple[int, ...]
    place: Place

    def moved(self, by: Place) -> "Contour":
        """Return the same line elsewhere."""
        return Contour(self.points, self.passes, _sum(self.place, by))


Outline = tuple[Contour, ...]


@dataclass
class Shapes:
    """The shapes met so far, by what their first contour looks like."""

    by_look: dict[object, list[tuple[str, Outline]]] = field(default_factory=dict)

    def learn(self, name: str, outline: Outline) -> None:
        """Remember a shape and the glyph that draws it."""
        self.by_look.setdefault(_look(outline[0]), []).append((name, outline))

    def largest_in(self, outline: Outline) -> tuple[str, Place, Outline] | None:
        """Return the shape of most points in an outline: its glyph, how far it is moved, and what it draws; or none."""
        found = [
            (name, by, drawn)
            for contour in outline
            for name, shape in self.by_look.get(_look(contour), ())
            for by in [_difference(contour.place, shape[0].place)]
            for drawn in [tuple(one.moved(by) for one in shape)]
            if set(drawn) <= set(outline)
        ]
        return max(found, key=lambda one: sum(len(contour.points) for contour in one[2]), default=None)


def store_once(font: TTFont) -> None:
    """Draw glyphs by other glyphs as far as they share shapes; the font must have one axis and one step along it."""
    outlines = {
        name: outline_of(font, name) for name in font.getGlyphOrder() if font["glyf"][name].numberOfContours > 0
    }
    shapes = Shapes()
    for name in sorted(outlines, key=lambda name: len(outlines[name])):
        rest, parts = outlines[name], []
        while found := shapes.largest_in(rest):
            shape, by, drawn = found
            parts.append((shape, by))
            rest = tuple(contour for contour in rest if contour not in drawn)
        if not parts:
            shapes.learn(name, rest)
            continue
        for contour in rest:
            part = f"{name}.part{len(parts)}"
            draw(font, part, contour)
            shapes.learn(part, (contour,))
            parts.append((part, ORIGIN))
        compose(font, name, parts)
    font.setGlyphOrder(font["glyf"].glyphOrder)


def outline_of(font: TTFont, name: str) -> Outline:
    """Return the contours of a glyph, with the way each point goes from the lightest weight to the boldest."""
    glyph, ways = font["glyf"][name], ways_of(font, name)
    outline, first = [], 0
    for last in glyph.endPtsOfContours:
        here = range(first, last + 1)
        points: list[Place] = [(*glyph.coordinates[i], *ways[i]) for i in here]
        seen = tuple(_difference(point, points[0]) for point in points)
        outline.append(Contour(seen, tuple(glyph.flags[i] & 1 for i in here), points[0]))
        first = last + 1
    return tuple(outline)


def ways_of(font: TTFont, name: str) -> list[tuple[int, int]]:
    """Return how far each point and edge of a glyph goes; points that the font leaves out go as their neighbours do."""
    glyph = font["glyf"][name]
    places = [*glyph.coordinates, *[(0, 0)] * EDGES]
    variations = font["gvar"].variations.get(name)
    if not variations:
        return [(0, 0)] * len(places)
    (variation,) = variations
    ways = iup_delta(variation.coordinates, places, list(glyph.endPtsOfContours))
    return [(round(dx), round(dy)) for dx, dy in ways]


def draw(font: TTFont, name: str, contour: Contour) -> None:
    """Add a glyph of a single contour that no text asks for."""
    points = [_sum(point, contour.place) for point in contour.points]
    glyph = Glyph()
    glyph.numberOfContours = 1
    glyph.endPtsOfContours = [len(points) - 1]
    glyph.coordinates = GlyphCoordinates([(x, y) for x, y, _, _ in points])
    glyph.flags = array("B", contour.passes)
    glyph.program = ttProgram.Program()
    glyph.program.fromBytecode(b"")
    font["glyf"][name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"].metrics[name] = (0, glyph.xMin)
    vary(font, name, [(dx, dy) for _, _, dx, dy in points], [(0, 0)] * EDGES)


def compose(font: TTFont, name: str, parts: list[tuple[str, Place]]) -> None:
    """Let a glyph draw others, each moved by so much."""
    edges = ways_of(font, name)[-EDGES:]
    glyph = Glyph()
    glyph.numberOfContours = -1
    glyph.components = []
    for part, (x, y, _, _) in parts:
        component = GlyphComponent()
        component.glyphName, component.x, component.y, component.flags = part, x, y, AS_OFFSETS
        glyph.components.append(component)
    font["glyf"][name] = glyph
    glyph.recalcBounds(font["glyf"])
    vary(font, name, [(dx, dy) for _, (_, _, dx, dy) in parts], edges)


def vary(font: TTFont, name: str, ways: list[tuple[int, int]], edges: list[tuple[int, int]]) -> None:
    """Say how far the points or parts of a glyph go until the boldest weight, and its edges."""
    font["gvar"].variations[name] = [TupleVariation({"wght": (0.0, 1.0, 1.0)}, [*ways, *edges])]


def _look(contour: Contour) -> object:
    return contour.points, contour.passes


def _sum(one: Place, other: Place) -> Place:
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3])


def _difference(one: Place, other: Place) -> Place:
    return (one[0] - other[0], one[1] - other[1], one[2] - other[2], one[3] - other[3])
