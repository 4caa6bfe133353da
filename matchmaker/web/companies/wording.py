"""The words of the companies' pages and of importing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from flask_babel import LazyString

REFUSALS: dict[str, LazyString] = {
    "rows_have_errors": _l("Some rows have errors. Import the rows without errors, or correct the file first."),
    "no_rows_to_import": _l("No row can be imported as it is. Correct the file and hand it in again."),
    "imported_already": _l("This file was imported already. Hand in the corrected file as a new one."),
    "unknown_column": _l("The file has no such column. Choose one of those listed."),
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
ENCODINGS = {
    "": "XLSX",
    "utf-8": "CSV, UTF-8",
    "utf-16-le": "CSV, UTF-16",
    "utf-16-be": "CSV, UTF-16",
    "windows-1258": "CSV, Windows-1258",
}
