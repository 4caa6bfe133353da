"""The words of the companies' pages and of importing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from matchmaker.domain.approvals import Decision, StatusReason
from matchmaker.domain.lookalikes import Sign
from matchmaker.services.merge_checks import Blocker
from matchmaker.web.filters import datetime

if TYPE_CHECKING:
    from flask_babel import LazyString

    from matchmaker.services.merge_checks import Block

REFUSALS: dict[str, LazyString] = {
    "rows_have_errors": _l("Some rows have errors. Import the rows without errors, or correct the file first."),
    "no_rows_to_import": _l("No row can be imported as it is. Correct the file and hand it in again."),
    "imported_already": _l("This file was imported already. Hand in the corrected file as a new one."),
    "import_failed": _l("The import did not work. Nothing was imported; start it again."),
    "unknown_column": _l("The file has no such column. Choose one of those listed."),
    "reason_missing": _l("Choose a reason. The company will read it."),
    "what_missing": _l("Say which papers you have seen. Other companies will read it."),
    "what_too_long": _l("Write at most %(n)s characters.", n=120),
    "badge_missing": _l("Enter the badge code."),
    "badge_too_long": _l("A badge code has at most %(n)s characters.", n=20),
    "badge_taken": _l("Another company at this fair has this badge. Choose a different code."),
    "booth_too_long": _l("Write at most %(n)s characters.", n=80),
    "bad_cap": _l("Enter a number from 0 to 200, or leave it empty."),
    "only_buyers_are_hosted": _l("Only a buyer can be hosted."),
    "note_missing": _l("Say in a few words why. The company will read it."),
}
REQUIRED_COLUMN = _l("Choose the column that says this; no company can be imported without it.")
ROLES: dict[str, LazyString] = {"exhibitor": _l("Exhibitor"), "buyer": _l("Buyer"), "both": _l("Exhibitor and buyer")}
ROLE_FILTERS: dict[str, LazyString] = {"exhibitor": _l("Exhibitors"), "buyer": _l("Buyers")}
STATUSES: dict[str, tuple[LazyString, str]] = {
    "approved": (_l("Approved"), "jade"),
    "pending": (_l("Waiting"), "nghe"),
    "held": (_l("On hold"), "nghe"),
    "refused": (_l("Refused"), "son"),
}
STATUS_REASONS: dict[str, LazyString] = {
    StatusReason.INCOMPLETE: _l("The profile says too little"),
    StatusReason.UNVERIFIED: _l("The company could not be verified"),
    StatusReason.OTHER_FIELD: _l("Not what this fair is about"),
    StatusReason.REGISTERED_TWICE: _l("Registered already"),
    StatusReason.FAIR_IS_FULL: _l("The fair is full"),
    StatusReason.OTHER: _l("Another reason"),
}
# What was decided, as it is said of several companies; and each step of a company's history.
DECIDED: dict[Decision, LazyString] = {
    Decision.APPROVE: _l("Approved"),
    Decision.HOLD: _l("On hold"),
    Decision.REFUSE: _l("Refused"),
}
HISTORY: dict[str, LazyString] = {
    "company_approved": _l("Approved"),
    "company_held": _l("Put on hold"),
    "company_refused": _l("Refused"),
    "company_pending": _l("Waiting"),
    "company_decision_undone": _l("Decision undone"),
}
SIGNS: dict[Sign, LazyString] = {
    Sign.TAX_CODE: _l("Same tax code"),
    Sign.NAME: _l("Same name in another spelling"),
    Sign.BRANCH: _l("Branch of the same tax code"),
    Sign.EMAIL: _l("Same e-mail address"),
    Sign.LETTERS: _l("Same letters, other marks or legal form"),
    Sign.LOOK: _l("Names that look alike"),
}
ENCODINGS = {
    "": "XLSX",
    "utf-8": "CSV, UTF-8",
    "utf-16-le": "CSV, UTF-16",
    "utf-16-be": "CSV, UTF-16",
    "windows-1258": "CSV, Windows-1258",
}


def blocker_text(block: Block) -> str:
    """Why two companies can't be made one, and what would have to change."""
    facts = {name: datetime(value) if name == "starts_at" else value for name, value in block.facts.items()}
    texts = {
        Blocker.TAX_CODES: _l("They have two tax codes, %(one)s and %(other)s. Correct one of them if that is wrong."),
        Blocker.ELSEWHERE: _l("One of them takes part in a fair that you do not organize. Ask its organizer."),
        Blocker.MET: _l("They have asked or met each other, so they are two companies."),
        Blocker.SAME_PARTNER: _l("Both have an open request or meeting with %(company)s. Close one of the two first."),
        Blocker.SAME_SLOT: _l("Both have a meeting at %(starts_at)s. Move or call off one of the two first."),
        Blocker.SAME_PERSON_TWICE: _l("%(name)s would sit at two tables at %(starts_at)s. Move one meeting first."),
        Blocker.SAME_NUMBER: _l("Both have a contract with the number %(number)s. Correct the register first."),
        Blocker.UNCONFIRMED: _l(
            "One was registered with an e-mail address that nobody has confirmed yet. Wait for that."
        ),
        Blocker.HELD: _l("The one to keep is on hold or refused, the other is approved. Decide about it first."),
    }
    return str(texts[block.code]) % facts
