"""Find companies of the other side at a fair: searched, filtered, counted, page by page."""

from __future__ import annotations

import base64
import binascii
import json
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Integer, String, and_, bindparam, func, literal, literal_column, or_, select, tuple_, union_all

from matchmaker.domain.search.nearest import nearest
from matchmaker.domain.search.trade_terms import in_other_language
from matchmaker.domain.search.words import query_of
from matchmaker.models import Company, Need, Offer, Participation, SearchDocument, SearchFacet, Veto
from matchmaker.services import fair_changes, files, search_words
from matchmaker.services.fair_categories import LISTED, NODES, sector_names
from matchmaker.services.kept_counts import Kept
from matchmaker.services.verification import IS_VERIFIED
from matchmaker.services.visibility import is_shown

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from matchmaker.domain.search.words import Query
    from matchmaker.services.fair_changes import Marks
    from matchmaker.services.fairs import Membership

PAGE_ROWS = 20
KINDS = ("sector", "country", "stage", "certificate", "trait", "tongue")
PAGES_KEPT, COUNTS_KEPT, COMPANIES_KEPT = 200, 500, 2000
LARGEST = 2**31
Counts = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the directory is narrowed to: words, at most one value for each kind of filter, and where a page begins."""

    text: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    after: str = ""
    before: str = ""


class Found(NamedTuple):
    """One company of the directory."""

    participation_id: uuid.UUID
    company_id: uuid.UUID
    name: str
    country: str
    city: str
    stage: str | None
    logo: uuid.UUID | None
    is_verified: bool
    items: tuple[tuple[str | None, str | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DirectoryPage:
    """One page of the directory. ``counts`` say how many companies each filter would show beside the others.

    ``sectors`` are the names of the fair's own by language. ``before`` and ``after`` are the marks of the pages around
    this one, empty where there is none; ``nearest`` is what to look for instead when nothing was found. A page is kept,
    so nobody may change what it holds.
    """

    rows: tuple[Found, ...]
    total: int
    counts: Counts
    before: str
    after: str
    sectors: Mapping[str, Mapping[str, str]]
    nearest: tuple[str, ...] = ()


D = SearchDocument
HIDDEN = (
    select(Participation.id)
    .join(Veto, or_(Veto.other_company_id == Participation.company_id, Veto.participation_id == Participation.id))
    .where(
        Participation.fair_id == bindparam("fair_id"),
        or_(
            and_(Veto.participation_id == bindparam("mine"), Veto.other_company_id == Participation.company_id),
            and_(Veto.participation_id == Participation.id, Veto.other_company_id == bindparam("my_company")),
        ),
    )
)
VOCABULARY = select(D.vocabulary).where(D.fair_id == bindparam("fair_id"), D.role == bindparam("role"), D.is_listed)


def find(
    session: Session, *, fair_id: uuid.UUID, me: Membership, wanted: Wanted, marks: Marks | None = None
) -> DirectoryPage:
    """Return a page of the companies that a participant may look for: approved ones of the other role.

    Those that one side does not want to meet are left out, and nobody is told why. An unknown mark or filter shows
    the first page, or nothing. A page that was read before is read again only after a company of the fair was written.
    """
    marks = fair_changes.marks_of(session, fair_id=fair_id) if marks is None else marks
    chosen = {kind: wanted.chosen[kind] for kind in KINDS if wanted.chosen.get(kind)}
    hidden = _hidden(session, fair_id=fair_id, me=me, marks=marks)
    key = (me.role.other, wanted.text, tuple(chosen.items()), wanted.after, wanted.before, hidden)
    values = {"fair_id": fair_id, "role": me.role.other, "hidden": hidden}
    read = partial(_read, session, values, wanted=wanted, chosen=chosen, marks=marks)
    return PAGES.found(session, fair_id=fair_id, key=key, read=read, marks=marks)


def _read(
    session: Session, values: dict[str, Any], *, wanted: Wanted, chosen: Mapping[str, str], marks: Marks
) -> DirectoryPage:
    query = query_of(wanted.text, others=in_other_language(wanted.text))
    dialect = session.get_bind().dialect.name
    asked = search_words.asked_values(dialect, query) if query else {}
    values |= {**asked, **{f"value_{kind}": value for kind, value in chosen.items()}}
    rows, edges = _rows(session, dialect, values, has_words=bool(query), chosen=chosen, wanted=wanted)
    counts, total = _counts(session, dialect, values, marks, has_words=bool(query), chosen=chosen)
    return DirectoryPage(
        rows=_with_items(session, rows),
        total=total,
        counts=counts,
        before=edges[0],
        after=edges[1],
        sectors={lang: sector_names(session, fair_id=values["fair_id"], lang=lang) for lang in ("vi", "en")},
        nearest=tuple(_nearest(session, values, marks, query)) if query and not total else (),
    )


def _hidden(session: Session, *, fair_id: uuid.UUID, me: Membership, marks: Marks) -> tuple[uuid.UUID, ...]:
    facts = {"fair_id": fair_id, "mine": me.participation_id, "my_company": me.company_id}

    def read() -> tuple[uuid.UUID, ...]:
        return tuple(sorted(session.scalars(HIDDEN, facts)))

    return KEPT_HIDDEN.found(session, fair_id=fair_id, key=me.participation_id, read=read, marks=marks)


def _rows(
    session: Session,
    dialect: str,
    values: dict[str, Any],
    *,
    has_words: bool,
    chosen: Mapping[str, str],
    wanted: Wanted,
) -> tuple[list[Any], tuple[str, str]]:
    """The rows of a page with the marks of its neighbours; one more than fits tells whether there is another."""
    is_back = bool(wanted.before)
    mark = _read_mark(wanted.before or wanted.after)
    statement = _page(dialect, has_words, tuple(chosen), "first" if mark is None else "back" if is_back else "on")
    found = list(session.execute(statement, {**values, **(mark or {})}))
    has_more = len(found) > PAGE_ROWS
    found = found[:PAGE_ROWS]
    if mark is not None and is_back:
        found.reverse()
        return found, (_mark(found[0]) if has_more else "", _mark(found[-1]) if found else "")
    before = _mark(found[0]) if mark is not None and found else ""
    return found, (before, _mark(found[-1]) if has_more else "")


def _mark(row: Any) -> str:
    """A page's edge as a part of an address: the rank, the name and the number of its first or last company."""
    return base64.urlsafe_b64encode(json.dumps([row.rank, row.sort_key, row.number]).encode()).decode().rstrip("=")


