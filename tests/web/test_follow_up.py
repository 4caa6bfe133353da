"""The question after the fair, from the timer to the answer in the ledger."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.deals.follow_up import OPEN_FOR, Wave, day_of
from matchmaker.domain.deals.stages import Outcome
from matchmaker.jobs import ask_follow_ups
from matchmaker.models import FollowUp, Notice, OutcomeReport
from matchmaker.services import ledger
from matchmaker.services.reports import results_of
from matchmaker.signed_links import signed
from tests.mails import written
from tests.services.test_deals import Scene, usd


@pytest.fixture
def scene(session, factory):
    found = Scene(session, factory)
    found.say(found.seller, Outcome.MOU, usd("20000"))
    session.commit()
    return found


@pytest.fixture
def client(client):
    client.get("/?lang=en")
    return client


@pytest.fixture
def at(monkeypatch):
    """Set the time."""

    def set_to(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
        return moment

    return set_to


def wave_day(scene, wave=Wave.DAY_30):
    day = day_of(wave, closes_on=scene.fair.closes_on)
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


def asked(session, app, at, scene, wave=Wave.DAY_30):
    now = at(wave_day(scene, wave))
    ask_follow_ups.run(now)
    session.rollback()
    rows = session.scalars(select(FollowUp).where(FollowUp.wave == wave).order_by(FollowUp.participation_id)).all()
    found = {row.participation_id: row.id for row in rows}
    session.rollback()
    return {
        key: signed(secret=app.config["SECRET_KEY"], purpose="follow_up", subject=one) for key, one in found.items()
    }


def link_of(session, app, at, scene, *, side="seller", wave=Wave.DAY_30):
    return f"/follow-up/{asked(session, app, at, scene, wave)[getattr(scene, side).id]}"


def sent(page):
    """What a browser would send of a page: every field with a value, as it stands."""
    fields = {}
    for one in page.select("main form input, main form select"):
        if one.get("type") in {"radio", "checkbox"} and not one.has_attr("checked"):
            continue
        chosen = one.select_one("option[selected]") or one.select_one("option") if one.name == "select" else one
        fields[one["name"]] = chosen.get("value", "")
    return fields


def field(page, end):
    return next(one["name"] for one in page.select("main form input, main form select") if one["name"].endswith(end))


class TestAsking:
    def test_both_companies_of_a_deal_are_asked_once_for_a_wave(self, session, app, at, scene):
        found = asked(session, app, at, scene)
        assert set(found) == {scene.seller.id, scene.buyer.id}
        assert ask_follow_ups.run(wave_day(scene)) == 0
        session.rollback()
        kinds = session.scalars(select(Notice.kind).where(Notice.kind.startswith("follow_up"))).all()
        assert kinds == ["follow_up_asked"] * 2

    def test_a_meeting_without_a_deal_is_not_asked_about(self, session, factory, app, at):
        other = Scene(session, factory)
        other.say(other.seller, Outcome.FOLLOW_UP)
        session.commit()
        assert asked(session, app, at, other) == {}

    def test_reminders_come_twice_and_stop(self, session, app, at, scene):
        asked(session, app, at, scene)
        day = wave_day(scene)
        told = [ask_follow_ups.run(day + timedelta(days=days)) for days in range(1, 30)]
        assert [(days, count) for days, count in enumerate(told, start=1) if count] == [(7, 2), (21, 2)]

    def test_who_answered_or_wants_no_more_is_not_reminded(self, session, client, app, at, scene):
        links = asked(session, app, at, scene)
        for link in links.values():
            client.submit(f"/follow-up/{link}", action="/stop")
        day = wave_day(scene)
        assert ask_follow_ups.run(day + timedelta(days=8)) == 0
        assert asked(session, app, at, scene, Wave.DAY_90) == {}


class TestAnswering:
    def test_opening_the_link_changes_nothing_and_shows_what_was_said(self, session, client, app, at, scene):
        link = link_of(session, app, at, scene)
        page = client.page(link)
        assert "20,000" in page.text
        session.rollback()
        assert session.scalar(select(FollowUp.answered_at).where(FollowUp.answered_at.is_not(None))) is None

    def test_delivered_goods_are_read_back_and_stand_apart_from_the_headline(self, session, client, app, at, scene):
        link = link_of(session, app, at, scene, wave=Wave.DAY_180)
        page = client.page(link)
        said = {
            **sent(page),
            field(page, "-answer"): "delivered",
            field(page, "-value"): "18,500.50",
            field(page, "-attribution"): "later",
        }
        confirm = client.post(link, data=said)
        assert confirm.status_code == 200
        assert "Eighteen thousand five hundred" in confirm.text
        session.rollback()
        assert session.scalar(select(OutcomeReport.id).where(OutcomeReport.outcome == "realised")) is None

        done = client.post(link, data={**sent(client.tree(confirm)), "confirmed": "1"}, follow_redirects=True)
        assert "this is recorded" in done.text
        assert "Delivered or paid · USD 18,500.50" in done.text
        session.rollback()
        report = results_of(session, fair=scene.fair, now=clock.now()).report
        assert report.headline.value.amount == Decimal("20000.00")
        assert report.realised.value.amount == Decimal("18500.50")
        assert ledger.strays(session, fair_id=scene.fair.id) == []

    def test_as_we_said_keeps_the_value_and_takes_the_attribution(self, session, client, app, at, scene):
        link = link_of(session, app, at, scene)
        page = client.page(link)
        said = {**sent(page), field(page, "-answer"): "unchanged", field(page, "-attribution"): "no"}
        client.post(link, data=said)
        client.post(link, data=said)
        session.rollback()
        rows = session.scalars(select(OutcomeReport).order_by(OutcomeReport.entry)).all()
        assert [(row.outcome, row.amount, row.attribution) for row in rows] == [
            ("mou", Decimal(20000), None),
            ("mou", Decimal(20000), "no"),
        ]

    def test_a_signed_contract_takes_the_place_of_the_memorandum(self, session, client, app, at, scene):
        link = link_of(session, app, at, scene)
        page = client.page(link)
        client.post(link, data={**sent(page), field(page, "-answer"): "signed"})
        session.rollback()
        report = results_of(session, fair=scene.fair, now=clock.now()).report
        assert {settled.reconciled.stage for settled in report.ledger.deals} == {Outcome.AGREEMENT}
        assert report.headline.value.amount == Decimal("20000.00")

    @pytest.mark.parametrize(
        ("value", "words"),
        [("", "Say for how much"), ("1.000", "can be read as"), ("lots", "no number"), ("0", "above zero")],
    )
    def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(
        self, session, client, app, at, scene, value, words
    ):
        link = link_of(session, app, at, scene)
        page = client.page(link)
        said = {
            **sent(page),
            field(page, "-answer"): "delivered",
            field(page, "-value"): value,
            field(page, "-invoice"): "HĐ 12",
        }
        refused = client.post(link, data=said)
        assert refused.status_code == 422
        assert words in client.tree(refused).select_one(".err").text
        assert client.tree(refused).select_one('input[name$="-invoice"]')["value"] == "HĐ 12"

    def test_a_deal_that_came_to_nothing_is_still_named_where_one_is_thanked(self, session, client, app, at, scene):
        link = link_of(session, app, at, scene)
        page = client.page(link)
        client.post(link, data={**sent(page), field(page, "-answer"): "fell_through"})
        rows = client.page(link).select("main .rows li")
        assert [row.p.get_text() for row in rows] == ["It came to nothing"]

    def test_nothing_answered_is_said(self, session, client, app, at, scene):
        link = link_of(session, app, at, scene)
        refused = client.post(link, data=sent(client.page(link)))
        assert refused.status_code == 422
        assert "Answer for one deal at least." in refused.text

    def test_the_other_sides_figure_stays_hidden_until_one_has_answered(self, session, client, app, at, scene):
        page = client.page(link_of(session, app, at, scene, side="buyer"))
        assert "20,000" not in page.text
        assert "They have named a deal with you" in page.text


class TestLinks:
    def test_a_link_lapses(self, session, client, app, at, scene):
        link = link_of(session, app, at, scene)
        at(wave_day(scene) + OPEN_FOR)
        assert client.get(link).status_code == 404
        assert client.post(link, data={}).status_code in {400, 404}

    def test_links_of_other_purposes_do_not_fit(self, session, client, app, at, scene):
        asked(session, app, at, scene)
        row = session.scalar(select(FollowUp.id))
        session.rollback()
        token = signed(secret=app.config["SECRET_KEY"], purpose="sign_in", subject=row)
        assert client.get(f"/follow-up/{token}").status_code == 404

    def test_who_left_the_company_can_answer_no_more(self, session, client, app, at, scene):
        link = link_of(session, app, at, scene)
        scene.seller.representative.account_id = None
        session.add(scene.seller.representative)
        session.commit()
        assert client.get(link).status_code == 404

    def test_the_mail_carries_the_link(self, session, app, at, scene):
        links = asked(session, app, at, scene)
        mails = written(app, session, kind="follow_up_asked")
        bodies = [mail.get_body(("plain",)).get_content() for mail in mails]
        found = {re.search(r"/follow-up/(\S+)", body).group(1) for body in bodies}
        assert found == set(links.values())
