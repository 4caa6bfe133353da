"""Which language and theme a page is shown in."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import flask_babel
from babel import Locale
from flask import g
from flask_babel import Domain, get_locale
from jinja2 import pass_context
from markupsafe import Markup

from matchmaker.extensions import babel
from matchmaker.web.at_hand import held, this_request
from matchmaker.web.sign_in import signed_in_person

if TYPE_CHECKING:
    from flask import Flask, Response
    from jinja2.runtime import Context

LANGUAGES = ("vi", "en")
LOCALES = {code: Locale(code) for code in LANGUAGES}
NAMES = {"vi": "Tiếng Việt", "en": "English"}
THEMES = ("light", "dark")
COOKIE = "lang"
YEAR = 31_536_000
TEXTS_KEPT = 8192


def register(app: Flask) -> None:
    """Choose the language by the address, then the cookie, the account, the browser."""
    babel.init_app(app, locale_selector=lambda: LOCALES[choose()], timezone_selector=_zone)
    callables = {"newstyle": True, "pgettext": flask_babel.pgettext}
    app.jinja_env.install_gettext_callables(gettext, _ngettext, **callables)  # type: ignore[attr-defined]
    app.add_template_filter(text_of_page)
    domain = babel.domain_instance = _Catalogues()
    # All texts are of this one domain; the extension would ask three times which page this is before it says so.
    flask_babel.get_domain = lambda: domain
    app.after_request(_remember)


def choose() -> str:
    """Return the language of this request, ``vi`` or ``en``."""
    request = this_request()
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


class _Spoken(NamedTuple):
    """The language in force, with its texts."""

    locale: Locale
    language: str
    catalogue: Any


def language() -> str:
    """Return the language in force, also where there is no page and no mail to speak one."""
    try:
        return _spoken().language
    except RuntimeError:  # There is no application that anything is said for.
        return LANGUAGES[0]


def gettext(text: str, /, **values: Any) -> str:
    """Return a text in the language in force, with the values it names."""
    found: str = babel.domain_instance.gettext(text, **values)
    return found


def _spoken() -> _Spoken:
    """What is spoken now, at hand until it changes: a page asks hundreds of times.

    A page may hold parts in another language, as printed agendas and kept mail do.
    """
    here = held()
    try:
        kept: _Spoken = here["spoken"]
        if kept.locale is here["_flask_babel"].babel_locale:
            return kept
    except (KeyError, AttributeError):  # Nothing was said yet, or the extension was told to look anew.
        pass
    if "_flask_babel" not in here:  # As the extension does on the first text of a page, in twice as many steps.
        here["_flask_babel"] = SimpleNamespace(babel_locale=LOCALES[choose()])
    locale = get_locale()
    kept = here["spoken"] = _Spoken(locale, locale.language, babel.domain_instance.of(locale))
    return kept


@pass_context
def text_of_page(context: Context, text: str, /, **values: Any) -> str:
    """Return a text in the language in force, with what it names. Template texts may hold marks of HTML, values not."""
    catalogue, is_html = _spoken().catalogue, context.eval_ctx.autoescape
    return _pattern(catalogue, text, is_html) % values if values else _whole(catalogue, text, is_html)


@lru_cache(maxsize=TEXTS_KEPT)
def _whole(catalogue: Any, text: str, is_html: bool) -> str:
    return _pattern(catalogue, text, is_html) % {}


@lru_cache(maxsize=TEXTS_KEPT)
def _pattern(catalogue: Any, text: str, is_html: bool) -> str:
    found: str = catalogue.ugettext(text)
    return Markup(found) if is_html else found  # noqa: S704 - The catalogue is our own.


def _ngettext(one: str, many: str, number: int) -> str:
    found: str = babel.domain_instance.get_translations().ungettext(one, many, number)
    return found


class _Catalogues(Domain):  # type: ignore[misc]
    """The catalogues of the extension, with the one in force at hand."""

    def __init__(self) -> None:
        super().__init__()
        self._read: dict[str, Any] = {}

    def get_translations(self) -> Any:
        """Return the catalogue of the language in force."""
        try:
            return _spoken().catalogue
        except RuntimeError:  # There is no application that anything is said for.
            return super().get_translations()

    def gettext(self, string: str, **variables: Any) -> str:
        """Return a text in the language in force, with the values it names."""
        try:
            catalogue = _spoken().catalogue
        except RuntimeError:
            catalogue = self.get_translations()
        found: str = catalogue.ugettext(string)
        return found % variables if variables else found

    def of(self, locale: Locale) -> Any:
        """Return the catalogue of a language that the extension says is in force."""
        found = self._read.get(locale.language)
        if found is None:
            found = self._read[locale.language] = super().get_translations()
        return found


def _zone() -> str:
    fair = g.get("fair")
    return fair.time_zone if fair is not None else "Asia/Ho_Chi_Minh"


def _remember(response: Response) -> Response:
    request = this_request()
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        secure = request.is_secure
        response.set_cookie(COOKIE, asked, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return response
