"""One's own data on a phone: a copy of all of it, then its erasure."""

from __future__ import annotations

import json
import zipfile

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import Frame, SignIn
from tests.journeys.site import PASSWORD

pytestmark = pytest.mark.journey


def test_someone_takes_a_copy_of_their_data_and_goes(site, visit):
    page, watch = visit(lang="vi", width=360)
    me = site.people["exhibitor"]
    SignIn(page).open().sign_in(me, PASSWORD)
    frame = Frame(page)
    page.goto("/account/data")
    frame.press(frame.button("/account/data/copies"))
    site.work()
    page.reload()
    watch.look(where="own data")

    with page.expect_download() as started:
        frame.main.locator("form[action*='/account/data/copies/']").get_by_role("button").click()
    with zipfile.ZipFile(started.value.path()) as copy:
        texts = {name: copy.read(name) for name in copy.namelist()}
    data = next(json.loads(content) for name, content in texts.items() if name.endswith(".json"))
    assert me in json.dumps(data)

    page.goto("/account/data/erase")
    watch.look(where="erasure")
    form = frame.main.locator("form:has([name=is_sure])")
    form.locator("[name=is_sure]").check()
    frame.press(form.get_by_role("button"))
    expect(page).to_have_url(f"{site.address}/erased")
    watch.look(where="erased")

    watch.expect_status(422)
    SignIn(page).open().sign_in(me, PASSWORD)
    expect(frame.main.locator("form[action$='/sign-in'] [name=email]")).to_be_visible()
