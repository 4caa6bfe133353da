import os
import uuid

import pytest
from flask import g, render_template_string, url_for
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from jinja2 import FileSystemLoader, Undefined, pass_context
from markupsafe import Markup, escape

from matchmaker.domain.fairs import Role
from matchmaker.web.fragments import fragment
from matchmaker.web.icons import icon
from matchmaker.web.marks import mark


class Lt(str):
    """A text of another kind."""

    __slots__ = ()


class TestTexts:
    def test_a_value_is_escaped_and_the_text_is_not(self, app):
        with app.test_request_context("/?lang=en"):
            drawn = render_template_string("{{ _('Now: %(phase)s', phase=phase) }}", phase="<b>")
        assert drawn == "Now: &lt;b&gt;"

    def test_a_macro_speaks_the_language_it_is_called_in(self, app):
        with app.test_request_context("/?lang=en"):
            write = app.jinja_env.from_string("{% macro say() %}{{ _('Table') }}{% endmacro %}").module.say
            found = [write()]
            with force_locale("vi"):
                found.append(write())
            found.append(write())
        assert found == ["Table", "Bàn", "Table"]

    def test_a_sign_of_percent_is_written_twice_with_values_and_without(self, app):
        with app.test_request_context("/?lang=en"):
            drawn = render_template_string("{{ _('100%%') }} {{ _('%(n)s%%', n=5) }}")
        assert drawn == "100% 5%"

    def test_a_text_that_a_value_names_is_looked_up_too(self, app):
        with app.test_request_context("/?lang=vi"):
            assert render_template_string("{{ _(name) }}", name="Table") == "Bàn"


class TestValues:
    @pytest.mark.parametrize(
        "value",
        ["<b> & 'c' \"d\"", Markup("<b>"), 7, None, Undefined(name="x"), Role.BUYER, _l("Table"), Lt("a<b")],
        ids=repr,
    )
    def test_one_is_written_as_it_is_escaped(self, app, value):
        with app.test_request_context("/?lang=en"):
            drawn = render_template_string("{{ value }}|{% set kept %}{{ value }}{% endset %}{{ kept }}", value=value)
            assert drawn == f"{escape(value)}|{escape(value)}"

    def test_a_text_that_no_page_escapes_stays(self, app):
        with app.test_request_context():
            drawn = render_template_string("{% autoescape false %}{{ value }}{% endautoescape %}", value="<b>")
        assert drawn == "<b>"


class TestCalls:
    MACROS = """{% macro one(a, b='<') %}[{{ a }}{{ b }}]{% endmacro %}
{%- macro around(a) %}({{ a }}{{ caller() }}){% endmacro %}
{%- macro maybe(a, b='-') %}({{ a }}{{ b }}{{ caller() if caller else '?' }}){% endmacro %}
{%- macro rest(a) %}{{ a }}{{ varargs|join }}{{ kwargs.b }}{% endmacro %}"""

    @pytest.mark.parametrize(
        ("called", "drawn"),
        [
            ("{{ one('<') }}", "[&lt;&lt;]"),
            ("{{ one('<', 'c') }}", "[&lt;c]"),
            ("{{ one(b='c', a=1) }}", "[1c]"),
            ("{{ one(one(1, 2), '') }}", "[[12]]"),
            ("{% call around(1) %}<i>{% endcall %}", "(1<i>)"),
            ("{{ maybe(1) }}{{ maybe(1, b='<') }}", "(1-?)(1&lt;?)"),
            ("{% call maybe(1, b=2) %}<i>{% endcall %}", "(12<i>)"),
            ("{{ rest(1, 2, 3, b=4) }}", "1234"),
            ("{{ one(loop_less(), '') }}", "[<]"),
            ("{% for x in [1, 2] %}{{ one(x, loop.index) }}{% endfor %}", "[11][22]"),
        ],
    )
    def test_macros_and_functions_get_what_they_are_given(self, app, called, drawn):
        with app.test_request_context():
            found = render_template_string(self.MACROS + called, loop_less=lambda: Markup("<"))
        assert found == drawn

    def test_a_function_gets_the_context_it_asks_for(self, app):
        asks = pass_context(lambda context, name: context[name])
        with app.test_request_context():
            assert render_template_string("{{ asks('value') }}", asks=asks, value="<") == "&lt;"

    def test_one_argument_too_many_is_refused(self, app):
        with app.test_request_context(), pytest.raises(TypeError, match="not more than 2"):
            render_template_string(self.MACROS + "{{ one(1, 2, 3) }}")

    @pytest.mark.parametrize("called", ["one(1, c=2)", "one(1, a=2)", "maybe(1, c=2)"])
    def test_a_name_that_a_macro_does_not_know_is_refused(self, app, called):
        with app.test_request_context(), pytest.raises(TypeError, match="no keyword argument"):
            render_template_string(self.MACROS + "{{ " + called + " }}")


