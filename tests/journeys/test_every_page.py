"""Every page that a link leads to, in the narrowest window: accessible, no wider than the window, quiet."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.journeys.pages import SignIn
from tests.journeys.site import PASSWORD
from tests.journeys.watch import NARROWEST

pytestmark = pytest.mark.journey
KEY = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}|\b\d{4}-\d\d-\d\d\b|\b\d+\b")
SLUG = re.compile(r"^/fairs/[^/]+")
TOKEN = re.compile(r"[\w.-]{40,}")
FILES = re.compile(r"\.(csv|xlsx|pdf|docx|ics|jsonl|zip|webmanifest)$|/files/|/logo|/print/.")
MOST_PAGES = 120
BROKEN = 400
LINKS = "() => [...document.querySelectorAll('a[href]:not([download])')].map((a) => a.href)"


def shape(address):
    """What kind of page an address leads to: keys, days and filters left out, so that one of each kind is visited."""
    parts = urlsplit(address)
    fair = SLUG.sub("/fairs/…", TOKEN.sub("…", KEY.sub("…", parts.path)))
    return fair, dict(parse_qsl(parts.query)).get("tab", "")


def crawl(page, watch, *, begin, base):
    """Visit one page of each kind that can be reached by links; return the kinds, and what is wrong with them."""
    waiting, seen, faults = list(begin), set(), []
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        kind = shape(address)
        if kind in seen:
            continue
        seen.add(kind)
        answer = page.goto(address)
        if answer.status >= BROKEN:
            faults.append(f"a link leads to {address}, which answers {answer.status}")
        try:
            watch.look(where=address)
        except AssertionError as fault:
            faults.append(str(fault))
            watch.faults.clear()
        found = page.evaluate(LINKS)
        waiting += [
            one.partition("#")[0]
            for one in found
            if one.startswith(base + "/") and not FILES.search(urlsplit(one).path)
        ]
    return seen, faults


@pytest.mark.parametrize(("who", "lang", "least"), [("exhibitor", "vi", 25), ("organizer", "en", 60)])
def test_every_page_that_a_link_leads_to_can_be_used(site, visit, who, lang, least):
    page, watch = visit(lang=lang, width=NARROWEST)
    SignIn(page).open().sign_in(site.people[who], PASSWORD)
    seen, faults = crawl(page, watch, begin=[f"{site.address}/"], base=site.address)
    assert not faults, "\n\n".join(faults)
    assert least <= len(seen) < MOST_PAGES
