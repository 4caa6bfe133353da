from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from matchmaker import clock
from matchmaker.domain.deals.deal import Direction, Reach
from matchmaker.domain.deals.evidence import Evidence, EvidenceLevel
from matchmaker.domain.deals.flags import FlagCode
from matchmaker.domain.deals.reports import Attribution, Horizon
from matchmaker.domain.deals.stages import HEADLINE, Outcome
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.money.reading import AmountProblem
from matchmaker.models import Company, Deal, Meeting, OutcomeReport
from matchmaker.models.engine import begin_writing
from matchmaker.services.outcomes import Absent
from matchmaker.web import outcomes as words
from matchmaker.web.deals import wording
from tests.factories import OPENING

AFTER = OPENING + timedelta(hours=3)


@pytest.fixture(autouse=True)
def after_the_meeting(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def met(session, factory):
    """Two companies with a scheduled meeting that is over, and a third company that was not there."""
    fair = factory.fair(slug="tea-days", phase="fair_days")
    factory.rate(fair, "VND", "0.00004")
    seller = factory.participant(fair, name="Trà Xanh")
    buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods", country="JP")
    stranger = factory.participant(fair, name="Gốm Mai")
    first, second = factory.slots(fair, 2)
    meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=first.id)
    later = factory.meeting(seller, buyer, state="scheduled", slot_id=second.id)
    session.commit()
    return Met(fair=fair, seller=seller, buyer=buyer, stranger=stranger, meeting=meeting, later=later)


class Met:
    def __init__(self, *, fair, seller, buyer, stranger, meeting, later):
        self.fair, self.seller, self.buyer, self.stranger = fair, seller, buyer, stranger
        self.meeting_id, self.later_id = meeting.id, later.id
        self.company_of_buyer = buyer.company_id
        self.accounts = {"seller": seller.account.id, "buyer": buyer.account.id, "stranger": stranger.account.id}
        self.address = f"/fairs/tea-days/meetings/{meeting.id}/outcome"
        self.later = f"/fairs/tea-days/meetings/{later.id}/outcome"


def confirmed(client, address, *, value="125000", kind="mou", horizon="12m", **more):
    """Save a result the way the page that reads the amount back sends it."""
    data = {**token(client, address), "kind": kind, "value": value, "currency": "USD", "horizon": horizon, **more}
    return client.post(f"{address}/confirm", data=data)


def reports(session):
    session.rollback()
    return session.scalars(select(OutcomeReport).order_by(OutcomeReport.stated_at, OutcomeReport.entry)).all()


def text_of(answer):
    return " ".join(answer.get_data(as_text=True).split())


class TestAsking:
    @pytest.mark.parametrize(("country", "currency"), [("JP", "USD"), ("VN", "VND")])
    def test_two_of_one_country_are_asked_in_its_currency_and_others_in_the_fairs(
        self, client, session, met, country, currency
    ):
        session.get(Company, met.company_of_buyer).country = country
        session.commit()
        for who in ("seller", "buyer"):
            client.sign_in_as(met.accounts[who])
            chosen = client.page(met.address).find(id="currency").find("option", selected=True)
            assert chosen["value"] == currency

    def test_a_country_whose_currency_has_no_rate_is_asked_in_the_fairs(self, client, session, met):
        for row in session.scalars(select(Company)):
            row.country = "JP"
        session.commit()
        client.sign_in_as(met.accounts["seller"])
        assert client.page(met.address).find(id="currency").find("option", selected=True)["value"] == "USD"

    def test_a_rate_fixed_since_the_form_was_drawn_is_offered_at_once(self, client, session, factory, met):
        client.sign_in_as(met.accounts["seller"])

        def offered():
            return [one["value"] for one in client.page(met.address).find(id="currency").find_all("option")]

        assert offered() == ["USD", "VND"]
        session.rollback()
        begin_writing(session)
        factory.rate(met.fair, "EUR", "1.1")
        session.commit()
        assert offered() == ["USD", "EUR", "VND"]

    def test_the_deal_that_is_asked_about_goes_along_with_the_first_answer(self, client, met):
        client.sign_in_as(met.accounts["seller"])
        form = client.page(f"{met.address}?deal=new&x=1").find("section", {"data-region": "outcome"}).form
        assert form["action"] == f"{met.address}?deal=new"

    def test_what_one_side_answered_is_not_in_the_form_of_the_other(self, client, met):
        client.sign_in_as(met.accounts["seller"])
        client.submit(met.address, outcome="follow_up")
        assert client.page(met.address).find("input", {"name": "outcome", "checked": True})["value"] == "follow_up"
        client.sign_in_as(met.accounts["buyer"])
        assert client.page(met.address).find("input", {"name": "outcome", "checked": True}) is None


