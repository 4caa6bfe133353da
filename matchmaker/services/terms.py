"""On which terms a company takes part in a fair: badge, booth, hosted or supported, and its cap of meetings."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, select

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import Role
from matchmaker.domain.names import clean_text
from matchmaker.models import Company, Participation
from matchmaker.services import history

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

LONGEST_BADGE, LONGEST_BOOTH = 20, 80
MOST_MEETINGS = 200
TERMS = (
    select(
        Company.name,
        Participation.role,
        Participation.badge_code,
        Participation.booth,
        Participation.is_hosted,
        Participation.is_supported,
        Participation.meetings_cap,
    )
    .join(Company, Company.id == Participation.company_id)
    .where(Participation.id == bindparam("participation_id"), Participation.fair_id == bindparam("fair_id"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of one company in one role. A cap of None is the fair's own."""

    badge_code: str
    booth: str = ""
    is_hosted: bool = False
    is_supported: bool = False
    meetings_cap: int | None = None


class KnownTerms(NamedTuple):
    """The terms of a company with its name and in which role it takes part."""

    name: str
    role: str
    terms: Terms


def terms_of(session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID) -> KnownTerms:
    """Return a company's terms; raise NotFound when it is not at this fair."""
    row = session.execute(TERMS, {"participation_id": participation_id, "fair_id": fair_id}).one_or_none()
    if row is None:
        raise NotFound("no_such_company")
    return KnownTerms(row.name, row.role, _terms(row))


def set_terms(
    session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID, terms: Terms, by: uuid.UUID, now: datetime
) -> None:
    """Change a company's terms and record what they were.

    Only a buyer is hosted; only an exhibitor has a booth. Raises NotFound, and Refused with the field: badge_missing,
    badge_too_long, badge_taken, booth_too_long, bad_cap, only_buyers_are_hosted.
    """
    row = _row(session, fair_id=fair_id, participation_id=participation_id)
    wanted = Terms(
        badge_code=clean_text(terms.badge_code).upper(),
        booth=clean_text(terms.booth),
        is_hosted=terms.is_hosted,
        is_supported=terms.is_supported,
        meetings_cap=terms.meetings_cap,
    )
    _check(wanted, role=Role(row.role))
    if _is_taken(session, row, wanted.badge_code):
        raise Refused("badge_taken", field="badge_code")
    before = _terms(row)
    if wanted == before:
        return
    for name, value in asdict(wanted).items():
        setattr(row, name, value)
    history.record(
        session,
        action="terms_set",
        subject_kind="participation",
        subject_id=row.id,
        by=by,
        now=now,
        fair_id=fair_id,
        before=asdict(before),
        after=asdict(wanted),
    )
    session.flush()


def _check(terms: Terms, *, role: Role) -> None:
    faults = (
        (not terms.badge_code, "badge_missing", "badge_code"),
        (len(terms.badge_code) > LONGEST_BADGE, "badge_too_long", "badge_code"),
        (len(terms.booth) > LONGEST_BOOTH, "booth_too_long", "booth"),
        (terms.meetings_cap is not None and not 0 <= terms.meetings_cap <= MOST_MEETINGS, "bad_cap", "meetings_cap"),
        (terms.is_hosted and role is not Role.BUYER, "only_buyers_are_hosted", "is_hosted"),
    )
    for is_wrong, code, field in faults:
        if is_wrong:
            raise Refused(code, field=field)


def _is_taken(session: Session, row: Participation, badge_code: str) -> bool:
    holder = select(Participation.id).where(
        Participation.fair_id == row.fair_id, Participation.badge_code == badge_code, Participation.id != row.id
    )
    return session.scalar(holder) is not None


def _row(session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID) -> Participation:
    row = session.scalar(
        select(Participation).where(Participation.id == participation_id, Participation.fair_id == fair_id)
    )
    if row is None:
        raise NotFound("no_such_company")
    return row


def _terms(row: Any) -> Terms:
    return Terms(
        badge_code=row.badge_code,
        booth=row.booth,
        is_hosted=row.is_hosted,
        is_supported=row.is_supported,
        meetings_cap=row.meetings_cap,
    )