class TestTemplates:
    def test_one_is_at_hand_once_it_was_read(self, app):
        first = app.jinja_env.get_template("base.html")
        assert app.jinja_env.get_template("base.html", "frames/solo.html") is first

    def test_one_whose_file_changes_is_read_again_where_that_is_asked_for(self, app, tmp_path):
        (tmp_path / "one.html").write_text("old")
        read = app.jinja_env.overlay(loader=FileSystemLoader(tmp_path), auto_reload=True)
        found = [read.get_template("one.html").render()]
        (tmp_path / "one.html").write_text("new")
        os.utime(tmp_path / "one.html", (1, 1))
        assert [*found, read.get_template("one.html").render()] == ["old", "new"]


class TestIcons:
    def test_one_with_a_label_is_read_and_its_label_escaped(self, app):
        with app.test_request_context():
            drawn = [icon("check", 18, "on", label) for label in ("A&B", Markup("A&amp;B"))]
            assert (
                drawn
                == [
                    Markup('<svg class="on" width="18" height="18" role="img" aria-label="A&amp;B">')
                    + icon("check").partition(">")[2]
                ]
                * 2
            )

    def test_one_without_is_hidden(self, app):
        with app.test_request_context():
            assert icon("check").startswith('<svg width="20" height="20" aria-hidden="true"><use href="/static/')
            assert icon("check").endswith('#check"/></svg>')

    def test_templates_draw_the_same_from_a_constant_and_a_value(self, app):
        with app.test_request_context():
            drawn = render_template_string("{{ icon('check', 16) }}|{{ icon(name, 16) }}", name="check")
            assert drawn.split("|") == [icon("check", 16)] * 2


class TestFragments:
    def test_one_speaks_the_language_it_is_asked_in(self, app):
        found = []
        with app.test_request_context("/?lang=en"):
            found.append(str(fragment("account", "messages_link", 0)))
            with force_locale("vi"):
                found.append(str(fragment("account", "messages_link", 0)))
        assert ["Notices" in found[0], "Thông báo" in found[1]] == [True, True]

    def test_a_text_is_escaped_though_the_same_was_given_as_html(self, app):
        with app.test_request_context():
            drawn = [fragment("brand", "brand_link", "/", name) for name in (Markup("<b>"), "<b>")]
        assert ["<b>" in one for one in drawn] == [True, False]


class TestMarks:
    @pytest.mark.parametrize(
        ("name", "letters"),
        [
            ("Công ty TNHH Cà phê Đất Đỏ", "CP"),
            ("Hộ kinh doanh Mây Tre", "MT"),
            ("Nordhavn-Import ApS", "NI"),
            ("The Co.", "TH"),
            ("Ô", "Ô"),
            ("<i> &", "&lt;"),
        ],
    )
    def test_words_of_the_legal_form_give_no_initial(self, name, letters):
        assert f">{letters}</span>" in mark(name)

    def test_a_number_chooses_the_tint_and_else_the_length_of_the_name(self):
        tints = [mark(name, key)[: len('<span class="mark mark-0')][-1] for name, key in (("Kaze", 8), ("Kaze", "k"))]
        assert tints == ["3", "4"]


class TestAddresses:
    def test_one_that_a_view_asks_for_is_built_once(self, app):
        with app.test_request_context():
            before = app._built.cache_info().hits
            assert [url_for("accounts.sign_in", next="/kept") for _ in range(3)] == ["/sign-in?next=/kept"] * 3
            assert app._built.cache_info().hits == before + 2

    def test_one_with_a_place_in_its_page_is_kept_apart(self, app):
        with app.test_request_context():
            built = [url_for("pages.home", _anchor=place) for place in (None, "a", "b", None)]
        assert built == ["/", "/#a", "/#b", "/"]

    def test_values_that_are_equal_and_read_differently_are_kept_apart(self, app):
        key = uuid.UUID(int=7)
        with app.test_request_context():
            built = [url_for("pages.home", page=page) for page in (1, True, "1", 1.0, key, "a b")]
        assert built == ["/?page=1", "/?page=True", "/?page=1", "/?page=1.0", f"/?page={key}", "/?page=a+b"]

    def test_a_site_below_a_path_has_its_own(self, app):
        for root in ("", "/fair", ""):
            with app.test_request_context(base_url=f"http://localhost{root}"):
                assert url_for("accounts.sign_in") == f"{root}/sign-in"

    def test_one_for_a_mail_names_the_host(self, app):
        with app.test_request_context():
            built = [url_for("pages.home"), url_for("pages.home", _external=True)]
        assert built == ["/", "http://localhost/"]

    def test_what_a_kept_version_adds_is_not_kept(self, app):
        with app.test_request_context():
            found = []
            for version in (None, 3):
                g.report_version = version
                found.append(url_for("reports.report", slug="a"))
        assert found[1] == f"{found[0]}?version=3"
