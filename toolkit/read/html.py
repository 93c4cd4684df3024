"""Web pages saved as .xls: their tables, each a sheet. Only what is printed survives there: no ids, names, formulas.

Which edition it was is known from the properties some programs write as ``<meta>``, or from a copy of our hidden
sheet; printed labels must then do to find the blocks.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from toolkit.read.failures import Refused
from toolkit.read.limits import LIMITS, Limits
from toolkit.read.loaded import LoadedWorkbook, Loader
from toolkit.read.rawcell import MAX_COLUMN, MAX_ROW, RawCell
from toolkit.read.sheet import RawSheet

ENGINE = "html"
_BREAKS = frozenset({"br", "p", "div", "li"})
_SILENT = frozenset({"script", "style", "head", "comment"})
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_PLAIN = re.compile(r"-?\d{1,3}(?:,\d{3})*(?:\.\d+)?|-?\d+(?:\.\d+)?", re.ASCII)
_SPAN = 10_000


def read_html(data: bytes, limits: Limits = LIMITS) -> LoadedWorkbook:
    """The workbook. Raises Refused where it is beyond a limit."""
    if len(data) > limits.part:
        raise Refused(f"文件超过 {limits.part} 字节的上限")
    loader = Loader(data, limits)
    reader = _Reader(loader)
    reader.feed(_decoded(data))
    reader.close()
    return loader.finish("html", ENGINE, formulas=False)


def _decoded(data: bytes) -> str:
    """As the page says; Chinese systems that say nothing, or something wrong, write GB18030."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    match = _CHARSET.search(data[:8192])
    declared = match[1].decode("ascii").lower() if match else "utf-8"
    for encoding in ("gb18030" if declared.startswith("gb") else declared, "utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


class _Reader(HTMLParser):
    """Tables at the top, one after the other; what is nested in a cell belongs to its text."""

    def __init__(self, loader: Loader) -> None:
        super().__init__(convert_charrefs=True)
        self.loader = loader
        self.names: list[str] = []
        self.sheet: RawSheet | None = None
        self.depth = self.silent = 0
        self.row, self.column = -1, 0
        self.taken: dict[int, int] = {}
        self.pieces: list[str] | None = None
        self.about: dict[str, str] = {}
        self.heading: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pairs = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self._meta(pairs)
        elif tag in _SILENT:
            self.silent += tag != "head"
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self._table()
        elif tag in {"td", "th"} and self.depth == 1:
            self._end_cell()
            self.pieces, self.about = [], pairs
        elif tag == "tr" and self.depth == 1:
            self._end_cell()
            self._row(pairs)
        elif tag in _BREAKS and self.pieces:
            self.pieces.append("\n")
        elif tag == "em" and not self.depth:
            self.heading = []

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - (tag != "head"))
        elif tag == "table" and self.depth:
            if self.depth == 1:
                self._end_cell()
                self.sheet = None
            self.depth -= 1
        elif tag in {"td", "th", "tr"} and self.depth == 1:
            self._end_cell()
        elif tag == "em" and self.heading is not None:
            self.names.append("".join(self.heading).strip())
            self.heading = None

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.heading is not None:
            self.heading.append(data)
        elif self.pieces is not None:
            self.pieces.append(data)

    def _meta(self, pairs: dict[str, str]) -> None:
        name, content = pairs.get("name", ""), pairs.get("content", "")
        if name in {"changed", "created"}:
            self.loader.saved = content if name == "changed" else self.loader.saved or content
        elif name and len(self.loader.properties) < 200:
            self.loader.properties[name] = content

    def _table(self) -> None:
        number = len(self.loader.sheets) + 1
        named = self.names[-1] if len(self.names) == number else ""
        self.sheet = self.loader.add_sheet(named or f"Sheet{number}")
        self.sheet.protected = True  # a page keeps no protection, so none was taken off
        self.row, self.column, self.taken = -1, 0, {}

    def _row(self, pairs: dict[str, str]) -> None:
        self.row, self.column = self.row + 1, 0
        self.taken = {column: rows - 1 for column, rows in self.taken.items() if rows > 1}
        if self.row >= MAX_ROW:
            raise Refused("网页中的表格超出工作表范围")
        hidden = "display:none" in pairs.get("style", "").replace(" ", "").lower()
        if hidden and self.sheet is not None:
            self.sheet.hidden_rows.add(self.row)

    def _end_cell(self) -> None:
        pieces, self.pieces = self.pieces, None
        if pieces is None or self.sheet is None:
            return
        if self.row < 0:
            self._row({})
        while self.column in self.taken:
            self.column += 1
        across, down = _span(self.about, "colspan"), _span(self.about, "rowspan")
        if self.column + across > MAX_COLUMN:
            raise Refused("网页中的表格超出工作表范围")
        at, text = (self.row, self.column), _tidy("".join(pieces))
        if across > 1 or down > 1:
            self.loader.merge(self.sheet, (at[0], at[1], at[0] + down - 1, at[1] + across - 1))
        kind, text, code = _content(self.about, text)
        if text:
            self.loader.put(self.sheet, at, RawCell(kind, text, None, self.loader.styles.index(code)))
        if down > 1:
            self.taken.update((column, down) for column in range(at[1], at[1] + across))
        self.column += across


def _span(about: dict[str, str], name: str) -> int:
    text = about.get(name, "1").strip()
    return min(max(int(text), 1), _SPAN) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _tidy(text: str) -> str:
    """White space as a browser shows it: runs are one space, breaks are kept."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _content(about: dict[str, str], text: str) -> tuple[str, str, str]:
    """Kind, text and format code. LibreOffice and Excel write the number beside what is shown of it."""
    stored = about.get("sdval", about.get("x:num"))
    shown_as = about.get("sdnum", "").partition(";")[2].partition(";")[2]
    code = shown_as or _style(about.get("style", ""))
    if stored is not None:
        return "n", stored.strip() or text.replace(",", ""), code or "General"
    if "x:num" not in about and "sdnum" not in about and _PLAIN.fullmatch(text):
        # Nothing tells text from number here: as a number it is what the cell shows.
        return "n" if "@" not in code else "s", text.replace(",", ""), code or "General"
    return "s", text, code or "@"


def _style(style: str) -> str:
    """``mso-number-format:"0\\.00%"`` → ``0.00%``."""
    match = re.search(r"mso-number-format:\s*[\"']?([^;\"']+)", style)
    return match[1].replace("\\", "").strip() if match else ""
