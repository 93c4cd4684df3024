"""The workbook part and its neighbours: sheets, defined names, formats, properties, active content."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from toolkit.read.failures import NotAReturn, Refused
from toolkit.read.formats import cell_formats
from toolkit.read.guarded import tree
from toolkit.read.package import Package
from toolkit.read.sheet import RawSheet, read_sheet
from toolkit.read.strings import shared_strings

_MAIN_TYPES = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": "xlsx",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml": "xlsm",
    "application/vnd.ms-excel.template.macroEnabled.main+xml": "xlsm",
}
_OUTSIDE_ALLOWED = frozenset(
    {"hyperlink", "externalLinkPath", "externalLink", "oleObject", "image", "attachedTemplate", "xlPathMissing"}
)


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet of the workbook: its name, visibility (visible, hidden, veryHidden) and part ("" for a chart)."""

    name: str
    state: str
    part: str


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A defined name; ``sheet`` is the name of the sheet it is local to, or ""."""

    name: str
    target: str
    sheet: str


@dataclass(frozen=True)
class Workbook:
    """The workbook, its sheets read on demand. ``counted``: cells with content per part read so far."""

    package: Package
    kind: str
    part: str
    sheets: tuple[SheetEntry, ...]
    names: tuple[DefinedName, ...]
    date1904: bool
    precision_as_displayed: bool
    properties: dict[str, str]
    saved: str | None
    active: tuple[tuple[str, str], ...]
    counted: dict[str, int] = field(default_factory=dict)

    @cached_property
    def strings(self) -> list[str]:
        part = self._neighbour("sharedStrings")
        return shared_strings(self.package.read(part), part, self.package.limits) if part else []

    @cached_property
    def formats(self) -> list[str]:
        """The number format code of each cell format (``s`` of a cell)."""
        part = self._neighbour("styles")
        return cell_formats(tree(self.package.read(part), part, self.package.limits)) if part else []

    def sheet(self, entry: SheetEntry) -> RawSheet:
        """Parse one sheet. Raises Refused or Unreadable."""
        if not entry.part:
            return RawSheet("")
        limits = self.package.limits
        sheet = read_sheet(self.package.read(entry.part), entry.part, self.strings, limits)
        self.counted[entry.part] = len(sheet.cells)
        if sum(self.counted.values()) > limits.cells:
            raise Refused(f"工作簿有内容的单元格超过 {limits.cells} 个（读到工作表“{entry.name}”时）")
        return sheet

    @property
    def neighbours(self) -> list[str]:
        """The parts beside the sheets that every reader needs: the workbook, its strings and its styles."""
        return [part for part in (self.part, self._neighbour("sharedStrings"), self._neighbour("styles")) if part]

    def _neighbour(self, kind: str) -> str:
        targets = [r.target for r in relationships(self.package, self.part) if r.kind == kind]
        return targets[0] if targets else ""


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship: id, last word of its type, and its target (a part of the package unless ``outside``)."""

    id: str
    kind: str
    target: str
    outside: bool


