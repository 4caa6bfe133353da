"""Two companies that are one: found, told apart, previewed, merged, or not merged and why."""

from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select

from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.domain.lookalikes import Sign
from matchmaker.extensions import db
from matchmaker.models import (
    Base,
    Certificate,
    Company,
    CompanyDistinction,
    CompanyGroup,
    CompanyGroupMember,
    Deal,
    FairPerson,
    FairStaff,
    HelperGrant,
    HistoryEntry,
    Job,
    MatchRun,
    Meeting,
    MeetingAttendee,
    MeetingRule,
    Offer,
    Participation,
    Representative,
    RepresentativeAbsence,
    SearchDocument,
    Seat,
    SuggestionAnswer,
    Veto,
)
from matchmaker.services import lookalikes, merge_checks, merging
from matchmaker.services.merge_checks import Blocker
from matchmaker.services.row_moves import references_to
from matchmaker.services.seats import Booking, take_seats
from tests.factories import OPENING

NOW = OPENING - timedelta(days=10)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring")


@pytest.fixture
def officer(factory, fair):
    return factory.organizer(fair)


@pytest.fixture
def kept(factory, fair):
    one = factory.participant(fair, name="Công ty TNHH Gốm Mai", name_key="gom mai", tax_code="0312345678")
    one.representative.is_admin = True
    return one


@pytest.fixture
def gone(factory, fair):
    one = factory.participant(fair, name="Gom Mai", name_key="gom mai", city="Đà Nẵng", languages=["ja"])
    one.representative.is_admin = True
    return one


@pytest.fixture
def merge(session, fair, officer, kept, gone):
    def merge(one=None, other=None, *, by=None):
        session.flush()
        return merging.merge(
            session,
            fair_id=fair.id,
            kept_id=(one or kept).company_id,
            gone_id=(other or gone).company_id,
            by=(by or officer).id,
            now=NOW,
        )

    return merge


@pytest.fixture
def blocked(session, fair, officer, kept, gone, merge):
    """Return why the two can't be merged, and see that trying changes nothing."""

    def blocked():
        session.flush()
        key = {"fair_id": fair.id, "kept_id": kept.company_id, "gone_id": gone.company_id, "by": officer.id}
        plan = merge_checks.plan_of(session, **key)
        before = counts(session)
        with pytest.raises(Conflict):
            merge()
        assert counts(session) == before
        return [(one.code, one.facts) for one in plan.blockers]

    return blocked


def counts(session):
    session.flush()
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables
    }


def twins(session, fair, officer):
    session.flush()
    return [
        (pair.one.name, pair.other.name, pair.signs)
        for pair in lookalikes.twins_of(session, fair_id=fair.id, by=officer.id)
    ]


class TestFinding:
    def test_the_same_name_in_other_spellings_is_shown(self, session, fair, officer, kept, gone):
        [(one, other, signs)] = twins(session, fair, officer)
        assert {one, other} == {"Công ty TNHH Gốm Mai", "Gom Mai"}
        assert signs == (Sign.NAME,)

    def test_told_apart_they_are_not_shown_again_unless_that_is_taken_back(self, session, fair, officer, kept, gone):
        key = {"fair_id": fair.id, "one_id": gone.company_id, "other_id": kept.company_id, "by": officer.id, "now": NOW}
        for _ in range(2):
            lookalikes.tell_apart(session, **key)
        assert twins(session, fair, officer) == []
        lookalikes.take_back(session, **key)
        assert len(twins(session, fair, officer)) == 1

    def test_a_company_known_from_another_own_fair_counts_and_a_strangers_does_not(
        self, session, factory, fair, officer, kept
    ):
        other = factory.fair()
        factory.participant(other, name="Gốm Mai JSC", name_key="gom mai", tax_code="0312345678")
        assert twins(session, fair, officer) == []
        factory.add(FairStaff(fair_id=other.id, account_id=officer.id, role="organizer"))
        assert len(twins(session, fair, officer)) == 1

    def test_out_of_reach_nothing_can_be_said(self, session, factory, fair, officer, kept):
        stranger = factory.participant(factory.fair())
        key = {"fair_id": fair.id, "one_id": kept.company_id, "other_id": stranger.company_id, "by": officer.id}
        with pytest.raises(NotFound):
            lookalikes.tell_apart(session, **key, now=NOW)
        with pytest.raises(NotFound):
            merge_checks.plan_of(
                session, fair_id=fair.id, kept_id=kept.company_id, gone_id=stranger.company_id, by=officer.id
            )


