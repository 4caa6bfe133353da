"""The mark of a company or a person: a logo, or else two initials on a tint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from matchmaker.web.files.routes import file_url

if TYPE_CHECKING:
    import uuid

    from flask import Flask

TINTS, INITIALS = 5, 2
# Words that only say the legal form give no initial.
LEGAL = {"công", "ty", "tnhh", "cp", "cổ", "phần", "mtv", "một", "thành", "viên", "htx", "hợp", "tác", "xã", "dntn"}
LEGAL |= {"trách", "nhiệm", "hữu", "hạn", "company", "co.", "co.,", "ltd", "ltd.", "jsc", "llc", "inc", "inc.", "gmbh"}
LEGAL |= {"the", "&"}
# These are left out only together, since each of their words may begin a name.
FORMS = ("hộ kinh doanh ", "cơ sở sản xuất ", "tổ hợp tác ")
LOGO = Markup(
    '<span class="mark mark-logo%s"><img src="%s" alt="" width="44" height="44" loading="lazy" decoding="async"></span>'
)
LETTERS = Markup('<span class="mark mark-%s%s" aria-hidden="true" translate="no">%s</span>')


def register(app: Flask) -> None:
    """Make ``mark`` known to every template and macro."""
    app.add_template_global(mark)


def mark(name: str, key: Any = 0, small: bool = False, logo: uuid.UUID | None = None) -> Markup:
    """Return the mark; ``logo`` is the key of its file. An integer ``key`` chooses the tint, else the name does."""
    size = " mark-sm" if small else ""
    if logo:
        return LOGO % (size, file_url(logo, is_small=True))
    return LETTERS % ((key if isinstance(key, int) else len(name)) % TINTS, size, escape(initials(name)))


def initials(name: str) -> str:
    """Return the first letters of the first two words that say more than a legal form."""
    form = next((form for form in FORMS if name.lower().startswith(form)), "")
    rest = name[len(form) :]
    words = [word for word in rest.replace("-", " ").split() if word.lower() not in LEGAL]
    return ("".join(word[0] for word in words[:INITIALS]) or rest[:INITIALS]).upper()
