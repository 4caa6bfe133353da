"""What a host sees of the tables: now and next, both sides' state, and in which languages they can talk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from matchmaker.domain.attendance import OPENS_BEFORE, Presence, is_there
from matchmaker.domain.fairs import Act, Role, allows
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.third_company import THIRD
from matchmaker.extensions import db
from matchmaker.services import attendance, hosting, table_meetings
from matchmaker.web.attendance.wording import presence_tag
from matchmaker.web.filters import tongue
from matchmaker.web.statements import new_mark

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from matchmaker.domain.attendance import Standing
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.table_meetings import Seated, TableMeeting

LOOKED_AHEAD = timedelta(hours=3)
# A host may still record what came of a meeting while the next one begins.
LOOKED_BACK = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class HostSide:
    """One side of a meeting: company, how it stands, whom to call."""

    role: Role
    name: str
    badge: str
    tag: tuple[str, str, str]
    is_here: bool
    people: tuple[Seated, ...]


@dataclass(frozen=True, slots=True)
class HostThird:
    """The third company of a meeting: whom to call, and whether it is there, which decides nothing."""

    name: str
    tag: tuple[str, str, str]
    is_here: bool
    is_missing: bool
    people: tuple[Seated, ...]


@dataclass(frozen=True, slots=True)
class HostMeeting:
    """One meeting as a host sees it. ``minutes_left`` counts to its end, or below nought once that has come."""

    meeting: TableMeeting
    sides: tuple[HostSide, ...]
    languages: tuple[str, ...]
    is_open: bool
    has_begun: bool
    minutes_left: int
    is_late: bool
    is_disputed: bool
    once: str
    third: HostThird | None = None

    @property
    def both_here(self) -> bool:
        """Whether both sides are there."""
        return all(side.is_here for side in self.sides)

    @property
    def lacks_somebody(self) -> bool:
        """Whether a side or the third company should be there by now and is not."""
        return self.is_late or (self.third is not None and self.third.is_missing)

    @property
    def is_seated(self) -> bool:
        """Whether it sits at a table that could be another one."""
        return self.is_open and self.minutes_left >= 0 and self.meeting.table_id is not None

    @property
    def asks_outcome(self) -> bool:
        """Whether the outcome is the next thing to record."""
        return self.has_begun and not self.meeting.is_reported and self.meeting.state is MeetingState.HELD


@dataclass(frozen=True, slots=True)
class HostTable:
    """One table: its meeting now or the one that ended last without an outcome, and the next one."""

    code: str
    now: HostMeeting | None
    following: HostMeeting | None


@dataclass(frozen=True, slots=True)
class Console:
    """The host's page; ``is_open`` says whether the fair's days have come."""

    is_open: bool
    tables: tuple[HostTable, ...]
    missing: int


def console_page(fair: FairFacts, *, account_id: uuid.UUID, now: datetime) -> Console:
    """Return the tables a host looks after that have a meeting now or soon, in four statements."""
    mine = hosting.tables_of(db.session, fair_id=fair.id, account_id=account_id) or None
    found = table_meetings.around(
        db.session, fair_id=fair.id, since=now - LOOKED_BACK, until=now + LOOKED_AHEAD, table_ids=mine
    )
    by_table: dict[str, list[TableMeeting]] = {}
    for one in found:
        if one.table:
            by_table.setdefault(one.table, []).append(one)
    chosen = {code: _now_and_next(meetings, now=now) for code, meetings in sorted(by_table.items())}
    shown = {one.id: one for pair in chosen.values() for one in pair if one is not None}
    views = _views(fair, list(shown.values()), now=now)
    tables = tuple(
        HostTable(code, views[first.id] if first else None, views[second.id] if second else None)
        for code, (first, second) in chosen.items()
        if first or second
    )
    missing = sum(table.now is not None and table.now.lacks_somebody for table in tables)
    return Console(allows(fair.phase, Act.CHECK_IN), tables, missing)


def meeting_page(fair: FairFacts, meeting_id: uuid.UUID, *, now: datetime) -> HostMeeting:
    """Return one meeting as a host sees it; raise NotFound."""
    meeting = table_meetings.one(db.session, fair_id=fair.id, meeting_id=meeting_id)
    return _views(fair, [meeting], now=now)[meeting_id]


def _now_and_next(
    meetings: Sequence[TableMeeting], *, now: datetime
) -> tuple[TableMeeting | None, TableMeeting | None]:
    """The meeting that runs, else one just over without an outcome; and the one after it."""
    running = next((one for one in meetings if one.starts_at <= now < one.ends_at), None)
    over = max(
        (one for one in meetings if one.ends_at <= now and not one.is_reported),
        key=lambda one: (one.ends_at, one.state is not MeetingState.NO_SHOW),
        default=None,
    )
    ahead = next((one for one in meetings if one.starts_at > now), None)
    if running is None and ahead is not None and ahead.starts_at - now <= OPENS_BEFORE and over is None:
        later = next((one for one in meetings if one.starts_at > ahead.starts_at), None)
        return ahead, later
    return running or over, ahead


def _views(fair: FairFacts, meetings: Sequence[TableMeeting], *, now: datetime) -> dict[uuid.UUID, HostMeeting]:
    keys = [one.id for one in meetings]
    standings = attendance.standings(db.session, fair=fair, meeting_ids=keys)
    seated = table_meetings.seated(db.session, meeting_ids=keys) if keys else {}
    return {
        one.id: _view(one, standings[one.id], tuple(seated.get(one.id, ())), fair=fair, now=now) for one in meetings
    }


def _view(
    meeting: TableMeeting,
    standings: dict[Role, Standing],
    people: tuple[Seated, ...],
    *,
    fair: FairFacts,
    now: datetime,
) -> HostMeeting:
    # Recorded as held, two were there although nobody checked them in.
    is_held = meeting.state is MeetingState.HELD
    is_met = {role: is_held and standings[role].presence is Presence.UNKNOWN for role in Role}
    sides = tuple(
        HostSide(
            role,
            meeting.names[role],
            meeting.badges[role],
            _here() if is_met[role] else presence_tag(standings[role]),
            is_met[role] or is_there(standings[role]),
            tuple(one for one in people if one.side is role),
        )
        for role in Role
    )
    is_awaited = meeting.state is MeetingState.SCHEDULED and not all(side.is_here for side in sides)
    return HostMeeting(
        meeting=meeting,
        sides=sides,
        languages=_languages(people),
        is_open=allows(fair.phase, Act.CHECK_IN) and meeting.starts_at - OPENS_BEFORE <= now,
        has_begun=meeting.starts_at <= now,
        minutes_left=int((meeting.ends_at - now).total_seconds() // 60),
        is_late=is_awaited and now > meeting.starts_at + timedelta(minutes=fair.late_minutes),
        is_disputed=any(one.is_disputed for one in standings.values()),
        once=new_mark(),
        third=_third(meeting, people, is_due=now > meeting.starts_at + timedelta(minutes=fair.late_minutes), now=now),
    )


def _third(meeting: TableMeeting, people: tuple[Seated, ...], *, is_due: bool, now: datetime) -> HostThird | None:
    if meeting.third_id is None:
        return None
    is_missing = is_due and not meeting.is_third_here and now < meeting.ends_at
    if meeting.is_third_here:
        tag = _here()
    else:
        tag = (_("Missing"), "son", "x") if is_missing else (_("Not here yet"), "", "clock")
    theirs = tuple(one for one in people if one.side == THIRD)
    return HostThird(meeting.third, tag, meeting.is_third_here, is_missing, theirs)


def _here() -> tuple[str, str, str]:
    return _("Here"), "jade", "check"


def _languages(people: Sequence[Seated]) -> tuple[str, ...]:
    """The languages that somebody on each side speaks."""
    spoken = {role: {code for one in people if one.side is role for code in one.languages} for role in Role}
    return tuple(sorted(tongue(code) for code in spoken[Role.EXHIBITOR] & spoken[Role.BUYER]))
