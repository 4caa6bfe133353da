"""The three steps of a profile, each with where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from matchmaker.web.profile.wording import STEPS

if TYPE_CHECKING:
    from matchmaker.services.fairs import FairFacts, Membership


def steps_of(fair: FairFacts, me: Membership, *, current: str, has_items: bool) -> list[tuple[str, str, str]]:
    """Return the steps as label, address and 'done', 'current' or 'todo'. Any of them can be opened at any time."""
    done = {"company": bool(me.company_name), "items": has_items, "availability": True}
    order = list(STEPS)
    return [
        (
            str(label),
            url_for(f"profile.{step}", slug=fair.slug),
            "current"
            if step == current
            else "done"
            if done[step] and order.index(step) < order.index(current)
            else "todo",
        )
        for step, label in STEPS.items()
    ]
