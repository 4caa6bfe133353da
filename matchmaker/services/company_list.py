"""The organizer's list of companies: searched, filtered, counted, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import String, and_, bindparam, func, or_, select

from matchmaker.domain.paging import page_shown
from matchmaker.domain.registration import mixes_scripts
from matchmaker.domain.search.trade_terms import in_other_language
from matchmaker.domain.search.words import NOTHING, query_of
from matchmaker.models import Company, FairPerson, Need, Offer, Participation, SearchDocument
from matchmaker.services import fair_changes, search_words
from matchmaker.services.kept_counts import Kept, KeptCount
from matchmaker.services.name_search import NAMED, pattern
from matchmaker.services.visibility import is_unconfirmed

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

PAGE_ROWS = 50
DIALECTS = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFilter:
    """What a list of companies is narrowed to; an empty text narrows nothing."""

    text: str = ""
    role: str = ""
    country: str = ""
    status: str = ""
    without_items: bool = False


class ListedCompany(NamedTuple):
    """One row of the organizer's list.

    ``mixes_scripts`` says that the name has letters of two alphabets in one word, and so may only look like another's.
    """

    participation_id: uuid.UUID
    name: str
    country: str
    role: str
    status: str
    booth: str
    offers: int
    needs: int
    people: int
    mixes_scripts: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompanyPage:
    """One page of the organizer's list, with how many each filter would show beside the other filters.

    It is kept, so nobody may change what it holds.
    """

    rows: tuple[ListedCompany, ...]
    page: int
    pages: int
    total: int
    all: int
    by_role: dict[str, int]
    by_country: dict[str, int]
    by_status: dict[str, int]
    without_items: int


def _count(kind: type[Offer | Need | FairPerson]) -> Any:
    here = select(func.count()).select_from(kind).where(kind.participation_id == Participation.id)
    return here.correlate(Participation).scalar_subquery()


def _optional(column: Any, name: str) -> Any:
    wanted = bindparam(name, type_=String)
    return or_(wanted == "", column == wanted)


NO_ITEMS = and_(~Participation.offers.any(), ~Participation.needs.any())


def _named_or_saying(dialect: str) -> Any:
    """The companies whose name holds the letters, and those who say the words anywhere."""
    saying = select(SearchDocument.participation_id).where(SearchDocument.id.in_(search_words.matching(dialect).ids))
    return or_(NAMED, Participation.id.in_(saying))


HERE = Participation.fair_id == bindparam("fair_id")
LISTED = (
    select(
        Participation.id,
        Company.name,
        Company.country,
        Participation.role,
        Participation.status,
        Participation.booth,
        _count(Offer),
        _count(Need),
        _count(FairPerson),
    )
    .join(Company, Company.id == Participation.company_id)
    .where(
        HERE,
        _optional(Participation.role, "role"),
        _optional(Participation.status, "status"),
        _optional(Company.country, "country"),
    )
    .order_by(Company.name_key, Participation.role, Participation.id)
    .limit(PAGE_ROWS)
    .offset(bindparam("offset"))
)
LISTED_WITHOUT_ITEMS = LISTED.where(NO_ITEMS)
FOUND = {dialect: LISTED.where(_named_or_saying(dialect)) for dialect in DIALECTS}
FOUND_WITHOUT_ITEMS = {dialect: LISTED_WITHOUT_ITEMS.where(_named_or_saying(dialect)) for dialect in DIALECTS}
# One statement counts every combination, so that each filter can say how many it shows beside the others.
COUNTS = (
    select(Participation.role, Company.country, Participation.status, NO_ITEMS.label("no_items"), func.count())
    .join(Company, Company.id == Participation.company_id)
    .where(HERE)
    .group_by(Participation.role, Company.country, Participation.status, "no_items")
)
COUNTS_FOUND = {dialect: COUNTS.where(_named_or_saying(dialect)) for dialect in DIALECTS}
Combinations = tuple[tuple[Any, ...], ...]
# An account's address leaves no marks, so this is asked of the rows of each page.
UNCONFIRMED = select(Participation.id).where(Participation.id.in_(bindparam("ids", expanding=True)), is_unconfirmed())


def _combinations(rows: Sequence[Any]) -> Combinations:
    return tuple(tuple(row) for row in rows)


ALL_COUNTS = KeptCount(COUNTS, _combinations)
PAGES: Kept[CompanyPage] = Kept(LISTED, LISTED_WITHOUT_ITEMS, COUNTS, *FOUND.values(), *FOUND_WITHOUT_ITEMS.values())


def listed(session: Session, *, fair_id: uuid.UUID, wanted: CompanyFilter, page: int = 1) -> CompanyPage:
    """Return one page of a fair's companies, in four statements at most. A page beyond the last is the last.

    A page that was read before is read again only after a company of the fair was written.
    """
    marks = fair_changes.marks_of(session, fair_id=fair_id)
    read = partial(_read, session, fair_id=fair_id, wanted=wanted, page=page, marks=marks)
    return PAGES.found(session, fair_id=fair_id, key=(wanted, page), read=read, marks=marks)


def unconfirmed_of(session: Session, *, page: CompanyPage) -> frozenset[uuid.UUID]:
    """Return those on a page that were registered with an address which nobody has confirmed."""
    if not page.rows:
        return frozenset()
    return frozenset(session.scalars(UNCONFIRMED, {"ids": [row.participation_id for row in page.rows]}))


def _read(
    session: Session, *, fair_id: uuid.UUID, wanted: CompanyFilter, page: int, marks: fair_changes.Marks
) -> CompanyPage:
    values: dict[str, Any] = {"fair_id": fair_id, "pattern": pattern(wanted.text)}
    if not wanted.text:
        combinations = ALL_COUNTS.of(session, fair_id=fair_id, marks=marks)
        rows_of = LISTED_WITHOUT_ITEMS if wanted.without_items else LISTED
    else:
        query = query_of(wanted.text, others=in_other_language(wanted.text)) or NOTHING
        dialect = session.get_bind().dialect.name
        values |= search_words.asked_values(dialect, query)
        combinations = _combinations(session.execute(COUNTS_FOUND[dialect], values).all())
        rows_of = (FOUND_WITHOUT_ITEMS if wanted.without_items else FOUND)[dialect]
    total = sum(count for *facts, count in combinations if _fits(facts, wanted))
    page, pages = page_shown(page, rows=total, a_page=PAGE_ROWS)
    narrowed = {"role": wanted.role, "status": wanted.status, "country": wanted.country}
    rows = session.execute(rows_of, {**values, **narrowed, "offset": (page - 1) * PAGE_ROWS})
    return CompanyPage(
        rows=tuple([ListedCompany._make((*row, mixes_scripts(row.name))) for row in rows]),
        page=page,
        pages=pages,
        total=total,
        all=sum(count for *_, count in combinations),
        by_role=_counts(combinations, 0, wanted, leave="role"),
        by_country=_counts(combinations, 1, wanted, leave="country"),
        by_status=_counts(combinations, 2, wanted, leave="status"),
        without_items=_counts(combinations, 3, wanted, leave="without_items").get(True, 0),
    )


def _fits(facts: list[Any], wanted: CompanyFilter, *, leave: str = "") -> bool:
    role, country, status, no_items = facts
    return (
        (leave == "role" or wanted.role in {"", role})
        and (leave == "country" or wanted.country in {"", country})
        and (leave == "status" or wanted.status in {"", status})
        and (leave == "without_items" or not wanted.without_items or bool(no_items))
    )


def _counts(
    combinations: Iterable[tuple[Any, ...]], place: int, wanted: CompanyFilter, *, leave: str
) -> dict[Any, int]:
    """How many companies each value of one fact has, among those that the other filters let through."""
    counts: dict[Any, int] = {}
    for *facts, count in combinations:
        if _fits(facts, wanted, leave=leave):
            counts[facts[place]] = counts.get(facts[place], 0) + count
    return counts
