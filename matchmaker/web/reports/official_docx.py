"""The official report as a text document in the layout of Decree 30/2020: margins, type, national title, signature."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaker.web.reports.official_document import Annex, OfficialDocument

FONT = "Times New Roman"
DOTS = "…" * 20
SHORT_DOTS = "…" * 10
TO_THE_END = "\t"
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
TITLE = "BÁO CÁO"
SUBJECT = "Kết quả tổ chức hội chợ, triển lãm thương mại"
DATE_LINE = f"{'…' * 5}, ngày …… tháng …… năm ………"
# In millimetres: the text between the margins, the two halves of its head, and in a table a letter, the empty sides of
# a cell, and the column of the numbers.
TEXT_WIDTH = 165
HEAD_WIDTHS = (63, 102)
LETTER, SIDES, NARROWEST = 2.1, 5, 13
# A longer word than this is broken rather than given all the room.
LONG_WORD = 12
# What XML can't hold; names and notes come from people and files.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def docx_of(paper: OfficialDocument) -> bytes:
    """Return the report as DOCX."""
    # Only who downloads the document needs its library.
    from docx import Document  # noqa: PLC0415
    from docx.shared import Mm, Pt  # noqa: PLC0415

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    # Without this, letters with Vietnamese marks would be set in the theme's font.
    style.element.rPr.rFonts.set(_east_asia(), FONT)
    style.paragraph_format.space_after = Pt(6)
    document.core_properties.title = f"{SUBJECT} – {_clean(paper.fair_name)}"
    document.core_properties.author = _clean(paper.stated.get("organizer_name", ""))
    _page_numbers(section)
    _head(document, paper)
    _body(document, paper)
    _signature(document, paper)
    for number, annex in enumerate(paper.annexes, start=1):
        _annex(document, number, annex)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _page_numbers(section: Any) -> None:
    """Number the pages above in the middle, the first one excepted."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as in docx_of.
    from docx.oxml.ns import qn  # noqa: PLC0415

    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    _line(paragraph, "")
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        run = paragraph.add_run()
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run._r.append(part)  # noqa: SLF001 - The library has no name for fields.


def _head(document: Any, paper: OfficialDocument) -> None:
    stated = paper.stated
    left, right = _pair(document)
    _line(left.paragraphs[0], stated.get("superior_body", "").upper(), size=13)
    _line(left.add_paragraph(), stated.get("organizer_name", "").upper() or SHORT_DOTS, size=13, bold=True)
    _line(left.add_paragraph(), "_______")
    _line(left.add_paragraph(), f"Số: {stated.get('document_no', '') or '……/BC-……'}", size=13)
    _line(right.paragraphs[0], NATION, size=13, bold=True)
    _line(right.add_paragraph(), MOTTO, size=14, bold=True)
    _line(right.add_paragraph(), "_____________________")
    _line(right.add_paragraph(), stated.get("place_line", "") or DATE_LINE, size=14, italic=True)
    _line(document.add_paragraph(), "")
    _line(document.add_paragraph(), TITLE, size=14, bold=True)
    _line(document.add_paragraph(), SUBJECT, size=14, bold=True)
    _line(document.add_paragraph(), paper.fair_name, size=14, bold=True)
    _line(document.add_paragraph(), f"Kính gửi: {stated.get('addressee', '') or DOTS}", size=14)


def _body(document: Any, paper: OfficialDocument) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER  # noqa: PLC0415 - as in docx_of.
    from docx.shared import Mm, Pt  # noqa: PLC0415

    for number, (heading, points) in enumerate(paper.sections, start=1):
        title = document.add_paragraph()
        title.paragraph_format.keep_with_next = True
        title.paragraph_format.space_before = Pt(6)
        _run(title, f"{number}. {heading}", bold=True)
        for place, (label, value) in enumerate(points, start=1):
            paragraph = document.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if value else WD_ALIGN_PARAGRAPH.LEFT
            paragraph.paragraph_format.first_line_indent = Mm(10)
            if not value:
                # The dots end with the line, however long the words before them are.
                paragraph.paragraph_format.tab_stops.add_tab_stop(
                    Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
                )
            _run(paragraph, f"{number}.{place}. {label}: {value or TO_THE_END}")
        if heading == paper.compared_below:
            lead = document.add_paragraph()
            lead.paragraph_format.keep_with_next = True
            _run(lead, f"{number}.{len(points) + 1}. {paper.compared.title}:")
            _table(document, paper.compared.head, paper.compared.rows)
    _run(document.add_paragraph(), f"Số liệu tính đến {paper.as_of}. Sổ ghi kết quả: {paper.seal or DOTS}", size=12)


