"""Programmes: which fairs and chains count together, for which year, and at which fixed rates.

Who organizes one of a programme's fairs keeps the programme, and adds fairs of their own alone: no fair's figures get
into a programme without one of its own organizers. Who may read one of its fairs reads the programme.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import StaffRole
from matchmaker.domain.money.rates import FixedRates, Rate
from matchmaker.models import Category, Fair, FairStaff, Programme, ProgrammeFair, ProgrammeRate
from matchmaker.services import fairs, history, staff
from matchmaker.services.fair_setup import LONGEST_NAME, LONGEST_SLUG, SLUG, RatePlan, check_rate, currency_known

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

KEEPERS = frozenset({StaffRole.ORGANIZER})
READERS = frozenset({StaffRole.ORGANIZER, StaffRole.READER})
# Addresses below /programmes that are pages of their own.
RESERVED_SLUGS = frozenset({"new"})
FIRST_YEAR, LAST_YEAR = 1900, 2200


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """A programme as pages need it."""

    id: uuid.UUID
    slug: str
    name_vi: str
    name_en: str
    report_currency: str


@dataclass(frozen=True, slots=True)
class Edition:
    """A fair of a programme with the year it counts for; a chain names its branch of the category tree.

    ``branch_names`` are that branch's (vi, en).
    """

    fair: FairFacts
    year: int
    branch: str | None
    branch_names: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammePlan:
    """What a programme begins with; each fair counts for the year it opens in until that is changed."""

    slug: str
    name_vi: str
    name_en: str
    report_currency: str
    fairs: Sequence[str]


FACTS = (Programme.id, Programme.slug, Programme.name_vi, Programme.name_en, Programme.report_currency)


def by_slug(session: Session, *, slug: str) -> ProgrammeFacts:
    """Return the programme of that address; raise NotFound when there is none."""
    row = session.execute(select(*FACTS).where(Programme.slug == slug)).one_or_none()
    if row is None:
        raise NotFound("no_such_programme")
    return ProgrammeFacts(*row)


def of_person(session: Session, *, account_id: uuid.UUID) -> list[ProgrammeFacts]:
    """Return the programmes someone may read, by name."""
    statement = (
        select(*FACTS)
        .where(
            Programme.id.in_(
                select(ProgrammeFair.programme_id)
                .join(FairStaff, FairStaff.fair_id == ProgrammeFair.fair_id)
                .where(FairStaff.account_id == account_id, FairStaff.role.in_(sorted(READERS)))
            )
        )
        .order_by(Programme.name_vi, Programme.slug)
    )
    return [ProgrammeFacts(*row) for row in session.execute(statement)]


def roles(session: Session, *, programme_id: uuid.UUID, account_id: uuid.UUID) -> dict[uuid.UUID, set[str]]:
    """Return what someone is at each fair of a programme, by the fair."""
    rows = session.execute(
        select(FairStaff.fair_id, FairStaff.role)
        .join(ProgrammeFair, ProgrammeFair.fair_id == FairStaff.fair_id)
        .where(ProgrammeFair.programme_id == programme_id, FairStaff.account_id == account_id)
    )
    found: dict[uuid.UUID, set[str]] = {}
    for fair_id, role in rows:
        found.setdefault(fair_id, set()).add(role)
    return found


def editions(session: Session, *, programme_id: uuid.UUID) -> list[Edition]:
    """Return the fairs of a programme, by year and opening day."""
    rows = session.execute(
        select(
            *fairs.FACTS,
            ProgrammeFair.year.label("edition_year"),
            ProgrammeFair.category_code.label("branch"),
            Category.name_vi.label("branch_vi"),
            Category.name_en.label("branch_en"),
        )
        .join(ProgrammeFair, ProgrammeFair.fair_id == Fair.id)
        .outerjoin(Category, Category.code == ProgrammeFair.category_code)
        .where(ProgrammeFair.programme_id == programme_id)
        .order_by(ProgrammeFair.year, Fair.opens_on, Fair.slug)
    )
    return [
        Edition(fairs.facts_of(row), row.edition_year, row.branch, (row.branch_vi or "", row.branch_en or ""))
        for row in rows
    ]


def fairs_of_programmes(session: Session) -> list[FairFacts]:
    """Return the fairs that count in any programme, each once."""
    statement = select(*fairs.FACTS).where(Fair.id.in_(select(ProgrammeFair.fair_id))).order_by(Fair.id)
    return [fairs.facts_of(row) for row in session.execute(statement)]


def fixed_rates(session: Session, *, programme: ProgrammeFacts) -> FixedRates:
    """Return the rates a programme has fixed, by currency."""
    rows = session.execute(
        select(ProgrammeRate.currency, ProgrammeRate.rate, ProgrammeRate.fixed_on, ProgrammeRate.source)
        .where(ProgrammeRate.programme_id == programme.id)
        .order_by(ProgrammeRate.currency)
    )
    rates = tuple(Rate(currency=code, rate=rate, quoted_on=day, source=source) for code, rate, day, source in rows)
    return FixedRates(report_currency=programme.report_currency, rates=rates)


def create(session: Session, *, plan: ProgrammePlan, by: uuid.UUID, now: datetime) -> ProgrammeFacts:
    """Put fairs that someone organizes together into a programme.

    Raises NotFound for who organizes none, and Refused: bad_slug, slug_taken, name_too_long, unknown_currency,
    no_fair, unknown_fair.
    """
    staff.check_may_create(session, account_id=by)
    _check_names(plan.name_vi, plan.name_en)
    currency_known(plan.report_currency)
    if not SLUG.fullmatch(plan.slug) or len(plan.slug) > LONGEST_SLUG or plan.slug in RESERVED_SLUGS:
        raise Refused("bad_slug", field="slug", limit=LONGEST_SLUG)
    if session.scalar(select(Programme.id).where(Programme.slug == plan.slug)) is not None:
        raise Refused("slug_taken", field="slug", slug=plan.slug)
    if not plan.fairs:
        raise Refused("no_fair", field="fairs")
    own = {fair.slug: fair for fair in own_fairs(session, account_id=by)}
    if not set(plan.fairs) <= set(own):
        raise Refused("unknown_fair", field="fairs")
    row = Programme(
        slug=plan.slug,
        name_vi=plan.name_vi,
        name_en=plan.name_en,
        report_currency=plan.report_currency,
        created_at=now,
    )
    session.add(row)
    session.flush()
    chosen = [own[slug] for slug in dict.fromkeys(plan.fairs)]
    session.add_all(ProgrammeFair(programme_id=row.id, fair_id=fair.id, year=fair.opens_on.year) for fair in chosen)
    session.flush()
    programme = by_slug(session, slug=plan.slug)
    _record(session, "programme_created", programme, by=by, now=now, fairs=[fair.slug for fair in chosen])
    return programme


def rename(
    session: Session, *, programme: ProgrammeFacts, name_vi: str, name_en: str, by: uuid.UUID, now: datetime
) -> None:
    """Give a programme other names. Raises Refused('name_too_long')."""
    _check_names(name_vi, name_en)
    row = session.get_one(Programme, programme.id)
    if (row.name_vi, row.name_en) == (name_vi, name_en):
        return
    row.name_vi, row.name_en = name_vi, name_en
    _record(session, "programme_renamed", programme, by=by, now=now, before=programme.name_vi, after=name_vi)
    session.flush()


def own_fairs(session: Session, *, account_id: uuid.UUID) -> list[FairFacts]:
    """Return the fairs someone organizes, the latest first."""
    organized = set(fairs.organized_by(session, account_id=account_id))
    return [fair for fair in fairs.all_fairs(session) if fair.slug in organized]


def put_fair(
    session: Session,
    *,
    programme: ProgrammeFacts,
    slug: str,
    year: int,
    branch: str | None,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Add a fair that the person organizes, or say anew for which year and as a chain of which branch it counts.

    Raises Refused: unknown_fair, bad_year, unknown_branch.
    """
    fair = next((one for one in own_fairs(session, account_id=by) if one.slug == slug), None)
    if fair is None:
        raise Refused("unknown_fair", field="fair")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("bad_year", field="year", least=FIRST_YEAR, most=LAST_YEAR)
    if branch is not None and session.get(Category, branch) is None:
        raise Refused("unknown_branch", field="branch")
    row = session.get(ProgrammeFair, (programme.id, fair.id))
    if row is None:
        row = ProgrammeFair(programme_id=programme.id, fair_id=fair.id, year=year, category_code=branch)
        session.add(row)
    row.year, row.category_code = year, branch
    _record(session, "programme_fair_put", programme, by=by, now=now, fair_id=fair.id, year=year, branch=branch)
    session.flush()


