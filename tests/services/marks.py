"""One person whose unique marks stand in every text of every table, and the search for them in all that is stored."""

from __future__ import annotations

import itertools
import json
import re
import uuid
from datetime import timedelta
from pathlib import Path

from sqlalchemy import JSON, and_, inspect, make_url, or_, select, text, update

from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.models import (
    AddressClaim,
    Base,
    Certificate,
    CompanyGroup,
    CompanyImport,
    Complaint,
    Consent,
    ConsentText,
    DataCopy,
    DataRequest,
    DraftPlace,
    DraftStep,
    FairFigure,
    HistoryEntry,
    Interpreter,
    InterpreterAbsence,
    KeptForm,
    MadeFile,
    Mail,
    MatchRun,
    MeetingMessage,
    MeetingRule,
    Notice,
    Objection,
    OfficialStatement,
    OutcomeReport,
    Programme,
    ProgrammeRate,
    RemovedItem,
    ReportVersion,
    ScheduleDraft,
    ScheduleMiss,
    ScheduleRun,
    SignInLink,
    SignInSession,
    StoredFile,
    Suggestion,
    TeamInvitation,
)
from matchmaker.services import ledger, persons, surroundings, sweeping
from matchmaker.services.holdings import PERSONAL, asked_of
from matchmaker.services.outcomes import Said
from tests.factories import OPENING
from tests.services.test_deals import AFTER, Scene, usd

NAME, EMAIL, PHONE = "Zỹx Wvutsrqp", "zyx@mk.test", "0987654321"
FULL = f"{NAME} {EMAIL} {PHONE}"
# What must be nowhere afterwards; the name's second word also stands alone where texts are cut into words.
TRACES = re.compile(r"wvutsrqp|zyx@mk|mk\.test|zỹx|987.?654.?321", re.IGNORECASE)
# Tables that take no mark, each with the reason.
UNMARKED = {
    "erasure": "written by the erasure itself",
    "retention_run": "counts",
    "match_setting": "numbers of the model",
    "match_trial": "numbers of the model",
    "job": "its texts are a code, and facts that are forgotten when it is done",
}
# Columns that take no mark, each with the reason.
NOT_WRITTEN = {
    "fair.time_zone": "chosen from a list; every page needs it whole",
    "category.hs_prefixes": "digits",
    "account.name": "the person's own is the mark",
    "representative.name": "the person's own is the mark",
    "representative.phone": "the person's own is the mark",
    "interpreter.name": "the person's own is the mark",
}


