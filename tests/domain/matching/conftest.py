import pytest

from matchmaker.domain.matching.matcher import Matcher
from matchmaker.domain.matching.profiles import Category, Item, LabelPair, Profile, Side

LABELS = (
    ("gạch ốp lát", "ceramic tiles"),
    ("gạch", "tile"),
    ("gỗ cao su", "rubber wood"),
    ("gỗ", "wood"),
    ("ván ép", "plywood"),
    ("ván", "board"),
    ("cà phê", "coffee"),
    ("cà phê rang xay", "roasted ground coffee"),
    ("hạt điều", "cashew nuts"),
    ("bao bì giấy", "paper packaging"),
    ("giấy", "paper"),
    ("bao bì", "packaging"),
    ("máy in", "printer"),
    ("dệt may", "textile and garment"),
    ("vải", "fabric"),
    ("gốm sứ", "ceramics"),
)
CATEGORIES = (
    Category(code="food", name_vi="thực phẩm", name_en="food"),
    Category(code="coffee", parent="food", name_vi="cà phê", name_en="coffee"),
    Category(code="nuts", parent="food", name_vi="hạt", name_en="nuts"),
    Category(code="roasted", parent="coffee", name_vi="cà phê rang", name_en="roasted coffee"),
    Category(code="build", name_vi="xây dựng", name_en="construction"),
)


@pytest.fixture(scope="session")
def matcher():
    return Matcher.fit([LabelPair(vi=vi, en=en) for vi, en in LABELS], CATEGORIES)


def items(*texts):
    return tuple(Item(id=str(number), text=text) for number, text in enumerate(texts))


def exhibitor(id_, *offers, **fields):
    return Profile(id=id_, side=Side.EXHIBITOR, offers=items(*offers), **fields)


def buyer(id_, *needs, **fields):
    return Profile(id=id_, side=Side.BUYER, needs=items(*needs), **fields)
