"""Test workbooks of public spreadsheet libraries, taken from their source distributions at run time; none is kept."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

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
_KINDS = frozenset(
    {".xlsx", ".xlsm", ".xlsb", ".xltx", ".xls", ".ods", ".ots", ".fods", ".xml", ".csv", ".html", ".zip"}
)
_MOST = 32 << 20


def fetch(folder: Path, sources: Path) -> Counter[str]:
    """Their spreadsheets in ``folder``, each content once, by library; one that cannot be had is left out."""
    seen, found = set[str](), Counter[str]()
    folder.mkdir(parents=True, exist_ok=True)
    for library in LIBRARIES:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:", "--no-build-isolation"]
        done = subprocess.run(
            [*command, "--quiet", "-d", str(sources / library), library], capture_output=True, timeout=600, check=False
        )
        # pip downloads first and then asks the source for its metadata, which may fail: the file is there.
        for source in sorted((sources / library).glob("*")):
            for name, data in _members(source):
                digest = hashlib.sha256(data).hexdigest()
                if digest in seen:
                    continue
                seen.add(digest)
                found[library] += 1
                (folder / f"{library}-{found[library]:04}{PurePosixPath(name).suffix.lower()}").write_bytes(data)
        if not found[library]:
            print(f"{library}: no test workbooks (pip ended with {done.returncode})", file=sys.stderr)
    return found


def _members(source: Path) -> Iterator[tuple[str, bytes]]:
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            for info in archive.infolist():
                if _wanted(info.filename, info.file_size):
                    yield info.filename, archive.read(info)
    elif tarfile.is_tarfile(source):
        with tarfile.open(source) as tar:
            for member in tar:
                if member.isfile() and _wanted(member.name, member.size):
                    content = tar.extractfile(member)
                    if content is not None:
                        yield member.name, content.read()


def _wanted(name: str, size: int) -> bool:
    return PurePosixPath(name).suffix.lower() in _KINDS and 0 < size < _MOST
