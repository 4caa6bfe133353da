from sqlalchemy import update

from matchmaker.models import Category
from matchmaker.services import fair_categories
from tests.query_count import count_queries


def test_those_of_a_fair_are_the_ones_of_now_though_they_are_kept(session, factory):
    fair, other = factory.fair(), factory.fair()
    factory.category("tea", name_en="Tea")
    session.commit()

    def names(one):
        return fair_categories.sector_names(session, fair_id=one.id, lang="en")

    assert (names(fair), names(other)) == ({"tea": "Tea"}, {"tea": "Tea"})
    with count_queries(session.get_bind()) as sent:
        assert names(fair) == {"tea": "Tea"}
    assert not any("FROM category" in statement for statement in sent)
    session.execute(update(Category).values(name_en="Leaf tea"))
    assert (names(fair), names(other)) == ({"tea": "Leaf tea"}, {"tea": "Leaf tea"})
    session.rollback()
    assert names(fair) == {"tea": "Tea"}
    factory.category("own", name_en="Own", fair_id=fair.id)
    session.flush()
    assert (set(names(fair)), set(names(other))) == ({"tea", "own"}, {"tea"})


def test_sectors_of_a_fair_about_one_thing_stand_right_below_it(session, factory):
    fair = factory.fair()
    factory.category("tea", name_en="Tea")
    session.flush()
    for code in ("green", "black"):
        factory.category(code, name_en=code.title(), parent_code="tea")
    session.flush()
    assert set(fair_categories.sector_names(session, fair_id=fair.id, lang="en").values()) == {"Green", "Black"}


def test_names_of_a_fair_are_the_ones_of_now_though_they_are_kept(session, factory):
    fair, other = factory.fair(), factory.fair()
    factory.category("tea", name_vi="Trà", name_en="Tea")
    factory.category("own", name_vi="Riêng", name_en="Own", fair_id=fair.id)
    session.commit()

    def names(lang, one=fair):
        return fair_categories.names_of(session, fair_id=one.id, lang=lang)

    for _ in range(2):
        assert names("vi") == {"tea": "Trà", "own": "Riêng"}
        assert names("en", other) == {"tea": "Tea"}
    with count_queries(session.get_bind()) as sent:
        assert names("en") == {"tea": "Tea", "own": "Own"}
    assert not any("FROM category" in statement for statement in sent)
    session.execute(update(Category).where(Category.code == "tea").values(name_en="Leaf tea"))
    assert names("en") == {"tea": "Leaf tea", "own": "Own"}
