"""What can be said of a result beside its amount: the years it spreads over, its goods, its day, the buyer's saving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.deals.reports import Horizon, YearAmount
from matchmaker.domain.money.errors import AmbiguousAmount, UnreadableAmount
from matchmaker.domain.money.parsing import read_amount
from matchmaker.extensions import db
from matchmaker.services import deal_choice, fair_categories
from matchmaker.services.outcomes import Said
from matchmaker.web.deals.page import deal_key
from matchmaker.web.deals.wording import KINDS, REFUSALS
from matchmaker.web.fields import offer
from matchmaker.web.filters import money
from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from wtforms import Field

    from matchmaker.domain.money.amount import Money
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.questions import Question
    from matchmaker.web.deals.forms import ConfirmForm, OutcomeForm
    from matchmaker.web.deals.page import ReadAmount


WITHOUT_YEARS = frozenset(Horizon) - {Horizon.MULTI_YEAR}


def prepare(form: ConfirmForm, question: Question, *, fair: FairFacts) -> None:
    """Name the years, and offer the categories of both companies' items before all others."""
    first = clock.now().astimezone(fair.zone).year
    for year, field in enumerate(form.years, start=first):
        field.label.text = str(year)
    listed = fair_categories.categories_to_choose(db.session, fair_id=fair.id, lang=language())
    known = {code: f"{name} – {sector}" if name != sector else name for code, name, sector in listed.lines}
    likely = [code for code in deal_choice.categories_of(db.session, meeting=question.meeting) if code in known]
    order = [*dict.fromkeys(likely), *(code for code in known if code not in likely)]
    offer(form.category, [("", _("Not said")), *((code, known[code]) for code in order)])


def said_at_once(form: OutcomeForm, readings: Sequence[ReadAmount]) -> Said | None:
    """Return what an answer says of an amount that leaves nothing to ask: one reading, and a horizon without years."""
    if len(readings) != 1 or form.horizon.data not in WITHOUT_YEARS:
        return None
    return Said(
        outcome=form.stage,
        deal=deal_key(form.deal.data or ""),
        value=readings[0].money,
        typed=form.value.data or "",
        horizon=Horizon(form.horizon.data),
    )


def said_of(form: ConfirmForm, readings: Sequence[ReadAmount]) -> Said | None:
    """Return what a checked form says, or None when a detail can't be read; the error stands beside its field."""
    chosen = [one for one in readings if len(readings) == 1 or one.key == form.reading.data]
    value = chosen[0].money if chosen else None
    horizon = Horizon(form.horizon.data) if chosen else None
    said = Said(
        outcome=next(kind for kind in KINDS if kind == form.kind.data),
        deal=deal_key(form.deal.data or ""),
        value=value,
        typed=form.value.data or "",
        horizon=horizon,
        evidence_number=form.number.data or "",
        years=_years(form, value) if horizon is Horizon.MULTI_YEAR else (),
        category=form.category.data or "",
        expected_on=form.expected_on.data,
        saving=_amount(form.saving, value) if value else None,
    )
    return None if _is_unread(form) else said


def _years(form: ConfirmForm, value: Money | None) -> tuple[YearAmount, ...]:
    """The value by calendar year; what is left empty is nought, and the parts have to make the whole."""
    parts: list[YearAmount] = []
    for field in form.years:
        amount = _amount(field, value)
        if amount:
            parts.append(YearAmount(year=int(field.label.text), amount=amount))
    if _is_unread(form) or value is None:
        return ()
    if not parts:
        _refuse(form.years[0], _("Say how much of it falls into each year."))
    elif sum(part.amount for part in parts) != value.amount:
        _refuse(form.years[0], _("The years don't add up to the whole amount. Change one of them."))
    return tuple(parts)


def _amount(field: Field, value: Money | None) -> Decimal | None:
    """An amount typed beside the value, in its currency."""
    if not field.data or value is None:
        return None
    try:
        reading = read_amount(field.data, lang=language(), currency=value.currency)
        return reading.as_money(currency=value.currency).amount
    except AmbiguousAmount as error:
        either = " / ".join(money(one.as_money(currency=value.currency)) for one in error.readings)
        _refuse(field, _("This can be read as %(either)s. Write it so that it can't.", either=either))
    except UnreadableAmount as error:
        _refuse(field, str(REFUSALS[error.code]))
    return None


def _is_unread(form: ConfirmForm) -> bool:
    """Whether an amount beside the value could not be read; a form looks at its fields' errors only once."""
    return any(field.errors for field in (*form.years, form.saving))


def _refuse(field: Field, text: str) -> None:
    field.errors = [*field.errors, text]
