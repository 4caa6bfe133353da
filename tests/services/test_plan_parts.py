"""A part of the plan says the same as the whole of it: what clashes, what is locked against itself, what is free."""

from collections import defaultdict
from datetime import timedelta
from random import Random

import pytest

from matchmaker.domain.fairs import Role
from matchmaker.domain.hand_plan import Held, Rule, clashes
from matchmaker.domain.locks import contradictions
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.plan_counts import counts_of
from matchmaker.models import (
    CompanyGroup,
    CompanyGroupMember,
    DraftPlace,
    Interpreter,
    InterpreterAbsence,
    MeetingAttendee,
    MeetingRule,
    RepresentativeAbsence,
    ScheduleDraft,
    Veto,
)
from matchmaker.services import (
    draft_publishing,
    drafts,
    fair_changes,
    fairs,
    hand_plans,
    plan_ground,
    plan_parts,
    plan_window,
    publishing,
)
from matchmaker.services.plan_parts import Part
from matchmaker.services.plan_window import Places
from matchmaker.services.seats import Booking, take_seats
from tests.factories import OPENING

NOW = OPENING + timedelta(minutes=40)
TO_COME = slice(2, None)
SEEDS = range(6)
COUNTRIES = ("VN", "JP", "KR")


class Fairground:
    """A fair with anything in it that a plan may hold, by a seed."""

    def __init__(self, session, factory, seed):
        self.session, self.factory, self.random = session, factory, Random(seed)
        self.fair = factory.fair(slug=f"fair-{seed}", phase="scheduling", meetings_cap=4)
        self.slots = factory.slots(self.fair, 6)
        self.tables = factory.tables(self.fair, 5)
        self.speakers = [self._speaker(name) for name in ("An", "Ba")]
        self.people, self.accounts = {}, {}
        self.sellers = [self._company(Role.EXHIBITOR) for _n in range(7)]
        self.buyers = [self._company(Role.BUYER) for _n in range(7)]
        self.taken, self.meetings = set(), []
        for _n in range(26):
            self._meeting()
        self._surroundings()
        session.flush()

    def _speaker(self, name):
        email = f"{name}{self.fair.slug}@example.org"
        one = self.factory.add(Interpreter(fair_id=self.fair.id, name=name, email=email, languages=["ja", "ko"]))
        for slot in self.random.sample(self.slots, 2):
            self.factory.add(InterpreterAbsence(interpreter_id=one.id, slot_id=slot.id))
        return one

    def _company(self, role):
        company = self.factory.company(country=self.random.choice(COUNTRIES))
        one = self.factory.participant(self.fair, role=role, company=company)
        one.representative.languages = self.random.choice([["vi"], ["ja"], ["vi", "en"]])
        for slot in self.random.sample(self.slots, 2):
            self.factory.add(RepresentativeAbsence(representative_id=one.representative.id, slot_id=slot.id))
        colleague = self.factory.representative(company, account_id=self.factory.account().id)
        self.people[one.id] = [one.representative.id, colleague.id]
        self.accounts |= {person.id: person.account_id for person in (one.representative, colleague)}
        return one

    def _meeting(self):
        seller, buyer = self.random.choice(self.sellers), self.random.choice(self.buyers)
        slot = self.random.choice(self.slots)
        table = self.random.choice([*self.tables, None])
        speaker = self.random.choice([None, None, *self.speakers])
        people = (seller.representative.id, buyer.representative.id)
        wanted = {(one, slot.id) for one in (*people, table and table.id, speaker and speaker.id) if one}
        fits = not wanted & self.taken
        late = [MeetingState.SCHEDULED] * 3
        states = [*late, MeetingState.HELD, MeetingState.NO_SHOW] if fits else [MeetingState.ACCEPTED]
        state = self.random.choice([*states, MeetingState.ACCEPTED, MeetingState.CANCELLED])
        stands = fits and state not in {MeetingState.ACCEPTED, MeetingState.CANCELLED}
        meeting = self.factory.meeting(
            seller,
            buyer,
            state=state,
            slot_id=slot.id if stands else None,
            table_id=table.id if stands and table else None,
            interpreter_id=speaker.id if stands and speaker else None,
            is_online=table is None,
            is_locked=self.random.random() < 0.3,
            requested_at=OPENING - timedelta(minutes=self.random.randrange(500)),
        )
        self.meetings.append(meeting)
        if stands:
            self.taken |= wanted
            booking = Booking(meeting.id, slot.id, people, table and table.id, speaker and speaker.id)
            take_seats(self.session, bookings=[booking])

    def _surroundings(self):
        self.tables[4].is_closed = True
        seller, buyer = self.sellers[0], self.buyers[0]
        self.factory.add(Veto(participation_id=seller.id, other_company_id=buyer.company_id, reason="", at=OPENING))
        self.factory.add(
            Veto(participation_id=self.buyers[1].id, other_company_id=seller.company_id, reason="", at=OPENING)
        )
        group = self.factory.add(CompanyGroup(fair_id=self.fair.id, name="Group"))
        self.factory.add(CompanyGroupMember(group_id=group.id, company_id=self.sellers[2].company_id))
        sides = (
            (("group", str(group.id)), ("country", "JP")),
            (("company", str(self.buyers[3].company_id)), ("country", "KR")),
        )
        for (one_kind, one), (other_kind, other) in sides[: self.random.randrange(3)]:
            values = {"one_kind": one_kind, "one_value": one, "other_kind": other_kind, "other_value": other}
            self.factory.add(MeetingRule(fair_id=self.fair.id, created_at=OPENING, **values))

    def draft(self, changes):
        """Change some meetings in a draft, to anywhere, some of them out of date."""
        draft = self.factory.add(
            ScheduleDraft(fair_id=self.fair.id, number=1, state="open", created_at=OPENING, changed_at=OPENING)
        )
        for meeting in self.random.sample(self.meetings, changes):
            slot, table = self.random.choice([*self.slots, None]), self.random.choice(self.tables)
            people = {"exhibitor": [str(self.random.choice(self.people[meeting.exhibitor_id]))], "buyer": []}
            is_stale = self.random.random() < 0.2
            self.factory.add(
                DraftPlace(
                    draft_id=draft.id,
                    meeting_id=meeting.id,
                    slot_id=slot and slot.id,
                    table_id=table.id if slot else None,
                    interpreter_id=self.random.choice([None, self.speakers[0].id]),
                    is_locked=self.random.random() < 0.3,
                    people=self.random.choice([{}, people]),
                    broken=[],
                    was_slot_id=self.slots[0].id if is_stale else meeting.slot_id,
                    was_table_id=None if is_stale else meeting.table_id,
                )
            )
        self.session.flush()
        (found,) = drafts.open_drafts(self.session, fair_id=self.fair.id)
        return found

    def plans(self, draft, part):
        """The whole plan, and the part of it."""
        draft_id = draft.id if draft else None
        whole = hand_plans.load_all(self.session, fair_id=self.fair.id, draft_ids=[draft_id])
        ground = plan_ground.read(self.session, fair_id=self.fair.id)
        loaded = plan_parts.load(self.session, fair_id=self.fair.id, draft=draft, ground=ground, part=part, now=NOW)
        return whole[draft_id], whole[None], loaded


