"""The words for requests about data, and for what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.domain.privacy.requests import RequestChannel, RequestKind, RequestState
from matchmaker.domain.privacy.retention import Keeping

if TYPE_CHECKING:
    from matchmaker.domain.errors import DomainError

KINDS = {
    RequestKind.ACCESS: _l("A copy of their data"),
    RequestKind.CORRECT: _l("Correct something"),
    RequestKind.WITHDRAW: _l("Withdraw consents"),
    RequestKind.RESTRICT: _l("Restrict the use"),
    RequestKind.OBJECT: _l("Object to the use"),
    RequestKind.DELETE: _l("Delete everything"),
}
CHANNELS = {
    RequestChannel.MAIL: _l("By mail"),
    RequestChannel.PHONE: _l("By phone"),
    RequestChannel.PAPER: _l("On paper"),
    RequestChannel.IN_PERSON: _l("In person"),
}
STATES = {
    RequestState.NEW: (_l("New"), "nghe"),
    RequestState.ANSWERED: (_l("Answered"), "cham"),
    RequestState.DONE: (_l("Done"), "jade"),
    RequestState.REFUSED: (_l("Refused"), ""),
}
# What the button of a request does, by what is asked for.
DOES = {
    RequestKind.ACCESS: (
        _l("Mail the copy to the person"),
        _l("A link to a copy of everything is mailed to the person’s own address. You do not see the copy."),
    ),
    RequestKind.WITHDRAW: (
        _l("Withdraw the consents"),
        _l("All consents the person gave at this fair are withdrawn at once. What is the company’s ends for it."),
    ),
    RequestKind.DELETE: (
        _l("Erase the person"),
        _l("Account, name, address, phone, notes and messages go for good. Deals and totals stay, without the person."),
    ),
}
BY_HAND = (
    _l("Note that it is done"),
    _l("Do it where it belongs first: on the company’s page, or in what you keep outside this site."),
)
KEPT = {
    Keeping.PEOPLE: _l("People"),
    Keeping.NOTES: _l("Notes and messages of meetings"),
    Keeping.MESSAGES: _l("Notices and mail"),
    Keeping.HISTORY: _l("Entries of the history"),
    Keeping.SIGN_INS: _l("Sessions, links and invitations"),
    Keeping.UPLOADS: _l("Lists handed in"),
    Keeping.COPIES: _l("Copies of personal data"),
    Keeping.FILES: _l("Files made for printing and reports"),
    Keeping.JOBS: _l("Finished jobs"),
}


def refusal(error: DomainError) -> str:
    """What stands against doing what was asked, and what to do."""
    return {
        "nobody_has_it": _(
            "Nobody at this fair with an account has this address. If that is right, answer so and refuse the request."
        ),
        "is_staff": _("This person works for a fair. They erase themselves on their page “Your data”."),
        "elsewhere": _(
            "This person is also at a fair of someone else. They erase themselves on their page “Your data”, or the"
            " operator of this site does."
        ),
        "last_organizer": _("This is the only organizer of a fair. Appoint another one first."),
        "extended_already": _("It was extended once already; a second time is not allowed."),
        "closed_already": _("Someone has closed this request meanwhile."),
    }[error.code]
