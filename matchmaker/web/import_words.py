"""What is said of an imported file, whatever it lists: every code and every column in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.domain.spreadsheets.companies import COMPANY_COLUMNS
from matchmaker.domain.spreadsheets.errors import ImportCode
from matchmaker.domain.spreadsheets.outcomes import OUTCOME_COLUMNS
from matchmaker.web.filters import number
from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask_babel import LazyString

    from matchmaker.domain.spreadsheets.errors import RowError

SENTENCES: dict[ImportCode, LazyString] = {
    ImportCode.TOO_LARGE: _l("The file is larger than an import may be. Split the list into several files."),
    ImportCode.ZIP_BOMB: _l(
        "The file unpacks to far more than it shows. Save the list anew as XLSX or CSV, without pictures."
    ),
    ImportCode.XML_ENTITIES: _l("The file defines entities, which no list needs. Save it anew as XLSX or CSV."),
    ImportCode.NOT_A_SPREADSHEET: _l(
        "This is no XLSX or CSV file that can be read. Open it in a spreadsheet program and save it as XLSX."
    ),
    ImportCode.NO_VISIBLE_SHEET: _l("The workbook has no visible sheet. Show the sheet with the list and save it."),
    ImportCode.NO_ROWS: _l("The file is empty. Choose one with a row of headers and a row for each company."),
    ImportCode.TOO_MANY_ROWS: _l("The file has more than %(limit)s rows. Split the list into several files."),
    ImportCode.TOO_MANY_COLUMNS: _l("The file has more than %(limit)s columns. Leave out those that are not needed."),
    ImportCode.UNKNOWN_ENCODING: _l(
        "The letters of this file can't be read for certain. Save it as XLSX, or as CSV in UTF-8."
    ),
    ImportCode.MIXED_ENCODINGS: _l(
        "Parts of this file are in different encodings, so some letters would come out wrong. Save it as XLSX."
    ),
    ImportCode.NUL_CHARACTER: _l("There is a character here that no text has. Type the text anew."),
    ImportCode.BROKEN_QUOTES: _l("A quotation mark is opened and not closed. Close it, or save the list as XLSX."),
    ImportCode.MISSING_COLUMN: _l("No column says this: %(field)s. Choose the column that does, or add one."),
    ImportCode.TEXT_TOO_LONG: _l("The text has %(length)s characters. Shorten it to %(limit)s."),
    ImportCode.FORMULA_CELL: _l("There is a formula here. Put its result in its place as a value."),
    ImportCode.ERROR_CELL: _l("The cell shows an error of the spreadsheet. Type what it should say."),
    ImportCode.MERGED_CELL: _l("The cell is merged with others. Unmerge them and fill in each row."),
    ImportCode.EMPTY_VALUE: _l("Nothing stands here. Fill it in."),
    ImportCode.EMPTY_NAME: _l("The company has no name. Fill it in."),
    ImportCode.EXAMPLE_ROW: _l("This is the example of the template. Delete the row."),
    ImportCode.UNKNOWN_SIDE: _l("A role is exhibitor, buyer or both. Write one of them."),
    ImportCode.DUPLICATE_COMPANY: _l("Row %(other_row)s is about the same company. Keep one of the two."),
    ImportCode.TOO_MANY_ITEMS: _l("There are %(count)s entries here. Keep at most %(limit)s."),
    ImportCode.BAD_EMAIL: _l("This is not an e-mail address. It has the form name@example.com."),
    ImportCode.BAD_COUNTRY: _l("No country has this name or code. Write two letters such as VN, or its name."),
    ImportCode.BAD_TAX_CODE: _l("A Vietnamese tax code has 10 digits, a branch's 13, a household's 12. Check it."),
    ImportCode.BAD_LANGUAGE: _l("No language has this name or code. Write vi, en, or its name."),
    ImportCode.BAD_PHONE: _l("This is not a telephone number. It has digits, and + in front of a country code."),
    ImportCode.BAD_WEBSITE: _l("This is not the address of a website. It has the form https://example.com."),
    ImportCode.SAME_PARTIES: _l("Buyer and exhibitor are the same company. Correct one of them."),
    ImportCode.BAD_AMOUNT: _l("This is not an amount. Write a number above zero, such as 1200000."),
    ImportCode.AMBIGUOUS_AMOUNT: _l("This can mean %(low)s or %(high)s. Write it without separators."),
    ImportCode.BAD_CURRENCY: _l("No currency has this code. Write three letters such as VND or USD."),
    ImportCode.BAD_DATE: _l("This is not a date. Write it as 2026-11-18."),
    ImportCode.DUPLICATE_OUTCOME: _l("Row %(other_row)s says the same. Delete one of the two."),
}


def sentence(error: RowError, *, words: Mapping[ImportCode, LazyString] = SENTENCES) -> str:
    """What is wrong and what to do about it, in the language in force; a page may have ``words`` of its own."""
    facts = {name: number(value) if isinstance(value, int) else value for name, value in error.params.items()}
    if "field" in facts:
        facts["field"] = column_name(str(facts["field"]))
    return str(words[error.code]) % facts


def file_sentence(error: RowError, *, words: Mapping[ImportCode, LazyString] = SENTENCES) -> str:
    """What keeps a whole file from being read, with the row where that shows, if it shows at one."""
    said = sentence(error, words=words)
    return said if error.row is None else _("Row %(row)s: %(sentence)s", row=number(error.row), sentence=said)


def column_name(field: str) -> str:
    """The name of a field of an imported file."""
    column = next(one for one in (*COMPANY_COLUMNS, *OUTCOME_COLUMNS) if one.field == field)
    return column.vietnamese if language() == "vi" else column.english
