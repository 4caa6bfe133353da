"""Where a meeting can take place: free for everyone, with a table, near enough, the most convenient first."""

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.places import BEST, WALK, Diary, Ground, Obstacle, Opening, Spot, best, obstacles, places

NINE = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
BEFORE = NINE - timedelta(hours=1)
A1, A2, B1 = (
    Spot(uuid.UUID(int=900 + n), code, hall) for n, (code, hall) in enumerate([("A1", "A"), ("A2", "A"), ("B1", "B")])
)
BOOTH = Spot(None, "C12", "", is_booth=True)
COUNTER = Spot(uuid.UUID(int=990), "C12", "C", is_booth=True)


def grid(count=6, *, days=1, minutes=25, gap=5):
    step = timedelta(minutes=minutes + gap)
    return [
        Opening(
            uuid.UUID(int=100 * day + number + 1),
            date(2026, 11, 18 + day),
            NINE + timedelta(days=day) + number * step,
            NINE + timedelta(days=day) + number * step + timedelta(minutes=minutes),
        )
        for day, number in itertools.product(range(days), range(count))
    ]


GRID = grid()


def ground(*, openings=GRID, spots=(A1, A2, B1), taken=None, **values):
    return Ground(openings, spots, {key: frozenset(tables) for key, tables in (taken or {}).items()}, **values)


def diary(away=(), stops=None, daily_cap=None):
    """``away`` and ``stops`` by the number of the slot."""
    return Diary(
        frozenset(GRID[n].id for n in away), {GRID[n].id: hall for n, hall in (stops or {}).items()}, daily_cap
    )


def numbers(found):
    return [GRID.index(place.opening) for place in found]


def test_two_with_empty_days_can_meet_at_any_time_to_come():
    assert numbers(places(ground(), [diary(), diary()], now=BEFORE)) == [0, 1, 2, 3, 4, 5]
    assert numbers(places(ground(), [diary(), diary()], now=GRID[2].starts_at)) == [3, 4, 5]


@pytest.mark.parametrize(
    ("one", "obstacle"),
    [
        (diary(away=[1]), Obstacle.AWAY),
        (diary(stops={1: "A"}), Obstacle.BUSY),
    ],
)
def test_a_slot_that_does_not_suit_one_of_them_is_not_offered(one, obstacle):
    assert 1 not in numbers(places(ground(), [diary(), one], now=BEFORE))
    assert obstacles(ground(), [diary(), one], now=BEFORE) == {GRID[1].id: obstacle}


def test_nobody_gets_more_meetings_a_day_than_they_want():
    full = diary(stops={0: "A", 3: "A"}, daily_cap=2)
    found = obstacles(ground(), [full, diary()], now=BEFORE)
    assert {GRID.index(next(o for o in GRID if o.id == key)): why for key, why in found.items()} == {
        0: Obstacle.BUSY,
        3: Obstacle.BUSY,
        **dict.fromkeys((1, 2, 4, 5), Obstacle.DAY_FULL),
    }
    assert places(ground(), [diary(stops={0: "A"}, daily_cap=2), diary()], now=BEFORE) != []


def test_the_cap_of_one_day_leaves_the_next_day_open():
    openings = grid(2, days=2)
    full = Diary(frozenset(), {openings[0].id: "A"}, 1)
    found = places(ground(openings=openings), [full], now=BEFORE)
    assert [openings.index(place.opening) for place in found] == [2, 3]


def test_a_slot_without_a_table_left_is_not_offered_unless_the_exhibitor_has_a_booth():
    taken = {GRID[0].id: [A1.table_id, A2.table_id, B1.table_id]}
    assert obstacles(ground(taken=taken), [diary()], now=BEFORE) == {GRID[0].id: Obstacle.NO_TABLE}
    at_booth = places(ground(taken=taken, booth=BOOTH), [diary()], now=BEFORE)[0]
    assert at_booth.spots == (BOOTH,)


