"""Let companies take part in a fair, put them on hold or refuse them, and tell them why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from matchmaker.domain.approvals import UNDO_WINDOW, Decision, check_decision
from matchmaker.domain.errors import Conflict, NotAllowed, NotFound
from matchmaker.domain.fairs import ParticipationStatus
from matchmaker.domain.names import clean_text
from matchmaker.models import Account, Fair, HistoryEntry, Notice, Participation, Representative
from matchmaker.services import history, leaving, notices, rematching
from matchmaker.services.leaving import Ended
from matchmaker.services.visibility import is_unconfirmed

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

MOST_AT_ONCE = 200
ACTIONS = {f"company_{status}": status for status in ParticipationStatus}
UNDONE = "company_decision_undone"


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision did: the companies it changed, how many requests and meetings it closed, how many they left."""

    ids: tuple[uuid.UUID, ...]
    names: tuple[str, ...]
    closed: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class PastDecision:
    """One decision about a company: when, whose, what and why."""

    at: datetime
    by: str
    action: str
    reason: str
    note: str


# Locked by key in order: of two organizers who decide at once the second sees what the first has done, and whoever
# asks one of these companies for a meeting waits until it is decided.
TO_DECIDE = (
    select(Participation)
    .where(Participation.fair_id == bindparam("fair_id"), Participation.id.in_(bindparam("ids", expanding=True)))
    .order_by(Participation.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
LATEST = (
    select(HistoryEntry)
    .where(
        HistoryEntry.subject_kind == "participation",
        HistoryEntry.subject_id == bindparam("participation_id"),
        HistoryEntry.action.in_(sorted(ACTIONS)),
    )
    .order_by(HistoryEntry.at.desc(), HistoryEntry.id)
    .limit(1)
)
PAST = (
    select(HistoryEntry.at, Account.name, HistoryEntry.action, HistoryEntry.facts)
    .outerjoin(Account, Account.id == HistoryEntry.by_account_id)
    .where(
        HistoryEntry.subject_kind == "participation",
        HistoryEntry.subject_id == bindparam("participation_id"),
        HistoryEntry.fair_id == bindparam("fair_id"),
        HistoryEntry.action.in_(sorted({*ACTIONS, UNDONE})),
    )
    .order_by(HistoryEntry.at.desc(), HistoryEntry.id)
    .limit(10)
)
TO_TELL = (
    select(Representative.account_id)
    .where(Representative.company_id == bindparam("company_id"), Representative.account_id.is_not(None))
    .order_by(Representative.account_id)
    .distinct()
)


def decide(
    session: Session,
    *,
    fair_id: uuid.UUID,
    participation_ids: Sequence[uuid.UUID],
    decision: Decision,
    reason: str = "",
    note: str = "",
    by: uuid.UUID | None,
    now: datetime,
) -> Decided:
    """Decide about companies of a fair, all or none, and tell their people once; those that stand so already stay.

    A company that is held or refused disappears for everyone: its open requests and meetings are closed and the
    other sides told. Raises NotFound for one that is not at this fair, Refused when the reason is missing,
    and NotAllowed('address_unconfirmed') to let one in whose registration nobody has confirmed.
    """
    note = clean_text(note)
    check_decision(decision, reason=reason, note=note)
    companies = _companies(session, fair_id=fair_id, ids=participation_ids)
    if decision is Decision.APPROVE:
        _check_confirmed(session, companies)
    changed = [one for one in companies if one.status != decision.status]
    closed = left = 0
    for one in changed:
        former = {"status": one.status, "reason": one.status_reason, "note": one.status_note}
        _set(one, status=decision.status, reason=reason if decision.needs_reason else "", note=note, by=by, now=now)
        session.flush()
        if decision is Decision.APPROVE:
            rematching.profile_changed(session, fair_id=fair_id, participation_id=one.id, now=now)
        ended = Ended(0, 0)
        if decision is not Decision.APPROVE:
            ended = leaving.close_open(session, fair_id=fair_id, participation_id=one.id, by=by, now=now)
        closed, left = closed + ended.closed, left + ended.left
        _record(session, one, action=f"company_{one.status}", by=by, now=now, former=former, ended=ended)
        _tell(session, one, ended=ended, now=now)
    session.flush()
    return _decided(changed, closed, left)


def undo(
    session: Session, *, fair_id: uuid.UUID, participation_ids: Sequence[uuid.UUID], by: uuid.UUID, now: datetime
) -> Decided:
    """Take back this person's latest decision about some companies within UNDO_WINDOW.

    A message that has not gone out yet is taken back with it; where it has, the company is told how it stands now.
    Closed requests and meetings stay closed, for the others were told. Raises NotFound, Conflict('too_late_to_undo').
    """
    companies = _companies(session, fair_id=fair_id, ids=participation_ids)
    for one in companies:
        entry = session.scalar(LATEST, {"participation_id": one.id})
        is_own = entry is not None and entry.by_account_id == by and entry.at >= now - UNDO_WINDOW
        if entry is None or not is_own or ACTIONS[entry.action] != one.status or entry.at != one.status_at:
            raise Conflict("too_late_to_undo")
        was_told = not _take_back(session, one)
        former = entry.facts["former"]
        _set(one, status=former["status"], reason=former["reason"], note=former["note"], by=by, now=now)
        session.flush()
        _record(session, one, action=UNDONE, by=by, now=now)
        if was_told:
            _tell(session, one, ended=Ended(0, 0), now=now)
    session.flush()
    return _decided(companies)


def past_decisions(session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID) -> list[PastDecision]:
    """Return the latest decisions about a company at a fair, newest first."""
    rows = session.execute(PAST, {"fair_id": fair_id, "participation_id": participation_id})
    return [
        PastDecision(at, name or "", action, facts.get("reason", ""), facts.get("note", ""))
        for at, name, action, facts in rows
    ]


def _companies(session: Session, *, fair_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> list[Participation]:
    wanted = sorted(set(ids))[:MOST_AT_ONCE]
    found = list(session.scalars(TO_DECIDE, {"fair_id": fair_id, "ids": wanted}))
    if not found or len(found) != len(wanted):
        raise NotFound("no_such_company")
    return found


def _decided(companies: Iterable[Participation], closed: int = 0, left: int = 0) -> Decided:
    by_name = sorted(companies, key=lambda one: (one.company.name_key, one.id))
    return Decided(tuple(one.id for one in by_name), tuple(one.company.name for one in by_name), closed, left)


def _check_confirmed(session: Session, companies: Sequence[Participation]) -> None:
    """Let nobody in whose address may be somebody else's: the person behind it is not known yet."""
    ids = [one.id for one in companies]
    unconfirmed = set(session.scalars(select(Participation.id).where(Participation.id.in_(ids), is_unconfirmed())))
    if unconfirmed:
        raise NotAllowed("address_unconfirmed", names=[one.company.name for one in companies if one.id in unconfirmed])


def _set(one: Participation, *, status: str, reason: str, note: str, by: uuid.UUID | None, now: datetime) -> None:
    one.status, one.status_reason, one.status_note = status, reason, note
    one.status_by, one.status_at = by, now


def _record(
    session: Session,
    one: Participation,
    *,
    action: str,
    by: uuid.UUID | None,
    now: datetime,
    former: dict[str, str] | None = None,
    ended: Ended | None = None,
) -> None:
    history.record(
        session,
        action=action,
        subject_kind="participation",
        subject_id=one.id,
        by=by,
        now=now,
        fair_id=one.fair_id,
        reason=one.status_reason,
        note=one.status_note,
        former=former or {},
        closed=ended.closed if ended else 0,
    )


def _tell(session: Session, one: Participation, *, ended: Ended, now: datetime) -> None:
    """Queue one notice for each person of the company who can sign in."""
    fair = session.get_one(Fair, one.fair_id)
    for account_id in session.scalars(TO_TELL, {"company_id": one.company_id}):
        if account_id is not None:
            notices.queue(
                session,
                account_id=account_id,
                kind="company_status",
                once=f"{_event(one)}{account_id.hex}",
                now=now,
                fair_id=one.fair_id,
                path=f"/fairs/{fair.slug}",
                company=one.company.name,
                fair_vi=fair.name_vi,
                fair_en=fair.name_en,
                status=one.status,
                reason=one.status_reason,
                note=one.status_note,
                closed=ended.closed,
                left=ended.left,
            )


def _event(one: Participation) -> str:
    """What names a decision among the notices: the company in its role, and the moment."""
    stamp = 0 if one.status_at is None else int(one.status_at.timestamp() * 1_000_000)
    return f"company_status {one.id.hex} {stamp} "


def _take_back(session: Session, one: Participation) -> bool:
    """Drop the notices of the standing decision that were not mailed yet; return whether nobody has heard of it."""
    of_decision = Notice.once.startswith(_event(one), autoescape=True)
    session.execute(delete(Notice).where(of_decision, Notice.sent_at.is_(None), Notice.mail_id.is_(None)))
    return session.scalar(select(Notice.id).where(of_decision).limit(1)) is None