def _read_mark(text: str) -> dict[str, Any] | None:
    try:
        rank, key, number = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        return None
    is_whole = isinstance(rank, int) and isinstance(key, str) and isinstance(number, int)
    if not is_whole or "\x00" in key or not (abs(rank) < LARGEST and abs(number) < LARGEST):
        return None
    return {"rank": rank, "key": key.encode(errors="ignore").decode(), "number": number}


def _narrowed(dialect: str, kinds: tuple[str, ...], *, has_words: bool) -> list[Any]:
    """The conditions that words and filters set on a document."""
    conditions: list[Any] = [
        D.fair_id == bindparam("fair_id"),
        D.role == bindparam("role"),
        D.is_listed,
        D.participation_id.not_in(bindparam("hidden", expanding=True)),
    ]
    if has_words:
        conditions.append(D.id.in_(search_words.matching(dialect).ids))
    conditions.extend(
        D.id.in_(
            select(SearchFacet.document_id).where(
                SearchFacet.kind == kind, SearchFacet.value == bindparam(f"value_{kind}")
            )
        )
        for kind in kinds
    )
    return conditions


@lru_cache(maxsize=512)
def _page(dialect: str, has_words: bool, kinds: tuple[str, ...], way: str) -> Any:
    """The statement of one page. The order is by rank, name and number, so that a mark names one place in it.

    Without words nothing has a rank, and an index gives the names in order: of 2,000 companies it reads one page's.
    """
    rank = search_words.matching(dialect).rank if has_words else literal_column("0", Integer)
    ordered = (
        select(D.id, D.participation_id, D.sort_key, rank.label("rank"))
        .where(*_narrowed(dialect, kinds, has_words=has_words))
        .subquery()
    )
    key, number = ordered.c.sort_key, ordered.c.id
    statement = (
        select(
            Participation.id,
            Company.id.label("company_id"),
            Company.name,
            Company.country,
            Company.city,
            Company.stage,
            files.LOGO_OF_COMPANY.label("logo"),
            IS_VERIFIED.label("is_verified"),
            ordered.c.rank,
            key,
            number.label("number"),
        )
        .select_from(ordered)
        .join(Participation, Participation.id == ordered.c.participation_id)
        .join(Company, Company.id == Participation.company_id)
        # The index is of this transaction's past; what may be shown is asked of the participation itself.
        .where(is_shown())
        .limit(PAGE_ROWS + 1)
    )
    return _from_mark(statement, ordered.c, has_words=has_words, way=way)


