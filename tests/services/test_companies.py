import pytest
from sqlalchemy import event, update

from matchmaker.domain.approvals import Decision
from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.models import Certificate, Company, FairPerson, Registration, StoredFile
from matchmaker.services import approvals
from matchmaker.services.companies import Comer, ItemText, for_participant
from matchmaker.services.company_list import PAGE_ROWS, CompanyFilter, listed, unconfirmed_of
from matchmaker.services.company_overview import for_organizer
from matchmaker.services.profile_state import profile_state
from tests.factories import OPENING


@pytest.fixture
def fair(factory):
    return factory.fair()


@pytest.fixture
def join(factory, fair):
    """A company at the fair, found by its name."""

    def join(name, *, key=None, country="VN", city="", **values):
        company = factory.company(name=name, name_key=key or name.casefold(), country=country, city=city)
        return factory.participation(fair, company, **values)

    return join


def find(session, fair, page=1, **wanted):
    return listed(session, fair_id=fair.id, wanted=CompanyFilter(**wanted), page=page)


def names(found):
    return [row.name for row in found.rows]


@pytest.mark.parametrize("text", ["Gốm Sứ Hòa", "gom su", "GỐM", "công ty tnhh gốm sứ hòa", "su hoa"])
def test_a_company_is_found_with_and_without_marks(session, fair, join, text):
    join("Công ty TNHH Gốm Sứ Hòa", key="gom su hoa")
    join("Kaze Foods")
    assert names(find(session, fair, text=text)) == ["Công ty TNHH Gốm Sứ Hòa"]


def test_a_list_that_was_read_before_says_what_was_written_since(session, factory, fair, join):
    first, second = join("A"), join("B", status=ParticipationStatus.PENDING)
    assert find(session, fair, status="approved").total == 1
    second.status = ParticipationStatus.APPROVED
    factory.need(second)
    session.flush()
    found = find(session, fair, status="approved")
    assert [(row.name, row.needs) for row in found.rows] == [("A", 0), ("B", 1)]
    session.execute(update(Company).where(Company.id == first.company_id).values(name="C", name_key="c"))
    assert names(find(session, fair, status="approved")) == ["B", "C"]


def test_a_search_that_was_made_before_finds_what_was_written_since(session, factory, fair, join):
    one = join("Kaze Foods")
    assert names(find(session, fair, text="teakettles")) == []
    factory.offer(one, text_en="Teakettles")
    session.commit()
    assert names(find(session, fair, text="teakettles")) == ["Kaze Foods"]


def test_a_list_that_was_read_before_says_whose_address_nobody_has_confirmed(session, factory, fair, join):
    one, other = join("A"), join("B")
    account = factory.account()
    registered = {"fair_id": fair.id, "account_id": account.id, "form_key": "k", "registered_at": OPENING}
    assert unconfirmed_of(session, page=find(session, fair)) == frozenset()
    factory.add(Registration(company_id=one.company_id, **registered))
    assert unconfirmed_of(session, page=find(session, fair)) == frozenset()
    account.email = None
    session.flush()
    assert unconfirmed_of(session, page=find(session, fair)) == {one.id}
    assert other.id not in unconfirmed_of(session, page=find(session, fair))


@pytest.mark.parametrize("text", ["%", "_", "\\", "100%_"])
def test_signs_the_database_reads_as_anything_find_only_themselves(session, fair, join, text):
    join("Kaze Foods")
    assert names(find(session, fair, text=text)) == []


def test_each_filter_says_how_many_it_shows_beside_the_others(session, factory, fair, join):
    factory.offer(join("A", country="VN", booth="A1"))
    join("B", country="JP")
    factory.need(join("C", country="JP", role=Role.BUYER))
    join("D", country="VN", role=Role.BUYER, status=ParticipationStatus.PENDING)
    found = find(session, fair, country="JP")
    assert (names(found), found.total, found.all) == (["B", "C"], 2, 4)
    assert found.by_role == {"exhibitor": 1, "buyer": 1}
    assert found.by_country == {"JP": 2, "VN": 2}
    assert found.by_status == {"approved": 2}
    assert found.without_items == 1
    assert names(find(session, fair, without_items=True)) == ["B", "D"]
    assert names(find(session, fair, role="buyer", status="pending")) == ["D"]
    assert names(find(session, fair, role="nonsense")) == []


