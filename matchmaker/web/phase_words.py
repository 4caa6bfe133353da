"""What the phases of a fair are called, and what each one allows, for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.domain.fairs import ALLOWED, Act, Phase
from matchmaker.web.filters import date, time
from matchmaker.web.fragments import same_for_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from matchmaker.services.fairs import FairFacts

A_MOMENT = timedelta(minutes=1)
NAMES = {
    Phase.PROFILES: _l("Profiles"),
    Phase.PREFERENCES: _l("Preferences"),
    Phase.SCHEDULING: _l("Scheduling"),
    Phase.PROVISIONAL: _l("Provisional schedule"),
    Phase.FINAL: _l("Final schedule"),
    Phase.FAIR_DAYS: _l("Fair days"),
    Phase.FOLLOW_UP: _l("Follow-up"),
}
MEANS = {
    Phase.PROFILES: _l("Companies register and describe what they offer and need."),
    Phase.PREFERENCES: _l("Companies see their suggestions and ask each other for meetings."),
    Phase.SCHEDULING: _l("The organizer gives every agreed meeting its time and table."),
    Phase.PROVISIONAL: _l("Everyone sees their schedule and may object to a time."),
    Phase.FINAL: _l("The schedule stands; late requests are still possible."),
    Phase.FAIR_DAYS: _l("Companies meet, check in and record what came of it."),
    Phase.FOLLOW_UP: _l("The fair is over; both sides report what came of their meetings."),
}
ACTS = {
    Act.REGISTER: _l("registering"),
    Act.REQUEST: _l("asking for meetings"),
    Act.PICK_TIME: _l("picking times"),
    Act.OBJECT: _l("objecting to a time"),
    Act.CHECK_IN: _l("checking in"),
    Act.RECORD_OUTCOME: _l("recording outcomes"),
}


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """One phase as the fair's home and the set-up list it."""

    phase: Phase
    name: str
    means: str
    allows: str
    starts: str
    state: str


def phase_lines(fair: FairFacts, dates: Mapping[Phase, datetime]) -> tuple[PhaseLine, ...]:
    """Return the phases of a fair in order, with the one it is in."""
    return _lines(fair.phase, tuple([moment(dates[phase]) if phase in dates else "" for phase in Phase]))


@same_for_all
def _lines(present: Phase, starts: tuple[str, ...]) -> tuple[PhaseLine, ...]:
    order = list(Phase)
    return tuple(
        PhaseLine(
            phase=phase,
            name=str(NAMES[phase]),
            means=str(MEANS[phase]),
            allows=act_names(act for act in Act if act in ALLOWED[phase]),
            starts=start,
            state="current" if phase == present else "done" if number < order.index(present) else "todo",
        )
        for number, (phase, start) in enumerate(zip(order, starts, strict=True))
    )


def act_names(acts: Iterable[Act]) -> str:
    """Return what participants may do, in one line."""
    return ", ".join(str(ACTS[act]) for act in acts)


def phase_now(fair: FairFacts) -> str:
    """Return where the fair stands in a few words, for the frame of every page."""
    name = str(NAMES[fair.phase])
    if fair.phase_ends_at is None:
        return name
    # A phase that ends as a day begins lasts through the day before, and nobody reads the next date as that.
    last = fair.phase_ends_at - A_MOMENT if time(fair.phase_ends_at) == "00:00" else fair.phase_ends_at
    return _("%(phase)s, until %(when)s", phase=name, when=moment(last) if last is fair.phase_ends_at else date(last))


def moment(at: datetime) -> str:
    """Return a date, with the time where it is not the beginning of a day."""
    clock = time(at)
    return date(at) if clock == "00:00" else f"{date(at)}, {clock}"
