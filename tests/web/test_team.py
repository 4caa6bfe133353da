"""The team's pages, the link of an invitation, and acting for a company that is not one's own."""

import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.fairs import Role
from matchmaker.models import (
    Account,
    Company,
    FairStaff,
    HelperGrant,
    HistoryEntry,
    Job,
    Meeting,
    Representative,
    TeamInvitation,
)
from matchmaker.services import accounts, brakes
from matchmaker.signed_links import signed
from matchmaker.web import field_shapes
from tests.mails import written

TEAM = "/fairs/expo/team"


@pytest.fixture
def fair(factory):
    return factory.fair(slug="expo")


@pytest.fixture
def company(factory, fair):
    participation = factory.participant(fair, name="Trà Núi Mây", name_key="tra nui may")
    participation.representative.is_admin = True
    return participation


@pytest.fixture
def buyer(factory, fair):
    return factory.participant(fair, role=Role.BUYER, name="Kaze Foods", name_key="kaze foods")


@pytest.fixture
def enter(client, session):
    """Sign someone in once the test has its rows."""

    def enter(account):
        key = account.id
        session.commit()
        return client.sign_in_as(key)

    return enter


def text_of(page):
    return " ".join(page.main.get_text(" ").split())


def link_of(app, session):
    session.rollback()
    [message] = written(app, session, kind="team_invited")
    [address] = [line for line in message.get_body(("plain",)).get_content().splitlines() if "/invitations/" in line]
    return message, address.removeprefix("http://localhost")


def test_an_admin_invites_and_the_invited_person_joins_by_the_link(app, client, session, enter, company):
    enter(company.account)
    answer = client.submit(TEAM, action="/invitations", name="Lê An", email="an@example.test")
    assert answer.status_code == 302
    page = client.page(TEAM)
    assert "An invitation is on its way to an@example.test." in text_of(page)
    message, link = link_of(app, session)
    assert message["To"] == "an@example.test"
    guest = app.test_client()
    assert "Trà Núi Mây" in guest.page(link).h1.get_text()
    assert session.scalar(select(TeamInvitation.accepted_at)) is None  # Reading the page uses nothing up.
    session.rollback()
    joined = guest.submit(link)
    assert joined.status_code == 302
    assert joined.location.startswith("/sign-in/sent?next=")
    assert "Lê An" in text_of(client.page(TEAM))
    assert guest.get(TEAM).location.startswith("/sign-in?next=")  # The link of an invitation signs nobody in.
    session.rollback()
    [asked] = session.scalars(select(Job).where(Job.kind == "send_link"))
    assert (asked.facts["email"], asked.facts["leads_to"]) == ("an@example.test", TEAM)
    session.rollback()
    again = guest.get(f"{link}?lang=en")
    assert "no longer open" in again.get_data(as_text=True)


@pytest.mark.parametrize("reason", ["has a password", "many links were asked for from here"])
def test_who_gets_no_link_on_joining_is_led_to_the_sign_in(reason, app, client, session, enter, company):
    enter(company.account)
    client.submit(TEAM, action="/invitations", name="Lê An", email="an@example.test")
    session.rollback()
    key = session.scalar(select(TeamInvitation.id))
    if reason == "has a password":
        session.scalars(select(Account).where(Account.email == "an@example.test")).one().password_hash = "kept"
    else:
        brakes.note(session, subjects=["link 127.0.0.1"] * accounts.LINKS_PER_ADDRESS, now=clock.now())
    session.commit()
    token = signed(secret=app.config["SECRET_KEY"], purpose="team_invitation", subject=key)
    joined = app.test_client().submit(f"/invitations/{token}")
    assert joined.location.startswith("/sign-in?next=")
    session.rollback()
    assert session.scalar(select(TeamInvitation.accepted_at)) is not None
    assert session.scalars(select(Job).where(Job.kind == "send_link")).all() == []


def test_a_link_for_something_else_or_made_up_opens_nothing(app, client, session, enter, company):
    enter(company.account)
    client.submit(TEAM, action="/invitations", name="Lê An", email="an@example.test")
    session.rollback()
    key = session.scalar(select(TeamInvitation.id))
    secret = app.config["SECRET_KEY"]
    for token in (
        signed(secret=secret, purpose="sign_in", subject=key),
        signed(secret="another secret of some length", purpose="team_invitation", subject=key),
        signed(secret=secret, purpose="team_invitation", subject=key) + "x",
        str(key),
    ):
        assert client.get(f"/invitations/{token}").status_code == 404
        assert client.post_token(f"/invitations/{token}").status_code == 404
    unknown = signed(secret=secret, purpose="team_invitation", subject=uuid.uuid4())
    assert client.post_token(f"/invitations/{unknown}").status_code == 422


