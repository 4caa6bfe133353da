"""Broken rules in words: who or what stands against a place, and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from matchmaker.domain.hand_plan import Broken, Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from matchmaker.domain.hand_plan import Entry, HandPlan


def rule_words(broken: Broken, plan: HandPlan) -> str:
    """Say which rule is broken, by whom, and which meeting is in the way."""
    other = plan.entries.get(broken.in_the_way) if broken.in_the_way else None
    return SENTENCES[broken.rule](broken, names_of(other) if other else "")


def help_words(rule: Rule) -> str:
    """Say what would help."""
    return HELPS[rule]()


def names_of(entry: Entry) -> str:
    """Name a meeting by the two who meet, and who joins them."""
    return " + ".join([" – ".join(entry.names[:2]), *entry.names[2:]])


SENTENCES: dict[Rule, Callable[[Broken, str], str]] = {
    Rule.BEGUN: lambda _one, _other: _("This time has begun or is over."),
    Rule.TABLE_CLOSED: lambda one, _other: _("Table %(table)s is closed.", table=one.who),
    Rule.TABLE_TAKEN: lambda one, other: _("Table %(table)s is taken by %(names)s.", table=one.who, names=other),
    Rule.OTHER_BOOTH: lambda one, _other: _("%(table)s is the booth of another exhibitor.", table=one.who),
    Rule.NOBODY: lambda _one, _other: _("Nobody is named to come to this meeting."),
    Rule.FORBIDDEN: lambda _one, _other: _("A rule of the fair keeps these two companies apart."),
    Rule.VETOED: lambda _one, _other: _("One of the two does not want to meet the other."),
    Rule.BUSY: lambda one, other: _("%(name)s is in another meeting then: %(names)s.", name=one.who, names=other),
    Rule.AWAY: lambda one, _other: _("%(name)s can’t come then.", name=one.who),
    Rule.DAY_FULL: lambda one, _other: _(
        "%(name)s wants at most %(limit)s meetings a day and has them.", name=one.who, limit=one.limit
    ),
    Rule.LIMIT: lambda one, _other: _(
        "%(company)s may have %(limit)s meetings and has them.", company=one.who, limit=one.limit
    ),
    Rule.NO_INTERPRETER: lambda _one, _other: _("They share no language, and no interpreter for it is free then."),
    Rule.TOO_FAR: lambda _one, _other: _("The way from the meeting before, or to the next one, is too long."),
    Rule.MOVED_MEANWHILE: lambda _one, _other: _("It was moved for everyone while this draft was open."),
    Rule.CALLED_OFF: lambda _one, _other: _("It was called off while this draft was open."),
}
HELPS: dict[Rule, Callable[[], str]] = {
    Rule.BEGUN: lambda: _("Choose a time to come."),
    Rule.TABLE_CLOSED: lambda: _("Choose another table, or open this one in the set-up."),
    Rule.TABLE_TAKEN: lambda: _("Move that meeting first, or choose another table."),
    Rule.OTHER_BOOTH: lambda: _("Choose a table in a hall."),
    Rule.NOBODY: lambda: _("The company names who comes, on the page of the meeting."),
    Rule.FORBIDDEN: lambda: _("Take it out, or change the rule in the set-up."),
    Rule.VETOED: lambda: _("Ask both sides first, or take it out."),
    Rule.BUSY: lambda: _("Move that meeting first, or let a colleague come."),
    Rule.AWAY: lambda: _("Choose a time when everyone is there, or let a colleague come."),
    Rule.DAY_FULL: lambda: _("Choose another day."),
    Rule.LIMIT: lambda: _("Take another meeting of this company out, or raise its limit."),
    Rule.NO_INTERPRETER: lambda: _("Choose a time when an interpreter is free, or add one in the set-up."),
    Rule.TOO_FAR: lambda: _("Choose a table in the hall of the meeting beside it."),
    Rule.MOVED_MEANWHILE: lambda: _("Keep the draft’s place, or leave the meeting where it is now."),
    Rule.CALLED_OFF: lambda: _("Leave it out of this draft."),
}
