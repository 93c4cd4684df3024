"""Workbooks of other formats, read whole, in the same shape as a package of ours: the rest never sees a difference."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from toolkit.read.failures import Refused
from toolkit.read.limits import Limits
from toolkit.read.package import Package
from toolkit.read.rawcell import MAX_COLUMN, MAX_ROW, RawCell
from toolkit.read.sheet import RawSheet, measure
from toolkit.read.workbook import DefinedName, SheetEntry, Workbook

UNKNOWN = "?"
"""Stands for a formula whose text cannot be had: its result alone says whether it is the one issued."""


@dataclass(frozen=True)
class LoadedWorkbook(Workbook):
    """A workbook whose sheets are all read. ``codes``: the number formats; ``raw``: sheets by name.

    ``engine`` read it; ``formulas``: the format keeps formulas, so a constant in a computed cell was typed there.
    ``second``: the bytes a second engine may count the cells of, empty where it cannot read the format.
    """

    raw: dict[str, RawSheet] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    engine: str = ""
    formulas: bool = True
    second: bytes = b""

    @cached_property
    def formats(self) -> list[str]:
        """The number format code of each cell format (``s`` of a cell)."""
        return list(self.codes)

    @property
    def neighbours(self) -> list[str]:
        """No parts stand beside the sheets."""
        return []

    def sheet(self, entry: SheetEntry) -> RawSheet:
        """A sheet that was read before."""
        return self.raw[entry.name]


class Styles:
    """Number format codes by index, each once."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def index(self, code: str) -> int:
        """The index of a format code."""
        return self._known.setdefault(code, len(self._known))

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in order of index."""
        return tuple(self._known)


class Loader:
    """Gathers sheets, names and properties of a file of another format, within the limits every workbook has."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.limits = limits
        self.package = Package(data, {}, limits)
        self.styles = Styles()
        self.styles.index("General")
        self.sheets: list[SheetEntry] = []
        self.raw: dict[str, RawSheet] = {}
        self.names: list[DefinedName] = []
        self.properties: dict[str, str] = {}
        self.saved: str | None = None
        self.active: list[tuple[str, str]] = []
        self.date1904 = self.precision_as_displayed = False
        self._cells = 0

    def add_sheet(self, name: str, state: str = "visible", part: str = "") -> RawSheet:
        """A new sheet to fill. Raises Refused for a second one of that name, or one too many."""
        if any(name.casefold() == known.name.casefold() for known in self.sheets):
            raise Refused(f"工作表名“{name[:40]}”重复")
        if len(self.sheets) >= self.limits.sheets:
            raise Refused(f"工作表超过 {self.limits.sheets} 张的上限")
        self.sheets.append(SheetEntry(name, state, part or name))
        sheet = self.raw[name] = RawSheet(f"“{name}”")
        return sheet

    def put(self, sheet: RawSheet, at: tuple[int, int], cell: RawCell) -> None:
        """Store a cell. Raises Refused off the grid, twice at one place, or beyond the limit of cells."""
        if not (0 <= at[0] < MAX_ROW and 0 <= at[1] < MAX_COLUMN):
            raise Refused(f"工作表{sheet.part}第 {at[0] + 1} 行的单元格超出工作表范围")
        if at in sheet.cells:
            raise Refused(f"工作表{sheet.part}第 {at[0] + 1} 行第 {at[1] + 1} 列的单元格重复出现")
        self._cells += 1
        if self._cells > self.limits.cells:
            raise Refused(f"工作簿有内容的单元格超过 {self.limits.cells} 个（读到工作表{sheet.part}时）")
        sheet.cells[at] = cell

    def add_name(self, name: str, target: str, sheet: str = "") -> None:
        """A defined name. Raises Refused beyond the limit."""
        if len(self.names) >= self.limits.names:
            raise Refused(f"工作簿的定义名称超过 {self.limits.names} 个的上限")
        self.names.append(DefinedName(name, target, sheet))

    def merge(self, sheet: RawSheet, area: tuple[int, int, int, int]) -> None:
        """A merged area. Raises Refused beyond the limit."""
        if len(sheet.merges) >= self.limits.merges:
            raise Refused(f"工作表{sheet.part}的合并单元格超过 {self.limits.merges} 个")
        sheet.merges.append(area)

    def finish(self, kind: str, engine: str, *, formulas: bool = True, second: bytes = b"") -> LoadedWorkbook:
        """The workbook. Raises Refused where a sheet's contents lie too far apart."""
        for sheet in self.raw.values():
            measure(sheet, self.limits)
            sheet.last_row = max(sheet.last_row, sheet.bottom)
            sheet.last_column = max(sheet.last_column, sheet.right)
        return LoadedWorkbook(
            self.package,
            kind,
            "",
            tuple(self.sheets),
            tuple(self.names),
            self.date1904,
            self.precision_as_displayed,
            self.properties,
            self.saved,
            tuple(self.active),
            raw=self.raw,
            codes=self.styles.codes,
            engine=engine,
            formulas=formulas,
            second=second,
        )


def number_text(value: float) -> str:
    """A double as a workbook's XML writes it: shortest, integers without a point."""
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text
