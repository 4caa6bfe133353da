"""The 18 meetings nobody had planned: 12 pairs sit down a second time, 6 meet for the first time."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from matchmaker.demo.generator.content import stream
from matchmaker.demo.generator.endings import BROKEN_FROM_SLOT, BROKEN_TABLE, origin
from matchmaker.demo.generator.fair_records import Fair
from matchmaker.demo.generator.grid import BUYER_CAP
from matchmaker.demo.generator.meeting_records import Meeting, MeetingEnd
from matchmaker.demo.generator.pairing import BUSIEST, ONE_DAY_BUYER, ONLINE_BUYERS, SPAM, WITHOUT_MEETINGS, Pair
from matchmaker.demo.generator.people import Person, interpreter_languages

# Walk-ins by origin: pairs that meet again, and pairs that meet for the first time.
REPEATS = {"VV": 3, "VF": 8, "FF": 1}
NEW_PAIRS = {"VV": 1, "VF": 4, "FF": 0}
# An exhibitor of vegetables meets the caterer, which exhibits too and buys here.
EXHIBITING_BUYER = "S049"
ITS_WALK_IN = Pair("S057", EXHIBITING_BUYER, 3.0)


@dataclass(slots=True)
class _Floor:
    """Who and what is taken in which slot, cancelled meetings included, so that no list ever shows a clash."""

    fair: Fair
    absent: Mapping[str, frozenset[int]]
    people: Mapping[str, Person]
    meetings: list[Meeting]
    taken: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Note what the meetings take."""
        for one in self.meetings:
            self.note(one)

    def note(self, meeting: Meeting) -> None:
        """Note everyone and everything of one meeting as taken."""
        names = {
            meeting.exhibitor_representative_code,
            meeting.buyer_representative_code,
            meeting.table_code,
            meeting.planned_table_code,
            meeting.interpreter_code,
            meeting.planned_interpreter_code,
        }
        self.taken.update((name, meeting.slot) for name in names if name)

    def _free_interpreter(self, languages: Sequence[str], slot: int) -> str | None:
        for one in self.fair.interpreters:
            if one.language in languages and slot not in one.absent_slots and (one.code, slot) not in self.taken:
                return one.code
        return None

    def seat(self, *, pair: Pair, exhibitor_person: str, buyer_person: str, after: int, code: str) -> Meeting | None:
        """Return a walk-in of the two people in the first slot after ``after`` that has room, or None."""
        both = (exhibitor_person, buyer_person)
        languages = interpreter_languages(self.people[exhibitor_person], self.people[buyer_person])
        for slot in self.fair.slots[after:]:
            if any((one, slot.number) in self.taken or slot.number in self.absent.get(one, ()) for one in both):
                continue
            tables = [
                one.code
                for one in self.fair.tables
                if (one.code, slot.number) not in self.taken
                and (one.code != BROKEN_TABLE or slot.number < BROKEN_FROM_SLOT)
            ]
            interpreter = self._free_interpreter(languages, slot.number) if languages else None
            if not tables or (languages and interpreter is None):
                continue
            return Meeting(
                code=code,
                request_code=None,
                exhibitor_code=pair.exhibitor,
                buyer_code=pair.buyer,
                exhibitor_representative_code=exhibitor_person,
                buyer_representative_code=buyer_person,
                slot=slot.number,
                table_code=tables[-1],
                planned_table_code=tables[-1],
                needs_interpreter=bool(languages),
                interpreter_code=interpreter,
                planned_interpreter_code=interpreter,
                is_online=False,
                is_walk_in=True,
                end=MeetingEnd.HELD,
                close_reason=None,
                no_show_side=None,
                changed_at=slot.ends_at,
            )
        return None


def add_walk_ins(
    *,
    meetings: Sequence[Meeting],
    pool: Iterable[Pair],
    fair: Fair,
    absent: Mapping[str, frozenset[int]],
    people: Sequence[Person],
    seed: int,
) -> tuple[Meeting, ...]:
    """Return all meetings with the 18 walk-ins last.

    ``pool`` holds the possible pairs, best first. Raises ValueError when a quota cannot be filled.
    """
    floor = _Floor(fair=fair, absent=absent, people={one.code: one for one in people}, meetings=list(meetings))
    _add_repeats(floor, seed)
    _add_new_pairs(floor, pool)
    expected = len(meetings) + sum(REPEATS.values()) + sum(NEW_PAIRS.values()) + 1
    if len(floor.meetings) != expected:
        raise ValueError(f"{expected - len(floor.meetings)} walk-ins found no seat")
    return tuple(floor.meetings)


def _add_repeats(floor: _Floor, seed: int) -> None:
    rng = stream(seed, "repeats")
    count = Counter((one.exhibitor_code, one.buyer_code) for one in floor.meetings)
    load = _buyer_load(floor.meetings)
    firsts = [
        one
        for one in floor.meetings
        if one.end is MeetingEnd.HELD
        and not one.is_online
        and count[one.exhibitor_code, one.buyer_code] == 1
        and one.buyer_code != ONE_DAY_BUYER
    ]
    rng.shuffle(firsts)
    wanted = Counter(REPEATS)
    found: list[tuple[str, str]] = []
    for first in firsts:
        where = origin(first.exhibitor_code, first.buyer_code)
        if not wanted[where] or load[first.buyer_code] >= BUYER_CAP or first.exhibitor_code in {BUSIEST, SPAM}:
            continue
        if any(first.exhibitor_code == exhibitor or first.buyer_code == buyer for exhibitor, buyer in found):
            continue
        meeting = floor.seat(
            pair=Pair(first.exhibitor_code, first.buyer_code, 0.0),
            exhibitor_person=first.exhibitor_representative_code,
            buyer_person=first.buyer_representative_code,
            after=first.slot,
            code=f"W{len(found) + 1:02d}",
        )
        if meeting is not None:
            _settle(floor, meeting)
            wanted[where] -= 1
            found.append((first.exhibitor_code, first.buyer_code))


def _add_new_pairs(floor: _Floor, pool: Iterable[Pair]) -> None:
    met = {(one.exhibitor_code, one.buyer_code) for one in floor.meetings}
    load = _buyer_load(floor.meetings)
    wanted = Counter(NEW_PAIRS)
    closed = {*WITHOUT_MEETINGS, *ONLINE_BUYERS, ONE_DAY_BUYER, BUSIEST, SPAM}
    for pair in [ITS_WALK_IN, *pool]:
        where = origin(pair.exhibitor, pair.buyer)
        is_open = pair is ITS_WALK_IN or (wanted[where] and load[pair.buyer] < BUYER_CAP)
        if not is_open or (pair.exhibitor, pair.buyer) in met or {pair.exhibitor, pair.buyer} & closed:
            continue
        meeting = floor.seat(
            pair=pair,
            exhibitor_person=f"{pair.exhibitor}-1",
            buyer_person=f"{pair.buyer}-1",
            after=0,
            code=f"W{sum(1 for one in floor.meetings if one.is_walk_in) + 1:02d}",
        )
        if meeting is None:
            continue
        _settle(floor, meeting)
        load[pair.buyer] += 1
        if pair is not ITS_WALK_IN:
            wanted[where] -= 1
            closed.update((pair.exhibitor, pair.buyer))


def _buyer_load(meetings: Iterable[Meeting]) -> Counter[str]:
    return Counter(one.buyer_code for one in meetings)


def _settle(floor: _Floor, meeting: Meeting) -> None:
    floor.meetings.append(meeting)
    floor.note(meeting)
