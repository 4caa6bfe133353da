"""Meetings that the companies of the running fair have agreed on, and the plan that was published for them."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from matchmaker.demo.joined import ask_a_packer
from matchmaker.demo.last_times import leave_last_times
from matchmaker.demo.objected import ANSWERED_AFTER, object_and_answer
from matchmaker.domain.fairs import Acceptance, Role, TimeChoice
from matchmaker.domain.meetings import Grade, Origin
from matchmaker.models import Account, FairPerson, Meeting, Participation, Representative, Suggestion
from matchmaker.services import (
    fair_rules,
    fairs,
    outlooks,
    proposals,
    publishing,
    requests,
    schedule_problem,
    scheduling,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from matchmaker.domain.scheduling import Progress
    from matchmaker.services.fairs import FairFacts

SEED = 11
MOST_MEETINGS, MOST_OF_SELLER, MOST_OF_BUYER = 240, 3, 8
# Whoever looks around as one of these two has suggestions left to ask for.
MOST_OF_SHOWN = 4
# Long enough before the first day for everyone to have been told in time.
AHEAD = timedelta(hours=14)
# Whoever looks in again on the next day still finds requests to answer.
REQUEST_MINUTES = 2 * 24 * 60
ASKED_AGO = (timedelta(minutes=50), timedelta(minutes=25), timedelta(minutes=8))


def agree(session: Session, *, slug: str, shown: dict[str, str], organizer_id: uuid.UUID, now: datetime) -> None:
    """Let matched companies agree, schedule what they agreed on, publish the plan, and leave some requests open.

    ``shown`` names the e-mail address of the exhibitor and the buyer whom visitors sign in as.
    """
    fair = _let_pairs_choose(session, fairs.by_slug(session, slug=slug), by=organizer_id, now=now)
    visitors = {
        role: _participation_of(session, fair, email=shown[role], role=role) for role in (Role.EXHIBITOR, Role.BUYER)
    }
    planned_at = datetime.combine(fair.opens_on, time.min, tzinfo=fair.zone) - AHEAD
    pairs = _pairs(session, fair, visitors=set(visitors.values()))
    # Each of them was accepted by the one who was asked; to the table it is the same as an agreement for both.
    agreed = replace(fair, acceptance=Acceptance.AUTOMATIC)
    made = proposals.propose_all(
        session, fair=agreed, pairs=pairs, origin=Origin.SUGGESTION, by=None, now=planned_at - AHEAD
    )
    _tell_who_asked(session, made.meetings.values())
    run_id = schedule(session, fair, by=organizer_id, at=planned_at)
    object_and_answer(
        session, fair=fair, buyer_id=visitors[Role.BUYER], organizer_id=organizer_id, planned_at=planned_at
    )
    publishing.publish(session, fair=fair, run_id=run_id, by=organizer_id, now=planned_at + ANSWERED_AFTER)
    ask_a_packer(session, fair=fair, buyer_id=visitors[Role.BUYER], asked_at=planned_at + 2 * ANSWERED_AFTER)
    for role, key in visitors.items():
        _ask_visitor(session, fair, key, role=role, now=now)
        leave_last_times(session, fair=fair, visitor=key, role=role, now=now)
    session.flush()


def _let_pairs_choose(session: Session, fair: FairFacts, *, by: uuid.UUID, now: datetime) -> FairFacts:
    fair_rules.set_mode(
        session, fair=fair, acceptance=Acceptance.PERSON, time_choice=TimeChoice.PAIR, seen="", by=by, now=now
    )
    limits = replace(fair_rules.limits_of(session, fair_id=fair.id), fair_request_minutes=REQUEST_MINUTES)
    fair_rules.set_limits(session, fair=fair, limits=limits, by=by, now=now)
    return fairs.by_slug(session, slug=fair.slug)


def _participation_of(session: Session, fair: FairFacts, *, email: str, role: Role) -> uuid.UUID:
    return session.execute(
        select(Participation.id)
        .join(FairPerson, FairPerson.participation_id == Participation.id)
        .join(Representative, Representative.id == FairPerson.representative_id)
        .where(Representative.email == email, Participation.fair_id == fair.id, Participation.role == role)
    ).scalar_one()


def _pairs(session: Session, fair: FairFacts, *, visitors: set[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """The best suggested pairs, as long as neither side has its fill."""
    found = session.execute(
        select(Suggestion.exhibitor_id, Suggestion.buyer_id)
        .where(Suggestion.fair_id == fair.id)
        .order_by(Suggestion.score.desc(), Suggestion.exhibitor_id, Suggestion.buyer_id)
    )
    taken: Counter[uuid.UUID] = Counter()
    chosen = []
    for exhibitor_id, buyer_id in found:
        most = {exhibitor_id: MOST_OF_SELLER, buyer_id: MOST_OF_BUYER} | dict.fromkeys(visitors, MOST_OF_SHOWN)
        if taken[exhibitor_id] < most[exhibitor_id] and taken[buyer_id] < most[buyer_id]:
            taken.update((exhibitor_id, buyer_id))
            chosen.append((exhibitor_id, buyer_id))
    return chosen[:MOST_MEETINGS]


def _tell_who_asked(session: Session, keys: Iterable[uuid.UUID]) -> None:
    """Let two of three be asked for by the seller, and some of them be wanted more than others."""
    dice = random.Random(SEED)  # noqa: S311 - The same story every time, and no secret.
    for role, share in ((Role.EXHIBITOR, 1.0), (Role.BUYER, 1 / 3)):
        asked = [key for key in sorted(keys) if dice.random() < share]
        grade = Grade.MUST_MEET if role is Role.BUYER else Grade.WOULD_LIKE
        session.execute(
            update(Meeting).where(Meeting.id.in_(asked)).values(requested_by=role, **{f"{role}_grade": grade})
        )


def schedule(session: Session, fair: FairFacts, *, by: uuid.UUID, at: datetime) -> uuid.UUID:
    """Schedule what is agreed as of a moment, as the jobs process would, and return the run."""
    run_id = scheduling.begin_run(session, fair_id=fair.id, seed=SEED, by=by, now=at)
    scheduling.start_run(session, run_id=run_id)
    loaded = schedule_problem.fair_problem(session, fair_id=fair.id, now=at)
    result = scheduling.solve(loaded, seed=SEED, report=_unheard)
    scheduling.write_plan(session, fair_id=fair.id, run_id=run_id, loaded=loaded, result=result, now=at)
    outlook = outlooks.worked_out(loaded, result, seed=SEED, report=_unheard)
    outlooks.keep(session, run_id=run_id, record=outlook)
    return run_id


def _unheard(_progress: Progress) -> None:
    """Nobody waits for the demo's runs."""


