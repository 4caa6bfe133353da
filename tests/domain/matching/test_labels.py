import pytest

from matchmaker.domain.matching.labels import read_categories, read_taxonomy, read_vocabulary
from matchmaker.domain.matching.profiles import Category, LabelPair


def test_a_taxonomy_is_joined_by_id_and_teaches_the_last_name_of_a_path():
    vi = ["# Tiêu đề", "g/1 : Đồ ăn > Cà phê", "g/2 : Đỏ [Màu sắc]", "g/9 : Chỉ tiếng Việt", "no id"]
    en = ["g/1 : Food > Coffee", "g/2 : Red [Colour]", "g/3 : Only English"]
    assert read_taxonomy(vi, en) == [LabelPair(vi="Cà phê", en="Coffee"), LabelPair(vi="Đỏ", en="Red")]


def test_categories_and_vocabulary_are_read_from_csv():
    head = "code,parent,name_vi,name_en,synonyms_vi,synonyms_en,stage"
    assert read_categories([head, "c,,Cà phê,Coffee,cà phê hạt| ,coffee beans,manufacture"]) == [
        Category(
            code="c",
            name_vi="Cà phê",
            name_en="Coffee",
            synonyms_vi=("cà phê hạt",),
            synonyms_en=("coffee beans",),
            stage="manufacture",
        )
    ]
    assert read_vocabulary(["vi,en,sector", "gỗ,wood,wood", ",empty,"]) == [LabelPair(vi="gỗ", en="wood")]


def test_a_missing_column_is_told_by_name():
    with pytest.raises(KeyError, match="parent"):
        read_categories(["code", "c"])
