"""A staged output is opened once more before it may replace a good one."""

from __future__ import annotations

import json
import zipfile
import zlib
from pathlib import Path

from toolkit.model.errors import OutputError
from toolkit.store.disk import long_path


def verify(path: Path) -> None:
    """Raise OutputError where a staged file is not what its suffix says. OSError goes through."""
    check = _CHECKS.get(path.suffix)
    if check is None:
        return
    try:
        check(long_path(path))
    except (ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise OutputError(f"结果“{path.name}”写后复读不通过：{error}。原有结果未动。") from error


def _workbook(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        bad = package.testzip()
    if bad:
        raise ValueError(bad)


def _lines(path: Path) -> None:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            json.loads(line)


def _parquet(path: Path) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    pq.read_metadata(path)


def _book(path: Path) -> None:
    import duckdb  # noqa: PLC0415 - heavy

    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.Error as error:
        raise ValueError(str(error)) from error


_CHECKS = {".xlsx": _workbook, ".jsonl": _lines, ".parquet": _parquet, ".duckdb": _book}
