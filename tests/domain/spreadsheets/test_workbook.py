import io
import zipfile

import pytest
from openpyxl.styles import numbers

from matchmaker.domain.spreadsheets.errors import FileRefusedError, ImportCode, RowError
from matchmaker.domain.spreadsheets.limits import ImportLimits
from matchmaker.domain.spreadsheets.source import read_table
from matchmaker.domain.spreadsheets.table import Fault, FileKind, Table, TableRow
from tests.domain.spreadsheets.files import MAIN, OFFICE, raw_row, raw_xlsx, with_false_size, xlsx

KIBIBYTE = 1024
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def refusal(data, **limits):
    with pytest.raises(FileRefusedError) as refused:
        read_table(data=data, limits=ImportLimits(**limits))
    return refused.value.error


def rows_of(data, **limits):
    return read_table(data=data, limits=ImportLimits(**limits)).rows


def test_it_reads_the_rows_of_a_sheet_with_their_numbers():
    table = read_table(data=xlsx(["name", "side"], ["Gốm Sứ", "buyer"]))
    assert table == Table(
        kind=FileKind.XLSX,
        rows=(TableRow(1, ("name", "side")), TableRow(2, ("Gốm Sứ", "buyer"))),
        sheet="Sheet",
    )


def test_blank_rows_are_left_out_and_the_others_keep_their_numbers():
    data = xlsx(["name"], [None], ["  "], ["An"], [None], [""])
    assert rows_of(data) == (TableRow(1, ("name",)), TableRow(4, ("An",)))


def test_it_reads_numbers_dates_and_codes_as_the_text_they_were_typed_as():
    def prepare(workbook):
        row = workbook.active[1]
        row[3].number_format = "0000000000"
        row[4].number_format = numbers.FORMAT_DATE_DDMMYY
        row[5].number_format = "dd/mm/yyyy hh:mm"

    data = xlsx([3588000, 0.1, 1234.567, 101234567, 44931, 44931.4375, 84912345678, True], prepare=prepare)
    assert rows_of(data) == (
        TableRow(
            1, ("3588000", "0.1", "1234.5670", "0101234567", "2023-01-05", "2023-01-05 10:30", "84912345678", "1")
        ),
    )


def test_a_time_of_day_is_read_as_one():
    def prepare(workbook):
        workbook.active["A1"].number_format = "h:mm"

    assert rows_of(xlsx([0.4375], prepare=prepare)) == (TableRow(1, ("10:30:00",)),)


def test_it_counts_days_from_1904_when_the_workbook_does():
    main = (
        f'<workbook {MAIN} xmlns:r="{OFFICE}"><workbookPr date1904="1"/><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    styles = f'<styleSheet {MAIN}><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>'
    relations = raw_xlsx_relations_with_styles()
    data = raw_xlsx(
        '<row r="1"><c s="0"><v>43469</v></c></row>',
        extra={"xl/workbook.xml": main, "xl/styles.xml": styles, "xl/_rels/workbook.xml.rels": relations},
    )
    assert rows_of(data) == (TableRow(1, ("2023-01-05",)),)


def raw_xlsx_relations_with_styles():
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r3" Type="{OFFICE}/styles" Target="/xl/styles.xml"/></Relationships>'
    )


def test_a_formula_is_a_fault_with_its_stored_result_kept_for_the_corrected_file():
    data = raw_xlsx('<row r="3"><c r="B3" t="str"><f>HYPERLINK("http://x.test")</f><v>click</v></c></row>')
    assert rows_of(data) == (TableRow(3, ("", "click"), (Fault(1, ImportCode.FORMULA_CELL),)),)


def test_a_formula_that_was_never_calculated_is_a_fault_too():
    assert rows_of(xlsx(["=1+1"])) == (TableRow(1, ("",), (Fault(0, ImportCode.FORMULA_CELL),)),)


@pytest.mark.parametrize("cell", ['<c t="e"><v>#REF!</v></c>', "<c><v>#REF!</v></c>", "<c><v>NaN</v></c>"])
def test_an_error_or_an_impossible_number_is_a_fault(cell):
    (row,) = rows_of(raw_xlsx(f'<row r="1">{cell}</row>'))
    assert row.faults == (Fault(0, ImportCode.ERROR_CELL),)


