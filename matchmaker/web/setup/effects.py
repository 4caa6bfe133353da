"""The words for what a change of the set-up does to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.services.company_groups import GROUP_CHANGED
from matchmaker.services.fair_grid import GRID_CHANGED
from matchmaker.services.fair_places import HALL_CLOSED, TABLE_CLOSED
from matchmaker.services.fair_rules import MODE_CHANGED
from matchmaker.services.interpreters import AWAY, REMOVED
from matchmaker.services.meeting_rules import RULE_MADE

if TYPE_CHECKING:
    from matchmaker.services.effects import Affected, Effects
    from matchmaker.services.fairs import FairFacts

SHOWN = 50


@dataclass(frozen=True, slots=True)
class EffectsView:
    """The page that stands between a change and what it does."""

    title: str
    sentences: list[str]
    meetings: list[Affected]
    total: int
    thirds: list[Affected]
    thirds_total: int
    button: str
    seen: str
    back_url: str


def effects_view(effects: Effects, *, fair: FairFacts) -> EffectsView:
    """Return what a change does, in words."""
    titles = {
        TABLE_CLOSED: _("Close table %(table)s?", table=effects.facts.get("table", "")),
        HALL_CLOSED: _("Take hall %(hall)s out of use?", hall=effects.facts.get("hall", "")),
        GRID_CHANGED: _("Change the times of the fair?"),
        MODE_CHANGED: _("Change how meetings come about?"),
        REMOVED: _("Let %(name)s go?", name=effects.facts.get("name", "")),
        AWAY: _("Is %(name)s away then?", name=effects.facts.get("name", "")),
        RULE_MADE: _("Keep these companies apart?"),
        GROUP_CHANGED: _("Change this group?"),
    }
    ends = effects.change in {RULE_MADE, GROUP_CHANGED}
    sentences = (*_of_meetings(effects, ends=ends), *_of_thirds(effects), *_of_facts(effects))
    back = {
        TABLE_CLOSED: "places",
        HALL_CLOSED: "places",
        GRID_CHANGED: "sessions",
        MODE_CHANGED: "mode",
        REMOVED: "interpreters",
        AWAY: "interpreters",
        RULE_MADE: "rules",
        GROUP_CHANGED: "group",
    }[effects.change]
    # A group's page is the one that its changes are sent from.
    keys = request.view_args or {} if effects.change == GROUP_CHANGED else {"slug": fair.slug}
    return EffectsView(
        title=titles[effects.change],
        sentences=[text for text in sentences if text],
        meetings=list(effects.meetings[:SHOWN]),
        total=len(effects.meetings),
        thirds=list(effects.thirds[:SHOWN]),
        thirds_total=len(effects.thirds),
        button=_button(effects, ends=ends),
        seen=effects.seen,
        back_url=url_for(f"setup.{back}", **keys),
    )


def _of_meetings(effects: Effects, *, ends: bool) -> list[str]:
    count = len(effects.meetings)
    if not count:
        return []
    if ends:
        called_off = ngettext(
            "%(num)s request or meeting of theirs is called off, and both sides are told.",
            "%(num)s requests and meetings of theirs are called off, and both sides are told.",
            count,
        )
        return [called_off]
    lost = ngettext(
        "%(num)s meeting loses its place. It stays agreed and waits to be placed again.",
        "%(num)s meetings lose their places. They stay agreed and wait to be placed again.",
        count,
    )
    return [lost, _("Everyone in them is told once. The next run of the schedule gives them new places.")]


def _of_thirds(effects: Effects) -> list[str]:
    count = len(effects.thirds)
    if not count:
        return []
    lost = ngettext(
        "%(num)s meeting loses its third company, and everyone in it is told. The two still meet.",
        "%(num)s meetings lose their third company, and everyone in them is told. The two still meet.",
        count,
    )
    return [lost]


def _of_facts(effects: Effects) -> list[str]:
    facts = effects.facts
    if effects.change == GRID_CHANGED:
        return _of_grid(facts)
    if effects.change == MODE_CHANGED:
        standing = _(
            "%(requests)s requests wait, %(accepted)s meetings are agreed and %(scheduled)s have their time.",
            requests=facts["open_requests"],
            accepted=facts["accepted"],
            scheduled=facts["scheduled"],
        )
        return [standing, _("They stay as they are. The new mode holds for what is asked and agreed from now on.")]
    if effects.change == HALL_CLOSED:
        closed = ngettext("%(num)s table goes out of use.", "%(num)s tables go out of use.", facts["tables"])
        return [closed, _("Tables where meetings took place stay on record.")]
    return []


def _of_grid(facts: dict[str, Any]) -> list[str]:
    sentences = []
    if facts["sessions_removed"]:
        sentences.append(
            ngettext("%(num)s session is left out.", "%(num)s sessions are left out.", facts["sessions_removed"])
        )
    if facts["slots_removed"]:
        sentences.append(
            ngettext("%(num)s time slot goes.", "%(num)s time slots go.", facts["slots_removed"]),
        )
    if facts["slots_added"]:
        sentences.append(
            ngettext("%(num)s time slot is new.", "%(num)s time slots are new.", facts["slots_added"]),
        )
        sentences.append(
            ngettext(
                "%(num)s person counts as free in new slots until they say otherwise.",
                "%(num)s people count as free in new slots until they say otherwise.",
                facts["people"],
            )
        )
    if facts["reads_otherwise"]:
        sentences.append(
            ngettext(
                "%(num)s meeting stays at the same moment, which reads otherwise on the clock of %(zone)s.",
                "%(num)s meetings stay at the same moment, which reads otherwise on the clock of %(zone)s.",
                facts["reads_otherwise"],
                zone=facts["zone"],
            )
        )
    if facts["drafted"]:
        sentences.append(
            ngettext(
                "%(num)s place in a draft of the schedule goes: there the meeting is where the plan has it.",
                "%(num)s places in drafts of the schedule go: there the meetings are where the plan has them.",
                facts["drafted"],
            )
        )
    return sentences


def _button(effects: Effects, *, ends: bool) -> str:
    count = len(effects.meetings)
    if ends:
        return _("Save and call them off") if count else _("Save and let the third companies go")
    if count:
        return ngettext(
            "Do it and take %(num)s meeting off its place", "Do it and take %(num)s meetings off their places", count
        )
    return _("Do it")
