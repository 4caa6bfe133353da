"""How the 640 scheduled meetings ended: 504 held, 72 cancelled, 64 no-shows, in the mix that the report must show."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from matchmaker.demo.generator.company_records import Side
from matchmaker.demo.generator.content import company_rows, stream
from matchmaker.demo.generator.fair_records import Fair
from matchmaker.demo.generator.grid import ILL_INTERPRETER, ILL_SLOTS, consent_withdrawn_at
from matchmaker.demo.generator.meeting_records import Meeting, MeetingEnd
from matchmaker.demo.generator.pairing import Pair

CANCELLED = 72
BUYER_NO_SHOWS = 22
# Scheduled meetings that were not held, by origin: both Vietnamese, one of each, both foreign.
NOT_HELD_QUOTAS = {"VV": 37, "VF": 92, "FF": 7}
ONLINE_NOT_HELD = 3
ILL_CANCELLED = 2
ILL_REPLACED = 3
BROKEN_TABLE = "A05"
BROKEN_FROM_SLOT = 20
WITHDRAWN_CONSENT_MEETINGS = 3
CANCEL_REASONS = ("cannot_come", "no_time", "not_relevant", "other")
CONSENT_WITHDRAWN = "consent_withdrawn"
HOURS_BEFORE = 18
ILL_HOURS_BEFORE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The meetings as they ended, with the person whose consent was withdrawn before the fair."""

    meetings: tuple[Meeting, ...]
    withdrawn_person: str


def origin(exhibitor: str, buyer: str) -> str:
    """Return VV, VF or FF for two company codes, whichever side is the foreign one."""
    country = {row.code: row.country for row in company_rows()}
    foreign = sum(1 for code in (exhibitor, buyer) if country[code] != "VN")
    return ("VV", "VF", "FF")[foreign]


def withdrawing_person(meetings: Sequence[Meeting]) -> str:
    """Return the one-person Vietnamese exhibitor with three meetings whose consent is withdrawn on the eve."""
    loads = Counter(one.exhibitor_code for one in meetings)
    teams: dict[str, set[str]] = {}
    for one in meetings:
        teams.setdefault(one.exhibitor_code, set()).add(one.exhibitor_representative_code)
    households = [row.code for row in company_rows() if row.legal_form == "household_business"]
    ranked = sorted(
        (abs(loads[code] - WITHDRAWN_CONSENT_MEETINGS), code) for code in households if len(teams.get(code, ())) == 1
    )
    return teams[ranked[0][1]].pop()


def end_meetings(*, meetings: Sequence[Meeting], kept: Sequence[Pair], fair: Fair, seed: int) -> Ending:
    """Return every meeting with its end. Meetings of the ``kept`` pairs are held."""
    rng = stream(seed, "endings")
    kept_pairs = {(pair.exhibitor, pair.buyer) for pair in kept}
    withdrawn = withdrawing_person(meetings)
    fixed: dict[str, str] = {
        one.code: CONSENT_WITHDRAWN for one in meetings if one.exhibitor_representative_code == withdrawn
    }
    ill = _ill_meetings(meetings, kept_pairs, set(fixed))
    fixed.update(dict.fromkeys(ill[:ILL_CANCELLED], "interpreter_ill"))
    quotas = Counter(NOT_HELD_QUOTAS)
    quotas.subtract(origin(one.exhibitor_code, one.buyer_code) for one in meetings if one.code in fixed)
    online = [one for one in meetings if one.is_online and one.code not in {*fixed, *ill}]
    free = rng.sample(online, ONLINE_NOT_HELD)
    quotas.subtract(origin(one.exhibitor_code, one.buyer_code) for one in free)
    pool = [
        one
        for one in meetings
        if not one.is_online
        and one.code not in {*fixed, *ill}
        and (one.exhibitor_code, one.buyer_code) not in kept_pairs
    ]
    for where, quota in sorted(quotas.items()):
        free += rng.sample([one for one in pool if origin(one.exhibitor_code, one.buyer_code) == where], quota)
    free.sort(key=lambda one: one.code)
    rng.shuffle(free)
    ends = _share_ends([one.code for one in free], fixed)
    ended = [_with_end(one, ends.get(one.code), fair, rng.choice(CANCEL_REASONS)) for one in meetings]
    return Ending(
        meetings=tuple(_with_interpreter_change(one, ill) for one in _with_table_change(ended, fair)),
        withdrawn_person=withdrawn,
    )


