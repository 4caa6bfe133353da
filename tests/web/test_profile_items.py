"""Step two of the profile: offers and needs, one at a time."""

import uuid

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from matchmaker.domain.fairs import ParticipationStatus
from matchmaker.models import FairCategory, Job, Need, Offer, Participation, RemovedItem

LIST = "/fairs/spring/profile/items"
NEW = f"{LIST}/new/offer"


@pytest.fixture
def fair(factory):
    factory.category("food-coffee-tea-herbs", name_vi="Cà phê, chè", name_en="Coffee and tea")
    factory.category("textiles", name_vi="Dệt may", name_en="Textiles")
    return factory.fair(slug="spring")


@pytest.fixture
def mine(fair, factory, session, client):
    """The participation of a signed-in exhibitor."""
    one = factory.participant(fair, name="Cà phê Đất Đỏ")
    account, key = one.account.id, one.id
    session.commit()
    client.sign_in_as(account)
    return key


def offers(session, key):
    session.rollback()
    rows = session.scalars(select(Offer).where(Offer.participation_id == key).order_by(Offer.position))
    return [(row.text_vi, row.text_en) for row in rows]


def add(client, text, **more):
    return client.submit(NEW, text_en=text, **more)


def test_an_item_with_all_it_can_say_is_kept(client, session, mine):
    answer = client.submit(
        NEW,
        text_vi="Cà phê Robusta rang",
        text_en="Roasted Robusta",
        category="food-coffee-tea-herbs",
        quantity="12 nghìn",
        unit="kg",
        moq="1,5",
        price_band="4–5 USD",
        lead_time_days="30",
        incoterm="FOB",
        stage="manufacture",
        certificates="HACCP",
        more_certificates="ISO 9001:2015, Rainforest Alliance",
        markets="JP",
        more_markets="Ba Lan, Italy",
        is_recycled="y",
    )
    assert answer.status_code == 302
    session.rollback()
    row = session.scalars(select(Offer)).one()
    assert (row.text_vi, row.text_en, row.category_code) == (
        "Cà phê Robusta rang",
        "Roasted Robusta",
        "food-coffee-tea-herbs",
    )
    assert (int(row.quantity), row.unit, float(row.moq), row.lead_time_days) == (12000, "kg", 1.5, 30)
    assert (row.incoterm, row.price_band, row.stage) == ("FOB", "4–5 USD", "manufacture")
    assert (row.certificates, row.markets) == (["HACCP", "ISO9001", "RAINFORESTALLIANCE"], ["JP", "PL", "IT"])
    assert (row.is_by_product, row.is_recycled, row.is_renewable) == (False, True, False)


def test_a_text_that_is_too_long_is_never_cut_but_refused_and_kept_whole(client, session, mine):
    page = client.page(f"{NEW}?lang=en")
    assert page.select("main [maxlength]") == []
    answer = client.submit(f"{NEW}?lang=en", text_vi="trà " * 200, unit="kg")
    tree = client.tree(answer)
    assert (answer.status_code, tree.find(id="text_vi").get_text().strip()) == (422, ("trà " * 200).strip())
    assert "Write at most 500 characters." in tree.find(id="text_vi-error").get_text()
    assert tree.find(id="unit")["value"] == "kg"


def test_one_language_is_enough_and_no_category_is_chosen_for_anyone(client, session, mine):
    assert add(client, "Roasted Robusta coffee").status_code == 302
    session.rollback()
    row = session.scalars(select(Offer)).one()
    assert (row.text_vi, row.text_en, row.category_code) == (None, "Roasted Robusta coffee", None)


def test_the_categories_that_fit_are_offered_while_nothing_is_saved(client, session, mine):
    page = client.submit(NEW, text_vi="ca phe rang xay", suggest="1")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "Coffee and tea" in text or "Cà phê, chè" in text
    assert 'value="food-coffee-tea-herbs"' in text
    assert "ca phe rang xay" in text
    assert "checked" not in text.split('value="food-coffee-tea-herbs"')[1].split(">")[0]
    assert offers(session, mine) == []


