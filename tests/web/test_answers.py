"""Answering a request from its mail: what the link shows, what its buttons do, and when it is dead."""

import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.fairs import ParticipationStatus, Phase, TimeChoice
from matchmaker.extensions import db
from matchmaker.models import Meeting, Participation, Seat
from matchmaker.models.engine import begin_writing
from matchmaker.services import fairs, meetings, requests
from matchmaker.services.seats import Booking, take_seats
from matchmaker.signed_links import signed, signed_parts
from tests.factories import OPENING
from tests.mails import written
from tests.query_count import count_queries

NOW = OPENING - timedelta(days=10)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Set the clock; it stands ten days before the fair at first."""

    def set_to(instant):
        monkeypatch.setattr(clock, "now", lambda: instant)

    set_to(NOW)
    return set_to


@pytest.fixture
def fair(factory):
    fair = factory.fair(slug="spring", time_choice=TimeChoice.PAIR)
    fair.grid, fair.tables = factory.slots(fair, 6), factory.tables(fair, 2)
    return fair


@pytest.fixture
def exhibitor(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây")


@pytest.fixture
def buyer(factory, fair):
    return factory.participant(fair, role="buyer", name="Kaze Foods", country="JP", city="Osaka")


@pytest.fixture
def rival(factory, fair, exhibitor):
    """Another meeting of the exhibitor's one representative."""
    meeting = factory.meeting(exhibitor, factory.participant(fair, role="buyer"), state="accepted")
    meeting.people = (exhibitor.representative.id,)
    return meeting


@pytest.fixture
def link(app, session, fair, exhibitor, buyer):
    """The address in the mail about a request that the buyer made, and the request's id."""
    key = buyer.account.id
    me = next(iter(fairs.memberships(session, fair_id=fair.id, account_id=key)))
    facts = fairs.by_slug(session, slug="spring")
    asked = requests.ask(session, fair=facts, me=me, other_id=exhibitor.id, note="Thirty tonnes a month?", now=NOW)
    session.commit()
    [mail] = written(app, session, kind="meeting_requested")
    text = mail.get_body(("plain",)).get_content()
    address = next(word for word in text.split() if "/answer/" in word)
    return address.removeprefix("http://localhost"), asked.meeting_id


@pytest.mark.parametrize(
    ("wrote_need", "line"),
    [("buyer", "Họ cần: Cần mua trà Shan tuyết"), ("exhibitor", "Họ chào hàng: Trà Shan tuyết, 300 kg")],
)
def test_the_mail_says_what_the_asker_needs_or_offers_in_its_readers_language(
    app, session, factory, fair, exhibitor, buyer, wrote_need, line
):
    exhibitor.account.locale = "vi"
    best = {
        "buyer": wrote_need,
        "need": "Shan tea wanted",
        "need_versions": {"vi": "Cần mua trà Shan tuyết", "en": "Shan tea wanted"},
        "offer": "Trà Shan tuyết, 300 kg",
        "offer_versions": {},
    }
    factory.suggestion(exhibitor, buyer, best_pair=best)
    me = next(iter(fairs.memberships(session, fair_id=fair.id, account_id=buyer.account.id)))
    facts = fairs.by_slug(session, slug="spring")
    requests.ask(session, fair=facts, me=me, other_id=exhibitor.id, note="Thirty tonnes a month?", now=NOW)
    session.commit()
    [mail] = written(app, session, kind="meeting_requested")
    for kind in ("plain", "html"):
        assert line in mail.get_body((kind,)).get_content()
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert f"hội chợ.\n\n{line}\n\nLời nhắn: Thirty tonnes a month?\n\n" in text


def state_of(session, meeting_id):
    session.rollback()
    return session.get(Meeting, meeting_id).state


def words(answer):
    return " ".join(BeautifulSoup(answer.data, "html.parser").main.get_text(" ").split())


def test_the_link_shows_who_asks_in_the_readers_language_and_three_times(client, link):
    address, _ = link
    page = client.page(address)
    assert page.html["lang"] == "en"
    assert page.h1.get_text() == "Kaze Foods asks to meet you"
    assert "Thirty tonnes a month?" in page.blockquote.get_text()
    assert len(page.select("input[name=slot]")) == 3
    assert page.select_one("nav.mainnav") is None
    assert "for Trà Núi Mây alone and answers until" in page.get_text()