def _ill_meetings(meetings: Sequence[Meeting], kept: set[tuple[str, str]], fixed: set[str]) -> list[str]:
    """Return the meetings the ill interpreter had been given: five English ones, at most one a slot."""
    interpreted: dict[int, str] = {}
    for one in meetings:
        is_plain = one.code not in fixed and (one.exhibitor_code, one.buyer_code) not in kept and not one.is_online
        is_english = one.interpreter_code is not None and one.interpreter_code <= "I07"
        if one.slot in ILL_SLOTS and is_plain and is_english and origin(one.exhibitor_code, one.buyer_code) == "VF":
            interpreted.setdefault(one.slot, one.code)
    return [interpreted[slot] for slot in sorted(interpreted)][: ILL_CANCELLED + ILL_REPLACED]


def _share_ends(free: Sequence[str], fixed: dict[str, str]) -> dict[str, tuple[MeetingEnd, Side | None, str | None]]:
    ends: dict[str, tuple[MeetingEnd, Side | None, str | None]] = {
        code: (MeetingEnd.CANCELLED, None, reason) for code, reason in fixed.items()
    }
    left = CANCELLED - len(fixed)
    for position, code in enumerate(free):
        if position < left:
            ends[code] = (MeetingEnd.CANCELLED, None, None)
        elif position < left + BUYER_NO_SHOWS:
            ends[code] = (MeetingEnd.NO_SHOW, Side.BUYER, None)
        else:
            ends[code] = (MeetingEnd.NO_SHOW, Side.EXHIBITOR, None)
    return ends


def _with_end(
    meeting: Meeting, end: tuple[MeetingEnd, Side | None, str | None] | None, fair: Fair, reason: str
) -> Meeting:
    slot = fair.slots[meeting.slot - 1]
    if end is None:
        return replace(meeting, changed_at=slot.ends_at)
    what, side, fixed_reason = end
    if what is MeetingEnd.NO_SHOW:
        return replace(meeting, end=what, no_show_side=side, changed_at=slot.starts_at + timedelta(minutes=12))
    if fixed_reason == CONSENT_WITHDRAWN:
        changed_at = consent_withdrawn_at(fair.opens_on)
    else:
        hours = ILL_HOURS_BEFORE if fixed_reason else HOURS_BEFORE
        changed_at = slot.starts_at - timedelta(hours=hours)
    return replace(meeting, end=what, close_reason=fixed_reason or reason, changed_at=changed_at)


def _with_table_change(meetings: Sequence[Meeting], fair: Fair) -> list[Meeting]:
    """Move what was planned at the broken table on day 3 to a table that is free in that slot."""
    busy = {(one.table_code, one.slot) for one in meetings}
    found: list[Meeting] = []
    for one in meetings:
        if one.table_code != BROKEN_TABLE or one.slot < BROKEN_FROM_SLOT:
            found.append(one)
            continue
        table = next(
            table.code
            for table in reversed(fair.tables)
            if (table.code, one.slot) not in busy and table.hall_code == "A"
        )
        busy.add((table, one.slot))
        found.append(replace(one, table_code=table))
    return found


def _with_interpreter_change(meeting: Meeting, ill: Sequence[str]) -> Meeting:
    if meeting.code not in ill:
        return meeting
    if meeting.end is MeetingEnd.CANCELLED:
        return replace(meeting, planned_interpreter_code=ILL_INTERPRETER, interpreter_code=None)
    return replace(meeting, planned_interpreter_code=ILL_INTERPRETER)
