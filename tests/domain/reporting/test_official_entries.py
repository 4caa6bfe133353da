"""What is typed for the official report is read by its kind, and two savings meet without a loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.reporting.official import ASKED
from matchmaker.domain.reporting.official_entries import NotRead, contradictions, entry_of, merged

NAMES = [one.name for one in ASKED]
statements = st.dictionaries(st.sampled_from(NAMES[:4]), st.sampled_from(["a", "b", "c"]))


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("visitors", "12.400", "12400"),
        ("visitors", "1 234 567", "1234567"),
        ("visitors", " 0012 ", "12"),
        ("net_area", "1.234,50", "1234.5"),
        ("net_area", "1,234.5", "1234.5"),
        ("net_area", "980,00", "980"),
        ("registration_date", "5/9/2026", "2026-09-05"),
        ("registration_date", "29.02.2028", "2028-02-29"),
        ("theme", " Mùa thu ... ", "Mùa thu ..."),
        ("visitors", "", ""),
    ],
)
def test_a_text_is_kept_in_one_form_that_is_read_again_as_itself(name, typed, kept):
    assert entry_of(name, typed) == kept
    assert entry_of(name, kept) == kept


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        *(
            ("visitors", typed, "not_a_number")
            for typed in ("...", "many", "-1", "1.2", "1.23.456", "1.234.5", "٣", "1e5")
        ),
        *(("net_area", typed, "not_a_number") for typed in (",5", "1.234.5")),
        *(("registration_date", typed, "not_a_date") for typed in ("99/99/2026", "29/2/2027", "soon", "1/1/0001")),
    ],
)
def test_what_is_no_number_and_no_day_is_not_read(name, typed, code):
    with pytest.raises(NotRead, match=code):
        entry_of(name, typed)


def test_a_part_above_its_whole_is_named_with_it():
    entries = {
        "visitors": "900",
        "visits": "1000",
        "foreign_visitors": "901",
        "net_area": "20.5",
        "gross_area": "20.50",
    }
    assert contradictions(entries) == {"foreign_visitors": "visitors"}


@given(base=statements, mine=statements, theirs=statements)
def test_nothing_that_one_alone_changed_is_lost_and_the_rest_is_named(base, mine, theirs):
    entries, clashes = merged(base, mine, theirs)
    for name in NAMES:
        before, one, other = (said.get(name, "") for said in (base, mine, theirs))
        is_clash = len({before, one, other}) == 3
        assert (name in clashes) == is_clash
        assert entries[name] == (other if one == before else one)
