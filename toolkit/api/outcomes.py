"""What ``check`` and ``collect`` give: findings and counts, and how they read on a terminal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.messages import _
from toolkit.model.rule import Severity

if TYPE_CHECKING:
    from toolkit.collect import Failure, Received
    from toolkit.report import Results
    from toolkit.store import Book


@dataclass(frozen=True)
class Checked:
    """The findings on a few files. ``failures``: those that could not be read (findings tell of them too)."""

    results: Results
    failures: tuple[tuple[Path, Failure], ...]

    @property
    def errors(self) -> int:
        """Findings at error level."""
        return sum(f.severity is Severity.ERROR for f in self.results.failed if f.counts)

    def as_text(self) -> list[str]:
        """For people."""
        from toolkit.report import check_lines  # noqa: PLC0415

        return check_lines(self.results)

    def as_json(self) -> list[str]:
        """One finding a line (contract)."""
        from toolkit.report import finding_json  # noqa: PLC0415

        return [json.dumps(finding_json(f), ensure_ascii=False) for f in self.results.findings]


@dataclass(frozen=True)
class Collected:
    """What one run of ``collect`` did. ``beside``: outputs that were held open and stand under another name."""

    out: Path
    results: Results
    received: Received
    beside: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        """Findings at error level."""
        return sum(f.severity is Severity.ERROR for f in self.results.failed if f.counts)

    @property
    def book(self) -> Book:
        """The book of facts, opened for reading."""
        from toolkit.store import Book  # noqa: PLC0415

        return Book(self.out)

    def as_text(self) -> list[str]:
        """For the terminal: the ledger's sum, the counts, what to mend first, what to open."""
        from toolkit.report import terminal_lines  # noqa: PLC0415

        lines = terminal_lines(self.results)
        lines.append(_("本次读取 {count} 个文件。").format(count=self.received.parsed))
        lines += [_("{file} 正被打开，新结果写在它旁边。").format(file=name) for name in self.beside]
        names = "、".join(str(self.out / name) for name in ("report.html", "findings.xlsx", "summary.xlsx"))
        return [*lines, _("请打开：{files}").format(files=names)]
