import uuid
from datetime import UTC, datetime, timedelta

import pytest

from matchmaker.domain.attendance import Presence, Standing
from matchmaker.domain.fairs import Role
from matchmaker.domain.rescue import Fit, Helper, Waiting, offered_until, picks, waits_alone

START = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
PATIENCE = timedelta(minutes=8)
HERE, AWAY = Standing(Presence.PRESENT), Standing(Presence.ABSENT)


def waiting(role, *, alone=False, hall="", languages=("en",), person=None):
    return Waiting(
        participation_id=uuid.uuid4(),
        role=role,
        person_id=person or uuid.uuid4(),
        languages=frozenset(languages),
        hall=hall,
        missed_id=uuid.uuid4() if alone else None,
    )


def fits(*pairs):
    return {(seller.participation_id, buyer.participation_id): fit for seller, buyer, fit in pairs}


@pytest.mark.parametrize(
    ("standings", "minutes", "side"),
    [
        ({Role.EXHIBITOR: HERE}, 7, None),
        ({Role.EXHIBITOR: HERE}, 8, Role.EXHIBITOR),
        ({Role.BUYER: HERE, Role.EXHIBITOR: AWAY}, 9, Role.BUYER),
        ({Role.EXHIBITOR: HERE, Role.BUYER: HERE}, 20, None),
        ({}, 20, None),
    ],
)
def test_a_side_waits_alone_when_it_is_there_and_the_other_not(standings, minutes, side):
    now = START + timedelta(minutes=minutes)
    assert waits_alone(standings, starts_at=START, patience=PATIENCE, now=now) is side


def test_an_offer_ends_soon_and_leaves_time_to_talk():
    ends_at = START + timedelta(minutes=25)
    assert offered_until(now=START + timedelta(minutes=8), ends_at=ends_at) == START + timedelta(minutes=13)
    assert offered_until(now=START + timedelta(minutes=14), ends_at=ends_at) == START + timedelta(minutes=17)
    assert offered_until(now=START + timedelta(minutes=17), ends_at=ends_at) is None


def test_two_who_want_to_meet_go_first_then_the_same_hall_then_the_better_match():
    seller = waiting(Role.EXHIBITOR, alone=True, hall="A")
    far, near, agreed = (waiting(Role.BUYER, hall=hall) for hall in ("B", "A", "B"))
    known = fits((seller, far, Fit(0.9)), (seller, near, Fit(0.2)), (seller, agreed, Fit(0.1, uuid.uuid4())))

    assert [one.buyer for one in picks([seller, far, near, agreed], known)] == [agreed]
    assert [one.buyer for one in picks([seller, far, near], known)] == [near]


def test_nobody_is_offered_twice():
    sellers = [waiting(Role.EXHIBITOR, alone=True) for _ in range(2)]
    buyer = waiting(Role.BUYER)
    found = picks([*sellers, buyer], fits(*((one, buyer, Fit(0.5)) for one in sellers)))
    assert len(found) == 1


def test_the_table_is_that_of_who_sits_there():
    seller, buyer = waiting(Role.EXHIBITOR), waiting(Role.BUYER, alone=True)
    table = uuid.uuid4()
    object.__setattr__(buyer, "table_id", table)
    [found] = picks([seller, buyer], fits((seller, buyer, Fit(0.5))))
    assert found.table_id == table


@pytest.mark.parametrize("kind", ["nobody_alone", "no_language", "one_person", "no_match"])
def test_who_can_not_meet_is_not_offered(kind):
    person = uuid.uuid4() if kind == "one_person" else None
    seller = waiting(Role.EXHIBITOR, alone=kind != "nobody_alone", person=person)
    buyer = waiting(Role.BUYER, languages=("ja",) if kind == "no_language" else ("en",), person=person)
    known = {} if kind == "no_match" else fits((seller, buyer, Fit(0.5)))
    assert picks([seller, buyer], known) == []


def helper(*languages, at=None):
    return Helper(uuid.uuid4(), frozenset(languages), at)


class TestInterpreters:
    def pair(self):
        seller = waiting(Role.EXHIBITOR, alone=True, languages=("vi",))
        buyer = waiting(Role.BUYER, languages=("ja",))
        return seller, buyer, fits((seller, buyer, Fit(0.5)))

    def test_one_who_speaks_both_sides_languages_comes_along(self):
        seller, buyer, known = self.pair()
        right = helper("vi", "ja")
        [found] = picks([seller, buyer], known, [helper("vi", "en"), right, helper("ja", "ko")])
        assert found.interpreter_id == right.id

    def test_who_sits_in_the_meeting_that_was_missed_goes_before_others_and_who_sits_elsewhere_never(self):
        seller, buyer, known = self.pair()
        there, elsewhere = helper("vi", "ja", at=seller.missed_id), helper("vi", "ja", at=uuid.uuid4())
        [found] = picks([seller, buyer], known, [elsewhere, helper("vi", "ja"), there])
        assert found.interpreter_id == there.id
        assert picks([seller, buyer], known, [elsewhere]) == []

    def test_nobody_interprets_for_two_pairs(self):
        one, other = (self.pair() for _ in range(2))
        found = picks([*one[:2], *other[:2]], one[2] | other[2], [helper("vi", "ja")])
        assert len(found) == 1

    def test_who_shares_a_language_goes_first_and_needs_none(self):
        seller, buyer, known = self.pair()
        english = waiting(Role.BUYER, languages=("vi",))
        known |= fits((seller, english, Fit(0.1)))
        [found] = picks([seller, buyer, english], known, [helper("vi", "ja")])
        assert (found.buyer, found.interpreter_id) == (english, None)
