"""The two sides of a rule that is being made: each is searched for by name, and the address keeps what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import url_for

from matchmaker.domain.pair_rules import RuleSide, SideKind
from matchmaker.extensions import db
from matchmaker.services import rule_sides
from matchmaker.web.filters import country
from matchmaker.web.setup.wording import SIDES

if TYPE_CHECKING:
    from matchmaker.services.fairs import FairFacts

SEPARATOR = " "
ASKED = ("one", "other")


def side_of(value: str | None) -> RuleSide:
    """Return a side as an address has it; what can't be read is a company nobody knows."""
    kind, _separator, key = (value or "").partition(SEPARATOR)
    return RuleSide(SideKind(kind), key) if kind in set(SideKind) else RuleSide(SideKind.COMPANY, "")


def name_of(side: RuleSide, name: str) -> str:
    """Return what a side is called on a page."""
    return country(name) if side.kind is SideKind.COUNTRY else name


def asked(fair: FairFacts, form: Any, *, query: str) -> dict[str, Any]:
    """Return what the page shows: the sides that are chosen, and what there is to choose for the one that is not.

    ``chosen`` has the words, the name and the address that asks again for each side, ``field`` is the one asked for
    now, None once both are known, and ``found`` the words, names and addresses to choose.
    """
    given = {name: side_of(form[name].data) for name in ASKED}
    names = rule_sides.names_of(db.session, fair_id=fair.id, sides=given.values())
    known = {name: side for name, side in given.items() if side in names}
    field = next((form[name] for name in ASKED if name not in known), None)
    kept = {name: form[name].data for name in (*known, "reason") if form[name].data}
    page: dict[str, Any] = {
        "query": query,
        "field": field,
        "kept": kept,
        "chosen": [
            (form[name], SIDES[side.kind], name_of(side, names[side]), _address(fair, kept, without=name))
            for name, side in known.items()
        ],
    }
    if field is None:
        return page
    found = rule_sides.find(db.session, fair_id=fair.id, query=query)
    page["has_more"] = found.has_more
    page["found"] = [
        (SIDES[one.side.kind], name_of(one.side, one.name), _address(fair, kept, **{field.name: _value(one.side)}))
        for one in found.sides
    ]
    return page


def _value(side: RuleSide) -> str:
    return f"{side.kind}{SEPARATOR}{side.value}"


def _address(fair: FairFacts, kept: dict[str, str], *, without: str = "", **more: str) -> str:
    values = {name: value for name, value in {**kept, **more}.items() if name != without}
    return url_for("setup.new_rule", slug=fair.slug) + (f"?{urlencode(values)}" if values else "")
