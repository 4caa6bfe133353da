"""The organizer's mark on a company or a certificate: that its papers were seen, by whom, which and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.names import clean_text
from matchmaker.models import Certificate, Company, Participation
from matchmaker.services import history

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

LONGEST_WHAT = 120
# A mark stands for the name and number that were seen; under another name or number it is gone.
IS_VERIFIED = and_(
    Company.verified_at.is_not(None),
    Company.verified_as == Company.name_key + "|" + func.coalesce(Company.tax_code, ""),
)


@dataclass(frozen=True, slots=True)
class Verified:
    """Who saw which papers, and when. Participants are not shown who."""

    at: datetime
    what: str
    by: str


def verify_company(
    session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID, what: str, by: uuid.UUID, now: datetime
) -> None:
    """Mark a company of the fair as verified by these papers. Raises NotFound and Refused('what_missing')."""
    company = _company(session, fair_id=fair_id, participation_id=participation_id)
    seen = _what(what)
    company.verified_at, company.verified_by, company.verified_what = now, by, seen
    company.verified_as = f"{company.name_key}|{company.tax_code or ''}"
    _record(session, "company_verified", fair_id=fair_id, key=company.id, by=by, now=now, what=seen)


def end_verification(
    session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID, by: uuid.UUID, now: datetime
) -> None:
    """Take a company's mark away. Raises NotFound."""
    company = _company(session, fair_id=fair_id, participation_id=participation_id)
    if company.verified_at is not None:
        company.verified_at = company.verified_by = None
        company.verified_what = company.verified_as = ""
        _record(session, "verification_ended", fair_id=fair_id, key=company.id, by=by, now=now)


def verify_certificate(
    session: Session,
    *,
    fair_id: uuid.UUID,
    participation_id: uuid.UUID,
    code: str,
    is_seen: bool,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Mark one certificate of a company as seen, or take the mark away. Raises NotFound."""
    company = _company(session, fair_id=fair_id, participation_id=participation_id)
    row = session.scalar(select(Certificate).where(Certificate.company_id == company.id, Certificate.code == code))
    if row is None:
        raise NotFound("no_such_certificate")
    if (row.verified_at is not None) != is_seen:
        row.verified_at, row.verified_by = (now, by) if is_seen else (None, None)
        action = "certificate_verified" if is_seen else "certificate_verification_ended"
        _record(session, action, fair_id=fair_id, key=company.id, by=by, now=now, what=row.code)


def _what(text: str) -> str:
    seen = clean_text(text)
    if not seen:
        raise Refused("what_missing", field="what")
    if len(seen) > LONGEST_WHAT:
        raise Refused("what_too_long", field="what")
    return seen


def _company(session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID) -> Company:
    here = (Participation.id == participation_id, Participation.fair_id == fair_id)
    company = session.scalar(
        select(Company)
        .join(Participation, Participation.company_id == Company.id)
        .where(*here)
        .with_for_update(of=Company)
        .execution_options(populate_existing=True)
    )
    if company is None:
        raise NotFound("no_such_company")
    return company


def _record(
    session: Session,
    action: str,
    *,
    fair_id: uuid.UUID,
    key: uuid.UUID,
    by: uuid.UUID,
    now: datetime,
    what: str = "",
) -> None:
    history.record(
        session, action=action, subject_kind="company", subject_id=key, by=by, now=now, fair_id=fair_id, what=what
    )
    session.flush()