def test_a_row_counts_what_the_company_brings(session, factory, fair):
    part = factory.participant(fair, name="Sen", name_key="sen")
    factory.offer(part)
    factory.offer(part)
    row = find(session, fair).rows[0]
    assert (row.name, row.role, row.status, row.offers, row.needs, row.people) == (
        "Sen",
        "exhibitor",
        "approved",
        2,
        0,
        1,
    )


def test_companies_come_in_pages_and_a_page_too_far_is_the_last(session, fair, join):
    for n in range(PAGE_ROWS + 1):
        join(f"Company {n:03d}")
    first, last = find(session, fair), find(session, fair, page=99)
    assert (len(first.rows), first.page, first.pages, first.total) == (PAGE_ROWS, 1, 2, PAGE_ROWS + 1)
    assert (names(last), last.page) == ([f"Company {PAGE_ROWS:03d}"], 2)
    assert find(session, fair, page=-1).page == 1


def test_companies_of_another_fair_are_not_listed(session, factory, fair, join):
    join("Sen")
    factory.participation(factory.fair())
    assert names(find(session, fair)) == ["Sen"]


@pytest.fixture
def pair(factory, fair):
    exhibitor = factory.participant(fair)
    buyer = factory.participant(fair, role=Role.BUYER)
    return exhibitor, buyer


def see(session, fair, reader, other):
    return for_participant(
        session, fair_id=fair.id, participation_id=other.id, mine=reader.id, my_role=Role(reader.role)
    )


def test_the_other_side_is_shown_with_what_it_brings(session, factory, fair, pair):
    exhibitor, buyer = pair
    factory.offer(exhibitor, "Tea cups", text_vi="Tách trà")
    factory.need(exhibitor, None, text_vi="Bao bì")
    factory.add(Certificate(company_id=exhibitor.company_id, code="iso-9001", name="ISO 9001", expires_on=None))
    view = see(session, fair, buyer, exhibitor)
    assert view.offers == (ItemText("Tách trà", "Tea cups"),)
    assert view.needs == (ItemText("Bao bì", None),)
    assert [one.name for one in view.certificates] == ["ISO 9001"]
    assert (view.suggestion, view.meeting) == (None, None)


@pytest.mark.parametrize("state", ["none", "requested", "declined", "withdrawn", "expired", "cancelled"])
def test_names_are_not_even_read_before_both_accept(session, factory, fair, pair, state):
    exhibitor, buyer = pair
    if state != "none":
        factory.meeting(exhibitor, buyer, state=state)
    session.flush()
    statements = []

    def note(_connection, _cursor, statement, *_):
        statements.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        view = see(session, fair, buyer, exhibitor)
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)
    assert view.people == (Comer(id=exhibitor.representative.id, title_vi="", title_en="", languages=["vi", "en"]),)
    assert not view.shows_names
    assert [one for one in statements if "representative.name" in one or "representative.email" in one] == []


@pytest.mark.parametrize("state", ["accepted", "held", "no_show"])
def test_names_are_shown_once_both_have_accepted(session, factory, fair, pair, state):
    exhibitor, buyer = pair
    factory.meeting(exhibitor, buyer, state=state)
    view = see(session, fair, buyer, exhibitor)
    assert view.people[0].name == exhibitor.representative.name
    assert view.meeting.state == state


def test_ones_own_company_is_shown_with_its_people(session, fair, pair):
    view = see(session, fair, pair[0], pair[0])
    assert view.people[0].email == pair[0].representative.email


