"""A collector whose n-th change to its output folder goes wrong: killed, torn, no space left, or an I/O error."""

from __future__ import annotations

import json
import mmap
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

HERE = Path(__file__).resolve().parent
KINDS = {"count": 0, "kill": 1, "torn": 2, "full": 3, "error": 4}
"""killed before the call; killed in the middle of a write; no space from then on; one I/O error."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a collection ended. ``calls``: changes to the output folder it made; ``said``: its last line."""

    code: int | None
    signal: int | None
    calls: int
    said: str

    @property
    def well(self) -> bool:
        return self.code == 0


class Injector:
    """A server of collections with the shim loaded. Needs a C compiler and Linux."""

    def __enter__(self) -> Injector:
        self.folder = Path(tempfile.mkdtemp(prefix="faults-"))
        shim = self.folder / "shim.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", shim, HERE / "shim.c", "-ldl"], check=True)
        control = self.folder / "control"
        control.write_bytes(bytes(4096))
        self._file = control.open("r+b")
        self._control = mmap.mmap(self._file.fileno(), 4096)
        environment = {**os.environ, "LD_PRELOAD": str(shim), "FAULT_CONTROL": str(control), "PYTHONUTF8": "1"}
        environment["PYTHONPATH"] = os.pathsep.join([str(HERE.parents[1]), *filter(None, sys.path)])
        self._server = subprocess.Popen(
            [sys.executable, "-m", "bench.faults.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait()
        self._server.stdout.close()
        self._control.close()
        self._file.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def collect(
        self, paths: Sequence[Path], out: Path, suites: Sequence[Path], kind: str = "count", at: int = 0
    ) -> Ended:
        """Collect ``paths`` into ``out``; the ``at``-th change to ``out`` goes wrong in the way of ``kind``."""
        root = f"{out}/".encode()
        self._control[:] = struct.pack("=QQII2048s", 0, at, KINDS[kind], 0, root).ljust(4096, b"\0")
        order = {"paths": [str(p) for p in paths], "out": str(out), "suites": [str(s) for s in suites]}
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        answer = json.loads(self._server.stdout.readline())
        (calls,) = struct.unpack_from("=Q", self._control, 0)
        return Ended(answer["code"], answer["signal"], calls, "".join(answer["said"]))
