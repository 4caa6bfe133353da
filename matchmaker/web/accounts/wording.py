"""What refusals and browsers are called on the pages of one's own account."""

from __future__ import annotations

import re

from flask_babel import gettext as _

# What a browser says of itself holds the names of those it descends from, so the most particular stands first.
BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"coc_coc_browser", "Cốc Cốc"),
    (r"Zalo", "Zalo"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
SYSTEMS = (
    (r"Android", "Android"),
    (r"iPhone|iPod", "iPhone"),
    (r"iPad", "iPad"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "Mac"),
    (r"CrOS", "ChromeOS"),
    (r"Linux", "Linux"),
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
    browser = next((name for pattern, name in BROWSERS if re.search(pattern, user_agent)), "")
    system = next((name for pattern, name in SYSTEMS if re.search(pattern, user_agent)), "")
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or system or str(_("Another browser"))
