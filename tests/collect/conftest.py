from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

PARSER = "plain_parser:parse"


@pytest.fixture(autouse=True)
def parser_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The plain parser can be found by the reader processes, and writes down every file it is given."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    log = tmp_path / "parsed.log"
    monkeypatch.setenv("PLAIN_PARSER_LOG", str(log))
    return log


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    folder = tmp_path / "returned"
    folder.mkdir()
    return folder


@pytest.fixture
def write() -> Callable[..., Path]:
    """``write(path, unit, amount, **more)`` makes a tiny return."""

    def make(path: Path, unit: str, amount: str, **more: object) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(unit, amount, **more))
        return path

    return make


def content(unit: str, amount: str, **more: object) -> bytes:
    return json.dumps({"unit": unit, "amount": amount, **more}, ensure_ascii=False).encode()
