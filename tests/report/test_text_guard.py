"""What a unit typed never becomes a formula, a link, markup or an unseen control, and never stops an output."""

from __future__ import annotations

import pytest

from toolkit.report.text import CELL_LIMIT, cell_text, csv_text, markup, one_line, visible


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x0bb\x00", "a␋b␀"),
        ("a\u202eb\u2066", "a[U+202E]b[U+2066]"),
        ("a\u200bb\ufeff", "a[U+200B]b[U+FEFF]"),
        ("a\x7f\x85", "a[U+007F][U+0085]"),
        ("a\ud800", "a[U+D800]"),
        ("甲\r\n乙\r丙\t丁", "甲\n乙\n丙\t丁"),
        ("支出合计 𠮷", "支出合计 𠮷"),
    ],
)
def test_controls_are_shown_and_never_act(raw: str, shown: str) -> None:
    assert visible(raw) == shown


def test_a_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    cut = cell_text("𠮷" * 20_000)
    assert len(cut.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert cut.endswith("…（全文 20000 字，已截断）")
    assert cell_text("x" * CELL_LIMIT) == "x" * CELL_LIMIT


@pytest.mark.parametrize("raw", ["=1+1", "+1-2", "-cmd", "@x", "＝1", "＋1", "－1", "＠a", "  =1", "\t=1", "\n=1"])
def test_csv_cells_that_would_start_a_formula_get_an_apostrophe(raw: str) -> None:
    assert csv_text(raw).startswith("'")


@pytest.mark.parametrize("raw", ["-1.00", "2994.70", "0", "甲=乙", "102"])
def test_plain_numbers_and_words_stay_as_they_are_in_csv(raw: str) -> None:
    assert csv_text(raw) == raw


def test_markup_is_escaped_also_for_attributes() -> None:
    assert markup("<img src=x onerror='a'>&\"") == "&lt;img src=x onerror=&#x27;a&#x27;&gt;&amp;&quot;"
    assert one_line(" 甲\n 乙 ") == "甲 乙"
