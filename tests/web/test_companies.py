from contextlib import contextmanager
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event, select, update

from matchmaker import clock
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.extensions import db
from matchmaker.models import Certificate, Company, Fair, FairPerson, MeetingAttendee, Offer, Participation

MOST_QUERIES = 12


@contextmanager
def queries(app):
    """The statements that run meanwhile."""
    statements = []

    def note(_connection, _cursor, statement, *_):
        if statement != "BEGIN":
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="expo")


@pytest.fixture
def pair(factory, fair):
    """An exhibitor and a buyer of one fair."""
    return factory.participant(fair, name="Gốm Mai", name_key="gom mai"), factory.participant(fair, role=Role.BUYER)


@pytest.fixture
def officer(client, factory, fair, session):
    """Sign the fair's organizer in once the test has its rows."""

    def officer():
        account = factory.organizer(fair)
        session.commit()
        return client.sign_in_as(account)

    return officer


@pytest.fixture
def look(client, session):
    """Let one company's person look at another company, and return the answer."""

    def look(reader, other, *, lang="en"):
        account, address = reader.account, f"/fairs/expo/companies/{other.id}?lang={lang}"
        session.commit()
        return client.sign_in_as(account).get(address)

    return look


def page_of(answer):
    assert answer.status_code == 200
    return BeautifulSoup(answer.data, "html.parser")


def text_of(page):
    return " ".join(page.main.get_text(" ").split())


def test_the_list_links_each_company_to_its_page(officer, factory, fair, pair):
    factory.offer(pair[0])
    key = pair[0].id
    client = officer()
    page = client.page("/fairs/expo/organizer/companies?lang=en&q=gom")
    assert [link["href"] for link in page.select("tbody th a")] == [f"/fairs/expo/organizer/companies/{key}"]
    assert "Gốm Mai" in text_of(client.page(f"/fairs/expo/organizer/companies/{key}"))


def test_the_list_is_kept_without_the_token_of_the_one_who_opened_it_first(client, session, factory, fair, pair):
    def tokens_of(account):
        page = client.sign_in_as(account).page("/fairs/expo/organizer/companies?lang=en")
        return {one["value"] for one in page.select("input[name=csrf_token]")}

    accounts = [factory.organizer(fair), factory.organizer(fair)]
    session.commit()
    first, second = map(tokens_of, accounts)
    assert len(first) == len(second) == 1
    assert first != second


def test_the_search_looks_into_what_companies_offer_as_well(officer, factory, pair):
    factory.offer(pair[0], "Glass beads", text_vi="Hạt thủy tinh")
    client = officer()
    for words, found in (("hat thuy tinh", ["Gốm Mai"]), ("om m", ["Gốm Mai"]), ("%", []), ("zzz", [])):
        page = client.page("/fairs/expo/organizer/companies", query_string={"q": words})
        assert [link.get_text() for link in page.select("tbody th a")] == found, words


def test_filters_are_links_that_keep_the_search(officer, factory, pair):
    page = officer().page("/fairs/expo/organizer/companies?lang=en&q=gom&role=exhibitor")
    chips = {
        " ".join(chip.get_text(" ").split()): (chip["href"], chip.get("aria-current")) for chip in page.select("a.chip")
    }
    assert chips["Exhibitors 1"] == ("/fairs/expo/organizer/companies?lang=en&q=gom", "true")
    assert chips["Without offers and needs 1"] == (
        "/fairs/expo/organizer/companies?lang=en&q=gom&role=exhibitor&missing=items",
        None,
    )
    assert page.select_one("form[role=search] input[name=role]")["value"] == "exhibitor"


def test_companies_that_say_nothing_of_themselves_are_found_by_address(officer, factory, fair, pair):
    factory.offer(pair[0])
    page = officer().page("/fairs/expo/organizer/companies?lang=en&missing=items")
    assert len(page.select("tbody tr")) == 1


def test_an_empty_fair_shows_the_way_to_import(officer):
    page = officer().page("/fairs/expo/organizer/companies?lang=en")
    assert page.select_one("main a.btn-primary")["href"] == "/fairs/expo/organizer/import"
    assert "No companies yet" in text_of(page)


def test_a_search_without_hits_says_what_to_do(officer, pair):
    text = text_of(officer().page("/fairs/expo/organizer/companies?lang=en&q=zzz"))
    assert "No company fits Look for fewer letters, or take a filter away." in text


def test_a_full_page_of_companies_takes_a_fixed_number_of_statements(app, officer, factory, fair):
    for n in range(51):
        factory.offer(factory.participant(fair, signs_in=False, name=f"Company {n:02d}", name_key=f"company {n:02d}"))
    client = officer()
    with queries(app) as statements:
        page = client.page("/fairs/expo/organizer/companies?lang=en")
    assert len(page.select("tbody tr")) == 50
    assert len(statements) <= MOST_QUERIES
    assert "Page 1 of 2, 51 in all" in text_of(page)


