"""A real LibreOffice to recalculate workbooks in: the oracle of the tests and benchmarks."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

Range = tuple[str, int, int, int, int]
"""Sheet, top, left, bottom, right (0-based, inclusive)."""

_FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".xls": "MS Excel 97", ".ods": "calc8"}
_PYTHON_WITH_UNO = "/usr/bin/python3"
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"><value>0</value></prop></item>
</oor:items>
"""


def soffice(profile: Path) -> list[str]:
    """The command that starts LibreOffice without a window, with a profile of its own that always recalculates."""
    user = profile / "user"
    user.mkdir(parents=True, exist_ok=True)
    (user / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    return ["soffice", "--headless", "--norestore", "--nologo", f"-env:UserInstallation={profile.as_uri()}"]


def convert(source: Path, kind: str, folder: Path) -> Path:
    """``source`` saved by LibreOffice as ``kind`` (xlsx, ods, xls, pdf …) in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [*soffice(Path(profile)), "--convert-to", kind, "--outdir", str(folder), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / f"{source.stem}.{kind.split(':', 1)[0]}"


class Office:
    """A LibreOffice that stays open. Use as a context manager."""

    def __enter__(self) -> Office:
        self._profile = Path(tempfile.mkdtemp())
        pipe = f"toolkit{uuid.uuid4().hex[:12]}"
        accept = f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext"
        self._office = subprocess.Popen(
            [*soffice(self._profile), accept], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        server = Path(__file__).with_name("office_server.py")
        self._server = subprocess.Popen(
            [_PYTHON_WITH_UNO, str(server), pipe], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(timeout=60)
        if self._server.stdout is not None:
            self._server.stdout.close()
        self._office.terminate()
        self._office.wait(timeout=60)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _ask(self, do: str, **arguments: Any) -> Any:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self._server.stdin.flush()
        line = self._server.stdout.readline()
        answer = json.loads(line) if line else {"error": "LibreOffice ended"}
        if "error" in answer:
            raise RuntimeError(f"LibreOffice: {answer['error']}")
        return answer["ok"]

    def open(self, path: Path, password: str | None = None) -> list[str]:
        """Open a workbook, recalculate it, and return the names of its sheets."""
        names: list[str] = self._ask("open", path=str(path.resolve()), password=password)
        return names

    def set(self, cells: Sequence[tuple[str, int, int, object]]) -> None:
        """Write (sheet, row, column, value) cells and recalculate."""
        self._ask("set", cells=[list(c) for c in cells])

    def get(self, ranges: Sequence[Range]) -> list[list[list[Any]]]:
        """Values of ranges; an error cell is ``{"error": 1}``, an empty one ``""``."""
        answer: list[list[list[Any]]] = self._ask("get", ranges=[list(r) for r in ranges])
        return answer

    def formulas(self, ranges: Sequence[Range]) -> list[list[list[str]]]:
        """Formulas of ranges."""
        answer: list[list[list[str]]] = self._ask("formulas", ranges=[list(r) for r in ranges])
        return answer

    def save(self, path: Path, filter_name: str, password: str | None = None) -> Path:
        """Save a copy with a LibreOffice filter ("Calc MS Excel 2007 XML", "calc8", "MS Excel 97" …).

        ``password``: asked for by whoever opens it.
        """
        self._ask("save", path=str(path.resolve()), filter_name=filter_name, password=password)
        return path

    def edit(self, path: Path, steps: Sequence[Sequence[Any]], target: Path) -> Path:
        """Take the steps (``bench.office_edits``) on a workbook and save it as ``target``, by its suffix."""
        self._ask(
            "edit",
            path=str(path.resolve()),
            steps=[list(step) for step in steps],
            target=str(target.resolve()),
            filter_name=_FILTERS[target.suffix],
        )
        return target
