"""``prefill`` of a list and ``required`` of a form: what is issued filled in, and what is due, at which stage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.catalog import edition_json, load_suite, suite_from_json
from toolkit.model.form import RowPrefill

LIST = "    rows: 3\n    key: [name]\n"
PEOPLE = "forms/people.yaml"


def with_prefill(*entries: str) -> str:
    return LIST + "    prefill:\n" + "".join(f"      - {entry}\n" for entry in entries)


def write(tiny: Path, old: str, new: str) -> Path:
    path = tiny / PEOPLE
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return tiny


def test_rows_are_issued_at_the_stages_that_are_named(tiny: Path) -> None:
    last = "{from: staff, year: last, at: [一上, 二上], fields: {name: name, kind: kind}, open: [kind]}"
    now = "{from: staff, year: this, at: [自评], fields: {name: name, age: age}}"
    staff = load_suite(write(tiny, LIST, with_prefill(last, now))).blocks["staff"]
    assert staff.issued("一上") == RowPrefill(
        "staff", 1, ("一上", "二上"), {"name": "name", "kind": "kind"}, frozenset({"kind"})
    )
    evaluated = staff.issued("自评")
    assert evaluated is not None
    assert (evaluated.back, evaluated.open) == (0, frozenset())
    assert staff.issued("批复") is None


def test_an_edition_keeps_what_is_issued(tiny: Path) -> None:
    before = load_suite(tiny)
    entry = "{from: staff, year: this, at: [自评], fields: {name: name, kind: chief.person}, open: [kind]}"
    suite = load_suite(write(tiny, LIST, with_prefill(entry)))
    assert suite_from_json(edition_json(suite)) == suite
    assert suite.edition != before.edition
    assert '"prefill":[' in edition_json(suite)
    assert '"prefill":[' not in edition_json(before), "an older edition keeps its hash"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{from: staff, year: this, at: [自评]}", "缺少：fields"),
        ("{from: staff, year: next, at: [自评], fields: {name: name}}", "未知的取值“next”"),
        ("{from: staff, year: this, at: [复评], fields: {name: name}}", "未知的取值“复评”"),
        ("{from: staff, year: this, at: [自评], fields: {nam: name}}", "未知的键“nam”，是否为“name”？"),
        ("{from: staff, year: this, at: [自评], fields: {name: name}, open: [age]}", "open 中的“age”没有预置"),
        ("{from: stuff, year: this, at: [自评], fields: {name: name}}", "预置的来源“stuff”不存在，是否为“staff”？"),
        ("{from: staff, year: this, at: [自评], fields: {name: nam}}", "预置“name”的来源“nam”不存在，是否为“name”？"),
        ("{from: staff, year: this, at: [自评], fields: {age: name}}", "预置“age”与其来源“name”一个是数字，一个是文字"),
        (
            "{from: staff, year: this, at: [自评], fields: {age: spending.amount}}",
            "的来源“spending.amount”应在同一张表",
        ),
    ],
)
def test_what_leads_nowhere_is_named_with_its_line(
    problems: Callable[[str, str, str], list[str]], entry: str, said: str
) -> None:
    (found,) = problems(PEOPLE, LIST, with_prefill(entry))
    assert "tiny/forms/people.yaml:" in found
    assert said in found


def test_a_stage_has_one_way_of_filling(problems: Callable[[str, str, str], list[str]]) -> None:
    entry = "{from: staff, year: this, at: [自评], fields: {name: name}}"
    (found,) = problems(PEOPLE, LIST, with_prefill(entry, entry))
    assert "阶段“自评”有两种预置" in found


def test_a_form_may_be_due_at_some_stages_only(tiny: Path) -> None:
    always = load_suite(tiny).forms_by_id["people"]
    assert [always.due(stage) for stage in ("二上", "自评")] == [True, True]
    form = load_suite(write(tiny, "title: 人员表\n", "title: 人员表\nrequired: [决算, 自评]\n")).forms_by_id["people"]
    assert (form.required, form.stages) == (True, ("决算", "自评"))
    assert [form.due(stage) for stage in ("二上", "自评")] == [False, True]
    never = load_suite(write(tiny, "required: [决算, 自评]", "required: false")).forms_by_id["people"]
    assert [never.due(stage) for stage in ("二上", "自评")] == [False, False]


def test_an_unknown_stage_of_a_form_is_named(problems: Callable[[str, str, str], list[str]]) -> None:
    (found,) = problems(PEOPLE, "title: 人员表\n", "title: 人员表\nrequired: [二下]\n")
    assert "未知的取值“二下”" in found
