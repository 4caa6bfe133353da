"""Tell both sides what became of a meeting, in the transaction that changed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, or_, select

from matchmaker.domain.fairs import Role
from matchmaker.domain.third_company import THIRD
from matchmaker.models import Notice
from matchmaker.services import meeting_people, notices

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.meetings import MeetingState

BOTH = (Role.EXHIBITOR, Role.BUYER)
AT_ONCE = timedelta(0)
MEETING_PAGE = "/fairs/{slug}/meetings/{meeting_id}"
PATHS = {
    "meeting_requested": "/fairs/{slug}/requests",
    "meeting_accepted": MEETING_PAGE,
    "meeting_declined": "/fairs/{slug}/requests?tab=answered",
    "meeting_cancelled": "/fairs/{slug}/agenda",
    "meeting_placed": MEETING_PAGE,
    "meeting_moved": MEETING_PAGE,
    "meeting_people": MEETING_PAGE,
    "time_offered": MEETING_PAGE,
    "meeting_message": MEETING_PAGE,
    "meeting_kept": MEETING_PAGE,
    "times_fewer": MEETING_PAGE,
    "third_company": MEETING_PAGE,
}
# What can happen to one meeting more than once; each time is an event of its own.
OF_PLACE = ("meeting_placed", "meeting_moved")
REPEATED = frozenset(
    {*OF_PLACE, "meeting_people", "time_offered", "meeting_message", "meeting_kept", "times_fewer", "third_company"}
)
# Of these a third company hears as the two do; everything else is between the pair.
HEARD_BY_THIRD = frozenset({*OF_PLACE, "meeting_cancelled", "meeting_people"})
WAS = ("was_starts_at", "was_table")
UNTOLD = (
    delete(Notice)
    .where(
        Notice.account_id.in_(bindparam("accounts", expanding=True)),
        Notice.sent_at.is_(None),
        Notice.mail_id.is_(None),
        or_(*(Notice.once.like(bindparam(kind)) for kind in OF_PLACE)),
    )
    .returning(Notice.account_id, Notice.created_at, Notice.facts)
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """A meeting as the actions on it need it.

    Its fields stand in the order in which ``meetings.FACTS`` selects them.
    """

    state: MeetingState
    id: uuid.UUID
    fair_id: uuid.UUID
    slug: str
    exhibitor_id: uuid.UUID
    buyer_id: uuid.UUID
    exhibitor_name: str
    buyer_name: str
    requested_by: str
    note: str
    expires_at: datetime | None
    requested_at: datetime
    is_online: bool = False
    time_choice: str = ""
    time_zone: str = ""
    slot_id: uuid.UUID | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    table_id: uuid.UUID | None = None
    table: str | None = None
    hall_vi: str | None = None
    hall_en: str | None = None
    booth: str = ""
    third_id: uuid.UUID | None = None
    third_name: str | None = None
    has_messages: bool = True

    @property
    def place(self) -> dict[str, Any]:
        """When and where it takes place, in what a mail needs to say so; nothing without a time."""
        if self.starts_at is None or self.ends_at is None:
            return {}
        return {
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "time_zone": self.time_zone,
            "is_online": self.is_online,
            "table": self.table or "",
            "hall_vi": self.hall_vi or "",
            "hall_en": self.hall_en or "",
            "booth": "" if self.table else self.booth,
        }

    def name_for(self, side: str) -> str:
        """The company that one side meets; a third company meets both."""
        if side == THIRD:
            return f"{self.exhibitor_name}, {self.buyer_name}"
        return self.buyer_name if side is Role.EXHIBITOR else self.exhibitor_name

    def side_of(self, participation_id: uuid.UUID) -> Role:
        """The side a participation is on."""
        return Role.EXHIBITOR if participation_id == self.exhibitor_id else Role.BUYER

    @property
    def asker(self) -> Role | None:
        """The side that asked; None when the organizer put the two together."""
        return Role(self.requested_by) if self.requested_by in BOTH else None

    @property
    def asked(self) -> tuple[Role, ...]:
        """The sides that were asked."""
        return BOTH if self.asker is None else (self.asker.other,)


def tell(
    session: Session,
    *,
    meeting: MeetingFacts,
    kind: str,
    sides: Iterable[str],
    by: uuid.UUID | None,
    now: datetime,
    also: Mapping[str, Iterable[uuid.UUID]] | None = None,
    held_for: timedelta = AT_ONCE,
    **facts: Any,
) -> None:
    """Queue one notice for each person concerned on these sides, except who did it.

    It says when and where the meeting takes place, as far as that is known. ``also`` names accounts that are
    concerned although they do not sit in the meeting, or no longer. Nobody hears of it before ``held_for`` is over.
    """
    concerned = _concerned(session, meeting=meeting, kind=kind, sides=sides, by=by, also=also)
    _queue(
        session, meeting=meeting, kind=kind, told={key: (side, facts) for side, key in concerned}, now=now + held_for
    )


def tell_third(
    session: Session,
    *,
    meeting: MeetingFacts,
    participation_id: uuid.UUID,
    by: uuid.UUID | None,
    now: datetime,
    **facts: Any,
) -> None:
    """Queue one notice for each person of a company that was asked to join a meeting, except who did it.

    Whoever speaks for one of the two as well hears of it as theirs.
    """
    of_pair = meeting_people.receivers(session, meeting_id=meeting.id)
    known = {key for side in BOTH for key in of_pair.get(side, [])}
    asked = meeting_people.accounts_of(session, participation_id=participation_id)
    told = {key: (THIRD, facts) for key in asked if key != by and key not in known}
    _queue(session, meeting=meeting, kind="third_company", told=told, now=now)


def tell_place(
    session: Session, *, meeting: MeetingFacts, before: dict[str, Any], by: uuid.UUID | None, **told: Any
) -> None:
    """Tell both sides the place of a meeting, and the one it had before; ``told`` has ``now`` and further facts.

    What someone has not been told yet is replaced: of several moves in a row they hear the last one, and of a move
    that was undone nothing.
    """
    now = told.pop("now")
    concerned = _concerned(session, meeting=meeting, kind="meeting_moved", sides=BOTH, by=by)
    waiting = _take_back(session, meeting_id=meeting.id, accounts=[key for _, key in concerned])
    by_kind: dict[str, dict[uuid.UUID, tuple[str, dict[str, Any]]]] = {}
    for side, account_id in concerned:
        was = waiting.get(account_id, before)
        if was and all(meeting.place.get(key.removeprefix("was_")) == value for key, value in was.items()):
            continue
        by_kind.setdefault("meeting_moved" if was else "meeting_placed", {})[account_id] = (side, {**told, **was})
    for kind, receivers in by_kind.items():
        _queue(session, meeting=meeting, kind=kind, told=receivers, now=now)


def take_back_request(session: Session, *, meeting_id: uuid.UUID) -> bool:
    """Drop the notices of a request that were not mailed yet; return whether nobody has heard of it now."""
    of_request = Notice.once.startswith(f"meeting_requested {meeting_id.hex} ", autoescape=True)
    session.execute(delete(Notice).where(of_request, Notice.sent_at.is_(None), Notice.mail_id.is_(None)))
    return session.scalar(select(Notice.id).where(of_request).limit(1)) is None


def _concerned(
    session: Session,
    *,
    meeting: MeetingFacts,
    kind: str,
    sides: Iterable[str],
    by: uuid.UUID | None,
    also: Mapping[str, Iterable[uuid.UUID]] | None = None,
) -> list[tuple[str, uuid.UUID]]:
    receivers = meeting_people.receivers(session, meeting_id=meeting.id)
    wanted = [*sides, THIRD] if kind in HEARD_BY_THIRD else [*sides]
    told: dict[uuid.UUID, str] = {}
    for side in wanted:
        for account_id in [*receivers.get(side, []), *(also or {}).get(side, [])]:
            if account_id != by:
                told.setdefault(account_id, side)
    return [(side, account_id) for account_id, side in told.items()]


def _queue(
    session: Session,
    *,
    meeting: MeetingFacts,
    kind: str,
    told: Mapping[uuid.UUID, tuple[str, dict[str, Any]]],
    now: datetime,
) -> None:
    """Queue one notice for each account, with the side it stands on and what else it is told."""
    if not told:
        return
    event = f" {now:%Y%m%d%H%M%S%f}" if kind in REPEATED else ""
    place = meeting.place
    notices.queue_each(
        session,
        kind=kind,
        told={
            key: (
                f"{kind} {meeting.id.hex} {key.hex}{event}",
                {
                    "path": PATHS[kind].format(slug=meeting.slug, meeting_id=meeting.id),
                    "meeting": meeting.id.hex,
                    "company": meeting.name_for(side),
                    **place,
                    **facts,
                },
            )
            for key, (side, facts) in told.items()
        },
        now=now,
        fair_id=meeting.fair_id,
    )


def _take_back(
    session: Session, *, meeting_id: uuid.UUID, accounts: Iterable[uuid.UUID]
) -> dict[uuid.UUID, dict[str, Any]]:
    """Drop what people were to be told of a meeting's place, if it was not mailed; return the place each knows.

    An empty one says that the meeting had none; of whom nothing was waiting, nothing is returned.
    """
    events = {kind: f"{kind} {meeting_id.hex} %" for kind in OF_PLACE}
    waiting = session.execute(UNTOLD, {"accounts": list(accounts), **events}).all()
    known: dict[uuid.UUID, dict[str, Any]] = {}
    for account_id, _, facts in sorted(waiting, key=lambda row: row.created_at):
        known.setdefault(account_id, {key: facts[key] for key in WAS if key in facts})
    return known
