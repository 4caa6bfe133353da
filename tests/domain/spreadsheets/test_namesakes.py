from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.domain.names import same_company
from matchmaker.domain.spreadsheets.namesakes import Namesakes

NAMES = ["Công ty TNHH Hòa Mai", "Công ty TNHH Hoa Mai", "HOA MAI", "Hoa Mai JSC", "Cong ty CP Hoa Mai", "Sao Mai"]
COMPANIES = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES),
        "tax_code": st.sampled_from([None, "0101234567", "0101234567-001"]),
        "country": st.sampled_from([None, "VN", "SG"]),
    }
)


def are_one(first, second):
    if first["tax_code"] is not None and first["tax_code"] == second["tax_code"]:
        return True
    facts = [(first[fact], second[fact]) for fact in ("tax_code", "country")]
    return same_company(first["name"], second["name"]) and all(None in pair or pair[0] == pair[1] for pair in facts)


@settings(max_examples=60, deadline=None)
@given(st.lists(COMPANIES, max_size=12))
def test_the_index_finds_what_comparing_every_pair_finds(companies):
    expected = [None] * len(companies)
    for (earlier, first), (later, second) in combinations(enumerate(companies), 2):
        if expected[later] is None and are_one(first, second):
            expected[later] = earlier
    seen = Namesakes()
    assert [seen.meet(row=row, **company) for row, company in enumerate(companies)] == expected
