"""The table of adjustments: Chinese or English heads, exact amounts, and a bad row named by file, row and column."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from toolkit.model.errors import InputError
from toolkit.store.adjustments import read_adjustments


def table(folder: Path, text: str) -> Path:
    path = folder / "调整.csv"
    path.write_text(text, encoding="utf-8-sig")
    return path


@pytest.mark.parametrize("head", ["单位或节点,表,行,栏,金额,调整人,原因", "node,form,row,field,amount,author,reason"])
def test_heads_are_chinese_or_english(tmp_path: Path, head: str) -> None:
    (one,) = read_adjustments(table(tmp_path, f'{head}\n102,收支总体,合计,本年预算,"-1,234.50",张某,抵销\n'))
    assert (one.node, one.row, one.amount, one.author) == ("102", "合计", Decimal("-1234.50"), "张某")
    assert one.where == "调整.csv 第 2 行"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("102,表,,栏,十万,,张某,原因,", "第 2 行“调整金额”列：“十万”不是数字"),
        ("102,表,,栏,1,美元,张某,原因,", "第 2 行“计量单位”列：“美元”"),
        ("102,表,,栏,1,,,原因,", "第 2 行“调整人”列是空的"),
        ("102,表,,栏,1,,张某,,", "第 2 行“原因”列是空的"),
        ("102,表,,栏,1,,张某,原因,今年", "第 2 行“年度”列：“今年”不是年度"),
    ],
)
def test_a_bad_row_is_named_by_file_row_and_column(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        read_adjustments(table(tmp_path, f"单位,表,行,栏,金额,计量单位,调整人,原因,年度\n{row}\n"))
    assert str(error.value).startswith(f"调整.csv {said}")
