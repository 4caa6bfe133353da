"""What a company offers and needs at a fair, one item at a time: add, change, move, remove, put back."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, bindparam, func, literal, select, union_all

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.profiles import MOST_ITEMS, ItemKind
from matchmaker.models import Category, Need, Offer, Participation, RemovedItem
from matchmaker.services import history
from matchmaker.services.fair_categories import codes_of
from matchmaker.services.rematching import profile_changed

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import Membership

MODELS: dict[ItemKind, Any] = {ItemKind.OFFER: Offer, ItemKind.NEED: Need}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemValues:
    """All that is said of one offer or need; ``moq`` belongs to offers only. At least one text is filled in."""

    text_vi: str | None = None
    text_en: str | None = None
    category_code: str | None = None
    quantity: Decimal | None = None
    unit: str = ""
    moq: Decimal | None = None
    lead_time_days: int | None = None
    incoterm: str | None = None
    price_band: str = ""
    stage: str | None = None
    certificates: list[str] = field(default_factory=list)
    markets: list[str] = field(default_factory=list)
    is_by_product: bool = False
    is_recycled: bool = False
    is_renewable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """One offer or need with its key and place, and the names of its category."""

    id: uuid.UUID
    kind: ItemKind
    position: int
    is_imported: bool
    values: ItemValues
    category_vi: str | None = None
    category_en: str | None = None


VALUE_NAMES = tuple(one.name for one in fields(ItemValues))


def _read(kind: ItemKind, *only: Any) -> Any:
    """Select what is said of a participation's items of one kind, ``moq`` empty where the kind has none."""
    model = MODELS[kind]
    said = (getattr(model, name, NO_MOQ) for name in VALUE_NAMES)
    return (
        select(*_head(kind, model), Category.name_vi, Category.name_en, *said)
        .select_from(model)
        .outerjoin(Category, Category.code == model.category_code)
        .where(model.participation_id == bindparam("participation_id"), *only)
    )


def _head(kind: ItemKind, model: Any) -> tuple[Any, ...]:
    return literal(kind, String).label("kind"), model.id, model.position.label("place"), model.is_imported


NO_MOQ = literal(None, Offer.moq.type).label("moq")
ITEMS = union_all(*map(_read, (ItemKind.OFFER, ItemKind.NEED))).order_by("place")
ITEM = union_all(*(_read(kind, model.id == bindparam("item_id")) for kind, model in MODELS.items()))


def items_of(session: Session, *, participation_id: uuid.UUID) -> dict[ItemKind, list[ItemFacts]]:
    """Return all offers and needs of a participation in their order, in one statement."""
    found: dict[ItemKind, list[ItemFacts]] = {kind: [] for kind in MODELS}
    for row in session.execute(ITEMS, {"participation_id": participation_id}):
        item = _item(row)
        found[item.kind].append(item)
    return found


def _item(row: Any) -> ItemFacts:
    """Return what is said of an item from a row of ``_read``."""
    kind, key, position, is_imported, name_vi, name_en, *said = row
    return ItemFacts(
        id=key,
        kind=ItemKind(kind),
        position=position,
        is_imported=is_imported,
        values=ItemValues(**dict(zip(VALUE_NAMES, said, strict=True))),
        category_vi=name_vi,
        category_en=name_en,
    )


def is_only_item(session: Session, *, me: Membership, item_id: uuid.UUID) -> bool:
    """Whether a company says one thing alone so far, and this is it."""
    found = items_of(session, participation_id=me.participation_id)
    return [item.id for items in found.values() for item in items] == [item_id]


def item_of(session: Session, *, me: Membership, item_id: uuid.UUID) -> ItemFacts:
    """Return one of the reader's own offers or needs; raise NotFound for any other."""
    values = {"participation_id": me.participation_id, "item_id": item_id}
    row = session.execute(ITEM, values).one_or_none()
    if row is None:
        raise NotFound("no_such_item")
    return _item(row)


def add_item(
    session: Session,
    *,
    fair_id: uuid.UUID,
    me: Membership,
    item_id: uuid.UUID,
    kind: ItemKind,
    values: ItemValues,
    now: datetime,
) -> uuid.UUID:
    """Add an offer or need after the others and return its key.

    ``item_id`` was given to the form when it was shown, so the same form sent twice adds one item. Raises
    Refused('too_many_items') beyond the limit and Refused('no_such_category').
    """
    _lock(session, me)
    model = MODELS[kind]
    stored = session.get(model, item_id)
    if stored is not None and stored.participation_id == me.participation_id:
        return change_item(session, fair_id=fair_id, me=me, item_id=item_id, values=values, now=now)
    mine = model.participation_id == me.participation_id
    if (session.scalar(select(func.count()).where(mine)) or 0) >= MOST_ITEMS:
        raise Refused("too_many_items", field="text_vi", most=MOST_ITEMS)
    _demand_category(session, values.category_code, fair_id=fair_id)
    key = item_id if stored is None else uuid.uuid4()
    position = (session.scalar(select(func.max(model.position)).where(mine)) or 0) + 1
    session.add(model(id=key, participation_id=me.participation_id, position=position, **_columns(kind, values)))
    _note(session, "item_added", fair_id=fair_id, me=me, item_id=key, now=now)
    return key


