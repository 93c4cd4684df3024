"""forms, rules, suite show | lint | diff: the definitions, and what is said of wrong ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from toolkit.catalog import load_suite, suite_ids

Run = Callable[..., Any]
Refused = Callable[..., str]


def test_forms_lists_every_form_of_the_latest_suite(run: Run) -> None:
    ran = run("forms")
    assert ran.code == 0
    assert [line.split("\t")[0] for line in ran.lines] == [f.id for f in load_suite("hebei-2021").forms]


def test_one_form_shows_its_fields_by_id_sheet_title_or_number(run: Run, mini: Path) -> None:
    shown = run("forms", "budget", "--suite", mini).out
    assert "| 本年预算 | `this_year` | 金额（万元） | 是 | 本年安排数。 |" in shown
    for name in ("01_收支", "收支预算表", "表01"):
        assert run("forms", name, "--suite", mini).out == shown


def test_forms_as_json_are_ids_labels_types_and_units(run: Run, mini: Path) -> None:
    (form,) = json.loads(run("forms", "budget", "--json", "--suite", mini).out)
    (block,) = form["blocks"]
    assert [row["id"] for row in block["rows"]] == ["total", "basic", "project", "travel"]
    first = block["fields"][0]
    assert (first["id"], first["label"], first["type"]) == ("expenditure.this_year", "本年预算", "amount")
    assert (first["unit_of_measure"], first["required"]) == ("万元", True)


def test_an_unknown_form_names_the_near_ones(refused: Refused, mini: Path) -> None:
    said = refused("forms", "buget", "--suite", mini)
    assert "没有表“buget”" in said
    assert "budget" in said


def test_rules_lists_code_severity_and_sentence(run: Run) -> None:
    ran = run("rules")
    lines = [line.split("\t") for line in ran.lines]
    assert [code for code, _, _ in lines] == [r.code for r in load_suite("hebei-2021").rules]
    assert {severity for _, severity, _ in lines} == {"错误（退回）", "警告（须说明）", "提示"}


def test_one_rule_shows_expression_reading_and_examples(run: Run, mini: Path) -> None:
    shown = run("rules", "pln-02", "--suite", mini).out
    assert shown.startswith("### PLN-02")
    assert "- 表达式：`" in shown
    assert "- 读作：" in shown
    assert "- 执行：工作簿内、收表时" in shown


def test_rules_as_json_hold_what_a_program_needs(run: Run) -> None:
    (rule,) = json.loads(run("rules", "WBK-10", "--json").out)
    assert rule["code"] == "WBK-10"
    assert rule["severity"] == "warning"
    assert "cover.preparer" in rule["expressions"][0]["expression"]
    assert rule["runs"]
    assert len(json.loads(run("rules", "--json").out)) == len(load_suite("hebei-2021").rules)


def test_an_unknown_rule_names_the_near_ones(refused: Refused) -> None:
    said = refused("rules", "SUM-2")
    assert "没有规则“SUM-2”" in said
    assert "SUM-02" in said


def test_suite_show_lists_the_shipped_suites_with_their_editions(run: Run) -> None:
    ran = run("suite", "show")
    assert ran.code == 0
    assert [line.split("（")[0] for line in ran.lines] == list(suite_ids())
    assert all(load_suite(name).edition in line for name, line in zip(suite_ids(), ran.lines, strict=True))


def test_suite_lint_finds_nothing_in_the_shipped_suites(run: Run) -> None:
    for name in suite_ids():
        ran = run("suite", "lint", name)
        assert (ran.code, ran.out) == (0, "没有发现问题。\n"), ran.out


def test_suite_lint_ends_with_1_where_something_is_doubtful(run: Run, own_suite: Path) -> None:
    path = own_suite / "forms" / "basic.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(", help: 单位全称。", ""), encoding="utf-8")
    ran = run("suite", "lint", own_suite)
    assert ran.code == 1
    assert "unit_name" in ran.out


def test_suite_diff_names_what_changed(run: Run, mini: Path, own_suite: Path) -> None:
    assert run("suite", "diff", mini, own_suite).out == "没有差别。\n"
    path = own_suite / "forms" / "budget.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("label: 本年预算", "label: 今年预算"), encoding="utf-8")
    ran = run("suite", "diff", mini, own_suite)
    assert ran.code == 0
    assert "expenditure" in ran.out
    assert "今年预算" in ran.out


def test_a_broken_yaml_is_named_with_line_and_column(refused: Refused, own_suite: Path) -> None:
    path = own_suite / "forms" / "budget.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("label: 支出预算", "label: [支出预算"), encoding="utf-8")
    for command in (("suite", "lint", own_suite), ("forms", "--suite", own_suite), ("rules", "--suite", own_suite)):
        said = refused(*command)
        assert "mini/forms/budget.yaml:" in said
        line, column = said.split("budget.yaml:")[1].split(":")[:2]
        assert line.isdigit()
        assert column.isdigit()


def test_an_unknown_field_in_a_rule_names_what_is_near(refused: Refused, own_suite: Path, tmp_path: Path) -> None:
    path = own_suite / "rules" / "rules.yaml"
    text = path.read_text(encoding="utf-8")
    assert "plan.jun" in text
    path.write_text(text.replace("plan.jun <=", "plan.june <=", 1), encoding="utf-8")
    said = refused("generate", "-o", tmp_path / "a.xlsx", "--suite", own_suite)
    assert "mini/rules/rules.yaml:" in said
    assert "june" in said
    assert "jun" in said.replace("june", "")
    assert not (tmp_path / "a.xlsx").exists()


def test_a_suite_that_is_neither_id_nor_folder_lists_those_there_are(refused: Refused) -> None:
    for command in (("suite", "lint", "没有"), ("suite", "diff", "hebei-2021", "没有"), ("forms", "--suite", "没有")):
        said = refused(*command)
        assert "没有套表“没有”" in said
        assert "hebei-2021" in said


def test_an_edition_file_that_was_damaged_is_named(refused: Refused, bureau: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "0123456789abcdef.json"
    damaged.write_text("{}", encoding="utf-8")
    said = refused("check", bureau / "回收" / "102 办公室.xlsx", "--suite", damaged)
    assert f"{damaged} 不是套表版本文件" in said
