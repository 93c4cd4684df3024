"""The documents become data files, the data files workbooks, and the workbooks give the data back."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.examples.make import EXAMPLES, FOLDERS, SENT, workbook
from toolkit.api import fill, generate
from toolkit.catalog import load_suite, read_data
from toolkit.read import extract, read_bytes

CASES = [
    (EXAMPLES / source / data, EXAMPLES / target / name) for source, target in FOLDERS for data, name in SENT.items()
]
IDS = [str(book.relative_to(EXAMPLES)) for _, book in CASES]

READ_BY_LISTED_NAME = {"行政": "行政单位", "可持续性影响": "可持续影响指标"}


def _parts(content: bytes) -> dict[str, bytes]:
    """The parts of a package, inflated: how a machine's zlib packs them is no difference."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.slow
@pytest.mark.parametrize(("data", "book"), CASES, ids=IDS)
def test_the_workbook_is_what_fill_makes_of_its_data(data: Path, book: Path) -> None:
    same = _parts(book.read_bytes()) == _parts(workbook(data))
    assert same, "stale: python -m tests.examples.make"


@pytest.mark.parametrize(("data", "book"), CASES, ids=IDS)
def test_the_workbook_gives_its_data_back(data: Path, book: Path) -> None:
    values = read_data(data, load_suite)
    suite = load_suite(values.suite)
    found = extract(read_bytes(book.read_bytes(), book.name, lambda _: suite), suite)
    spelled = {k: READ_BY_LISTED_NAME.get(v, v) if isinstance(v, str) else v for k, v in values.values.items()}
    assert found.values == spelled
    assert found.marks == values.marks
    assert found.identity == values.identity


@pytest.mark.slow
def test_the_command_fill_makes_the_same_bytes(tmp_path: Path) -> None:
    data, name = next(iter(SENT.items()))
    generate(tmp_path / "blank.xlsx", suite="hebei-2021")
    fill(tmp_path / "blank.xlsx", EXAMPLES / "data" / data, tmp_path / name)
    assert (tmp_path / name).read_bytes() == workbook(EXAMPLES / "data" / data)


@pytest.mark.parametrize("name", SENT)
def test_mended_md_lists_every_cell_that_differs(name: str) -> None:
    old, new = (
        dict(_cells(yaml.safe_load((EXAMPLES / folder / name).read_text("utf-8"))["forms"])) for folder, _ in FOLDERS
    )
    differ = {k: (old.get(k), new.get(k)) for k in old.keys() | new.keys() if old.get(k) != new.get(k)}
    page = (EXAMPLES / "MENDED.md").read_text("utf-8")
    section = page.split(f"`{name}`")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \| (.+?) \|$", section, re.MULTILINE)
    listed = {r[0]: (None if r[1] == "–" else r[1], None if r[2] == "left to the formula" else r[2]) for r in rows}
    assert listed == differ
    assert all(why for *_, why in rows)


def _cells(forms: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(block[instance].row.field, value as written) of a data file."""
    for body in forms.values():
        instances = [("", body)] if isinstance(body, dict) else [(f"[{n:02d}]", one) for n, one in enumerate(body, 1)]
        for instance, blocks in instances:
            for block, content in blocks.items():
                yield from _block(f"{block}{instance}", content)


def _block(name: str, content: Any) -> Iterator[tuple[str, str]]:
    if isinstance(content, list):
        content = {f"{n:03d}": row for n, row in enumerate(content, 1)}
    for key, value in content.items():
        if key == "rows":
            yield from _block(name, value)
        elif isinstance(value, dict):
            yield from ((f"{name}.{key}.{field}", str(cell)) for field, cell in value.items())
        else:
            yield f"{name}.{key}", str(value)
