"""Take the answer to a follow-up: what became of each deal of one company, without signing in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from matchmaker.domain.deals.evidence import Evidence
from matchmaker.domain.deals.follow_up import Answer, Wave
from matchmaker.domain.deals.reports import Attribution, Horizon, Side
from matchmaker.domain.deals.reports import OutcomeReport as Stated
from matchmaker.domain.deals.stages import HEADLINE, Outcome
from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import Role
from matchmaker.models import Company, Deal, Fair, FollowUp, OutcomeReport, Participation
from matchmaker.services import deals, fairs, history, ledger
from matchmaker.services.outcomes import LARGEST_STORED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.money.amount import Money
    from matchmaker.services.deals import Result
    from matchmaker.services.fairs import FairFacts, Membership


@dataclass(frozen=True, slots=True)
class OpenFollowUp:
    """A question that a link leads to, with the deals it is about as this side may see them."""

    id: uuid.UUID
    fair: FairFacts
    me: Membership
    wave: Wave
    asked_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    is_stopped: bool
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealAnswer:
    """What one side says became of one deal. Goods delivered need a value; an invoice number is asked for."""

    deal_id: uuid.UUID
    answer: Answer
    value: Money | None = None
    typed: str = ""
    invoice: str = ""
    attribution: Attribution | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What stands of one deal once its question is answered: the other company, and what this side said last."""

    company: str
    said: Stated


def open_follow_up(session: Session, *, follow_up_id: uuid.UUID, now: datetime) -> OpenFollowUp:
    """Return the question of a link; raise NotFound when it has lapsed or its person has left the company."""
    row = session.execute(
        select(FollowUp, Fair.slug).join(Fair, Fair.id == FollowUp.fair_id).where(FollowUp.id == follow_up_id)
    ).one_or_none()
    if row is None or row.FollowUp.expires_at <= now:
        raise NotFound("no_such_follow_up")
    asked, slug = row
    fair = fairs.by_slug(session, slug=slug)
    roles = fairs.memberships(session, fair_id=fair.id, account_id=asked.account_id)
    me = next((role for role in roles if role.participation_id == asked.participation_id), None)
    if me is None:
        raise NotFound("no_such_follow_up")
    results = tuple(
        result
        for result in deals.results_of(session, fair=fair, me=me)
        if result.deal_id is not None and (result.stage is None or result.stage in HEADLINE)
    )
    return OpenFollowUp(
        id=asked.id,
        fair=fair,
        me=me,
        wave=Wave(asked.wave),
        asked_at=asked.asked_at,
        expires_at=asked.expires_at,
        answered_at=asked.answered_at,
        is_stopped=asked.stopped_at is not None,
        results=results,
    )


def recorded(session: Session, *, asked: OpenFollowUp) -> list[Recorded]:
    """Return what this side has said of its deals, by company.

    That is the newest entry since it was asked, also of goods delivered and of a deal that came to nothing; and of a
    deal that stays as it was, of which no entry is written, what was said before.
    """
    mine, theirs = (Deal.exhibitor_id, Deal.buyer_id)[:: 1 if asked.me.role is Role.EXHIBITOR else -1]
    rows = session.execute(
        select(*deals.REPORT_COLUMNS, Company.name)
        .join(Deal, Deal.id == OutcomeReport.deal_id)
        .join(Participation, Participation.id == theirs)
        .join(Company, Company.id == Participation.company_id)
        .where(
            mine == asked.me.participation_id,
            OutcomeReport.side == deals.SIDES[asked.me.role],
            OutcomeReport.stated_at >= asked.asked_at,
        )
        .order_by(OutcomeReport.stated_at, OutcomeReport.entry)
    )
    found = {result.deal_id: Recorded(result.name, result.mine) for result in asked.results if result.mine}
    found |= {row.deal_id: Recorded(row.name, deals.stated(row)) for row in rows}
    return sorted(found.values(), key=lambda one: one.company)


