"""Make and drop rules of who must not meet whom, and the groups that rules speak of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.meetings import OPEN, Action, CancelReason, MeetingState, Party
from matchmaker.domain.pair_rules import PairRules, RuleSide, SideKind, resolve
from matchmaker.domain.spreadsheets.countries import country_code
from matchmaker.models import (
    Company,
    CompanyGroup,
    CompanyGroupMember,
    Meeting,
    MeetingRule,
    Participation,
    Slot,
    Suggestion,
)
from matchmaker.services import effects, history, meetings, pair_rules, seats
from matchmaker.services.effects import Affected, Effects
from matchmaker.services.meeting_notices import BOTH, tell

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

RULE_MADE, GROUP_CHANGED = "rule_made", "group_changed"
LONGEST_NAME = 80
ROWS_A_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule with both sides named as a reader knows them; a country stays its two letters."""

    id: uuid.UUID
    one: RuleSide
    one_name: str
    other: RuleSide
    other_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group with its companies."""

    id: uuid.UUID
    name: str
    companies: tuple[tuple[uuid.UUID, str], ...]


def rules(session: Session, *, fair_id: uuid.UUID) -> list[RuleLine]:
    """Return the rules of a fair in the order they were made."""
    names = {RuleSide(SideKind.COMPANY, str(key)): name for key, name in companies(session, fair_id=fair_id)}
    names |= {RuleSide(SideKind.GROUP, str(group.id)): group.name for group in groups(session, fair_id=fair_id)}
    rows = session.scalars(
        select(MeetingRule).where(MeetingRule.fair_id == fair_id).order_by(MeetingRule.created_at, MeetingRule.id)
    )
    lines = []
    for row in rows:
        one = RuleSide(SideKind(row.one_kind), row.one_value)
        other = RuleSide(SideKind(row.other_kind), row.other_value)
        lines.append(RuleLine(row.id, one, names.get(one, one.value), other, names.get(other, other.value), row.reason))
    return lines


def groups(session: Session, *, fair_id: uuid.UUID) -> list[GroupLine]:
    """Return the groups of a fair with their companies, by name."""
    members: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = defaultdict(list)
    for group_id, company_id, name in session.execute(
        select(CompanyGroupMember.group_id, Company.id, Company.name)
        .join(Company, Company.id == CompanyGroupMember.company_id)
        .join(CompanyGroup, CompanyGroup.id == CompanyGroupMember.group_id)
        .where(CompanyGroup.fair_id == fair_id)
        .order_by(Company.name, Company.id)
    ):
        members[group_id].append((company_id, name))
    found = session.execute(
        select(CompanyGroup.id, CompanyGroup.name).where(CompanyGroup.fair_id == fair_id).order_by(CompanyGroup.name)
    )
    return [GroupLine(key, name, tuple(members[key])) for key, name in found]


def companies(session: Session, *, fair_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Return the companies of a fair by name, each once."""
    return [
        (key, name)
        for key, name in session.execute(
            select(Company.id, Company.name)
            .join(Participation, Participation.company_id == Company.id)
            .where(Participation.fair_id == fair_id)
            .distinct()
            .order_by(Company.name, Company.id)
        )
    ]


def add_rule(
    session: Session,
    *,
    fair: FairFacts,
    one: RuleSide,
    other: RuleSide,
    reason: str,
    seen: str,
    by: uuid.UUID | None,
    now: datetime,
) -> int:
    """Keep two sides apart from now on, and call off what they have before them; return how many meetings that was.

    Raises Refused: unknown_side with the field, rule_exists; Unconfirmed with the meetings before they were seen.
    """
    known = _known_sides(session, fair_id=fair.id)
    for field, side in (("one", one), ("other", other)):
        is_known = country_code(side.value) == side.value if side.kind is SideKind.COUNTRY else side in known
        if not is_known:
            raise Refused("unknown_side", field=field)
    standing = pair_rules.side_pairs(session, fair_id=fair.id)
    if (one, other) in standing or (other, one) in standing:
        raise Refused("rule_exists", field="other")
    added = resolve([(one, other)], pair_rules.members_of(session, fair_id=fair.id))
    ended = _end_forbidden(session, fair=fair, added=added, change=RULE_MADE, seen=seen, by=by, now=now)
    row = MeetingRule(
        fair_id=fair.id,
        one_kind=one.kind,
        one_value=one.value,
        other_kind=other.kind,
        other_value=other.value,
        reason=reason,
        created_at=now,
    )
    session.add(row)
    session.flush()
    _record(session, RULE_MADE, fair=fair, key=row.id, by=by, now=now, meetings=ended)
    return ended


