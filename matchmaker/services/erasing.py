"""Erase a person: everything that stands for them goes, what companies did together stays without them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from matchmaker.domain.errors import Conflict
from matchmaker.domain.fairs import StaffRole
from matchmaker.models import (
    Account,
    DataRequest,
    Erasure,
    FairStaff,
    HistoryEntry,
    Meeting,
    MeetingAttendee,
    OutcomeReport,
    Representative,
    Seat,
)
from matchmaker.services import (
    company_erasing,
    draft_people,
    history,
    holdings,
    interpreters_leaving,
    jobs,
    made_files,
    succession,
)
from matchmaker.services.seats import SeatKind

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.persons import Person

SWEEP_JOB = "sweep_traces"
ASKED = "meeting_requested"
ORGANIZES = select(FairStaff.fair_id).where(
    FairStaff.account_id == holdings.ACCOUNT, FairStaff.role == StaffRole.ORGANIZER
)
# Whether somebody is the only organizer of a fair.
IS_LAST = select(
    select(FairStaff.fair_id)
    .where(FairStaff.fair_id.in_(ORGANIZES), FairStaff.role == StaffRole.ORGANIZER)
    .group_by(FairStaff.fair_id)
    .having(func.count() == 1)
    .exists()
)


class ErasureReason(StrEnum):
    """On whose word somebody was erased."""

    OWN = "own"
    REQUEST = "request"
    IDLE = "idle"
    RESTORED = "restored"
    COMMAND = "command"


def demand_erasable(session: Session, *, person: Person) -> None:
    """Raise Conflict('last_organizer') for the only organizer of a fair: nobody could look after it any more."""
    if session.scalar(IS_LAST, holdings.asked_of(person)):
        raise Conflict("last_organizer")


def erase(
    session: Session,
    *,
    person: Person,
    reason: ErasureReason,
    by: uuid.UUID | None,
    now: datetime,
    with_companies: bool = True,
) -> Erasure:
    """Erase a person and return the receipt; raise Conflict('last_organizer').

    Their coming meetings go to colleagues who are free, or are called off; both sides are told. A company without
    anybody left is erased as well, unless ``with_companies`` is false: it stays as far as deals and meetings need it,
    under a made-up name. What others wrote about the person is swept out by a job right after the commit.
    """
    demand_erasable(session, person=person)
    counts = holdings.count(session, person=person)
    asked = _meetings_asked_for(session, person)
    gone = _leave_companies(session, person, by=by, now=now, with_companies=with_companies)
    interpreters_leaving.leave(session, interpreter_ids=person.interpreters, by=by, now=now)
    draft_people.forget(session, representative_ids=person.representatives)
    _forget_words(session, person, asked)
    who = None if by == person.account_id else by
    receipt = Erasure(
        reason=reason,
        keys=person.keys,
        counts={**counts, **({"company": len(gone)} if gone else {})},
        by_account_id=who,
        erased_at=now,
    )
    session.add(receipt)
    session.flush()
    made_files.forget_begun(session)
    _queue_sweep(session, person, receipt, places=[place for places in gone for place in places], now=now)
    _delete_rows(session, person)
    _record(session, receipt)
    return receipt


def receipts(session: Session) -> list[str]:
    """Return the keys of everybody who was erased, to erase them again after an older backup was restored."""
    found = session.scalars(select(Erasure.keys).order_by(Erasure.erased_at, Erasure.id))
    return [key for keys in found for key in keys]


def _leave_companies(
    session: Session, person: Person, *, by: uuid.UUID | None, now: datetime, with_companies: bool
) -> list[list[str]]:
    """Hand over to colleagues; return the files of each company that went because nobody is left to speak for it."""
    gone = []
    for company_id, heirs in succession.colleagues(session, person=person).items():
        if heirs or not with_companies:
            succession.hand_over(session, person=person, company_id=company_id, heirs=heirs, by=by, now=now)
        else:
            gone.append(company_erasing.erase(session, company_id=company_id, by=by, now=now))
    return gone


def _meetings_asked_for(session: Session, person: Person) -> list[uuid.UUID]:
    """The meetings whose note the person wrote, or may have: the history of who asked is kept for a year only."""
    sat = (
        select(MeetingAttendee.meeting_id)
        .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
        .where(
            MeetingAttendee.representative_id.in_(person.representatives),
            MeetingAttendee.side == Meeting.requested_by,
            Meeting.note != "",
        )
    )
    wrote = select(HistoryEntry.subject_id).where(
        HistoryEntry.by_account_id == person.account_id, HistoryEntry.action == ASKED
    )
    return sorted({*session.scalars(sat), *session.scalars(wrote)})


def _forget_words(session: Session, person: Person, asked: list[uuid.UUID]) -> None:
    """Take away what the person wrote to others: messages with a request, and notes to an outcome."""
    quietly = {"synchronize_session": False}
    for start in range(0, len(asked), 500):
        session.execute(
            update(Meeting).where(Meeting.id.in_(asked[start : start + 500])).values(note=""),
            execution_options=quietly,
        )
    if person.account_id is not None:
        session.execute(
            update(OutcomeReport)
            .where(OutcomeReport.stated_by == person.account_id, OutcomeReport.note != "")
            .values(note=""),
            execution_options=quietly,
        )


def _record(session: Session, receipt: Erasure) -> None:
    history.record(
        session,
        action="person_erased",
        subject_kind="erasure",
        subject_id=receipt.id,
        by=receipt.by_account_id,
        now=receipt.erased_at,
        reason=receipt.reason,
    )
    session.flush()


def _queue_sweep(session: Session, person: Person, receipt: Erasure, *, places: list[str], now: datetime) -> None:
    """Who is erased once more after a backup was restored has been told the first time."""
    jobs.enqueue(
        session,
        kind=SWEEP_JOB,
        once=f"{SWEEP_JOB} {receipt.id}",
        now=now,
        receipt=receipt.id.hex,
        tell=receipt.reason != ErasureReason.RESTORED,
        traces=person.traces.as_json(),
        places=places,
        companies=_companies_ever(session, person),
        account_id=person.account_id.hex if person.account_id else "",
        name=person.name,
        email=person.email,
        locale=person.locale,
    )


def _companies_ever(session: Session, person: Person) -> list[str]:
    rows = session.scalars(
        select(Representative.company_id).where(Representative.id.in_(person.representatives)).distinct()
    )
    return sorted({key.hex for key in rows})


def _delete_rows(session: Session, person: Person) -> None:
    """Delete what stands for the person; the rows that point there go with it, or forget who it was."""
    quietly = {"synchronize_session": False}
    people = person.representatives
    session.execute(
        delete(Seat).where(Seat.kind == SeatKind.REPRESENTATIVE.value, Seat.resource_id.in_(people)),
        execution_options=quietly,
    )
    session.execute(
        delete(MeetingAttendee).where(MeetingAttendee.representative_id.in_(people)), execution_options=quietly
    )
    session.execute(delete(Representative).where(Representative.id.in_(people)), execution_options=quietly)
    session.execute(
        update(DataRequest).where(func.lower(DataRequest.email).in_(person.traces.emails)).values(email="", note=""),
        execution_options=quietly,
    )
    if person.account_id is not None:
        session.execute(delete(Account).where(Account.id == person.account_id), execution_options=quietly)
    session.expire_all()
