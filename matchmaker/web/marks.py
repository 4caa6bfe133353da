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
WHEN_SEEN = 'loading="lazy" decoding="async"'


def register(app: Flask) -> None:
    """Make ``mark`` known to every template and macro."""
    app.add_template_global(mark)


def mark(name: str, key: Any = 0, small: bool = False, logo: uuid.UUID | None = None) -> Markup:
    """Return the mark; ``logo`` is the key of its file. An integer ``key`` chooses the tint, else the name does."""
    size = " mark-sm" if small else ""
    if logo:
        picture = f'<img src="{escape(file_url(logo, is_small=True))}" alt="" width="44" height="44" {WHEN_SEEN}>'
        return Markup(f'<span class="mark mark-logo{size}">{picture}</span>')  # noqa: S704 - Escaped just above.
    tint = (key if isinstance(key, int) else len(name)) % TINTS
    letters = escape(initials(name))
    return Markup(f'<span class="mark mark-{tint}{size}" aria-hidden="true" translate="no">{letters}</span>')  # noqa: S704


def initials(name: str) -> str:
    """Return the first letters of the first two words that say more than a legal form."""
    rest = name
    if name.lower().startswith(FORMS):
        rest = name[len(next(form for form in FORMS if name.lower().startswith(form))) :]
    letters = ""
    for word in rest.replace("-", " ").split():
        if word.lower() not in LEGAL:
            letters += word[0]
            if len(letters) == INITIALS:
                break
    return (letters or rest[:INITIALS]).upper()
