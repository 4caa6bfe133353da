"""Make one company of two that are the same: first what that would do and what forbids it, then the merge itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm.attributes import flag_modified

from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.fairs import ParticipationStatus
from matchmaker.domain.names import fold
from matchmaker.domain.pair_rules import SideKind
from matchmaker.models import (
    Company,
    CompanyDistinction,
    MeetingRule,
    Need,
    Offer,
    Participation,
    Seat,
    Suggestion,
    Veto,
)
from matchmaker.services import complaints, history, merge_checks, rematching
from matchmaker.services.row_moves import Moves, move_all
from matchmaker.services.seats import SeatKind

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.merge_checks import MergePlan

FILLED = ("name_en", "short_name", "parent_country", "tax_code", "city", "about_vi", "about_en", "size_class", "stage")
JOINED = ("vsic_codes", "hs_codes", "languages", "markets")
# What is made from other rows is not moved but made anew; rows that name two sides are seen to one by one.
MADE_ANEW = ("suggestion", "search_document", "search_facet")
NEVER_DOUBLE = frozenset({"meeting", "deal", "outcome_report", "deal_meeting"})
WITH_PARTICIPATION = (*MADE_ANEW, "offer", "need")


SomeItem = TypeVar("SomeItem", Offer, Need)


@dataclass(frozen=True, slots=True)
class Merged:
    """The company that is left, and how many rows of which tables came to it or were double."""

    company_id: uuid.UUID
    name: str
    moves: Moves


def merge(
    session: Session, *, fair_id: uuid.UUID, kept_id: uuid.UUID, gone_id: uuid.UUID, by: uuid.UUID, now: datetime
) -> Merged:
    """Give everything of one company to the other, in this one transaction, and record it; the first is gone then.

    Raises NotFound for companies out of this organizer's reach, Conflict('can_not_merge', plan=…) with what forbids
    it. Admins of the company that goes stay members, so that nobody takes a company over by registering it again.
    """
    _lock(session, kept_id, gone_id)
    plan = merge_checks.plan_of(session, fair_id=fair_id, kept_id=kept_id, gone_id=gone_id, by=by)
    if plan.blockers:
        raise Conflict("can_not_merge", plan=plan)
    kept, gone = session.get_one(Company, kept_id), session.get_one(Company, gone_id)
    moves = Moves()
    _merge_people(session, kept=kept, gone=gone, moves=moves)
    _merge_participations(session, kept=kept, gone=gone, moves=moves, now=now)
    _replace_in_rules(session, kept_id=kept_id, gone_id=gone_id)
    session.execute(
        delete(CompanyDistinction).where(
            (CompanyDistinction.one_id == gone_id) | (CompanyDistinction.other_id == gone_id)
        )
    )
    besides = ("representative", "participation", "company_distinction")
    move_all(session, "company", gone=gone_id, kept=kept_id, moves=moves, besides=besides)
    if NEVER_DOUBLE & moves.doubled.keys():
        raise Conflict("can_not_merge", plan=plan)  # The checks above have to prevent this; nothing is lost if not.
    complaints.hold_in_every_role(session, company_ids=[kept_id])
    own = select(Participation.id).where(Participation.company_id == kept_id)
    session.execute(delete(Veto).where(Veto.other_company_id == kept_id, Veto.participation_id.in_(own)))
    _fill(kept, gone)
    name = gone.name
    session.flush()
    session.expire_all()
    session.delete(session.get_one(Company, gone_id))
    session.flush()
    _match_again(session, kept_id=kept_id, now=now)
    _record(session, plan, moves, fair_id=fair_id, gone_name=name, by=by, now=now)
    return Merged(kept_id, plan.kept.name, moves)


def _match_again(session: Session, *, kept_id: uuid.UUID, now: datetime) -> None:
    """Ask for the kept company to be matched by what it offers and needs now."""
    sides = select(Participation.id, Participation.fair_id).where(Participation.company_id == kept_id)
    for participation_id, fair_id in session.execute(sides.order_by(Participation.id)).all():
        rematching.profile_changed(session, fair_id=fair_id, participation_id=participation_id, now=now)


def _lock(session: Session, *keys: uuid.UUID) -> None:
    """Lock the companies and their participations, so that nobody asks or answers for either meanwhile."""
    companies = select(Company.id).where(Company.id.in_(keys)).order_by(Company.id).with_for_update()
    if len(session.scalars(companies).all()) != 2:  # noqa: PLR2004 - a merge is of two.
        raise NotFound("no_such_company")
    sides = select(Participation.id).where(Participation.company_id.in_(keys))
    session.execute(sides.order_by(Participation.id).with_for_update())
    session.expire_all()


def _merge_people(session: Session, *, kept: Company, gone: Company, moves: Moves) -> None:
    here = {person.email: person for person in kept.representatives if person.email}
    had_admin = any(person.is_admin and person.account_id for person in kept.representatives)
    for person in list(gone.representatives):
        known = here.get(person.email)
        if known is None:
            person.company, person.is_admin = kept, person.is_admin and not had_admin
            moves.add("representative", moved=1, doubled=0)
            continue
        known.account_id = known.account_id or person.account_id
        known.languages = [*dict.fromkeys([*known.languages, *person.languages])]
        known.is_admin = known.is_admin or (person.is_admin and not had_admin)
        if person.removed_at is None:
            known.removed_at = None
        session.flush()
        move_all(session, "representative", gone=person.id, kept=known.id, moves=moves)
        for seat in session.scalars(
            select(Seat).where(Seat.kind == SeatKind.REPRESENTATIVE.value, Seat.resource_id == person.id)
        ):
            seat.resource_id = known.id
        session.flush()
        session.expire(person)
        session.delete(person)
        moves.add("representative", moved=0, doubled=1)
    session.flush()


def _merge_participations(session: Session, *, kept: Company, gone: Company, moves: Moves, now: datetime) -> None:
    sides = session.scalars(select(Participation).where(Participation.company_id.in_([kept.id, gone.id]))).all()
    here = {(side.fair_id, side.role): side for side in sides if side.company_id == kept.id}
    for side in sides:
        if side.company_id != gone.id:
            continue
        known = here.get((side.fair_id, side.role))
        if known is None:
            side.company_id, side.profile_changed_at = kept.id, now
            moves.add("participation", moved=1, doubled=0)
            continue
        _merge_items(session, kept=known, gone=side, moves=moves)
        _take_terms(known, side, now=now)
        session.flush()
        session.execute(
            delete(Suggestion).where((Suggestion.exhibitor_id == side.id) | (Suggestion.buyer_id == side.id))
        )
        move_all(session, "participation", gone=side.id, kept=known.id, moves=moves, besides=WITH_PARTICIPATION)
        session.expire(side)
        session.delete(side)
        moves.add("participation", moved=0, doubled=1)
    session.flush()


def _take_terms(known: Participation, side: Participation, *, now: datetime) -> None:
    known.booth = known.booth or side.booth
    known.is_hosted = known.is_hosted or side.is_hosted
    known.is_supported = known.is_supported or side.is_supported
    if known.status == ParticipationStatus.PENDING:
        known.status = side.status
    known.profile_changed_at = now


def _merge_items(session: Session, *, kept: Participation, gone: Participation, moves: Moves) -> None:
    """Add the items that the kept one does not have yet, after its own; the same text twice is one item."""
    _add_items(session, Offer, "offer", kept=kept, gone=gone, moves=moves)
    _add_items(session, Need, "need", kept=kept, gone=gone, moves=moves)


def _add_items(
    session: Session,
    kind: type[SomeItem],
    name: str,
    *,
    kept: Participation,
    gone: Participation,
    moves: Moves,
) -> None:
    own = session.scalars(select(kind).where(kind.participation_id == kept.id)).all()
    theirs = session.scalars(select(kind).where(kind.participation_id == gone.id).order_by(kind.position)).all()
    said = {_said(item) for item in own}
    position = max((item.position for item in own), default=0)
    for item in theirs:
        if _said(item) in said:
            session.delete(item)
            moves.add(name, moved=0, doubled=1)
            continue
        position += 1
        item.participation_id, item.position = kept.id, position
        moves.add(name, moved=1, doubled=0)
    session.flush()


def _said(item: Offer | Need) -> str:
    return fold(item.text_vi or item.text_en or "")


def _replace_in_rules(session: Session, *, kept_id: uuid.UUID, gone_id: uuid.UUID) -> None:
    """Let rules about the company that goes be about the kept one; one that is there already is enough."""
    old, new = str(gone_id), str(kept_id)
    rules = session.scalars(
        select(MeetingRule).where(
            ((MeetingRule.one_kind == SideKind.COMPANY) & (MeetingRule.one_value == old))
            | ((MeetingRule.other_kind == SideKind.COMPANY) & (MeetingRule.other_value == old))
        )
    ).all()
    for rule in rules:
        one = new if (rule.one_kind, rule.one_value) == (SideKind.COMPANY, old) else rule.one_value
        other = new if (rule.other_kind, rule.other_value) == (SideKind.COMPANY, old) else rule.other_value
        wanted = {"one_kind": rule.one_kind, "one_value": one, "other_kind": rule.other_kind, "other_value": other}
        same = session.scalar(select(MeetingRule.id).filter_by(fair_id=rule.fair_id, **wanted))
        if same is not None or (rule.one_kind, one) == (rule.other_kind, other):
            session.delete(rule)
        else:
            rule.one_value, rule.other_value = one, other
        session.flush()


def _fill(kept: Company, gone: Company) -> None:
    """Fill what the kept company leaves empty; what both say stays as the kept one says it."""
    for name in FILLED:
        setattr(kept, name, getattr(kept, name) or getattr(gone, name))
    for name in JOINED:
        setattr(kept, name, [*dict.fromkeys([*getattr(kept, name), *getattr(gone, name)])])
    kept.facets = {**gone.facets, **kept.facets}
    flag_modified(kept, "facets")  # So that whatever follows the company, such as the search, sees it has changed.


def _record(
    session: Session,
    plan: MergePlan,
    moves: Moves,
    *,
    fair_id: uuid.UUID,
    gone_name: str,
    by: uuid.UUID,
    now: datetime,
) -> None:
    history.record(
        session,
        action="companies_merged",
        subject_kind="company",
        subject_id=plan.kept.company_id,
        by=by,
        now=now,
        fair_id=fair_id,
        gone_id=plan.gone.company_id.hex,
        gone_name=gone_name,
        moved=moves.moved,
        doubled=moves.doubled,
    )
    session.flush()
