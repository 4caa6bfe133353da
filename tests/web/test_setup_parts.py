"""What pages of the set-up keep of their drawing is what the fair and the page's language say now."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from matchmaker import clock
from matchmaker.domain.fairs import StaffRole
from matchmaker.models import Category, Fair, FairStaff, MeetingTable, Participation
from tests.factories import OPENING

OF_SPRING = MeetingTable.fair_id.in_(select(Fair.id).where(Fair.slug == "spring"))


@pytest.fixture(autouse=True)
def before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: OPENING - timedelta(days=5))


@pytest.fixture
def desk(client, session, factory):
    """The set-up pages of two fairs alike, for one who organizes both."""
    fairs = [factory.fair(slug=slug) for slug in ("spring", "autumn")]
    organizer = factory.account()
    for fair in fairs:
        factory.add(FairStaff(fair_id=fair.id, account_id=organizer.id, role=StaffRole.ORGANIZER))
        factory.tables(fair, 2)
    factory.category("food", name_vi="Thực phẩm", name_en="Food")
    session.commit()
    client.sign_in_as(organizer.id)
    session.rollback()

    def texts(page, selector, lang="en", slug="spring"):
        found = client.page(f"/fairs/{slug}/organizer/setup{page}?lang={lang}")
        return [" ".join(one.get_text(" ").split()) for one in found.select(f"main {selector}")]

    return texts


def change(session, statement):
    session.execute(statement)
    session.commit()


def test_the_steps_count_what_there_is_and_lead_to_their_own_fair(desk, session, client):
    assert "2 open tables" in desk("", ".num")
    assert desk("", ".rows b", "vi") != desk("", ".rows b", "en")
    change(session, update(MeetingTable).where(MeetingTable.code == "A01", OF_SPRING).values(is_closed=True))
    assert "1 open table" in desk("", ".num")
    for slug in ("spring", "autumn"):
        links = client.page(f"/fairs/{slug}/organizer/setup").select("main .rows a")
        assert {link["href"].split("/")[2] for link in links} == {slug}


def test_the_phases_say_where_the_fair_stands_and_lead_to_their_own(desk, session, client):
    change(session, update(Fair).where(Fair.slug == "spring").values(phase="preferences"))
    assert desk("/phases", "li[aria-current] b", "en") == ["Preferences"]
    assert desk("/phases", "li[aria-current] b", "vi") == ["Nguyện vọng"]
    change(session, update(Fair).where(Fair.slug == "spring").values(phase="final"))
    assert desk("/phases", "li[aria-current] b") == ["Final schedule"]
    for slug in ("spring", "autumn"):
        links = client.page(f"/fairs/{slug}/organizer/setup/phases").select("main li a")
        assert {link["href"].split("/")[2] for link in links} == {slug}


def test_the_mode_that_stands_is_marked(desk, session):
    before = desk("/mode", "li:has(.tag) b")
    change(session, update(Fair).where(Fair.slug == "spring").values(acceptance="automatic", time_choice="pair"))
    assert desk("/mode", "li:has(.tag) b") == ["The fair, at once · The two companies"] != before
    assert desk("/mode", "li:has(.tag) b", slug="autumn") == before


def test_the_tree_is_that_of_the_language_and_of_now(desk, session):
    assert (desk("/categories", "summary b"), desk("/categories", "summary b", "vi")) == (["Food"], ["Thực phẩm"])
    change(session, update(Category).values(name_en="Meals"))
    assert (desk("/categories", "summary b"), desk("/categories", "summary b", "vi")) == (["Meals"], ["Thực phẩm"])


def test_halls_and_booths_are_counted_anew_when_they_change(desk, session, factory):
    in_use, booths = "section .soft.grow", "form[aria-labelledby=booths] p"
    assert (desk("/places", in_use), desk("/places", booths)) == (["2 tables in use"], [])
    seller = factory.participant(session.scalars(select(Fair).where(Fair.slug == "spring")).one())
    session.commit()
    change(session, update(MeetingTable).where(MeetingTable.code == "A02", OF_SPRING).values(is_closed=True))
    change(session, update(Participation).where(Participation.id == seller.id).values(booth="H7"))
    assert desk("/places", in_use) == ["1 table in use"]
    assert desk("/places", booths) == ["1 exhibitor has a booth number. Its meetings take place there first."]
    assert (desk("/places", in_use, slug="autumn"), desk("/places", booths, slug="autumn")) == (["2 tables in use"], [])
