"""Every reason is given where it must be, and its evidence is checked against the problem and the plan."""

import pytest

from matchmaker.domain.scheduling import (
    Company,
    Help,
    HelpKind,
    Interpreter,
    Options,
    Person,
    Place,
    ReasonCode,
    Table,
    Unscheduled,
    solve,
)
from tests.domain.scheduling.fairs import bipartite, fair, grid, meeting, pool, rich


def away(code, *slots):
    return Person(code=f"{code}.1", company=code, unavailable=frozenset(slots))


def reason_of(problem, code="m"):
    return next(one for one in solve(problem=problem).unscheduled if one.meeting == code)


def test_no_common_slot_shows_both_calendars():
    problem = fair(meeting("m", "a", "b"), persons=[away("a", 0, 1, 2), away("b", 3)])
    assert reason_of(problem) == Unscheduled(
        meeting="m",
        reason=ReasonCode.NO_COMMON_SLOT,
        evidence={"allowed": [0, 1, 2, 3], "bookable": {"a": [3], "b": [0, 1, 2]}},
        helps=(Help(kind=HelpKind.OTHER_TIME, codes=("a",)),),
    )


def test_no_interpreter_shows_the_slots_that_would_do():
    persons = [Person(code=f"{code}.1", company=code, languages=frozenset({code})) for code in ("vi", "fr")]
    helper = Interpreter(code="i", pairs=(("vi", "fr"),), unavailable=frozenset(range(4)))
    problem = fair(meeting("m", "vi", "fr", weight=2), persons=persons, interpreters=[helper])
    assert reason_of(problem) == Unscheduled(
        meeting="m",
        reason=ReasonCode.NO_INTERPRETER,
        evidence={"slots": [0, 1, 2, 3]},
        helps=(Help(kind=HelpKind.INTERPRETER_FOR, codes=("vi", "fr"), gain=2.0),),
    )


def test_a_closed_place_shows_when_it_is_open():
    place = Place(code="pool", tables=(Table(code="t", closed=frozenset({0, 1, 2})),))
    found = reason_of(fair(meeting("m", "a", "b"), persons=[away("a", 3)], places=[place]))
    assert (found.reason, found.evidence) == (
        ReasonCode.PLACE_CLOSED,
        {"places": ["pool"], "slots": [0, 1, 2], "open": [3]},
    )


def test_a_predecessor_too_late_is_named():
    asked = (meeting("first", "a", "b", fixed=3), meeting("m", "a", "c", after=("first",)))
    found = reason_of(fair(*asked))
    assert (found.reason, found.evidence) == (
        ReasonCode.PRECEDENCE,
        {"blocking": "first", "placed_at": 3, "possible": [0, 1, 2, 3]},
    )


def test_a_clash_of_fixed_slots_names_the_meeting_in_the_way():
    found = reason_of(fair(meeting("big", "a", "b", fixed=1, weight=5), meeting("m", "a", "c", fixed=1)))
    assert (found.reason, found.evidence) == (ReasonCode.FIXED_CLASH, {"slot": 1, "blocking": ["big"]})


def test_a_maximum_names_the_least_that_was_kept():
    asked = (meeting("big", "a", "b", weight=5), meeting("m", "a", "c", weight=2))
    found = reason_of(fair(*asked, companies=[Company(code="a", maximum=1)]))
    assert (found.reason, found.evidence) == (
        ReasonCode.MAXIMUM_REACHED,
        {"company": "a", "maximum": 1, "lightest": 5},
    )


def test_an_overbooked_company_shows_demand_capacity_and_the_price_of_a_slot():
    asked = [meeting(f"m{n}", "a", f"s{n}", weight=n + 1) for n in range(5)]
    found = reason_of(fair(*asked), "m0")
    assert (found.reason, found.evidence) == (
        ReasonCode.OVERBOOKED,
        {"codes": ["a.1"], "requested": 5, "capacity": 4, "lightest": 2},
    )
    assert [one.kind for one in found.helps] == [HelpKind.SLOT_FOR, HelpKind.PERSON_FOR]
    assert 1.0 <= found.helps[0].gain <= 2.0


def test_full_tables_show_demand_and_seats():
    asked = [meeting(f"m{n}", f"b{n}", f"s{n}", weight=n + 1) for n in range(3)]
    found = reason_of(fair(*asked, slots=grid(slots=1), places=[pool(2)]), "m0")
    assert (found.reason, found.evidence) == (
        ReasonCode.TABLES_FULL,
        {"codes": ["pool"], "requested": 3, "capacity": 2, "lightest": 2},
    )


