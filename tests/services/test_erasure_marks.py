"""Mark and grep: a person whose marks stand in every text is erased, and no mark is left in anything that is stored."""

import logging
from dataclasses import replace

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.deals.stages import Outcome
from matchmaker.extensions import db
from matchmaker.jobs import runner
from matchmaker.models import Base, Company, CompanyImport, Job, OutcomeReport
from matchmaker.models.engine import begin_writing
from matchmaker.services import ledger, notices, outbox, sweeping
from matchmaker.services.holdings import ABOUT_NOBODY, OF_COMPANY, PERSONAL
from tests.services.marks import EMAIL, NAME, UNMARKED, Marked, dump, found_in


@pytest.fixture
def marked(session, factory):
    return Marked(session, factory)


@pytest.fixture
def mail_folder(app):
    folder = app.extensions["matchmaker"].instance / "mail"
    yield folder
    for path in folder.glob("*.eml"):
        path.unlink()


def texts_of(folder):
    return "\n".join(path.read_bytes().decode("utf-8", errors="replace") for path in folder.rglob("*.eml"))


def erase_on_the_page(client, account_id):
    client.sign_in_as(account_id)
    answer = client.submit("/account/data/erase", is_sure="y")
    assert (answer.status_code, answer.location) == (302, "/erased")


def test_every_text_of_every_table_is_marked_or_exempt_with_a_reason(marked):
    """A new table with texts fails here until the person's world holds a row of it."""
    with_texts = {one.class_.__tablename__ for one in Base.registry.mappers if sweeping.text_columns(one.class_)}
    assert with_texts - marked.marked - {"outcome_report"} == set(UNMARKED)


def test_the_columns_left_alone_exist():
    columns = {f"{table.name}.{column.key}" for table in Base.metadata.sorted_tables for column in table.columns}
    assert set(sweeping.LEFT) <= columns
    assert set(sweeping.SHORT_TEXTS) <= columns


def test_every_table_is_somebodys_or_nobodys():
    """A new table fails here until it is decided what of it is handed out, and what goes with a person."""
    somebodys = {table.__tablename__ for table in (*PERSONAL, *OF_COMPANY)}
    tables = {table.name for table in Base.metadata.sorted_tables}
    assert (somebodys | set(ABOUT_NOBODY), somebodys & set(ABOUT_NOBODY)) == (tables, set())


def test_the_marks_are_there_to_be_found_before(app, session, marked, mail_folder):
    session.commit()
    assert len(found_in(dump(db.engine))) > 100
    assert EMAIL in dump(db.engine)


def test_nothing_of_an_erased_person_is_left_in_database_files_and_logs(
    app, session, factory, client, marked, mail_folder, caplog
):
    caplog.set_level(logging.DEBUG)
    now, me = clock.now(), marked.account.id
    notices.queue(session, account_id=me, kind="company_status", once="one", now=now, **_facts())
    outbox.hurry(session, now=now)
    session.commit()
    runner.work(app, until_idle=True)
    assert EMAIL in texts_of(mail_folder)

    erase_on_the_page(client, me)
    runner.work(app, until_idle=True)

    session.rollback()
    with app.app_context():
        assert found_in(dump(db.engine)) == []
    assert found_in(texts_of(mail_folder)) == []
    assert found_in(caplog.text) == []


def test_what_others_rest_on_is_still_there(app, session, client, marked):
    fair, company, me = marked.scene.fair, marked.seller.company_id, marked.account.id
    before = marked.scene.report()
    session.commit()
    erase_on_the_page(client, me)
    runner.work(app, until_idle=True)
    session.rollback()
    session.expire_all()
    said = session.execute(select(OutcomeReport.side, OutcomeReport.outcome, OutcomeReport.note)).all()
    assert set(said) == {("seller", Outcome.QUOTATION, ""), ("buyer", Outcome.QUOTATION, "")}
    assert ledger.check(session, fair_id=fair.id) is None
    assert ledger.strays(session, fair_id=fair.id) == []
    assert session.get(Company, company).name == "[…] […] […] 0"
    # All but who entered the values, and the source of a rate in which the person's address was written.
    assert replace(marked.scene.report(), rates=before.rates, ledger=before.ledger) == before


def test_what_the_matcher_kept_of_a_fairs_texts_is_forgotten(app, session, client, marked):
    kept = app.extensions["matchmaker"].instance / "standing-0123.joblib"
    kept.write_bytes(b"texts as they were")
    me = marked.account.id
    session.commit()
    erase_on_the_page(client, me)
    runner.work(app, until_idle=True)
    assert not kept.exists()


def test_lists_that_name_the_person_are_forgotten(app, session, client, marked):
    me = marked.account.id
    session.commit()
    erase_on_the_page(client, me)
    runner.work(app, until_idle=True)
    session.rollback()
    kept = session.execute(select(CompanyImport.imported_at.is_not(None), CompanyImport.content)).all()
    assert kept == [(True, b"")]


def test_a_name_is_left_where_another_company_speaks_of_itself(app, session, factory, client, marked):
    """Else whoever takes a competitor's words as a name could have them taken out of its offers."""
    stranger = factory.participant(marked.scene.row)
    offer = factory.offer(stranger, text_en=f"{NAME}, ask {EMAIL}")
    me = marked.account.id
    session.commit()
    erase_on_the_page(client, me)
    runner.work(app, until_idle=True)
    session.rollback()
    session.refresh(offer)
    assert offer.text_en == f"{NAME}, ask […]"


def test_a_sweep_that_ends_badly_forgets_whom_it_was_about(app, session, client, marked, monkeypatch):
    monkeypatch.setitem(runner.HANDLERS, "sweep_traces", _fail)
    me = marked.account.id
    session.commit()
    erase_on_the_page(client, me)
    begin_writing(session)
    for job in session.scalars(select(Job).where(Job.kind == "sweep_traces")):
        job.attempts = 4
    session.commit()
    runner.work(app, until_idle=True)
    session.rollback()
    [job] = session.scalars(select(Job).where(Job.kind == "sweep_traces"))
    assert (job.finished_at is not None, job.facts) == (True, {})


def _fail(**_):
    raise ZeroDivisionError


def _facts():
    return {
        "path": "/",
        "company": NAME,
        "status": "approved",
        "reason": "",
        "note": "",
        "fair_vi": "h",
        "fair_en": "f",
    }
