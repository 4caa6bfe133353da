"""Retention: what is due by each fair's periods, who is idle, and that a dry run says what the run then takes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from matchmaker.domain.errors import Refused
from matchmaker.domain.privacy.retention import STANDARD, Keeping, Periods
from matchmaker.models import (
    Account,
    Company,
    CompanyImport,
    DataCopy,
    Erasure,
    HistoryEntry,
    Interpreter,
    Job,
    Mail,
    Meeting,
    MeetingMessage,
    Notice,
    Representative,
    RetentionRun,
    SignInSession,
)
from matchmaker.services import retention, retention_rules

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
OLD_DAYS = {"opens_on": date(2024, 11, 10), "closes_on": date(2024, 11, 12)}
LONG_AGO = datetime(2024, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def over(factory):
    """A fair that closed more than two years ago."""
    return factory.fair(slug="over", **OLD_DAYS)


def seller_of(factory, fair, **values):
    return factory.participant(fair, **values)


def age(session, participation, *, used_at=None, created_at=LONG_AGO):
    """Make someone's account old, with a last sign-in where one is given."""
    participation.account.created_at = created_at
    if used_at is not None:
        moments = dict.fromkeys(("created_at", "confirmed_at", "last_used_at", "expires_at"), used_at)
        key = participation.account.id
        session.add(SignInSession(account_id=key, token_hash=f"{key.hex}{used_at}"[:64], user_agent="", **moments))
    session.flush()


def people_due(session, fair=None):
    due = due_at(session, fair) if fair else retention.due(session, now=NOW)
    return due[Keeping.PEOPLE]


def due_at(session, fair):
    return retention.due_at(session, periods=retention_rules.of_fair(session, fair_id=fair.id), now=NOW)


class TestPeople:
    def test_who_has_not_signed_in_and_whose_fair_is_long_over_is_forgotten(self, session, factory, over):
        seller = seller_of(factory, over, name="Trà Núi Mây")
        age(session, seller, used_at=LONG_AGO)
        company_id, account_id = seller.company_id, seller.account.id
        assert retention.apply(session, now=NOW)[Keeping.PEOPLE] == 1
        assert session.get(Account, account_id) is None
        assert session.get(Company, company_id).name == "Trà Núi Mây"
        assert session.scalars(select(Erasure.reason)).all() == ["idle"]

    def test_who_signed_in_within_the_period_stays(self, session, factory, over):
        age(session, seller_of(factory, over), used_at=datetime(2024, 11, 22, tzinfo=UTC))
        assert people_due(session) == 0

    def test_who_is_at_a_fair_that_is_not_over_that_long_stays(self, session, factory, over):
        seller = seller_of(factory, over)
        age(session, seller)
        factory.participation(
            factory.fair(slug="later", closes_on=date(2025, 11, 18), opens_on=date(2025, 11, 17)), seller.company
        )
        assert people_due(session) == 0

    def test_the_longest_period_of_someones_fairs_counts(self, session, factory, over):
        seller = seller_of(factory, over)
        age(session, seller)
        factory.participation(factory.fair(slug="long", keep_people_months=36, **OLD_DAYS), seller.company)
        assert people_due(session) == 0

    def test_an_account_at_no_fair_is_kept_for_the_standard_period(self, session, factory):
        factory.account(created_at=LONG_AGO)
        factory.account(created_at=NOW - 700 * DAY)
        assert people_due(session) == 1

    def test_people_of_a_list_and_interpreters_who_never_signed_in_are_forgotten_too(self, session, factory, over):
        seller_of(factory, over, signs_in=False)
        factory.add(Interpreter(fair_id=over.id, name="Lê Hoa", email="hoa@example.test", languages=["en"]))
        assert people_due(session, over) == 2
        retention.apply(session, now=NOW)
        assert session.scalar(select(func.count()).select_from(Representative)) == 0
        assert session.scalar(select(func.count()).select_from(Interpreter)) == 0
        assert people_due(session) == 0

    def test_the_only_organizer_of_a_fair_stays(self, session, factory, over):
        organizer = factory.organizer(over, created_at=LONG_AGO)
        assert retention.apply(session, now=NOW)[Keeping.PEOPLE] == 0
        assert session.get(Account, organizer.id) is not None


def fill(session, factory, fair, *, at):
    """A note, a message, a notice, a mail, an entry of the history and a list, all of one moment."""
    seller, buyer = factory.participant(fair), factory.participant(fair, role="buyer")
    meeting = factory.meeting(seller, buyer, state="held", note="hello")
    account = seller.account.id
    session.add(MeetingMessage(meeting_id=meeting.id, side="exhibitor", account_id=account, text="x", at=at))
    moments = {"due_at": at, "leased_until": at, "created_at": at}
    mail = factory.add(Mail(account_id=account, fair_id=fair.id, kind="digest", state="sent", **moments))
    told = {"account_id": account, "fair_id": fair.id, "kind": "x", "facts": {}, "created_at": at}
    session.add(Notice(once=f"{fair.slug} {at}", mail_id=mail.id, **told))
    about = {"subject_kind": "fair", "subject_id": fair.id, "facts": {}}
    session.add(HistoryEntry(fair_id=fair.id, at=at, action="x", **about))
    kept = {"file_name": "f", "content": b"x", "content_hash": "h", "summary": {}}
    session.add(CompanyImport(fair_id=fair.id, account_id=account, uploaded_at=at, **kept))
    session.flush()
    return meeting


