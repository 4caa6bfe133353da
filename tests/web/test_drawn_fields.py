"""Fields are drawn as WTForms draws them, once; what they hold is put in afterwards."""

import pytest
from flask import render_template_string
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from matchmaker.web import field_shapes
from matchmaker.web.blanks import TOKEN, mark
from matchmaker.web.choices import Choices
from matchmaker.web.fields import Form

MARKS = f"%(id0)s {{id0}} {mark('value0')} {mark(TOKEN)}"
NASTY = f"""5% <b> & 'a' "b" {MARKS}"""
LISTED = [SelectChoice("a", "A <&>"), SelectChoice('b"%', "100 %"), SelectChoice("c", "C")]
FIELD = "{% from 'components/field.html' import field, bilingual %}"


class Sample(Form):
    """One field of each kind."""

    line = StringField("Line & more", validators=[DataRequired("Write."), Length(max=9)])
    area = TextAreaField("Area")
    email = EmailField("E-mail")
    hidden = HiddenField()
    number = IntegerField("Number")
    day = DateField("Day")
    password = PasswordField("Password")
    file = FileField("File", render_kw={"accept": ".csv"})
    box = BooleanField("Box")
    one = SelectField("One", choices=LISTED, validators=[DataRequired("Choose.")])
    number_of = SelectField("Number of", choices=[SelectChoice(1, "One"), SelectChoice(2, "Two")], coerce=int)
    radio = RadioField("Radio", choices=LISTED, validators=[DataRequired("Choose.")])
    many = SelectMultipleField(
        "Many", choices=LISTED, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


SINGLE = ("line", "area", "email", "number", "day", "password", "file", "box", "one", "number_of")
NEEDED = {"WeightsForm": {"has_encoder": True}}
OF_ITS_OWN = {"_form", "meta", "label", "flags", "form", "entries", "data", "object_data"}
VALUES = [
    {},
    {"line": NASTY, "area": NASTY, "email": "a@b.c", "hidden": NASTY, "number": 5, "box": True, "one": 'b"%'},
    {"one": NASTY, "radio": "a", "many": ["a", 'b"%'], "number_of": 2, "password": "secret"},
    {"radio": 'b"%', "many": ["c", NASTY], "one": None},
]


@pytest.fixture
def page(app):
    with app.test_request_context("/?lang=en"):
        yield


def drawn(template, **values):
    return render_template_string(FIELD + template, **values)


class TestOneField:
    @pytest.mark.parametrize("name", SINGLE)
    @pytest.mark.parametrize("values", VALUES, ids=range(len(VALUES)))
    @pytest.mark.usefixtures("page")
    def test_its_control_is_the_one_of_wtforms(self, name, values):
        f = Sample(data=values)[name]
        for _again in range(2):
            assert str(f() if name == "box" else f(class_="input")) in drawn("{{ field(f) }}", f=f)

    @pytest.mark.usefixtures("page")
    def test_two_that_look_alike_keep_their_names_texts_and_values_apart(self):
        form = Sample(data={"line": "first", "email": "second"}, prefix="x-")
        found = drawn("{{ field(form.line) }}{{ field(form.email, label='Mail') }}", form=form)
        assert found == (
            '<div class="field"><label for="x-line">Line &amp; more</label>'
            '<input class="input" id="x-line" name="x-line" required type="text" value="first"></div>'
            '<div class="field"><label for="x-email">Mail</label>'
            '<input class="input" id="x-email" name="x-email" type="email" value="second"></div>'
        )

    @pytest.mark.usefixtures("page")
    def test_what_is_asked_for_stands_where_it_belongs(self):
        found = drawn(
            "{{ field(f, hint=hint, unit=unit, placeholder=hint, suggestions=['<1>', '2'], optional=true) }}",
            f=Sample().number,
            hint="5% & more",
            unit=Markup("<i>days</i>"),
        )
        assert found == (
            '<div class="field"><label for="number">Number <span class="opt">optional</span></label>'
            '<div class="affix"><input aria-describedby="number-hint" class="input" id="number" list="number-list"'
            ' name="number" placeholder="5% &amp; more" type="number" value=""><span><i>days</i></span></div>'
            '<datalist id="number-list"><option value="&lt;1&gt;"><option value="2"></datalist>'
            '<p class="hint" id="number-hint">5% &amp; more</p></div>'
        )

    @pytest.mark.usefixtures("page")
    def test_an_error_comes_and_goes_with_the_field_it_is_of(self):
        form = Sample()
        form.line.errors = [NASTY]
        wrong, right = (drawn("{{ field(f) }}", f=one.line) for one in (form, Sample()))
        assert 'aria-describedby="line-error" aria-invalid="true"' in wrong
        assert f"5% &lt;b&gt; &amp; &#39;a&#39; &#34;b&#34; {MARKS}</span></p>" in wrong
        assert "error" not in right

    @pytest.mark.usefixtures("page")
    def test_a_hidden_one_is_its_control_alone(self):
        assert drawn("{{ field(f) }}", f=Sample(data={"hidden": "<k>"}).hidden) == (
            '<input id="hidden" name="hidden" type="hidden" value="&lt;k&gt;">'
        )

    @pytest.mark.usefixtures("page")
    def test_nothing_that_somebody_wrote_is_kept(self):
        form = Sample(data=dict.fromkeys(("line", "area", "hidden", "one"), "Trần Thị Bưởi"))
        form.line.errors = ["Not Bưởi"]
        drawn(
            "{{ field(form.line, hint='of Bưởi', label='Bưởi', placeholder='Bưởi') }}"
            "{{ field(form.area, unit='Bưởi') }}{{ field(form.hidden) }}{{ field(form.one) }}"
            "{{ bilingual('Bưởi', form.area, form.line, 'vi', hint='Bưởi') }}",
            form=form,
        )
        assert "Bưởi" not in repr(field_shapes._shapes)


class TestControl:
    @pytest.mark.parametrize("values", VALUES, ids=range(len(VALUES)))
    @pytest.mark.parametrize("name", [*SINGLE, "hidden"])
    @pytest.mark.usefixtures("page")
    def test_alone_it_is_drawn_as_its_widget_draws_it(self, name, values):
        f = Sample(data=values)[name]
        given = {"class": "input <&>", "aria-label": NASTY, "disabled": True, "rows": 3}
        plain = {**given, "maxlength": False, **(f.render_kw or {})}
        for _again in range(2):
            assert str(f(class_="input <&>", aria_label=NASTY, disabled=True, rows=3)) == str(f.widget(f, **plain))
        assert NASTY[:9] not in repr(field_shapes._shapes)


class TestChoices:
    @pytest.mark.parametrize("values", VALUES, ids=range(len(VALUES)))
    @pytest.mark.parametrize("name", ["radio", "many"])
    @pytest.mark.usefixtures("page")
    def test_each_is_drawn_as_wtforms_draws_it_whether_it_is_the_same_for_everyone_or_not(self, name, values):
        for given in (Choices(LISTED), list(LISTED), [tuple(one)[:2] for one in LISTED]):
            f = Sample(data=values)[name]
            theirs = [str(option(id=False)) for option in f]
            f.choices = given
            for _again in range(2):
                found = drawn("{{ field(f) }}", f=f)
                assert [one for one in theirs if one in found] == theirs
                assert found.count("<input") == len(theirs)

    @pytest.mark.usefixtures("page")
    def test_they_stand_in_a_frame_with_its_hint_and_error(self):
        f = Sample(data={"radio": "a"}).radio
        f.choices, f.errors = LISTED[:1], ["Choose."]
        assert drawn("{{ field(f, hint='One of these', notes={'a': '<i>'}) }}", f=f) == (
            '<fieldset class="field" id="radio" tabindex="-1" aria-describedby="radio-hint radio-error">'
            '<legend>Radio</legend>\n<div class="choice"><label><input checked name="radio" required'
            ' type="radio" value="a"><span>A &lt;&amp;&gt;</span><small>&lt;i&gt;</small></label></div>'
            '<p class="hint" id="radio-hint">One of these</p><p class="err" id="radio-error">'
            + drawn("{{ icon('alert', 18) }}")
            + '<span><span class="vh">Error: </span>Choose.</span></p></fieldset>'
        )

    @pytest.mark.parametrize("look", ["choice", "chips", "outcome", "slots"])
    @pytest.mark.usefixtures("page")
    def test_icons_and_looks_are_drawn_for_the_choice_they_are_of(self, look):
        found = drawn("{{ field(f, look=look, icons={'c': 'flag'}) }}", f=Sample().radio, look=look)
        assert found.count("<svg") == (look in {"outcome", "slots"})
        assert found.count('<b class="num">') == 3 * (look == "slots")

    @pytest.mark.usefixtures("page")
    def test_those_that_a_view_changes_are_drawn_anew(self):
        first, second = Sample(), Sample()
        second.radio.choices = [*second.radio.choices, SelectChoice("d", "D")]
        assert [drawn("{{ field(f) }}", f=one.radio).count("<input") for one in (first, second, Sample())] == [3, 4, 3]


@pytest.mark.usefixtures("page")
def test_a_text_in_both_languages_stands_first_in_the_page_s():
    form = Sample(data={"line": "một", "area": "one"})
    vi, en = (
        drawn("{{ bilingual('Name', form.line, form.area, lang, hint='Both') }}", form=form, lang=lang)
        for lang in ("vi", "en")
    )
    assert vi.index('lang="vi"') < vi.index('lang="en"')
    assert en.index('lang="en"') < en.index('lang="vi"')
    assert '<textarea aria-describedby="line-both" class="input" id="area" lang="en" name="area">\r\none<' in vi
    assert '<p class="hint" id="area-both">Both</p>' in en


class TestMaking:
    @pytest.mark.usefixtures("page")
    def test_a_copy_is_what_wtforms_would_have_made(self, app):
        assert app.blueprints, "the forms are loaded with the pages"
        for kind in _below(Form):
            copied = [kind(formdata=None, **NEEDED.get(kind.__name__, {})) for _again in range(2)][1]
            made = _made_by_wtforms(kind)
            assert list(copied._fields) == list(made._fields)
            for name, ours in copied._fields.items():
                assert _all_of(ours) == _all_of(made[name]), f"{kind.__name__}.{name}"

    @pytest.mark.usefixtures("page")
    def test_what_a_view_says_of_a_field_is_of_that_form_alone(self):
        first = Sample(prefix="x-")
        first.line.label.text, first.line.flags.required, first.file.render_kw["accept"] = "Other", False, ".pdf"
        second = Sample()
        assert (second.line.label.text, second.line.flags.required) == ("Line & more", True)
        assert second.file.render_kw == {"accept": ".csv"}
        assert (first.line.id, first.line.label.field_id, second.line.id) == ("x-line", "x-line", "line")

    def test_a_form_that_is_sent_still_looks_at_its_token(self, app):
        app.config["WTF_CSRF_ENABLED"] = True
        with app.test_request_context("/", method="POST", data={"line": "x"}):
            form = Sample()
            assert not form.validate()
            assert "csrf_token" in form.errors


def _below(form):
    for one in form.__subclasses__():
        if one.__module__.startswith("matchmaker."):
            yield one
            yield from _below(one)


def _made_by_wtforms(kind):
    """The same form, made as if there were no other before it."""
    for _name, unbound in kind._unbound_fields or []:
        vars(unbound).pop("mould", None)
    return kind(formdata=None, **NEEDED.get(kind.__name__, {}))


def _all_of(f):
    said = {name: value for name, value in vars(f).items() if name not in OF_ITS_OWN}
    said["_choices"] = [tuple(map(str, one)) for one in said.get("_choices") or ()]
    said["validators"] = [(type(one), vars(one).keys()) for one in said["validators"]]
    return said | vars(f.label) | {"flags": vars(f.flags), "kind": type(f), "number": len(getattr(f, "entries", ()))}
