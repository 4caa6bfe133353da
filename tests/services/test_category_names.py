from sqlalchemy import update

from matchmaker.models import Category, FairCategory
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


def test_a_tree_is_read_with_its_branches_in_order_and_anew_when_the_fair_chooses(session, factory):
    fair, other = factory.fair(), factory.fair()
    factory.category("food", position=2)
    factory.category("craft", position=1)
    factory.category("tea", parent_code="food", position=3)
    session.commit()

    def tree(one=fair):
        roots = fair_categories.tree_of(session, fair_id=one.id)
        return [(node.code, [child.code for child in node.children]) for node in roots]

    whole = [("craft", []), ("food", ["tea"])]
    assert tree() == tree(other) == whole
    session.add(FairCategory(fair_id=fair.id, category_code="food", is_whole=False))
    session.flush()
    assert (tree(), tree(other)) == ([("food", [])], whole)
    session.execute(update(FairCategory).values(is_whole=True))
    assert (tree(), tree(other)) == ([("food", ["tea"])], whole)
