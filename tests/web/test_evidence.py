"""Documents behind deals: handed in by one side, open to it and the organizer, sealed in the ledger."""

import hashlib
import io

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.deals.stages import Outcome
from matchmaker.models import Deal, OutcomeReport, StoredFile
from matchmaker.services import ledger
from tests.services.test_deals import AFTER, Scene, usd

PAPER = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def scene(session, factory, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    found = Scene(session, factory)
    found.say(found.seller, Outcome.AGREEMENT, usd("20000"))
    found.organizer = factory.organizer(found.row)
    found.deal_id = session.scalar(select(Deal.id))
    session.commit()
    client.sign_in_as(found.seller.account)
    client.get("/?lang=en")
    session.rollback()
    return found


def address(scene):
    return f"/fairs/{scene.fair.slug}/results/{scene.deal_id}/document"


def hand_in(client, scene, content=PAPER, name="hợp đồng.pdf"):
    return client.submit(address(scene), action="/document", file=(io.BytesIO(content), name))


class TestHandingIn:
    def test_the_entry_is_repeated_on_the_strength_of_the_document(self, session, client, scene):
        assert hand_in(client, scene).status_code == 302
        session.rollback()
        rows = session.scalars(select(OutcomeReport).order_by(OutcomeReport.entry)).all()
        assert [(row.evidence, row.amount, row.file_hash) for row in rows] == [
            ("stated", rows[0].amount, None),
            ("document", rows[0].amount, hashlib.sha256(PAPER).hexdigest()),
        ]
        assert ledger.strays(session, fair_id=scene.fair.id) == []
        assert scene.report().ledger.deals[0].reconciled.has_file

    def test_the_results_say_that_it_is_there(self, client, scene):
        results = f"/fairs/{scene.fair.slug}/results"
        link = f"a[href='{address(scene)}']"
        assert "Document on file" not in client.page(results).select_one(link).get_text()
        hand_in(client, scene)
        assert "Document on file" in client.page(results).select_one(link).get_text()

    def test_the_same_document_twice_changes_nothing(self, session, client, scene):
        hand_in(client, scene)
        hand_in(client, scene)
        session.rollback()
        assert len(session.scalars(select(OutcomeReport.id)).all()) == 2
        assert len(session.scalars(select(StoredFile.id)).all()) == 1

    @pytest.mark.parametrize("content", [b"", b"<html><script>1</script>", b"MZ" + bytes(100)])
    def test_what_is_no_document_is_refused_beside_the_field(self, session, client, scene, content):
        refused = hand_in(client, scene, content)
        assert refused.status_code == 422
        assert client.tree(refused).select_one(".err") is not None
        session.rollback()
        assert session.scalar(select(StoredFile.id)) is None

    def test_nothing_can_back_a_deal_that_came_to_nothing(self, session, client, scene):
        scene.say(scene.seller, Outcome.NO_INTEREST)
        session.commit()
        assert hand_in(client, scene).status_code == 422


class TestWhoMayOpenIt:
    def file_of(self, session, client, scene):
        hand_in(client, scene)
        session.rollback()
        key = session.scalar(select(StoredFile.id))
        session.rollback()
        return key

    def test_its_own_side_and_the_organizer(self, session, client, scene):
        key = self.file_of(session, client, scene)
        assert client.get(f"/fairs/{scene.fair.slug}/files/{key}").data == PAPER
        client.sign_in_as(scene.organizer)
        assert client.get(f"/fairs/{scene.fair.slug}/organizer/files/{key}").data == PAPER
        rows = client.page(f"/fairs/{scene.fair.slug}/organizer/report/deals")
        assert rows.select_one(f'a[href*="{key}"]') is not None

    def test_not_the_other_side(self, session, client, scene):
        key = self.file_of(session, client, scene)
        client.sign_in_as(scene.buyer.account)
        assert client.get(f"/fairs/{scene.fair.slug}/files/{key}").status_code == 404
        assert client.get(address(scene)).status_code == 404

    def test_it_can_not_be_taken_away_again(self, session, client, scene):
        key = self.file_of(session, client, scene)
        client.post_token(f"/fairs/{scene.fair.slug}/profile/files/{key}/remove")
        session.rollback()
        assert session.scalar(select(StoredFile.removed_at)) is None
