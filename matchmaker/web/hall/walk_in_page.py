"""The steps of a walk-in in words: what is asked next, what can be chosen, what stands against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.fairs import Role
from matchmaker.extensions import db
from matchmaker.services import on_the_spot, walk_ins
from matchmaker.web.filters import time

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from matchmaker.domain.errors import Conflict
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.walk_ins import Partner

LONGEST_QUERY = 60


@dataclass(frozen=True, slots=True)
class Chosen:
    """One side that is chosen, with the page on which to choose another."""

    label: str
    name: str
    badge: str
    other_url: str


@dataclass(frozen=True, slots=True)
class Found:
    """One company to choose, and the page that goes on with it."""

    name: str
    badge: str
    url: str


@dataclass(frozen=True, slots=True)
class WalkIn:
    """The page: what is chosen, then either a search for the next side or the tables that are free."""

    chosen: list[Chosen]
    keys: dict[str, str]
    asks: str
    query: str
    found: list[Found]
    tables: list[tuple[str, str]]
    is_running: bool


def page_of(fair: FairFacts, chosen: Mapping[Role, Partner], *, query: str, now: datetime) -> WalkIn:
    """Return the page for what is chosen so far."""
    keys = {str(role): str(one.id) for role, one in chosen.items()}
    missing = next((role for role in Role if role not in chosen), None)
    typed = query[:LONGEST_QUERY].strip()
    found: list[Found] = []
    tables: list[tuple[str, str]] = []
    slot = on_the_spot.running_slot(db.session, fair_id=fair.id, now=now)
    if missing is not None:
        found = [
            Found(one.name, _badge(one), _url(fair, {**keys, str(missing): str(one.id)}))
            for one in walk_ins.find(db.session, fair_id=fair.id, role=missing, query=typed)
        ]
    elif slot is not None:
        free = on_the_spot.free_tables(db.session, fair_id=fair.id, slot_id=slot.id)
        tables = [(str(one.id), one.code) for one in free]
    return WalkIn(
        chosen=[_chosen(fair, one, keys) for one in chosen.values()],
        keys=keys,
        asks="" if missing is None else _question(missing),
        query=typed,
        found=found,
        tables=tables,
        is_running=slot is not None,
    )


def obstacle_words(error: Conflict) -> str:
    """Return why two cannot be on record as meeting now, and what to do instead."""
    facts = error.facts
    if error.code == "person_busy" and facts.get("table"):
        return _(
            "%(company)s sits at table %(table)s until %(time)s. Record the meeting after that.",
            company=facts["company"],
            table=facts["table"],
            time=time(facts["until"]),
        )
    if error.code == "person_busy":
        return _("Somebody sits in another meeting until %(time)s.", time=time(facts["until"]))
    if error.code == "meets_now":
        return _("The two meet now by the plan, at table %(table)s. Check them in there.", table=facts["table"] or "–")
    if error.code == "own_company":
        return _("These are two roles of one company.")
    if error.code == "table_taken":
        return _("This table was taken just now. These are still free:")
    return _("%(company)s does not take part at present.", company=facts.get("company", ""))


def _question(role: Role) -> str:
    return _("Which exhibitor?") if role is Role.EXHIBITOR else _("Which buyer?")


def _chosen(fair: FairFacts, one: Partner, keys: Mapping[str, str]) -> Chosen:
    label = _("Exhibitor") if one.role is Role.EXHIBITOR else _("Buyer")
    others = {role: key for role, key in keys.items() if role != one.role}
    return Chosen(label, one.name, _badge(one), _url(fair, others))


def _badge(one: Partner) -> str:
    return f"{one.badge} · {one.country}"


def _url(fair: FairFacts, keys: Mapping[str, str]) -> str:
    return url_for("hall.walk_in", slug=fair.slug, exhibitor=keys.get("exhibitor"), buyer=keys.get("buyer"))
