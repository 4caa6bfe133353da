import io
from pathlib import Path

from babel.messages import pofile
from flask import render_template_string
from flask_babel import force_locale, refresh

from matchmaker.web.language import language

TRANSLATIONS = Path(__file__).resolve().parents[2] / "matchmaker" / "translations"


def test_a_part_of_a_page_can_be_in_another_language(app):
    with app.test_request_context("/?lang=en"):
        found = [render_template_string("{{ _('Table') }}")]
        with force_locale("vi"):
            found.append(render_template_string("{{ _('Table') }}"))
            assert language() == "vi"
        found.append(render_template_string("{{ _('Table') }}"))
        assert language() == "en"
    assert found == ["Table", "Bàn", "Table"]


def test_a_page_that_begins_in_another_language_goes_on_in_its_own(app):
    with app.test_request_context("/?lang=en"):
        with force_locale("vi"):
            assert language() == "vi"
        assert language() == "en"
        refresh()
        assert language() == "en"


def test_english_is_what_the_code_says():
    text = (TRANSLATIONS / "en/LC_MESSAGES/messages.po").read_bytes()
    catalogue = pofile.read_po(io.BytesIO(text), locale="en")
    said = [(message.id, message.string) for message in catalogue if message.id]
    assert [one for one in said if one[0] != one[1]] == []
