import pytest

from matchmaker.domain.pair_rules import Member, RuleSide, SideKind, resolve

GROUP_A, GROUP_B = RuleSide(SideKind.GROUP, "a"), RuleSide(SideKind.GROUP, "b")
KOREA, VIETNAM = RuleSide(SideKind.COUNTRY, "KR"), RuleSide(SideKind.COUNTRY, "VN")
MEMBERS = (
    Member("one", frozenset({"VN"}), frozenset({"a"})),
    Member("two", frozenset({"VN", "KR"}), frozenset({"b"})),
    Member("three", frozenset({"JP"}), frozenset({"a", "b"})),
    Member("four", frozenset({"JP"})),
)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (GROUP_A, GROUP_B, {"one two", "one three", "two three", "three three"}),
        (GROUP_A, GROUP_A, {"one one", "one three", "three three"}),
        (VIETNAM, KOREA, {"one two", "two two"}),
        (RuleSide(SideKind.COMPANY, "four"), VIETNAM, {"four one", "four two"}),
        (RuleSide(SideKind.COMPANY, "nobody"), VIETNAM, set()),
    ],
)
def test_a_rule_keeps_apart_whom_its_sides_mean_in_either_order(one, other, apart):
    rules = resolve([(one, other)], MEMBERS)
    names = [member.company for member in MEMBERS]
    found = {frozenset((a, b)) for a in names for b in names if rules.forbids(a, b)}
    assert found == {frozenset(pair.split()) for pair in apart}
    assert {frozenset(pair) for pair in rules.pairs(names, names)} == found
    assert all(rules.forbids(b, a) for a, b in rules.pairs(names, names))


def test_pairs_are_those_of_one_side_of_the_fair_with_the_other():
    rules = resolve([(GROUP_A, GROUP_B)], MEMBERS)
    assert list(rules.pairs(["two"], ["one", "four"])) == [("two", "one")]
