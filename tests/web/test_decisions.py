"""Deciding about companies: from the list, from a company's page, with reasons, mail and a way back."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.extensions import db
from matchmaker.models import Fair, MatchRun, Notice, Participation
from matchmaker.models.engine import begin_writing
from matchmaker.services import match_profiles, schedule_problem
from tests.factories import OPENING
from tests.mails import written

LIST = "/fairs/expo/organizer/companies"


@pytest.fixture
def fair(factory):
    return factory.fair(slug="expo")


@pytest.fixture
def pair(factory, fair):
    return factory.participant(fair, name="Gốm Mai", name_key="gom mai"), factory.participant(
        fair, role=Role.BUYER, name="Kaze Foods", name_key="kaze foods"
    )


@pytest.fixture
def officer(client, factory, fair, session):
    def officer():
        account = factory.organizer(fair)
        session.commit()
        return client.sign_in_as(account)

    return officer


@pytest.fixture
def statuses(session):
    def statuses(*keys):
        session.rollback()
        found = dict(session.execute(select(Participation.id, Participation.status)).all())
        return [found[key] for key in keys]

    return statuses


def test_the_chosen_of_the_list_are_approved_together_and_it_can_be_undone(officer, pair, statuses):
    keys = [one.id for one in pair]
    for one in pair:
        one.status = ParticipationStatus.PENDING
    client = officer()
    answer = client.post_token(f"{LIST}/chosen", decision="approve", company=[str(key) for key in keys])
    assert answer.status_code == 302
    assert statuses(*keys) == ["approved", "approved"]
    page = client.page(LIST)
    assert "Gốm Mai, Kaze Foods" in page.main.get_text()
    client.post_token(page.find("form", action=lambda value: value and "/undo" in value)["action"])
    assert statuses(*keys) == ["pending", "pending"]


def test_a_decision_on_a_company_page_leads_back_to_it_with_undo(officer, pair, statuses):
    key = pair[0].id
    pair[0].status = ParticipationStatus.PENDING
    client = officer()
    client.submit(f"{LIST}/{key}", action="/chosen", decision="approve")
    assert statuses(key) == ["approved"]
    page = client.page(f"{LIST}/{key}")
    undo = page.find("form", action=lambda value: value and "/undo" in value)
    client.post_token(undo["action"])
    assert statuses(key) == ["pending"]


def test_holding_says_first_what_will_be_closed_and_asks_why(officer, factory, pair, statuses):
    factory.meeting(*pair, state="accepted")
    key = pair[0].id
    client = officer()
    choose = client.post_token(f"{LIST}/chosen", decision="hold", company=str(key))
    page = client.page(choose.location)
    text = " ".join(page.main.get_text(" ").split())
    assert page.h1.get_text() == "Why is the company put on hold?"
    assert "1 agreed meeting" in text
    assert "each other side is told once" in text
    refused = client.submit(choose.location, action="/decide", note="")
    assert refused.status_code == 422
    assert "Choose a reason" in refused.get_data(as_text=True)
    assert statuses(key) == ["approved"]
    done = client.submit(choose.location, action="/decide", reason="other", note="Bring\x0bthe \u202elicence")
    assert done.location == f"{LIST}/{key}"
    assert statuses(key) == ["held"]
    page = client.page(f"{LIST}/{key}")
    assert "Another reason: Bring the licence" in " ".join(page.main.get_text(" ").split())


def test_what_was_typed_is_kept_when_it_is_too_long(officer, pair, statuses):
    address = f"{LIST}/decide?decision=refuse&company={(key := pair[0].id)}"
    client = officer()
    answer = client.submit(address, action="/decide", reason="incomplete", note="x" * 251)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.data, "html.parser")
    assert page.find("textarea").get_text().strip() == "x" * 251
    assert page.find("input", value="incomplete").has_attr("checked")
    assert statuses(key) == ["approved"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_company_reads_the_reason_in_its_own_language(app, session, officer, pair, lang):
    pair[0].account.locale = lang
    key = pair[0].id
    client = officer()
    client.submit(
        f"{LIST}/decide?decision=hold&company={key}",
        action="/decide",
        reason="unverified",
        note="<b>&\r\nBcc: x@x.test",
    )
    session.rollback()
    [message] = written(app, session, kind="company_status")
    text, html = (part.get_content() for part in message.iter_parts())
    said = {"vi": "Chưa xác minh được doanh nghiệp", "en": "The company could not be verified"}[lang]
    assert said in text
    assert said in html
    assert "<b>" in text
    assert "<b>" not in html
    assert message["Bcc"] is None


def test_ids_of_another_fair_and_no_ids_change_nothing(officer, factory, pair, statuses):
    foreign = factory.participant(factory.fair(slug="other"))
    keys = pair[0].id, foreign.id
    client = officer()
    for chosen in (list(keys), [keys[1]], ["nonsense"], ["' OR 1=1"]):
        for decision in ("approve", "hold", "refuse"):
            answer = client.post_token(f"{LIST}/chosen", decision=decision, company=[str(one) for one in chosen])
            if answer.status_code == 302:
                answer = client.get(answer.location)
            assert answer.status_code == 404, (chosen, decision)
    assert client.post_token(f"{LIST}/chosen", decision="delete", company=str(keys[0])).status_code == 404
    assert client.post_token(f"{LIST}/chosen", decision="hold").status_code == 302
    assert client.post_token(f"{LIST}/undo?company={keys[1]}").status_code == 404
    assert statuses(*keys) == ["approved", "approved"]


def test_other_fields_of_the_form_change_nothing(officer, session, pair):
    """Every column of a participation is posted along; only what the form is about changes."""
    key, columns = pair[0].id, [column.name for column in Participation.__table__.columns]
    session.commit()
    before = dict(session.execute(select(Participation.__table__).where(Participation.id == key)).mappings().one())
    client = officer()
    extra = dict.fromkeys(columns, "1") | {"fair_id": str(pair[1].id), "role": "buyer", "is_hosted": "1"}
    client.submit(f"{LIST}/decide?decision=hold&company={key}", action="/decide", reason="incomplete")
    client.post_token(f"{LIST}/chosen", **{**extra, "decision": "approve", "company": str(key)})
    session.rollback()
    after = dict(session.execute(select(Participation.__table__).where(Participation.id == key)).mappings().one())
    changed = {name for name in columns if before[name] != after[name]}
    assert changed <= {"status_at", "status_by", "profile_changed_at"}


class TestGate:
    """A company that is not approved is invisible and can't act, by every path."""

    @pytest.fixture(params=[ParticipationStatus.PENDING, ParticipationStatus.HELD, ParticipationStatus.REFUSED])
    def shut(self, request, session, factory, fair, pair):
        run_id = _run(factory, fair)
        factory.suggestion(
            pair[0], pair[1], run_id=run_id, exhibitor_rank=1, buyer_rank=1, label="text", contributions=[]
        )
        factory.offer(pair[0])
        pair[0].status = request.param
        session.flush()
        return pair[0]

    def test_others_do_not_see_it(self, client, session, pair, shut):
        reader, key = pair[1].account, shut.id
        session.commit()
        client.sign_in_as(reader)
        assert client.get(f"/fairs/expo/companies/{key}").status_code == 404
        assert "Gốm Mai" not in client.page("/fairs/expo/suggestions").main.get_text()

    def test_others_can_not_ask_it(self, client, session, pair, shut):
        reader, key = pair[1].account, shut.id
        session.commit()
        client.sign_in_as(reader)
        assert client.post_token(f"/fairs/expo/requests/{key}").status_code == 403

    def test_it_can_not_ask_or_answer(self, client, session, factory, pair, shut):
        # Such a request can't stand once a company is held; were there one all the same, it could not be answered.
        meeting, person, other = factory.meeting(*pair).id, shut.account, pair[1].id
        session.commit()
        client.sign_in_as(person)
        for address in (f"requests/{other}", f"requests/{meeting}/accept", f"meetings/{meeting}/cancel"):
            assert client.post_token(f"/fairs/expo/{address}").status_code == 403, address
        for address in ("requests", "agenda"):
            assert client.get(f"/fairs/expo/{address}").status_code == 403, address

    def test_it_is_not_matched(self, app, session, fair, shut):
        key = fair.id
        assert match_profiles.fair_profiles(session, fair_id=key).exhibitors == ()


def test_a_held_company_has_nothing_left_to_schedule(app, officer, factory, session, pair):
    factory.meeting(*pair, state="accepted")
    factory.slots(session.get(Fair, pair[0].fair_id), 2)
    key, fair_id = pair[0].id, pair[0].fair_id
    officer().submit(f"{LIST}/decide?decision=hold&company={key}", action="/decide", reason="incomplete")
    with app.app_context():
        begin_writing(db.session)
        found = schedule_problem.fair_problem(db.session, fair_id=fair_id, now=OPENING)
        db.session.rollback()
    assert found.problem.meetings == ()
    session.rollback()
    assert session.scalars(select(Notice.kind).order_by(Notice.kind)).all() == ["company_status", "meeting_cancelled"]


def _run(factory, fair):
    run = MatchRun(fair_id=fair.id, state="done", version="1", weights={}, coverage={}, started_at=OPENING)
    return factory.add(run).id
