"""Runs collections in forked children, so that each starts with everything loaded: one order a line on stdin.

Started with the shim preloaded (``injector.py``). An order is ``{"paths", "out", "suites"}``; the answer
``{"code", "signal", "said"}``: how the child ended, and its last words.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import mmap
import os
import struct
import sys
import tempfile
import time
import traceback
from pathlib import Path

_COLLECTOR = 20
"""Where the shim looks for the process that dies with whoever dies (``struct control``)."""
_SECONDS = 120


def main() -> None:
    from toolkit.api.returns import collect_into, load_ahead  # noqa: F401, PLC0415 - what is loaded here, each child has

    load_ahead()
    with Path(os.environ["FAULT_CONTROL"]).open("r+b") as file, mmap.mmap(file.fileno(), 4096) as control:
        learned = False
        for line in sys.stdin:
            answer, modules = _collect(json.loads(line), control, learn=not learned)
            print(json.dumps(answer), flush=True)
            _load(modules)
            learned = learned or bool(modules)


def _collect(order: dict[str, object], control: mmap.mmap, *, learn: bool) -> tuple[dict[str, object], list[str]]:
    """How the child ended, and (``learn``; of one that was not killed) the modules it had to load."""
    with tempfile.TemporaryFile() as words, tempfile.TemporaryFile() as modules:
        child = os.fork()
        if child == 0:
            os.dup2(words.fileno(), 2)
            code = _child(order, control)
            if learn:
                os.write(modules.fileno(), json.dumps(sorted(sys.modules)).encode())
            os._exit(code)
        status = _wait(child)
        words.seek(0)
        modules.seek(0)
        said = words.read().decode("utf-8", "replace").strip().splitlines()
        names = json.loads(modules.read() or b"[]")
    if os.WIFSIGNALED(status):
        return {"code": None, "signal": os.WTERMSIG(status), "said": said[-1:]}, names
    return {"code": os.WEXITSTATUS(status), "signal": None, "said": said[-1:]}, names


def _load(names: list[str]) -> None:
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def _wait(child: int) -> int:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        time.sleep(0.005)
    os.kill(child, 14)
    return os.waitpid(child, 0)[1]


def _child(order: dict[str, object], control: mmap.mmap) -> int:
    from toolkit.api.returns import collect_into  # noqa: PLC0415
    from toolkit.model.errors import ToolkitError  # noqa: PLC0415

    control[_COLLECTOR : _COLLECTOR + 4] = struct.pack("=I", os.getpid())
    try:
        with contextlib.redirect_stdout(sys.stderr):
            collect_into(order["paths"], str(order["out"]), suites=order["suites"], workers=1)  # type: ignore[arg-type]
    except ToolkitError as error:
        print(error, file=sys.stderr, flush=True)
        return 2
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        return 3
    return 0


if __name__ == "__main__":
    main()
