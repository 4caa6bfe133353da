"""The address a table's card leads to: signed, and of one table at one fair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, url_for

from matchmaker.signed_links import parts_of, signed_parts

if TYPE_CHECKING:
    from matchmaker.services.fairs import FairFacts

PURPOSE, PARTS = "table", 2


def table_path(fair: FairFacts, code: str) -> str:
    """Return the path of a table's page."""
    token = signed_parts(secret=current_app.config["SECRET_KEY"], purpose=PURPOSE, parts=[fair.id.hex, code])
    return url_for("attendance.table", slug=fair.slug, token=token)


def code_in(token: str, *, fair: FairFacts) -> str | None:
    """Return the table that a card is of, or None for one that was not made for this fair."""
    parts = parts_of(token, secret=current_app.config["SECRET_KEY"], purpose=PURPOSE, count=PARTS)
    return parts[1] if parts is not None and parts[0] == fair.id.hex else None
