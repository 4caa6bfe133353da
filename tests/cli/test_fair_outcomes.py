import csv
import io
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from matchmaker.domain.fairs import Acceptance, Role
from matchmaker.models import Deal, MatchRun, Meeting, Suggestion
from tests.factories import OPENING

HEAD = "buyer,exhibitor,need,tender_no,amount,currency,signed_on\n"
CONTRACT = "Kaze Foods,Trà Xanh,Green tea,T-1,1500.50,USD,2026-11-19\n"


@pytest.fixture
def pair(session, factory):
    """A fair that accepts for everyone, with two exhibitors, of whom one is on the buyer's list."""
    fair = factory.fair(slug="tea-days", acceptance=Acceptance.AUTOMATIC)
    seller = factory.participant(fair, name="Trà Xanh")
    factory.participant(fair, name="Gốm Mai")
    buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods")
    run = factory.add(MatchRun(fair_id=fair.id, state="done", version="1", weights={}, coverage={}, started_at=OPENING))
    factory.suggestion(
        seller, buyer, run_id=run.id, exhibitor_rank=1, buyer_rank=1, score=0.5, label="text", reasons=[], gaps=[]
    )
    session.commit()
    return fair


@pytest.fixture
def run(app, pair):
    def run(*arguments):
        return app.test_cli_runner().invoke(args=["fair", *map(str, arguments)])

    return run


@pytest.fixture
def register(tmp_path):
    def register(text=HEAD + CONTRACT):
        file = tmp_path / "register.csv"
        file.write_text(text, encoding="utf-8")
        return file

    return register


def count(session, table):
    session.rollback()
    return session.scalar(select(func.count()).select_from(table))


class TestOutcomes:
    def test_it_says_what_it_did_and_how_many_pairs_the_matcher_had_listed(self, run, register, session):
        done = run("outcomes", "tea-days", register())

        assert done.exit_code == 0, done.output
        assert "1 contracts added, 0 restated, 0 as they were." in done.output
        assert "1 of these 1 pairs, which really signed, stood among the first 10" in done.output
        assert "Next: flask --app wsgi fair report tea-days" in done.output
        assert count(session, Deal) == 1

    def test_a_second_run_says_that_nothing_has_changed(self, run, register, session):
        run("outcomes", "tea-days", register())
        again = run("outcomes", "tea-days", register())

        assert "Nothing has changed: all 1 contracts are on record already." in again.output
        assert (count(session, Deal), count(session, Meeting)) == (1, 1)

    def test_rows_that_do_not_fit_are_named_and_nothing_is_imported(self, run, register, session):
        file = register(HEAD + CONTRACT + "Nobody Ltd,Trà Xanh,Cups,T-2,5,EUR,2026-11-19\n")

        refused = run("outcomes", "tea-days", file)

        assert refused.exit_code == 1
        assert "     3  buyer         The fair has no buyer called 'Nobody Ltd'." in refused.output
        assert "     3  currency      The fair has fixed no rate for EUR." in refused.output
        assert "so nothing was imported" in refused.output
        assert count(session, Deal) == 0

    def test_an_unreadable_row_is_named_with_its_column(self, run, register):
        refused = run("outcomes", "tea-days", register(HEAD + CONTRACT.replace("1500.50", "a lot")))

        assert refused.exit_code == 1
        assert "     2  amount        This is not an amount." in refused.output

    def test_an_unknown_fair_is_said_to_be_missing(self, run, register):
        refused = run("outcomes", "nowhere", register())

        assert (refused.exit_code, "There is no fair 'nowhere'." in refused.output) == (1, True)


class TestReport:
    def test_it_prints_the_total_and_writes_rows_that_add_up_to_it(self, run, register, tmp_path):
        run("outcomes", "tea-days", register())
        file, summary = tmp_path / "deals.csv", tmp_path / "figures.csv"

        printed = run("report", "tea-days", "--csv", file, "--summary", summary, "--lang", "en")

        assert printed.exit_code == 0, printed.output
        assert "Meetings:  1 held, of them 1 outside the schedule" in printed.output
        assert "Deals:     1, worth USD 1,500.50" in printed.output
        assert "Contract register" in printed.output
        header, *rows = csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
        assert sum(Decimal(row[header.index("Value (USD)")]) for row in rows) == Decimal("1500.50")
        assert summary.read_text(encoding="utf-8-sig").startswith('"Figure"')

    def test_a_fair_without_meetings_has_an_empty_report(self, run):
        printed = run("report", "tea-days")

        assert (printed.exit_code, "Deals:     0, worth USD 0.00" in printed.output) == (0, True)


class TestRequest:
    def test_it_proposes_the_listed_pairs_once(self, run, session):
        first, second = run("request", "tea-days"), run("request", "tea-days")

        assert "1 pairs of the matcher's lists: 1 meetings proposed and accepted, 0 there already." in first.output
        assert "0 meetings proposed and accepted, 1 there already." in second.output
        session.rollback()
        (meeting,) = session.scalars(select(Meeting)).all()
        assert (meeting.state, meeting.origin, meeting.requested_by) == ("accepted", "suggestion", "organizer")

    def test_it_adds_the_pairs_of_a_register(self, run, register, session):
        file = register(HEAD + CONTRACT + CONTRACT.replace("Trà Xanh", "Gốm Mai"))

        done = run("request", "tea-days", "--outcomes", file)

        assert "2 pairs of the contract register: 1 meetings proposed and accepted, 1 there already." in done.output
        session.rollback()
        assert sorted(session.scalars(select(Meeting.origin))) == ["register", "suggestion"]

    def test_a_fair_whose_people_accept_for_themselves_is_left_alone(self, run, session, pair):
        pair.acceptance = Acceptance.PERSON
        session.commit()

        refused = run("request", "tea-days")

        assert refused.exit_code == 1
        assert "--acceptance automatic" in refused.output
        assert count(session, Meeting) == 0

    def test_a_fair_without_suggestions_is_to_be_matched_first(self, run, session):
        session.execute(Suggestion.__table__.delete())
        session.commit()

        assert "Match first" in run("request", "tea-days").output
