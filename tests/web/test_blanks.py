"""What is kept has blanks for what belongs to one browser, names a person or was written: the page shown fills them."""

import pytest
from flask import g, render_template_string, session
from markupsafe import Markup, escape

from matchmaker.web.blanks import MARK, TOKEN, Blanks, Tokenless, mark, together
from matchmaker.web.links import page_token

TWO_FORMS = (
    "{% from 'components/form.html' import form_token, post_button %}"
    "<i>{{ text }}</i>{{ form_token() }}{{ post_button('/go', 'Go', name=text) }}"
)


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


def drawn():
    return render_template_string(TWO_FORMS, text="A <b>")


def fail():
    raise LookupError


class TestBlanks:
    def test_what_is_kept_holds_neither_the_token_it_was_drawn_with_nor_a_mark(self, page):
        token = page_token()
        blanks = Blanks.of(lambda: f'<i value="{page_token()}"> <b>{mark("who")}</b> <i value="{page_token()}">')
        assert page_token() == token
        assert blanks == Blanks(('<i value="', '"> <b>', '</b> <i value="', '">'), (TOKEN, "who", TOKEN))
        other = other_browser()
        assert other != token
        assert blanks.filled({"who": "An"}) == f'<i value="{other}"> <b>An</b> <i value="{other}">'

    @pytest.mark.parametrize("kind", [Blanks, Tokenless])
    def test_all_that_is_kept_can_be_looked_at(self, page, kind):
        """Other tests look for what must not be kept in what is said of it here."""
        assert "Trần Thị Bưởi" in repr([kind.of(lambda: "<b>Trần Thị Bưởi</b>")])

    def test_a_value_is_escaped_and_makes_no_blank_of_its_own(self, page):
        blanks = Blanks.of(lambda: f"<b>{mark('who')}</b>")
        assert blanks.filled({"who": "<i>An & Bo</i>"}) == "<b>&lt;i&gt;An &amp; Bo&lt;/i&gt;</b>"
        for text in (page_token(), mark("who"), mark(TOKEN), f"%({TOKEN})s", "%(who)s {who} {{ who }} 100 %"):
            assert blanks.filled({"who": text}) == f"<b>{text}</b>"

    def test_what_is_html_already_is_put_in_as_it_is(self, page):
        blanks = Blanks.of(lambda: f"<b>{mark('who')}</b>")
        assert blanks.filled({"who": Markup("<i>An</i>")}) == blanks.joined({"who": "<i>An</i>"}) == "<b><i>An</i></b>"

    def test_html_without_a_mark_is_one_piece(self, page):
        for text in ("<p>100 %</p>", "%(who)s {who} %%", MARK, f"{MARK}-two words-{MARK}", ""):
            assert Blanks.of(lambda text=text: text) == Blanks((text,), ())
            assert Blanks.of(lambda text=text: text).filled({}) == text

    def test_marks_that_touch_are_kept_apart(self, page):
        blanks = Blanks.of(lambda: mark("a") + mark("b") + mark("a"))
        assert blanks.filled({"a": "1", "b": "2"}) == "121"

    def test_a_blank_that_nothing_is_known_of_is_not_shown(self, page):
        with pytest.raises(KeyError):
            Blanks.of(lambda: mark("who")).filled({})

    def test_one_that_is_filled_while_another_is_drawn_leaves_that_ones_marks(self, page):
        inner = Blanks.of(lambda: f"<i>{mark('who')}</i>{page_token()}")
        outer = Blanks.of(lambda: f"<b>{inner.filled({'who': mark('who')})}</b>")
        assert outer == Blanks(("<b><i>", "</i>", "</b>"), ("who", TOKEN))

    def test_the_token_comes_back_when_drawing_fails(self, page):
        before = drawn()
        with pytest.raises(LookupError):
            Blanks.of(fail)
        assert drawn() == before


class TestTokenless:
    def test_each_browser_gets_its_own_token_in_what_was_drawn_for_another(self, app):
        tokens = set()
        with app.test_request_context():
            kept = Tokenless.of(drawn)
            assert page_token() not in repr(kept)
            assert together([kept]) == drawn()
            tokens.add(page_token())
        with app.test_request_context():
            found = together([kept])
            assert found == drawn()
            assert found.count(page_token()) == 2
            tokens.add(page_token())
        assert len(tokens) == 2
        assert MARK not in found

    def test_what_is_drawn_afterwards_has_the_token_of_the_page_again(self, page):
        before = drawn()
        Tokenless.of(drawn)
        assert drawn() == before

    def test_several_are_put_together_with_the_same_token(self, page):
        parts = [Tokenless.of(drawn), Tokenless.of(lambda: "<p>no form</p>"), Tokenless.of(drawn)]
        assert together(parts) == drawn() + "<p>no form</p>" + drawn()
        assert escape(parts[0]) == drawn()

    def test_it_can_stand_in_another(self, page):
        inner = Tokenless.of(drawn)
        assert Tokenless.of(lambda: together([inner])) == inner

    def test_a_blank_for_anything_else_is_refused(self, page):
        with pytest.raises(ValueError, match="more than the token: who"):
            Tokenless.of(lambda: f"{page_token()}{mark('who')}")
