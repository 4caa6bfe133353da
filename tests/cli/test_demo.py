import json
import stat

import pytest

from config import Config, Profile
from matchmaker import create_app
from matchmaker.demo import pictures
from matchmaker.extensions import db
from matchmaker.models import Account, Company, Fair, Meeting, Participation, StoredFile
from matchmaker.services import fairs, meeting_rules, verification
from tests.conftest import upgrade

GOLDEN_HELD = 522


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A demo of its own, loaded by its command."""
    folder = tmp_path_factory.mktemp("demo")
    app = create_app(
        Config(
            profile=Profile.DEMO,
            secret_key="a secret that only the tests know, long enough",
            database_url=f"sqlite:///{folder / 'demo.sqlite3'}",
            public_url="http://localhost",
            instance=folder,
        )
    )
    with app.app_context():
        upgrade(db.engine)
    app.first = app.test_cli_runner().invoke(args=["seed-demo"])
    yield app
    with app.app_context():
        db.engine.dispose()


def test_the_demo_holds_the_reference_fair_as_it_ended_and_a_running_one(demo):
    assert demo.first.exit_code == 0, demo.first.output
    with demo.app_context():
        reference = fairs.by_slug(db.session, slug="hanoi-aviation-2025")
        held = db.session.query(Meeting).filter_by(fair_id=reference.id, state="held").count()
        assert (held, db.session.query(Fair).count()) == (GOLDEN_HELD, 2)


def test_the_running_fair_shows_what_an_office_does(demo):
    with demo.app_context():
        running = fairs.by_slug(db.session, slug="hanoi-sourcing-week")
        at = {"fair_id": running.id}
        statuses = [status for (status,) in db.session.query(Participation.status).filter_by(**at)]
        seen = db.session.query(Company).filter(Company.verified_at.is_not(None)).all()
        rules = meeting_rules.rules(db.session, fair_id=running.id)
        helper = db.session.query(Account).filter_by(email="helper@demo.example.test").one()
        helps = fairs.memberships(db.session, fair_id=running.id, account_id=helper.id)
        folder = demo.extensions["matchmaker"].instance / "files"
        kept = db.session.query(StoredFile).all()
        assert statuses.count("pending") == 4
        assert [verification.of_company(db.session, company_id=one.id).what for one in seen] == [
            "Giấy chứng nhận đăng ký doanh nghiệp"
        ]
        assert [(rule.one.kind, rule.other.kind, rule.reason) for rule in rules] == [
            ("company", "company", "Cùng một chủ sở hữu")
        ]
        assert len({one.company_id for one in helps}) == 2
        assert {one.kind for one in kept} == {"logo", "photo"}
        assert all((folder / one.place).stat().st_size == one.size for one in kept)
        assert pictures.logo(3) == pictures.logo(3) != pictures.logo(4)


def test_a_second_start_keeps_the_data(demo):
    again = demo.test_cli_runner().invoke(args=["seed-demo"])
    assert (again.exit_code, again.output) == (0, "The database holds a fair already; it stays as it is.\n")


def test_the_four_of_the_demo_sign_in_with_the_password_that_only_the_demo_has(demo):
    kept_at = demo.extensions["matchmaker"].instance / "demo-sign-in.json"
    kept = json.loads(kept_at.read_text())
    for role in ("organizer", "exhibitor", "buyer", "helper"):
        client = demo.test_client()
        page = client.get("/sign-in").text
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        data = {"email": kept[role], "password": kept["password"], "csrf_token": token}
        assert client.post("/sign-in", data=data).status_code == 302, role
    assert stat.S_IMODE(kept_at.stat().st_mode) == 0o600


def test_a_production_database_never_gets_the_demo(app, tmp_path):
    config = app.extensions["matchmaker"]
    app.extensions["matchmaker"] = Config(
        profile=Profile.PRODUCTION,
        secret_key=config.secret_key,
        database_url=config.database_url,
        public_url=config.public_url,
        instance=tmp_path,
    )
    try:
        refused = app.test_cli_runner().invoke(args=["seed-demo"])
    finally:
        app.extensions["matchmaker"] = config
    assert (refused.exit_code, refused.output) == (1, "Error: the demo is not loaded into a production database\n")
