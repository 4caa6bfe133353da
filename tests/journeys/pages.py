"""The pages as a journey uses them: found by role, address and field, so that one page object serves both languages."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from playwright.sync_api import expect

MEETING = re.compile(r"/requests/([0-9a-f-]{36})/")
COMPANY = re.compile(r"/companies/([0-9a-f-]{36})")


class Frame:
    """What surrounds every page: language, navigation, messages, signing out."""

    def __init__(self, page):
        self.page = page
        self.main = page.get_by_role("main")
        self.heading = page.get_by_role("heading", level=1)
        self.tabs = page.locator("nav.mainnav a, nav.tabs-bottom a").filter(visible=True)
        self.undo = page.locator("[data-region=flashes] form").get_by_role("button")

    def go_to(self, ending):
        """Follow the navigation's link whose address ends so, through the menu where the window is narrow."""
        links = self.page.get_by_role("navigation").get_by_role("link")
        link = links.and_(self.page.locator(f"[href$='{ending}']")).filter(visible=True)
        if not link.count():
            self.page.locator("header details[data-menu] > summary").filter(visible=True).first.click()
        self.follow(link.first)

    def follow(self, link):
        """Follow a link and wait for the page it leads to."""
        address = urljoin(self.page.url, link.get_attribute("href"))
        link.click()
        self.page.wait_for_url(address)

    def press(self, button):
        """Press a button that sends a form, and wait for the page that answers."""
        with self.page.expect_event("load"):
            button.click()

    def choose_language(self, lang):
        """Follow the link to the same page in another language."""
        self.page.locator(f"a[hreflang={lang}]").filter(visible=True).first.click()
        expect(self.page.locator("html")).to_have_attribute("lang", lang)

    def sign_out(self):
        """End the session through the account menu."""
        menu = self.page.locator("details[data-menu]:has(form[action$='/sign-out']) > summary").filter(visible=True)
        menu.click()
        self.press(self.page.locator("form[action$='/sign-out']").get_by_role("button").filter(visible=True))

    def button(self, ending):
        """The button of the form on this page that posts to an address with this ending."""
        return self.main.locator(f"form[action$='{ending}']").get_by_role("button").filter(visible=True)


class FairHome(Frame):
    """The fair's public page."""

    def open(self, slug):
        """Come from outside."""
        self.page.goto(f"/fairs/{slug}")
        return self

    def enter(self):
        """Follow the main button."""
        self.follow(self.main.locator("a[href*='/sign-in']"))
        return SignIn(self.page)

    def manage(self):
        """Follow the main button of someone who organizes the fair."""
        self.follow(self.main.locator("a[href$='/organizer']"))


class SignIn(Frame):
    """The page that asks for e-mail and password."""

    def open(self):
        """Come without having wanted another page first."""
        self.page.goto("/sign-in")
        return self

    def sign_in(self, email, password):
        """Fill in the form and send it."""
        form = self.main.locator("form[action$='/sign-in']")
        form.locator("[name=email]").fill(email)
        form.locator("[name=password]").fill(password)
        self.press(form.get_by_role("button"))


class Suggestions(Frame):
    """The companies one should meet."""

    def __init__(self, page):
        super().__init__(page)
        self.cards = self.main.locator("[data-region=suggestions] > li")

    def open(self, slug):
        """Come by address."""
        self.page.goto(f"/fairs/{slug}/suggestions")
        return self

    def first(self, *, wanted):
        """The link and the id of the first company that can be asked and that ``wanted`` takes."""
        for card in self.cards.all():
            link = card.get_by_role("heading", level=2).get_by_role("link")
            company = COMPANY.search(link.get_attribute("href"))[1]
            if card.locator(f"form[action$='/requests/{company}']").count() and wanted(company):
                return link, company
        raise AssertionError("no suggested company can be asked for a meeting")


class Company(Frame):
    """One company of the other side."""

    def ask(self, company):
        """Request a meeting by one tap; return its id, which the offer to undo it names."""
        self.press(self.button(f"/requests/{company}"))
        expect(self.undo).to_be_visible()
        return MEETING.search(self.page.locator("[data-region=flashes] form").get_attribute("action"))[1]


