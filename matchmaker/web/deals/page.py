"""Outcomes and results as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.deals.evidence import FILED, EvidenceLevel
from matchmaker.domain.deals.stages import COUNT_ONLY, HEADLINE, Outcome, rank
from matchmaker.domain.keys import key_of
from matchmaker.domain.money.currencies import likely_currency
from matchmaker.domain.money.errors import AmbiguousAmount, UnreadableAmount
from matchmaker.domain.money.formatting import format_number
from matchmaker.domain.money.parsing import read_amount
from matchmaker.domain.money.wording import money_in_words
from matchmaker.services.deal_choice import NEW, own_deal
from matchmaker.web.deals.forms import ConfirmForm, OutcomeForm
from matchmaker.web.deals.wording import COMPLETE, RESULT
from matchmaker.web.fields import offer
from matchmaker.web.filters import date, money
from matchmaker.web.fragments import drawn_by, same_for_all
from matchmaker.web.language import language
from matchmaker.web.outcomes import HORIZONS, LEVEL_MARKS, LEVELS, OUTCOMES

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup

    from matchmaker.domain.deals.reports import OutcomeReport
    from matchmaker.domain.money.amount import Money
    from matchmaker.domain.money.rates import FixedRates
    from matchmaker.domain.money.reading import Reading
    from matchmaker.services.deals import Result
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.questions import PairDeal, Question

SHOWN_TITLE = 120


@dataclass(frozen=True, slots=True)
class ReadAmount:
    """One way to understand a typed amount, in digits and in words; ``key`` is what the form sends for it."""

    key: str
    money: Money
    digits: str
    words: str


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One line of a company's results."""

    name: str
    country: str
    title: str
    url: str
    stage: str
    level: tuple[str, str, str] | None
    value: str
    mine: str
    theirs: str
    has_deal: bool
    register: str
    document_url: str
    has_document: bool


@dataclass(frozen=True, slots=True)
class ResultGroup:
    """The results that stand on one rung, with what they add up to."""

    key: str
    title: str
    hint: str
    lines: Sequence[ResultLine]


def outcome_form(question: Question, rates: FixedRates, *, deal: str = "") -> OutcomeForm:
    """Return the form with what this side said last, so that a correction begins from it."""
    form = OutcomeForm()
    offer(form.currency, [(code, code) for code in rates.currencies])
    form.deal.data = form.deal.data or deal
    if form.is_submitted():
        return form
    form.currency.data = likely_currency(question.meeting.countries, rates.currencies)
    about = [report for report in question.mine if deal in {"", report.deal_id}]
    if not about:
        return form
    last = about[-1]
    form.outcome.data = next((answer for answer, outcome in COMPLETE.items() if outcome is last.outcome), RESULT)
    form.kind.data = str(last.outcome) if last.outcome in HEADLINE else None
    if last.value is not None:
        form.value.data = format_number(last.value.amount.normalize() + 0, lang=language())
        form.currency.data = last.value.currency
        form.horizon.data = str(last.horizon) if last.horizon else None
    return form


def empty_fields(question: Question, rates: FixedRates) -> Markup:
    """Return the fields of the form as they are before anything was said."""
    return _empty_fields(tuple(rates.currencies), likely_currency(question.meeting.countries, rates.currencies))


@same_for_all
def _empty_fields(currencies: tuple[str, ...], currency: str) -> Markup:
    form = OutcomeForm(formdata=None)
    offer(form.currency, [(code, code) for code in currencies])
    form.currency.data = currency
    return drawn_by("components/outcome.html", "outcome_fields", form)


def readings_of(text: str, currency: str) -> list[ReadAmount]:
    """Return every reading of a typed amount, none for an empty one; raise UnreadableAmount with the code why."""
    if not text:
        return []
    found: tuple[Reading, ...]
    try:
        found = (read_amount(text, lang=language(), currency=currency or None),)
    except AmbiguousAmount as error:
        found = error.readings
    if not all(reading.amount for reading in found):
        raise UnreadableAmount(code="value_not_positive")
    return [_reading(reading.as_money(currency=currency)) for reading in found]


def _reading(amount: Money) -> ReadAmount:
    words = money_in_words(amount, lang=language())
    return ReadAmount(f"{amount.amount:f} {amount.currency}", amount, money(amount), words[:1].upper() + words[1:])


