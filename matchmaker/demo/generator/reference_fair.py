"""The reference fair as one tree of plain values; every row in it is invented."""

import hashlib
from dataclasses import dataclass

from matchmaker.demo.generator.company_records import Company, Veto
from matchmaker.demo.generator.deal_records import Deal, FollowUp, OutcomeReport, RefusedEntry
from matchmaker.demo.generator.fair_records import Fair
from matchmaker.demo.generator.meeting_records import Meeting, MeetingRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeCase:
    """A case the data must contain: what it is, in one sentence, and the codes of the rows that show it."""

    code: str
    description: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFair:
    """Everything that happened at the reference fair, from the first profile to the answers a year later."""

    seed: int
    is_messy: bool
    fair: Fair
    companies: tuple[Company, ...]
    vetoes: tuple[Veto, ...]
    requests: tuple[MeetingRequest, ...]
    meetings: tuple[Meeting, ...]
    deals: tuple[Deal, ...]
    outcomes: tuple[OutcomeReport, ...]
    refused_entries: tuple[RefusedEntry, ...]
    follow_ups: tuple[FollowUp, ...]
    edge_cases: dict[str, EdgeCase]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the whole tree; equal for equal seeds in every process."""
        rows = (
            self.fair,
            self.companies,
            self.vetoes,
            self.requests,
            self.meetings,
            self.deals,
            self.outcomes,
            self.refused_entries,
            self.follow_ups,
            sorted(self.edge_cases.items()),
        )
        return hashlib.sha256(repr(rows).encode()).hexdigest()
