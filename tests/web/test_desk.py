"""The desk's paper list is typed in: a page in one go, errors beside the lines, nothing twice."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from matchmaker import clock
from matchmaker.domain.attendance import Source
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.fairs import Role
from matchmaker.models import (
    CheckIn,
    Company,
    Fair,
    FairStaff,
    HistoryEntry,
    LedgerEntry,
    Meeting,
    MeetingTable,
    OutcomeReport,
    Slot,
)
from matchmaker.services import fairs
from matchmaker.services.outcomes import Said, record_outcome
from tests.factories import OPENING

LIST = "/fairs/expo/organizer/desk-list"
NOW = OPENING + timedelta(hours=20)


@pytest.fixture(autouse=True)
def on_the_next_morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def desk(session, factory, client):
    """Two meetings that are over and one that is ahead; the organizer is signed in."""
    fair = factory.fair(slug="expo", phase="fair_days", report_currency="USD")
    factory.rate(fair, "USD", "1")
    organizer = factory.organizer(fair)
    slots, table = factory.slots(fair, 3), factory.tables(fair, 1)[0]
    slots[2].starts_at, slots[2].ends_at = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    keys, sellers = [], []
    for slot in slots:
        seller, buyer = factory.participant(fair), factory.participant(fair, role=Role.BUYER, country="JP")
        keys.append(factory.meeting(seller, buyer, state="scheduled", slot_id=slot.id, table_id=table.id).id)
        sellers.append(seller.account.id)
    session.commit()
    found = {"fair": fair.id, "organizer": organizer.id, "meetings": keys, "sellers": sellers}
    session.rollback()
    client.sign_in_as(found["organizer"])
    return found


def _fields(key, **values):
    return {f"{name}-{key.hex}": value for name, value in values.items()}


def _save(client, session, **fields):
    session.rollback()
    return client.submit(f"{LIST}?lang=en", action="desk-list?page=1", **fields)


def _state(session, key):
    session.rollback()
    meeting = session.get(Meeting, key)
    return meeting.state, meeting.no_show_side


def _reports(session):
    session.rollback()
    rows = session.execute(
        select(OutcomeReport.outcome, OutcomeReport.amount, OutcomeReport.side, OutcomeReport.stated_by)
    )
    return [tuple(row) for row in rows]


def test_a_page_goes_in_at_once_through_the_rule_and_the_ledger(client, session, desk):
    first, second, ahead = desk["meetings"]
    held = _fields(first, there="both", outcome="order", amount="12500", currency="USD", horizon="immediate")
    answer = _save(client, session, **held, **_fields(second, there="no_buyer"))
    assert answer.status_code == 302
    assert [_state(session, key) for key in desk["meetings"]] == [
        ("held", None),
        ("no_show", "buyer"),
        ("scheduled", None),
    ]
    assert _reports(session) == [(Outcome.ORDER, Decimal(12500), "seller", desk["organizer"])]
    assert len(session.scalars(select(LedgerEntry.digest)).all()) == 1
    assert set(session.scalars(select(CheckIn.source))) == {Source.DESK_LIST}
    spoken_for = session.scalars(select(HistoryEntry.for_company_id).where(HistoryEntry.action == "outcome_recorded"))
    assert None not in spoken_for.all()
    tree = client.page(f"{LIST}?lang=en").main
    assert tree.find(id=f"amount-{first.hex}")["value"] == "12,500"
    assert tree.find(id=f"there-{ahead.hex}") is None


def test_the_same_page_twice_is_there_once(client, session, desk):
    first, second, _ = desk["meetings"]
    fields = {
        **_fields(first, there="both", outcome="order", amount="500", currency="USD", horizon="immediate"),
        **_fields(second, there="nobody"),
    }
    session.rollback()
    assert [client.post_token(f"{LIST}?page=1", **fields).status_code for _ in range(2)] == [302, 302]
    assert _save(client, session).status_code == 302
    assert len(_reports(session)) == 1
    assert len(session.scalars(select(CheckIn.id)).all()) == 4
    assert _state(session, second) == ("no_show", "both")


def test_one_wrong_line_keeps_the_whole_page_and_all_that_was_typed(client, session, desk):
    first, second, _ = desk["meetings"]
    good = _fields(first, there="both", outcome="follow_up")
    bad = _fields(second, there="no_exhibitor", outcome="order", amount="1.200", currency="USD")
    answer = _save(client, session, **good, **bad)
    assert answer.status_code == 422
    tree = client.tree(answer).main
    assert tree.find(id=f"amount-{second.hex}")["value"] == "1.200"
    assert "1.20 / USD 1,200" in tree.find(id=f"amount-{second.hex}-error").get_text()
    assert tree.find(id=f"there-{first.hex}").find(selected=True)["value"] == "both"
    assert _state(session, first) == ("scheduled", None)
    assert _reports(session) == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"there": "no_buyer", "outcome": "order"}, "outcome"),
        ({"there": "both", "amount": "5", "currency": "USD"}, "outcome"),
        ({"there": "both", "outcome": "order", "amount": "5", "currency": "USD"}, "horizon"),
        ({"there": "both", "outcome": "order", "amount": "-5", "currency": "USD"}, "amount"),
        ({"there": "both", "outcome": "order", "amount": "5", "currency": "EUR", "horizon": "12m"}, "amount"),
    ],
)
def test_what_can_not_stand_in_a_line_is_said_beside_it(client, session, desk, values, field):
    first = desk["meetings"][0]
    session.rollback()
    answer = client.post_token(f"{LIST}?page=1&lang=en", **_fields(first, **values))
    assert answer.status_code == 422
    assert client.tree(answer).main.find(id=f"{field}-{first.hex}-error")
    assert _state(session, first) == ("scheduled", None)


def test_a_correction_holds_and_a_recorded_outcome_stands_against_it(client, session, desk):
    first, second, _ = desk["meetings"]
    _save(client, session, **_fields(first, there="both"))
    _save(client, session, **_fields(first, there="no_exhibitor"))
    assert _state(session, first) == ("no_show", "exhibitor")
    _save(client, session, **_fields(second, there="both", outcome="follow_up"))
    answer = client.post_token(f"{LIST}?page=1", **_fields(second, there="nobody"))
    assert answer.status_code == 422
    assert _state(session, second) == ("held", None)


def test_what_the_seller_said_is_the_sellers(client, session, desk):
    first = desk["meetings"][0]
    session.rollback()
    fair = fairs.by_slug(session, slug="expo")
    (me,) = fairs.memberships(session, fair_id=fair.id, account_id=desk["sellers"][0])
    record_outcome(session, fair=fair, me=me, meeting_id=first, said=Said(outcome=Outcome.MOU), now=NOW)
    session.commit()
    tree = client.page(f"{LIST}?lang=en").main
    assert "The seller has said it: MoU" in tree.get_text(" ")
    session.rollback()
    client.post_token(f"{LIST}?page=1", **_fields(first, there="both", outcome="no_interest"))
    assert [row[0] for row in _reports(session)] == [Outcome.MOU]


def test_lines_of_another_fair_or_of_a_meeting_ahead_are_not_taken(client, session, factory, desk):
    session.rollback()
    other = factory.fair(slug="other", phase="fair_days")
    slot = session.get(Slot, factory.slots(other, 1)[0].id)
    strange = factory.meeting(
        factory.participant(other), factory.participant(other, role=Role.BUYER), state="scheduled", slot_id=slot.id
    ).id
    session.commit()
    for key in (strange, desk["meetings"][2]):
        session.rollback()
        assert client.post_token(f"{LIST}?page=1", **_fields(key, there="both")).status_code == 422
        assert _state(session, key)[0] == "scheduled"


def test_before_the_plan_is_final_nothing_is_taken(client, session, desk):
    session.rollback()
    session.get(Fair, desk["fair"]).phase = "preferences"
    session.commit()
    answer = client.post_token(f"{LIST}?page=1", **_fields(desk["meetings"][0], there="both"))
    assert answer.status_code == 403
    assert _state(session, desk["meetings"][0]) == ("scheduled", None)


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (update(Slot).where(Slot.number == 1).values(starts_at=OPENING + timedelta(minutes=10)), "09:00", "09:10"),
        (update(Fair).values(time_zone="Asia/Tokyo"), "09:00", "11:00"),
        (update(MeetingTable).values(code="Z9"), "A01", "Z9"),
        (update(Company).where(Company.country == "JP").values(name="Kaigan"), "Company", "Kaigan"),
        (update(Meeting).values(state="no_show"), "Not written", "Not held"),
    ],
    ids=("time", "time zone", "table", "company", "state"),
)
def test_lines_that_were_drawn_before_say_what_is_so_now(client, session, desk, change, before, after):
    shown = client.page(f"{LIST}?lang=en").main.get_text(" ")
    assert before in shown
    assert after not in shown
    session.rollback()
    session.execute(change)
    session.commit()
    assert after in client.page(f"{LIST}?lang=en").main.get_text(" ")


def test_a_currency_is_offered_as_soon_as_its_rate_is_fixed(client, session, factory, desk):
    first = desk["meetings"][0]

    def offered():
        choices = client.page(LIST).main.find(id=f"currency-{first.hex}").find_all("option")
        session.rollback()
        return [one["value"] for one in choices]

    assert offered() == ["USD"]
    factory.rate(session.get(Fair, desk["fair"]), "EUR", "1.1")
    session.commit()
    assert offered() == ["USD", "EUR"]


def test_each_fair_has_lines_of_its_own(client, session, factory, desk):
    session.rollback()
    other = factory.fair(slug="other", phase="fair_days")
    session.add(FairStaff(fair_id=other.id, account_id=desk["organizer"], role="organizer"))
    session.commit()
    assert client.page(LIST).main.find("fieldset")
    assert client.page(LIST.replace("expo", "other")).main.find("fieldset") is None
