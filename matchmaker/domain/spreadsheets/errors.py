"""What can be wrong with an imported file, as codes; the web layer words them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping


class ImportCode(StrEnum):
    """Every reason to refuse a file, a row or a cell; the facts each carries stand beside it."""

    # The whole file.
    TOO_LARGE = "too_large"  # limit: bytes, characters of text, or pieces of a workbook
    ZIP_BOMB = "zip_bomb"  # limit: unpacked bytes, ratio or number of parts
    XML_ENTITIES = "xml_entities"
    NOT_A_SPREADSHEET = "not_a_spreadsheet"
    NO_VISIBLE_SHEET = "no_visible_sheet"
    NO_ROWS = "no_rows"
    TOO_MANY_ROWS = "too_many_rows"  # limit
    TOO_MANY_COLUMNS = "too_many_columns"  # limit
    UNKNOWN_ENCODING = "unknown_encoding"  # byte: offset in the file, from 0
    MIXED_ENCODINGS = "mixed_encodings"  # byte
    NUL_CHARACTER = "nul_character"
    BROKEN_QUOTES = "broken_quotes"
    MISSING_COLUMN = "missing_column"  # field
    # One cell of any file.
    TEXT_TOO_LONG = "text_too_long"  # limit, length
    FORMULA_CELL = "formula_cell"
    ERROR_CELL = "error_cell"
    MERGED_CELL = "merged_cell"
    EMPTY_VALUE = "empty_value"
    # Companies.
    EMPTY_NAME = "empty_name"
    EXAMPLE_ROW = "example_row"
    UNKNOWN_SIDE = "unknown_side"  # value
    DUPLICATE_COMPANY = "duplicate_company"  # other_row
    TOO_MANY_ITEMS = "too_many_items"  # limit, count
    BAD_EMAIL = "bad_email"  # value
    BAD_COUNTRY = "bad_country"  # value
    BAD_TAX_CODE = "bad_tax_code"  # value
    BAD_LANGUAGE = "bad_language"  # value
    BAD_PHONE = "bad_phone"  # value
    BAD_WEBSITE = "bad_website"  # value
    # Outcomes.
    SAME_PARTIES = "same_parties"
    BAD_AMOUNT = "bad_amount"  # value
    AMBIGUOUS_AMOUNT = "ambiguous_amount"  # value, low, high
    BAD_CURRENCY = "bad_currency"  # value
    BAD_DATE = "bad_date"  # value
    DUPLICATE_OUTCOME = "duplicate_outcome"  # other_row


@dataclass(frozen=True, slots=True)
class RowError:
    """One reason to refuse something, and where it stands.

    ``row`` is the row's number as a spreadsheet program shows it, from 1; None means the whole file. ``column`` is
    the header as the file writes it, or the column's letter where it has none; None means the whole row. ``params``
    are the facts its sentence needs, as listed beside the code.
    """

    row: int | None
    column: str | None
    code: ImportCode
    params: Mapping[str, str | int] = field(default_factory=dict, hash=False)


class FileRefusedError(DomainError):
    """The file cannot be read at all; ``error`` says why and, when known, at which row."""

    def __init__(
        self, code: ImportCode, *, row: int | None = None, column: str | None = None, **params: str | int
    ) -> None:
        super().__init__(code, **params)
        self.error = RowError(row=row, column=column, code=code, params=params)
