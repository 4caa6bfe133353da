"""One's own page about one's data: a copy of everything, and the erasure."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.jobs import runner
from matchmaker.models import Account, DataCopy, Fair, HistoryEntry, OutcomeReport, SignInSession
from matchmaker.models.engine import begin_writing
from matchmaker.services import data_copies, persons
from matchmaker.signed_links import signed
from tests.query_count import count_queries
from tests.services.marks import EMAIL, NAME, PHONE, say
from tests.services.test_deals import Scene

MOST_QUERIES = 12


@pytest.fixture
def scene(session, factory):
    found = Scene(session, factory)
    account = found.seller.account
    account.name, account.email, account.password_hash = NAME, EMAIL, "$argon2id$hash"
    found.seller.representative.name, found.seller.representative.phone = NAME, PHONE
    found.buyer.representative.name = "Partner Person"
    say(found, found.seller, "our secret note")
    say(found, found.buyer, "their secret note")
    found.mine, found.theirs = found.seller.account.id, found.buyer.account.id
    session.commit()
    return found


def sign_in(client, scene):
    return client.sign_in_as(scene.mine)


def made_copy(app, client):
    client.submit("/account/data", action="/copies")
    runner.work(app, until_idle=True)
    page = client.page("/account/data")
    address = page.select_one('form[action*="/account/data/copies/"]')["action"]
    answer = client.post_token(address)
    return answer, zipfile.ZipFile(io.BytesIO(answer.data))


def test_the_copy_holds_all_of_ones_own_and_nothing_of_the_partners(app, client, scene):
    sign_in(client, scene)
    answer, archive = made_copy(app, client)
    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    assert archive.namelist() == ["README.txt", "data.json"]
    text = archive.read("data.json").decode()
    data = json.loads(text)
    assert (data["format"], data["version"]) == ("matchmaker-personal-data", 1)
    assert data["person"]["account"][0]["email"] == EMAIL
    assert data["person"]["representative"][0]["phone"] == PHONE
    notes = [row["note"] for row in data["company"]["outcome_report"]]
    assert sorted(notes) == ["", "our secret note"]
    assert list(data["names"]["companies"].values()).count("Kaze Foods K.K.") == 1
    for hidden in ("argon2id", "their secret note", "Partner Person", "token_hash"):
        assert hidden not in text


def test_a_copy_is_recorded_and_counts_how_often_it_was_fetched(app, session, client, scene):
    sign_in(client, scene)
    made_copy(app, client)
    session.rollback()
    assert session.scalars(select(DataCopy.fetched)).all() == [1]
    actions = session.scalars(select(HistoryEntry.action).where(HistoryEntry.subject_kind == "data_copy")).all()
    assert sorted(actions) == ["data_copy_asked", "data_copy_fetched"]


def test_nobody_else_gets_a_copy_and_nobody_after_its_time(app, session, client, scene):
    sign_in(client, scene)
    made_copy(app, client)
    session.rollback()
    key = session.scalars(select(DataCopy.id)).one()
    session.rollback()
    client.sign_in_as(scene.theirs)
    assert client.post_token(f"/account/data/copies/{key}").status_code == 404
    sign_in(client, scene)
    begin_writing(session)
    session.execute(update(DataCopy).values(expires_at=clock.now()))
    session.commit()
    assert client.post_token(f"/account/data/copies/{key}").status_code == 404


def test_a_mailed_link_hands_out_only_what_was_made_for_it(app, session, client, scene):
    begin_writing(session)
    secret = app.extensions["matchmaker"].secret_key
    person = persons.of_account(session, account_id=scene.mine)
    own = data_copies.ask(session, account_id=person.account_id, locale="en", now=clock.now())
    mailed = data_copies.ask_for(session, person=person, by=scene.theirs, now=clock.now())
    session.commit()
    runner.work(app, until_idle=True)

    def address(key):
        return f"/data-copy/{signed(secret=secret, purpose='data_copy', subject=key)}"

    assert client.post_token(address(own)).status_code == 404
    assert client.get("/data-copy/forged").status_code == 404
    assert client.page(address(mailed) + "?lang=en").h1.text == "Your copy"
    answer = client.submit(address(mailed))
    assert zipfile.ZipFile(io.BytesIO(answer.data)).namelist() == ["README.txt", "data.json"]


def test_an_old_session_has_to_prove_who_it_is_first(session, client, scene):
    sign_in(client, scene)
    begin_writing(session)
    session.execute(update(SignInSession).values(confirmed_at=clock.now() - timedelta(minutes=16)))
    session.commit()
    for answer in (client.get("/account/data/erase"), client.post_token("/account/data/erase", is_sure="y")):
        assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/account/confirm")
    session.rollback()
    assert session.get(Account, scene.mine) is not None


def test_the_erasure_page_says_what_goes_and_stays_and_needs_a_tick(session, client, scene):
    sign_in(client, scene)
    page = client.page("/account/data/erase?lang=en")
    sections = {card.h2.text: card.ul.text for card in page.select("section.card")}
    assert "Trà Xanh Tà Xùa has nobody else here" in sections["What happens to meetings and companies"]
    assert "1 meeting that took place" in sections["What stays, and why"]
    answer = client.submit("/account/data/erase", is_sure="")
    assert answer.status_code == 422
    session.rollback()
    assert session.get(Account, scene.mine) is not None


def test_the_page_before_asks_few_questions_of_who_speaks_for_many_companies(app, session, factory, client, scene):
    account, fair = session.get(Account, scene.mine), session.get(Fair, scene.fair.id)
    for number in range(3):
        factory.representative(factory.participant(fair, name=f"Other {number}").company, account_id=account.id)
    session.commit()
    sign_in(client, scene)
    with app.app_context(), count_queries(db.engine) as asked:
        text = client.page("/account/data/erase?lang=en").get_text()
    assert [f"Other {number}" in text for number in range(3)] == [True, True, True]
    assert len(asked) <= MOST_QUERIES


def test_who_is_erased_is_signed_out_and_forgotten_by_the_browser(app, session, client, scene):
    me = scene.mine
    sign_in(client, scene)
    answer = client.submit("/account/data/erase", is_sure="y")
    assert (answer.status_code, answer.location) == (302, "/erased")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/account/data").status_code == 302
    assert client.page("/erased?lang=en").h1.text == "Your data is erased"
    session.rollback()
    assert session.get(Account, me) is None
    assert session.scalars(select(OutcomeReport.note).where(OutcomeReport.side == "seller")).all() == ["", ""]


def test_the_partner_reads_the_meeting_with_a_made_up_name(app, client, scene):
    meeting, code = scene.meeting.id, scene.seller.company_id.hex[:6].upper()
    slug = scene.fair.slug
    sign_in(client, scene)
    client.submit("/account/data/erase", is_sure="y")
    runner.work(app, until_idle=True)
    client.sign_in_as(scene.theirs)
    text = client.page(f"/fairs/{slug}/meetings/{meeting}").get_text()
    assert f"Doanh nghiệp {code}" in text
    assert NAME not in text
    assert "Trà Xanh" not in text
