"""Read a company's suggestions with their reasons, and keep its answers to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from sqlalchemy import and_, bindparam, case, delete, or_, select

from matchmaker.domain.consents import Purpose
from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Role
from matchmaker.models import (
    Company,
    MatchRun,
    Participation,
    Suggestion,
    SuggestionAnswer,
    Veto,
)
from matchmaker.services import fair_categories, files, history
from matchmaker.services.kept_counts import Kept, KeptRows
from matchmaker.services.verification import IS_VERIFIED
from matchmaker.services.visibility import company_agrees, is_suggested

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fair_changes import Marks
    from matchmaker.services.fairs import Membership

# Of so many companies the lists are kept, each of at most a few dozen others with their reasons.
LISTS_KEPT = 100


class Answer(StrEnum):
    """What a company says to a suggestion besides asking to meet."""

    SAVED = "saved"
    NOT_INTERESTED = "not_interested"


class NoInterest(StrEnum):
    """Why a company does not want to meet another; the pair is not proposed again."""

    NOT_RELEVANT = "not_relevant"
    COMPETITOR = "competitor"
    KNOWN_ALREADY = "known_already"
    OTHER = "other"


class Listed(Protocol):
    """Whose list it is: someone's membership, or the company that an organizer looks at."""

    @property
    def participation_id(self) -> uuid.UUID:
        """The company's part in the fair."""

    @property
    def company_id(self) -> uuid.UUID:
        """The company."""

    @property
    def role(self) -> Role:
        """Its role there."""


class Suggested(NamedTuple):
    """One suggestion as its reader sees it."""

    other_id: uuid.UUID
    name: str
    country: str
    city: str
    rank: int
    score: float
    label: str
    reasons: dict[str, Any]
    gaps: dict[str, Any]
    best_pair: dict[str, Any]
    answer: str
    is_verified: bool = False
    logo: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class LastRun:
    """How the newest run of the matcher stands."""

    id: uuid.UUID
    state: str
    done: int
    total: int
    started_at: datetime
    finished_at: datetime | None
    version: str
    weights: dict[str, Any]
    coverage: dict[str, Any]


# A company that one side turned away since the run leaves both lists, and nobody is told why.
HAS_VETO = (
    select(Veto.participation_id)
    .where(
        or_(
            and_(Veto.participation_id == bindparam("mine"), Veto.other_company_id == Participation.company_id),
            and_(Veto.participation_id == Participation.id, Veto.other_company_id == bindparam("my_company")),
        )
    )
    .exists()
)


# Of its own: a company that does not agree to be matched has no list at all.
AGREES = (
    select(Participation.id)
    .where(Participation.id == bindparam("mine"), company_agrees(Purpose.MATCHING))
    .correlate(None)
    .exists()
)


def _listed(own: Any, other: Any, rank: Any) -> Any:
    return (
        select(
            other.label("other_id"),
            Company.name,
            Company.country,
            Company.city,
            rank,
            Suggestion.score,
            Suggestion.label,
            Suggestion.reasons,
            Suggestion.gaps,
            Suggestion.best_pair,
            case((SuggestionAnswer.answer.is_(None), ""), else_=SuggestionAnswer.answer),
            IS_VERIFIED,
            files.LOGO_OF_COMPANY,
        )
        .join(Participation, Participation.id == other)
        .join(Company, Company.id == Participation.company_id)
        .outerjoin(
            SuggestionAnswer,
            (SuggestionAnswer.participation_id == bindparam("mine")) & (SuggestionAnswer.other_id == other),
        )
        .where(
            own == bindparam("mine"),
            rank.is_not(None),
            is_suggested(),
            or_(SuggestionAnswer.answer.is_(None), SuggestionAnswer.answer != Answer.NOT_INTERESTED),
            ~HAS_VETO,
            AGREES,
        )
        .order_by(rank, Company.name)
    )


LISTS = {
    Role.EXHIBITOR: _listed(Suggestion.exhibitor_id, Suggestion.buyer_id, Suggestion.exhibitor_rank),
    Role.BUYER: _listed(Suggestion.buyer_id, Suggestion.exhibitor_id, Suggestion.buyer_rank),
}
# What is made of a list names categories, so it goes with them as well.
KEPT_LISTS: Kept[KeptRows[Suggested]] = Kept(*LISTS.values(), fair_categories.NODES, most=LISTS_KEPT)
LAST_RUN = (
    select(
        MatchRun.id,
        MatchRun.state,
        MatchRun.done,
        MatchRun.total,
        MatchRun.started_at,
        MatchRun.finished_at,
        MatchRun.version,
        MatchRun.weights,
        MatchRun.coverage,
    )
    .where(MatchRun.fair_id == bindparam("fair_id"))
    .order_by(MatchRun.started_at.desc(), MatchRun.id.desc())
    .limit(1)
)


