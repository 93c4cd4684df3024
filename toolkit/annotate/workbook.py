"""The workbook part: its list of sheets, and a sheet put in before the first or taken out again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.annotate.markup import (
    Edit,
    Element,
    PatchError,
    attribute,
    edited,
    element,
    elements,
    first,
    masked,
    root_prefix,
    tags,
    text,
)
from toolkit.annotate.package import Parts, rels_of

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_ID = re.compile(rb"""\s(?:[\w.-]+:)?id\s*=\s*["']([^"']*)["']""")


@dataclass(frozen=True, slots=True)
class Entry:
    """A sheet as the workbook lists it; ``part`` "" for what is no worksheet."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name that belongs to the first sheet."""

    name: str
    target: str
    hidden: bool = False


class Workbook:
    """The main part of a package whose sheets are looked at and changed."""

    def __init__(self, parts: Parts, part: str) -> None:
        self.parts, self.part = parts, part

    @property
    def schema(self) -> str:
        """The beginning of the relationship types: of the strict or of the usual form of the format."""
        return _STRICT if b"purl.oclc.org/ooxml/spreadsheetml" in self.parts.read(self.part)[:2000] else _TRANSITIONAL

    def sheets(self) -> list[Entry]:
        """The sheets in order."""
        links = {link.id: link for link in self.parts.links(self.part)}
        found = []
        for one in self._entries():
            identifier = _ID.search(one)
            link = links.get(identifier[1].decode()) if identifier else None
            tag = first(one, root_prefix(one), "sheet")
            if tag is None or link is None:
                raise PatchError("工作簿部件中的工作表不完整")
            part = link.target if link.kind == "worksheet" else ""
            found.append(Entry(tag.get("name") or "", part, tag.get("state") in {"hidden", "veryHidden"}))
        return found

    def styles_part(self) -> str:
        """The part with the formats. Raises PatchError where there is none."""
        found = [link.target for link in self.parts.links(self.part) if link.kind == "styles"]
        if not found or found[0] not in self.parts:
            raise PatchError("工作簿没有样式部件")
        return found[0]

    def put_first(self, name: str, part: str, content: bytes, names: Sequence[Name]) -> None:
        """Put a worksheet before all others, shown when the workbook is opened."""
        for entry in self.sheets():
            if entry.part:
                self.parts.write(entry.part, _unselected(self.parts.read(entry.part)))
        self.parts.write(part, content)
        self.parts.typed(part, _SHEET)
        link = self.parts.link(self.part, "rIdToolkitFindings", f"{self.schema}/worksheet", part)
        data = self.parts.read(self.part)
        quiet = masked(data)
        prefix = root_prefix(quiet)
        listing = self._listing(quiet, prefix)
        used = [
            int(t.get("sheetId") or 0) for t in tags(quiet, prefix, "sheet", start=listing.tag.end, end=listing.inner)
        ]
        about = (
            f'sheet name="{attribute(name).decode()}" sheetId="{max(used, default=0) + 1}" '
            f'xmlns:r="{self.schema}" r:id="{link}"/>'
        )
        edits = [(listing.tag.end, listing.tag.end, b"<" + prefix + about.encode())]
        edits += _counted_on(quiet, prefix, 0, 1)
        for view in tags(quiet, prefix, "workbookView"):
            edits += [(view.start, view.end, _at_first(view.text))]
        self.parts.write(self.part, _with_names(edited(data, edits), names))

    def take_out(self, at: int) -> None:
        """Take out the sheet at that place, with its part and those that belong to it."""
        entry = self.sheets()[at]
        for link in self.parts.links(entry.part):
            if link.target and link.kind != "theme":
                self.parts.remove(link.target)
        self.parts.remove(rels_of(entry.part))
        self.parts.unlink(self.part, entry.part)
        self.parts.remove(entry.part)
        data = self.parts.read(self.part)
        quiet = masked(data)
        prefix = root_prefix(quiet)
        listing = self._listing(quiet, prefix)
        own = list(tags(quiet, prefix, "sheet", start=listing.tag.end, end=listing.inner))[at]
        edits: list[Edit] = [(own.start, own.end, b"")]
        gone = [one for one in elements(quiet, prefix, "definedName") if one.tag.get("localSheetId") == str(at)]
        edits += [(one.tag.start, one.end, b"") for one in gone]
        edits += _counted_on(quiet, prefix, at + 1, -1)
        whole = element(quiet, prefix, "definedNames")
        if whole is not None and len(gone) == sum(1 for _ in tags(quiet, prefix, "definedName")):
            edits = [e for e in edits if not whole.tag.end <= e[0] < whole.end] + [(whole.tag.start, whole.end, b"")]
        for view in tags(quiet, prefix, "workbookView"):
            edits += [(view.start, view.end, _moved_back(view.text, at))]
        self.parts.write(self.part, edited(data, edits))

    def _listing(self, quiet: bytes, prefix: bytes) -> Element:
        found = element(quiet, prefix, "sheets")
        if found is None or found.tag.is_empty:
            raise PatchError("工作簿部件没有工作表")
        return found

    def _entries(self) -> list[bytes]:
        quiet = masked(self.parts.read(self.part))
        prefix = root_prefix(quiet)
        listing = self._listing(quiet, prefix)
        return [t.text for t in tags(quiet, prefix, "sheet", start=listing.tag.end, end=listing.inner)]


