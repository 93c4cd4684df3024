"""An officer's small edits: in the workbook, then in the definitions, then in the workbook that units get."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from toolkit.api import generate
from toolkit.api.authoring import import_suite
from toolkit.authoring import read_suite
from toolkit.catalog import diff, lint, load_suite
from toolkit.model.form import Suite
from toolkit.model.rule import Severity

MINI = Path(__file__).parents[1] / "suites" / "mini"


def imported(book: Any, folder: Path) -> Suite:
    return import_suite(book.path, folder / "mini").suite


def changes(book: Any, folder: Path) -> list[str]:
    return [str(change) for change in diff(load_suite(MINI), imported(book, folder))]


def test_a_list_entry_is_added_with_its_code_as_text(book: Any, tmp_path: Path) -> None:
    book.edit([("代码表", "+ goods 0102", "code", "0102"), ("代码表", "++", "aliases", "桌椅 | 办公桌")])
    found = imported(book, tmp_path).lists["goods"].entries[-1]
    assert (found.value, found.code, found.aliases) == ("0102", "0102", ("桌椅", "办公桌"))


def test_a_label_is_changed_and_nothing_else(book: Any, tmp_path: Path) -> None:
    book.edit([("栏目", "projects fiscal", "label", "预算数 ｜ 财政拨款")])
    assert changes(book, tmp_path) == [
        "修改 forms.items.blocks.projects.fields.fiscal.labels：['预算数', '财政资金'] → ['预算数', '财政拨款']"
    ]


def test_a_rule_is_added_with_its_cases_and_its_parameter(book: Any, tmp_path: Path) -> None:
    book.edit(
        [
            ("参数", "+ least_share", "value", "5"),
            ("规则", "+ XF-90", "severity", "warning"),
            ("规则", "++", "statement", "差旅费不宜低于基本支出的一定比例"),
            ("规则", "++", "action", "请核对差旅费。"),
            ("规则", "++", "rule", 'expenditure.travel.this_year * 100 >= PARAM("least_share")'),
            ("规则", "++", "parameters", "least_share"),
            ("样例", "+ XF-90", "data", "expenditure.travel.this_year: 1"),
            ("样例", "++", "verdict", "pass"),
            ("样例", "+ XF-90", "data", "expenditure.travel.this_year: 0.01"),
            ("样例", "++", "verdict", "fail"),
            ("样例", "++", "why", "0.01 × 100 不足 5"),
        ]
    )
    suite = imported(book, tmp_path)
    rule = suite.rules_by_code["XF-90"]
    assert (rule.severity, rule.parameters) == (Severity.WARNING, {"least_share": Decimal(5)})
    assert [(case.verdict, case.why) for case in rule.cases] == [("pass", ""), ("fail", "0.01 × 100 不足 5")]
    assert not [hint for hint in lint(suite) if "XF-90" in hint.place or "least_share" in hint.place]
    assert "XF-90" in (tmp_path / "mini" / "rules" / "xf.yaml").read_text("utf-8")


def test_a_column_is_added_and_stands_in_the_workbook_of_the_units(book: Any, tmp_path: Path) -> None:
    book.edit(
        [
            ("栏目", "+ expenditure estimate", "label", "执行预计"),
            ("栏目", "++", "type", "amount"),
            ("栏目", "++", "minimum", 0),
            ("栏目", "++", "required", "ISBLANK(expenditure.total.last_year)"),
            ("栏目", "++", "help", "预计到年底的执行数。"),
        ]
    )
    suite = imported(book, tmp_path)
    block = suite.blocks["expenditure"]
    assert (block.fields[-1].id, block.fields[-1].unit, block.fields[-1].minimum) == ("estimate", "万元", Decimal(0))
    assert block.formula("total", "estimate") == "SUM(expenditure.basic.estimate, expenditure.project.estimate)"
    made = generate(tmp_path / "空表.xlsx", suite=tmp_path / "mini")
    assert made.edition == suite.edition
    cells = [str(c.value) for row in openpyxl.load_workbook(made.path)["01_收支"].iter_rows() for c in row]
    assert any("执行预计" in cell for cell in cells)


def test_the_order_of_forms_is_the_order_of_their_rows(book: Any, tmp_path: Path) -> None:
    sheet = book.book["表"]
    first, second = ([cell.value for cell in sheet[row]] for row in (3, 4))
    for column, (one, other) in enumerate(zip(second, first, strict=True), 1):
        sheet.cell(3, column).value, sheet.cell(4, column).value = one, other
    book.edit([])
    assert [form.id for form in imported(book, tmp_path).forms] == ["budget", "basic", "items", "project"]


def test_a_new_year_is_a_new_suite_in_a_folder_of_its_own(book: Any, tmp_path: Path) -> None:
    book.edit([("套表", "mini", "year", "2022"), ("套表", "mini", "suite", "mini-2022")])
    found = import_suite(book.path, tmp_path / "mini-2022").suite
    assert (found.id, found.year, found.edition) == ("mini-2022", 2022, load_suite(tmp_path / "mini-2022").edition)


def test_a_formula_typed_as_text_and_numbers_that_can_mean_one_thing_are_taken(book: Any, tmp_path: Path) -> None:
    book.edit(
        [
            ("栏目", "purchases amount", "help", "=单价*数量"),
            ("区块", "projects", "rows", 12),
            ("区块", "projects", "label", 2021),
            ("栏目", "expenditure reason", "width", 30.5),
            ("表", "items", "landscape", False),
        ]
    )
    cell = book.book["栏目"].cell(book.row("栏目", "purchases amount"), book.column("栏目", "help"))
    cell.data_type = "s"  # openpyxl takes every text with = for a formula
    book.edit([])
    suite = imported(book, tmp_path)
    assert suite.blocks["purchases"].by_id["amount"].help == "=单价*数量"
    assert (suite.blocks["projects"].capacity, suite.blocks["projects"].label) == (12, "2021")
    assert suite.blocks["expenditure"].by_id["reason"].width == 30.5
    assert not suite.forms_by_id["items"].landscape


def test_columns_may_be_moved_noted_beside_and_rows_left_blank(book: Any, tmp_path: Path) -> None:
    sheet = book.book["代码表目录"]
    sheet.insert_cols(1)
    sheet.cell(1, 1).value, sheet.cell(3, 1).value = "我的备注", "待核"
    sheet.insert_rows(4)
    book.book.create_sheet("草稿")["A1"] = "随便写"
    book.edit([])
    assert changes(book, tmp_path) == []


def test_a_folder_in_use_is_left_alone(book: Any, tmp_path: Path, run: Callable[..., Any]) -> None:
    folder = tmp_path / "mini"
    folder.mkdir()
    assert run("suite", "import", book.path, "-o", folder).code == 0
    (folder / "suite.yaml").write_text("mine", "utf-8")
    again = run("suite", "import", book.path, "-o", folder)
    assert (again.code, "已有内容，不会覆盖" in again.err) == (2, True)
    assert (folder / "suite.yaml").read_text("utf-8") == "mine"


def test_what_is_no_workbook_is_refused_in_one_sentence(tmp_path: Path, run: Callable[..., Any]) -> None:
    (tmp_path / "表.xlsx").write_bytes(b"not a workbook")
    ran = run("suite", "import", tmp_path / "表.xlsx", "-o", tmp_path / "mini")
    assert ran.code == 2
    assert "表.xlsx" in ran.err
    assert "Traceback" not in ran.err
    assert run("suite", "import", tmp_path / "没有.xlsx", "-o", tmp_path / "mini").code == 2
    assert not (tmp_path / "mini").exists()


def test_the_commands_say_what_they_wrote(tmp_path: Path, run: Callable[..., Any]) -> None:
    edition = load_suite(MINI).edition
    assert f"套表.xlsx（版本 {edition}）" in run("suite", "export", MINI, "-o", tmp_path / "套表.xlsx").out
    said = run("suite", "import", tmp_path / "套表.xlsx", "-o", tmp_path / "mini").out
    assert f"表 4 张，代码表 6 个，规则 24 条（版本 {edition}）" in said


def test_the_house_style_beside_the_folder_is_the_suites(exported: bytes, tmp_path: Path) -> None:
    (tmp_path / "house_style.yaml").write_text("fonts: {body: 仿宋}\n", "utf-8")
    suite = read_suite(exported, "套表.xlsx", tmp_path / "mini")
    assert suite.style == {"fonts": {"body": "仿宋"}}
    assert suite.edition == load_suite(tmp_path / "mini").edition != load_suite(MINI).edition
    assert io.BytesIO(exported).getvalue()[:2] == b"PK"


@pytest.mark.parametrize("name", ["forms/items.yaml", "rules/rules.yaml", "lists/level2.yaml"])
def test_the_files_read_like_those_an_author_writes(exported: bytes, tmp_path: Path, name: str) -> None:
    read_suite(exported, "套表.xlsx", tmp_path / "mini")
    text = (tmp_path / "mini" / name).read_text("utf-8")
    wanted = {
        "forms/items.yaml": "      code: {label: 项目编码, type: code, required: true, pattern: 999-AX, member_check: COD-02, help: 三位数字加横线和两位字符。}\n",
        "rules/rules.yaml": "\n\n- code: SUM-09\n  severity: error\n  statement: 采购金额应等于单价乘以数量\n",
        "lists/level2.yaml": "entries:\n  - {value: 数量指标, parent: 产出指标, aliases: [数量]}\n",
    }
    assert wanted[name] in text
