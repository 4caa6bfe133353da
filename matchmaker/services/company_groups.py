"""Groups of companies that rules speak of: make and dissolve them, and choose their companies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.pair_rules import PairRules, RuleSide, SideKind
from matchmaker.models import Company, CompanyGroup, CompanyGroupMember
from matchmaker.services import forbidden_meetings, history, pair_rules
from matchmaker.services.name_search import AT_FAIR, NAMED, pattern
from matchmaker.services.paging import Page, paged, read_page

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

GROUP_CHANGED = "group_changed"
LONGEST_NAME = 80
MOST_FOUND = 24
_record = partial(history.record, subject_kind="rule")
SIZE = select(func.count()).where(CompanyGroupMember.group_id == CompanyGroup.id).scalar_subquery()
GROUPS = (
    select(CompanyGroup.id, CompanyGroup.name, SIZE)
    .where(CompanyGroup.fair_id == bindparam("fair_id"))
    .order_by(CompanyGroup.name)
)
SOME_GROUPS = paged(GROUPS)
GROUP_COUNT = select(func.count()).select_from(CompanyGroup).where(CompanyGroup.fair_id == bindparam("fair_id"))
IN_GROUP = CompanyGroupMember.group_id == bindparam("group_id")
MEMBERS = (
    select(Company.id, Company.name)
    .join(CompanyGroupMember, CompanyGroupMember.company_id == Company.id)
    .where(IN_GROUP)
    .order_by(Company.name, Company.id)
)
SOME_MEMBERS = paged(MEMBERS)
MEMBER_COUNT = select(func.count()).select_from(CompanyGroupMember).where(IN_GROUP)
OTHERS = (
    AT_FAIR.where(NAMED, Company.id.not_in(select(CompanyGroupMember.company_id).where(IN_GROUP)))
    .order_by(Company.name, Company.id)
    .limit(MOST_FOUND + 1)
)
CHOSEN = AT_FAIR.where(
    Company.id.in_(bindparam("chosen", expanding=True)),
    Company.id.not_in(select(CompanyGroupMember.company_id).where(IN_GROUP)),
).order_by(Company.name, Company.id)


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group and how many companies it has."""

    id: uuid.UUID
    name: str
    companies: int


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """A company that is in a group or could be."""

    id: uuid.UUID
    name: str


def groups(session: Session, *, fair_id: uuid.UUID, page: int = 1) -> Page[GroupLine]:
    """Return the groups of a fair by name."""
    at = {"fair_id": fair_id}
    return read_page(session, count=GROUP_COUNT, rows=SOME_GROUPS, values=at, number=page, line=GroupLine)


def name_of(session: Session, *, fair_id: uuid.UUID, group_id: uuid.UUID) -> str:
    """Return what a group is called. Raises NotFound."""
    return _load(session, fair_id=fair_id, group_id=group_id).name


def members(session: Session, *, group_id: uuid.UUID, page: int = 1) -> Page[CompanyLine]:
    """Return the companies of a group by name."""
    of = {"group_id": group_id}
    return read_page(session, count=MEMBER_COUNT, rows=SOME_MEMBERS, values=of, number=page, line=CompanyLine)


def others(
    session: Session, *, fair_id: uuid.UUID, group_id: uuid.UUID, query: str, chosen: Collection[uuid.UUID]
) -> tuple[list[CompanyLine], bool]:
    """Return the fair's other companies, and whether there are more: those chosen before, then those found by name."""
    key = {"fair_id": fair_id, "group_id": group_id}
    kept = [CompanyLine(*row) for row in session.execute(CHOSEN, {**key, "chosen": chosen})] if chosen else []
    if not query.strip():
        return kept, False
    rows = session.execute(OTHERS, {**key, "pattern": pattern(query)}).all()
    found = [CompanyLine(*row) for row in rows[:MOST_FOUND]]
    return [*kept, *(line for line in found if line not in kept)], len(rows) > MOST_FOUND


