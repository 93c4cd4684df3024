"""What the page says of findings: each fault once, what follows from it behind it, what was waived, explained, mended."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.report.conftest import REGION, STAGE, UNITS, YEAR, finding, make_findings, make_suite, place
from toolkit.model.fact import Key
from toolkit.model.finding import MENDED, NEW, STILL, UNCHECKED, Explanation, Finding, Mended, Round, Waiver
from toolkit.model.form import Field, FieldType
from toolkit.model.rule import Severity
from toolkit.report import Results, write_report
from toolkit.report.grouping import by_field, by_units, faults_of
from toolkit.report.page_amounts import amounts, figure
from toolkit.store.bureau import RosterEntry

Make = Callable[..., Results]


def page(results: Results) -> str:
    out = io.BytesIO()
    write_report(results, "html", out)
    return out.getvalue().decode()


def empty(cell: str, fingerprint: str, **more: object) -> Finding:
    at = (place(0, "02_收支总体", cell, "支出预算 · 支出合计 · 本年预算"),)
    return replace(finding("STR-02", 0, f"{cell} 没有填。", places=at), fingerprint=fingerprint, **more)  # type: ignore[arg-type]


def test_a_rule_that_fails_at_many_cells_of_a_unit_is_one_fault(make: Make) -> None:
    text = page(make(findings=(empty("D8", "1"), empty("D9", "2"), empty("D10", "3"))))
    unit = text[text.index('<details class="unit"') : text.index('id="rules"')]
    assert unit.count("必填单元格不得为空") == 1
    assert unit.count("请补填；确实没有的填 0 或“无”。") == 1
    assert "3 条，3 处" in unit
    assert re.findall(r"02_收支总体：(D\d+)", unit) == ["D8", "D9", "D10"]


def test_what_follows_from_another_finding_is_folded_behind_it(make: Make) -> None:
    cause, effect = empty("D8", "1", mend=1), replace(make_findings()[0], fingerprint="2", cause="1")
    (unit,) = by_units(make(findings=(effect, cause)))
    assert [(f.code, f.findings, f.follows) for f in unit.faults] == [("STR-02", (cause,), (effect,))]
    folded = re.search(r'<details class="after">.*?</details>', page(make(findings=(effect, cause))), re.DOTALL)
    assert folded is not None
    assert "由此引起的另有 1 条" in folded[0]
    assert "支出合计·本年预算" in folded[0]


def test_a_finding_whose_cause_is_not_there_stands_by_itself(make: Make) -> None:
    lone = empty("D8", "2", cause="9")
    assert [f.findings for f in faults_of([lone], make())] == [(lone,)]


def test_errors_come_first_in_the_order_of_mending_and_what_is_waived_last(make: Make) -> None:
    total, blank, *_ = make_findings()
    order = (
        replace(blank, fingerprint="1", mend=2),
        replace(total, fingerprint="2", mend=1),
        replace(empty("D9", "3"), code="XD-05", waived=Waiver("李局长", "2021-12-31", "已报批")),
        replace(empty("D10", "4"), code="PLN-05", severity=Severity.WARNING, mend=3),
    )
    faults = faults_of(order, make())
    assert [f.code for f in faults] == ["SUM-02", "STR-02", "PLN-05", "XD-05"]
    assert [f.is_error for f in faults] == [True, True, False, False]


def test_a_waived_an_explained_and_an_old_finding_say_so_and_a_units_words_are_only_text(make: Make) -> None:
    words = "<b onclick=x>因合同约定</b>"
    findings = (
        empty("D8", "1", waived=Waiver("李局长", "2021-12-31", "已报批")),
        empty("D9", "2", explained=Explanation(words, holds=True, round=1), round=Round(1, STILL)),
        empty("D10", "3", round=Round(2, NEW)),
    )
    text = page(make(findings=findings, round=2))
    for said in ("错误·已豁免", "已豁免：李局长批准，有效期至 2021-12-31", "第 1 轮起一直未改", "本轮新增"):
        assert said in text
    assert words not in text
    assert "&lt;b onclick=x&gt;因合同约定" in text


def test_what_was_mended_and_what_could_not_be_checked_again_are_told_apart(make: Make) -> None:
    gone = Mended("SUM-02", Severity.ERROR, REGION, YEAR, STAGE, "102", "办公室", "合计不符。", "f", 1, 2)
    text = page(make(mended=(gone, replace(gone, message="表已撤回。", state=UNCHECKED)), round=2))
    table = text[text.index('id="mended"') :]
    assert gone.state == MENDED
    assert re.search(r"已改正</span></td><td>合计不符。", table)
    assert re.search(r"未能复核</span></td><td>表已撤回。", table)


def test_amounts_are_marked_but_not_those_in_the_words_of_a_unit() -> None:
    said = amounts("“购置 100 万元设备”填 1297.87 万元，单价 3 元/次，应为 -0.5 元")
    assert re.findall(r"<b>(.*?)</b>", said) == ["1297.87 万元", "-0.5 元"]
    assert figure(Decimal("3700.070000")) == "3700.07"
    assert figure(Decimal("5")) == "5.00"
    assert figure(Decimal("0.123456")) == "0.123456"


def test_the_fields_that_fail_in_most_units_come_first(make: Make) -> None:
    lines = by_field(make())
    assert (lines[0].form, lines[0].label) == ("部门收支总体情况表", "支出预算 · 支出合计 · 本年预算")
    assert [line.units for line in lines] == sorted((line.units for line in lines), reverse=True)
    assert "失败最多的栏目" in page(make())


def test_units_are_compared_by_the_totals_that_are_known_for_two_years(make: Make) -> None:
    suite = make_suite()
    grid = suite.forms[0].blocks[0]
    before = Field("last_year", ("上年预算",), FieldType.AMOUNT, unit="万元", prefill="this_year")
    form = replace(suite.forms[0], blocks=(replace(grid, fields=(*grid.fields, before)),))
    base = make()
    values = {ret: dict(cells) for ret, cells in base.values.items()}
    values[UNITS[0][2]][Key("expenditure", "", "total", "last_year")] = Decimal("1000")
    text = page(make(suites={"e1": replace(suite, forms=(form, *suite.forms[1:]))}, values=values))
    shown = text[text.index('id="compare"') : text.index('id="units"')]
    row = re.search(r"<tr><td>办公室</td>.*?</tr>", shown)
    assert row is not None
    assert re.findall(r"<b>(.*?)</b>", row[0]) == ["1298.87 万元", "1000.00 万元", "298.87 万元"]
    assert "29.9%" in row[0]
    assert 'id="compare"' not in page(base)


def test_each_node_of_the_roster_says_how_far_it_has_come(make: Make) -> None:
    def entry(code: str, name: str, parent: str = "") -> RosterEntry:
        return RosterEntry(code, name, parent, "", "", "", {}, "名册")

    rows = (entry("1", "综合口"), *(entry(c, n, "1") for c, n, _ in UNITS[:2]), entry("115", "科技局", "1"))
    text = page(make(roster=rows, hierarchy=rows))
    tree = text[text.index('class="tree"') : text.index("逐个单位")]
    line = re.search(r"<tr><td>　1 综合口</td>(.*?)</tr>", tree)
    assert line is not None
    numbers = re.findall(r'<td class="n">(\d+)</td>', line[1])
    assert numbers == ["4", "2", "2", "1", "0"]
    assert "应报 4，已报 2" in line[1]


def test_the_policy_allows_this_script_and_this_style_sheet_by_their_hashes(results: Results) -> None:
    text = page(results)
    for tag in ("script", "style"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert inside is not None
        made = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{made}'" in text


def test_the_unit_links_to_its_copy_beside_the_page_and_to_nothing_else(make: Make) -> None:
    ret = UNITS[0][2]
    assert '<a href="returned/102_%E5%8A%9E%E5%85%AC%E5%AE%A4.xlsx">' in page(
        make(links={ret: "returned/102_办公室.xlsx"})
    )
    for target in (
        "javascript:alert(1)//a.xlsx",
        "../returned/a.xlsx",
        "/etc/a.xlsx",
        "http://x/a.xlsx",
        "file:a.xlsx",
    ):
        assert '.xlsx">' not in page(make(links={ret: target}))


@pytest.mark.parametrize("count", [3_000, 10_000])
@pytest.mark.slow
def test_thousands_of_findings_make_a_page_of_a_few_megabytes(make: Make, count: int) -> None:
    first = make_findings()[0]
    submissions = make().submissions
    many = tuple(
        replace(
            first, code=f"SUM-{n % 77:02d}", unit=f"{n % 300:06d}", unit_name=f"第{n % 300}预算单位", fingerprint=str(n),
            places=tuple(replace(p, unit=f"{n % 300:06d}", cell=f"C{n % 90 + 1}") for p in first.places),
        )
        for n in range(count)
    )  # fmt: skip
    assert len(page(make(findings=many, submissions=submissions)).encode()) < 5_000_000
