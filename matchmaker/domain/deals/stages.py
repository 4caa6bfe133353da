"""The outcome ladder, from "no fit" to goods delivered, and which rungs make the headline."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What came of a meeting, lowest rung first; the order of the members is the order of the ladder."""

    NO_INTEREST = "no_interest"
    FOLLOW_UP = "follow_up"
    QUOTATION = "quotation"
    MOU = "mou"
    AGREEMENT = "agreement"
    ORDER = "order"
    REALISED = "realised"


LADDER: tuple[Outcome, ...] = tuple(Outcome)

# Outcomes that are counted and never carry a value.
COUNT_ONLY = frozenset({Outcome.NO_INTEREST, Outcome.FOLLOW_UP})

# Outcomes whose values make the headline. Goods delivered or paid are the fulfilment of these
# and stand in their own column; adding both would count one deal twice.
HEADLINE = frozenset({Outcome.QUOTATION, Outcome.MOU, Outcome.AGREEMENT, Outcome.ORDER})

VALUED = HEADLINE | {Outcome.REALISED}


def rank(outcome: Outcome) -> int:
    """How high the outcome stands on the ladder, from nought."""
    return LADDER.index(outcome)