def drop_rule(session: Session, *, fair: FairFacts, rule_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> None:
    """Let two sides meet again; what was called off does not come back by itself. Raises NotFound."""
    row = session.scalar(select(MeetingRule).where(MeetingRule.id == rule_id, MeetingRule.fair_id == fair.id))
    if row is None:
        raise NotFound("no_such_rule")
    session.delete(row)
    _record(session, "rule_dropped", fair=fair, key=rule_id, by=by, now=now)
    session.flush()


def set_group(
    session: Session,
    *,
    fair: FairFacts,
    name: str,
    company_ids: Iterable[uuid.UUID],
    seen: str,
    by: uuid.UUID | None,
    now: datetime,
) -> int:
    """Make a group or replace its companies; return how many meetings a rule about it now ends.

    Raises Refused: no_group_name, unknown_company; Unconfirmed as add_rule does.
    """
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME:
        raise Refused("no_group_name", field="name", limit=LONGEST_NAME)
    keys = set(company_ids)
    if keys - {key for key, _ in companies(session, fair_id=fair.id)}:
        raise Refused("unknown_company", field="companies")
    group = session.scalar(select(CompanyGroup).where(CompanyGroup.fair_id == fair.id, CompanyGroup.name == wanted))
    before = pair_rules.rules_of(session, fair_id=fair.id)
    if group is None:
        group = CompanyGroup(fair_id=fair.id, name=wanted)
        session.add(group)
        session.flush()
    session.execute(delete(CompanyGroupMember).where(CompanyGroupMember.group_id == group.id))
    if keys:
        session.execute(insert(CompanyGroupMember), [{"group_id": group.id, "company_id": key} for key in sorted(keys)])
    after = pair_rules.rules_of(session, fair_id=fair.id)
    added = PairRules(tuple(sides for sides in after.sides if sides not in before.sides))
    ended = _end_forbidden(session, fair=fair, added=added, change=GROUP_CHANGED, seen=seen, by=by, now=now)
    _record(session, GROUP_CHANGED, fair=fair, key=group.id, by=by, now=now, companies=len(keys), meetings=ended)
    return ended


def drop_group(session: Session, *, fair: FairFacts, group_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> None:
    """Dissolve a group. Raises NotFound, and Refused('group_in_rule') while a rule speaks of it."""
    group = session.scalar(select(CompanyGroup).where(CompanyGroup.id == group_id, CompanyGroup.fair_id == fair.id))
    if group is None:
        raise NotFound("no_such_group")
    side = RuleSide(SideKind.GROUP, str(group_id))
    if any(side in pair for pair in pair_rules.side_pairs(session, fair_id=fair.id)):
        raise Refused("group_in_rule", field="name", name=group.name)
    session.delete(group)
    _record(session, "group_dropped", fair=fair, key=group_id, by=by, now=now)
    session.flush()


def _known_sides(session: Session, *, fair_id: uuid.UUID) -> set[RuleSide]:
    known = {RuleSide(SideKind.COMPANY, str(key)) for key, _ in companies(session, fair_id=fair_id)}
    return known | {RuleSide(SideKind.GROUP, str(group.id)) for group in groups(session, fair_id=fair_id)}


def _end_forbidden(
    session: Session,
    *,
    fair: FairFacts,
    added: PairRules,
    change: str,
    seen: str,
    by: uuid.UUID | None,
    now: datetime,
) -> int:
    """Close the requests and call off the meetings to come of pairs that a rule keeps apart from now on."""
    open_ones = _open_meetings(session, fair_id=fair.id, rules=added, now=now)
    told = [one for one, _ in open_ones]
    effects.confirm(Effects(change=change, meetings=told), seen=seen)
    for one, state in open_ones:
        meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=one.meeting_id, participation_id=None)
        action = Action.DECLINE if state is MeetingState.REQUESTED else Action.CANCEL
        meetings.move(
            session, meeting=meeting, action=action, party=Party.ORGANIZER, by=by, now=now, reason=CancelReason.OTHER
        )
        seats.free_seats(session, meeting_ids=[one.meeting_id])
        tell(session, meeting=meeting, kind="meeting_cancelled", sides=BOTH, by=by, now=now, reason=CancelReason.OTHER)
    _drop_suggestions(session, fair_id=fair.id, rules=added)
    session.flush()
    return len(open_ones)


def _drop_suggestions(session: Session, *, fair_id: uuid.UUID, rules: PairRules) -> None:
    """Take forbidden pairs off the lists at once; the next run of the matcher fills the gaps."""
    company_of = _companies_by_participation(session, fair_id=fair_id)
    listed = session.execute(
        select(Suggestion.id, Suggestion.exhibitor_id, Suggestion.buyer_id).where(Suggestion.fair_id == fair_id)
    )
    gone = [
        key
        for key, exhibitor_id, buyer_id in listed
        if rules.forbids(str(company_of[exhibitor_id]), str(company_of[buyer_id]))
    ]
    for start in range(0, len(gone), ROWS_A_STATEMENT):
        session.execute(delete(Suggestion).where(Suggestion.id.in_(gone[start : start + ROWS_A_STATEMENT])))


def _companies_by_participation(session: Session, *, fair_id: uuid.UUID) -> dict[uuid.UUID, uuid.UUID]:
    taking_part = select(Participation.id, Participation.company_id).where(Participation.fair_id == fair_id)
    return dict(session.execute(taking_part).all())


def _open_meetings(
    session: Session, *, fair_id: uuid.UUID, rules: PairRules, now: datetime
) -> list[tuple[Affected, MeetingState]]:
    """The open meetings of forbidden pairs, except those that have begun."""
    if not any(left and right for left, right in rules.sides):
        return []
    names = dict(companies(session, fair_id=fair_id))
    company_of = _companies_by_participation(session, fair_id=fair_id)
    rows = session.execute(
        select(
            Meeting.id,
            Meeting.exhibitor_id,
            Meeting.buyer_id,
            Meeting.state,
            Meeting.requested_at,
            Meeting.changed_at,
            Slot.starts_at,
        )
        .outerjoin(Slot, Slot.id == Meeting.slot_id)
        .where(Meeting.fair_id == fair_id, Meeting.state.in_(sorted(OPEN)))
        .order_by(Slot.starts_at, Meeting.id)
    )
    found = []
    for row in rows:
        exhibitor, buyer = company_of[row.exhibitor_id], company_of[row.buyer_id]
        has_begun = row.state == MeetingState.SCHEDULED and row.starts_at is not None and row.starts_at <= now
        if not has_begun and rules.forbids(str(exhibitor), str(buyer)):
            at = row.starts_at or row.requested_at
            one = Affected(row.id, names[exhibitor], names[buyer], at, None, row.changed_at)
            found.append((one, MeetingState(row.state)))
    return found


def _record(
    session: Session,
    action: str,
    *,
    fair: FairFacts,
    key: uuid.UUID,
    by: uuid.UUID | None,
    now: datetime,
    **facts: int,
) -> None:
    history.record(
        session, action=action, subject_kind="rule", subject_id=key, by=by, now=now, fair_id=fair.id, **facts
    )
