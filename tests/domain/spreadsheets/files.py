"""Spreadsheets for the tests, good and bad, made on the spot so that no bomb lies in the repository."""

import csv
import io
import struct
import unicodedata
import zipfile

from openpyxl import Workbook

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
TONES = "\u0300\u0301\u0303\u0309\u0323"


def xlsx(*rows, prepare=lambda _workbook: None):
    """An XLSX file as a spreadsheet program writes it, with these rows; ``prepare`` may change the workbook."""
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    prepare(workbook)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def raw_xlsx(sheet_data, *, before="", after="", prolog="", extra=None, compression=zipfile.ZIP_DEFLATED):
    """An XLSX file whose one sheet holds exactly this XML between its sheetData tags."""
    parts = {
        "_rels/.rels": f'<Relationships {PACKAGE}><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="Sheet" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships {PACKAGE}><Relationship Id="r1" Type="{OFFICE}/worksheet" '
        f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{OFFICE}/sharedStrings" '
        f'Target="sharedStrings.xml"/><Relationship Id="r3" Type="{OFFICE}/externalLink" TargetMode="External" '
        'Target="http://example.test/prices.xlsx"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {MAIN}/>",
        "xl/worksheets/sheet1.xml": f"{prolog}<worksheet {MAIN}>{before}<sheetData>{sheet_data}</sheetData>{after}"
        "</worksheet>",
        **(extra or {}),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def raw_row(number, *texts):
    """The XML of one row of texts."""
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'


def with_false_size(data, *, part, size):
    """The archive with a directory that says ``part`` unpacks to ``size`` bytes."""
    entry = data.index(part.encode(), data.index(b"PK\x01\x02")) - 46
    return data[: entry + 24] + struct.pack("<I", size) + data[entry + 28 :]


def csv_text(*rows, delimiter=","):
    """The rows as CSV text."""
    content = io.StringIO()
    csv.writer(content, delimiter=delimiter).writerows(rows)
    return content.getvalue()


def windows_1258(text):
    """The text as a Vietnamese Windows saves it: a toned letter it has no code for becomes the letter and the tone."""
    return b"".join(_windows_1258(letter) for letter in unicodedata.normalize("NFC", text))


def _windows_1258(letter):
    try:
        return letter.encode("cp1258")
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
        return (base + "".join(part for part in parts if part in TONES)).encode("cp1258")
