"""Requests of people about their data that came in outside the site: entered, answered, done or refused in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, select

from matchmaker.domain.consents import Purpose
from matchmaker.domain.errors import Conflict, NotFound, Refused
from matchmaker.domain.privacy.requests import (
    RequestChannel,
    RequestKind,
    RequestState,
    deadlines,
    extended,
)
from matchmaker.models import Consent, DataRequest, FairStaff
from matchmaker.services import consents, data_copies, erasing, history, persons
from matchmaker.services.erasing import ErasureReason

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.persons import Person

OPEN_STATES = sorted(state for state in RequestState if state.is_open)


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """One request as its pages show it."""

    id: uuid.UUID
    kind: RequestKind
    channel: RequestChannel
    state: RequestState
    email: str
    note: str
    received_on: date
    answer_by: date
    due_on: date
    extended_at: datetime | None
    extension_reason: str
    answered_at: datetime | None
    closed_at: datetime | None
    outcome: str

    def is_late(self, today: date) -> bool:
        """Whether a day that counts has passed."""
        if not self.state.is_open:
            return False
        return today > self.due_on or (self.state is RequestState.NEW and today > self.answer_by)

    def next_day(self) -> date:
        """The day that counts next."""
        return self.answer_by if self.state is RequestState.NEW else self.due_on


COLUMNS = (
    DataRequest.id,
    DataRequest.kind,
    DataRequest.channel,
    DataRequest.state,
    DataRequest.email,
    DataRequest.note,
    DataRequest.received_on,
    DataRequest.answer_by,
    DataRequest.due_on,
    DataRequest.extended_at,
    DataRequest.extension_reason,
    DataRequest.answered_at,
    DataRequest.closed_at,
    DataRequest.outcome,
)
IS_OPEN = DataRequest.state.in_(OPEN_STATES)
NEXT_DAY = case((DataRequest.state == RequestState.NEW, DataRequest.answer_by), else_=DataRequest.due_on)
LISTED = (
    select(*COLUMNS)
    .where(DataRequest.fair_id == bindparam("fair_id"))
    .order_by(IS_OPEN.desc(), case((IS_OPEN, NEXT_DAY)), DataRequest.closed_at.desc(), DataRequest.id)
    .limit(200)
)


def enter(
    session: Session,
    *,
    fair_id: uuid.UUID,
    kind: RequestKind,
    channel: RequestChannel,
    email: str,
    note: str,
    received_on: date,
    by: uuid.UUID | None,
    now: datetime,
) -> uuid.UUID:
    """Enter a request that came in; raise Refused('in_the_future') for a day that is still to come."""
    if received_on > now.date():
        raise Refused("in_the_future", field="received_on")
    days = deadlines(kind, received_on=received_on)
    row = DataRequest(
        fair_id=fair_id,
        kind=kind,
        channel=channel,
        state=RequestState.NEW,
        email=email.strip().lower(),
        note=note,
        received_on=received_on,
        answer_by=days.answer_by,
        due_on=days.due_on,
        entered_by=by,
        created_at=now,
    )
    session.add(row)
    session.flush()
    _record(session, row, "data_request_entered", by=by, now=now)
    return row.id


def listed(session: Session, *, fair_id: uuid.UUID) -> list[RequestFacts]:
    """Return the requests at a fair, the open ones first and among them the one that is due next."""
    return [_facts(row) for row in session.execute(LISTED, {"fair_id": fair_id})]


def one(session: Session, *, fair_id: uuid.UUID, request_id: uuid.UUID) -> RequestFacts:
    """Return a request of a fair; raise NotFound when there is none."""
    row = session.execute(
        select(*COLUMNS).where(DataRequest.id == request_id, DataRequest.fair_id == fair_id)
    ).one_or_none()
    if row is None:
        raise NotFound("no_such_request")
    return _facts(row)


def person_of(session: Session, *, fair_id: uuid.UUID, email: str) -> Person | None:
    """Return the person who asks, if somebody at this fair has the address; else None, whoever it may be elsewhere."""
    try:
        person = persons.by_email(session, email=email)
    except NotFound:
        return None
    return person if fair_id in persons.fairs_of(session, person=person) else None


def answer(session: Session, *, fair_id: uuid.UUID, request_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> None:
    """Note that the person was told that the request came in; telling twice changes nothing."""
    row = _open(session, fair_id, request_id)
    if row.answered_at is None:
        row.state, row.answered_at = RequestState.ANSWERED, now
        _record(session, row, "data_request_answered", by=by, now=now)


def extend(
    session: Session, *, fair_id: uuid.UUID, request_id: uuid.UUID, reason: str, by: uuid.UUID, now: datetime
) -> date:
    """Extend a request once and return the new day; raise Conflict('extended_already') for a second time."""
    row = _open(session, fair_id, request_id)
    row.due_on = extended(RequestKind(row.kind), due_on=row.due_on, is_extended=row.extended_at is not None)
    row.extended_at, row.extension_reason = now, reason
    _record(session, row, "data_request_extended", by=by, now=now)
    return row.due_on


def refuse(
    session: Session, *, fair_id: uuid.UUID, request_id: uuid.UUID, reason: str, by: uuid.UUID, now: datetime
) -> None:
    """Refuse a request with its reason, which the person is told by the organizer."""
    row = _open(session, fair_id, request_id)
    _close(session, row, RequestState.REFUSED, outcome=reason, by=by, now=now)


def do(
    session: Session, *, fair_id: uuid.UUID, request_id: uuid.UUID, outcome: str, by: uuid.UUID, now: datetime
) -> RequestKind:
    """Do what was asked and close the request; return its kind.

    A copy's link is mailed to the person alone. Consents at this fair are withdrawn. Who asked to be deleted is erased.
    What only people can do, such as correcting, is noted with ``outcome``. Raises NotFound('nobody_has_it') when nobody
    at this fair has the address, and for a deletion Conflict('is_staff'), Conflict('elsewhere'),
    Conflict('last_organizer'): such people erase themselves, or the operator does.
    """
    row = _open(session, fair_id, request_id)
    kind = RequestKind(row.kind)
    if kind in {RequestKind.ACCESS, RequestKind.WITHDRAW, RequestKind.DELETE}:
        person = person_of(session, fair_id=fair_id, email=row.email)
        if person is None:
            raise NotFound("nobody_has_it")
        _DO[kind](session, person=person, fair_id=fair_id, by=by, now=now)
        row = _open(session, fair_id, request_id)
    _close(session, row, RequestState.DONE, outcome=outcome, by=by, now=now)
    return kind


def _copy(session: Session, *, person: Person, fair_id: uuid.UUID, by: uuid.UUID, now: datetime) -> None:
    del fair_id
    data_copies.ask_for(session, person=person, by=by, now=now)


def _withdraw(session: Session, *, person: Person, fair_id: uuid.UUID, by: uuid.UUID, now: datetime) -> None:
    del by
    if person.account_id is None:
        raise NotFound("nobody_has_it")
    standing = select(Consent.purpose).where(
        Consent.account_id == person.account_id, Consent.fair_id == fair_id, Consent.withdrawn_at.is_(None)
    )
    for purpose in session.scalars(standing).all():
        consents.withdraw(session, fair_id=fair_id, account_id=person.account_id, purpose=Purpose(purpose), now=now)


def _erase(session: Session, *, person: Person, fair_id: uuid.UUID, by: uuid.UUID, now: datetime) -> None:
    """An organizer erases only whom no other organizer's fair knows, and nobody who works for a fair."""
    del fair_id
    if session.scalar(select(FairStaff.id).where(FairStaff.account_id == person.account_id).limit(1)) is not None:
        raise Conflict("is_staff")
    if persons.fairs_of(session, person=person) - persons.organized_by(session, account_id=by):
        raise Conflict("elsewhere")
    erasing.erase(session, person=person, reason=ErasureReason.REQUEST, by=by, now=now)