def deal_choices(deals: Iterable[PairDeal], *, asked: str) -> list[tuple[str, str]]:
    """Return the deals a result may be about, or nothing where there is no doubt.

    There is none while the pair has no deal from another meeting: a meeting then has one deal of its own.
    """
    known = list(deals)
    if asked or len(known) == (1 if own_deal(known) else 0):
        return []
    return [*((str(deal.id), _deal_name(deal)) for deal in known), (NEW, _("Another deal"))]


def _deal_name(deal: PairDeal) -> str:
    if deal.title:
        return deal.title if len(deal.title) <= SHOWN_TITLE else f"{deal.title[:SHOWN_TITLE].rstrip()}…"
    if deal.is_of_meeting:
        return _("The deal of this meeting")
    return _("The deal of our meeting on %(day)s", day=date(deal.met_at))


def deal_key(text: str) -> uuid.UUID | str:
    """Return the deal that a form names: a key, NEW, or "" for the meeting's own; anything else is the last."""
    if text == NEW:
        return NEW
    return key_of(text) or ""


def confirm_form(form: OutcomeForm, readings: Sequence[ReadAmount], choices: Sequence[tuple[str, str]]) -> ConfirmForm:
    """Return the form that carries an answer on to be confirmed."""
    confirm = ConfirmForm(formdata=None)
    confirm.kind.data, confirm.value.data, confirm.currency.data = form.kind.data, form.value.data, form.currency.data
    offer_choices(confirm, readings, choices)
    confirm.horizon.data = form.horizon.data
    confirm.deal.data = form.deal.data
    return confirm


def offer_choices(form: ConfirmForm, readings: Sequence[ReadAmount], choices: Sequence[tuple[str, str]]) -> None:
    """Put what there is to choose from into the form: readings of an amount, deals of the pair."""
    offer(form.reading, [(one.key, f"{one.digits} – {one.words}") for one in readings])
    offer(form.deal, choices)


def stated_text(report: OutcomeReport | None) -> str:
    """What one side said, in a line: kind, value, horizon."""
    if report is None:
        return ""
    parts = [str(OUTCOMES[report.outcome])]
    if report.value is not None:
        parts.append(money(report.value))
    if report.horizon is not None:
        parts.append(str(HORIZONS[report.horizon]))
    return " · ".join(parts)


def groups_of(results: Iterable[Result], *, fair: FairFacts) -> list[ResultGroup]:
    """Return a company's results by rung, the highest first, after those that wait for its own answer."""
    by_stage: dict[Outcome | None, list[ResultLine]] = {}
    for result in results:
        by_stage.setdefault(result.stage, []).append(_line(result, fair=fair))
    waiting = by_stage.pop(None, [])
    groups = [
        ResultGroup(str(stage), str(OUTCOMES[stage]), "", by_stage[stage])
        for stage in sorted((stage for stage in by_stage if stage is not None), key=rank, reverse=True)
    ]
    if waiting:
        hint = _("The other side or a contract register named a deal. What they said is shown once you have answered.")
        groups.insert(0, ResultGroup("waiting", _("Waiting for your answer"), hint, waiting))
    return groups


def _line(result: Result, *, fair: FairFacts) -> ResultLine:
    level = None
    if result.level is not None and result.stage not in COUNT_ONLY:
        level = (_level_words(result, result.level), *LEVEL_MARKS[result.level])
    return ResultLine(
        name=result.name,
        country=result.country,
        title=result.title,
        url=url_for("deals.outcome", slug=fair.slug, meeting_id=result.meeting_id, deal=result.deal_id),
        stage=str(OUTCOMES[result.stage]) if result.stage else "",
        level=level,
        value=money(result.value) if result.value else "",
        mine=stated_text(result.mine),
        theirs=stated_text(result.theirs),
        has_deal=result.deal_id is not None,
        register=stated_text(result.register),
        document_url=_document_url(result, fair=fair),
        has_document=result.mine is not None and result.mine.evidence in FILED,
    )


def _level_words(result: Result, level: EvidenceLevel) -> str:
    """On whose word a value counts; where the two sides' figures differ a little, that it is neither but their mean."""
    said = [stated.value for stated in (result.mine, result.theirs) if stated is not None and stated.value is not None]
    if level is EvidenceLevel.TWO_SIDED and len(said) > 1 and said[0] != said[1]:
        return _("Both sides, mean counted")
    return str(LEVELS[level])


def _document_url(result: Result, *, fair: FairFacts) -> str:
    """Where the document of a deal is handed in; nowhere while this side has said nothing that one could back."""
    if result.deal_id is None or result.mine is None or result.mine.outcome in COUNT_ONLY:
        return ""
    return url_for("deals.document", slug=fair.slug, deal_id=result.deal_id)