def test_no_person_is_named_before_both_sides_agreed(client, link, buyer):
    text = client.get(link[0]).get_data(as_text=True)
    assert buyer.representative.name not in text
    assert buyer.representative.email not in text


def test_opening_the_link_answers_nothing_however_often(client, session, link):
    address, meeting_id = link
    for _ in range(3):
        client.get(address)
        client.head(address)
    assert state_of(session, meeting_id) == "requested"


def test_one_button_accepts_at_the_chosen_time_without_signing_in(client, session, link):
    address, meeting_id = link
    answer = client.submit(address)
    assert answer.status_code == 302
    page = client.page(answer.location)
    assert page.h1.get_text() == "You will meet Kaze Foods"
    assert "Wed 18 Nov, 09:00–09:25, Table A0" in " ".join(page.main.get_text(" ").split())
    session.rollback()
    meeting = session.get(Meeting, meeting_id)
    assert (meeting.state, session.query(Seat).filter_by(meeting_id=meeting_id).count()) == ("scheduled", 3)


def test_another_of_the_times_can_be_chosen(client, session, fair, link):
    address, meeting_id = link
    wanted = fair.grid[4].id
    page = client.page(f"{address}&all=1")
    assert len(page.select("input[name=slot]")) == 6
    client.submit(f"{address}&all=1", slot=wanted.hex)
    session.rollback()
    assert session.get(Meeting, meeting_id).slot_id == wanted


