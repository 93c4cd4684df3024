"""A data file may give a target as one text; what is no target is told with form, row and field, all at once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from toolkit.catalog import data_text, load_suite, read_data
from toolkit.model.errors import DataError
from toolkit.model.fact import Key, UnitData

MINI = load_suite(Path(__file__).parents[1] / "suites" / "mini")
HEAD = """\
suite: mini
unit: {code: "102", name: 办公室}
region: 示例开发区
year: 2021
stage: 批复
forms:
  project:
    - target: {name: 大屏}
      indicators:
"""


def read(folder: Path, *rows: str) -> UnitData:
    path = folder / "102.yaml"
    path.write_text(HEAD + "".join(f"        - {row}\n" for row in rows), encoding="utf-8")
    return read_data(path, lambda _: MINI)


def target(data: UnitData, row: str) -> tuple[object, ...]:
    return tuple(data.values.get(Key("indicators", "01", row, f"target_{part}")) for part in ("op", "value", "unit"))


def test_one_text_is_read_as_the_three(tmp_path: Path) -> None:
    rows = (
        '{name: 甲, target: "≥95%"}',
        "{name: 乙, target: 达标}",
        '{name: 丙, target: "≥1000"}',
        '{name: 丁, target: ""}',
    )
    data = read(tmp_path, *rows)
    assert target(data, "001") == ("≥", Decimal(95), "%")
    assert target(data, "002") == ("文字描述", None, "达标")
    assert target(data, "003") == ("≥", Decimal(1000), None)
    assert target(data, "004") == (None, None, None)


def test_it_is_the_same_as_writing_three_and_three_are_written(tmp_path: Path) -> None:
    one = read(tmp_path, '{name: 甲, target: "≥95%"}')
    three = read(tmp_path, '{name: 甲, target_op: ≥, target_value: "95", target_unit: "%"}')
    assert one == three
    assert "target_op: ≥" in data_text(one, MINI)
    assert "target:" not in data_text(one, MINI).partition("indicators")[2]


def test_a_mark_stands_in_the_numbers_place(tmp_path: Path) -> None:
    assert read(tmp_path, "{name: 甲, target: 涉密}").marks == {Key("indicators", "01", "001", "target_value"): "涉密"}


def test_all_that_is_no_target_is_told_at_once_with_form_row_and_field(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        read(tmp_path, '{name: 甲, target: "≥95%"}', "{name: 乙, target: 是否按时完成}", "{name: 丙, target: 24小时}")
    question, unsigned = str(error.value).splitlines()
    assert question.startswith(
        "102.yaml：forms.project[1].indicators[2].target：“绩效指标”第 2 行：“是否按时完成”是疑问句"
    )
    assert unsigned.startswith("102.yaml：forms.project[1].indicators[3].target：“绩效指标”第 3 行：“24小时”没有符号")


def test_one_text_and_three_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="已写成一栏，不能再写 target_op"):
        read(tmp_path, '{name: 甲, target: "≥95%", target_op: ≥}')


def test_a_block_without_the_three_has_no_such_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        HEAD.replace("{name: 大屏}", '{target: "≥95%"}').rpartition("      indi")[0], "utf-8"
    )
    with pytest.raises(DataError, match="没有“target”"):
        read_data(tmp_path / "a.yaml", lambda _: MINI)
