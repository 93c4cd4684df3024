"""One collection over several rounds: resubmitted, explained, waived. Nothing changes where nothing new came."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import toolkit
from toolkit import api
from toolkit.api.outcomes import Collected
from toolkit.catalog import load_suite
from toolkit.layout.explaining import anchor
from toolkit.model.errors import InputError
from toolkit.model.form import Suite
from toolkit.read import extract, read_bytes
from toolkit.write import write_workbook

MINI = Path(__file__).parents[1] / "suites" / "mini"
DATA = """\
suite: mini
unit: {code: "102", name: 办公室}
region: 示例开发区
year: 2021
stage: 批复
forms:
  basic:
    cover: {date: 2021-01-15, signed: 是}
  budget:
    expenditure:
      basic: {this_year: "60", last_year: "50", reason: 人员增加}
      project: {this_year: "%(project)s", last_year: "40"}
      travel: {this_year: "5"}
  items:
    projects: {rows: [{code: 102-XA, name: 大屏升级改造, fiscal: "40"}]}
  project:
  - target: {name: 大屏升级改造, budget: "40", classified: 否, purpose: 升级大屏}
    plan: {jun: "%(june)s", dec: "100"}
    indicators: [{level1: 产出指标, level2: 质量指标, name: 验收合格率, target_op: ≥, target_value: "95", target_unit: "%%"}]
"""
"""``project: 41`` does not fit the project (XF-01); ``june: 30`` leaves 70 % to the year's end (PLN-05, a warning)."""

TEXT = "合同约定年底验收后付款 <b>"
Say = Callable[..., None]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite(MINI)


@pytest.fixture
def send(tmp_path: Path, suite: Suite) -> Say:
    """``send(project="41", june="30", text=…)``: the unit's return, over the one before."""
    toolkit.generate(tmp_path / "空表.xlsx", suite=MINI, projects=1)
    (tmp_path / "报来").mkdir()

    def send(project: str = "40", june: str = "60", text: str = "") -> None:
        data, path = tmp_path / "102.yaml", tmp_path / "报来" / "102.xlsx"
        data.write_text(DATA % {"project": project, "june": june}, encoding="utf-8")
        toolkit.fill(tmp_path / "空表.xlsx", data, path, suites=[MINI])
        if text:
            found = read_bytes(path.read_bytes(), path.name, lambda _: suite)
            buffer = io.BytesIO()
            said = {anchor("PLN-05", "PLN-05"): text}
            write_workbook(buffer, suite, identity=found.identity, data=extract(found, suite), said=said, instances=1)
            path.write_bytes(buffer.getvalue())

    return send


def collect(folder: Path, **options: Any) -> Collected:
    return api.collect_into([folder / "报来"], folder / "结果", suites=[MINI], workers=1, **options)


def told(folder: Path) -> dict[str, dict[str, Any]]:
    """The lines of findings.jsonl of those that failed, by code."""
    lines = (folder / "结果" / "findings.jsonl").read_text("utf-8").splitlines()
    return {f["code"]: f for line in lines if (f := json.loads(line))["result"] == "fail"}


def mended(folder: Path) -> list[tuple[str, str]]:
    lines = (folder / "结果" / "mended.jsonl").read_text("utf-8").splitlines()
    return [(m["code"], m["state"]) for m in map(json.loads, lines)]


def outputs(folder: Path) -> dict[str, bytes]:
    """What has to be the same byte for byte."""
    names = ("findings.jsonl", "findings.csv", "findings.xlsx", "summary.xlsx", "report.html", "mended.jsonl")
    rounds = (folder / "结果" / "state" / "rounds").glob("*")
    return {p.name: p.read_bytes() for p in (*(folder / "结果" / n for n in names), *rounds)}


