"""Read what was entered in a hall without a network into the main site: nothing twice, what is wrong by its line."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, StatementError

from matchmaker.domain.attendance import Source
from matchmaker.domain.deals.reports import Side
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.errors import DomainError, Refused
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import RECORDED, Action, MeetingState, Origin, Party
from matchmaker.models import (
    Account,
    Deal,
    DealMeeting,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    OutcomeReport,
    Participation,
    Representative,
    Slot,
)
from matchmaker.services import attendance, deals, hall_thirds, history, ledger, meetings, outcomes, presences
from matchmaker.services.hall_file import CHECK_IN, FORMAT, MEETING, OUTCOME, THIRD_COMPANY, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session

    from matchmaker.domain.money.rates import FixedRates
    from matchmaker.services.fairs import FairFacts

KINDS = (MEETING, THIRD_COMPANY, CHECK_IN, OUTCOME)
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


@dataclass(slots=True)
class Merged:
    """What a file brought: new entries and known ones by kind, and the code of what is wrong by line, from one."""

    new: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    errors: dict[int, str] = field(default_factory=dict)


def merge(session: Session, *, fair: FairFacts, lines: Iterable[str | bytes], now: datetime) -> Merged:
    """Add the entries of a hall's file that are not there yet, and settle the meetings they are about.

    Meetings come first, then who joined, who was there and what came of it, each in order of time; what a later
    statement at the main site says keeps its place, because the rules go by when something was said. A line that can't
    be taken is left out and named; it can be repaired and the file read again. Raises Refused: not_a_hall_file,
    another_fair.
    """
    texts = enumerate(lines, start=1)
    _check_head(next(texts, (1, ""))[1], fair=fair)
    done = Merged()
    read: dict[str, list[tuple[int, dict[str, Any]]]] = {kind: [] for kind in KINDS}
    for number, text in texts:
        entry = _entry(text)
        if entry is None:
            done.errors[number] = "unreadable"
        else:
            read[entry["kind"]].append((number, entry))
    spoken_of = {str(entry.get("deal_id")) for _, entry in read[OUTCOME]}
    reading = _Reading(session, fair, now, spoken_of, deals.fixed_rates(session, fair=fair))
    for kind, take in zip(KINDS, (reading.meeting, reading.third, reading.check_in, reading.outcome), strict=True):
        for number, entry in sorted(read[kind], key=lambda one: str(one[1]["at"])):
            is_new = _take(session, done, number, entry, take)
            if is_new is not None:
                (done.new if is_new else done.known)[kind] += 1
    for meeting_id in sorted(reading.touched):
        meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=meeting_id, participation_id=None)
        attendance.settle(session, fair=fair, meeting=meeting, by=None, now=now)
    for number, entry in read[MEETING]:
        if number not in done.errors and _take(session, done, number, entry, reading.state):
            done.known[MEETING] -= 1
            done.new[MEETING] += 1
    return done


def _check_head(text: str | bytes, *, fair: FairFacts) -> None:
    try:
        head = json.loads(text)
        is_ours = (head["format"], head["version"]) == (FORMAT, VERSION)
        slug = head["fair"]
    except UNREADABLE:
        raise Refused("not_a_hall_file") from None
    if not is_ours:
        raise Refused("not_a_hall_file")
    if slug != fair.slug:
        raise Refused("another_fair", fair=slug)


def _entry(text: str | bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(text)
        is_known = entry["kind"] in KINDS and datetime.fromisoformat(entry["at"]).tzinfo is not None
    except UNREADABLE:
        return None
    return dict(entry) if is_known else None


def _take(
    session: Session, done: Merged, number: int, entry: dict[str, Any], take: Callable[[dict[str, Any]], bool]
) -> bool | None:
    """Take one line, or leave it out whole; return whether it brought something new, None where it was left out."""
    try:
        with session.begin_nested():
            is_new = take(entry)
            session.flush()
    except DomainError as error:
        done.errors[number] = error.code
    except (*UNREADABLE, IntegrityError, StatementError):
        done.errors[number] = "unreadable"
    else:
        return is_new
    return None


@dataclass(slots=True)
class _Reading:
    """One file on its way into one fair; ``deals`` are the keys of deals that the file speaks of."""

    session: Session
    fair: FairFacts
    now: datetime
    deals: set[str]
    rates: FixedRates
    touched: set[uuid.UUID] = field(default_factory=set)

    def meeting(self, entry: dict[str, Any]) -> bool:
        """Add a meeting that was made in the hall; one that is known keeps its facts."""
        key = uuid.UUID(entry["id"])
        known = self.session.get(Meeting, key)
        if known is not None:
            if known.fair_id != self.fair.id:
                raise Refused("unknown_meeting")
            return False
        sides = {Role.EXHIBITOR: uuid.UUID(entry["exhibitor_id"]), Role.BUYER: uuid.UUID(entry["buyer_id"])}
        for role, participation_id in sides.items():
            self._check_side(role, participation_id)
        slot_id = self._of_fair(Slot, entry["slot_id"])
        self._check_not_there(sides, slot_id)
        state = MeetingState(entry["state"])
        if state not in RECORDED:
            raise Refused("not_on_record")
        row = Meeting(
            id=key,
            fair_id=self.fair.id,
            exhibitor_id=sides[Role.EXHIBITOR],
            buyer_id=sides[Role.BUYER],
            state=state,
            no_show_side=entry["no_show_side"],
            origin=Origin(entry["origin"]),
            requested_by=str(entry["requested_by"])[:60],
            is_walk_in=bool(entry["is_walk_in"]),
            is_online=bool(entry["is_online"]),
            slot_id=slot_id,
            table_id=self._of_fair(MeetingTable, entry["table_id"]),
            requested_at=datetime.fromisoformat(entry["requested_at"]),
            changed_at=datetime.fromisoformat(entry["at"]),
        )
        self.session.add(row)
        self.session.flush()
        self._seat(row, entry["people"])
        self._record("meeting_merged", key)
        return True

    def third(self, entry: dict[str, Any]) -> bool:
        """Add what a third company answered and what a host saw of it; whoever said it later is right."""
        meeting_id = self._meeting_key(entry)
        is_new = hall_thirds.take(self.session, fair=self.fair, meeting_id=meeting_id, entry=entry, now=self.now)
        if is_new:
            self._record("third_company_merged", meeting_id)
        return is_new

    def check_in(self, entry: dict[str, Any]) -> bool:
        """Add what was said of who was there."""
        meeting_id = self._meeting_key(entry)
        is_new = presences.keep(
            self.session,
            fair_id=self.fair.id,
            meeting_id=meeting_id,
            side=Role(entry["side"]),
            is_present=bool(entry["is_present"]),
            source=Source(entry["source"]),
            by=self._account(entry["by_account_id"]),
            at=min(datetime.fromisoformat(entry["at"]), self.now),
            once=str(entry["once"])[: attendance.ONCE_LENGTH],
            now=self.now,
        )
        if is_new:
            self.touched.add(meeting_id)
        return is_new

    def outcome(self, entry: dict[str, Any]) -> bool:
        """Add what a side said of a meeting, at the end of the ledger, with the time at which it was said."""
        key = uuid.UUID(entry["id"])
        if self.session.get(OutcomeReport, key) is not None:
            return False
        meeting_id, side = self._meeting_key(entry), Side(entry["side"])
        if side is Side.ORGANIZER:
            raise Refused("not_from_a_hall")
        # Without a rate the value could never be added up, and the fair's whole report would fail on it.
        if entry["currency"] and not self.rates.covers(entry["currency"]):
            raise Refused("currency_without_rate")
        outcomes.record_held(self.session, meeting_id=meeting_id, by=None, now=self.now)
        deal_id = self._deal(entry, meeting_id)
        row = {
            "id": key,
            "fair_id": self.fair.id,
            "meeting_id": meeting_id,
            "deal_id": deal_id,
            "side": side,
            "entry": self._next_entry(meeting_id, deal_id, side),
            "outcome": Outcome(entry["outcome"]),
            "amount": _decimal(entry["amount"]),
            "saving": _decimal(entry["saving"]),
            "signed_on": _day(entry["signed_on"]),
            "expected_on": _day(entry["expected_on"]),
            "stated_by": self._account(entry["stated_by"]),
            "stated_at": min(datetime.fromisoformat(entry["at"]), self.now),
            **{name: entry[name] for name in ("currency", "horizon", "years", "evidence", "typed", "note")},
            "evidence_number": entry["evidence_number"],
        }
        ledger.add_reports(self.session, fair_id=self.fair.id, reports=[row])
        self._record("outcome_merged", meeting_id)
        return True

    def state(self, entry: dict[str, Any]) -> bool:
        """Put on record what the hall has on record, where the main site has nothing.

        Raises Refused('recorded_otherwise') where the main site says something else.
        """
        key, wanted = uuid.UUID(entry["id"]), MeetingState(entry["state"])
        meeting, _ = meetings.load(self.session, fair_id=self.fair.id, meeting_id=key, participation_id=None)
        if meeting.state is wanted:
            return False
        if wanted is MeetingState.HELD and meeting.state in {MeetingState.SCHEDULED, MeetingState.ACCEPTED}:
            outcomes.record_held(self.session, meeting_id=key, by=None, now=self.now)
        elif wanted is MeetingState.NO_SHOW and meeting.state is MeetingState.SCHEDULED:
            party = Party.ORGANIZER
            meetings.move(self.session, meeting=meeting, action=Action.MISS, party=party, by=None, now=self.now)
            values = {"no_show_side": entry["no_show_side"]}
            self.session.execute(update(Meeting).where(Meeting.id == key).values(values))
        else:
            raise Refused("recorded_otherwise")
        return True

    def _check_side(self, role: Role, participation_id: uuid.UUID) -> None:
        row = self.session.get(Participation, participation_id)
        if row is None or row.fair_id != self.fair.id or row.role != role:
            raise Refused("unknown_company")

    def _check_not_there(self, sides: dict[Role, uuid.UUID], slot_id: uuid.UUID | None) -> None:
        """Refuse a meeting of two who are on record together in that slot already, as typed in by hand."""
        if slot_id is None:
            return
        same = select(Meeting.id).where(
            Meeting.exhibitor_id == sides[Role.EXHIBITOR],
            Meeting.buyer_id == sides[Role.BUYER],
            Meeting.slot_id == slot_id,
            Meeting.state.in_(sorted(RECORDED)),
        )
        if self.session.scalar(same) is not None:
            raise Refused("there_by_hand")

    def _meeting_key(self, entry: dict[str, Any]) -> uuid.UUID:
        row = self.session.get(Meeting, uuid.UUID(entry["meeting_id"]))
        if row is None or row.fair_id != self.fair.id:
            raise Refused("unknown_meeting")
        return row.id

    def _of_fair(self, table: Any, text: str | None) -> uuid.UUID | None:
        """The key of a slot or a table, where this fair has it."""
        row = self.session.get(table, uuid.UUID(text)) if text else None
        return uuid.UUID(text) if text and row is not None and row.fair_id == self.fair.id else None

    def _account(self, text: str | None) -> uuid.UUID | None:
        row = self.session.get(Account, uuid.UUID(text)) if text else None
        return row.id if row else None

    def _seat(self, meeting: Meeting, people: list[list[str]]) -> None:
        for text, side in people:
            if self.session.get(Representative, uuid.UUID(text)) is not None:
                self.session.add(
                    MeetingAttendee(meeting_id=meeting.id, representative_id=uuid.UUID(text), side=Role(side))
                )

    def _deal(self, entry: dict[str, Any], meeting_id: uuid.UUID) -> uuid.UUID | None:
        """The deal a statement is about: the same one, the one that the main site opened for this meeting, or a new."""
        if entry["deal_id"] is None:
            return None
        key = uuid.UUID(entry["deal_id"])
        if self.session.get(Deal, key) is not None:
            return key
        own = self.session.scalars(select(DealMeeting.deal_id).where(DealMeeting.meeting_id == meeting_id))
        twin = next((one for one in own if str(one) not in self.deals), None)
        if twin is not None:
            return twin
        meeting, opened = self.session.get_one(Meeting, meeting_id), entry["deal"]
        self.session.add(
            Deal(
                id=key,
                fair_id=self.fair.id,
                exhibitor_id=meeting.exhibitor_id,
                buyer_id=meeting.buyer_id,
                title=opened["title"],
                category_code=opened["category_code"],
                opened_at=datetime.fromisoformat(opened["opened_at"]),
            )
        )
        self.session.flush()
        self.session.add(DealMeeting(deal_id=key, meeting_id=meeting_id))
        self.session.flush()
        return key

    def _next_entry(self, meeting_id: uuid.UUID, deal_id: uuid.UUID | None, side: Side) -> int:
        about = (OutcomeReport.meeting_id == meeting_id, OutcomeReport.side == side)
        of_deal = OutcomeReport.deal_id.is_(None) if deal_id is None else OutcomeReport.deal_id == deal_id
        return (self.session.scalar(select(func.max(OutcomeReport.entry)).where(*about, of_deal)) or 0) + 1

    def _record(self, action: str, key: uuid.UUID) -> None:
        history.record(
            self.session,
            action=action,
            subject_kind="meeting",
            subject_id=key,
            by=None,
            now=self.now,
            fair_id=self.fair.id,
        )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
