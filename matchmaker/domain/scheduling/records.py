"""Problems and plans as plain records, ready for JSON, and back.

A record has one key for each field of its dataclass; sets become sorted lists, instants ISO 8601 text in UTC, and
fields left out take their defaults. The formats are documented in docs/scheduling.md.
"""

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from matchmaker.domain.scheduling.plan import Assignment, Certificate, Result
from matchmaker.domain.scheduling.problem import Problem, ProblemError

Json = typing.Any


def problem_from(record: Json) -> Problem:
    """Return the problem of a record; raises ProblemError("bad_record", value=where) when its shape is wrong."""
    return typing.cast("Problem", _read(Problem, record, "problem"))


def problem_record(problem: Problem) -> dict[str, Json]:
    """Return the record of a problem; `problem_from` of it gives an equal problem."""
    return typing.cast("dict[str, Json]", _write(problem))


def plan_from(record: Json) -> tuple[Assignment, ...]:
    """Return the assignments of a result's record, or of a bare list of assignments."""
    listed = record.get("assignments", ()) if isinstance(record, Mapping) else record
    return typing.cast("tuple[Assignment, ...]", _read(tuple[Assignment, ...], listed, "assignments"))


def certificate_from(record: Json) -> Certificate:
    """Return the certificate of a result's record."""
    try:
        certificate = record["certificate"]
        return Certificate(
            denominator=int(certificate["denominator"]),
            prices={(row["kind"], tuple(row["codes"])): int(row["price"]) for row in certificate["prices"]},
            ladders={code: int(price) for code, price in certificate["ladders"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProblemError("bad_record", value="certificate") from error


def result_record(result: Result) -> dict[str, Json]:
    """Return the record of a result."""
    shallow = {field.name: getattr(result, field.name) for field in dataclasses.fields(result)}
    certificate = shallow.pop("certificate")
    record = {name: _write(value) for name, value in shallow.items()}
    record["certificate"] = {
        "denominator": certificate.denominator,
        "prices": [
            {"kind": kind, "codes": list(codes), "price": price}
            for (kind, codes), price in sorted(certificate.prices.items())
        ],
        "ladders": dict(certificate.ladders),
    }
    return record


def _write(value: Json) -> Json:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _write(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    if isinstance(value, Mapping):
        return {str(key): _write(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_write(inner) for inner in value]
    return value


def _read(kind: Json, value: Json, where: str) -> Json:
    """Return the value as the annotated kind; the shapes are those of this package's dataclasses."""
    origin: Json = typing.get_origin(kind)
    inner = typing.get_args(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _read_fields(kind, value, where)
    if origin is types.UnionType:
        return None if value is None else _read(inner[0], value, where)
    if origin in (tuple, frozenset):
        return _read_list(origin, inner, value, where)
    if kind is datetime:
        return _read_instant(value, where)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ProblemError("bad_record", value=where)
    return value


def _read_list(origin: Json, inner: tuple[Json, ...], value: Json, where: str) -> Json:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ProblemError("bad_record", value=where)
    is_open = origin is frozenset or inner[-1] is Ellipsis
    kinds = [inner[0]] * len(value) if is_open else list(inner)
    if len(kinds) != len(value):
        raise ProblemError("bad_record", value=where)
    pairs = enumerate(zip(kinds, value, strict=True))
    return origin(_read(kind, item, f"{where}[{position}]") for position, (kind, item) in pairs)


def _read_fields(kind: type, value: Json, where: str) -> Json:
    if not isinstance(value, Mapping):
        raise ProblemError("bad_record", value=where)
    kinds = typing.get_type_hints(kind)
    unknown = sorted(set(value) - set(kinds))
    if unknown:
        raise ProblemError("bad_record", value=f"{where}.{unknown[0]}")
    for field in dataclasses.fields(kind):
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if required and field.name not in value:
            raise ProblemError("bad_record", value=f"{where}.{field.name}")
    return kind(**{name: _read(kinds[name], inner, f"{where}.{name}") for name, inner in value.items()})


def _read_instant(value: Json, where: str) -> datetime:
    """Return an instant in UTC; text without an offset is refused, because it names no instant."""
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ProblemError("bad_record", value=where) from error
    if read.tzinfo is None:
        raise ProblemError("bad_record", value=where)
    return read.astimezone(UTC)
