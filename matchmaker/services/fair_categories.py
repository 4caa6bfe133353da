"""The category tree of one fair: the part of the shared tree it uses, with nodes of its own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select, update

from matchmaker.domain.category_files import CategoryError, CategoryRow, write_categories
from matchmaker.domain.errors import Refused, Unconfirmed
from matchmaker.models import Category, Company, FairCategory, Need, Offer, Participation
from matchmaker.services import history, search_index
from matchmaker.services.category_nodes import CategoryList, Nodes, list_of, path_of
from matchmaker.services.fair_changes import marks_of
from matchmaker.services.kept_counts import KeptCount

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fair_changes import Marks
    from matchmaker.services.fairs import FairFacts

TREE_CHANGED = "tree_changed"
AFTER_SHARED = 100_000
USUAL_STAGE = "manufacture"
NODES = (
    select(
        Category.code,
        Category.parent_code,
        Category.name_vi,
        Category.name_en,
        Category.stage,
        Category.hs_prefixes,
    )
    .where(Category.fair_id.is_(None) | (Category.fair_id == bindparam("fair_id")))
    .order_by(Category.position, Category.code)
)
LISTED = select(FairCategory.category_code, FairCategory.is_whole).where(FairCategory.fair_id == bindparam("fair_id"))

OWN = (
    select(Category.code, Category.parent_code, Category.name_vi, Category.name_en)
    .where(Category.fair_id == bindparam("fair_id"))
    .order_by(Category.position, Category.code)
)


def _names(nodes: Sequence[Any]) -> Mapping[str, Mapping[str, str]]:
    return {
        "vi": MappingProxyType({node.code: node.name_vi for node in nodes}),
        "en": MappingProxyType({node.code: node.name_en for node in nodes}),
    }


KEPT_NAMES: KeptCount[Mapping[str, Mapping[str, str]]] = KeptCount(NODES, _names)
KEPT_LISTED: KeptCount[frozenset[tuple[str, bool]]] = KeptCount(
    LISTED, lambda rows: frozenset((code, is_whole) for code, is_whole in rows)
)
KEPT_OWN: KeptCount[tuple[OwnCategory, ...]] = KeptCount(OWN, lambda rows: tuple(OwnCategory(*row) for row in rows))
KEPT_NODES: KeptCount[Nodes] = KeptCount(NODES, lambda rows: Nodes(tuple(rows)))


class CategoryNode(NamedTuple):
    """A category with those below it, in the tree's order."""

    code: str
    name_vi: str
    name_en: str
    children: tuple[CategoryNode, ...]


@dataclass(frozen=True, slots=True)
class OwnCategory:
    """A node that a fair has added to its tree."""

    code: str
    parent: str | None
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Usage:
    """A node that a file leaves out, with who files offers or needs under it."""

    code: str
    name_vi: str
    name_en: str
    companies: tuple[str, ...]
    items: int


def tree_of(session: Session, *, fair_id: uuid.UUID) -> tuple[CategoryNode, ...]:
    """Return the roots of a fair's tree with their branches, in order; all of the shared tree where none was chosen."""
    nodes, chosen = _chosen(session, fair_id=fair_id)
    tree: tuple[CategoryNode, ...] = nodes.once((chosen, "tree"), lambda: _branches(_used(nodes, chosen)))
    return tree


def codes_of(session: Session, *, fair_id: uuid.UUID) -> frozenset[str]:
    """Return the code of every node of a fair's tree."""
    return frozenset(category.code for category in _categories(session, fair_id=fair_id))


def sector_names(session: Session, *, fair_id: uuid.UUID, lang: str) -> dict[str, str]:
    """Return the name of each sector of a fair by code, in the tree's order.

    Sectors are what stands at the top of its tree; at a fair about one thing alone, what stands right below that.
    """
    listed = _categories(session, fair_id=fair_id)
    codes = {category.code for category in listed}
    tops = [category for category in listed if category.parent_code not in codes]
    if len(tops) == 1:
        tops = [category for category in listed if category.parent_code == tops[0].code] or tops
    return {category.code: category.name_vi if lang == "vi" else category.name_en for category in tops}


def names_of(session: Session, *, fair_id: uuid.UUID, lang: str, marks: Marks | None = None) -> Mapping[str, str]:
    """Return the name of every category that a fair's items may be filed under, by code, in the order of the tree."""
    return KEPT_NAMES.of(session, fair_id=fair_id, marks=marks)[lang]


def own_categories(session: Session, *, fair_id: uuid.UUID, marks: Marks | None = None) -> tuple[OwnCategory, ...]:
    """Return the nodes that a fair has added to its tree."""
    return KEPT_OWN.of(session, fair_id=fair_id, marks=marks)


