"""A hall's own machine and the main site: what was entered there comes over once, and what can't is named."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from matchmaker.domain.attendance import Source
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.errors import Refused
from matchmaker.domain.fairs import Role
from matchmaker.models import CheckIn, Deal, LedgerEntry, Meeting, OutcomeReport
from matchmaker.services import attendance, hall_file, hall_merge, ledger
from matchmaker.services.outcomes import record_held
from tests.services.test_deals import AFTER, Scene, usd

LATER = AFTER + timedelta(hours=5)


@pytest.fixture
def scene(session, factory):
    """A scene that both machines know, as when the hall's one began as a copy of the main site."""
    scene = Scene(session, factory)
    factory.rate(scene.row, "USD", "1")
    (scene.second,) = [factory.participant(scene.row, role=Role.BUYER, country="JP")]
    session.commit()
    session.begin()
    return scene


def _check_in(session, scene, side, *, is_present=True, mark="a"):
    attendance.check_in(
        session,
        fair=scene.fair,
        meeting_id=scene.meeting.id,
        side=side,
        is_present=is_present,
        source=Source.HOST,
        by=None,
        at=scene.meeting.changed_at,
        once=f"{mark}-{side}",
        now=AFTER,
    )


def _in_the_hall(session, scene, enter):
    """Enter something, hand it out, and forget it: the main site has not heard of it."""
    enter()
    session.flush()
    lines = list(hall_file.export(session, fair=scene.fair, now=AFTER))
    session.rollback()
    session.begin()
    return lines


def _merge(session, scene, lines):
    done = hall_merge.merge(session, fair=scene.fair, lines=lines, now=LATER)
    session.flush()
    session.expire_all()
    return done


def _counts(session):
    tables = (CheckIn, OutcomeReport, Deal, LedgerEntry, Meeting)
    return [session.scalar(select(func.count()).select_from(table)) for table in tables]


@pytest.fixture
def lines(session, factory, scene):
    def enter():
        _check_in(session, scene, Role.EXHIBITOR)
        _check_in(session, scene, Role.BUYER)
        scene.say(scene.seller, Outcome.ORDER, usd("900"))
        scene.say(scene.buyer, Outcome.FOLLOW_UP)
        walk_in = factory.meeting(scene.seller, scene.second, state="accepted", origin="walk_in")
        record_held(session, meeting_id=walk_in.id, by=None, now=AFTER)

    return _in_the_hall(session, scene, enter)


def test_all_of_it_comes_over_once_however_often_the_file_is_read(session, scene, lines):
    assert _counts(session) == [0, 0, 0, 0, 1]
    first = _merge(session, scene, lines)
    assert (first.new.total(), first.errors) == (5, {})
    there = _counts(session)
    assert there == [2, 2, 1, 2, 2]
    again = _merge(session, scene, lines)
    assert (again.new.total(), again.known.total(), again.errors) == (0, 6, {})
    assert _counts(session) == there
    states = session.execute(select(Meeting.state, Meeting.is_walk_in).order_by(Meeting.is_walk_in)).all()
    assert states == [("held", False), ("held", True)]
    assert ledger.check(session, fair_id=scene.fair.id) is None
    assert ledger.strays(session, fair_id=scene.fair.id) == []


def test_a_file_read_line_by_line_in_any_order_gives_the_same(session, scene, lines):
    head, *entries = lines
    for part in ([head, *entries[3:]], [head, *reversed(entries)]):
        _merge(session, scene, part)
    assert _counts(session) == [2, 2, 1, 2, 2]


def test_what_was_said_later_at_the_main_site_holds(session, scene, lines):
    scene.say(scene.seller, Outcome.ORDER, usd("1000"), now=AFTER + timedelta(hours=1))
    assert _merge(session, scene, lines).errors == {}
    assert [value for _, value in scene.report(now=LATER).ledger.valued] == [usd("1000")]
    assert session.scalar(select(func.count()).select_from(Deal)) == 1


def test_a_missed_meeting_is_missed_and_a_record_that_differs_is_named(session, scene):
    def enter():
        _check_in(session, scene, Role.EXHIBITOR)
        _check_in(session, scene, Role.BUYER, is_present=False)

    lines = _in_the_hall(session, scene, enter)
    only_state = [line for line in lines if '"kind": "check_in"' not in line]
    record_held(session, meeting_id=scene.meeting.id, by=None, now=AFTER)
    assert list(_merge(session, scene, only_state).errors.values()) == ["recorded_otherwise"]
    session.rollback()
    session.begin()
    assert _merge(session, scene, lines).errors == {}
    meeting = session.get(Meeting, scene.meeting.id)
    assert (meeting.state, meeting.no_show_side) == ("no_show", "buyer")


