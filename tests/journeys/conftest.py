"""A browser, a running site, and pages that are watched from their first request on."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.conftest import upgrade
from tests.journeys.chromium import ARGUMENTS, chromium_path
from tests.journeys.site import running_site
from tests.journeys.watch import Watch

HEIGHT = 800
# Long enough for a machine that is busy with other tests; a page is waited for only as long as it takes.
LONGEST_WAIT = 15_000


@pytest.fixture(scope="package")
def browser():
    """The Chromium of this machine. Where the checks run for everyone, its absence is a failure."""
    path = chromium_path()
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("no Chromium is installed, so the journeys cannot be checked")
    if path is None:
        pytest.skip("no Chromium is installed; the journeys need one")
    with sync_playwright() as playwright:
        expect.set_options(timeout=LONGEST_WAIT)
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def filled_site(browser, tmp_path_factory, quick_passwords):
    """The site with its two fairs; without a browser there is nothing to fill it for."""
    with running_site(tmp_path_factory.mktemp("journeys"), migrate=upgrade) as site:
        yield site


@pytest.fixture
def site(filled_site):
    """The running site; every journey begins with the same fairs at the same time."""
    filled_site.begin_anew()
    return filled_site


@pytest.fixture
def visit(browser, site):
    """Open a watched page in a fresh browser profile; at the end nothing may have been heard that is wrong."""
    contexts, watches = [], []

    def opened(*, lang="en", width=1280, scheme="light", scripts=True):
        context = browser.new_context(
            base_url=site.address,
            viewport={"width": width, "height": HEIGHT},
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        context.set_default_timeout(LONGEST_WAIT)
        context.add_cookies([{"name": "lang", "value": lang, "url": site.address}])
        page = context.new_page()
        watches.append(Watch(page, address=site.address))
        return page, watches[-1]

    yield opened
    for context in contexts:
        context.close()
    for watch in watches:
        watch.assert_quiet(where="the whole journey")