class TestAnswering:
    @pytest.mark.parametrize(("answer", "outcome"), [("no_fit", Outcome.NO_INTEREST), ("follow_up", Outcome.FOLLOW_UP)])
    def test_no_fit_and_follow_up_are_saved_by_the_first_button(self, client, session, met, answer, outcome):
        client.sign_in_as(met.accounts["seller"])

        saved = client.submit(met.address, outcome=answer)

        assert (saved.status_code, saved.location) == (302, "/fairs/tea-days/agenda")
        (row,) = reports(session)
        assert (row.outcome, row.side, row.entry, row.deal_id, row.amount) == (outcome, "seller", 1, None, None)
        assert session.get(Meeting, met.meeting_id).state == MeetingState.HELD

    def test_an_amount_is_read_back_in_words_before_it_is_saved(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])

        shown = client.submit(met.address, outcome="result", kind="mou", value="1.2 million")

        assert shown.status_code == 200
        assert "USD 1,200,000.00" in text_of(shown)
        assert "One million two hundred thousand US dollars" in text_of(shown)
        assert reports(session) == []

        saved = confirmed(client, met.address, value="1.2 million", number="MOU-7")

        assert (saved.status_code, saved.location) == (302, "/fairs/tea-days/results")
        (row,) = reports(session)
        assert (row.outcome, row.amount, row.currency, row.horizon, row.typed) == (
            "mou",
            Decimal(1_200_000),
            "USD",
            "12m",
            "1.2 million",
        )
        assert (row.evidence, row.evidence_number, row.stated_by) == (
            "order_number",
            "MOU-7",
            met.accounts["seller"],
        )

    def test_an_ambiguous_amount_is_offered_in_both_readings_and_none_is_guessed(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])

        shown = text_of(client.submit(met.address, outcome="result", kind="mou", value="1 million 5"))
        unchosen = confirmed(client, met.address, value="1 million 5")

        assert "can be read in more than one way" in shown
        assert ("USD 1,500,000.00" in shown, "USD 1,000,005.00" in shown) == (True, True)
        assert "Choose the amount you mean." in text_of(unchosen)
        assert (unchosen.status_code, reports(session)) == (422, [])

        confirmed(client, met.address, value="1 million 5", reading="1000005 USD")
        assert [row.amount for row in reports(session)] == [Decimal(1_000_005)]

    def test_an_unreadable_amount_keeps_what_was_typed_with_the_reason_beside_it(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])

        refused = client.submit(met.address, outcome="result", kind="order", value="about twenty boxes")

        assert refused.status_code == 422
        assert 'value="about twenty boxes"' in text_of(refused)
        assert "There is no number here." in text_of(refused)
        assert reports(session) == []

    @pytest.mark.parametrize("value", ["-5", "0", "1e9", "9" * 40])
    def test_amounts_nobody_can_mean_are_refused(self, client, session, met, value):
        client.sign_in_as(met.accounts["seller"])

        assert client.submit(met.address, outcome="result", kind="order", value=value).status_code == 422
        assert reports(session) == []

    def test_a_value_needs_the_time_it_is_meant_for(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])

        refused = confirmed(client, met.address, horizon="")

        assert (refused.status_code, reports(session)) == (422, [])
        assert "Choose by when it is to be traded." in text_of(refused)

    def test_a_result_without_value_is_saved_at_once(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])

        client.submit(met.address, outcome="result", kind="agreement")

        (row,) = reports(session)
        assert (row.outcome, row.amount, row.deal_id is not None) == ("agreement", None, True)

    def test_an_answer_needs_one_of_the_four_choices_and_a_result_its_kind(self, client, met):
        client.sign_in_as(met.accounts["seller"])

        assert "Choose one of the four answers." in text_of(client.submit(met.address, action="/outcome"))
        assert "Choose what kind of result it is." in text_of(client.submit(met.address, outcome="result"))


