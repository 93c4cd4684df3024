"""A return on another edition than nearly all others is told what its form lacks; of two halves nobody is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.check.conftest import Unit, make_return
from toolkit.check import run_checks
from toolkit.model.finding import Finding
from toolkit.model.form import Suite
from toolkit.store import Accepted, Book, build_book
from toolkit.store.parsed import facts_path, read_head, write_parsed

Tell = Callable[..., list[Finding]]


def without(suite: Suite, field: str) -> Suite:
    """The suite as it was before one of its columns was added."""
    forms = tuple(
        replace(
            form,
            blocks=tuple(replace(b, fields=tuple(f for f in b.fields if f.id != field)) for b in form.blocks),
        )
        for form in suite.forms
    )
    return replace(suite, forms=forms, edition="0" * 16)


@pytest.fixture
def tell(tmp_path: Path) -> Tell:
    """``tell((suite, how many), …)``: the findings about editions of so many returns on each."""

    def told(*collected: tuple[Suite, int]) -> list[Finding]:
        suites, accepted = {suite.edition: suite for suite, _ in collected}, []
        codes = (str(code) for code in range(101, 200))
        for suite, count in collected:
            for _, code in zip(range(count), codes, strict=False):
                write_parsed(tmp_path / "parsed", code, make_return(suite, Unit(code, f"单位{code}", bare=True)))
                head = read_head(tmp_path / "parsed", code)
                assert head is not None
                accepted.append(Accepted(code, f"{code}.xlsx", code, "", head, facts_path(tmp_path / "parsed", code)))
        out = tmp_path / "out"
        out.mkdir()
        build_book(out, accepted, suites.get)
        with Book(out) as book:
            return [f for f in run_checks(book, suites, few=0) if f.code == "WBK-01"]

    return told


def test_the_few_are_told_what_their_form_lacks(tell: Tell, mini: Suite) -> None:
    (found,) = tell((mini, 3), (without(mini, "reason"), 1))
    assert (found.unit, found.file, found.severity, found.places) == ("104", "104.xlsx", "warning", ())
    assert found.message == (
        f"填报用的模板版本是 0000000000000000，另外 3 份用的是 {mini.edition}：缺少《收支预算表》“增减原因”栏。"
    )
    assert (found.actual, found.expected) == ("0" * 16, mini.edition)


def test_columns_that_only_the_few_have_are_named_too(tell: Tell, mini: Suite) -> None:
    (found,) = tell((without(mini, "reason"), 3), (mini, 1))
    assert "：多出《收支预算表》“增减原因”栏。" in found.message


def test_where_only_words_differ_it_is_mere_information(tell: Tell, mini: Suite) -> None:
    (found,) = tell((mini, 3), (replace(mini, edition="0" * 16), 1))
    assert (found.severity, "栏目相同" in found.message) == ("info", True)


@pytest.mark.parametrize("counts", [(2, 1), (2, 2), (4, 0)])
def test_nobody_is_told_where_it_is_not_clear_which_was_meant(tell: Tell, mini: Suite, counts: tuple[int, int]) -> None:
    collected: list[Any] = [(suite, n) for suite, n in zip((mini, without(mini, "reason")), counts, strict=True) if n]
    assert tell(*collected) == []
