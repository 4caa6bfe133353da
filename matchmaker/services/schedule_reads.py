"""Read a fair's schedule: how the last run went, what stands where, and what has no place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import String, bindparam, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from matchmaker.domain.meetings import MeetingState
from matchmaker.models import (
    Company,
    DraftPlace,
    Interpreter,
    Meeting,
    MeetingRule,
    MeetingTable,
    Participation,
    ScheduleDraft,
    ScheduleMiss,
    ScheduleRun,
    Slot,
)
from matchmaker.services import drafts
from matchmaker.services.drafts import DraftFacts, DraftState
from matchmaker.services.kept_counts import Kept
from matchmaker.services.meeting_sides import SIDES
from matchmaker.services.slot_loads import BY_TIME, IS_PLACED

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.slot_loads import DayLoad, Loads

LINES_A_PAGE = 50
MISSES_A_PAGE = 50
# A page of lines takes some 50 KB.
PAGES_KEPT = 64


@dataclass(frozen=True, slots=True)
class LastRun:
    """How the newest run of the scheduler stands."""

    id: uuid.UUID
    state: str
    scope: str
    asked: int
    placed: int
    metrics: dict[str, Any]
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How scheduling stands: the newest run, the drafts that can be worked on, and whether some must not meet."""

    run: LastRun | None
    drafts: list[DraftFacts]
    has_rules: bool


class Line(NamedTuple):
    """One placed meeting."""

    meeting_id: uuid.UUID
    state: str
    is_locked: bool
    is_online: bool
    starts_at: datetime
    table: str | None
    interpreter_id: uuid.UUID | None
    exhibitor_id: uuid.UUID
    exhibitor: str
    exhibitor_country: str
    buyer_id: uuid.UUID
    buyer: str
    buyer_country: str
    third_id: uuid.UUID | None
    third: str | None


@dataclass(frozen=True, slots=True, eq=False)
class LinesPage:
    """One page of a day's meetings, and how many there are on all pages.

    It is kept, so nobody may change what it holds, and it names no person: the interpreters stand in it by their keys.
    """

    lines: tuple[Line, ...]
    total: int

    @property
    def interpreters(self) -> frozenset[uuid.UUID]:
        """Who interprets on this page."""
        return frozenset([one.interpreter_id for one in self.lines if one.interpreter_id is not None])


@dataclass(frozen=True, slots=True)
class Miss:
    """One accepted meeting without a place, with what proves that and what would help; ``third`` joins the two."""

    meeting_id: uuid.UUID
    exhibitor_company: uuid.UUID
    exhibitor: str
    buyer_company: uuid.UUID
    buyer: str
    code: str
    evidence: dict[str, Any]
    help: list[Any]
    third_company: uuid.UUID | None
    third: str | None


