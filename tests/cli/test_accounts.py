import pyotp
import pytest

from matchmaker import clock
from matchmaker.models import FairStaff
from matchmaker.services import two_step


@pytest.fixture
def run(app):
    """Runs a command as the shell would: in an application context of its own."""

    def call(*args):
        with app.app_context():
            return app.test_cli_runner().invoke(args=list(args))

    return call


def test_the_first_organizer_gets_a_link_that_signs_in(run, client, factory, session):
    fair = factory.fair(slug="spring")
    session.commit()
    made = run("create-organizer", "spring", "Ha@example.test", "--name", "Thu Hà")
    path = made.output.strip().removeprefix("http://localhost")
    answer = client.submit(path)
    assert (answer.status_code, answer.location) == (302, "/fairs/spring/organizer")
    assert fair.slug == "spring"


def test_appointing_the_same_person_twice_changes_nothing(run, factory, session):
    factory.fair(slug="spring")
    session.commit()
    for _ in range(2):
        run("create-organizer", "spring", "ha@example.test")
    assert session.query(FairStaff).count() == 1


def test_unknown_fairs_and_addresses_are_named(run, session):
    session.commit()
    fair = run("create-organizer", "none", "ha@example.test")
    link = run("sign-in-link", "nobody@example.test")
    assert (fair.exit_code, fair.output) == (1, "Error: no_such_fair: none\n")
    assert (link.exit_code, link.output) == (1, "Error: no account has the address nobody@example.test\n")


def test_an_account_switched_off_is_signed_out_and_can_be_switched_on_again(run, client, factory, session):
    account = factory.account(email="an@example.test")
    session.commit()
    client.sign_in_as(account)
    off = run("switch-account", "An@example.test", "off")
    assert (off.exit_code, off.output) == (0, "The account of An@example.test is off.\n")
    assert client.page("/").find("form", action="/sign-out") is None
    assert run("sign-in-link", "an@example.test").exit_code == 1
    run("switch-account", "an@example.test", "on")
    assert run("sign-in-link", "an@example.test").exit_code == 0


def test_who_lost_phone_and_codes_gets_in_by_the_operator(run, factory, session):
    account = factory.account(email="an@example.test")
    secret = "a secret that only this test knows, long enough"
    two_step.begin(session, account_id=account.id, secret=secret)
    now = clock.now()
    code = pyotp.TOTP(two_step.pending_key(session, account_id=account.id, secret=secret)).at(now)
    two_step.confirm(session, account_id=account.id, code=code, secret=secret, now=now)
    session.commit()
    assert run("remove-two-step", "an@example.test").exit_code == 0
    session.rollback()
    assert not two_step.is_on(session, account_id=account.id)
    assert run("remove-two-step", "nobody@example.test").exit_code == 1
