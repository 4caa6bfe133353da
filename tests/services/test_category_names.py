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
