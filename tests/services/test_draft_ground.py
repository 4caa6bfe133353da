"""Drafts of the schedule while the set-up changes under them: told before, and nothing lost without a word."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.domain.errors import Unconfirmed
from matchmaker.models import DraftPlace, MeetingTable
from matchmaker.services import draft_moves, fair_grid, fair_places, fairs
from matchmaker.services.drafts import Editing
from tests.factories import OPENING

NOW = OPENING - timedelta(days=5)


@pytest.fixture
def drafted(session, factory):
    """A fair with one meeting that has no place in the plan and one in a draft."""
    row = factory.fair(slug="spring")
    slots, tables = factory.slots(row, 2), factory.tables(row, 2)
    meeting = factory.meeting(factory.participant(row), factory.participant(row, role="buyer"), state="accepted")
    by = factory.organizer(row).id
    editing = Editing(fair_id=row.id, number=0, version=0, by=by, now=NOW)
    draft_moves.put(session, editing=editing, meeting_id=meeting.id, slot_id=slots[0].id, table_id=tables[0].id)
    return fairs.by_slug(session, slug="spring"), tables, by


def test_times_that_go_name_the_places_they_take_in_drafts(session, drafted):
    fair, _tables, by = drafted
    grid = replace(fair_grid.grid_of(session, fair=fair), sessions=())

    def change(seen):
        fair_grid.change(session, fair=fair, grid=grid, seen=seen, by=by, now=NOW)

    with pytest.raises(Unconfirmed) as asked:
        change("")
    told = asked.value.effects
    assert (told.facts["drafted"], told.facts["slots_removed"], list(told.meetings)) == (1, 2, [])
    change(told.seen)
    assert session.scalars(select(DraftPlace)).all() == []


def test_a_table_that_a_draft_uses_is_closed_with_its_hall_and_not_removed(session, drafted):
    fair, tables, by = drafted
    hall_id, used = tables[0].hall_id, tables[0].id

    def remove(seen):
        return fair_places.remove_hall(session, fair=fair, hall_id=hall_id, seen=seen, by=by, now=NOW)

    with pytest.raises(Unconfirmed) as asked:
        remove("")
    assert remove(asked.value.effects.seen) is False
    session.expire_all()
    assert session.execute(select(MeetingTable.id, MeetingTable.is_closed)).all() == [(used, True)]
    assert session.scalars(select(DraftPlace.table_id)).all() == [used]
