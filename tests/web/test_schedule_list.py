"""The plan by day: a page of it is drawn once for everyone, and never says what was so before a change."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from matchmaker import clock
from matchmaker.models import Company, Fair, Interpreter, Meeting, Slot
from tests.factories import OPENING

LIST = "/fairs/spring/organizer/schedule/list"


@pytest.fixture(autouse=True)
def before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: OPENING - timedelta(days=5))


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring", phase="scheduling")


@pytest.fixture
def meeting(factory, fair, session):
    """The fair's only meeting, with an interpreter."""
    slot, *_ = factory.slots(fair, 1)
    table, *_ = factory.tables(fair, 1)
    interpreter = Interpreter(fair_id=fair.id, name="An <Bình>", email="an@example.test", languages=["ja"])
    places = {"slot_id": slot.id, "table_id": table.id, "interpreter_id": factory.add(interpreter).id}
    seller = factory.participant(fair, name="Trà Núi Mây")
    return factory.meeting(seller, factory.participant(fair, role="buyer"), state="scheduled", **places)


@pytest.fixture
def browser(app, client, factory, session, fair, meeting):
    """Sign in as an organizer of the fair, each in a browser of its own."""

    def sign_in():
        key = factory.organizer(fair).id
        session.commit()
        return type(client)(app).sign_in_as(key)

    return sign_in


def cells(client):
    row = client.page(LIST).find(id="plan").select_one("tbody tr")
    return [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] if row else []


def tokens(client):
    return {field["value"] for field in client.page(LIST).find(id="plan").find_all("input", {"name": "csrf_token"})}


def test_each_browser_finds_its_own_token_in_the_forms_of_the_same_lines(browser):
    one, other = browser(), browser()
    assert len(tokens(one)) == len(tokens(other)) == 1
    assert tokens(one) != tokens(other)
    for client in (one, other):
        assert client.submit(LIST, action="/lock").status_code == 302


LATER = OPENING + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("change", "place", "after"),
    [
        (update(Interpreter).values(name="Chi"), 4, "Chi"),
        (update(Meeting).values(interpreter_id=None), 4, "–"),
        (update(Meeting).values(state="held"), 5, "Held"),
        (update(Slot).values(starts_at=LATER), 0, "09:10"),
        (update(Fair).values(time_zone="Asia/Tokyo"), 0, "11:00"),
        (update(Company).where(Company.name == "Trà Núi Mây").values(name="Trà Mây"), 2, "Trà Mây"),
    ],
    ids=("interpreter's name", "no interpreter", "state", "time", "time zone", "company's name"),
)
def test_a_change_is_seen_at_once(browser, session, change, place, after):
    client = browser()
    before = cells(client)
    assert (before[0], before[4]) == ("09:00", "An <Bình>")
    session.execute(change)
    session.commit()
    now = cells(client)
    assert now[place] == after
    assert [*now[:place], *now[place + 1 :]] == [*before[:place], *before[place + 1 :]]
