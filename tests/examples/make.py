"""Make the example workbooks and their page anew from the data files: ``python -m tests.examples.make``."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from tests.examples.page import README, collected, renewed, sections
from toolkit.catalog import load_suite, read_data
from toolkit.write import write_workbook

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

SENT = {
    "102_办公室_2021.yaml": "102_办公室.xlsx",
    "110_督查考核办公室_2021.yaml": "督考办2021.xlsx",
    "433_考核办公室_2020.yaml": "433_考核办公室2020年.xlsx",
}
"""Data file → the name under which the unit sends its workbook."""

FOLDERS = (("data", "returned"), ("mended/data", "mended"))
"""Folder of data files → folder of workbooks, within the examples."""


def workbook(data: Path) -> bytes:
    """The workbook filled with a data file, as ``toolkit fill`` makes it."""
    values = read_data(data, load_suite)
    buffer = io.BytesIO()
    write_workbook(buffer, load_suite(values.suite), data=values)
    return buffer.getvalue()


def sent(folder: str) -> list[Path]:
    """The three workbooks of a folder of the examples."""
    return [EXAMPLES / folder / name for name in SENT.values()]


def main() -> None:
    """Write all six workbooks, then the page from a run over the returned ones."""
    for source, target in FOLDERS:
        folder = EXAMPLES / target
        folder.mkdir(exist_ok=True)
        for data, name in SENT.items():
            (folder / name).write_bytes(workbook(EXAMPLES / source / data))
    with tempfile.TemporaryDirectory() as out:
        collected(sent("returned"), Path(out))
        page = renewed(README.read_text(encoding="utf-8"), sections(Path(out)))
    README.write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