def test_full_interpreters_show_demand_and_hours():
    persons = [
        Person(code=f"{code}.1", company=code, languages=frozenset({code[0]})) for code in ("v0", "v1", "f0", "f1")
    ]
    helper = Interpreter(code="i", pairs=(("v", "f"),))
    asked = [meeting(f"m{n}", f"v{n}", f"f{n}", weight=n + 1) for n in range(2)]
    found = reason_of(fair(*asked, slots=grid(slots=1), persons=persons, interpreters=[helper]), "m0")
    assert (found.reason, found.evidence) == (
        ReasonCode.INTERPRETERS_FULL,
        {"codes": ["i"], "requested": 2, "capacity": 1, "lightest": 2},
    )


def test_the_honest_gap_is_the_distance_to_the_bound():
    """Three who all want each other in two slots: the relaxation takes all three, no plan can."""
    triangle = (meeting("ab", "a", "b"), meeting("bc", "b", "c"), meeting("ca", "c", "a"))
    result = solve(problem=fair(*triangle, slots=grid(slots=2)))
    assert (result.metrics.weight, result.bound) == (2, 3)
    assert [(one.reason, one.evidence) for one in result.unscheduled] == [(ReasonCode.NOT_PLACED, {"gap": 1})]


def recheck_precedence(asked, plan, one, evidence):
    before = plan.get(evidence["blocking"])
    if before is None:
        return evidence["blocking"] in one.after and evidence["placed_at"] is None
    return before.slot + asked[before.meeting].length > max(evidence["possible"])


def recheck_clash(asked, plan, one, evidence):
    covered = set(range(one.fixed, one.fixed + one.length))
    spans = [range(plan[code].slot, plan[code].slot + asked[code].length) for code in evidence["blocking"]]
    return evidence["slot"] == one.fixed and bool(spans) and all(covered.intersection(span) for span in spans)


def recheck_maximum(asked, plan, one, evidence):
    met = sum(evidence["company"] in [party.company for party in asked[code].parties] for code in plan)
    return evidence["company"] in [party.company for party in one.parties] and met == evidence["maximum"]


def demand_exceeds(_asked, _plan, _one, evidence):
    return "slots" in evidence or evidence["requested"] > evidence["capacity"]


def recheck_calendars(_asked, _plan, _one, evidence):
    return not set(evidence["allowed"]).intersection(*evidence["bookable"].values())


def recheck_interpreters(_asked, _plan, _one, evidence):
    return bool(evidence["slots"])


def recheck_hours(_asked, _plan, _one, evidence):
    return not set(evidence["slots"]) & set(evidence["open"])


# Whether the evidence is true, from the problem and the plan alone.
RECHECKS = {
    ReasonCode.NO_COMMON_SLOT: recheck_calendars,
    ReasonCode.NO_INTERPRETER: recheck_interpreters,
    ReasonCode.PLACE_CLOSED: recheck_hours,
    ReasonCode.PRECEDENCE: recheck_precedence,
    ReasonCode.FIXED_CLASH: recheck_clash,
    ReasonCode.MAXIMUM_REACHED: recheck_maximum,
    ReasonCode.OVERBOOKED: demand_exceeds,
    ReasonCode.TABLES_FULL: demand_exceeds,
    ReasonCode.INTERPRETERS_FULL: demand_exceeds,
}


def recheck(problem, result, told):
    if told.reason is ReasonCode.NOT_PLACED:
        return told.evidence == {"gap": result.bound - result.metrics.weight}
    asked = {one.code: one for one in problem.meetings}
    plan = {assignment.meeting: assignment for assignment in result.assignments}
    return RECHECKS[told.reason](asked, plan, asked[told.meeting], told.evidence)


@pytest.mark.parametrize("seed", range(10))
def test_all_evidence_holds_when_every_rule_is_at_work(seed):
    problem = rich(seed)
    result = solve(problem=problem, options=Options(seed=seed, anneal_moves=300))
    assert [told for told in result.unscheduled if not recheck(problem, result, told)] == []


@pytest.mark.parametrize("seed", range(5))
def test_no_common_slot_is_never_claimed_of_a_pair_that_has_one(seed):
    problem = bipartite(seed=seed, buyers=5, sellers=5, meetings=20, slots=4, tables=3, forbidden=0.5)
    absent = {person.company: person.unavailable for person in problem.persons}
    parted = {
        one.code
        for one in problem.meetings
        if len(absent[one.parties[0].company] | absent[one.parties[1].company]) == len(problem.slots)
    }
    told = {one.meeting for one in solve(problem=problem).unscheduled if one.reason is ReasonCode.NO_COMMON_SLOT}
    assert told == parted
