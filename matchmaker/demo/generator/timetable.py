"""The timetable: a slot, a table and, where needed, an interpreter for every appointment, without any clash.

Places appointments one by one; when no slot is free, the least obstacles are taken out again and placed later, and a
slot that was fought over becomes dearer. That is a plain min-conflicts search, enough for 640 meetings on 74 % of the
tables; the product's own scheduler is another thing and shares no code with this.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matchmaker.demo.generator.content import stream
from matchmaker.demo.generator.fair_records import Interpreter, Table
from matchmaker.demo.generator.people import Appointment

STEP_LIMIT = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where an appointment takes place."""

    slot: int
    table: str
    interpreter: str | None


@dataclass(slots=True)
class _Search:
    appointments: Sequence[Appointment]
    absent: Mapping[str, frozenset[int]]
    capacity: Mapping[tuple[str, int], int]
    tables: int
    slots: range
    rng: random.Random
    placed: dict[int, tuple[int, str | None]] = field(default_factory=dict)
    of_person: dict[tuple[str, int], int] = field(default_factory=dict)
    of_language: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    in_slot: Counter[int] = field(default_factory=Counter)
    price: Counter[tuple[int, int]] = field(default_factory=Counter)

    def people(self, index: int) -> tuple[str, str]:
        """Return the two people of an appointment."""
        one = self.appointments[index]
        return one.exhibitor_person, one.buyer_person

    def obstacles(self, index: int, slot: int) -> tuple[set[int], str | None] | None:
        """Return who must leave the slot first and the interpreter's language, None where the slot is impossible."""
        pair = self.people(index)
        if any(slot in self.absent[code] for code in pair if code in self.absent):
            return None
        leaving = {self.of_person[code, slot] for code in pair if (code, slot) in self.of_person}
        wanted = self.appointments[index].languages
        if not wanted:
            return leaving, None
        best: tuple[int, str, set[int]] | None = None
        for language in wanted:
            taken = [one for one in self.of_language[language, slot] if one not in leaving]
            free = self.capacity.get((language, slot), 0) - len(taken)
            if self.capacity.get((language, slot), 0) == 0:
                continue
            extra = set() if free > 0 else {self.rng.choice(taken)}
            if best is None or len(extra) < best[0]:
                best = (len(extra), language, extra)
        return None if best is None else (leaving | best[2], best[1])

    def put(self, index: int, slot: int, language: str | None) -> None:
        """Place the appointment."""
        self.placed[index] = (slot, language)
        for code in self.people(index):
            self.of_person[code, slot] = index
        if language:
            self.of_language[language, slot].append(index)
        self.in_slot[slot] += 1

    def take_out(self, index: int) -> None:
        """Undo ``put``."""
        slot, language = self.placed.pop(index)
        for code in self.people(index):
            del self.of_person[code, slot]
        if language:
            self.of_language[language, slot].remove(index)
        self.in_slot[slot] -= 1

    def best_slot(self, index: int) -> tuple[int, str | None, set[int]]:
        """Return the cheapest slot for an appointment with its language and the ones that must leave."""
        best: tuple[float, int, str | None, set[int]] | None = None
        for slot in self.slots:
            found = self.obstacles(index, slot)
            if found is None or self.in_slot[slot] >= self.tables + len(found[0]):
                continue
            leaving, language = found
            cost = sum(10 + self.price[one, slot] for one in leaving) + self.in_slot[slot] / 8 + self.rng.random()
            if best is None or cost < best[0]:
                best = (cost, slot, language, leaving)
        if best is None:
            raise ValueError(f"appointment {self.appointments[index]} fits into no slot")
        return best[1], best[2], best[3]

    def run(self) -> None:
        """Place every appointment. Raises ValueError when the step limit is reached."""
        waiting = sorted(range(len(self.appointments)), key=self._tightness)
        for _ in range(STEP_LIMIT):
            if not waiting:
                return
            index = waiting.pop(0)
            slot, language, leaving = self.best_slot(index)
            for other in sorted(leaving):
                self.price[other, slot] += 1
                self.take_out(other)
                waiting.append(other)
            self.put(index, slot, language)
        raise ValueError("the timetable did not settle")

    def _tightness(self, index: int) -> tuple[int, int]:
        languages = self.appointments[index].languages
        room = min((sum(self.capacity.get((one, slot), 0) for slot in self.slots) for one in languages), default=10_000)
        return room, index


def make_timetable(
    *,
    appointments: Sequence[Appointment],
    absent: Mapping[str, frozenset[int]],
    interpreters: Sequence[Interpreter],
    tables: Sequence[Table],
    slots: range,
    seed: int,
) -> list[Seat]:
    """Return one seat an appointment, in the same order. ``absent`` maps people to slots in which they cannot meet.

    Raises ValueError when no timetable is found.
    """
    capacity = Counter((one.language, slot) for one in interpreters for slot in slots if slot not in one.absent_slots)
    search = _Search(
        appointments=appointments,
        absent=absent,
        capacity=capacity,
        tables=len(tables),
        slots=slots,
        rng=stream(seed, "timetable"),
    )
    search.run()
    chosen = [search.placed[index] for index in range(len(appointments))]
    interpreter_of = _share_interpreters(chosen, interpreters)
    table_of = _share_tables(appointments, chosen, tables)
    return [
        Seat(slot=slot, table=table_of[index], interpreter=interpreter_of.get(index))
        for index, (slot, _) in enumerate(chosen)
    ]


def _share_interpreters(
    chosen: Sequence[tuple[int, str | None]], interpreters: Sequence[Interpreter]
) -> dict[int, str]:
    """Hand the meetings of each slot to the interpreters of the language who have had the fewest."""
    had: Counter[str] = Counter()
    busy: set[tuple[str, int]] = set()
    found: dict[int, str] = {}
    for index, (slot, language) in sorted(enumerate(chosen), key=lambda item: (item[1][0], item[0])):
        if language is None:
            continue
        free = [
            one.code
            for one in interpreters
            if one.language == language and slot not in one.absent_slots and (one.code, slot) not in busy
        ]
        found[index] = min(free, key=lambda code: (had[code], code))
        had[found[index]] += 1
        busy.add((found[index], slot))
    return found


def _share_tables(
    appointments: Sequence[Appointment], chosen: Sequence[tuple[int, str | None]], tables: Sequence[Table]
) -> dict[int, str]:
    """Keep each buyer at its last table where that is free, else the least used free table."""
    last: dict[str, str] = {}
    use: Counter[str] = Counter()
    busy: set[tuple[str, int]] = set()
    found: dict[int, str] = {}
    for index, (slot, _) in sorted(enumerate(chosen), key=lambda item: (item[1][0], item[0])):
        buyer = appointments[index].buyer_person
        free = [one.code for one in tables if (one.code, slot) not in busy]
        found[index] = last[buyer] if last.get(buyer) in free else min(free, key=lambda code: (use[code], code))
        last[buyer] = found[index]
        use[found[index]] += 1
        busy.add((found[index], slot))
    return found
