"""Any bytes end as a return or as one of three reasons in Chinese; nothing else comes out of the gate."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.faults.returns import SUITE
from bench.robustness.mutate import mutants, mutate, mutate_package
from bench.robustness.packages import hostile, unpacked
from toolkit.catalog import load_suite
from toolkit.model.fact import Return
from toolkit.read import NotAReturn, ReadFailure, Refused, Unreadable, read_bytes

Read = Callable[[bytes], Return | ReadFailure]
_CHINESE = re.compile("[一-鿿]")
_READ = frozenset({
    "attributes", "columns-far", "dimension-lies", "dimension-nonsense", "escape-surrogate", "external", "formulas-long",
    "formulas-many", "links-hostile", "macros", "merge-all", "names-odd", "namespaces", "numbers",
    "ole", "string-spaced", "style-beyond", "style-format-odd", "zip-names",
})  # fmt: skip
"""Odd, but nothing of it can deceive: these are read."""


@pytest.fixture(scope="module")
def read() -> Read:
    suite = load_suite(SUITE)

    def one(data: bytes) -> Return | ReadFailure:
        try:
            return read_bytes(data, "100.xlsx", lambda _: suite)
        except (NotAReturn, Refused, Unreadable) as failure:
            end = failure
        assert _CHINESE.search(end.reason)
        return end

    return one


@pytest.mark.parametrize("heavy", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_every_trick_ends_in_time_and_with_a_reason(read: Read, good: Mapping[str, bytes], heavy: bool) -> None:
    ended = {}
    for name, data in hostile(good["xlsx"], heavy=heavy):
        began = time.monotonic()
        ended[name.removesuffix(".xlsx")] = read(data)
        assert time.monotonic() - began < 20, name
    assert {name for name, end in ended.items() if isinstance(end, Return)} >= _READ
    for name, words in {
        "zip-bomb": "压缩炸弹", "zip-overlap": "重叠", "zip-lying-small": "实际更大", "entities-laugh": "DOCTYPE",
        "entity-file": "DOCTYPE", "entity-network": "DOCTYPE", "deep": "嵌套", "attributes-workbook": "属性", "row-twice": "重复",
        "cell-twice": "重复", "zip-part-twice": "重复", "sheet-name-twice": "重复", "string-beyond": "不存在", "corner": "散布",
        "relation-escapes": "文件之外", "relation-outside": "文件之外", "relation-dangling": "缺少部件", "merges": "合并单元格",
        "sheets-many": "工作表", "long-token": "标记", "zip-many": "部件",
    }.items():  # fmt: skip
        end = ended[name]
        assert isinstance(end, ReadFailure), name
        assert words in end.reason, name
    if heavy:
        for name, words in {"validations": "数据验证", "names": "定义名称", "zip-bomb-part": "压缩炸弹"}.items():
            assert words in str(ended[name]), name


def test_active_content_is_told_and_never_run(read: Read, good: Mapping[str, bytes]) -> None:
    files = dict(hostile(good["xlsx"], heavy=False))
    for name, words in {"macros": "宏", "ole": "嵌入对象", "external": "外部链接"}.items():
        found = read(files[f"{name}.xlsx"])
        assert isinstance(found, Return)
        assert any(words in remark.detail for remark in found.remarks)


def test_damaged_returns_are_read_or_told(read: Read, good: Mapping[str, bytes]) -> None:
    ended = [read(data) for data in mutants(good["xlsx"], 40, seed=3)]
    assert {isinstance(end, Return) for end in ended} == {True, False}


@settings(max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    head=st.sampled_from((b"", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html>", b"<?xml ", b"%PDF-")),
    tail=st.binary(max_size=3000),
)  # fmt: skip
def test_any_bytes(read: Read, head: bytes, tail: bytes) -> None:
    assert isinstance(read(head + tail), ReadFailure)


@settings(max_examples=30, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(min_value=0, max_value=2**32), package=st.booleans())
def test_any_mutation_of_a_good_package(read: Read, good: Mapping[str, bytes], seed: int, package: bool) -> None:
    rng, data = random.Random(seed), good["xlsx"]
    read(mutate_package(unpacked(data), rng) if package else mutate(data, rng))
