"""What can happen to a whole fair in the middle of a walk: a run of the scheduler, a complaint, somebody's erasure."""

from __future__ import annotations

from sqlalchemy import func, select

from matchmaker.domain.conversation import ComplaintOutcome, ComplaintReason
from matchmaker.domain.errors import Conflict, NotAllowed, NotFound
from matchmaker.domain.meetings import OPEN
from matchmaker.models import (
    Account,
    Complaint,
    FairPerson,
    Meeting,
    MeetingAttendee,
    Notice,
    Participation,
    Representative,
    RepresentativeAbsence,
    ScheduleMiss,
    Seat,
)
from matchmaker.services import (
    complaints,
    conversation,
    draft_publishing,
    draft_runs,
    drafts,
    erasing,
    persons,
    publishing,
    schedule_problem,
    scheduling,
)
from matchmaker.services.drafts import Editing
from matchmaker.services.erasing import ErasureReason
from matchmaker.services.scheduling import Scope, Task
from tests.services.walk_ground import Ground

AGREED = {"accepted", "scheduled"}
UPHEAVALS = frozenset(
    {
        *("run the scheduler", "publish the schedule", "publish the run's draft"),
        *("complain", "settle a complaint", "erase a person", "erase a company"),
    }
)
NAMES_A_PERSON = (
    (Representative, Representative.id),
    (FairPerson, FairPerson.representative_id),
    (MeetingAttendee, MeetingAttendee.representative_id),
    (RepresentativeAbsence, RepresentativeAbsence.representative_id),
    (Seat, Seat.resource_id),
)


