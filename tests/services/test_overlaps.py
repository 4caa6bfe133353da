"""Who acts while another one has written and not yet committed: it waits, and reads what that led to.

On SQLite nobody begins before the other one has ended, so all of this is about PostgreSQL. Each control takes the lock
away and demands what it keeps out.
"""

import uuid
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.fairs import Phase, Role
from matchmaker.domain.pair_rules import RuleSide, SideKind
from matchmaker.extensions import db
from matchmaker.models import CompanyGroup, Meeting, MeetingRule, Notice, Seat, ThirdCompany
from matchmaker.services import (
    company_groups,
    fairs,
    hall_thirds,
    meeting_rules,
    meetings,
    on_the_spot,
    rule_sides,
    third_companies,
    walk_ins,
)
from tests.at_once import overlapping
from tests.factories import OPENING

DURING = OPENING.replace(minute=5)


@pytest.fixture(autouse=True)
def on_postgres(app):
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("on SQLite there is one writer at a time")


@pytest.fixture
def hall(session, factory):
    """Two who agreed to meet and have no time, and a company asked to join them; the first slot runs."""
    row = factory.fair(slug="expo", phase=Phase.FAIR_DAYS)
    factory.slots(row, 2)
    exhibitor = factory.participant(row, name="Trà Núi Mây")
    buyer = factory.participant(row, role=Role.BUYER, name="Kaze Foods")
    third = factory.participant(row, role=Role.BUYER, name="Bao Bì Xanh")
    other = factory.participant(row, role=Role.BUYER, name="Nón Lá")
    meeting = factory.meeting(exhibitor, buyer, state="accepted")
    scene = SimpleNamespace(
        session=session,
        table=factory.tables(row, 1)[0].id,
        meeting=meeting.id,
        pair={Role.EXHIBITOR: exhibitor.id, Role.BUYER: buyer.id},
        people={exhibitor.representative.id, buyer.representative.id},
        person=third.representative.id,
        exhibitor=(exhibitor.id, exhibitor.account.id),
        third=(third.id, third.account.id),
        other=other.id,
        fair_id=row.id,
    )
    third_companies.ask(session, third_id=third.id, **acting(scene, scene.exhibitor))
    session.execute(delete(Notice))
    session.commit()
    return scene


def acting(scene, who):
    one, by = who
    return {
        "fair_id": scene.fair_id,
        "meeting_id": scene.meeting,
        "participation_id": one,
        "by": by,
        "now": OPENING,
    }


def joins(scene):
    return lambda own: third_companies.accept(own, **acting(scene, scene.third))


def leaves(scene):
    return lambda own: third_companies.leave(own, **acting(scene, scene.third))


def walk_in(scene):
    def record(own):
        fair = fairs.by_slug(own, slug="expo")
        walk_ins.record(own, fair=fair, pair=scene.pair, table_id=scene.table, by=None, now=DURING)

    return record


def standing(scene):
    """State of the meeting, what the third company answered, and who sits there."""
    scene.session.rollback()
    sitting = select(Seat.resource_id).where(Seat.meeting_id == scene.meeting, Seat.kind == "representative")
    state = scene.session.scalar(select(Meeting.state).where(Meeting.id == scene.meeting))
    return state, scene.session.scalar(select(ThirdCompany.state)), set(scene.session.scalars(sitting))


@pytest.fixture
def no_lock(monkeypatch):
    """Those who record what happens in a hall wait for nobody."""
    for module in (walk_ins, on_the_spot, hall_thirds):
        monkeypatch.setattr(module, "lock", lambda *_: None)


class TestThirdCompanyAndWalkIn:
    def test_one_that_joins_in_that_moment_comes_along(self, app, hall):
        assert set(overlapping(app, joins(hall), walk_in(hall)).values()) == {None}
        assert standing(hall) == ("held", "joined", {*hall.people, hall.person})

    @pytest.mark.usefixtures("no_lock")
    def test_without_the_lock_it_would_be_let_go(self, app, hall):
        overlapping(app, joins(hall), walk_in(hall))
        assert standing(hall) == ("held", "withdrawn", hall.people)

    def leave(self, app, hall):
        hall.session.begin()
        joins(hall)(hall.session)
        hall.session.commit()
        assert set(overlapping(app, leaves(hall), walk_in(hall)).values()) == {None}

    def test_one_that_leaves_in_that_moment_keeps_no_seat(self, app, hall):
        self.leave(app, hall)
        assert standing(hall) == ("held", "left", hall.people)

    @pytest.mark.usefixtures("no_lock")
    def test_without_the_lock_its_person_would_sit_in_a_meeting_without_it(self, app, hall):
        self.leave(app, hall)
        assert standing(hall) == ("held", "left", {*hall.people, hall.person})


