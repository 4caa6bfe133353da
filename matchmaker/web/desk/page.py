"""What was typed into the lines of the list, and the lines as the page shows them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.money.currencies import likely_currency
from matchmaker.domain.money.errors import AmbiguousAmount, UnreadableAmount
from matchmaker.domain.money.formatting import format_number
from matchmaker.domain.money.parsing import read_amount
from matchmaker.services.desk_list import DeskPage, There, Written
from matchmaker.web.amounts import AMOUNT_PROBLEMS
from matchmaker.web.filters import datetime, money
from matchmaker.web.fragments import drawn_by, same_for_all, same_page_for_all
from matchmaker.web.language import language
from matchmaker.web.outcomes import HORIZONS, OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask_babel import LazyString
    from werkzeug.datastructures import MultiDict

    from matchmaker.domain.errors import Refused
    from matchmaker.domain.money.amount import Money
    from matchmaker.services.desk_list import DeskRow, Meetings, Stated
    from matchmaker.services.fairs import FairFacts

# What stands for the key and the amount of a line where its fields are drawn for any of them.
KEY, AMOUNT = "0" * 32, "\N{WHITE SQUARE}"
FIELDS = ("there", "outcome", "amount", "currency", "horizon")
THERE: dict[There, LazyString] = {
    There.BOTH: _l("Both there"),
    There.NO_EXHIBITOR: _l("Seller missing"),
    There.NO_BUYER: _l("Buyer missing"),
    There.NOBODY: _l("Nobody there"),
}
ON_PAPER = (
    Outcome.NO_INTEREST,
    Outcome.FOLLOW_UP,
    Outcome.QUOTATION,
    Outcome.MOU,
    Outcome.AGREEMENT,
    Outcome.ORDER,
)
SOON = (Horizon.IMMEDIATE, Horizon.TWELVE_MONTHS)
REFUSALS: dict[str, LazyString] = {
    "not_on_the_list": _l("This meeting is not on the list any more. Look at the page anew."),
    "changed_meanwhile": _l("This meeting has changed meanwhile. Look at the page anew."),
    "said_otherwise": _l(
        "The record says otherwise: a host was at the table, or an outcome is recorded. Leave it empty."
    ),
    "outcome_without_meeting": _l("Nothing can have come of a meeting that was not held."),
    "outcome_has_no_value": _l("Only a result has a value. Choose what came of it."),
    "value_without_horizon": _l("Choose by when it is to be traded."),
    "currency_without_rate": _l("This fair has fixed no rate for this currency. Choose one of those offered."),
    "value_too_large": _l("This amount is too large. Check the number of zeros."),
    "value_finer_than_currency": _l("This currency has fewer decimals. Round the amount."),
    "value_not_positive": _l("Type an amount above zero, or leave it empty."),
    **{str(code): words for code, words in AMOUNT_PROBLEMS.items()},
}


@dataclass(slots=True)
class Typed:
    """A line as it was typed, what it means where it can be read, and what is wrong with it by field."""

    values: dict[str, str]
    written: Written | None = None
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page: the meeting, what its fields hold, what is wrong, what a side said itself.

    Names of its fields end with ``key``. ``fields`` are the fields as HTML where they say nothing out of the ordinary.
    """

    row: DeskRow
    when: str
    key: str
    values: dict[str, str]
    errors: dict[str, str]
    own_words: str
    fields: Markup | str


class Lines(NamedTuple):
    """The lines of a page as HTML, and those of them that need a look: their numbers and where each is to be mended."""

    drawn: Markup
    wrong: list[tuple[int, str]]


def field_of(refused: Refused) -> str:
    """Return the field of a line that a refusal is about."""
    return "amount" if refused.field == "value" else refused.field if refused.field in FIELDS else "there"


def sentence(refused: Refused) -> str:
    """Return what is wrong with a line in words."""
    return str(REFUSALS.get(refused.code, REFUSALS["changed_meanwhile"]))


def offers_of(currencies: Sequence[str]) -> dict[str, list[tuple[str, LazyString | str]]]:
    """Return what the fields offer, as pairs of value and text."""
    return {
        "there": [(str(code), words) for code, words in THERE.items()],
        "outcome": [(str(code), OUTCOMES[code]) for code in ON_PAPER],
        "currency": [(code, code) for code in currencies],
        "horizon": [(str(code), HORIZONS[code]) for code in SOON],
    }


def lines_of(fair: FairFacts, found: DeskPage, typed: Mapping[uuid.UUID, Typed]) -> Lines:
    """Return the lines of a page; what was typed and not kept stands before what is on record."""
    if not typed:
        on_record = tuple(found.there.items()), tuple(found.stated.items())
        return Lines(_drawn(fair.time_zone, found.meetings, found.number, *on_record, found.currencies), [])
    lines = _lines(found, typed)
    wrong = [(one.row.number, f"{next(iter(one.errors))}-{one.key}") for one in lines if one.errors]
    return Lines(_draw(lines, found.currencies), wrong)


