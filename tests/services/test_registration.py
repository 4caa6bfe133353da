"""Registering, claiming an address, and what becomes of both."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from matchmaker.domain.consents import Purpose
from matchmaker.domain.errors import NotAllowed, Refused, TooMany
from matchmaker.domain.fairs import ParticipationStatus, Phase, Role
from matchmaker.domain.registration import MAILS_PER_ADDRESS, REGISTRATION_LIFE, REGISTRATIONS_PER_NETWORK, RoleChoice
from matchmaker.models import (
    Account,
    AddressClaim,
    Company,
    Consent,
    FairPerson,
    Job,
    Offer,
    Participation,
    Registration,
    Representative,
    SignInSession,
)
from matchmaker.services import accounts, address_claims, consents, fairs, provisional, registration
from tests.factories import OPENING

NOW = OPENING - timedelta(days=30)


@pytest.fixture
def fair(factory, session):
    return fairs.by_slug(session, slug=factory.fair(slug="spring").slug)


def wanted(**values):
    defaults = {
        "company": "Công ty TNHH Gốm Bát Tràng",
        "country": "VN",
        "role": RoleChoice.EXHIBITOR,
        "agreed": frozenset({Purpose.MATCHING, Purpose.PROFILE}),
        "locale": "vi",
        "email": "Hoa@Example.test",
        "name": "Trần Thị Hoa",
    }
    return registration.Wanted(**{**defaults, **values})


def register(session, fair, *, key="key", by=None, network="192.0.2.1", now=NOW, **values):
    return registration.register(
        session, fair=fair, wanted=wanted(**values), form_key=key, network=network, by=by, now=now
    )


def newest_claim(session):
    return session.scalars(select(AddressClaim).order_by(AddressClaim.created_at.desc(), AddressClaim.id)).first()


def everything(session):
    return {
        kind.__tablename__: session.scalar(select(func.count()).select_from(kind))
        for kind in (Account, Company, Representative, Participation, FairPerson, Registration, Consent, AddressClaim)
    }


class TestRegister:
    def test_it_makes_an_account_without_an_address_and_a_company_that_waits(self, session, fair):
        account = session.get(Account, register(session, fair, role=RoleChoice.BOTH))
        (company,) = session.scalars(select(Company))
        parts = session.scalars(select(Participation).order_by(Participation.role)).all()
        assert (account.email, account.name, account.locale) == (None, "Trần Thị Hoa", "vi")
        assert (company.name_key, company.legal_form, company.country) == ("gom bat trang", "enterprise", "VN")
        assert [(one.role, one.status) for one in parts] == [
            (Role.BUYER, ParticipationStatus.PENDING),
            (Role.EXHIBITOR, ParticipationStatus.PENDING),
        ]
        assert session.scalar(select(func.count()).select_from(FairPerson)) == 2
        claim = newest_claim(session)
        assert (claim.email, claim.purpose, claim.expires_at) == (
            "hoa@example.test",
            "register",
            NOW + REGISTRATION_LIFE,
        )
        assert session.scalars(select(Job.kind)).all() == ["mail_address_claim"]

    def test_each_consent_is_kept_with_its_text_and_channel_and_no_other(self, session, fair):
        register(session, fair)
        rows = session.scalars(select(Consent).order_by(Consent.purpose)).all()
        assert [(one.purpose, one.text_version, one.channel, one.given_at) for one in rows] == [
            ("matching", "2026-1", "web", NOW),
            ("profile", "2026-1", "web", NOW),
        ]

    def test_without_the_consent_to_matching_nothing_is_kept(self, session, fair):
        with pytest.raises(Refused, match="consent_needed"):
            register(session, fair, agreed=frozenset({Purpose.PROFILE, Purpose.MARKETING}))
        assert set(everything(session).values()) == {0}

    def test_the_same_form_twice_registers_once(self, session, fair):
        first = register(session, fair)
        before = everything(session)
        assert register(session, fair) == first
        assert everything(session) == before

    def test_a_form_sent_again_after_the_address_was_confirmed_opens_nothing(self, session, fair):
        register(session, fair)
        address_claims.confirm(session, claim_id=newest_claim(session).id, signed_in_as=None, now=NOW)
        with pytest.raises(Refused, match="registered_already"):
            register(session, fair)

    def test_a_company_that_is_there_already_is_left_alone(self, session, factory, fair):
        known = factory.participant(fair, name="Gốm Bát Tràng")
        register(session, fair)
        assert session.scalar(select(func.count()).select_from(Company)) == 2
        assert [one.account_id for one in session.get(Company, known.company_id).representatives] == [known.account.id]

    def test_someone_signed_in_registers_the_own_company_without_any_claim(self, session, factory, fair):
        account = factory.account()
        own = factory.company(name="Gốm Bát Tràng", name_key="gom bat trang")
        factory.representative(own, account_id=account.id, email=account.email, is_admin=True)
        assert register(session, fair, by=account.id) == account.id
        (part,) = session.scalars(select(Participation))
        assert (part.company_id, part.status) == (own.id, "pending")
        assert newest_claim(session) is None
        with pytest.raises(Refused, match="registered_already"):
            register(session, fair, by=account.id, key="another")

    def test_a_fair_that_is_over_takes_nobody(self, session, factory):
        factory.fair(slug="over", phase=Phase.FOLLOW_UP)
        with pytest.raises(NotAllowed, match="not_in_phase"):
            register(session, fairs.by_slug(session, slug="over"))

    def test_one_network_is_braked_and_another_is_not(self, session, fair):
        for number in range(REGISTRATIONS_PER_NETWORK):
            register(session, fair, key=f"key {number}")
        with pytest.raises(TooMany) as braked:
            register(session, fair, key="one more")
        assert braked.value.retry_after == 900
        register(session, fair, key="one more", network="192.0.2.2")
        register(session, fair, key="later", now=NOW + timedelta(minutes=16))

    def test_badges_stay_apart_from_those_given_already(self, session, factory, fair):
        factory.participation(fair, badge_code="E0002")
        register(session, fair)
        register(session, fair, key="another")
        badges = session.scalars(select(Participation.badge_code).order_by(Participation.badge_code)).all()
        assert len(set(badges)) == 3


class TestNobodyLearnsWhoIsKnown:
    def test_a_known_and_an_unknown_address_leave_the_same_behind(self, session, factory, fair):
        factory.account(email="known@example.test")
        start = everything(session)
        register(session, fair, email="known@example.test", key="one")
        known = everything(session)
        register(session, fair, email="unknown@example.test", key="two")
        unknown = everything(session)
        assert {name: known[name] - start[name] for name in start} == {
            name: unknown[name] - known[name] for name in known
        }
        assert session.scalars(select(Job.kind)).all() == ["mail_address_claim"] * 2

    def test_a_mailbox_cannot_be_flooded_and_the_screens_stay_the_same(self, session, fair):
        for number in range(MAILS_PER_ADDRESS + 3):
            register(session, fair, key=f"key {number}")
        assert session.scalar(select(func.count()).select_from(Job)) == MAILS_PER_ADDRESS
        assert session.scalar(select(func.count()).select_from(Registration)) == MAILS_PER_ADDRESS + 3


class TestConfirm:
    def test_a_free_address_becomes_the_account_s_and_its_people_s(self, session, fair):
        account_id = register(session, fair)
        done = address_claims.confirm(session, claim_id=newest_claim(session).id, signed_in_as=account_id, now=NOW)
        session.expire_all()
        assert (done.account_id, done.fair_slug, done.has_joined) == (account_id, "spring", False)
        assert session.get(Account, account_id).email == "hoa@example.test"
        assert session.scalars(select(Representative.email)).all() == ["hoa@example.test"]

    def test_a_link_works_once_and_not_after_its_time(self, session, fair):
        register(session, fair)
        claim = newest_claim(session).id
        with pytest.raises(Refused, match="link_spent"):
            address_claims.confirm(session, claim_id=claim, signed_in_as=None, now=NOW + REGISTRATION_LIFE)
        address_claims.confirm(session, claim_id=claim, signed_in_as=None, now=NOW)
        with pytest.raises(Refused, match="link_spent"):
            address_claims.confirm(session, claim_id=claim, signed_in_as=None, now=NOW)

    def test_a_newer_claim_voids_the_older_one(self, session, fair):
        account_id = register(session, fair)
        first = newest_claim(session).id
        address_claims.claim(session, account_id=account_id, email="hoa@other.test", now=NOW + timedelta(minutes=1))
        with pytest.raises(Refused, match="link_spent"):
            address_claims.confirm(session, claim_id=first, signed_in_as=None, now=NOW + timedelta(minutes=2))

    def test_whoever_typed_somebody_else_s_address_is_out_once_its_owner_confirms(self, session, fair):
        account_id = register(session, fair)
        token = registration.enter(session, account_id=account_id, user_agent="theirs", now=NOW).token
        session.get(Account, account_id).password_hash = "set by whoever typed it"
        address_claims.confirm(session, claim_id=newest_claim(session).id, signed_in_as=None, now=NOW)
        session.expire_all()
        assert accounts.by_session_token(session, token=token, now=NOW) is None
        assert session.get(Account, account_id).password_hash is None

    def test_an_account_that_has_the_address_takes_everything_over(self, session, factory, fair):
        owner = factory.account(email="hoa@example.test")
        consents.give(
            session, fair_id=fair.id, account_id=owner.id, purposes=[Purpose.MATCHING], now=NOW - timedelta(days=9)
        )
        provisional_id = register(session, fair)
        (part,) = session.scalars(select(Participation))
        factory.offer(part, "Bowls")
        registration.enter(session, account_id=provisional_id, user_agent="x", now=NOW)
        done = address_claims.confirm(session, claim_id=newest_claim(session).id, signed_in_as=None, now=NOW)
        session.expire_all()
        assert (done.account_id, done.has_joined) == (owner.id, True)
        assert session.get(Account, provisional_id) is None
        people = session.execute(select(Representative.account_id, Representative.email)).all()
        assert [tuple(one) for one in people] == [(owner.id, "hoa@example.test")]
        assert session.scalars(select(Registration.account_id)).all() == [owner.id]
        rows = session.scalars(select(Consent).order_by(Consent.purpose)).all()
        assert [(one.account_id, one.purpose, one.given_at) for one in rows] == [
            (owner.id, "matching", NOW - timedelta(days=9)),
            (owner.id, "profile", NOW),
        ]
        assert session.scalar(select(func.count()).select_from(Offer)) == 1
        assert session.scalars(select(SignInSession.account_id)).all() == []
        me = fairs.memberships(session, fair_id=fair.id, account_id=owner.id)
        assert [one.participation_id for one in me] == [part.id]

    def test_an_account_that_was_closed_gets_nothing(self, session, factory, fair):
        factory.account(email="hoa@example.test", is_active=False)
        register(session, fair)
        with pytest.raises(Refused, match="link_spent"):
            address_claims.confirm(session, claim_id=newest_claim(session).id, signed_in_as=None, now=NOW)

    def test_the_owner_of_the_address_can_end_the_registration(self, session, fair):
        register(session, fair)
        address_claims.disown(session, claim_id=newest_claim(session).id, now=NOW)
        assert set(everything(session).values()) == {0}


class TestChangeOfAddress:
    def test_only_the_account_s_owner_finishes_it_and_both_addresses_hear_of_it(self, session, factory):
        account = factory.account(email="old@example.test")
        company = factory.company()
        factory.representative(company, account_id=account.id, email="old@example.test")
        claim = address_claims.claim(session, account_id=account.id, email="new@example.test", now=NOW)
        with pytest.raises(Refused, match="sign_in_first"):
            address_claims.confirm(session, claim_id=claim, signed_in_as=None, now=NOW)
        address_claims.confirm(session, claim_id=claim, signed_in_as=account.id, now=NOW)
        session.expire_all()
        assert session.get(Account, account.id).email == "new@example.test"
        assert session.scalars(select(Representative.email)).all() == ["new@example.test"]
        mails = session.scalars(select(Job.facts).order_by(Job.created_at)).all()
        assert sorted(one["mail"] for one in mails) == ["address_change", "address_changed", "address_claim"]
        assert address_claims.to_mail(session, claim_id=claim).former_email == "old@example.test"

    def test_an_address_of_another_account_is_not_taken_over(self, session, factory):
        account = factory.account(email="old@example.test")
        factory.account(email="new@example.test")
        claim = address_claims.claim(session, account_id=account.id, email="new@example.test", now=NOW)
        with pytest.raises(Refused, match="address_taken"):
            address_claims.confirm(session, claim_id=claim, signed_in_as=account.id, now=NOW)

    def test_a_link_for_a_change_is_short_lived(self, session, factory):
        account = factory.account(email="old@example.test")
        claim = address_claims.claim(session, account_id=account.id, email="new@example.test", now=NOW)
        with pytest.raises(Refused, match="link_spent"):
            address_claims.confirm(session, claim_id=claim, signed_in_as=account.id, now=NOW + timedelta(days=1))


class TestEndUnconfirmed:
    def test_only_what_nobody_confirmed_in_time_goes_with_all_it_held(self, session, factory, fair):
        kept = factory.participant(fair)
        register(session, fair, key="confirmed")
        address_claims.confirm(session, claim_id=newest_claim(session).id, signed_in_as=None, now=NOW)
        before = everything(session)
        register(session, fair, key="never", email="typo@example.test", now=NOW + timedelta(minutes=5))
        due = NOW + REGISTRATION_LIFE
        assert not provisional.is_any_unconfirmed_due(session, now=due)
        assert provisional.end_unconfirmed(session, now=due) == 0
        due += timedelta(minutes=5)
        assert provisional.is_any_unconfirmed_due(session, now=due)
        assert provisional.end_unconfirmed(session, now=due) == 1
        assert everything(session) == before
        assert session.get(Participation, kept.id) is not None

    def test_a_confirmed_account_is_never_ended(self, session, fair):
        account_id = register(session, fair)
        address_claims.confirm(session, claim_id=newest_claim(session).id, signed_in_as=None, now=NOW)
        provisional.end(session, account_id=account_id)
        assert session.get(Account, account_id) is not None
