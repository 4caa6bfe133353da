"""What a fair says of itself and how it works: names, the two switches, limits, sectors."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, select, update

from matchmaker.domain.errors import Refused
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import Category, Fair, FairCategory, Meeting
from matchmaker.services import effects, history
from matchmaker.services.effects import Effects
from matchmaker.services.fair_setup import check_names

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.fairs import Acceptance, TimeChoice
    from matchmaker.services.fairs import FairFacts

MODE_CHANGED, LIMITS_CHANGED = "mode_changed", "limits_changed"
SHORTEST_REQUEST, LONGEST_REQUEST = 15, 10 * 24 * 60
MOST_MEETINGS, LONGEST_LIST, LARGEST_QUOTA = 200, 100, 1000
LONGEST_WAIT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a fair is called, where it is and what it is about."""

    name_vi: str
    name_en: str
    about_vi: str
    about_en: str
    city_vi: str
    city_en: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of everything there may be. A quota of None sets no limit of the fair's own."""

    meetings_cap: int
    list_length: int
    request_minutes: int
    fair_request_minutes: int
    request_quota_day: int | None = None
    request_quota_total: int | None = None
    late_minutes: int = 3
    rescue_minutes: int = 8


RANGES = {
    "meetings_cap": (1, MOST_MEETINGS),
    "list_length": (1, LONGEST_LIST),
    "request_minutes": (SHORTEST_REQUEST, LONGEST_REQUEST),
    "fair_request_minutes": (SHORTEST_REQUEST, LONGEST_REQUEST),
    "request_quota_day": (1, LARGEST_QUOTA),
    "request_quota_total": (1, LARGEST_QUOTA),
    "late_minutes": (0, LONGEST_WAIT),
    "rescue_minutes": (1, LONGEST_WAIT),
}

LIMITS = select(*(getattr(Fair, name) for name in RANGES)).where(Fair.id == bindparam("fair_id"))
SECTORS = (
    select(FairCategory.category_code)
    .where(FairCategory.fair_id == bindparam("fair_id"))
    .order_by(FairCategory.category_code)
)


def rename(session: Session, *, fair: FairFacts, names: Names, by: uuid.UUID | None, now: datetime) -> None:
    """Change what a fair says of itself. Raises Refused: name_missing, name_too_long, unknown_country."""
    check_names(names)
    _update(session, fair=fair, action="fair_renamed", values=asdict(names), by=by, now=now)


def limits_of(session: Session, *, fair_id: uuid.UUID) -> Limits:
    """Return the limits of a fair."""
    row = session.execute(LIMITS, {"fair_id": fair_id}).one()
    return Limits(**dict(zip(RANGES, row, strict=True)))


def set_limits(session: Session, *, fair: FairFacts, limits: Limits, by: uuid.UUID | None, now: datetime) -> None:
    """Change the limits of a fair; requests that wait keep the time they were given.

    Raises Refused('out_of_range') with the field, its least and its most.
    """
    values = asdict(limits)
    for name, (least, most) in RANGES.items():
        if values[name] is not None and not least <= values[name] <= most:
            raise Refused("out_of_range", field=name, least=least, most=most)
    if limits.fair_request_minutes > limits.request_minutes:
        raise Refused("fair_time_longer", field="fair_request_minutes")
    if limits.rescue_minutes < limits.late_minutes:
        raise Refused("rescue_before_late", field="rescue_minutes")
    _update(session, fair=fair, action=LIMITS_CHANGED, values=values, by=by, now=now)


def set_mode(
    session: Session,
    *,
    fair: FairFacts,
    acceptance: Acceptance,
    time_choice: TimeChoice,
    seen: str,
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    """Turn the two switches: who accepts, and who picks the time.

    What was asked, agreed and placed under the former mode stays as it is. Raises Unconfirmed with how much of that
    there is, before it was seen.
    """
    if (acceptance, time_choice) == (fair.acceptance, fair.time_choice):
        return
    counts = session.execute(
        select(
            func.count().filter(Meeting.state == MeetingState.REQUESTED),
            func.count().filter(Meeting.state == MeetingState.ACCEPTED),
            func.count().filter(Meeting.state == MeetingState.SCHEDULED),
        ).where(Meeting.fair_id == fair.id)
    ).one()
    facts = dict(zip(("open_requests", "accepted", "scheduled"), counts, strict=True))
    told = Effects(change=MODE_CHANGED, facts={**facts, "acceptance": str(acceptance), "time_choice": str(time_choice)})
    effects.confirm(told, seen=seen, is_needed=any(counts))
    values = {"acceptance": acceptance, "time_choice": time_choice}
    _update(session, fair=fair, action=MODE_CHANGED, values=values, by=by, now=now)


def sector_codes(session: Session, *, fair_id: uuid.UUID) -> list[str]:
    """Return the codes a fair lists."""
    return list(session.scalars(SECTORS, {"fair_id": fair_id}))


def set_sectors(
    session: Session, *, fair: FairFacts, codes: Iterable[str], by: uuid.UUID | None, now: datetime
) -> None:
    """Choose the sectors a fair is about, each with all that is below it. Raises Refused('unknown_sector')."""
    wanted = sorted(set(codes))
    shared = Category.fair_id.is_(None) | (Category.fair_id == fair.id)
    known = set(session.scalars(select(Category.code).where(Category.code.in_(wanted), shared)))
    if unknown := set(wanted) - known:
        raise Refused("unknown_sector", field="sectors", sector=min(unknown))
    # Of two who choose at once the second waits here, and finds what the first one chose.
    session.execute(select(Fair.id).where(Fair.id == fair.id).with_for_update())
    session.execute(delete(FairCategory).where(FairCategory.fair_id == fair.id))
    session.add_all(FairCategory(fair_id=fair.id, category_code=code) for code in wanted)
    history.record(
        session,
        action="sectors_changed",
        subject_kind="fair",
        subject_id=fair.id,
        by=by,
        now=now,
        fair_id=fair.id,
        sectors=wanted,
    )
    session.flush()


def _update(
    session: Session, *, fair: FairFacts, action: str, values: dict[str, Any], by: uuid.UUID | None, now: datetime
) -> None:
    """Write what changed, and keep on record what it was."""
    columns = [getattr(Fair, name) for name in values]
    before = dict(session.execute(select(*columns).where(Fair.id == fair.id)).one()._mapping)  # noqa: SLF001 - SQLAlchemy's public name.
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return
    session.execute(update(Fair).where(Fair.id == fair.id).values(changed))
    history.record(
        session,
        action=action,
        subject_kind="fair",
        subject_id=fair.id,
        by=by,
        now=now,
        fair_id=fair.id,
        before={name: before[name] for name in changed},
        after={
            name: value if value is None or isinstance(value, int) else str(value) for name, value in changed.items()
        },
    )
    session.flush()
