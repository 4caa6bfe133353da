"""Erasing a person: what goes, what colleagues take over, what others keep."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.fairs import ParticipationStatus, Phase
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import (
    Account,
    AddressClaim,
    Company,
    Consent,
    DraftPlace,
    DraftStep,
    Erasure,
    FairPerson,
    FairStaff,
    HistoryEntry,
    Interpreter,
    Meeting,
    MeetingAttendee,
    Notice,
    Offer,
    OutcomeReport,
    Participation,
    Registration,
    Representative,
    ScheduleDraft,
    Seat,
    SignInSession,
)
from matchmaker.services import accounts, copy_files, erasing, erasure_plans, history, holdings, ledger, persons
from matchmaker.services.erasing import ErasureReason
from matchmaker.services.seats import Booking, SeatKind, take_seats
from tests.factories import OPENING
from tests.services.marks import say
from tests.services.test_deals import AFTER, Scene

NOW = OPENING - timedelta(days=10)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring")


@pytest.fixture
def seller(factory, fair):
    """A company whose first person runs it."""
    participation = factory.participant(fair, name="Trà Núi Mây")
    participation.representative.is_admin = True
    factory.session.flush()
    return participation


@pytest.fixture
def buyer(factory, fair):
    return factory.participant(fair, role="buyer", name="Nordic Spice")


def add_colleague(factory, participation, *, signs_in=True, **values):
    account = factory.account(name="Colleague") if signs_in else None
    person = factory.representative(participation.company, account_id=account.id if account else None, **values)
    factory.add(FairPerson(participation_id=participation.id, representative_id=person.id))
    return person


def erase(session, account, **options):
    """Erase who has an account, as if they had pressed the button."""
    values = {"reason": ErasureReason.OWN, "by": account.id, "now": NOW, **options}
    return erasing.erase(session, person=persons.of_account(session, account_id=account.id), **values)


def scheduled(factory, session, seller, buyer, *, slot, **values):
    meeting = factory.meeting(
        seller, buyer, state=MeetingState.SCHEDULED, slot_id=slot.id, answered_at=OPENING, **values
    )
    people = tuple(session.scalars(select(MeetingAttendee.representative_id).filter_by(meeting_id=meeting.id)))
    take_seats(session, bookings=[Booking(meeting.id, slot.id, people)])
    return meeting


def attendees(session, meeting, side):
    wanted = select(MeetingAttendee.representative_id).filter_by(meeting_id=meeting.id, side=side)
    return session.scalars(wanted).all()


def test_the_account_and_all_that_hangs_on_it_are_gone(session, factory, seller):
    account_id = seller.account.id
    add_colleague(factory, seller)
    accounts.open_session(session, account=seller.account, user_agent="Firefox", now=NOW)
    receipt = erase(session, seller.account)
    assert receipt.counts == {"account": 1, "sign_in_session": 1, "representative": 1, "fair_person": 1}
    assert session.get(Account, account_id) is None
    assert session.scalar(select(func.count()).select_from(SignInSession)) == 0
    assert [one.name for one in session.scalars(select(Representative))] != [""]
    assert session.scalar(select(func.count()).select_from(Representative)) == 1


def test_the_receipt_names_nobody_and_only_says_which_keys_are_gone(session, seller):
    key, representative = seller.account.id, seller.representative.id
    erase(session, seller.account)
    kept = session.scalars(select(Erasure)).one()
    assert (kept.reason, kept.keys, kept.by_account_id) == ("own", [key.hex, representative.hex], None)
    assert erasing.receipts(session) == kept.keys


def test_a_coming_meeting_goes_to_a_free_colleague_and_both_sides_are_told(session, factory, fair, seller, buyer):
    [slot] = factory.slots(fair, 1)
    meeting = scheduled(factory, session, seller, buyer, slot=slot)
    colleague = add_colleague(factory, seller)
    erase(session, seller.account)
    assert attendees(session, meeting, "exhibitor") == [colleague.id]
    assert session.get(Meeting, meeting.id).state == MeetingState.SCHEDULED
    told = {(kind, account) for kind, account in session.execute(select(Notice.kind, Notice.account_id))}
    assert told >= {("meeting_people", colleague.account_id), ("meeting_people", buyer.account.id)}


def test_a_meeting_that_nobody_is_free_for_is_called_off(session, factory, fair, seller, buyer):
    [slot] = factory.slots(fair, 1)
    meeting = scheduled(factory, session, seller, buyer, slot=slot)
    busy = add_colleague(factory, seller)
    session.add(Seat(kind=SeatKind.REPRESENTATIVE, resource_id=busy.id, slot_id=slot.id, meeting_id=meeting.id))
    session.flush()
    erase(session, seller.account)
    called_off = session.get(Meeting, meeting.id)
    assert (called_off.state, called_off.close_reason) == (MeetingState.CANCELLED, "cannot_come")
    told = session.execute(select(Notice.account_id).where(Notice.kind == "meeting_cancelled")).scalars().all()
    assert set(told) == {buyer.account.id, busy.account_id}


def test_the_other_company_keeps_its_meeting_without_the_person(session, factory, seller, buyer):
    add_colleague(factory, seller)
    meeting = factory.meeting(seller, buyer, state=MeetingState.HELD, note="from the buyer", answered_at=OPENING)
    erase(session, seller.account)
    assert session.get(Meeting, meeting.id).state == MeetingState.HELD
    assert attendees(session, meeting, "exhibitor") == []
    assert len(attendees(session, meeting, "buyer")) == 1


def test_what_the_person_wrote_to_others_is_gone_and_the_ledger_still_holds(session, factory):
    scene = Scene(session, factory)
    add_colleague(factory, scene.seller)
    scene.meeting.note = "I bring samples"
    asked = {"action": "meeting_requested", "subject_kind": "meeting", "subject_id": scene.meeting.id, "facts": {}}
    session.add(HistoryEntry(fair_id=scene.fair.id, at=NOW, by_account_id=scene.seller.account.id, **asked))
    for side, note in ((scene.seller, "a note"), (scene.buyer, "their note")):
        say(scene, side, note)
    erase(session, scene.seller.account, now=AFTER)
    rows = session.execute(select(OutcomeReport.side, OutcomeReport.stated_by, OutcomeReport.note)).all()
    assert set(rows) == {
        ("seller", None, ""),
        ("buyer", scene.buyer.account.id, ""),
        ("buyer", scene.buyer.account.id, "their note"),
    }
    assert session.get(Meeting, scene.meeting.id).note == ""
    assert ledger.check(session, fair_id=scene.fair.id) is None
    assert ledger.strays(session, fair_id=scene.fair.id) == []


def test_drafts_of_the_schedule_name_nobody_who_is_gone(session, factory, fair, seller, buyer):
    add_colleague(factory, seller)
    meeting = factory.meeting(seller, buyer, state=MeetingState.ACCEPTED, answered_at=OPENING)
    draft = factory.add(ScheduleDraft(fair_id=fair.id, number=1, state="open", created_at=NOW, changed_at=NOW))
    named = {"exhibitor": [str(seller.representative.id)], "buyer": [str(buyer.representative.id)]}
    of_draft = {"draft_id": draft.id, "meeting_id": meeting.id}
    session.add(DraftPlace(**of_draft, people=named, broken=[]))
    session.add(DraftStep(**of_draft, version=1, action="move", before={"x": {"people": named, "n": 1}}, at=NOW))
    session.flush()
    erase(session, seller.account)
    assert session.scalars(select(DraftPlace.people)).all() == [{}]
    assert session.scalars(select(DraftStep.before)).all() == [{"x": {"people": {}, "n": 1}}]


def test_a_colleague_who_can_sign_in_runs_the_company_then(session, factory, seller):
    add_colleague(factory, seller, signs_in=False)
    heir = add_colleague(factory, seller)
    erase(session, seller.account)
    assert session.get(Representative, heir.id).is_admin
    [notice] = session.scalars(select(Notice).where(Notice.account_id == heir.account_id))
    assert (notice.kind, notice.facts["company"]) == ("company_handed_over", "Trà Núi Mây")


def test_the_companys_own_answers_stay_and_the_persons_go(session, factory, fair, seller):
    heir = add_colleague(factory, seller)
    for purpose in ("matching", "profile", "contact"):
        withdrawn = NOW if purpose == "profile" else None
        session.add(
            Consent(
                account_id=seller.account.id,
                fair_id=fair.id,
                purpose=purpose,
                text_version="2026-1",
                channel="web",
                given_at=NOW,
                withdrawn_at=withdrawn,
            )
        )
    session.flush()
    erase(session, seller.account)
    kept = session.execute(select(Consent.account_id, Consent.purpose, Consent.withdrawn_at)).all()
    assert set(kept) == {(heir.account_id, "matching", None), (heir.account_id, "profile", NOW)}


def test_a_company_stays_registered_by_itself_without_saying_by_whom(session, factory, fair, seller):
    session.add(
        Registration(
            fair_id=fair.id,
            company_id=seller.company_id,
            account_id=seller.account.id,
            form_key="k",
            registered_at=NOW,
        )
    )
    session.flush()
    erase(session, seller.account, with_companies=False)
    assert session.scalars(select(Registration.account_id)).all() == [None]
    assert session.get(Company, seller.company_id).name == "Trà Núi Mây"


def test_a_company_without_anybody_and_without_meetings_goes_too(session, factory, seller):
    factory.offer(seller)
    company_id = seller.company_id
    erase(session, seller.account)
    assert session.get(Company, company_id) is None
    assert session.scalar(select(func.count()).select_from(Offer)) == 0


def test_a_company_that_others_met_stays_under_a_made_up_name(session, factory, seller, buyer):
    seller.company.tax_code, seller.company.about_en = "0100109106", "Tea since 1990"
    factory.offer(seller)
    meeting = factory.meeting(seller, buyer, state=MeetingState.HELD, answered_at=OPENING)
    fair, company_id = seller.fair_id, seller.company_id
    erase(session, seller.account)
    company = session.get(Company, company_id)
    code = company_id.hex[:6].upper()
    assert (company.name, company.name_en, company.tax_code, company.about_en, company.country) == (
        f"Doanh nghiệp {code}",
        f"Company {code}",
        None,
        "",
        "VN",
    )
    assert session.get(Meeting, meeting.id).fair_id == fair
    assert session.scalar(select(func.count()).select_from(Offer)) == 0
    assert session.scalars(select(Participation.status).filter_by(company_id=company_id)).all() == [
        ParticipationStatus.REFUSED
    ]


def test_at_a_fair_that_is_over_an_erased_company_goes_on_counting(session, factory, fair, seller, buyer):
    fair.phase = Phase.FOLLOW_UP
    factory.meeting(seller, buyer, state=MeetingState.HELD, answered_at=OPENING)
    company_id = seller.company_id
    erase(session, seller.account, now=datetime(2026, 12, 24, tzinfo=UTC))
    assert session.scalars(select(Participation.status).filter_by(company_id=company_id)).all() == [
        ParticipationStatus.APPROVED
    ]


def test_open_requests_of_an_erased_company_are_closed_and_the_other_side_told(session, factory, seller, buyer):
    meeting = factory.meeting(seller, buyer, state=MeetingState.ACCEPTED, answered_at=OPENING)
    erase(session, seller.account)
    assert session.get(Meeting, meeting.id).state == MeetingState.CANCELLED
    assert session.scalars(select(Notice.account_id)).all() == [buyer.account.id]


def test_the_only_organizer_of_a_fair_stays_until_there_is_another(session, factory, fair):
    organizer = factory.organizer(fair)
    assert erasure_plans.plan(session, person=persons.of_account(session, account_id=organizer.id)).is_last_organizer
    with pytest.raises(Conflict, match="last_organizer"):
        erase(session, organizer)
    factory.organizer(fair)
    erase(session, organizer)
    assert session.scalar(select(func.count()).select_from(FairStaff)) == 1


def test_an_interpreter_leaves_the_record_as_a_number(session, factory, fair, seller, buyer):
    [slot] = factory.slots(fair, 1)
    account = factory.account()
    interpreter = factory.add(
        Interpreter(fair_id=fair.id, account_id=account.id, name="Lê Thị Hoa", email="hoa@old.test", languages=["en"])
    )
    held = factory.meeting(seller, buyer, state=MeetingState.HELD, interpreter_id=interpreter.id)
    coming = scheduled(factory, session, seller, buyer, slot=slot, interpreter_id=interpreter.id)
    key = interpreter.id
    erase(session, account)
    left = session.get(Interpreter, key)
    session.refresh(left)
    assert (left.name, left.email, left.account_id, left.is_active) == (f"#{key.hex[:6].upper()}", "", None, False)
    assert session.get(Meeting, held.id).interpreter_id == key
    assert session.get(Meeting, coming.id).interpreter_id is None


def test_a_person_is_found_under_every_address_that_was_proved(session, factory, fair, seller):
    account = seller.account
    removed = factory.representative(factory.company(), email="OLD@example.test", removed_at=NOW)
    stranger = factory.representative(factory.company(), email="wished@example.test")
    for email, confirmed_at in (("old@example.test", NOW), ("wished@example.test", None)):
        session.add(
            AddressClaim(
                account_id=account.id,
                email=email,
                purpose="change",
                created_at=NOW,
                expires_at=NOW,
                confirmed_at=confirmed_at,
            )
        )
    session.flush()
    person = persons.of_account(session, account_id=account.id)
    assert set(person.representatives) == {seller.representative.id, removed.id}
    assert stranger.id not in person.representatives
    assert person.companies == (seller.company_id,)


def test_who_has_no_account_is_found_and_erased_by_address(session, factory, seller):
    key = add_colleague(factory, seller, signs_in=False, email="listed@example.test").id
    person = persons.by_email(session, email=" Listed@example.test ")
    erasing.erase(session, person=person, reason=ErasureReason.REQUEST, by=seller.account.id, now=NOW)
    assert session.get(Representative, key) is None
    with pytest.raises(NotFound):
        persons.by_email(session, email="listed@example.test")


def test_who_has_no_account_holds_nothing_of_those_whose_account_is_gone(session, factory, fair, seller):
    add_colleague(factory, seller, signs_in=False, email="listed@example.test")
    history.record(session, action="x", subject_kind="fair", subject_id=fair.id, by=None, now=NOW, fair_id=fair.id)
    session.flush()
    person = persons.by_email(session, email="listed@example.test")
    held = copy_files.contents(session, person=person, now=NOW)["person"]
    assert list(held) == ["fair_person", "representative"]
    assert holdings.count(session, person=person) == {"fair_person": 1, "representative": 1}


def test_the_plan_says_what_the_erasure_does(session, factory, fair, seller, buyer):
    [slot] = factory.slots(fair, 1)
    scheduled(factory, session, seller, buyer, slot=slot)
    factory.meeting(seller, buyer, state=MeetingState.HELD)
    heir = add_colleague(factory, seller)
    plan = erasure_plans.plan(session, person=persons.of_account(session, account_id=seller.account.id))
    assert (plan.coming, plan.past, plan.deals, plan.is_last_organizer) == (1, 1, 0, False)
    [company] = plan.companies
    assert (company.name, company.is_last, company.heir, company.stays) == ("Trà Núi Mây", False, heir.name, True)
