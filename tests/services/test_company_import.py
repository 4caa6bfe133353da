import pytest
from sqlalchemy import func, select

from matchmaker.domain.fairs import ParticipationStatus, Role, StaffRole
from matchmaker.domain.spreadsheets.companies import CompanyRow, ReadCompanies, Side
from matchmaker.domain.spreadsheets.errors import ImportCode, RowError
from matchmaker.models import (
    Account,
    Company,
    FairPerson,
    FairStaff,
    HistoryEntry,
    Need,
    Offer,
    Participation,
    Representative,
    Veto,
)
from matchmaker.services.company_import import ImportCounts, import_rows, rows_that_fit
from matchmaker.services.text_language import in_language
from tests.factories import OPENING


def row(name="Công ty TNHH Gốm Mai", side=Side.EXHIBITOR, **values):
    return CompanyRow(row=2, name=name, side=side, **values)


FULL = row(
    country="VN",
    offers=("Bát đĩa gốm men tro", "Ceramic tea cups"),
    needs=("Bao bì giấy",),
    sectors=("Thủ công mỹ nghệ",),
    tax_code="0101234567",
    contact_name="Nguyễn Thị Mai",
    contact_role="Giám đốc",
    email="Mai@example.test",
    phone="+84 24 1234 5678",
    languages=("vi", "en"),
    website="https://gommai.example",
    province="Hà Nội",
    booth="A12",
    description="Xưởng gốm gia đình.",
)


@pytest.fixture
def fair(factory):
    return factory.fair(country="VN")


@pytest.fixture
def bring(session, fair):
    def bring(*rows, fair_id=None, by=None, now=OPENING):
        return import_rows(session, fair_id=fair_id or fair.id, rows=rows, by=by, now=now)

    return bring


def one(session, kind):
    return session.scalars(select(kind)).one()


def names(session):
    return sorted(session.scalars(select(Company.name)))


def test_a_row_becomes_a_company_with_its_person_its_part_in_the_fair_and_its_items(session, fair, bring):
    assert bring(FULL) == ImportCounts(created=1)
    company, person, part = one(session, Company), one(session, Representative), one(session, Participation)
    assert (company.name, company.name_key, company.country, company.tax_code, company.city) == (
        "Công ty TNHH Gốm Mai",
        "gom mai",
        "VN",
        "0101234567",
        "Hà Nội",
    )
    assert (company.about_vi, company.about_en, company.languages) == ("Xưởng gốm gia đình.", "", ["vi", "en"])
    assert company.facets == {"website": "https://gommai.example", "sectors": ["Thủ công mỹ nghệ"]}
    assert (person.name, person.email, person.phone) == ("Nguyễn Thị Mai", "mai@example.test", "+84 24 1234 5678")
    assert (person.title_vi, person.title_en, person.languages, person.is_admin) == ("Giám đốc", "", ["vi", "en"], True)
    assert (part.fair_id, part.company_id, part.role) == (fair.id, company.id, Role.EXHIBITOR)
    assert (part.status, part.booth) == (ParticipationStatus.APPROVED, "A12")
    assert session.execute(select(FairPerson.participation_id, FairPerson.representative_id)).all() == [
        (part.id, person.id)
    ]
    items = select(Offer.position, Offer.text_vi, Offer.text_en, Offer.category_code).order_by(Offer.position)
    assert session.execute(items).all() == [(1, "Bát đĩa gốm men tro", None, None), (2, None, "Ceramic tea cups", None)]
    assert session.execute(select(Need.position, Need.text_vi, Need.category_code)).all() == [(1, "Bao bì giấy", None)]


def test_its_person_can_ask_for_a_sign_in_link_and_nobody_else_is_made(session, bring):
    bring(FULL, row("Kaze Foods", country="JP", email="ken@example.test"))
    accounts = session.execute(
        select(Account.email, Account.locale, Account.password_hash).order_by(Account.email)
    ).all()
    assert accounts == [("ken@example.test", "en", None), ("mai@example.test", "vi", None)]
    linked = select(Account.email).join(Representative, Representative.account_id == Account.id)
    assert sorted(session.scalars(linked)) == ["ken@example.test", "mai@example.test"]


def test_a_person_who_has_an_account_keeps_it(session, factory, bring):
    account = factory.account(email="mai@example.test", name="Mai", locale="en")
    bring(FULL)
    assert one(session, Representative).account_id == account.id
    assert session.execute(select(Account.name, Account.locale)).all() == [("Mai", "en")]


def test_a_row_without_e_mail_brings_no_person(session, bring):
    bring(row(contact_name="Nguyễn Thị Mai"))
    assert session.scalars(select(Representative)).all() == []
    assert session.scalars(select(Account)).all() == []


