"""A test client that behaves like a browser with forms, and checks every page it gets."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models import Account
from matchmaker.models.engine import begin_writing
from matchmaker.services import accounts
from tests.page_check import check_page

REDIRECTS = {301, 302, 303, 307, 308}


class PageClient(FlaskClient):
    """Fetches pages, fills in the forms they show, and signs in without going through the page."""

    def open(self, *args, **kwargs):
        # A request made inside the test's own application context would share its session and its g.
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        if answer.mimetype == "text/html" and answer.status_code not in REDIRECTS and answer.data:
            check_page(answer.get_data(as_text=True), address=str(args[0] if args else kwargs.get("path")))
        return answer

    def sign_in_as(self, account):
        """Open a session for an account, or for the id of one."""
        key = getattr(account, "id", account)
        with self.application.app_context(), db.sessionmaker() as own:
            begin_writing(own)
            token, _ = accounts.open_session(own, account=own.get(Account, key), user_agent="test", now=clock.now())
            own.commit()
        with self.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return self

    def page(self, address, **options):
        """Return the page at an address as a tree, following redirects."""
        answer = self.get(address, follow_redirects=True, **options)
        assert answer.status_code == 200, f"{address} answered {answer.status_code}"
        return BeautifulSoup(answer.data, "html.parser")

    @staticmethod
    def tree(answer):
        """Return the page an answer holds as a tree."""
        return BeautifulSoup(answer.data, "html.parser")

    def submit(self, page_address, *, action=None, button=None, **fields):
        """Fill in a form of a page and post it, with the values it came with and its token.

        ``action`` chooses the form whose address ends so; else the first one that posts and has all the fields.
        """
        tree = self.page(page_address)
        form = _form(tree, action=action, fields=fields, page_address=page_address)
        data = {**_values(form), **fields}
        if button:
            data[button[0]] = button[1]
        uploads = any(hasattr(value, "read") or isinstance(value, tuple) for value in fields.values())
        kind = {"content_type": "multipart/form-data"} if uploads else {}
        return self.post(form.get("action") or page_address, data=data, **kind)

    def post_token(self, address, **fields):
        """Post to an address that no form of a page leads to just now, with this browser's token."""
        return self.post(address, data={"csrf_token": self.token(), **fields})

    def token(self):
        """Return this browser's token of forms, from the smallest page that has one for everybody."""
        return self.page("/password/forgot").find("input", {"name": "csrf_token"})["value"]


def _form(tree, *, action, fields, page_address):
    for form in tree.find_all("form", method="post"):
        if action is not None and not (form.get("action") or "").endswith(action):
            continue
        names = {control.get("name") for control in form.find_all(["input", "select", "textarea", "button"])}
        if set(fields) <= names:
            return form
    raise AssertionError(f"no form on {page_address} posts to {action!r} with {sorted(fields)}")


def _values(form):
    values = {}
    for control in form.find_all(["input", "select", "textarea"]):
        name, kind = control.get("name"), control.get("type")
        if (
            not name
            or kind in {"file", "submit"}
            or (kind in {"checkbox", "radio"} and not control.has_attr("checked"))
        ):
            continue
        if control.name == "select":
            chosen = control.find("option", selected=True) or control.find("option")
            values[name] = chosen.get("value", "") if chosen else ""
        elif control.name == "textarea":
            values[name] = control.get_text()
        else:
            values[name] = control.get("value", "on" if kind == "checkbox" else "")
    return values
