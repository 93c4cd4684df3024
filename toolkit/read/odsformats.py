"""Number formats of OpenDocument cells, as far as they matter: date, percent, another magnitude, padding."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.read.guarded import local
from toolkit.read.loaded import Styles

_DATA_STYLES = {
    "number-style": "number", "percentage-style": "percent", "date-style": "date", "time-style": "date",
    "currency-style": "number", "text-style": "text", "boolean-style": "general",
}  # fmt: skip
_MOST = 65_536
_DEPTH = 20


@dataclass
class _Data:
    """A data style. ``factor``: the value is shown divided by it; ``digits``: zeros it pads to."""

    kind: str
    factor: bool = False
    digits: int = 0

    @property
    def code(self) -> str:
        if self.kind in _CODES:
            return _CODES[self.kind]
        if self.factor:
            return "0,"
        return "0" * self.digits if self.digits > 1 else "General"


_CODES = {"percent": "0%", "date": "yyyy-mm-dd", "text": "@", "general": "General"}


class Formats:
    """The styles met so far, fed with the elements of styles and content in order."""

    def __init__(self) -> None:
        self.styles = Styles()
        self.styles.index("General")
        self.hidden_tables: set[str] = set()
        self._data: dict[str, _Data] = {}
        self._cells: dict[str, tuple[str, str]] = {}
        self._open: _Data | None = None
        self._table_style = ""

    def start(self, tag: str, attributes: list[str]) -> None:
        """An element begins; most are none of ours."""
        if tag.startswith(("table:", "text:")):
            return
        name = local(tag)
        if name not in _KNOWN:
            return
        pairs = {local(a): v for a, v in zip(attributes[::2], attributes[1::2], strict=True)}
        if name in _DATA_STYLES:
            self._open = _Data(_DATA_STYLES[name])
            if len(self._data) < _MOST:
                self._data[pairs.get("name", "")] = self._open
        elif name == "number" and self._open is not None:
            self._number(self._open, pairs)
        elif name == "style":
            self._table_style = pairs.get("name", "") if pairs.get("family") == "table" else ""
            if pairs.get("family") == "table-cell" and len(self._cells) < _MOST:
                about = (pairs.get("data-style-name", ""), pairs.get("parent-style-name", ""))
                self._cells[pairs.get("name", "")] = about
        elif name == "table-properties" and self._table_style and pairs.get("display") == "false":
            self.hidden_tables.add(self._table_style)

    def end(self, tag: str) -> None:
        """An element ends."""
        if local(tag) in _DATA_STYLES:
            self._open = None

    def text(self, piece: str) -> None:
        """Text between elements says nothing about formats."""

    def code(self, style: str) -> str:
        """The format code of a cell style, its parents asked where it has none."""
        for _ in range(_DEPTH):
            data, parent = self._cells.get(style, ("", ""))
            if data in self._data:
                return self._data[data].code
            if not parent:
                break
            style = parent
        return "General"

    @staticmethod
    def _number(data: _Data, pairs: dict[str, str]) -> None:
        data.factor |= pairs.get("display-factor", "1") not in {"1", "1.0"}
        digits = pairs.get("min-integer-digits", "1")
        plain = pairs.get("decimal-places", "0") == "0" and pairs.get("grouping") != "true"
        if plain and digits.isascii() and digits.isdigit() and len(digits) < 3:
            data.digits = min(int(digits), 30)


_KNOWN = frozenset({*_DATA_STYLES, "number", "style", "table-properties"})
