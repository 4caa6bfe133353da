"""Who speaks for a company: members, admins, who comes, invitations and helpers."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from matchmaker.domain.errors import Conflict, NotAllowed, NotFound, Refused, TooMany
from matchmaker.domain.fairs import ActsAs, Role
from matchmaker.models import (
    Account,
    FairPerson,
    HelperGrant,
    HistoryEntry,
    Job,
    Meeting,
    MeetingAttendee,
    Notice,
    Representative,
    RepresentativeAbsence,
    Seat,
    TeamInvitation,
)
from matchmaker.services import fairs, invitations, requests, team
from matchmaker.services.invitations import INVITATIONS_A_DAY, InvitationKind
from matchmaker.services.seats import Booking, take_seats
from tests.factories import OPENING

NOW = OPENING - timedelta(days=10)
DAY = timedelta(days=1)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring")


@pytest.fixture
def company(factory, fair):
    """A company whose first person runs it."""
    participation = factory.participant(fair, name="Trà Núi Mây")
    participation.representative.is_admin = True
    factory.session.flush()
    return participation


@pytest.fixture
def colleague(factory, company):
    account = factory.account(name="Colleague")
    person = factory.representative(company.company, account_id=account.id, name="Colleague")
    factory.add(FairPerson(participation_id=company.id, representative_id=person.id))
    return person


@pytest.fixture
def facts(session, fair):
    return fairs.by_slug(session, slug="spring")


def me_of(session, fair, account_id, participation_id=None):
    roles = fairs.memberships(session, fair_id=fair.id, account_id=account_id)
    return next((one for one in roles if participation_id in {None, one.participation_id}), None)


@pytest.fixture
def admin(session, fair, company):
    return me_of(session, fair, company.account.id)


def test_what_someone_speaks_and_whether_they_come_matches_the_company_again(session, fair, company, colleague, admin):
    def jobs():
        session.flush()
        return [job.facts["participation_id"] for job in session.scalars(select(Job))]

    about = {"session": session, "fair_id": fair.id, "me": admin, "representative_id": colleague.id}
    said = {"name": "An", "phone": "", "title_vi": "", "title_en": "", "languages": list(colleague.languages)}
    team.edit(**about, values=said, now=NOW)
    assert jobs() == []
    team.edit(**about, values={**said, "languages": ["vi", "ko"]}, now=NOW)
    assert jobs() == [str(company.id)]
    team.set_coming(**about, comes=False, now=NOW + DAY)
    assert jobs() == [str(company.id)] * 2
    team.edit(**about, values=said, now=NOW + 2 * DAY)
    assert jobs() == [str(company.id)] * 2


def names(session, fair, me):
    return [(one.name, one.is_admin, one.comes) for one in team.members(session, fair_id=fair.id, me=me)]


class TestAdmins:
    def test_an_admin_makes_another_and_may_then_stop(self, session, fair, admin, colleague):
        key = {"fair_id": fair.id, "me": admin, "now": NOW}
        team.make_admin(session, **key, representative_id=colleague.id)
        team.end_admin(session, **key, representative_id=admin.representative_id)
        assert [one for one in names(session, fair, admin) if one[1]] == [("Colleague", True, True)]
        actions = set(session.scalars(select(HistoryEntry.action)))
        assert actions == {"admin_made", "admin_ended"}

    @pytest.mark.parametrize("action", [team.end_admin, team.remove])
    def test_there_is_always_one(self, session, fair, admin, colleague, action):
        with pytest.raises(Conflict) as refused:
            action(session, fair_id=fair.id, me=admin, representative_id=admin.representative_id, now=NOW)
        assert refused.value.code == "last_admin"

    def test_who_can_not_sign_in_does_not_count_and_can_not_become_one(self, session, factory, fair, company, admin):
        silent = factory.representative(company.company, is_admin=True)
        with pytest.raises(Conflict):
            team.end_admin(session, fair_id=fair.id, me=admin, representative_id=admin.representative_id, now=NOW)
        silent.is_admin = False
        with pytest.raises(Conflict) as refused:
            team.make_admin(session, fair_id=fair.id, me=admin, representative_id=silent.id, now=NOW)
        assert refused.value.code == "can_not_sign_in"

    def test_members_change_themselves_and_nobody_else(self, session, fair, admin, colleague):
        me = me_of(session, fair, colleague.account_id)
        values = {"name": "New", "phone": "", "title_vi": "", "title_en": "Buyer", "languages": ["ja"]}
        team.edit(session, fair_id=fair.id, me=me, representative_id=colleague.id, values=values, now=NOW)
        assert (colleague.name, colleague.title_en, colleague.languages) == ("New", "Buyer", ["ja"])
        other = {"fair_id": fair.id, "me": me, "representative_id": admin.representative_id, "now": NOW}
        for act in (
            lambda: team.edit(session, **other, values=values),
            lambda: team.set_coming(session, **other, comes=False),
            lambda: team.remove(session, **other),
            lambda: team.make_admin(session, **{**other, "representative_id": colleague.id}),
        ):
            with pytest.raises(NotAllowed):
                act()

    def test_people_of_another_company_are_not_found(self, session, factory, fair, admin):
        stranger = factory.participant(fair).representative
        for act in (team.remove, team.make_admin, team.end_admin):
            with pytest.raises(NotFound):
                act(session, fair_id=fair.id, me=admin, representative_id=stranger.id, now=NOW)


class TestRemoving:
    def test_who_is_removed_is_out_at_once_and_leaves_nothing(self, session, fair, admin, colleague):
        account_id, key = colleague.account_id, colleague.id
        assert me_of(session, fair, account_id) is not None
        team.remove(session, fair_id=fair.id, me=admin, representative_id=key, now=NOW)
        assert me_of(session, fair, account_id) is None
        assert session.scalars(select(Representative.id).where(Representative.id == key)).all() == []

    def test_who_met_someone_stays_on_record_without_account(self, session, factory, fair, company, admin, colleague):
        buyer = factory.participant(fair, role=Role.BUYER)
        meeting = factory.meeting(company, buyer, state="held")
        factory.add(MeetingAttendee(meeting_id=meeting.id, representative_id=colleague.id, side=Role.EXHIBITOR))
        team.remove(session, fair_id=fair.id, me=admin, representative_id=colleague.id, now=NOW)
        assert (colleague.account_id, colleague.removed_at, colleague.is_admin) == (None, NOW, False)
        assert [name for name, _, _ in names(session, fair, admin)] == [company.representative.name]
        assert colleague.id in session.scalars(select(MeetingAttendee.representative_id)).all()


class TestMeetingsGoToColleagues:
    @pytest.fixture
    def timed(self, session, factory, fair, company):
        """A meeting of the admin in the first slot."""
        buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods")
        meeting = factory.meeting(company, buyer, state="accepted")
        slot = factory.slots(fair, 2)[0]
        take_seats(
            session,
            bookings=[Booking(meeting.id, slot.id, (company.representative.id, buyer.representative.id))],
        )
        meeting.state, meeting.slot_id = "scheduled", slot.id
        session.flush()
        return meeting

    def stay_away(self, session, fair, admin):
        team.set_coming(
            session, fair_id=fair.id, me=admin, representative_id=admin.representative_id, comes=False, now=NOW
        )

    def seated(self, session):
        return set(session.scalars(select(Seat.resource_id)))

    def test_a_free_colleague_takes_the_seat(self, session, fair, admin, colleague, timed):
        self.stay_away(session, fair, admin)
        here = select(MeetingAttendee.representative_id).where(MeetingAttendee.side == Role.EXHIBITOR)
        assert session.scalars(here).all() == [colleague.id]
        assert colleague.id in self.seated(session)
        assert admin.representative_id not in self.seated(session)

    @pytest.mark.parametrize("reason", ["alone", "away", "busy"])
    def test_without_one_it_is_refused_and_nothing_changes(
        self, session, factory, fair, company, admin, colleague, timed, reason
    ):
        if reason == "alone":
            session.execute(delete(FairPerson).where(FairPerson.representative_id == colleague.id))
        elif reason == "away":
            factory.add(RepresentativeAbsence(representative_id=colleague.id, slot_id=timed.slot_id))
        else:
            other = factory.meeting(company, factory.participant(fair, role=Role.BUYER), state="accepted")
            take_seats(session, bookings=[Booking(other.id, timed.slot_id, (colleague.id,))])
        before = self.seated(session)
        with pytest.raises(Conflict) as refused:
            self.stay_away(session, fair, admin)
        assert (refused.value.code, refused.value.facts["company"]) == ("nobody_else", "Kaze Foods")
        assert self.seated(session) == before

    def test_a_request_without_a_time_does_not_hold_anyone_back(self, session, factory, fair, company, admin):
        meeting = factory.meeting(company, factory.participant(fair, role=Role.BUYER))
        self.stay_away(session, fair, admin)
        assert session.get(Meeting, meeting.id).state == "requested"

    def test_coming_again_is_as_easy(self, session, fair, admin, colleague):
        for comes in (False, True, True):
            team.set_coming(session, fair_id=fair.id, me=admin, representative_id=colleague.id, comes=comes, now=NOW)
        assert ("Colleague", False, True) in names(session, fair, admin)


@pytest.fixture
def invite(session, facts, admin):
    def invite(email="new@example.test", *, kind=InvitationKind.MEMBER, comes=True, me=None, now=NOW):
        invitations.invite(
            session, fair=facts, me=me or admin, email=email, name="Newcomer", kind=kind, comes=comes, now=now
        )
        return session.scalars(select(TeamInvitation).order_by(TeamInvitation.created_at.desc())).first()

    return invite


class TestInvitations:
    def test_an_invited_person_joins_and_comes(self, session, fair, company, invite):
        invitation = invite(" New@Example.test ")
        invitations.accept(session, invitation_id=invitation.id, now=NOW + DAY)
        account = session.scalar(select(Account).where(Account.email == "new@example.test"))
        me = me_of(session, fair, account.id)
        assert (me.company_id, me.is_admin, me.acts_as) == (company.company_id, False, ActsAs.MEMBER)
        assert ("Newcomer", False, True) in names(session, fair, me)

    def test_it_works_once_and_only_while_it_is_open(self, session, invite):
        invitation = invite()
        for when in (NOW + 8 * DAY, NOW):
            if when == NOW:
                invitations.accept(session, invitation_id=invitation.id, now=when)
            with pytest.raises(Refused):
                invitations.accept(session, invitation_id=invitation.id, now=when)

    def test_only_the_newest_works_and_one_taken_back_does_not(self, session, admin, invite):
        first, second = invite(), invite(now=NOW + timedelta(minutes=1))
        with pytest.raises(Refused):
            invitations.accept(session, invitation_id=first.id, now=NOW + DAY)
        invitations.end(session, me=admin, invitation_id=second.id, now=NOW + DAY)
        with pytest.raises(Refused):
            invitations.accept(session, invitation_id=second.id, now=NOW + DAY)

    def test_known_and_unknown_addresses_leave_the_same_rows(self, session, factory, invite):
        factory.account(email="known@example.test", name="Someone")
        for email in ("known@example.test", "unknown@example.test"):
            invite(email)
        rows = session.execute(select(TeamInvitation.kind, TeamInvitation.name, TeamInvitation.expires_at)).all()
        assert rows[0] == rows[1]
        kinds = session.execute(select(Notice.kind, Notice.facts)).all()
        assert {(kind, *sorted(facts)) for kind, facts in kinds} == {
            ("team_invited", "as_helper", "company", "fair_en", "fair_vi", "link_id")
        }

    def test_who_is_in_already_is_not_invited_again(self, colleague, session, invite):
        email = session.get(Account, colleague.account_id).email
        with pytest.raises(Refused) as refused:
            invite(email)
        assert refused.value.code == "already_member"

    def test_who_was_removed_can_come_back(self, session, factory, fair, company, admin, colleague, invite):
        account = session.get(Account, colleague.account_id)
        colleague.email = account.email
        meeting = factory.meeting(company, factory.participant(fair, role=Role.BUYER), state="held")
        factory.add(MeetingAttendee(meeting_id=meeting.id, representative_id=colleague.id, side=Role.EXHIBITOR))
        team.remove(session, fair_id=fair.id, me=admin, representative_id=colleague.id, now=NOW)
        invitations.accept(session, invitation_id=invite(account.email).id, now=NOW)
        assert (colleague.account_id, colleague.removed_at) == (account.id, None)

    def test_a_day_has_an_end(self, invite):
        for number in range(INVITATIONS_A_DAY):
            invite(f"guest{number}@example.test")
        with pytest.raises(TooMany):
            invite("one.more@example.test")
        invite("tomorrow@example.test", now=NOW + 2 * DAY)

    def test_members_and_helpers_invite_nobody(self, session, fair, colleague, invite):
        with pytest.raises(NotAllowed):
            invite(me=me_of(session, fair, colleague.account_id))


class TestHelpers:
    @pytest.fixture
    def helper(self, session, factory, invite):
        """Someone of an association who may fill in for the company."""
        account = factory.account(email="officer@commune.test")
        invitations.accept(
            session, invitation_id=invite("officer@commune.test", kind=InvitationKind.HELPER).id, now=NOW
        )
        return account

    def test_a_helper_acts_for_the_company_but_does_not_run_it(self, session, fair, company, helper):
        me = me_of(session, fair, helper.id)
        assert (me.participation_id, me.acts_as, me.is_admin, me.is_own) == (company.id, ActsAs.HELPER, False, False)
        assert me.representative_id is None
        with pytest.raises(NotAllowed):
            team.demand_admin(me)

    def test_a_request_by_a_helper_seats_the_companys_own_people(self, session, factory, fair, facts, company, helper):
        buyer = factory.participant(fair, role=Role.BUYER)
        me = me_of(session, fair, helper.id)
        asked = requests.ask(session, fair=facts, me=me, other_id=buyer.id, note="", now=NOW)
        seated = select(MeetingAttendee.representative_id).where(MeetingAttendee.meeting_id == asked.meeting_id)
        assert set(session.scalars(seated)) == {company.representative.id, buyer.representative.id}

    def test_one_helper_of_several_companies_has_to_choose(self, session, factory, fair, helper):
        other = factory.participant(fair, name="Gốm Mai")
        factory.add(HelperGrant(company_id=other.company_id, account_id=helper.id, granted_at=NOW))
        roles = fairs.memberships(session, fair_id=fair.id, account_id=helper.id)
        assert [one.company_name for one in roles] == ["Gốm Mai", "Trà Núi Mây"]
        assert fairs.home_of(session, account_id=helper.id) == ("several", "spring")

    def test_an_ended_grant_opens_nothing(self, session, fair, admin, helper):
        [one] = invitations.helpers(session, me=admin)
        invitations.end_help(session, fair_id=fair.id, me=admin, grant_id=one.grant_id, now=NOW)
        assert me_of(session, fair, helper.id) is None
        assert fairs.home_of(session, account_id=helper.id) is None
        with pytest.raises(NotFound):
            invitations.end_help(session, fair_id=fair.id, me=admin, grant_id=one.grant_id, now=NOW)
        assert {"helper_invited", "helper_joined", "helper_ended"} <= set(session.scalars(select(HistoryEntry.action)))
