"""A company's own record, the fair's switch, and appeals."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.attendance import Source
from matchmaker.domain.errors import TooMany
from matchmaker.domain.fairs import Role
from matchmaker.models import CheckIn, Fair, Meeting
from matchmaker.services import attendance, fairs, requests
from tests.factories import OPENING

NOW = OPENING + timedelta(hours=8)
OWN, SETTINGS = "/fairs/expo/reliability", "/fairs/expo/organizer/reliability"


@pytest.fixture(autouse=True)
def in_the_evening(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def hall(session, factory):
    """A seller who missed six meetings by a host's word."""
    fair = factory.fair(slug="expo", phase="fair_days")
    organizer = factory.organizer(fair)
    seller = factory.participant(fair, name="Sai Hẹn")
    buyers = [factory.participant(fair, role=Role.BUYER, name=f"Buyer {n}") for n in range(6)]
    facts = fairs.by_slug(session, slug="expo")
    keys = []
    for buyer, slot in zip(buyers, factory.slots(fair, 6), strict=True):
        keys.append(factory.meeting(seller, buyer, state="scheduled", slot_id=slot.id).id)
        for side in Role:
            attendance.check_in(
                session,
                fair=facts,
                meeting_id=keys[-1],
                side=side,
                is_present=side is Role.BUYER,
                source=Source.OTHER_SIDE if side is Role.EXHIBITOR else Source.HOST,
                by=None,
                at=slot.starts_at + timedelta(minutes=6),
                once=f"x-{side}",
                now=NOW,
            )
    others = [factory.participant(fair, role=Role.BUYER, name=f"Someone {n}") for n in range(2)]
    session.commit()
    found = {
        "fair": fair.id,
        "organizer": organizer.id,
        "seller": seller.account.id,
        "buyer": buyers[0].account.id,
        "others": [one.id for one in others],
        "meetings": keys,
    }
    session.rollback()
    return found


def _switch_on(session, hall):
    session.rollback()
    session.get(Fair, hall["fair"]).limits_unreliable = True
    session.get(Fair, hall["fair"]).request_quota_day = 2
    session.commit()


def test_a_company_sees_its_own_record_and_nobody_else_does(client, session, hall):
    page = client.sign_in_as(hall["seller"]).page(f"{OWN}?lang=en").main.get_text(" ")
    assert page.count("Meeting missed") == 7
    assert "The first slip does not count." in page
    assert "limits nothing at this fair" in page
    # Six missed, of which the first slip does not count.
    assert "Meeting missed 5" in " ".join(page.split())
    theirs = client.sign_in_as(hall["buyer"]).page(f"{OWN}?lang=en").main.get_text(" ")
    assert "too little on record" in theirs
    assert "Sai Hẹn" in theirs  # The one whom the buyer met, in the buyer's own record.
    assert "Meeting kept 1 0 late" in " ".join(theirs.split())
    session.rollback()
    assert client.get(SETTINGS).status_code == 404


def test_the_organizer_sees_whom_it_would_limit_before_and_then_decides(client, session, hall):
    client.sign_in_as(hall["organizer"])
    session.rollback()
    shown = client.page(f"{SETTINGS}?lang=en").main.get_text(" ")
    assert "Now that would be 1 company: Sai Hẹn" in " ".join(shown.split())
    client.post_token(SETTINGS, limits="on")
    session.rollback()
    assert session.get(Fair, hall["fair"]).limits_unreliable
    client.post_token(SETTINGS, limits="off")
    session.rollback()
    assert not session.get(Fair, hall["fair"]).limits_unreliable


def test_a_limited_company_is_told_why_and_what_ends_it(client, session, hall):
    _switch_on(session, hall)
    page = client.sign_in_as(hall["seller"]).page(f"{OWN}?lang=en").main.get_text(" ")
    assert "half as many others" in page
    assert "8 more" in page
    session.rollback()
    fair = fairs.by_slug(session, slug="expo")
    (me,) = fairs.memberships(session, fair_id=fair.id, account_id=hall["seller"])
    first, second = hall["others"]
    requests.ask(session, fair=fair, me=me, other_id=first, now=NOW, note="")
    with pytest.raises(TooMany) as refused:
        requests.ask(session, fair=fair, me=me, other_id=second, now=NOW, note="")
    assert refused.value.code == "quota_limited"


def test_a_miss_under_appeal_does_not_count_until_the_organizer_settles_it(client, session, hall):
    client.sign_in_as(hall["seller"])
    key = hall["meetings"][5]
    session.rollback()
    session.add(
        CheckIn(
            fair_id=hall["fair"],
            meeting_id=hall["meetings"][1],
            side="exhibitor",
            is_present=False,
            source=Source.HOST,
            once="host",
            at=OPENING + timedelta(minutes=40),
            recorded_at=NOW,
        )
    )
    for name, at in (("host2", 35), ("own", 36)):
        session.add(
            CheckIn(
                fair_id=hall["fair"],
                meeting_id=key,
                side="exhibitor",
                is_present=name == "own",
                source=Source.AGENDA if name == "own" else Source.HOST,
                once=name,
                at=OPENING + timedelta(minutes=150 + at),
                recorded_at=NOW,
            )
        )
    session.commit()
    assert "until the organizer has settled it" in client.page(f"{OWN}?lang=en").main.get_text(" ")
    client.sign_in_as(hall["organizer"])
    session.rollback()
    form = client.page(f"{SETTINGS}?lang=en").main.select_one(f"form[action$='{key}']")
    assert form is not None
    fields = {"side": "exhibitor", "was_there": "yes"}
    session.rollback()
    assert [client.post_token(form["action"], **fields).status_code for _ in range(2)] == [302, 409]
    session.rollback()
    assert session.scalar(select(Meeting.state).where(Meeting.id == key)) == "held"
    assert client.page(f"{SETTINGS}?lang=en").main.select_one(f"form[action$='{key}']") is None
