"""The consents as their pages show them: to the person who gave them, and to the organizer who words them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.consents import OF_THE_COMPANY, STATED_BY_IMPORT, Purpose
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
    rows = [_row(fair, me, purpose, answers, texts[purpose][-1]) for purpose in Purpose]
    return rows, [_past(answer, texts[answer.purpose]) for answer in answers]


def questions(fair: FairFacts) -> list[Question]:
    """Return every question with its present wording and the ones before."""
    names = purpose_names()
    return [
        Question(
            purpose,
            names[purpose],
            texts[-1],
            texts[-2::-1],
            url_for("consents.reword", slug=fair.slug, purpose=purpose),
        )
        for purpose, texts in consent_texts.versions(db.session, fair_id=fair.id).items()
    ]


def _row(fair: FairFacts, me: Membership, purpose: Purpose, answers: list[Answer], wording: Wording) -> Row:
    standing = next((one for one in answers if one.purpose == purpose and one.stands), None)
    is_given, given = standing is not None, _("Not agreed.")
    if standing is not None:
        given = _("Agreed on %(moment)s, %(channel)s.", moment=moment(standing.given_at), channel=_said(standing))
    elif _rests_on_statement(fair, me, purpose, answers):
        is_given, given = True, _("The organizer states to have asked your company.")
    return Row(
        label=purpose_names()[purpose],
        detail=f"{wording.text(language())} {consequences()[purpose]}",
        given=given,
        url=url_for("consents.answer", slug=fair.slug, purpose=purpose),
        is_given=is_given,
    )


def _rests_on_statement(fair: FairFacts, me: Membership, purpose: Purpose, answers: list[Answer]) -> bool:
    """Whether the company counts as agreeing although this person never answered."""
    if purpose not in STATED_BY_IMPORT or any(one.purpose == purpose for one in answers):
        return False
    if purpose in OF_THE_COMPANY:
        return consents.company_has(db.session, fair_id=fair.id, company_id=me.company_id, purpose=purpose)
    return consents.person_has(db.session, fair_id=fair.id, representative_id=me.representative_id, purpose=purpose)


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
