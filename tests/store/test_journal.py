from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from toolkit.model.errors import OutputError
from toolkit.store import Journal, Stage
from toolkit.store.shares import is_local


def receive(journal: Journal, name: str, sha256: str = "", run: int = 1) -> int:
    return journal.receive(run, name.encode(), b"", name, "", size=1, sha256=sha256)


def test_receipts_are_numbered_in_order_of_arrival_and_entered_once(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        assert [receive(journal, "a", "1"), receive(journal, "b", "2"), receive(journal, "a", "1")] == [1, 2, 1]
        assert receive(journal, "a", "3") == 3
        assert [r.path for r in journal.receipts()] == ["a", "b", "a"]


def test_a_receipt_never_goes_back(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        seq = receive(journal, "a", "1")
        for stage in (Stage.STORED, Stage.PARSED, Stage.GATED, Stage.STORED, Stage.PENDING, Stage.MERGED):
            journal.advance(seq, stage)
        assert [stage for stage, _, _ in journal.steps(seq)] == ["seen", "stored", "parsed", "merged"]
        journal.advance(seq, Stage.REFUSED, "有打开密码", engine="e2")  # another reader reads anew
        journal.advance(seq, Stage.PARSED, engine="e3")
        assert journal.stage(seq) is Stage.PARSED


def test_what_was_written_down_cannot_be_changed(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        receive(journal, "a")
    with sqlite3.connect(tmp_path / "j") as database:
        for statement in ("DELETE FROM steps", "UPDATE steps SET reason = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="forward only"):
                database.execute(statement)
    database.close()


def test_a_pending_file_keeps_its_number_when_it_arrives(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        seq = receive(journal, "a")
        journal.advance(seq, Stage.PENDING, "正在复制")
        assert receive(journal, "a", "1") == seq
        journal.advance(seq, Stage.STORED)
        assert [(r.sha256, r.stage) for r in journal.receipts()] == [("1", Stage.STORED)]


def test_a_pending_file_that_turns_out_to_be_known_is_a_duplicate(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        first = receive(journal, "a", "1")
        waiting = receive(journal, "a")
        journal.advance(waiting, Stage.PENDING, "正在复制")
        assert receive(journal, "a", "1") == first
        assert journal.stage(waiting) is Stage.DUPLICATE


def _interrupted(journal: Journal) -> None:
    with journal.batch():
        receive(journal, "a")
        raise KeyboardInterrupt


def test_a_batch_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        with pytest.raises(KeyboardInterrupt):
            _interrupted(journal)
        assert journal.receipts() == []


def test_a_run_that_was_not_finished_is_taken_up_again(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        assert [journal.begin_run(), journal.begin_run()] == [1, 1]
        journal.finish_run(1)
        assert journal.begin_run() == 2


@pytest.mark.parametrize(("wish", "mode"), [("wal", "wal"), ("rollback", "delete")])
def test_the_kind_of_journal_can_be_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wish: str, mode: str
) -> None:
    monkeypatch.setenv("TOOLKIT_JOURNAL", wish)
    Journal(tmp_path / "j").close()
    database = sqlite3.connect(tmp_path / "j")
    assert database.execute("PRAGMA journal_mode").fetchone() == (mode,)
    database.close()


def test_a_local_folder_is_known_as_local(tmp_path: Path) -> None:
    assert is_local(tmp_path)


def test_a_file_that_is_no_journal_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "j").write_bytes(b"x" * 5000)
    with pytest.raises(OutputError, match="收件日志"):
        Journal(tmp_path / "j")
    database = sqlite3.connect(tmp_path / "k")
    database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(OutputError, match="另一版本（99）"):
        Journal(tmp_path / "k")
