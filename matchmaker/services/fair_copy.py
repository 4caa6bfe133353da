"""Start a fair from the set-up of an earlier one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from matchmaker.domain.fairs import StaffRole
from matchmaker.models import Category, Fair, FairCategory, FairStaff, Hall, MeetingRule, MeetingTable
from matchmaker.services import editions, fair_grid, fair_rules, fairs, staff
from matchmaker.services.fair_setup import FairPlan, HallPlan, SessionPlan, create_fair

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts


def create_with_organizer(
    session: Session, *, plan: FairPlan, copy_from: str, by: uuid.UUID, now: datetime
) -> FairFacts:
    """Create a fair on the site: from an earlier one if its address is given, organized by who makes it.

    Raises NotFound for who organizes no fair and for an earlier fair that is not theirs, and what
    fair_setup.create_fair raises.
    """
    staff.check_may_create(session, account_id=by)
    if copy_from:
        fair = create_copy(session, plan=plan, source=_own(session, slug=copy_from, by=by), by=by, now=now)
    else:
        fair = create_fair(session, plan=plan, by=by, now=now)
    session.add(FairStaff(fair_id=fair.id, account_id=by, role=StaffRole.ORGANIZER))
    session.flush()
    return fair


def create_copy(
    session: Session, *, plan: FairPlan, source: FairFacts, by: uuid.UUID | None, now: datetime
) -> FairFacts:
    """Create a fair from a plan's names and days with all the set-up of an earlier fair that can be carried over.

    The earlier fair becomes the edition before it.
    """
    fair = create_fair(session, plan=copied_plan(session, source=source, plan=plan), by=by, now=now)
    _copy_rows(session, source=source, fair=fair, now=now)
    if source.opens_on < fair.opens_on:
        editions.put(session, fair=fair, before=source, by=by, now=now)
    return fair


def copied_plan(session: Session, *, source: FairFacts, plan: FairPlan) -> FairPlan:
    """Return a plan with an earlier fair's places, sessions, modes and limits.

    The first day of the earlier fair becomes the first day of the new one, and so on; sessions of days the new one
    does not have are left out. Rates are not copied: they belong to a date.
    """
    limits = fair_rules.limits_of(session, fair_id=source.id)
    return replace(
        plan,
        halls=_halls(session, source),
        sessions=tuple(_moved(session, source, plan)),
        acceptance=source.acceptance,
        time_choice=source.time_choice,
        meetings_cap=limits.meetings_cap,
        list_length=limits.list_length,
        request_minutes=limits.request_minutes,
        fair_request_minutes=limits.fair_request_minutes,
        request_quota_day=limits.request_quota_day,
        request_quota_total=limits.request_quota_total,
    )


def _own(session: Session, *, slug: str, by: uuid.UUID) -> FairFacts:
    if slug not in fairs.organized_by(session, account_id=by):
        slug = ""  # A fair of others is answered like none.
    return fairs.by_slug(session, slug=slug)


def _halls(session: Session, source: FairFacts) -> tuple[HallPlan, ...]:
    """The earlier fair's halls with their open tables; booths belong to its exhibitors and stay behind."""
    rows = session.scalars(select(Hall).where(Hall.fair_id == source.id).order_by(Hall.code))
    tables = session.execute(
        select(MeetingTable.hall_id, MeetingTable.code)
        .where(MeetingTable.fair_id == source.id, ~MeetingTable.is_closed, MeetingTable.host_id.is_(None))
        .order_by(MeetingTable.code)
    ).all()
    return tuple(
        HallPlan(
            code=hall.code,
            name_vi=hall.name_vi,
            name_en=hall.name_en,
            table_codes=tuple(code for hall_id, code in tables if hall_id == hall.id),
        )
        for hall in rows
    )


def _moved(session: Session, source: FairFacts, plan: FairPlan) -> list[SessionPlan]:
    days = (plan.closes_on - plan.opens_on).days
    moved = []
    for one in fair_grid.grid_of(session, fair=source).sessions:
        number = (one.day - source.opens_on).days
        if number <= days:
            moved.append(replace(one, day=plan.opens_on + timedelta(days=number)))
    return moved


def _copy_rows(session: Session, *, source: FairFacts, fair: FairFacts, now: datetime) -> None:
    """Copy the shared part of the category tree and the rules between countries."""
    session.execute(delete(FairCategory).where(FairCategory.fair_id == fair.id))
    chosen = session.execute(
        select(FairCategory.category_code, FairCategory.is_whole)
        .join(Category, Category.code == FairCategory.category_code)
        .where(FairCategory.fair_id == source.id, Category.fair_id.is_(None))
    ).all()
    if chosen:
        rows = [{"fair_id": fair.id, "category_code": code, "is_whole": is_whole} for code, is_whole in chosen]
        session.execute(insert(FairCategory), rows)
    rules = session.scalars(
        select(MeetingRule).where(
            MeetingRule.fair_id == source.id,
            MeetingRule.one_kind == "country",
            MeetingRule.other_kind == "country",
        )
    )
    session.add_all(
        MeetingRule(
            fair_id=fair.id,
            one_kind=rule.one_kind,
            one_value=rule.one_value,
            other_kind=rule.other_kind,
            other_value=rule.other_value,
            reason=rule.reason,
            created_at=now,
        )
        for rule in rules
    )
    session.flush()


def fairs_to_copy(session: Session, *, account_id: uuid.UUID) -> list[FairFacts]:
    """Return the fairs whose set-up a person may copy, the latest first."""
    slugs = fairs.organized_by(session, account_id=account_id)
    rows = session.execute(select(Fair.slug).where(Fair.slug.in_(slugs)).order_by(Fair.opens_on.desc(), Fair.slug))
    return [fairs.by_slug(session, slug=slug) for (slug,) in rows]
