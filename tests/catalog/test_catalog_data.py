"""Data files: what a unit fills in, as YAML or JSON, there and back without loss."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.catalog import data_text, load_suite, read_data, write_data
from toolkit.model.errors import DataError
from toolkit.model.fact import Identity, Key, UnitData, Value
from toolkit.model.form import FieldType, Suite

MINI = load_suite(Path(__file__).parents[1] / "suites" / "mini")

HEAD = """\
suite: mini
unit: {code: "102", name: 办公室}
region: 示例开发区
year: 2021
stage: 批复
"""

FILLED = (
    HEAD
    + """\
forms:
  basic:
    cover: {date: 2021-01-14, signed: 是, unit_code: "102"}
  budget:
    expenditure:
      total: {this_year: "3700.07", change: -13.50}
      basic: {this_year: 1298.87, reason: 人员增加}
  items:
    projects:
      total: {budget: "190"}
      rows:
        - {code: 102-A1, name: 大屏更换, fiscal: "190.00", other: null}
        - {}
        - {code: 102-B2, name: 慰问, fiscal: 100}
    purchases:
      - {project: 大屏更换, quantity: --, amount: "190"}
  project:
    - {}
    - target: {name: 慰问, classified: 是, purpose: 涉密, budget: 涉密}
      indicators: [{level1: 产出指标, target_op: ≥, target_value: "1000", target_unit: 人}]
