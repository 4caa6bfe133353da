"""Pairs that the organizer puts together, one or thousands at a time."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from matchmaker.domain.errors import Conflict, NotAllowed
from matchmaker.domain.fairs import Acceptance, ParticipationStatus
from matchmaker.domain.meetings import Origin
from matchmaker.extensions import db
from matchmaker.models import HistoryEntry, Meeting, MeetingAttendee, Notice, Veto
from matchmaker.services import fairs, proposals
from matchmaker.services.proposals import propose, propose_all
from tests.factories import OPENING

NOW = OPENING - timedelta(days=5)


@pytest.fixture
def fair(factory, session):
    row = factory.fair(acceptance=Acceptance.AUTOMATIC)
    return fairs.by_slug(session, slug=row.slug)


def sides(factory, fair, *, exhibitors=1, buyers=1):
    return (
        [factory.participant(fair, signs_in=False) for _ in range(exhibitors)],
        [factory.participant(fair, role="buyer", signs_in=False) for _ in range(buyers)],
    )


def run(session, fair, pairs, *, origin=Origin.SUGGESTION, **values):
    return propose_all(session, fair=fair, pairs=pairs, origin=origin, by=None, now=NOW, **values)


def test_a_pair_is_requested_and_accepted_in_one_step_with_its_people(factory, session, fair):
    (exhibitor,), (buyer,) = sides(factory, fair)
    organizer = factory.organizer(fair)
    key = propose(
        session,
        fair=fair,
        exhibitor_id=exhibitor.id,
        buyer_id=buyer.id,
        origin=Origin.ORGANIZER,
        by=organizer.id,
        now=NOW,
    )
    row = session.get(Meeting, key)
    assert (row.state, row.origin, row.requested_by, row.requested_at, row.answered_at, row.expires_at) == (
        "accepted",
        "organizer",
        "organizer",
        NOW,
        NOW,
        None,
    )
    people = session.execute(select(MeetingAttendee.side, MeetingAttendee.representative_id))
    assert {tuple(person) for person in people} == {
        ("exhibitor", exhibitor.representative.id),
        ("buyer", buyer.representative.id),
    }
    entry = session.scalars(select(HistoryEntry)).one()
    assert (entry.action, entry.subject_id, entry.by_account_id) == ("meeting_accepted", key, organizer.id)
    assert session.scalars(select(Notice)).all() == []


def test_a_second_run_changes_nothing(factory, session, fair):
    exhibitors, buyers = sides(factory, fair, exhibitors=3, buyers=2)
    pairs = [(exhibitor.id, buyer.id) for exhibitor in exhibitors for buyer in buyers]
    first = run(session, fair, [*pairs, *pairs])
    assert (first.made, first.skipped, set(first.meetings)) == (6, {}, set(pairs))
    second = run(session, fair, pairs)
    assert (second.made, second.skipped, second.meetings) == (0, {}, first.meetings)
    assert len(session.scalars(select(Meeting.id)).all()) == 6


def test_an_open_request_of_the_pair_is_accepted_instead_of_doubled(factory, session, fair):
    (exhibitor,), (buyer,) = sides(factory, fair)
    meeting = factory.meeting(exhibitor, buyer)
    done = run(session, fair, [(exhibitor.id, buyer.id)])
    assert (done.made, done.meetings) == (0, {(exhibitor.id, buyer.id): meeting.id})
    assert session.scalar(select(Meeting.state)) == "accepted"


@pytest.mark.parametrize("state", ["withdrawn", "expired", "cancelled"])
def test_a_request_that_came_to_nothing_does_not_stand_in_the_way(factory, session, fair, state):
    (exhibitor,), (buyer,) = sides(factory, fair)
    factory.meeting(exhibitor, buyer, state=state)
    assert run(session, fair, [(exhibitor.id, buyer.id)]).made == 1


def test_pairs_that_may_not_meet_are_skipped_with_their_reason(factory, session, fair):
    exhibitors, buyers = sides(factory, fair, exhibitors=4, buyers=2)
    buyer, other = buyers
    exhibitors[0].status = ParticipationStatus.PENDING
    factory.add(Veto(participation_id=buyer.id, other_company_id=exhibitors[1].company_id, reason="competitor", at=NOW))
    factory.meeting(exhibitors[2], buyer, state="declined")
    same = factory.participation(fair, exhibitors[3].company, role="buyer")
    stranger = factory.participation(factory.fair(), role="buyer")
    pairs = [
        (exhibitors[0].id, buyer.id),
        (exhibitors[1].id, buyer.id),
        (exhibitors[2].id, buyer.id),
        (exhibitors[3].id, same.id),
        (exhibitors[3].id, stranger.id),
        (buyer.id, other.id),
        (exhibitors[3].id, buyer.id),
    ]
    done = run(session, fair, pairs)
    assert list(done.skipped.values()) == [
        "not_available",
        "vetoed",
        "declined_before",
        "own_company",
        "no_such_participation",
        "no_such_participation",
    ]
    assert list(done.meetings) == pairs[-1:]


def test_one_pair_that_may_not_meet_is_a_conflict(factory, session, fair):
    (exhibitor,), (buyer,) = sides(factory, fair)
    factory.meeting(exhibitor, buyer, state="declined")
    with pytest.raises(Conflict, match="declined_before"):
        propose(
            session,
            fair=fair,
            exhibitor_id=exhibitor.id,
            buyer_id=buyer.id,
            origin=Origin.SUGGESTION,
            by=None,
            now=NOW,
        )


def test_meetings_on_record_are_never_refused(factory, session):
    row = factory.fair()
    fair = fairs.by_slug(session, slug=row.slug)
    (exhibitor,), (buyer,) = sides(factory, fair)
    factory.meeting(exhibitor, buyer, state="declined")
    assert run(session, fair, [(exhibitor.id, buyer.id)], origin=Origin.REGISTER).made == 1


def test_where_people_accept_for_themselves_nobody_is_put_together(factory, session):
    row = factory.fair(acceptance=Acceptance.PERSON)
    fair = fairs.by_slug(session, slug=row.slug)
    (exhibitor,), (buyer,) = sides(factory, fair)
    with pytest.raises(NotAllowed, match="acceptance_is_personal"):
        run(session, fair, [(exhibitor.id, buyer.id)])
    assert session.scalars(select(Meeting)).all() == []


def test_the_number_of_statements_grows_with_the_chunks_and_not_with_the_pairs(factory, session, fair, monkeypatch):
    monkeypatch.setattr(proposals, "PAIRS_A_STATEMENT", 20)
    exhibitors, buyers = sides(factory, fair, exhibitors=10, buyers=6)
    pairs = [(exhibitor.id, buyer.id) for exhibitor in exhibitors for buyer in buyers]
    statements, heard = [], []

    def count(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        done = run(session, fair, pairs, progress=lambda made, total: heard.append((made, total)))
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert done.made == 60
    assert heard == [(20, 60), (40, 60), (60, 60)]
    reads, inserts_a_chunk = 7, 3
    assert len(statements) == reads + 3 * inserts_a_chunk
