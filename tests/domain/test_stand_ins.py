"""Who takes over when an interpreter can't come."""

import uuid
from datetime import UTC, date, datetime, timedelta

from matchmaker.domain.hand_plan import Entry, Guest, HandPlan, HandTable
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.places import Opening
from matchmaker.domain.stand_ins import MOST_ON_END, Remedy, propose

NINE = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
SLOTS = tuple(
    Opening(uuid.uuid4(), date(2026, 11, 18), NINE + timedelta(minutes=30 * n), NINE + timedelta(minutes=30 * n + 25))
    for n in range(6)
)
TABLES = tuple(HandTable(uuid.uuid4(), f"A0{n}", "A", None, is_closed=False) for n in (1, 2, 3))


def speaker(name, *languages):
    return Guest(uuid.uuid4(), name, frozenset({"vi", *languages}))


ILL = speaker("Ill", "ja", "ko")


def meeting(slot, table=0, *, interpreter=ILL):
    return Entry(
        id=uuid.uuid4(),
        state=MeetingState.SCHEDULED,
        exhibitor_id=uuid.uuid4(),
        companies=(uuid.uuid4(), uuid.uuid4()),
        names=("Seller", "Buyer"),
        is_international=True,
        caps=(9, 9),
        is_online=False,
        slot_id=SLOTS[slot].id,
        table_id=TABLES[table].id,
        interpreter_id=interpreter.id,
        is_locked=False,
        people=(uuid.uuid4(), uuid.uuid4()),
    )


def people_of(entry, tongue):
    return (Guest(entry.people[0], "S", frozenset({"vi"})), Guest(entry.people[1], "B", frozenset({tongue})))


def proposals(entries, others, interpreters, *, tongues=None, away=None):
    plan = HandPlan(
        openings=SLOTS,
        tables=TABLES,
        entries={one.id: one for one in (*entries, *others)},
        away={ILL.id: frozenset(slot.id for slot in SLOTS), **(away or {})},
        interpreters=(ILL, *interpreters),
    )
    tongues = tongues or ["ja"] * len(entries)
    guests = {one.id: people_of(one, tongue) for one, tongue in zip(entries, tongues, strict=True)}
    return propose(plan, entries, guests, now=NINE - timedelta(hours=1))


def test_as_many_as_possible_keep_their_place():
    """Hoa speaks both, Thu only Japanese: Hoa leaves the Japanese meeting to Thu and takes the Korean one."""
    hoa, thu = speaker("Hoa", "ja", "ko"), speaker("Thu", "ja")
    entries = [meeting(0, 0), meeting(0, 1)]
    found = proposals(entries, [], [hoa, thu], tongues=["ja", "ko"])
    assert [(one.remedy, one.interpreter_id) for one in found] == [
        (Remedy.TAKEN_OVER, thu.id),
        (Remedy.TAKEN_OVER, hoa.id),
    ]


def test_who_is_busy_away_or_speaks_something_else_is_no_candidate():
    busy, gone, other = speaker("Busy", "ja"), speaker("Gone", "ja"), speaker("Other", "en")
    entry = meeting(0)
    elsewhere = [meeting(n, 1, interpreter=busy) for n in range(6)]
    (found,) = proposals([entry], elsewhere, [busy, gone, other], away={gone.id: frozenset(s.id for s in SLOTS)})
    assert (found.candidates, found.remedy, found.slot_id) == ((), Remedy.UNPLACED, None)


def test_who_has_rested_goes_first():
    tired, rested = speaker("A tired", "ja"), speaker("B rested", "ja")
    entry = meeting(MOST_ON_END)
    run = [meeting(n, 1, interpreter=tired) for n in range(MOST_ON_END)]
    load = [meeting(n, 2, interpreter=rested) for n in (0, 1, 2, 5)]
    (found,) = proposals([entry], [*run, *load], [tired, rested])
    assert found.interpreter_id == rested.id
    assert [(one.name, one.on_end) for one in found.candidates] == [("B rested", 2), ("A tired", MOST_ON_END + 1)]


def test_nobody_takes_over_two_at_once_and_the_other_one_moves():
    hoa = speaker("Hoa", "ja")
    entries = [meeting(0, 0), meeting(0, 1)]
    found = proposals(entries, [], [hoa])
    assert sorted(one.remedy for one in found) == [Remedy.MOVED, Remedy.TAKEN_OVER]
    assert {(one.interpreter_id, one.slot_id) for one in found} == {(hoa.id, SLOTS[0].id), (hoa.id, SLOTS[1].id)}


def test_two_that_move_do_not_take_the_same_place():
    hoa = speaker("Hoa", "ja")
    busy = [meeting(n, 2, interpreter=hoa) for n in (0, 1, 2, 3)]
    entries = [meeting(0, 0), meeting(1, 0), meeting(2, 0)]
    found = proposals(entries, busy, [hoa])
    assert [one.remedy for one in found] == [Remedy.MOVED, Remedy.MOVED, Remedy.UNPLACED]
    assert {one.slot_id for one in found[:2]} == {SLOTS[4].id, SLOTS[5].id}
