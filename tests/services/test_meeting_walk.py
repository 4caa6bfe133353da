"""Anyone does anything to a meeting before the fair opens, beside a model simple enough to be read at a glance."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis.stateful import initialize, invariant
from sqlalchemy import select, update

from matchmaker.domain.approvals import Decision
from matchmaker.domain.conversation import ComplaintOutcome
from matchmaker.domain.errors import Conflict, NotAllowed, NotFound, TooMany, Unconfirmed
from matchmaker.domain.fairs import Acceptance, Phase
from matchmaker.domain.meetings import Origin
from matchmaker.domain.objections import ObjectionReason
from matchmaker.models import HistoryEntry, Interpreter, Meeting, Notice, Objection, SlotOffer
from matchmaker.services import (
    approvals,
    booking,
    competing,
    complaints,
    draft_moves,
    draft_publishing,
    drafts,
    fair_places,
    interpreters,
    line_up,
    meetings,
    move_undo,
    objections,
    phases,
    proposals,
    stand_ins,
    waiting_list,
)
from matchmaker.services.drafts import Editing
from matchmaker.services.requests import ask
from matchmaker.services.scheduling import Scope
from tests.factories import OPENING
from tests.services.walk_ground import PAIRS, QUOTA, step, walk
from tests.services.walk_upheavals import UPHEAVALS, Upheavals

SIDES = ("exhibitor", "buyer", "organizer")
COMPANIES, SLOTS, ONE_OF_TWO = SIDES[:2], range(3), range(2)
# What ends a lot at once, or for good, is done seldom.
SELDOM, OFTEN, MOST = 1, 6, 12
REQUESTED, PLACED, AGREED = {"requested"}, {"scheduled"}, {"accepted", "scheduled"}
OPEN = REQUESTED | AGREED
HALF = 0.5
GIVES_WAY = {"declined", "withdrawn", "expired", "cancelled", "held", "no_show", None}
ASKING = {Phase.PREFERENCES, Phase.FINAL}
PICKING = ASKING


def has_objection(walk):
    return bool(objections.open_ones(walk.session, fair_id=walk.row.id))


def has_offer(walk):
    offers = select(SlotOffer.id).where(SlotOffer.fair_id == walk.row.id, SlotOffer.state == "open")
    return walk.session.scalar(offers.limit(1)) is not None


class Walk(Upheavals):
    """Requests, answers, times, objections and offers between four companies, by whoever may or may not do them."""

    phase = Phase.PREFERENCES
    begins_at = OPENING - timedelta(days=10)

    def __init__(self):
        super().__init__()
        self.interpreters = [
            self.factory.add(
                Interpreter(
                    fair_id=self.row.id, name=f"Interpreter {n}", email=f"i{n}@example.test", languages=["vi", "en"]
                )
            ).id
            for n in range(2)
        ]
        # What the model knows: of each pair the newest meeting, who asked for it, who was declined and who blocked.
        self.keys, self.askers, self.all_of = {}, {}, {}
        self.declined, self.blocked, self.undone = set(), set(), set()
        self.asked = {}

    def state(self, pair):
        return self.meetings()[self.keys[pair]].state if pair in self.keys else None

    def key(self, pair):
        return self.keys.get(pair, self.row.id)

    def newest(self, pair):
        """The meeting that was just made for a pair."""
        exhibitor, buyer = self.party(pair, "exhibitor"), self.party(pair, "buyer")
        wanted = select(Meeting.id).where(Meeting.exhibitor_id == exhibitor.id, Meeting.buyer_id == buyer.id)
        (found,) = set(self.session.scalars(wanted)) - self.all_of.setdefault(pair, set())
        self.all_of[pair].add(found)
        return found

    def pair_of(self, meeting_id):
        return next(pair for pair, keys in self.all_of.items() if meeting_id in keys)

    @initialize()
    def some_have_agreed(self):
        """Every walk begins in the middle: all four pairs were asked, some agreed, some have a time."""
        agreed = self.dice.randint(2, 4)
        placed = self.dice.randint(0, agreed)
        for number, pair in enumerate(PAIRS):
            side, other = self.dice.sample(COMPANIES, 2)
            self.ask(pair, side)
            if number < agreed:
                self.answer(pair, other, "accept")
                if self.dice.random() < HALF:
                    self.the_schedule_gives_an_interpreter(pair, number % 2)
            if number < placed:
                self.place(pair, "organizer", number % 3)
        self.a_freed_time_is_offered(SLOTS[-1])
        if self.dice.random() < HALF:
            self.the_fair_moves_on(Phase.PROVISIONAL)

    # Asking.

    def quota_left(self, pair, side):
        """Whether a company may still ask: what was declined, has expired or was undone returned to its quota."""
        states = self.meetings()
        mine = self.asked.get((side, self.party(pair, side).id), [])
        return sum(states[key].state not in {"declined", "expired"} and key not in self.undone for key in mine) < QUOTA

    def request(self, pair, side):
        now, me = self.now(), self.me(pair, side)
        other = self.party(pair, "buyer" if side == "exhibitor" else "exhibitor")
        state, fair = self.state(pair), self.fair
        left = self.quota_left(pair, side)
        refused = self.attempt(
            "ask",
            lambda session: ask(session, fair=fair, me=me, other_id=other.id, note="", now=now),
            by=me.account_id,
            now=now,
        )
        if fair.phase not in ASKING or pair in self.blocked or (pair, side) in self.declined:
            assert isinstance(refused, NotAllowed)
        elif state not in GIVES_WAY:
            assert isinstance(refused, Conflict)
        elif not left:
            assert isinstance(refused, TooMany)
            self.walked["ask too often"] += 1
        else:
            assert refused is None
            self.keys[pair], self.askers[pair] = self.newest(pair), side
            self.asked.setdefault((side, self.party(pair, side).id), []).append(self.keys[pair])
        return now if refused is None else None

    @step(OFTEN, states=GIVES_WAY, phases=ASKING, pair=PAIRS, side=COMPANIES)
    def ask(self, pair, side):
        self.request(pair, side)

    @step(OFTEN, states=GIVES_WAY, phases=ASKING, pair=PAIRS, side=COMPANIES)
    def ask_and_think_again(self, pair, side):
        """Within seconds it counts as never made: nobody hears of it, and it costs nothing."""
        asked_at = self.request(pair, side)
        if asked_at is None:
            return
        acting = self.acting(pair, side, self.keys[pair], asked_at + timedelta(seconds=5))
        assert (
            self.attempt("undo", lambda session: meetings.withdraw(session, **acting), **who_and_when(acting)) is None
        )
        self.undone.add(self.keys[pair])
        assert self.state(pair) == "withdrawn"
        told = self.session.scalars(select(Notice.facts).where(Notice.fair_id == self.row.id))
        assert self.keys[pair].hex not in {facts.get("meeting") for facts in told}

    @step(OFTEN, states=GIVES_WAY, pair=PAIRS)
    def the_organizer_puts_two_together(self, pair):
        now, state = self.now(), self.state(pair)
        fair = replace(self.fair, acceptance=Acceptance.AUTOMATIC)
        values = {"exhibitor_id": self.party(pair, "exhibitor").id, "buyer_id": self.party(pair, "buyer").id}
        refused = self.attempt(
            "put together",
            lambda session: proposals.propose(
                session, fair=fair, origin=Origin.ORGANIZER, by=self.organizer.id, now=now, **values
            ),
            by=self.organizer.id,
            now=now,
        )
        stands = state in {"requested", "accepted", "scheduled"}
        if not stands and (pair in self.blocked or {(pair, "exhibitor"), (pair, "buyer")} & self.declined):
            assert isinstance(refused, Conflict)
            return
        assert refused is None
        if not stands:
            self.keys[pair], self.askers[pair] = self.newest(pair), "organizer"

    # Answering.

    @step(MOST, states=REQUESTED, pair=PAIRS, side=SIDES, answer=["accept", "decline", "withdraw"])
    def answer(self, pair, side, answer):
        values = {"reason": "no_time"} if answer == "decline" else {}
        acting, state = self.acting(pair, side, self.key(pair)), self.state(pair)
        act = getattr(meetings, answer)
        is_again = self.did_it(acting, answer, state)
        refused = self.attempt(answer, lambda session: act(session, **acting, **values), **who_and_when(acting))
        if pair not in self.keys:
            assert isinstance(refused, NotFound)
            return
        asks = side == self.askers[pair]
        may = answer != "withdraw" if side == "organizer" else asks is (answer == "withdraw")
        self.expect(refused, is_again=is_again, may=may, state=state, sources={"requested"})
        if refused is None and answer == "decline" and not is_again:
            self.declined.add((pair, self.askers[pair]))

    @step(OFTEN, states=REQUESTED, phases=PICKING, pair=PAIRS, side=SIDES, slot=SLOTS)
    def accept_with_a_time(self, pair, side, slot):
        acting, state, fair = self.acting(pair, side, self.key(pair)), self.state(pair), self.fair
        is_again = self.did_it(acting, "accept", state)
        is_free = pair in self.keys and not self.is_in_the_way(pair, slot)
        refused = self.attempt(
            "accept with a time",
            lambda session: competing.accept_at(session, fair=fair, slot_id=self.slots[slot].id, **acting),
            **who_and_when(acting),
        )
        if pair not in self.keys:
            assert isinstance(refused, NotFound)
        elif side == self.askers[pair] and side != "organizer" and not is_again:
            assert isinstance(refused, NotAllowed)
        elif state != "requested" and not is_again:
            assert isinstance(refused, Conflict)
        elif side != "organizer" and fair.phase not in PICKING:
            assert isinstance(refused, NotAllowed)
        else:
            assert (refused is None) is is_free
            assert self.state(pair) == ("scheduled" if is_free else state)

    @step(OFTEN, states=AGREED, pair=PAIRS, side=SIDES)
    def cancel(self, pair, side):
        acting, state = self.acting(pair, side, self.key(pair)), self.state(pair)
        is_again = self.did_it(acting, "cancel", state)
        refused = self.attempt(
            "cancel", lambda session: meetings.cancel(session, reason="no_time", **acting), **who_and_when(acting)
        )
        if pair not in self.keys:
            assert isinstance(refused, NotFound)
            return
        self.expect(refused, is_again=is_again, may=True, state=state, sources={"accepted", "scheduled"})

    @step(2, hours=[1, 72, 100])
    def requests_expire(self, hours):
        now = self.begins_at + timedelta(hours=hours)
        due = select(Meeting.id).where(Meeting.fair_id == self.row.id, Meeting.state == "requested")
        late = set(self.session.scalars(due.where(Meeting.expires_at <= now)))
        refused = self.attempt("expire", lambda session: meetings.expire_due(session, now=now), by=None, now=now)
        assert refused is None
        rows = self.meetings()
        assert {key for key in late if rows[key].state != "expired"} == set()

    # Times and people.

    @step(MOST, states=AGREED, pair=PAIRS, side=SIDES, slot=SLOTS)
    def place(self, pair, side, slot):
        acting, fair, slot_id = self.acting(pair, side, self.key(pair)), self.fair, self.slots[slot].id
        one = self.meetings().get(self.key(pair))
        is_free = one is not None and not self.is_in_the_way(pair, slot)
        refused = self.attempt(
            "place" if one and one.state == "accepted" else "move",
            lambda session: booking.place(session, fair=fair, slot_id=slot_id, **acting),
            **who_and_when(acting),
        )
        if one is None:
            assert isinstance(refused, NotFound)
        elif one.state == "scheduled" and one.slot == slot_id:
            assert refused is None
        elif side != "organizer" and fair.phase not in PICKING:
            assert isinstance(refused, NotAllowed)
        elif one.state not in {"accepted", "scheduled"}:
            assert isinstance(refused, Conflict)
        elif not is_free:
            assert refused.code == "slot_taken"
        else:
            assert refused is None
            assert self.meetings()[self.keys[pair]].slot == slot_id

    @step(OFTEN, states=PLACED, pair=PAIRS, side=SIDES, slot=SLOTS)
    def move_and_take_it_back(self, pair, side, slot):
        before = self.meetings().get(self.key(pair))
        self.place(pair, side, slot)
        one = self.meetings().get(self.key(pair))
        acting, fair = self.acting(pair, side, self.key(pair)), self.fair
        refused = self.attempt(
            "undo a move", lambda session: move_undo.undo_move(session, fair=fair, **acting), **who_and_when(acting)
        )
        if one is None:
            assert isinstance(refused, NotFound)
        elif one.state != "scheduled":
            assert isinstance(refused, Conflict)
        elif before.state == "scheduled" and one != before:
            assert refused is None
            assert self.meetings()[self.keys[pair]] == before

    @step(OFTEN, states=OPEN, pair=PAIRS, side=COMPANIES, who=[(0,), (1,), (0, 1)])
    def send_someone_else(self, pair, side, who):
        one = self.meetings().get(self.key(pair))
        company = self.party(pair, side)
        wanted = {company.people[number] for number in who}
        me, now = self.me(pair, side), self.now()
        refused = self.attempt(
            "send someone else",
            lambda session: line_up.set_people(
                session, fair_id=self.row.id, me=me, meeting_id=self.key(pair), representative_ids=wanted, now=now
            ),
            by=me.account_id,
            now=now,
        )
        if one is None:
            assert isinstance(refused, NotFound)
        elif one.state not in {"requested", "accepted", "scheduled"}:
            assert isinstance(refused, Conflict)
        else:
            joins = wanted - one.people
            is_busy = one.state == "scheduled" and joins & self.people_in(one.slot, but=self.keys[pair])
            assert (refused is not None) is bool(is_busy)

    @step(MOST, states={"accepted"}, pair=PAIRS, number=ONE_OF_TWO)
    def the_schedule_gives_an_interpreter(self, pair, number):
        """What a run of the scheduler writes beside the place."""
        if self.state(pair) == "accepted":
            self.session.execute(
                update(Meeting)
                .where(Meeting.id == self.keys[pair])
                .values(interpreter_id=self.interpreters[number])
                .execution_options(synchronize_session=False)
            )
            self.session.expire_all()
            self.found = None

    @step(3, states=PLACED, number=ONE_OF_TWO, slot=SLOTS, who_works=[True, False])
    def an_interpreter_can_not_come(self, number, slot, who_works):
        works = [one for one in self.meetings().values() if one.state == "scheduled" and one.interpreter]
        if who_works and works:
            slot = [one.id for one in self.slots].index(works[0].slot)
            number = self.interpreters.index(works[0].interpreter)
        now, fair, key = self.now(), self.fair, self.interpreters[number]
        values = {"fair": fair, "interpreter_id": key, "by": self.organizer.id, "now": now}
        away = [self.slots[slot].id]
        said = self.attempt(
            "interpreter away",
            lambda session: interpreters.set_away(session, slot_ids=away, **values),
            by=self.organizer.id,
            now=now,
        )
        assert said is None
        now = values["now"] = self.now()
        seen = stand_ins.proposed(self.session, fair=fair, interpreter_id=key, now=now)
        refused = self.attempt(
            "stand in",
            lambda session: stand_ins.apply(session, seen=seen.seen, **values),
            by=self.organizer.id,
            now=now,
        )
        assert (refused is None) is bool(seen.proposals)
        standing = [one for one in self.meetings().values() if one.state == "scheduled"]
        assert (away[0], key) not in {(one.slot, one.interpreter) for one in standing}
        interpreters.set_away(self.session, slot_ids=[], **values)
        self.forget()

    # The organizer's other hands.

    @step(OFTEN, phase=[Phase.PREFERENCES, Phase.PROVISIONAL, Phase.PROVISIONAL, Phase.FINAL])
    def the_fair_moves_on(self, phase):
        now = self.now()
        values = {"fair_id": self.row.id, "phase": phase, "by": self.organizer.id, "now": now}
        assert (
            self.attempt("phase", lambda session: phases.move_to(session, **values), by=self.organizer.id, now=now)
            is None
        )

    @step(SELDOM, number=ONE_OF_TWO)
    def a_table_breaks(self, number):
        values = {"fair": self.fair, "table_id": self.tables[number].id, "by": self.organizer.id, "now": self.now()}
        who = who_and_when(values)
        seen = ""
        refused = self.attempt(
            "close a table", lambda session: fair_places.close_table(session, seen="", **values), **who
        )
        if isinstance(refused, Unconfirmed):
            seen = refused.effects.seen
            refused = self.attempt(
                "close a table", lambda session: fair_places.close_table(session, seen=seen, **values), **who
            )
        assert refused is None
        standing = [one for one in self.meetings().values() if one.state == "scheduled"]
        assert values["table_id"] not in {one.table for one in standing}
        fair_places.open_table(self.session, **values)
        self.forget()

    @step(OFTEN, states=AGREED, pair=PAIRS, slot=SLOTS, table=ONE_OF_TWO)
    def a_draft_is_published(self, pair, slot, table):
        if pair not in self.keys:
            return
        now, fair, by = self.now(), self.fair, self.organizer.id

        def act(session):
            editing = Editing(fair_id=self.row.id, number=0, version=0, by=by, now=now)
            place = {"slot_id": self.slots[slot].id, "table_id": self.tables[table].id}
            number = draft_moves.put(session, editing=editing, meeting_id=self.keys[pair], **place)
            version = drafts.find(session, fair_id=self.row.id, number=number).version
            draft_publishing.publish_draft(session, fair=fair, editing=replace(editing, number=number, version=version))

        self.attempt("publish a draft", act, by=by, now=now)

    @step(SELDOM, side=COMPANIES, number=ONE_OF_TWO)
    def a_company_is_held_and_let_in_again(self, side, number):
        one, now = self.sides[side][number], self.now()
        values = {"fair_id": self.row.id, "participation_ids": [one.id], "by": self.organizer.id, "now": now}
        hold = {"decision": Decision.HOLD, "reason": "unverified"}
        refused = self.attempt(
            "hold", lambda session: approvals.decide(session, **values, **hold), by=self.organizer.id, now=now
        )
        assert refused is None
        rows = self.meetings()
        place = 0 if side == "exhibitor" else 1
        mine = [rows[key].state for pair, key in self.keys.items() if pair[place] == number]
        assert not {"requested", "accepted", "scheduled"} & set(mine)
        approvals.undo(self.session, **{**values, "now": self.now()})
        self.forget()

    @step(SELDOM, states=OPEN, pair=PAIRS, side=COMPANIES)
    def block(self, pair, side):
        me, now = self.me(pair, side), self.now()
        other = self.party(pair, "buyer" if side == "exhibitor" else "exhibitor")
        state = self.state(pair)
        refused = self.attempt(
            "block",
            lambda session: complaints.block(session, fair_id=self.row.id, me=me, other_id=other.id, now=now),
            by=me.account_id,
            now=now,
        )
        assert refused is None
        if state == "requested" and self.askers[pair] != side:
            self.declined.add((pair, self.askers[pair]))
        self.blocked.add(pair)
        assert self.state(pair) not in {"requested", "accepted", "scheduled"}

    @step(4, states=AGREED, scope=list(Scope), is_draft=[True, False])
    def the_scheduler_runs(self, scope, is_draft):
        self.run_the_scheduler(scope, is_draft=is_draft)

    @step(4, states=OPEN, pair=PAIRS, side=COMPANIES, outcome=list(ComplaintOutcome))
    def somebody_complains(self, pair, side, outcome):
        self.complain(pair, side, outcome)

    @step(4, states=OPEN, side=COMPANIES, number=ONE_OF_TWO, who=[0, 1, "company"])
    def somebody_is_erased(self, side, number, who):
        """For a moment, in which the scheduler makes a new plan of what is left."""
        self.erase_somebody(side, number, who, then=lambda: self.run_the_scheduler(Scope.FEWEST, is_draft=False))

    # Objections and offers.

    @step(MOST, states=PLACED, phases={Phase.PROVISIONAL}, pair=PAIRS, side=COMPANIES, reason=list(ObjectionReason))
    def object(self, pair, side, reason):
        one, fair, me, now = self.meetings().get(self.key(pair)), self.fair, self.me(pair, side), self.now()
        values = {"meeting_id": self.key(pair), "reason": reason, "words": "", "now": now}
        refused = self.attempt(
            "object",
            lambda session: objections.object_to(session, fair=fair, me=me, **values),
            by=me.account_id,
            now=now,
        )
        if one is None:
            assert isinstance(refused, NotFound)
        elif fair.phase is not Phase.PROVISIONAL:
            assert isinstance(refused, NotAllowed)
        else:
            assert (refused is None) is (one.state == "scheduled")
            assert refused is None or isinstance(refused, Conflict)

    @step(OFTEN, when=has_objection, pair=PAIRS, side=COMPANIES, is_own=[True, True, False])
    def take_an_objection_back(self, pair, side, is_own):
        waiting = objections.open_ones(self.session, fair_id=self.row.id)
        if is_own and waiting:
            pair, side = self.pair_of(waiting[0].meeting_id), waiting[0].side
        fair, me, now = self.fair, self.me(pair, side), self.now()
        refused = self.attempt(
            "take an objection back",
            lambda session: objections.take_back(session, fair=fair, me=me, meeting_id=self.key(pair), now=now),
            by=me.account_id,
            now=now,
        )
        assert (refused is None) is (pair in self.keys)

    @step(
        MOST,
        states=PLACED,
        phases={Phase.PROVISIONAL},
        pair=PAIRS,
        number=[0, 0, 0, 1],
        how=["keep", "take_out", "call_off"],
    )
    def settle_an_objection(self, pair, number, how):
        """Any objection there ever was: only one that still waits is settled."""
        if not has_objection(self):
            self.object(pair, "buyer", ObjectionReason.AWAY)
        rows = self.session.scalars(
            select(Objection)
            .where(Objection.fair_id == self.row.id)
            .order_by(Objection.settled_at.is_not(None), Objection.at.desc(), Objection.side)
        ).all()
        if number >= len(rows):
            return
        fair, key, meeting_id, now = self.fair, rows[number].id, rows[number].meeting_id, self.now()
        waits = {one.id for one in objections.open_ones(self.session, fair_id=self.row.id)}
        answer = {"answer": "Everybody else can only come then."} if how == "keep" else {}
        values = {"fair": fair, "objection_id": key, "by": self.organizer.id, "now": now, **answer}
        act = getattr(objections, how)
        refused = self.attempt(how, lambda session: act(session, **values), by=self.organizer.id, now=now)
        assert (refused is None) is (key in waits)
        if refused is None:
            target = {"keep": "scheduled", "take_out": "accepted", "call_off": "cancelled"}[how]
            assert self.meetings()[meeting_id].state == target

    @step(OFTEN, phases=PICKING, slot=SLOTS)
    def a_freed_time_is_offered(self, slot):
        now, slot_id = self.now(), self.slots[slot].id
        refused = self.attempt(
            "offer a time",
            lambda session: waiting_list.offer_time(session, fair_id=self.row.id, slot_id=slot_id, now=now),
            by=None,
            now=now,
        )
        assert refused is None

    @step(MOST, when=has_offer, number=range(2), side=SIDES, how=["take", "decline"])
    def answer_an_offer(self, number, side, how):
        """Any offer there ever was, those that stand first."""
        rows = self.session.execute(
            select(SlotOffer.id, SlotOffer.meeting_id, SlotOffer.state, SlotOffer.offered_at).where(
                SlotOffer.fair_id == self.row.id
            )
        ).all()
        offers = sorted(rows, key=lambda one: (one.state == "open", one.offered_at, self.pair_of(one.meeting_id)))
        if number >= len(offers):
            return
        offer_id, meeting_id, state, _ = offers[-1 - number]
        pair = self.pair_of(meeting_id)
        acting, fair, act = self.acting(pair, side, meeting_id), self.fair, getattr(waiting_list, how)
        refused = self.attempt(
            f"{how} an offer",
            lambda session: act(session, fair=fair, offer_id=offer_id, **acting),
            **who_and_when(acting),
        )
        if state == "expired":
            assert isinstance(refused, Conflict)

    @step(SELDOM)
    def offers_end(self):
        now = self.now() + timedelta(hours=5)
        assert (
            self.attempt("offers end", lambda session: waiting_list.expire_over(session, now=now), by=None, now=now)
            is None
        )

    # What the model says.

    def is_in_the_way(self, pair, slot):
        """Whether someone of a meeting, its interpreter or every table is taken by the others of a time."""
        key, slot_id = self.keys[pair], self.slots[slot].id
        rows = self.meetings()
        others = [
            one for other, one in rows.items() if other != key and one.state == "scheduled" and one.slot == slot_id
        ]
        wanted = {*rows[key].people, rows[key].interpreter} - {None}
        taken = {who for one in others for who in (*one.people, one.interpreter)}
        return bool(wanted & taken) or len(others) >= len(self.tables)

    def people_in(self, slot, *, but):
        rows = self.meetings()
        return {
            who
            for key, one in rows.items()
            if key != but and one.state == "scheduled" and one.slot == slot
            for who in one.people
        }

    def did_it(self, acting, action, state):
        """Whether the same person did just that before, and it still stands."""
        target = {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn", "cancel": "cancelled"}[action]
        entries = select(HistoryEntry.id).where(
            HistoryEntry.subject_id == acting["meeting_id"],
            HistoryEntry.action == f"meeting_{target}",
            HistoryEntry.by_account_id == acting["by"],
        )
        return state == target and self.session.scalar(entries.limit(1)) is not None

    @staticmethod
    def expect(refused, *, is_again, may, state, sources):
        if is_again:
            assert refused is None
        elif not may:
            assert isinstance(refused, NotAllowed)
        elif state not in sources:
            assert isinstance(refused, Conflict)
            assert refused.facts["state"] == state
        else:
            assert refused is None

    @invariant()
    def a_pair_has_one_open_meeting(self):
        rows = self.meetings()
        for keys in self.all_of.values():
            open_ones = [key for key in keys if rows[key].state in {"requested", "accepted", "scheduled"}]
            assert len(open_ones) <= 1

    @invariant()
    def who_objected_alone_hears_of_the_answer(self):
        kept = self.session.scalars(
            select(Notice).where(Notice.fair_id == self.row.id, Notice.kind == "meeting_kept")
        ).all()
        if not kept:
            return
        rows = select(Objection.meeting_id, Objection.by_account_id).where(Objection.fair_id == self.row.id)
        said = {(key.hex, who) for key, who in self.session.execute(rows)}
        assert {(one.facts["meeting"], one.account_id) for one in kept} <= said


def who_and_when(acting):
    return {"by": acting["by"], "now": acting["now"]}


EVERY_STEP = frozenset(
    {
        *(
            "ask",
            "ask too often",
            "undo",
            "put together",
            "accept",
            "accept with a time",
            "decline",
            "withdraw",
            "cancel",
            "expire",
        ),
        *("place", "move", "undo a move", "send someone else", "stand in", "close a table", "publish a draft"),
        *("hold", "block", "object", "take an objection back", "keep", "take_out", "call_off"),
        *("offer a time", "take an offer", "decline an offer"),
        *UPHEAVALS,
    }
)


def test_the_services_do_what_the_model_does(factory):
    walked = walk(Walk, factory=factory, walks=8, wanted=EVERY_STEP)
    assert EVERY_STEP - set(walked) == set()
