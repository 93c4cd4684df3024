"""What was waived or explained is shown in the workbook that goes back, and a waived finding asks for nothing."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

from toolkit.annotate import make_slip, workbook_anew
from toolkit.catalog import load_suite
from toolkit.model.fact import Identity, Return, Said
from toolkit.model.finding import FAIL, Explanation, Finding, Place, Round, Waiver
from toolkit.model.rule import Severity
from toolkit.read import read_bytes

WHO = Identity("示例开发区", 2021, "批复", "102", "办公室", "e1")
FOUND = Finding(
    "PLN-05", FAIL, Severity.WARNING, *WHO.key, "办公室", "102.xlsx",
    (Place("102", "102.xlsx", "P01_绩效", "G14", "project", "plan", "01", None, "dec", "12月底"),), "年末集中", "请说明",
)  # fmt: skip


def row(finding: Finding) -> tuple[Severity, str]:
    (only,) = make_slip(WHO, "102.xlsx", "", [finding]).rows
    return only.severity, only.message


def test_an_explained_warning_stays_a_warning_with_the_units_own_words() -> None:
    said = dataclasses.replace(FOUND, explained=Explanation("年底验收", True, 1), round=Round(1, "still"))
    assert row(said) == (Severity.WARNING, "年末集中\n单位已说明：年底验收\n第 1 轮起一直未改")
    outdated = dataclasses.replace(FOUND, explained=Explanation("年底验收", False, 1))
    assert "原说明不再适用" in row(outdated)[1]


def test_a_waived_error_is_listed_as_a_remark_with_who_and_until_when() -> None:
    waived = dataclasses.replace(FOUND, severity=Severity.ERROR, waived=Waiver("王科长", "2099-12-31", "已批"))
    assert row(waived) == (Severity.INFO, "年末集中\n已豁免：王科长批准，有效期至 2099-12-31（已批）")


def test_of_a_finding_across_units_nothing_is_told_that_another_unit_said() -> None:
    across = dataclasses.replace(FOUND, unit="", file="", explained=Explanation("别的单位写的", True, 1))
    assert row(across)[1] == "年末集中"


def test_a_workbook_made_anew_keeps_what_the_unit_explained() -> None:
    suite = load_suite(Path(__file__).parents[1] / "suites" / "mini")
    line = next(r.code for r in suite.rules if r.code == "XD-03")
    found = Return(dataclasses.replace(WHO, edition=suite.edition), {}, said=(Said(line, "", "同名但不同项目"),))
    content = workbook_anew(found, suite, make_slip(WHO, "102.xls", "", [dataclasses.replace(FOUND, places=())]), {})
    back = read_bytes(io.BytesIO(content).getvalue(), "102.xlsx", lambda _: suite)
    assert [(s.code, s.text) for s in back.said] == [(line, "同名但不同项目")]
