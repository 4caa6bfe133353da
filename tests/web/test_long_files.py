"""Long files: asked for on a page, made by the jobs process, handed out to who asked."""

import dataclasses
import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, update

from matchmaker import clock
from matchmaker.domain.fairs import Role
from matchmaker.extensions import db
from matchmaker.jobs import runner
from matchmaker.models import FairStaff, HistoryEntry, Interpreter, Job, MadeFile, Meeting, MeetingAttendee
from matchmaker.models.engine import begin_writing
from matchmaker.services import erasing, made_files, persons, retention
from matchmaker.services.erasing import ErasureReason
from matchmaker.services.made_files import FileWanted, MakingStep
from matchmaker.web import long_files, paper
from matchmaker.web.paper import can_print
from tests.factories import OPENING

ORGANIZER = "/fairs/expo/organizer"
FILES = f"{ORGANIZER}/made-files"
TABLES = 12
needs_engine = pytest.mark.skipif(not can_print(), reason="this machine has no Pango, so pages are printed by browsers")


class Expo:
    """A fair with more table sheets than are laid out at once, and everyone who might want them."""

    def __init__(self, session, factory):
        fair = factory.fair(slug="expo", phase="final")
        seller = factory.participant(fair, name="Tà Xùa")
        buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods K.K.", country="JP")
        (slot,) = factory.slots(fair, 1)
        tables = factory.tables(fair, TABLES)
        who = Interpreter(fair_id=fair.id, name="Lê Phiên Dịch", email="p@example.org", languages=["ja"])
        place = {"slot_id": slot.id, "table_id": tables[0].id, "interpreter_id": factory.add(who).id}
        meeting = factory.meeting(seller, buyer, state="scheduled", **place)
        for side, one in (("exhibitor", seller), ("buyer", buyer)):
            if session.get(MeetingAttendee, (meeting.id, one.representative.id)) is None:
                factory.add(MeetingAttendee(meeting_id=meeting.id, representative_id=one.representative.id, side=side))
        self.fair, self.meeting, self.free = fair.id, meeting.id, tables[5].id
        self.organizer, self.colleague = factory.organizer(fair).id, factory.organizer(fair).id
        reader = factory.account()
        factory.add(FairStaff(fair_id=fair.id, account_id=reader.id, role="reader"))
        self.reader, self.participant = reader.id, seller.account.id
        self.stranger = factory.organizer(factory.fair(slug="elsewhere")).id


@pytest.fixture
def expo(session, factory, client):
    found = Expo(session, factory)
    session.commit()
    client.sign_in_as(found.organizer)
    client.get("/?lang=en")
    session.rollback()
    return found


def write(act):
    """Do something in a transaction of its own."""
    with db.sessionmaker() as own:
        begin_writing(own)
        found = act(own)
        own.commit()
        return found


def ask(client, end="tables"):
    return client.submit(f"{FILES}/{end}", action=end)


def fetch_address(client, end="tables"):
    return client.page(f"{FILES}/{end}").select_one('form[action$="/fetch"]')["action"]


def wanted(expo, kind="tables"):
    return FileWanted(expo.fair, expo.organizer, kind, "", is_for_reader=False, locale="en")