class TestCorrecting:
    def test_a_correction_is_a_new_entry_and_the_old_one_stays(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])
        confirmed(client, met.address, value="100000")
        confirmed(client, met.address, value="90000")

        entries = [(row.entry, row.amount) for row in reports(session)]

        assert entries == [(1, Decimal(100_000)), (2, Decimal(90_000))]
        assert len(session.scalars(select(Deal)).all()) == 1

    def test_the_same_answer_sent_twice_is_one_entry(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])
        confirmed(client, met.address)
        confirmed(client, met.address)

        assert len(reports(session)) == 1

    def test_no_fit_after_a_result_takes_the_result_back(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])
        confirmed(client, met.address)
        client.submit(met.address, outcome="no_fit")

        first, second = reports(session)

        assert (second.deal_id, second.entry, second.outcome) == (first.deal_id, 2, "no_interest")


class TestWhichDeal:
    def test_the_other_side_speaks_of_the_same_deal_without_being_asked(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])
        confirmed(client, met.address, value="100000")
        client.sign_in_as(met.accounts["buyer"])
        confirmed(client, met.address, value="95000")

        assert len({row.deal_id for row in reports(session)}) == 1

    def test_a_second_meeting_asks_whether_it_is_the_same_deal(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])
        confirmed(client, met.address)

        asked = text_of(client.submit(met.later, outcome="result", kind="agreement", value="5000"))
        unanswered = confirmed(client, met.later, kind="agreement", value="5000")

        assert "Which deal is it?" in asked
        assert "The deal of our meeting on 18 Nov 2026" in asked
        assert unanswered.status_code == 422

        (deal,) = {row.deal_id for row in reports(session)}
        confirmed(client, met.later, kind="agreement", value="5000", deal=str(deal))
        assert {row.deal_id for row in reports(session)} == {deal}

    def test_another_deal_is_counted_beside_the_first(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])
        confirmed(client, met.address)
        confirmed(client, met.later, value="5000", deal="new")

        assert len({row.deal_id for row in reports(session)}) == 2

    def test_that_no_further_deal_came_of_it_takes_the_first_one_not_back(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])
        confirmed(client, met.address)

        client.submit(f"{met.address}?deal=new", outcome="no_fit")

        assert [row.outcome for row in reports(session)] == ["mou"]

    def test_a_deal_of_other_companies_answers_not_found(self, client, session, met, factory):
        fair = met.fair
        other = factory.participant(fair, role=Role.BUYER)
        foreign = factory.add(Deal(fair_id=fair.id, exhibitor_id=met.seller.id, buyer_id=other.id, opened_at=AFTER))
        session.commit()
        client.sign_in_as(met.accounts["seller"])

        assert client.submit(f"{met.address}?deal={foreign.id}", outcome="no_fit").status_code == 404
        assert reports(session) == []


class TestWhatTheOtherSideSaid:
    def test_it_stays_hidden_until_one_has_answered(self, client, met):
        client.sign_in_as(met.accounts["seller"])
        confirmed(client, met.address, value="100000")
        client.sign_in_as(met.accounts["buyer"])

        before = [client.get(met.address), client.get("/fairs/tea-days/results")]
        assert [("100,000" in text_of(page), "100000" in text_of(page)) for page in before] == [(False, False)] * 2
        assert "Waiting for your answer" in text_of(before[1])

        confirmed(client, met.address, value="95000")
        assert "MoU · USD 100,000.00" in text_of(client.get(met.address))
        results = text_of(client.get("/fairs/tea-days/results"))
        assert "They said: MoU · USD 100,000.00 · Within 12 months" in results
        assert "USD 97,500.00" in results
        assert "Both sides, mean counted" in results

        confirmed(client, met.address, value="100000")
        results = text_of(client.get("/fairs/tea-days/results"))
        assert ("Both sides" in results, "mean counted" in results) == (True, False)

    def test_it_is_not_even_read_from_the_tables(self, session, met, client):
        client.sign_in_as(met.accounts["seller"])
        confirmed(client, met.address, value="100000")
        client.sign_in_as(met.accounts["buyer"])
        asked_for = []
        engine = session.get_bind()
        listener = lambda _c, _u, _s, parameters, *_: asked_for.append(str(parameters))  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        client.get(met.address)
        event.remove(engine, "before_cursor_execute", listener)

        assert [values for values in asked_for if "seller" in values] == []