def test_a_row_without_country_gets_the_fairs(session, bring):
    bring(row())
    assert one(session, Company).country == "VN"


def test_a_company_on_both_sides_takes_part_twice_and_offers_as_exhibitor_and_needs_as_buyer(session, bring):
    assert bring(row(side=Side.BOTH, offers=("Ceramics",), needs=("Paper",), email="m@example.test")).created == 1
    roles = {part.id: part.role for part in session.scalars(select(Participation))}
    assert sorted(roles.values()) == ["buyer", "exhibitor"]
    assert [roles[key] for key in session.scalars(select(Offer.participation_id))] == ["exhibitor"]
    assert [roles[key] for key in session.scalars(select(Need.participation_id))] == ["buyer"]
    assert session.scalar(select(func.count()).select_from(FairPerson)) == 2


def test_whom_a_company_keeps_away_it_keeps_away_in_a_second_role(session, factory, fair, bring):
    away = factory.participant(fair, role=Role.BUYER)
    bring(row())
    selling = session.scalars(select(Participation).where(Participation.role == Role.EXHIBITOR)).one()
    for reason, other in (("blocked", away), ("other", factory.participant(fair, role=Role.BUYER))):
        factory.add(Veto(participation_id=selling.id, other_company_id=other.company_id, reason=reason, at=OPENING))
    bring(row(side=Side.BOTH))
    kept_away = session.execute(
        select(Participation.role, Veto.other_company_id)
        .join(Participation, Participation.id == Veto.participation_id)
        .where(Veto.reason == "blocked")
    )
    assert sorted(map(tuple, kept_away)) == [("buyer", away.company_id), ("exhibitor", away.company_id)]


def test_cooperatives_and_households_are_known_by_their_names(session, bring):
    bring(row("HTX Mây Tre Phú Vinh"), row("Hộ kinh doanh Lan Anh"), row("Kaze Foods Ltd"))
    forms = select(Company.legal_form).order_by(Company.legal_form)
    assert session.scalars(forms).all() == ["cooperative", "enterprise", "household_business"]


def test_the_same_rows_again_change_nothing_and_leave_no_trace(session, bring):
    rows = (FULL, row("Kaze Foods", side=Side.BOTH, country="JP", email="ken@example.test", offers=("Tea",)))
    bring(*rows)
    changed_at = session.scalars(select(Participation.profile_changed_at)).all()
    assert bring(*rows, now=OPENING.replace(year=2027)) == ImportCounts(unchanged=2)
    assert session.scalars(select(Participation.profile_changed_at)).all() == changed_at
    assert session.scalars(select(HistoryEntry.facts)).all() == [{"created": 2, "updated": 0, "unchanged": 0}]


def test_what_a_row_says_replaces_what_is_stored_and_what_it_leaves_out_stays(session, bring):
    bring(FULL)
    later = OPENING.replace(year=2027)
    change = row(tax_code="0101234567", province="Huế", email="mai@example.test", phone="024 999 9999", booth="B7")
    assert bring(change, now=later) == ImportCounts(updated=1)
    company, person, part = one(session, Company), one(session, Representative), one(session, Participation)
    assert (company.city, company.about_vi, company.country) == ("Huế", "Xưởng gốm gia đình.", "VN")
    assert (person.phone, person.name) == ("024 999 9999", "Nguyễn Thị Mai")
    assert (part.booth, part.profile_changed_at) == ("B7", later)


def test_offers_are_added_and_never_taken_away(session, bring):
    bring(row(offers=("Bát gốm", "Tách trà")))
    assert bring(row(offers=("Tách trà", "Bình gốm"))) == ImportCounts(updated=1)
    offers = select(Offer.position, Offer.text_vi).order_by(Offer.position)
    assert session.execute(offers).all() == [(1, "Bát gốm"), (2, "Tách trà"), (3, "Bình gốm")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (row(tax_code="0101234567"), row("Gốm Mai Việt Nam", tax_code="0101234567")),
        (row(), row("CÔNG TY TNHH GỐM MAI")),
        (row("Công ty TNHH Hoà Mai"), row("Công ty TNHH Hòa Mai")),
        (row("Công ty Gốm Mai"), row("Gom Mai Co., Ltd")),
        (row(email="mai@example.test"), row("Xưởng gốm Bà Mai", email="MAI@example.test")),
    ],
    ids=["tax code", "capitals and legal form", "tone placement", "no marks", "e-mail"],
)
def test_a_company_is_known_again(session, bring, first, second):
    bring(first)
    assert bring(second).created == 0
    assert session.scalar(select(func.count()).select_from(Company)) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (row("Gốm Mai"), row("Gồm Mai")),
        (row("Bạc Mai"), row("Bắc Mai")),
        (row("Công ty TNHH Sen"), row("Công ty cổ phần Sen")),
        (row("Sen", country="VN"), row("Sen", country="JP")),
        (row("Sen", tax_code="0101234567"), row("Sen", tax_code="0101234567-001")),
        (
            row("Sen", tax_code="0101234567", email="s@example.test"),
            row("Đào", tax_code="0301234567", email="s@example.test"),
        ),
    ],
    ids=["other tones", "other vowels", "legal form", "country", "branch", "same mailbox, other tax code"],
)
def test_two_companies_are_not_taken_for_one(session, bring, first, second):
    bring(first)
    assert bring(second).created == 1
    assert session.scalar(select(func.count()).select_from(Company)) == 2


