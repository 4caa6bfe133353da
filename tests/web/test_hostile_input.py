"""What others wrote, other fairs' keys, forms that no page of ours sends, and a disk that is full."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from matchmaker import clock
from matchmaker.domain.fairs import Role, TimeChoice
from matchmaker.models import Fair, Meeting, MeetingMessage, Notice
from tests.factories import OPENING

NOW = OPENING + timedelta(hours=1)
MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
SECRET = "Tuyệt Mật Trading"


@pytest.fixture(autouse=True)
def during_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def fair_with_a_meeting(factory, slug, name):
    """A fair at which two companies of that name have met, and a third one waits for an answer."""
    fair = factory.fair(slug=slug, time_choice=TimeChoice.PAIR)
    seller, buyer, asker = (
        factory.participant(fair, role=role, name=f"{name} {n}")
        for n, role in enumerate((Role.EXHIBITOR, Role.BUYER, Role.BUYER))
    )
    factory.offer(seller, text_en=name)
    factory.need(buyer, text_en=name)
    (slot,) = factory.slots(fair, 1)
    (table,) = factory.tables(fair, 1)
    met = factory.meeting(seller, buyer, state="scheduled", slot_id=slot.id, table_id=table.id, note=name)
    asked = factory.meeting(seller, asker, note=name, expires_at=NOW + timedelta(days=1))
    text = MeetingMessage(meeting_id=met.id, side="buyer", account_id=buyer.account.id, text=name, at=NOW)
    factory.add(text)
    keys = {one.id for one in (seller, buyer, asker, met, asked, slot, table, text)}
    keys |= {seller.company_id, buyer.company_id, seller.representative.id, fair.id}
    people = {"seller": seller.account.id, "buyer": buyer.account.id, "organizer": factory.organizer(fair).id}
    return keys, people, {"met": met.id, "asked": asked.id, "buyer": buyer.id}


def addresses(client, keys):
    """Every page below a fair, with each of these keys where its address names one."""
    for rule in client.application.url_map.iter_rules():
        named = [f"<uuid:{name}>" for name in rule.arguments - {"slug"}]
        if "GET" not in rule.methods or "slug" not in rule.arguments or any(one not in rule.rule for one in named):
            continue
        for key in keys if named else [None]:
            address = rule.rule.replace("<slug>", "spring")
            for one in named:
                address = address.replace(one, str(key))
            yield address, bool(named)


class TestWhatOthersWrote:
    @pytest.mark.parametrize("who", ["seller", "buyer", "organizer"])
    def test_names_notes_and_messages_are_text_on_every_page(self, client, session, factory, who):
        _, people, keys = fair_with_a_meeting(factory, "spring", MARKUP)
        session.commit()
        client.sign_in_as(people[who])
        shown = 0
        for address, _ in addresses(client, [keys["met"], keys["buyer"]]):
            answer = client.get(address)
            if answer.mimetype == "text/html":
                assert MARKUP not in answer.text, address
                assert "<img src=x" not in answer.text, address
                shown += "&lt;script&gt;alert(1)" in answer.text
        assert shown > 3, "the marks are there to be found"


class TestKeysOfAnotherFair:
    @pytest.mark.parametrize("who", ["seller", "buyer", "organizer"])
    def test_no_page_shows_anything_of_them(self, client, session, factory, who):
        _, people, _ = fair_with_a_meeting(factory, "spring", "Trà Xanh")
        others, _, _ = fair_with_a_meeting(factory, "autumn", SECRET)
        session.commit()
        client.sign_in_as(people[who])
        asked = 0
        for address, names_one in addresses(client, others):
            answer = client.get(address)
            assert SECRET.encode() not in answer.data, address
            if names_one:
                asked += 1
                assert answer.status_code in {302, 403, 404}, (address, answer.status_code)
        assert asked > len(others)

    @pytest.mark.parametrize("who", ["seller", "buyer", "organizer"])
    @pytest.mark.parametrize("action", ["accept", "decline", "withdraw"])
    def test_no_button_reaches_a_meeting_of_them(self, client, session, factory, who, action):
        _, people, own = fair_with_a_meeting(factory, "spring", "Trà Xanh")
        _, _, other = fair_with_a_meeting(factory, "autumn", SECRET)
        session.commit()
        client.sign_in_as(people[who])
        token = client.token()
        answer = client.post(f"/fairs/spring/requests/{other['asked']}/{action}", data={"csrf_token": token})
        assert answer.status_code in {403, 404}
        session.rollback()
        assert session.get(Meeting, other["asked"]).state == "requested"
        assert session.get(Meeting, own["asked"]).state == "requested"
        assert session.scalars(select(Notice.id)).all() == []


class TestFormsThatNoPageSends:
    @pytest.fixture
    def signed_in(self, client, session, factory):
        _, people, keys = fair_with_a_meeting(factory, "spring", "Trà Xanh")
        session.commit()
        client.sign_in_as(people["seller"])
        return client.token(), keys

    def test_of_a_field_sent_twice_the_first_counts(self, client, session, signed_in):
        token, keys = signed_in
        name = f"decline-{keys['asked'].hex[:12]}-reason"
        client.post(
            f"/fairs/spring/requests/{keys['asked']}/decline",
            data={"csrf_token": [token, "x"], name: ["no_time", "competitor"]},
        )
        session.rollback()
        found = session.get(Meeting, keys["asked"])
        assert (found.state, found.close_reason) == ("declined", "no_time")

    @pytest.mark.parametrize(
        "sent",
        [
            {"json": {"csrf_token": {"a": ["b"]}, "reason": ["no_time"]}},
            {"data": "[" * 5000, "content_type": "application/json"},
            {"data": "csrf_token=%FF%FE&reason[]=no_time", "content_type": "application/x-www-form-urlencoded"},
            {"data": "no boundary at all", "content_type": "multipart/form-data"},
            {"data": b"\x00\xff" * 500, "content_type": "text/plain"},
        ],
    )
    def test_what_is_no_form_changes_nothing_and_is_no_fault(self, client, session, signed_in, sent):
        _, keys = signed_in
        answer = client.post(f"/fairs/spring/requests/{keys['asked']}/accept", **sent)
        assert answer.status_code == 400
        session.rollback()
        assert session.get(Meeting, keys["asked"]).state == "requested"


class TestTexts:
    """One letter that composing writes as three, and marks that nobody sees."""

    GROWS, HIDDEN = "\ufb2c", "Hẹn\u202e gặp\u200b nhé"

    @pytest.fixture
    def signed_in(self, client, session, factory):
        _, people, keys = fair_with_a_meeting(factory, "spring", "Trà Xanh")
        fair = session.get(Meeting, keys["met"]).fair_id
        other = factory.participant(session.get(Fair, fair), role=Role.BUYER)
        session.commit()
        client.sign_in_as(people["seller"])
        return {**keys, "other": other.id}

    @pytest.mark.parametrize(
        ("address", "field", "longest", "more"),
        [
            ("requests/{other}", "note", 250, {}),
            ("meetings/{met}/report", "text", 500, {"reason": "spam"}),
            ("profile/files/certificate", "certificate-name", 60, {}),
        ],
    )
    def test_a_text_is_measured_as_it_is_kept(self, client, signed_in, address, field, longest, more):
        sent = {**more, field: self.GROWS * longest}
        answer = client.post_token(f"/fairs/spring/{address}".format(**signed_in), **sent)
        assert answer.status_code == 422

    def test_who_is_asked_reads_a_line_without_marks_that_turn_it_around(self, client, session, signed_in):
        client.post_token(f"/fairs/spring/requests/{signed_in['other']}", note=self.HIDDEN)
        session.rollback()
        told = session.scalars(select(Notice)).one()
        assert told.facts["note"] == "Hẹn gặp nhé"
        assert (
            session.scalars(select(Meeting.note).where(Meeting.buyer_id == signed_in["other"])).one() == "Hẹn gặp nhé"
        )

    def test_marks_alone_are_no_message(self, client, session, signed_in):
        answer = client.post_token(f"/fairs/spring/meetings/{signed_in['met']}/messages", text="\u200b\u2060")
        assert answer.status_code == 422
        session.rollback()
        assert session.scalars(select(MeetingMessage.text)).all() == ["Trà Xanh"]


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "Forwarded", "X-Original-URL"])
def test_no_header_decides_where_links_lead(client, header):
    answer = client.get("/?lang=en", headers={header: "evil.example" if header != "Forwarded" else "host=evil.example"})
    assert answer.status_code == 200
    assert "evil.example" not in answer.text + str(answer.headers)


def test_while_the_disk_is_full_pages_are_read_and_forms_are_asked_for_again(client, session, factory, monkeypatch):
    _, people, keys = fair_with_a_meeting(factory, "spring", "Trà Xanh")
    session.commit()
    client.sign_in_as(people["seller"])
    token = client.token()

    def full(*_args, **_kwargs):
        raise OperationalError("INSERT INTO history_entry", {}, Exception("database or disk is full"))

    monkeypatch.setattr("matchmaker.services.history.record", full)
    answer = client.post(f"/fairs/spring/requests/{keys['asked']}/accept", data={"csrf_token": token})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert client.get("/fairs/spring/agenda").status_code == 200
    session.rollback()
    assert session.get(Meeting, keys["asked"]).state == "requested"
    assert session.scalars(select(Notice.id)).all() == []
