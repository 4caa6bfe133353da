from flask import render_template_string
from flask_babel import force_locale

from matchmaker.web.language import language


def test_a_part_of_a_page_can_be_in_another_language(app):
    with app.test_request_context("/?lang=en"):
        found = [render_template_string("{{ _('Table') }}")]
        with force_locale("vi"):
            found.append(render_template_string("{{ _('Table') }}"))
            assert language() == "vi"
        found.append(render_template_string("{{ _('Table') }}"))
        assert language() == "en"
    assert found == ["Table", "Bàn", "Table"]