LAST_RUN = (
    select(
        ScheduleRun.id,
        ScheduleRun.state,
        ScheduleRun.scope,
        ScheduleRun.asked,
        ScheduleRun.placed,
        ScheduleRun.metrics,
        ScheduleRun.started_at,
        ScheduleRun.finished_at,
    )
    .where(ScheduleRun.fair_id == bindparam("fair_id"))
    .order_by(ScheduleRun.started_at.desc(), ScheduleRun.id.desc())
    .limit(1)
)
_run, _draft = LAST_RUN.subquery("run"), drafts.OPEN.subquery("draft")
_has_rules = select(MeetingRule.id).where(MeetingRule.fair_id == bindparam("fair_id")).exists()
# Each draft with the run and with whether there are rules; one row without a draft where there is none.
STANDING = (
    select(_has_rules, *_run.c, *_draft.c)
    .select_from(select(literal(1).label("one")).subquery("fair_alone"))
    .outerjoin(_run, true())
    .outerjoin(_draft, true())
    .order_by(_draft.c.number.desc())
)
RUN_ENDS = 1 + len(_run.c)
SELLING, BUYING, JOINING = aliased(Participation), aliased(Participation), aliased(Participation)
SELLER, BUYER, THIRD = aliased(Company), aliased(Company), aliased(Company)
NAMED_SIDES = (
    select(Participation.id)
    .join(Company, Company.id == Participation.company_id)
    .where(
        Participation.fair_id == bindparam("fair_id"),
        Company.name_key.like("%" + bindparam("wanted", type_=String) + "%", escape="\\"),
    )
)
ON_DAY_NAMED = (
    select(Meeting.id)
    .select_from(Slot)
    .join(Meeting, IS_PLACED)
    .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
    .where(
        Slot.fair_id == bindparam("fair_id"),
        Slot.day == bindparam("day"),
        or_(*(side.in_(NAMED_SIDES) for side in SIDES)),
    )
    .correlate(None)
)
COUNT_NAMED = select(func.count()).select_from(ON_DAY_NAMED.subquery())
PAGE_NAMED = ON_DAY_NAMED.order_by(*BY_TIME).limit(LINES_A_PAGE).offset(bindparam("start"))
LINES = (
    select(
        Meeting.id,
        Meeting.state,
        Meeting.is_locked,
        Meeting.is_online,
        Slot.starts_at,
        MeetingTable.code,
        Meeting.interpreter_id,
        Meeting.exhibitor_id,
        SELLER.name,
        SELLER.country,
        Meeting.buyer_id,
        BUYER.name,
        BUYER.country,
        Meeting.third_id,
        THIRD.name,
    )
    .select_from(Meeting)
    .join(Slot, IS_PLACED)
    .join(SELLING, SELLING.id == Meeting.exhibitor_id)
    .join(SELLER, SELLER.id == SELLING.company_id)
    .join(BUYING, BUYING.id == Meeting.buyer_id)
    .join(BUYER, BUYER.id == BUYING.company_id)
    .outerjoin(JOINING, JOINING.id == Meeting.third_id)
    .outerjoin(THIRD, THIRD.id == JOINING.company_id)
    .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
    .order_by(*BY_TIME)
)
LINES_OF_KEYS = LINES.where(Meeting.id.in_(bindparam("meetings", type_=Meeting.id.type, expanding=True)))
LINES_NAMED = LINES.where(Meeting.id.in_(PAGE_NAMED))
PAGES: Kept[LinesPage] = Kept(LINES_OF_KEYS, LINES_NAMED, COUNT_NAMED, most=PAGES_KEPT)
INTERPRETERS = select(Interpreter.id, Interpreter.name).where(
    Interpreter.id.in_(bindparam("interpreters", type_=Interpreter.id.type, expanding=True))
)
# As long as the draft that a run made is open, the meetings it takes out still stand for everyone else.
IS_TAKEN_OUT = (
    select(DraftPlace.meeting_id)
    .join(ScheduleDraft, ScheduleDraft.id == DraftPlace.draft_id)
    .where(
        ScheduleDraft.run_id == ScheduleMiss.run_id,
        ScheduleDraft.state == DraftState.OPEN,
        DraftPlace.meeting_id == Meeting.id,
        DraftPlace.slot_id.is_(None),
    )
    .correlate(ScheduleMiss, Meeting)
    .exists()
)
IS_MISSED = (
    ScheduleMiss.run_id == bindparam("run_id"),
    (Meeting.state == MeetingState.ACCEPTED) | ((Meeting.state == MeetingState.SCHEDULED) & IS_TAKEN_OUT),
)
MISS_COUNTS = (
    select(ScheduleMiss.code, func.count())
    .join(Meeting, Meeting.id == ScheduleMiss.meeting_id)
    .where(*IS_MISSED)
    .group_by(ScheduleMiss.code)
    .order_by(func.count().desc(), ScheduleMiss.code)
)
MISSES = (
    select(
        Meeting.id,
        SELLER.id,
        SELLER.name,
        BUYER.id,
        BUYER.name,
        ScheduleMiss.code,
        ScheduleMiss.evidence,
        ScheduleMiss.help,
        THIRD.id,
        THIRD.name,
    )
    .join(Meeting, Meeting.id == ScheduleMiss.meeting_id)
    .join(SELLING, SELLING.id == Meeting.exhibitor_id)
    .join(SELLER, SELLER.id == SELLING.company_id)
    .join(BUYING, BUYING.id == Meeting.buyer_id)
    .join(BUYER, BUYER.id == BUYING.company_id)
    .outerjoin(JOINING, JOINING.id == Meeting.third_id)
    .outerjoin(THIRD, THIRD.id == JOINING.company_id)
    .where(*IS_MISSED, (bindparam("code", type_=String) == "") | (ScheduleMiss.code == bindparam("code")))
    .order_by(ScheduleMiss.code, SELLER.name, BUYER.name, Meeting.id)
    .limit(bindparam("count"))
    .offset(bindparam("start"))
)
WAITING = select(func.count()).where(Meeting.fair_id == bindparam("fair_id"), Meeting.state == MeetingState.ACCEPTED)