# No line names a person. Meetings that were read anew are another key.
@same_page_for_all
def _drawn(
    _zone: str,
    meetings: Meetings,
    number: int,
    there: tuple[tuple[uuid.UUID, There], ...],
    stated: tuple[tuple[uuid.UUID, Stated], ...],
    currencies: tuple[str, ...],
) -> Markup:
    page = DeskPage(meetings, dict(there), dict(stated), currencies, number, number, len(meetings.listed))
    return _draw(_lines(page, {}), currencies)


def _draw(lines: list[Line], currencies: tuple[str, ...]) -> Markup:
    return drawn_by("desk/line.html", "lines", lines, offers_of(currencies))


def _lines(found: DeskPage, typed: Mapping[uuid.UUID, Typed]) -> list[Line]:
    rows = found.rows
    times = {one: datetime(one) for one in {row.meeting.starts_at for row in rows}}
    return [
        _line(row, typed.get(row.meeting.meeting_id), times[row.meeting.starts_at], found.currencies) for row in rows
    ]


def _line(row: DeskRow, typed: Typed | None, when: str, offered: tuple[str, ...]) -> Line:
    key = row.meeting.meeting_id.hex
    values = typed.values if typed else _on_record(row, offered)
    errors = typed.errors if typed else {}
    own_words = _stated_words(row) if row.stated is not None and row.stated.is_own else ""
    return Line(row, when, key, values, errors, own_words, "" if errors or own_words else _fields(key, values, offered))


def _fields(key: str, values: dict[str, str], offered: tuple[str, ...]) -> Markup:
    """The fields of a line with nothing wrong: as of any other line on which the same is chosen."""
    chosen = (values["there"], values["outcome"], values["currency"], values["horizon"])
    drawn = _fields_of_any(*chosen, offered).replace(KEY, key)
    return drawn.replace(AMOUNT, escape(values["amount"]))


@same_for_all
def _fields_of_any(there: str, outcome: str, currency: str, horizon: str, offered: tuple[str, ...]) -> Markup:
    """The fields of a line, with marks for its key and its amount."""
    values = {"there": there, "outcome": outcome, "amount": AMOUNT, "currency": currency, "horizon": horizon}
    return drawn_by("desk/line.html", "fields", KEY, values, {}, "", offers_of(offered))


def _on_record(row: DeskRow, offered: Sequence[str]) -> dict[str, str]:
    stated = row.stated
    countries = (row.meeting.exhibitor_country, row.meeting.buyer_country)
    value = stated.value if stated else None
    return {
        "there": str(row.there or ""),
        "outcome": str(stated.outcome) if stated else "",
        "amount": format_number(value.amount.normalize() + 0, lang=language()) if value else "",
        "currency": value.currency if value else likely_currency(countries, offered),
        "horizon": str(stated.horizon or "") if stated else "",
    }


def _stated_words(row: DeskRow) -> str:
    if row.stated is None:
        return ""
    words = str(OUTCOMES[row.stated.outcome])
    return f"{words} · {money(row.stated.value)}" if row.stated.value else words


def read_rows(form: MultiDict[str, str]) -> dict[uuid.UUID, Typed]:
    """Return every line that was sent, by its meeting; names that are no line's are left out."""
    keys = dict.fromkeys(name.partition("-")[2] for name in form if name.startswith("there-"))
    found = {}
    for text in keys:
        try:
            key = uuid.UUID(text)
        except ValueError:
            continue
        found[key] = _read(key, {name: form.get(f"{name}-{text}", "").strip() for name in FIELDS})
    return found


def _read(key: uuid.UUID, values: dict[str, str]) -> Typed:
    typed = Typed(values)
    value = _amount(typed)
    typed.written = Written(
        meeting_id=key,
        there=There(values["there"]) if values["there"] in set(There) else None,
        outcome=Outcome(values["outcome"]) if values["outcome"] in {str(one) for one in ON_PAPER} else None,
        value=value,
        typed=values["amount"],
        horizon=Horizon(values["horizon"]) if values["horizon"] in {str(one) for one in SOON} else None,
    )
    return typed


def _amount(typed: Typed) -> Money | None:
    """The amount of a line; one that can't be read, or in two ways, is an error beside it."""
    if not typed.values["amount"]:
        return None
    currency = typed.values["currency"]
    try:
        value = read_amount(typed.values["amount"], lang=language(), currency=currency).as_money(currency=currency)
    except AmbiguousAmount as error:
        found: Sequence[str] = [money(one.as_money(currency=currency)) for one in error.readings]
        typed.errors["amount"] = _("This can be %(readings)s. Type it without separators.", readings=" / ".join(found))
        return None
    except UnreadableAmount as error:
        typed.errors["amount"] = sentence(error)
        return None
    if not value.amount:
        typed.errors["amount"] = str(REFUSALS["value_not_positive"])
        return None
    return value