def answer(session: Session, *, asked: OpenFollowUp, answers: Sequence[DealAnswer], now: datetime) -> int:
    """Write an entry for each deal answered; return how many were new.

    The same answer sent twice is written once. Raises Refused with what is wrong, with the deal's key in ``field``.
    """
    session.execute(select(FollowUp.id).where(FollowUp.id == asked.id).with_for_update())
    rates = deals.fixed_rates(session, fair=asked.fair)
    by_deal = {result.deal_id: result for result in asked.results}
    rows = []
    for one in answers:
        if one.deal_id not in by_deal:
            raise NotFound("no_such_deal")
        if one.value is not None and not rates.covers(one.value.currency):
            raise Refused("currency_without_rate", field=str(one.deal_id))
        row = _row(session, asked=asked, result=by_deal[one.deal_id], said=one, now=now)
        if row is not None:
            rows.append(row)
    for row in rows:
        ledger.add_reports(session, fair_id=asked.fair.id, reports=[row])
    session.get_one(FollowUp, asked.id).answered_at = now
    history.record(
        session,
        action="follow_up_answered",
        subject_kind="follow_up",
        subject_id=asked.id,
        by=asked.me.account_id,
        now=now,
        fair_id=asked.fair.id,
        wave=str(asked.wave),
        deals=len(rows),
    )
    session.flush()
    return len(rows)


def _row(
    session: Session, *, asked: OpenFollowUp, result: Result, said: DealAnswer, now: datetime
) -> dict[str, Any] | None:
    """The next entry of this side about the deal, or None when the newest one says just that."""
    side = deals.SIDES[asked.me.role]
    last = session.scalars(
        select(OutcomeReport)
        .where(OutcomeReport.deal_id == said.deal_id, OutcomeReport.side == side)
        .order_by(OutcomeReport.stated_at.desc(), OutcomeReport.entry.desc())
    ).first()
    about = {"meeting_id": result.meeting_id, "deal_id": said.deal_id, "side": str(side)}
    values = _values(said, result.mine)
    _check(values, said=said, side=side, now=now)
    if last is not None and all(getattr(last, name) == value for name, value in values.items()):
        return None
    count = session.scalars(
        select(OutcomeReport.entry).filter_by(**about).order_by(OutcomeReport.entry.desc()).limit(1)
    ).first()
    return {
        "id": uuid.uuid4(),
        **about,
        **values,
        "fair_id": asked.fair.id,
        "entry": (count or 0) + 1,
        "typed": said.typed[:80],
        "signed_on": None,
        "note": "",
        "stated_by": asked.me.account_id,
        "stated_at": now,
    }


def _values(said: DealAnswer, mine: Stated | None) -> dict[str, Any]:
    """What the entry states. What stays as it was, and a signature without a new value, repeat what was said before."""
    before = mine.value if mine else None
    outcome = {
        Answer.UNCHANGED: mine.outcome if mine else Outcome.FOLLOW_UP,
        Answer.SIGNED: Outcome.AGREEMENT,
        Answer.DELIVERED: Outcome.REALISED,
        Answer.FELL_THROUGH: Outcome.NO_INTEREST,
    }[said.answer]
    keeps = said.answer in {Answer.UNCHANGED, Answer.SIGNED} and said.value is None
    value = before if keeps else said.value
    horizon = Horizon.IMMEDIATE if said.answer is Answer.DELIVERED else mine.horizon if mine else None
    evidence = mine.evidence if mine and keeps else Evidence.INVOICE if said.invoice else Evidence.STATED
    return {
        "outcome": str(outcome),
        "amount": value.amount if value else None,
        "currency": value.currency if value else None,
        "horizon": str(horizon or Horizon.TWELVE_MONTHS) if value else None,
        "years": [[part.year, str(part.amount)] for part in mine.per_year] if mine and keeps else [],
        "evidence": str(evidence),
        "evidence_number": said.invoice,
        "attribution": str(said.attribution) if said.attribution else None,
    }


def _check(values: dict[str, Any], *, said: DealAnswer, side: Side, now: datetime) -> None:
    """Let the rules look at the entry before anything is written."""
    field_of_deal = str(said.deal_id)
    if said.answer is Answer.DELIVERED and said.value is None:
        raise Refused("delivered_without_value", field=field_of_deal)
    if values["amount"] is not None and values["amount"] >= LARGEST_STORED:
        raise Refused("value_too_large", field=field_of_deal)
    try:
        Stated(
            report_id="new",
            deal_id=field_of_deal,
            stated_by=side,
            outcome=Outcome(values["outcome"]),
            stated_at=now,
            value=said.value,
            horizon=Horizon(values["horizon"]) if said.value else None,
            evidence=Evidence(values["evidence"]),
        )
    except Refused as error:
        raise Refused(error.code, field=field_of_deal) from error
