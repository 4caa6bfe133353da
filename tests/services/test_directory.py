from datetime import date

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from matchmaker.domain.consents import Purpose
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.models import (
    Category,
    Certificate,
    Company,
    FairCategory,
    Offer,
    Participation,
    Registration,
    SearchDocument,
    SearchFacet,
    StoredFile,
    Veto,
)
from matchmaker.models.engine import begin_writing
from matchmaker.services import consents, directory, fairs, search_index
from matchmaker.services.directory import Wanted
from tests.factories import OPENING


@pytest.fixture
def fair(factory):
    return factory.fair()


@pytest.fixture
def buyer(factory, fair):
    return factory.participant(fair, role=Role.BUYER, name="Nordhavn Import")


@pytest.fixture
def company(factory, fair):
    """Make an exhibitor with what it offers."""

    def company(name, *offers, category=None, **values):
        participation = factory.participation(fair, factory.company(name=name, **values))
        for offer in offers:
            factory.offer(participation, None, text_vi=offer, category_code=category)
        return participation

    return company


@pytest.fixture
def find(session, fair, buyer):
    """Look for companies as the buyer, after what was written is committed."""

    def find(text="", *, after="", before="", **chosen):
        fair_id, account_id = fair.id, buyer.account.id
        session.commit()
        me = fairs.memberships(session, fair_id=fair_id, account_id=account_id)[0]
        wanted = Wanted(text=text, chosen=chosen, after=after, before=before)
        page = directory.find(session, fair_id=fair_id, me=me, wanted=wanted)
        session.rollback()
        begin_writing(session)
        return page

    return find


def names(page):
    return [row.name for row in page.rows]


@pytest.mark.parametrize("asked", ["go tram", "gỗ tràm", "GỖ TRÀM", "gô tra", "tram go"])
def test_marks_and_order_of_words_do_not_matter(company, find, asked):
    company("Mai", "Ván ghép gỗ tràm")
    company("Lan", "Gốm sứ")
    assert names(find(asked)) == ["Mai"]


@pytest.mark.parametrize("asked", ["hoà", "hòa", "hoa"])
def test_old_and_new_tone_places_are_the_same(company, find, asked):
    company("Hoà Phát")
    company("Hòa Bình")
    company("Hoa Mai")
    found = names(find(asked))
    assert sorted(found) == ["Hoa Mai", "Hoà Phát", "Hòa Bình"]
    assert asked == "hoa" or found[-1] == "Hoa Mai", "typed marks put those who write the same ones first"


def test_a_company_is_found_by_its_category_and_synonyms_in_both_languages(factory, company, find):
    factory.category("food-dairy-honey")
    company("Mai", "Sản phẩm rừng", category="food-dairy-honey")
    assert names(find("wild honey")) == ["Mai"]
    assert names(find("sua chua")) == ["Mai"]


def test_a_trade_term_finds_the_other_language(company, find):
    company("Mai", "Mật ong rừng U Minh")
    assert names(find("honey")) == ["Mai"]


def test_names_come_before_items_and_phrases_before_loose_words(company, find):
    company("Loose", "Tràm trồng trên gỗ mục")
    company("Phrase", "Tủ gỗ tràm")
    company("Gỗ Tràm Cà Mau", "Tủ bếp")
    company("Apart", "Tủ gỗ", "Tinh dầu tràm")
    assert names(find("go tram")) == ["Gỗ Tràm Cà Mau", "Phrase", "Apart", "Loose"]


def test_the_last_word_may_be_begun_and_the_others_not(company, find):
    company("Mai", "Ceramic tiles")
    assert names(find("ceram")) == ["Mai"]
    assert names(find("ceram tiles")) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "%",
        "_",
        "*",
        '"',
        "'",
        "go*",
        'name : "x"',
        "go AND NOT tram",
        "NEAR(go tram)",
        "go & !tram",
        "go <-> tram",
        "')--",
        "\\",
        "{",
        ":*",
    ],
)
def test_signs_of_search_languages_mean_nothing(company, find, hostile):
    company("Mai", "Gỗ tràm")
    find(hostile)
    assert names(find(f"tram {hostile} go")) in (["Mai"], [])


