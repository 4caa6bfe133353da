import pytest
from markupsafe import Markup
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import Select, html_params

from matchmaker.web.choices import Choices
from matchmaker.web.controls import QuickSelect, attributes


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"class_": "input", "id": "name", "required": True, "disabled": False},
        {"value": """<a href="x">'&'</a>""", "data_swap": "a_b", "aria_label": Markup('A&amp;"B"')},
        {"value": None, "rows": 3},
    ],
)
def test_attributes_are_those_of_wtforms(given):
    assert attributes(**given) == html_params(**given)


class Forms:
    """The same list of choices, drawn by WTForms and by us."""

    def __init__(self, *choices, **options):
        listed = [SelectChoice(*choice[:2], optgroup=(*choice, None)[2]) for choice in choices]

        class Both(Form):
            ours = SelectField(choices=listed, widget=QuickSelect(), id="one", name="one", **options)
            theirs = SelectField(choices=listed, widget=Select(), id="one", name="one", **options)

        self.form = Both

    def drawn(self, chosen, **given):
        form = self.form(data={"ours": chosen, "theirs": chosen})
        return str(form.ours(**given)), str(form.theirs(**given))


@pytest.mark.parametrize("chosen", ["VN", "", "no such", None, 'a"b'])
def test_a_long_list_is_drawn_as_any_other(chosen):
    forms = Forms(("", "None"), ("VN", "Việt Nam"), ("CI", "Côte d'Ivoire <&>"), ('a"b', "Quoted"))
    ours, theirs = forms.drawn(chosen, class_="input", **{"aria-invalid": "true"})
    assert ours == theirs
    assert ours.count("selected") == (chosen in {"VN", "", 'a"b'})


def test_groups_are_drawn_and_a_list_that_must_be_answered_says_so():
    forms = Forms(("", "Choose"), ("a", "A", "First & best"), ("b", "B", "Second"), validators=[InputRequired()])
    ours, theirs = forms.drawn("b")
    assert ours == theirs
    assert "required" in ours
    assert "<optgroup" in ours


def test_a_list_that_is_the_same_for_everyone_is_drawn_as_any_other():
    forms = Forms(("", "None"), ("VN", "Việt Nam <&>", "Asia"))
    kept = Choices(forms.form.theirs.kwargs["choices"])
    for chosen in ("VN", "", "no such", None):
        form = forms.form(data={"ours": chosen, "theirs": chosen})
        form.ours.choices = kept
        assert str(form.ours()) == str(form.theirs())


def test_a_list_that_has_changed_is_drawn_anew():
    assert Forms(("a", "A")).drawn("a")[0] != Forms(("a", "B")).drawn("a")[0]


@pytest.mark.parametrize("chosen", [2, 20, None])
def test_a_list_of_numbers_knows_which_is_chosen(chosen):
    choices = [SelectChoice(2, "Two"), SelectChoice(20, "Twenty", render_kw={"data-far": "1"})]

    class Both(Form):
        ours = SelectField(choices=choices[:1], coerce=int, widget=QuickSelect(), id="one", name="one")
        theirs = SelectField(choices=choices[:1], coerce=int, widget=Select(), id="one", name="one")
        marked = SelectField(choices=choices, coerce=int, widget=QuickSelect(), id="one", name="one")

    form = Both(data={"ours": chosen, "theirs": chosen, "marked": chosen})
    assert str(form.ours()) == str(form.theirs())
    assert 'data-far="1"' in str(form.marked())
