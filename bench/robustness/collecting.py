"""The real collector over a folder, watched from outside: time of each file, memory and deaths of its readers."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

STATUSES = frozenset(
    {"accepted", "superseded", "duplicate", "refused", "unreadable", "not_a_return", "ignored", "pending"}
)
FAULT, DIED = "读取程序出错", "读取程序异常终止"
_PEAK = "VmHWM:"


@dataclass(frozen=True)
class Run:
    """What a collection came to. ``slowest``: (seconds, file), ``peak``: bytes of the largest reader, ``parent`` of the collector."""

    code: int
    said: str
    lines: tuple[dict[str, object], ...]
    seconds: float
    slowest: tuple[float, str]
    peak: int
    parent: int

    @property
    def statuses(self) -> Counter[str]:
        return Counter(str(line["status"]) for line in self.lines)

    def told(self, words: str) -> list[str]:
        """Files whose reason holds the words."""
        return [f"{_shown(line)}: {line['reason']}" for line in self.lines if words in str(line["reason"] or "")]

    @property
    def wrong(self) -> list[str]:
        """What must not be: a fault of ours, a reader that died, an unknown status, an exit code of a crash."""
        odd = [f"{_shown(line)}: {line['status']}" for line in self.lines if line["status"] not in STATUSES]
        crash = [self.said[-2000:]] if self.code not in {0, 1} or "Traceback" in self.said else []
        return [*self.told(FAULT), *self.told(DIED), *odd, *crash]


def _shown(line: dict[str, object]) -> str:
    return f"{line['path']}!{line['inner_path']}" if line["inner_path"] else str(line["path"])


def collect(folder: Path, out: Path, suites: Sequence[Path] = (), *, seconds: float = 3_600) -> Run:
    """``toolkit collect`` with one reader at a time, so that the time between two files is that of the second."""
    suite = [argument for path in suites for argument in ("--suite", str(path))]
    timed = out.parent / f"{out.name}.times"
    command = [
        sys.executable,
        "-m",
        "bench.robustness.timed",
        str(timed),
        "collect",
        str(folder),
        "-o",
        str(out),
        *suite,
    ]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    watch = _Watch(process.pid)
    watch.start()
    try:
        said = process.communicate(timeout=seconds)[0].decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        process.kill()
        said = "Traceback: the collection hung\n" + process.communicate()[0].decode("utf-8", "replace")
    watch.ended = True
    watch.join()
    ledger = out / "received.jsonl"
    lines = ledger.read_text(encoding="utf-8").splitlines() if ledger.exists() else []
    times = [tuple(json.loads(line)) for line in timed.read_text("utf-8").splitlines()] if timed.exists() else []
    slowest = max(times, default=(0.0, ""))
    took = time.monotonic() - began
    return Run(process.returncode, said, tuple(map(json.loads, lines)), took, slowest, watch.readers, watch.parent)


class _Watch(threading.Thread):
    """Polls the peak memory of a process and of what it started (Linux; elsewhere it stays 0)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.ended, self.readers, self.parent = pid, False, 0, 0

    def run(self) -> None:
        while not self.ended:
            self.parent = max(self.parent, _peak(str(self.pid)))
            for pid in self._children():
                self.readers = max(self.readers, _peak(pid))
            time.sleep(0.05)

    def _children(self) -> list[str]:
        found: list[str] = []
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{self.pid}/task").iterdir():
                found += (task / "children").read_text("ascii").split()
        return found


def _peak(pid: str) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
        return int(status.split(_PEAK, 1)[1].split()[0]) << 10
    return 0
