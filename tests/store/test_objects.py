from __future__ import annotations

import hashlib
import io
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolkit.store import Objects


def test_a_copy_is_named_by_its_content_kept_once_and_read_only(tmp_path: Path) -> None:
    objects = Objects(tmp_path)
    first, second = objects.add(io.BytesIO(b"abc")), objects.add(io.BytesIO(b"abc"))
    assert first.sha256 == hashlib.sha256(b"abc").hexdigest()
    assert (first.size, first.new, second.new) == (3, True, False)
    path = objects.path(first.sha256)
    assert path.read_bytes() == b"abc"
    assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [path]


def test_a_copy_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"abc"
        raise EOFError

    with pytest.raises(EOFError):
        Objects(tmp_path).add_chunks(broken())
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_copy_is_mended_by_the_next_one(tmp_path: Path) -> None:
    objects = Objects(tmp_path)
    stored = objects.add(io.BytesIO(b"abc"))
    path = objects.path(stored.sha256)
    path.chmod(0o600)
    path.write_bytes(b"ab")
    assert objects.add(io.BytesIO(b"abc")).new
    assert path.read_bytes() == b"abc"


def test_the_leftovers_of_a_killed_run_are_cleaned(tmp_path: Path) -> None:
    objects = Objects(tmp_path)
    stored = objects.add(io.BytesIO(b"abc"))
    (tmp_path / "incoming-1-1").write_bytes(b"half")
    objects.clean()
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [stored.sha256]
    assert objects.has(stored.sha256)
    objects.remove(stored.sha256)
    assert not objects.has(stored.sha256)
