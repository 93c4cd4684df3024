"""Slips as findings make them, and what a package holds, looked at without the code that is tested."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
from collections.abc import Callable

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from toolkit.annotate import Row, Slip, Spot
from toolkit.model.fact import Identity
from toolkit.model.rule import Severity

WHO = Identity("示例开发区", 2021, "批复", "102", "办公室", "e", "mini")


def row(
    severity: Severity,
    *spots: tuple[str, str],
    message: str = "不相等。",
    what_to_do: str = "请核对。",
    actual: str = "",
) -> Row:
    told = tuple(Spot(*spot) for spot in spots)
    return Row(severity, told, message, actual, "", "", "", what_to_do, "SUM-01")


def slip_of(*rows: Row) -> Slip:
    return Slip(WHO, "102.xlsx", "2021-03-01T01:02:03.000Z", rows)


SLIP = slip_of(
    row(Severity.ERROR, ("01_收支", "E7"), ("01_收支", "C7")),
    row(Severity.WARNING, ("P01_绩效", "D6"), message="与项目清单不一致。"),
    row(Severity.INFO, ("01_收支", "E7"), message="公式被数值覆盖。"),
)


def opened(data: bytes) -> openpyxl.Workbook:
    """The package in openpyxl, which warns of what it would drop on saving."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data))


def links(sheet: Worksheet) -> dict[str, str | None]:
    """Cell → where its link leads; none may lead out of the workbook."""
    linked = {cell.coordinate: cell.hyperlink for line in sheet.iter_rows() for cell in line if cell.hyperlink}
    assert all(link.target is None for link in linked.values())
    return {cell: link.location for cell, link in linked.items()}


def parts_of(data: bytes) -> dict[str, bytes]:
    """Part → content."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed_parts(data: bytes) -> dict[str, bytes]:
    """Part → its bytes as they stand in the file, not inflated."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for info in package.infolist():
            name, extra = struct.unpack_from("<2H", data, info.header_offset + 26)
            start = info.header_offset + 30 + name + extra
            found[info.filename] = data[start : start + info.compress_size]
    return found


def repacked(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The package with one part changed."""
    parts = parts_of(data)
    new = change(parts[part])
    assert new != parts[part], f"nothing changed in {part}"
    return repacked({**parts, part: new})


def part_of(data: bytes, sheet: str) -> str:
    """The part of a sheet."""
    parts = parts_of(data)
    tag = re.search(rf'<(?:\w+:)?sheet [^>]*name="{re.escape(sheet)}"[^>]*>'.encode(), parts["xl/workbook.xml"])
    assert tag is not None
    identifier = re.search(rb'\br:id="([^"]+)"', tag[0])
    assert identifier is not None
    links = parts["xl/_rels/workbook.xml.rels"]
    link = re.search(rb'<Relationship [^>]*Id="' + identifier[1] + rb'"[^>]*>', links)
    assert link is not None
    target = re.search(rb'Target="([^"]+)"', link[0])
    assert target is not None
    path = target[1].decode()
    return path.lstrip("/") if path.startswith("/") else f"xl/{path}"
