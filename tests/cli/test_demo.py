import json
import stat
from collections import Counter
from decimal import Decimal

import pytest

from config import Config, Profile
from matchmaker import clock, create_app
from matchmaker.demo import pictures
from matchmaker.domain.money.amount import Money
from matchmaker.extensions import db
from matchmaker.models import (
    Account,
    Company,
    Fair,
    Meeting,
    MeetingAttendee,
    Offer,
    OutcomeReport,
    Participation,
    StoredFile,
    ThirdCompany,
)
from matchmaker.services import (
    competing,
    edition_results,
    fairs,
    meeting_rules,
    objections,
    programme_results,
    programmes,
    report_versions,
    reports,
)
from tests.conftest import upgrade
from tests.report_walk import Walk, bare_figures, check_figures, whole_tables

GOLDEN_HELD, EARLIER_HELD = 522, 211
GOLDEN_TOTAL = Money(amount=Decimal("20030000.00"), currency="USD")
GOLDEN_NAIVE = Money(amount=Decimal("33600000.00"), currency="USD")
REPORT = "/fairs/hanoi-aviation-2025/organizer/report"


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
            organizers_take_two_steps=False,
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
        assert (held, db.session.query(Fair).count()) == (GOLDEN_HELD, 5)


def test_the_running_fair_shows_what_an_office_does(demo):
    with demo.app_context():
        running = fairs.by_slug(db.session, slug="hanoi-sourcing-week")
        at = {"fair_id": running.id}
        statuses = [status for (status,) in db.session.query(Participation.status).filter_by(**at)]
        seen = db.session.query(Company).filter(Company.verified_at.is_not(None)).all()
        rules = meeting_rules.rules(db.session, fair_id=running.id).lines
        helper = db.session.query(Account).filter_by(email="helper@demo.example.test").one()
        helps = fairs.memberships(db.session, fair_id=running.id, account_id=helper.id)
        folder = demo.extensions["matchmaker"].instance / "files"
        kept = db.session.query(StoredFile).all()
        assert statuses.count("pending") == 4
        assert [one.verified_what for one in seen] == ["Giấy chứng nhận đăng ký doanh nghiệp"]
        assert [(rule.one.kind, rule.other.kind, rule.reason) for rule in rules] == [
            ("company", "company", "Cùng một chủ sở hữu")
        ]
        assert len({one.company_id for one in helps}) == 2
        assert {one.kind for one in kept} == {"logo", "photo"}
        assert all((folder / one.place).stat().st_size == one.size for one in kept)
        assert pictures.logo(3) == pictures.logo(3) != pictures.logo(4)


def test_the_programme_puts_the_fairs_and_chains_of_three_years_together(demo):
    with demo.app_context():
        programme = programmes.by_slug(db.session, slug="scp-hanoi")
        editions = programmes.editions(db.session, programme_id=programme.id)
        figures = programme_results.results_of(db.session, programme=programme, now=clock.now()).figures
        own = [reports.results_of(db.session, fair=one.fair, now=clock.now()).report for one in editions]
    assert [(one.year, one.branch) for one in editions] == [
        (2024, "crafts"),
        (2024, None),
        (2025, "food"),
        (2025, None),
        (editions[-1].fair.opens_on.year, None),
    ]
    assert figures.whole.meetings["held"] == sum(one.meetings.held.number for one in own)
    assert sum(one.meetings.held.number for one in own[:-1]) == GOLDEN_HELD + 42 + EARLIER_HELD
    assert figures.whole.headline.count == sum(one.headline.count for one in own)
    assert figures.years[2025].headline.value.amount == sum(one.headline.value.amount for one in own[2:4])
    assert figures.whole.companies["all"] < sum(one.companies.all.number for one in own)


def test_at_the_running_fair_people_meet_ask_and_wait(demo):
    with demo.app_context():
        running = fairs.by_slug(db.session, slug="hanoi-sourcing-week")
        meetings = db.session.query(Meeting).filter_by(fair_id=running.id).all()
        states = Counter(one.state for one in meetings)
        people = json.loads((demo.extensions["matchmaker"].instance / "demo-sign-in.json").read_text())
        account = db.session.query(Account).filter_by(email=people["exhibitor"]).one()
        [mine] = [
            one
            for one in fairs.memberships(db.session, fair_id=running.id, account_id=account.id)
            if one.role == "exhibitor"
        ]
        asked = [one for one in meetings if one.exhibitor_id == mine.participation_id and one.state == "requested"]
        rivals = competing.competing(
            db.session, fair_id=running.id, participation_id=mine.participation_id, role=mine.role, now=clock.now()
        )
        said = {one.meeting_id for one in db.session.query(OutcomeReport).filter_by(fair_id=running.id)}
        assert [len(group) for group in rivals] == [2]
        assert states["held"] > 10
        assert states["scheduled"] > 20
        assert states["no_show"] > 0
        assert states["accepted"] > 0
        assert len(asked) == 3
        assert 0 < len(said) < states["held"]
        assert said <= {one.id for one in meetings if one.state == "held"}


def test_at_the_running_fair_somebody_objected_to_the_plan_and_was_answered(demo):
    with demo.app_context():
        running = fairs.by_slug(db.session, slug="hanoi-sourcing-week")
        [one] = objections.settled_ones(db.session, fair_id=running.id)
        assert (one.side, str(one.reason), one.outcome) == ("buyer", "away", "kept")
        assert one.at < one.settled_at < clock.now()
        assert one.words
        assert one.answer
        assert objections.open_ones(db.session, fair_id=running.id) == []