class TestNotHeld:
    @pytest.mark.parametrize(
        ("absent", "side"), [(Absent.THEM, "buyer"), (Absent.US, "exhibitor"), (Absent.BOTH, "both")]
    )
    def test_who_was_missing_is_put_on_record(self, client, session, met, absent, side):
        client.sign_in_as(met.accounts["seller"])
        page = client.submit(met.address, outcome="not_held")
        assert "Why was there no meeting with Kaze Foods?" in text_of(page)

        client.post(f"{met.address}/not-held", data={**token(client, met.address), "absent": str(absent)})

        session.rollback()
        meeting = session.get(Meeting, met.meeting_id)
        assert (meeting.state, meeting.no_show_side) == ("no_show", side)

    def test_a_meeting_that_was_called_off_is_cancelled(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])
        client.post(f"{met.address}/not-held", data={**token(client, met.address), "absent": "called_off"})

        session.rollback()
        assert session.get(Meeting, met.meeting_id).state == "cancelled"

    def test_a_value_on_it_is_refused_with_the_reason_until_it_is_said_to_have_taken_place(self, client, session, met):
        client.sign_in_as(met.accounts["buyer"])
        client.post(f"{met.address}/not-held", data={**token(client, met.address), "absent": "them"})
        client.sign_in_as(met.accounts["seller"])
        csrf = token(client, met.address)

        refused = client.post(
            f"{met.address}/confirm",
            data={**csrf, "kind": "order", "value": "500", "currency": "USD", "horizon": "12m"},
        )

        assert refused.status_code == 422
        assert "nothing is counted of a meeting that was not held" in text_of(refused)
        assert reports(session) == []

        assert client.submit(met.address, action="/held").status_code == 302
        confirmed(client, met.address, value="500")
        assert [row.amount for row in reports(session)] == [Decimal(500)]

    def test_a_meeting_ahead_has_no_outcome_yet(self, client, session, met, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: OPENING - timedelta(hours=1))
        client.sign_in_as(met.accounts["seller"])

        page = client.page(met.address)
        saved = client.post(met.address, data={**token(client, met.address), "outcome": "follow_up"})

        assert "still ahead" in page.get_text()
        assert (saved.status_code, reports(session)) == (422, [])

    def test_what_is_on_record_as_held_can_not_be_missed(self, client, met):
        client.sign_in_as(met.accounts["seller"])
        client.submit(met.address, outcome="follow_up")

        late = client.post(f"{met.address}/not-held", data={**token(client, met.address), "absent": "them"})

        assert late.status_code == 409
        assert "on record as held" in text_of(late)


class TestScope:
    def test_another_company_finds_neither_the_page_nor_a_way_to_answer(self, client, session, met):
        client.sign_in_as(met.accounts["stranger"])
        csrf = token(client, "/fairs/tea-days/results")

        assert client.get(met.address).status_code == 404
        for end, fields in (
            ("", {"outcome": "no_fit"}),
            ("/confirm", {"kind": "mou", "value": "5", "currency": "USD", "horizon": "12m"}),
            ("/not-held", {"absent": "them"}),
            ("/held", {}),
        ):
            assert client.post(f"{met.address}{end}", data={**csrf, **fields}).status_code == 404
        assert reports(session) == []
        assert session.get(Meeting, met.meeting_id).state == "scheduled"

    def test_the_same_meeting_is_not_found_under_another_fair(self, client, session, met, factory):
        elsewhere = factory.fair(slug="elsewhere")
        factory.participation(elsewhere, met.seller.company)
        session.commit()
        client.sign_in_as(met.accounts["seller"])

        assert client.get(f"/fairs/elsewhere/meetings/{met.meeting_id}/outcome").status_code == 404