class Upheavals(Ground):
    """The steps themselves; each walk says when it takes them."""

    # A run of the scheduler, as a plan at once or as a draft that is published.

    def run_the_scheduler(self, scope, *, is_draft):
        now, run_id = self.now(), None
        before = self.meetings()
        task = Task(scope=scope, is_draft=is_draft)
        loaded = schedule_problem.fair_problem(self.session, fair_id=self.row.id, now=now)
        result = scheduling.solve(loaded, seed=self.seed, report=lambda _progress: None, scope=scope)
        write = draft_runs.write_draft if is_draft else scheduling.write_plan

        def run(session):
            nonlocal run_id
            run_id = scheduling.begin_run(session, fair_id=self.row.id, seed=1, by=None, now=now, task=task)
            write(session, fair_id=self.row.id, run_id=run_id, loaded=loaded, result=result, now=now)

        assert self.attempt("run the scheduler", run, by=None, now=now) is None
        if is_draft:
            assert self.meetings() == before
            self.publish_the_draft(before)
            return
        if scope is Scope.REST:
            self.nothing_moved(before)
        self.who_has_no_place_is_told_why(run_id)
        now, fair, by = self.now(), self.fair, self.organizer.id
        refused = self.attempt(
            "publish the schedule",
            lambda session: publishing.publish(session, fair=fair, run_id=run_id, by=by, now=now),
            by=by,
            now=now,
        )
        stands = "scheduled" in {one.state for one in self.meetings().values()}
        assert (refused is None) is stands

    def publish_the_draft(self, before):
        now, fair, by = self.now(), self.fair, self.organizer.id
        draft = drafts.open_drafts(self.session, fair_id=self.row.id)[-1]
        editing = Editing(fair_id=self.row.id, number=draft.number, version=draft.version, by=by, now=now)
        refused = self.attempt(
            "publish the run's draft",
            lambda session: draft_publishing.publish_draft(session, fair=fair, editing=editing),
            by=by,
            now=now,
        )
        assert refused is None or isinstance(refused, Conflict)
        assert {key for key, one in before.items() if one.state not in AGREED and self.meetings()[key] != one} == set()

    def nothing_moved(self, before):
        stood = {key: one for key, one in before.items() if one.state == "scheduled"}
        assert {key: self.meetings()[key] for key in stood} == stood

    def who_has_no_place_is_told_why(self, run_id):
        rows = self.meetings()
        without = {key for key, one in rows.items() if one.state == "accepted"}
        missed = self.session.scalars(select(ScheduleMiss.meeting_id).where(ScheduleMiss.run_id == run_id)).all()
        assert set(missed) == without

    # A complaint to the organizer.

    def complain(self, pair, side, outcome, text="They shouted at us."):
        me, now, key = self.me(pair, side), self.now(), self.key(pair) or self.row.id
        before = self.meetings().get(key)
        about = self.party(pair, "buyer" if side == "exhibitor" else "exhibitor").id
        said = {"about_id": about, "reason": ComplaintReason.INSULT, "text": text}
        values = {"fair_id": self.row.id, "me": me, "meeting_id": key, **said}
        refused = self.attempt(
            "complain", lambda session: complaints.report(session, now=now, **values), by=me.account_id, now=now
        )
        assert self.meetings().get(key) == before
        if before is None:
            assert isinstance(refused, NotFound)
            return
        assert refused is None
        (waiting,) = self.session.scalars(
            select(Complaint.id).where(
                Complaint.meeting_id == key, Complaint.by_id == me.participation_id, Complaint.settled_at.is_(None)
            )
        )
        now, by = self.now(), self.organizer.id
        settle = {"fair_id": self.row.id, "complaint_id": waiting, "outcome": outcome, "by": by, "now": now}
        refused = self.attempt(
            "settle a complaint", lambda session: complaints.settle(session, **settle), by=by, now=now
        )
        assert refused is None
        if outcome is ComplaintOutcome.MUTED:
            self.who_is_muted_writes_no_more(pair, side, key)

    def who_is_muted_writes_no_more(self, pair, side, key):
        me, now = self.me(pair, "buyer" if side == "exhibitor" else "exhibitor"), self.now()
        values = {"fair_id": self.row.id, "me": me, "meeting_id": key, "text": "Hello?"}
        refused = self.attempt(
            "write", lambda session: conversation.say(session, now=now, **values), by=me.account_id, now=now
        )
        is_open = self.meetings()[key].state in OPEN
        assert isinstance(refused, NotAllowed if is_open else (NotAllowed, Conflict))

    # Erasure, which the walk takes back: it goes on with everybody.

    def erase_somebody(self, side, number, who, then):
        """A person, or the company with both of its people; what comes after is done without them."""
        company = self.sides[side][number]
        known = (set(self.known_entries), set(self.known_notices), set(self.extended))
        away = self.session.begin_nested()
        order = (1, 0) if who == "company" else (who,)
        for one in order:
            self.erase(company, one)
        self.walked["erase a company" if who == "company" else "erase a person"] += 1
        then()
        self.everything_agrees()
        away.rollback()
        self.session.expire_all()
        self.known_entries, self.known_notices, self.extended = known
        self.erased, self.gone, self.found, self.stale = frozenset(), None, None, True

    def erase(self, company, number):
        self.erased |= {company.people[number]}
        self.found, before = None, self.meetings()
        if number == 0:
            self.gone = company.id
            person = persons.of_account(self.session, account_id=company.account_id)
        else:
            wanted = select(Representative.email).where(Representative.id == company.people[number])
            person = persons.by_email(self.session, email=self.session.scalar(wanted))
        now, by = self.now(), self.organizer.id
        values = {"person": person, "reason": ErasureReason.REQUEST, "by": by, "now": now}
        refused = self.attempt("erase", lambda session: erasing.erase(session, **values), by=by, now=now)
        assert refused is None, refused
        self.nobody_is_left_of(company, number)
        self.others_keep_what_they_had(before, company)

    def nobody_is_left_of(self, company, number):
        wanted = [(table, column, company.people[number]) for table, column in NAMES_A_PERSON]
        if number == 0:
            wanted += [(Account, Account.id, company.account_id), (Notice, Notice.account_id, company.account_id)]
        for table, column, key in wanted:
            assert self.session.scalar(select(func.count()).select_from(table).where(column == key)) == 0, table

    def others_keep_what_they_had(self, before, company):
        """No meeting is lost from the record, and those of others stand as they stood."""
        rows = self.meetings()
        assert set(rows) == set(before)
        mine = select(Participation.id).where(Participation.company_id == company.company_id)
        own = select(Meeting.id).where(Meeting.exhibitor_id.in_(mine) | Meeting.buyer_id.in_(mine))
        others = set(rows) - set(self.session.scalars(own))
        assert {key for key in others if rows[key] != before[key]} == set()
