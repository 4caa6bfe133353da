"""What backs a report, and how far two reports of one deal agree."""

from __future__ import annotations

from enum import StrEnum


class Evidence(StrEnum):
    """What a side put behind its report, weakest first."""

    STATED = "stated"
    INVOICE = "invoice"
    ORDER_NUMBER = "order_number"
    DOCUMENT = "document"
    REGISTER = "register"


# A photo or PDF, or the entry of an official register that anyone can look up.
FILED = frozenset({Evidence.DOCUMENT, Evidence.REGISTER})


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
