"""One workbook per unit of the roster, and the ledger of what was issued."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from toolkit.model.errors import InputError, OutputError
from toolkit.model.fact import Identity, Key, Value
from toolkit.model.form import Suite
from toolkit.store.bureau import RosterEntry
from toolkit.write import write_workbook

LEDGER = "issued.jsonl"


@dataclass(frozen=True, slots=True)
class Issued:
    """A line of issued.jsonl: which file a unit was given, its hash, and the edition it was made from."""

    unit: str
    name: str
    region: str
    year: int
    stage: str
    file: str
    sha256: str
    suite: str
    edition: str


@dataclass(frozen=True)
class Contents:
    """What goes into the workbooks: earlier figures and rows, and lines for the instructions, by unit code.

    ``prefill`` is locked, ``proposed`` the unit may change. ``stage`` and ``region``: in place of the suite's own.
    ``instances``: sheets of each repeated form (None: as the suite says). ``key``: the bureau's, to sign identities.
    """

    suite: Suite
    prefill: Mapping[str, Mapping[Key, Value]] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    instances: int | None = None
    key: bytes | None = field(default=None, repr=False)
    proposed: Mapping[str, Mapping[Key, Value]] = field(default_factory=dict)
    stage: str = ""
    region: str = ""

    def identity(self, unit: RosterEntry) -> Identity:
        """Who the unit's workbook is for; the roster's region comes before any other."""
        suite, region = self.suite, unit.region or self.region or self.suite.region
        stage = self.stage or suite.stage
        return Identity(region, suite.year, stage, unit.unit, unit.name, suite.edition, suite.id)

    def workbook(self, unit: RosterEntry) -> bytes:
        """The unit's workbook; equal contents give equal bytes."""
        buffer = io.BytesIO()
        write_workbook(
            buffer,
            self.suite,
            identity=self.identity(unit),
            prefill=self.prefill.get(unit.unit),
            proposed=self.proposed.get(unit.unit),
            instances=self.instances,
            notes=self.notes.get(unit.unit, ()),
            key=self.key,
        )
        return buffer.getvalue()


def issue(
    contents: Contents,
    roster: Sequence[RosterEntry],
    out: Path,
    *,
    progress: Callable[[int, int, str], None] | None = None,
) -> tuple[Issued, ...]:
    """Write one workbook per unit into ``out`` and the ledger beside them, in roster order.

    A file that is there already with other content is never overwritten: it may be a unit's work. Raises
    OutputError then, before anything is written, and InputError where two units of the roster would get one
    file, or where figures or notes were given and none is for a unit of the roster.
    """
    _check_units(roster, contents)
    _make(out)
    there = {unit.where: _unchanged(out / file_name(unit), contents.workbook(unit)) for unit in _there(roster, out)}
    issued = []
    for done, unit in enumerate(roster, 1):
        content = there.get(unit.where) or contents.workbook(unit)
        if unit.where not in there:
            _replace(out / file_name(unit), content)
        issued.append(_line(contents.identity(unit), file_name(unit), content))
        if progress is not None:
            progress(done, len(roster), unit.name)
    lines = "".join(json.dumps(asdict(line), ensure_ascii=False, sort_keys=True) + "\n" for line in issued)
    _replace(out / LEDGER, lines.encode("utf-8"))
    return tuple(issued)


def file_name(unit: RosterEntry) -> str:
    """``102_办公室.xlsx``, without what Windows does not take in a file name."""
    text = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", f"{unit.unit}_{unit.name}").strip(" .")
    return f"{text[:60]}.xlsx"


def _check_units(roster: Sequence[RosterEntry], contents: Contents) -> None:
    if not roster:
        raise InputError("单位名册是空的：没有可以下发的单位。")
    seen: set[str] = set()
    for line in roster:
        name = file_name(line).casefold()
        if name in seen:
            raise InputError(f"{line.where}：{line.unit} {line.name} 与前面的单位会生成同名文件，请分开下发。")
        seen.add(name)
    units = {line.unit for line in roster}
    figures = {**contents.prefill, **contents.proposed}
    for what, table in (("上年数", figures), ("控制数", contents.notes)):
        if table and not units & set(table):
            raise InputError(
                f"{what}里没有名册中的任何单位（名册如 {roster[0].unit}，{what}如 {min(table)}），请核对单位代码。"
            )


def _make(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise OutputError(f"“{out}”是一个文件，不能作为存放工作簿的文件夹。请换一个名称。")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"无法建立文件夹“{out}”：{error.strerror or error}") from error


def _there(roster: Sequence[RosterEntry], out: Path) -> list[RosterEntry]:
    return [unit for unit in roster if (out / file_name(unit)).exists()]


def _unchanged(path: Path, content: bytes) -> bytes:
    """``content``, which is what stands there already; else it may be a unit's work."""
    if path.read_bytes() != content:
        raise OutputError(f"{path} 已存在且内容不同（可能是单位填好的表），没有覆盖。请换一个文件夹，或先移走它。")
    return content


def _line(who: Identity, file: str, content: bytes) -> Issued:
    digest = hashlib.sha256(content).hexdigest()
    return Issued(who.unit, who.unit_name, who.region, who.year, who.stage, file, digest, who.suite, who.edition)


def _replace(path: Path, content: bytes) -> None:
    """Write whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OutputError(f"无法写入“{path}”：{error.strerror or error}") from error