def test_a_fair_whose_tables_are_all_closed_has_no_place():
    assert set(obstacles(ground(spots=()), [diary()], now=BEFORE).values()) == {Obstacle.NO_TABLE}


def test_an_exhibitor_with_a_counter_of_its_own_is_met_there_first():
    found = places(ground(spots=(A1, COUNTER)), [diary()], now=BEFORE)[0]
    assert found.spots == (COUNTER, A1)
    busy = places(ground(spots=(A1, COUNTER), taken={GRID[0].id: [COUNTER.table_id]}), [diary()], now=BEFORE)[0]
    assert busy.spots == (A1,)


def test_a_fair_without_tables_and_a_meeting_online_need_none():
    assert [place.spots for place in places(ground(spots=(), has_tables=False), [diary()], now=BEFORE)] == [(None,)] * 6
    assert places(ground(is_online=True), [diary()], now=BEFORE)[0].spots == (None,)
    assert places(ground(spots=(), has_tables=False, booth=BOOTH), [diary()], now=BEFORE)[0].spots == (BOOTH,)


def test_tables_without_a_walk_are_offered_first():
    found = places(ground(openings=grid(6, gap=15)), [Diary(frozenset(), {GRID[0].id: "B"})], now=BEFORE)
    assert found[0].spots == (B1, A1, A2)


def test_where_the_pause_is_too_short_for_the_way_only_the_same_hall_is_left():
    beside = places(ground(), [diary(stops={2: "B"})], now=BEFORE)
    assert [place.spots for place in beside if GRID.index(place.opening) in (1, 3)] == [(B1,), (B1,)]
    only_a = ground(spots=(A1,))
    assert {
        key for key, why in obstacles(only_a, [diary(stops={2: "B"})], now=BEFORE).items() if why is Obstacle.TOO_FAR
    } == {GRID[1].id, GRID[3].id}


def test_the_three_best_stand_beside_other_meetings_and_early():
    found = places(ground(), [diary(stops={3: "A"}), diary()], now=BEFORE)
    assert numbers(best(found)) == [2, 4, 1]
    assert [place.is_next_to for place in best(found)] == [True, True, False]


@given(
    st.lists(
        st.tuples(
            st.sets(st.integers(0, 5)),
            st.dictionaries(st.integers(0, 5), st.sampled_from(["A", "B", ""])),
            st.one_of(st.none(), st.integers(1, 3)),
        ),
        min_size=1,
        max_size=3,
    ),
    st.dictionaries(st.integers(0, 5), st.sets(st.sampled_from([A1, A2, B1]))),
    st.integers(-1, 6),
)
def test_what_is_offered_breaks_no_rule_and_what_is_not_breaks_one(people, taken, begun):
    diaries = [diary(away, stops, cap) for away, stops, cap in people]
    now = NINE + begun * timedelta(minutes=30)
    where = ground(taken={GRID[n].id: [spot.table_id for spot in spots] for n, spots in taken.items()})
    found = places(where, diaries, now=now)
    refused = obstacles(where, diaries, now=now)
    assert {place.opening.id for place in found} | refused.keys() == {opening.id for opening in GRID}
    assert {place.opening.id for place in found} & refused.keys() == set()
    for place in found:
        number = GRID.index(place.opening)
        assert place.opening.starts_at > now
        for away, stops, cap in people:
            assert number not in away
            assert number not in stops
            assert cap is None or len(stops) < cap
            for spot in place.spots:
                beside = [stops[n] for n in (number - 1, number + 1) if n in stops]
                assert all(hall in {"", spot.hall} for hall in beside)
        assert not set(place.spots) & taken.get(number, set())
    assert len(best(found)) == min(BEST, len(found))


def test_the_walk_is_longer_than_the_usual_pause():
    assert timedelta(minutes=5) < WALK <= timedelta(minutes=15)
