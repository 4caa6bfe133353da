"""The three steps of a profile, each with where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from matchmaker.web.profile.wording import STEPS

if TYPE_CHECKING:
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.profile_state import ProfileState


def steps_of(fair: FairFacts, state: ProfileState, *, current: str) -> list[tuple[str, str, str]]:
    """Return the steps as label, address and 'done', 'current' or 'todo'. Any of them can be opened at any time.

    Availability counts as done with the other two, for everyone is free until they say otherwise.
    """
    done = {
        "company": state.is_checked,
        "items": state.has_items,
        "availability": state.is_checked and state.has_items,
    }
    return [
        (
            str(label),
            url_for(f"profile.{step}", slug=fair.slug),
            "current" if step == current else "done" if done[step] else "todo",
        )
        for step, label in STEPS.items()
    ]