def test_percent_and_underscore_find_nothing_by_themselves(company, find):
    company("Mai", "Gỗ tràm")
    assert (names(find("g_")), names(find("t%m"))) == ([], [])


def test_only_approved_companies_of_the_other_role_are_found(factory, fair, company, find):
    company("Mai", "Gỗ")
    for status in set(ParticipationStatus) - {ParticipationStatus.APPROVED}:
        company(f"Gỗ {status}").status = status
    factory.participation(fair, factory.company(name="Gỗ buyer"), role=Role.BUYER)
    factory.participation(factory.fair(), factory.company(name="Gỗ elsewhere"))
    session_page = find("go")
    assert names(session_page) == ["Mai"]
    assert names(find()) == ["Mai"]
    assert session_page.total == 1


def test_a_company_that_either_side_does_not_want_to_meet_is_left_out(factory, company, buyer, find):
    for name, side in (("Mine", 0), ("Theirs", 1)):
        other = company(name)
        pair = (buyer.id, other.company_id) if side == 0 else (other.id, buyer.company_id)
        factory.add(Veto(participation_id=pair[0], other_company_id=pair[1], reason="other", at=OPENING))
    company("Open")
    page = find()
    assert (names(page), page.total) == (["Open"], 1)


def test_a_company_that_was_shown_is_left_out_once_one_side_does_not_want_to_meet_it(factory, company, buyer, find):
    key = company("Late").company_id
    assert names(find()) == ["Late"]
    factory.add(Veto(participation_id=buyer.id, other_company_id=key, reason="other", at=OPENING))
    assert names(find()) == []


def test_filters_count_beside_the_words_and_the_other_filters(factory, company, find):
    mai = company("Mai", "Trà", country="VN", stage="manufacture", languages=["vi"])
    company("Lan", "Trà", country="VN", languages=["vi", "en"])
    company("Aoi", "Trà", country="JP", languages=["ja"])
    company("Kaze", "Gốm", country="JP")
    factory.add(Certificate(company_id=mai.company_id, code="HACCP", name="HACCP", expires_on=date(2028, 1, 1)))
    page = find("tra", country="VN")
    assert page.total == 2
    assert page.counts == {
        "sector": {},
        "country": {"VN": 2, "JP": 1},
        "stage": {"manufacture": 1},
        "certificate": {"HACCP": 1},
        "trait": {},
        "tongue": {"vi": 2, "en": 1},
    }
    assert names(find("tra", country="VN", tongue="en")) == ["Lan"]
    assert names(find(certificate="HACCP")) == ["Mai"]
    assert names(find(country="XX")) == []


def test_companies_are_found_by_what_their_goods_are_made_of(factory, company, find):
    for name, said in (("Mai", "is_recycled"), ("Lan", "is_by_product")):
        factory.offer(company(name), text_vi="Sợi", **{said: True})
    company("Aoi", "Sợi")
    assert find().counts["trait"] == {"recycled": 1, "by_product": 1}
    assert names(find(trait="recycled")) == ["Mai"]
    assert names(find(trait="renewable")) == []


def test_an_item_is_counted_under_its_category_and_under_each_above_it(factory, company, find):
    factory.category("food")
    factory.category("food-tea", parent_code="food")
    company("Mai", "Trà", category="food-tea")
    assert find().counts["sector"] == {"food": 1, "food-tea": 1}
    assert names(find(sector="food")) == names(find(sector="food-tea")) == ["Mai"]