def _signature(document: Any, paper: OfficialDocument) -> None:
    left, right = _pair(document)
    _run(left.paragraphs[0], "Nơi nhận:", size=12, bold=True, italic=True)
    for receiver in ("- Như trên;", "- Lưu: VT."):
        _run(left.add_paragraph(), receiver, size=11)
    _line(right.paragraphs[0], paper.stated.get("signer_title", "").upper() or SHORT_DOTS, size=14, bold=True)
    _line(right.add_paragraph(), "(Ký, ghi rõ họ tên và đóng dấu)", size=13, italic=True)
    for _space in range(3):
        right.add_paragraph()
    _line(right.add_paragraph(), paper.stated.get("signer_name", "") or SHORT_DOTS, size=14, bold=True)


def _annex(document: Any, number: int, annex: Annex) -> None:
    heading = document.add_paragraph()
    heading.paragraph_format.page_break_before = True
    _line(heading, f"PHỤ LỤC {number}", size=14, bold=True)
    _line(document.add_paragraph(), annex.title, size=14, bold=True)
    rows = [(str(place), *row) for place, row in enumerate(annex.rows, start=1)]
    table = _table(document, ("STT", *annex.head), rows)
    if annex.total:
        last = table.add_row()
        _texts(last, [last.cells[0].merge(last.cells[1]), *last.cells[2:]], annex.total, bold=True)


def _pair(document: Any) -> Any:
    """Two cells side by side without a frame, the right one wide enough for the national title."""
    table = document.add_table(rows=1, cols=2)
    _set_widths(table, HEAD_WIDTHS)
    return table.rows[0].cells


def _table(document: Any, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    """A table whose columns are as wide as their texts ask for, whose head stands on every page it goes on to."""
    table = document.add_table(rows=1, cols=len(head))
    table.style = "Table Grid"
    _set_widths(table, _widths([head, *rows]))
    _texts(table.rows[0], table.rows[0].cells, head, bold=True)
    _mark(table.rows[0], "w:tblHeader")
    for texts in rows:
        row = table.add_row()
        _texts(row, row.cells, [text or SHORT_DOTS for text in texts])
    return table


def _widths(rows: Sequence[Sequence[str]]) -> list[float]:
    """The width of each column in millimetres, by what it mostly holds, together those of the text."""
    columns = list(zip(*rows, strict=True))
    letters = [sum(len(text or SHORT_DOTS) for text in column) for column in columns]
    words = [max(len(word) for text in column for word in [*text.split(), ""]) for column in columns]
    widths = [
        max(TEXT_WIDTH * share / sum(letters), SIDES + LETTER * min(word, LONG_WORD), NARROWEST)
        for share, word in zip(letters, words, strict=True)
    ]
    widths[widths.index(max(widths))] -= sum(widths) - TEXT_WIDTH
    return widths


def _texts(row: Any, cells: Sequence[Any], texts: Sequence[str], *, bold: bool = False) -> None:
    """Write into the cells of a row, which stays on one page."""
    _mark(row, "w:cantSplit")
    for cell, text in zip(cells, texts, strict=True):
        _run(cell.paragraphs[0], text, size=12, bold=bold)


def _set_widths(table: Any, widths: Sequence[float]) -> None:
    """Give the columns their widths in millimetres before any row is added: each row takes over those of the last."""
    from docx.shared import Mm  # noqa: PLC0415 - as in docx_of.

    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _mark(row: Any, name: str) -> None:
    """Give a row a property that the library has no name for."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as in docx_of.

    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 - As it says.


def _line(paragraph: Any, text: str, *, size: int = 13, bold: bool = False, italic: bool = False) -> None:
    """A line of its own in the middle, close to the next."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - as in docx_of.
    from docx.shared import Pt  # noqa: PLC0415

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    _run(paragraph, text, size=size, bold=bold, italic=italic)


def _run(paragraph: Any, text: str, *, size: int = 14, bold: bool = False, italic: bool = False) -> None:
    from docx.shared import Pt  # noqa: PLC0415 - as in docx_of.

    run = paragraph.add_run(_clean(text))
    run.font.size, run.font.name, run.bold, run.italic = Pt(size), FONT, bold, italic


def _east_asia() -> str:
    from docx.oxml.ns import qn  # noqa: PLC0415 - as in docx_of.

    return str(qn("w:eastAsia"))


def _clean(text: str) -> str:
    return NOT_IN_XML.sub("", text)
