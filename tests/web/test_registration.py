"""The registration page, the pages behind the mailed link, and what someone may see who is not let in yet."""

import re
import threading
import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import delete, func, inspect, select

from matchmaker import clock
from matchmaker.domain.fairs import ParticipationStatus, Phase, Role
from matchmaker.extensions import db
from matchmaker.models import (
    Account,
    AddressClaim,
    Base,
    Company,
    Consent,
    Notice,
    Participation,
    Registration,
    Representative,
    SignInSession,
    Suggestion,
    TwoStepKey,
)
from matchmaker.models.matching import MatchRun
from matchmaker.services import consent_texts
from matchmaker.signed_links import signed
from tests.factories import OPENING
from tests.query_count import count_queries

TYPED = {
    "company": "Công ty TNHH Gốm Bát Tràng",
    "country": "VN",
    "role": "exhibitor",
    "name": "Trần Thị Hoa",
    "email": "hoa@example.test",
    "agree_matching": "y",
}
PAGE = "/fairs/spring/register"
CONFIRMED = "Your address is confirmed."


@pytest.fixture
def fair(factory, session):
    fair = factory.fair(slug="spring")
    session.commit()
    return fair


def send(client, address=PAGE, **typed):
    return client.submit(f"{address}?lang=en", action="/register", **{**TYPED, **typed})


def link_of(app, session, purpose="address"):
    session.rollback()
    newest = session.scalars(select(AddressClaim).order_by(AddressClaim.created_at.desc())).first()
    return f"/address/{signed(secret=app.config['SECRET_KEY'], purpose=purpose, subject=newest.id)}"


def as_shown(answer):
    """A page without what differs between two visits: tokens, and what was typed."""
    text = re.sub(r'name="(csrf_token|key)" value="[^"]*"', "", answer.text)
    return re.sub(r"(un)?known@example\.test", "", text)


