"""What stands between a company and the others at the fair, and what its people can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.fairs import ParticipationStatus
from matchmaker.extensions import db
from matchmaker.services import address_claims
from matchmaker.web.sign_in import signed_in_person

if TYPE_CHECKING:
    from matchmaker.services.fairs import Membership


@dataclass(frozen=True, slots=True)
class Standing:
    """One sentence on how a company stands, with a link where something can be done."""

    text: str
    tone: str = "cham"
    action: str = ""
    url: str = ""


def standing_of(me: Membership) -> Standing | None:
    """Return what to say to someone whose company is not let in yet; None where nothing stands in the way."""
    person = signed_in_person()
    if me.status.acts or not me.is_own or person is None:
        return None
    if not person.email:
        address = address_claims.waiting_address(db.session, account_id=person.account_id, now=clock.now())
        text = _(
            "We sent a link to %(address)s. Open it within a week: only then can the organizer let your company in.",
            address=address or _("your address"),
        )
        return Standing(text, "nghe", _("Nothing came, or a wrong address?"), url_for("registration.address"))
    if me.status is ParticipationStatus.PENDING:
        return Standing(
            _("The organizer looks at your company before others see it. Go on with your profile meanwhile.")
        )
    if me.status is ParticipationStatus.HELD:
        return Standing(_("The organizer has put your company on hold; others do not see it now."), "nghe")
    return Standing(_("The organizer did not let your company in to this fair."), "son")
