"""The look: fonts, sizes and colours of the suite's style, as XlsxWriter formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.model.form import Field, FieldType
from toolkit.model.rule import Severity
from toolkit.write.engine import Book

if TYPE_CHECKING:
    from xlsxwriter.format import Format

INPUT, COMPUTED, PREFILLED, LOCKED = "input", "computed", "prefill", "locked"
"""What a cell is to the unit: to fill in, calculated, filled in by the bureau, or fixed."""

ROLE_LABELS = {
    INPUT: "填写：请在此类单元格内填写",
    COMPUTED: "自动计算：由公式得出，无需填写",
    PREFILLED: "预填：财政部门已填列，请核对；空白的请补填",
    LOCKED: "表头、固定项目：不可修改",
}

SEVERITY_LABELS = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "提示"}

_COLOURS = {
    "title": "#000000",
    "header": "#DDE6F0",
    "label": "#F3F3F3",
    INPUT: "#FFFDE9",
    COMPUTED: "#EAF1F8",
    PREFILLED: "#EDF6EA",
    LOCKED: "#F3F3F3",
    "error": "#F8C9C4",
    "warning": "#FBE3B4",
    "info": "#E4DFEC",
    "ok": "#C6E0B4",
    "ready": "#2E6B34",
    "alarm": "#B3261E",
    "link": "#1F4E8C",
    "note": "#666666",
    "border": "#000000",
}
_FONT, _TITLE_FONT = "宋体", "黑体"
_SIZES = {"body": 10.5, "title": 18.0, "header": 10.5, "note": 9.0}


@dataclass(frozen=True)
class Style:
    """Fonts, sizes (points: body, title, header, note) and colours (fills; title, note, alarm, link: of text)."""

    book: Book
    font: str
    title_font: str
    sizes: Mapping[str, float]
    colours: Mapping[str, str]

    @property
    def size(self) -> float:
        """The normal size."""
        return self.sizes["body"]

    def plain(self, **more: object) -> Format:
        """Locked text without borders."""
        return self.book.format(**{"valign": "vcenter", **more})

    def title(self) -> Format:
        """The title of a sheet."""
        return self.plain(
            font_name=self.title_font,
            font_size=self.sizes["title"],
            font_color=self.colours["title"],
            bold=True,
            align="center",
        )

    def boxed(self, fill: str | None = None, **more: object) -> Format:
        """Locked, thin borders, wrapped, on the colour ``fill``."""
        look: dict[str, object] = {
            "border": 1,
            "border_color": self.colours["border"],
            "valign": "vcenter",
            "text_wrap": True,
        }
        if fill is not None:
            look["bg_color"] = self.colours[fill]
        return self.book.format(**{**look, **more})

    def header(self) -> Format:
        """The header of a table."""
        return self.boxed("header", align="center", bold=True, font_size=self.sizes["header"])

    def field_label(self) -> Format:
        """The label of a value in a record."""
        return self.boxed("label", align="center")

    def note(self) -> Format:
        """Small wrapped text."""
        return self.plain(text_wrap=True, font_size=self.sizes["note"], font_color=self.colours["note"])

    def row_label(self, indent: int, strong: bool) -> Format:
        """The label of a grid row; totals are bold."""
        return self.boxed("label", align="left", indent=indent, bold=strong)

    def closed(self) -> Format:
        """A cell that does not exist."""
        return self.boxed(LOCKED, align="center", font_color=self.colours["note"])

    def cell(
        self, field: Field, role: str, is_open: bool, strong: bool = False, lone: bool = False, small: bool = False
    ) -> Format:
        """A value of ``field``: number format and alignment by type, colour by role; locked unless open.

        ``lone``: a value of a record, not one of a column. ``small``: less than one percent; its “%” is printed, so
        that nobody takes 0.95% for 95%.
        """
        shown = number_format(field) + ('"%"' if small else "")
        more: dict[str, object] = {"num_format": shown, "align": _align(field.type)}
        if lone and field.type is not FieldType.AMOUNT and field.type.is_number:
            more["align"] = "center"
        if strong:
            more["bold"] = True
        if is_open:
            more["locked"] = False
        return self.boxed(role, **more)

    def hidden(self) -> Format:
        """Cells of hidden sheets and zones."""
        return self.book.format(font_color=self.colours["note"])

    def message(self) -> Format:
        """The live message right of a row."""
        return self.plain(font_color=self.colours["alarm"], font_size=self.sizes["note"], indent=1)

    def status(self) -> Format:
        """The line at the top of a form that says how many checks failed."""
        return self.plain(font_color=self.colours["alarm"], bold=True, align="right")

    def link(self) -> Format:
        """A link outside tables."""
        return self.plain(font_color=self.colours["link"], underline=1)

    def failing(self, severity: Severity) -> Format:
        """What a cell turns to while a check of that severity fails."""
        return self.book.mark(bg_color=self.colours[severity.value])


def make_style(style: Mapping[str, object]) -> tuple[Book, Style]:
    """A new workbook with the style's normal font, and the style. What the suite's style lacks has a default."""
    font = str(style.get("font", _FONT))
    sizes = {name: float(str(style.get(f"{name}_size", default))) for name, default in _SIZES.items()}
    given = style.get("colours")
    colours = {**_COLOURS, **({k: str(v) for k, v in given.items()} if isinstance(given, Mapping) else {})}
    book = Book(font, sizes["body"])
    return book, Style(book, font, str(style.get("title_font", _TITLE_FONT)), sizes, colours)


def number_format(field: Field) -> str:
    """Excel's format code: two decimals unless the field says otherwise; percents print as 98.27."""
    digits = "0" if field.decimals <= 0 else "0." + "0" * field.decimals
    match field.type:
        case FieldType.AMOUNT:
            # Further digits show where there are any: 1.915 must not look like 1.92 beside a total.
            return f"#,##{digits}" + "#" * max(0, 6 - max(field.decimals, 0)) if field.decimals > 0 else "#,##0"
        case FieldType.DECIMAL:
            return "General" if field.decimals == 2 else digits
        case FieldType.PERCENT:
            return digits
        case FieldType.INTEGER:
            return "0"
        case FieldType.DATE:
            return "yyyy-mm-dd"
        case _:
            return "@"


def _align(kind: FieldType) -> str:
    if kind.is_number:
        return "right"
    return "left" if kind in (FieldType.TEXT, FieldType.LONG_TEXT) else "center"
