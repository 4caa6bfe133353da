"""The consents as their pages show them: to the person who gave them, and to the organizer who words them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.consents import STATED_BY_IMPORT, Purpose
from matchmaker.extensions import db
from matchmaker.services import consent_texts, consents
from matchmaker.web.consent_words import channel_name, consequences, purpose_names
from matchmaker.web.filters import datetime as moment
from matchmaker.web.language import language

if TYPE_CHECKING:
    from matchmaker.domain.consents import Wording
    from matchmaker.services.consents import Answer
    from matchmaker.services.fairs import FairFacts, Membership


@dataclass(frozen=True, slots=True)
class Row:
    """One question with how its answer stands."""

    label: str
    detail: str
    given: str
    url: str
    is_given: bool


@dataclass(frozen=True, slots=True)
class Past:
    """One answer of before or now, with the text that was shown."""

    label: str
    text: str
    given: str
    withdrawn: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question as the organizer words it."""

    purpose: str
    label: str
    wording: Wording
    earlier: list[Wording]
    url: str


def consents_page(fair: FairFacts, me: Membership) -> tuple[list[Row], list[Past]]:
    """Return the questions with their answers, and everything answered so far."""
    answers = consents.answers(db.session, fair_id=fair.id, account_id=me.account_id)
    texts = consent_texts.versions(db.session, fair_id=fair.id)
    stated = _stated(fair, me, answers)
    rows = [_row(fair, purpose, answers, texts[purpose][-1], is_stated=purpose in stated) for purpose in Purpose]
    return rows, [_past(answer, texts[answer.purpose]) for answer in answers]


def questions(fair: FairFacts) -> list[Question]:
    """Return every question with its present wording and the ones before."""
    found = consent_texts.versions(db.session, fair_id=fair.id)
    return [question(fair, purpose, texts) for purpose, texts in found.items()]


def question(fair: FairFacts, purpose: Purpose, texts: list[Wording]) -> Question:
    """Return one question of all its wordings, the oldest first."""
    url = url_for("consents.reword", slug=fair.slug, purpose=purpose.value)
    return Question(purpose, purpose_names()[purpose], texts[-1], texts[-2::-1], url)


def _row(fair: FairFacts, purpose: Purpose, answers: list[Answer], wording: Wording, *, is_stated: bool) -> Row:
    standing = next((one for one in answers if one.purpose == purpose and one.stands), None)
    if standing is not None:
        given = _("Agreed on %(moment)s, %(channel)s.", moment=moment(standing.given_at), channel=_said(standing))
    elif is_stated:
        given = _("The organizer states to have asked your company.")
    else:
        given = _("Not agreed.")
    return Row(
        label=purpose_names()[purpose],
        detail=f"{wording.text(language())} {consequences()[purpose]}",
        given=given,
        url=url_for("consents.answer", slug=fair.slug, purpose=purpose.value),
        is_given=standing is not None or is_stated,
    )


def _stated(fair: FairFacts, me: Membership, answers: list[Answer]) -> frozenset[Purpose]:
    """What the company counts as agreeing to although this person never answered."""
    left = frozenset(STATED_BY_IMPORT) - {one.purpose for one in answers}
    if not left:
        return left
    agreed = consents.agreed_to(
        db.session, fair_id=fair.id, company_id=me.company_id, representative_id=me.representative_id
    )
    return left & agreed


def _past(answer: Answer, texts: list[Wording]) -> Past:
    shown = next((one.text(language()) for one in texts if one.version == answer.version), "")
    return Past(
        label=purpose_names()[answer.purpose],
        text=f"{shown} ({answer.version})" if shown else answer.version,
        given=f"{moment(answer.given_at)}, {_said(answer)}",
        withdrawn=moment(answer.withdrawn_at) if answer.withdrawn_at else "",
    )


def _said(answer: Answer) -> str:
    return channel_name(answer.channel)
