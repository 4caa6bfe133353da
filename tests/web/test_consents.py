"""One's own consents, and the wording of the questions."""

import pytest
from sqlalchemy import select

from matchmaker.domain.consents import Purpose
from matchmaker.models import Consent, ConsentText
from matchmaker.services import consents

PAGE = "/fairs/spring/consents"
TEXTS = "/fairs/spring/organizer/consents"


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring")


def test_a_consent_is_given_and_withdrawn_by_one_button_each_and_its_past_is_kept(client, session, factory, fair):
    seller = factory.participant(fair)
    session.commit()
    client.sign_in_as(seller.account)
    page = client.page(f"{PAGE}?lang=en")
    assert [row.select_one("button").text for row in page.select("ul.rows li.wraps")] == [
        "Withdraw",
        "Withdraw",
        "Withdraw",
        "Withdraw",
        "Agree",
    ]
    assert "The organizer states to have asked your company." in page.text
    for action, fields in (("marketing", {"consent": "1"}), ("matching", {"consent": "0"})):
        assert client.post_token(f"{PAGE}/{action}", **fields).status_code == 302
    page = client.page(f"{PAGE}?lang=en")
    rows = [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
    assert len(rows) == 2
    assert "Not agreed." in page.select("ul.rows li.wraps")[0].text
    session.rollback()
    asked = {"fair_id": fair.id, "account_id": seller.account.id, "purpose": Purpose.MARKETING}
    assert consents.has(session, **asked)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_organizer_words_a_question_anew_and_the_former_wording_stays(client, session, factory, fair, lang):
    organizer = factory.organizer(fair)
    session.commit()
    client.sign_in_as(organizer)
    answer = client.submit(f"{TEXTS}/matching", action="/matching", text_vi="Câu mới", text_en="New question")
    assert (answer.status_code, answer.location) == (302, TEXTS)
    page = client.page(f"{TEXTS}?lang={lang}")
    assert "New question" in page.text
    assert "2026-1" in page.select_one("main details").text
    session.rollback()
    (row,) = session.scalars(select(ConsentText))
    assert (row.version.partition("-")[2], row.by_account_id) == ("2", organizer.id)


def test_a_wording_without_one_language_is_refused_with_what_was_typed(client, session, factory, fair):
    organizer = factory.organizer(fair)
    session.commit()
    client.sign_in_as(organizer)
    answer = client.submit(f"{TEXTS}/matching?lang=en", action="/matching", text_vi="Câu mới", text_en=" ")
    assert answer.status_code == 422
    assert "Câu mới" in answer.text
    session.rollback()
    assert session.scalars(select(ConsentText)).all() == []


def test_nobody_answers_for_a_company_that_is_not_their_own(client, session, factory, fair):
    seller = factory.participant(fair)
    organizer = factory.organizer(fair)
    session.commit()
    participation = seller.id
    client.sign_in_as(organizer)
    assert client.post_token(f"/fairs/spring/organizer/companies/{participation}/act").status_code == 302
    assert client.get(PAGE).status_code == 403
    assert client.post_token(f"{PAGE}/marketing", consent="1").status_code == 403
    session.rollback()
    assert session.scalars(select(Consent)).all() == []


def test_an_unknown_purpose_is_no_page(client, session, factory, fair):
    seller = factory.participant(fair)
    session.commit()
    client.sign_in_as(seller.account)
    assert client.post_token(f"{PAGE}/everything", consent="1").status_code == 404
