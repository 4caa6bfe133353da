"""Which language and theme a page is shown in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import g, has_request_context, request
from flask_babel import get_locale, get_translations

from matchmaker.extensions import babel
from matchmaker.web.sign_in import signed_in_person

if TYPE_CHECKING:
    from flask import Flask, Response

LANGUAGES = ("vi", "en")
NAMES = {"vi": "Tiếng Việt", "en": "English"}
COOKIE = "lang"
YEAR = 31_536_000


def register(app: Flask) -> None:
    """Choose the language by the address, then the cookie, the account, the browser."""
    babel.init_app(app, locale_selector=choose, timezone_selector=_zone)
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.after_request(_remember)


def choose() -> str:
    """Return the language of this request, ``vi`` or ``en``."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    kept = request.cookies.get(COOKIE, "")
    if kept in LANGUAGES:
        return kept
    person = signed_in_person()
    if person is not None and person.locale in LANGUAGES:
        return person.locale
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def language() -> str:
    """Return the language in force, also where there is no request, as in mail."""
    locale = get_locale()
    return locale.language if locale is not None else LANGUAGES[0]


def _gettext(text: str) -> str:
    return _translations().ugettext(text)


def _ngettext(one: str, many: str, number: int) -> str:
    return _translations().ungettext(one, many, number)


def _translations() -> Any:
    """The catalogue in force, looked for once a request and language: a page asks it for hundreds of strings.

    A page may hold parts in another language, as printed agendas and kept mail do.
    """
    if not has_request_context():
        return get_translations()
    known = g.setdefault("translations", {})
    locale = get_locale()
    if locale not in known:
        known[locale] = get_translations()
    return known[locale]


def _zone() -> str:
    fair = g.get("fair")
    return fair.time_zone if fair is not None else "Asia/Ho_Chi_Minh"


def _remember(response: Response) -> Response:
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        secure = request.is_secure
        response.set_cookie(COOKIE, asked, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return response
