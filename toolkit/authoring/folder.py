"""The files of a suite as YAML in a folder: read as any suite first, and put in place only when nothing is wrong."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from toolkit.authoring.columns import GUIDE, SHEETS
from toolkit.authoring.documents import documents
from toolkit.authoring.faults import Faults
from toolkit.authoring.rows import read_rows
from toolkit.authoring.sheets import HEADERS
from toolkit.catalog import load_suite
from toolkit.catalog.written import Tree, places, yaml_text
from toolkit.messages import _
from toolkit.model.errors import OutputError, Source, SuiteError
from toolkit.model.form import Suite

_HOUSE_STYLE = "house_style.yaml"


def read_suite(content: bytes, name: str, folder: Path) -> Suite:
    """The suite in the workbook ``content``, written to ``folder`` (which is not there yet, or empty).

    Raises SuiteError that lists every fault with its sheet, row and column, OutputError where the folder cannot be
    written; nothing is written then.
    """
    faults: Faults = []
    files = documents(read_rows(content, name, faults), faults)
    with tempfile.TemporaryDirectory() as aside:
        made = Path(aside) / folder.name
        origins = _write(files, made)
        if (folder.parent / _HOUSE_STYLE).is_file():
            shutil.copy(folder.parent / _HOUSE_STYLE, made.parent)
        try:
            suite = load_suite(made)
        except SuiteError as error:
            faults += [(_origin(where, origins), what) for where, what in error.problems]
            suite = None
        if faults or suite is None:
            raise SuiteError(_in_order(faults, name))
        _put(made, folder)
    return suite


def _put(made: Path, folder: Path) -> None:
    """Copied beside and moved into place: the whole folder or none of it."""
    part = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(made, part)
        if folder.is_dir():
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise OutputError(_("无法写入 {file}：{why}").format(file=folder, why=error.strerror or error)) from error


def _write(files: Mapping[str, Tree], folder: Path) -> dict[Source, Source]:
    origins: dict[Source, Source] = {}
    for name, tree in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = yaml_text(tree)
        path.write_text(text, encoding="utf-8", newline="\n")
        origins |= places(tree, text, f"{folder.name}/{name}")
    return origins


def _origin(where: Source | None, origins: Mapping[Source, Source]) -> Source | None:
    return origins.get(where, where) if where is not None else None


def _in_order(faults: Faults, name: str) -> Faults:
    """How many, then each once in the order of sheets and rows."""
    order = {name: number for number, name in enumerate((GUIDE, *(sheet.name for sheet in SHEETS)))}

    def place(fault: tuple[Source | None, str]) -> tuple[int, str, int, int]:
        where = fault[0]
        return (order.get(where.file, 99), where.file, where.line, where.column) if where else (-1, "", 0, 0)

    told = {(where.file, where.line) for where, _what in faults if where is not None and where.column}
    once = [f for f in sorted(dict.fromkeys(faults), key=place) if not _follows(f, told)]
    return [(None, _("{file} 有 {count} 处错误，没有导入：").format(file=name, count=len(once))), *once]


def _follows(fault: tuple[Source | None, str], told: set[tuple[str, int]]) -> bool:
    """That a row lacks something is no news where one of its cells was found blank or unusable."""
    where, what = fault
    if where is None or where.column or where.line <= HEADERS:
        return False
    return what.startswith("缺少") and (where.file, where.line) in told
