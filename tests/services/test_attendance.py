"""Who is at the table: what is kept of it, and where it brings a meeting."""

import os
import random
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.domain.attendance import Presence, Source
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.errors import Conflict, NotAllowed, NotFound, Refused
from matchmaker.domain.fairs import Phase, Role
from matchmaker.extensions import db
from matchmaker.models import CheckIn, HistoryEntry, Meeting
from matchmaker.services import fairs
from matchmaker.services.attendance import appeal, check_in, settle_ended, standings
from matchmaker.services.outcomes import Absent, Said, record_missed, record_outcome
from tests.at_once import at_once
from tests.factories import OPENING
from tests.query_count import count_queries

END = OPENING + timedelta(minutes=25)
SELLER, BUYER = Role.EXHIBITOR, Role.BUYER


class Hall:
    """A meeting at the fair's first slot, and a short way to say who is there."""

    def __init__(self, session, factory):
        self.session = session
        self.row = factory.fair(phase=Phase.FAIR_DAYS)
        self.seller = factory.participant(self.row)
        self.buyer = factory.participant(self.row, role=Role.BUYER)
        (slot,) = factory.slots(self.row, 1)
        self.meeting = factory.meeting(self.seller, self.buyer, state="scheduled", slot_id=slot.id)
        self.meeting_id = self.meeting.id

    @property
    def fair(self):
        return fairs.by_slug(self.session, slug=self.row.slug)

    def say(self, side, source=Source.TABLE_CARD, minutes=0, *, there=True, once=None, now=None):
        at = OPENING + timedelta(minutes=minutes)
        return check_in(
            self.session,
            fair=self.fair,
            meeting_id=self.meeting_id,
            side=side,
            is_present=there,
            source=source,
            by=None,
            at=at,
            once=once or uuid.uuid4().hex,
            now=now or max(at, OPENING),
        )

    def me(self, side):
        (me,) = fairs.memberships(self.session, fair_id=self.row.id, account_id=side.account.id)
        return me

    def record(self):
        self.session.expire_all()
        found = self.session.get(Meeting, self.meeting_id)
        return found.state, found.no_show_side

    def appeal(self, side, *, now=END):
        return appeal(self.session, fair=self.fair, me=self.me(side), meeting_id=self.meeting_id, now=now)


@pytest.fixture
def hall(session, factory):
    return Hall(session, factory)


def test_a_meeting_is_held_when_both_are_there(hall):
    assert hall.say(SELLER).state == "scheduled"
    noted = hall.say(BUYER, minutes=5)
    assert (noted.state, noted.standings[BUYER].presence) == ("held", Presence.LATE)
    assert hall.record() == ("held", None)


def test_the_same_statement_twice_is_kept_once(hall, session):
    assert hall.say(SELLER, once="a").is_new
    assert not hall.say(SELLER, once="a", there=False).is_new
    assert [row.is_present for row in session.scalars(select(CheckIn))] == [True]


def test_a_host_who_corrects_a_line_takes_the_record_back(hall):
    hall.say(SELLER, Source.HOST)
    hall.say(BUYER, Source.HOST)
    hall.say(BUYER, Source.HOST, 1, there=False)
    assert hall.record() == ("no_show", "buyer")
    hall.say(BUYER, Source.HOST, 2)
    assert hall.record() == ("held", None)


def test_the_other_side_is_believed_when_the_grace_is_over(hall):
    hall.say(SELLER)
    hall.say(BUYER, Source.OTHER_SIDE, 2, there=False)
    assert hall.record() == ("scheduled", None)
    hall.say(BUYER, Source.OTHER_SIDE, 3, there=False)
    assert hall.record() == ("no_show", "buyer")


def test_a_correction_does_not_undo_what_was_recorded_of_a_meeting(hall, session):
    hall.say(SELLER)
    hall.say(BUYER)
    said = Said(outcome=Outcome.FOLLOW_UP)
    record_outcome(session, fair=hall.fair, me=hall.me(hall.seller), meeting_id=hall.meeting_id, said=said, now=END)
    hall.say(BUYER, Source.HOST, 9, there=False)
    assert hall.record() == ("held", None)


def test_after_the_end_who_waited_alone_was_missed(hall, session):
    hall.say(BUYER)
    assert settle_ended(session, now=END - timedelta(minutes=1)) == 0
    assert settle_ended(session, now=END) == 1
    assert hall.record() == ("no_show", "exhibitor")
    assert settle_ended(session, now=END) == 0


def test_of_a_meeting_of_which_nobody_said_anything_nothing_is_recorded(hall, session):
    assert settle_ended(session, now=END) == 0
    assert hall.record() == ("scheduled", None)


def test_what_was_seen_without_a_network_still_counts_after_the_end(hall, session):
    hall.say(BUYER)
    settle_ended(session, now=END)
    hall.say(SELLER, minutes=1, now=END + timedelta(minutes=10))
    assert hall.record() == ("held", None)


