"""The reference fair's ground, companies and people as rows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from matchmaker.demo.ground import plan_of
from matchmaker.domain.fairs import ParticipationStatus, StaffRole
from matchmaker.domain.names import company_key
from matchmaker.models import (
    Account,
    Certificate,
    Company,
    Consent,
    FairPerson,
    FairStaff,
    Interpreter,
    InterpreterAbsence,
    MeetingTable,
    Need,
    Offer,
    Participation,
    Representative,
    RepresentativeAbsence,
    Veto,
)
from matchmaker.services import categories, fair_setup, fairs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.demo.generator.company_records import Company as CompanyRecord
    from matchmaker.demo.generator.company_records import Representative as PersonRecord
    from matchmaker.demo.generator.reference_fair import ReferenceFair
    from matchmaker.services.fairs import FairFacts

NAMESPACE = uuid.UUID("6f0a3d0e-5a54-4d0c-9a58-9f4f3b7f2b11")
ORGANIZER_EMAIL = "organizer@demo.example.test"
ORGANIZER_NAME = "Nguyễn Thu Hà"


@dataclass(slots=True)
class Loaded:
    """The keys of what was loaded, by the codes of the tree."""

    fair: FairFacts
    slots: dict[int, uuid.UUID]
    tables: dict[str, uuid.UUID]
    participations: dict[tuple[str, str], uuid.UUID] = field(default_factory=dict)


def key_of(kind: str, code: str) -> uuid.UUID:
    """The key of a row of the demo: the same code always has the same key."""
    return uuid.uuid5(NAMESPACE, f"{kind} {code}")


def load_companies(session: Session, *, tree: ReferenceFair, now: datetime) -> Loaded:
    """Load the category tree, the fair's ground, the companies with all they bring, and their people."""
    categories.load_categories(session, rows=categories.category_rows())
    fair = fair_setup.create_fair(session, plan=plan_of(tree), by=None, now=now)
    loaded = Loaded(
        fair=fair,
        slots={slot.number: slot.id for slot in fairs.slots(session, fair_id=fair.id)},
        tables=dict(
            session.execute(select(MeetingTable.code, MeetingTable.id).where(MeetingTable.fair_id == fair.id)).all()
        ),
    )
    for company in tree.companies:
        _add_company(session, company, loaded, now=now)
    session.flush()
    _add_people(session, tree, loaded, now=now)
    _add_interpreters(session, tree, loaded)
    for veto in tree.vetoes:
        session.add(
            Veto(
                participation_id=_main(tree, loaded, veto.company_code),
                other_company_id=key_of("company", veto.other_company_code),
                reason=veto.reason,
                at=veto.at,
            )
        )
    session.flush()
    return loaded


def demo_people(session: Session, *, tree: ReferenceFair, password_hash: str, now: datetime) -> dict[str, str]:
    """Give one person of each role the demo's password, and make the organizer one of every fair."""
    organizer = Account(
        id=key_of("account", ORGANIZER_EMAIL),
        email=ORGANIZER_EMAIL,
        name=ORGANIZER_NAME,
        password_hash=password_hash,
        created_at=now,
    )
    session.add(organizer)
    session.flush()
    for fair in fairs.all_fairs(session):
        session.add(FairStaff(fair_id=fair.id, account_id=organizer.id, role=StaffRole.ORGANIZER))
    shown = {"organizer": ORGANIZER_EMAIL}
    for role in ("exhibitor", "buyer"):
        person = _busiest(tree, role)
        session.execute(update(Account).where(Account.email == person).values(password_hash=password_hash))
        shown[role] = person
    session.flush()
    return shown


def _busiest(tree: ReferenceFair, role: str) -> str:
    """The admin of the company of one role with the most meetings: the fullest pages to look at."""
    counts: dict[str, int] = {}
    for meeting in tree.meetings:
        code = meeting.exhibitor_code if role == "exhibitor" else meeting.buyer_code
        counts[code] = counts.get(code, 0) + 1
    code = max(counts, key=lambda one: (counts[one], one))
    company = next(one for one in tree.companies if one.code == code)
    return company.representatives[0].email


def _add_company(session: Session, company: CompanyRecord, loaded: Loaded, *, now: datetime) -> None:
    key = key_of("company", company.code)
    session.add(_company(company, key, now=now))
    session.add_all(
        Certificate(
            company_id=key,
            code=one.code,
            name=one.name,
            expires_on=one.expires_on,
            verified_at=now if one.is_verified else None,
        )
        for one in company.certificates
    )
    sides = add_participations(session, company, fair_id=loaded.fair.id, kind="participation", joined_at=None)
    for side, participation_id in sides.items():
        loaded.participations[company.code, side] = participation_id


def add_participations(
    session: Session, company: CompanyRecord, *, fair_id: uuid.UUID, kind: str, joined_at: datetime | None
) -> dict[str, uuid.UUID]:
    """Let a company take part in a fair with all it brings; return its participations by side.

    ``kind`` keeps the keys of two fairs apart; ``joined_at`` replaces the record's own time.
    """
    sides: dict[str, uuid.UUID] = {}
    for one in company.participations:
        sides[str(one.side)] = key = key_of(kind, one.code)
        session.add(
            Participation(
                id=key,
                fair_id=fair_id,
                company_id=key_of("company", company.code),
                role=one.side,
                status=ParticipationStatus.APPROVED,
                badge_code=one.badge_code,
                booth=one.booth,
                is_hosted=one.is_hosted,
                is_supported=one.is_supported,
                meetings_cap=one.meetings_cap,
                joined_at=joined_at or one.joined_at,
                profile_changed_at=joined_at or one.joined_at,
            )
        )
    session.flush()
    _add_items(session, company, sides)
    return sides