def test_a_company_page_takes_a_fixed_number_of_statements(app, client, factory, pair, session):
    exhibitor, buyer = pair
    for n in range(20):
        factory.offer(exhibitor, f"Tea {n}")
    factory.suggestion(exhibitor, buyer)
    factory.meeting(exhibitor, buyer, state="accepted")
    account, address = buyer.account, f"/fairs/expo/companies/{exhibitor.id}"
    session.commit()
    client.sign_in_as(account)
    with queries(app) as statements:
        client.page(address)
    assert len(statements) <= MOST_QUERIES


CHANGES = {
    "what it is called": lambda one: update(Company).where(Company.id == one.company_id).values(name="Gốm Trúc"),
    "what it says of itself": lambda one: (
        update(Company).where(Company.id == one.company_id).values(about_vi="Gốm", about_en="Pots")
    ),
    "where it sells": lambda one: update(Company).where(Company.id == one.company_id).values(markets=["JP"]),
    "its website": lambda one: (
        update(Company).where(Company.id == one.company_id).values(facets={"website": "https://mai.example"})
    ),
    "its booth": lambda one: update(Participation).where(Participation.id == one.id).values(booth="B7"),
    "what it offers": lambda one: update(Offer).where(Offer.participation_id == one.id).values(text_en="Vases"),
    "a certificate": lambda one: (
        update(Certificate).where(Certificate.company_id == one.company_id).values(name="ISO 9001")
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_page_that_was_opened_before_says_what_was_written_since(factory, pair, look, session, change):
    exhibitor, buyer = pair
    factory.offer(exhibitor, "Tea cups")
    factory.add(Certificate(company_id=exhibitor.company_id, code="haccp", name="HACCP"))
    statement = CHANGES[change](exhibitor)
    before = text_of(page_of(look(buyer, exhibitor)))
    session.rollback()
    session.execute(statement)
    assert text_of(page_of(look(buyer, exhibitor))) != before


def test_names_that_one_reader_may_see_are_kept_for_nobody_else(factory, fair, pair, look):
    exhibitor, buyer = pair
    exhibitor.representative.name = "Nguyễn Thị Mai"
    factory.meeting(exhibitor, buyer, state="accepted")
    stranger = factory.participant(fair, role=Role.BUYER)
    shown = ["Nguyễn Thị Mai" in text_of(page_of(look(one, exhibitor))) for one in (buyer, stranger, buyer)]
    assert shown == [True, False, True]


def test_texts_fall_back_to_the_other_language_and_say_so(factory, pair, look):
    exhibitor, buyer = pair
    factory.offer(exhibitor, "Tea cups", text_vi="Tách trà")
    factory.offer(exhibitor, "Green tea")
    offers = "section[aria-labelledby=offers] li span"
    assert [(one.get_text(), one.get("lang")) for one in page_of(look(buyer, exhibitor)).select(offers)] == [
        ("Tea cups", None),
        ("Green tea", None),
    ]
    assert [(one.get_text(), one.get("lang")) for one in page_of(look(buyer, exhibitor, lang="vi")).select(offers)] == [
        ("Tách trà", None),
        ("Green tea", "en"),
    ]


def test_certificates_say_when_they_end(factory, pair, look):
    exhibitor, buyer = pair
    today = clock.now().date()
    for name, days in (("Old", -1), ("Soon", 30), ("Long", 400)):
        factory.add(
            Certificate(company_id=exhibitor.company_id, code=name, name=name, expires_on=today + timedelta(days=days))
        )
    tags = page_of(look(buyer, exhibitor)).select("section[aria-labelledby=facts] .tag")
    assert [tag.get_text().split(",")[0] for tag in tags] == ["Long", "Old", "Soon"]
    assert [tag["class"][1] for tag in tags] == ["tag-line", "tag-son", "tag-nghe"]


@pytest.mark.parametrize(("lang", "place"), [("en", "Hanoi, Vietnam"), ("vi", "Hà Nội, Việt Nam")])
def test_a_city_is_written_as_the_pages_language_writes_it(factory, fair, pair, look, lang, place):
    potter = factory.participant(fair, name="Gốm Bát Tràng", city="Hà Nội")
    assert place in text_of(page_of(look(pair[1], potter, lang=lang)))


def test_a_suggested_company_says_how_well_and_why_it_fits(factory, pair, look):
    exhibitor, buyer = pair
    reason = {"code": "shared_market", "side": "mine", "params": {"markets": ["JP"]}, "contribution": 0.4}
    factory.suggestion(exhibitor, buyer, reasons={"buyer": [reason], "exhibitor": []})
    text = text_of(page_of(look(buyer, exhibitor)))
    assert "Strong fit" in text
    assert "Good for you" in text
    assert "Japan" in text


@pytest.mark.parametrize(
    ("meeting", "step"),
    [
        (None, ("Request meeting", "ask")),
        (("requested", "buyer"), ("You have asked for a meeting. They have not answered yet.", "withdraw")),
        (("requested", "exhibitor"), ("They have asked you for a meeting.", "requests")),
        (("accepted", "buyer"), ("You have agreed to meet. Time and table follow.", "meeting")),
        (("held", "buyer"), ("You have met.", "meeting")),
        (("no_show", "buyer"), ("A meeting was arranged and did not take place.", "meeting")),
        (("declined", "buyer"), ("They have declined your request.", None)),
        (("declined", "exhibitor"), ("You have declined their request.", "ask")),
        (("expired", "buyer"), ("The last request was not answered in time. You can ask again.", "ask")),
        (("withdrawn", "buyer"), ("The last request was withdrawn. You can ask again.", "ask")),
        (("cancelled", "buyer"), ("Your meeting was cancelled. You can ask again.", "ask")),
    ],
)
def test_the_next_step_follows_the_meeting_there_is(factory, pair, look, meeting, step):
    (exhibitor, buyer), (words, action) = pair, step
    if meeting:
        meeting = factory.meeting(exhibitor, buyer, state=meeting[0], requested_by=meeting[1])
    targets = {
        "ask": f"/fairs/expo/requests/{exhibitor.id}",
        "withdraw": f"/fairs/expo/requests/{meeting.id}/withdraw" if meeting else "",
        "requests": "/fairs/expo/requests",
        "meeting": f"/fairs/expo/meetings/{meeting.id}" if meeting else "",
    }
    page = page_of(look(buyer, exhibitor))
    step = page.select_one("[data-region=step]")
    found = [form["action"] for form in step.select("form")] + [link["href"] for link in step.select("a")]
    assert words in text_of(page)
    assert found == ([targets[action]] if action else [])


def test_a_scheduled_meeting_says_when(factory, fair, pair, look):
    exhibitor, buyer = pair
    slot = factory.slots(fair)[0]
    factory.meeting(exhibitor, buyer, state="scheduled", slot_id=slot.id)
    assert "You meet on 18 Nov 2026, 09:00." in text_of(page_of(look(buyer, exhibitor)))


def test_names_are_hidden_until_both_have_accepted(pair, look):
    exhibitor, buyer = pair
    secret = exhibitor.representative.name, exhibitor.representative.email
    answer = look(buyer, exhibitor)
    assert [word for word in secret if word in answer.text] == []
    assert "Names and contacts are shown once both sides have accepted." in answer.text


def test_one_of_several_people_is_asked_for_by_position_and_language(client, session, factory, pair, look):
    exhibitor, buyer = pair
    manager = factory.representative(exhibitor.company, title_en="Export manager", languages=["en"])
    factory.add(FairPerson(participation_id=exhibitor.id, representative_id=manager.id))
    secret, wanted, here = manager.name, manager.id, f"/fairs/expo/companies/{exhibitor.id}"
    page = page_of(look(buyer, exhibitor))
    asked_for = page.find("input", {"name": "person", "value": str(wanted)}).find_parent("form")
    assert asked_for.button["aria-label"] == "Ask to meet this person Export manager, English"
    assert secret not in page.get_text()
    token = asked_for.find("input", {"name": "csrf_token"})["value"]
    for person, status in (("nobody", 404), (str(wanted), 302)):
        answer = client.post(asked_for["action"], data={"csrf_token": token, "person": person})
        assert answer.status_code == status
    assert secret not in client.get(here).text
    session.rollback()
    named = session.scalars(select(MeetingAttendee.representative_id).where(MeetingAttendee.side == "exhibitor"))
    assert named.all() == [wanted]


def test_names_are_shown_once_both_have_accepted(factory, pair, look):
    exhibitor, buyer = pair
    factory.meeting(exhibitor, buyer, state="accepted")
    secret = exhibitor.representative.name, exhibitor.representative.email
    answer = look(buyer, exhibitor)
    assert [word for word in secret if word in answer.text] == list(secret)


def test_ones_own_company_offers_no_meeting(pair, look):
    page = page_of(look(pair[0], pair[0]))
    assert page.select("main form") == []
    assert "This is your own company, as the other side sees it." in text_of(page)


@pytest.mark.parametrize("who", ["same side", "not approved", "another fair", "nobody"])
def test_a_company_that_is_not_ones_to_see_is_not_found(client, factory, pair, session, who):
    other = {
        "same side": lambda: factory.participant(session.get(Fair, pair[0].fair_id), role=Role.BUYER).id,
        "not approved": lambda: (
            factory.participation(session.get(Fair, pair[0].fair_id), status=ParticipationStatus.PENDING).id
        ),
        "another fair": lambda: factory.participant(factory.fair()).id,
        "nobody": factory.unknown_id,
    }[who]()
    account = pair[1].account
    session.commit()
    client.sign_in_as(account)
    assert client.get(f"/fairs/expo/companies/{other}").status_code == 404
    assert client.get(f"/fairs/expo/organizer/companies/{other}").status_code == 404


def test_an_organizer_opens_companies_of_this_fair_only(officer, factory, fair):
    waiting = factory.participation(fair, status=ParticipationStatus.PENDING).id
    foreign = factory.participant(factory.fair()).id
    client = officer()
    assert client.get(f"/fairs/expo/organizer/companies/{waiting}").status_code == 200
    assert client.get(f"/fairs/expo/organizer/companies/{foreign}").status_code == 404
