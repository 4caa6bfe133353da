"""Profiles, queries, answers and edges from plain dictionaries, and results back into them.

Every reader raises `RecordError` naming the field that is wrong, so that a file's reader can add the line.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from matchmaker.domain.matching.feedback import Answer
from matchmaker.domain.matching.learning import AnsweredNeed
from matchmaker.domain.matching.lists import Edge
from matchmaker.domain.matching.profiles import Item, Profile, Side
from matchmaker.domain.matching.results import Listed, Ranked
from matchmaker.domain.matching.search import Query

Record = Mapping[str, Any]
Value = TypeVar("Value")
MOST_GRADE = 4


class RecordError(ValueError):
    """A record lacks a field or holds a value of the wrong kind; the message names the field."""


def _need(record: Record, name: str) -> Any:
    if record.get(name) is None:
        raise RecordError(f'"{name}" is missing')
    return record[name]


def _text(record: Record, name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise RecordError(f'"{name}" must be a text or null')
    return value


def _id(record: Record, name: str = "id") -> str:
    value = _need(record, name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RecordError(f'"{name}" must be a text or a whole number')
    return str(value)


def _texts(record: Record, name: str) -> tuple[str, ...]:
    value = record.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise RecordError(f'"{name}" must be a list of texts')
    return tuple(value)


def _number(record: Record, name: str) -> float:
    value = _need(record, name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        raise RecordError(f'"{name}" must be a number')
    return float(value)


def _side(record: Record, name: str) -> Side:
    value = _need(record, name)
    try:
        return Side(value)
    except ValueError:
        raise RecordError(f'"{name}" must be "exhibitor" or "buyer"') from None


def _items(record: Record, name: str) -> tuple[Item, ...]:
    return tuple(Item(id=str(number), text=text) for number, text in enumerate(_texts(record, name)))


def profile_from(record: Record) -> Profile:
    """A profile; a buyer's certificates are those it asks for, an exhibitor's those it holds."""
    side = _side(record, "side")
    certificates = _texts(record, "certificates")
    return Profile(
        id=_id(record),
        side=side,
        company_id=_text(record, "company_id"),
        lang=_text(record, "lang"),
        offers=_items(record, "offers"),
        needs=_items(record, "needs"),
        categories=_texts(record, "categories"),
        stage=_text(record, "stage"),
        certificates=certificates if side is Side.EXHIBITOR else (),
        certificates_asked=certificates if side is Side.BUYER else (),
        country=_text(record, "country"),
        markets=_texts(record, "markets"),
        languages=_texts(record, "languages"),
    )


def query_from(record: Record, profiles: Mapping[str, Profile]) -> Query:
    """A query; an asker not among the profiles counts as nobody in particular, and exhibitors are wanted by default."""
    asker = record.get("asker")
    excluded = record.get("exclude") or []
    if not isinstance(excluded, list):
        raise RecordError('"exclude" must be a list of ids')
    return Query(
        id=_id(record),
        text=_text(record, "text") or "",
        lang=_text(record, "lang"),
        side_wanted=_side({"side_wanted": Side.EXHIBITOR, **record}, "side_wanted"),
        asker=profiles.get(str(asker)) if asker is not None else None,
        exclude=tuple(str(part) for part in excluded),
    )


def answered_from(record: Record, profiles: Mapping[str, Profile]) -> AnsweredNeed:
    """An answered need; whoever asked wants the other side, an unknown asker wants exhibitors."""
    asker = profiles.get(str(record.get("asker")))
    wants_buyers = asker is not None and asker.side is Side.EXHIBITOR
    answered = record.get("answered")
    if not isinstance(answered, list) or not all(isinstance(part, Mapping) for part in answered):
        raise RecordError('"answered" must be a list of objects with id and grade')
    text = _text(record, "query") or ""
    at = record.get("at")
    return AnsweredNeed(
        query=Query(
            id=f"{at} {text}",
            text=text,
            lang=_text(record, "lang"),
            side_wanted=Side.BUYER if wants_buyers else Side.EXHIBITOR,
            asker=asker,
        ),
        grades={_id(part): _grade(part) for part in answered if part.get("grade") is not None},
        at=_when(at),
    )


def _grade(record: Record) -> float:
    grade = _number(record, "grade")
    if not 0 <= grade <= MOST_GRADE:
        raise RecordError('"grade" must be from 0 to 4')
    return grade


def features_from(record: Record) -> dict[str, float]:
    """The named features of a directed pair; null means unknown and is left out."""
    features = _need(record, "features")
    if not isinstance(features, Mapping):
        raise RecordError('"features" must be an object of numbers')
    return {str(name): _number(features, name) for name, value in features.items() if value is not None}


def answer_from(record: Record) -> Answer:
    """A graded directed pair."""
    at = record.get("at")
    return Answer(features=features_from(record), grade=_grade(record), at=_when(at))


def _when(at: object) -> str:
    """A moment as text that sorts in time; numbers are padded so that wave 10 follows wave 9."""
    if isinstance(at, int | float) and not isinstance(at, bool):
        return f"{at:030.9f}"
    return str(at) if at is not None else ""


def edge_from(record: Record) -> Edge:
    """A scored pair."""
    return Edge(one=_id(record, "a"), other=_id(record, "b"), score=_number(record, "score"))


def ends_from(record: Record) -> tuple[str, str]:
    """The two ends of a directed pair."""
    return _id(record, "a"), _id(record, "b")


def capacity_from(record: Record) -> tuple[str, int]:
    """An id with its capacity, a whole number of 0 or more."""
    capacity = _number(record, "capacity")
    if capacity < 0 or capacity != int(capacity):
        raise RecordError('"capacity" must be a whole number of 0 or more')
    return _id(record), int(capacity)


def ranked_record(query_id: str, ranked: Sequence[Ranked]) -> dict[str, Any]:
    """The answer to one query as a record."""
    return {
        "id": query_id,
        "ranked": [
            {
                "id": place.id,
                "score": place.score,
                "contributions": dict(place.contributions),
                "best_pair": {"need": place.best_pair.need, "offer": place.best_pair.offer}
                if place.best_pair
                else None,
                "terms": [[term.source, term.target, term.weight] for term in place.terms],
            }
            for place in ranked
        ],
    }


def list_record(profile_id: str, listed: Sequence[Listed]) -> dict[str, Any]:
    """One profile's list as a record."""
    return {"id": profile_id, "list": [{"id": place.id, "score": place.score} for place in listed]}
