"""The suggestions page: whom to meet, why, and what can be said to it."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, insert, select, update

from matchmaker import clock
from matchmaker.domain.fairs import Phase
from matchmaker.extensions import db
from matchmaker.models import (
    Company,
    Fair,
    FairPerson,
    MatchRun,
    Meeting,
    Participation,
    RepresentativeAbsence,
    Slot,
    Suggestion,
    SuggestionAnswer,
    Veto,
)
from matchmaker.services import kept_counts
from tests.factories import OPENING
from tests.query_count import count_queries

NOW = OPENING - timedelta(days=5)
MOST_QUERIES = 12
LIST = "/fairs/spring/suggestions"
REASONS = {
    "exhibitor": [
        {
            "code": "text_fits",
            "side": "mine",
            "params": {"terms": [{"source": "green tea", "target": "trà xanh"}]},
            "contribution": 0.3,
        },
        {"code": "no_shared_language", "side": "theirs", "params": {}, "contribution": -0.1},
    ],
    "buyer": [],
}


@pytest.fixture(autouse=True)
def before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def fair(factory):
    row = factory.fair(slug="spring")
    factory.slots(row, 3)
    return row


@pytest.fixture
def me(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây", country="VN")


@pytest.fixture
def run(factory, fair):
    return factory.add(MatchRun(fair_id=fair.id, state="done", version="1", weights={}, coverage={}, started_at=NOW))


@pytest.fixture
def suggest(factory, fair, me, run):
    """Put a buyer on my list; more of them stand further down."""
    ranks = iter(range(1, 100))

    def add(name, *, score=0.5, **values):
        buyer = factory.participant(fair, role="buyer", name=name, country=values.pop("country", "JP"))
        rank = next(ranks)
        factory.suggestion(
            me,
            buyer,
            run_id=run.id,
            exhibitor_rank=rank,
            buyer_rank=rank,
            score=score,
            label=values.pop("label", "default"),
            contributions=[],
            reasons=values.pop("reasons", REASONS),
            gaps=values.pop("gaps", {"exhibitor": None, "buyer": None}),
            best_pair=values.pop("best_pair", {"need": "Green tea in bulk", "offer": "Trà xanh", "terms": []}),
        )
        return buyer

    return add


def cards(page):
    return {card.h2.get_text(strip=True): card for card in page.select("li.sug")}


def without_tokens(page):
    for one in page.find_all("input", {"name": "csrf_token"}):
        one.decompose()
    return str(page.main)


def signed_in(client, session, me):
    account = me.account.id
    session.commit()
    return client.sign_in_as(account)


def test_a_card_says_who_why_and_when_and_offers_to_ask(client, session, me, suggest):
    suggest("Nordic Tea")
    page = signed_in(client, session, me).page(LIST)
    card = cards(page)["Nordic Tea"]
    text = card.get_text(" ", strip=True)
    for part in (
        "Green tea in bulk",
        "They need: green tea → trà xanh",
        "No language in common",
        "3 shared free times",
    ):
        assert part in text
    assert [form["action"].rsplit("/", 1)[-1] for form in card.find_all("form")][1:] == ["save"]
    assert card.find("a", attrs={"aria-label": "Not interested in Nordic Tea"})["href"].endswith("/skip")


def test_asking_from_a_card_makes_the_request(client, session, me, suggest):
    buyer = suggest("Nordic Tea").id
    client = signed_in(client, session, me)
    assert client.submit(LIST, action=f"/requests/{buyer}").status_code in {302, 303}
    assert session.scalars(select(Meeting.state)).all() == ["requested"]
    session.rollback()
    assert "Invited" in cards(client.page(LIST))["Nordic Tea"].get_text()


def test_saved_suggestions_can_be_filtered_and_let_go(client, session, me, suggest):
    for name in ("Nordic Tea", "Kaigan Foods"):
        buyer = suggest(name).id
    client = signed_in(client, session, me)
    client.submit(LIST, action=f"{buyer}/save")
    assert list(cards(client.page(f"{LIST}?show=saved"))) == ["Kaigan Foods"]
    client.submit(LIST, action=f"{buyer}/take-back")
    page = client.page(f"{LIST}?show=saved")
    assert (cards(page), "Nothing under this filter" in page.get_text()) == ({}, True)


def test_a_skipped_company_leaves_and_the_undo_brings_it_back(client, session, me, suggest):
    buyer = suggest("Nordic Tea").id
    client = signed_in(client, session, me)
    client.submit(f"{LIST}/{buyer}/skip", reason="competitor")
    assert session.scalars(select(SuggestionAnswer.reason)).all() == ["competitor"]
    session.rollback()
    page = client.page(LIST)
    assert (cards(page), "Nordic Tea will not be suggested" in page.get_text()) == ({}, True)
    undo = page.find("form", action=lambda action: action and action.endswith("take-back"))
    token = undo.find("input", {"name": "csrf_token"})["value"]
    client.post(undo["action"], data={"csrf_token": token})
    assert list(cards(client.page(LIST))) == ["Nordic Tea"]


def test_a_company_is_not_skipped_without_a_known_reason(client, session, me, suggest):
    buyer = suggest("Nordic Tea").id
    client = signed_in(client, session, me)
    page = client.page(f"{LIST}/{buyer}/skip")
    assert "Why is Nordic Tea not for you?" in page.h1.get_text()
    token = page.find("input", {"name": "csrf_token"})["value"]
    for reason in ("", "whatever"):
        refused = client.post(f"{LIST}/{buyer}/skip", data={"csrf_token": token, "reason": reason})
        assert (refused.status_code, "Choose a reason" in refused.get_data(as_text=True)) == (422, True)
    assert session.scalars(select(SuggestionAnswer)).all() == []


def test_only_a_suggested_company_can_be_skipped(client, factory, session, fair, me):
    stranger = factory.participant(fair, role="buyer", name="Stranger").id
    assert signed_in(client, session, me).get(f"{LIST}/{stranger}/skip").status_code == 404


def test_both_texts_are_quoted_in_the_readers_language_where_there_is_one(client, session, me, suggest):
    suggest(
        "Nordic Tea",
        best_pair={
            "need": "Trà xanh số lượng lớn",
            "offer": "Trà xanh đóng gói",
            "need_versions": {"vi": "Trà xanh số lượng lớn", "en": "Green tea in bulk"},
            "buyer": "buyer",
        },
    )
    suggest("Kaigan Foods", best_pair={"need": "Paper bags", "offer": "Kraft bags", "buyer": "exhibitor"})
    shown = cards(signed_in(client, session, me).page(LIST))
    told = {name: [p.get_text(strip=True) for p in card.find_all("p", recursive=False)] for name, card in shown.items()}
    assert told == {
        "Nordic Tea": ["Green tea in bulk", "Your offer: Trà xanh đóng gói"],
        "Kaigan Foods": ["Kraft bags", "Your need: Paper bags"],
    }


def test_filters_count_what_they_show(client, session, me, suggest):
    suggest("Nordic Tea", score=0.7)
    suggest("Sài Gòn Xanh", country="VN")
    client = signed_in(client, session, me)
    shown = {show: list(cards(client.page(f"{LIST}?show={show}"))) for show in ("strong", "international", "domestic")}
    assert shown == {"strong": ["Nordic Tea"], "international": ["Nordic Tea"], "domestic": ["Sài Gòn Xanh"]}
    assert len(cards(client.page(f"{LIST}?show=nonsense"))) == 2


def test_after_the_fair_no_card_offers_to_ask(client, session, fair, me, suggest):
    suggest("Nordic Tea")
    fair.phase = Phase.FOLLOW_UP
    card = cards(signed_in(client, session, me).page(LIST))["Nordic Tea"]
    assert card.find("form") is None
    assert "The fair is over" in card.get_text()


def test_a_company_that_declined_can_not_be_asked_again(client, factory, session, me, suggest):
    buyer = suggest("Nordic Tea")
    factory.meeting(me, buyer, state="declined", requested_by="exhibitor")
    card = cards(signed_in(client, session, me).page(LIST))["Nordic Tea"]
    assert card.find("form") is None
    assert "declined your request" in card.get_text()


def test_a_meeting_agreed_is_linked_from_the_card(client, factory, session, me, suggest):
    meeting = factory.meeting(me, suggest("Nordic Tea"), state="accepted").id
    card = cards(signed_in(client, session, me).page(LIST))["Nordic Tea"]
    assert card.find("a", class_="is-done")["href"] == f"/fairs/spring/meetings/{meeting}"


@pytest.mark.parametrize("state", ["accepted", "held", "no_show"])
def test_whom_one_meets_stands_below_who_can_still_be_asked(client, factory, session, me, suggest, state):
    factory.meeting(me, suggest("Nordic Tea"), state=state)
    factory.meeting(me, suggest("Kaze Foods"), requested_by="exhibitor")
    suggest("Almira Trading")
    assert list(cards(signed_in(client, session, me).page(LIST))) == ["Kaze Foods", "Almira Trading", "Nordic Tea"]


def test_who_asked_the_reader_waits_for_an_answer_and_is_not_called_agreed(client, factory, session, me, suggest):
    meeting = factory.meeting(me, suggest("Nordic Tea"), requested_by="buyer").id
    card = cards(signed_in(client, session, me).page(LIST))["Nordic Tea"]
    assert "Meeting agreed" not in card.get_text()
    link = card.find("a", string=lambda text: text and "Answer the request" in text) or card.select_one(".acts a")
    assert (link.get_text(" ", strip=True), link["href"]) == (
        "Answer the request Nordic Tea",
        f"/fairs/spring/meetings/{meeting}",
    )


@pytest.mark.parametrize(("state", "words"), [("held", "You have met"), ("no_show", "Not held")])
def test_what_became_of_a_meeting_is_said_on_the_card(client, factory, session, me, suggest, state, words):
    factory.meeting(me, suggest("Nordic Tea"), state=state)
    card = cards(signed_in(client, session, me).page(LIST))["Nordic Tea"]
    assert card.select_one(".acts").get_text(" ", strip=True) == f"{words} Nordic Tea"


def test_before_the_first_run_the_page_says_what_it_waits_for(client, session, me):
    assert "The matching has not run yet" in signed_in(client, session, me).page(LIST).get_text()


def test_after_a_run_without_a_fit_the_page_says_what_would_change_that(client, session, me, run):
    run.finished_at = NOW
    assert "No suggestion yet" in signed_in(client, session, me).page(LIST).get_text()


def test_the_missing_field_that_would_help_most_is_named(client, session, me, suggest):
    suggest("Nordic Tea", gaps={"exhibitor": "certificates", "buyer": None}, label="few_details")
    text = signed_in(client, session, me).page(LIST).get_text()
    assert "They don't know your certificates yet" in text
    assert "Few details yet" in text


def test_the_page_is_in_the_language_of_its_reader(client, session, me, suggest):
    suggest("Nordic Tea")
    me.account.locale = "vi"
    page = signed_in(client, session, me).page(LIST)
    assert (page.html["lang"], "Họ cần: green tea → trà xanh" in page.get_text()) == ("vi", True)


def test_the_page_costs_as_many_statements_for_many_cards_as_for_one(client, factory, session, me, suggest):
    def cost():
        with count_queries(engine) as sent:
            client.page(LIST)
        return len(sent)

    engine = db.engine
    first = suggest("Nordic Tea")
    factory.meeting(me, first)
    account = me.account.id
    session.commit()
    client.sign_in_as(account)
    client.page(LIST)  # From here on the names of the fair's categories and its slots are kept.
    alone = cost()
    for number in range(12):
        factory.meeting(me, suggest(f"Buyer {number}"), state="accepted")
    session.commit()
    client.page(LIST)
    assert cost() == alone <= MOST_QUERIES


def test_each_reader_gets_forms_with_their_own_token(app, client, session, me, suggest):
    buyer = suggest("Nordic Tea").id
    colleague = signed_in(client, session, me)
    tokens = [{one["value"] for one in colleague.page(LIST).find_all("input", {"name": "csrf_token"})}]
    other = signed_in(app.test_client(), session, me)
    tokens.append({one["value"] for one in other.page(LIST).find_all("input", {"name": "csrf_token"})})
    assert [len(one) for one in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    for reader in (colleague, other):
        assert reader.submit(LIST, action=f"{buyer}/save").status_code in {302, 303}
        reader.submit(LIST, action=f"{buyer}/take-back")


CHANGES = {
    "what a company is called": lambda s: (
        update(Company).where(Company.id == s.buyer.company_id).values(name="Nordhavn")
    ),
    "where it is": lambda s: update(Company).where(Company.id == s.buyer.company_id).values(country="VN"),
    "whether its papers were seen": lambda s: (
        update(Company)
        .where(Company.id == s.buyer.company_id)
        .values(verified_at=NOW, verified_as=Company.name_key + "|")
    ),
    "that it is put aside": lambda s: insert(SuggestionAnswer).values(
        participation_id=s.me.id, other_id=s.buyer.id, answer="saved", reason="", at=NOW
    ),
    "that it does not want to meet": lambda s: insert(Veto).values(
        participation_id=s.buyer.id, other_company_id=s.me.company_id, reason="other", at=NOW
    ),
    "that it is let in no more": lambda s: (
        update(Participation).where(Participation.id == s.buyer.id).values(status="rejected")
    ),
    "how well it fits": lambda _: update(Suggestion).values(score=0.9),
    "why it fits": lambda _: update(Suggestion).values(reasons={"exhibitor": [], "buyer": []}),
    "when someone of theirs is away": lambda s: insert(RepresentativeAbsence).values(
        representative_id=s.buyer.representative.id, slot_id=s.slot_id
    ),
    "who comes for it": lambda s: delete(FairPerson).where(FairPerson.participation_id == s.buyer.id),
    "a slot that is gone": lambda s: delete(Slot).where(Slot.id == s.slot_id),
    "a request": lambda s: insert(Meeting).values(
        id=uuid.uuid4(),
        fair_id=s.me.fair_id,
        exhibitor_id=s.me.id,
        buyer_id=s.buyer.id,
        requested_by="buyer",
        state="requested",
        origin="request",
        requested_at=NOW,
        changed_at=NOW,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_list_that_was_kept_is_drawn_anew_after_any_change(client, session, me, suggest, change):
    buyer = suggest("Nordic Tea")
    slot_id = session.scalars(select(Slot.id).order_by(Slot.number)).first()
    statement = CHANGES[change](SimpleNamespace(me=me, buyer=buyer, slot_id=slot_id))
    client = signed_in(client, session, me)
    before = without_tokens(client.page(LIST))
    assert without_tokens(client.page(LIST)) == before
    session.execute(statement)
    session.commit()
    after = without_tokens(client.page(LIST))
    assert after != before
    for kept in kept_counts.WATCHING:
        kept._kept.clear()
    assert without_tokens(client.page(LIST)) == after


def test_companies_of_another_fair_or_not_suggested_are_not_found(client, factory, session, me, suggest):
    suggest("Nordic Tea")
    fairs = (factory.fair(), session.get(Fair, me.fair_id))
    strangers = [factory.participant(where, role="buyer").id for where in fairs]
    client = signed_in(client, session, me)
    token = client.page(LIST).find("input", {"name": "csrf_token"})["value"]
    statuses = {
        client.post(f"{LIST}/{key}/{answer}", data={"csrf_token": token}).status_code
        for key in (*strangers, factory.unknown_id())
        for answer in ("save", "skip", "take-back")
    }
    assert statuses == {404}
    assert session.scalars(select(SuggestionAnswer)).all() == []


def test_a_participant_of_another_fair_does_not_see_the_page(client, factory, session, fair):
    outsider = factory.participant(factory.fair())
    assert signed_in(client, session, outsider).get(LIST).status_code == 404
