"""The pages of a third company: asking it, joining with someone who is free, and what all three see."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.fairs import TimeChoice
from matchmaker.extensions import db
from matchmaker.models import Complaint, Meeting, Participation, Seat, ThirdCompany
from matchmaker.services.seats import Booking, take_seats
from tests.factories import OPENING
from tests.mails import composed
from tests.query_count import count_queries

NOW = OPENING - timedelta(days=10)
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _ten_days_before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def fair(factory):
    fair = factory.fair(slug="spring", time_choice=TimeChoice.PAIR)
    fair.slots, fair.tables = factory.slots(fair, 4), factory.tables(fair, 2)
    return fair


@pytest.fixture
def exhibitor(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây")


@pytest.fixture
def buyer(factory, fair):
    return factory.participant(fair, role="buyer", name="Kaze Foods", country="JP")


@pytest.fixture
def third(factory, fair):
    return factory.participant(fair, role="buyer", name="Bao Bì Xanh", name_key="bao bi xanh")


@pytest.fixture
def meeting(factory, fair, exhibitor, buyer):
    slot, table = fair.slots[1], fair.tables[0]
    meeting = factory.meeting(exhibitor, buyer, state="scheduled", slot_id=slot.id, table_id=table.id, note="Secret")
    people = (exhibitor.representative.id, buyer.representative.id)
    take_seats(factory.session, bookings=[Booking(meeting.id, slot.id, people, table.id)])
    return meeting


@pytest.fixture
def asked(factory, meeting, third):
    factory.add(
        ThirdCompany(
            meeting_id=meeting.id, participation_id=third.id, state="asked", named_by="exhibitor", asked_at=NOW
        )
    )
    return meeting


def texts(page, selector="main"):
    return " ".join(" ".join(found.get_text(" ").split()) for found in page.select(selector))


def address(meeting, tail=""):
    return f"/fairs/spring/meetings/{meeting.id}{tail}"


def test_one_of_the_two_finds_a_company_and_asks_it(client, session, meeting, exhibitor, third):
    session.commit()
    client.sign_in_as(exhibitor.account)
    assert address(meeting, "/third-company") in [a["href"] for a in client.page(address(meeting)).select("main a")]
    search = address(meeting, "/third-company?q=bao+bi")
    answer = client.submit(search, company=str(third.id))
    assert (answer.status_code, answer.location) == (302, address(meeting))
    session.rollback()
    row = session.scalar(select(ThirdCompany))
    assert (row.participation_id, row.state, row.named_by) == (third.id, "asked", "exhibitor")
    shown = texts(client.page(address(meeting)))
    assert "Bao Bì Xanh Asked to join; it has not answered yet." in shown
    assert "It stays one meeting of the two of you" in shown


def test_nothing_chosen_is_said_on_the_field_and_what_was_typed_stays(client, session, meeting, buyer, third):
    session.commit()
    client.sign_in_as(buyer.account)
    answer = client.post_token(address(meeting, "/third-company"), q="bao bi")
    assert answer.status_code == 422
    assert "Choose a company." in answer.text
    assert 'value="bao bi"' in answer.text


def test_a_company_that_is_kept_apart_or_not_there_is_not_found(client, session, meeting, exhibitor, third):
    session.commit()
    client.sign_in_as(exhibitor.account)
    page = client.page(address(meeting, "/third-company?q=kaze"))
    assert "No company of this name can be asked." in texts(page)


def test_the_third_company_joins_with_someone_and_all_three_see_it(client, session, asked, exhibitor, third):
    session.commit()
    client.sign_in_as(third.account)
    agenda = client.page("/fairs/spring/agenda")
    (card,) = agenda.select('[aria-labelledby="invited"]')
    assert "Trà Núi Mây, Kaze Foods" in card.get_text()
    page = client.page(address(asked))
    assert texts(page, "h1") == "Meeting of Trà Núi Mây, Kaze Foods"
    shown = texts(page)
    assert "Table A01" in shown
    assert "Secret" not in shown
    assert exhibitor.representative.name not in shown
    assert client.submit(address(asked), action="/join").location == address(asked)
    session.rollback()
    assert session.scalar(select(Meeting.third_id)) == third.id
    joined = texts(client.page(address(asked)))
    assert exhibitor.representative.name in joined
    assert "It stays a meeting of the two and counts once" in joined
    line = texts(client.page("/fairs/spring/agenda"))
    assert "Trà Núi Mây, Kaze Foods" in line
    assert "as third company" in line
    calendar = client.get(address(asked, "/calendar.ics")).text
    assert "Trà Núi Mây" in calendar
    client.sign_in_as(exhibitor.account)
    theirs = texts(client.page(address(asked)))
    assert "Bao Bì Xanh Joins your meeting." in theirs
    assert third.representative.name in theirs
    assert "with Bao Bì Xanh" in texts(client.page("/fairs/spring/agenda"))


def test_a_person_who_is_taken_meanwhile_is_refused_and_stays_chosen(client, session, factory, fair, asked, third):
    session.commit()
    client.sign_in_as(third.account)
    form = client.page(address(asked))
    token = form.find("input", {"name": "csrf_token"})["value"]
    session.rollback()
    other = factory.meeting(factory.participant(fair), third, state="scheduled", slot_id=fair.slots[1].id)
    take_seats(session, bookings=[Booking(other.id, fair.slots[1].id, (third.representative.id,))])
    session.commit()
    data = {"csrf_token": token, "person": str(third.representative.id)}
    answer = client.post(address(asked, "/third-company/join"), data=data)
    assert answer.status_code == 409
    assert "They have another meeting or are away then." in answer.text
    radio = next(line for line in answer.text.split("<") if f'value="{third.representative.id}"' in line)
    assert "checked" in radio
    session.rollback()
    assert session.scalar(select(Meeting.third_id).where(Meeting.id == asked.id)) is None
    assert session.scalar(select(ThirdCompany.state)) == "asked"


def test_it_declines_or_leaves_and_nothing_of_the_meeting_is_shown_any_more(client, session, asked, third):
    session.commit()
    client.sign_in_as(third.account)
    client.submit(address(asked), action="/decline")
    shown = texts(client.page(address(asked)))
    assert "Your company does not take part in this meeting." in shown
    assert "Table A01" not in shown


def test_leaving_frees_the_seat(client, session, asked, third):
    session.commit()
    client.sign_in_as(third.account)
    client.submit(address(asked), action="/join")
    client.submit(address(asked), action="/leave")
    session.rollback()
    seat = select(Seat.meeting_id).where(Seat.resource_id == third.representative.id)
    assert session.scalar(seat) is None


def test_the_third_company_changes_who_comes_but_not_the_meeting(client, session, factory, asked, third):
    session.commit()
    client.sign_in_as(third.account)
    client.submit(address(asked), action="/join")
    assert "Who comes to meet Trà Núi Mây, Kaze Foods?" in texts(client.page(address(asked, "/people")))
    for tail in ("/time", "/third-company"):
        assert client.get(address(asked, tail)).status_code == 404
    assert client.post_token(address(asked, "/cancel"), reason="no_time").status_code == 404
    assert client.post_token(address(asked, "/third-company/take-back")).status_code == 404


def test_a_company_that_was_not_asked_sees_nothing(client, session, factory, fair, meeting):
    stranger = factory.participant(fair)
    session.commit()
    client.sign_in_as(stranger.account)
    assert client.get(address(meeting)).status_code == 404
    assert client.post_token(address(meeting, "/third-company/join")).status_code == 404


def test_the_organizer_asks_for_the_two_and_takes_it_back(client, session, factory, fair, meeting, third):
    organizer = factory.organizer(fair)
    session.commit()
    client.sign_in_as(organizer)
    page = f"/fairs/spring/organizer/meetings/{meeting.id}/third-company"
    client.submit(f"{page}?q=bao+bi", company=str(third.id))
    assert "Bao Bì Xanh : Asked to join; it has not answered yet." in texts(client.page(page))
    client.submit(page, action="/take-back")
    session.rollback()
    assert session.scalar(select(ThirdCompany.state)) == "withdrawn"


def test_the_pages_are_in_vietnamese_too(client, session, asked, exhibitor, third):
    session.commit()
    client.sign_in_as(exhibitor.account)
    assert "Doanh nghiệp thứ ba" in texts(client.page(f"{address(asked)}?lang=vi"))
    assert "Mời doanh nghiệp thứ ba cùng tham gia" in texts(client.page(address(asked, "/third-company?lang=vi")))
    client.sign_in_as(third.account)
    page = client.page(f"{address(asked)}?lang=vi")
    assert "Cuộc giao thương của Trà Núi Mây, Kaze Foods" in texts(page, "h1")
    # The frame says above the page how the company stands at the fair, where there is something to say.
    assert page.select(".flashes .note") == []


def test_the_pages_ask_few_questions(client, session, asked, exhibitor, third):
    session.commit()
    for who in (exhibitor, third):
        client.sign_in_as(who.account)
        with count_queries(db.engine) as counted:
            client.page(address(asked))
        assert len(counted) <= MOST_QUERIES


@pytest.mark.parametrize(
    ("part", "third", "locale", "says"),
    [
        ("asked", None, "en", "would like your company to join them"),
        ("asked", None, "vi", "muốn mời doanh nghiệp của bạn cùng tham gia"),
        ("withdrawn", None, "en", "is taken back. You need not do anything."),
        ("withdrawn", "<b>Bao</b>", "en", "<b>Bao</b> no longer comes to your meeting with A, B"),
        ("named", "<b>Bao</b>", "en", "<b>Bao</b> is asked to join your meeting with A, B"),
        ("joined", "<b>Bao</b>", "vi", "<b>Bao</b> cùng tham gia cuộc giao thương của bạn với A, B"),
        ("declined", "<b>Bao</b>", "en", "does not join your meeting"),
        ("left", "<b>Bao</b>", "en", "no longer comes to your meeting"),
        ("comes_now", None, "en", "A, B meet now, outside the plan, and your company is in the meeting."),
        ("comes_now", None, "vi", "A, B đang gặp nhau ngoài lịch và doanh nghiệp bạn có trong cuộc giao thương này."),
        ("without_it", None, "en", "They meet without you."),
    ],
)
def test_mails_say_what_happened(app, part, third, locale, says):
    facts = {"third": third} if third else {}
    message = composed(app, "third_company", locale=locale, path="/x", company="A, B", part=part, **facts)
    assert says in " ".join(message.get_body(("plain",)).get_content().split())
    assert "<b>Bao</b>" not in message.get_body(("html",)).get_content().replace("&lt;b&gt;", "")


class TestReportingAndBlocking:
    @pytest.mark.parametrize("about", ["exhibitor", "buyer"])
    def test_the_third_company_reports_one_of_the_two_to_the_organizer(
        self, client, session, asked, exhibitor, buyer, third, about
    ):
        told_of = {"exhibitor": exhibitor, "buyer": buyer}[about]
        session.commit()
        client.sign_in_as(third.account)
        page = client.page(f"{address(asked, '/report')}?lang=en")
        assert {one["value"] for one in page.select("input[name=about]")} == {str(exhibitor.id), str(buyer.id)}
        answer = client.submit(address(asked, "/report"), reason="spam", about=str(told_of.id))
        assert answer.status_code == 302
        session.rollback()
        found = session.scalars(select(Complaint)).one()
        assert (found.by_id, found.about_id, found.meeting_id) == (third.id, told_of.id, asked.id)

    def test_of_several_companies_the_one_it_is_about_has_to_be_chosen(self, client, session, asked, exhibitor, third):
        session.commit()
        client.sign_in_as(exhibitor.account)
        answer = client.submit(address(asked, "/report"), reason="spam", text="They only sell")
        assert answer.status_code == 422
        page = client.tree(answer)
        assert "Choose the company." in texts(page)
        assert page.select_one("textarea[name=text]").get_text(strip=True) == "They only sell"
        client.submit(address(asked, "/report"), reason="spam", about=str(third.id))
        session.rollback()
        assert session.scalars(select(Complaint.about_id)).all() == [third.id]

    def test_a_company_that_is_in_another_meeting_can_not_be_reported_here(
        self, client, session, factory, fair, asked, third
    ):
        stranger = factory.participant(fair)
        session.commit()
        client.sign_in_as(third.account)
        form = client.page(address(asked, "/report")).select_one("main form")
        token = form.select_one("input[name=csrf_token]")["value"]
        data = {"csrf_token": token, "reason": "spam", "about": str(stranger.id)}
        assert client.post(address(asked, "/report"), data=data).status_code == 422
        client.sign_in_as(stranger.account)
        assert client.get(address(asked, "/report")).status_code == 404

    def test_each_of_three_can_keep_any_other_away_from_the_page_of_the_meeting(
        self, client, session, asked, exhibitor, buyer, third
    ):
        session.commit()
        for who, others in ((exhibitor, (buyer, third)), (third, (exhibitor, buyer))):
            client.sign_in_as(who.account)
            page = client.page(address(asked))
            forms = {form["action"] for form in page.select("form[action$='/block']")}
            assert forms == {f"/fairs/spring/companies/{other.id}/block" for other in others}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "1 meeting of others as third company"),
        ("vi", "1 cuộc giao thương của doanh nghiệp khác với tư cách doanh nghiệp thứ ba"),
    ],
)
def test_who_puts_it_on_hold_sees_the_meetings_of_others_it_would_leave(
    client, session, factory, fair, asked, third, lang, words
):
    organizer = factory.organizer(fair)
    session.commit()
    client.sign_in_as(organizer)
    page = client.page(f"/fairs/spring/organizer/companies/decide?decision=hold&company={third.id}&lang={lang}")
    assert words in texts(page)


def test_a_rule_that_keeps_it_apart_shows_the_meeting_that_loses_it_before(
    client, session, factory, fair, asked, buyer, third
):
    organizer = factory.organizer(fair)
    companies = [session.get(Participation, one.id).company_id for one in (buyer, third)]
    session.commit()
    client.sign_in_as(organizer)
    one, other = (f"company {key}" for key in companies)
    answer = client.post_token("/fairs/spring/organizer/setup/rules/new", one=one, other=other, reason="")
    page = client.tree(answer)
    assert "1 meeting loses its third company" in texts(page)
    assert [cell.get_text(strip=True) for cell in page.select("[aria-labelledby=thirds] tbody tr > *")][:3] == [
        "Bao Bì Xanh",
        "Trà Núi Mây",
        "Kaze Foods",
    ]


def test_a_meeting_without_a_time_has_none_beside_a_new_rule_and_those_not_listed_are_counted(
    client, session, factory, fair, exhibitor, third, monkeypatch
):
    monkeypatch.setattr("matchmaker.web.setup.effects.SHOWN", 1)
    for name in ("Hana Trading", "Umi Foods"):
        one = factory.participant(fair, role="buyer", name=name, country="JP")
        meeting = factory.meeting(exhibitor, one, state="accepted")
        factory.add(
            ThirdCompany(
                meeting_id=meeting.id, participation_id=third.id, state="asked", named_by="exhibitor", asked_at=NOW
            )
        )
    organizer = factory.organizer(fair)
    one, other = (f"company {session.get(Participation, key.id).company_id}" for key in (exhibitor, third))
    session.commit()
    client.sign_in_as(organizer)
    answer = client.post_token("/fairs/spring/organizer/setup/rules/new?lang=en", one=one, other=other, reason="")
    (card,) = client.tree(answer).select("section:has(> #thirds)")
    assert [cell.get_text(strip=True) for cell in card.select("tbody tr > *")][-1] == "–"
    assert "And 1 more." in card.get_text()
