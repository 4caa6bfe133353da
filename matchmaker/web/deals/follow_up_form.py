"""The form of a follow-up: one set of questions for each deal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Length, Optional

from matchmaker.domain.deals.follow_up import Answer
from matchmaker.domain.deals.reports import Attribution
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.money.errors import UnreadableAmount
from matchmaker.services.follow_up_answers import DealAnswer
from matchmaker.web.deals.forms import NUMBER_LENGTH, add_error
from matchmaker.web.deals.page import readings_of, stated_text
from matchmaker.web.deals.wording import REFUSALS
from matchmaker.web.fields import Form, choices_of, offer
from matchmaker.web.outcomes import ATTRIBUTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask_babel import LazyString

    from matchmaker.domain.deals.reports import OutcomeReport
    from matchmaker.domain.errors import Refused
    from matchmaker.domain.money.rates import FixedRates
    from matchmaker.services.deals import Result
    from matchmaker.services.follow_up_answers import OpenFollowUp
    from matchmaker.web.deals.page import ReadAmount

ANSWERS: dict[Answer, LazyString] = {
    Answer.UNCHANGED: _l("As we said, it goes on"),
    Answer.SIGNED: _l("A contract is signed"),
    Answer.DELIVERED: _l("Goods are delivered or paid"),
    Answer.FELL_THROUGH: _l("It came to nothing"),
}
VALUED = frozenset({Answer.SIGNED, Answer.DELIVERED})


class DealForm(Form):
    """What became of one deal. The page has many of these and one token."""

    class Meta(Form.Meta):
        """How fields are made."""

        csrf = False

    answer = RadioField(
        _l("What became of it?"),
        choices=choices_of(ANSWERS),
        validate_choice=False,
    )
    value = StringField(_l("Value"))
    currency = SelectField(_l("Currency"))
    invoice = StringField(
        _l("Number of the contract or invoice"),
        validators=[Optional(), Length(max=NUMBER_LENGTH, message=_l("A number has at most %(max)d characters."))],
    )
    attribution = RadioField(
        _l("Without the fair?"),
        choices=choices_of(ATTRIBUTIONS),
        validate_choice=False,
    )


@dataclass(slots=True)
class DealLine:
    """One deal of the question: what it is, what this side said of it, its form, and its amount as it was read."""

    result: Result
    form: DealForm
    mine: str
    reading: ReadAmount | None = None

    @property
    def choice(self) -> Answer | None:
        """What was chosen, if anything."""
        return next((one for one in Answer if one == self.form.answer.data), None)

    @property
    def chosen(self) -> str:
        """The answer in words."""
        return str(ANSWERS[self.choice]) if self.choice else ""

    @property
    def fields(self) -> dict[str, str]:
        """What is carried along while the amount is read back."""
        return {field.name: field.data for field in self.form if field.data}


def lines_of(asked: OpenFollowUp, rates: FixedRates) -> list[DealLine]:
    """Return the questions, filled in with what was sent, else with what this side said before."""
    return [_line(result, rates) for result in asked.results]


def _line(result: Result, rates: FixedRates) -> DealLine:
    form = DealForm(request.form if request.method == "POST" else None, prefix=f"{result.deal_id}-")
    offer(form.currency, [(code, code) for code in rates.currencies])
    if request.method != "POST" and result.mine and result.mine.value:
        form.currency.data = result.mine.value.currency
    return DealLine(result, form, stated_text(result.mine))


def recorded_text(said: OutcomeReport) -> str:
    """What was recorded, in a line."""
    return str(ANSWERS[Answer.FELL_THROUGH]) if said.outcome is Outcome.NO_INTEREST else stated_text(said)


def read(lines: Sequence[DealLine]) -> list[DealAnswer]:
    """Return what was answered; what is wrong stands beside the fields, and there is nothing to save then."""
    for line in lines:
        _read(line)
    if any(line.form.errors for line in lines):
        return []
    answers = [_answer(line, line.choice) for line in lines if line.choice]
    if not answers and lines:
        add_error(lines[0].form, "answer", _("Answer for one deal at least."))
    return answers


def _read(line: DealLine) -> None:
    form = line.form
    form.validate()
    if line.choice not in VALUED:
        return
    if not form.value.data:
        if line.choice is Answer.DELIVERED:
            add_error(form, "value", _("Say for how much, so that it can be counted."))
        return
    try:
        readings = readings_of(form.value.data, form.currency.data or "")
    except UnreadableAmount as error:
        add_error(form, "value", str(REFUSALS[error.code]))
        return
    if len(readings) > 1:
        either = " / ".join(f"{one.digits} – {one.words}" for one in readings)
        add_error(form, "value", _("This can be read as %(either)s. Write it so that it can't.", either=either))
        return
    line.reading = readings[0]


def _answer(line: DealLine, choice: Answer) -> DealAnswer:
    attribution = next((one for one in Attribution if one == line.form.attribution.data), None)
    return DealAnswer(
        deal_id=line.result.deal_id,  # type: ignore[arg-type]  # Only results with a deal are asked about.
        answer=choice,
        value=line.reading.money if line.reading else None,
        typed=line.form.value.data or "" if line.reading else "",
        invoice=line.form.invoice.data or "" if choice in VALUED else "",
        attribution=attribution,
    )


def show_refusal(lines: Iterable[DealLine], error: Refused) -> None:
    """Put what the service refused beside the deal it is about."""
    line = next(line for line in lines if str(line.result.deal_id) == error.field)
    add_error(line.form, "value", str(REFUSALS.get(error.code, REFUSALS["value_not_positive"])))