@pytest.fixture(params=SEEDS)
def ground(request, session, factory):
    return Fairground(session, factory, request.param)


@pytest.fixture(params=[0, 3, 15])
def draft(request, ground):
    return ground.draft(request.param) if request.param else None


def test_the_same_clashes_and_contradictions_and_counts(ground, draft):
    plan, standing, found = ground.plans(draft, Part())
    assert clashes(found.plan, now=NOW) == clashes(plan, now=NOW)
    assert contradictions(found.plan, now=NOW) == contradictions(plan, now=NOW)
    for counts, whole in ((found.counts, plan), (found.counts_before, standing)):
        assert counts == counts_of(whole)


def test_the_same_meetings_stand_in_the_same_order_in_the_places_that_are_shown(ground, draft):
    slots, tables = tuple(one.id for one in ground.slots[2:4]), tuple(one.id for one in ground.tables[:2])
    fair_id = ground.fair.id
    marks = fair_changes.marks_of(ground.session, fair_id=fair_id)
    for has_online in (True, False):
        plan, _standing, found = ground.plans(draft, Part())
        places = Places(slots, tables, has_online=has_online)
        of_part, of_whole = (
            list(plan_window.shown(ground.session, fair_id=fair_id, plan=one, places=places, marks=marks))
            for one in (found.plan, plan)
        )
        assert of_part == of_whole
        assert {one.id for one in of_whole} == {one.id for one in plan.entries.values() if places.has(one)}
        assert len(of_whole) == len({one.id for one in of_whole})


def test_the_same_meetings_wait_for_a_place(ground, draft):
    def left(plan):
        return [entry for entry in plan.entries.values() if entry.is_to_place and entry.slot_id is None]

    plan, _standing, found = ground.plans(draft, Part(unplaced=3))
    assert left(found.plan)[:3] == left(plan)[:3]
    assert not found.plan.entries.keys() - plan.entries.keys()


def test_the_same_places_are_free_for_a_held_meeting_and_the_same_rules_break(ground, draft):
    for key in [one.id for one in ground.meetings[:8]]:
        plan, _standing, found = ground.plans(draft, Part(held=key))
        if key not in plan.entries or not plan.entries[key].is_to_place:
            continue
        session, fair_id = ground.session, ground.fair.id
        whole, part = (
            Held(
                one,
                one.entries[key],
                hand_plans.guests(session, fair_id=fair_id, plan=one, entry=one.entries[key]),
                now=NOW,
            )
            for one in (plan, found.plan)
        )
        assert part.entry == whole.entry
        assert part.places == whole.places
        for slot in ground.slots[TO_COME]:
            assert part.interpreter_at(slot.id) == whole.interpreter_at(slot.id)
            for table in ground.tables:
                assert part.broken(slot.id, table.id) == whole.broken(slot.id, table.id)