class Marked:
    """A company of two people whose first one is marked, its partner from abroad, and one row in every table."""

    def __init__(self, session, factory):
        self.session = session
        self.scene = scene = Scene(session, factory)
        self.seller, self.buyer = scene.seller, scene.buyer
        self.account, self.me = scene.seller.account, scene.seller.representative
        self.account.name, self.account.email = NAME, EMAIL
        self.me.name, self.me.email, self.me.phone, self.me.is_admin = NAME, EMAIL, PHONE, True
        colleague = factory.account()
        self.colleague = factory.representative(scene.seller.company, account_id=colleague.id)
        for side, note in ((self.buyer, f"Met {FULL}"), (self.seller, "Our own note by " + NAME)):
            say(scene, side, note)
        self._fill(factory, colleague)
        session.flush()
        self.person = persons.of_account(session, account_id=self.account.id)
        self._mark()

    def _fill(self, factory, colleague):
        """Add a row to each table that the scene left empty."""
        fair, me, company = self.scene.row, self.account.id, self.seller.company
        add, later = factory.add, OPENING + timedelta(days=1)
        at = {"created_at": OPENING}
        category = factory.category()
        factory.offer(self.seller, category_code=category.code)
        factory.need(self.buyer)
        factory.rate(fair, "EUR", "1.1")
        factory.tables(fair, 1)
        interpreter = add(Interpreter(fair_id=fair.id, name=NAME, email=EMAIL, languages=["en"]))
        [slot_id] = {self.scene.meeting.slot_id}
        add(InterpreterAbsence(interpreter_id=interpreter.id, slot_id=slot_id, reason="away"))
        add(Certificate(company_id=company.id, code="iso", name="ISO 9001"))
        add(CompanyGroup(fair_id=fair.id, name="Delegation"))
        pair = {"one_kind": "company", "one_value": str(company.id), "other_kind": "country", "other_value": "XX"}
        add(MeetingRule(fair_id=fair.id, reason="rivals", created_at=OPENING, **pair))
        add(RemovedItem(participation_id=self.seller.id, kind="offer", facts={}, removed_at=OPENING))
        text_of = {"fair_id": fair.id, "purpose": "contact", "version": "2026-2", "text_vi": "v", "text_en": "e"}
        add(ConsentText(**text_of, **at))
        for whose in (me, colleague.id):
            add(SignInLink(account_id=whose, expires_at=later, **at))
            add(SignInSession(account_id=whose, token_hash=whose.hex, user_agent="x", **_session()))
            add(KeptForm(account_id=whose, path="/fairs", fields=[], kept_at=OPENING))
            mail = add(Mail(account_id=whose, fair_id=fair.id, kind="digest", **_mail()))
            add(_notice(whose, fair, mail))
        add(
            Consent(
                account_id=me, fair_id=fair.id, purpose="contact", text_version="1", channel="web", given_at=OPENING
            )
        )
        add(AddressClaim(account_id=me, email=EMAIL, former_email=EMAIL, purpose="change", expires_at=later, **at))
        self._fill_about(factory, fair, colleague)

    def _fill_about(self, factory, fair, colleague):
        add, company, later = factory.add, self.seller.company, OPENING + timedelta(days=1)
        invited = {"kind": "member", "comes": True, "created_at": OPENING, "expires_at": later}
        add(TeamInvitation(company_id=company.id, fair_id=fair.id, account_id=colleague.id, name="Someone", **invited))
        content = f"Company;Contact;E-mail\r\nTea;{NAME};{EMAIL}\r\n".encode()
        for imported_at in (None, OPENING):
            kept = {"content": content, "content_hash": "h", "uploaded_at": OPENING, "imported_at": imported_at}
            add(CompanyImport(fair_id=fair.id, account_id=colleague.id, file_name="list.csv", **kept))
        days = {"received_on": OPENING.date(), "answer_by": OPENING.date(), "due_on": OPENING.date()}
        for email in (EMAIL, "someone@else.test"):
            add(
                DataRequest(
                    fair_id=fair.id, kind="access", channel="mail", state="new", email=email, created_at=OPENING, **days
                )
            )
        add(
            DataCopy(account_id=self.account.id, email=EMAIL, asked_at=OPENING, expires_at=later, content=FULL.encode())
        )
        begun = {"state": "done", "asked_at": OPENING, "seen_at": OPENING, "expires_at": later}
        about = {"kind": "agendas", "is_for_reader": False, "locale": "vi"}
        add(MadeFile(fair_id=fair.id, account_id=colleague.id, **about, **begun, content=FULL.encode()))
        run = add(MatchRun(fair_id=fair.id, state="done", version="1", weights={}, coverage={}, started_at=OPENING))
        sides = {"exhibitor_id": self.seller.id, "buyer_id": self.buyer.id}
        empty = {name: {} for name in ("reasons", "gaps", "best_pair")}
        about = {"score": 0.5, "label": "default", "contributions": [], **empty}
        add(Suggestion(fair_id=fair.id, run_id=run.id, **sides, **about))
        plan = add(ScheduleRun(fair_id=fair.id, state="done", seed=1, metrics={}, certificate={}, started_at=OPENING))
        add(ScheduleMiss(run_id=plan.id, meeting_id=self.scene.meeting.id, code="x", evidence={}, help=[]))
        for whose, side in ((self.account.id, "seller"), (self.buyer.account.id, "buyer")):
            add(MeetingMessage(meeting_id=self.scene.meeting.id, side=side, account_id=whose, text="hello", at=OPENING))
        sides = {"by_id": self.buyer.id, "about_id": self.seller.id}
        add(Complaint(fair_id=fair.id, meeting_id=self.scene.meeting.id, reason="other", at=OPENING, **sides))
        for side in ("exhibitor", "buyer"):
            said = {"side": side, "reason": "away", "at": OPENING}
            add(Objection(fair_id=fair.id, meeting_id=self.scene.meeting.id, **said))
        kept = {"place": "p1", "sha256": "h", "size": 1, "media_type": "image/png", "name": "logo.png"}
        add(StoredFile(company_id=company.id, kind="logo", uploaded_by=self.account.id, uploaded_at=OPENING, **kept))
        draft = add(ScheduleDraft(fair_id=fair.id, number=1, state="open", created_at=OPENING, changed_at=OPENING))
        of_draft = {"draft_id": draft.id, "meeting_id": self.scene.meeting.id}
        add(DraftPlace(**of_draft, people={"exhibitor": [str(self.me.id)]}, broken=[]))
        add(DraftStep(**of_draft, version=1, action="move", before={}, by_account_id=colleague.id, at=OPENING))
        frozen = {"as_of": OPENING, "frozen_at": OPENING, "digest": "d", "content": b""}
        add(ReportVersion(fair_id=fair.id, kind="by_hand", note="for the ministry", **frozen))
        add(FairFigure(fair_id=fair.id, state="s", content=b"", counted_at=OPENING))
        add(OfficialStatement(fair_id=fair.id, entry=1, stated={"assessment": "well visited"}, stated_at=OPENING))
        programme = add(
            Programme(slug="years", name_vi="Năm", name_en="Years", report_currency="USD", created_at=OPENING)
        )
        add(ProgrammeRate(programme_id=programme.id, currency="VND", rate=1, fixed_on=OPENING.date(), source="a bank"))
        subjects = {"meeting": self.scene.meeting.id, "participation": self.seller.id, "company": company.id}
        for kind, key in subjects.items():
            add(HistoryEntry(fair_id=fair.id, at=OPENING, action="x", subject_kind=kind, subject_id=key, facts={}))

    def _mark(self):
        """Write the marks into every text: whole ones around the person, and the address alone everywhere else."""
        self.session.flush()
        self.marked = set()
        for mapper in Base.registry.mappers:
            table = mapper.class_
            texts = sweeping.text_columns(table)
            addresses = [column for column in texts if "email" in column.key]
            columns = [
                column
                for column in texts
                if f"{table.__tablename__}.{column.key}" not in NOT_WRITTEN
                and column.key not in {one.key for one in addresses}
            ]
            if addresses and self.session.scalar(select(addresses[0]).where(addresses[0] == EMAIL).limit(1)):
                self.marked.add(table.__tablename__)
            if table is OutcomeReport or table.__tablename__ in UNMARKED or not columns:
                continue
            near = self._near(table)
            for number, (key, before, is_near) in enumerate(self._rows(table, columns, near)):
                values = {
                    column.key: _mark_of(column, was, FULL if is_near else EMAIL, number)
                    for column, was in zip(columns, before, strict=True)
                }
                self.session.execute(update(table).where(key).values(values))
                self.marked.add(table.__tablename__)
        self.session.flush()
        self.session.expire_all()

    def _near(self, table):
        near = surroundings.of(table, account_id=self.account.id, companies=self.person.companies)
        own = PERSONAL[table].of if table in PERSONAL else None
        found = [one for one in (near, own) if one is not None]
        return or_(*found) if found else None

    def _rows(self, table, columns, near):
        keys = list(inspect(table).primary_key)
        is_near = near if near is not None else text("0 = 1")
        rows = self.session.execute(select(*keys, *columns)).all()
        asked = asked_of(self.person)
        around = {tuple(row) for row in self.session.execute(select(*keys).where(is_near), asked)}
        for row in rows:
            key = tuple(row[: len(keys)])
            yield and_(*(name == value for name, value in zip(keys, key, strict=True))), row[len(keys) :], key in around