def change_item(
    session: Session, *, fair_id: uuid.UUID, me: Membership, item_id: uuid.UUID, values: ItemValues, now: datetime
) -> uuid.UUID:
    """Replace what is said of an item. Raises NotFound and Refused.

    From then on it is the company's own word, unless an organizer said it for them.
    """
    _lock(session, me)
    kind, row = _own(session, me=me, item_id=item_id)
    if values.category_code != row.category_code:
        _demand_category(session, values.category_code, fair_id=fair_id)
    for name, value in _columns(kind, values).items():
        setattr(row, name, value)
    row.is_imported = row.is_imported and not me.is_own
    _note(session, "item_changed", fair_id=fair_id, me=me, item_id=item_id, now=now)
    return item_id


def move_item(
    session: Session, *, fair_id: uuid.UUID, me: Membership, item_id: uuid.UUID, step: int, now: datetime
) -> None:
    """Change the places of an item and its neighbour; ``step`` is -1 for up and 1 for down. At an end nothing moves.

    The order is what readers see first and says nothing to the matcher, so nothing is matched anew.
    """
    _lock(session, me)
    kind, row = _own(session, me=me, item_id=item_id)
    model = MODELS[kind]
    beyond = model.position < row.position if step < 0 else model.position > row.position
    order = model.position.desc() if step < 0 else model.position
    neighbour = session.scalar(
        select(model).where(model.participation_id == me.participation_id, beyond).order_by(order).limit(1)
    )
    if neighbour is None:
        return
    mine, theirs = row.position, neighbour.position
    # Two rows may never share a place, not even between two statements.
    row.position = -mine
    session.flush()
    neighbour.position = mine
    session.flush()
    row.position = theirs
    _record(session, "item_moved", fair_id=fair_id, me=me, item_id=item_id, now=now)


def remove_item(session: Session, *, fair_id: uuid.UUID, me: Membership, item_id: uuid.UUID, now: datetime) -> None:
    """Take an item off the profile; all it said is kept so that it can be put back. Raises NotFound."""
    _lock(session, me)
    kind, row = _own(session, me=me, item_id=item_id)
    facts = {"position": row.position, "is_imported": row.is_imported, **_as_json(_facts(kind, row).values)}
    session.add(RemovedItem(id=row.id, participation_id=me.participation_id, kind=kind, facts=facts, removed_at=now))
    session.delete(row)
    _note(session, "item_removed", fair_id=fair_id, me=me, item_id=item_id, now=now)


def restore_item(session: Session, *, fair_id: uuid.UUID, me: Membership, item_id: uuid.UUID, now: datetime) -> None:
    """Put a removed item back, in its old place if that is free. Raises NotFound, and Refused('too_many_items')."""
    _lock(session, me)
    removed = session.get(RemovedItem, item_id)
    if removed is None or removed.participation_id != me.participation_id:
        raise NotFound("no_such_item")
    kind = ItemKind(removed.kind)
    model = MODELS[kind]
    taken = set(session.scalars(select(model.position).where(model.participation_id == me.participation_id)))
    if len(taken) >= MOST_ITEMS:
        raise Refused("too_many_items", field="text_vi", most=MOST_ITEMS)
    facts = dict(removed.facts)
    position = facts.pop("position")
    is_imported = facts.pop("is_imported")
    session.add(
        model(
            id=item_id,
            participation_id=me.participation_id,
            position=position if position not in taken else max(taken) + 1,
            is_imported=is_imported,
            **_columns(kind, _from_json(facts)),
        )
    )
    session.delete(removed)
    _note(session, "item_restored", fair_id=fair_id, me=me, item_id=item_id, now=now)


def _lock(session: Session, me: Membership) -> None:
    """Two colleagues who change items at once wait for each other, or both would take the same place."""
    session.execute(select(Participation.id).where(Participation.id == me.participation_id).with_for_update())


def _own(session: Session, *, me: Membership, item_id: uuid.UUID) -> tuple[ItemKind, Any]:
    for kind, model in MODELS.items():
        row = session.get(model, item_id)
        if row is not None and row.participation_id == me.participation_id:
            return kind, row
    raise NotFound("no_such_item")


def _demand_category(session: Session, code: str | None, *, fair_id: uuid.UUID) -> None:
    """A category of this fair's tree; what was filed before the tree was pruned may stay where it is."""
    if code is not None and code not in codes_of(session, fair_id=fair_id):
        raise Refused("no_such_category", field="category")


def _columns(kind: ItemKind, values: ItemValues) -> dict[str, Any]:
    columns = {name: getattr(values, name) for name in VALUE_NAMES}
    if kind is ItemKind.NEED:
        del columns["moq"]
    return columns


def _facts(kind: ItemKind, row: Any) -> ItemFacts:
    said = {name: getattr(row, name) for name in VALUE_NAMES if hasattr(row, name)}
    return ItemFacts(
        id=row.id, kind=kind, position=row.position, is_imported=row.is_imported, values=ItemValues(**said)
    )


def _as_json(values: ItemValues) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(values).items()}


def _from_json(facts: dict[str, Any]) -> ItemValues:
    amounts = {name: Decimal(facts[name]) for name in ("quantity", "moq") if facts.get(name) is not None}
    return ItemValues(**{**facts, **amounts})


def _note(
    session: Session, action: str, *, fair_id: uuid.UUID, me: Membership, item_id: uuid.UUID, now: datetime
) -> None:
    profile_changed(session, fair_id=fair_id, participation_id=me.participation_id, now=now)
    _record(session, action, fair_id=fair_id, me=me, item_id=item_id, now=now)


def _record(
    session: Session, action: str, *, fair_id: uuid.UUID, me: Membership, item_id: uuid.UUID, now: datetime
) -> None:
    history.record(
        session, action=action, subject_kind="item", subject_id=item_id, by=me.account_id, now=now, fair_id=fair_id
    )
    session.flush()
