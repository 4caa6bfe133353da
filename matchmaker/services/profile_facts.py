"""What a company says of itself: read it for its form, save it, and keep the list of its certificates."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import Phase
from matchmaker.domain.names import company_key
from matchmaker.domain.profiles import LONGEST_NAME, MOST_ITEMS, certificate_code
from matchmaker.models import Certificate, Company, Fair, Participation
from matchmaker.services import history
from matchmaker.services.profile_state import COLUMNS, ProfileState
from matchmaker.services.rematching import profile_changed

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyValues:
    """What a company can say of itself; only name and country are asked of everyone."""

    name: str
    country: str
    name_en: str = ""
    short_name: str = ""
    legal_form: str = "enterprise"
    parent_country: str | None = None
    tax_code: str | None = None
    vsic_codes: list[str] = field(default_factory=list)
    hs_codes: list[str] = field(default_factory=list)
    city: str = ""
    about_vi: str = ""
    about_en: str = ""
    size_class: str | None = None
    stage: str | None = None
    languages: list[str] = field(default_factory=list)
    markets: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCompany:
    """A company's own facts as its form shows them, and how far its profile is."""

    values: CompanyValues
    website: str
    state: ProfileState
    certificates: tuple[OwnCertificate, ...]


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """A certificate as its company edits it."""

    id: uuid.UUID
    name: str
    expires_on: date | None
    is_verified: bool


VALUE_NAMES = tuple(CompanyValues.__dataclass_fields__)
OF_CERTIFICATE = (Certificate.id, Certificate.name, Certificate.expires_on, Certificate.verified_at.is_not(None))
CERTIFICATES = (
    select(*OF_CERTIFICATE)
    .where(Certificate.company_id == bindparam("company_id"))
    .order_by(Certificate.name, Certificate.id)
)
# A row for each certificate, as a company has few of them; all else is the same in each.
OWN = (
    select(*OF_CERTIFICATE, Company.facets, *COLUMNS, *(getattr(Company, name) for name in VALUE_NAMES))
    .select_from(Participation)
    .join(Company, Company.id == Participation.company_id)
    .outerjoin(Certificate, Certificate.company_id == Company.id)
    .where(Participation.id == bindparam("participation_id"))
    .order_by(Certificate.name, Certificate.id)
)
KEY, FACETS = 0, len(OF_CERTIFICATE)
STATE, VALUES = FACETS + 1, FACETS + 1 + len(COLUMNS)


def own_company(session: Session, *, me: Membership) -> OwnCompany:
    """Return the facts of the reader's company, in one statement."""
    rows: Sequence[Any] = session.execute(OWN, {"participation_id": me.participation_id}).all()
    row = tuple(rows[0])
    return OwnCompany(
        values=CompanyValues(**dict(zip(VALUE_NAMES, row[VALUES:], strict=True))),
        website=row[FACETS].get("website", ""),
        state=ProfileState(*row[STATE:VALUES]),
        certificates=tuple(OwnCertificate(*one[:FACETS]) for one in rows if one[KEY] is not None),
    )


def own_certificates(session: Session, *, me: Membership) -> tuple[OwnCertificate, ...]:
    """Return the certificates of the reader's company by name."""
    return tuple(OwnCertificate(*row) for row in session.execute(CERTIFICATES, {"company_id": me.company_id}))


def save_company(
    session: Session, *, fair_id: uuid.UUID, me: Membership, values: CompanyValues, website: str, now: datetime
) -> None:
    """Replace what a company says of itself, at every fair it takes part in.

    From then on it is its own word, unless an organizer said it for them.
    """
    row = session.get_one(Company, me.company_id, with_for_update=True)
    for name, value in asdict(values).items():
        setattr(row, name, value)
    row.name_key = company_key(values.name)[:LONGEST_NAME]
    row.facets = {**{name: fact for name, fact in row.facets.items() if name != "website"}, **_if_said(website)}
    row.checked_at = now if me.is_own else row.checked_at
    _changed(session, "company_changed", fair_id=fair_id, me=me, now=now)


def add_certificate(
    session: Session, *, fair_id: uuid.UUID, me: Membership, name: str, expires_on: date | None, now: datetime
) -> uuid.UUID:
    """Add a certificate the company holds, or bring the day it expires up to date; return its key.

    An organizer who had seen the old one has not seen the new one. Raises Refused('too_many_certificates').
    """
    session.get_one(Company, me.company_id, with_for_update=True)
    stored = list(session.scalars(select(Certificate).where(Certificate.company_id == me.company_id)))
    code = certificate_code(name)
    row = next((one for one in stored if one.code == code), None)
    if row is None and len(stored) >= MOST_ITEMS:
        raise Refused("too_many_certificates", field="name", most=MOST_ITEMS)
    if row is None:
        row = Certificate(company_id=me.company_id, code=code, name=name)
        session.add(row)
    if (row.name, row.expires_on) != (name, expires_on):
        row.verified_at = row.verified_by = None
    row.name, row.expires_on = name, expires_on
    session.flush()
    _changed(session, "certificate_saved", fair_id=fair_id, me=me, now=now)
    return row.id


def remove_certificate(
    session: Session, *, fair_id: uuid.UUID, me: Membership, certificate_id: uuid.UUID, now: datetime
) -> OwnCertificate:
    """Take a certificate off the company's list and return what it said; raise NotFound for any but one's own."""
    row = session.get(Certificate, certificate_id)
    if row is None or row.company_id != me.company_id:
        raise NotFound("no_such_certificate")
    said = OwnCertificate(row.id, row.name, row.expires_on, row.verified_at is not None)
    session.delete(row)
    _changed(session, "certificate_removed", fair_id=fair_id, me=me, now=now)
    return said


def _if_said(website: str) -> dict[str, str]:
    return {"website": website} if website else {}


def _changed(session: Session, action: str, *, fair_id: uuid.UUID, me: Membership, now: datetime) -> None:
    """Match the company again at every fair that is not over; what it says of itself is the same everywhere."""
    history.record(
        session,
        action=action,
        subject_kind="company",
        subject_id=me.company_id,
        by=me.account_id,
        now=now,
        fair_id=fair_id,
    )
    session.flush()
    open_fairs = (
        select(Participation.fair_id, Participation.id)
        .join(Fair, Fair.id == Participation.fair_id)
        .where(Participation.company_id == me.company_id, Fair.phase != Phase.FOLLOW_UP)
        .order_by(Participation.id)
    )
    for at_fair, participation_id in session.execute(open_fairs).all():
        profile_changed(session, fair_id=at_fair, participation_id=participation_id, now=now)
