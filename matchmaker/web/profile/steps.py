"""The three steps of a profile, each with where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from matchmaker.web.fragments import drawn_by, same_for_all
from matchmaker.web.profile.wording import STEPS

if TYPE_CHECKING:
    from markupsafe import Markup


@same_for_all
def step_line(slug: str, current: str, is_checked: bool, has_items: bool) -> Markup:
    """Draw the steps of a profile. Any of them can be opened at any time.

    Availability counts as done with the other two, for everyone is free until they say otherwise.
    """
    done = {"company": is_checked, "items": has_items, "availability": is_checked and has_items}
    steps = [
        (
            str(label),
            url_for(f"profile.{step}", slug=slug),
            "current" if step == current else "done" if done[step] else "todo",
        )
        for step, label in STEPS.items()
    ]
    return drawn_by("components/phases.html", "steps", steps)
