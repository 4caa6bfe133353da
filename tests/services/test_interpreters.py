"""Who interprets is known by the account, whatever address it has."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from matchmaker.domain.errors import Refused
from matchmaker.domain.fairs import StaffRole
from matchmaker.models import Account, Fair, FairStaff, Interpreter, InterpreterAbsence, Meeting
from matchmaker.services import effects, fairs, interpreters, stand_ins
from tests.factories import OPENING

NOW = OPENING - timedelta(days=3)


@pytest.fixture
def fair(session, factory):
    factory.fair(slug="expo")
    return fairs.by_slug(session, slug="expo")


def add(session, fair, email):
    return interpreters.add(session, fair=fair, name="An", email=email, languages=["ja"], by=None, now=NOW)


def remove(session, fair, key):
    interpreters.remove(session, fair=fair, interpreter_id=key, seen="", by=None, now=NOW)


def account_of(session, key):
    return session.get(Account, session.get(Interpreter, key).account_id)


def with_access(session):
    session.flush()
    return set(session.scalars(select(FairStaff.account_id).where(FairStaff.role == StaffRole.INTERPRETER)))


def test_letting_go_ends_the_access_of_whoever_changed_the_address_and_of_nobody_else(session, fair):
    first = add(session, fair, "an@example.test")
    account = account_of(session, first)
    account.email = "an.moi@example.test"
    session.flush()

    with pytest.raises(Refused, match="interpreter_there"):
        add(session, fair, "an.moi@example.test")
    second = add(session, fair, "an@example.test")
    remove(session, fair, first)

    assert second != first
    assert with_access(session) == {account_of(session, second).id}
    assert {line.email for line in interpreters.interpreters(session, fair_id=fair.id)} == {"an@example.test"}


def test_who_comes_back_under_a_new_address_is_the_same_interpreter(session, fair):
    key = add(session, fair, "an@example.test")
    account = account_of(session, key)
    remove(session, fair, key)
    account.email = "an.moi@example.test"
    session.flush()

    assert add(session, fair, "an.moi@example.test") == key
    assert with_access(session) == {account.id}


def test_who_was_asked_without_an_account_is_tied_to_the_one_that_is_made(session, factory, fair):
    row = factory.add(
        Interpreter(fair_id=fair.id, name="An", email="An@Example.test", languages=["vi", "ja"], is_active=False)
    )

    assert add(session, fair, "an@example.test") == row.id
    assert account_of(session, row.id).email == "an@example.test"


def test_meetings_wait_for_another_interpreter_where_theirs_is_away_while_they_are_to_come(session, factory):
    fair, other = factory.fair(), factory.fair()
    slots = factory.slots(fair, 3)
    seller, buyer = factory.participant(fair), factory.participant(fair, role="buyer")
    an, binh = (
        factory.add(Interpreter(fair_id=fair.id, name=name, email=f"{name}@example.test", languages=["ja"]))
        for name in ("An", "Bình")
    )
    for slot in slots[:2]:
        factory.add(InterpreterAbsence(interpreter_id=an.id, slot_id=slot.id))
    for state, slot, interpreter in (
        ("scheduled", slots[0], an),
        ("scheduled", slots[1], an),
        ("held", slots[0], an),
        ("scheduled", slots[2], an),
        ("scheduled", slots[0], binh),
    ):
        factory.meeting(seller, buyer, state=state, slot_id=slot.id, interpreter_id=interpreter.id)

    def waiting(fair, now):
        return stand_ins.waiting(session, fair_id=fair.id, now=now)

    assert waiting(fair, NOW) == {an.id: 2}
    assert waiting(fair, slots[0].starts_at) == {an.id: 1}
    assert waiting(other, NOW) == {}
    listed = effects.affected(session, fair_id=fair.id, where=stand_ins.IS_AWAY, now=NOW)
    assert len(listed) == sum(waiting(fair, NOW).values())


def test_nobody_stands_in_where_a_meeting_is_called_off_between_the_two_looks(session, factory, fair, monkeypatch):
    row = session.get(Fair, fair.id)
    (slot,), key = factory.slots(row, 1), add(session, fair, "an@example.test")
    seller, buyer = factory.participant(row), factory.participant(row, role="buyer")
    stays = factory.meeting(seller, buyer, state="scheduled", slot_id=slot.id, interpreter_id=key)
    goes = factory.meeting(
        factory.participant(row), factory.participant(row, role="buyer"), state="scheduled", slot_id=slot.id
    )
    goes.interpreter_id = key
    factory.add(InterpreterAbsence(interpreter_id=key, slot_id=slot.id))
    session.flush()
    really = effects.affected

    def and_then_called_off(session, **values):
        found = really(session, **values)
        session.execute(update(Meeting).where(Meeting.id == goes.id).values(state="cancelled"))
        return found

    before = stand_ins.proposed(session, fair=fair, interpreter_id=key, now=NOW)
    monkeypatch.setattr(effects, "affected", and_then_called_off)
    after = stand_ins.proposed(session, fair=fair, interpreter_id=key, now=NOW)
    assert (set(before.meetings), set(after.meetings)) == ({stays.id, goes.id}, {stays.id})
