"""A meeting of two others as the third company sees it that joins them, or is asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.meetings import AGREED
from matchmaker.domain.third_company import THIRD, TO_JOIN, ThirdState
from matchmaker.extensions import db
from matchmaker.services import agenda as agendas
from matchmaker.services import complaints, meetings, third_people
from matchmaker.web.filters import day, time
from matchmaker.web.meetings.day import hall_of, where_of
from matchmaker.web.meetings.details import line_of
from matchmaker.web.meetings.forms import ThirdAnswerForm
from matchmaker.web.meetings.wording import STATES

if TYPE_CHECKING:
    import uuid

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.meeting_rows import MeetingRow
    from matchmaker.services.third_people import Candidate


def joined_page(
    fair: FairFacts,
    me: Membership,
    meeting_id: uuid.UUID,
    *,
    form: ThirdAnswerForm | None = None,
    is_lost: bool = False,
) -> str:
    """Return the page of a meeting that one's company is or was asked to join; a refused form stays in its place."""
    found = agendas.joined_meeting_of(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    row, now = found.row, clock.now()
    is_ahead = row.state in TO_JOIN and (row.starts_at is None or row.starts_at > now)
    is_asked = row.third_state == ThirdState.ASKED and is_ahead
    answer = form or ThirdAnswerForm(formdata=None)
    if is_asked:
        offer_people(answer, people_of(fair, me, meeting_id))
    words, tone, icon = STATES[row.state]
    return render_template(
        "meetings/joined.html",
        meeting_id=meeting_id,
        row=row,
        state=(str(words), tone, icon),
        facts=_facts(row) if is_asked or row.third_state == ThirdState.JOINED else [],
        third_state=row.third_state,
        is_asked=is_asked,
        is_in=row.third_state == ThirdState.JOINED and row.state in AGREED,
        may_leave=row.third_state == ThirdState.JOINED and is_ahead,
        ours=[line_of(one) for one in found.people if one.side == THIRD],
        theirs=[line_of(one) for one in found.people if one.side != THIRD],
        companies=[
            (name, url_for("meetings.block", slug=fair.slug, other_id=key))
            for key, name in complaints.others(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
        ],
        form=answer,
        is_lost=is_lost,
    )


def people_of(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> list[Candidate]:
    """Return who could sit there for one's company, whoever fits best first."""
    facts = meetings.facts_of(db.session, fair_id=fair.id, meeting_id=meeting_id)
    return third_people.candidates(db.session, meeting=facts, participation_id=me.participation_id)


def offer_people(form: ThirdAnswerForm, known: list[Candidate]) -> None:
    """Let the form offer these people, the first of them chosen unless another one was."""
    busy = _("has another meeting or is away then")
    form.person.choices = [(str(one.id), one.name if one.is_free else f"{one.name} ({busy})") for one in known]
    if form.person.data is None and known and known[0].is_free:
        form.person.data = str(known[0].id)


def _facts(row: MeetingRow) -> list[tuple[str, str, str]]:
    if row.starts_at is not None and row.ends_at is not None:
        when = f"{day(row.starts_at)}, {time(row.starts_at)}–{time(row.ends_at)}"
    else:
        when = _("Not chosen yet")
    where = ", ".join(part for part in (where_of(row), hall_of(row)) if part)
    facts = [("clock", _("When"), when)]
    if where:
        facts.append(("pin", _("Where"), where))
    if row.interpreter:
        facts.append(("mic", _("Interpreter"), row.interpreter))
    return facts
