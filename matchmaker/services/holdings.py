"""What each table holds about a person and their companies, and what of it is handed out.

Every table stands in exactly one of the three lists below; a test fails for a new one until somebody has decided.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, func, inspect, or_, select

from matchmaker.models import (
    Account,
    AddressClaim,
    Base,
    CalendarFeed,
    Certificate,
    CheckIn,
    Company,
    CompanyGroupMember,
    CompanyImport,
    Complaint,
    Consent,
    DataCopy,
    DataRequest,
    Deal,
    DealMeeting,
    DraftStep,
    FairPerson,
    FairStaff,
    FollowUp,
    HallOfferSide,
    HelperGrant,
    HistoryEntry,
    HostTable,
    Interpreter,
    InterpreterAbsence,
    KeptForm,
    MadeFile,
    Mail,
    Meeting,
    MeetingAttendee,
    MeetingMessage,
    Need,
    Notice,
    NoticeChoice,
    Objection,
    Offer,
    OutcomeReport,
    Participation,
    RecoveryCode,
    Registration,
    RemovedItem,
    Representative,
    RepresentativeAbsence,
    SignInLink,
    SignInSession,
    Standby,
    StoredFile,
    Suggestion,
    SuggestionAnswer,
    TeamInvitation,
    ThirdCompany,
    TwoStepKey,
    Veto,
    ViewCount,
)
from matchmaker.services import row_counts

if TYPE_CHECKING:
    import uuid

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from matchmaker.services.persons import Person

Condition = Callable[["Person"], "ColumnElement[bool]"]


@dataclass(frozen=True, slots=True)
class Holding:
    """Which rows of a table are a person's or a company's, and the columns that are not handed out.

    Rows that stay after an erasure know the person by a key that leads nowhere then.
    """

    of: Condition
    hidden: frozenset[str] = field(default_factory=frozenset)
    stays: bool = False


def _account(table: Any, *hidden: str) -> Holding:
    """Rows that belong to the account."""
    return Holding(lambda person: table.account_id == person.account_id, frozenset(hidden))


def _people(table: Any) -> Holding:
    """Rows that belong to the person as one of a company's people."""
    return Holding(lambda person: table.representative_id.in_(person.representatives))


def _company(table: Any, *hidden: str) -> Holding:
    return Holding(lambda person: table.company_id.in_(person.companies), frozenset(hidden))


def _participation(table: Any, *hidden: str) -> Holding:
    return Holding(lambda person: table.participation_id.in_(participations(person)), frozenset(hidden))


def participations(person: Person) -> Select[uuid.UUID]:
    """Return the keys of all participations of the person's companies, as a part of a statement."""
    return select(Participation.id).where(Participation.company_id.in_(person.companies))


def of_either_side(table: Any, person: Person) -> ColumnElement[bool]:
    """Whether a row with two sides has one of the person's companies on one of them."""
    own = participations(person)
    return or_(table.exhibitor_id.in_(own), table.buyer_id.in_(own))


def _own_reports(person: Person) -> ColumnElement[bool]:
    """What one's own side said. The other side's answers are theirs, as on every page."""
    own = participations(person)
    sells = and_(OutcomeReport.side == "seller", Meeting.exhibitor_id.in_(own))
    buys = and_(OutcomeReport.side == "buyer", Meeting.buyer_id.in_(own))
    wanted = select(OutcomeReport.id).join(Meeting, Meeting.id == OutcomeReport.meeting_id).where(or_(sells, buys))
    return or_(OutcomeReport.id.in_(wanted), OutcomeReport.stated_by == person.account_id)


def _own_check_ins(person: Person) -> ColumnElement[bool]:
    """What was said of one's own side."""
    own = participations(person)
    sells = and_(CheckIn.side == "exhibitor", Meeting.exhibitor_id.in_(own))
    buys = and_(CheckIn.side == "buyer", Meeting.buyer_id.in_(own))
    wanted = select(CheckIn.id).join(Meeting, Meeting.id == CheckIn.meeting_id).where(or_(sells, buys))
    return or_(CheckIn.id.in_(wanted), CheckIn.by_account_id == person.account_id)


def _own_objections(person: Person) -> ColumnElement[bool]:
    """What one's own side said against a meeting. The other side never hears of it."""
    own = participations(person)
    sells = and_(Objection.side == "exhibitor", Meeting.exhibitor_id.in_(own))
    buys = and_(Objection.side == "buyer", Meeting.buyer_id.in_(own))
    wanted = select(Objection.id).join(Meeting, Meeting.id == Objection.meeting_id).where(or_(sells, buys))
    return or_(Objection.id.in_(wanted), Objection.by_account_id == person.account_id)


