"""The same thing done from several windows at once, where nobody had done it before: all are answered alike."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from matchmaker.domain.fairs import Phase, Role, StaffRole
from matchmaker.domain.notices.kinds import CHOOSABLE, Pace
from matchmaker.models import (
    Account,
    FairCategory,
    FairPhase,
    FairStaff,
    HistoryEntry,
    KeptForm,
    NoticeChoice,
    TeamInvitation,
    TwoStepKey,
    Veto,
)
from matchmaker.services import (
    accounts,
    complaints,
    fair_rules,
    fairs,
    invitations,
    kept_forms,
    notice_choices,
    phases,
    staff,
    two_step,
)
from matchmaker.services.invitations import InvitationKind
from tests.at_once import USERS, at_once
from tests.factories import OPENING

SECRET = "a secret that only the tests know, long enough"
STRANGER = "lan@example.test"


def all_did_it(app, act):
    """Whether as many as USERS could do the same at once without a refusal or a fault."""
    return set(at_once(app, dict.fromkeys(range(USERS), act)).values()) == {None}


def number_of(session, table):
    session.rollback()
    return session.scalar(select(func.count()).select_from(table))


@pytest.fixture
def account_id(session, factory):
    key = factory.account().id
    session.commit()
    return key


def test_a_choice_of_mail_is_kept_once(app, session, account_id):
    kind = CHOOSABLE[0].code
    choice = {"account_id": account_id, "kind": kind, "is_on_screen": True, "pace": Pace.OFF, "now": OPENING}
    assert all_did_it(app, lambda own: notice_choices.choose(own, **choice))
    assert number_of(session, NoticeChoice) == 1


def test_one_key_for_an_app_is_made(app, session, account_id):
    assert all_did_it(app, lambda own: two_step.begin(own, account_id=account_id, secret=SECRET))
    assert number_of(session, TwoStepKey) == 1


def test_a_form_sent_without_a_session_is_kept_once(app, session, account_id):
    account = session.get(Account, account_id)
    token, _ = accounts.open_session(session, account=account, user_agent="test", now=OPENING)
    session.commit()
    form = {"token": token, "path": "/account/address", "fields": [("email", "a@example.test")], "now": OPENING}
    assert all_did_it(app, lambda own: kept_forms.keep(own, **form))
    assert number_of(session, KeptForm) == 1


@pytest.fixture
def companies(session, factory):
    """Two companies of a fair that meet, each with its membership."""
    fair = factory.fair(slug="spring")
    seller, buyer = factory.participant(fair), factory.participant(fair, role=Role.BUYER)
    for one in (seller, buyer):
        one.representative.is_admin = True
    factory.meeting(seller, buyer, expires_at=OPENING + timedelta(days=1))
    session.commit()
    facts = fairs.by_slug(session, slug="spring")
    own = [fairs.memberships(session, fair_id=fair.id, account_id=one.account.id)[0] for one in (seller, buyer)]
    session.rollback()
    return facts, *own


def test_a_company_is_kept_away_once(app, session, companies):
    fair, seller, buyer = companies
    block = {"fair_id": fair.id, "me": seller, "other_id": buyer.participation_id, "now": OPENING}
    assert all_did_it(app, lambda own: complaints.block(own, **block))
    assert number_of(session, Veto) == 1
    noted = session.scalars(select(HistoryEntry.id).where(HistoryEntry.action == "company_blocked")).all()
    assert len(noted) == 1


def test_somebody_new_whom_many_companies_invite_gets_one_account(app, session, factory):
    fair = factory.fair(slug="spring")
    members = [factory.participant(fair) for _ in range(USERS)]
    for one in members:
        one.representative.is_admin = True
    session.commit()
    facts = fairs.by_slug(session, slug="spring")
    own = [fairs.memberships(session, fair_id=facts.id, account_id=one.account.id)[0] for one in members]
    session.rollback()
    given = {"email": STRANGER, "name": "Lan", "kind": InvitationKind.MEMBER, "comes": True, "now": OPENING}
    acts = {me.company_id: lambda own, me=me: invitations.invite(own, fair=facts, me=me, **given) for me in own}
    assert set(at_once(app, acts).values()) == {None}
    session.rollback()
    assert len(session.scalars(select(Account.id).where(Account.email == STRANGER)).all()) == 1
    assert number_of(session, TeamInvitation) == USERS


def test_somebody_new_who_is_given_two_roles_gets_one_account(app, session, companies):
    fair, *_ = companies
    given = {"fair": fair, "email": STRANGER, "name": "Lan", "by": None, "now": OPENING}
    roles = (StaffRole.READER, StaffRole.TABLE_HOST)
    acts = {role: lambda own, role=role: staff.appoint(own, role=role, **given) for role in roles}
    assert set(at_once(app, acts).values()) == {None}
    assert number_of(session, FairStaff) == 2


def test_sectors_and_dates_of_a_fair_are_kept_once(app, session, factory):
    factory.category("food")
    factory.fair(slug="spring")
    session.commit()
    fair = fairs.by_slug(session, slug="spring")
    session.rollback()
    chosen = {"fair": fair, "by": None, "now": OPENING}
    dates = {Phase.FOLLOW_UP: OPENING + timedelta(days=30)}
    assert all_did_it(app, lambda own: fair_rules.set_sectors(own, codes=["food"], **chosen))
    assert all_did_it(app, lambda own: phases.set_dates(own, wanted=dates, **chosen))
    assert (number_of(session, FairCategory), number_of(session, FairPhase)) == (1, 1)