def standing(session: Session, *, fair_id: uuid.UUID) -> Standing:
    """Return the newest run, the open drafts and whether there are rules, in one statement."""
    rows = session.execute(STANDING, {"fair_id": fair_id}).all()
    has_rules, *run = rows[0][:RUN_ENDS]
    found = [drafts.facts_of(row[RUN_ENDS:]) for row in rows if row[RUN_ENDS] is not None]
    return Standing(LastRun(*run) if run[0] is not None else None, found, bool(has_rules))


def last_run(session: Session, *, fair_id: uuid.UUID) -> LastRun | None:
    """Return the newest run of the scheduler for a fair, or None when there was none."""
    row = session.execute(LAST_RUN, {"fair_id": fair_id}).one_or_none()
    return None if row is None else LastRun(*row)


def lines(session: Session, *, loads: Loads, day: DayLoad, wanted: str = "", page: int = 1) -> LinesPage:
    """Return one page of a day's meetings by time and table; one that was read before only after something changed.

    ``wanted`` is part of a company's name key. A page that does not exist is empty.
    """
    read = partial(_read, session, loads, day, wanted, LINES_A_PAGE * (page - 1))
    return PAGES.found(session, fair_id=loads.fair_id, key=(day.day, wanted, page), read=read, marks=loads.marks)


def _read(session: Session, loads: Loads, day: DayLoad, wanted: str, start: int) -> LinesPage:
    if not wanted:
        keys = loads.keys(session, day.slots, start=start, most=LINES_A_PAGE)
        rows: Any = session.execute(LINES_OF_KEYS, {"meetings": keys}) if keys else ()
        return LinesPage(tuple([Line(*row) for row in rows]), day.count)
    escaped = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    key = {"fair_id": loads.fair_id, "day": day.day, "wanted": escaped, "start": start}
    rows = session.execute(LINES_NAMED, key)
    return LinesPage(tuple([Line(*row) for row in rows]), session.execute(COUNT_NAMED, key).scalar_one())


def interpreter_names(session: Session, *, page: LinesPage) -> dict[uuid.UUID, str]:
    """Return by their keys how those are called who interpret on a page; names of persons are read each time."""
    keys = page.interpreters
    return dict(session.execute(INTERPRETERS, {"interpreters": list(keys)}).all()) if keys else {}


def miss_counts(session: Session, *, run_id: uuid.UUID) -> dict[str, int]:
    """Return how many meetings a run could not place and still wait, by reason, the most frequent first."""
    return dict(session.execute(MISS_COUNTS, {"run_id": run_id}).all())


def misses(
    session: Session, *, run_id: uuid.UUID, code: str = "", start: int = 0, count: int = MISSES_A_PAGE
) -> list[Miss]:
    """Return some of the meetings that a run could not place and that still wait; ``code`` keeps one reason."""
    facts = {"run_id": run_id, "code": code, "start": start, "count": count}
    return [Miss(*row) for row in session.execute(MISSES, facts)]


def waiting(session: Session, *, fair_id: uuid.UUID) -> int:
    """Return how many accepted meetings wait for a place in the plan that stands."""
    return session.execute(WAITING, {"fair_id": fair_id}).scalar_one()
