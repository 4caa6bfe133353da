"""What refusals and browsers are called on the pages of one's own account."""

from __future__ import annotations

import re

from flask_babel import gettext as _

# What a browser says of itself holds the names of those it descends from, so the most particular stands first.
BROWSERS = (
    (re.compile(r"Edg(e|A|iOS)?/"), "Edge"),
    (re.compile(r"OPR/|Opera"), "Opera"),
    (re.compile(r"SamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"coc_coc_browser"), "Cốc Cốc"),
    (re.compile(r"Zalo"), "Zalo"),
    (re.compile(r"Firefox/|FxiOS/"), "Firefox"),
    (re.compile(r"Chrome/|CriOS/"), "Chrome"),
    (re.compile(r"Safari/"), "Safari"),
)
SYSTEMS = (
    (re.compile(r"Android"), "Android"),
    (re.compile(r"iPhone|iPod"), "iPhone"),
    (re.compile(r"iPad"), "iPad"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Mac OS X|Macintosh"), "Mac"),
    (re.compile(r"CrOS"), "ChromeOS"),
    (re.compile(r"Linux"), "Linux"),
)


def refusal(code: str) -> str:
    """Return the sentence for a refusal's code."""
    sentences = {
        "password_short": _("A password has at least 12 characters. A few words in a row are easy to remember."),
        "password_long": _("A password has at most 256 characters."),
        "password_common": _("Many people use this password, so it is tried first. Choose one that only you would."),
        "password_own": _("This is made of your name, address or company, which others know. Choose something else."),
        "wrong_password": _("This is not your password. Check the spelling and the language of the keyboard."),
        "wrong_code": _(
            "This code does not fit, or it has been used. Wait for the next one in your app and type that."
        ),
    }
    return str(sentences.get(code, _("This can’t be used. Choose something else.")))


def too_many() -> str:
    """Return what is said to someone who guessed too often."""
    return str(_("Too many attempts. Wait 15 minutes, or have a link sent to your mail: it works at once."))


def browser_words(user_agent: str) -> str:
    """Return a browser in words: Chrome on Windows."""
    browser = next((name for pattern, name in BROWSERS if pattern.search(user_agent)), "")
    system = next((name for pattern, name in SYSTEMS if pattern.search(user_agent)), "")
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or system or str(_("Another browser"))