class TestAnswerAndWalkIn:
    def accept(self, app, hall):
        requested = {"state": "requested", "requested_by": "buyer", "expires_at": None}
        hall.session.begin()
        hall.session.execute(update(Meeting).values(requested))
        hall.session.commit()
        return overlapping(app, lambda own: meetings.accept(own, **acting(hall, hall.exhibitor)), walk_in(hall))

    def test_a_request_that_is_accepted_in_that_moment_is_the_meeting_that_is_held(self, app, hall):
        assert set(self.accept(app, hall).values()) == {None}
        assert standing(hall)[0] == "held"

    @pytest.mark.usefixtures("no_lock")
    def test_without_the_lock_the_walk_in_would_be_refused(self, app, hall):
        assert self.accept(app, hall)["second"].code == "meeting_moved_on"


class TestThirdCompanyAndHall:
    """A company is asked at the main site while another one's joining comes home from the hall."""

    def ask(self, app, hall, take):
        hall.session.begin()
        hall.session.execute(delete(ThirdCompany))
        hall.session.commit()
        return overlapping(
            app,
            lambda own: third_companies.ask(own, third_id=hall.other, **acting(hall, hall.exhibitor)),
            lambda own: take(own, hall),
        )

    def take(self, own, hall):
        entry = {"participation_id": str(hall.third[0]), "state": "joined", "at": DURING.isoformat()}
        entry |= {"named_by": "buyer", "asked_at": OPENING.isoformat(), "is_present": True, "people": []}
        fair = fairs.by_slug(own, slug="expo")
        hall_thirds.take(own, fair=fair, meeting_id=hall.meeting, entry=entry, now=DURING)
        own.flush()

    def test_the_one_that_was_there_is_in_the_meeting(self, app, hall):
        assert set(self.ask(app, hall, self.take).values()) == {None}
        states = hall.session.execute(select(ThirdCompany.participation_id, ThirdCompany.state)).all()
        assert dict(tuple(row) for row in states) == {hall.other: "withdrawn", hall.third[0]: "joined"}

    @pytest.mark.usefixtures("no_lock")
    def test_without_the_lock_its_line_could_not_be_read(self, app, hall):
        def take(own, hall):
            with pytest.raises(IntegrityError, match="uq_third_company_one_standing"):
                self.take(own, hall)
            own.rollback()

        assert set(self.ask(app, hall, take).values()) == {None}


class TestGroupAndRule:
    """A group is dissolved while a rule is made that speaks of it."""

    @pytest.fixture
    def acts(self, session, factory):
        row = factory.fair(slug="expo")
        group = factory.add(CompanyGroup(id=uuid.uuid4(), fair_id=row.id, name="Group"))
        side = RuleSide(SideKind.GROUP, str(group.id))
        key = group.id
        session.commit()

        def drop(own):
            fair = fairs.by_slug(own, slug="expo")
            company_groups.drop_group(own, fair=fair, group_id=key, by=None, now=OPENING)

        def rule(own):
            fair = fairs.by_slug(own, slug="expo")
            other = RuleSide(SideKind.COUNTRY, "JP")
            values = {"one": side, "other": other, "reason": "", "seen": "", "by": None, "now": OPENING}
            meeting_rules.add_rule(own, fair=fair, **values)

        return SimpleNamespace(drop=drop, rule=rule, session=session)

    def left(self, acts):
        acts.session.rollback()
        return acts.session.query(CompanyGroup).count(), acts.session.query(MeetingRule).count()

    def test_a_group_that_is_dissolved_first_gets_no_rule(self, app, acts):
        results = overlapping(app, acts.drop, acts.rule)
        assert (results["first"], results["second"].code) == (None, "unknown_side")
        assert self.left(acts) == (0, 0)

    def test_a_group_that_gets_a_rule_first_stays(self, app, acts):
        results = overlapping(app, acts.rule, acts.drop)
        assert (results["first"], results["second"].code) == (None, "group_in_rule")
        assert self.left(acts) == (1, 1)

    def test_without_the_lock_a_rule_would_speak_of_no_group(self, app, acts, monkeypatch):
        monkeypatch.setattr(rule_sides, "lock", lambda *_: None)
        overlapping(app, acts.rule, acts.drop)
        assert self.left(acts) == (0, 1)
