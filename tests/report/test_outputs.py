"""The files a run leaves: the contract's lines, the lists, the page; stable to the byte, deaf to what units typed."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from toolkit.model.finding import Finding
from toolkit.report import FORMATS, Results, terminal_lines, write_report
from toolkit.report.jsonl import finding_json
from toolkit.report.terminal import check_lines

Make = Callable[..., Results]
CONTRACT = [
    "code", "result", "severity", "region", "year", "stage", "unit", "unit_name", "file", "places", "message",
    "actual", "expected", "difference", "unit_of_measure", "what_to_do", "repair", "likely", "fingerprint",
]  # fmt: skip
NASTY = [
    "=HYPERLINK(\"http://x\")", "<img src=x onerror=alert(1)>", "a\x0bb\x00", "\u202egnp.exe", "x" * 40_000, "@SUM(1)",
    "\ud800", "</style><script>1</script>",
]  # fmt: skip


def written(results: Results, name: str) -> bytes:
    out = io.BytesIO()
    write_report(results, name, out)
    return out.getvalue()


def sheets(results: Results, name: str = "xlsx") -> Any:
    return openpyxl.load_workbook(io.BytesIO(written(results, name)))


def nasty(results: Results) -> Results:
    """The same run, with hostile texts everywhere a unit can put one."""
    findings: list[Finding] = []
    for text, finding in zip(NASTY * 2, results.findings * 3, strict=False):
        places = tuple(replace(p, sheet=text, label=text, file=text) for p in finding.places)
        changes = {"message": text, "actual": text, "unit_name": text, "file": text, "places": places}
        findings.append(replace(finding, **changes))  # type: ignore[arg-type]
    received = tuple(replace(r, path=text, reason=text) for r, text in zip(results.received, NASTY, strict=False))
    return replace(results, findings=tuple(findings), received=received)


@pytest.mark.parametrize("name", FORMATS)
def test_equal_inputs_give_equal_bytes(make: Make, name: str) -> None:
    assert written(make(), name) == written(make(), name)


@pytest.mark.parametrize("name", FORMATS)
def test_no_text_of_a_unit_stops_an_output(make: Make, name: str) -> None:
    assert written(nasty(make()), name)


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_without_returns_has_its_outputs_too(make: Make, name: str) -> None:
    assert written(make(submissions=(), findings=(), received=(), values={}, roster=None), name) is not None


def test_findings_jsonl_has_the_keys_of_the_contract(results: Results) -> None:
    lines = [json.loads(line) for line in written(results, "json").decode().splitlines()]
    assert len(lines) == len(results.findings)
    assert [key for key in lines[0] if key in CONTRACT] == CONTRACT
    assert (lines[0]["actual"], lines[0]["difference"], lines[0]["unit_of_measure"]) == ("1297.87", "-1.00", "万元")
    assert lines[0]["places"][0] == {
        "unit": "102", "file": "102_办公室.xlsx", "sheet": "02_收支总体", "cell": "C12", "form": "finance",
        "block": "expenditure", "instance": "", "row": "total", "field": "this_year",
        "label": "支出预算 · 支出合计 · 本年预算",
    }  # fmt: skip
    assert lines[0]["likely"] == [{"place": 0, "value": "1298.87", "reason": "相邻数字颠倒或漏改合计"}]


def test_a_place_outside_grids_and_lists_has_no_row(results: Results) -> None:
    record = replace(results.findings[0], places=(replace(results.findings[0].places[0], row=""),))
    assert finding_json(record)["places"][0]["row"] is None  # type: ignore[index]


def test_the_csv_opens_in_a_spreadsheet_and_holds_no_formula(make: Make) -> None:
    content = written(nasty(make()), "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(rows[0]) == len(rows[1])
    assert [cell for row in rows[1:] for cell in row if re.match(r"\s*[=+@＝]", cell)] == []


def test_the_problem_list_can_be_filtered_and_summed(results: Results) -> None:
    book = sheets(results)
    assert book.sheetnames == ["问题清单", "按单位统计", "按规则统计", "统计", "未执行"]
    sheet = book["问题清单"]
    header = [c.value for c in sheet[4]]
    first = dict(zip(header, [c.value for c in sheet[5]], strict=True))
    assert sheet.auto_filter.ref.startswith("A4:")
    assert (first["严重程度"], first["单位代码"], first["填报数"], first["差额"]) == ("错误", "102", 1297.87, -1)
    assert sheet.cell(5, header.index("严重程度") + 1).fill.fgColor.rgb == "FFFBE3E1"


def test_the_problem_list_links_to_files_beside_it_and_to_nothing_else(make: Make) -> None:
    def links(target: str) -> list[str]:
        sheet = sheets(make(links={"a" * 64: target}))["问题清单"]
        return [c.hyperlink.target or "" for row in sheet.iter_rows() for c in row if c.hyperlink]

    assert all("102_" in link for link in links("../returned/102_办公室.xlsx"))
    assert links("../returned/102_办公室.xlsx")
    for target in (
        "javascript:alert(1)",
        "file:///etc/passwd",
        "\\\\server\\share\\x.xlsx",
        "http://x/y.xlsx",
        "/etc/x",
    ):
        assert links(target) == []


def test_no_cell_of_any_workbook_is_a_formula_a_unit_typed(make: Make) -> None:
    book = sheets(nasty(make()))
    formulas = [c.value for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert formulas == []


def test_units_are_counted_with_those_that_did_not_report(results: Results) -> None:
    rows = list(sheets(results)["按单位统计"].iter_rows(min_row=5, values_only=True))
    assert [(r[0], r[2], r[3]) for r in rows] == [
        ("102", "退回修改", 2),
        ("106", "须作说明", 0),
        ("110", "通过", 0),
        ("115", "未报送", None),
    ]


def test_what_did_not_run_has_its_own_sheet(results: Results) -> None:
    rows = list(sheets(results)["未执行"].iter_rows(min_row=5, values_only=True))
    assert [r[2] for r in rows] == ["XD-05"]


class Page(html.parser.HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_loads_nothing_and_runs_its_own_script_alone(make: Make) -> None:
    text = written(nasty(make()), "html").decode()
    page = Page(text)
    assert [attrs for tag, attrs in page.tags if tag == "script"] == [{}]
    assert {tag for tag, _ in page.tags} & {"img", "link", "iframe", "object", "form"} == set()
    assert [a for _, attrs in page.tags for a in attrs if a.startswith("on") or a in ("style", "src")] == []
    anchors = {f"#{attrs['id']}" for _, attrs in page.tags if "id" in attrs}
    assert {attrs["href"] for tag, attrs in page.tags if tag == "a"} <= anchors
    policy = next(a["content"] for t, a in page.tags if t == "meta" and a.get("http-equiv"))
    assert policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "\u202e" not in text


def test_the_page_says_who_what_and_what_first(results: Results) -> None:
    text = written(results, "html").decode()
    for words in (
        "唐山高新区 2021 年 批复",
        "未报送",
        "先改这些",
        "科技局",
        "收到文件 5 = 已接收 3",
        "相差 <b>-1.00 万元</b>",
        "照片.jpg",
    ):
        assert words in text
    order = [text.index(f'id="{section}"') for section in ("overview", "mend", "coverage", "units", "rules")]
    assert order == sorted(order)


def test_a_finding_over_several_units_counts_for_each(results: Results) -> None:
    text = written(results, "html").decode()
    assert text.count("名称相近（相似度 0.92）") == 2


def test_the_terminal_names_the_sum_the_missing_and_the_first(results: Results) -> None:
    lines = terminal_lines(results)
    assert lines[0] == "唐山高新区 2021 年 批复"
    assert lines[1].startswith("收到 5 = 已接收 3 + 已被新版本替代 1")
    assert "未报送单位 1 个：115 科技局" in lines
    assert any(line.startswith("  1. 必填单元格不得为空") for line in lines)
    assert [
        line for line in terminal_lines(nasty(results)) + check_lines(nasty(results)) if "\x00" in line or "\n" in line
    ] == []


def test_a_single_check_says_the_sentence_first_and_the_code_last(results: Results) -> None:
    lines = check_lines(results)
    assert lines[0] == "102_办公室.xlsx：错误 2，警告 1，提示 0"
    assert lines[1].startswith("  错误  《部门收支总体情况表》“支出合计·本年预算”填 1297.87 万元")
    assert lines[2].endswith("（SUM-02）")
