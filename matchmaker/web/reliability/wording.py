"""The words for what is counted of a company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from matchmaker.domain.reliability import Happened, Spared

if TYPE_CHECKING:
    from flask_babel import LazyString

HAPPENED: dict[Happened, LazyString] = {
    Happened.ANSWERED: _l("Request answered"),
    Happened.UNANSWERED: _l("Request not answered in time"),
    Happened.KEPT: _l("Meeting kept"),
    Happened.LATE: _l("Came late"),
    Happened.MISSED: _l("Meeting missed"),
}
TONES = {Happened.UNANSWERED: "nghe", Happened.LATE: "nghe", Happened.MISSED: "son"}
SPARED: dict[Spared, LazyString] = {
    Spared.APPEALED: _l("You say you were there: it does not count until the organizer has settled it."),
    Spared.EXPIRED: _l("Older than two years: it does not count any more."),
    Spared.FORGIVEN: _l("The first slip does not count."),
}
