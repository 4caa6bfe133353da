"""What a table's page shows: the meeting there, the reader's own one, and where to go instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from flask import current_app

from matchmaker.domain.attendance import Source, is_heard, is_there
from matchmaker.domain.fairs import Act, Role, allows
from matchmaker.domain.meetings import MeetingState
from matchmaker.extensions import db
from matchmaker.services import attendance, table_meetings
from matchmaker.signed_links import signed_parts
from matchmaker.web.attendance.wording import presence_tag
from matchmaker.web.statements import new_mark

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from matchmaker.domain.attendance import Standing
    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.table_meetings import Table, TableMeeting

PURPOSE, PARTS = "here", 5
LOOKED_AHEAD = timedelta(hours=12)


class Case(StrEnum):
    """What the reader of a table's page came for."""

    CLOSED = "closed"
    UNKNOWN = "unknown"
    HERE = "here"
    ELSEWHERE = "elsewhere"
    JOINS = "joins"
    LATER = "later"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePage:
    """A table's page for one reader.

    ``meeting`` is the one at this table now, or the reader's own one now; ``upcoming`` the reader's next one and
    ``upcoming_with`` whom they meet there. ``proof`` goes with the form.
    """

    case: Case
    table: Table
    meeting: TableMeeting | None = None
    mine: Role | None = None
    upcoming: TableMeeting | None = None
    upcoming_with: str = ""
    standings: dict[Role, Standing] = field(default_factory=dict)
    proof: str = ""
    once: str = ""

    @property
    def other(self) -> str:
        """The company on the other side of the reader's meeting, and who joins them."""
        return "" if self.meeting is None or self.mine is None else _met(self.meeting, self.mine)

    @property
    def is_here(self) -> bool:
        """Whether the reader is checked in."""
        return self.mine is not None and is_there(self.standings[self.mine])

    @property
    def both_here(self) -> bool:
        """Whether both sides are there."""
        return all(is_there(one) for one in self.standings.values())

    def tag(self, side: str) -> tuple[str, str, str]:
        """How a side stands to the meeting, in words."""
        return presence_tag(self.standings[Role(side)])


def table_page(
    fair: FairFacts, table: Table, *, roles: Sequence[Membership], person: SignedIn | None, now: datetime
) -> TablePage:
    """Return the page of a table for its reader; without a person it shows what is on the board as well."""
    if not allows(fair.phase, Act.CHECK_IN):
        return TablePage(case=Case.CLOSED, table=table)
    own = {role.participation_id for role in roles if role.status.acts}
    found = table_meetings.around(
        db.session, fair_id=fair.id, since=now, until=now + LOOKED_AHEAD, table_ids=[table.id], of=own
    )
    planned = [one for one in found if one.state in {MeetingState.SCHEDULED, MeetingState.HELD, MeetingState.NO_SHOW}]
    open_now = [
        one for one in planned if is_heard(Source.TABLE_CARD, at=now, starts_at=one.starts_at, ends_at=one.ends_at)
    ]
    mine = [one for one in open_now if one.side_of(own)]
    if not own:
        here = next((one for one in open_now if one.table_id == table.id), None)
        case = Case.UNKNOWN if person is None else Case.NOTHING
        return _with(TablePage(case=case, table=table, meeting=here), fair, person, now=now)
    upcoming = next((one for one in planned if _is_in(one, own) and one not in open_now), None)
    at_table = next((one for one in mine if one.table_id == table.id), None)
    meeting = at_table or next(iter(mine), None)
    joins = next((one for one in open_now if one.third_id in own), None)
    if meeting is None and joins is not None:
        return TablePage(case=Case.JOINS, table=table, meeting=joins)
    if meeting is None:
        if upcoming is None:
            return TablePage(case=Case.NOTHING, table=table)
        whom = _met(upcoming, upcoming.side_of(own))
        return TablePage(case=Case.LATER, table=table, upcoming=upcoming, upcoming_with=whom)
    case = Case.HERE if at_table else Case.ELSEWHERE
    page = TablePage(case=case, table=table, meeting=meeting, mine=meeting.side_of(own))
    return _with(page, fair, person, now=now)


def _is_in(one: TableMeeting, own: set[uuid.UUID]) -> bool:
    return one.side_of(own) is not None or one.third_id in own


def _met(meeting: TableMeeting, mine: Role | None) -> str:
    """The companies that one side of a meeting, or the third company where it is no side, meets there."""
    names = meeting.names.values() if mine is None else (meeting.names[mine.other], meeting.third)
    return " + ".join(name for name in names if name)


def _with(page: TablePage, fair: FairFacts, person: SignedIn | None, *, now: datetime) -> TablePage:
    """The page with how both sides stand, and with the proof that it was opened now and by whom."""
    if page.meeting is None:
        return page
    standings = attendance.standings(db.session, fair=fair, meeting_ids=[page.meeting.id])[page.meeting.id]
    once, side = new_mark(), str(page.mine or "")
    parts = [
        page.meeting.id.hex,
        side,
        person.account_id.hex if person and side else "",
        str(int(now.timestamp())),
        once,
    ]
    return TablePage(
        case=page.case,
        table=page.table,
        meeting=page.meeting,
        mine=page.mine,
        standings=standings,
        proof=signed_parts(secret=current_app.config["SECRET_KEY"], purpose=PURPOSE, parts=parts),
        once=once,
    )