PERSONAL: dict[Any, Holding] = {
    Account: Holding(lambda person: Account.id == person.account_id, frozenset({"password_hash"})),
    SignInSession: _account(SignInSession, "token_hash"),
    SignInLink: _account(SignInLink),
    TwoStepKey: _account(TwoStepKey, "sealed", "pending", "last_step"),
    RecoveryCode: _account(RecoveryCode, "start", "code_hash"),
    KeptForm: _account(KeptForm),
    ViewCount: _account(ViewCount),
    AddressClaim: _account(AddressClaim),
    Consent: _account(Consent),
    Registration: _account(Registration, "form_key"),
    FairStaff: _account(FairStaff),
    HostTable: Holding(
        lambda person: HostTable.staff_id.in_(select(FairStaff.id).where(FairStaff.account_id == person.account_id))
    ),
    TeamInvitation: _account(TeamInvitation),
    HelperGrant: _account(HelperGrant),
    Notice: _account(Notice, "once"),
    Mail: _account(Mail),
    NoticeChoice: _account(NoticeChoice),
    CalendarFeed: _account(CalendarFeed),
    FollowUp: _account(FollowUp),
    CompanyImport: _account(CompanyImport, "content"),
    MeetingMessage: _account(MeetingMessage),
    DraftStep: Holding(lambda person: DraftStep.by_account_id == person.account_id, frozenset({"before"})),
    DataCopy: Holding(
        lambda person: or_(
            DataCopy.account_id == person.account_id, DataCopy.representative_id.in_(person.representatives)
        ),
        frozenset({"content"}),
    ),
    MadeFile: _account(MadeFile, "content"),
    DataRequest: Holding(lambda person: func.lower(DataRequest.email).in_(person.traces.emails)),
    HistoryEntry: Holding(lambda person: HistoryEntry.by_account_id == person.account_id, stays=True),
    Representative: Holding(lambda person: Representative.id.in_(person.representatives)),
    RepresentativeAbsence: _people(RepresentativeAbsence),
    FairPerson: _people(FairPerson),
    MeetingAttendee: _people(MeetingAttendee),
    Standby: _people(Standby),
    HallOfferSide: _people(HallOfferSide),
    Interpreter: Holding(lambda person: Interpreter.id.in_(person.interpreters)),
    InterpreterAbsence: Holding(lambda person: InterpreterAbsence.interpreter_id.in_(person.interpreters)),
}
OF_COMPANY: dict[Any, Holding] = {
    Company: Holding(lambda person: Company.id.in_(person.companies)),
    Certificate: _company(Certificate),
    CompanyGroupMember: _company(CompanyGroupMember),
    Participation: _company(Participation),
    Offer: _participation(Offer),
    Need: _participation(Need),
    RemovedItem: _participation(RemovedItem),
    Veto: _participation(Veto),
    SuggestionAnswer: _participation(SuggestionAnswer),
    ThirdCompany: _participation(ThirdCompany),
    # Why the other side should want the meeting is told to the other side alone.
    Suggestion: Holding(
        lambda person: of_either_side(Suggestion, person), frozenset({"reasons", "gaps", "contributions"})
    ),
    Meeting: Holding(lambda person: of_either_side(Meeting, person)),
    # Who of the other side was there is the other side's.
    CheckIn: Holding(_own_check_ins),
    Objection: Holding(_own_objections),
    Deal: Holding(lambda person: of_either_side(Deal, person)),
    DealMeeting: Holding(lambda person: DealMeeting.deal_id.in_(select(Deal.id).where(of_either_side(Deal, person)))),
    OutcomeReport: Holding(_own_reports),
    StoredFile: _company(StoredFile, "place"),
    # A company's complaints about others. Who complained about it stays between them and the organizer.
    Complaint: Holding(lambda person: Complaint.by_id.in_(participations(person))),
}
# Tables that hold nothing about a person or a single company, each with the reason.
ABOUT_NOBODY: dict[str, str] = {
    "category": "the tree of trade categories",
    "company_distinction": "that two companies are not the same one, by their keys",
    "company_group": "the fair's own groups; who is in them is handed out",
    "consent_text": "texts of the fair",
    "erasure": "receipts that name nobody",
    "fair": "the fair itself",
    "fair_category": "the fair itself",
    "fair_edition": "which fair is the earlier edition of which",
    "fair_phase": "the fair itself",
    "fair_rate": "the fair itself",
    "fair_session": "the fair itself",
    "hall": "the fair itself",
    "hall_offer": "who was offered to whom by keys; what each of the two said is handed out",
    "job": "work for the next seconds; what it was told is forgotten when it is done",
    "fair_change": "numbers that tell whether something changed",
    "fair_figure": "counts of a fair; it names companies by key",
    "ledger_entry": "the seals of what outcome_report holds; it names people by key alone",
    "match_run": "a run over the whole fair",
    "match_setting": "weights of the whole fair, and the figures they were learned with",
    "match_trial": "a run over the whole fair",
    "meeting_rule": "the organizer's own rules between companies and groups",
    "meeting_table": "the fair itself",
    "official_statement": "what the organizer states of the fair; who stated it is a key that goes with the account",
    "programme": "fairs added up, with no company in it",
    "programme_fair": "fairs added up, with no company in it",
    "programme_rate": "fairs added up, with no company in it",
    "report_version": "frozen figures of a fair; it names companies and deals, and who typed a value by key",
    "retention_run": "counts",
    "draft_place": "drafts of a fair's schedule, by keys",
    "schedule_draft": "drafts of a fair's schedule",
    "schedule_miss": "a run over the whole fair, by the meetings' keys",
    "schedule_run": "a run over the whole fair",
    "search_document": "derived from the company's profile",
    "search_facet": "derived from the company's profile",
    "seat": "derived from the meetings",
    "sign_in_failure": "hashes that are forgotten after 15 minutes",
    "slot": "the fair itself",
    "slot_offer": "derived from the meetings",
}


def count(session: Session, *, person: Person) -> dict[str, int]:
    """Return how many rows of each table go when a person is erased; tables without any are left out."""
    going = {table: holding.of(person) for table, holding in PERSONAL.items() if not holding.stays}
    found = row_counts.counts(session, wanted=going.items())
    return {table.__tablename__: rows for table, rows in zip(going, found, strict=True) if rows}


def rows_of(session: Session, *, person: Person, table: type[Base], holding: Holding) -> list[dict[str, Any]]:
    """Return a table's rows of a person, by column name, without what is not handed out."""
    columns = [column for column in table.__table__.columns if column.key not in holding.hidden]
    keys = list(inspect(table).primary_key)
    rows = session.execute(select(*columns).where(holding.of(person)).order_by(*keys))
    return [dict(row) for row in rows.mappings()]
