"""The organizer's pages on outcomes: reminders, flags that were looked at, and the rounds after the fair."""

import pytest
from sqlalchemy import select

from matchmaker.domain.deals.stages import Outcome
from matchmaker.models import HistoryEntry, Notice
from tests.services.test_deals import Scene, usd


@pytest.fixture
def scene(session, factory, client):
    found = Scene(session, factory)
    found.organizer = factory.organizer(found.row)
    found.say(found.seller, Outcome.QUOTATION, usd("20000"))
    session.commit()
    found.stranger = factory.organizer(factory.fair(slug="elsewhere"))
    session.commit()
    client.sign_in_as(found.organizer)
    client.get("/?lang=en")
    session.rollback()
    return found


def address(scene, end=""):
    return f"/fairs/{scene.fair.slug}/organizer/{end}"


class TestReminding:
    def test_only_the_silent_side_is_asked_and_once_a_day(self, session, client, scene):
        for _ in range(2):
            client.post_token(address(scene, "outcomes/remind"))
        session.rollback()
        told = session.scalars(select(Notice).where(Notice.kind == "outcomes_wanted")).all()
        assert [(notice.account_id, notice.facts["meetings"]) for notice in told] == [(scene.buyer.account.id, 1)]

    def test_the_page_lists_held_meetings_that_nobody_spoke_of(self, session, factory, client, scene):
        factory.meeting(scene.seller, scene.buyer, state="held", is_walk_in=True)
        session.commit()
        page = client.page(address(scene, "outcomes"))
        assert "1 held meeting without an outcome" in page.text
        assert "1 of 2" in " ".join(page.select_one(".facts").text.split())


class TestFlags:
    def test_a_flag_is_looked_at_with_a_note_and_says_by_whom(self, session, client, scene):
        assert "One deal is more than a tenth" in client.page(address(scene, "outcomes")).text
        client.submit(address(scene, "outcomes"), action="/large_share", note="Bộ hợp đồng đã xem")
        page = client.page(address(scene, "outcomes"))
        assert "Bộ hợp đồng đã xem" in page.text
        assert page.select_one('form[action$="/large_share"]') is None
        session.rollback()
        entry = session.scalar(select(HistoryEntry).where(HistoryEntry.action == "flag_seen"))
        assert entry.by_account_id == scene.organizer.id

    def test_a_value_that_changes_is_flagged_anew(self, session, client, scene):
        client.submit(address(scene, "outcomes"), action="/large_share", note="seen")
        session.rollback()
        scene.say(scene.seller, Outcome.QUOTATION, usd("30000"))
        session.commit()
        assert client.page(address(scene, "outcomes")).select_one('form[action$="/large_share"]') is not None

    def test_a_note_is_needed(self, client, scene):
        refused = client.submit(address(scene, "outcomes"), action="/large_share", note="")
        assert refused.status_code == 422
        assert "Say in a few words" in refused.text

    def test_a_flag_that_is_not_raised_changes_nothing(self, session, client, scene):
        client.post_token(address(scene, "outcomes/flags/same_amount"), note="x")
        session.rollback()
        assert session.scalar(select(HistoryEntry.id).where(HistoryEntry.action == "flag_seen")) is None


def test_the_rounds_after_the_fair_have_their_page(client, scene):
    page = client.page(address(scene, "follow-up"))
    assert "After 365 days" in page.text
    assert "Nobody has been asked yet" in page.text


def test_organizers_of_another_fair_see_nothing(client, scene):
    client.sign_in_as(scene.stranger)
    assert client.get(address(scene, "outcomes")).status_code == 404
    assert client.get(address(scene, "follow-up")).status_code == 404
