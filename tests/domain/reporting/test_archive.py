"""The rows of a report come back from their plain values as they were."""

from matchmaker.domain.deals.chain import canonical
from matchmaker.domain.reporting.archive import packed, rows_from
from matchmaker.domain.reporting.rows import FairRows


def test_who_works_for_the_fair_is_kept_in_one_order_and_read_again():
    rows = FairRows(staff=frozenset({"b", "a"}))
    plain = packed(rows)
    assert plain["staff"] == ["a", "b"]
    assert canonical(plain)
    assert rows_from(plain) == rows
