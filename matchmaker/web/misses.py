"""Why a meeting has no place, and what would change that, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

Facts = Mapping[str, Any]


def miss_words(code: str, evidence: Facts) -> str:
    """The reason of one meeting without a place; ``name`` in the evidence is the company it is about, where known."""
    return REASONS[code](evidence)


def miss_kind(code: str) -> str:
    """The reason's name, for counts over many meetings."""
    return KINDS[code]()


def help_words(kind: str) -> str:
    """What would help."""
    return HELPS[kind]()


def _overbooked(facts: Facts) -> str:
    return _(
        "One side has %(capacity)s free times for %(requested)s meetings",
        capacity=facts.get("capacity", 0),
        requested=facts.get("requested", 0),
    )


def _tables(facts: Facts) -> str:
    if "capacity" not in facts:
        return _("Every table is taken in the times both have free")
    return _(
        "The tables hold %(capacity)s meetings and %(requested)s want one",
        capacity=facts["capacity"],
        requested=facts["requested"],
    )


def _interpreters(facts: Facts) -> str:
    return _(
        "Interpreters can take %(capacity)s of %(requested)s such meetings",
        capacity=facts.get("capacity", 0),
        requested=facts.get("requested", 0),
    )


REASONS: dict[str, Callable[[Facts], str]] = {
    "no_common_slot": lambda _facts: _("The two sides have no free time in common"),
    "no_interpreter": lambda _facts: _("They share no language, and no interpreter speaks both"),
    "place_closed": lambda _facts: _("No table is open in the times both have free"),
    "precedence": lambda _facts: _("It must follow a meeting that leaves no later time"),
    "fixed_clash": lambda _facts: _("Its fixed time is taken by another fixed meeting"),
    "maximum_reached": lambda facts: (
        _("%(name)s has reached its limit of meetings", name=facts["name"])
        if facts.get("name")
        else _("One side has reached its limit of meetings")
    ),
    "overbooked": _overbooked,
    "tables_full": _tables,
    "interpreters_full": _interpreters,
    "not_placed": lambda _facts: _("It could fit, but this run did not find how; run it again"),
}
KINDS: dict[str, Callable[[], str]] = {
    "no_common_slot": lambda: _("No free time in common"),
    "no_interpreter": lambda: _("No interpreter for the languages"),
    "place_closed": lambda: _("No open table"),
    "precedence": lambda: _("Order of meetings"),
    "fixed_clash": lambda: _("Fixed times clash"),
    "maximum_reached": lambda: _("Limit of meetings reached"),
    "overbooked": lambda: _("People fully booked"),
    "tables_full": lambda: _("Tables full"),
    "interpreters_full": lambda: _("Interpreters fully booked"),
    "not_placed": lambda: _("Not found in this run"),
}
HELPS: dict[str, Callable[[], str]] = {
    "other_time": lambda: _("another free time of one side"),
    "interpreter_for": lambda: _("one more interpreter"),
    "table_in": lambda: _("one more table"),
    "higher_maximum": lambda: _("a higher limit for this company"),
    "slot_for": lambda: _("one more free time for these people"),
    "person_for": lambda: _("one more representative"),
    "solve_longer": lambda: _("another run"),
}