@pytest.fixture
def everything(session, factory, fair, kept, gone):
    """All that a company can have at a fair, on the one that goes."""
    buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods")
    slots = factory.slots(fair, 3)
    held = factory.meeting(gone, buyer, state="held")
    timed = factory.meeting(gone, factory.participant(fair, role=Role.BUYER), state="accepted")
    take_seats(session, bookings=[Booking(timed.id, slots[0].id, (gone.representative.id,))])
    timed.state, timed.slot_id = "scheduled", slots[0].id
    factory.offer(gone, "Bamboo trays")
    factory.offer(gone, "Lacquer bowls")
    factory.offer(kept, "bamboo TRAYS")
    factory.add(Deal(fair_id=fair.id, exhibitor_id=gone.id, buyer_id=buyer.id, opened_at=NOW))
    factory.add(Certificate(company_id=gone.company_id, code="iso", name="ISO"))
    factory.add(Certificate(company_id=kept.company_id, code="iso", name="ISO"))
    factory.add(Certificate(company_id=gone.company_id, code="haccp", name="HACCP"))
    factory.add(RepresentativeAbsence(representative_id=gone.representative.id, slot_id=slots[2].id))
    factory.add(Veto(participation_id=buyer.id, other_company_id=gone.company_id, reason="other", at=NOW))
    factory.add(Veto(participation_id=gone.id, other_company_id=kept.company_id, reason="other", at=NOW))
    factory.add(SuggestionAnswer(participation_id=gone.id, other_id=buyer.id, answer="saved", at=NOW))
    factory.add(HelperGrant(company_id=gone.company_id, account_id=factory.account().id, granted_at=NOW))
    run = factory.add(MatchRun(fair_id=fair.id, state="done", version="1", weights={}, coverage={}, started_at=NOW))
    factory.suggestion(gone, buyer, run_id=run.id, score=0.5, label="text", contributions=[])
    group = factory.add(CompanyGroup(fair_id=fair.id, name="A"))
    factory.add(CompanyGroupMember(group_id=group.id, company_id=gone.company_id))
    factory.add(
        MeetingRule(
            fair_id=fair.id,
            one_kind="company",
            one_value=str(gone.company_id),
            other_kind="country",
            other_value="JP",
            created_at=NOW,
        )
    )
    session.flush()
    return {"held": held.id, "timed": timed.id, "buyer": buyer}


