"""Cards are drawn once for their settings and for which texts are empty; texts and tokens are put in afterwards."""

import pytest

from matchmaker.web import field_shapes
from matchmaker.web.blanks import TOKEN, mark
from matchmaker.web.filled import filled
from matchmaker.web.fragments import drawn_by
from matchmaker.web.links import page_token

PARTS = "companies/decision_parts.html"
TEXTS = ("choose_url", "verify_url", "end_url", "terms_url", "act_url", "key", "name", "words", "decisions")
TEXTS += ("verified", "certificates")
NASTY = f"""5% <b> & 'a' "b" %(name)s {{name}} {mark("name")} {mark(TOKEN)}"""
SETTINGS = [("approved", "jade", True), ("pending", "nghe", False), ("held", "nghe", True)]


def texts_of(said):
    return {name: f"{said} {name}" if said else "" for name in TEXTS}


@pytest.mark.parametrize("said", ["", NASTY, "Trần Thị Bưởi"])
@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_they_look_as_their_macro_draws_them_for_every_browser(app, lang, settings, said):
    texts, tokens = texts_of(said), set()
    for _browser in range(2):
        with app.test_request_context(f"/?lang={lang}"):
            theirs = drawn_by(PARTS, "cards", *texts.values(), *settings)
            found = filled(PARTS, "cards", texts, *settings)
            assert found == theirs
            assert found.count(page_token()) == found.count("<form") > 0
            tokens.add(page_token())
    assert len(tokens) == 2
    with app.test_request_context():  # What is kept holds texts that are looked up when they are shown.
        kept = repr(field_shapes._shapes)
    assert not [text for text in ("Bưởi", *tokens) if text in kept]


def test_a_text_that_is_empty_is_drawn_as_the_macro_draws_none(app):
    with app.test_request_context("/?lang=en"):
        some, none = (
            filled(PARTS, "cards", texts_of("x") | {"decisions": decisions}, *SETTINGS[0]) for decisions in ("y", "")
        )
    assert "What was decided" in some
    assert "What was decided" not in none