@needs_engine
class TestWay:
    def test_a_long_file_is_asked_for_made_and_downloaded(self, app, client, expo):
        leads = client.get(f"{ORGANIZER}/print/tables")
        assert leads.location == f"{FILES}/tables"
        assert ask(client).status_code == 302
        waiting = client.page(f"{FILES}/tables")
        assert waiting.select_one("[data-region=file]")["data-poll"] == "3"
        assert waiting.select_one('noscript meta[http-equiv="refresh"]')
        assert waiting.find("a", string="Look again")["href"] == f"{FILES}/tables"
        runner.work(app, until_idle=True)
        answer = client.post_token(fetch_address(client))
        assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/pdf", "no-store")
        assert 'filename="expo-tables.pdf"' in answer.headers["Content-Disposition"]
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages]
        assert len(pages) == TABLES
        assert ["1/1" in page for page in pages] == [True] * TABLES
        assert "Kaze Foods K.K." in pages[0]

    def test_the_offer_asks_for_a_long_file_with_one_button(self, client, expo):
        answer = client.submit(f"{ORGANIZER}/print", action="/made-files/tables")
        assert answer.location == f"{FILES}/tables"

    def test_both_steps_are_recorded_and_name_nobody(self, app, session, client, expo):
        ask(client)
        runner.work(app, until_idle=True)
        client.post_token(fetch_address(client))
        session.rollback()
        entries = session.scalars(select(HistoryEntry).where(HistoryEntry.subject_kind == "made_file")).all()
        assert {(one.action, one.by_account_id, one.fair_id) for one in entries} == {
            ("file_asked", expo.organizer, expo.fair),
            ("file_fetched", expo.organizer, expo.fair),
        }
        assert session.scalars(select(MadeFile.fetched)).all() == [1]
        assert session.scalars(select(Job.facts).where(Job.kind == "make_file")).all() == [{}]

    def test_the_page_says_how_far_it_is(self, session, client, expo):
        ask(client)
        file_id = session.scalar(select(MadeFile.id))
        session.rollback()
        write(lambda own: made_files.start(own, file_id=file_id, now=clock.now()))
        write(lambda own: made_files.note(own, file_id=file_id, step=MakingStep(1, 3), now=clock.now()))
        assert "1 of 3" in client.page(f"{FILES}/tables").main.get_text()

    def test_a_second_click_asks_for_nothing_more(self, session, client, expo):
        ask(client)
        client.post_token(f"{FILES}/tables")
        session.rollback()
        assert session.scalar(select(func.count()).select_from(MadeFile)) == 1
        assert session.scalar(select(func.count()).select_from(Job).where(Job.kind == "make_file")) == 1

    def test_one_file_is_made_for_a_person_at_a_time(self, session, client, expo):
        ask(client)
        answer = client.post_token(f"{FILES}/cards")
        assert answer.status_code == 409
        alert = client.tree(answer).select_one("[role=alert]")
        assert alert.a["href"] == f"{FILES}/tables"
        assert client.page(f"{FILES}/cards").main.find("button", string="Make the file") is None
        client.sign_in_as(expo.colleague)
        assert client.post_token(f"{FILES}/cards").status_code == 302
        session.rollback()
        assert session.scalar(select(func.count()).select_from(MadeFile)) == 2

    def test_a_file_says_when_something_has_changed_and_is_made_anew(self, app, client, expo):
        ask(client)
        runner.work(app, until_idle=True)
        first = fetch_address(client)
        assert "changed" not in client.page(f"{FILES}/tables").main.get_text()
        write(lambda own: own.execute(update(Meeting).where(Meeting.id == expo.meeting).values(table_id=expo.free)))
        page = client.page(f"{FILES}/tables").main
        assert "Something that it shows has changed since then." in page.get_text()
        assert client.post_token(first).status_code == 200
        ask(client)
        runner.work(app, until_idle=True)
        assert client.post_token(first).status_code == 404
        assert "changed" not in client.page(f"{FILES}/tables").main.get_text()

    def test_a_file_of_the_report_is_made_as_its_page_shows_it(self, app, client, expo, monkeypatch):
        for kind in ("report-pdf", "report-xlsx", "official-docx", "official-pdf", "official-english-pdf"):
            maker = dataclasses.replace(long_files.MAKERS[kind], most_at_once=-1)
            monkeypatch.setitem(long_files.MAKERS, kind, maker)
        for address, kind, start in (
            ("report.pdf", "report-pdf", b"%PDF"),
            ("report.xlsx", "report-xlsx", b"PK"),
            ("report/official.docx", "official-docx", b"PK"),
            ("report/official.pdf", "official-pdf", b"%PDF"),
            ("report/official-en.pdf", "official-english-pdf", b"%PDF"),
        ):
            assert client.get(f"{ORGANIZER}/{address}").location == f"{FILES}/{kind}"
            ask(client, kind)
            runner.work(app, until_idle=True)
            assert client.post_token(fetch_address(client, kind)).data.startswith(start)