def test_a_date_beyond_the_calendar_is_a_fault():
    styles = f'<styleSheet {MAIN}><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>'
    data = raw_xlsx(
        '<row r="1"><c s="0"><v>99999999999</v></c></row>',
        extra={"xl/styles.xml": styles, "xl/_rels/workbook.xml.rels": raw_xlsx_relations_with_styles()},
    )
    assert rows_of(data) == (TableRow(1, ("99999999999",), (Fault(0, ImportCode.ERROR_CELL),)),)


def test_the_cells_a_merged_cell_covers_are_faults_and_its_first_is_not():
    data = xlsx(
        ["name", "offers"], ["An", "tea"], [None, "rice"], prepare=lambda book: book.active.merge_cells("A2:A3")
    )
    assert rows_of(data) == (
        TableRow(1, ("name", "offers")),
        TableRow(2, ("An", "tea")),
        TableRow(3, ("", "rice"), (Fault(0, ImportCode.MERGED_CELL),)),
    )


def test_merged_cells_over_the_whole_sheet_many_times_are_refused():
    merges = '<mergeCells count="3">' + '<mergeCell ref="A1:XFD1048576"/>' * 3 + "</mergeCells>"
    data = raw_xlsx(raw_row(1, "a", "b") + raw_row(2, "c", "d"), after=merges)
    assert refusal(data) == RowError(None, None, ImportCode.NOT_A_SPREADSHEET)


def test_the_first_visible_sheet_is_read():
    def prepare(workbook):
        workbook.active.sheet_state = "hidden"
        workbook.create_sheet("Doanh nghiệp").append(["seen"])
        workbook.create_sheet("Third").append(["not read"])
        workbook.active = 1

    table = read_table(data=xlsx(["secret"], prepare=prepare))
    assert table == Table(kind=FileKind.XLSX, rows=(TableRow(1, ("seen",)),), sheet="Doanh nghiệp")


def test_a_workbook_without_a_visible_sheet_is_refused():
    hidden = (
        f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" state="veryHidden" r:id="r1"/>'
        "</sheets></workbook>"
    )
    data = raw_xlsx(raw_row(1, "a"), extra={"xl/workbook.xml": hidden})
    assert refusal(data) == RowError(None, None, ImportCode.NO_VISIBLE_SHEET)


def test_links_to_other_workbooks_are_not_followed():
    assert rows_of(raw_xlsx(raw_row(1, "a"))) == (TableRow(1, ("a",)),)


def test_rich_text_is_joined_reading_aids_left_out_and_escapes_undone():
    shared = (
        f"<sst {MAIN}><si><r><t>東京</t></r><r><t> Tea</t></r><rPh><t>とうきょう</t></rPh></si>"
        "<si><t>a_x000A_b</t></si></sst>"
    )
    data = raw_xlsx(
        '<row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>', extra={"xl/sharedStrings.xml": shared}
    )
    assert rows_of(data) == (TableRow(1, ("東京 Tea", "a\nb")),)


def test_a_text_inside_its_cell_is_read_like_a_shared_one():
    cell = "<is><r><t>東京</t></r><r><t> Tea</t></r><rPh><t>とうきょう</t></rPh></is>"
    assert rows_of(raw_xlsx(f'<row r="1"><c t="inlineStr">{cell}</c></row>')) == (TableRow(1, ("東京 Tea",)),)


def test_a_chart_in_front_is_passed_over():
    main = (
        f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="Chart" sheetId="1" r:id="r2"/>'
        '<sheet name="List" sheetId="2" r:id="r1"/></sheets></workbook>'
    )
    assert read_table(data=raw_xlsx(raw_row(1, "a"), extra={"xl/workbook.xml": main})).sheet == "List"