class TestMerging:
    def test_whom_one_of_them_kept_away_stays_away_in_both_roles(self, session, factory, fair, kept, merge):
        buying = factory.participant(fair, role=Role.BUYER, name="Gom Mai", name_key="gom mai")
        away = factory.participant(fair).company_id
        factory.add(Veto(participation_id=buying.id, other_company_id=away, reason="blocked", at=NOW))
        sides = {kept.id, buying.id}
        merge(other=buying)
        vetoes = session.execute(select(Veto.participation_id, Veto.other_company_id))
        assert set(map(tuple, vetoes)) == {(side, away) for side in sides}

    def test_everything_comes_over_and_nothing_points_to_what_is_gone(self, session, kept, gone, everything, merge):
        company, side, person = gone.company_id, gone.id, gone.representative.id
        before = counts(session)
        merged = merge()
        after = counts(session)
        for target, key in (("company", company), ("participation", side)):
            for table, column in references_to(target):
                assert session.scalar(select(func.count()).select_from(table).where(column == key)) == 0, column
        lost = {name: before[name] - after[name] for name in before if before[name] > after[name]}
        made_anew = {name: lost.pop(name) for name in ("suggestion", "search_document", "search_facet") if name in lost}
        assert set(made_anew) <= {"suggestion", "search_document", "search_facet"}
        # The company itself, what both had, and the wish of one not to meet the other.
        assert lost == {**merged.moves.doubled, "company": 1, "veto": 1}
        assert merged.moves.doubled == {"participation": 1, "offer": 1, "certificate": 1}
        assert session.get(Representative, person).company_id == kept.company_id

    def test_meetings_seats_deals_and_items_are_the_kept_ones_now(self, session, kept, gone, everything, merge):
        person = gone.representative.id
        merge()
        assert set(session.scalars(select(Meeting.exhibitor_id))) == {kept.id}
        assert session.scalars(select(Deal.exhibitor_id)).all() == [kept.id]
        assert session.scalars(select(Seat.resource_id)).all() == [person]
        texts = session.execute(select(Offer.position, Offer.text_en).order_by(Offer.position)).all()
        assert [text for _, text in texts] == ["bamboo TRAYS", "Lacquer bowls"]
        rule = session.scalars(select(MeetingRule)).one()
        assert rule.one_value == str(kept.company_id)

    def test_gaps_are_filled_and_what_both_say_stays(self, session, kept, gone, merge):
        gone.company.tax_code = "0312345678-001"
        kept.company.languages = ["vi"]
        merge()
        company = session.get(Company, kept.company_id)
        assert (company.name, company.tax_code, company.city, company.languages) == (
            "Công ty TNHH Gốm Mai",
            "0312345678",
            "Đà Nẵng",
            ["vi", "ja"],
        )

    def test_a_second_registration_gives_nobody_the_company(self, session, kept, gone, merge):
        newcomer = gone.representative.id
        merge()
        people = dict(session.execute(select(Representative.id, Representative.is_admin)).all())
        assert people == {kept.representative.id: True, newcomer: False}

    def test_a_person_of_both_becomes_one(self, session, factory, fair, kept, gone, merge):
        gone.representative.email = kept.representative.email
        meeting = factory.meeting(gone, factory.participant(fair, role=Role.BUYER), state="held")
        merge()
        attendees = select(MeetingAttendee.representative_id).where(
            MeetingAttendee.meeting_id == meeting.id, MeetingAttendee.side == Role.EXHIBITOR
        )
        assert session.scalars(attendees).all() == [kept.representative.id]
        coming = select(FairPerson.representative_id).where(FairPerson.participation_id == kept.id)
        assert session.scalars(coming).all() == [kept.representative.id]

    def test_another_role_or_fair_just_changes_its_company(self, session, factory, officer, kept, gone, merge):
        gone.role = Role.BUYER
        other = factory.fair()
        factory.add(FairStaff(fair_id=other.id, account_id=officer.id, role="organizer"))
        away = factory.participation(other, gone.company)
        merge()
        sides = session.execute(select(Participation.id, Participation.role, Participation.company_id)).all()
        assert {(key, role) for key, role, company in sides if company == kept.company_id} == {
            (kept.id, Role.EXHIBITOR),
            (gone.id, Role.BUYER),
            (away.id, Role.EXHIBITOR),
        }

    def test_it_is_in_the_history_with_what_moved(self, session, officer, kept, gone, everything, merge):
        key = gone.company_id
        merge()
        entry = session.scalars(select(HistoryEntry).where(HistoryEntry.action == "companies_merged")).one()
        assert (entry.by_account_id, entry.subject_id, entry.facts["gone_id"]) == (officer.id, kept.company_id, key.hex)
        assert (entry.facts["gone_name"], entry.facts["moved"]["meeting"]) == ("Gom Mai", 2)

    def test_the_search_forgets_the_one_that_is_gone(self, session, kept, gone, everything, merge):
        session.commit()
        side = gone.id
        assert session.scalar(select(func.count()).where(SearchDocument.participation_id == side)) == 1
        merge()
        session.commit()
        found = session.scalars(select(SearchDocument.participation_id)).all()
        assert side not in found
        assert kept.id in found

    def test_a_crash_in_the_middle_leaves_everything_as_it_was(
        self, session, kept, gone, everything, merge, monkeypatch
    ):
        session.commit()
        before = counts(session)

        def crash(*_args, **_kwargs):
            raise RuntimeError

        monkeypatch.setattr(merging, "_fill", crash)
        with pytest.raises(RuntimeError):
            merge()
        session.rollback()
        assert counts(session) == before

    def test_the_kept_one_is_matched_by_what_it_has_now(self, session, kept, merge):
        merge()
        jobs = session.execute(select(Job.kind, Job.facts)).all()
        assert [(kind, facts["participation_id"]) for kind, facts in jobs] == [("rematch_company", str(kept.id))]

    def test_it_works_once(self, kept, gone, merge):
        merge()
        with pytest.raises(NotFound):
            merge()


