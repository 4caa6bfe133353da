"""What happens once someone has passed the first step of signing in, however they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, url_for

from matchmaker.extensions import db
from matchmaker.services import fairs
from matchmaker.web import known_device
from matchmaker.web import sign_in as browser
from matchmaker.web.links import safe_next
from matchmaker.web.security_log import note

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import Opened, SignedIn


def enter(opened: Opened, wanted: str | None = None, *, by: str) -> ResponseReturnValue:
    """Let someone in and lead them to the page they wanted, or ask for the code of the second step first."""
    leads_to = wanted or safe_next(opened.leads_to)
    if opened.person is None:
        browser.wait_for_code(opened.token)
        note("code_asked", by=by)
        return redirect(url_for("accounts.code", next=leads_to))
    browser.start(opened.token, opened.person)
    known_device.remember(opened.person.account_id)
    note("signed_in", account_id=opened.person.account_id, by=by)
    if browser.owes_second_step(opened.person):
        return redirect(url_for("accounts.two_step", next=leads_to))
    return redirect(leads_to or home_of(opened.person))


def home_of(person: SignedIn) -> str:
    """Return the page someone begins at: their newest fair's, or the start page."""
    home = fairs.home_of(db.session, account_id=person.account_id)
    if home is None:
        return url_for("pages.home")
    role, slug = home
    pages = {
        "organizer": "fairs.overview",
        "participant": "matching.suggestions",
        "several": "team.for_whom",
        "interpreter": "interpreting.own_day",
        "table_host": "attendance.console",
    }
    return url_for(pages.get(role, "fairs.home"), slug=slug)
