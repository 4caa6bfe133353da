"""What is kept of a count never differs from what its statement gives, whatever happens to the fair."""

from dataclasses import fields, is_dataclass
from random import Random
from types import SimpleNamespace

import pytest
from sqlalchemy import Column, delete, select, text, update
from sqlalchemy.sql import visitors

from matchmaker.domain.fairs import Role
from matchmaker.models import (
    Account,
    Category,
    Certificate,
    Company,
    FairCategory,
    FairChange,
    FairPerson,
    Hall,
    Interpreter,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Need,
    Offer,
    Participation,
    Representative,
    RepresentativeAbsence,
    SearchDocument,
    Seat,
    Slot,
    SuggestionAnswer,
    ThirdCompany,
    Veto,
)
from matchmaker.services import fair_changes, kept_counts, plan_ground, plan_window, search_index, slot_loads
from tests.factories import OPENING

NOTED = {
    "sqlite": text("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_is_noted'"),
    "postgresql": text(
        "SELECT pg_class.relname, pg_get_functiondef(tgfoid) FROM pg_trigger"
        " JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname LIKE '%_is_noted'"
    ),
}


@pytest.fixture
def scene(session, factory):
    """A small fair, and another one to which rows can go over."""
    fair, other = factory.fair(), factory.fair()
    slots, tables = factory.slots(fair, 6), factory.tables(fair, 3)
    interpreter = factory.add(Interpreter(fair_id=fair.id, name="An", email="an@example.test", languages=["ja"]))
    sellers = [factory.participant(fair) for _ in range(3)]
    buyers = [factory.participant(fair, role=Role.BUYER, country="JP") for _ in range(3)]
    elsewhere = factory.participant(other)
    offer, need = factory.offer(sellers[0]), factory.need(buyers[0])
    meetings = [
        factory.meeting(seller, buyer, state="scheduled", slot_id=slot.id, table_id=table.id)
        for seller, buyer, slot, table in zip(sellers, buyers, slots[:3], tables, strict=True)
    ]
    for meeting in meetings:
        seat = {"slot_id": meeting.slot_id, "meeting_id": meeting.id}
        factory.add(Seat(kind="table", resource_id=meeting.table_id, **seat))
    factory.suggestion(sellers[0], buyers[0])
    between = {"participation_id": sellers[0].id, "at": OPENING}
    factory.add(Veto(other_company_id=buyers[1].company_id, **between, reason="other"))
    factory.add(SuggestionAnswer(other_id=buyers[0].id, answer="saved", **between))
    factory.add(RepresentativeAbsence(representative_id=buyers[0].representative.id, slot_id=slots[4].id))
    asked = {"state": "asked", "named_by": "buyer", "asked_at": OPENING}
    factory.add(ThirdCompany(meeting_id=meetings[0].id, participation_id=sellers[1].id, **asked))
    factory.add(Certificate(company_id=sellers[0].company_id, code="haccp", name="HACCP"))
    factory.add(Category(code="own", fair_id=fair.id, name_vi="Tơ", name_en="Silk", stage="manufacture", position=1))
    factory.add(FairCategory(fair_id=fair.id, category_code="own", is_whole=True))
    search_index.rebuild(session, fair_id=fair.id)
    of_slots = {"slots": tuple(slot.id for slot in slots)}
    in_grid = {**of_slots, "tables": tuple(table.id for table in tables[:2]), "has_online": True}
    values = {slot_loads.KEPT_KEYS: of_slots, plan_ground.KEPT_USE: of_slots, plan_window.KEPT_SHOWN: in_grid}
    return SimpleNamespace(**{name: value for name, value in locals().items() if name != "factory"})


def look(scene):
    """Hold every count of the program against what its statement gives, for both fairs."""
    for fair in (scene.fair, scene.other):
        for count in kept_counts.ALL:
            values = scene.values.get(count, {})
            anew = count.shape(scene.session.execute(count.statement, {"fair_id": fair.id, **values}).all())
            assert said(count.of(scene.session, fair_id=fair.id, **values)) == said(anew)