def test_known_and_unknown_addresses_get_the_same_answer(client, factory, enter, company):
    factory.account(email="known@example.test")
    enter(company.account)
    said = []
    for email in ("known@example.test", "stranger@example.test"):
        answer = client.submit(TEAM, action="/invitations", name="X", email=email)
        said.append((answer.status_code, answer.location, text_of(client.page(TEAM)).count(email)))
    assert said[0] == said[1]


def test_mistakes_are_said_beside_the_field_and_what_was_typed_stays(client, enter, company):
    enter(company.account)
    answer = client.submit(TEAM, action="/invitations", name="Lê An", email="no address")
    page = BeautifulSoup(answer.data, "html.parser")
    assert answer.status_code == 422
    assert page.find("input", {"name": "name"})["value"] == "Lê An"
    assert "name@example.com" in page.find(id="email-error").get_text()


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "Go to https://evil.example now", "without a web or e-mail address"),
        ("email", f"{'ΐ' * 60}@{'ΐ' * 60}.example", "at most 254"),
    ],
)
def test_an_invitation_leads_nowhere_but_here_and_its_address_can_be_kept(
    client, session, enter, company, field, typed, words
):
    given = {"name": "Lan", "email": "lan@example.test", field: typed}
    answer = enter(company.account).submit(f"{TEAM}?lang=en", action="/team/invitations", **given)
    assert answer.status_code == 422
    assert words in answer.text
    session.rollback()
    assert session.scalars(select(TeamInvitation.id)).all() == []


def test_the_last_admin_stays_and_is_told_why(client, enter, company):
    key = company.representative.id
    enter(company.account)
    for address, fields in ((f"{TEAM}/{key}/admin", {"runs": ""}), (f"{TEAM}/{key}/remove", {})):
        answer = client.post_token(address, **fields)
        assert answer.status_code == 409
        assert "Make another member admin first" in answer.get_data(as_text=True)
    assert "Admin" in text_of(client.page(TEAM))


def test_a_removed_member_is_out_on_the_next_request(app, client, factory, enter, company):
    account = factory.account()
    member = factory.representative(company.company, account_id=account.id)
    key, account_key = member.id, account.id
    enter(company.account)
    other = app.test_client().sign_in_as(account_key)
    assert other.get(TEAM).status_code == 200
    client.submit(TEAM, action=f"/{key}/remove")
    assert other.get(TEAM).status_code == 404
    assert other.get("/fairs/expo/suggestions").status_code == 404


def test_whose_meetings_change_hands_is_said_before_anyone_is_removed(client, factory, enter, fair, company, buyer):
    member = factory.representative(company.company, account_id=factory.account().id)
    slot = factory.slots(fair, 1)[0]
    factory.meeting(company, buyer, state="scheduled", slot_id=slot.id, table_id=factory.tables(fair, 1)[0].id)
    key, own = member.id, company.representative.id
    enter(company.account)
    page = client.page(f"{TEAM}?lang=en")
    told = {one: page.find(id=f"remove-{one}").find_parent("details").get_text(" ", strip=True) for one in (key, own)}
    assert "1 coming meeting goes to a colleague" in told[own]
    assert "09:00 · Kaze Foods" in told[own]
    assert "No coming meeting is affected." in told[key]


def test_a_member_changes_what_others_read_about_them(client, session, enter, company):
    key = company.representative.id
    enter(company.account)
    answer = client.submit(
        f"{TEAM}/{key}",
        name="Nguye\u0302\u0303n\u200b\x07 An\u202e",
        title_vi="Giám đốc",
        title_en="",
        phone="+84 912 345 678",
    )
    assert answer.status_code == 302
    session.rollback()
    assert session.get(Representative, key).name == "Nguyễn An"
    refused = client.submit(f"{TEAM}/{key}", name="", title_vi="", title_en="", phone="call me")
    assert refused.status_code == 422


def test_other_fields_change_nothing(client, session, enter, company):
    key, columns = company.representative.id, Representative.__table__.columns.keys()
    extra = {name: "1" for name in columns if name not in {"name", "phone", "title_vi", "title_en", "languages"}}
    enter(company.account)
    before = dict(session.execute(select(Representative.__table__)).mappings().one())
    session.rollback()
    form = {"name": before["name"], "title_vi": "", "title_en": "", "phone": "", "languages": ["vi", "en"]}
    assert client.post_token(f"{TEAM}/{key}", **form, **extra).status_code == 302
    session.rollback()
    assert dict(session.execute(select(Representative.__table__)).mappings().one()) == before


