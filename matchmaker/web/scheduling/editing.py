"""What a form that changes a draft sends: which draft, as it was seen, and the view to come back to."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import request, url_for

from matchmaker import clock
from matchmaker.services.drafts import Editing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

MOST_DIGITS = 6


def whole(values: Mapping[str, str], name: str) -> int:
    """Return a whole number that was sent; anything else is 0."""
    text = values.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else 0


def editing_of(fair: FairFacts, person: SignedIn) -> Editing:
    """Return which draft a form changes, as its sender saw it."""
    return Editing(
        fair_id=fair.id,
        number=whole(request.form, "draft"),
        version=whole(request.form, "version"),
        by=person.account_id,
        now=clock.now(),
    )


def meeting_of() -> uuid.UUID | None:
    """Return the meeting that a form names; None when it names none."""
    return request.form.get("meeting", type=uuid.UUID)


def view_fields() -> dict[str, str]:
    """Return the part of the grid that a form was sent from."""
    return {name: value for name in ("day", "half", "tables") if (value := request.form.get(name))}


def view_url(fair: FairFacts, *, number: int) -> str:
    """Return the address of the part of the grid that a form was sent from, in the draft that it changed."""
    values: dict[str, Any] = {"draft": number, **view_fields()}
    return url_for("scheduling.schedule", slug=fair.slug, **values)
