"""A workbook as a package of XML parts, changed part by part: everything else stays as it is."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

BOOK = "xl/workbook.xml"


class Package:
    """The parts of a workbook written by this toolkit. Use as a context manager: it is saved at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Package:
        with zipfile.ZipFile(self.path) as package:
            self.parts = {name: package.read(name) for name in package.namelist()}
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as package:
                for name, data in self.parts.items():
                    package.writestr(name, data)

    def change(self, part: str, change: Callable[[str], str]) -> None:
        """Change the text of a part. Raises AssertionError where nothing changes."""
        changed = change(self.parts[part].decode("utf-8")).encode("utf-8")
        assert changed != self.parts[part], f"nothing changed in {part}"
        self.parts[part] = changed

    def replace(self, part: str, old: str, new: str) -> None:
        """Replace every occurrence of a text in a part."""
        self.change(part, lambda xml: xml.replace(old, new))

    def part(self, sheet: str) -> str:
        """The part of a sheet, by its name."""
        names = re.findall(r'<sheet name="([^"]+)"', self.parts[BOOK].decode("utf-8"))
        return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"

    def put(self, sheet: str, cell: str, content: str) -> None:
        """Put a raw cell (``t="str"><v>约100</v>`` …) in place of the one that is there, its style kept."""
        pattern = rf'<c r="{cell}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)'
        self.change(
            self.part(sheet),
            lambda xml: re.sub(pattern, lambda m: f'<c r="{cell}"{m[1] or ""} {content}</c>', xml, count=1),
        )

    def row(self, sheet: str, number: int, cells: str) -> None:
        """Put a row (1-based) in the place of the one that is there, or below the one above it."""

        def change(xml: str) -> str:
            bare = re.sub(rf'<row r="{number}"[^>]*?(?:/>|>.*?</row>)', "", xml, count=1)
            above = re.search(rf'<row r="{number - 1}"[^>]*?(?:/>|>.*?</row>)', bare)
            assert above is not None
            return f'{bare[: above.end()]}<row r="{number}">{cells}</row>{bare[above.end() :]}'

        self.change(self.part(sheet), change)

    def text(self, sheet: str, cell: str, text: str) -> None:
        """Type a text."""
        self.put(sheet, cell, f't="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is>')

    def number(self, sheet: str, cell: str, number: object) -> None:
        """Type a number."""
        self.put(sheet, cell, f"><v>{number}</v>")

    def empty(self, sheet: str, cell: str) -> None:
        """Delete what a cell holds."""
        self.put(sheet, cell, ">")

    def names(self, change: Callable[[str, str, str], str | None]) -> None:
        """Rewrite our defined names: (attributes, name, target) → new target, None to drop the name."""

        def one(match: re.Match[str]) -> str:
            target = change(match[1], match[2], match[3])
            return "" if target is None else match[0].replace(f">{match[3]}<", f">{target}<")

        self.change(
            BOOK, lambda xml: re.sub(r'<definedName ([^>]*?name="(tk\.[^"]+)"[^>]*)>([^<]*)</definedName>', one, xml)
        )
