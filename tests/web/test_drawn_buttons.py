"""Forms of one button are drawn once for each look; what belongs to one of them is put in afterwards."""

import pytest
from flask import render_template_string
from flask_babel import force_locale
from markupsafe import Markup

from matchmaker.web import field_shapes
from matchmaker.web.blanks import TOKEN, mark

MARKS = f"%(url)s {{url}} {mark('url')} {mark(TOKEN)}"
NASTY = f"""5% <b> & 'a' "b" {MARKS}"""
ESCAPED = f"5% &lt;b&gt; &amp; &#39;a&#39; &#34;b&#34; {MARKS}"
BUTTON = "{% from 'components/form.html' import confirm, form_token, post_button %}"


@pytest.fixture(autouse=True)
def page(app):
    with app.test_request_context("/?lang=en"):
        yield


def drawn(call, **values):
    """What a call draws, the same twice, with T for the token of the page."""
    token = render_template_string(BUTTON + "{{ form_token() }}")
    first, second = (render_template_string(BUTTON + call, **values) for _ in range(2))
    assert first == second
    assert token in first
    return first.replace(token, "T")


def test_a_label_alone():
    assert drawn("{{ post_button('/go', 'Go & see') }}") == (
        '<form method="post" action="/go">T<button type="submit" class="btn">Go &amp; see</button></form>'
    )


def test_what_is_given_stands_where_it_belongs_and_is_escaped():
    call = "{{ post_button(it, it, cls='btn-a', name=it, fields={'x': it, 'y': 5}, swap=it) }}"
    assert drawn(call, it=NASTY) == (
        f'<form method="post" action="{ESCAPED}" data-swap="{ESCAPED}">T'
        f'<input type="hidden" name="x" value="{ESCAPED}">'
        f'<input type="hidden" name="y" value="5"><button type="submit" class="btn-a" aria-label="{ESCAPED} {ESCAPED}">'
        f"{ESCAPED}</button></form>"
    )


def test_what_is_html_already_is_not_escaped_again():
    found = drawn("{{ post_button('/go', it, name='<i>') }}", it=Markup("A &amp; B"))
    assert 'aria-label="A &amp; B &lt;i&gt;">A &amp; B</button>' in found


def test_an_icon_says_its_label_to_readers_alone():
    icon = render_template_string("{{ icon('x', 20) }}")
    assert drawn("{{ post_button('/go', 'Go', cls='btn btn-icon', icon_name='x') }}") == (
        '<form method="post" action="/go">T'
        f'<button type="submit" class="btn btn-icon" aria-label="Go">{icon}</button></form>'
    )


def test_two_that_look_alike_keep_their_values_apart():
    call = "{{ post_button(it, it, name=it, fields={'x': it}) }}"
    one, other = (drawn(call, it=it) for it in ("one", "other"))
    assert one.replace("one", "other") == other
    assert "one" not in other.replace("none", "")


def test_nothing_that_somebody_wrote_is_kept():
    call = "{{ post_button(it, it, name=it, fields={'x': it}, swap=it, aria_label=it) }}"
    drawn(call, it="Trần Thị Bưởi")
    assert "Bưởi" not in repr(field_shapes._shapes)


ASKED = (
    '<details class="confirm" data-confirm> <summary class="btn-a" id="{it}">{icon}{it}</summary>'
    ' <dialog open aria-labelledby="{it}-title"> <form class="stack" method="post" action="{it}">'
    ' T<input type="hidden" name="x" value="{it}"> <h2 id="{it}-title">{it}</h2> <p class="soft">{it}</p> {body}'
    ' <div class="row"><button type="submit" class="btn {look}">{it}</button>'
    ' <button type="button" class="btn btn-quiet" data-close hidden>Keep as it is</button></div>'
    " </form> </dialog> </details>"
)


@pytest.mark.parametrize(("danger", "look"), [(True, "btn-danger"), (False, "btn-primary")])
def test_a_question_holds_what_it_is_called_around_and_all_of_it_is_escaped(danger, look):
    icon = render_template_string("{{ icon('x', 18) }}")
    call = (
        "{% call confirm(it, it, it, it, it, it, fields={'x': it}, cls='btn-a', icon_name='x', danger=danger) %}"
        "<i>{{ it }}</i>{% endcall %}"
    )
    found = " ".join(drawn(call, it=NASTY, danger=danger).split())
    assert found == ASKED.format(it=ESCAPED, icon=icon, look=look, body=f"<i>{ESCAPED}</i>")


def test_a_question_is_asked_in_the_language_that_is_spoken():
    call = "{{ confirm('a', 'b', 'c', 'd', 'e', '/f') }}"
    assert "Keep as it is" in drawn(call)
    with force_locale("vi"):
        found = drawn(call)
    assert "Keep as it is" not in found
    assert "Giữ nguyên" in found


def test_nothing_that_somebody_wrote_stays_in_a_question():
    drawn("{% call confirm(it, it, it, it, it, it, fields={'x': it}) %}{{ it }}{% endcall %}", it="Trần Thị Cam")
    assert "Cam" not in repr(field_shapes._shapes)
