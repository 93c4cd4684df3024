"""Test workbooks of public spreadsheet programs and libraries, taken from their sources at run time; none is kept."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from bench.robustness.debian import fetch_sources

LIBRARIES = (
    "agate-excel",
    "csvkit",
    "ezodf",
    "odfpy",
    "oletools",
    "pyexcel-xls",
    "xlcalculator",
    "xlsx2csv",
    "xlutils",
    "xlwt",
)
_SPREADSHEETS = frozenset(
    {".xlsx", ".xlsm", ".xlsb", ".xltx", ".xltm", ".xls", ".xlt", ".xlw", ".et", ".ods", ".ots", ".fods"}
)
_KINDS = _SPREADSHEETS | {".xml", ".csv", ".html", ".zip"}
"""Of libraries for tables; the sources of whole programs hold thousands of such files that are no tables."""
_MOST = 32 << 20


def fetch(folder: Path, sources: Path) -> Counter[str]:
    """Their spreadsheets in ``folder``, each content once, by origin; one that cannot be had is left out, and said."""
    seen, found = set[str](), Counter[str]()
    folder.mkdir(parents=True, exist_ok=True)
    (sources / "debian").mkdir(parents=True)
    for origin, archive, kinds in (*_libraries(sources), *_programs(sources / "debian")):
        for name, data in _members(archive, kinds):
            digest = hashlib.sha256(data).hexdigest()
            if digest in seen:
                continue
            seen.add(digest)
            found[origin] += 1
            (folder / f"{origin}-{found[origin]:04}{PurePosixPath(name).suffix.lower()}").write_bytes(data)
    return found


def _libraries(sources: Path) -> Iterator[tuple[str, Path, frozenset[str]]]:
    """Source distributions of Python libraries."""
    for library in LIBRARIES:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:", "--no-build-isolation"]
        done = subprocess.run(
            [*command, "--quiet", "-d", str(sources / library), library], capture_output=True, timeout=600, check=False
        )
        # pip downloads first and then asks the source for its metadata, which may fail: the file is there.
        there = sorted((sources / library).glob("*"))
        if not there:
            print(f"{library}: no source (pip ended with {done.returncode})", file=sys.stderr)
        for archive in there:
            yield library, archive, _KINDS


def _programs(sources: Path) -> Iterator[tuple[str, Path, frozenset[str]]]:
    """Source packages of Debian: the test files of programs that read spreadsheets, made to break them."""
    for package, archive in fetch_sources(sources):
        yield package, archive, _SPREADSHEETS


def _members(source: Path, kinds: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            for info in archive.infolist():
                if _wanted(info.filename, info.file_size, kinds):
                    yield info.filename, archive.read(info)
    elif tarfile.is_tarfile(source):
        with tarfile.open(source) as tar:
            for member in tar:
                if member.isfile() and _wanted(member.name, member.size, kinds):
                    content = tar.extractfile(member)
                    if content is not None:
                        yield member.name, content.read()


def _wanted(name: str, size: int, kinds: frozenset[str]) -> bool:
    return PurePosixPath(name).suffix.lower() in kinds and 0 < size < _MOST
