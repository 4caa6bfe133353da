"""Mail about addresses that are nobody's yet."""

import email
import smtplib
from datetime import timedelta
from email import policy

import pytest
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.domain.consents import Purpose
from matchmaker.domain.registration import REGISTRATION_LIFE, RoleChoice
from matchmaker.jobs import end_registrations, mail_claims
from matchmaker.models import Account, AddressClaim, Company, Job
from matchmaker.services import address_claims, fairs, registration


@pytest.fixture
def folder(app):
    """The folder mail is kept in, emptied before."""
    folder = app.extensions["matchmaker"].instance / "mail"
    for file in folder.glob("*.eml"):
        file.unlink()
    return folder


@pytest.fixture
def registered(session, factory):
    """A registration with its account's id."""
    fair = fairs.by_slug(session, slug=factory.fair(slug="spring", name_vi="Hội chợ Xuân").slug)
    wanted = registration.Wanted(
        company="Gốm Bát Tràng",
        country="VN",
        role=RoleChoice.EXHIBITOR,
        agreed=frozenset({Purpose.MATCHING}),
        locale="vi",
        email="hoa@example.test",
        name="Hoa\r\nBcc: all@example.test",
    )
    account_id = registration.register(
        session, fair=fair, wanted=wanted, form_key="key", network="192.0.2.1", by=None, now=clock.now()
    )
    session.commit()
    return account_id


def sent(folder):
    return [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(folder.glob("*.eml"))]


def work(session):
    for facts in session.scalars(select(Job.facts).where(Job.kind == "mail_address_claim").order_by(Job.created_at)):
        mail_claims.run(facts=dict(facts), renew=lambda: None)


def test_the_link_goes_to_the_claimed_address_in_the_language_of_who_registered(session, folder, registered, client):
    work(session)
    (message,) = sent(folder)
    assert message["From"] == "Giao Thương <no-reply@localhost>"
    text = message.get_body(("plain",)).get_content()
    assert (message["To"], message["Bcc"]) == ("hoa@example.test", None)
    assert message["Subject"] == "Xác nhận địa chỉ của bạn cho Hội chợ Xuân"
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    path = next(word for word in text.split() if "/address/" in word).removeprefix("http://localhost")
    assert client.submit(path, action=path).status_code == 302
    session.rollback()
    assert session.scalars(select(Account.email)).all() == ["hoa@example.test"]


def test_a_claim_that_was_replaced_is_not_mailed_any_more(session, folder, registered):
    address_claims.claim(session, account_id=registered, email="right@example.test", now=clock.now())
    session.commit()
    work(session)
    assert [message["To"] for message in sent(folder)] == ["right@example.test"]


def test_a_change_tells_the_former_address_before_and_after(session, folder, factory):
    account = factory.account(email="old@example.test")
    claim = address_claims.claim(session, account_id=account.id, email="new@example.test", now=clock.now())
    address_claims.confirm(session, claim_id=claim, signed_in_as=account.id, now=clock.now())
    session.commit()
    work(session)
    told = sorted((message["To"], "/address/" in message.as_string()) for message in sent(folder))
    assert told == [("new@example.test", True), ("old@example.test", False), ("old@example.test", False)]


def test_an_address_that_no_server_takes_is_given_up_and_a_server_that_is_away_is_tried_again(
    session, registered, monkeypatch
):
    claim = session.scalars(select(AddressClaim.id)).one()
    facts = {"claim_id": str(claim), "mail": "address_claim"}

    def refused(*_args, **_kwargs):
        raise smtplib.SMTPRecipientsRefused({"hoa@example.test": (550, b"no such user")})

    def away(*_args, **_kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("matchmaker.mailer.send", refused)
    mail_claims.run(facts=facts, renew=lambda: None)
    monkeypatch.setattr("matchmaker.mailer.send", away)
    with pytest.raises(ConnectionRefusedError):
        mail_claims.run(facts=facts, renew=lambda: None)


def test_what_nobody_confirmed_in_a_week_is_forgotten_by_the_timer(session, registered):
    now = clock.now() + REGISTRATION_LIFE
    assert end_registrations.run(now - timedelta(hours=1)) == 0
    assert end_registrations.run(now + timedelta(minutes=1)) == 1
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Company)) == 0
