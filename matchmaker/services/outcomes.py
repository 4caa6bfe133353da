"""Record what came of a meeting: that it was held or not, and what each side says of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.attendance import Source
from matchmaker.domain.deals.evidence import Evidence
from matchmaker.domain.deals.reports import Horizon, Side, require_held_meeting
from matchmaker.domain.deals.reports import OutcomeReport as Stated
from matchmaker.domain.errors import Conflict, NotFound, Refused
from matchmaker.domain.fairs import Act, allows
from matchmaker.domain.meetings import Action, CancelReason, MeetingState, Party, next_state
from matchmaker.models import HistoryEntry, Meeting, OutcomeReport
from matchmaker.services import deals, history, ledger, meetings, presences, questions
from matchmaker.services.deal_choice import deals_meant, file_under

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.deals.reports import YearAmount
    from matchmaker.domain.deals.stages import Outcome
    from matchmaker.domain.money.amount import Money
    from matchmaker.domain.money.rates import FixedRates
    from matchmaker.services.deals import MetFacts
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.meeting_notices import MeetingFacts

# The tables keep four decimals in 64 bits, which is a little less than the rules allow.
LARGEST_STORED = Decimal(9) * 10**14
ROWS_AT_ONCE = 500
NEVER_MET = frozenset({MeetingState.REQUESTED, MeetingState.DECLINED, MeetingState.EXPIRED, MeetingState.WITHDRAWN})
BOTH = "both"


class Absent(StrEnum):
    """Why a meeting did not take place, as one side tells it."""

    THEM = "them"
    US = "us"
    BOTH = "both"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one side says of a meeting.

    ``deal`` is the deal it is about: a key, NEW for one more, or "" for the meeting's own. A value comes with a
    horizon and with what was ``typed`` for it; ``evidence_number`` is that of an order or contract, if there is one.
    A value over several years comes with ``years``; a buyer may name its ``saving`` in the value's currency.
    """

    outcome: Outcome
    deal: uuid.UUID | str = ""
    value: Money | None = None
    typed: str = ""
    horizon: Horizon | None = None
    evidence_number: str = ""
    years: tuple[YearAmount, ...] = ()
    category: str = ""
    expected_on: date | None = None
    saving: Decimal | None = None


