"""What a browser's cookie holds is read once for each cookie, and as Flask itself reads it."""

from __future__ import annotations

import time

import pytest
from flask import Request, flash, request, session

HEADERS = {"X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy"}


@pytest.fixture
def cookie(app):
    """Return the cookie that a session with these values is sent as."""

    def made(**values):
        return str(app.session_interface.get_signing_serializer(app).dumps(values))

    return made


def held(app, cookie):
    """What the session of a request with a cookie holds."""
    with app.test_request_context("/", headers={"Cookie": f"session={cookie}"}):
        found = dict(session)
        session["left"] = "by this page"
        return found


def test_each_page_has_a_session_of_its_own(app, cookie):
    sent = cookie(_user_id="token", csrf_token="t")
    assert [held(app, sent), held(app, sent)] == [{"_user_id": "token", "csrf_token": "t"}] * 2


def test_a_cookie_that_somebody_changed_opens_nothing(app, cookie):
    sent = cookie(_user_id="token")
    assert held(app, sent) != {}
    assert [held(app, sent[:-2]), held(app, "x" + sent), held(app, "nonsense")] == [{}, {}, {}]


def test_a_cookie_ends_although_it_was_read_before(app, cookie, monkeypatch):
    sent = cookie(_user_id="token")
    assert held(app, sent) != {}
    later = time.time() + app.permanent_session_lifetime.total_seconds() + 2
    monkeypatch.setattr(time, "time", lambda: later)
    assert held(app, sent) == {}


def test_messages_in_a_cookie_are_read_anew_each_time(app):
    with app.test_request_context("/"):
        flash("Saved.", "done")
        sent = app.session_interface.get_signing_serializer(app).dumps(dict(session))
    for _ in range(2):
        with app.test_request_context("/", headers={"Cookie": f"session={sent}"}):
            assert session.pop("_flashes") == [("done", "Saved.")]


def test_an_answer_says_that_it_hangs_on_the_cookie_and_has_every_header_once(client):
    for address in ("/sign-in", "/nowhere", "/static/css/app.css"):
        with client.get(address) as answer:
            names = [name for name, _ in answer.headers if name != "Set-Cookie"]
        assert set(names) >= HEADERS
        assert sorted(names) == sorted(set(names))
    assert client.get("/sign-in").headers["Vary"] == "Cookie"


@pytest.mark.parametrize("sent", ["", "lang=en; session=x", "a=1; a=2;b", 'q="x y"; ü=é', "=;;"])
def test_cookies_are_read_as_flask_reads_them(app, sent):
    with app.test_request_context("/", headers={"Cookie": sent.encode().decode("latin1")}):
        assert request.cookies.to_dict(flat=False) == Request(request.environ).cookies.to_dict(flat=False)
