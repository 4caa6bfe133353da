"""What is kept of a report never differs from what counting its rows anew gives, whatever happens to the fair."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, func, select, update

from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.fairs import Phase, Role
from matchmaker.domain.money.amount import Money
from matchmaker.models import (
    Account,
    Category,
    Company,
    Deal,
    DealMeeting,
    Fair,
    FairChange,
    FairRate,
    FairStaff,
    MatchRun,
    Meeting,
    Participation,
    Slot,
    Suggestion,
)
from matchmaker.services import fair_changes, fairs, kept_results, reports
from matchmaker.services.outcomes import Said, record_outcome
from matchmaker.services.report_archive import text_of
from tests.factories import OPENING

AFTER = OPENING + timedelta(hours=6)
STEPS = 25
STATES = ("scheduled", "held", "no_show", "cancelled")
VALUED = (Outcome.QUOTATION, Outcome.MOU, Outcome.AGREEMENT, Outcome.ORDER, Outcome.REALISED)


@pytest.fixture(autouse=True)
def nothing_kept():
    kept_results.forget()
    yield
    kept_results.forget()


@pytest.fixture
def scene(session, factory):
    """A small fair in which everything that a report says can still change."""
    fair = factory.fair(phase=Phase.FOLLOW_UP)
    factory.rate(fair, "EUR", "1.10")
    factory.category("food")
    slots = factory.slots(fair, 8)
    sellers = [factory.participant(fair, name=f"Seller {n}") for n in range(3)]
    buyers = [factory.participant(fair, role=Role.BUYER, country="JP", name=f"Buyer {n}") for n in range(3)]
    pairs = [(one, other) for one in sellers for other in buyers][: len(slots)]
    meetings = [
        factory.meeting(*pair, state="scheduled", slot_id=slot.id) for pair, slot in zip(pairs, slots, strict=True)
    ]
    told = {"label": "default", "contributions": [], "reasons": {}, "gaps": {}, "best_pair": {}}
    run = factory.add(
        MatchRun(fair_id=fair.id, state="done", version="1", weights={}, coverage={}, total=1, started_at=OPENING)
    )
    suggestion = factory.add(
        Suggestion(
            fair_id=fair.id,
            run_id=run.id,
            exhibitor_id=sellers[0].id,
            buyer_id=buyers[0].id,
            exhibitor_rank=1,
            buyer_rank=1,
            score=0.7,
            **told,
        )
    )
    staff = factory.add(FairStaff(fair_id=fair.id, account_id=sellers[0].account.id, role="table_host"))
    one = SimpleNamespace(**{name: value for name, value in locals().items() if name not in {"told", "factory"}})
    one.say = lambda number, side, outcome, amount=None, **more: _say(one, number, side, outcome, amount, **more)
    one.say(0, sellers[0], Outcome.AGREEMENT, 900)
    one.deal = session.scalars(select(Deal)).one()
    return one


def _say(scene, number, side, outcome, amount=None, *, currency="USD", now=AFTER):
    facts = fairs.by_slug(scene.session, slug=scene.fair.slug)
    (me,) = fairs.memberships(scene.session, fair_id=facts.id, account_id=side.account.id)
    value = Money(amount=Decimal(amount), currency=currency) if amount else None
    said = Said(outcome=outcome, value=value, horizon=Horizon.TWELVE_MONTHS if value else None)
    record_outcome(scene.session, fair=facts, me=me, meeting_id=scene.meetings[number].id, said=said, now=now)


def look(scene, *, now=AFTER):
    """Hold what is kept against the rows, and return it."""
    facts = fairs.by_slug(scene.session, slug=scene.fair.slug)
    kept = kept_results.results_of(scene.session, fair=facts, now=now)
    anew = reports.results_of(scene.session, fair=facts, now=now)
    assert kept.report == anew.report
    assert text_of(kept) == text_of(anew)
    return kept


CHANGES = {
    "a company's name": lambda s: update(Company).where(Company.id == s.buyers[0].company_id).values(name="Other"),
    "a company's country": lambda s: update(Company).where(Company.id == s.buyers[0].company_id).values(country="DE"),
    "a company's owner": lambda s: (
        update(Company).where(Company.id == s.sellers[0].company_id).values(parent_country="SG")
    ),
    "whose a role is": lambda s: (
        update(Participation).where(Participation.id == s.sellers[2].id).values(company_id=s.buyers[2].company_id)
    ),
    "who takes part": lambda s: (
        update(Participation).where(Participation.id == s.sellers[2].id).values(status="rejected")
    ),
    "who came with help": lambda s: (
        update(Participation).where(Participation.id == s.buyers[2].id).values(is_hosted=True)
    ),
    "what became of a meeting": lambda s: update(Meeting).where(Meeting.id == s.meetings[3].id).values(state="held"),
    "where a meeting came from": lambda s: (
        update(Meeting).where(Meeting.id == s.meetings[3].id).values(origin="organizer")
    ),
    "a slot's day": lambda s: update(Slot).where(Slot.id == s.slots[0].id).values(day=date(2026, 11, 20)),
    "what a deal is of": lambda s: update(Deal).where(Deal.id == s.deal.id).values(category_code="food", title="Rice"),
    "which meeting led to a deal": lambda s: delete(DealMeeting).where(DealMeeting.deal_id == s.deal.id),
    "what was suggested": lambda s: delete(Suggestion).where(Suggestion.id == s.suggestion.id),
    "who saw a suggestion": lambda _: update(Suggestion).values(exhibitor_rank=None, buyer_rank=None),
    "a rate": lambda _: update(FairRate).values(rate=Decimal("1.20")),
    "a source of a rate": lambda _: update(FairRate).values(source="other"),
    "who works for the fair": lambda s: delete(FairStaff).where(FairStaff.id == s.staff.id),
    "a sector's name": lambda _: update(Category).values(name_en="Foods"),
    "whose account said it": lambda s: delete(Account).where(Account.id == s.sellers[0].account.id),
    "the country of the fair": lambda _: update(Fair).values(country="JP"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_that_a_report_says_changes_without_being_counted_anew(session, scene, change):
    before = look(scene)
    session.execute(CHANGES[change](scene))
    session.expire_all()
    assert text_of(look(scene)) != text_of(before)


def test_a_report_is_counted_once_while_nothing_changes(session, scene, monkeypatch):
    before = look(scene)
    monkeypatch.setattr(reports, "load_fair", lambda *_args, **_named: pytest.fail("the rows were read again"))
    facts = fairs.by_slug(session, slug=scene.fair.slug)
    later = kept_results.results_of(session, fair=facts, now=AFTER + timedelta(days=40))
    assert later.loaded is before.loaded
    assert (later.report.as_of, later.report.version) != (before.report.as_of, before.report.version)


class Happening:
    """What may happen at a fair, drawn by chance."""

    def __init__(self, scene, factory, seed):
        self.scene, self.factory, self.random = scene, factory, Random(seed)
        self.spoken = {0}

    def something(self):
        deeds = (self.meet, self.say, self.say, self.take_back, self.walk_in, self.join, self.rename)
        self.random.choice(deeds)()
        self.scene.session.flush()

    def meet(self):
        meeting = self.random.choice(
            [self.scene.meetings[n] for n in range(len(self.scene.pairs)) if n not in self.spoken]
        )
        meeting.state = self.random.choice(STATES)
        meeting.no_show_side = self.random.choice(("exhibitor", "buyer")) if meeting.state == "no_show" else None

    def say(self):
        number = self.random.randrange(len(self.scene.pairs))
        meeting = self.scene.meetings[number]
        if meeting.state in {"scheduled", "held"}:
            self.spoken.add(number)
            side, currency = self.random.choice(self.scene.pairs[number]), self.random.choice(("USD", "EUR"))
            outcome, amount = self.random.choice(VALUED), self.random.randint(1, 5000)
            self.scene.say(number, side, outcome, amount, currency=currency)
            self.scene.session.refresh(meeting)

    def take_back(self):
        number = self.random.choice(sorted(self.spoken))
        self.scene.say(number, self.random.choice(self.scene.pairs[number]), Outcome.NO_INTEREST)

    def walk_in(self):
        pair = self.random.choice(self.scene.pairs)
        self.scene.meetings.append(self.factory.meeting(*pair, origin="walk_in", is_walk_in=True, state="held"))

    def join(self):
        self.factory.participant(self.scene.fair, country=self.random.choice(("VN", "KR")))

    def rename(self):
        company = self.random.choice(self.scene.sellers).company_id
        name = f"Seller {self.random.random()}"
        self.scene.session.execute(update(Company).where(Company.id == company).values(name=name))


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_at_a_fair_the_kept_report_says_what_its_rows_say(factory, scene, seed):
    happening = Happening(scene, factory, seed)
    for _ in range(STEPS):
        happening.something()
        first = look(scene)
        assert look(scene).loaded is first.loaded


def test_what_was_taken_back_is_not_kept(session, scene):
    session.commit()
    before = look(scene)
    session.execute(update(Meeting).where(Meeting.id == scene.meetings[4].id).values(state="held"))
    assert look(scene).report.meetings.held.number == before.report.meetings.held.number + 1
    session.rollback()
    assert look(scene).report == before.report
    session.execute(update(Meeting).where(Meeting.id == scene.meetings[5].id).values(state="cancelled"))
    assert look(scene).report.meetings.held.number == before.report.meetings.held.number


def test_a_statement_that_is_stated_later_counts_from_then_on(scene):
    scene.say(1, scene.sellers[0], Outcome.ORDER, 70, now=AFTER + timedelta(hours=2))
    assert look(scene).report.headline.count == 1
    assert look(scene, now=AFTER + timedelta(hours=3)).report.headline.count == 2
    assert look(scene).report.headline.count == 1


def test_a_fair_without_marks_is_counted_anew_each_time(session, scene):
    session.execute(delete(FairChange))
    first = look(scene)
    assert look(scene).loaded is not first.loaded


def test_only_so_many_rows_are_kept(session, factory, scene, monkeypatch):
    first = look(scene)
    monkeypatch.setattr(kept_results, "MOST_ROWS", 1)
    other = SimpleNamespace(session=session, fair=factory.fair())
    factory.participant(other.fair)
    look(other)
    assert look(scene).loaded is not first.loaded


def test_marks_are_put_together_when_they_are_many(session, scene):
    marks = [
        FairChange(fair_id=scene.fair.id, part="meetings", writer=-n, mark=n) for n in range(1, fair_changes.MANY + 2)
    ]
    session.add_all(marks)
    session.flush()
    before = fair_changes.state_of(session, fair_id=scene.fair.id)
    session.expunge_all()
    assert fair_changes.condense(session) == 1
    count = select(func.count()).select_from(FairChange).where(FairChange.part == "meetings")
    assert session.scalar(count) == 1
    assert fair_changes.state_of(session, fair_id=scene.fair.id) != before
    assert fair_changes.condense(session) == 0


def test_a_fair_goes_with_its_marks(session, factory):
    fair = factory.fair()
    factory.participant(fair)
    factory.slots(fair, 2)
    session.execute(delete(Fair).where(Fair.id == fair.id))
    assert session.scalar(select(func.count()).select_from(FairChange).where(FairChange.fair_id == fair.id)) == 0
