from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from toolkit.model.fact import Fact, Key, Remark, Return, State
from toolkit.store.parsed import facts_path, head_path, read_head, read_return, write_parsed

SHA = "a" * 64


def test_a_return_comes_back_as_it_was(tmp_path: Path, make: Callable[..., Return]) -> None:
    remark = Remark("TYP-01", "文本", Key("cover", "", "", "budget"), "收支", "C5", actual="1", severity="warning")
    found = make(
        "101",
        {
            ("cover", "", "", "budget"): Decimal("2994.7"),
            ("cover", "", "", "name"): "办公室\u000b第二行 =1+1",
            ("cover", "", "", "day"): datetime.date(2021, 3, 1),
            ("income", "", "total", "this_year"): Decimal(0),
            ("income", "", "general", "this_year"): None,
            ("income", "", "other", "this_year"): State.CLASSIFIED,
            ("items", "", "001", "price"): Decimal("-999999999999.999999"),
            ("goal", "02", "", "goal"): "2021-03-01",
        },
        submitted=[("finance", ""), ("target", "02")],
        remarks=(remark, Remark("WBK-04", "整份文件")),
    )
    write_parsed(tmp_path, SHA, found)
    assert read_return(tmp_path, SHA) == found


def test_lone_surrogates_of_damaged_files_are_kept_as_escapes(tmp_path: Path, make: Callable[..., Return]) -> None:
    key = Key("cover", "", "", "name")
    fact = Fact(key, "坏\ud800", State.VALUE, "坏\ud800", "收支", "C5")
    found = make("101", {})
    write_parsed(tmp_path, SHA, Return(found.identity, {key: fact}, (Remark("T", "坏\ud800"),)))
    back = read_return(tmp_path, SHA)
    assert back.facts[key].value == "坏\\ud800"
    assert back.remarks[0].detail == "坏\ud800"


def test_half_a_result_is_no_result(tmp_path: Path, make: Callable[..., Return]) -> None:
    assert read_head(tmp_path, SHA) is None
    write_parsed(tmp_path, SHA, make("101", {("cover", "", "", "name"): "x"}))
    assert read_head(tmp_path, SHA) is not None
    facts = facts_path(tmp_path, SHA).read_bytes()
    facts_path(tmp_path, SHA).unlink()
    assert read_head(tmp_path, SHA) is None
    facts_path(tmp_path, SHA).write_bytes(facts)
    head_path(tmp_path, SHA).write_bytes(b'{"identity": ')
    assert read_head(tmp_path, SHA) is None


def test_the_content_hash_ignores_only_when_it_was_saved(tmp_path: Path, make: Callable[..., Return]) -> None:
    def content(sha: str, value: str, saved: str) -> str:
        found = make("101", {("cover", "", "", "name"): value})
        write_parsed(tmp_path, sha, Return(found.identity, found.facts, saved=saved))
        head = read_head(tmp_path, sha)
        assert head is not None
        return head.content

    assert content("a" * 64, "x", "2021-01-01") == content("b" * 64, "x", "2022-01-01")
    assert content("a" * 64, "x", "2021-01-01") != content("b" * 64, "y", "2021-01-01")