def test_elements_may_carry_a_prefix():
    sheet = (
        '<x:worksheet xmlns:x="http://x.test"><x:sheetData><x:row>'
        '<x:c t="str"><x:v>a</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert rows_of(raw_xlsx("", extra={"xl/worksheets/sheet1.xml": sheet})) == (TableRow(1, ("a",)),)


def test_reading_stops_at_the_first_row_beyond_the_cap():
    # What follows the row beyond the cap is not XML, which nobody finds out who stops in time.
    data = raw_xlsx("".join(raw_row(number, "a") for number in range(1, 6)) + "<<<")
    assert refusal(data, max_rows=3) == RowError(5, None, ImportCode.TOO_MANY_ROWS, {"limit": 3})


def test_the_claimed_size_of_a_sheet_is_not_believed():
    small = raw_xlsx(raw_row(1, "a") + raw_row(2, "b"), before='<dimension ref="A1"/>')
    large = raw_xlsx(raw_row(1, "a") + raw_row(2, "b"), before='<dimension ref="A1:XFD1048576"/>')
    assert rows_of(small) == rows_of(large) == (TableRow(1, ("a",)), TableRow(2, ("b",)))


def test_a_million_formatted_rows_without_content_are_no_rows():
    blank = "".join(f'<row r="{number}"><c s="1"/></row>' for number in range(2, 2_000))
    data = raw_xlsx(raw_row(1, "a") + blank + raw_row(1_048_576, "z"))
    assert rows_of(data, max_rows=2) == (TableRow(1, ("a",)), TableRow(1_048_576, ("z",)))


@pytest.mark.parametrize("number", ["0", "-1", "1048577", "1000000000000000000", "one", "9" * 5000])
def test_a_row_number_that_cannot_be_is_refused(number):
    assert refusal(raw_xlsx(f'<row r="{number}"/>')) == RowError(None, None, ImportCode.NOT_A_SPREADSHEET)


@pytest.mark.parametrize(
    "sheet",
    [
        raw_row(2, "a") + raw_row(2, "b"),
        '<row r="1"><c r="1A"><v>1</v></c></row>',
        '<row r="1"><c t="s"><v>7</v></c></row>',
        '<row r="1"><c t="s"><v>x</v></c></row>',
        "<row>" * 100 + "</row>" * 100,
        "<row",
    ],
)
def test_a_sheet_against_the_format_is_refused(sheet):
    assert refusal(raw_xlsx(sheet)) == RowError(None, None, ImportCode.NOT_A_SPREADSHEET)


def test_a_column_beyond_the_cap_is_refused_by_its_letter():
    data = raw_xlsx('<row r="4"><c r="XFD4"><v>1</v></c></row>')
    assert refusal(data) == RowError(4, "XFD", ImportCode.TOO_MANY_COLUMNS, {"limit": 100})


def test_more_text_than_is_held_is_refused():
    data = raw_xlsx(raw_row(1, "a" * 60) + raw_row(2, "b" * 60))
    assert refusal(data, max_characters=100) == RowError(2, None, ImportCode.TOO_LARGE, {"limit": 100})


def test_more_shared_text_than_is_held_is_refused_even_when_it_is_empty():
    data = raw_xlsx(raw_row(1, "a"), extra={"xl/sharedStrings.xml": f"<sst {MAIN}>{'<si/>' * 101}</sst>"})
    assert refusal(data, max_characters=100) == RowError(None, None, ImportCode.TOO_LARGE, {"limit": 100})


def test_a_text_longer_than_a_cell_may_be_is_cut_just_beyond_it():
    ((row,),) = (rows_of(raw_xlsx(raw_row(1, "a" * 40_000))),)
    assert len(row.cells[0]) == 32_768


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "_rels/.rels"])
def test_entities_are_refused_in_every_part(part):
    data = raw_xlsx(raw_row(1, "a"), extra={part: f"{LAUGHS}<x>&b;</x>"})
    assert refusal(data) == RowError(None, None, ImportCode.XML_ENTITIES)


def test_a_reference_to_a_file_of_the_server_is_refused():
    prolog = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'
    assert refusal(raw_xlsx(raw_row(1, "a"), prolog=prolog)) == RowError(None, None, ImportCode.XML_ENTITIES)


