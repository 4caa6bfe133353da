"""A long list of companies comes in by the jobs process: all of it or nothing, and the page can be left."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select, update

from matchmaker import clock
from matchmaker.jobs import runner
from matchmaker.models import Account, Company, Job, Offer, Participation, Representative
from matchmaker.services import company_import
from matchmaker.services.import_runs import ROWS_AT_ONCE

IMPORT = "/fairs/expo/organizer/import"
ROWS = ROWS_AT_ONCE + 1


@pytest.fixture(autouse=True)
def only_jobs(monkeypatch):
    monkeypatch.setattr(runner, "TIMERS", ())


@pytest.fixture
def officer(client, factory, session):
    account = factory.organizer(factory.fair(slug="expo"))
    session.commit()
    return client.sign_in_as(account)


def hand_in(client, rows=ROWS):
    lines = "".join(f"Sen {n},exhibitor,VN,Tea {n},s{n}@example.test\n" for n in range(rows))
    content = ("Company,Role,Country,Offers,Email\n" + lines).encode()
    answer = client.submit(IMPORT, action="/organizer/import", file=(BytesIO(content), "long.csv"))
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 302
    return answer.location


def stored(session):
    session.rollback()
    found = [session.scalar(select(func.count()).select_from(kind)) for kind in (Company, Participation, Offer)]
    session.rollback()
    return found


def heading(client, address):
    return client.page(address).h1.get_text()


def work(app, session):
    session.rollback()
    runner.work(app, until_idle=True)


def test_a_long_list_is_left_to_the_jobs_process(app, officer, session):
    address = hand_in(officer)
    assert officer.submit(address, action="/run").status_code == 302
    assert stored(session) == [0, 0, 0]
    page = officer.page(address)
    assert page.h1.get_text() == "The companies are being imported"
    assert "You can leave this page" in page.main.get_text()
    assert page.find(attrs={"data-poll": True}) is not None
    assert page.find("meta", {"http-equiv": "refresh"}) is not None
    work(app, session)
    assert stored(session) == [ROWS, ROWS, ROWS]
    assert heading(officer, address) == "Imported"


def test_a_short_list_comes_in_at_once(app, officer, session):
    address = hand_in(officer, ROWS_AT_ONCE)
    officer.submit(address, action="/run")
    assert stored(session) == [ROWS_AT_ONCE] * 3


def test_two_clicks_are_one_import(app, officer, session):
    address = hand_in(officer)
    for _ in range(2):
        officer.post_token(f"{address}/run")
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Job)) == 1
    work(app, session)
    assert officer.post_token(f"{address}/run").status_code == 302
    assert stored(session) == [ROWS, ROWS, ROWS]


def test_a_crash_in_the_middle_leaves_nothing_and_the_next_try_everything(app, officer, session, monkeypatch):
    address = hand_in(officer)
    officer.submit(address, action="/run")
    write = company_import._Writer.write

    def crash(self, row, company_id):
        if row.name == f"Sen {ROWS - 1}":
            self._session.flush()
            raise RuntimeError("the power is cut")
        return write(self, row, company_id)

    monkeypatch.setattr(company_import._Writer, "write", crash)
    work(app, session)
    assert stored(session) == [0, 0, 0]
    page = officer.page(address)
    assert "Nothing was imported; start it again." in page.main.get_text()
    monkeypatch.undo()
    session.rollback()
    session.execute(update(Job).values(due_at=clock.now() - timedelta(minutes=1)))
    session.commit()
    monkeypatch.setattr(runner, "TIMERS", ())
    work(app, session)
    assert stored(session) == [ROWS, ROWS, ROWS]
    assert heading(officer, address) == "Imported"


def test_a_file_given_up_meanwhile_is_not_imported(app, officer, session):
    address = hand_in(officer)
    officer.submit(address, action="/run")
    officer.post_token(f"{address}/discard")
    work(app, session)
    assert stored(session) == [0, 0, 0]
    assert officer.get(address).status_code == 404


def test_rows_with_errors_stay_to_be_corrected(app, officer, session):
    lines = "".join(f"Sen {n},exhibitor,VN,Tea,s{n}@example.test\n" for n in range(ROWS))
    content = f"Company,Role,Country,Offers,Email\n{lines}Bad,nothing,VN,,\n".encode()
    answer = officer.submit(IMPORT, action="/organizer/import", file=(BytesIO(content), "long.csv"))
    answer.request.environ["wsgi.input"].close()
    officer.submit(answer.location, action="/run")
    work(app, session)
    page = officer.page(answer.location)
    assert page.h1.get_text() == "Imported"
    assert "1 row to correct" in page.main.get_text()
    session.rollback()
    people = session.scalar(select(func.count()).select_from(Representative))
    assert people == ROWS == session.scalar(select(func.count()).select_from(Account)) - 1
