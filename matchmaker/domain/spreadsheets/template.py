"""The empty spreadsheet an organizer fills in: headers in both languages and one example."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from matchmaker.domain.spreadsheets.companies import COMPANY_COLUMNS, EXAMPLE_NAME
from matchmaker.domain.spreadsheets.limits import ImportLimits
from matchmaker.domain.spreadsheets.text_cell import write_text

_SIDES = "đơn vị trưng bày,người mua,cả hai"
_WIDTH = 28
_EXAMPLE = {
    "name": EXAMPLE_NAME,
    "side": "đơn vị trưng bày",
    "country": "VN",
    "offers": "Bát đĩa gốm men tro | Tách trà gốm",
    "needs": "Bao bì giấy tái chế",
    "sectors": "Thủ công mỹ nghệ",
    "tax_code": "0101234567",
    "contact_name": "Nguyễn Thị Mẫu",
    "contact_role": "Giám đốc",
    "email": "lien-he@example.test",
    "phone": "+84 24 1234 5678",
    "languages": "vi, en",
    "website": "https://example.test",
    "province": "Hà Nội",
    "booth": "A12",
    "description": "Xưởng gốm gia đình, xuất khẩu từ năm 2015.",
}


def company_template() -> bytes:
    """An XLSX file with every column a company may have, required ones in bold, and one example row to delete.

    The example says "delete this row" in its name; read again it is refused as EXAMPLE_ROW, so it never becomes a
    company. The cells below are formatted as text, which keeps the zeros in front of tax codes and phone numbers.
    """
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    side = DataValidation(type="list", formula1=f'"{_SIDES}"', allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(side)
    for number, column in enumerate(COMPANY_COLUMNS, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = _WIDTH
        sheet.column_dimensions[letter].number_format = "@"
        header = write_text(sheet.cell(row=1, column=number), column.header)
        header.font = Font(bold=column.is_required)
        write_text(sheet.cell(row=2, column=number), _EXAMPLE[column.field])
        if column.field == "side":
            side.add(f"{letter}2:{letter}{ImportLimits().max_rows + 1}")
    sheet.freeze_panes = "A2"
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()
