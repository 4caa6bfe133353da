"""What backs a report, and how far two reports of one deal agree."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from matchmaker.domain.deals.stages import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping


class Evidence(StrEnum):
    """What a side put behind its report, weakest first."""

    STATED = "stated"
    INVOICE = "invoice"
    ORDER_NUMBER = "order_number"
    DOCUMENT = "document"
    REGISTER = "register"


# A photo or PDF, or the entry of an official register that anyone can look up.
FILED = frozenset({Evidence.DOCUMENT, Evidence.REGISTER})

# What the counting rules ask for at each rung; weaker evidence is kept and shown as such, never refused.
EXPECTED: Mapping[Outcome, frozenset[Evidence]] = MappingProxyType(
    {
        Outcome.NO_INTEREST: frozenset(Evidence),
        Outcome.FOLLOW_UP: frozenset(Evidence),
        Outcome.QUOTATION: frozenset(Evidence),
        Outcome.MOU: FILED,
        Outcome.AGREEMENT: FILED,
        Outcome.ORDER: FILED | {Evidence.ORDER_NUMBER},
        Outcome.REALISED: FILED | {Evidence.INVOICE},
    },
)


class Label(StrEnum):
    """How the reports behind a value agree."""

    ONE_SIDED = "one_sided"
    TWO_SIDED = "two_sided"
    DISPUTED = "disputed"


class EvidenceLevel(StrEnum):
    """The label as totals and pages show it: a one-sided value from the contract register is named as such."""

    TWO_SIDED = "two_sided"
    ONE_SIDED = "one_sided"
    DISPUTED = "disputed"
    REGISTER = "register"


def strength(evidence: Evidence) -> int:
    """How strong the evidence is, from nought."""
    return tuple(Evidence).index(evidence)


def is_backed(*, outcome: Outcome, evidence: Evidence) -> bool:
    """Whether the report carries the evidence its rung of the ladder asks for."""
    return evidence in EXPECTED[outcome]
