"""How many sheets there are is counted without reading what is printed on them."""

import pytest

from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import Interpreter, Participation
from matchmaker.services import sheets
from matchmaker.services.sheets import Counts


@pytest.fixture
def fair(session, factory):
    """A meeting in each state with a slot and one without, each of a pair of its own."""
    fair = factory.fair(slug="expo")
    (slot,) = factory.slots(fair, 1)
    tables = factory.tables(fair, 3)
    tables[2].is_closed = True
    speakers = [
        factory.add(Interpreter(fair_id=fair.id, name=name, email=f"{name}@example.org", languages=["ja"]))
        for name in ("an", "ba", "chi")
    ]
    for number, state in enumerate(MeetingState):
        for has_slot in (True, False) if state != MeetingState.SCHEDULED else (True,):
            seller, buyer = factory.participant(fair), factory.participant(fair, role=Role.BUYER)
            speaker = speakers[number % 2] if has_slot else speakers[2]
            slot_id = slot.id if has_slot else None
            factory.meeting(seller, buyer, state=state, slot_id=slot_id, interpreter_id=speaker.id)
    refused = factory.participant(fair)
    session.get(Participation, refused.id).status = ParticipationStatus.REFUSED
    other = factory.fair(slug="other")
    factory.meeting(
        factory.participant(other),
        factory.participant(other, role=Role.BUYER),
        state=MeetingState.SCHEDULED,
        slot_id=slot.id,
    )
    session.flush()
    return fair


def test_the_counts_are_those_of_what_would_be_printed(session, fair):
    assert sheets.counts(session, fair_id=fair.id) == Counts(
        agendas=len(sheets.agendas(session, fair_id=fair.id)),
        tables=len(sheets.table_sheets(session, fair_id=fair.id)),
        interpreters=len(sheets.interpreter_sheets(session, fair_id=fair.id)),
        badges=len(sheets.badges(session, fair_id=fair.id)),
        meetings=len(sheets.meetings(session, fair_id=fair.id)),
    )
    assert sheets.counts(session, fair_id=fair.id).meetings == len(sheets.ON_PAPER)
    assert sheets.counts(session, fair_id=fair.id).agendas == 2 * len(sheets.ON_PAPER)


def test_a_fair_without_anything_has_nothing_to_print(session, factory):
    assert sheets.counts(session, fair_id=factory.fair(slug="empty").id) == Counts(0, 0, 0, 0, 0)
