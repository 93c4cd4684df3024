from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from toolkit.model.errors import InputError, OutputError
from toolkit.store import Book, Committed, Outputs, mismatches, read_manifest, recover
from toolkit.store.outputs import actual_name


def commit(out: Path, **files: str) -> Committed:
    with Outputs(out) as outputs:
        for name, text in files.items():
            outputs.path(name.replace("__", ".")).write_text(text, encoding="utf-8")
        return outputs.commit({"received": 1})


def test_a_set_is_put_in_place_and_named_in_the_manifest(tmp_path: Path) -> None:
    with Outputs(tmp_path) as outputs:
        outputs.path("findings.jsonl").write_text('{"code": "SUM-02"}\n', encoding="utf-8")
        outputs.path("facts/facts.csv").write_text("x", encoding="utf-8")
        assert not (tmp_path / "findings.jsonl").exists()
        outputs.commit({"received": 3, "accepted": 2})
    manifest = json.loads((tmp_path / "MANIFEST.json").read_text("utf-8"))
    assert [o["name"] for o in manifest["outputs"]] == ["facts/facts.csv", "findings.jsonl"]
    assert manifest["counts"] == {"received": 3, "accepted": 2}
    assert mismatches(tmp_path) == ()
    assert not (tmp_path / ".staging").exists()


def test_what_fails_before_the_commit_leaves_the_old_set(tmp_path: Path) -> None:
    commit(tmp_path, a__txt="old")
    with pytest.raises(UnicodeEncodeError), Outputs(tmp_path) as outputs:
        outputs.path("a.txt").write_text("新", encoding="ascii")
    assert (tmp_path / "a.txt").read_text() == "old"
    assert mismatches(tmp_path) == ()
    assert not (tmp_path / ".staging").exists()


@pytest.mark.parametrize(
    ("name", "content"), [("a.xlsx", "no zip"), ("a.jsonl", "{"), ("a.parquet", "?"), ("a.duckdb", "?" * 9000)]
)
def test_an_output_that_cannot_be_read_again_is_never_put_in_place(tmp_path: Path, name: str, content: str) -> None:
    commit(tmp_path, b__txt="old")
    with pytest.raises(OutputError, match=f"{name}.*复读不通过"):
        commit(tmp_path, **{name.replace(".", "__"): content, "b__txt": "new"})
    assert (tmp_path / "b.txt").read_text() == "old"
    assert not (tmp_path / name).exists()


def test_a_good_workbook_passes_the_second_look(tmp_path: Path) -> None:
    with Outputs(tmp_path) as outputs:
        with zipfile.ZipFile(outputs.path("a.xlsx"), "w") as package:
            package.writestr("xl/workbook.xml", "<workbook/>")
        assert [o.name for o in outputs.commit({}).outputs] == ["a.xlsx"]


def test_a_place_that_cannot_be_replaced_gets_a_neighbour_and_gives_it_up_again(tmp_path: Path) -> None:
    """A folder in the way refuses the rename as an open workbook does on Windows."""
    (tmp_path / "a.txt").mkdir()
    (tmp_path / "a-新.txt").mkdir()
    committed = commit(tmp_path, a__txt="new", b__txt="b")
    assert [(o.name, o.file) for o in committed.beside] == [("a.txt", "a-新2.txt")]
    assert (tmp_path / "a-新2.txt").read_text() == "new"
    assert actual_name(tmp_path, "a.txt") == "a-新2.txt"
    assert mismatches(tmp_path) == ()
    (tmp_path / "a.txt").rmdir()
    assert commit(tmp_path, a__txt="newer", b__txt="b").beside == ()
    assert (tmp_path / "a.txt").read_text() == "newer"
    assert not (tmp_path / "a-新2.txt").exists()


def test_outputs_that_are_not_made_again_stay_in_the_manifest(tmp_path: Path) -> None:
    commit(tmp_path, a__txt="a", b__txt="b")
    commit(tmp_path, a__txt="a2")
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert [o.name for o in manifest.outputs] == ["a.txt", "b.txt"]
    assert mismatches(tmp_path) == ()


def test_a_full_disk_leaves_the_old_set(tmp_path: Path) -> None:
    """RLIMIT_FSIZE makes the write fail half-way, as a full disk does."""
    commit(tmp_path, a__txt="old")
    script = f"""
import resource, signal, sys
from pathlib import Path
from toolkit.store import Outputs
from toolkit.model.errors import InputError, OutputError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    with Outputs(Path({str(tmp_path)!r})) as outputs:
        outputs.path("a.txt").write_text("x" * 5000)
        outputs.commit({{}})
except OutputError as error:
    print(error)
    sys.exit(2)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script], env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (2, b"")
    assert "原有结果未动" in done.stdout.decode()
    assert (tmp_path / "a.txt").read_text() == "old"
    assert mismatches(tmp_path) == ()


@pytest.mark.parametrize("renamed", [0, 1, 2])
def test_a_commit_cut_off_between_two_renames_is_carried_through_at_the_next_start(
    tmp_path: Path, renamed: int
) -> None:
    """The process dies (os._exit) after so many renames: the set becomes the new one, whole."""
    commit(tmp_path, a__txt="old a", b__txt="old b", c__txt="old c")
    script = f"""
import os
from pathlib import Path
from toolkit.store import Outputs, outputs as module
done = 0
rename = module.replace
def dying(source, target):
    global done
    if done == {renamed}:
        os._exit(9)
    done += 1
    rename(source, target)
write = module.write_atomic
def dying_at_the_end(path, content):
    if path.parent.name != ".staging" and done == {renamed}:
        os._exit(9)
    write(path, content)
module.replace, module.write_atomic = dying, dying_at_the_end
with Outputs(Path({str(tmp_path)!r})) as outputs:
    outputs.path("a.txt").write_text("new a")
    outputs.path("b.txt").write_text("new b")
    outputs.commit({{"received": 2}})
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    assert subprocess.run([sys.executable, "-c", script], env=environment, check=False).returncode == 9
    assert bool(mismatches(tmp_path)) is (renamed > 0)
    if renamed == 2:
        with pytest.raises(InputError):  # opening the book of a folder carries the commit through as well
            Book(tmp_path)
    else:
        assert recover(tmp_path) == ()
    assert [(tmp_path / f"{name}.txt").read_text() for name in "abc"] == ["new a", "new b", "old c"]
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert manifest.counts == {"received": 2}


def test_killed_while_staging_the_old_set_stands(tmp_path: Path) -> None:
    commit(tmp_path, a__txt="old")
    (tmp_path / ".staging").mkdir()
    (tmp_path / ".staging" / "a.txt").write_text("half")
    assert recover(tmp_path) == ()
    commit(tmp_path, b__txt="b")
    assert (tmp_path / "a.txt").read_text() == "old"


def test_a_set_that_was_tampered_with_is_named(tmp_path: Path) -> None:
    commit(tmp_path, a__txt="a", b__txt="b")
    (tmp_path / "a.txt").write_text("changed")
    (tmp_path / "b.txt").unlink()
    assert recover(tmp_path) == ("a.txt", "b.txt")
    shutil.rmtree(tmp_path / ".staging", ignore_errors=True)
    (tmp_path / "MANIFEST.json").write_text("{")
    assert recover(tmp_path) == ("MANIFEST.json",)