def suggested(session: Session, *, me: Membership) -> list[Suggested]:
    """Return a participant's suggestions in order of rank, without those it is not interested in.

    There are none for a company that does not agree to be matched.
    """
    return suggested_to(session, participation_id=me.participation_id, company_id=me.company_id, role=me.role)


def suggested_to(
    session: Session, *, participation_id: uuid.UUID, company_id: uuid.UUID, role: Role
) -> list[Suggested]:
    """Return the list of any company of a fair as it stands on that company's own page."""
    facts = {"mine": participation_id, "my_company": company_id}
    return list(map(Suggested._make, session.execute(LISTS[role], facts)))


def kept_list(
    session: Session, *, fair_id: uuid.UUID, whose: Listed, marks: Marks | None = None
) -> KeptRows[Suggested]:
    """Return the same, which is read again only after something that it rests on was written."""

    def read() -> KeptRows[Suggested]:
        rows = suggested_to(
            session, participation_id=whose.participation_id, company_id=whose.company_id, role=whose.role
        )
        return KeptRows(tuple(rows))

    return KEPT_LISTS.found(session, fair_id=fair_id, key=whose.participation_id, read=read, marks=marks)


def last_run(session: Session, *, fair_id: uuid.UUID) -> LastRun | None:
    """Return the newest run of the matcher for a fair, or None when there was none."""
    row = session.execute(LAST_RUN, {"fair_id": fair_id}).one_or_none()
    return None if row is None else LastRun(*row)


def save(session: Session, *, fair_id: uuid.UUID, me: Membership, other_id: uuid.UUID, now: datetime) -> None:
    """Put a suggestion aside for later; raise NotFound when it was not suggested to the reader."""
    _answer(session, fair_id=fair_id, me=me, other_id=other_id, answer=Answer.SAVED, reason="", now=now)


def not_interested(
    session: Session, *, fair_id: uuid.UUID, me: Membership, other_id: uuid.UUID, reason: NoInterest, now: datetime
) -> None:
    """Take a pair off the reader's list for good, with the reason; raise NotFound as save does."""
    _answer(session, fair_id=fair_id, me=me, other_id=other_id, answer=Answer.NOT_INTERESTED, reason=reason, now=now)


def take_back(session: Session, *, fair_id: uuid.UUID, me: Membership, other_id: uuid.UUID, now: datetime) -> None:
    """Take back what was said to a suggestion, saved or not interested.

    A run since then may have dropped the pair because of that very answer, so the answer alone is enough.
    """
    gone = session.execute(
        delete(SuggestionAnswer)
        .where(SuggestionAnswer.participation_id == me.participation_id, SuggestionAnswer.other_id == other_id)
        .returning(SuggestionAnswer.answer)
    ).all()
    if gone:
        _record(session, "suggestion_answer_taken_back", fair_id=fair_id, me=me, other_id=other_id, now=now)
    else:
        _demand_suggested(session, me=me, other_id=other_id)


def _answer(
    session: Session,
    *,
    fair_id: uuid.UUID,
    me: Membership,
    other_id: uuid.UUID,
    answer: Answer,
    reason: str,
    now: datetime,
) -> None:
    _demand_suggested(session, me=me, other_id=other_id)
    session.merge(
        SuggestionAnswer(participation_id=me.participation_id, other_id=other_id, answer=answer, reason=reason, at=now)
    )
    session.flush()
    _record(session, f"suggestion_{answer}", fair_id=fair_id, me=me, other_id=other_id, now=now)


def name_of_suggested(session: Session, *, me: Membership, other_id: uuid.UUID) -> str:
    """Return the name of a company that was suggested to the reader; raise NotFound as save does."""
    own, other = _ends(me)
    name = session.scalar(
        select(Company.name)
        .join(Participation, Participation.company_id == Company.id)
        .join(Suggestion, other == Participation.id)
        .where(own == me.participation_id, other == other_id)
    )
    if name is None:
        raise NotFound("no_such_suggestion")
    return name


def _ends(me: Membership) -> tuple[Any, Any]:
    """The reader's own end of a suggestion and the other one."""
    if me.role is Role.EXHIBITOR:
        return Suggestion.exhibitor_id, Suggestion.buyer_id
    return Suggestion.buyer_id, Suggestion.exhibitor_id


def _demand_suggested(session: Session, *, me: Membership, other_id: uuid.UUID) -> None:
    """Raise NotFound unless the pair was suggested to the reader.

    The row stays locked, so that of two clicks at once the second finds the answer of the first.
    """
    own, other = _ends(me)
    pair = select(Suggestion.id).where(own == me.participation_id, other == other_id).with_for_update()
    if session.scalar(pair) is None:
        raise NotFound("no_such_suggestion")


def _record(
    session: Session, action: str, *, fair_id: uuid.UUID, me: Membership, other_id: uuid.UUID, now: datetime
) -> None:
    history.record(
        session,
        action=action,
        subject_kind="participation",
        subject_id=other_id,
        by=me.account_id,
        now=now,
        fair_id=fair_id,
    )