def record_held(session: Session, *, meeting_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> None:
    """Put on record that a meeting took place; one without a slot becomes a walk-in.

    Held already, it stays as it is. Raises NotFound for no meeting and Conflict('meeting_moved_on') where the rules
    lead from its state to no meeting.
    """
    known = session.execute(select(Meeting.fair_id, Meeting.state).where(Meeting.id == meeting_id)).one_or_none()
    if known is None:
        raise NotFound("no_such_meeting")
    if known.state != MeetingState.HELD:
        next_state(MeetingState(known.state), Action.HOLD, Party.ORGANIZER)
        hold_all(session, fair_id=known.fair_id, meeting_ids=[meeting_id], by=by, now=now)


def hold_all(
    session: Session,
    *,
    fair_id: uuid.UUID,
    meeting_ids: Iterable[uuid.UUID],
    by: uuid.UUID | None,
    now: datetime,
    is_missed_kept: bool = False,
) -> tuple[int, int]:
    """Put on record that meetings took place; return how many had a slot and how many became walk-ins.

    Meetings in a state from which the rules know no way there stay as they are, and with ``is_missed_kept`` also
    those that are on record as missed.
    """
    as_scheduled = walk_ins = 0
    wanted = sorted(set(meeting_ids))
    for start in range(0, len(wanted), ROWS_AT_ONCE):
        rows = session.execute(
            select(Meeting.id, Meeting.state, Meeting.slot_id).where(
                Meeting.fair_id == fair_id, Meeting.id.in_(wanted[start : start + ROWS_AT_ONCE])
            )
        ).all()
        kept = MeetingState.NO_SHOW if is_missed_kept else None
        ready = [row for row in rows if row.state != kept and _may_be_held(row.state)]
        for has_slot in (True, False):
            keys = [row.id for row in ready if (row.slot_id is not None) is has_slot]
            if keys:
                _hold(session, keys=keys, is_walk_in=not has_slot, fair_id=fair_id, by=by, now=now)
        placed = sum(row.slot_id is not None for row in ready)
        as_scheduled, walk_ins = as_scheduled + placed, walk_ins + len(ready) - placed
    return as_scheduled, walk_ins


def record_missed(
    session: Session, *, fair: FairFacts, me: Membership, meeting_id: uuid.UUID, absent: Absent, now: datetime
) -> None:
    """Put on record that a meeting did not take place, and who was not there.

    Raises NotFound, Refused('meeting_ahead') before its time unless it was called off, and
    Conflict('meeting_moved_on', state=…) when it is on record as held or over otherwise.
    """
    mine = me.participation_id
    if absent is Absent.CALLED_OFF:
        meetings.cancel(
            session,
            fair_id=fair.id,
            meeting_id=meeting_id,
            participation_id=mine,
            reason=CancelReason.OTHER,
            by=me.account_id,
            now=now,
        )
        return
    known = deals.met(session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    if known.starts_at is not None and known.starts_at > now:
        raise Refused("meeting_ahead")
    meeting, party = meetings.load(session, fair_id=fair.id, meeting_id=meeting_id, participation_id=mine)
    meetings.move(session, meeting=meeting, action=Action.MISS, party=party, by=me.account_id, now=now)
    side = {Absent.THEM: str(me.role.other), Absent.US: str(me.role), Absent.BOTH: BOTH}[absent]
    session.execute(update(Meeting).where(Meeting.id == meeting_id).values(no_show_side=side))
    _say_who_was_there(session, fair=fair, me=me, meeting=meeting, absent=absent, now=now)


def _say_who_was_there(
    session: Session, *, fair: FairFacts, me: Membership, meeting: MeetingFacts, absent: Absent, now: datetime
) -> None:
    """Keep what a side says of both, so that whatever is said later is weighed against it."""
    sources = {me.role: Source.AGENDA, me.role.other: Source.OTHER_SIDE}
    there = {me.role: absent is Absent.THEM, me.role.other: absent is Absent.US}
    for side, source in sources.items():
        presences.keep(
            session,
            fair_id=fair.id,
            meeting_id=meeting.id,
            side=side,
            is_present=there[side],
            source=source,
            by=me.account_id,
            at=meeting.starts_at or now,
            once=f"missed-{uuid.uuid4().hex}",
            now=now,
        )


def obstacle(meeting: MetFacts, *, fair: FairFacts, now: datetime) -> str:
    """Return the code of why no outcome can be recorded for a meeting now, or "" when one can."""
    if not allows(fair.phase, Act.RECORD_OUTCOME):
        return "not_in_phase"
    if meeting.state in NEVER_MET:
        return "meeting_not_agreed"
    if meeting.state is MeetingState.CANCELLED:
        return "meeting_cancelled"
    if meeting.state is MeetingState.NO_SHOW:
        return "value_without_meeting"
    if meeting.state is MeetingState.SCHEDULED:
        is_ahead = meeting.starts_at is not None and meeting.starts_at > now
    else:
        is_ahead = meeting.state is MeetingState.ACCEPTED and now.astimezone(fair.zone).date() < fair.opens_on
    return "meeting_ahead" if is_ahead else ""


def record_outcome(
    session: Session,
    *,
    fair: FairFacts,
    me: Membership,
    meeting_id: uuid.UUID,
    said: Said,
    now: datetime,
    once: str = "",
    is_kept: bool = False,
) -> bool:
    """Add what one side says of a meeting, which puts it on record as held; return whether it said anything new.

    What comes a second time with the same ``once`` changes nothing: never when a device had kept it, else unless it
    says something else than before.

    A value or a rung from quotation upwards belongs to a deal: the one named, the meeting's own, or a new one. "No
    fit" and "follow-up" take back what the same side said of its deals from this meeting. Raises NotFound,
    Refused with the obstacle or with what is wrong in the entry, Conflict when two people answer at once.
    """
    session.execute(select(Meeting.id).where(Meeting.id == meeting_id).with_for_update())
    meeting = deals.met(session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    if code := obstacle(meeting, fair=fair, now=now):
        raise Refused(code, field="outcome")
    side = deals.SIDES[me.role]
    _check(said, side=side, rates=deals.fixed_rates(session, fair=fair), now=now)
    so_far = questions.said(session, meeting_id=meeting_id, side=side)
    before = came_before(so_far, meeting_id=meeting_id, once=once)
    if before is not None and (is_kept or (before is so_far[-1] and _is_alike(before, said))):
        return False
    key = uuid.uuid4() if before is not None or not once else _key_of(meeting_id, side, once)
    record_held(session, meeting_id=meeting_id, by=me.account_id, now=now)
    meant = deals_meant(session, fair=fair, meeting=meeting, said=said, so_far=so_far, now=now)
    added = 0
    for deal_id in meant:
        row = {"id": uuid.uuid4() if added else key, "fair_id": fair.id, "meeting_id": meeting_id, "deal_id": deal_id}
        added += _add(session, row | {"side": side, "stated_by": me.account_id}, said=said, now=now)
    if said.category:
        file_under(session, fair_id=fair.id, deal_ids=meant, category=said.category, by=me.account_id, now=now)
    return added > 0


def came_before(so_far: Iterable[Stated], *, meeting_id: uuid.UUID, once: str) -> Stated | None:
    """Return the entry that was made with a mark, if there is one among those of a side."""
    keys = {side: str(_key_of(meeting_id, side, once)) for side in Side}
    return next((one for one in so_far if once and one.report_id.endswith(keys[one.stated_by])), None)


def _key_of(meeting_id: uuid.UUID, side: Side, once: str) -> uuid.UUID:
    """The key of the entry that is made with a mark, so that the database refuses a second one."""
    return uuid.uuid5(meeting_id, f"{side} {once}")


def _is_alike(before: Stated, said: Said) -> bool:
    return (before.outcome, before.value, before.horizon) == (said.outcome, said.value, said.horizon)


def _check(said: Said, *, side: Side, rates: FixedRates, now: datetime) -> None:
    """Let the rules look at the entry before anything is written."""
    report = Stated(
        report_id="new",
        deal_id="new",
        stated_by=side,
        outcome=said.outcome,
        stated_at=now,
        value=said.value,
        horizon=said.horizon,
        per_year=said.years,
        evidence=_evidence(said),
    )
    if said.horizon is Horizon.MULTI_YEAR and not said.years:
        raise Refused("value_without_years", field="years")
    if said.saving is not None and (side is not Side.BUYER or said.value is None or said.saving <= 0):
        raise Refused("saving_does_not_fit", field="saving")
    if said.saving is not None and said.saving >= LARGEST_STORED:
        raise Refused("value_too_large", field="saving")
    require_held_meeting(report, is_held=True)
    if said.value is not None and said.value.amount >= LARGEST_STORED:
        raise Refused("value_too_large", field="value")
    # Without a rate the value could never be added up, and the fair's whole report would fail on it.
    if said.value is not None and not rates.covers(said.value.currency):
        raise Refused("currency_without_rate", field="value")


def _evidence(said: Said) -> Evidence:
    return Evidence.ORDER_NUMBER if said.evidence_number else Evidence.STATED


def _says_the_same(row: OutcomeReport, said: Said) -> bool:
    """Whether an entry repeats the one before it, as a form that was sent twice does."""
    value = (said.value.amount, said.value.currency) if said.value else (None, None)
    then = (row.outcome, row.amount, row.currency, row.horizon, row.evidence_number, row.expected_on, row.saving)
    now = (said.outcome, *value, said.horizon, said.evidence_number, said.expected_on, said.saving)
    return then == now and row.years == _years(said)


def _years(said: Said) -> list[list[int | str]]:
    """The split over the years as the table keeps it."""
    return [[part.year, str(part.amount)] for part in said.years]


def _add(session: Session, about: Mapping[str, Any], *, said: Said, now: datetime) -> bool:
    """Add an entry after the side's last one about this meeting and deal, unless it says the same."""
    same = {name: about[name] for name in ("meeting_id", "deal_id", "side")}
    last = session.scalar(select(OutcomeReport).filter_by(**same).order_by(OutcomeReport.entry.desc()).limit(1))
    if last is not None and _says_the_same(last, said):
        return False
    row = {**about, **_told(said), "entry": last.entry + 1 if last else 1, "stated_at": now}
    try:
        with session.begin_nested():
            ledger.add_reports(session, fair_id=row["fair_id"], reports=[row])
    except IntegrityError as error:
        raise Conflict("said_at_once") from error
    _remember(session, row, now=now)
    return True


def _told(said: Said) -> dict[str, Any]:
    """What was said, as the columns of an entry."""
    return {
        "outcome": said.outcome,
        "amount": said.value.amount if said.value else None,
        "currency": said.value.currency if said.value else None,
        "typed": said.typed[:80],
        "horizon": said.horizon,
        "evidence": _evidence(said),
        "evidence_number": said.evidence_number,
        "years": _years(said),
        "expected_on": said.expected_on,
        "saving": said.saving,
    }


def _remember(session: Session, row: Mapping[str, Any], *, now: datetime) -> None:
    """Note in the history who said what when, without the amount."""
    history.record(
        session,
        action="outcome_recorded",
        subject_kind="meeting",
        subject_id=row["meeting_id"],
        by=row["stated_by"],
        now=now,
        fair_id=row["fair_id"],
        side=str(row["side"]),
        entry=row["entry"],
        outcome=str(row["outcome"]),
    )
    session.flush()


def _may_be_held(state: str) -> bool:
    try:
        next_state(MeetingState(state), Action.HOLD, Party.ORGANIZER)
    except Conflict:
        return False
    return True


def _hold(
    session: Session,
    *,
    keys: list[uuid.UUID],
    is_walk_in: bool,
    fair_id: uuid.UUID,
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    """Write the state with the condition that it has not changed meanwhile, and the history of what was written."""
    # One that was seated on the spot has a slot as well, and stays what it was made as.
    marked = {"is_walk_in": True} if is_walk_in else {}
    held = session.scalars(
        update(Meeting)
        .where(
            Meeting.id.in_(keys),
            Meeting.state.in_((MeetingState.ACCEPTED, MeetingState.SCHEDULED, MeetingState.NO_SHOW)),
        )
        .values({"state": MeetingState.HELD, "no_show_side": None, "changed_at": now, **marked})
        .returning(Meeting.id)
        .execution_options(synchronize_session=False)
    ).all()
    kept = {"action": f"meeting_{MeetingState.HELD}", "subject_kind": "meeting", "facts": {}}
    rows = [{"fair_id": fair_id, "at": now, "by_account_id": by, "subject_id": key, **kept} for key in sorted(held)]
    if rows:
        session.execute(insert(HistoryEntry).values(rows))
    session.expire_all()