def test_pages_follow_each_other_without_gap_and_back(company, find):
    for number in range(45):
        company(f"Company {number:02d}", "Trà" if number % 2 else "Trà xanh")
    wanted = [f"Company {number:02d}" for number in range(45)]
    first = find()
    second = find(after=first.after)
    third = find(after=second.after)
    assert names(first) + names(second) + names(third) == wanted
    assert (first.before, third.after) == ("", "")
    again = find(before=third.before)
    assert (names(again), names(find(before=again.before))) == (names(second), names(first))
    assert find(before=again.before).before == ""


def test_pages_of_a_search_are_in_order_of_rank_and_name(company, find):
    for number in range(30):
        company(f"Item {number:02d}", "Trà")
        company(f"Trà {number:02d}")
    first = find("tra")
    rest = find("tra", after=first.after)
    last = find("tra", after=rest.after)
    found = names(first) + names(rest) + names(last)
    assert found == [f"Trà {number:02d}" for number in range(30)] + [f"Item {number:02d}" for number in range(30)]
    assert names(find("tra", before=last.before)) == names(rest)


def test_a_page_stays_where_it_is_when_companies_come_before_it(company, find):
    for number in range(25):
        company(f"M{number:02d}")
    mark = find().after
    company("A new one")
    assert names(find(after=mark)) == [f"M{number:02d}" for number in range(20, 25)]


@pytest.mark.parametrize(
    "mark", ["x", "W10", "WzEsMiwzXQ", "bnVsbA", "WzAsIgAiLDFd", "WzAsIngiLDk5OTk5OTk5OTk5OTk5OTk5OTk5XQ"]
)
def test_a_mark_that_is_none_shows_the_first_page(company, find, mark):
    company("Mai")
    assert names(find(after=mark)) == ["Mai"]
    assert names(find(before=mark)) == ["Mai"]


def test_nearest_words_are_offered_when_nothing_is_found(company, find):
    company("Mai", "Gốm sứ Bát Tràng")
    page = find("gom batt")
    assert (page.total, page.nearest) == (0, ("gốm bát",))


def test_nearest_words_come_from_companies_that_may_be_seen(company, find):
    company("Mai", "Trà")
    company("Gốm").status = ParticipationStatus.HELD
    assert find("gon").nearest == ()


def test_person_data_is_never_found(factory, fair, find):
    other = factory.participant(fair, name="Mai")
    words = (other.representative.name, other.representative.email, other.account.name)
    assert [names(find(word)) for word in words] == [[], [], []]


def test_the_search_follows_every_way_of_writing(session, company, find):
    """Loaded rows, statements and bulk inserts: after the commit the search says what the tables say."""
    mai = company("Mai", "Trà")
    mai_id, company_id = mai.id, mai.company_id
    assert names(find("tra")) == ["Mai"]
    session.get(Company, company_id).name = "Thảo Dược"
    assert names(find("thao duoc")) == ["Thảo Dược"]
    session.execute(update(Company).where(Company.id == company_id).values(name="Lan Chi"))
    assert (names(find("thao duoc")), names(find("lan chi"))) == ([], ["Lan Chi"])
    session.execute(
        insert(Offer),
        [{"participation_id": mai_id, "position": 9, "text_en": "Glass beads", "certificates": [], "markets": []}],
    )
    assert names(find("glass beads")) == ["Lan Chi"]
    session.execute(delete(Offer.__table__).where(Offer.__table__.c.participation_id == mai_id))
    assert (names(find("tra")), names(find("lan"))) == ([], ["Lan Chi"])
    session.execute(update(Participation).where(Participation.id == mai_id).values(status="held"))
    assert names(find("lan")) == []
    other_id = session.get(Participation, mai_id).company_id
    session.execute(update(Participation).where(Participation.id == mai_id).values(status="approved"))
    session.execute(insert(Certificate), [{"company_id": other_id, "code": "FSC", "name": "FSC"}])
    assert names(find(certificate="FSC")) == ["Lan Chi"]