class Requests(Frame):
    """The requests that wait, one's own, and the answered ones."""

    def accept(self, meeting):
        """Accept a request by one tap."""
        self.press(self.button(f"/requests/{meeting}/accept"))

    def decline(self, meeting, *, reason):
        """Open the box that asks for the reason, choose one and send it."""
        box = self.main.locator(f"details:has(form[action$='/requests/{meeting}/decline'])")
        box.locator("summary").click()
        box.locator(f"label:has(input[value={reason}])").click()
        self.press(box.locator("form").get_by_role("button").first)


class Agenda(Frame):
    """One's meetings of a day."""

    def open(self, slug):
        """Come by address."""
        self.page.goto(f"/fairs/{slug}/agenda")
        return self

    def meeting(self, meeting):
        """The link to one meeting."""
        return self.main.locator(f"a[href$='/meetings/{meeting}']").first

    def asked(self, meeting):
        """The buttons that ask for the outcome of a meeting that is over."""
        return self.main.locator(f"a[href$='/meetings/{meeting}/outcome']")

    def record(self, meeting):
        """Go on to say how a meeting went."""
        self.follow(self.asked(meeting).first)


class Meeting(Frame):
    """One meeting: when and where, and what can be done to it."""

    def open(self, slug, meeting):
        """Come by address."""
        self.page.goto(f"/fairs/{slug}/meetings/{meeting}")
        self.when = self.main.locator(".kv dd").first
        return self

    def to_times(self):
        """Go on to where its time is chosen."""
        self.follow(self.main.locator("a[href$='/time']"))
        return self.main.locator("button[name=slot]")

    def call_off(self, *, reason):
        """Open the box that asks for the reason, give one and send it."""
        self.main.locator("#cancel").click()
        form = self.main.locator("form[action$='/cancel']")
        form.locator(f"[value={reason}]").check()
        self.press(form.locator("[type=submit]"))


class Outcome(Frame):
    """How a meeting went."""

    def choose(self, name, value):
        """Tap an answer; it is the label that is tapped, as the button inside it is small."""
        self.main.locator(f"label:has(input[name={name}][value='{value}'])").click()

    def state_value(self, value, currency):
        """Type an amount and choose its currency."""
        self.main.locator("[name=value]").fill(value)
        self.main.locator("[name=currency]").select_option(currency)

    def save(self, ending="/outcome"):
        """Send the form that posts to an address with this ending by its main button."""
        self.press(self.main.locator(f"form[action$='{ending}'] button.btn-primary"))


class Report(Frame):
    """The deal report of a fair."""

    def __init__(self, page):
        super().__init__(page)
        self.hero = self.main.locator("section.hero")

    def download(self, ending):
        """Return a file of the report as text."""
        return self.file(ending).decode("utf-8-sig")

    def file(self, ending):
        """Return a file of the report as it comes."""
        with self.page.expect_download() as started:
            self.main.locator(f"a[href$='{ending}']").click()
        return started.value.path().read_bytes()


class Import(Frame):
    """Bringing companies in from a spreadsheet."""

    def hand_in(self, name, content):
        """Choose a file in the browser's own dialog and send it."""
        with self.page.expect_file_chooser() as asked:
            self.main.locator("input[type=file]").click()
        asked.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})
        self.press(self.main.locator("form[action$='/organizer/import'] button.btn-primary"))

    def figures(self):
        """The numbers of the page's first list of figures."""
        return self.main.locator("dl.facts").first.locator("dd").all_inner_texts()

    def faults(self):
        """Row, column and content of every fault that is shown."""
        rows = self.main.locator("section:has(#row-errors) tbody tr").all()
        return [tuple(row.locator("th, td").all_inner_texts()[:3]) for row in rows]

    def run(self):
        """Import what can be imported."""
        self.press(self.main.locator("form[action$='/run']").get_by_role("button"))


class Job(Frame):
    """A page that starts a job and shows how far it is."""

    def start(self, ending):
        """Start the job; the page then says that it works."""
        self.press(self.button(ending))
        expect(self.main.locator("[data-poll]")).to_be_visible()