def make_group(session: Session, *, fair: FairFacts, name: str, by: uuid.UUID | None, now: datetime) -> uuid.UUID:
    """Make a group without companies and return its key. Raises Refused: no_group_name, group_exists."""
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME:
        raise Refused("no_group_name", field="name", limit=LONGEST_NAME)
    group = CompanyGroup(fair_id=fair.id, name=wanted)
    try:
        with session.begin_nested():
            session.add(group)
    except IntegrityError as error:
        raise Refused("group_exists", field="name") from error
    _record(session, action="group_made", subject_id=group.id, fair_id=fair.id, by=by, now=now)
    return group.id


def add_companies(
    session: Session,
    *,
    fair: FairFacts,
    group_id: uuid.UUID,
    company_ids: Iterable[uuid.UUID],
    seen: str,
    by: uuid.UUID | None,
    now: datetime,
) -> int:
    """Put companies into a group; return how many meetings a rule about it now ends.

    Raises NotFound, Refused('unknown_company'), and Unconfirmed with the meetings before they were seen.
    """
    _load(session, fair_id=fair.id, group_id=group_id, to_change=True)
    wanted = set(company_ids)
    known = session.scalars(AT_FAIR.where(Company.id.in_(wanted)), {"fair_id": fair.id}).all()
    if wanted - set(known):
        raise Refused("unknown_company", field="companies")
    new = wanted - set(session.scalars(select(CompanyGroupMember.company_id).where(IN_GROUP), {"group_id": group_id}))
    if not new:
        return 0
    before = pair_rules.rules_of(session, fair_id=fair.id)
    session.execute(insert(CompanyGroupMember), [{"group_id": group_id, "company_id": key} for key in sorted(new)])
    after = pair_rules.rules_of(session, fair_id=fair.id)
    added = PairRules(tuple(sides for sides in after.sides if sides not in before.sides))
    ended = forbidden_meetings.end(session, fair=fair, added=added, change=GROUP_CHANGED, seen=seen, by=by, now=now)
    _record(
        session,
        action=GROUP_CHANGED,
        subject_id=group_id,
        fair_id=fair.id,
        by=by,
        now=now,
        added=len(new),
        meetings=ended,
    )
    return ended


def take_out(
    session: Session,
    *,
    fair: FairFacts,
    group_id: uuid.UUID,
    company_ids: Iterable[uuid.UUID],
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    """Take companies out of a group; what a rule ended does not come back by itself. Raises NotFound."""
    _load(session, fair_id=fair.id, group_id=group_id, to_change=True)
    gone = session.scalars(
        delete(CompanyGroupMember)
        .where(CompanyGroupMember.group_id == group_id, CompanyGroupMember.company_id.in_(set(company_ids)))
        .returning(CompanyGroupMember.company_id)
    ).all()
    _record(session, action=GROUP_CHANGED, subject_id=group_id, fair_id=fair.id, by=by, now=now, taken_out=len(gone))


def drop_group(session: Session, *, fair: FairFacts, group_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> None:
    """Dissolve a group. Raises NotFound, and Refused('group_in_rule') while a rule speaks of it."""
    group = _load(session, fair_id=fair.id, group_id=group_id, to_change=True)
    side = RuleSide(SideKind.GROUP, str(group_id))
    if any(side in pair for pair in pair_rules.side_pairs(session, fair_id=fair.id)):
        raise Refused("group_in_rule", field="name", name=group.name)
    session.delete(group)
    _record(session, action="group_dropped", subject_id=group_id, fair_id=fair.id, by=by, now=now)
    session.flush()


def _load(session: Session, *, fair_id: uuid.UUID, group_id: uuid.UUID, to_change: bool = False) -> CompanyGroup:
    """Return a group; of two who are to change it at once the second waits here, and finds what the first one did."""
    found = select(CompanyGroup).where(CompanyGroup.id == group_id, CompanyGroup.fair_id == fair_id)
    group = session.scalar(found.with_for_update() if to_change else found)
    if group is None:
        raise NotFound("no_such_group")
    return group
