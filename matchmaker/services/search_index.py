"""Keep what the directory is searched by in step with what companies say of themselves.

A document is made of the company's names and texts, its offers and needs, and what their categories are called. It
never holds anything about a person.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import astuple, dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, literal, select, update

from matchmaker.domain.names import company_key
from matchmaker.domain.search.trade_terms import category_words
from matchmaker.domain.search.words import document_of
from matchmaker.models import (
    Category,
    Certificate,
    Company,
    FairPerson,
    Need,
    Offer,
    Participation,
    Representative,
    SearchDocument,
    SearchFacet,
)
from matchmaker.services import search_words
from matchmaker.services.visibility import is_shown

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy.orm import Session

    from matchmaker.domain.search.words import Document

BATCH = 500
# As the columns of an item say it, in the order in which they are read.
TRAITS = ("by_product", "recycled", "renewable")
LONGEST_SORT_KEY = 250
DIGEST_BYTES = 6
FACTS = (
    Participation.id,
    Participation.fair_id,
    Participation.role,
    is_shown().label("is_shown"),
    Participation.company_id,
    Company.name,
    Company.name_en,
    Company.short_name,
    Company.country,
    Company.city,
    Company.stage,
    Company.languages,
    Company.about_vi,
    Company.about_en,
)


@dataclass(slots=True)
class _Texts:
    items: list[str] = field(default_factory=list)
    categories: set[str] = field(default_factory=set)
    certificates: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    traits: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Tree:
    """``paths`` are a category's own code and those above it; ``called`` is all that it is called."""

    paths: Mapping[str, tuple[str, ...]]
    called: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Made:
    values: dict[str, Any]
    facets: frozenset[tuple[str, str]]
    words: Document


def rebuild(session: Session, *, fair_id: uuid.UUID | None = None) -> int:
    """Bring every document of a fair, or of all, up to date; return how many companies there are."""
    everyone = select(Participation.id)
    ids = list(session.scalars(everyone if fair_id is None else everyone.where(Participation.fair_id == fair_id)))
    refresh(session, participation_ids=ids)
    return len(ids)


def add_missing(session: Session) -> None:
    """Make the documents of companies that have none."""
    known = select(SearchDocument.participation_id)
    refresh(session, participation_ids=session.scalars(select(Participation.id).where(Participation.id.not_in(known))))


def refresh(session: Session, *, participation_ids: Iterable[uuid.UUID]) -> None:
    """Bring the documents of some participations up to date, in the caller's transaction.

    One that is gone needs nothing: its document goes with it.
    """
    ids = iter(sorted(set(participation_ids)))
    tree = _tree(session)
    while batch := list(islice(ids, BATCH)):
        # Locked before the texts are read: of two writers at once, the second then reads what the first one wrote.
        stored = _locked(session, batch)
        _write(session, stored, [_made(row, texts, tree) for row, texts in _read(session, batch)])


