"""How a report counts, in words: the same sentences on the page, on paper and in the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from matchmaker.web.filters import money_short

if TYPE_CHECKING:
    from flask_babel import LazyString

    from matchmaker.domain.money.amount import Money

# Each rule of counting as its short form and its explanation.
RULES: tuple[tuple[LazyString, LazyString], ...] = (
    (
        _l("Meetings, pairs and deals are counted apart."),
        _l(
            "A pair can meet twice and make one deal; one meeting can lead to several. "
            "A value belongs to a deal, never to a meeting."
        ),
    ),
    (
        _l("Held means that both sides were there."),
        _l("Walk-ins had no place in the schedule. Meetings held online are counted apart."),
    ),
    (
        _l("Both sides report without seeing each other’s figure."),
        _l(
            "Within 20 percent of the larger one, their mean counts. Further apart the lower one counts and the "
            "deal is marked. One report alone is marked as one-sided. The two are never added."
        ),
    ),
    (
        _l("A deal shows its highest kind only."),
        _l(
            "When an MoU becomes a contract, the contract’s value takes the place of the MoU’s. “No fit” and "
            "“follow-up” are counted without a value."
        ),
    ),
    (
        _l("A value on a meeting that was not held is refused."),
        _l(
            "Contracts of an official register count by themselves, on the organizer’s word, and are shown as "
            "such. A pair of the register without a meeting in the schedule gets one on record as held outside it."
        ),
    ),
    (
        _l("Values are estimates of those who made the deal."),
        _l("Goods delivered or paid stand in a figure of their own and are never part of the total."),
    ),
    (
        _l("International means that one company is registered outside the fair’s country."),
        _l(
            "A deal is listed under the country of the foreign partner, and under the sector of the exhibitor’s "
            "first offer."
        ),
    ),
    (
        _l("The reporting rate is the share of held meetings of which at least one side said what came of them."),
        _l("A meeting of which nobody spoke adds nothing to any value."),
    ),
    (
        _l("Direction, horizon and currency split the same total."),
        _l(
            "The direction follows from the countries of registration, seen from the fair’s. Of two horizons the later "
            "counts. Where two sides used different currencies, the deal is listed under the report’s own."
        ),
    ),
    (
        _l("Companies that came with help are those whose journey the fair paid or that a programme supported."),
        _l("A deal is theirs when one of its two sides is such a company. A company can be both."),
    ),
    (
        _l("Median, largest deal and largest tenth are taken over the deals that name a value."),
        _l("The tenth is rounded up to whole deals; of an even number the median is the mean of the middle two."),
    ),
)
SECOND_LOOK = (
    _l("Some figures deserve a second look."),
    _l(
        "A deal above a tenth of the total, a value above %(limit)s without a document, the same amount typed "
        "again and again."
    ),
)


def method_of(large_value: Money) -> list[tuple[str, str]]:
    """Return the rules in the reader's language; ``large_value`` is the limit above which a document is missed."""
    rule, why = SECOND_LOOK
    return [(str(rule), str(why)) for rule, why in RULES] + [
        (str(rule), str(why) % {"limit": money_short(large_value)})
    ]