def test_a_company_is_found_as_long_as_it_agrees_to_be_shown(session, factory, fair, find):
    mai = factory.participant(fair, name="Mai")
    key = {"fair_id": fair.id, "account_id": mai.account.id}
    assert names(find("mai")) == ["Mai"], "an organizer's list rests on the organizer's statement"
    consents.give(session, **key, purposes=[Purpose.PROFILE], now=OPENING)
    assert names(find("mai")) == ["Mai"]
    consents.withdraw(session, **key, purpose=Purpose.PROFILE, now=OPENING)
    assert names(find("mai")) == []


def test_an_erased_company_leaves_no_word_behind(session, company, find):
    company_id = company("Mai", "Trà shan tuyết").company_id
    assert names(find("shan")) == ["Mai"]
    session.execute(delete(Company).where(Company.id == company_id))
    assert names(find("shan")) == []
    left = [session.scalar(select(func.count()).select_from(model)) for model in (SearchDocument, SearchFacet)]
    documents = session.scalar(select(func.count()).select_from(SearchDocument))
    words = session.scalar(text("SELECT count(*) FROM search_words"))
    assert (left[0], words) == (documents, documents)


def test_what_is_rolled_back_is_not_found(session, company, find):
    company_id = company("Mai", "Trà").company_id
    find()
    session.get(Company, company_id).name = "Gone"
    session.flush()
    session.rollback()
    begin_writing(session)
    assert (names(find("gone")), names(find("mai"))) == ([], ["Mai"])


def test_a_lost_index_is_built_anew(session, fair, company, find):
    company("Mai", "Trà")
    fair_id = fair.id
    find()
    session.execute(delete(SearchDocument))
    assert names(find("tra")) == []
    assert search_index.rebuild(session, fair_id=fair_id) == 2
    assert names(find("tra")) == ["Mai"]


def test_rows_carry_what_a_company_offers(company, find):
    company("Mai", "Trà", "Gốm")
    row = find().rows[0]
    assert row.items == (("Trà", None), ("Gốm", None))
    assert "email" not in set(row._fields)


LOGO = {"kind": "logo", "place": "p1", "sha256": "h", "size": 1, "media_type": "image/png", "name": "logo.png"}
CHANGES = {
    "a name": lambda one: update(Company).where(Company.id == one.company_id).values(name="Lan"),
    "a city": lambda one: update(Company).where(Company.id == one.company_id).values(city="Huế"),
    "a stage": lambda one: update(Company).where(Company.id == one.company_id).values(stage="trade"),
    "a mark of the organizer": lambda one: (
        update(Company).where(Company.id == one.company_id).values(verified_at=OPENING, verified_as="mai|")
    ),
    "a logo": lambda one: insert(StoredFile).values(company_id=one.company_id, uploaded_at=OPENING, **LOGO),
    "an offer": lambda one: update(Offer).where(Offer.participation_id == one.id).values(text_en="Woven trays"),
    "an offer that goes": lambda one: delete(Offer).where(Offer.participation_id == one.id),
    "what the organizer decided": lambda one: (
        update(Participation).where(Participation.id == one.id).values(status="held")
    ),
    "a registration that nobody agreed with": lambda one: insert(Registration).values(
        fair_id=one.fair_id, company_id=one.company_id, form_key="k", registered_at=OPENING
    ),
    "a category's name": lambda _: update(Category).values(name_en="Trays"),
    "the fair's categories": lambda one: insert(FairCategory).values(fair_id=one.fair_id, category_code="toys"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_page_that_was_read_before_says_what_was_written_since(session, factory, company, find, change):
    factory.category()
    factory.category("toys")
    one = company("Mai", "Khay tre", category="food")
    company("Kaze", "Khay gỗ", category="food")
    before = find()
    assert find() is before
    session.execute(CHANGES[change](one))
    after = find()
    assert (before.rows, before.counts, before.sectors) != (after.rows, after.counts, after.sectors)
