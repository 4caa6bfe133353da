"""The way from a suggested pair to a deal, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.reporting.figures import Count, count_of, ratio_of
from matchmaker.domain.reporting.rows import FairRows, MeetingFate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matchmaker.domain.deals.ledger import Ledger


class Step(StrEnum):
    """The steps in their order."""

    SUGGESTED = "suggested"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    HELD = "held"
    OUTCOME = "outcome"
    DEAL = "deal"
    REALISED = "realised"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelStep:
    """One step: all its rows, and those that entered here instead of coming from the step before.

    From outside come requests nobody suggested, meetings the organizer set up, walk-ins and registered contracts.
    ``kept`` is the share of the step before that came through, to four decimals; None for the first step or when the
    step before is empty. Deals are not meetings: several meetings may make one deal. Goods delivered
    without a deal on record before come from outside too.
    """

    step: Step
    all: Count
    from_outside: Count
    kept: Decimal | None


def build_funnel(rows: FairRows, *, ledger: Ledger) -> tuple[FunnelStep, ...]:
    """The eight steps; the last two count the deals of the headline and those of which something was delivered."""
    held = [meeting for meeting in rows.meetings if meeting.fate is MeetingFate.HELD]
    scheduled = [meeting for meeting in rows.meetings if not meeting.is_walk_in]
    all_ids: dict[Step, Iterable[str]] = {
        Step.SUGGESTED: (row.suggestion_id for row in rows.suggestions),
        Step.REQUESTED: (row.request_id for row in rows.requests),
        Step.ACCEPTED: (row.request_id for row in rows.requests if row.is_accepted),
        Step.SCHEDULED: (row.meeting_id for row in scheduled),
        Step.HELD: (row.meeting_id for row in held),
        Step.OUTCOME: (row.meeting_id for row in held if row.has_outcome),
        Step.DEAL: ledger.headline.deal_ids,
        Step.REALISED: ledger.realised.deal_ids,
    }
    outside_ids: dict[Step, Iterable[str]] = {
        Step.REQUESTED: (row.request_id for row in rows.requests if not row.is_from_suggestion),
        Step.SCHEDULED: (row.meeting_id for row in scheduled if row.request_id is None),
        Step.HELD: (row.meeting_id for row in held if row.is_walk_in),
        Step.DEAL: (row.deal.deal_id for row in ledger.deals if not row.deal.held_meeting_ids),
        Step.REALISED: set(ledger.realised.deal_ids) - set(ledger.headline.deal_ids),
    }
    steps: list[FunnelStep] = []
    for step in Step:
        everything = count_of(f"funnel.{step}", all_ids[step])
        outside = count_of(f"funnel.{step}.from_outside", outside_ids.get(step, ()))
        through = Decimal(everything.number - outside.number)
        kept = ratio_of(through, Decimal(steps[-1].all.number)) if steps else None
        steps.append(FunnelStep(step=step, all=everything, from_outside=outside, kept=kept))
    return tuple(steps)
