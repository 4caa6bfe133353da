"""What must hold of every page a journey comes to: accessible, no wider than the window, quiet, all from one site."""

from __future__ import annotations

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

NARROWEST = 320
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
# The elements that stick out most are named, so that a failure says where to look.
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > room + 1);
  return [`${document.documentElement.scrollWidth} px wide`, ...wide.slice(-3).map((e) => e.outerHTML.slice(0, 120))];
}"""


class Watch:
    """Listens to a page from its first request on, and looks at it whenever it is told to."""

    def __init__(self, page, *, address):
        self._page, self._address, self._axe = page, address, Axe()
        self.faults = []
        self._expected = set()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("request", self._asked)

    def expect_status(self, status):
        """Take it that a page answers with this status on purpose; browsers report that as an error."""
        self._expected.add(f"the server responded with a status of {status} ")

    def look(self, *, where):
        """Assert that the page on show is accessible and as narrow as the window, also at 320 px."""
        self._fits(where)
        size = self._page.viewport_size
        self._page.set_viewport_size({**size, "width": NARROWEST})
        self._fits(where)
        self._page.set_viewport_size(size)
        found = self._axe.run(self._page, options=RULES)
        assert not found.violations_count, f"{where} ({self._page.url}):\n{found.generate_report()}"
        self.assert_quiet(where=where)

    def assert_quiet(self, *, where):
        """Assert that nothing was refused by the policy, went wrong in a script, or was asked of another site."""
        assert not self.faults, f"{where}: " + "; ".join(self.faults)

    def _fits(self, where):
        wide = self._page.evaluate(TOO_WIDE)
        assert not wide, f"{where} scrolls sideways at {self._page.viewport_size['width']} px: {wide}"

    def _heard(self, message):
        if message.type in {"error", "warning"} and not any(text in message.text for text in self._expected):
            self.faults.append(f"console {message.type}: {message.text}")

    def _asked(self, request):
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" != self._address:
            self.faults.append(f"asked another site: {request.url}")