def test_an_address_that_speaks_for_two_companies_tells_neither(session, bring):
    bring(row("Sen", email="agent@example.test"), row("Đào", email="agent@example.test"))
    assert bring(row("Cúc", email="agent@example.test")).created == 1
    assert names(session) == ["Cúc", "Sen", "Đào"]


def test_a_name_typed_without_marks_does_not_replace_the_one_that_has_them(session, bring):
    bring(row("Gốm Mai"))
    assert bring(row("Gom Mai")) == ImportCounts(unchanged=1)
    assert bring(row("GỐM MAI")) == ImportCounts(updated=1)
    assert names(session) == ["GỐM MAI"]


def test_an_organizer_cannot_reach_a_company_of_a_fair_of_someone_else(session, factory, fair, bring):
    theirs = factory.participation(factory.fair(), factory.company(name="Sen", name_key="sen", city="Huế"))
    me = factory.organizer(fair)
    assert bring(row("Sen", province="Hà Nội", email="spy@example.test"), by=me.id).created == 1
    session.expire_all()
    assert session.get(Company, theirs.company_id).city == "Huế"
    people = select(Representative).where(Representative.company_id == theirs.company_id)
    assert session.scalars(people).all() == []


def test_a_company_known_from_an_earlier_fair_of_the_same_organizer_stays_one(session, factory, fair, bring):
    me = factory.organizer(fair)
    earlier = factory.fair()
    factory.add(FairStaff(fair_id=earlier.id, account_id=me.id, role=StaffRole.ORGANIZER))
    bring(FULL, fair_id=earlier.id)
    assert bring(FULL, by=me.id) == ImportCounts(created=1)
    assert names(session) == ["Công ty TNHH Gốm Mai"]
    assert sorted(session.scalars(select(Participation.fair_id)), key=str) == sorted([earlier.id, fair.id], key=str)


@pytest.mark.parametrize("status", ["pending", "approved", "held", "refused"])
def test_importing_lets_in_who_waits_and_overrules_no_decision(session, factory, fair, bring, status):
    company = factory.company(name="Sen", name_key="sen")
    part = factory.participation(fair, company, status=ParticipationStatus(status))
    bring(row("Sen"))
    session.expire_all()
    assert session.get(Participation, part.id).status == ("approved" if status == "pending" else status)


def test_badges_are_unlike_those_given_already(session, factory, fair, bring):
    factory.participation(fair, badge_code="E0002")
    bring(row("Sen"), row("Đào", side=Side.BUYER))
    codes = session.scalars(select(Participation.badge_code)).all()
    assert len(set(codes)) == 3
    assert sorted(code[0] for code in codes) == ["B", "E", "E"]


def test_each_row_takes_one_step(session, fair):
    steps = []
    rows = [row(f"Sen {n}") for n in range(7)]
    import_rows(session, fair_id=fair.id, rows=rows, by=None, now=OPENING, step=lambda: steps.append(1))
    assert len(steps) == 7


def test_a_text_longer_than_its_column_is_an_error_of_its_row():
    fits, long = row("Sen"), CompanyRow(row=3, name="Đào", side=Side.BUYER, province="x" * 81, booth="b" * 80)
    read = ReadCompanies(rows=(fits, long), mapping={"province": "Tỉnh thành", "booth": "Booth"})
    error = RowError(3, "Tỉnh thành", ImportCode.TEXT_TOO_LONG, {"limit": 80, "length": 81})
    assert rows_that_fit(read) == ((fits,), (error,))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bát đĩa gốm", "vi"),
        ("Tách trà", "vi"),
        ("CÀ PHÊ", "vi"),
        ("Ceramic tea cups", "en"),
        ("Café crème", "en"),
        ("Nestlé", "en"),
        ("Bat dia gom", "en"),
    ],
)
def test_a_text_is_filed_under_the_language_its_marks_show(text, language):
    assert in_language(text) == language
