"""The consolidated numbers at every node equal what pandas makes of the facts, to the cent; LibreOffice agrees live."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from bench.office import Office
from toolkit.api.returns import collect_into, report, status
from toolkit.catalog import load_suite
from toolkit.model.errors import InputError
from toolkit.model.fact import Identity, Key, UnitData, Value
from toolkit.report import Results, View, write_summary
from toolkit.report.summary_places import Shown, summary_places
from toolkit.write import write_workbook

MINI = Path(__file__).parents[1] / "suites" / "mini"
REGION = "示例开发区"
UNITS = {
    "102": "办公室",
    "102001": "服务中心",
    "102002": "信息中心",
    "106": "财政局",
    "110": "督查室",
    "999": "名册外的单位",
}
ROSTER = f"""单位代码,单位名称,上级代码,区划,是否报送
100,党工委,,{REGION},否
102,办公室,100,{REGION},
102001,服务中心,102,{REGION},
102002,信息中心,102,{REGION},
106,财政局,200,{REGION},
110,督查室,100,{REGION},
120,教育局,200,{REGION},
"""
PATHS = {
    "102": [REGION, "100", "102"],
    "102001": [REGION, "100", "102", "102001"],
    "102002": [REGION, "100", "102", "102002"],
    "106": [REGION, "200", "106"],
    "110": [REGION, "100", "110"],
    "999": [REGION, "名册外", "999"],
    "100": [REGION, "100"],
    REGION: [REGION],
}
"""Unit or node → the nodes that it counts in; by hand, as the roster reads."""
ADJUSTMENTS = f"""node,form,row,field,amount,unit_of_measure,author,reason
102001,budget,支出合计,本年预算,-12345.67,元,张某,往来抵销
102,budget,基本支出,本年预算,-3.5,,张某,部门层面
100,budget,基本支出,本年预算,0.07,万元,李某,尾差
{REGION},budget,travel,this_year,0.01,,李某,尾差
106,items,合计,财政资金,20,,李某,追加
102002,items,,其他资金,-0.3,,李某,追减
"""
NODES = [REGION, "100", "102", "102001", "200", "106", "名册外"]


def amount(random: Random) -> Decimal:
    return Decimal(random.randrange(1, 10_000_000)).scaleb(-random.choice((1, 2, 2, 2)))


def values(random: Random) -> dict[Key, Value]:
    cells: dict[Key, Value] = {}
    for row in ("basic", "project", "travel"):
        if random.random() < 0.8:
            cells[Key("expenditure", "", row, "this_year")] = amount(random)
    if random.random() < 0.4:  # typed over: a total that is not its sum counts as it was declared
        cells[Key("expenditure", "", "total", "this_year")] = amount(random)
    for n in range(1, random.randrange(2, 7)):
        cells[Key("projects", "", f"{n:03d}", "code")] = f"{n:03d}-A1"
        cells[Key("projects", "", f"{n:03d}", "name")] = f"项目{n}"
        cells[Key("projects", "", f"{n:03d}", "fiscal")] = amount(random)
        if random.random() < 0.5:
            cells[Key("projects", "", f"{n:03d}", "other")] = amount(random)
    return cells


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("numbers")


@pytest.fixture(scope="module")
def results(folder: Path) -> Results:
    suite, random = load_suite(MINI), Random(20260401)
    for unit, name in UNITS.items():
        identity = Identity(REGION, suite.year, suite.stage, unit, name, suite.edition, suite.id)
        data = UnitData(suite.id, identity, values(random))
        path = folder / "returned" / f"{unit}_{name}.xlsx"
        path.parent.mkdir(exist_ok=True)
        write_workbook(path, suite, identity=identity, data=data)
    for name, text in {"名册.csv": ROSTER, "调整.csv": ADJUSTMENTS}.items():
        (folder / name).write_text(text, encoding="utf-8-sig")
    done = collect_into(
        [folder / "returned"],
        folder / "out",
        roster=folder / "名册.csv",
        adjustments=folder / "调整.csv",
        suites=[MINI],
    )
    return done.results


@pytest.fixture(scope="module")
def expected(results: Results, folder: Path) -> dict[tuple[str, str, str, str], tuple[Decimal, Decimal]]:
    """(node, block, row, field) → the sum of the returns and that of the adjustments, by pandas over facts/ alone."""
    assert len(results.submissions) == len(UNITS)
    facts = pd.concat([pd.read_parquet(path) for path in sorted((folder / "out" / "facts").rglob("*.parquet"))])
    facts = facts[facts["block"].isin(["expenditure", "projects"]) & facts["value_decimal"].notna()]
    facts = facts[~((facts["block"] == "projects") & (facts["row"] == "total"))].copy()
    facts.loc[facts["block"] == "projects", "row"] = ""
    facts["node"] = facts["unit"].map(lambda unit: [*PATHS[unit], f"{unit} alone"])
    returned = (
        facts.explode("node")
        .groupby(["node", "block", "row", "field"])["value_decimal"]
        .apply(lambda s: sum(s, Decimal(0)))
    )

    table = pd.read_csv(folder / "调整.csv", dtype=str, keep_default_na=False)
    meant = {"支出合计": "total", "基本支出": "basic", "travel": "travel", "合计": "", "": ""}
    named = {"本年预算": "this_year", "this_year": "this_year", "财政资金": "fiscal", "其他资金": "other"}
    table["block"] = table["form"].map({"budget": "expenditure", "items": "projects"})
    table["row"], table["field"] = table["row"].map(meant), table["field"].map(named)
    scale = table["unit_of_measure"].map({"元": Decimal("0.0001"), "万元": Decimal(1), "": Decimal(1)})
    table["value"] = table["amount"].map(Decimal) * scale
    table["node"] = table["node"].map(PATHS)
    adjusted = (
        table.explode("node").groupby(["node", "block", "row", "field"])["value"].apply(lambda s: sum(s, Decimal(0)))
    )
    keys = set(returned.index) | set(adjusted.index)
    return {key: (returned.get(key, Decimal(0)), adjusted.get(key, Decimal(0))) for key in keys}


def workbook(results: Results, node: str) -> bytes:
    out = io.BytesIO()
    write_summary(results, out, View(node))
    return out.getvalue()


def sums(results: Results, node: str) -> list[tuple[str, str, Shown]]:
    """The cells of roll-ups that are amounts of the two blocks."""
    found = summary_places(results, View(node))
    return [one for one in found if one[2].kind in {"total", "returns"} and one[2].block in {"expenditure", "projects"}]


def right(what: Shown, expected: dict[tuple[str, str, str, str], tuple[Decimal, Decimal]]) -> Decimal:
    node = f"{what.unit} alone" if what.ret else what.node
    returned, adjusted = expected.get((node, what.block, what.row, what.field), (Decimal(0), Decimal(0)))
    return returned + adjusted if what.kind == "total" else returned


@pytest.mark.parametrize("node", NODES)
def test_every_sum_at_every_node_is_that_of_pandas_to_the_cent(
    results: Results, expected: dict[tuple[str, str, str, str], tuple[Decimal, Decimal]], node: str
) -> None:
    book: Any = openpyxl.load_workbook(io.BytesIO(workbook(results, node)), data_only=True)
    found = sums(results, node)
    for sheet, cell, what in found:
        shown = Decimal(repr(book[sheet][cell].value))
        assert abs(shown - right(what, expected)) < Decimal("0.000001"), (sheet, cell, what)
    told = {(what.block, what.row, what.field) for _, _, what in found if what.node == node}
    assert told >= {key[1:] for key in expected if key[0] == node and key[3] in {"this_year", "fiscal", "other"}}


def test_the_sum_of_the_nodes_below_and_the_adjustments_is_the_sum_of_the_node(
    expected: dict[tuple[str, str, str, str], tuple[Decimal, Decimal]],
) -> None:
    key = ("expenditure", "basic", "this_year")
    below = sum(
        (sum(expected.get((n, *key), (Decimal(0), Decimal(0))), Decimal(0)) for n in ("100", "200", "名册外")),
        Decimal(0),
    )
    assert sum(expected[(REGION, *key)], Decimal(0)) == below


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with Office() as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("node", [REGION, "102"])
def test_libreoffice_computes_the_same_from_the_live_formulas(
    results: Results,
    expected: dict[tuple[str, str, str, str], tuple[Decimal, Decimal]],
    node: str,
    office: Office,
    tmp_path: Path,
) -> None:
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(workbook(results, node))
    office.open(path)
    found = sums(results, node)
    ranges = [(sheet, *coordinate_to_tuple(cell)) for sheet, cell, _ in found]
    live = office.get([(sheet, row - 1, column - 1, row - 1, column - 1) for sheet, row, column in ranges])
    for (sheet, cell, what), ((value,),) in zip(found, live, strict=True):
        assert abs(Decimal(repr(value)) - right(what, expected)) < Decimal("0.000001"), (sheet, cell, what, value)
    # a unit's figure is corrected in place: every sum above it follows
    sheet, cell, what = next(
        one
        for one in summary_places(results, View(node))
        if one[2].kind == "value" and one[2][6:10] == ("expenditure", "", "basic", "this_year")
    )
    row, column = coordinate_to_tuple(cell)
    held = results.values[what.ret][Key("expenditure", "", "basic", "this_year")]
    assert isinstance(held, Decimal)
    office.set([(sheet, row - 1, column - 1, float(held + 1000))])
    top = next(
        n
        for n, one in enumerate(found)
        if one[2].kind == "total" and one[2].node == node and one[2][6:10] == what[6:10]
    )
    ((after,),) = office.get(
        [(ranges[top][0], ranges[top][1] - 1, ranges[top][2] - 1, ranges[top][1] - 1, ranges[top][2] - 1)]
    )[0]
    assert abs(Decimal(repr(after)) - right(found[top][2], expected) - 1000) < Decimal("0.000001")


def test_a_view_once_asked_for_is_written_again_by_every_later_run(results: Results, folder: Path) -> None:
    (written,) = report(folder / "out", node="102", unit_of_measure="元")
    assert written.name == "summary-102-元.xlsx"
    first = written.read_bytes()
    written.write_bytes(b"old")
    report(folder / "out", formats=["json"])
    assert written.read_bytes() == first


def test_the_status_tells_how_far_each_node_has_come_and_who_was_late(results: Results, folder: Path) -> None:
    lines = status(folder / "out", due="2020-01-01")
    assert "      102 办公室  应报 3，已收 3，未报 0，迟报 3，重复 0，名册外 0" in lines
    assert "    200 200  应报 2" not in "\n".join(lines)
    assert "    200  应报 2，已收 1，未报 1，迟报 1，重复 0，名册外 0" in lines
    assert [line.split()[1] for line in lines if line.startswith("  迟  ")] == sorted(UNITS)


def test_a_wrong_adjustment_leaves_the_results_as_they_are(results: Results, folder: Path) -> None:
    before = (folder / "out" / "MANIFEST.json").read_bytes()
    wrong = folder / "错.csv"
    wrong.write_text(
        "node,form,row,field,amount,author,reason\n102,budget,没有,本年预算,1,张某,错\n", encoding="utf-8-sig"
    )
    with pytest.raises(InputError, match="第 2 行“行”列"):
        collect_into([folder / "returned"], folder / "out", adjustments=wrong, suites=[MINI])
    assert (folder / "out" / "MANIFEST.json").read_bytes() == before