def _company(company: CompanyRecord, key: uuid.UUID, *, now: datetime) -> Company:
    facets = (("ocop_stars", company.ocop_stars), ("craft_village", company.craft_village))
    return Company(
        id=key,
        name=company.name,
        name_en=company.name_en or "",
        short_name=company.short_name,
        name_key=company_key(company.name),
        legal_form=company.legal_form,
        country=company.country,
        parent_country=company.parent_country,
        tax_code=company.tax_code,
        city=company.city_vi if company.country == "VN" else company.city_en,
        about_vi=company.about_vi,
        about_en=company.about_en or "",
        size_class=company.size_class,
        stage=company.stage,
        languages=list(company.languages),
        markets=list(company.markets),
        facets={name: value for name, value in facets if value},
        checked_at=now,
        created_at=now,
    )


def _add_items(session: Session, company: CompanyRecord, participations: dict[str, uuid.UUID]) -> None:
    """Add what a company offers and needs to its participations on those sides."""
    if "exhibitor" in participations:
        for position, offer in enumerate(company.offers, start=1):
            values = _item(offer, position, participations["exhibitor"])
            session.add(Offer(**values, moq=offer.moq, lead_time_days=offer.lead_time_days, incoterm=offer.incoterm))
    if "buyer" in participations:
        for position, need in enumerate(company.needs, start=1):
            session.add(Need(**_item(need, position, participations["buyer"])))


def _item(item: Any, position: int, participation_id: uuid.UUID) -> dict[str, Any]:
    return {
        "participation_id": participation_id,
        "position": position,
        "text_vi": item.text_vi,
        "text_en": item.text_en,
        "category_code": item.category_code,
        "quantity": item.quantity,
        "unit": item.unit_vi if item.text_vi else item.unit_en,
        "certificates": list(item.certificates),
        "markets": list(item.markets),
    }


def _add_people(session: Session, tree: ReferenceFair, loaded: Loaded, *, now: datetime) -> None:
    people = [(company, person) for company in tree.companies for person in company.representatives]
    session.execute(insert(Account), [_account(person, now=now) for _company, person in people])
    session.execute(insert(Representative), [_representative(company, person) for company, person in people])
    absences = [
        {"representative_id": key_of("representative", person.code), "slot_id": loaded.slots[number]}
        for _company, person in people
        for number in person.absent_slots
    ]
    session.execute(insert(RepresentativeAbsence), absences)
    consents = [row for _company, person in people for row in consents_of(person, loaded.fair.id)]
    session.execute(insert(Consent), consents)
    coming = [
        {"participation_id": key, "representative_id": key_of("representative", person.code)}
        for company, person in people
        for (code, _side), key in loaded.participations.items()
        if code == company.code
    ]
    session.execute(insert(FairPerson), coming)


def _account(person: PersonRecord, *, now: datetime) -> dict[str, Any]:
    return {
        "id": key_of("account", person.email),
        "email": person.email,
        "name": person.name,
        "locale": "vi" if "vi" in person.languages else "en",
        "is_active": True,
        "created_at": now,
    }


def _representative(company: CompanyRecord, person: PersonRecord) -> dict[str, Any]:
    return {
        "id": key_of("representative", person.code),
        "company_id": key_of("company", company.code),
        "account_id": key_of("account", person.email),
        "name": person.name,
        "email": person.email,
        "phone": "",
        "title_vi": person.title_vi or "",
        "title_en": person.title_en or "",
        "languages": list(person.languages),
        "is_admin": person.is_admin,
    }


def consents_of(person: PersonRecord, fair_id: uuid.UUID, *, given_at: datetime | None = None) -> list[dict[str, Any]]:
    """The consents of a person as rows; at another fair, given anew at ``given_at``."""
    return [
        {
            "id": uuid.uuid4(),
            "account_id": key_of("account", person.email),
            "fair_id": fair_id,
            "purpose": consent.purpose,
            "text_version": consent.text_version,
            "channel": consent.channel,
            "given_at": given_at or consent.given_at,
            "withdrawn_at": None if given_at else consent.withdrawn_at,
        }
        for consent in person.consents
    ]


def _add_interpreters(session: Session, tree: ReferenceFair, loaded: Loaded) -> None:
    for one in tree.fair.interpreters:
        key = key_of("interpreter", one.code)
        session.add(
            Interpreter(id=key, fair_id=loaded.fair.id, name=one.name, email=one.email, languages=["vi", one.language])
        )
        session.flush()
        for number in one.absent_slots:
            session.add(
                InterpreterAbsence(interpreter_id=key, slot_id=loaded.slots[number], reason=one.absence_reason or "")
            )


def _main(tree: ReferenceFair, loaded: Loaded, code: str) -> uuid.UUID:
    company = next(one for one in tree.companies if one.code == code)
    return loaded.participations[code, company.main_side]
