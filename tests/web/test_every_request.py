import pytest
from sqlalchemy.exc import OperationalError

from matchmaker.models.engine import begin_writing
from matchmaker.web.headers import POLICY

PAGES = ("/", "/sign-in", "/sign-in/sent", "/components")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_public_pages_hold_the_house_rules_in_both_languages(client, address, lang):
    page = client.page(f"{address}?lang={lang}")
    assert page.html["lang"] == lang


def test_every_answer_carries_the_security_headers(client):
    answer = client.get("/")
    wanted = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    assert {name: answer.headers.get(name) for name in wanted} == wanted
    assert "unsafe" not in POLICY


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(client):
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_forged_host_is_refused_so_no_link_can_be_built_from_it(client):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"X-Forwarded-Host": "evil.example"}).status_code == 200


@pytest.mark.parametrize(
    ("address", "method", "status"),
    [("/no-such-page", "GET", 404), ("/fairs/none", "GET", 404), ("/sign-out", "GET", 405), ("/", "POST", 405)],
)
def test_refusals_are_plain_pages(client, address, method, status):
    answer = client.open(address, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")


def test_someone_not_signed_in_is_sent_to_sign_in_and_back(client, factory, session):
    fair = factory.fair(slug="spring")
    session.commit()
    answer = client.get("/fairs/spring/organizer")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/fairs/spring/organizer")
    assert fair.slug == "spring"


@pytest.mark.parametrize("where", ["organizer", "organizer/matching", "suggestions", "agenda"])
def test_a_stranger_finds_nothing_at_a_fair(client, factory, session, where):
    factory.fair(slug="spring")
    stranger = factory.account()
    session.commit()
    assert client.sign_in_as(stranger).get(f"/fairs/spring/{where}").status_code == 404


def test_an_organizer_of_one_fair_is_nobody_at_another(client, factory, session):
    mine, other = factory.fair(slug="mine"), factory.fair(slug="other")
    organizer = factory.organizer(mine)
    session.commit()
    client.sign_in_as(organizer)
    assert client.get("/fairs/mine/organizer").status_code == 200
    assert client.get(f"/fairs/{other.slug}/organizer").status_code == 404


def test_a_removed_organizer_is_out_on_the_next_request(client, factory, session):
    fair = factory.fair(slug="mine")
    organizer = factory.organizer(fair)
    session.commit()
    client.sign_in_as(organizer)
    assert client.get("/fairs/mine/organizer").status_code == 200
    session.commit()
    begin_writing(session)
    session.execute(fair.metadata.tables["fair_staff"].delete())
    session.commit()
    assert client.get("/fairs/mine/organizer").status_code == 404


def test_a_company_not_yet_approved_gets_no_further(client, factory, session):
    fair = factory.fair(slug="spring")
    held = factory.participant(fair)
    held.status = "held"
    session.commit()
    client.sign_in_as(held.account)
    pages = ("agenda", "requests", "results", "suggestions")
    assert [client.get(f"/fairs/spring/{page}").status_code for page in pages] == [403, 403, 403, 200]


def test_a_database_that_is_away_gives_503_with_a_time_to_come_back(client, monkeypatch):
    def away(*_args, **_kwargs):
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    monkeypatch.setattr("matchmaker.services.fairs.all_fairs", away)
    answer = client.get("/?lang=en")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_a_fault_gives_a_page_with_an_id_and_no_trace(client, monkeypatch, caplog):
    def fault(*_args, **_kwargs):
        raise RuntimeError("the secret reason")

    monkeypatch.setattr("matchmaker.services.fairs.all_fairs", fault)
    answer = client.get("/?lang=en")
    assert answer.status_code == 500
    assert "the secret reason" not in answer.text
    record = next(one for one in caplog.records if one.name == "matchmaker.errors")
    assert record.error_id in answer.text


def test_the_language_is_the_address_then_the_cookie_then_the_account_then_the_browser(client, factory, session):
    account = factory.account(locale="en")
    session.commit()
    assert client.page("/", headers={"Accept-Language": "en"}).html["lang"] == "en"
    assert client.page("/", headers={"Accept-Language": "fr"}).html["lang"] == "vi"
    client.sign_in_as(account)
    assert client.page("/").html["lang"] == "en"
    assert client.page("/?lang=vi").html["lang"] == "vi"
    assert client.page("/").html["lang"] == "vi"


def test_a_refused_form_changes_nothing(client, factory, session):
    account = factory.account()
    session.commit()
    client.sign_in_as(account)
    before = client.page("/").find("form", action="/sign-out") is not None
    assert client.post("/sign-out").status_code == 400
    assert (before, client.page("/").find("form", action="/sign-out") is not None) == (True, True)