class TestAccess:
    def test_nobody_else_sees_or_gets_a_file(self, app, client, expo):
        ask(client)
        runner.work(app, until_idle=True)
        address = fetch_address(client)
        for other, status in (("colleague", 404), ("reader", 404), ("stranger", 404), ("participant", 404)):
            client.sign_in_as(getattr(expo, other))
            assert client.post_token(address).status_code == status, other
        client.sign_in_as(expo.stranger)
        assert client.post_token(address.replace("expo", "elsewhere")).status_code == 404
        assert client.get(f"{FILES}/tables").status_code == 404
        client.sign_in_as(expo.colleague)
        assert client.page(f"{FILES}/tables").select_one('form[action$="/fetch"]') is None

    def test_readers_ask_for_the_report_and_for_no_sheets(self, client, expo):
        client.sign_in_as(expo.reader)
        assert [client.get(f"{FILES}/{kind}").status_code for kind in ("report-pdf", "tables", "x")] == [200, 404, 404]
        assert client.post_token(f"{FILES}/agendas").status_code == 404

    def test_who_may_only_read_now_gets_nothing_made_with_an_organizers_eyes(self, app, client, expo):
        ask(client, "report-xlsx")
        runner.work(app, until_idle=True)
        address = fetch_address(client, "report-xlsx")
        mine = FairStaff.account_id == expo.organizer
        write(lambda own: own.execute(update(FairStaff).where(mine).values(role="reader")))
        assert client.post_token(address).status_code == 404

    def test_a_file_is_gone_after_a_day(self, app, session, client, expo, monkeypatch):
        ask(client, "report-xlsx")
        runner.work(app, until_idle=True)
        address = fetch_address(client, "report-xlsx")
        later = clock.now() + timedelta(days=1, minutes=1)
        monkeypatch.setattr(clock, "now", lambda: later)
        client.sign_in_as(expo.organizer)
        assert client.post_token(address).status_code == 404
        write(lambda own: retention.apply(own, now=later))
        session.rollback()
        assert session.scalar(select(func.count()).select_from(MadeFile)) == 0


class TestFailures:
    def test_a_file_that_fails_says_so_and_can_be_asked_for_again(self, app, session, client, expo, monkeypatch):
        ask(client, "report-xlsx")
        maker = long_files.MAKERS["report-xlsx"]

        def broken(_fair):
            raise RuntimeError("no such font")

        monkeypatch.setitem(long_files.MAKERS, "report-xlsx", dataclasses.replace(maker, plan=broken))
        runner.work(app, until_idle=True)
        monkeypatch.setitem(long_files.MAKERS, "report-xlsx", maker)
        assert "The file could not be made." in client.page(f"{FILES}/report-xlsx").main.get_text()
        ask(client, "report-xlsx")
        runner.work(app, until_idle=True)
        assert fetch_address(client, "report-xlsx")

    def test_a_killed_worker_leaves_nothing_half_and_the_next_begins_again(self, app, session, client, expo):
        ask(client, "report-xlsx")
        file_id = session.scalar(select(MadeFile.id))
        session.rollback()
        write(lambda own: made_files.start(own, file_id=file_id, now=clock.now()))
        write(lambda own: made_files.note(own, file_id=file_id, step=MakingStep(1, 2), now=clock.now()))
        assert session.scalars(select(MadeFile.size)).all() == [0]
        session.rollback()
        runner.work(app, until_idle=True)
        assert fetch_address(client, "report-xlsx")

    def test_what_ends_its_worker_again_and_again_is_given_up(self, session, client, expo):
        ask(client, "report-xlsx")
        file_id = session.scalar(select(MadeFile.id))
        session.rollback()
        begun = [
            write(lambda own: made_files.start(own, file_id=file_id, now=clock.now())) is not None
            for _ in range(made_files.MOST_TRIES + 1)
        ]
        assert begun == [True] * made_files.MOST_TRIES + [False]
        assert "could not be made" in client.page(f"{FILES}/report-xlsx").main.get_text()

    def test_a_file_nobody_works_on_any_more_stands_in_nobodys_way(self, session, client, expo):
        long_ago = clock.now() - made_files.LONGEST_SILENCE - timedelta(minutes=1)
        write(lambda own: made_files.ask(own, wanted=wanted(expo), now=long_ago))
        assert "could not be made" in client.page(f"{FILES}/tables").main.get_text()
        assert client.post_token(f"{FILES}/cards").status_code == 302