class TestThings:
    def test_what_a_dry_run_says_is_what_the_run_takes(self, session, factory, over):
        fill(session, factory, over, at=LONG_AGO)
        fill(session, factory, factory.fair(slug="new"), at=NOW - DAY)
        said = {k: v for k, v in retention.due(session, now=NOW).items() if v and k is not Keeping.PEOPLE}
        taken = {k: v for k, v in retention.apply(session, now=NOW).items() if v and k is not Keeping.PEOPLE}
        assert said == {Keeping.NOTES: 2, Keeping.MESSAGES: 2, Keeping.HISTORY: 1, Keeping.UPLOADS: 1}
        assert taken == said

    def test_what_is_newer_stays(self, session, factory):
        meeting = fill(session, factory, factory.fair(slug="new"), at=NOW - DAY)
        retention.apply(session, now=NOW)
        assert session.get(Meeting, meeting.id).note == "hello"
        for table in (MeetingMessage, Notice, Mail, HistoryEntry, CompanyImport):
            assert session.scalar(select(func.count()).select_from(table)) >= 1

    def test_a_fairs_own_page_counts_what_is_its_own(self, session, factory, over):
        fill(session, factory, over, at=LONG_AGO)
        other = factory.fair(slug="other", **OLD_DAYS)
        assert due_at(session, other) == dict.fromkeys(
            (Keeping.PEOPLE, Keeping.NOTES, Keeping.MESSAGES, Keeping.HISTORY, Keeping.UPLOADS), 0
        )

    def test_the_last_session_stays_for_it_says_when_someone_was_here(self, session, factory):
        seller = factory.participant(factory.fair())
        for days in (500, 400):
            age(session, seller, used_at=NOW - days * DAY, created_at=NOW - 600 * DAY)
        assert retention.apply(session, now=NOW)[Keeping.SIGN_INS] == 1
        assert session.scalars(select(SignInSession.last_used_at)).all() == [NOW - 400 * DAY]

    def test_a_copys_content_goes_when_it_expires_and_a_job_a_month_after(self, session, factory):
        account = factory.account(created_at=NOW)
        session.add(DataCopy(account_id=account.id, asked_at=NOW - 8 * DAY, expires_at=NOW - DAY, content=b"zip"))
        for days in (31, 29):
            done = NOW - days * DAY
            moments = dict.fromkeys(("due_at", "leased_until", "created_at", "finished_at"), done)
            session.add(Job(kind="x", facts={}, once=str(days), **moments))
        session.flush()
        taken = retention.apply(session, now=NOW)
        assert (taken[Keeping.COPIES], taken[Keeping.JOBS]) == (1, 1)
        assert session.scalars(select(DataCopy.content)).all() == [b""]


class TestRuns:
    def test_the_rules_run_once_a_day_and_say_what_they_took(self, session, factory, over):
        fill(session, factory, over, at=LONG_AGO)
        assert retention.is_due_today(session, now=NOW)
        assert retention.run(session, now=NOW) is not None
        assert retention.run(session, now=NOW + timedelta(hours=5)) is None
        assert not retention.is_due_today(session, now=NOW)
        [run] = retention.past_runs(session)
        assert run.counts["notes"] == 2
        assert retention.run(session, now=NOW + DAY) is not None
        assert session.scalar(select(func.count()).select_from(RetentionRun)) == 2
        assert len(retention.past_runs(session)) == 1

    def test_a_fair_sets_its_own_periods(self, session, factory, over):
        wanted = Periods(people_months=36, notes_months=12, history_months=6, uploads_days=7)
        by = factory.organizer(over).id
        assert retention_rules.of_fair(session, fair_id=over.id).periods == STANDARD
        retention.set_periods(session, fair_id=over.id, wanted=wanted, by=by, now=NOW)
        assert retention_rules.of_fair(session, fair_id=over.id).periods == wanted
        changes = session.scalars(select(HistoryEntry.facts).where(HistoryEntry.action == "retention_set")).one()
        assert changes["changes"]["people_months"] == [24, 36]

    @pytest.mark.parametrize("wanted", [Periods(people_months=0), Periods(uploads_days=366)])
    def test_a_period_has_its_bounds(self, session, factory, over, wanted):
        with pytest.raises(Refused, match="bad_period"):
            retention.set_periods(session, fair_id=over.id, wanted=wanted, by=factory.account().id, now=NOW)