def test_a_fairs_own_categories_are_suggested_and_those_it_left_out_are_not(client, session, factory, fair, mine):
    factory.category("lacquer", fair_id=fair.id, name_vi="Sơn mài", name_en="Lacquerware")
    for code in ("lacquer", "textiles"):
        factory.add(FairCategory(fair_id=fair.id, category_code=code, is_whole=False))
    session.commit()

    def offered(text):
        page = client.submit(NEW, text_vi=text, suggest="1").get_data(as_text=True)
        boxes = BeautifulSoup(page, "html.parser").select("input[name=category]")
        return {box["value"] for box in boxes} - {"", "other"}

    assert offered("Tranh sơn mài khảm trứng") == {"lacquer"}
    assert offered("ca phe rang xay") == set()


def test_a_category_that_is_not_in_the_tree_is_refused_beside_its_field(client, session, mine):
    answer = client.submit(NEW, text_en="Coffee", category="made-up")
    assert answer.status_code == 422
    assert 'id="category-error"' in answer.get_data(as_text=True)
    assert offers(session, mine) == []


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("text_en", ""),
        ("text_en", "\u200b\u200b"),
        ("text_en", "x" * 501),
        ("quantity", "0"),
        ("quantity", "-3"),
        ("quantity", "1.000"),
        ("quantity", "9" * 20),
        ("quantity", "NaN"),
        ("quantity", "1e9"),
        ("quantity", "0.125"),
        ("unit", "u" * 81),
        ("price_band", "p" * 81),
        ("lead_time_days", "0"),
        ("lead_time_days", "9" * 30),
        ("lead_time_days", "soon"),
        ("incoterm", "XXX"),
        ("stage", "moon"),
        ("certificates", "made-up"),
        ("markets", "ZZ"),
        ("more_markets", "Atlantis"),
        ("more_certificates", "c" * 601),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field_and_nothing_typed_is_lost(client, session, mine, field, typed):
    answer = client.submit(NEW, **{"text_en": "Cashew nuts", "text_vi": "", "unit": "bags", field: typed})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    at = "text_vi" if field == "text_en" and not typed.strip("\u200b") else field
    assert f'id="{at}-error"' in page
    assert f'href="#{at}"' in page
    assert field == "unit" or 'value="bags"' in page
    assert offers(session, mine) == []


def test_the_same_form_sent_twice_adds_one_item(client, session, mine):
    page = client.page(NEW)
    fields = {"item_id": page.find("input", {"name": "item_id"})["value"], "text_en": "Cashew nuts"}
    fields["csrf_token"] = page.find("input", {"name": "csrf_token"})["value"]
    assert [client.post(NEW, data=fields).status_code for _ in range(3)] == [302, 302, 302]
    assert offers(session, mine) == [(None, "Cashew nuts")]


def test_an_item_of_another_company_can_not_be_taken_over(client, session, factory, fair, mine):
    other = factory.participant(fair)
    theirs = factory.offer(other, "Their tea").id
    session.commit()
    for address in (f"{LIST}/{theirs}", f"{LIST}/{uuid.uuid4()}"):
        assert client.get(address).status_code == 404
        for action in ("", "/remove", "/restore", "/move/up"):
            assert client.post_token(f"{address}{action}", text_en="mine now").status_code == 404
    assert client.submit(NEW, item_id=str(theirs), text_en="My tea").status_code == 302
    assert offers(session, mine) == [(None, "My tea")]
    assert offers(session, other.id) == [(None, "Their tea")]


def test_items_are_moved_removed_and_put_back(client, session, mine):
    for text in ("One", "Two", "Three"):
        add(client, text)
    session.rollback()
    keys = {row.text_en: row.id for row in session.scalars(select(Offer))}
    session.rollback()
    client.submit(LIST, action=f"{keys['Three']}/move/up")
    assert [text for _, text in offers(session, mine)] == ["One", "Three", "Two"]
    client.post_token(f"{LIST}/{keys['One']}/move/up")
    assert [text for _, text in offers(session, mine)] == ["One", "Three", "Two"]
    client.submit(LIST, action=f"{keys['Three']}/remove")
    assert [text for _, text in offers(session, mine)] == ["One", "Two"]
    client.submit(LIST, action=f"{keys['Three']}/restore")
    assert [text for _, text in offers(session, mine)] == ["One", "Three", "Two"]
    assert session.scalars(select(RemovedItem)).all() == []