def _from_mark(statement: Any, columns: Any, *, has_words: bool, way: str) -> Any:
    """The statement in its order, from the mark on or back from it."""
    key, number, ranked = columns.sort_key, columns.id, columns.rank
    place = tuple_(key, number)
    mark = tuple_(bindparam("key", type_=String), bindparam("number", type_=Integer))
    at = bindparam("rank", type_=Integer)
    beyond = place < mark if way == "back" else place > mark
    if has_words:
        beyond = or_(ranked > at if way == "back" else ranked < at, and_(ranked == at, beyond))
    if way != "first":
        statement = statement.where(beyond)
    order = (ranked, key.desc(), number.desc()) if way == "back" else (ranked.desc(), key, number)
    return statement.order_by(*order[0 if has_words else 1 :])


def _with_items(session: Session, rows: list[Any]) -> tuple[Found, ...]:
    ids = [row.id for row in rows]
    items: dict[uuid.UUID, list[tuple[str | None, str | None]]] = {key: [] for key in ids}
    if ids:
        for participation_id, vi, en in session.execute(ITEMS, {"ids": ids}):
            items[participation_id].append((vi, en))
    return tuple(
        Found(
            participation_id=row.id,
            company_id=row.company_id,
            name=row.name,
            country=row.country,
            city=row.city,
            stage=row.stage,
            logo=row.logo,
            is_verified=bool(row.is_verified),
            items=tuple(items[row.id]),
        )
        for row in rows
    )


def _items_of(model: type[Offer | Need], place: int) -> Any:
    return select(
        model.participation_id,
        model.text_vi,
        model.text_en,
        literal(place).label("place"),
        model.position.label("position"),
    ).where(model.participation_id.in_(bindparam("ids", expanding=True)))


BOTH = union_all(_items_of(Offer, 0), _items_of(Need, 1)).subquery()
ITEMS = select(BOTH.c.participation_id, BOTH.c.text_vi, BOTH.c.text_en).order_by(BOTH.c.place, BOTH.c.position)


def _counts(
    session: Session,
    dialect: str,
    values: dict[str, Any],
    marks: Marks,
    *,
    has_words: bool,
    chosen: Mapping[str, str],
) -> tuple[Counts, int]:
    """How many companies each filter shows beside the others, and how many are found in all.

    They are the same for every page of what is found.
    """

    def read() -> Counts:
        counts: Counts = {kind: {} for kind in KINDS}
        for kind, value, number in session.execute(_count(dialect, has_words, tuple(chosen)), values):
            counts[kind][value] = number
        return counts

    key = tuple([(name, str(value)) for name, value in sorted(values.items())])
    kept = COUNTED.found(session, fair_id=values["fair_id"], key=key, read=read, marks=marks)
    total = kept["country"].get(chosen["country"], 0) if "country" in chosen else sum(kept["country"].values())
    return kept, total


@lru_cache(maxsize=128)
def _count(dialect: str, has_words: bool, chosen: tuple[str, ...]) -> Any:
    """One statement for all counts: the filters not chosen within all that are, each chosen one within the others."""

    def part(condition: Any, kinds: tuple[str, ...]) -> Any:
        return (
            select(SearchFacet.kind, SearchFacet.value, func.count())
            .join(D, D.id == SearchFacet.document_id)
            .where(condition, *_narrowed(dialect, kinds, has_words=has_words))
            .group_by(SearchFacet.kind, SearchFacet.value)
        )

    parts = [part(SearchFacet.kind == kind, tuple(one for one in chosen if one != kind)) for kind in chosen]
    return union_all(part(SearchFacet.kind.in_(sorted(set(KINDS) - set(chosen))), chosen), *parts)


def _nearest(session: Session, values: dict[str, Any], marks: Marks, query: Query) -> list[str]:
    own = {"fair_id": values["fair_id"], "role": values["role"]}

    def read() -> dict[str, int]:
        return dict(Counter(word for words in session.scalars(VOCABULARY, own) for word in words.split()))

    vocabulary = VOCABULARIES.found(session, fair_id=own["fair_id"], key=own["role"], read=read, marks=marks)
    return nearest(query.words, vocabulary)


_ANY_PAGE, _ANY_COUNT = _page("sqlite", True, KINDS, "on"), _count("sqlite", True, KINDS)
PAGES: Kept[DirectoryPage] = Kept(_ANY_PAGE, _ANY_COUNT, ITEMS, VOCABULARY, NODES, LISTED, most=PAGES_KEPT)
COUNTED: Kept[Counts] = Kept(_ANY_COUNT, most=COUNTS_KEPT)
VOCABULARIES: Kept[dict[str, int]] = Kept(VOCABULARY)
KEPT_HIDDEN: Kept[tuple[uuid.UUID, ...]] = Kept(HIDDEN, most=COMPANIES_KEPT)
