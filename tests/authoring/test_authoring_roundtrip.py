"""Export and import: the same suite again, whatever saved the workbook in between."""

from __future__ import annotations

import dataclasses
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bench.office import convert
from toolkit.api.authoring import export_suite, import_suite
from toolkit.authoring import read_suite, write_suite
from toolkit.authoring.columns import ELSEWHERE, GUIDE, SHEETS
from toolkit.catalog import diff, lint, load_suite
from toolkit.catalog.fields import FIELD_KEYS, TARGET_KEYS
from toolkit.catalog.forms import FORM_KEYS
from toolkit.catalog.lists import LIST_KEYS
from toolkit.catalog.rules import RULE_KEYS
from toolkit.model.errors import OutputError
from toolkit.model.form import Block, CodeList, Field, Form, ListEntry, Row, RowPrefill, Suite
from toolkit.model.rule import Case, Rule

MINI = Path(__file__).parents[1] / "suites" / "mini"


@pytest.mark.parametrize(
    "source",
    [*(pytest.param(s, marks=pytest.mark.slow) for s in ("standard", "hebei-2021", "shijiazhuang-2020")), MINI],
    ids=str,
)
def test_import_of_export_is_the_same_suite(source: str | Path, tmp_path: Path) -> None:
    suite = load_suite(source)
    made = export_suite(source, tmp_path / "套表.xlsx")
    found = import_suite(made.path, tmp_path / suite.id)
    assert diff(suite, found.suite) == []
    assert made.edition == suite.edition == found.suite.edition == load_suite(tmp_path / suite.id).edition
    assert [r.code for r in found.suite.rules] == [r.code for r in suite.rules]
    assert "extends" not in (tmp_path / suite.id / "suite.yaml").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("source", ["hebei-2021", MINI], ids=str)
def test_a_workbook_that_libreoffice_saved_is_the_same_suite(source: str | Path, tmp_path: Path) -> None:
    made = export_suite(source, tmp_path / "套表.xlsx")
    for kind in ("xlsx", "ods"):
        saved = convert(made.path, kind, tmp_path / kind)
        assert import_suite(saved, tmp_path / kind / load_suite(source).id).suite.edition == made.edition


def test_equal_suites_give_equal_bytes() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    write_suite(load_suite(MINI), first)
    write_suite(load_suite(MINI), second)
    assert first.getvalue() == second.getvalue()


@pytest.mark.parametrize("kind", [Suite, Form, Block, Field, Row, RowPrefill, ListEntry, CodeList, Rule, Case])
def test_every_attribute_of_the_model_is_in_a_column(kind: type) -> None:
    sheet = next(sheet for sheet in SHEETS if sheet.shows is kind)
    shown = {name for column in sheet.columns for name in column.attributes}
    for column in sheet.columns:
        if callable(column.value) and not column.covers and not column.key_of_sheet:
            assert column.key in {"operators", "units"}, (
                f"{sheet.name}.{column.key} says of no attribute that it holds it"
            )
    held = {field.name for field in dataclasses.fields(kind)}
    elsewhere = {name for owner, name in ELSEWHERE if owner is kind}
    assert shown | elsewhere == held
    assert not shown & elsewhere


def test_every_key_of_the_definitions_has_a_column() -> None:
    keys = {sheet.name: {column.key for column in sheet.columns} for sheet in SHEETS}
    assert keys["栏目"] - {"block", "field"} == FIELD_KEYS | TARGET_KEYS
    assert keys["表"] == FORM_KEYS - {"blocks"}
    assert keys["代码表目录"] == LIST_KEYS - {"entries", "csv"}
    graded = {key for key in keys["规则"] if key.startswith("levels.")}
    assert keys["规则"] - graded - {"file"} == RULE_KEYS - {"levels", "cases"}


def test_the_sheets_have_two_header_rows_frozen_filtered_and_text_cells(exported: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported))
    assert book.sheetnames == [GUIDE, *(sheet.name for sheet in SHEETS)]
    for sheet in SHEETS:
        made = book[sheet.name]
        assert [cell.value for cell in made[2]] == [column.key for column in sheet.columns]
        assert [str(cell.value).removesuffix("*") for cell in made[1]] == [column.header for column in sheet.columns]
        assert made.freeze_panes == made.cell(3, sheet.frozen + 1).coordinate
        assert made.auto_filter.ref.startswith("A2:")
        assert {cell.data_type for row in made.iter_rows(min_row=3) for cell in row if cell.value is not None} <= {"s"}
        assert all(cell.number_format == "@" for row in made.iter_rows(min_row=3) for cell in row if cell.value)
        offered = {str(area) for validation in made.data_validations.dataValidation for area in validation.sqref.ranges}
        assert len(offered) == sum(bool(column.choices) for column in sheet.columns)


def test_what_the_sheets_hold_reads_as_an_officer_would_write_it(exported: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported))

    def row(sheet: str, at: int, word: str) -> dict[str, str]:
        made = book[sheet]
        found = next(r for r in made.iter_rows(min_row=3, values_only=True) if r[at] == word)
        return {str(k.value): str(v) for k, v in zip(made[2], found, strict=True) if v is not None}

    assert row("栏目", 1, "fiscal") == {
        "block": "projects", "field": "fiscal", "label": "预算数 | 财政资金", "type": "amount", "required": "是",
        "minimum": "0", "range_check": "TYP-01", "help": "财政拨款。",
    }  # fmt: skip
    assert row("栏目", 1, "target")["type"] == "target"
    assert row("行", 0, "expenditure") == {
        "block": "expenditure", "row": "total", "label": "支出合计", "total": "basic | project", "check": "SUM-02",
    }  # fmt: skip
    assert row("行", 1, "travel")["closed"] == "last_year | change | share"
    assert row("规则", 1, "PLN-05")["levels.info"] == 'plan.dec - plan.jun < PARAM("year_end_share")'
    assert row("样例", 0, "XF-01")["data"] == (
        "expenditure.project.this_year: 30\ntarget[]:\n  - {budget: 10}\n  - {budget: 20}"
    )