def test_anything_may_clash_somewhere(session, factory):
    """The seeds are worth something: together they hold every rule that a plan can break by itself."""
    found = set()
    for seed in SEEDS:
        ground = Fairground(session, factory, seed)
        for one in clashes(ground.plans(ground.draft(15), Part())[2].plan, now=NOW):
            found.add(one.broken.rule)
    assert found == {
        Rule.BEGUN,
        Rule.TABLE_CLOSED,
        Rule.TABLE_TAKEN,
        Rule.FORBIDDEN,
        Rule.VETOED,
        Rule.BUSY,
        Rule.AWAY,
        Rule.MOVED_MEANWHILE,
        Rule.CALLED_OFF,
    }


def test_a_draft_that_changes_most_of_the_plan_is_read_whole(ground, monkeypatch):
    monkeypatch.setattr(plan_parts, "MOST_CHANGES", 10)
    plan, standing, found = ground.plans(ground.draft(15), Part())
    assert (found.plan, found.standing) == (plan, standing)
    assert (found.counts, found.counts_before) == (counts_of(plan), counts_of(standing))


@pytest.mark.parametrize("changes", [0, 3])
def test_a_part_that_is_most_of_the_plan_is_read_whole(ground, monkeypatch, changes):
    monkeypatch.setattr(plan_parts, "MOST_MEETINGS", 1)
    plan, standing, found = ground.plans(ground.draft(changes) if changes else None, Part())
    assert (found.plan, found.standing) == (plan, standing)
    assert (found.counts, found.counts_before) == (counts_of(plan), counts_of(standing))


def test_a_seat_of_a_third_company_counts_as_its_own(ground, factory):
    meeting = next(one for one in ground.meetings if one.state == MeetingState.SCHEDULED)
    third = factory.participant(ground.fair)
    meeting.third_id = third.id
    factory.add(MeetingAttendee(meeting_id=meeting.id, representative_id=third.representative.id, side="third"))
    ground.session.flush()
    plan, _standing, found = ground.plans(None, Part(held=meeting.id))
    assert found.plan.entries[meeting.id] == plan.entries[meeting.id]


def _agendas(plan, accounts):
    """What everyone who can sign in would have before them, from a whole plan."""
    agendas = defaultdict(set)
    for entry in plan.entries.values():
        if entry.is_to_place and entry.slot_id is not None:
            line = publishing.line_of(entry.id, entry.slot_id, entry.table_id)
            for person in entry.people:
                agendas[accounts[person]].add(line)
    return {account: sorted(lines) for account, lines in agendas.items()}


@pytest.mark.parametrize("is_published", [False, True])
def test_the_same_people_would_be_told(ground, draft, is_published):
    session, facts = ground.session, fairs.by_slug(ground.session, slug=ground.fair.slug)
    if is_published:
        organizer = ground.factory.organizer(ground.fair).id
        publishing.announce(session, fair=facts, subject=("fair", facts.id), by=organizer, now=NOW)
        moved = next(one for one in ground.meetings if one.state == MeetingState.SCHEDULED)
        moved.table_id = None
        session.flush()
    plan, standing, found = ground.plans(draft, Part())
    said = publishing.said_so_far(session, fair_id=facts.id)
    expected = publishing.to_tell(said, _agendas(standing, ground.accounts))
    assert publishing.told_of(session, fair_id=facts.id) == len(expected)
    changes = draft_publishing.difference(found.plan, found.standing)
    assert changes == draft_publishing.difference(plan, standing)
    (told,) = draft_publishing.whom_to_tell(session, fair=facts, standing=found.standing, plans=[(found.plan, changes)])
    entries = [*changes.placed, *changes.taken_out]
    concerned = {
        ground.accounts[person] for one in entries for at in (one, standing.entries[one.id]) for person in at.people
    }
    assert told == len(publishing.to_tell(said, _agendas(plan, ground.accounts), concerned))


def test_the_last_of_more_rules_than_a_statement_takes_values_counts_as_well(session, factory):
    ground = Fairground(session, factory, 1)
    seller, buyer = ground.sellers[1], ground.buyers[1]
    meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=ground.slots[-1].id)
    sides = [("country", "BR", "country", f"{number:04}") for number in range(3000)]
    sides.append(("company", str(seller.company_id), "company", str(buyer.company_id)))
    for second, values in enumerate(sides):
        named = dict(zip(("one_kind", "one_value", "other_kind", "other_value"), values, strict=True))
        at = OPENING + timedelta(seconds=second)
        factory.add(MeetingRule(fair_id=ground.fair.id, created_at=at, **named))
    plan, _standing, found = ground.plans(None, Part())
    assert clashes(found.plan, now=NOW) == clashes(plan, now=NOW)
    assert (meeting.id, Rule.FORBIDDEN) in {(one.meeting_id, one.broken.rule) for one in clashes(found.plan, now=NOW)}