def test_a_second_tap_answers_as_the_first(client, session, link):
    address, meeting_id = link
    tree = client.page(address)
    data = {
        "csrf_token": tree.find("input", {"name": "csrf_token"})["value"],
        "slot": tree.find("input", {"name": "slot"})["value"],
    }
    action = tree.find("form", method="post")["action"]
    answers = [client.post(action, data=data) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert state_of(session, meeting_id) == "scheduled"


def test_where_the_organizer_schedules_the_yes_alone_counts(client, session, fair, link):
    fair.time_choice = TimeChoice.ORGANIZER
    session.merge(fair)
    session.commit()
    address, meeting_id = link
    page = client.page(address)
    assert page.select("input[name=slot]") == []
    assert "both of you are free: Wed 18 Nov, 09:00; Wed 18 Nov, 09:30; Wed 18 Nov, 10:00." in page.get_text()
    answer = client.submit(address)
    assert "Time and table follow with the schedule." in words(client.get(answer.location))
    assert state_of(session, meeting_id) == "accepted"


def test_declining_asks_for_the_reason_and_tells_it(client, session, link):
    address, meeting_id = link
    page = client.page(address)
    action = next(form["action"] for form in page.find_all("form") if form["action"].endswith("/decline"))
    token = page.find("input", {"name": "csrf_token"})["value"]
    refused = client.post(action, data={"csrf_token": token})
    assert (refused.status_code, "Choose a reason" in words(refused)) == (422, True)
    answer = client.post(action, data={"csrf_token": token, "reason": "no_time"})
    assert answer.status_code == 302
    session.rollback()
    meeting = session.get(Meeting, meeting_id)
    assert (meeting.state, meeting.close_reason) == ("declined", "no_time")


def test_a_time_someone_else_took_meanwhile_is_said_and_others_are_offered(client, session, rival, link):
    address, meeting_id = link
    page = client.page(address)
    lost = page.select_one("input[name=slot][checked]")["value"]
    begin_writing(session)
    take_seats(session, bookings=[Booking(rival.id, uuid.UUID(lost), rival.people)])
    session.commit()
    token = page.find("input", {"name": "csrf_token"})["value"]
    answer = client.post(page.find("form", method="post")["action"], data={"csrf_token": token, "slot": lost})
    tree = BeautifulSoup(answer.data, "html.parser")
    assert (answer.status_code, "That time was taken a moment ago." in words(answer)) == (409, True)
    assert lost not in [one["value"] for one in tree.select("input[name=slot]")]
    assert state_of(session, meeting_id) == "requested"


class TestTooLate:
    def test_a_request_that_was_withdrawn_says_so_and_when_both_are_free(self, client, session, fair, buyer, link):
        address, meeting_id = link
        tree = client.page(address)
        acting = {"fair_id": fair.id, "meeting_id": meeting_id, "participation_id": buyer.id, "now": NOW}
        by = buyer.account.id
        session.rollback()
        meetings.withdraw(session, by=by, **acting)
        session.commit()
        data = {"csrf_token": tree.find("input", {"name": "csrf_token"})["value"]}
        late = client.post(tree.find("form", method="post")["action"], data=data)
        assert late.status_code == 409
        for answer in (late, client.get(address)):
            assert "The company that asked has withdrawn this request." in words(answer)
            assert "You are both free next on Wed 18 Nov, 09:00." in words(answer)

    def test_when_its_time_is_over_the_link_answers_no_more(self, client, session, at, link):
        address, meeting_id = link
        tree = client.page(address)
        at(NOW + 4 * DAY)
        data = {"csrf_token": tree.find("input", {"name": "csrf_token"})["value"]}
        answer = client.post(tree.find("form", method="post")["action"], data=data)
        assert (answer.status_code, "The time to answer this request is over." in words(answer)) == (409, True)
        assert state_of(session, meeting_id) == "requested"

    def test_after_the_fair_nothing_new_is_offered(self, client, session, fair, link):
        address, meeting_id = link
        meeting = session.get(Meeting, meeting_id)
        meeting.state, fair.phase = "declined", Phase.FOLLOW_UP
        session.merge(fair)
        session.commit()
        assert "free next" not in words(client.get(address))


class TestDeadLinks:
    def test_who_was_removed_answers_no_more(self, client, session, exhibitor, link):
        exhibitor.account.is_active = False
        session.merge(exhibitor.account)
        session.commit()
        assert client.get(link[0]).status_code == 404

    def test_who_left_the_company_answers_no_more(self, client, session, exhibitor, link):
        exhibitor.representative.account_id = None
        session.merge(exhibitor.representative)
        session.commit()
        assert client.get(link[0]).status_code == 404

    def test_a_company_that_is_on_hold_answers_no_more(self, client, session, exhibitor, link):
        session.get(Participation, exhibitor.id).status = ParticipationStatus.HELD
        session.commit()
        assert client.get(link[0]).status_code == 404

    def test_links_of_other_purposes_persons_and_meetings_do_not_fit(
        self, app, client, session, factory, exhibitor, link
    ):
        _, meeting_id = link
        secret, until = app.config["SECRET_KEY"], str(int((NOW + DAY).timestamp()))
        mine, stranger = exhibitor.account.id.hex, factory.account().id.hex
        unknown = factory.unknown_id().hex
        session.commit()
        wrong = [
            signed_parts(secret=secret, purpose="stop", parts=[mine, meeting_id.hex, until]),
            signed_parts(secret=secret, purpose="answer", parts=[mine, meeting_id.hex]),
            signed_parts(secret="another secret", purpose="answer", parts=[mine, meeting_id.hex, until]),
            signed_parts(secret=secret, purpose="answer", parts=[stranger, meeting_id.hex, until]),
            signed_parts(secret=secret, purpose="answer", parts=[mine, unknown, until]),
            signed(secret=secret, purpose="answer", subject=meeting_id),
        ]
        assert [client.get(f"/answer/{token}").status_code for token in wrong] == [404] * len(wrong)

    def test_the_link_opens_no_page_behind_it(self, client, link):
        client.submit(link[0])
        assert client.get("/fairs/spring/agenda").location.startswith("/sign-in?next=")

    def test_the_asker_cannot_accept_their_own_request_by_a_link(self, app, client, session, buyer, link):
        parts = [buyer.account.id.hex, link[1].hex, str(int((NOW + DAY).timestamp()))]
        token = signed_parts(secret=app.config["SECRET_KEY"], purpose="answer", parts=parts)
        session.commit()
        assert client.page(f"/answer/{token}").select("form[method=post]") == []
        assert state_of(session, link[1]) == "requested"


def test_once_answered_the_mail_of_a_request_leaves_no_more(app, session, exhibitor, link):
    meeting = session.get(Meeting, link[1])
    meeting.state = "accepted"
    session.commit()
    assert written(app, session, kind="meeting_requested") == []


def test_it_asks_few_questions(client, link):
    with client.application.app_context(), count_queries(db.engine) as asked:
        client.page(link[0])
    assert len(asked) <= 12


def test_the_request_page_still_counts_one_meeting(client, session, link):
    client.submit(link[0])
    session.rollback()
    assert session.scalars(select(Meeting.id)).all() == [link[1]]
