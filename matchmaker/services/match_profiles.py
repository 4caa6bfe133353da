"""What the matcher may know of the companies at a fair, read in a fixed number of statements."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, or_, select

from matchmaker.domain.consents import Purpose
from matchmaker.domain.matching.profiles import Category, Item, Profile, Side
from matchmaker.models import Category as CategoryRow
from matchmaker.models import (
    Certificate,
    Company,
    Fair,
    FairPerson,
    Need,
    Offer,
    Participation,
    Representative,
    RepresentativeAbsence,
    Slot,
    SuggestionAnswer,
    Veto,
)
from matchmaker.services import pair_rules
from matchmaker.services.visibility import company_agrees, is_suggested

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

ITEM_COLUMNS = (
    "id",
    "participation_id",
    "text_vi",
    "text_en",
    "category_code",
    "quantity",
    "unit",
    "stage",
    "certificates",
    "markets",
)
COMPANIES = (
    select(
        Participation.id,
        Participation.role,
        Participation.profile_changed_at,
        Company.id.label("company_id"),
        Company.country,
        Company.parent_country,
        Company.stage,
        Company.size_class,
        Company.languages,
        Company.markets,
    )
    .join(Company, Company.id == Participation.company_id)
    .where(
        Participation.fair_id == bindparam("fair_id"),
        or_(is_suggested(), and_(Participation.id == bindparam("also"), company_agrees(Purpose.MATCHING))),
    )
    .order_by(Participation.joined_at, Participation.badge_code)
)


def _items(model: type[Offer | Need]) -> Any:
    extra = (Offer.moq,) if model is Offer else ()
    return (
        select(*(getattr(model, name) for name in ITEM_COLUMNS), *extra)
        .join(Participation, Participation.id == model.participation_id)
        .where(Participation.fair_id == bindparam("fair_id"))
        .order_by(model.participation_id, model.position)
    )


OFFERS, NEEDS = _items(Offer), _items(Need)
CERTIFICATES = (
    select(Certificate.company_id, Certificate.code)
    .join(Participation, Participation.company_id == Certificate.company_id)
    .where(Participation.fair_id == bindparam("fair_id"))
    .distinct()
    .order_by(Certificate.company_id, Certificate.code)
)
TONGUES = (
    select(FairPerson.participation_id, Representative.languages)
    .join(Representative, Representative.id == FairPerson.representative_id)
    .join(Participation, Participation.id == FairPerson.participation_id)
    .where(Participation.fair_id == bindparam("fair_id"))
)
VETOES = (
    select(Veto.participation_id, Veto.other_company_id)
    .join(Participation, Participation.id == Veto.participation_id)
    .where(Participation.fair_id == bindparam("fair_id"))
)
DISMISSED = (
    select(SuggestionAnswer.participation_id, SuggestionAnswer.other_id)
    .join(Participation, Participation.id == SuggestionAnswer.participation_id)
    .where(Participation.fair_id == bindparam("fair_id"), SuggestionAnswer.answer == "not_interested")
)
LIST_LENGTH = select(Fair.list_length).where(Fair.id == bindparam("fair_id"))
OWN_CATEGORIES = (
    select(CategoryRow.code, CategoryRow.parent_code, CategoryRow.name_vi, CategoryRow.name_en, CategoryRow.stage)
    .where(CategoryRow.fair_id == bindparam("fair_id"))
    .order_by(CategoryRow.position, CategoryRow.code)
)
SLOT_NUMBERS = select(Slot.id, Slot.number).where(Slot.fair_id == bindparam("fair_id"))
ABSENCES = (
    select(FairPerson.participation_id, RepresentativeAbsence.representative_id, RepresentativeAbsence.slot_id)
    .join(Participation, Participation.id == FairPerson.participation_id)
    .join(RepresentativeAbsence, RepresentativeAbsence.representative_id == FairPerson.representative_id)
    .where(Participation.fair_id == bindparam("fair_id"))
)


@dataclass(frozen=True, slots=True)
class FairProfiles:
    """Both sides of a fair, the pairs that said no or that a rule keeps apart, and what the fair itself sets.

    ``changed_at`` tells of which moment each profile is.
    """

    exhibitors: tuple[Profile, ...]
    buyers: tuple[Profile, ...]
    forbidden: tuple[tuple[str, str], ...]
    list_length: int = 10
    own_categories: tuple[Category, ...] = ()
    changed_at: Mapping[uuid.UUID, datetime] = field(default_factory=dict)


def fair_profiles(session: Session, *, fair_id: uuid.UUID, also: uuid.UUID | None = None) -> FairProfiles:
    """Return the profiles of all companies that may be suggested; ids are those of their participations, as text.

    ``also`` is a company that may still wait to be let in, or not want to be shown, and is read all the same.
    """
    key = {"fair_id": fair_id}
    offers = _by_participation(session.execute(OFFERS, key), has_moq=True)
    needs = _by_participation(session.execute(NEEDS, key), has_moq=False)
    certificates = _grouped(session.execute(CERTIFICATES, key))
    vetoes = _grouped(session.execute(VETOES, key))
    tongues: dict[uuid.UUID, set[str]] = defaultdict(set)
    people: Counter[uuid.UUID] = Counter()
    for participation_id, languages in session.execute(TONGUES, key):
        tongues[participation_id].update(languages)
        people[participation_id] += 1
    known = _Known(certificates, vetoes, tongues, _free_slots(session, key, people))
    companies = session.execute(COMPANIES, {**key, "also": also}).all()
    profiles = [
        _profile(row, offers=offers[row.id], needs=needs[row.id], known=known, rank=rank)
        for rank, row in enumerate(companies)
    ]
    dismissed = [(str(one), str(other)) for one, other in session.execute(DISMISSED, key)]
    exhibitors = tuple(profile for profile in profiles if profile.side is Side.EXHIBITOR)
    buyers = tuple(profile for profile in profiles if profile.side is Side.BUYER)
    apart = pair_rules.rules_of(session, fair_id=fair_id).pairs(
        (profile.company for profile in exhibitors), (profile.company for profile in buyers)
    )
    return FairProfiles(
        exhibitors,
        buyers,
        (*sorted(dismissed), *apart),
        list_length=session.scalar(LIST_LENGTH, key) or 1,
        changed_at={row.id: row.profile_changed_at for row in companies},
        own_categories=tuple(
            Category(code=code, parent=parent, name_vi=name_vi, name_en=name_en, stage=stage)
            for code, parent, name_vi, name_en, stage in session.execute(OWN_CATEGORIES, key)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Items:
    items: tuple[Item, ...]
    certificates: frozenset[str]
    markets: frozenset[str]
    stage: str | None


NOTHING = _Items((), frozenset(), frozenset(), None)


def _by_participation(rows: Iterable[Any], *, has_moq: bool) -> Mapping[uuid.UUID, _Items]:
    grouped: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.participation_id].append(row)
    return defaultdict(
        lambda: NOTHING,
        {
            key: _Items(
                tuple(_item(row, row.moq if has_moq else None) for row in group),
                frozenset(code for row in group for code in row.certificates),
                frozenset(code for row in group for code in row.markets),
                next((row.stage for row in group if row.stage), None),
            )
            for key, group in grouped.items()
        },
    )


def _item(row: Any, moq: Any) -> Item:
    """An item in the language it was written in, with the other language beside it when both are there."""
    text = row.text_vi or row.text_en
    return Item(
        id=str(row.id),
        text=text,
        lang="vi" if row.text_vi else "en",
        text_other=row.text_en if row.text_vi else None,
        categories=(row.category_code,) if row.category_code else (),
        quantity=None if row.quantity is None else float(row.quantity),
        moq=None if moq is None else float(moq),
        unit=row.unit,
    )


def _grouped(rows: Iterable[Any]) -> Mapping[uuid.UUID, list[str]]:
    grouped: dict[uuid.UUID, list[str]] = defaultdict(list)
    for key, value in rows:
        grouped[key].append(str(value))
    return grouped


def _free_slots(session: Session, key: dict[str, Any], people: Mapping[uuid.UUID, int]) -> Mapping[uuid.UUID, int]:
    """Bit masks of the slots in which at least one person of a participation is free; absent from it means all."""
    numbers: dict[uuid.UUID, int] = dict(session.execute(SLOT_NUMBERS, key).all())
    away: dict[uuid.UUID, dict[uuid.UUID, int]] = defaultdict(lambda: defaultdict(int))
    for participation_id, person, slot_id in session.execute(ABSENCES, key):
        if slot_id in numbers:
            away[participation_id][person] |= 1 << (numbers[slot_id] - 1)
    everything = (1 << len(numbers)) - 1
    free = {}
    for participation_id, masks in away.items():
        nobody = everything
        for mask in masks.values():
            nobody &= mask
        is_someone_always_there = len(masks) < people[participation_id]
        free[participation_id] = everything if is_someone_always_there else everything & ~nobody
    return free


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of companies and participations beside their items."""

    certificates: Mapping[uuid.UUID, Sequence[str]]
    vetoes: Mapping[uuid.UUID, Sequence[str]]
    tongues: Mapping[uuid.UUID, set[str]]
    free: Mapping[uuid.UUID, int]


def _profile(row: Any, *, offers: _Items, needs: _Items, known: _Known, rank: int) -> Profile:
    return Profile(
        id=str(row.id),
        side=Side(row.role),
        company_id=str(row.company_id),
        offers=offers.items,
        needs=needs.items,
        categories=tuple(sorted({code for item in (*offers.items, *needs.items) for code in item.categories})),
        stage=row.stage or offers.stage or needs.stage,
        certificates=tuple(sorted(offers.certificates | set(known.certificates.get(row.company_id, ())))),
        certificates_asked=tuple(sorted(needs.certificates)),
        country=row.country,
        parent_country=row.parent_country,
        markets=tuple(sorted(offers.markets | set(row.markets))),
        markets_wished=tuple(sorted(needs.markets)),
        languages=tuple(sorted(known.tongues.get(row.id, set()) | set(row.languages))),
        size=row.size_class,
        vetoes=tuple(known.vetoes.get(row.id, ())),
        free_slots=known.free.get(row.id),
        published_rank=rank,
    )