def _counted_on(quiet: bytes, prefix: bytes, start: int, by: int) -> list[Edit]:
    """The names that belong to sheets from ``start`` on belong to the sheet ``by`` places further."""
    edits = []
    for tag in tags(quiet, prefix, "definedName"):
        scope = tag.get("localSheetId")
        if scope is not None and scope.isdigit() and int(scope) >= start:
            edits.append((tag.start, tag.end, tag.having("localSheetId", str(int(scope) + by))))
    return edits


def _at_first(view: bytes) -> bytes:
    """A window that opens on the first sheet."""
    for name in (b"activeTab", b"firstSheet"):
        view = re.sub(rb"(\s" + name + rb"\s*=\s*[\"'])\d+", rb"\g<1>0", view)
    return view


def _moved_back(view: bytes, gone: int) -> bytes:
    """A window that opens on the same sheet after one before it was taken out."""

    def back(found: re.Match[bytes]) -> bytes:
        at = int(found[2])
        return found[1] + (b"%d" % (0 if at == gone else at - 1 if at > gone else at))

    for name in (b"activeTab", b"firstSheet"):
        view = re.sub(rb"(\s" + name + rb"\s*=\s*[\"'])(\d{1,6})", back, view)
    return view


def _unselected(sheet: bytes) -> bytes:
    """A worksheet that is not selected: two selected sheets would be edited together."""
    if b"tabSelected" not in sheet[:20_000]:
        return sheet
    quiet = masked(sheet)
    found = tags(quiet, root_prefix(quiet), "sheetView")
    return edited(sheet, [(tag.start, tag.end, tag.without("tabSelected")) for tag in found])


def _with_names(data: bytes, names: Sequence[Name]) -> bytes:
    """The workbook part with names of its first sheet."""
    quiet = masked(data)
    prefix = root_prefix(quiet)
    p = prefix.decode()
    new = "".join(
        f'<{p}definedName name="{one.name}" localSheetId="0"{" hidden=" + chr(34) + "1" + chr(34) if one.hidden else ""}>'
        f"{text(one.target)}</{p}definedName>"
        for one in names
    ).encode()
    whole = element(quiet, prefix, "definedNames")
    if whole is not None and not whole.tag.is_empty:
        return edited(data, [(whole.tag.end, whole.tag.end, new)])
    if whole is not None:
        return edited(
            data, [(whole.tag.start, whole.end, f"<{p}definedNames>".encode() + new + f"</{p}definedNames>".encode())]
        )
    before = [element(quiet, prefix, name) for name in ("sheets", "functionGroups", "externalReferences")]
    at = max(one.end for one in before if one is not None)
    return edited(data, [(at, at, f"<{p}definedNames>".encode() + new + f"</{p}definedNames>".encode())])