_DO: dict[RequestKind, Any] = {
    RequestKind.ACCESS: _copy,
    RequestKind.WITHDRAW: _withdraw,
    RequestKind.DELETE: _erase,
}


def _open(session: Session, fair_id: uuid.UUID, request_id: uuid.UUID) -> DataRequest:
    row = session.scalar(
        select(DataRequest)
        .where(DataRequest.id == request_id, DataRequest.fair_id == fair_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("no_such_request")
    if not RequestState(row.state).is_open:
        raise Conflict("closed_already")
    return row


def _close(
    session: Session, row: DataRequest, state: RequestState, *, outcome: str, by: uuid.UUID, now: datetime
) -> None:
    row.state, row.outcome, row.closed_at, row.closed_by = state, outcome, now, by
    row.answered_at = row.answered_at or now
    _record(session, row, f"data_request_{state}", by=by, now=now)


def _record(session: Session, row: DataRequest, action: str, *, by: uuid.UUID | None, now: datetime) -> None:
    history.record(
        session,
        action=action,
        subject_kind="data_request",
        subject_id=row.id,
        by=by,
        now=now,
        fair_id=row.fair_id,
        kind=row.kind,
    )
    session.flush()


def _facts(row: Any) -> RequestFacts:
    key, kind, channel, state, *rest = row
    return RequestFacts(key, RequestKind(kind), RequestChannel(channel), RequestState(state), *rest)