def test_people_grants_and_invitations_of_others_are_not_found(client, factory, fair, session, enter, company, buyer):
    stranger = buyer.representative.id
    account = factory.account()
    grant = factory.add(HelperGrant(company_id=buyer.company_id, account_id=account.id, granted_at=clock.now()))
    invitation = factory.add(
        TeamInvitation(
            company_id=buyer.company_id,
            fair_id=fair.id,
            account_id=account.id,
            kind="member",
            name="X",
            comes=True,
            created_at=clock.now(),
            expires_at=clock.now() + timedelta(days=1),
        )
    )
    grant_id, invitation_id = grant.id, invitation.id
    enter(company.account)
    assert client.get(f"{TEAM}/{stranger}").status_code == 404
    for address in (
        f"{TEAM}/{stranger}",
        f"{TEAM}/{stranger}/remove",
        f"{TEAM}/{stranger}/admin",
        f"{TEAM}/{stranger}/coming",
        f"{TEAM}/invitations/{invitation_id}/end",
        f"{TEAM}/helpers/{grant_id}/end",
    ):
        assert client.post_token(address).status_code == 404, address


class TestHelper:
    @pytest.fixture
    def helper(self, factory, session, company, buyer):
        account = factory.account(name="Commune Officer")
        for one in (company, buyer):
            factory.add(HelperGrant(company_id=one.company_id, account_id=account.id, granted_at=clock.now()))
        return account

    def test_a_helper_chooses_for_whom_and_sees_it_on_every_page(self, client, enter, helper):
        enter(helper)
        choose = client.page("/fairs/expo/for-whom")
        links = {link.get_text(): link["href"] for link in choose.main.find_all("a")}
        assert set(links) == {"Trà Núi Mây", "Kaze Foods"}
        page = client.page(links["Kaze Foods"])
        assert "You act for Kaze Foods." in text_of(page)
        assert "You act for Kaze Foods." in text_of(client.page("/fairs/expo/agenda"))
        assert "You act for Trà Núi Mây." in text_of(client.page(links["Trà Núi Mây"]))

    def test_a_helper_does_not_run_the_team(self, client, session, enter, helper, company):
        key, company_key = company.representative.id, company.id
        enter(helper)
        page = client.page(f"{TEAM}?as={company_key.hex}")
        assert page.main.find("form", action=lambda value: value and value.endswith("/remove")) is None
        for address in (f"{TEAM}/{key}/remove", f"{TEAM}/{key}/admin", f"{TEAM}/{key}/coming"):
            assert client.post_token(address, runs="1").status_code == 403
        answer = client.post_token(f"{TEAM}/invitations", name="X", email="x@example.test", kind="member")
        assert answer.status_code == 403

    def test_what_a_helper_does_names_both(self, client, session, enter, helper, company, buyer):
        key, other, account_id, company_id = company.id, buyer.id, helper.id, company.company_id
        enter(helper)
        client.page(f"/fairs/expo/suggestions?as={key.hex}")
        assert client.post_token(f"/fairs/expo/requests/{other}").status_code == 302
        session.rollback()
        entry = session.scalars(select(HistoryEntry).where(HistoryEntry.action == "meeting_requested")).one()
        assert (entry.by_account_id, entry.for_company_id) == (account_id, company_id)


