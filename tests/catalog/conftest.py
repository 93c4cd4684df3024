"""A small suite as files, so that a test can say what it changes and what must be reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from toolkit.catalog import load_suite
from toolkit.model.errors import SuiteError

TINY: Mapping[str, str] = {
    "suite.yaml": """\
suite: tiny
title: 小套表
year: 2021
region: 示例区
stage: 批复
forms: [money, people]
""",
    "forms/money.yaml": """\
form: money
sheet: 01_收支
title: 收支表
unit: 万元
blocks:
  - grid: spending
    label: 支出
    columns:
      amount: {label: 本年, type: amount, minimum: 0, range_check: TYP-01, help: 本年数}
      double: {label: 加倍, type: amount, formula: "spending[].amount + spending[].amount", check: NAR-01}
    rows:
      total: {label: 合计, total: [wages, goods], check: SUM-01}
      wages: {label: 工资}
      goods: {label: 商品}
""",
    "forms/people.yaml": """\
form: people
sheet: 02_人员
title: 人员表
blocks:
  - list: staff
    label: 人员
    rows: 3
    key: [name]
    columns:
      name: {label: 姓名, type: text, required: true, help: 全名}
      kind: {label: 类别, type: choice, lookup: kinds, member_check: ENU-01, help: 选取}
      level: {label: 级别, type: choice, lookup: levels, parent: kind, parent_check: ENU-03, help: 选取}
      age: {label: 年龄, type: integer, help: 周岁}
    total: {label: 合计, fields: [age], check: SUM-02}
  - record: chief
    label: 负责人
    lines: [[person, since]]
    fields:
      person: {label: 姓名, type: choice, source: staff.name, help: 从人员中选}
      since: {label: 任职日期, type: date, help: 日期}
""",
    "lists/kinds.yaml": "list: kinds\nlabel: 类别\nentries: [在编, 聘用]\n",
    "lists/levels.yaml": """\
list: levels
label: 级别
entries:
  - {value: 一级, parent: 在编, aliases: [甲级]}
  - {value: 二级, parent: 聘用}
""",
    "rules/all.yaml": """\
- code: STR-02
  kind: derived
  severity: error
  statement: 必填不得为空
  action: 请补填。
- code: SUM-03
  severity: error
  statement: 工资不得超过合计
  action: 请核对。
  rule: spending.wages.amount <= spending.total.amount
  cases:
    - {data: {spending.wages.amount: 1, spending.total.amount: 2}, verdict: pass}
- {code: TYP-01, kind: derived, severity: error, statement: 不得为负数, action: 请核对。}
- {code: NAR-01, kind: derived, severity: error, statement: 应等于两倍, action: 请核对。}
- {code: SUM-01, kind: derived, severity: error, statement: 合计应等于各项之和, action: 请核对。}
- {code: SUM-02, kind: derived, severity: error, statement: 合计应等于各行之和, action: 请核对。}
- {code: ENU-01, kind: derived, severity: warning, statement: 类别应在列表中, action: 请选取。}
- {code: ENU-03, kind: derived, severity: error, statement: 级别应与类别相符, action: 请选取。}
""",
}


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The folder of the small suite."""
    return write_files(tmp_path / "tiny", TINY)


@pytest.fixture
def problems(tiny: Path) -> Callable[[str, str, str], list[str]]:
    """Replace one piece of text in one file, load, and give the problems as ``file:line:column: message``."""

    def change_and_load(file: str, old: str, new: str) -> list[str]:
        path = tiny / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(SuiteError) as error:
            load_suite(tiny)
        return str(error.value).splitlines()

    return change_and_load