def test_who_is_said_to_be_missing_may_say_otherwise(hall, session):
    me = hall.me(hall.buyer)
    record_missed(session, fair=hall.fair, me=me, meeting_id=hall.meeting_id, absent=Absent.THEM, now=END)
    assert hall.record() == ("no_show", "exhibitor")
    noted = hall.appeal(hall.seller)
    assert (hall.record(), noted.standings[SELLER].is_disputed) == (("held", None), True)


def test_against_a_hosts_word_an_appeal_is_kept_and_the_host_settles(hall):
    hall.say(BUYER, Source.HOST)
    hall.say(SELLER, Source.HOST, 8, there=False)
    noted = hall.appeal(hall.seller)
    assert (hall.record(), noted.standings[SELLER].is_disputed) == (("no_show", "exhibitor"), True)
    hall.say(SELLER, Source.HOST, 30)
    assert hall.record() == ("held", None)


def test_a_meeting_that_is_still_ahead_cannot_be_appealed(hall):
    with pytest.raises(Conflict):
        hall.appeal(hall.seller)


@pytest.mark.parametrize("minutes", [-21, 26])
def test_a_side_checks_in_around_its_meeting_only(hall, minutes):
    with pytest.raises(Refused) as refused:
        hall.say(BUYER, minutes=minutes, now=OPENING + timedelta(hours=1))
    assert refused.value.code == "not_its_time"


def test_only_on_the_fairs_days_and_only_what_is_on_its_plan(hall, session, factory):
    other = Hall(session, factory)
    other.meeting_id = hall.meeting_id
    with pytest.raises(NotFound):
        other.say(BUYER)
    hall.meeting.state = "cancelled"
    session.flush()
    with pytest.raises(Conflict):
        hall.say(BUYER)
    hall.row.phase = Phase.FOLLOW_UP
    session.flush()
    with pytest.raises(NotAllowed):
        hall.say(BUYER)


def test_many_meetings_are_read_in_one_statement_also_those_without_a_word(hall, session, factory):
    silent = factory.meeting(hall.seller, hall.buyer, state="scheduled", slot_id=hall.meeting.slot_id)
    hall.say(BUYER)
    fair = hall.fair
    with count_queries(db.engine) as queries:
        found = standings(session, fair=fair, meeting_ids=[hall.meeting_id, silent.id])
    assert len(queries) == 1
    assert found[hall.meeting_id][BUYER].presence is Presence.PRESENT
    assert {one.presence for one in found[silent.id].values()} == {Presence.UNKNOWN}


# `make bench-hall` asks for a thousand.
REPLAYS = int(os.environ.get("MATCHMAKER_REPLAYS", "25"))
QUEUE = [
    (SELLER, Source.TABLE_CARD, 0, True),
    (BUYER, Source.OTHER_SIDE, 5, False),
    (BUYER, Source.HOST, 6, False),
    (BUYER, Source.HOST, 9, True),
    (SELLER, Source.AGENDA, 2, False),
]


def test_a_queue_sent_in_any_order_and_twice_leaves_the_same(hall, session):
    """Phones that were offline send late, again, and past each other."""
    dice = random.Random(4711)
    ends = set()
    for _ in range(REPLAYS):
        with session.begin_nested() as attempt:
            sent = [*enumerate(QUEUE), *dice.sample(list(enumerate(QUEUE)), 3)]
            dice.shuffle(sent)
            for number, (side, source, minutes, there) in sent:
                hall.say(side, source, minutes, there=there, once=str(number), now=END)
            rows = session.execute(
                select(CheckIn.once, CheckIn.side, CheckIn.source, CheckIn.is_present, CheckIn.at).order_by(
                    CheckIn.once
                )
            )
            ends.add((hall.record(), tuple(tuple(row) for row in rows)))
            attempt.rollback()
    assert [record for record, _ in ends] == [("held", None)]


def test_two_hosts_and_a_double_tap_at_the_same_moment_leave_one_line_each_and_one_held_meeting(app, hall, session):
    fair, meeting_id = hall.fair, hall.meeting_id
    session.commit()

    def tap(side, once):
        def act(own):
            check_in(
                own,
                fair=fair,
                meeting_id=meeting_id,
                side=side,
                is_present=True,
                source=Source.HOST,
                by=None,
                at=OPENING,
                once=once,
                now=OPENING,
            )

        return act

    taps = {f"{side}-{host}-{n}": tap(side, f"{side}-{host}") for side in Role for host in "ab" for n in range(2)}
    assert set(at_once(app, taps).values()) == {None}

    session.rollback()
    assert sorted(session.scalars(select(CheckIn.once))) == ["buyer-a", "buyer-b", "exhibitor-a", "exhibitor-b"]
    assert hall.record() == ("held", None)
    held = select(HistoryEntry.id).where(HistoryEntry.action == "meeting_held")
    assert len(session.scalars(held).all()) == 1
