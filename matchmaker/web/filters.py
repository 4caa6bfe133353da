"""One filter each for numbers, dates and names of places and tongues, so that every page writes them alike."""

from __future__ import annotations

from datetime import date as Date  # noqa: N812 - the filter below is called date.
from datetime import datetime as DateTime  # noqa: N812 - the filter below is called datetime.
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_name
from babel.numbers import format_decimal
from flask import g, has_app_context
from flask_babel import get_timezone, ngettext
from flask_babel import gettext as _

from matchmaker.domain.city_names import in_english
from matchmaker.domain.money.formatting import format_money, format_money_compact
from matchmaker.domain.names import fold
from matchmaker.domain.spreadsheets.countries import country_codes
from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from flask import Flask

    from matchmaker.domain.money.amount import Money
    from matchmaker.services.fair_places import HallLine, HallSummary
    from matchmaker.services.hall_board import HallName

    Hall = HallLine | HallSummary | HallName


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
HALF = 0.5
HUNDRED, NOTHING = 100, "–"
VIETNAM = "VN"
SEPARATED = 1000
SLOT_TIMES_KEPT = 4096


def register(app: Flask) -> None:
    """Make the filters known to every template."""
    dates = (date, day, time, datetime, in_zone, until)
    named = (country, whereabouts, tongue, hall_beyond_code)
    for each in (number, rate, places, percent, share, *dates, *named, money, money_short):
        app.add_template_filter(each)


def number(value: float | Decimal) -> str:
    """1.234.567 in Vietnamese, 1,234,567 in English."""
    # Pages are full of counts: small ones every language writes alike, and in larger ones thousands are set apart.
    if type(value) is int and value >= 0:
        if value < SEPARATED:
            return str(value)
        return f"{value:,}" if language() == "en" else f"{value:,}".replace(",", ".")
    return _written(value, None, language())


def rate(value: Decimal) -> str:
    """A rate with all its decimal places and none more: 0,0000379 in Vietnamese, 0.0000379 in English."""
    return _written(value, "#,##0.##########", language())


def places(value: float | Decimal, count: int) -> str:
    """A number with so many decimal places: 0,37 in Vietnamese, 0.37 in English."""
    return _written(value, f"#,##0.{'0' * count}", language())


def share(ratio: float | Decimal | None, count: int = 0) -> str:
    """A part of a whole: 33,3% in Vietnamese, 33.3% in English; a dash where none is known."""
    return NOTHING if ratio is None else f"{places(ratio * HUNDRED, count)}%"


def percent(part: float, whole: float) -> str:
    """A share in whole percent, as in ``56%``; nothing where there is no whole."""
    return f"{int(100 * part / whole + HALF)}%" if whole else ""


def date(value: Date) -> str:
    """3/12/2026 in Vietnamese, 3 Dec 2026 in English. Instants are shown in the fair's zone."""
    return _date(local_time(value) if isinstance(value, DateTime) else value)


def _date(local: Date) -> str:
    if language() == "vi":
        return f"{local.day}/{local.month}/{local.year}"
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def day(value: Date) -> str:
    """Thứ Năm 3/12 in Vietnamese, Thu 3 Dec in English."""
    local = local_time(value) if isinstance(value, DateTime) else value
    spoken = language()
    weekday = WEEKDAYS[spoken][local.weekday()]
    if spoken == "vi":
        return f"{weekday} {local.day}/{local.month}"
    return f"{weekday} {local.day} {MONTHS[local.month - 1]}"


def time(value: DateTime) -> str:
    """09:20, on the 24-hour clock of the fair's zone."""
    local = local_time(value)
    return f"{local.hour:02}:{local.minute:02}"


@lru_cache(maxsize=SLOT_TIMES_KEPT)
def clock_in(zone: ZoneInfo, value: DateTime) -> str:
    """The same in a zone that is known: for the slots of a fair, which stand on one page after the other."""
    local = value.astimezone(zone)
    return f"{local.hour:02}:{local.minute:02}"


def local_time(value: DateTime) -> DateTime:
    """The moment in the fair's zone. Python's own zones do in one step what those of the extension take several for."""
    # Where the extension knows its zone it is looked at directly: each call would ask anew which page this is.
    held = vars(g._get_current_object()).get("_flask_babel") if has_app_context() else None  # noqa: SLF001
    return value.astimezone(_zone(str(getattr(held, "babel_tzinfo", None) or get_timezone())))


def datetime(value: DateTime) -> str:
    """3/12/2026, 09:20."""
    local = local_time(value)
    return f"{_date(local)}, {local.hour:02}:{local.minute:02}"


