"""The two hand-written trade files: the category tree and the bilingual vocabulary."""

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "matchmaker" / "data"

CATEGORY_COLUMNS = [
    "code",
    "parent",
    "name_vi",
    "name_en",
    "synonyms_vi",
    "synonyms_en",
    "stage",
    "hs_prefixes",
    "vsic_divisions",
    "ocop_group",
]
STAGES = {"raw_material", "manufacture", "distribution", "retail", "recycling", "service"}
OCOP_GROUPS = {"food", "drinks", "herbs", "handicraft", "ornamental", "tourism"}
# VSIC 2025 follows ISIC Rev. 5, which also dissolved division 45 (motor trade) into 46, 47 and 95.
NUMBERS_NO_VSIC_DIVISION_BEARS = {4, 34, 40, 44, 45, 48, 54, 57, 67, 76, 83, 89}
HS_CHAPTER_KEPT_EMPTY = "77"

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
HS_PREFIX = re.compile(r"\d{2}(\d{2})?")
# Modern placement writes hòa and thủy; the older hoà and thuỷ would be another word to an exact comparison.
OLD_TONE_PLACEMENT = re.compile(r"(?<!q)u[ýỳỷỹỵ]\b|o[àáảãạèéẻẽẹ]\b", re.IGNORECASE)


def read(name):
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def header(name):
    return (DATA / name).read_text(encoding="utf-8").splitlines()[0].split(",")


def folded(text):
    """The text without case, diacritics or surplus space, as search compares it."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def untidy(rows):
    """Every cell that is not NFC, is written with old tone marks, or carries stray space."""
    return [
        cell
        for row in rows
        for cell in row.values()
        if cell != unicodedata.normalize("NFC", cell)
        or cell != " ".join(cell.split())
        or OLD_TONE_PLACEMENT.search(cell)
    ]


def repeated(values):
    return sorted(value for value, count in Counter(values).items() if count > 1)


@pytest.fixture(scope="module")
def categories():
    return read("categories.csv")


@pytest.fixture(scope="module")
def sectors(categories):
    return [row["code"] for row in categories if not row["parent"]]


@pytest.fixture(scope="module")
def vocabulary():
    return read("vocabulary.csv")


class TestCategories:
    def test_its_columns_are_the_ones_the_tree_is_read_by(self):
        assert header("categories.csv") == CATEGORY_COLUMNS

    def test_no_code_and_no_name_stands_twice(self, categories):
        twice = {column: repeated(row[column] for row in categories) for column in ("code", "name_vi", "name_en")}

        assert twice == {"code": [], "name_vi": [], "name_en": []}

    def test_codes_are_kebab_case_and_begin_with_their_sector(self, categories):
        odd = [row["code"] for row in categories if not KEBAB.fullmatch(row["code"])]
        astray = [
            row["code"] for row in categories if row["parent"] and not row["code"].startswith(row["parent"] + "-")
        ]

        assert (odd, astray) == ([], [])

    def test_the_tree_has_two_levels_and_every_parent_is_a_sector(self, categories, sectors):
        assert [row["code"] for row in categories if row["parent"] and row["parent"] not in sectors] == []

    def test_each_of_the_sixteen_sectors_offers_a_choice_that_fits_one_screen(self, categories, sectors):
        nodes = Counter(row["parent"] for row in categories if row["parent"])

        assert len(sectors) == 16
        assert {code: nodes[code] for code in sectors if not 8 <= nodes[code] <= 12} == {}

    def test_every_node_is_named_and_paraphrased_in_both_languages(self, categories):
        columns = ("name_vi", "name_en", "synonyms_vi", "synonyms_en")

        assert [(row["code"], column) for row in categories for column in columns if not row[column]] == []

    @pytest.mark.parametrize("column", ["synonyms_vi", "synonyms_en", "hs_prefixes", "vsic_divisions"])
    def test_lists_hold_neither_empty_nor_repeated_nor_padded_entries(self, categories, column):
        broken = []
        for row in categories:
            entries = row[column].split("|") if row[column] else []
            tidy = [entry.strip() for entry in entries]
            if "" in tidy or tidy != entries or repeated(entry.lower() for entry in entries):
                broken.append(row["code"])

        assert broken == []

    def test_every_stage_is_known_and_used(self, categories):
        assert {row["stage"] for row in categories} == STAGES

    def test_services_can_be_chosen_in_every_sector(self, categories, sectors):
        serving = {row["parent"] for row in categories if row["parent"] and row["stage"] == "service"}

        assert serving == set(sectors)

    def test_hs_prefixes_are_chapters_or_headings(self, categories):
        prefixes = {prefix for row in categories for prefix in row["hs_prefixes"].split("|") if prefix}
        impossible = {
            prefix
            for prefix in prefixes
            if not HS_PREFIX.fullmatch(prefix) or not "01" <= prefix[:2] <= "97" or prefix[:2] == HS_CHAPTER_KEPT_EMPTY
        }

        assert impossible == set()

    def test_vsic_divisions_exist_in_the_two_digit_list(self, categories):
        divisions = {f"{number:02}" for number in range(1, 100) if number not in NUMBERS_NO_VSIC_DIVISION_BEARS}
        used = {division for row in categories for division in row["vsic_divisions"].split("|")}

        assert used - divisions == set()

    def test_every_ocop_group_has_a_place_in_the_tree(self, categories):
        assert {row["ocop_group"] for row in categories if row["ocop_group"]} == OCOP_GROUPS

    def test_it_is_written_in_nfc_with_modern_tone_marks_and_no_stray_space(self, categories):
        assert untidy(categories) == []


class TestVocabulary:
    def test_its_columns_are_a_pair_and_its_sector(self):
        assert header("vocabulary.csv") == ["vi", "en", "sector"]

    def test_it_is_large_enough_to_learn_from(self, vocabulary):
        assert len(vocabulary) >= 2500

    def test_every_pair_is_complete_and_free_of_commas(self, vocabulary):
        assert [row for row in vocabulary if not row["vi"] or not row["en"] or "," in row["vi"] + row["en"]] == []

    def test_it_speaks_of_every_sector_and_of_no_other(self, vocabulary, sectors):
        sizes = Counter(row["sector"] for row in vocabulary)

        assert set(sizes) == set(sectors)
        assert {sector: size for sector, size in sizes.items() if size < 50} == {}

    def test_no_pair_stands_twice_even_under_other_accents_or_case(self, vocabulary):
        assert repeated((folded(row["vi"]), folded(row["en"])) for row in vocabulary) == []

    def test_it_is_sorted_so_that_changes_read_well(self, vocabulary):
        order = [(row["sector"], row["vi"], row["en"]) for row in vocabulary]

        assert order == sorted(order)

    def test_it_is_written_in_nfc_with_modern_tone_marks_and_no_stray_space(self, vocabulary):
        assert untidy(vocabulary) == []

    def test_its_words_recur_so_that_alignment_can_learn_them(self, vocabulary):
        pairs = Counter(word for row in vocabulary for word in set(row["en"].lower().split()))
        seen_often = [
            word for word in ("cotton", "wooden", "children's", "paper", "bamboo", "organic") if pairs[word] >= 10
        ]

        assert seen_often == ["cotton", "wooden", "children's", "paper", "bamboo", "organic"]
