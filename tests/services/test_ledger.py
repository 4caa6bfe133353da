"""The sealed ledger: what the database refuses, what the chain shows, and two writers at once."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.deals.chain import Fault, FaultCode, canonical
from matchmaker.domain.deals.stages import Outcome
from matchmaker.extensions import db
from matchmaker.models import Account, Fair, LedgerEntry, Meeting, OutcomeReport
from matchmaker.models.engine import begin_writing
from matchmaker.services import ledger
from tests.services.test_deals import AFTER, Scene, usd


@pytest.fixture
def scene(session, factory):
    found = Scene(session, factory)
    found.say(found.seller, Outcome.QUOTATION, usd("20000"))
    found.say(found.buyer, Outcome.QUOTATION, usd("21000.5"), now=AFTER + timedelta(minutes=1))
    found.say(found.seller, Outcome.MOU, usd("20000"), now=AFTER + timedelta(minutes=2))
    return found


def refused(session, statement):
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(statement)


class TestWriting:
    def test_every_report_is_sealed_after_the_one_before_it(self, session, scene):
        assert ledger.check(session, fair_id=scene.fair.id) is None
        assert ledger.strays(session, fair_id=scene.fair.id) == []
        assert ledger.head(session, fair_id=scene.fair.id).position == 3

    def test_an_answer_said_twice_is_sealed_once(self, session, scene):
        scene.say(scene.seller, Outcome.MOU, usd("20000"), now=AFTER + timedelta(minutes=9))
        assert ledger.head(session, fair_id=scene.fair.id).position == 3

    def test_each_fair_has_a_chain_of_its_own(self, session, factory, scene):
        other = factory.fair(slug="another-fair")
        ledger.append(session, fair_id=other.id, entries=[(other.id, {"kind": "test"})])
        assert ledger.head(session, fair_id=other.id).position == 1
        assert ledger.head(session, fair_id=scene.fair.id).position == 3


class TestTheDatabase:
    @pytest.mark.parametrize(
        "values",
        [
            {"amount": Decimal("1.0000")},
            {"outcome": "order"},
            {"currency": "EUR"},
            {"entry": 9},
            {"side": "organizer"},
            {"years": [[2027, "1.0000"]]},
            {"note": "changed"},
            {"stated_at": AFTER},
        ],
    )
    def test_no_report_can_be_changed(self, session, scene, values):
        refused(session, update(OutcomeReport).values(values))

    def test_no_report_can_be_given_to_another_author(self, session, factory, scene):
        refused(session, update(OutcomeReport).values(stated_by=factory.account().id))

    def test_no_report_can_be_deleted_not_even_with_its_meeting_or_fair(self, session, scene):
        refused(session, delete(OutcomeReport))
        refused(session, delete(Meeting))
        refused(session, delete(Fair))

    def test_no_seal_can_be_changed_or_deleted(self, session, scene):
        refused(session, update(LedgerEntry).values(content="{}"))
        refused(session, delete(LedgerEntry))

    def test_the_ledger_can_not_be_emptied(self, session, scene):
        if session.get_bind().dialect.name != "postgresql":
            pytest.skip("SQLite knows no TRUNCATE")
        refused(session, text("TRUNCATE outcome_report"))

    def test_two_entries_can_not_take_one_place(self, session, scene):
        last = ledger.head(session, fair_id=scene.fair.id)
        fork = LedgerEntry(
            fair_id=scene.fair.id, position=3, subject_id=scene.fair.id, content="{}", previous="", digest=last.digest
        )
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(fork)


def test_erasing_an_author_keeps_the_chain_and_the_total(session, scene):
    before = scene.report().headline
    session.execute(update(OutcomeReport).values(note=""))
    session.execute(delete(Account).where(Account.id == scene.seller.account.id))
    session.expire_all()
    assert session.scalar(select(func.count()).where(OutcomeReport.stated_by.is_(None))) == 2
    assert ledger.check(session, fair_id=scene.fair.id) is None
    assert ledger.strays(session, fair_id=scene.fair.id) == []
    assert scene.report().headline == before


class TestTampering:
    """Someone with all rights on the database takes the triggers off: the chain still shows it."""

    def forge(self, session, statement):
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(statement)
        session.expire_all()

    def test_a_changed_entry_shows(self, session, scene):
        content = canonical({"kind": "outcome"})
        self.forge(session, update(LedgerEntry).where(LedgerEntry.position == 2).values(content=content))
        assert ledger.check(session, fair_id=scene.fair.id) == Fault(2, FaultCode.CHANGED)

    def test_a_removed_entry_shows(self, session, scene):
        self.forge(session, delete(LedgerEntry).where(LedgerEntry.position == 2))
        assert ledger.check(session, fair_id=scene.fair.id) == Fault(2, FaultCode.OUT_OF_ORDER)

    def test_a_changed_report_differs_from_what_was_sealed(self, session, scene):
        wrong = session.scalar(select(OutcomeReport.id).where(OutcomeReport.entry == 2))
        self.forge(session, update(OutcomeReport).where(OutcomeReport.id == wrong).values(amount=Decimal(30000)))
        assert ledger.check(session, fair_id=scene.fair.id) is None
        assert ledger.strays(session, fair_id=scene.fair.id) == [wrong]


@pytest.mark.parametrize("is_guarded", [True, False])
def test_two_writers_at_once_never_fork_the_chain(app, session, scene, is_guarded, monkeypatch):
    """Without waiting for each other, two writers on PostgreSQL meet at one place, and the key refuses the second."""
    fair_id = scene.fair.id
    if not is_guarded and session.get_bind().dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time, whatever the code does")
    session.commit()
    if not is_guarded:
        monkeypatch.setattr("sqlalchemy.sql.selectable.GenerativeSelect.with_for_update", lambda self, **_: self)
        reads = threading.Barrier(2)
        real = ledger.head

        def head(*args, **kwargs):
            found = real(*args, **kwargs)
            reads.wait(5)
            return found

        monkeypatch.setattr(ledger, "head", head)
    failures = []

    def write(number):
        with app.app_context():
            begin_writing(db.session)
            try:
                ledger.append(db.session, fair_id=fair_id, entries=[(fair_id, {"kind": "test", "number": number})])
                db.session.commit()
            except IntegrityError as error:
                failures.append(error)
                db.session.rollback()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    monkeypatch.undo()
    session.rollback()
    assert len(failures) == (0 if is_guarded else 1)
    assert ledger.head(session, fair_id=fair_id).position == (5 if is_guarded else 4)
    assert ledger.check(session, fair_id=fair_id) is None
