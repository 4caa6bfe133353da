"""What a change does to meetings that a company joined as the third: counted and named before, done with it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.domain.approvals import Decision, StatusReason
from matchmaker.domain.errors import Unconfirmed
from matchmaker.domain.pair_rules import RuleSide, SideKind
from matchmaker.models import Notice, Participation
from matchmaker.services import approvals, complaints, fair_places, fairs, leaving, meeting_rules
from tests.services.test_third_companies import (
    NOW as ASKED,
)
from tests.services.test_third_companies import (
    accept,
    ask,
    expected,
    joined,
    member,
    place,
    row_of,
    scene,
    seats_of,
    told,
)

__all__ = ["joined", "scene"]
NOW = ASKED + timedelta(hours=1)


def fair_of(scene):
    return fairs.by_slug(scene.session, slug="spring")


def company_of(scene, who):
    return RuleSide(SideKind.COMPANY, str(scene.session.get(Participation, who.id).company_id))


class TestHoldingACompany:
    def test_what_it_has_joined_or_is_asked_to_join_is_counted_apart(self, scene):
        affected = leaving.affected(scene.session, fair_id=scene.fair.id, participation_ids=[scene.third.id])
        assert [(one.requests, one.meetings, one.joined) for one in affected] == [(0, 0, 0)]
        ask(scene, scene.exhibitor)
        scene.factory.meeting(scene.exhibitor, scene.third, state="accepted")
        affected = leaving.affected(scene.session, fair_id=scene.fair.id, participation_ids=[scene.third.id])
        assert [(one.requests, one.meetings, one.joined) for one in affected] == [(0, 1, 1)]

    def test_it_leaves_and_the_decision_says_how_many(self, joined):
        decided = approvals.decide(
            joined.session,
            fair_id=joined.fair.id,
            participation_ids=[joined.third.id],
            decision=Decision.HOLD,
            reason=StatusReason.INCOMPLETE,
            by=None,
            now=NOW,
        )
        assert (decided.closed, decided.left) == (0, 1)
        assert (row_of(joined).third_id, row_of(joined).state) == (None, "scheduled")
        said = joined.session.scalar(select(Notice.facts).where(Notice.kind == "company_status"))
        assert (said["closed"], said["left"]) == (0, 1)


def close_table(scene, seen=""):
    table_id = row_of(scene).table_id
    return fair_places.close_table(scene.session, fair=fair_of(scene), table_id=table_id, seen=seen, by=None, now=NOW)


class TestClosingATable:
    def test_the_third_company_is_named_before_and_told_as_the_two_are(self, joined):
        with pytest.raises(Unconfirmed) as asked:
            close_table(joined)
        (one,) = asked.value.effects.meetings
        assert (one.exhibitor, one.buyer, one.third) == ("Trà Núi Mây", "Kaze Foods", "Bao Bì Xanh")
        close_table(joined, seen=asked.value.effects.seen)
        assert (row_of(joined).state, row_of(joined).third_id) == ("accepted", joined.third.id)
        assert seats_of(joined.session, joined.meeting) == set()
        assert told(joined.session) == expected(
            *((who, "places_lost", "") for who in (joined.exhibitor, joined.buyer, joined.third))
        )

    def test_one_that_joins_after_the_page_was_shown_is_shown_first(self, scene):
        place(scene, scene.slots[1])
        ask(scene, scene.exhibitor)
        with pytest.raises(Unconfirmed) as asked:
            close_table(scene)
        accept(scene)
        with pytest.raises(Unconfirmed):
            close_table(scene, seen=asked.value.effects.seen)
        assert row_of(scene).state == "scheduled"


class TestKeepingCompaniesApart:
    def add(self, scene, one, other, seen=""):
        return meeting_rules.add_rule(
            scene.session,
            fair=fair_of(scene),
            one=company_of(scene, one),
            other=company_of(scene, other),
            reason="",
            seen=seen,
            by=None,
            now=NOW,
        )

    @pytest.mark.parametrize("side", ["exhibitor", "buyer"])
    def test_the_third_company_leaves_and_the_two_still_meet(self, joined, side):
        with pytest.raises(Unconfirmed) as asked:
            self.add(joined, joined.third, getattr(joined, side))
        shown = asked.value.effects
        assert (list(shown.meetings), [one.third for one in shown.thirds]) == ([], ["Bao Bì Xanh"])
        assert self.add(joined, joined.third, getattr(joined, side), seen=shown.seen) == 0
        assert (row_of(joined).third_id, row_of(joined).state) == (None, "scheduled")
        everyone = (joined.exhibitor, joined.buyer, joined.third)
        assert told(joined.session) == expected(*((who, "third_company", "withdrawn") for who in everyone))

    def test_one_that_is_only_asked_is_no_longer_asked(self, scene):
        ask(scene, scene.exhibitor)
        with pytest.raises(Unconfirmed) as asked:
            self.add(scene, scene.third, scene.buyer)
        self.add(scene, scene.third, scene.buyer, seen=asked.value.effects.seen)
        assert (str(scene.third.account.id), "third_company", "withdrawn") in told(scene.session)
        assert leaving.affected(scene.session, fair_id=scene.fair.id, participation_ids=[scene.third.id])[0].joined == 0

    def test_a_pair_that_is_kept_apart_is_called_off_with_its_third_company_named(self, joined):
        with pytest.raises(Unconfirmed) as asked:
            self.add(joined, joined.exhibitor, joined.buyer)
        shown = asked.value.effects
        assert ([one.third for one in shown.meetings], list(shown.thirds)) == (["Bao Bì Xanh"], [])
        assert self.add(joined, joined.exhibitor, joined.buyer, seen=shown.seen) == 1
        everyone = (joined.exhibitor, joined.buyer, joined.third)
        assert told(joined.session) == expected(*((who, "meeting_cancelled", "") for who in everyone))


class TestBlocking:
    def block(self, scene, who, other):
        complaints.block(scene.session, fair_id=scene.fair.id, me=member(scene, who), other_id=other.id, now=NOW)

    def test_one_of_the_two_blocks_it_and_it_is_no_longer_in_the_meeting(self, joined):
        self.block(joined, joined.buyer, joined.third)
        assert (row_of(joined).third_id, row_of(joined).state) == (None, "scheduled")
        assert told(joined.session) == expected(
            (joined.third, "third_company", "withdrawn"), (joined.exhibitor, "third_company", "withdrawn")
        )

    def test_it_blocks_one_of_the_two_and_leaves(self, joined):
        self.block(joined, joined.third, joined.exhibitor)
        assert (row_of(joined).third_id, row_of(joined).state) == (None, "scheduled")
        assert told(joined.session) == expected(
            (joined.exhibitor, "third_company", "left"), (joined.buyer, "third_company", "left")
        )

    def test_one_that_is_asked_declines_by_blocking_one_of_the_two(self, scene):
        ask(scene, scene.exhibitor)
        self.block(scene, scene.third, scene.buyer)
        said = [line for line in told(scene.session) if line[2] == "declined"]
        pair = (scene.exhibitor, scene.buyer)
        assert said == expected(*((who, "third_company", "declined") for who in pair))

    def test_who_sits_at_the_table_already_stays(self, joined):
        complaints.block(
            joined.session,
            fair_id=joined.fair.id,
            me=member(joined, joined.third),
            other_id=joined.exhibitor.id,
            now=NOW + timedelta(days=30),
        )
        assert row_of(joined).third_id == joined.third.id
