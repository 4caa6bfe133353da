"""The organizer's pages about requests and periods."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.jobs import runner
from matchmaker.models import Account, DataRequest, Fair, SignInSession
from matchmaker.models.engine import begin_writing
from tests.query_count import count_queries

LIST = "/fairs/spring/organizer/privacy"
MOST_QUERIES = 12


@pytest.fixture
def scene(session, factory):
    """A fair, its organizer signed in, and a participant."""
    fair = factory.fair(slug="spring")
    seller = factory.participant(fair, name="Trà Núi Mây")
    seller.account.email = "lan@example.test"
    ids = {"organizer": factory.organizer(fair).id, "lan": seller.account.id}
    session.commit()
    return ids


@pytest.fixture
def desk(client, scene):
    return client.sign_in_as(scene["organizer"])


def enter(client, **fields):
    today = clock.now().date().isoformat()
    values = {
        "email": "lan@example.test",
        "kind": "delete",
        "channel": "mail",
        "received_on": today,
        "note": "",
        **fields,
    }
    answer = client.submit(LIST, **values)
    assert answer.status_code == 302
    return answer.location


def test_a_request_stands_in_the_list_with_its_next_day(desk):
    enter(desk)
    rows = desk.page(LIST + "?lang=en").select("ul.rows li.wraps")
    assert ["Delete everything" in row.text and "Answer by" in row.text for row in rows] == [True]


def test_a_day_to_come_is_refused_beside_its_field(desk):
    later = (clock.now() + timedelta(days=3)).date().isoformat()
    answer = desk.submit(LIST + "?lang=en", email="a@b.test", received_on=later, kind="access", channel="mail", note="")
    page = desk.tree(answer)
    assert answer.status_code == 422
    assert page.select_one("#received_on-error").text.strip() == "Error: This day is still to come."
    assert page.find("input", {"name": "email"})["value"] == "a@b.test"


def test_an_organizer_erases_who_asked_after_seeing_what_goes(app, session, desk, scene):
    page = enter(desk)
    text = desk.page(page + "?lang=en").get_text()
    assert "Trà Núi Mây has nobody else here" in text
    assert desk.submit(page, action="/done", is_checked="", outcome="").status_code == 422
    answer = desk.submit(page, action="/done", is_checked="y", outcome="as asked")
    assert (answer.status_code, answer.location) == (302, page)
    runner.work(app, until_idle=True)
    session.rollback()
    assert session.get(Account, scene["lan"]) is None
    assert "as asked" in desk.page(page).get_text()
    assert "lan@example.test" not in desk.page(LIST).get_text()


def test_what_can_not_be_done_says_why_and_changes_nothing(session, desk):
    page = enter(desk, email="nobody@example.test")
    answer = desk.submit(page + "?lang=en", action="/done", is_checked="y", outcome="")
    assert answer.status_code == 409
    assert "Nobody at this fair with an account has this address." in desk.tree(answer).get_text()
    session.rollback()
    assert session.scalars(select(DataRequest.state)).all() == ["new"]


def test_doing_it_needs_a_recent_proof_of_who_one_is(session, desk):
    page = enter(desk)
    begin_writing(session)
    session.execute(update(SignInSession).values(confirmed_at=clock.now() - timedelta(minutes=16)))
    session.commit()
    answer = desk.submit(page, action="/done", is_checked="y", outcome="")
    assert answer.location.startswith("/account/confirm")


def test_a_request_is_answered_extended_and_refused(session, desk):
    page = enter(desk)
    desk.submit(page, action="/answered")
    assert desk.submit(page, action="/extended", **{"extend-reason": ""}).status_code == 422
    desk.submit(page, action="/extended", **{"extend-reason": "paper archive"})
    desk.submit(page, action="/refused", **{"refuse-reason": "not the person"})
    session.rollback()
    row = session.scalars(select(DataRequest)).one()
    assert (row.state, row.outcome, row.extension_reason) == ("refused", "not the person", "paper archive")
    assert desk.page(page).select("form[action*=organizer]") == []


def test_the_overview_says_that_somebody_waits(desk):
    enter(desk)
    assert "1 person asks about their data" in desk.page("/fairs/spring/organizer?lang=en").get_text()


def test_periods_are_set_and_what_is_due_is_shown(session, desk):
    page = f"{LIST}/retention"
    rows = desk.page(page + "?lang=en").select("table.data tbody tr")
    assert [row.th.text for row in rows] == [
        "People",
        "Notes and messages of meetings",
        "Notices and mail",
        "Entries of the history",
        "Lists handed in",
    ]
    wanted = {"people_months": "36", "notes_months": "12", "history_months": "6", "uploads_days": "7"}
    assert desk.submit(page, **wanted).status_code == 302
    answer = desk.submit(page, **{**wanted, "uploads_days": "0"})
    assert answer.status_code == 422
    session.rollback()
    fair = session.scalars(select(Fair)).one()
    assert (fair.keep_people_months, fair.keep_uploads_days) == (36, 7)


def test_the_page_of_periods_asks_few_questions_of_a_fair_long_over(app, session, factory, desk):
    fair = session.scalars(select(Fair)).one()
    fair.opens_on, fair.closes_on = date(2020, 11, 10), date(2020, 11, 12)
    for _ in range(3):
        factory.participant(fair).account.created_at = datetime(2020, 11, 1, tzinfo=UTC)
    factory.participant(fair, signs_in=False)
    session.commit()
    with app.app_context(), count_queries(db.engine) as asked:
        rows = desk.page(f"{LIST}/retention?lang=en").select("table.data tbody tr")
    # The three, and whom the list alone knows; who organizes the fair and who takes part in it have just come.
    assert rows[0].td.text == "4"
    assert len(asked) <= MOST_QUERIES


def test_organizers_of_other_fairs_see_nothing(session, factory, client, scene):
    other = factory.organizer(factory.fair(slug="other")).id
    session.commit()
    client.sign_in_as(other)
    assert [client.get(page).status_code for page in (LIST, f"{LIST}/retention")] == [404, 404]
