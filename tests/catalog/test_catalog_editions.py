"""An edition is the content of a resolved suite: its hash names it, its archive gives it back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from toolkit.catalog import archive_edition, edition_json, load_edition, load_suite, suite_from_json, suite_ids
from toolkit.model.errors import OutputError, SuiteError
from toolkit.model.form import Suite

MINI = Path(__file__).parents[1] / "suites" / "mini"


@pytest.fixture(scope="module")
def mini() -> Suite:
    return load_suite(MINI)


def test_json_gives_the_suite_back_exactly(mini: Suite) -> None:
    text = edition_json(mini)
    back = suite_from_json(text)
    assert back == mini
    assert edition_json(back) == text
    assert [list(b.rows_by_id) for b in back.blocks.values()] == [list(b.rows_by_id) for b in mini.blocks.values()]
    assert list(back.lists) == list(mini.lists)


def test_the_edition_is_a_hash_of_the_content(mini: Suite) -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", mini.edition)
    assert load_suite(MINI).edition == mini.edition


def test_a_comment_does_not_make_a_new_edition_but_a_word_does(tiny: Path) -> None:
    before = load_suite(tiny).edition
    form, rules = tiny / "forms" / "money.yaml", tiny / "rules" / "all.yaml"
    rules.write_text("# 说明\n\n" + rules.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_suite(tiny).edition == before
    form.write_text(form.read_text(encoding="utf-8").replace("收支表", "收支总表"), encoding="utf-8")
    assert load_suite(tiny).edition != before


def test_an_archived_edition_is_found_again(tiny: Path, tmp_path: Path) -> None:
    suite = load_suite(tiny)
    archive = tmp_path / "editions"
    assert load_edition(suite.edition, [archive]) is None
    assert archive_edition(suite, archive).name == f"{suite.edition}.json"
    assert load_edition(suite.edition, [archive]) == suite


def test_an_archive_that_cannot_be_written_is_an_output_error(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="套表的版本无法存入"):
        archive_edition(load_suite(tiny), tmp_path / "file" / "editions")
    archive_edition(load_suite(tiny), tmp_path / "editions")
    assert [path.suffix for path in (tmp_path / "editions").iterdir()] == [".json"]


def test_shipped_suites_are_found_by_their_edition() -> None:
    for suite_id in suite_ids():
        suite = load_suite(suite_id)
        assert load_edition(suite.edition) == suite


@pytest.mark.parametrize("edition", ["", "0000000000000000", "../../etc/passwd", "ABCDEF0123456789"])
def test_an_edition_nobody_issued_is_none(edition: str) -> None:
    assert load_edition(edition) is None


def test_a_damaged_archive_is_refused(tiny: Path, tmp_path: Path) -> None:
    suite = load_suite(tiny)
    path = archive_edition(suite, tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("收支表", "收入表"), encoding="utf-8")
    with pytest.raises(SuiteError, match="文件可能被改动"):
        load_edition(suite.edition, [tmp_path])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"suite": {"id": 1}}', json.dumps({"suite": {"nonsense": 1}})])
def test_what_is_no_edition_is_refused(text: str) -> None:
    with pytest.raises(SuiteError, match="不是有效的套表版本文件"):
        suite_from_json(text)
