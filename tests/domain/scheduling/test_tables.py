from matchmaker.domain.scheduling import Place, Table, solve
from matchmaker.domain.scheduling.board import Board
from matchmaker.domain.scheduling.index import Index
from matchmaker.domain.scheduling.tables import hand_out
from tests.domain.scheduling.fairs import fair, meeting, pool


def tables_of(problem, starts, *, published=None, locked=frozenset()):
    """Tables by meeting number when the meetings start as given, and those left standing."""
    board = Board(Index(problem))
    for number, start in enumerate(starts):
        team, place = board.index.teams[number][0], board.index.where[number][0]
        board.put(number, start=start, team=team, place=place)
    return hand_out(board, published=published or {}, locked=locked)


def test_people_keep_their_table_from_slot_to_slot():
    asked = (meeting("m1", "a", "b"), meeting("m2", "c", "d"), meeting("m3", "d", "e"), meeting("m4", "a", "f"))
    given, failed = tables_of(fair(*asked), (0, 0, 1, 1))
    assert (given[2], given[3], failed) == (given[1], given[0], [])
    assert given[0] != given[1]


def test_the_published_table_is_kept_where_it_can_be():
    asked = (meeting("m1", "a", "b"), meeting("m2", "c", "d"))
    assert tables_of(fair(*asked), (0, 0), published={0: "pool-3", 1: "pool-3"}) == ({0: "pool-3", 1: "pool-0"}, [])


def test_a_locked_meeting_has_its_table_even_against_a_long_one_before_it():
    asked = (meeting("long", "a", "b", length=2), meeting("locked", "c", "d"))
    given, failed = tables_of(fair(*asked, places=[pool(2)]), (0, 1), published={1: "pool-0"}, locked=frozenset({1}))
    assert (given, failed) == ({1: "pool-0", 0: "pool-1"}, [])


def test_a_long_meeting_gets_the_table_that_stays_open():
    place = Place(code="pool", tables=(Table(code="early", closed=frozenset({1})), Table(code="open")))
    asked = (meeting("short", "a", "b"), meeting("long", "c", "d", length=2))
    assert tables_of(fair(*asked, places=[place]), (0, 0)) == ({0: "early", 1: "open"}, [])


def test_a_meeting_that_no_table_can_take_leaves_the_plan():
    """Together the two tables are open in both slots, but neither of them is."""
    place = Place(
        code="pool", tables=(Table(code="t1", closed=frozenset({1})), Table(code="t2", closed=frozenset({0})))
    )
    asked = (meeting("long", "a", "b", length=2, fixed=0), meeting("then", "a", "c", after=("long",)))
    assert tables_of(fair(asked[0], places=[place]), (0,)) == ({}, [0])
    result = solve(problem=fair(*asked, places=[place]))
    assert result.assignments == ()
    assert [one.meeting for one in result.unscheduled] == ["long", "then"]
