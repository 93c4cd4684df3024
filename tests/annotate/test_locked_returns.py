"""A return with an opening password: with the password it goes back as it came, marked and locked again."""

from __future__ import annotations

import io
from pathlib import Path

import msoffcrypto
import pytest

import toolkit
from bench.office import Office
from tests.annotate.conftest import MINI, Make
from tests.annotate.packages import opened
from toolkit.annotate.folder import Kind
from toolkit.model.errors import InputError
from toolkit.read import lock
from toolkit.read.locked import READ_ONLY

KEY, LIST = "开门2021", "问题清单"
ROSTER = f"单位代码,单位名称,打开密码\n101,档案馆,\n102,办公室,{KEY}\n"


def unlocked(data: bytes, password: str) -> bytes:
    file, plain = msoffcrypto.OfficeFile(io.BytesIO(data)), io.BytesIO()
    file.load_key(password=password, verify_password=True)
    file.decrypt(plain)
    return plain.getvalue()


@pytest.fixture(scope="module")
def filled(make: Make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("单位") / "102.xlsx", change="99", project="41")


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """A roster with a password for one of its units: it serves as the table of passwords as it is."""
    path = tmp_path / "单位名册.csv"
    path.write_text(ROSTER, encoding="utf-8-sig")
    return path


def collected(sent: Path, roster: Path, folder: Path) -> Path:
    toolkit.collect([sent], folder / "结果", roster=roster, suites=[MINI]).close()
    return folder / "结果"


def test_it_goes_back_as_it_came_marked_and_with_its_password(filled: Path, roster: Path, tmp_path: Path) -> None:
    sent = tmp_path / "102.xlsx"
    sent.write_bytes(lock(filled.read_bytes(), KEY))
    out = collected(sent, roster, tmp_path)
    (answer,) = toolkit.annotate(out, tmp_path / "退回", passwords=roster).answers
    assert (answer.kind, answer.output, answer.reason) == (Kind.PATCHED, "102.xlsx", None)
    book = opened(unlocked((tmp_path / "退回" / "102.xlsx").read_bytes(), KEY))
    assert book.sheetnames[0] == LIST
    assert book["01_收支"]["E7"].comment is not None
    again = toolkit.annotate(out, tmp_path / "退回", passwords=roster)
    assert [path.name for path in again.written] == ["102.xlsx"]
    written = {path for path in (tmp_path / "退回").iterdir() if KEY.encode() in path.read_bytes()}
    assert written == set()


def test_without_the_password_it_is_made_anew_and_that_is_said(filled: Path, roster: Path, tmp_path: Path) -> None:
    sent = tmp_path / "102.xlsx"
    sent.write_bytes(lock(filled.read_bytes(), KEY))
    done = toolkit.annotate(collected(sent, roster, tmp_path), tmp_path / "退回")
    (answer,) = done.answers
    assert answer.kind is Kind.ANEW
    assert "--passwords" in str(answer.reason)
    assert "没有打开密码" in str(answer.reason)
    assert opened(done.written[0].read_bytes()).sheetnames[0] == LIST


def test_a_file_that_is_only_protected_against_changes_needs_no_password(
    filled: Path, roster: Path, tmp_path: Path
) -> None:
    sent = tmp_path / "102.xlsx"
    sent.write_bytes(lock(filled.read_bytes(), READ_ONLY))
    done = toolkit.annotate(collected(sent, roster, tmp_path), tmp_path / "退回")
    assert done.answers[0].kind is Kind.PATCHED
    assert opened(unlocked(done.written[0].read_bytes(), READ_ONLY)).sheetnames[0] == LIST


def test_its_data_are_taken_out_with_the_password(filled: Path, roster: Path, tmp_path: Path) -> None:
    sent = tmp_path / "102.xlsx"
    sent.write_bytes(lock(filled.read_bytes(), KEY))
    assert toolkit.extract(sent, suites=[MINI], passwords=roster) == toolkit.extract(filled, suites=[MINI])
    with pytest.raises(InputError, match="有打开密码"):
        toolkit.extract(sent, suites=[MINI])


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Kind.PATCHED, Kind.ANEW])
def test_libreoffice_opens_it_with_the_same_password_and_with_no_other(
    filled: Path, roster: Path, tmp_path: Path, kind: Kind
) -> None:
    """An xlsx goes back as it came; an old xls, locked by LibreOffice, as a new xlsx that is locked as well."""
    with Office() as office:
        sent = tmp_path / "102.xlsx"
        sent.write_bytes(lock(filled.read_bytes(), KEY))
        if kind is Kind.ANEW:
            office.open(sent, KEY)
            sent = office.save(tmp_path / "102.xls", "MS Excel 97", KEY)
        done = toolkit.annotate(collected(sent, roster, tmp_path), tmp_path / "退回", passwords=roster)
        assert [answer.kind for answer in done.answers] == [kind]
        assert office.open(done.written[0], KEY)[0] == LIST
        with pytest.raises(RuntimeError, match="detection aborted"):
            office.open(done.written[0], "别的密码")


def test_a_table_without_any_password_is_the_bureau_s_mistake(roster: Path, tmp_path: Path) -> None:
    roster.write_text(ROSTER.replace(KEY, ""), encoding="utf-8-sig")
    with pytest.raises(InputError, match="“打开密码”一列是空的"):
        toolkit.annotate(tmp_path / "结果", tmp_path / "退回", passwords=roster)