"""
)


def mini(suite_id: str) -> Suite:
    assert suite_id == "mini"
    return MINI


def read(tmp_path: Path, text: str, name: str = "102.yaml") -> UnitData:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_data(path, mini)


def test_every_kind_of_block_is_read_with_its_keys(tmp_path: Path) -> None:
    assert read(tmp_path, FILLED).values == {
        Key("cover", "", "", "date"): datetime.date(2021, 1, 14),
        Key("cover", "", "", "signed"): "是",
        Key("cover", "", "", "unit_code"): "102",
        Key("expenditure", "", "total", "this_year"): Decimal("3700.07"),
        Key("expenditure", "", "total", "change"): Decimal("-13.5"),
        Key("expenditure", "", "basic", "this_year"): Decimal("1298.87"),
        Key("expenditure", "", "basic", "reason"): "人员增加",
        Key("projects", "", "total", "budget"): Decimal(190),
        Key("projects", "", "001", "code"): "102-A1",
        Key("projects", "", "001", "name"): "大屏更换",
        Key("projects", "", "001", "fiscal"): Decimal(190),
        Key("projects", "", "003", "code"): "102-B2",
        Key("projects", "", "003", "name"): "慰问",
        Key("projects", "", "003", "fiscal"): Decimal(100),
        Key("purchases", "", "001", "project"): "大屏更换",
        Key("purchases", "", "001", "amount"): Decimal(190),
        Key("target", "02", "", "name"): "慰问",
        Key("target", "02", "", "classified"): "是",
        Key("target", "02", "", "purpose"): "涉密",
        Key("indicators", "02", "001", "level1"): "产出指标",
        Key("indicators", "02", "001", "target_op"): "≥",
        Key("indicators", "02", "001", "target_value"): Decimal(1000),
        Key("indicators", "02", "001", "target_unit"): "人",
    }


def test_a_number_cell_may_hold_a_mark_in_place_of_a_number(tmp_path: Path) -> None:
    assert read(tmp_path, FILLED).marks == {
        Key("purchases", "", "001", "quantity"): "--",
        Key("target", "02", "", "budget"): "涉密",
    }


def test_the_identity_names_the_edition_the_data_are_for(tmp_path: Path) -> None:
    assert read(tmp_path, FILLED).identity == Identity(
        "示例开发区", 2021, "批复", "102", "办公室", edition=MINI.edition, suite="mini"
    )


@pytest.mark.parametrize("name", ["again.yaml", "again.json"])
def test_what_is_written_is_read_back_equal(tmp_path: Path, name: str) -> None:
    data = read(tmp_path, FILLED)
    write_data(data, tmp_path / name, MINI)
    assert read_data(tmp_path / name, mini) == data


def test_the_text_follows_the_order_of_the_forms_with_amounts_as_plain_decimals(tmp_path: Path) -> None:
    text = data_text(read(tmp_path, FILLED), MINI)
    assert text.index("cover:") < text.index("expenditure:") < text.index("projects:") < text.index("- target:")
    assert "this_year: '3700.07'" in text
    assert "fiscal: '190'" in text


def test_codes_keep_their_zeros_and_numbers_their_digits(tmp_path: Path) -> None:
    data = read(tmp_path, HEAD + "forms: {basic: {cover: {unit_code: 007}}, budget: {}}\n")
    assert data.values == {Key("cover", "", "", "unit_code"): "007"}
    big = read(tmp_path, HEAD + "forms: {budget: {expenditure: {basic: {this_year: 123456789.123456}}}}\n")
    assert list(big.values.values()) == [Decimal("123456789.123456")]


REFUSED = [
    ("suite: mini\n", "102.yaml：缺少：unit、region、year、stage、forms"),
    (
        HEAD + "forms: {budgets: {}}\n",
        "102.yaml：forms：没有“budgets”，是否为“budget”？可用：basic、budget、items、project",
    ),
    (HEAD + "forms: {budget: {income: {}}}\n", "forms.budget：没有“income”。可用：expenditure"),
    (HEAD + "forms: {budget: {expenditure: {sum: {}}}}\n", "forms.budget.expenditure：没有“sum”"),
    (
        HEAD + "forms: {budget: {expenditure: {basic: {amount: 1}}}}\n",
        "forms.budget.expenditure.basic：没有“amount”。可用：change、last_year、reason、share、this_year",
    ),
    (
        HEAD + "forms: {budget: {expenditure: {travel: {share: 1}}}}\n",
        "forms.budget.expenditure.travel：没有“share”。可用：reason、this_year",
    ),
    (HEAD + "forms: {items: {projects: {total: {name: 合计}}}}\n", "forms.items.projects.total：没有“name”"),
    (HEAD + f"forms: {{items: {{projects: [{'{}, ' * 9}]}}}}\n", "forms.items.projects：有 9 行，“项目清单”最多 8 行"),
    (HEAD + f"forms: {{project: [{'{}, ' * 100}]}}\n", "forms.project：有 100 张，最多 99 张"),
    (HEAD + "forms: {project: {target: {}}}\n", "forms.project：此处应为列表"),
    (HEAD + "forms: {items: {projects: [大屏]}}\n", "forms.items.projects[1]：此处应为键值对"),
    (
        HEAD + "forms: {project: [{}, {plan: {jun: 50%}}]}\n",
        "forms.project[2].plan.jun：“6月底”应为数值（只写数字，不带单位），实为“50%”",
    ),
    (HEAD + "forms: {project: [{plan: {jun: 1e3}}]}\n", "实为“1e3”"),
    (HEAD + "forms: {project: [{plan: {jun: １２}}]}\n", "实为“１２”"),
    (HEAD + "forms: {project: [{plan: {jun: 0.1234567}}]}\n", "超出范围：最多 6 位小数、15 位有效数字"),
    (HEAD + "forms: {project: [{plan: {jun: 1000000000000}}]}\n", "超出范围"),
    (HEAD + "forms: {basic: {cover: {date: 2021年1月}}}\n", "forms.basic.cover.date：日期应写为 年-月-日"),
    (HEAD + "forms: {basic: {cover: {remark: [一, 二]}}}\n", "forms.basic.cover.remark：此处应为文本或数值"),
    (HEAD.replace("批复", "三上") + "forms: {}\n", "102.yaml：stage：未知的阶段“三上”"),
    (HEAD.replace("2021", "21") + "forms: {}\n", "year：年度应为四位年份，实为“21”"),
    (HEAD + "forms: {basic: {}, basic: {}}\n", "102.yaml:6：键“basic”重复"),
    ("suite: [", "102.yaml：不是有效的数据文件"),
    ("", "102.yaml：缺少：suite"),
    ("- suite", "102.yaml：此处应为键值对"),
]


@pytest.mark.parametrize(("text", "expected"), REFUSED, ids=[f"{n:02d}" for n in range(len(REFUSED))])
def test_what_does_not_fit_is_refused_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(DataError) as error:
        read(tmp_path, text)
    assert expected in str(error.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"suite": "mini", "suite": "mini"}', "键“suite”重复"),
        ('{"suite": "mini"', "不是有效的数据文件"),
        ('{"suite": true}', "缺少"),
    ],
)
def test_a_json_file_is_read_as_strictly(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(DataError, match=expected):
        read(tmp_path, text, "102.json")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.yaml：文件无法读取"):
        read_data(tmp_path / "none.yaml", mini)


def test_minus_zero_is_zero(tmp_path: Path) -> None:
    data = read(tmp_path, HEAD + "forms: {budget: {expenditure: {basic: {this_year: -0.00}}}}\n")
    assert str(next(iter(data.values.values()))) == "0"


def test_a_value_without_a_cell_is_not_dropped_on_writing() -> None:
    identity = Identity("示例开发区", 2021, "批复", "102", "办公室", MINI.edition, "mini")
    data = UnitData("mini", identity, {Key("expenditure", "", "travel", "share"): Decimal(1)})
    with pytest.raises(DataError, match="套表 mini 没有单元格 expenditure//travel/share"):
        data_text(data, MINI)


def cells() -> list[Key]:
    """A cell of every kind of row of every block of the suite."""
    keys: list[Key] = []
    for form in MINI.forms:
        for block in form.blocks:
            own = {"record": ("",), "grid": (), "list": ("001", "004")}[block.kind.value]
            keys += [
                Key(block.id, "02" if form.repeat else "", row, f.id)
                for row in (*block.rows_by_id, *own)
                for f in block.fields
                if block.has_cell(row, f.id)
            ]
    return keys


def value_of(key: Key) -> st.SearchStrategy[Value]:
    kind = MINI.blocks[key.block].by_id[key.field].type
    if kind.is_number:
        return st.decimals(-(10**8), 10**8, places=6).map(lambda d: d.normalize())
    if kind is FieldType.DATE:
        return st.dates(datetime.date(1900, 1, 1), datetime.date(2999, 12, 31))
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(
    filled=st.sets(st.sampled_from(cells())).flatmap(
        lambda keys: st.fixed_dictionaries({key: value_of(key) for key in sorted(keys)})
    ),
    suffix=st.sampled_from([".yaml", ".json"]),
)
def test_any_data_survive_the_round_trip(filled: dict[Key, Value], suffix: str) -> None:
    identity = Identity("示例：区", 2021, "一上", "007", "办公室 #1", MINI.edition, "mini")
    data = UnitData("mini", identity, filled)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"data{suffix}"
        write_data(data, path, MINI)
        assert read_data(path, mini) == data
