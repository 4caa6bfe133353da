"""What must hold of every page, whichever test fetches it."""

from __future__ import annotations

import itertools
import re

import html5lib
from bs4 import BeautifulSoup

from matchmaker.web.blanks import MARK

LABELLED = ("input", "select", "textarea")
UNLABELLED_TYPES = {"hidden", "submit", "button", "image"}
# Keys of rows and signed tokens, which are others in every test and on every database.
VOLATILE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}")
# A flood of one letter that a test sent comes back in every link, and takes seconds to read.
FLOOD = re.compile(r"(\w)\1{99,}")
FAULTLESS: set[int] = set()


def check_page(markup: str, *, address: str) -> None:
    """Assert that a page is valid HTML and keeps the house rules; the message names the address.

    A page that differs from one seen before by keys and tokens alone is not read again: reading takes longer than
    drawing, and most tests run on two databases.
    """
    assert MARK not in markup, f"{address}: a blank was not filled, and its mark is told"
    markup = FLOOD.sub(r"\1", markup)
    shape = hash(_shape(markup))
    if shape in FAULTLESS:
        return
    html5lib.HTMLParser(strict=True, tree=html5lib.getTreeBuilder("etree")).parse(markup)
    page = BeautifulSoup(markup, "html.parser")
    faults = [*_heading_faults(page), *_id_faults(page), *_form_faults(page), *_policy_faults(page, markup)]
    assert not faults, f"{address}: " + "; ".join(faults)
    FAULTLESS.add(shape)


def _shape(markup):
    """Give every key and token of a page its number in the order of appearance, so that equal ones stay equal."""
    numbers: dict[str, int] = {}
    return VOLATILE.sub(lambda found: f"#{numbers.setdefault(found[0], len(numbers))}", markup)


def _heading_faults(page):
    headings = page.find_all("h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1 instead of one"
        return
    title = " ".join(page.title.get_text().split()) if page.title else ""
    heading = " ".join(headings[0].get_text().split())
    if not heading or not title.startswith(heading):
        yield f"the title {title!r} does not start with the h1 {heading!r}"
    levels = [int(tag.name[1]) for tag in page.find_all(re.compile("^h[1-6]$"))]
    if any(later - earlier > 1 for earlier, later in itertools.pairwise(levels)):
        yield f"a heading level is skipped: {levels}"
    if page.html.get("lang") not in {"vi", "en"}:
        yield "no lang on html"
    if page.main is None:
        yield "no main landmark"


def _id_faults(page):
    ids = [tag["id"] for tag in page.find_all(id=True)]
    twice = {one for one in ids if ids.count(one) > 1}
    if twice:
        yield f"ids used twice: {sorted(twice)}"
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
        for tag in page.find_all(attrs={attribute: True}):
            missing = set(tag[attribute].split() if isinstance(tag[attribute], str) else tag[attribute]) - set(ids)
            if missing:
                yield f"{attribute} points to nothing: {sorted(missing)}"


def _form_faults(page):
    for form in page.find_all("form"):
        if form.get("method", "get").lower() == "post" and form.find("input", {"name": "csrf_token"}) is None:
            yield f"a form without csrf token posts to {form.get('action')!r}"
    labelled = {label.get("for") for label in page.find_all("label")}
    for control in page.find_all(LABELLED):
        has_label = control.get("id") in labelled or control.get("aria-label") or control.get("aria-labelledby")
        if control.get("type") not in UNLABELLED_TYPES and not has_label and control.find_parent("label") is None:
            yield f"no label for {control.get('name')!r}"
    for button in page.find_all(["button", "a"]):
        if (
            not button.get_text(strip=True)
            and not button.get("aria-label")
            and button.find(attrs={"aria-label": True}) is None
        ):
            yield f"a {button.name} without a name: {button}"


def _policy_faults(page, markup):
    if page.find(style=True) or page.find("style"):
        yield "inline style"
    for script in page.find_all("script"):
        if not script.get("src"):
            yield "inline script"
    handlers = [name for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    if handlers:
        yield f"inline handlers: {handlers}"
    if "data:" in "".join(str(tag.get("src", "")) + str(tag.get("href", "")) for tag in page.find_all(True)):
        yield "a data: address"
    for image in page.find_all("img"):
        if image.get("alt") is None:
            yield "an image without alt"
    if re.search(r"\{\{|\{%|Undefined", markup):
        yield "template code on the page"