def take_fair_out(session: Session, *, programme: ProgrammeFacts, slug: str, by: uuid.UUID, now: datetime) -> int:
    """Take out a fair that the person organizes and return the year it counted for.

    Raises NotFound for any other fair, Refused('last_fair') for the only one.
    """
    mine = [fair.id for fair in own_fairs(session, account_id=by) if fair.slug == slug]
    row = session.get(ProgrammeFair, (programme.id, mine[0])) if mine else None
    if row is None:
        raise NotFound("no_such_fair", slug=slug)
    if session.scalar(select(func.count()).where(ProgrammeFair.programme_id == programme.id)) == 1:
        raise Refused("last_fair", field="fair")
    year = row.year
    _record(session, "programme_fair_out", programme, by=by, now=now, fair_id=row.fair_id, year=year)
    session.delete(row)
    session.flush()
    return year


def fix_rate(session: Session, *, programme: ProgrammeFacts, plan: RatePlan, by: uuid.UUID, now: datetime) -> None:
    """Fix what a currency is worth in this programme, or change it; each change is on record with both values.

    Raises Refused: unknown_currency, own_currency, bad_rate, no_source.
    """
    check_rate(plan)
    if plan.currency == programme.report_currency:
        raise Refused("own_currency", field="currency", currency=plan.currency)
    if not plan.source.strip():
        raise Refused("no_source", field="source")
    row = session.get(ProgrammeRate, (programme.id, plan.currency), with_for_update=True)
    before = None if row is None else f"{row.rate:f}"
    if row is None:
        row = ProgrammeRate(programme_id=programme.id, currency=plan.currency)
        session.add(row)
    row.rate, row.fixed_on, row.source = plan.rate, plan.fixed_on, plan.source
    facts = {"currency": plan.currency, "before": before, "after": f"{plan.rate:f}"}
    _record(session, "programme_rate_fixed", programme, by=by, now=now, **facts)
    session.flush()


def drop_rate(session: Session, *, programme: ProgrammeFacts, currency: str, by: uuid.UUID, now: datetime) -> None:
    """Drop a rate that no fair of the programme needs. Raises NotFound, Refused('rate_in_use')."""
    row = session.get(ProgrammeRate, (programme.id, currency))
    if row is None:
        raise NotFound("no_such_rate")
    if any(edition.fair.report_currency == currency for edition in editions(session, programme_id=programme.id)):
        raise Refused("rate_in_use", field="currency", currency=currency)
    _record(session, "programme_rate_dropped", programme, by=by, now=now, currency=currency, before=f"{row.rate:f}")
    session.delete(row)
    session.flush()


def _check_names(*names: str) -> None:
    if not all(0 < len(name) <= LONGEST_NAME for name in names):
        raise Refused("no_name", field="name_vi", limit=LONGEST_NAME)


def _record(
    session: Session, action: str, programme: ProgrammeFacts, *, by: uuid.UUID, now: datetime, **facts: Any
) -> None:
    history.record(session, action=action, subject_kind="programme", subject_id=programme.id, by=by, now=now, **facts)
