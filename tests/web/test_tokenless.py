"""Parts with forms are kept without anybody's token; the one of the page that is shown is put in."""

from flask import render_template_string
from markupsafe import escape

from matchmaker.web.links import page_token
from matchmaker.web.tokenless import PLACE, Tokenless, together

TWO_FORMS = (
    "{% from 'components/form.html' import form_token, post_button %}"
    "<i>{{ text }}</i>{{ form_token() }}{{ post_button('/go', 'Go', name=text) }}"
)


def drawn():
    return render_template_string(TWO_FORMS, text="A <b>")


def test_each_browser_gets_its_own_token_in_what_was_drawn_for_another(app):
    tokens = set()
    with app.test_request_context():
        kept = Tokenless(drawn)
        assert page_token() not in repr([kept._pieces])
        assert kept.drawn() == drawn()
        tokens.add(page_token())
    with app.test_request_context():
        found = kept.drawn()
        assert found == drawn()
        assert found.count(page_token()) == 2
        tokens.add(page_token())
    assert len(tokens) == 2
    assert PLACE not in found


def test_what_is_drawn_afterwards_has_the_token_of_the_page_again(app):
    with app.test_request_context():
        before = drawn()
        Tokenless(drawn)
        assert drawn() == before


def test_the_token_comes_back_when_drawing_fails(app):
    def fail():
        raise LookupError

    with app.test_request_context():
        before = drawn()
        try:
            Tokenless(fail)
        except LookupError:
            assert drawn() == before
        else:
            raise AssertionError


def test_several_are_put_together_with_the_same_token(app):
    with app.test_request_context():
        parts = [Tokenless(drawn), Tokenless(lambda: "<p>no form</p>"), Tokenless(drawn)]
        assert together(parts) == drawn() + "<p>no form</p>" + drawn()
        assert escape(parts[0]) == drawn()