def say(scene, side, note):
    """Let a side report a quotation, with a note as older versions of the site took one."""
    scene.record(side, Said(outcome=Outcome.QUOTATION, value=usd("20000"), horizon=Horizon.TWELVE_MONTHS))
    wanted = select(OutcomeReport).filter_by(stated_by=side.account.id)
    [said] = scene.session.scalars(wanted)
    row = {column.key: getattr(said, column.key) for column in OutcomeReport.__table__.columns}
    again = {**row, "id": uuid.uuid4(), "entry": 2, "note": note}
    ledger.add_reports(scene.session, fair_id=scene.fair.id, reports=[again])


def _mark_of(column, was, mark, number):
    """A text with the mark in it, of the column's own kind and length."""
    if isinstance(column.type, JSON):
        return [*was, mark] if isinstance(was, list) else {**(was or {}), "note": mark}
    length = getattr(column.type, "length", None) or 200
    if length < len(EMAIL) + 4:
        return was
    if length < len(FULL) + 4:
        return NAME[:length] if mark == FULL else was
    return f"{mark} {number}"


def _session():
    moments = dict.fromkeys(("created_at", "confirmed_at", "last_used_at"), OPENING)
    return {**moments, "expires_at": OPENING + timedelta(days=9)}


def _mail():
    return {"state": "given_up", "due_at": OPENING, "leased_until": OPENING, "created_at": OPENING}


_numbers = itertools.count()


def _notice(account_id, fair, mail):
    once = f"notice {next(_numbers)}"
    facts = {"company": "Trà"}
    return Notice(
        account_id=account_id, fair_id=fair.id, kind="x", facts=facts, once=once, created_at=OPENING, mail_id=mail.id
    )


def dump(engine):
    """Return everything a database holds: the very bytes of SQLite's files, every row as text from PostgreSQL."""
    if engine.dialect.name == "sqlite":
        file = Path(make_url(str(engine.url)).database)
        parts = [part for part in (file, file.with_name(file.name + "-wal")) if part.exists()]
        return "\n".join(part.read_bytes().decode("utf-8", errors="replace") for part in parts)
    with engine.connect() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = [row for table in tables for row in connection.scalars(text(f'SELECT t::text FROM "{table}" t'))]  # noqa: S608
    return "\n".join(rows)


def found_in(stored):
    """Return every trace of the person in a text, with JSON's escapes read."""
    readable = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda code: json.loads(f'"\\u{code[1]}"'), stored)
    return [readable[max(0, hit.start() - 60) : hit.end() + 20] for hit in TRACES.finditer(readable)]


__all__ = ["AFTER", "EMAIL", "FULL", "NAME", "PHONE", "UNMARKED", "Marked", "dump", "found_in"]
