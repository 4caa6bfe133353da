"""What holds for every form there is."""

from flask_wtf import FlaskForm

from matchmaker.web.fields import Form


def test_every_form_takes_its_texts_as_they_are_stored(app):
    assert app.blueprints, "the forms are loaded with the pages"
    others = {
        one for one in _below(FlaskForm) if one.__module__.startswith("matchmaker.") and not issubclass(one, Form)
    }
    assert others == set()


def _below(form):
    for one in form.__subclasses__():
        yield one
        yield from _below(one)
