"""The blueprint of checking in, and what it answers to a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, render_template, url_for

from matchmaker.domain.errors import Conflict, DomainError, NotAllowed, Refused
from matchmaker.web.attendance.wording import REFUSALS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("attendance", __name__)
STATUS: dict[type[DomainError], int] = {Conflict: 409, NotAllowed: 403, Refused: 422}


@blueprint.errorhandler(Conflict)
@blueprint.errorhandler(NotAllowed)
@blueprint.errorhandler(Refused)
def refused(error: DomainError) -> ResponseReturnValue:
    """Say what stands against it, or what happened meanwhile, and where to go on."""
    text = REFUSALS[error.code]
    is_staff = bool(g.get("staff_roles"))
    back = url_for("attendance.console" if is_staff else "meetings.agenda", slug=g.fair.slug)
    return render_template("attendance/refused.html", text=text, back=back), STATUS[type(error)]
