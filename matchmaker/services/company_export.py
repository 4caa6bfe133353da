"""The companies of a fair as rows that an import would read back, for the fair's organizer."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.domain.spreadsheets.companies import CompanyRow, Side
from matchmaker.models import Company, FairPerson, Need, Offer, Participation, Representative
from matchmaker.services import history

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

FIRST_ROW = 2
COMPANIES = (
    select(
        Participation.id,
        Participation.role,
        Participation.booth,
        Company.id.label("company_id"),
        Company.name,
        Company.country,
        Company.tax_code,
        Company.city,
        Company.about_vi,
        Company.about_en,
        Company.languages,
        Company.facets,
    )
    .join(Company, Company.id == Participation.company_id)
    .where(Participation.fair_id == bindparam("fair_id"), Participation.status != ParticipationStatus.REFUSED.value)
    .order_by(Company.name_key, Company.id, Participation.role.desc())
)
PEOPLE = (
    select(
        Participation.company_id,
        Representative.name,
        Representative.email,
        Representative.phone,
        Representative.title_vi,
        Representative.title_en,
    )
    .join(FairPerson, FairPerson.participation_id == Participation.id)
    .join(Representative, Representative.id == FairPerson.representative_id)
    .where(Participation.fair_id == bindparam("fair_id"), Representative.removed_at.is_(None))
    .order_by(Representative.is_admin.desc(), Representative.name, Representative.id)
)


def _items(kind: type[Offer | Need]) -> Any:
    return (
        select(kind.participation_id, kind.text_vi, kind.text_en)
        .join(Participation, Participation.id == kind.participation_id)
        .where(Participation.fair_id == bindparam("fair_id"))
        .order_by(kind.participation_id, kind.position)
    )


OFFERS, NEEDS = _items(Offer), _items(Need)


def export_rows(
    session: Session, *, fair_id: uuid.UUID, lang: str, by: uuid.UUID, file_kind: str, now: datetime
) -> list[CompanyRow]:
    """Return a fair's companies, but those refused, by name, each with one contact; record who took them out.

    Four statements whatever the size. A company in both roles is one row, with its offers as exhibitor and its needs
    as buyer, as an import reads it. Imported again into the same fair the rows change nothing.
    """
    key = {"fair_id": fair_id}
    offers, needs = _texts(session, OFFERS, key, lang), _texts(session, NEEDS, key, lang)
    contacts: dict[uuid.UUID, Any] = {}
    for person in session.execute(PEOPLE, key):
        contacts.setdefault(person.company_id, person)
    companies: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in session.execute(COMPANIES, key):
        companies[row.company_id].append(row)
    rows = [
        _row(number, parts, offers=offers, needs=needs, contact=contacts.get(company_id), lang=lang)
        for number, (company_id, parts) in enumerate(companies.items(), start=FIRST_ROW)
    ]
    history.record(
        session,
        action="companies_exported",
        subject_kind="fair",
        subject_id=fair_id,
        by=by,
        now=now,
        fair_id=fair_id,
        companies=len(rows),
        file_kind=file_kind,
    )
    session.flush()
    return rows


def _row(
    number: int,
    parts: list[Any],
    *,
    offers: dict[uuid.UUID, list[str]],
    needs: dict[uuid.UUID, list[str]],
    contact: Any,
    lang: str,
) -> CompanyRow:
    first = parts[0]
    by_role = {Role(part.role): part for part in parts}
    seller, buyer = by_role.get(Role.EXHIBITOR, first), by_role.get(Role.BUYER, first)
    side = Side.BOTH if len(by_role) > 1 else Side(first.role)
    return CompanyRow(
        row=number,
        name=first.name,
        side=side,
        country=first.country,
        offers=tuple(offers[seller.id]),
        needs=tuple(needs[buyer.id]),
        sectors=tuple(first.facets.get("sectors", ())),
        tax_code=first.tax_code,
        contact_name=contact.name if contact else "",
        contact_role=_either(contact.title_vi, contact.title_en, lang) if contact else "",
        email=contact.email if contact else None,
        phone=contact.phone or None if contact else None,
        languages=tuple(first.languages),
        website=first.facets.get("website"),
        province=first.city,
        booth=seller.booth if Role.EXHIBITOR in by_role else "",
        description=_either(first.about_vi, first.about_en, lang),
    )


def _texts(session: Session, statement: Any, key: dict[str, Any], lang: str) -> dict[uuid.UUID, list[str]]:
    texts: dict[uuid.UUID, list[str]] = defaultdict(list)
    for participation_id, vi, en in session.execute(statement, key):
        texts[participation_id].append(_either(vi, en, lang))
    return texts


def _either(vi: str | None, en: str | None, lang: str) -> str:
    return (vi or en or "") if lang == "vi" else (en or vi or "")