def test_an_imported_item_is_marked_until_its_company_saves_it(client, session, factory, mine):
    one = factory.offer(session.get(Participation, mine), None, text_vi="Khay tre", is_imported=True).id
    session.commit()
    assert "To check" in client.page(f"{LIST}?lang=en").get_text()
    client.submit(f"{LIST}/{one}", text_vi="Khay tre ép")
    assert "To check" not in client.page(f"{LIST}?lang=en").get_text()
    assert offers(session, mine) == [("Khay tre ép", None)]


def test_a_change_asks_for_this_company_to_be_matched_again(client, session, mine):
    add(client, "Cashew nuts")
    session.rollback()
    jobs = session.scalars(select(Job)).all()
    assert [(job.kind, job.facts["participation_id"]) for job in jobs] == [("rematch_company", str(mine))]


def test_a_buyer_writes_needs_first_and_what_belongs_to_offers_is_not_asked(client, session, factory, fair):
    buyer = factory.participant(fair, role="buyer")
    account = buyer.account.id
    session.commit()
    client.sign_in_as(account)
    headings = [tag.get_text() for tag in client.page(f"{LIST}?lang=en").find_all("h2")]
    assert headings[:2] == ["What you look for", "What you offer"]
    assert client.page(f"{LIST}/new/need").find(attrs={"name": "moq"}) is None
    assert client.submit(f"{LIST}/new/need", text_en="Green tea").status_code == 302
    session.rollback()
    assert session.scalars(select(Need.text_en)).all() == ["Green tea"]


def test_who_waits_to_be_let_in_fills_in_the_profile_and_is_matched(client, session, mine):
    session.get(Participation, mine).status = ParticipationStatus.PENDING
    session.commit()
    assert add(client, "Cashew nuts").status_code == 302
    assert [client.get(f"/fairs/spring/{page}").status_code for page in ("suggestions", "agenda")] == [200, 403]
    session.rollback()
    assert session.scalars(select(Job.kind)).all() == ["rematch_company"]


def test_a_category_of_another_fair_can_not_be_chosen(client, session, factory, fair, mine):
    factory.category("own-of-this", fair_id=fair.id, name_en="Pomelo of this fair")
    factory.category("own-of-other", fair_id=factory.fair().id, name_en="Pomelo of another")
    session.commit()
    offered = {option["value"] for option in client.page(NEW).find(id="other_category").find_all("option")}
    assert ("own-of-this" in offered, "own-of-other" in offered) == (True, False)
    fields = {"text_en": "Pomelo", "category": "other"}
    assert client.submit(NEW, **fields, other_category="own-of-other").status_code == 422
    assert client.submit(NEW, **fields, other_category="own-of-this").status_code == 302
    session.rollback()
    assert session.scalars(select(Offer.category_code)).all() == ["own-of-this"]


def test_a_certificate_an_item_has_keeps_its_name(client, session, mine):
    add(client, "Coffee", certificates="ISO9001", more_certificates="Rainforest Alliance")
    session.rollback()
    key = session.scalars(select(Offer.id)).one()
    boxes = client.page(f"{LIST}/{key}").find_all("input", {"name": "certificates", "checked": True})
    assert [box.parent.get_text(strip=True) for box in boxes] == ["ISO 9001", "RAINFORESTALLIANCE"]


def test_a_flood_of_text_is_refused_and_nothing_is_guessed_from_more_than_may_be_said(client, session, mine):
    for fields in ({"suggest": "1"}, {}):
        answer = client.submit(NEW, text_en="coffee " * 60_000, **fields)
        assert answer.status_code == (200 if fields else 422)
    assert offers(session, mine) == []


def test_no_column_beyond_the_form_can_be_written(client, session, mine):
    forged = {"position": "99", "is_imported": "y", "participation_id": str(uuid.uuid4()), "id": str(uuid.uuid4())}
    token = client.page(NEW).find("input", {"name": "csrf_token"})["value"]
    assert client.post(NEW, data={"csrf_token": token, "text_en": "Tea", **forged}).status_code == 302
    session.rollback()
    row = session.scalars(select(Offer)).one()
    assert (row.participation_id, row.position, row.is_imported, str(row.id) != forged["id"]) == (mine, 1, False, True)


def test_nobody_adds_items_without_end(client, session, factory, mine):
    row = session.get(Participation, mine)
    for number in range(30):
        factory.offer(row, f"Item {number}")
    session.commit()
    assert add(client, "One too many").status_code == 422
    assert len(offers(session, mine)) == 30