def relationships(package: Package, part: str) -> list[Relationship]:
    """The relationships of a part ("" for the package). Raises Refused where one leads out of the package."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in package:
        return []
    found = []
    seen: set[str] = set()
    for element in tree(package.read(rels), rels, package.limits):
        identifier, target = element.get("Id", ""), element.get("Target", "")
        kind = element.get("Type", "").rpartition("/")[2]
        outside = element.get("TargetMode") == "External"
        if identifier in seen:
            raise Refused(f"部件 {rels} 中关系 {identifier} 重复")
        seen.add(identifier)
        if outside and kind not in _OUTSIDE_ALLOWED:
            raise Refused(f"部件 {rels} 的内部部件（{kind}）指向文件之外：{target[:80]}，出于安全不予读取")
        if not outside:
            target = _resolve(folder, target, rels)
        found.append(Relationship(identifier, kind, target, outside))
    return found


def _resolve(folder: str, target: str, rels: str) -> str:
    target = unquote(target.partition("#")[0]).replace("\\", "/")
    path = posixpath.normpath(posixpath.join("/", folder, target))
    depth = 0
    for step in posixpath.join(folder, target).split("/") if not target.startswith("/") else target.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(step, 1)
        if depth < 0:
            raise Refused(f"部件 {rels} 的关系指向文件之外：{target[:80]}，出于安全不予读取")
    if ":" in target.split("/")[0]:
        raise Refused(f"部件 {rels} 的内部关系指向外部地址：{target[:80]}，出于安全不予读取")
    return path.lstrip("/")


def open_workbook(package: Package) -> Workbook:
    """The workbook of a package. Raises NotAReturn where it holds none of ours to read, Refused, Unreadable."""
    part, kind = _main_part(package)
    root = tree(package.read(part), part, package.limits)
    links = {r.id: r for r in relationships(package, part)}
    for link in links.values():
        if not link.outside and link.kind in _NEEDED and link.target not in package:
            raise Refused(f"工作簿缺少部件 {link.target}，文件不完整")
    sheets = tuple(_sheets(root, links, package))
    properties, saved = custom_properties(package)
    settings = root.find("workbookPr")
    calculation = root.find("calcPr")
    return Workbook(
        package,
        kind,
        part,
        sheets,
        tuple(_names(root, sheets, package)),
        settings is not None and settings.get("date1904") in ("1", "true"),
        calculation is not None and calculation.get("fullPrecision") in ("0", "false"),
        properties,
        saved,
        tuple(active_parts(package)),
    )


_NEEDED = frozenset({"worksheet", "sharedStrings", "styles"})


def _main_part(package: Package) -> tuple[str, str]:
    if "[Content_Types].xml" not in package:
        raise NotAReturn("压缩包中没有工作簿部件，不是 Excel 工作簿")
    mains = [r.target for r in relationships(package, "") if r.kind == "officeDocument"]
    if len(mains) != 1 or mains[0] not in package:
        raise NotAReturn("文件中没有唯一的工作簿部件，不是 Excel 工作簿")
    types = tree(package.read("[Content_Types].xml"), "[Content_Types].xml", package.limits)
    for element in types:
        if element.get("PartName", "").lstrip("/").lower() == mains[0].lower():
            kind = _MAIN_TYPES.get(element.get("ContentType", ""))
            if kind is None:
                break
            return mains[0], kind
    raise NotAReturn("文件不是 Excel 工作簿（.xlsx 或 .xlsm）；请用 Excel 或 WPS 另存为“Excel 工作簿 (*.xlsx)”")


def _sheets(root: Element, links: dict[str, Relationship], package: Package) -> list[SheetEntry]:
    parent = root.find("sheets")
    elements = list(parent) if parent is not None else []
    if len(elements) > package.limits.sheets:
        raise Refused(f"工作簿有 {len(elements)} 张工作表，超过 {package.limits.sheets} 张的上限")
    entries: list[SheetEntry] = []
    for element in elements:
        name = element.get("name", "")
        link = links.get(element.get("id", ""))
        if link is None or link.outside:
            raise Refused(f"工作表“{name}”没有对应的部件，文件不完整")
        if any(name.casefold() == other.name.casefold() for other in entries):
            raise Refused(f"工作表名“{name}”重复")
        if link.target in package and any(link.target == other.part for other in entries):
            raise Refused(f"两张工作表指向同一部件 {link.target}")
        relationships(package, link.target)
        entries.append(
            SheetEntry(name, element.get("state", "visible"), link.target if link.kind == "worksheet" else "")
        )
    return entries


def _names(root: Element, sheets: tuple[SheetEntry, ...], package: Package) -> list[DefinedName]:
    parent = root.find("definedNames")
    elements = list(parent) if parent is not None else []
    if len(elements) > package.limits.names:
        raise Refused(f"工作簿有 {len(elements)} 个定义名称，超过 {package.limits.names} 个的上限")
    names = []
    for element in elements:
        scope = element.get("localSheetId", "")
        at = int(scope) if scope.isascii() and scope.isdigit() and len(scope) < 6 else -1
        sheet = sheets[at].name if 0 <= at < len(sheets) else ""
        names.append(DefinedName(element.get("name", ""), (element.text or "").strip(), sheet))
    return names


def custom_properties(package: Package) -> tuple[dict[str, str], str | None]:
    """Custom properties, and the time of the last save."""
    custom: dict[str, str] = {}
    saved = None
    for link in relationships(package, ""):
        if link.outside or link.target not in package:
            continue
        if link.kind in {"custom-properties", "customProperties"}:
            for element in tree(package.read(link.target), link.target, package.limits):
                custom[element.get("name", "")] = "".join(element.itertext())
        elif link.kind == "core-properties":
            for element in tree(package.read(link.target), link.target, package.limits):
                if element.tag == "modified":
                    saved = (element.text or "").strip() or None
    return custom, saved


_ACTIVE = (
    ("xl/vbaproject", "WBK-09", "文件含有宏（VBA），未执行"),
    ("xl/macrosheets/", "WBK-09", "文件含有 Excel 4.0 宏表，未执行"),
    ("xl/externallinks/externallink", "WBK-04", "文件含有指向其他文件的外部链接，未刷新"),
    ("xl/connections", "WBK-09", "文件含有外部数据连接，未刷新"),
    ("xl/querytables/", "WBK-09", "文件含有外部查询，未刷新"),
    ("xl/activex/", "WBK-09", "文件含有 ActiveX 控件，未执行"),
    ("xl/embeddings/", "WBK-09", "文件含有嵌入对象，未打开"),
    ("customui/", "WBK-09", "文件含有自定义界面（加载项），未执行"),
    ("xl/webextensions/", "WBK-09", "文件含有网页加载项，未执行"),
)


def active_parts(package: Package) -> list[tuple[str, str]]:
    """(rule code, sentence) for each kind of active content; none of it is ever run or refreshed."""
    lower = list(package.entries)
    return [(code, words) for mark, code, words in _ACTIVE if any(name.startswith(mark) for name in lower)]