def test_lines_that_can_not_be_taken_are_named_and_the_others_are_in(session, factory, scene, lines):
    other = factory.participant(factory.fair(), role=Role.BUYER)
    head, *entries = lines
    bad = []
    for text in entries:
        entry = json.loads(text)
        if entry["kind"] == "meeting" and entry["is_walk_in"]:
            bad.append({**entry, "buyer_id": str(other.id)})
        if entry["kind"] == "outcome" and entry["amount"]:
            bad += [{**entry, "currency": "EUR"}, {**entry, "amount": "many"}, {**entry, "amount": "-5"}]
        if entry["kind"] == "check_in":
            bad.append({**entry, "meeting_id": str(factory.unknown_id())})
    texts = [head, *(json.dumps(entry) for entry in bad), "{", '{"kind": "drop", "at": "2026-11-18T02:00:00+00:00"}']
    good = next(text for text in entries if '"kind": "check_in"' in text)
    done = _merge(session, scene, [*texts, good])
    expected = ["unknown_company", "currency_without_rate", *(["unknown_meeting"] * 2), *(["unreadable"] * 4)]
    assert sorted(done.errors.values()) == sorted(expected)
    assert done.new.total() == 1
    assert _counts(session)[:4] == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("head", "code"), [("", "not_a_hall_file"), ('{"format": "x"}', "not_a_hall_file"), (None, "another_fair")]
)
def test_another_file_is_refused_whole(session, scene, lines, head, code):
    first = lines[0].replace(scene.fair.slug, "elsewhere") if head is None else head
    with pytest.raises(Refused) as refused:
        _merge(session, scene, [first, *lines[1:]])
    assert refused.value.code == code


def test_the_commands_carry_a_file_over(app, session, scene, tmp_path):
    scene.say(scene.seller, Outcome.FOLLOW_UP)
    slug = scene.fair.slug
    session.commit()
    path = tmp_path / "hall.jsonl"
    run = app.test_cli_runner().invoke
    written = run(args=["fair", "hall", "export", slug, str(path)])
    assert (written.exit_code, path.stat().st_mode & 0o077) == (0, 0), written.output
    session.rollback()
    assert "Added: 0. There already: 2. Left out: 0." in run(args=["fair", "hall", "import", slug, str(path)]).output
    session.rollback()
    path.write_text("nothing of ours\n", encoding="utf-8")
    assert run(args=["fair", "hall", "import", slug, str(path)]).exit_code == 1


@pytest.mark.parametrize(
    "line",
    [b"\xff\xfe\n", "[" * 100_000, '{"kind": "meeting"}', '{"kind": "outcome", "at": "2026-11-18T02:00:00+00:00"}'],
    ids=["bytes", "depth", "no_time", "nothing"],
)
def test_a_line_that_is_no_entry_is_named(session, scene, lines, line):
    assert _merge(session, scene, [lines[0], line]).errors == {2: "unreadable"}


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("meeting", {"state": None}),
        ("meeting", {"state": "held?"}),
        ("outcome", {"amount": 10**30}),
        ("outcome", {"at": "0001-01-01T00:00:00+14:00"}),
    ],
)
def test_an_entry_that_can_not_be_is_named_also_where_it_is_known(session, scene, lines, kind, change):
    place = next(number for number, line in enumerate(lines) if json.loads(line).get("kind") == kind)
    _merge(session, scene, [line for line in lines if json.loads(line).get("kind") == "meeting" or line is lines[0]])
    changed = json.dumps({**json.loads(lines[place]), **change})

    assert _merge(session, scene, [lines[0], changed]).errors == {2: "unreadable"}


def test_a_meeting_of_another_fair_is_not_known(session, factory, scene, lines):
    other = factory.fair(slug="elsewhere")
    sides = [factory.participant(other, role=role) for role in (Role.EXHIBITOR, Role.BUYER)]
    meeting = factory.meeting(*sides)
    entry = next(json.loads(line) for line in lines[1:] if json.loads(line)["kind"] == "meeting")

    assert _merge(session, scene, [lines[0], json.dumps({**entry, "id": str(meeting.id)})]).errors == {
        2: "unknown_meeting"
    }
    assert session.get(Meeting, meeting.id).state == "requested"
