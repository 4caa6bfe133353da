"""The watch finds what it is there for; otherwise a quiet journey would prove nothing."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.journey
PAGE = "<!doctype html><html lang=en><title>Fair</title><main><h1>Fair</h1>{}</main></html>"
FAULTS = {
    "image-alt": '<img src="/static/img/favicon.svg">',
    "color-contrast": '<p style="color:#ccc;background:#fff">Too pale to be read</p>',
    "scrolls sideways at 320 px": '<p style="width:340px">Wide</p>',
    "scrolls sideways at 1280 px": '<p style="width:1400px">Wide</p>',
    "asked another site": '<script src="http://127.0.0.1:9/tracker.js"></script>',
    "Content Security Policy": "<script>document.title = 'changed'</script>",
    "script error": '<script src="/fault.js"></script>',
}


@pytest.mark.parametrize("fault", FAULTS)
def test_it_reports(visit, site, fault):
    page, watch = visit()
    policy = {"Content-Security-Policy": "script-src 'self'"} if fault == "Content Security Policy" else {}
    page.route("**/fault.js", lambda route: route.fulfill(body="throw new Error('broken')"))
    page.route(
        "**/faulty",
        lambda route: route.fulfill(body=PAGE.format(FAULTS[fault]), content_type="text/html", headers=policy),
    )
    page.goto("/faulty")
    with pytest.raises(AssertionError, match=fault):
        watch.look(where="a faulty page")
    watch.faults.clear()
