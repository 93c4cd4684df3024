"""A bureau that signs: what it issues with its key, it recognises when it collects with the same key, and only then."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from toolkit import api

pytestmark = pytest.mark.slow

SUITE = Path(__file__).parents[1] / "suites" / "mini"
KEY = b"0123456789abcdef0123456789abcdef"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    file = tmp_path / "key"
    file.write_bytes(KEY + b"\n")
    return file


@pytest.fixture
def returned(tmp_path: Path, key: Path) -> Path:
    """Two workbooks that came back: as they were issued, and made out to another unit."""
    roster = tmp_path / "roster.csv"
    roster.write_text("单位代码,单位名称\n102,办公室\n103,党群工作部\n", encoding="utf-8")
    folder = tmp_path / "returned"
    api.distribute(roster, tmp_path / "issued", suite=SUITE, key=key)
    folder.mkdir()
    whole, altered = (tmp_path / "issued" / name for name in ("102_办公室.xlsx", "103_党群工作部.xlsx"))
    (folder / whole.name).write_bytes(whole.read_bytes())
    book = openpyxl.load_workbook(altered)
    for label, value in book["_meta"].iter_rows(min_col=1, max_col=2):
        value.value = "104" if label.value == "unit" else value.value
    for entry in getattr(book, "custom_doc_props").props:  # noqa: B009 - unknown to the type stubs
        entry.value = "104" if entry.name == "unit" else entry.value
    book.save(folder / "改过.xlsx")
    return folder


def _ledger(out: Path) -> dict[str, str]:
    """File name → its line."""
    lines = (out / "received.jsonl").read_text(encoding="utf-8").splitlines()
    return {Path(json.loads(line)["path"]).name: line for line in lines}


def test_with_the_key_an_altered_identity_is_refused_by_name(tmp_path: Path, returned: Path, key: Path) -> None:
    api.collect_into([returned], tmp_path / "out", suites=[SUITE], key=key, workers=1)
    lines = _ledger(tmp_path / "out")
    assert '"status": "accepted"' in lines["102_办公室.xlsx"]
    assert "身份被改动：单位代码（下发时为“103”，现为“104”）" in lines["改过.xlsx"]


def test_without_the_key_nothing_is_asked_and_with_it_files_are_read_anew(
    tmp_path: Path, returned: Path, key: Path
) -> None:
    api.collect_into([returned], tmp_path / "out", suites=[SUITE], workers=1)
    assert '"status": "accepted"' in _ledger(tmp_path / "out")["改过.xlsx"]
    again = api.collect_into([returned], tmp_path / "out", suites=[SUITE], key=key, workers=1)
    assert again.received.parsed == 2
    assert '"status": "refused"' in _ledger(tmp_path / "out")["改过.xlsx"]


def test_a_single_check_asks_for_the_signature_as_well(returned: Path, key: Path) -> None:
    files = [returned / "102_办公室.xlsx", returned / "改过.xlsx"]
    assert api.check(files, suites=[SUITE]).failures == ()
    ((failed, why),) = api.check(files, suites=[SUITE], key=key).failures
    assert failed == files[1]
    assert "身份被改动：单位代码（下发时为“103”，现为“104”）" in why.reason


def test_the_key_is_nowhere_in_what_is_issued_or_collected(tmp_path: Path, returned: Path, key: Path) -> None:
    api.collect_into([returned], tmp_path / "out", suites=[SUITE], key=key, workers=1)
    written = [p for folder in ("issued", "out") for p in (tmp_path / folder).rglob("*") if p.is_file()]
    assert len(written) > 5
    assert not [p for p in written if KEY in p.read_bytes() or KEY.hex().encode() in p.read_bytes()]
