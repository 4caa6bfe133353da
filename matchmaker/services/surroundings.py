"""Which rows of each table lie around some companies: their own, their meetings and deals, what was told about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, or_, select

from matchmaker.models import (
    Certificate,
    Company,
    CompanyImport,
    Complaint,
    DataRequest,
    Deal,
    HistoryEntry,
    KeptForm,
    Mail,
    Meeting,
    MeetingMessage,
    MeetingRule,
    Need,
    Notice,
    Objection,
    Offer,
    OutcomeReport,
    Participation,
    RemovedItem,
    Representative,
    StoredFile,
    Suggestion,
    TeamInvitation,
)
from matchmaker.services.meeting_sides import is_in

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement


def of(table: type[Any], *, account_id: uuid.UUID | None, companies: Sequence[uuid.UUID]) -> ColumnElement[bool] | None:
    """Return the condition that a row of a table lies around these companies; None for tables that never do."""
    own = _own(companies)
    near: dict[type[Any], Any] = {
        Company: Company.id.in_(companies),
        Certificate: Certificate.company_id.in_(companies),
        TeamInvitation: TeamInvitation.company_id.in_(companies),
        Participation: Participation.company_id.in_(companies),
        Offer: Offer.participation_id.in_(own),
        Need: Need.participation_id.in_(own),
        RemovedItem: RemovedItem.participation_id.in_(own),
        Meeting: Meeting.id.in_(_meetings(companies)),
        MeetingMessage: MeetingMessage.meeting_id.in_(_meetings(companies)),
        Objection: Objection.meeting_id.in_(_meetings(companies)),
        Complaint: Complaint.meeting_id.in_(_meetings(companies)),
        StoredFile: StoredFile.company_id.in_(companies),
        Deal: _either_side(Deal, companies),
        Suggestion: _either_side(Suggestion, companies),
        OutcomeReport: OutcomeReport.meeting_id.in_(_meetings(companies)),
        Notice: Notice.account_id.in_(_accounts_around(companies)),
        Mail: Mail.account_id.in_(_accounts_around(companies)),
        KeptForm: KeptForm.account_id.in_(_accounts_around(companies)),
        HistoryEntry: _history(account_id, companies),
        MeetingRule: or_(
            MeetingRule.one_value.in_([str(key) for key in companies]),
            MeetingRule.other_value.in_([str(key) for key in companies]),
        ),
        DataRequest: DataRequest.fair_id.in_(_fairs(companies)),
        CompanyImport: of_imports(companies),
    }
    condition: ColumnElement[bool] | None = near.get(table)
    return condition


def of_imports(companies: Sequence[uuid.UUID]) -> ColumnElement[bool]:
    """Whether a spreadsheet was handed in for a fair of these companies."""
    return CompanyImport.fair_id.in_(_fairs(companies))


def _own(companies: Sequence[uuid.UUID]) -> Select[uuid.UUID]:
    return select(Participation.id).where(Participation.company_id.in_(companies))


def _fairs(companies: Sequence[uuid.UUID]) -> Select[uuid.UUID]:
    return select(Participation.fair_id).where(Participation.company_id.in_(companies))


def _either_side(table: Any, companies: Sequence[uuid.UUID]) -> ColumnElement[bool]:
    own = _own(companies)
    return or_(table.exhibitor_id.in_(own), table.buyer_id.in_(own))


def _meetings(companies: Sequence[uuid.UUID]) -> Select[uuid.UUID]:
    joined = Meeting.third_id.in_(_own(companies))
    return select(Meeting.id).where(or_(_either_side(Meeting, companies), joined))


def _accounts_around(companies: Sequence[uuid.UUID]) -> Select[uuid.UUID | None]:
    """The accounts of these companies' people and of those they asked or met."""
    met = _meetings(companies)
    both_sides = select(Participation.company_id).join(Meeting, is_in(Participation.id)).where(Meeting.id.in_(met))
    return select(Representative.account_id).where(
        Representative.account_id.is_not(None),
        or_(Representative.company_id.in_(companies), Representative.company_id.in_(both_sides)),
    )


def _history(account_id: uuid.UUID | None, companies: Sequence[uuid.UUID]) -> ColumnElement[bool]:
    people = select(Representative.id).where(Representative.company_id.in_(companies))
    of_account = [HistoryEntry.by_account_id == account_id, HistoryEntry.subject_id == account_id] if account_id else []
    return or_(
        HistoryEntry.for_company_id.in_(companies),
        HistoryEntry.subject_id.in_(companies),
        HistoryEntry.subject_id.in_(_own(companies)),
        HistoryEntry.subject_id.in_(_meetings(companies)),
        HistoryEntry.subject_id.in_(people),
        *of_account,
    )
