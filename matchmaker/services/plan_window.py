"""What of a plan stands in the part of the grid that a page shows, with no more of each meeting than its cell says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Boolean, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from matchmaker.domain.meetings import RECORDED
from matchmaker.models import Company, Meeting, Participation
from matchmaker.services.kept_counts import KeptCount
from matchmaker.services.plan_ground import FAIR, SLOTS
from matchmaker.services.slot_loads import ON_GRID

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from matchmaker.domain.hand_plan import Entry, HandPlan
    from matchmaker.services.fair_changes import Marks

TABLES = bindparam("tables", type_=Meeting.table_id.type, expanding=True)
_selling, _buying, _joining = aliased(Participation), aliased(Participation), aliased(Participation)
_seller, _buyer, _third = aliased(Company), aliased(Company), aliased(Company)
STANDING = (
    select(
        Meeting.id,
        Meeting.slot_id,
        Meeting.table_id,
        Meeting.is_locked | Meeting.state.in_(sorted(RECORDED)),
        _seller.country != _buyer.country,
        _seller.name,
        _buyer.name,
        func.coalesce(_third.name, ""),
    )
    .join(_selling, _selling.id == Meeting.exhibitor_id)
    .join(_seller, _seller.id == _selling.company_id)
    .join(_buying, _buying.id == Meeting.buyer_id)
    .join(_buyer, _buyer.id == _buying.company_id)
    .outerjoin(_joining, _joining.id == Meeting.third_id)
    .outerjoin(_third, _third.id == _joining.company_id)
    .where(
        Meeting.fair_id == FAIR,
        Meeting.state.in_(ON_GRID),
        Meeting.slot_id.in_(SLOTS),
        or_(
            Meeting.table_id.in_(TABLES),
            and_(Meeting.table_id.is_(None), bindparam("has_online", type_=Boolean())),
        ),
    )
    .order_by(Meeting.requested_at, Meeting.id)
)


@dataclass(frozen=True, slots=True)
class Places:
    """Some slots at some tables, with what is online in these slots or without it."""

    slots: tuple[uuid.UUID, ...]
    tables: tuple[uuid.UUID, ...]
    has_online: bool

    def has(self, entry: Entry) -> bool:
        """Whether a meeting stands in one of them."""
        at_table = self.has_online if entry.table_id is None else entry.table_id in self.tables
        return at_table and entry.slot_id in self.slots


class Shown(NamedTuple):
    """A meeting as its cell shows it; ``is_fixed`` when it is locked or on record."""

    id: uuid.UUID
    slot_id: uuid.UUID | None
    table_id: uuid.UUID | None
    is_fixed: bool
    is_international: bool
    seller: str
    buyer: str
    third: str


KEPT_SHOWN = KeptCount(STANDING, lambda rows: tuple(Shown(*row) for row in rows))


@dataclass(frozen=True, slots=True)
class InPlaces:
    """What a plan has in some places: of its own, and what stands there for everyone but for what it says otherwise."""

    own: tuple[Shown, ...]
    standing: tuple[Shown, ...]
    elsewhere: frozenset[uuid.UUID]

    def __hash__(self) -> int:
        """A number that costs little, as what is drawn of them is looked up by it."""
        return hash((self.own, len(self.standing), self.elsewhere))

    def __iter__(self) -> Iterator[Shown]:
        """Return each meeting in them: what stands in the order of requests, and last what a draft moves here."""
        changed = {one.id: one for one in self.own}
        for one in self.standing:
            if one.id in changed or one.id not in self.elsewhere:
                yield changed.pop(one.id, one)
        yield from changed.values()


def shown(session: Session, *, fair_id: uuid.UUID, plan: HandPlan, places: Places, marks: Marks) -> InPlaces:
    """Return what a plan has in some places; what stands there is kept by the fair's marks.

    ``plan`` may be a part with all that a draft changes; what it does not have stands where it stands for everyone.
    It comes in the order of requests, whatever part was loaded, so that nothing swaps its row when it is picked up.
    """
    own = tuple([_as_shown(entry) for entry in plan.entries.values() if places.has(entry)])
    values = {"slots": places.slots, "tables": places.tables, "has_online": places.has_online}
    standing = KEPT_SHOWN.of(session, fair_id=fair_id, marks=marks, **values) if places.slots else ()
    elsewhere = [one.id for one in standing if one.id in plan.entries] if plan.entries else ()
    return InPlaces(own, standing, frozenset(elsewhere))


def _as_shown(entry: Entry) -> Shown:
    seller, buyer, *third = entry.names
    is_fixed = entry.is_locked or not entry.is_to_place
    at = (entry.slot_id, entry.table_id)
    return Shown(entry.id, *at, is_fixed, entry.is_international, seller, buyer, next(iter(third), ""))
