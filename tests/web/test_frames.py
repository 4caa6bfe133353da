"""The bars around every page: kept for all who see the same, and filled with what is the reader's own."""

from __future__ import annotations

import pytest
from flask import g, session
from markupsafe import Markup

from matchmaker.web import field_shapes
from matchmaker.web.filled import filled
from matchmaker.web.links import TOKEN, page_token

NASTY = 'Bưởi <b>%(_token)s & 100% "Năm Roi"'
KIT = ("components/account.html", "account_box")


@pytest.fixture
def page(app):
    with app.test_request_context("/?lang=en"):
        yield


def box(name, out="/out"):
    return filled(*KIT, {"name": name, "mark": Markup("<i></i>")}, (), out, ())


def test_what_is_ones_own_stands_in_the_page_escaped(page):
    assert "<i></i></summary>" in box(NASTY)
    assert ">Bưởi &lt;b&gt;%(_token)s &amp; 100% &#34;Năm Roi&#34;</p>" in box(NASTY)


def test_nothing_of_it_is_kept(page):
    first, second = box("Lan Anh"), box("Minh Trần")
    assert ("Lan Anh" in first, "Minh" in first, "Lan Anh" in second, "Minh" in second) == (True, False, False, True)
    assert {name for name in ("Lan Anh", "Minh Trần", page_token()) if name in repr(field_shapes._shapes)} == set()


def test_percent_signs_of_the_bars_themselves_stay(page):
    assert 'action="/out?a=%20b"' in box("Lan", "/out?a=%20b")


def test_two_people_on_one_page_see_their_own_names(client, factory, session):
    one, other = factory.account(name=NASTY), factory.account(name="Minh Trần")
    session.commit()
    first = client.sign_in_as(one).page("/account/security").find("div", class_="menu-box").p.text
    second = client.sign_in_as(other).page("/account/security").find("div", class_="menu-box").p.text
    assert (first, second) == (NASTY, "Minh Trần")


def test_the_other_language_leads_to_the_same_page_with_its_query(client, factory, session):
    session.commit()
    links = client.page("/sign-in?next=%2Fnotices&lang=en").find_all("a", hreflang="vi")
    assert {link["href"] for link in links} == {"/sign-in?next=%2Fnotices&lang=vi"}


def test_a_page_signs_one_token_for_all_of_its_forms(app):
    with app.test_request_context("/"):
        first = page_token()
        assert (page_token(), g.get(TOKEN)) == (first, first)
        assert session[TOKEN] not in {"", first}
