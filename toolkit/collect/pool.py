"""A few reader processes of our own, watched: time, memory and death of each are the parent's business."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.collect.bounds import Bounds
from toolkit.model.errors import ToolkitError
from toolkit.model.fact import Status
from toolkit.read.passwords import Password

_POLL = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True, slots=True)
class Job:
    """A content to read: where its copy stands, the name it was received under, and what progress shows."""

    sha256: str
    path: Path
    name: str
    shown: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """``status`` ACCEPTED: the result stands in the folder of parsed results. ``reason`` for the ledger."""

    status: Status
    reason: str


_Event = tuple["_Worker", str | None]


class Pool:
    """``workers`` reader processes with one parser (``module:function``), writing to ``folder``.

    ``passwords`` and the bureau's ``key`` reach them through their pipes: never a command line, an environment or a file.
    """

    def __init__(
        self,
        parser: str,
        folder: Path,
        bounds: Bounds,
        workers: int,
        editions: Sequence[Path] = (),
        passwords: Sequence[Password] = (),
        key: bytes | None = None,
    ) -> None:
        self.parser, self.folder, self.bounds = parser, folder, bounds
        self.editions = [str(Path(p).resolve()) for p in editions]
        self.passwords = [[one.text, one.unit, one.name] for one in passwords]
        self.key = key.hex() if key is not None else ""
        self._size = max(1, workers)
        self._workers: list[_Worker] = []
        self._events: queue.Queue[_Event] = queue.Queue()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()
        self._workers.clear()

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Outcome]]:
        """The outcome of each job as it comes. Raises ToolkitError where readers cannot work at all."""
        waiting = deque(jobs)
        deaths: dict[str, int] = {}
        while waiting or any(worker.job for worker in self._workers):
            while len(self._workers) < min(self._size, len(waiting) + sum(w.job is not None for w in self._workers)):
                self._workers.append(_Worker(self))
            for worker in self._workers:
                if waiting and worker.idle:
                    worker.give(waiting.popleft())
            with contextlib.suppress(queue.Empty):
                speaker, line = self._events.get(timeout=_POLL)
                if speaker not in self._workers:
                    continue
                job = speaker.job
                outcome = self._ended(speaker, deaths) if line is None else self._answered(speaker, line)
                if job and outcome:
                    yield job, outcome
                elif job and line is None:
                    waiting.appendleft(job)
            for worker in self._workers:
                worker.watch()

    def hear(self, worker: _Worker, line: str | None) -> None:
        """What a reader said, or (None) that it will say no more. Called from the threads that listen."""
        self._events.put((worker, line))

    def _answered(self, worker: _Worker, line: str) -> Outcome | None:
        """What a reader said. One that keeps too much memory goes, so that the next file is not blamed for it."""
        outcome = worker.answer(line)
        if outcome and worker.memory() > self.bounds.memory // 2:
            self._workers.remove(worker)
            worker.stop()
        return outcome

    def _ended(self, worker: _Worker, deaths: dict[str, int]) -> Outcome | None:
        """A reader died: what that means for its file (None: try it again with another one)."""
        job, cause = worker.job, worker.cause()
        if not worker.ready:
            raise ToolkitError(f"读取程序无法启动：{worker.last_words() or cause.reason}")
        worker.stop()
        self._workers.remove(worker)
        if job is None:
            return None
        deaths[job.sha256] = deaths.get(job.sha256, 0) + 1
        # What passed a bound will pass it again; what died by itself may have been unlucky.
        return cause if worker.killed or deaths[job.sha256] >= self.bounds.attempts else None


class _Worker:
    """One reader process and the thread that listens to it."""

    def __init__(self, pool: Pool) -> None:
        self._pool, self.ready = pool, False
        self.job: Job | None = None
        self._since = time.monotonic()
        self._killed: Outcome | None = None
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed in stop()
        bounds = pool.bounds
        command = [sys.executable, "-X", "utf8", "-m", "toolkit.collect.worker"]
        self._process = subprocess.Popen(  # noqa: S603 - nothing of it comes from a file received
            [*command, pool.parser, str(bounds.memory), str(bounds.seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            # Ctrl-C is for the parent, which then ends its readers in order.
            start_new_session=os.name != "nt",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def idle(self) -> bool:
        return self.ready and self.job is None and self._killed is None

    @property
    def killed(self) -> bool:
        """It was ended by us, for taking too long or too much."""
        return self._killed is not None

    def give(self, job: Job) -> None:
        self.job, self._since = job, time.monotonic()
        order = {"path": str(job.path), "name": job.name, "sha256": job.sha256, "folder": str(self._pool.folder)}
        secrets = {"passwords": self._pool.passwords, "key": self._pool.key}
        line = json.dumps({**order, "editions": self._pool.editions, **secrets}) + "\n"
        # A reader that is gone is told by its end of file, not here.
        with contextlib.suppress(OSError):
            assert self._process.stdin is not None  # noqa: S101 - it is a pipe
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()

    def answer(self, line: str) -> Outcome | None:
        """Take an answer; None for the first word of a new reader. Raises ToolkitError for a fault of ours."""
        said = json.loads(line)
        if said.get("ready"):
            self.ready = True
            return None
        self.job = None
        if said["outcome"] == "error":
            raise ToolkitError(f"读取无法继续：{said['reason']}")
        return Outcome(Status(said["outcome"]), said["reason"])

    def watch(self) -> None:
        """End a reader that takes too long or too much."""
        bounds, lasted = self._pool.bounds, time.monotonic() - self._since
        if self._killed or (self.ready and self.job is None):
            return
        if lasted > (bounds.seconds if self.ready else bounds.startup):
            self._kill(f"读取超过 {bounds.seconds:g} 秒的上限")
        elif self.memory() > bounds.memory:
            self._kill(f"读取所需内存超过 {bounds.memory // (1 << 20)} MiB 的上限")

    def cause(self) -> Outcome:
        """What the end of the process means for the file it was reading."""
        if self._killed:
            return self._killed
        code = self._process.wait()
        try:
            name = signal.Signals(-code).name if code < 0 else f"exit {code}"
        except ValueError:
            name = f"signal {-code}"
        return Outcome(Status.UNREADABLE, f"读取程序异常终止（reader-died：{name}）")

    def last_words(self) -> str:
        """The last line the process wrote to stderr."""
        self._stderr.seek(0)
        lines = self._stderr.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def stop(self) -> None:
        """End the process, whatever it does, and let go of everything it held."""
        self._process.kill()
        self._process.wait()
        self._thread.join()
        for stream in (self._process.stdin, self._process.stdout, self._stderr):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()

    def _kill(self, reason: str) -> None:
        self._killed = Outcome(Status.REFUSED, reason)
        self._process.kill()

    def memory(self) -> int:
        """Bytes really in use; 0 where the system does not tell."""
        try:
            return int(Path(f"/proc/{self._process.pid}/statm").read_text("ascii").split()[1]) * _PAGE
        except (OSError, ValueError, IndexError):
            return 0

    def _listen(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        for line in self._process.stdout:
            if line.endswith(b"\n"):  # else it died in the middle of a word
                self._pool.hear(self, line.decode("utf-8", "replace"))
        self._pool.hear(self, None)