def _ask_visitor(session: Session, fair: FairFacts, key: uuid.UUID, *, role: Role, now: datetime) -> None:
    """Let the next ones on a visitor's own list ask it for a meeting, so that there is something to answer."""
    mine, other = (
        (Suggestion.exhibitor_id, Suggestion.buyer_id)
        if role is Role.EXHIBITOR
        else (Suggestion.buyer_id, Suggestion.exhibitor_id)
    )
    met = select(Meeting.buyer_id if role is Role.EXHIBITOR else Meeting.exhibitor_id).where(
        (Meeting.exhibitor_id if role is Role.EXHIBITOR else Meeting.buyer_id) == key
    )
    wanted = (
        select(other, Account.id)
        .join(FairPerson, FairPerson.participation_id == other)
        .join(Representative, Representative.id == FairPerson.representative_id)
        .join(Account, Account.id == Representative.account_id)
        .where(Suggestion.fair_id == fair.id, mine == key, other.not_in(met), Representative.is_admin)
        .order_by(Suggestion.score.desc(), other)
        .limit(2 * len(ASKED_AGO))
    )
    # The very best are left for the visitor to ask.
    askers = session.execute(wanted).all()[len(ASKED_AGO) :]
    for (asker, account_id), ago in zip(askers, ASKED_AGO, strict=False):
        me = next(
            one
            for one in fairs.memberships(session, fair_id=fair.id, account_id=account_id)
            if one.participation_id == asker
        )
        requests.ask(session, fair=fair, me=me, other_id=key, note="", now=now - ago)