class TestPage:
    def test_the_fair_s_home_leads_there_while_its_phase_takes_registrations(self, client, session, factory, fair):
        main = client.page("/fairs/spring").select_one("a.btn-primary")
        assert main["href"] == PAGE
        factory.fair(slug="over", phase=Phase.FOLLOW_UP)
        session.commit()
        assert client.page("/fairs/over").select_one("a.btn-primary")["href"] != "/fairs/over/register"
        closed = client.page("/fairs/over/register?lang=en")
        assert closed.h1.text == "Registration is closed"
        assert client.post_token("/fairs/over/register", **TYPED).status_code == 403

    @pytest.mark.parametrize("lang", ["vi", "en"])
    def test_every_consent_is_asked_apart_and_none_is_ticked(self, client, fair, lang):
        boxes = client.page(f"{PAGE}?lang={lang}").select("input[type=checkbox]")
        assert [box["name"] for box in boxes] == [
            "agree_matching",
            "agree_profile",
            "agree_contact",
            "agree_statistics",
            "agree_marketing",
        ]
        assert not any(box.has_attr("checked") for box in boxes)

    def test_registering_signs_in_at_once_and_leads_on(self, client, session, fair):
        answer = send(client)
        assert (answer.status_code, answer.location) == (302, "/fairs/spring/profile/items/new/offer")
        page = client.page("/fairs/spring/suggestions?lang=en")
        assert "We sent a link to hoa@example.test" in page.text
        assert client.get(PAGE).location == "/fairs/spring/profile/items"

    @pytest.mark.usefixtures("fair")
    @pytest.mark.parametrize(
        ("field", "typed", "words"),
        [
            ("company", "", "Enter the company"),
            ("company", "x" * 151, "at most 150"),
            ("company", "Win at https://evil.example", "without a web or e-mail address"),
            ("country", "XX", "Not a valid choice"),
            ("role", "organizer", "sell, buy or do both"),
            ("name", "", "Enter your name."),
            ("name", "\u202e\u200b", "Enter your name."),
            ("email", "no address", "does not look like an e-mail"),
            ("email", "a@b", "does not look like an e-mail"),
            ("email", f"{'ΐ' * 60}@{'ΐ' * 60}.example", "at most 254"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(self, client, session, field, typed, words):
        token = client.page(f"{PAGE}?lang=en")
        data = {control["name"]: control.get("value", "") for control in token.select("input[type=hidden]")}
        answer = client.post(PAGE, data={**data, **TYPED, field: typed})
        page = BeautifulSoup(answer.data, "html.parser")
        assert answer.status_code == 422
        assert words in page.select_one(".err").text
        kept = {name: value for name, value in TYPED.items() if name in {"company", "name", "email"} and name != field}
        assert {name: page.select_one(f"[name={name}]")["value"] for name in kept} == kept
        assert page.select_one("[name=agree_matching]").has_attr("checked")
        session.rollback()
        assert session.scalar(select(func.count()).select_from(Account)) == 0

    def test_without_the_one_needed_consent_the_page_says_why(self, client, session, fair):
        page = client.page(f"{PAGE}?lang=en")
        data = {control["name"]: control.get("value", "") for control in page.select("input[type=hidden]")}
        typed = {name: value for name, value in TYPED.items() if name != "agree_matching"}
        answer = client.post(PAGE, data={**data, **typed, "agree_marketing": "y"})
        assert answer.status_code == 422
        assert "Tick this box to take part" in answer.text
        session.rollback()
        assert session.scalar(select(func.count()).select_from(Consent)) == 0

    def test_a_text_worded_anew_meanwhile_is_shown_before_it_counts(self, client, session, factory, fair):
        page = client.page(f"{PAGE}?lang=en")
        data = {control["name"]: control.get("value", "") for control in page.select("input[type=hidden]")}
        consent_texts.write(
            session,
            fair_id=fair.id,
            purpose="matching",
            text_vi="Câu mới",
            text_en="A new question",
            by=factory.account().id,
            now=OPENING,
        )
        session.commit()
        answer = client.post(PAGE, data={**data, **TYPED})
        assert answer.status_code == 422
        assert "A new question" in answer.text
        assert send(client).status_code == 302
        session.rollback()
        assert session.scalars(select(Consent.text_version)).all() == ["2026-2"]

    def test_a_page_left_open_past_the_session_s_end_loses_nothing(self, client, session, fair):
        answer = client.post(PAGE, data=TYPED)
        page = BeautifulSoup(answer.data, "html.parser")
        assert answer.status_code == 400
        assert page.select_one("[name=company]")["value"] == TYPED["company"]
        data = {control["name"]: control.get("value", "") for control in page.select("input[type=hidden]")}
        assert client.post(PAGE, data={**data, **TYPED}).status_code == 302

    def test_a_double_tap_registers_once_and_leaves_a_working_session(self, app, client, session, fair):
        page = client.page(PAGE)
        data = {control["name"]: control.get("value", "") for control in page.select("input[type=hidden]")}
        with client.session_transaction() as cookie:
            kept = dict(cookie)
        answers = []

        def tap():
            other = app.test_client()
            with other.session_transaction() as own:
                own.update(kept)
            posted = other.post(PAGE, data={**data, **TYPED})
            answers.append((posted.status_code, other.get("/fairs/spring/suggestions").status_code))

        threads = [threading.Thread(target=tap) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert answers == [(302, 200)] * 4
        session.rollback()
        assert session.scalar(select(func.count()).select_from(Company)) == 1
        assert session.scalar(select(func.count()).select_from(Registration)) == 1

    def test_going_back_and_sending_again_leads_on(self, client, session, fair):
        page = client.page(PAGE)
        data = {control["name"]: control.get("value", "") for control in page.select("input[type=hidden]")}
        assert client.post(PAGE, data={**data, **TYPED}).status_code == 302
        again = client.post(PAGE, data={**data, **TYPED})
        assert (again.status_code, again.location) == (302, "/fairs/spring/profile/items")
        session.rollback()
        assert session.scalar(select(func.count()).select_from(Registration)) == 1

    def test_someone_signed_in_is_asked_neither_name_nor_address(self, client, session, factory, fair):
        account = factory.account(email="old@example.test")
        session.commit()
        client.sign_in_as(account)
        assert client.page(PAGE).select_one("[name=email]") is None
        typed = {name: value for name, value in TYPED.items() if name not in {"name", "email"}}
        assert client.submit(PAGE, action="/register", **typed).status_code == 302
        session.rollback()
        assert session.scalars(select(Representative.email)).all() == ["old@example.test"]


class TestNobodyLearnsWhoIsKnown:
    def test_words_status_and_statements_are_the_same(self, app, client, session, factory, fair):
        factory.participant(fair, name="Known").account.email = "known@example.test"
        session.commit()
        seen = {}
        for who in ("known", "unknown"):
            visitor = app.test_client()
            page = visitor.page(PAGE)
            data = {control["name"]: control.get("value", "") for control in page.select("input[type=hidden]")}
            with app.app_context():
                engine = db.engine
            with count_queries(engine) as statements:
                answer = visitor.post(PAGE, data={**data, **TYPED, "email": f"{who}@example.test"})
            kinds = [" ".join(one.split()) for one in statements]
            after = [visitor.get(address) for address in ("/fairs/spring/suggestions", "/account/address", PAGE)]
            seen[who] = (answer.status_code, answer.location, kinds, [one.status_code for one in after])
            seen[who] += tuple(as_shown(one) for one in after)
        assert seen["known"] == seen["unknown"]


class TestLink:
    def test_reading_the_page_uses_nothing_up_and_the_button_confirms(self, app, client, session, fair):
        send(client)
        address = link_of(app, session)
        other = app.test_client()
        for _ in range(3):
            assert "hoa@example.test" in other.page(f"{address}?lang=en").text
        answer = other.submit(address, action=address)
        assert (answer.status_code, answer.location) == (302, "/fairs/spring/suggestions")
        assert CONFIRMED in other.page("/fairs/spring/suggestions?lang=en").text
        assert "This link no longer works" in other.page(f"{address}?lang=en").text
        session.rollback()
        assert session.scalars(select(Account.email)).all() == ["hoa@example.test"]
        assert client.get("/fairs/spring/suggestions").status_code == 302  # The other browser is out.

    def test_it_means_nothing_for_another_purpose_or_changed(self, app, client, session, fair):
        send(client)
        for address in (link_of(app, session, "sign_in"), f"{link_of(app, session)}x", "/address/none"):
            assert client.get(address).status_code == 404
            assert client.post_token(address).status_code == 404

    def test_who_did_not_register_can_say_so(self, app, client, session, fair):
        send(client)
        address = link_of(app, session)
        other = app.test_client()
        assert other.submit(address, action="/not-me").status_code == 200
        session.rollback()
        assert session.scalar(select(func.count()).select_from(Company)) == 0
        assert client.get("/fairs/spring/suggestions").status_code == 302

    def test_a_change_needs_a_recent_sign_in_and_the_same_person(self, app, client, session, factory, monkeypatch):
        account = factory.account(email="old@example.test")
        session.commit()
        client.sign_in_as(account)
        start = clock.now()
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=16))
        assert client.get("/account/address").location == "/account/confirm?next=/account/address"
        client.sign_in_as(account)
        assert client.submit("/account/address", email="new@example.test").status_code == 302
        address = link_of(app, session)
        stranger = app.test_client()
        assert stranger.page(address).find("form", action=address) is None
        assert stranger.post_token(address).status_code == 422
        assert client.submit(address, action=address).status_code == 302
        session.rollback()
        assert session.get(Account, account.id).email == "new@example.test"
        assert session.scalar(select(func.count()).where(SignInSession.ended_at.is_(None))) == 1

    def test_an_account_with_a_second_step_still_takes_it(self, app, client, session, factory, fair):
        owner = factory.account(email=TYPED["email"])
        factory.add(TwoStepKey(account_id=owner.id, sealed="sealed", since=OPENING))
        session.commit()
        send(client)
        address = link_of(app, session)
        other = app.test_client()
        answer = other.submit(address, action=address)
        assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/sign-in/code")
        assert other.get("/account/security").status_code == 302


class TestWhoIsNotLetIn:
    @pytest.fixture
    def waiting(self, client, session, factory, fair):
        """Someone who has just registered, and a buyer who is suggested to them."""
        buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods", country="JP")
        session.commit()
        send(client)
        session.rollback()
        mine = session.scalar(select(Participation.id).where(Participation.status == "pending"))
        run = factory.add(
            MatchRun(fair_id=fair.id, state="done", version="1", weights={}, coverage={}, total=3, started_at=OPENING)
        )
        factory.add(
            Suggestion(
                fair_id=fair.id,
                run_id=run.id,
                exhibitor_id=mine,
                buyer_id=buyer.id,
                exhibitor_rank=1,
                score=0.7,
                label="",
                contributions=[],
                reasons={"exhibitor": [], "buyer": []},
                gaps={"exhibitor": None, "buyer": None},
                best_pair={},
            )
        )
        session.commit()
        return mine, buyer

    def test_they_see_their_own_suggestions_without_a_way_to_ask(self, client, waiting):
        page = client.page("/fairs/spring/suggestions?lang=en")
        assert page.select_one(".sug h2").text == "Kaze Foods"
        assert page.select(".sug form") == []
        assert "once the organizer has let yours in" in page.text

    @pytest.mark.parametrize("status", ["pending", "held", "refused"])
    def test_they_can_do_nothing_else(self, client, session, waiting, status):
        mine, buyer = waiting
        session.get(Participation, mine).status = status
        session.commit()
        pages = ("requests", "agenda", "results", f"companies/{buyer.id}")
        assert [client.get(f"/fairs/spring/{page}").status_code for page in pages] == [403] * 4
        assert client.post_token(f"/fairs/spring/suggestions/{buyer.id}/ask").status_code in {403, 404}
        expected = 403 if status == "refused" else 200
        assert client.get("/fairs/spring/suggestions").status_code == expected
        assert client.get("/fairs/spring/consents").status_code == 200

    def test_nobody_gets_mail_in_a_name_that_nobody_confirmed(self, client, session, waiting):
        session.execute(delete(Notice))
        session.commit()
        typed = {"name": "Lan", "email": "stranger@example.test"}
        answer = client.submit("/fairs/spring/team?lang=en", action="/team/invitations", **typed)
        assert answer.status_code == 422
        assert "Confirm your own address first" in answer.text
        session.rollback()
        assert session.scalars(select(Notice.id)).all() == []

    def test_a_name_that_mail_carries_leads_nowhere_later_on_either(self, client, session, waiting):
        name = "Win at https://evil.example"
        answer = client.submit("/fairs/spring/profile/company?lang=en", action="/profile/company", name=name)
        assert answer.status_code == 422
        assert "without a web or e-mail address" in answer.text
        session.rollback()
        assert name not in session.scalars(select(Company.name)).all()

    def test_nobody_else_sees_them(self, client, waiting):
        mine, buyer = waiting
        client.sign_in_as(buyer.account)
        assert "Gốm Bát Tràng" not in client.page("/fairs/spring/suggestions").text
        assert client.get(f"/fairs/spring/companies/{mine}").status_code == 404


class TestMassAssignment:
    def test_no_field_beside_those_of_the_form_reaches_a_table(self, client, session, factory, fair):
        columns = {column.key: "1" for table in Base.metadata.sorted_tables for column in table.columns}
        columns |= {"status": "approved", "fair_id": str(uuid.uuid4()), "is_admin": "1", "email_confirmed": "1"}
        page = client.page(PAGE)
        data = {control["name"]: control.get("value", "") for control in page.select("input[type=hidden]")}
        assert client.post(PAGE, data={**columns, **data, **TYPED}).status_code == 302
        session.rollback()
        (account,), (company,) = session.scalars(select(Account)).all(), session.scalars(select(Company)).all()
        (part,) = session.scalars(select(Participation))
        assert (account.email, account.password_hash, account.is_active) == (None, None, True)
        assert (part.fair_id, part.status, part.is_hosted, part.meetings_cap) == (
            fair.id,
            ParticipationStatus.PENDING,
            False,
            None,
        )
        assert (company.tax_code, company.city, company.parent_country, company.about_en) == (None, "", None, "")
        assert {one.purpose for one in session.scalars(select(Consent))} == {"matching"}
        claim = session.scalars(select(AddressClaim)).one()
        assert (claim.confirmed_at, claim.purpose, claim.account_id) == (None, "register", account.id)
        assert inspect(account).persistent
        assert claim.created_at <= clock.now()