def in_zone(starts_at: str | DateTime, ends_at: str | DateTime, zone: str) -> str:
    """Thu 3 Dec 2026, 09:20–09:45 (Vietnam Time): an instant of a notice for whoever reads it, in whatever zone."""
    tz = ZoneInfo(zone)
    local = _instant(starts_at).astimezone(tz)
    weekday = WEEKDAYS[language()][local.weekday()]
    end = f"–{_instant(ends_at).astimezone(tz):%H:%M}" if ends_at else ""
    name = get_timezone_name(tz, locale=language())
    return f"{weekday} {date(local.date())}, {local:%H:%M}{end} ({name})"


def _instant(value: str | DateTime) -> DateTime:
    """A notice keeps its instants as text, because its facts are JSON."""
    return DateTime.fromisoformat(value) if isinstance(value, str) else value


def until(value: DateTime, now: DateTime) -> str:
    """How long until a coming moment, in words that round down: 3 days, 9 hours, 12 minutes."""
    minutes = max(0, int((value - now).total_seconds() // 60))
    days, hours = minutes // 1440, minutes // 60
    if days:
        return str(ngettext("%(num)s day", "%(num)s days", days))
    if hours:
        return str(ngettext("%(num)s hour", "%(num)s hours", hours))
    return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))


def country(code: str) -> str:
    """The name of a country by its two letters, in the page's language."""
    return _country(code, language())


def country_names(codes: Iterable[str]) -> list[str]:
    """The same of several, for which the language is asked once."""
    spoken = language()
    return [_country(code, spoken) for code in codes]


def whereabouts(city: str, code: str) -> str:
    """A city with its country, as the page's language names them; the country alone where no city is known."""
    spoken = language()
    known = in_english(city) if code == VIETNAM and spoken == "en" else city
    return ", ".join(filter(None, (known, _country(code, spoken))))


def countries() -> list[tuple[str, str]]:
    """Every country as (code, name) in the page's language, in order of name, as a choice takes them."""
    return _countries(language())


def tongue(code: str) -> str:
    """The name of a language by its code, in the page's language, with a capital."""
    return _tongue(code, language())


def tongue_names(codes: Iterable[str]) -> list[str]:
    """The same of several, for which the language is asked once."""
    spoken = language()
    return [_tongue(code, spoken) for code in codes]


def tongue_within(code: str) -> str:
    """The name of a language within a sentence: Vietnamese writes it small there, English never does."""
    name = _tongue(code, language())
    return name[:1].lower() + name[1:] if language() == "vi" else name


def money(value: Money) -> str:
    """1.234.567,89 USD in Vietnamese, USD 1,234,567.89 in English."""
    return format_money(value, lang=language())


def money_short(value: Money) -> str:
    """12,04 triệu USD in Vietnamese, USD 12.04m in English."""
    return format_money_compact(value, lang=language())


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


# By its type too: 1 and True are equal. To write a number anew takes longer than the row of a table it stands in.
@lru_cache(maxsize=4096, typed=True)
def _written(value: float | Decimal, pattern: str | None, lang: str) -> str:
    return str(format_decimal(value, format=pattern, locale=lang))


@lru_cache(maxsize=1024)
def _country(code: str, lang: str) -> str:
    return str(Locale(lang).territories.get(code, code))


@cache
def _countries(lang: str) -> list[tuple[str, str]]:
    return sorted(((code, _country(code, lang)) for code in country_codes()), key=lambda one: fold(one[1]))


@lru_cache(maxsize=1024)
def _tongue(code: str, lang: str) -> str:
    name = str(Locale(lang).languages.get(code, code))
    return name[:1].upper() + name[1:]


def hall_name(hall: Hall) -> str:
    """The hall's own name, or its code in words where it was given none: Hall A."""
    return (hall.name_vi if language() == "vi" else hall.name_en) or _("Hall %(code)s", code=hall.code)


def hall_names(halls: Sequence[Hall]) -> list[str]:
    """Return the names of halls to choose from, with the code behind each that several share."""
    names = [hall_name(hall) for hall in halls]
    return [
        name if names.count(name) == 1 else f"{name} ({hall.code})" for name, hall in zip(names, halls, strict=True)
    ]


def hall_beyond_code(hall: Hall) -> str:
    """The hall's own name to stand behind its code in words; empty where it would only say the same again."""
    name = hall_name(hall)
    # A name given in one language stands for both, so either language's words for the code may stand here.
    return "" if fold(name) in {fold(f"{word}{hall.code}") for word in ("", "Hall ", "Nhà ")} else name