class TestResults:
    def test_it_says_where_results_come_from_while_there_are_none(self, client, met):
        client.sign_in_as(met.accounts["seller"])

        assert "No result yet" in client.page("/fairs/tea-days/results").get_text()

    def test_results_stand_by_rung_the_highest_first(self, client, met):
        client.sign_in_as(met.accounts["seller"])
        client.submit(met.address, outcome="follow_up")
        confirmed(client, met.later, kind="agreement", value="5000")

        page = client.page("/fairs/tea-days/results")

        assert [" ".join(tag.get_text().split()) for tag in page.find_all("h2")] == ["Contract", "Follow-up agreed"]

    def test_in_vietnamese_the_words_are_those_of_the_language(self, client, met):
        client.sign_in_as(met.accounts["seller"])

        assert client.page(f"{met.address}?lang=vi").html["lang"] == "vi"


def test_every_code_has_words():
    assert set(words.OUTCOMES) == set(Outcome)
    assert set(words.EVIDENCES) == set(Evidence)
    assert set(words.LEVELS) == set(words.LEVEL_MARKS) == set(EvidenceLevel)
    assert set(words.HORIZONS) == set(Horizon)
    assert set(words.DIRECTIONS) == set(Direction)
    assert set(words.REACHES) == set(Reach)
    assert set(words.ATTRIBUTIONS) == set(Attribution)
    assert set(words.FLAGS) == set(FlagCode)
    assert set(wording.KINDS) == HEADLINE
    assert set(wording.ABSENT) == set(Absent)
    assert set(wording.AMOUNT_PROBLEMS) == set(AmountProblem)
    assert set(wording.MOVED_ON) == set(MeetingState)


def token(client, address):
    """The token that forms of this browser carry."""
    return {"csrf_token": client.page(address).find("input", {"name": "csrf_token"})["value"]}


class TestDetails:
    def test_a_value_over_several_years_is_split_and_the_parts_make_the_whole(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])
        split = {"horizon": "multi_year", **{f"years-{place}": "" for place in range(5)}, "years-0": "25000"}

        unsplit = confirmed(client, met.address, horizon="multi_year")
        short = confirmed(client, met.address, **split)
        assert (unsplit.status_code, short.status_code, reports(session)) == (422, 422, [])
        assert "add up to the whole amount" in text_of(short)
        assert client.tree(short).select_one('input[name="years-0"]')["value"] == "25000"

        confirmed(client, met.address, **{**split, "years-2": "100000"})
        (row,) = reports(session)
        assert row.years == [[AFTER.year, "25000"], [AFTER.year + 2, "100000"]]

    def test_a_split_of_a_value_within_a_year_is_left_aside(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])
        confirmed(client, met.address, **{"years-0": "25000"})
        assert [row.years for row in reports(session)] == [[]]

    def test_a_buyers_saving_is_kept_apart_and_a_sellers_is_refused(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])
        assert confirmed(client, met.address, saving="5,000").status_code == 422
        client.sign_in_as(met.accounts["buyer"])
        asked = client.submit(met.address, outcome="result", kind="mou", value="125000")
        assert "What you save by it" in text_of(asked)
        confirmed(client, met.address, saving="5000")
        (row,) = reports(session)
        assert (row.amount, row.saving) == (Decimal(125_000), Decimal(5_000))

    def test_goods_and_day_are_kept_with_the_deal(self, client, session, factory, met):
        factory.category("tea")
        session.commit()
        client.sign_in_as(met.accounts["seller"])
        assert confirmed(client, met.address, category="nothing-known").status_code == 422
        confirmed(client, met.address, category="tea", expected_on="2027-03-01")
        (row,) = reports(session)
        assert row.expected_on.isoformat() == "2027-03-01"
        assert session.scalar(select(Deal.category_code)) == "tea"

    def test_a_day_that_is_none_is_said_beside_its_field(self, client, session, met):
        client.sign_in_as(met.accounts["seller"])
        assert confirmed(client, met.address, expected_on="soon").status_code == 422
        assert reports(session) == []
