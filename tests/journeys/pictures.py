"""Takes the README's pictures of the demo into docs/images: ``python -m tests.journeys.pictures``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from matchmaker import assets
from tests.conftest import ROOT, upgrade
from tests.journeys.chromium import ARGUMENTS, chromium_path
from tests.journeys.pages import SignIn
from tests.journeys.site import PASSWORD, REFERENCE_FAIR, RUNNING_FAIR, running_site

TARGET = ROOT / "docs" / "images"
LARGEST = 150_000


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as someone sees it."""

    name: str
    role: str
    address: str
    lang: str
    width: int
    height: int


PICTURES = (
    Picture("suggestions-360-vi.png", "exhibitor", f"/fairs/{RUNNING_FAIR}/suggestions", "vi", 360, 880),
    Picture("report-1280-en.png", "organizer", f"/fairs/{REFERENCE_FAIR}/organizer/report", "en", 1280, 860),
)


def main() -> int:
    """Take every picture; return how many are too heavy for a README."""
    assets.build(ROOT)
    TARGET.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as folder,
        running_site(Path(folder), migrate=upgrade) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        sizes = [take(browser, site, picture) for picture in PICTURES]
        browser.close()
    return sum(size > LARGEST for size in sizes)


def take(browser, site, picture):
    """Take one picture and return its size in bytes."""
    context = browser.new_context(
        base_url=site.address,
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="light",
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "lang", "value": picture.lang, "url": site.address}])
    page = context.new_page()
    SignIn(page).open().sign_in(site.people[picture.role], PASSWORD)
    page.goto(picture.address)
    page.evaluate("document.fonts.ready.then(() => true)")
    content = page.screenshot()
    size = len(content)
    # The application lets only its owner read what it writes; a picture is for everyone.
    target = TARGET / picture.name
    target.write_bytes(content)
    target.chmod(0o644)
    print(f"{picture.name}: {size // 1000} KB")
    context.close()
    return size


if __name__ == "__main__":
    sys.exit(main())
