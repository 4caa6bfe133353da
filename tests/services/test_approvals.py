"""Letting companies in, holding and refusing them: what changes, what closes, and who is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from matchmaker.domain.approvals import UNDO_WINDOW, Decision, StatusReason
from matchmaker.domain.errors import Conflict, NotFound, Refused
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.models import HistoryEntry, Meeting, Notice, Participation, Seat
from matchmaker.services import approvals, leaving
from matchmaker.services.seats import Booking, take_seats
from tests.factories import OPENING

NOW = OPENING - timedelta(days=10)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring", name_en="Spring Fair")


@pytest.fixture
def exhibitor(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây")


@pytest.fixture
def buyer(factory, fair):
    return factory.participant(fair, role=Role.BUYER, name="Kaze Foods")


@pytest.fixture
def officer(factory, fair):
    return factory.organizer(fair)


@pytest.fixture
def decide(session, fair, officer):
    def decide(*companies, decision=Decision.HOLD, reason=StatusReason.INCOMPLETE, note="", now=NOW):
        return approvals.decide(
            session,
            fair_id=fair.id,
            participation_ids=[one.id for one in companies],
            decision=decision,
            reason=reason,
            note=note,
            by=officer.id,
            now=now,
        )

    return decide


def undo(session, fair, officer, *companies, now=NOW + MINUTE):
    ids = [one.id for one in companies]
    return approvals.undo(session, fair_id=fair.id, participation_ids=ids, by=officer.id, now=now)


def status_of(session, company):
    columns = Participation.status, Participation.status_reason, Participation.status_note
    return tuple(session.execute(select(*columns).where(Participation.id == company.id)).one())


def told(session):
    rows = session.execute(select(Notice.account_id, Notice.kind, Notice.facts).order_by(Notice.created_at, Notice.id))
    return [(account_id, kind, facts) for account_id, kind, facts in rows]


def states(session):
    return dict(session.execute(select(Meeting.id, Meeting.state)).all())


def test_a_company_that_waits_is_let_in_and_told(session, factory, fair, exhibitor, decide):
    exhibitor.status = ParticipationStatus.PENDING
    decided = decide(exhibitor, decision=Decision.APPROVE, reason="")
    assert (decided.names, decided.closed) == (("Trà Núi Mây",), 0)
    assert status_of(session, exhibitor) == ("approved", "", "")
    [(account_id, kind, facts)] = told(session)
    assert (account_id, kind, facts["status"]) == (exhibitor.account.id, "company_status", "approved")


def test_several_are_decided_at_once_and_those_that_stand_so_stay(session, exhibitor, buyer, decide):
    exhibitor.status = ParticipationStatus.PENDING
    decided = decide(exhibitor, buyer, decision=Decision.APPROVE)
    assert decided.ids == (exhibitor.id,)
    assert [account for account, _, _ in told(session)] == [exhibitor.account.id]


def test_one_of_another_fair_among_the_chosen_changes_nobody(session, factory, exhibitor, decide):
    other = factory.participant(factory.fair())
    with pytest.raises(NotFound):
        decide(exhibitor, other)
    assert (status_of(session, exhibitor)[0], status_of(session, other)[0]) == ("approved", "approved")
    assert told(session) == []


@pytest.mark.parametrize("decision", [Decision.HOLD, Decision.REFUSE])
def test_holding_and_refusing_need_a_reason(session, exhibitor, decide, decision):
    with pytest.raises(Refused) as refused:
        decide(exhibitor, decision=decision, reason="")
    assert (refused.value.code, refused.value.field) == ("reason_missing", "reason")
    with pytest.raises(Refused) as refused:
        decide(exhibitor, decision=decision, reason=StatusReason.OTHER)
    assert (refused.value.code, refused.value.field) == ("note_missing", "note")
    assert status_of(session, exhibitor)[0] == "approved"


def test_the_reason_and_the_note_are_kept_told_and_recorded(session, exhibitor, officer, decide):
    decide(exhibitor, reason=StatusReason.UNVERIFIED, note="Send the licence")
    assert status_of(session, exhibitor) == ("held", "unverified", "Send the licence")
    [(_, _, facts)] = told(session)
    assert (facts["reason"], facts["note"]) == ("unverified", "Send the licence")
    entry = session.scalars(select(HistoryEntry)).one()
    assert (entry.action, entry.by_account_id, entry.subject_id) == ("company_held", officer.id, exhibitor.id)
    assert entry.facts["former"] == {"status": "approved", "reason": "", "note": ""}


class TestWhatIsOpen:
    @pytest.fixture
    def three(self, session, factory, fair, exhibitor, buyer):
        """A request made, a request received and a meeting with a time, all of the exhibitor."""
        asked = factory.meeting(exhibitor, buyer, requested_by=Role.EXHIBITOR)
        received = factory.meeting(exhibitor, factory.participant(fair, role=Role.BUYER, name="Nordhavn"))
        timed = factory.meeting(exhibitor, factory.participant(fair, role=Role.BUYER, name="Almira"), state="accepted")
        slot = factory.slots(fair, 1)[0]
        take_seats(session, bookings=[Booking(timed.id, slot.id, (exhibitor.representative.id,))])
        timed.state, timed.slot_id = "scheduled", slot.id
        session.flush()
        return asked, received, timed

    def test_it_is_said_before(self, session, fair, exhibitor, buyer, three):
        said = leaving.affected(session, fair_id=fair.id, participation_ids=[exhibitor.id, buyer.id])
        assert [(one.name, one.requests, one.meetings, one.timed) for one in said] == [
            ("Kaze Foods", 1, 0, 0),
            ("Trà Núi Mây", 2, 1, 1),
        ]

    def test_it_is_closed_and_its_seats_are_free(self, session, exhibitor, three, decide):
        assert decide(exhibitor).closed == 3
        asked, received, timed = three
        assert states(session) == {asked.id: "withdrawn", received.id: "expired", timed.id: "cancelled"}
        assert session.scalars(select(Seat)).all() == []

    def test_each_other_side_is_told_once_and_the_company_once(self, session, exhibitor, three, decide):
        decide(exhibitor)
        heard = [(account, kind, facts.get("reason")) for account, kind, facts in told(session)]
        assert sorted(str(account) for account, _, _ in heard) == sorted({str(account) for account, _, _ in heard})
        kinds = sorted((kind, reason) for _, kind, reason in heard)
        # Nobody had mail of the request that was made, so it vanishes without a word.
        assert kinds == [
            ("company_status", "incomplete"),
            ("meeting_cancelled", "not_taking_part"),
            ("meeting_cancelled", "not_taking_part"),
        ]

    def test_a_request_that_was_mailed_is_followed_by_a_word(self, session, exhibitor, buyer, three, decide):
        asked = three[0]
        once = f"meeting_requested {asked.id.hex} {buyer.account.id.hex}"
        session.add(
            Notice(
                account_id=buyer.account.id, kind="meeting_requested", facts={}, once=once, created_at=NOW, sent_at=NOW
            )
        )
        session.flush()
        decide(exhibitor)
        assert (buyer.account.id, "meeting_cancelled") in [(account, kind) for account, kind, _ in told(session)]

    def test_what_was_closed_can_be_asked_again_later(self, session, exhibitor, three, decide):
        decide(exhibitor)
        assert "declined" not in states(session).values()

    def test_letting_in_closes_nothing(self, session, exhibitor, three, decide):
        exhibitor.status = ParticipationStatus.HELD
        before = states(session)
        decide(exhibitor, decision=Decision.APPROVE)
        assert states(session) == before


class TestUndo:
    def test_it_restores_status_and_reason_and_takes_back_what_was_not_mailed(
        self, session, fair, officer, exhibitor, decide
    ):
        exhibitor.status, exhibitor.status_reason = ParticipationStatus.HELD, "incomplete"
        decide(exhibitor, decision=Decision.APPROVE)
        undo(session, fair, officer, exhibitor)
        assert status_of(session, exhibitor) == ("held", "incomplete", "")
        assert told(session) == []
        assert sorted(session.scalars(select(HistoryEntry.action))) == ["company_approved", "company_decision_undone"]

    def test_who_had_mail_is_told_how_it_stands_now(self, session, fair, officer, exhibitor, decide):
        exhibitor.status = ParticipationStatus.PENDING
        decide(exhibitor, decision=Decision.APPROVE)
        session.execute(update(Notice).values(sent_at=NOW))
        undo(session, fair, officer, exhibitor)
        assert [facts["status"] for _, _, facts in told(session)] == ["approved", "pending"]

    def test_it_is_for_who_decided_and_for_a_short_while(self, session, fair, officer, exhibitor, decide):
        decide(exhibitor)
        for who, when in ((exhibitor.account, NOW + MINUTE), (officer, NOW + UNDO_WINDOW + MINUTE)):
            with pytest.raises(Conflict):
                undo(session, fair, who, exhibitor, now=when)
        assert status_of(session, exhibitor)[0] == "held"

    def test_it_works_once(self, session, fair, officer, exhibitor, decide):
        decide(exhibitor)
        undo(session, fair, officer, exhibitor)
        with pytest.raises(Conflict):
            undo(session, fair, officer, exhibitor)


def test_past_decisions_name_who_when_and_why(session, fair, officer, exhibitor, decide):
    decide(exhibitor, note="Papers")
    decide(exhibitor, decision=Decision.APPROVE, now=NOW + MINUTE)
    past = approvals.past_decisions(session, fair_id=fair.id, participation_id=exhibitor.id)
    assert [(one.action, one.at, one.by, one.reason, one.note) for one in past] == [
        ("company_approved", NOW + MINUTE, officer.name, "", ""),
        ("company_held", NOW, officer.name, "incomplete", "Papers"),
    ]