def said(found):
    """What is kept may be equal to itself alone, so that pages can keep what they draw of it."""
    return [getattr(found, one.name) for one in fields(found)] if is_dataclass(found) else found


CHANGES = {
    "a meeting's state": lambda s: update(Meeting).where(Meeting.id == s.meetings[0].id).values(state="held"),
    "a meeting's table": lambda s: update(Meeting).where(Meeting.id == s.meetings[0].id).values(table_id=None),
    "a meeting's time": lambda s: update(Meeting).where(Meeting.id == s.meetings[0].id).values(slot_id=s.slots[4].id),
    "a meeting's interpreter": lambda s: (
        update(Meeting).where(Meeting.id == s.meetings[0].id).values(interpreter_id=s.interpreter.id)
    ),
    "that a meeting is gone": lambda s: delete(Meeting).where(Meeting.id == s.meetings[1].id),
    "who sits in a meeting": lambda s: delete(MeetingAttendee).where(MeetingAttendee.meeting_id == s.meetings[0].id),
    "whose account it is": lambda s: (
        update(Representative).where(Representative.company_id == s.sellers[0].company_id).values(account_id=None)
    ),
    "whose person it is": lambda s: (
        update(Representative)
        .where(Representative.company_id == s.sellers[0].company_id)
        .values(company_id=s.elsewhere.company_id)
    ),
    "that a person is gone": lambda s: delete(Representative).where(
        Representative.company_id == s.sellers[0].company_id
    ),
    "who comes to the fair": lambda s: delete(FairPerson).where(FairPerson.participation_id == s.sellers[0].id),
    "a table that closes": lambda s: (
        update(MeetingTable).where(MeetingTable.id == s.tables[2].id).values(is_closed=True)
    ),
    "a table's code": lambda s: update(MeetingTable).where(MeetingTable.id == s.tables[2].id).values(code="Z9"),
    "a seat at a table": lambda s: (
        update(Seat).where(Seat.meeting_id == s.meetings[0].id).values(resource_id=s.tables[1].id)
    ),
    "a seat that is free": lambda s: delete(Seat).where(Seat.meeting_id == s.meetings[1].id),
    "a slot that is gone": lambda s: delete(Slot).where(Slot.id == s.slots[3].id),
    "a table that is gone": lambda s: delete(MeetingTable).where(MeetingTable.id == s.tables[2].id),
    "a company that is gone": lambda s: delete(Company).where(Company.id == s.sellers[2].company_id),
    "a hall's code": lambda s: update(Hall).where(Hall.fair_id == s.fair.id).values(code="Z"),
    "a slot's day": lambda s: update(Slot).where(Slot.id == s.slots[5].id).values(day=OPENING.date()),
    "an interpreter who leaves": lambda s: (
        update(Interpreter).where(Interpreter.id == s.interpreter.id).values(is_active=False)
    ),
    "a company's country": lambda s: update(Company).where(Company.id == s.buyers[0].company_id).values(country="DE"),
    "a company's name": lambda s: update(Company).where(Company.id == s.buyers[0].company_id).values(name="Other"),
    "how a company's name is sorted": lambda s: (
        update(Company).where(Company.id == s.buyers[0].company_id).values(name_key="other")
    ),
    "a company's tax code": lambda s: (
        update(Company).where(Company.id == s.buyers[0].company_id).values(tax_code="0101234567")
    ),
    "what a company is found by": lambda s: (
        update(SearchDocument).where(SearchDocument.participation_id == s.sellers[0].id).values(digest=1)
    ),
    "a company that is found no more": lambda s: delete(SearchDocument).where(
        SearchDocument.participation_id == s.sellers[1].id
    ),
    "a company's part": lambda s: (
        update(Participation).where(Participation.id == s.buyers[0].id).values(status="pending")
    ),
    "a booth": lambda s: update(Participation).where(Participation.id == s.sellers[0].id).values(booth="B7"),
    "a booth that is a table": lambda s: (
        update(MeetingTable).where(MeetingTable.id == s.tables[2].id).values(host_id=s.sellers[1].id)
    ),
    "an offer that is gone": lambda s: delete(Offer).where(Offer.id == s.offer.id),
    "whom a company does not want to meet": lambda _: delete(Veto),
    "what a company saved": lambda _: update(SuggestionAnswer).values(answer="not_interested"),
    "when someone is away": lambda s: update(RepresentativeAbsence).values(slot_id=s.slots[5].id),
    "that nobody is away": lambda _: delete(RepresentativeAbsence),
    "what a fair's own category is called": lambda s: (
        update(Category).where(Category.fair_id == s.fair.id).values(name_vi="Lụa")
    ),
    "what a fair's tree lists": lambda s: delete(FairCategory).where(FairCategory.fair_id == s.fair.id),
    "what a third company answered": lambda _: update(ThirdCompany).values(state="declined"),
    "that no third company was asked": lambda _: delete(ThirdCompany),
    "a certificate": lambda _: update(Certificate).values(name="HACCP 2"),
    "a need that goes over": lambda s: update(Need).where(Need.id == s.need.id).values(participation_id=s.elsewhere.id),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_that_is_counted_changes_without_a_mark(session, scene, change):
    look(scene)
    before = fair_changes.marks_of(session, fair_id=scene.fair.id)
    session.execute(CHANGES[change](scene))
    assert fair_changes.marks_of(session, fair_id=scene.fair.id) != before
    look(scene)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_at_a_fair_what_is_kept_says_what_its_rows_say(session, scene, seed):
    names = sorted(CHANGES)
    Random(seed).shuffle(names)
    for name in names:
        session.execute(CHANGES[name](scene))
        look(scene)


def test_what_did_not_change_is_not_counted_again(session, scene):
    first = plan_ground.read(session, fair_id=scene.fair.id)
    session.execute(CHANGES["an offer that is gone"](scene))
    assert plan_ground.read(session, fair_id=scene.fair.id) is first
    session.execute(CHANGES["a meeting's state"](scene))
    assert plan_ground.read(session, fair_id=scene.fair.id) is not first


def test_what_was_taken_back_is_not_kept(session, scene):
    session.commit()
    before = plan_ground.read(session, fair_id=scene.fair.id)
    session.execute(CHANGES["a meeting's state"](scene))
    assert plan_ground.read(session, fair_id=scene.fair.id) != before
    session.rollback()
    assert plan_ground.read(session, fair_id=scene.fair.id) == before
    session.execute(CHANGES["a table's code"](scene))
    look(scene)


def test_a_fair_without_marks_is_counted_anew_each_time(session, scene):
    session.execute(delete(FairChange))
    first = plan_ground.read(session, fair_id=scene.fair.id)
    assert plan_ground.read(session, fair_id=scene.fair.id) is not first


def test_only_so_many_counts_are_kept(session, scene, monkeypatch):
    monkeypatch.setattr(kept_counts, "MOST_KEPT", 1)
    first = plan_ground.read(session, fair_id=scene.fair.id)
    plan_ground.read(session, fair_id=scene.other.id)
    assert plan_ground.read(session, fair_id=scene.fair.id) is not first


def test_every_table_that_counts_read_leaves_its_marks(session):
    noted = {
        table: part
        for table, said in session.execute(NOTED[session.get_bind().dialect.name])
        for part in set(fair_changes.PART_OF.values())
        if f"'{part}'" in said
    }
    assert noted == fair_changes.PART_OF


def test_of_companies_counts_read_only_what_leaves_marks():
    for statement in (statement for kept in kept_counts.WATCHING for statement in kept.statements):
        columns = [one for one in visitors.iterate(statement) if isinstance(one, Column)]
        bases = {base for column in columns for base in column.base_columns}
        read = {base.name for base in bases if base.table is Company.__table__}
        assert read <= fair_changes.WATCHED_OF_COMPANIES


def test_a_table_that_nobody_watches_is_not_counted_from():
    with pytest.raises(KeyError):
        kept_counts.KeptCount(select(Account.id), kept_counts.only_number)