def test_new_still_mended_over_resubmissions(tmp_path: Path, send: Say) -> None:
    send(project="41", june="30")
    assert collect(tmp_path).results.round == 1
    assert {code: f["round"] for code, f in told(tmp_path).items()} == {
        "XF-01": {"first": 1, "state": "new"},
        "PLN-05": {"first": 1, "state": "new"},
    }
    before = outputs(tmp_path)
    assert collect(tmp_path).results.round == 1
    assert outputs(tmp_path) == before

    send(june="30")
    said = collect(tmp_path).as_text()
    assert told(tmp_path)["PLN-05"]["round"] == {"first": 1, "state": "still"}
    assert mended(tmp_path) == [("XF-01", "mended")]
    # The new version itself is a remark (WBK-07).
    assert "第 2 轮：新增 1 条，仍未改 1 条，已改正 1 条" in said
    before = outputs(tmp_path)
    toolkit.report(tmp_path / "结果")
    assert outputs(tmp_path) == before


def test_an_explanation_is_carried_while_the_figure_stays_and_shown_as_outdated_after(
    tmp_path: Path, send: Say
) -> None:
    send(june="30", text=TEXT)
    collect(tmp_path)
    assert told(tmp_path)["PLN-05"]["explained"] == {"text": TEXT, "holds": True, "round": 1}
    assert told(tmp_path)["PLN-05"]["severity"] == "warning"
    page = (tmp_path / "结果" / "report.html").read_text("utf-8")
    assert TEXT not in page

    send(june="30", project="41")  # another figure changed, and this workbook says nothing
    collect(tmp_path)
    assert told(tmp_path)["PLN-05"]["explained"] == {"text": TEXT, "holds": True, "round": 1}
    send(june="20", text=TEXT)
    collect(tmp_path)
    assert told(tmp_path)["PLN-05"]["explained"] == {"text": TEXT, "holds": False, "round": 1}


def test_files_on_their_own_show_what_the_unit_says(tmp_path: Path, send: Say) -> None:
    send(june="30", text=TEXT)
    checked = api.check([tmp_path / "报来" / "102.xlsx"], suites=[MINI])
    assert f"        单位已说明：{TEXT}" in checked.as_text()
    (warning,) = checked.results.failed
    assert warning.round is None


def test_a_waived_error_is_shown_and_does_not_fail_the_run_until_its_day_is_past(tmp_path: Path, send: Say) -> None:
    send(project="41")
    assert collect(tmp_path).errors == 1
    table = tmp_path / "豁免.csv"
    table.write_text("规则,单位代码,批准人,到期,理由\nXF-01,102,王科长,2099-12-31,追加指标已批\n", encoding="utf-8")
    waived = collect(tmp_path, waivers=table)
    assert waived.errors == 0
    assert told(tmp_path)["XF-01"]["severity"] == "error"
    assert told(tmp_path)["XF-01"]["waived"] == {
        "approver": "王科长", "expires": "2099-12-31", "reason": "追加指标已批",
    }  # fmt: skip
    table.unlink()
    assert collect(tmp_path).errors == 0  # remembered, like every table
    over = collect(tmp_path, as_of="2100-01-01")
    assert over.errors == 1
    assert told(tmp_path)["XF-01"]["waived"] is None
    assert told(tmp_path)["XF-01"]["waiver_lapsed"]["why"] == "expired"
    before = outputs(tmp_path)
    assert collect(tmp_path).errors == 1  # a day that was used is not gone back on
    assert outputs(tmp_path) == before


@pytest.mark.parametrize("options", [{"as_of": "明年"}, {"waivers": "豁免.csv"}])
def test_a_wrong_day_or_table_is_told_before_anything_is_received(
    tmp_path: Path, send: Say, options: dict[str, str]
) -> None:
    send()
    (tmp_path / "豁免.csv").write_text("规则,单位代码,批准人,到期,理由\nXF-01,102,王科长,年底,已批\n", encoding="utf-8")
    given = {name: tmp_path / value if name == "waivers" else value for name, value in options.items()}
    with pytest.raises(InputError, match="不是日期"):
        collect(tmp_path, **given)
    assert not (tmp_path / "结果").exists()
