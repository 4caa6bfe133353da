"""The words of checking in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.domain.attendance import Presence
from matchmaker.web.filters import time

if TYPE_CHECKING:
    from matchmaker.domain.attendance import Standing

REFUSALS = {
    "not_in_phase": _l("Check-in is open on the fair’s days only."),
    "meeting_moved_on": _l("This meeting is no longer on the plan. Look at the agenda again."),
    "not_its_time": _l("Check-in opens 20 minutes before the meeting and closes when it ends."),
    "bad_once": _l("This page is out of date. Open it again."),
    "card_too_old": _l("This page was open for too long. Scan the code on the table again."),
    "slot_taken": _l("The next time is taken already, by one of the two, by the interpreter or by the table."),
    "table_taken": _l("Somebody sits at that table already. Choose another one."),
    "no_such_table": _l("That table is closed, or it is a company’s own. Choose another one."),
    "no_next_slot": _l("No time follows at once after this meeting, so it can’t be extended."),
}


def presence_tag(found: Standing) -> tuple[str, str, str]:
    """A side's standing as a tag: text, tone and icon."""
    if found.presence is Presence.UNKNOWN or found.since is None:
        return _("Not here yet"), "", "clock"
    if found.presence is Presence.ABSENT:
        return _("Missing"), "son", "alert"
    if found.presence is Presence.LATE:
        return _("Here since %(time)s, late", time=time(found.since)), "nghe", "check"
    return _("Here since %(time)s", time=time(found.since)), "jade", "check"
