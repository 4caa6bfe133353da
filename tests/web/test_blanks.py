"""HTML that is kept with blanks for what belongs to one browser or names a person."""

import pytest
from flask import g, session

from matchmaker.web.blanks import Marks
from matchmaker.web.links import page_token


@pytest.fixture
def page(app):
    with app.test_request_context():
        session["csrf_token"] = "one browser"
        yield


def other_browser():
    session["csrf_token"] = "another browser"
    for name in ("csrf_of_page", "csrf_token"):
        g.pop(name, None)
    return page_token()


def test_what_is_kept_holds_neither_the_token_it_was_drawn_with_nor_a_mark(page):
    marks, token = Marks(), page_token()
    who = marks.of("who")
    blanks = marks.cut(lambda: f'<input value="{page_token()}"> <b>{who}</b> <input value="{page_token()}">')
    assert page_token() == token
    assert blanks.pieces == ('<input value="', '"> <b>', '</b> <input value="', '">')
    other = other_browser()
    assert other != token
    assert blanks.filled({"who": "An"}) == f'<input value="{other}"> <b>An</b> <input value="{other}">'


def test_a_value_is_escaped_and_makes_no_blank_of_its_own(page):
    marks = Marks()
    who = marks.of("who")
    blanks = marks.cut(lambda: f"<b>{who}</b>")
    assert blanks.filled({"who": "<i>An & Bo</i>"}) == "<b>&lt;i&gt;An &amp; Bo&lt;/i&gt;</b>"
    assert blanks.filled({"who": page_token()}) == f"<b>{page_token()}</b>"


def test_html_without_a_mark_is_one_piece(page):
    assert Marks().cut(lambda: "<p>100 %</p>").filled({}) == "<p>100 %</p>"