def categories_to_choose(
    session: Session, *, fair_id: uuid.UUID, lang: str, also: str = "", marks: Marks | None = None
) -> CategoryList:
    """Return what an item of a fair can be filed under.

    Those are the nodes of the fair's own tree. ``also`` is one that an item has already, if it is no longer among them.
    """
    nodes, chosen = _chosen(session, fair_id=fair_id, marks=marks)
    found: CategoryList = nodes.once((chosen, lang), lambda: list_of(_used(nodes, chosen), lang))
    if also and also not in found.names:
        kept = session.get(Category, also)
        return list_of([*_used(nodes, chosen), kept], lang) if kept is not None else found
    return found


def filed_elsewhere(session: Session, *, fair_id: uuid.UUID) -> int:
    """Return how many offers and needs of a fair are filed under categories that are not in its tree."""
    codes = sorted(codes_of(session, fair_id=fair_id))
    of_fair = select(Participation.id).where(Participation.fair_id == fair_id)
    return sum(
        session.scalar(
            select(func.count())
            .select_from(model)
            .where(
                model.participation_id.in_(of_fair),
                model.category_code.is_not(None),
                model.category_code.not_in(codes),
            )
        )
        or 0
        for model in (Offer, Need)
    )


def as_file(session: Session, *, fair_id: uuid.UUID) -> str:
    """Return a fair's tree as the CSV file that ``replace_tree`` takes."""
    return write_categories(
        {
            "code": category.code,
            "parent": category.parent_code or "",
            "name_vi": category.name_vi,
            "name_en": category.name_en,
            "stage": category.stage,
            "hs_prefixes": category.hs_prefixes,
        }
        for category in _categories(session, fair_id=fair_id)
    )


def conflicts(session: Session, *, fair: FairFacts, rows: Sequence[CategoryRow]) -> list[CategoryError]:
    """Return what a file wants of nodes that are not this fair's to change: shared ones, and those of other fairs."""
    known = {
        category.code: category
        for category in session.scalars(select(Category).where(Category.code.in_([row.code for row in rows])))
    }
    found = []
    for row in rows:
        category = known.get(row.code)
        if category is None or category.fair_id == fair.id:
            continue
        if category.fair_id is not None:
            found.append(CategoryError(row.row, "code", row.code, "code_taken"))
        elif (category.name_vi, category.name_en) != (row.name_vi, row.name_en):
            found.append(CategoryError(row.row, "name_vi", row.name_vi, "shared_name"))
        elif (category.parent_code or "") != row.parent:
            found.append(CategoryError(row.row, "parent", row.parent, "shared_parent"))
    return found


def left_out(session: Session, *, fair: FairFacts, rows: Sequence[CategoryRow]) -> list[Usage]:
    """Return the nodes in use at the fair that a file leaves out, with the companies that use them."""
    listed = {row.code for row in rows}
    companies: dict[str, set[str]] = defaultdict(set)
    items: dict[str, int] = defaultdict(int)
    for model in (Offer, Need):
        for code, name, count in session.execute(
            select(model.category_code, Company.name, func.count())
            .join(Participation, Participation.id == model.participation_id)
            .join(Company, Company.id == Participation.company_id)
            .where(Participation.fair_id == fair.id, model.category_code.is_not(None))
            .group_by(model.category_code, Company.name)
        ):
            companies[str(code)].add(name)
            items[str(code)] += count
    gone = sorted(set(companies) - listed)
    named = session.execute(
        select(Category.code, Category.name_vi, Category.name_en)
        .where(Category.code.in_(gone))
        .order_by(Category.position, Category.code)
    )
    return [Usage(code, vi, en, tuple(sorted(companies[code])), items[code]) for code, vi, en in named]


def replace_tree(
    session: Session,
    *,
    fair: FairFacts,
    rows: Sequence[CategoryRow],
    moves: Mapping[str, str],
    by: uuid.UUID | None,
    now: datetime,
) -> int:
    """Give a fair the tree of a file and return how many offers and needs were filed anew.

    ``moves`` says for every node in use that the file leaves out where its offers and needs go: to a node of the
    file, or to none (""). Raises Refused('rows_conflict') for what ``conflicts`` finds, Refused('bad_move') for a node
    that is not in the file, and Unconfirmed with the nodes as long as one of them has no answer.
    """
    listed, gone = {row.code for row in rows}, left_out(session, fair=fair, rows=rows)
    if not rows or conflicts(session, fair=fair, rows=rows):
        raise Refused("rows_conflict", field="file")
    if {target for target in moves.values() if target} - listed:
        raise Refused("bad_move", field="file")
    if any(usage.code not in moves for usage in gone):
        raise Unconfirmed(gone)
    # New nodes first: what loses its node may be filed under one of them.
    _write_own(session, fair=fair, rows=rows)
    moved = sum(_refile(session, fair=fair, code=usage.code, target=moves[usage.code]) for usage in gone)
    _drop_own(session, fair=fair, listed=listed)
    _list(session, fair=fair, rows=rows)
    history.record(
        session,
        action=TREE_CHANGED,
        subject_kind="fair",
        subject_id=fair.id,
        by=by,
        now=now,
        fair_id=fair.id,
        nodes=len(rows),
        moves={usage.code: moves[usage.code] for usage in gone},
    )
    session.expire_all()
    return moved


