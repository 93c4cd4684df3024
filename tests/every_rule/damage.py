"""What people do to a workbook besides filling it in: small changes to the parts of the written file.

Each function is a name an entry may give as its ``damage``; the arguments after the workbook are those of the entry.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from tests.every_rule.paths import EntryError, key_of
from toolkit.layout import Layout, SheetPlace
from toolkit.layout.hidden import META
from toolkit.layout.places import LabelRole, a1


@dataclass
class Workbook:
    """A written workbook as its parts; ``name`` is that of the file, which a damage may change."""

    name: str
    layout: Layout
    parts: dict[str, bytes]

    @classmethod
    def read(cls, path: Path, layout: Layout) -> Workbook:
        with zipfile.ZipFile(path) as package:
            return cls(path.name, layout, {name: package.read(name) for name in package.namelist()})

    def save(self, folder: Path) -> Path:
        path = folder / self.name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for name, data in self.parts.items():
                package.writestr(name, data)
        return path

    def rewrite(self, part: str, change: Callable[[str], str]) -> None:
        """Change the text of one part. Raises EntryError where that changes nothing."""
        before = self.parts[part].decode("utf-8")
        after = change(before)
        if after == before:
            raise EntryError(f"damage changes nothing in {part}")
        self.parts[part] = after.encode("utf-8")

    def part_of(self, sheet: str) -> str:
        names = re.findall(r'<sheet name="([^"]+)"', self.parts["xl/workbook.xml"].decode("utf-8"))
        return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"

    def place(self, form: str) -> SheetPlace:
        """The (first) sheet of a form."""
        found = next((s for s in self.layout.sheets if s.form.id == form), None)
        if found is None:
            raise EntryError(f"damage: no form “{form}”")
        return found

    def at(self, cell: str) -> tuple[str, str]:
        """Sheet and address of the cell at a path."""
        spot = self.layout.spot(key_of(cell, self.layout.suite))
        if spot is None:
            raise EntryError(f"damage: no cell “{cell}” in the workbook")
        return spot.sheet, a1(spot.row, spot.column)

    def put(self, sheet: str, address: str, content: str) -> None:
        """Put a raw cell in place of the one that is there, its style kept."""

        def change(xml: str) -> str:
            pattern = rf'<c r="{address}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)'
            return re.sub(pattern, lambda m: f'<c r="{address}"{m[1] or ""} {content}</c>', xml, count=1)

        self.rewrite(self.part_of(sheet), change)


def typed_text(book: Workbook, cell: str, text: str) -> None:
    """A number, or whatever stands there, as this text."""
    book.put(*book.at(cell), f't="str"><v>{escape(text)}</v>')


def error_value(book: Workbook, cell: str, value: str = "#REF!") -> None:
    """An error value in an input cell."""
    book.put(*book.at(cell), f't="e"><v>{value}</v>')


def renamed_sheet(book: Workbook, form: str, name: str) -> None:
    """A sheet of another name, everything that refers to it included."""
    old = book.place(form).name
    for part in [p for p in book.parts if p == "xl/workbook.xml" or p.startswith("xl/worksheets/")]:
        text = book.parts[part].decode("utf-8")
        text = text.replace(f'<sheet name="{old}"', f'<sheet name="{name}"').replace(f"'{old}'!", f"'{name}'!")
        book.parts[part] = text.encode("utf-8")


def hidden_sheet(book: Workbook, form: str) -> None:
    """A sheet that is hidden."""
    name = book.place(form).name
    book.rewrite(
        "xl/workbook.xml", lambda x: x.replace(f'<sheet name="{name}"', f'<sheet name="{name}" state="hidden"')
    )


def relabelled(book: Workbook, form: str, label: str, text: str) -> None:
    """Another word in place of a printed heading or row label."""
    place = book.place(form)
    every = [*place.labels, *(one for block in place.blocks for one in block.labels)]
    found = next((one for one in every if one.text.strip() == label), None)
    if found is None:
        raise EntryError(f"damage: {form} prints no “{label}”")
    book.put(place.name, a1(found.top, found.left), f't="str"><v>{escape(text)}</v>')


def other_unit_line(book: Workbook, form: str, text: str) -> None:
    """Another unit of measure at the head of the table."""
    place = book.place(form)
    line = next(one for one in place.labels if one.role is LabelRole.UNIT_LINE)
    book.put(place.name, a1(line.top, line.left), f't="str"><v>{escape(text)}</v>')


def external_link(book: Workbook) -> None:
    """A link to a workbook on somebody's disk."""
    book.parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"


def macro(book: Workbook) -> None:
    """A macro project."""
    book.parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0"


def hidden_row(book: Workbook, cell: str) -> None:
    """The row of a cell, hidden."""
    sheet, address = book.at(cell)
    number = re.sub(r"\D", "", address)
    book.rewrite(book.part_of(sheet), lambda x: x.replace(f'<row r="{number}"', f'<row r="{number}" hidden="1"', 1))


def merged(book: Workbook, cell: str, with_cell: str) -> None:
    """Two input cells merged into one."""
    (sheet, first), (_, last) = book.at(cell), book.at(with_cell)
    area = f'<mergeCell ref="{first}:{last}"/></mergeCells>'
    book.rewrite(book.part_of(sheet), lambda x: x.replace("</mergeCells>", area, 1))


def validation_lost(book: Workbook, form: str) -> None:
    """A sheet whose cells were pasted over: the validations they were issued with are gone."""
    pattern = re.compile("<dataValidations.*</dataValidations>", re.DOTALL)
    book.rewrite(book.part_of(book.place(form).name), lambda xml: pattern.sub("", xml))


def other_edition(book: Workbook, edition: str = "0123456789abcdef") -> None:
    """The workbook of an edition nobody here knows: its hash stands in the hidden sheet and in the properties."""
    own = book.layout.suite.edition
    for part, data in book.parts.items():
        book.parts[part] = data.replace(own.encode(), edition.encode())


def altered_identity(book: Workbook, text: str = "旧版") -> None:
    """Something else written over the edition in the hidden sheet."""
    strings = book.parts["xl/sharedStrings.xml"].decode("utf-8")
    items = re.findall(r"<si>.*?</si>", strings, re.DOTALL)
    at = next(n for n, item in enumerate(items) if f">{book.layout.suite.edition}<" in item)
    xml = book.parts[book.part_of(META)].decode("utf-8")
    address = re.search(rf'<c r="(B\d+)"[^>]*t="s"><v>{at}</v>', xml)
    if address is None:
        raise EntryError("damage: the hidden sheet does not say its edition")
    book.put(META, address[1], f't="str"><v>{escape(text)}</v>')


def file_name(book: Workbook, name: str) -> None:
    """A file of another name (ending in .xlsx)."""
    book.name = name


DAMAGES: Mapping[str, Callable[..., None]] = {
    one.__name__: one
    for one in (
        typed_text, error_value, renamed_sheet, hidden_sheet, relabelled, other_unit_line, external_link, macro,
        hidden_row, merged, validation_lost, other_edition, altered_identity, file_name,
    )
}  # fmt: skip


def damage(book: Workbook, name: str, arguments: Mapping[str, str]) -> None:
    """Do one damage by its name. Raises EntryError for an unknown one, or arguments it does not take."""
    done = DAMAGES.get(name)
    if done is None:
        raise EntryError(f"no damage “{name}”; known: {', '.join(DAMAGES)}")
    try:
        done(book, **arguments)
    except TypeError as error:
        raise EntryError(f"damage {name}: {error}") from error