class TestActing:
    @pytest.fixture
    def officer(self, factory, fair):
        return factory.organizer(fair, name="Officer")

    def act(self, client, key):
        return client.submit(f"/fairs/expo/organizer/companies/{key}", action="/act")

    def test_an_organizer_asks_for_a_company_and_both_are_recorded(
        self, client, session, enter, officer, company, buyer
    ):
        key, other, account_id, company_id = company.id, buyer.id, officer.id, company.company_id
        person = company.representative.id
        enter(officer)
        assert self.act(client, key).location == "/fairs/expo/suggestions"
        assert "You act for Trà Núi Mây." in text_of(client.page("/fairs/expo/requests"))
        client.post_token(f"/fairs/expo/requests/{other}")
        session.rollback()
        meeting = session.scalars(select(Meeting)).one()
        assert (meeting.exhibitor_id, meeting.requested_by) == (key, Role.EXHIBITOR)
        assert person in [one.representative_id for one in meeting.attendees]
        entry = session.scalars(select(HistoryEntry).where(HistoryEntry.action == "meeting_requested")).one()
        assert (entry.by_account_id, entry.for_company_id) == (account_id, company_id)

    def test_who_comes_is_one_tap_away_from_the_companys_page(self, client, enter, officer, company):
        key = company.id
        enter(officer)
        url = f"/fairs/expo/organizer/companies/{key}"
        button = client.page(url).select_one("section[aria-labelledby=people] form:has(input[value=team])")
        assert button["action"] == f"{url}/act"
        assert client.post_token(button["action"], to="team").location == "/fairs/expo/team"

    def test_one_tap_ends_it(self, client, enter, officer, company):
        key = company.id
        enter(officer)
        self.act(client, key)
        answer = client.submit("/fairs/expo/agenda", action="/acting/end")
        assert answer.location == f"/fairs/expo/organizer/companies/{key}"
        assert client.get("/fairs/expo/agenda").status_code == 404

    def test_what_the_organizer_does_as_organizer_names_no_company(self, client, session, enter, officer, company):
        key = company.id
        enter(officer)
        self.act(client, key)
        client.post_token("/fairs/expo/organizer/companies/chosen", decision="approve", company=str(key))
        client.submit(
            f"/fairs/expo/organizer/companies/decide?decision=hold&company={key}", action="/decide", reason="incomplete"
        )
        session.rollback()
        entry = session.scalars(select(HistoryEntry).where(HistoryEntry.action == "company_held")).one()
        assert entry.for_company_id is None

    def test_losing_the_role_ends_it_on_the_next_request(self, client, session, enter, fair, officer, company):
        key, account_id = company.id, officer.id
        enter(officer)
        self.act(client, key)
        assert client.get("/fairs/expo/agenda").status_code == 200
        session.rollback()
        session.delete(session.scalars(select(FairStaff).where(FairStaff.account_id == account_id)).one())
        session.commit()
        assert client.get("/fairs/expo/agenda").status_code == 404

    def test_the_organizer_of_another_fair_can_not(self, client, factory, enter, company):
        key = company.id
        enter(factory.organizer(factory.fair(slug="other")))
        assert client.post_token(f"/fairs/expo/organizer/companies/{key}/act").status_code == 404
        assert client.post_token(f"/fairs/other/organizer/companies/{key}/act").status_code == 404
        assert client.get("/fairs/expo/agenda").status_code == 404

    def test_a_forged_choice_in_the_cookie_opens_nothing(self, client, enter, company, buyer):
        key = buyer.id
        enter(company.account)
        with client.session_transaction() as cookie:
            cookie["for-expo"] = key.hex
        assert "Trà Núi Mây" in text_of(client.page(TEAM))

    def test_accounts_stay_untouched(self, client, session, enter, officer, company):
        key, account_id = company.id, company.account.id
        enter(officer)
        session.rollback()
        columns = Account.__table__.c
        before = session.execute(select(Account.__table__).where(columns.id == account_id)).one()
        session.rollback()
        self.act(client, key)
        client.post_token(
            f"{TEAM}/{uuid.uuid4()}",
            **dict.fromkeys(columns.keys(), "x"),
        )
        assert session.execute(select(Account.__table__).where(columns.id == account_id)).one() == before
        assert session.scalars(select(Company.name).where(Company.name == "x")).all() == []


def test_members_stand_apart_with_what_may_be_done_of_each_and_nothing_of_them_is_kept(
    app, client, factory, enter, company
):
    odd = "Lê <i>An</i> 5% %(url)s"
    other = factory.representative(
        factory.session.get(Company, company.company_id), name=odd, title_vi="Giám đốc", title_en="Head", phone="090 1"
    )
    key = other.id.hex
    enter(company.account)
    rows = client.page(TEAM).select("ul.rows > li.wraps.top")
    names = [row.find("b").get_text() for row in rows]
    assert sorted(names) == sorted({odd, company.representative.name})
    row = rows[names.index(odd)]
    assert "090 1" in row.get_text()
    assert row.find("a", string="Change")["aria-label"] == f"Change {odd}"
    assert {uuid.UUID(form["action"].split("/")[4]).hex for form in row.find_all("form")} == {key}
    assert row.find(id=f"remove-{uuid.UUID(key)}") is not None
    with app.test_request_context():  # What is kept holds texts that are looked up when they are shown.
        kept = repr(field_shapes._shapes)
    assert not any(text in kept for text in ("Lê &lt;i", "090 1", str(uuid.UUID(key))))
