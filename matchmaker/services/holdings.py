"""What each table holds about a person and their companies, and what of it is handed out.

Every table stands in exactly one of the three lists below; a test fails for a new one until somebody has decided.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, Uuid, and_, bindparam, func, inspect, or_, select

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
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from matchmaker.services.persons import Person

# Whom a condition asks about, so that statements are built once; ``asked_of`` gives the values. Who has no account has
# no row of one either: nothing equals NULL.
ACCOUNT = bindparam("account_id", type_=Uuid())
PEOPLE = bindparam("representatives", expanding=True, type_=Uuid())
INTERPRETERS = bindparam("interpreters", expanding=True, type_=Uuid())
COMPANIES = bindparam("companies", expanding=True, type_=Uuid())
EMAILS = bindparam("emails", expanding=True, type_=String())
OWN_PARTICIPATIONS = select(Participation.id).where(Participation.company_id.in_(COMPANIES))


@dataclass(frozen=True, slots=True)
class Holding:
    """Which rows of a table are a person's or a company's, and the columns that are not handed out.

    Rows that stay after an erasure know the person by a key that leads nowhere then.
    """

    of: ColumnElement[bool]
    hidden: frozenset[str] = field(default_factory=frozenset)
    stays: bool = False


def asked_of(person: Person) -> dict[str, Any]:
    """Return the values of a person that the conditions ask for."""
    return {
        "account_id": person.account_id,
        "representatives": person.representatives,
        "interpreters": person.interpreters,
        "companies": person.companies,
        "emails": sorted(person.traces.emails),
    }


def _account(table: Any, *hidden: str) -> Holding:
    """Rows that belong to the account."""
    return Holding(table.account_id == ACCOUNT, frozenset(hidden))


def _people(table: Any) -> Holding:
    """Rows that belong to the person as one of a company's people."""
    return Holding(table.representative_id.in_(PEOPLE))


def _company(table: Any, *hidden: str) -> Holding:
    return Holding(table.company_id.in_(COMPANIES), frozenset(hidden))


def _participation(table: Any, *hidden: str) -> Holding:
    return Holding(table.participation_id.in_(OWN_PARTICIPATIONS), frozenset(hidden))


def of_either_side(table: Any) -> ColumnElement[bool]:
    """Whether a row with two sides has one of the person's companies on one of them."""
    return or_(table.exhibitor_id.in_(OWN_PARTICIPATIONS), table.buyer_id.in_(OWN_PARTICIPATIONS))


def _said_by_own_side(table: Any, seller: str, buyer: str, author: Any) -> Holding:
    """What one's own side said of a meeting, or what was said of it. The other side's rows are theirs."""
    sells = and_(table.side == seller, Meeting.exhibitor_id.in_(OWN_PARTICIPATIONS))
    buys = and_(table.side == buyer, Meeting.buyer_id.in_(OWN_PARTICIPATIONS))
    wanted = select(table.id).join(Meeting, Meeting.id == table.meeting_id).where(or_(sells, buys))
    return Holding(or_(table.id.in_(wanted), author == ACCOUNT))


PERSONAL: dict[Any, Holding] = {
    Account: Holding(Account.id == ACCOUNT, frozenset({"password_hash"})),
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
    HostTable: Holding(HostTable.staff_id.in_(select(FairStaff.id).where(FairStaff.account_id == ACCOUNT))),
    TeamInvitation: _account(TeamInvitation),
    HelperGrant: _account(HelperGrant),
    Notice: _account(Notice, "once"),
    Mail: _account(Mail),
    NoticeChoice: _account(NoticeChoice),
    CalendarFeed: _account(CalendarFeed),
    FollowUp: _account(FollowUp),
    CompanyImport: _account(CompanyImport, "content"),
    MeetingMessage: _account(MeetingMessage),
    DraftStep: Holding(DraftStep.by_account_id == ACCOUNT, frozenset({"before"})),
    DataCopy: Holding(
        or_(DataCopy.account_id == ACCOUNT, DataCopy.representative_id.in_(PEOPLE)),
        frozenset({"content"}),
    ),
    MadeFile: _account(MadeFile, "content"),
    DataRequest: Holding(func.lower(DataRequest.email).in_(EMAILS)),
    HistoryEntry: Holding(HistoryEntry.by_account_id == ACCOUNT, stays=True),
    Representative: Holding(Representative.id.in_(PEOPLE)),
    RepresentativeAbsence: _people(RepresentativeAbsence),
    FairPerson: _people(FairPerson),
    MeetingAttendee: _people(MeetingAttendee),
    Standby: _people(Standby),
    HallOfferSide: _people(HallOfferSide),
    Interpreter: Holding(Interpreter.id.in_(INTERPRETERS)),
    InterpreterAbsence: Holding(InterpreterAbsence.interpreter_id.in_(INTERPRETERS)),
}
OF_COMPANY: dict[Any, Holding] = {
    Company: Holding(Company.id.in_(COMPANIES)),
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
    Suggestion: Holding(of_either_side(Suggestion), frozenset({"reasons", "gaps", "contributions"})),
    Meeting: Holding(of_either_side(Meeting)),
    # Who of the other side was there is the other side's.
    CheckIn: _said_by_own_side(CheckIn, "exhibitor", "buyer", CheckIn.by_account_id),
    # The other side never hears of an objection.
    Objection: _said_by_own_side(Objection, "exhibitor", "buyer", Objection.by_account_id),
    Deal: Holding(of_either_side(Deal)),
    DealMeeting: Holding(DealMeeting.deal_id.in_(select(Deal.id).where(of_either_side(Deal)))),
    OutcomeReport: _said_by_own_side(OutcomeReport, "seller", "buyer", OutcomeReport.stated_by),
    StoredFile: _company(StoredFile, "place"),
    # A company's complaints about others. Who complained about it stays between them and the organizer.
    Complaint: Holding(Complaint.by_id.in_(OWN_PARTICIPATIONS)),
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


# The rows of each table that go when a person is erased.
GOING: dict[Any, ColumnElement[bool]] = {table: holding.of for table, holding in PERSONAL.items() if not holding.stays}
COUNTS = row_counts.statement(GOING.items())


def count(session: Session, *, person: Person) -> dict[str, int]:
    """Return how many rows of each table go when a person is erased; tables without any are left out."""
    return by_table(session.execute(COUNTS, asked_of(person)).one())


def by_table(counts: Iterable[int]) -> dict[str, int]:
    """Return counts of what goes, in the order of the tables, by their names."""
    return {table.__tablename__: rows for table, rows in zip(GOING, counts, strict=True) if rows}


def rows_of(session: Session, *, person: Person, table: type[Base], holding: Holding) -> list[dict[str, Any]]:
    """Return a table's rows of a person, by column name, without what is not handed out."""
    columns = [column for column in table.__table__.columns if column.key not in holding.hidden]
    keys = list(inspect(table).primary_key)
    rows = session.execute(select(*columns).where(holding.of).order_by(*keys), asked_of(person))
    return [dict(row) for row in rows.mappings()]