def test_texts_that_look_like_something_else_stay_what_they_are(tmp_path: Path) -> None:
    suite = load_suite(MINI)
    words = (
        "001",
        "=1+1",
        "是",
        "true",
        "null",
        "2021-01-01",
        "1e5",
        "a|b",
        "#",
        "- x",
        "a: b",
        "‘’\"'",
        "{x}",
        "~",
        "=",
        "\\|",
    )
    entries = tuple(
        ListEntry(w, code=f"0{n}", aliases=(f"{w}别|名", f"第{n}"), note=f"{w}\n{w}") for n, w in enumerate(words)
    )
    lists = {**suite.lists, "goods": CodeList("goods", "采购品目", entries, open=True)}
    changed = dataclasses.replace(suite, lists=lists)
    out = io.BytesIO()
    write_suite(changed, out)
    assert read_suite(out.getvalue(), "套表.xlsx", tmp_path / "mini").lists["goods"].entries == entries


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": "标\u200b题"}, "「表」“表号”：.*含有不能照原样写入单元格的内容"),
        ({"number": "长" * 32768}, "「表」“表号”：长+ 超过 32767 个字符"),
        ({"help": ("先写↵后写",)}, "「表」“填报说明（每行一条）”"),
        ({"help": ("先写", " ")}, "「表」“填报说明（每行一条）”"),
        ({"unit_line": " 万元"}, "「表」“计量单位”"),
    ],
)
def test_what_a_cell_cannot_hold_as_it_is_is_refused(change: dict[str, Any], said: str) -> None:
    suite = load_suite(MINI)
    form = dataclasses.replace(suite.forms[0], **change)
    with pytest.raises(OutputError, match=f"套表不能导出：{said}"):
        write_suite(dataclasses.replace(suite, forms=(form, *suite.forms[1:])), io.BytesIO())


def test_rules_out_of_the_order_of_files_keep_their_order(tmp_path: Path) -> None:
    suite = load_suite(MINI)
    changed = dataclasses.replace(suite, rules=suite.rules[::-1])
    for wanted in (changed, dataclasses.replace(suite, rules=(*suite.rules[3:], *suite.rules[:3]))):
        out, folder = io.BytesIO(), tmp_path / str(len(list(tmp_path.iterdir()))) / "mini"
        write_suite(wanted, out)
        folder.parent.mkdir()
        assert [r.code for r in read_suite(out.getvalue(), "套表.xlsx", folder).rules] == [r.code for r in wanted.rules]


def test_a_grid_row_that_is_nearly_a_total_is_written_in_full(tmp_path: Path) -> None:
    suite = load_suite(MINI)
    form = suite.forms_by_id["budget"]
    block = form.blocks[0]
    total = block.rows[0]
    odd = {**total.formulas, "last_year": "expenditure.basic.last_year + expenditure.project.last_year"}
    for formulas, checks in (
        (odd, total.checks),
        ({"this_year": odd["this_year"]}, {}),
        (odd, {"last_year": "SUM-11"}),
    ):
        row = dataclasses.replace(total, formulas=formulas, checks=checks)
        changed = dataclasses.replace(block, rows=(row, *block.rows[1:]))
        forms = tuple(dataclasses.replace(f, blocks=(changed,)) if f is form else f for f in suite.forms)
        out, folder = io.BytesIO(), tmp_path / str(len(list(tmp_path.iterdir()))) / "mini"
        write_suite(dataclasses.replace(suite, forms=forms), out)
        folder.parent.mkdir()
        assert read_suite(out.getvalue(), "套表.xlsx", folder).blocks["expenditure"].rows == changed.rows


def test_years_prefills_stages_and_lists_of_rules_come_back(tmp_path: Path) -> None:
    """What the small suite has none of."""
    suite = load_suite(MINI)
    rule = dataclasses.replace(
        suite.rules_by_code["XD-03"], years=(2020, 2022), lists=("goods", "units"), tolerance=Decimal("0.010")
    )
    rules = tuple(rule if r.code == rule.code else r for r in suite.rules)
    items, basic = suite.forms_by_id["items"], dataclasses.replace(suite.forms[0], stages=("一上", "批复"))
    prefill = RowPrefill("projects", 1, ("一上",), {"project": "name", "item": "code"}, frozenset({"item"}))
    bought = dataclasses.replace(items.blocks[1], prefill=(prefill,))
    changed = dataclasses.replace(items, blocks=(items.blocks[0], bought))
    entries = (ListEntry("甲", years=(None, 2021)), ListEntry("乙", years=(2021, None), source="某文", confidence="低"))
    lists = {**suite.lists, "goods": CodeList("goods", "采购品目", entries, open=True, source="示例")}
    forms = (basic, suite.forms[1], changed, suite.forms[3])
    wanted = dataclasses.replace(suite, rules=rules, forms=forms, lists=lists)
    out = io.BytesIO()
    write_suite(wanted, out)
    assert diff(wanted, read_suite(out.getvalue(), "套表.xlsx", tmp_path / "mini")) == []


def test_the_imported_suite_gets_the_hints_of_the_exported_one(exported: bytes, tmp_path: Path) -> None:
    assert lint(read_suite(exported, "套表.xlsx", tmp_path / "mini")) == lint(load_suite(MINI))
