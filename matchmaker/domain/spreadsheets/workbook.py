"""Reading an XLSX file: its first visible sheet as a table of texts."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.spreadsheets.archive import PartHandler, open_archive, read_part
from matchmaker.domain.spreadsheets.errors import FileRefusedError, ImportCode
from matchmaker.domain.spreadsheets.shared_texts import SharedTextsHandler
from matchmaker.domain.spreadsheets.sheet import SheetHandler
from matchmaker.domain.spreadsheets.styles import StylesHandler
from matchmaker.domain.spreadsheets.table import FileKind, Table

if TYPE_CHECKING:
    import zipfile
    from xml.sax.xmlreader import AttributesImpl

    from matchmaker.domain.spreadsheets.limits import ImportLimits

_MOST_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    relation: str
    is_visible: bool


@dataclass(frozen=True, slots=True)
class _Target:
    kind: str
    path: str


def read_workbook(*, data: bytes, limits: ImportLimits) -> Table:
    """The first visible sheet of an XLSX file, its texts as typed and its numbers and dates as plain text.

    Formulas are not evaluated and links to other files are not followed. Raises FileRefusedError.
    """
    with open_archive(data=data, limits=limits) as archive:
        main = _main_part(archive, limits)
        targets = _targets(archive, main, limits)
        workbook = _WorkbookHandler()
        read_part(archive, main, workbook, limits=limits)
        sheet, path = _first_visible(workbook.sheets, targets)
        texts = SharedTextsHandler(limits=limits)
        styles = StylesHandler()
        for target in targets.values():
            if target.kind == "sharedStrings" and not texts.events:
                read_part(archive, target.path, texts, limits=limits)
            elif target.kind == "styles" and not styles.events:
                read_part(archive, target.path, styles, limits=limits)
        handler = SheetHandler(
            texts=texts.texts, styles=styles.number_styles(), is_1904=workbook.is_1904, limits=limits
        )
        read_part(archive, path, handler, limits=limits)
        rows = handler.finished_rows()
    return Table(kind=FileKind.XLSX, rows=rows, sheet=sheet.name)


class _WorkbookHandler(PartHandler):
    """Collects the sheets in the order of their tabs, and from which year days are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[_Sheet] = []
        self.is_1904 = False

    def opened(self, name: str, attributes: AttributesImpl) -> None:
        """Note a sheet, or the workbook's calendar."""
        if name == "workbookPr":
            self.is_1904 = attributes.get("date1904", "0") in {"1", "true"}
        elif name == "sheet" and len(self.sheets) < _MOST_ENTRIES:
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            is_visible = attributes.get("state", "visible") == "visible"
            self.sheets.append(_Sheet(name=attributes.get("name", ""), relation=relation, is_visible=is_visible))


class _RelationsHandler(PartHandler):
    """Collects where a part points to inside the archive; links to other files are left out."""

    def __init__(self, *, folder: str) -> None:
        super().__init__()
        self.targets: dict[str, _Target] = {}
        self._folder = folder

    def opened(self, name: str, attributes: AttributesImpl) -> None:
        """Note one relation."""
        is_inside = attributes.get("TargetMode", "Internal") == "Internal"
        if name == "Relationship" and is_inside and len(self.targets) < _MOST_ENTRIES:
            path = posixpath.normpath(posixpath.join("/", self._folder, attributes.get("Target", "")))
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = _Target(kind=kind, path=path.lstrip("/"))


def _main_part(archive: zipfile.ZipFile, limits: ImportLimits) -> str:
    for target in _targets(archive, "", limits).values():
        if target.kind == "officeDocument":
            return target.path
    raise FileRefusedError(ImportCode.NOT_A_SPREADSHEET)


def _targets(archive: zipfile.ZipFile, part: str, limits: ImportLimits) -> dict[str, _Target]:
    folder, name = posixpath.split(part)
    handler = _RelationsHandler(folder=folder)
    read_part(archive, posixpath.join(folder, "_rels", f"{name}.rels"), handler, limits=limits)
    return handler.targets


def _first_visible(sheets: list[_Sheet], targets: dict[str, _Target]) -> tuple[_Sheet, str]:
    for sheet in sheets:
        target = targets.get(sheet.relation)
        if sheet.is_visible and target is not None and target.kind == "worksheet":
            return sheet, target.path
    raise FileRefusedError(ImportCode.NO_VISIBLE_SHEET if sheets else ImportCode.NOT_A_SPREADSHEET)