def test_at_the_running_fair_a_packaging_supplier_joins_a_meeting_of_the_shown_buyer_which_counts_once(demo):
    with demo.app_context():
        running = fairs.by_slug(db.session, slug="hanoi-sourcing-week")
        people = json.loads((demo.extensions["matchmaker"].instance / "demo-sign-in.json").read_text())
        account = db.session.query(Account).filter_by(email=people["buyer"]).one()
        mine = {
            one.participation_id for one in fairs.memberships(db.session, fair_id=running.id, account_id=account.id)
        }
        [meeting] = db.session.query(Meeting).filter(Meeting.third_id.is_not(None)).all()
        assert meeting.fair_id == running.id
        assert db.session.query(ThirdCompany.state).filter_by(meeting_id=meeting.id).all() == [("joined",)]
        assert meeting.buyer_id in mine
        offered = db.session.query(Offer.category_code).filter_by(participation_id=meeting.third_id)
        assert any(code.startswith("packaging") for (code,) in offered if code)
        sides = [side for (side,) in db.session.query(MeetingAttendee.side).filter_by(meeting_id=meeting.id)]
        assert sorted(sides) == ["buyer", "exhibitor", "third"]
        counted = reports.results_of(db.session, fair=running, now=clock.now()).loaded.meetings
        assert sum(key == str(meeting.id) for key in counted) == 1


def test_the_interpreter_of_the_running_fair_sees_the_own_day(demo):
    page = signed_in(demo, "interpreter").get("/fairs/hanoi-sourcing-week/interpreter").text
    assert page.count('<div class="ev">') > 3


def test_a_second_start_keeps_the_data(demo):
    again = demo.test_cli_runner().invoke(args=["seed-demo"])
    assert (again.exit_code, again.output) == (0, "The database holds a fair already; it stays as it is.\n")


def test_the_six_of_the_demo_sign_in_with_the_password_that_only_the_demo_has(demo):
    kept_at = demo.extensions["matchmaker"].instance / "demo-sign-in.json"
    kept = json.loads(kept_at.read_text())
    for role in ("organizer", "exhibitor", "buyer", "helper", "interpreter", "reader"):
        client = demo.test_client()
        page = client.get("/sign-in").text
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        data = {"email": kept[role], "password": kept["password"], "csrf_token": token}
        assert client.post("/sign-in", data=data).status_code == 302, role
    assert stat.S_IMODE(kept_at.stat().st_mode) == 0o600


def signed_in(demo, role):
    kept = json.loads((demo.extensions["matchmaker"].instance / "demo-sign-in.json").read_text())
    client = demo.test_client()
    token = client.get("/sign-in").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    client.post("/sign-in", data={"email": kept[role], "password": kept["password"], "csrf_token": token})
    return client


def test_every_figure_of_the_reference_fairs_report_leads_to_rows_that_make_it(demo, monkeypatch):
    # Each list draws the same report up again; here it is drawn up once, so that the walk takes seconds.
    monkeypatch.setattr(reports, "results_of", cached_results(reports.results_of))
    client = signed_in(demo, "organizer")
    client.set_cookie("lang", "en")
    walk = Walk(lambda address: client.get(address).text)
    page = walk.page(REPORT)

    assert bare_figures(page) == []
    assert check_figures(walk, page, whole=GOLDEN_TOTAL) > 80
    assert walk.rows(f"{REPORT}/deals") == (181, GOLDEN_TOTAL)
    assert walk.rows(f"{REPORT}/deals?amount=stated")[1] == GOLDEN_NAIVE
    assert walk.rows(f"{REPORT}/meetings?of=held")[0] == GOLDEN_HELD
    for address in whole_tables(page):
        assert check_figures(walk, walk.page(address), whole=GOLDEN_TOTAL) > 3, address


def test_the_reference_fair_was_kept_on_each_of_its_days_and_stands_beside_its_earlier_edition(demo):
    with demo.app_context():
        fair = fairs.by_slug(db.session, slug="hanoi-aviation-2025")
        versions = list(reversed(report_versions.listed(db.session, fair_id=fair.id)))
        keys = [one.id for one in versions]
        kept = report_versions.figures(db.session, fair_id=fair.id, version_ids=keys)
        opened = report_versions.opened(db.session, fair_id=fair.id, version_id=keys[0]).report
        editions = edition_results.compared(db.session, fair=fair, now=clock.now())

    assert [one.kind for one in versions] == ["closing", "day_30", "month_6", "month_12"]
    assert [(one["deals"]["count"], one["deals"]["value"]["amount"]) for one in kept] == [
        (177, "19635836.00"),
        *[(181, "20030000.00")] * 3,
    ]
    assert [one["naive"]["value"]["amount"] for one in kept] == ["32236920.00", *["33600000.00"] * 3]
    assert [(one["realised"]["count"], one["realised"]["value"]["amount"]) for one in kept] == [
        *[(0, "0")] * 2,
        (3, "59186.80"),
        (33, "1301716.00"),
    ]
    assert {one["meetings.held"]["count"] for one in kept} == {GOLDEN_HELD}
    assert opened.headline.value == Money(amount=Decimal("19635836.00"), currency="USD")
    assert [(one.fair.slug, one.is_kept, one.figures.held) for one in editions] == [
        ("hanoi-aviation-2025", True, GOLDEN_HELD),
        ("hanoi-aviation-2024", True, EARLIER_HELD),
    ]
    assert editions[0].figures.value_since == GOLDEN_TOTAL


def cached_results(draw_up):
    drawn = {}

    def results(session, *, fair, now, is_sealed=True):
        if fair.id not in drawn:
            drawn[fair.id] = draw_up(session, fair=fair, now=now)
        return drawn[fair.id]

    return results


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
