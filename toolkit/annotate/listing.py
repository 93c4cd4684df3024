"""The sheet 问题清单: what to mend, in order, with links to the cells. Text is only ever text, links lead inside only."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from toolkit.annotate.looks import Looks
from toolkit.annotate.markup import attribute, text
from toolkit.annotate.package import DECLARATION
from toolkit.annotate.slip import Row, Slip, Spot
from toolkit.annotate.styles import Styles
from toolkit.annotate.workbook import Name
from toolkit.layout import a1, quoted
from toolkit.layout.annotation import RECORD
from toolkit.model.cell_text import cell_text
from toolkit.model.rule import Severity
from toolkit.write.style import SEVERITY_LABELS

COLUMNS = (
    ("序号", 5), ("程度", 6), ("工作表", 14), ("单元格", 9), ("其他单元格", 9), ("", 9), ("", 9), ("问题", 46),
    ("填报数", 11), ("应为", 11), ("差额", 10), ("计量单位", 6), ("怎么改", 36), ("规则", 8),
)  # fmt: skip
_LINKS = (3, 4, 5, 6)
_MESSAGE, _TODO, _LAST = 7, 12, len(COLUMNS) - 1
_HEAD = 5
"""The row (1-based) of the column titles."""

_MOST_HEIGHT, _LINE = 409.0, 14.0
_CHINA = datetime.timedelta(hours=8)
WHOLE_FILE = "整个文件"


@dataclass(frozen=True)
class Listing:
    """The finished sheet: its XML, and the names that belong to it."""

    content: bytes
    names: tuple[Name, ...]


def make_listing(
    slip: Slip, styles: Styles, name: str, targets: Mapping[Spot, str], record: str, main: str, notes: Sequence[str]
) -> Listing:
    """The sheet of one unit.

    ``name``: what the sheet is called. ``targets``: where the link of each spot leads (a spot without one is text).
    ``record``: what is kept in the hidden cell. ``main``: the namespace of worksheets. ``notes``: lines of advice.
    """
    looks = Looks(styles)
    last = _HEAD + max(1, len(slip.rows))
    lines = [*_top(slip, looks, notes, record), _titles(looks)]
    links: list[str] = []
    for number, row in enumerate(slip.rows, 1):
        lines.append(_line(_HEAD + number, number, row, looks, targets, links))
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width + 0.7109375}" customWidth="1"/>'
        for n, (_, width) in enumerate(COLUMNS, 1)
    )
    hidden = RECORD[1] + 1
    merges = [f"A{n}:{a1(n - 1, _LAST)}" for n in range(1, _HEAD)] + [f"E{_HEAD}:G{_HEAD}"]
    area = f"A{_HEAD}:{a1(last - 1, _LAST)}"
    xml = (
        f'<worksheet xmlns="{main}"><sheetPr><tabColor rgb="FFB3261E"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{a1(last - 1, RECORD[1])}"/><sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
        f'<pane ySplit="{_HEAD}" topLeftCell="A{_HEAD + 1}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="A{_HEAD + 1}" sqref="A{_HEAD + 1}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}<col min="{hidden}" max="{hidden}" width="9" hidden="1" customWidth="1"/></cols>'
        f'<sheetData>{"".join(lines)}</sheetData><autoFilter ref="{area}"/>'
        f'<mergeCells count="{len(merges)}">{"".join(f"<mergeCell ref={chr(34)}{m}{chr(34)}/>" for m in merges)}</mergeCells>'
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + '<printOptions horizontalCentered="1"/><pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"/><headerFooter>'
        f"<oddFooter>&amp;L&amp;9问题清单　{text(_plain(f'{slip.identity.unit} {slip.identity.unit_name}'))}&amp;R&amp;9第 &amp;P 页，共 &amp;N 页</oddFooter>"
        "</headerFooter></worksheet>"
    )
    where = quoted(name)
    names = (
        Name("_xlnm._FilterDatabase", f"{where}!$A${_HEAD}:${a1(0, _LAST)[:-1]}${last}", hidden=True),
        Name("_xlnm.Print_Area", f"{where}!$A$1:${a1(0, _LAST)[:-1]}${last}"),
        Name("_xlnm.Print_Titles", f"{where}!${_HEAD}:${_HEAD}"),
    )
    return Listing(DECLARATION + xml.encode("utf-8"), names)


def _plain(words: str) -> str:
    """Text of a footer, in which ``&`` would begin a code."""
    return words.replace("&", "＆").replace("\n", " ").strip()


def _top(slip: Slip, looks: Looks, notes: Sequence[str], record: str) -> list[str]:
    who = slip.identity
    group = " ".join(part for part in (who.region, f"{who.year} 年" if who.year else "", who.stage) if part)
    about = "　".join(
        part for part in (group, f"收到 {china_time(slip.received_at)}（北京时间）", f"文件 {slip.file}") if part
    )
    counts = "，".join(
        f"{SEVERITY_LABELS[s]} {slip.count(s)} 条" for s in (Severity.ERROR, Severity.WARNING, Severity.INFO)
    )
    said = f"{counts}。请先改错误，再改警告。"
    if slip.skipped:
        said += f"另有 {slip.skipped} 项检查因缺少数据没有执行。"
    advice = "\n".join(notes)
    tall = _LINE * max(1, len(notes)) + 4
    return [
        _row(
            1,
            30,
            _text(0, 0, f"问题清单　{who.unit} {who.unit_name}".rstrip(), looks.title) + _text(*RECORD, record, 0),
        ),
        _row(2, 18, _text(1, 0, about, looks.about)),
        _row(3, 20, _text(2, 0, said, looks.counts)),
        _row(4, tall, _text(3, 0, advice, looks.advice)),
    ]


def china_time(moment: str) -> str:
    """``2026-11-21 13:31`` of ``2026-11-21T05:31:37.663Z``; what is no time stays as it is."""
    try:
        found = datetime.datetime.fromisoformat(moment)
    except ValueError:
        return moment
    if found.tzinfo is None:
        found = found.replace(tzinfo=datetime.UTC)
    return found.astimezone(datetime.timezone(_CHINA)).strftime("%Y-%m-%d %H:%M")


def _titles(looks: Looks) -> str:
    cells = "".join(_text(_HEAD - 1, column, title, looks.head) for column, (title, _) in enumerate(COLUMNS))
    return _row(_HEAD, 30, cells)


def _line(at: int, number: int, row: Row, looks: Looks, targets: Mapping[Spot, str], links: list[str]) -> str:
    first = row.spots[0].sheet if row.spots else WHOLE_FILE
    cells = [
        _cell(at - 1, 0, str(number), looks.middle),
        _text(at - 1, 1, SEVERITY_LABELS[row.severity], looks.severity[row.severity]),
        _text(at - 1, 2, first, looks.words),
    ]
    for place, column in enumerate(_LINKS):
        shown, target = _place(row.spots, place, first, targets)
        cells.append(_text(at - 1, column, shown, looks.link if target else looks.middle))
        if target:
            links.append(
                f'<hyperlink ref="{a1(at - 1, column)}" location="{attribute(target).decode()}" '
                f'display="{attribute(shown).decode()}"/>'
            )
    cells.append(_text(at - 1, _MESSAGE, row.message, looks.words))
    for column, value in enumerate((row.actual, row.expected, row.difference), _MESSAGE + 1):
        cells.append(_figure(at - 1, column, value, looks))
    cells.append(_text(at - 1, _MESSAGE + 4, row.unit_of_measure, looks.middle))
    cells.append(_text(at - 1, _TODO, row.what_to_do, looks.words))
    cells.append(_text(at - 1, _LAST, row.code, looks.middle))
    texts = [(first, 2), (row.message, _MESSAGE), (row.actual, 8), (row.expected, 9), (row.what_to_do, _TODO)]
    lines = max(
        [_lines(value, COLUMNS[column][1]) for value, column in texts] + [2 if len(row.spots) > len(_LINKS) else 1]
    )
    return _row(at, min(_MOST_HEIGHT, 6 + _LINE * lines), "".join(cells))


def _place(spots: Sequence[Spot], number: int, first: str, targets: Mapping[Spot, str]) -> tuple[str, str]:
    """What the n-th cell of places says and where it leads; the last one says how many there are."""
    if number >= len(spots):
        return "", ""
    spot = spots[number]
    shown = spot.cell or "打开"
    if spot.sheet != first:
        shown = f"{_short(spot.sheet)}!{shown}"
    if number == len(_LINKS) - 1 and len(spots) > len(_LINKS):
        shown += f" 等 {len(spots)} 处"
    target = targets.get(spot, "")
    return (shown if spot.cell or target else ""), target


def _short(sheet: str) -> str:
    """``P04`` of ``P04_项目绩效``: the whole name would not fit."""
    number, _, rest = sheet.partition("_")
    return number if rest and 0 < len(number) <= 4 else sheet


def _row(number: int, height: float, cells: str) -> str:
    return f'<row r="{number}" ht="{height:g}" customHeight="1">{cells}</row>'


def _text(row: int, column: int, value: str, look: int) -> str:
    if not value:
        return f'<c r="{a1(row, column)}" s="{look}"/>'
    return f'<c r="{a1(row, column)}" s="{look}" t="inlineStr"><is><t xml:space="preserve">{text(value)}</t></is></c>'


def _cell(row: int, column: int, number: str, look: int) -> str:
    return f'<c r="{a1(row, column)}" s="{look}"><v>{number}</v></c>'


def _figure(row: int, column: int, value: str, looks: Looks) -> str:
    """A finding's decimal string as a number, with all its digits; any other text, and a code too long for one, as it is."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return _text(row, column, value, looks.words)
    if not number.is_finite() or len(number.as_tuple().digits) > 15 or value != format(number, "f"):
        return _text(row, column, value, looks.words)
    return _cell(row, column, value, looks.amount if number.as_tuple().exponent == -2 else looks.number)


def _lines(value: str, width: int) -> int:
    """Lines a wrapped text takes in a column of so many characters."""
    shown = cell_text(value[:4000]).split("\n")
    wide = (sum(2.05 if ord(c) > 0x2E7F else 1.1 for c in line) for line in shown)
    return sum(max(1, math.ceil(w / (width - 1))) for w in wide)
