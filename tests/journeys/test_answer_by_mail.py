"""From the invitation to the yes: the mail is opened on a phone, by someone who is not signed in."""

from __future__ import annotations

import email
import re
import uuid
from datetime import timedelta
from email import policy

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from matchmaker import clock
from matchmaker.models import Meeting
from tests.journeys.pages import Company, Frame, SignIn, Suggestions
from tests.journeys.site import PASSWORD, RUNNING_FAIR

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_request_is_accepted_from_its_mail_on_a_phone_without_signing_in(site, visit, lang):
    desk, _ = visit(lang=lang)
    SignIn(desk).open().sign_in(site.people["exhibitor"], PASSWORD)
    suggestions = Suggestions(desk).open(RUNNING_FAIR)
    link, buyer = suggestions.first(wanted=site.has_one_role)
    suggestions.follow(link)
    meeting = Company(desk).ask(buyer)

    to = site.representative_of(buyer)
    address = answer_link(site, to=to)
    phone, watch = visit(lang=lang, width=360)
    phone.goto(address)
    expect(phone.locator("nav.mainnav")).to_have_count(0)
    watch.look(where="the request behind the mail's link")
    phone.locator("button.btn-primary").click()
    expect(phone.locator("a[href$='/agenda']")).to_be_visible()
    watch.look(where="the answered request")
    assert site.behind(_state_of, meeting) in {"accepted", "scheduled"}


def test_the_agenda_is_readable_without_a_network_until_signing_out(site, visit):
    page, watch = visit(width=360)
    SignIn(page).open().sign_in(site.people["exhibitor"], PASSWORD)
    Frame(page).go_to("/agenda")
    expect(page.locator("[data-copy-kept]")).to_be_visible()
    title = page.locator("h1").inner_text()
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("[data-copy-old]")).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("[data-copy-old]")).to_be_hidden()
    Frame(page).sign_out()
    assert page.evaluate("caches.keys()") == []
    watch.assert_quiet(where="the agenda without a network")


def answer_link(site, *, to):
    """The link of the newest mail to this person, once mail has left."""
    site.move_to(clock.now() + timedelta(minutes=10))
    site.work()
    files = sorted((site.folder / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    mails = [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    text = next(mail.get_body(("plain",)).get_content() for mail in mails if mail["To"] == to)
    return re.search(r"\S+/answer/\S+", text)[0]


def _state_of(session, meeting_id):
    return session.scalar(select(Meeting.state).where(Meeting.id == uuid.UUID(meeting_id)))
