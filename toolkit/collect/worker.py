"""The reader's process: ``python -m toolkit.collect.worker PARSER MEMORY SECONDS``, one job a line on stdin.

A job is ``{"path", "name", "sha256", "folder", "editions", "passwords", "key"}``; the answer ``{"outcome", "reason"}``. What was read goes
to ``folder`` (``store.parsed``). Passwords and the bureau's key come this way only, and are kept nowhere. It lives for many files and may die of any of them: the parent copes.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from toolkit.model.errors import SuiteError
from toolkit.model.fact import Return, Status
from toolkit.read.failures import NotAReturn, ReadFailure, Refused
from toolkit.read.passwords import Password
from toolkit.store.disk import long_path
from toolkit.store.parsed import warm_up, write_parsed

Parser = Callable[..., Return]
"""(the copy in the store, the name it was received under, folders of archived editions, passwords, and by name ``key`` where
the bureau gave one) → what it holds."""

_OUTCOMES: dict[type[ReadFailure], Status] = {NotAReturn: Status.NOT_A_RETURN, Refused: Status.REFUSED}


def read_return(
    path: Path, name: str, editions: tuple[Path, ...], passwords: tuple[Password, ...], *, key: bytes | None = None
) -> Return:
    """Read a workbook of any known edition; its name, not that of the copy, is a witness of its identity."""
    from toolkit.catalog import load_edition  # noqa: PLC0415 - parsers other than this one need neither
    from toolkit.read import LIMITS, read_bytes  # noqa: PLC0415

    size = long_path(path).stat().st_size
    if size > LIMITS.file:
        raise Refused(f"文件有 {size} 字节，超过 {LIMITS.file} 字节的上限")
    data = long_path(path).read_bytes()
    return read_bytes(data, name, lambda edition: load_edition(edition, editions), passwords=passwords, key=key)


class _Without:
    """Finds neither numpy nor pandas. pyarrow would load them, to tell a list from an array: 0.3 s of every start, for
    nothing here.
    """

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name in ("numpy", "pandas"):
            raise ModuleNotFoundError(name=name)


def main(arguments: list[str]) -> None:
    """Serve until stdin ends. Whatever a library prints goes to stderr, not between our answers."""
    parser, memory, seconds = arguments
    sys.meta_path.insert(0, _Without())
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    parse = _load(parser)
    warm_up()
    _bound(int(memory))
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        _allow_cpu(float(seconds))
        print(json.dumps(_answer(parse, json.loads(line))), file=answers, flush=True)


def _answer(parse: Parser, job: dict[str, Any]) -> dict[str, str]:
    try:
        passwords = tuple(Password(*about) for about in job["passwords"])
        key = {"key": bytes.fromhex(job["key"])} if job["key"] else {}
        found = parse(
            Path(job["path"]), job["name"], tuple(Path(folder) for folder in job["editions"]), passwords, **key
        )
    except ReadFailure as failure:
        return {"outcome": _OUTCOMES.get(type(failure), Status.UNREADABLE), "reason": failure.reason}
    except MemoryError:
        return {"outcome": Status.REFUSED, "reason": "读取所需内存超过上限"}
    except SuiteError as error:  # a damaged definition is ours to mend, not the file's fault
        return {"outcome": "error", "reason": str(error)}
    except Exception as error:
        return {"outcome": Status.UNREADABLE, "reason": f"读取程序出错（{type(error).__name__}，{_where(error)}）"}
    try:
        write_parsed(Path(job["folder"]), job["sha256"], found)
    except OSError as error:  # a full disk, for one
        return {"outcome": "error", "reason": str(error)}
    return {"outcome": Status.ACCEPTED, "reason": ""}


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"


def _load(name: str) -> Parser:
    module, _, function = name.partition(":")
    loaded: Parser = getattr(importlib.import_module(module), function)
    return loaded


def _bound(memory: int) -> None:
    """A far limit on address space where there is one: the parent watches the memory really used."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (3 * memory, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_cpu(seconds: float) -> None:
    """So that a reader whose parent was killed does not spin for ever."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on Windows

        limit = int(time.process_time() + 2 * seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