def test_a_file_that_unpacks_to_too_much_is_refused_by_its_directory():
    data = raw_xlsx(raw_row(1, "a"), extra={"xl/media/image1.png": bytes(range(256)) * 40})
    assert refusal(data, max_unpacked_bytes=10 * KIBIBYTE) == RowError(
        None, None, ImportCode.ZIP_BOMB, {"limit": 10 * KIBIBYTE}
    )


def test_a_file_that_unpacks_to_many_times_its_size_is_refused():
    data = raw_xlsx(raw_row(1, "a"), extra={"xl/styles.xml": b" " * 1_000_000})
    assert refusal(data) == RowError(None, None, ImportCode.ZIP_BOMB, {"limit": 100})


def test_a_dense_part_is_refused_even_beside_padding():
    data = raw_xlsx(raw_row(1, "a"), extra={"xl/styles.xml": b" " * 1_200_000, "xl/pad": incompressible(20_000)})
    assert refusal(data) == RowError(None, None, ImportCode.ZIP_BOMB, {"limit": 100})


def incompressible(size):
    state, content = 1, bytearray()
    for _ in range(size):
        state = state * 1_103_515_245 + 12_345 & 0x7FFFFFFF
        content.append(state >> 16 & 0xFF)
    return bytes(content)


def test_a_directory_that_lies_about_a_size_gets_no_more_than_it_says():
    honest = raw_xlsx(raw_row(1, "a") + " " * 300_000)
    data = with_false_size(honest, part="xl/worksheets/sheet1.xml", size=400)
    assert refusal(data) == RowError(None, None, ImportCode.NOT_A_SPREADSHEET)


def test_too_many_parts_are_refused_before_the_directory_is_read():
    data = raw_xlsx(raw_row(1, "a"), extra={f"xl/{number}": "" for number in range(20)})
    assert refusal(data, max_parts=20) == RowError(None, None, ImportCode.ZIP_BOMB, {"limit": 20})


def test_one_tag_of_megabytes_is_refused():
    data = raw_xlsx(f'<row x="{"a" * 1_200_000}"/>', compression=zipfile.ZIP_STORED)
    assert refusal(data) == RowError(None, None, ImportCode.NOT_A_SPREADSHEET)


def test_more_cells_than_there_is_time_for_are_refused_even_when_they_are_empty():
    data = raw_xlsx("<row>" + "<c/>" * 1_000 + "</row>")
    assert refusal(data, max_pieces=900) == RowError(None, None, ImportCode.TOO_LARGE, {"limit": 900})


def test_a_part_that_is_missing_is_refused():
    data = raw_xlsx("", extra={"_rels/.rels": "<Relationships/>"})
    assert refusal(data) == RowError(None, None, ImportCode.NOT_A_SPREADSHEET)


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_broken_part_is_refused_however_it_is_packed(compression):
    data = raw_xlsx(raw_row(1, "a"), compression=compression)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    middle = part.header_offset + 30 + len(part.filename) + part.compress_size // 2
    broken = data[:middle] + b"\xff" * 20 + data[middle + 20 :]
    assert refusal(broken) == RowError(None, None, ImportCode.NOT_A_SPREADSHEET, {})


def test_a_cut_off_file_is_refused():
    assert refusal(raw_xlsx(raw_row(1, "a"))[:-40]) == RowError(None, None, ImportCode.NOT_A_SPREADSHEET)


@pytest.mark.parametrize("start", [b"\xd0\xcf\x11\xe0\xa1\xb1", b"%PDF-1.7", b"\x89PNG", b"<table>", b"{\\rtf1"])
def test_other_kinds_of_files_are_refused_by_content(start):
    assert refusal(start + b"name,side\n") == RowError(None, None, ImportCode.NOT_A_SPREADSHEET)


def test_a_file_above_the_size_limit_is_refused_unread():
    assert refusal(b"x" * 11, max_bytes=10) == RowError(None, None, ImportCode.TOO_LARGE, {"limit": 10})


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b",,\n", xlsx()])
def test_a_file_without_content_has_no_rows(data):
    assert refusal(data) == RowError(None, None, ImportCode.NO_ROWS)