def test_a_company_of_ones_own_side_is_not_found(session, factory, fair, pair):
    with pytest.raises(NotFound):
        see(session, fair, pair[0], factory.participant(fair))


@pytest.mark.parametrize("status", ["pending", "held", "refused"])
def test_a_company_that_is_not_approved_is_found_by_the_organizer_alone(session, factory, fair, pair, status):
    other = factory.participation(fair, role=Role.BUYER, status=ParticipationStatus(status))
    with pytest.raises(NotFound):
        see(session, fair, pair[0], other)
    assert for_organizer(session, fair_id=fair.id, participation_id=other.id).view.facts.status == status


def test_the_organizer_is_told_how_a_profile_stands_as_the_company_is(session, factory, fair, pair):
    factory.offer(pair[0])
    factory.need(pair[0])
    factory.suggestion(*pair)
    pair[0].advice = {"field": "markets"}
    pair[0].company.checked_at = OPENING
    for company in pair:
        found = for_organizer(session, fair_id=fair.id, participation_id=company.id)
        assert found.state == profile_state(session, participation_id=company.id)
        assert (found.verified, found.decisions) == (None, [])


def test_the_organizer_is_told_of_each_who_comes_once_and_of_a_company_for_which_nobody_does(
    session, factory, fair, pair
):
    second = factory.representative(session.get(Company, pair[0].company_id), name="Second")
    factory.add(FairPerson(participation_id=pair[0].id, representative_id=second.id))
    session.flush()
    nobody = factory.participation(fair, role=Role.BUYER)
    some, none = (
        for_organizer(session, fair_id=fair.id, participation_id=one.id).view.people for one in (pair[0], nobody)
    )
    assert sorted(person.name for person in some) == sorted([pair[0].representative.name, "Second"])
    assert none == ()


def test_what_was_decided_and_which_files_there_are_is_read_where_there_is_any(session, factory, fair, pair):
    decided, other = pair
    act = {"decision": Decision.HOLD, "reason": "incomplete", "note": "Soon", "by": None, "now": OPENING}
    approvals.decide(session, fair_id=fair.id, participation_ids=[decided.id], **act)
    logo = {"kind": "logo", "subject": "", "place": "a", "sha256": "0" * 64, "size": 1, "media_type": "image/png"}
    factory.add(StoredFile(company_id=decided.company_id, name="logo.png", uploaded_at=OPENING, **logo))
    factory.add(Certificate(company_id=decided.company_id, code="iso_9001", name="ISO 9001"))
    factory.offer(decided, "Tea", position=2)
    factory.offer(decided, "Beans", position=1)
    factory.need(decided, "Boxes")
    session.flush()

    found, nothing = (for_organizer(session, fair_id=fair.id, participation_id=one.id) for one in (decided, other))
    assert [(one.action, one.note) for one in found.decisions] == [("company_held", "Soon")]
    assert [one.kind for one in found.view.files] == ["logo"]
    assert [one.text_en for one in found.view.offers] == ["Beans", "Tea"]
    assert [one.text_en for one in found.view.needs] == ["Boxes"]
    assert [(one.code, one.expires_on, one.is_verified) for one in found.view.certificates] == [
        ("iso_9001", None, False)
    ]
    assert nothing.decisions == []
    assert (nothing.view.files, nothing.view.certificates, nothing.view.offers) == ((), (), ())


def test_a_company_of_another_fair_is_not_found(session, factory, fair, pair):
    other = factory.participant(factory.fair(), role=Role.BUYER)
    with pytest.raises(NotFound):
        see(session, fair, pair[0], other)
    with pytest.raises(NotFound):
        for_organizer(session, fair_id=fair.id, participation_id=other.id)


def test_only_people_who_come_are_shown(session, factory, fair, pair):
    factory.representative(session.get(Company, pair[0].company_id))
    view = for_organizer(session, fair_id=fair.id, participation_id=pair[0].id).view
    assert [person.name for person in view.people] == [pair[0].representative.name]
