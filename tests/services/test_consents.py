"""What hangs on a consent: matching, being shown, being named; and what proves it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from matchmaker.domain.approvals import Decision
from matchmaker.domain.consents import STANDARD, STATED_BY_IMPORT, Purpose
from matchmaker.domain.errors import NotAllowed, NotFound, Refused
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.domain.meetings import Origin
from matchmaker.domain.spreadsheets.companies import CompanyRow, Side
from matchmaker.models import Account, Company, Consent, ConsentText, Fair, Job, Participation, Registration
from matchmaker.models.matching import MatchRun
from matchmaker.services import (
    approvals,
    companies,
    company_overview,
    consent_texts,
    consents,
    fairs,
    match_profiles,
    meeting_people,
    merge_checks,
    proposals,
    requests,
    search_index,
    suggestions,
)
from matchmaker.services.company_import import import_rows
from matchmaker.services.directory import Wanted, find
from tests.factories import OPENING

NOW = OPENING - timedelta(days=20)


@pytest.fixture
def fair(factory, session):
    return fairs.by_slug(session, slug=factory.fair(slug="spring").slug)


@pytest.fixture
def seller(factory, fair):
    return factory.participant(fair, name="Trà Xanh")


@pytest.fixture
def buyer(factory, fair):
    return factory.participant(fair, role=Role.BUYER, name="Kaze Foods", country="JP")


def me_of(session, fair, participation):
    return fairs.memberships(session, fair_id=fair.id, account_id=participation.account.id)[0]


def say(session, fair, participation, *purposes, yes=True):
    for purpose in purposes:
        if yes:
            consents.agree(session, fair_id=fair.id, account_id=participation.account.id, purpose=purpose, now=NOW)
        else:
            consents.withdraw(session, fair_id=fair.id, account_id=participation.account.id, purpose=purpose, now=NOW)


def registered(factory, fair, participation):
    """Let a company count as one that registered by itself."""
    return factory.add(
        Registration(
            fair_id=fair.id,
            company_id=participation.company_id,
            account_id=participation.account.id,
            form_key=str(participation.id),
            registered_at=NOW,
        )
    )


def suggest(factory, fair, seller, buyer):
    run = factory.add(
        MatchRun(fair_id=fair.id, state="done", version="1", weights={}, coverage={}, total=3, started_at=NOW)
    )
    factory.suggestion(
        seller, buyer, run_id=run.id, exhibitor_rank=1, buyer_rank=1, score=0.7, label="", contributions=[]
    )


def agreed_to(session, fair, participation):
    ids = {"company_id": participation.company_id, "representative_id": participation.representative.id}
    return consents.agreed_to(session, fair_id=fair.id, **ids)


class TestWhoseWordCounts:
    def test_a_company_that_was_brought_in_rests_on_the_organizer_s_statement_until_it_answers(
        self, session, fair, seller
    ):
        assert Purpose.MATCHING in agreed_to(session, fair, seller)
        say(session, fair, seller, Purpose.MATCHING, yes=False)
        assert Purpose.MATCHING not in agreed_to(session, fair, seller)
        say(session, fair, seller, Purpose.MATCHING)
        assert Purpose.MATCHING in agreed_to(session, fair, seller)

    def test_whoever_was_brought_in_rests_on_the_statement_for_all_but_advertising(self, session, fair, seller):
        assert agreed_to(session, fair, seller) == set(STATED_BY_IMPORT)
        for purpose in (Purpose.PROFILE, Purpose.CONTACT):
            say(session, fair, seller, purpose, yes=False)
        assert agreed_to(session, fair, seller) == {Purpose.MATCHING, Purpose.STATISTICS}

    def test_a_company_that_registered_agreed_to_what_it_ticked_and_nothing_else(self, session, factory, fair, seller):
        registered(factory, fair, seller)
        say(session, fair, seller, Purpose.MATCHING)
        assert agreed_to(session, fair, seller) == {Purpose.MATCHING}

    @pytest.mark.parametrize("purpose", [Purpose.STATISTICS, Purpose.MARKETING])
    def test_nobody_agrees_for_others_to_questions_after_the_fair_or_to_advertising(
        self, session, fair, seller, purpose
    ):
        asked = {"fair_id": fair.id, "account_id": seller.account.id, "purpose": purpose}
        assert not consents.has(session, **asked)
        say(session, fair, seller, purpose)
        assert consents.has(session, **asked)

    def test_consent_at_one_fair_is_none_at_another(self, session, factory, fair, seller):
        other = factory.fair()
        say(session, fair, seller, Purpose.MARKETING)
        asked = {"account_id": seller.account.id, "purpose": Purpose.MARKETING}
        assert not consents.has(session, fair_id=other.id, **asked)

    def test_who_takes_the_company_s_consent_back_does_so_for_colleagues(self, session, factory, fair, seller):
        colleague = factory.account()
        factory.representative(session.get(Company, seller.company_id), account_id=colleague.id)
        consents.give(
            session, fair_id=fair.id, account_id=colleague.id, purposes=[Purpose.MATCHING, Purpose.CONTACT], now=NOW
        )
        say(session, fair, seller, Purpose.MATCHING, Purpose.CONTACT, yes=False)
        standing = session.execute(
            select(Consent.account_id, Consent.purpose).where(Consent.withdrawn_at.is_(None))
        ).all()
        assert [tuple(one) for one in standing] == [(colleague.id, "contact")]


class TestProof:
    def test_every_answer_is_kept_with_text_time_and_channel(self, session, fair, seller):
        say(session, fair, seller, Purpose.MATCHING)
        say(session, fair, seller, Purpose.MATCHING)
        say(session, fair, seller, Purpose.MATCHING, yes=False)
        say(session, fair, seller, Purpose.MATCHING)
        answers = consents.answers(session, fair_id=fair.id, account_id=seller.account.id)
        assert sorted((one.version, one.channel, one.given_at, one.stands) for one in answers) == [
            ("2026-1", "web", NOW, False),
            ("2026-1", "web", NOW, True),
        ]

    def test_a_new_wording_is_a_new_version_and_the_old_one_is_kept(self, session, factory, fair, seller):
        say(session, fair, seller, Purpose.MATCHING)
        texts = {"text_vi": "Câu mới", "text_en": "New question"}
        by = factory.account().id
        for _ in range(2):
            wording = consent_texts.write(
                session, fair_id=fair.id, purpose=Purpose.MATCHING, by=by, now=NOW + timedelta(days=1), **texts
            )
        assert wording.version == "2026-2"
        versions = consent_texts.versions(session, fair_id=fair.id)[Purpose.MATCHING]
        assert [one.version for one in versions] == ["2026-1", "2026-2"]
        assert versions[0] == STANDARD[Purpose.MATCHING]
        (answer,) = consents.answers(session, fair_id=fair.id, account_id=seller.account.id)
        assert (answer.version, answer.stands) == ("2026-1", True)
        assert len(session.scalars(select(ConsentText)).all()) == 1

    @pytest.mark.parametrize(("texts", "field"), [(("", "x"), "text_vi"), (("x", "\u200b"), "text_en")])
    def test_a_wording_is_needed_in_both_languages(self, session, factory, fair, texts, field):
        with pytest.raises(Refused) as refused:
            consent_texts.write(
                session,
                fair_id=fair.id,
                purpose=Purpose.MATCHING,
                text_vi=texts[0],
                text_en=texts[1],
                by=factory.account().id,
                now=NOW,
            )
        assert (refused.value.code, refused.value.field) == ("consent_text_missing", field)

    def test_an_import_records_the_organizer_s_statement_once_and_for_nobody_who_answered(self, session, fair, seller):
        session.get(Account, seller.account.id).email = "seller@example.test"
        say(session, fair, seller, Purpose.PROFILE, yes=False)
        rows = [
            CompanyRow(row=2, name="Gốm Bát Tràng", side=Side.EXHIBITOR, email="gom@example.test"),
            CompanyRow(row=3, name="Another of hers", side=Side.EXHIBITOR, email="seller@example.test"),
        ]
        for _ in range(2):
            import_rows(session, fair_id=fair.id, rows=rows, by=None, now=NOW)
        stated = session.execute(
            select(Account.email, Consent.purpose, Consent.text_version)
            .join(Account, Account.id == Consent.account_id)
            .where(Consent.channel == "import")
            .order_by(Account.email, Consent.purpose)
        ).all()
        assert [tuple(one) for one in stated] == [
            ("gom@example.test", "contact", "2026-1"),
            ("gom@example.test", "matching", "2026-1"),
            ("gom@example.test", "profile", "2026-1"),
            ("gom@example.test", "statistics", "2026-1"),
            ("seller@example.test", "contact", "2026-1"),
            ("seller@example.test", "matching", "2026-1"),
            ("seller@example.test", "statistics", "2026-1"),
        ]


class TestWithoutMatching:
    def test_a_company_is_not_matched_and_has_no_suggestions(self, session, factory, fair, seller, buyer):
        suggest(factory, fair, seller, buyer)
        say(session, fair, seller, Purpose.MATCHING, yes=False)
        profiles = match_profiles.fair_profiles(session, fair_id=fair.id)
        assert ([one.id for one in profiles.exhibitors], len(profiles.buyers)) == ([], 1)
        assert suggestions.suggested(session, me=me_of(session, fair, seller)) == []
        assert suggestions.suggested(session, me=me_of(session, fair, buyer)) == []

    def test_nobody_is_put_together_with_it(self, session, factory, seller, buyer):
        fair_row = session.get(Participation, seller.id).fair_id
        session.execute(text("UPDATE fair SET acceptance = 'automatic'"))
        fair = fairs.by_slug(session, slug="spring")
        say(session, fair, seller, Purpose.MATCHING, yes=False)
        done = proposals.propose_all(
            session, fair=fair, pairs=[(seller.id, buyer.id)], origin=Origin.SUGGESTION, by=None, now=NOW
        )
        assert (fair_row, done.made, set(done.skipped.values())) == (fair.id, 0, {"not_available"})

    def test_agreeing_again_asks_for_new_matches(self, session, fair, seller):
        say(session, fair, seller, Purpose.MATCHING, yes=False)
        say(session, fair, seller, Purpose.MATCHING)
        assert "rematch_company" in session.scalars(select(Job.kind)).all()


class TestWithoutProfile:
    def test_others_neither_find_nor_see_nor_ask_it_but_it_sees_its_own_suggestions(
        self, session, factory, fair, seller, buyer
    ):
        suggest(factory, fair, seller, buyer)
        say(session, fair, seller, Purpose.PROFILE, yes=False)
        search_index.rebuild(session)
        theirs = me_of(session, fair, buyer)
        assert suggestions.suggested(session, me=theirs) == []
        assert find(session, fair_id=fair.id, me=theirs, wanted=Wanted()).total == 0
        with pytest.raises(NotFound):
            companies.for_participant(
                session, fair_id=fair.id, participation_id=seller.id, mine=buyer.id, my_role=Role.BUYER
            )
        with pytest.raises(NotAllowed, match="not_available"):
            requests.ask(session, fair=fair, me=theirs, other_id=seller.id, note="", now=NOW)
        mine = me_of(session, fair, seller)
        assert [one.name for one in suggestions.suggested(session, me=mine)] == ["Kaze Foods"]

    def test_who_has_a_meeting_with_it_still_sees_it(self, session, factory, fair, seller, buyer):
        factory.meeting(seller, buyer)
        say(session, fair, seller, Purpose.PROFILE, yes=False)
        view = companies.for_participant(
            session, fair_id=fair.id, participation_id=seller.id, mine=buyer.id, my_role=Role.BUYER
        )
        assert view.facts.name == "Trà Xanh"

    def test_it_is_found_again_once_it_agrees(self, session, fair, seller, buyer):
        theirs = me_of(session, fair, buyer)
        say(session, fair, seller, Purpose.PROFILE, yes=False)
        session.commit()
        assert find(session, fair_id=fair.id, me=theirs, wanted=Wanted()).total == 0
        say(session, fair, seller, Purpose.PROFILE)
        session.commit()
        assert find(session, fair_id=fair.id, me=theirs, wanted=Wanted()).total == 1


class TestWithoutContact:
    @pytest.fixture
    def meeting(self, factory, seller, buyer):
        return factory.meeting(seller, buyer, state="accepted")

    def test_a_partner_reads_neither_name_nor_address_and_its_own_people_do(
        self, session, fair, seller, buyer, meeting
    ):
        def known(side):
            people = meeting_people.people(session, meeting_id=meeting.id, side=side)
            return {one.side: (bool(one.name), bool(one.email)) for one in people}

        assert known(Role.BUYER)[Role.EXHIBITOR] == (True, True)
        say(session, fair, seller, Purpose.CONTACT, yes=False)
        assert known(Role.BUYER)[Role.EXHIBITOR] == (False, False)
        assert known(Role.EXHIBITOR)[Role.EXHIBITOR] == (True, True)
        assert known(Role.EXHIBITOR)[Role.BUYER] == (True, True)

    def test_nor_on_the_company_s_page(self, session, fair, seller, buyer, meeting):
        reading = {"fair_id": fair.id, "participation_id": seller.id, "mine": buyer.id, "my_role": Role.BUYER}
        (before,) = companies.for_participant(session, **reading).people
        say(session, fair, seller, Purpose.CONTACT, yes=False)
        (after,) = companies.for_participant(session, **reading).people
        assert (bool(before.name), bool(before.email)) == (True, True)
        assert (after.name, after.email, after.phone) == ("", "", "")
        (shown,) = company_overview.for_organizer(session, fair_id=fair.id, participation_id=seller.id).view.people
        assert shown.name == before.name


class TestWhoIsLetIn:
    def test_nobody_is_let_in_before_the_address_is_confirmed(self, session, factory, fair, seller):
        part = session.get(Participation, seller.id)
        part.status = ParticipationStatus.PENDING
        registered(factory, fair, seller)
        session.get(Account, seller.account.id).email = None
        session.flush()
        deciding = {"fair_id": fair.id, "participation_ids": [seller.id], "by": None, "now": NOW}
        with pytest.raises(NotAllowed) as refused:
            approvals.decide(session, decision=Decision.APPROVE, **deciding)
        assert refused.value.facts["names"] == ["Trà Xanh"]
        session.get(Account, seller.account.id).email = "now@example.test"
        session.flush()
        assert approvals.decide(session, decision=Decision.APPROVE, **deciding).ids == (seller.id,)

    def test_an_import_lets_nobody_in_who_registered_under_the_same_name(self, session, factory, fair, seller):
        part = session.get(Participation, seller.id)
        part.status = ParticipationStatus.PENDING
        registered(factory, fair, seller)
        row = CompanyRow(row=2, name="Trà Xanh", side=Side.EXHIBITOR, email="real@example.test")
        assert import_rows(session, fair_id=fair.id, rows=[row], by=None, now=NOW).created == 1
        session.expire_all()
        assert session.get(Participation, seller.id).status == ParticipationStatus.PENDING

    def test_nobody_comes_to_speak_for_a_company_by_a_merge_before_the_address_is_confirmed(
        self, session, factory, fair, seller
    ):
        twin = factory.participant(fair, name="Trà xanh")
        session.get(Participation, twin.id).status = ParticipationStatus.PENDING
        registered(factory, fair, twin)
        session.get(Account, twin.account.id).email = None
        organizer = factory.organizer(session.get(Fair, fair.id))
        plan = merge_checks.plan_of(
            session, fair_id=fair.id, kept_id=seller.company_id, gone_id=twin.company_id, by=organizer.id
        )
        assert [one.code for one in plan.blockers] == [merge_checks.Blocker.UNCONFIRMED]
