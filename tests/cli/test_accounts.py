import pytest

from matchmaker.models import FairStaff


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
