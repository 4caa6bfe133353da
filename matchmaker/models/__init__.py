"""The tables: typed SQLAlchemy models with their constraints, and no queries."""

from matchmaker.models.accounts import Account, Consent, FairStaff, SignInFailure, SignInLink, SignInSession
from matchmaker.models.base import Base
from matchmaker.models.companies import (
    Category,
    Certificate,
    Company,
    CompanyImport,
    FairPerson,
    Need,
    Offer,
    Participation,
    Representative,
    RepresentativeAbsence,
    Veto,
)
from matchmaker.models.deals import Deal, DealMeeting, OutcomeReport
from matchmaker.models.fairs import (
    Fair,
    FairCategory,
    FairRate,
    FairSession,
    Hall,
    Interpreter,
    InterpreterAbsence,
    MeetingTable,
    Slot,
)
from matchmaker.models.history import HistoryEntry
from matchmaker.models.matching import MatchRun, Suggestion, SuggestionAnswer
from matchmaker.models.meetings import Meeting, MeetingAttendee, ScheduleMiss, ScheduleRun, Seat
from matchmaker.models.notices import Job, Notice

__all__ = [
    "Account",
    "Base",
    "Category",
    "Certificate",
    "Company",
    "CompanyImport",
    "Consent",
    "Deal",
    "DealMeeting",
    "Fair",
    "FairCategory",
    "FairPerson",
    "FairRate",
    "FairSession",
    "FairStaff",
    "Hall",
    "HistoryEntry",
    "Interpreter",
    "InterpreterAbsence",
    "Job",
    "MatchRun",
    "Meeting",
    "MeetingAttendee",
    "MeetingTable",
    "Need",
    "Notice",
    "Offer",
    "OutcomeReport",
    "Participation",
    "Representative",
    "RepresentativeAbsence",
    "ScheduleMiss",
    "ScheduleRun",
    "Seat",
    "SignInFailure",
    "SignInLink",
    "SignInSession",
    "Slot",
    "Suggestion",
    "SuggestionAnswer",
    "Veto",
]
