"""The interpreters of a fair: who they are, when they are away, and what becomes of their meetings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import StaffRole
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.names import clean_text
from matchmaker.domain.spreadsheets.countries import language_code
from matchmaker.models import Account, Interpreter, InterpreterAbsence, Meeting, Slot
from matchmaker.services import effects, ground, history, notices, staff
from matchmaker.services.accounts import normal_email
from matchmaker.services.effects import Effects
from matchmaker.services.kept_counts import KeptCount

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

REMOVED, AWAY = "interpreter_removed", "interpreter_away"
NEEDED = "interpreter_needed"
HOME_LANGUAGE = "vi"
MOST_LANGUAGES = 8
LONGEST_REASON = 120
_record = partial(history.record, subject_kind="interpreter")

ABSENCES = (
    select(InterpreterAbsence.interpreter_id, InterpreterAbsence.slot_id, InterpreterAbsence.reason)
    .join(Interpreter, Interpreter.id == InterpreterAbsence.interpreter_id)
    .where(Interpreter.fair_id == bindparam("fair_id"))
)
AT_WORK = (
    select(Interpreter.id, Interpreter.name, func.coalesce(Account.email, Interpreter.email), Interpreter.languages)
    .outerjoin(Account, Account.id == Interpreter.account_id)
    .where(Interpreter.fair_id == bindparam("fair_id"), Interpreter.is_active)
    .order_by(Interpreter.name, Interpreter.id)
)
TO_INTERPRET = (
    select(Meeting.interpreter_id, func.count())
    .where(Meeting.fair_id == bindparam("fair_id"), Meeting.state == MeetingState.SCHEDULED)
    .group_by(Meeting.interpreter_id)
)


def _load(rows: Sequence[Any]) -> Mapping[uuid.UUID, int]:
    return MappingProxyType(dict(tuple(row) for row in rows))


KEPT_LOAD = KeptCount(TO_INTERPRET, _load)


@dataclass(frozen=True, slots=True)
class InterpreterLine:
    """An interpreter with the slots they are away in and how many meetings they are to interpret."""

    id: uuid.UUID
    name: str
    email: str
    languages: list[str]
    away: frozenset[uuid.UUID]
    meetings: int
    reason: str = ""


def interpreters(session: Session, *, fair_id: uuid.UUID) -> list[InterpreterLine]:
    """Return the interpreters who work at a fair, by name."""
    rows = session.execute(AT_WORK, {"fair_id": fair_id}).all()
    if not rows:
        return []
    away: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    reasons: dict[uuid.UUID, str] = {}
    for key, slot_id, reason in session.execute(ABSENCES, {"fair_id": fair_id}):
        away[key].add(slot_id)
        reasons[key] = reason or reasons.get(key, "")
    load = KEPT_LOAD.of(session, fair_id=fair_id)
    return [
        InterpreterLine(*row, frozenset(away[row.id]), load.get(row.id, 0), reasons.get(row.id, "")) for row in rows
    ]


def own(session: Session, *, fair_id: uuid.UUID, account_id: uuid.UUID) -> InterpreterLine:
    """Return what a signed-in interpreter is at a fair; raise NotFound for anybody else."""
    key = session.scalar(
        select(Interpreter.id).where(
            Interpreter.fair_id == fair_id, Interpreter.is_active, Interpreter.account_id == account_id
        )
    )
    line = next((one for one in interpreters(session, fair_id=fair_id) if one.id == key), None)
    if line is None:
        raise NotFound("no_such_interpreter")
    return line


def add(
    session: Session,
    *,
    fair: FairFacts,
    name: str,
    email: str,
    languages: Iterable[str],
    by: uuid.UUID | None,
    now: datetime,
) -> uuid.UUID:
    """Add an interpreter, who may sign in and gets the role; return their key.

    Raises Refused: no_name, bad_email, no_language, unknown_language, interpreter_there.
    """
    codes = []
    for typed in languages:
        code = language_code(typed)
        if code is None:
            raise Refused("unknown_language", field="languages", language=typed[:40])
        if code != HOME_LANGUAGE and code not in codes:
            codes.append(code)
    if not codes or len(codes) > MOST_LANGUAGES:
        raise Refused("no_language", field="languages", limit=MOST_LANGUAGES)
    address = normal_email(email)
    known = _known(session, fair=fair, address=address)
    if known is not None and known.is_active:
        raise Refused("interpreter_there", field="email")
    account_id = staff.appoint(session, fair=fair, email=address, name=name, role=StaffRole.INTERPRETER, by=by, now=now)
    row = known or Interpreter(fair_id=fair.id)
    row.account_id, row.email = account_id, address
    row.name, row.languages, row.is_active = name.strip(), [HOME_LANGUAGE, *codes], True
    session.add(row)
    session.flush()
    _record(session, action="interpreter_added", subject_id=row.id, fair_id=fair.id, by=by, now=now)
    return row.id


def _known(session: Session, *, fair: FairFacts, address: str) -> Interpreter | None:
    """Who interprets at a fair under an address: the account that has it, else who was asked there without one."""
    rows = session.scalars(
        select(Interpreter)
        .outerjoin(Account, Account.id == Interpreter.account_id)
        .where(
            Interpreter.fair_id == fair.id,
            func.lower(func.coalesce(Account.email, Interpreter.email)) == address,
        )
        .order_by(Interpreter.account_id.is_(None), Interpreter.id)
    )
    return rows.first()


def remove(
    session: Session, *, fair: FairFacts, interpreter_id: uuid.UUID, seen: str, by: uuid.UUID | None, now: datetime
) -> str:
    """Let an interpreter go and return their name; meetings they were to interpret go back to be placed.

    They are kept inactive for meetings on record, and their access ends. Raises NotFound; Unconfirmed before the
    meetings were seen.
    """
    ground.change(session, fair_id=fair.id)
    row = _of_fair(session, fair=fair, interpreter_id=interpreter_id)
    meetings = effects.affected(session, fair_id=fair.id, where=Meeting.interpreter_id == row.id, now=now)
    effects.confirm(Effects(change=REMOVED, meetings=meetings, facts={"name": row.name}), seen=seen)
    effects.unplace(session, fair=fair, meetings=meetings, why=REMOVED, by=by, now=now)
    row.is_active = False
    if row.account_id is not None:
        staff.dismiss_account(session, fair=fair, account_id=row.account_id, role=StaffRole.INTERPRETER, by=by, now=now)
    _record(session, action=REMOVED, subject_id=row.id, fair_id=fair.id, by=by, now=now, meetings=len(meetings))
    session.flush()
    return row.name


def set_away(
    session: Session,
    *,
    fair: FairFacts,
    interpreter_id: uuid.UUID,
    slot_ids: Iterable[uuid.UUID],
    reason: str = "",
    by: uuid.UUID | None,
    now: datetime,
) -> int:
    """Say in which coming slots an interpreter can't work, and why; return how many meetings stand in them.

    What has begun stays as it was said. The meetings keep their places until an organizer decides what becomes of
    them; whoever organizes the fair is told, besides who said it. Raises NotFound for an interpreter or slot of
    another fair.
    """
    ground.change(session, fair_id=fair.id)
    row = _of_fair(session, fair=fair, interpreter_id=interpreter_id)
    why = clean_text(reason)
    known = dict(session.execute(select(Slot.id, Slot.starts_at).where(Slot.fair_id == fair.id)).all())
    wanted = set(slot_ids)
    if wanted - set(known):
        raise NotFound("no_such_slot")
    ahead = sorted(key for key, starts_at in known.items() if starts_at > now)
    absence = InterpreterAbsence
    session.execute(delete(absence).where(absence.interpreter_id == row.id, absence.slot_id.in_(ahead)))
    coming = sorted(wanted & set(ahead))
    if coming:
        session.execute(
            insert(absence), [{"interpreter_id": row.id, "slot_id": slot_id, "reason": why} for slot_id in coming]
        )
    where = (Meeting.interpreter_id == row.id) & Meeting.slot_id.in_(coming)
    standing = len(effects.affected(session, fair_id=fair.id, where=where, now=now))
    _record(
        session, action=AWAY, subject_id=row.id, fair_id=fair.id, by=by, now=now, slots=len(coming), meetings=standing
    )
    if standing:
        _call_organizers(session, fair=fair, row=row, meetings=standing, by=by, now=now)
    session.flush()
    return standing


def _call_organizers(
    session: Session, *, fair: FairFacts, row: Interpreter, meetings: int, by: uuid.UUID | None, now: datetime
) -> None:
    for one in staff.staff_of(session, fair_id=fair.id):
        if one.role is not StaffRole.ORGANIZER or one.account_id == by:
            continue
        notices.queue(
            session,
            account_id=one.account_id,
            kind=NEEDED,
            once=f"{NEEDED} {row.id.hex} {one.account_id.hex} {now.isoformat()}",
            now=now,
            fair_id=fair.id,
            path=f"/fairs/{fair.slug}/organizer/interpreters/{row.id}/stand-ins",
            fair_vi=fair.name_vi,
            fair_en=fair.name_en,
            interpreter=row.name,
            meetings=meetings,
        )


def _of_fair(session: Session, *, fair: FairFacts, interpreter_id: uuid.UUID) -> Interpreter:
    row = session.scalar(
        select(Interpreter)
        .where(Interpreter.id == interpreter_id, Interpreter.fair_id == fair.id, Interpreter.is_active)
        .with_for_update()
    )
    if row is None:
        raise NotFound("no_such_interpreter")
    return row