class TestErasure:
    def test_no_file_outlives_the_erasure_of_whom_it_may_name(self, app, session, client, expo):
        ask(client, "report-xlsx")
        runner.work(app, until_idle=True)
        client.sign_in_as(expo.colleague)
        ask(client, "report-xlsx")
        write(
            lambda own: erasing.erase(
                own,
                person=persons.of_account(own, account_id=expo.participant),
                reason=ErasureReason.OWN,
                by=None,
                now=OPENING,
            )
        )
        session.rollback()
        # The one that only waited is made from what is there after the erasure.
        assert session.scalars(select(MadeFile.account_id)).all() == [expo.colleague]
        assert session.scalars(select(MadeFile.state)).all() == ["waiting"]

    def test_a_file_that_was_being_made_meanwhile_is_not_kept(self, session, client, expo):
        ask(client, "report-xlsx")
        file_id = session.scalar(select(MadeFile.id))
        session.rollback()
        write(lambda own: made_files.start(own, file_id=file_id, now=clock.now()))
        write(made_files.forget_begun)
        made = made_files.MadeContent("a.pdf", "application/pdf", "b", b"who was erased")
        write(lambda own: made_files.note(own, file_id=file_id, step=MakingStep(1, 1, made), now=clock.now()))
        session.rollback()
        assert session.scalar(select(func.count()).select_from(MadeFile)) == 0


def test_no_page_lays_out_more_than_is_allowed_at_once(app, client, expo, monkeypatch):
    """With nothing allowed at once, no address an organizer can open makes a file by the engine or a workbook."""
    for kind, maker in long_files.MAKERS.items():
        monkeypatch.setitem(long_files.MAKERS, kind, dataclasses.replace(maker, most_at_once=-1))

    def refuse(*_given, **_named):
        pytest.fail("a page laid a long file out")

    for name in (
        "printing.plans.pdf_of",
        "reports.files.pdf_of",
        "reports.official.pdf_of",
        "reports.official.docx_of",
    ):
        monkeypatch.setattr(f"matchmaker.web.{name}", refuse)
    monkeypatch.setattr("matchmaker.web.reports.tables.workbook", refuse)
    monkeypatch.setattr(paper, "pdf_of", refuse)
    adapter, opened = app.url_map.bind("localhost"), 0
    for rule in app.url_map.iter_rules():
        known = {"slug": "expo"}
        for kind in long_files.MAKERS if "kind" in rule.arguments else ("",):
            values = {name: {**known, "kind": kind}.get(name) for name in rule.arguments}
            if "GET" in rule.methods and "/organizer" in rule.rule and None not in values.values():
                opened += client.get(adapter.build(rule.endpoint, values)).status_code in {200, 302}
    assert opened > len(long_files.MAKERS)


def test_other_work_passes_between_the_steps_of_a_long_job(app, monkeypatch):
    done = []

    def long(*, facts, renew):
        for step in range(2):
            done.append(step)
            yield

    monkeypatch.setattr(runner, "TIMERS", (lambda _now: done.append("timer") or 0,))
    monkeypatch.setitem(runner.HANDLERS, "make_file", long)
    monkeypatch.setitem(runner.HANDLERS, "send_link", lambda **_: done.append("link"))
    with app.app_context():
        now = clock.now()
        write(lambda own: runner.jobs.enqueue(own, kind="make_file", once="a", now=now - timedelta(seconds=3)))
        write(lambda own: runner.jobs.enqueue(own, kind="make_file", once="b", now=now - timedelta(seconds=2)))
        write(lambda own: runner.jobs.enqueue(own, kind="send_link", once="c", now=now))
    runner.work(app, until_idle=True)
    assert done[:6] == ["timer", 0, "timer", "link", 1, "timer"]
    assert done.count(0) == 2