class TestRefusing:
    def test_two_that_met_are_two(self, factory, kept, gone, blocked):
        gone.role = Role.BUYER
        factory.meeting(kept, gone, state="declined")
        assert blocked() == [(Blocker.MET, {})]

    def test_two_numbers_are_two(self, gone, blocked):
        gone.company.tax_code = "0399999999"
        assert blocked() == [(Blocker.TAX_CODES, {"one": "0312345678", "other": "0399999999"})]

    def test_a_fair_of_someone_else_forbids_it(self, factory, gone, blocked):
        factory.participation(factory.fair(), gone.company)
        assert blocked() == [(Blocker.ELSEWHERE, {})]

    def test_both_with_the_same_partner(self, factory, fair, kept, gone, blocked):
        buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods")
        factory.meeting(kept, buyer)
        factory.meeting(gone, buyer, state="accepted")
        assert blocked() == [(Blocker.SAME_PARTNER, {"company": "Kaze Foods"})]

    def test_both_at_a_table_at_once(self, factory, fair, kept, gone, blocked):
        slot = factory.slots(fair, 1)[0]
        for one in (kept, gone):
            buyer = factory.participant(fair, role=Role.BUYER)
            factory.meeting(one, buyer, state="scheduled", slot_id=slot.id)
        assert blocked() == [(Blocker.SAME_SLOT, {"starts_at": slot.starts_at})]

    def test_one_person_at_two_tables_at_once(self, session, factory, fair, kept, gone, blocked):
        gone.role = Role.BUYER
        gone.representative.email = kept.representative.email
        slot = factory.slots(fair, 1)[0]
        seller, buyer = factory.participant(fair), factory.participant(fair, role=Role.BUYER)
        for pair, person in (((kept, buyer), kept), ((seller, gone), gone)):
            meeting = factory.meeting(*pair, state="scheduled", slot_id=slot.id)
            take_seats(session, bookings=[Booking(meeting.id, slot.id, (person.representative.id,))])
        facts = {"name": gone.representative.name, "starts_at": slot.starts_at}
        assert blocked() == [(Blocker.SAME_PERSON_TWICE, facts)]

    def test_one_contract_number_twice(self, factory, fair, kept, gone, blocked):
        buyer = factory.participant(fair, role=Role.BUYER)
        for one in (kept, gone):
            factory.add(
                Deal(fair_id=fair.id, exhibitor_id=one.id, buyer_id=buyer.id, register_no="HD-1", opened_at=NOW)
            )
        assert blocked() == [(Blocker.SAME_NUMBER, {"number": "HD-1"})]

    def test_a_held_one_does_not_swallow_an_approved_one(self, kept, blocked):
        kept.status = ParticipationStatus.HELD
        assert blocked() == [(Blocker.HELD, {})]

    def test_a_company_and_itself(self, kept, merge):
        with pytest.raises(NotFound):
            merge(kept, kept)

    def test_someone_else_can_not(self, factory, kept, gone, merge):
        with pytest.raises((NotFound, Conflict)):
            merge(by=factory.organizer(factory.fair()))


def test_a_distinction_goes_with_the_company(session, factory, fair, officer, kept, gone, merge):
    third = factory.participant(fair, name="Gốm Mai 2").company_id
    one, other = sorted((third, gone.company_id), key=lambda key: key.hex)
    factory.add(CompanyDistinction(one_id=one, other_id=other, at=NOW))
    merge()
    assert session.scalars(select(CompanyDistinction)).all() == []


def test_the_tables_that_name_companies_are_known(app):
    """Every table of the database that refers to a company is among those the models tell of."""
    with app.app_context():
        known = {table.name for table, _ in references_to("company")}
        found = {
            table
            for table in inspect(db.engine).get_table_names()
            for key in inspect(db.engine).get_foreign_keys(table)
            if key["referred_table"] == "company"
        }
    assert found == known
