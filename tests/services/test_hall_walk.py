"""Anyone does anything on the fair's days: what is on record, what is seated and what is told never part company."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis.stateful import initialize, invariant
from sqlalchemy import select

from matchmaker.domain.attendance import Source
from matchmaker.domain.conversation import ComplaintOutcome
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.fairs import Acceptance, Phase, Role
from matchmaker.domain.meetings import Origin
from matchmaker.models import HallOffer, MatchRun, Meeting, SlotOffer, Suggestion
from matchmaker.services import (
    appeals,
    attendance,
    booking,
    complaints,
    extending,
    line_up,
    meetings,
    move_undo,
    outcomes,
    proposals,
    rescue,
    rescue_answers,
    standby,
    table_change,
    waiting_list,
    walk_ins,
)
from matchmaker.services.outcomes import Absent, Said
from matchmaker.services.requests import ask
from matchmaker.services.scheduling import Scope
from tests.factories import OPENING
from tests.services.walk_ground import PAIRS, step, walk
from tests.services.walk_upheavals import UPHEAVALS, Upheavals

SIDES = ("exhibitor", "buyer", "organizer")
COMPANIES, SLOTS, ONE_OF_TWO, YES_OR_NO = SIDES[:2], range(3), range(2), [True, False]
SELDOM, OFTEN, MOST = 1, 4, 10
ON_PLAN, AGREED, OVER = {"scheduled"}, {"accepted", "scheduled"}, {"held", "no_show"}
ENDED = {"held", "no_show", "cancelled", "declined", "withdrawn", "expired", None}
HALF, OFTEN_ENOUGH = 0.5, 0.8


def has_hall_offer(walk):
    return walk.hall_offer() is not None


def has_slot_offer(walk):
    return walk.slot_offer() is not None


class HallWalk(Upheavals):
    """Checking in, staying away, sitting down on the spot, moving on, and taking all of it back."""

    phase = Phase.FAIR_DAYS
    begins_at = OPENING - timedelta(minutes=25)
    pace = timedelta(minutes=2)

    def __init__(self):
        super().__init__()
        self.blocked = set()

    @initialize()
    def the_fair_opens(self):
        """Three of four pairs have a time, the fourth waits for one; everyone is suggested to everyone and is ready."""
        run = self.factory.add(
            MatchRun(fair_id=self.row.id, state="done", version="1", weights={}, coverage={}, started_at=OPENING)
        )
        facts = {"label": "default", "contributions": [], "reasons": {}, "gaps": {}, "best_pair": {}}
        for number, pair in enumerate(PAIRS):
            keys = {f"{side}_id": self.party(pair, side).id for side in COMPANIES}
            self.factory.add(Suggestion(fair_id=self.row.id, run_id=run.id, score=0.5, **keys, **facts))
            self.put_together(pair)
            if number < len(SLOTS):
                self.place(pair, "organizer", self.dice.choice((0, 0, 1)))
            for side in COMPANIES:
                if self.dice.random() < HALF:
                    self.by_side("stand by", standby.set_standby, pair, side, fair=self.fair, wants=True)
        # Later on hardly a time is left that could still be offered.
        self.a_freed_time_is_offered(SLOTS[-1])

    def key(self, pair):
        """The newest meeting of a pair."""
        wanted = (
            select(Meeting.id)
            .where(
                Meeting.exhibitor_id == self.party(pair, "exhibitor").id,
                Meeting.buyer_id == self.party(pair, "buyer").id,
            )
            .order_by(Meeting.requested_at.desc())
            .limit(1)
        )
        return self.session.scalar(wanted)

    def state(self, pair):
        key = self.key(pair)
        return None if key is None else self.meetings()[key].state

    def do_it(self, name, act, pair, side, **values):
        """Do something to a pair's newest meeting, as whoever acts on one."""
        acting = self.acting(pair, side, self.key(pair), values.pop("now", None))
        return self.attempt(name, lambda session: act(session, **values, **acting), by=acting["by"], now=acting["now"])

    def by_host(self, name, act, now=None, **values):
        """Do something as a host or the organizer does it for others."""
        now, by = now or self.now(), self.organizer.id
        return self.attempt(name, lambda session: act(session, by=by, now=now, **values), by=by, now=now)

    def by_side(self, name, act, pair, side, **values):
        """Do something as somebody of one side."""
        me, now = self.me(pair, side), self.now()
        return self.attempt(name, lambda session: act(session, me=me, now=now, **values), by=me.account_id, now=now)

    def by_clock(self, name, act, now=None, **values):
        now = now or self.now()
        assert self.attempt(name, lambda session: act(session, now=now, **values), by=None, now=now) is None

    # Who is there.

    @step(
        MOST,
        states=ON_PLAN | OVER,
        pair=PAIRS,
        side=COMPANIES,
        is_present=[True, True, False],
        source=[Source.HOST, Source.ORGANIZER, Source.TABLE_CARD],
    )
    def check_in(self, pair, side, is_present, source):
        now = self.now()
        values = {"is_present": is_present, "source": source, "at": now, "once": f"{now}", "side": Role(side)}
        self.by_host("check in", attendance.check_in, now, fair=self.fair, meeting_id=self.key(pair), **values)

    @step(OFTEN, states=ON_PLAN | OVER, pair=PAIRS, side=COMPANIES, is_of_other=YES_OR_NO)
    def say(self, pair, side, is_of_other):
        values = {"is_of_other": is_of_other, "source": Source.AGENDA, "at": self.now()}
        self.by_side(
            "say",
            attendance.say,
            pair,
            side,
            fair=self.fair,
            meeting_id=self.key(pair),
            once=f"{values['at']}",
            **values,
        )

    @step(OFTEN, states=ON_PLAN | OVER, pair=PAIRS, side=COMPANIES, absent=list(Absent))
    def it_did_not_take_place(self, pair, side, absent):
        refused = self.by_side(
            "missed", outcomes.record_missed, pair, side, fair=self.fair, meeting_id=self.key(pair), absent=absent
        )
        if refused is None and absent is not Absent.CALLED_OFF:
            assert self.state(pair) == "no_show"

    @step(OFTEN, states=ON_PLAN | OVER, pair=PAIRS, side=COMPANIES)
    def say_what_came_of_it(self, pair, side):
        said = Said(outcome=Outcome.FOLLOW_UP)
        refused = self.by_side(
            "outcome", outcomes.record_outcome, pair, side, fair=self.fair, meeting_id=self.key(pair), said=said
        )
        assert refused is not None or self.state(pair) == "held"

    @step(OFTEN, states={"no_show"}, pair=PAIRS, side=COMPANIES)
    def appeal(self, pair, side):
        self.by_side("appeal", attendance.appeal, pair, side, fair=self.fair, meeting_id=self.key(pair))

    @step(MOST, states={"no_show"}, pair=PAIRS, side=COMPANIES, was_there=YES_OR_NO)
    def settle_an_appeal(self, pair, side, was_there):
        waiting = appeals.open_ones(self.session, fair_id=self.row.id)
        if not waiting:
            self.appeal(pair, side)
            waiting = appeals.open_ones(self.session, fair_id=self.row.id)
        key = (waiting[0].meeting_id, waiting[0].side) if waiting else (self.key(pair), Role(side))
        values = {"meeting_id": key[0], "side": key[1], "was_there": was_there}
        self.by_host("settle an appeal", appeals.settle, fair=self.fair, **values)

    # On the spot.

    @step(OFTEN, states=ENDED | {"accepted"}, pair=PAIRS, table=[0, 1, None])
    def two_sit_down(self, pair, table):
        sides = {Role(side): self.party(pair, side).id for side in COMPANIES}
        table_id = None if table is None else self.tables[table].id
        refused = self.by_host("walk in", walk_ins.record, fair=self.fair, pair=sides, table_id=table_id)
        assert refused is not None or "held" in {one.state for one in self.meetings().values()}

    @step(MOST, states=ON_PLAN, pair=PAIRS, side=COMPANIES)
    def somebody_waits_alone(self, pair, side):
        """At the table, for longer than anyone is patient: there is an offer, or the meeting ends as missed."""
        key = self.key(pair)
        if key is None or self.state(pair) != "scheduled":
            return
        starts_at = next(slot.starts_at for slot in self.slots if slot.id == self.meetings()[key].slot)
        self.skip_to(starts_at)
        self.check_in(pair, side, True, Source.HOST)
        self.skip_to(starts_at + timedelta(minutes=10))
        self.by_clock("offer somebody", rescue.offer)
        if has_hall_offer(self):
            self.answer_the_offer(Role(side), self.dice.random() < OFTEN_ENOUGH)
        else:
            self.skip_to(starts_at + timedelta(minutes=25))
            self.by_clock("settle", attendance.settle_ended)

    @step(MOST, when=has_hall_offer, side=list(Role), is_yes=[True, True, True, False])
    def answer_the_offer(self, side, is_yes):
        offer = self.hall_offer()
        if offer is None:
            return
        refused = None
        for one in (side, side.other):
            refused = refused or self.by_host(
                "answer an offer",
                rescue_answers.answer,
                fair=self.fair,
                offer_id=offer.id,
                side=one,
                is_yes=is_yes,
            )
        self.session.expire_all()
        if self.hall_offer(offer.id).state == "taken":
            self.walked["rescue"] += 1
            assert self.meetings()[self.hall_offer(offer.id).meeting_id].state == "scheduled"

    @step(SELDOM)
    def offers_in_the_hall_end(self):
        self.by_clock("hall offers end", rescue.expire_due)

    @step(OFTEN, states=ON_PLAN | {"held"}, pair=PAIRS)
    def go_on(self, pair):
        key = self.key(pair)
        refused = self.by_host("extend", extending.extend, fair=self.fair, meeting_id=key)
        if refused is None:
            self.extended.add(key)

    @step(OFTEN, states=ON_PLAN, pair=PAIRS, table=ONE_OF_TWO)
    def sit_elsewhere(self, pair, table):
        values = {"meeting_id": self.key(pair), "table_id": self.tables[table].id}
        self.by_host("change the table", table_change.change_table, fair=self.fair, **values)

    # What upsets the whole fair.

    @step(OFTEN, states=AGREED, scope=[Scope.REST, Scope.FEWEST])
    def the_rest_is_planned_anew(self, scope):
        self.run_the_scheduler(scope, is_draft=False)

    @step(SELDOM, states=ON_PLAN | OVER, pair=PAIRS, side=COMPANIES)
    def block(self, pair, side):
        other = self.party(pair, "buyer" if side == "exhibitor" else "exhibitor")
        self.by_side("block", complaints.block, pair, side, fair_id=self.row.id, other_id=other.id)
        self.blocked.add(pair)

    @step(OFTEN, states=ON_PLAN | OVER, pair=PAIRS, side=COMPANIES, outcome=list(ComplaintOutcome))
    def somebody_complains(self, pair, side, outcome):
        self.complain(pair, side, outcome)

    @step(OFTEN, side=COMPANIES, number=ONE_OF_TWO, who=[0, 1, "company"])
    def somebody_is_erased(self, side, number, who):
        self.erase_somebody(side, number, who, then=lambda: self.run_the_scheduler(Scope.FEWEST, is_draft=False))

    @invariant()
    def who_blocked_another_meets_it_no_more(self):
        assert {pair for pair in self.blocked if self.state(pair) in {"requested", *AGREED}} == set()

    # What goes on as before the fair.

    @step(OFTEN, states=ENDED, pair=PAIRS, side=COMPANIES)
    def ask(self, pair, side):
        other = self.party(pair, "buyer" if side == "exhibitor" else "exhibitor")
        self.by_side("ask", ask, pair, side, fair=self.fair, other_id=other.id, note="")

    @step(OFTEN, states={"requested"}, pair=PAIRS, side=SIDES)
    def accept(self, pair, side):
        if self.key(pair):
            self.do_it("accept", meetings.accept, pair, side)

    @step(OFTEN, hours=[5])
    def requests_expire(self, hours):
        self.by_clock("expire", meetings.expire_due, self.begins_at + timedelta(hours=hours))

    @step(OFTEN, states=ENDED, pair=PAIRS)
    def put_together(self, pair):
        fair = replace(self.fair, acceptance=Acceptance.AUTOMATIC)
        keys = {f"{side}_id": self.party(pair, side).id for side in COMPANIES}
        self.by_host("put together", proposals.propose, fair=fair, origin=Origin.ORGANIZER, **keys)

    @step(MOST, states=AGREED, pair=PAIRS, side=SIDES, slot=SLOTS)
    def place(self, pair, side, slot):
        if self.key(pair):
            self.do_it("place", booking.place, pair, side, fair=self.fair, slot_id=self.slots[slot].id)

    @step(MOST, states=ON_PLAN, pair=PAIRS, side=SIDES, slot=SLOTS)
    def undo_a_move(self, pair, side, slot):
        if self.key(pair):
            self.place(pair, side, slot)
            self.do_it("undo a move", move_undo.undo_move, pair, side, fair=self.fair)

    @step(OFTEN, states=AGREED, pair=PAIRS, side=SIDES)
    def cancel(self, pair, side):
        if self.key(pair):
            self.do_it("cancel", meetings.cancel, pair, side, reason="cannot_come")

    @step(OFTEN, states=ON_PLAN, pair=PAIRS, side=COMPANIES, who=[(0,), (1,), (0, 1)])
    def send_someone_else(self, pair, side, who):
        people = self.party(pair, side).people
        values = {"meeting_id": self.key(pair), "representative_ids": {people[number] for number in who}}
        self.by_side("send someone else", line_up.set_people, pair, side, fair_id=self.row.id, **values)

    @step(OFTEN, states=ON_PLAN, pair=PAIRS, side=COMPANIES, who=[(1,), (0, 1)])
    def go_on_with_somebody_else(self, pair, side, who):
        """Who joins a meeting that takes two slots is taken in both."""
        self.go_on(pair)
        self.send_someone_else(pair, side, who)

    @step(OFTEN, slot=SLOTS)
    def a_freed_time_is_offered(self, slot):
        self.by_clock("offer a time", waiting_list.offer_time, fair_id=self.row.id, slot_id=self.slots[slot].id)

    @step(MOST, when=has_slot_offer, side=SIDES, how=["take", "take", "decline"])
    def answer_a_time(self, side, how):
        offer = self.slot_offer()
        if offer is not None:
            pair = next(pair for pair in PAIRS if self.key(pair) == offer.meeting_id)
            act = getattr(waiting_list, how)
            self.do_it(f"{how} a time", act, pair, side, fair=self.fair, offer_id=offer.id)

    def hall_offer(self, key=None):
        wanted = select(HallOffer).where(HallOffer.fair_id == self.row.id)
        wanted = wanted.where(HallOffer.id == key) if key else wanted.where(HallOffer.state == "open")
        return self.session.scalar(wanted.order_by(HallOffer.offered_at).limit(1))

    def slot_offer(self):
        newest = [self.key(pair) for pair in PAIRS]
        wanted = select(SlotOffer).where(SlotOffer.state == "open", SlotOffer.meeting_id.in_(newest))
        return self.session.scalar(wanted.order_by(SlotOffer.offered_at).limit(1))


EVERY_STEP = frozenset(
    {
        *("check in", "say", "missed", "outcome", "appeal", "settle an appeal", "settle"),
        *("walk in", "offer somebody", "rescue", "extend", "change the table"),
        *("ask", "accept", "expire", "put together", "place", "undo a move", "cancel", "send someone else"),
        *("offer a time", "take a time", "decline a time"),
        *("block", *(UPHEAVALS - {"publish the run's draft"})),
    }
)


def test_whatever_happens_in_the_hall_record_seats_and_calendars_agree(factory):
    walked = walk(HallWalk, factory=factory, walks=6, wanted=EVERY_STEP)
    assert EVERY_STEP - set(walked) == set()