def _categories(session: Session, *, fair_id: uuid.UUID) -> Sequence[Any]:
    """The nodes of a fair's tree."""
    return _used(*_chosen(session, fair_id=fair_id))


def _chosen(
    session: Session, *, fair_id: uuid.UUID, marks: Marks | None = None
) -> tuple[Nodes, frozenset[tuple[str, bool]]]:
    """All nodes that a fair can use, and those it lists with whether it uses all that is below them."""
    if marks is None:
        marks = marks_of(session, fair_id=fair_id)
    listed = KEPT_LISTED.of(session, fair_id=fair_id, marks=marks)
    return KEPT_NODES.of(session, fair_id=fair_id, marks=marks), listed


def _used(everything: Nodes, chosen: frozenset[tuple[str, bool]]) -> Sequence[Any]:
    """What a fair uses: nodes it lists, what is below those listed as whole, and what is above any."""
    if not chosen:
        return everything.rows
    used: Sequence[Any] = everything.once(chosen, lambda: _picked(everything.rows, dict(chosen)))
    return used


def _picked(everything: Sequence[Any], listed: Mapping[str, bool]) -> tuple[Any, ...]:
    parents = {category.code: category.parent_code for category in everything}
    wanted: set[str] = set()
    for category in everything:
        path = path_of(category.code, parents)
        if category.code in listed or any(listed.get(code) for code in path):
            wanted.update(path)
    return tuple(category for category in everything if category.code in wanted)


def _branches(listed: Sequence[Any]) -> tuple[CategoryNode, ...]:
    """The roots among some nodes, each with all that is below it."""
    codes = {category.code for category in listed}
    below: dict[str, list[Any]] = defaultdict(list)
    for category in listed:
        below[category.parent_code if category.parent_code in codes else ""].append(category)

    def branches(parent: str) -> tuple[CategoryNode, ...]:
        return tuple(
            CategoryNode(one.code, one.name_vi, one.name_en, branches(one.code)) for one in below.get(parent, ())
        )

    return branches("")


def _write_own(session: Session, *, fair: FairFacts, rows: Sequence[CategoryRow]) -> None:
    """Write the fair's own nodes, parents before their children."""
    stages = dict(session.execute(select(Category.code, Category.stage)).all())
    known = {
        category.code: category
        for category in session.scalars(select(Category).where(Category.code.in_([row.code for row in rows])))
    }
    waiting = [row for row in rows if row.code not in known or known[row.code].fair_id == fair.id]
    mine = {row.code for row in waiting}
    written: set[str] = set()
    while waiting:
        ready = [row for row in waiting if row.parent not in mine or row.parent in written]
        for row in ready:
            stage = row.stage or stages.get(row.parent) or USUAL_STAGE
            stages[row.code] = stage
            category = known.get(row.code) or Category(code=row.code, fair_id=fair.id)
            category.parent_code, category.name_vi, category.name_en = row.parent or None, row.name_vi, row.name_en
            category.stage, category.position = stage, AFTER_SHARED + row.row
            category.hs_prefixes = "|".join(row.hs_prefixes)
            session.add(category)
            session.flush()  # A child refers to its parent, and a self-reference is not sorted by the session.
            written.add(row.code)
        waiting = [row for row in waiting if row.code not in written]


def _list(session: Session, *, fair: FairFacts, rows: Sequence[CategoryRow]) -> None:
    """Note exactly which nodes the fair uses, and let its companies be found by what they are called now."""
    session.execute(delete(FairCategory).where(FairCategory.fair_id == fair.id))
    listed = [{"fair_id": fair.id, "category_code": row.code, "is_whole": False} for row in rows]
    session.execute(insert(FairCategory), listed)
    # A node that was renamed or moved changes what its companies are found by, though none of them was written.
    search_index.rebuild(session, fair_id=fair.id)


def _refile(session: Session, *, fair: FairFacts, code: str, target: str) -> int:
    moved = 0
    of_fair = select(Participation.id).where(Participation.fair_id == fair.id)
    for model in (Offer, Need):
        refiled = session.scalars(
            update(model)
            .where(model.category_code == code, model.participation_id.in_(of_fair))
            .values(category_code=target or None)
            .returning(model.id),
            execution_options={"synchronize_session": False},
        ).all()
        moved += len(refiled)
    return moved


def _drop_own(session: Session, *, fair: FairFacts, listed: set[str]) -> None:
    """Delete the fair's own nodes that the file no longer has; children go with their parents."""
    session.execute(delete(Category).where(Category.fair_id == fair.id, Category.code.not_in(listed)))
