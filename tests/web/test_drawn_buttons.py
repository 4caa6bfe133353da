"""Forms of one button are drawn once for each look; what belongs to one of them is put in afterwards."""

import pytest
from flask import render_template_string
from markupsafe import Markup

from matchmaker.web import field_shapes

NASTY = """5% <b> & 'a' "b" %(url)s \ue000url\ue000"""
ESCAPED = "5% &lt;b&gt; &amp; &#39;a&#39; &#34;b&#34; %(url)s \ue000url\ue000"
BUTTON = "{% from 'components/form.html' import form_token, post_button %}"


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
