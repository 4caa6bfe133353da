"""Make and drop rules of who must not meet whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.pair_rules import RuleSide, SideKind, resolve
from matchmaker.models import MeetingRule
from matchmaker.services import forbidden_meetings, history, pair_rules, rule_sides
from matchmaker.services.paging import Page, paged, read_page

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

RULE_MADE = "rule_made"
_record = partial(history.record, subject_kind="rule")


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule with both sides named as a reader knows them; a country stays its two letters."""

    id: uuid.UUID
    one: RuleSide
    one_name: str
    other: RuleSide
    other_name: str
    reason: str


SOME_RULES = paged(
    select(
        MeetingRule.id,
        MeetingRule.one_kind,
        MeetingRule.one_value,
        MeetingRule.other_kind,
        MeetingRule.other_value,
        MeetingRule.reason,
    )
    .where(MeetingRule.fair_id == bindparam("fair_id"))
    .order_by(MeetingRule.created_at, MeetingRule.id)
)
RULE_COUNT = select(func.count()).select_from(MeetingRule).where(MeetingRule.fair_id == bindparam("fair_id"))


def rules(session: Session, *, fair_id: uuid.UUID, page: int = 1) -> Page[RuleLine]:
    """Return the rules of a fair in the order they were made."""
    at = {"fair_id": fair_id}
    found = read_page(session, count=RULE_COUNT, rows=SOME_RULES, values=at, number=page, line=lambda *row: row)
    rules = [
        (key, RuleSide(SideKind(one_kind), one), RuleSide(SideKind(other_kind), other), reason)
        for key, one_kind, one, other_kind, other, reason in found.lines
    ]
    names = rule_sides.names_of(session, fair_id=fair_id, sides=[side for rule in rules for side in rule[1:3]])
    lines = [
        RuleLine(key, one, names.get(one, one.value), other, names.get(other, other.value), reason)
        for key, one, other, reason in rules
    ]
    return Page(lines, found.number, found.pages, found.total)


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
    rule_sides.keep_groups(session, fair_id=fair.id, sides=(one, other))
    known = rule_sides.names_of(session, fair_id=fair.id, sides=(one, other))
    for field, side in (("one", one), ("other", other)):
        if side not in known:
            raise Refused("unknown_side", field=field)
    standing = pair_rules.side_pairs(session, fair_id=fair.id)
    if (one, other) in standing or (other, one) in standing:
        raise Refused("rule_exists", field="other")
    added = resolve([(one, other)], pair_rules.members_of(session, fair_id=fair.id))
    ended = forbidden_meetings.end(session, fair=fair, added=added, change=RULE_MADE, seen=seen, by=by, now=now)
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
    _record(session, action=RULE_MADE, subject_id=row.id, fair_id=fair.id, by=by, now=now, meetings=ended)
    return ended


def drop_rule(session: Session, *, fair: FairFacts, rule_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> None:
    """Let two sides meet again; what was called off does not come back by itself. Raises NotFound."""
    row = session.scalar(select(MeetingRule).where(MeetingRule.id == rule_id, MeetingRule.fair_id == fair.id))
    if row is None:
        raise NotFound("no_such_rule")
    session.delete(row)
    _record(session, action="rule_dropped", subject_id=rule_id, fair_id=fair.id, by=by, now=now)
    session.flush()