def of_companies(session: Session, *, company_ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """Return every participation of some companies, at whichever fair."""
    return list(session.scalars(select(Participation.id).where(Participation.company_id.in_(list(company_ids)))))


def _read(session: Session, ids: list[uuid.UUID]) -> Iterator[tuple[Any, _Texts]]:
    here = Participation.id.in_(ids)
    rows = session.execute(
        select(*FACTS).join(Company, Company.id == Participation.company_id).where(here).order_by(Participation.id)
    ).all()
    texts: dict[uuid.UUID, _Texts] = defaultdict(_Texts)
    for participation_id, vi, en, category, certificates, *traits in session.execute(_items(ids)):
        of = texts[participation_id]
        of.items.extend(filter(None, (vi, en)))
        of.categories.update(filter(None, (category,)))
        of.certificates.update(certificates)
        of.traits.update(name for name, has in zip(TRAITS, traits, strict=True) if has)
    declared = select(Participation.id, Certificate.code)
    for participation_id, code in session.execute(
        declared.join(Certificate, Certificate.company_id == Participation.company_id).where(here)
    ):
        texts[participation_id].certificates.add(code)
    spoken = select(FairPerson.participation_id, Representative.languages)
    for participation_id, languages in session.execute(
        spoken.join(Representative, Representative.id == FairPerson.representative_id).where(
            FairPerson.participation_id.in_(ids)
        )
    ):
        texts[participation_id].languages.update(languages)
    return ((row, texts[row.id]) for row in rows)


def _items(ids: list[uuid.UUID]) -> Any:
    def of(model: type[Offer | Need], place: int, certificates: Any) -> Any:
        columns = (model.participation_id, model.text_vi, model.text_en, model.category_code, certificates)
        traits = (model.is_by_product, model.is_recycled, model.is_renewable)
        return select(*columns, *traits, literal(place).label("place"), model.position.label("position")).where(
            model.participation_id.in_(ids)
        )

    # What a buyer asks its suppliers to hold is not what it holds itself.
    offers = of(Offer, 0, Offer.certificates)
    needs = of(Need, 1, literal([], Need.certificates.type))
    both = offers.union_all(needs).subquery()
    return select(*list(both.c)[:-2]).order_by(both.c.participation_id, both.c.place, both.c.position)


def _tree(session: Session) -> _Tree:
    """Every category with those above it, and what the fairs call those of their own."""
    rows = session.execute(
        select(Category.code, Category.parent_code, Category.fair_id, Category.name_vi, Category.name_en)
    ).all()
    parents = {row.code: row.parent_code for row in rows}
    paths: dict[str, tuple[str, ...]] = {}
    for code in parents:
        path = [code]
        while (above := parents.get(path[-1])) and above not in path:
            path.append(above)
        paths[code] = tuple(path)
    own = {row.code: (row.name_vi, row.name_en) for row in rows if row.fair_id is not None}
    return _Tree(paths, {**category_words(), **own})


def _made(row: Any, texts: _Texts, tree: _Tree) -> _Made:
    words = document_of(
        names=filter(None, (row.name, row.name_en, row.short_name)),
        items=texts.items,
        categories=(word for code in sorted(texts.categories) for word in tree.called.get(code, ())),
        abouts=filter(None, (row.about_vi, row.about_en, row.city)),
    )
    facets = frozenset(_facets(row, texts, tree))
    values = {
        "participation_id": row.id,
        "fair_id": row.fair_id,
        "role": row.role,
        "is_listed": bool(row.is_shown),
        # Without its legal form, or half of the list would stand under "công ty".
        "sort_key": company_key(row.name)[:LONGEST_SORT_KEY],
        "vocabulary": " ".join(words.vocabulary),
    }
    said = json.dumps([sorted(facets), astuple(words), {**values, "participation_id": "", "fair_id": ""}, str(row.id)])
    digest = hashlib.blake2b(said.encode(), digest_size=DIGEST_BYTES).digest()
    return _Made({**values, "digest": int.from_bytes(digest)}, facets, words)


def _facets(row: Any, texts: _Texts, tree: _Tree) -> Iterator[tuple[str, str]]:
    yield "country", row.country
    if row.stage:
        yield "stage", row.stage
    # Each category and all above it: which of them are a fair's sectors is the fair's to say, and to change.
    yield from (("sector", above) for code in texts.categories for above in tree.paths.get(code, ()))
    yield from (("certificate", code) for code in texts.certificates)
    yield from (("trait", name) for name in texts.traits)
    yield from (("tongue", code) for code in {*row.languages, *texts.languages})


def _locked(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    documents = (
        select(SearchDocument.participation_id, SearchDocument.id, SearchDocument.digest)
        .where(SearchDocument.participation_id.in_(ids))
        .order_by(SearchDocument.id)
        .with_for_update()
    )
    return {participation_id: (key, digest) for participation_id, key, digest in session.execute(documents)}


def _write(session: Session, stored: dict[uuid.UUID, tuple[int, int]], made: list[_Made]) -> None:
    """Store documents that are new or say something else than the stored ones."""
    new = [one for one in made if one.values["participation_id"] not in stored]
    changed = {
        stored[key][0]: one
        for one in made
        if (key := one.values["participation_id"]) in stored and stored[key][1] != one.values["digest"]
    }
    if changed:
        session.execute(update(SearchDocument), [{"id": key, **one.values} for key, one in changed.items()])
        session.execute(delete(SearchFacet).where(SearchFacet.document_id.in_(list(changed))))
    if new:
        statement = insert(SearchDocument).returning(SearchDocument.id, sort_by_parameter_order=True)
        keys = session.scalars(statement, [one.values for one in new])
        changed.update(zip(keys, new, strict=True))
    facets = [
        {"document_id": key, "kind": kind, "value": value}
        for key, one in changed.items()
        for kind, value in sorted(one.facets)
    ]
    if facets:
        session.execute(insert(SearchFacet), facets)
    search_words.write(session, documents={key: one.words for key, one in changed.items()})
