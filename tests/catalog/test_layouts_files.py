"""Print layouts are read strictly: every mistake at once, each with file, line and column; inherited like forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.catalog.conftest import TINY, write_files
from toolkit.catalog import load_layouts, load_suite, suite_ids
from toolkit.catalog.printcheck import layout_faults
from toolkit.model.errors import SuiteError
from toolkit.model.printout import CellRef, Piece, Printout

LAYOUT = """\
layout: staff
title: 人员表
columns: [10, 12, 20]
unit: 元
aliases: {聘用: 合同制}
masks:
  - when: [{chief.person: true}]
    hide: [staff.name]
rows:
  - [{text: "{unit_name}人员表", span: 3, style: title}]
  - [{text: 说明, down: 2}, {value: spending.total.amount, span: 2, decimals: 2}]
  - [{sentences: ["共{count staff}人。"], span: 2}]
  - {head: true, cells: [类别, 姓名, 备注]}
  - each: staff
    where: {staff.kind: 在编}
    cells: [{value: staff.kind, merge: true}, {value: staff.name}, "{row}"]
"""
AT = "tiny/layouts/staff.yaml"


@pytest.fixture
def faults(tiny: Path) -> Callable[[str, str], list[str]]:
    """Replace one piece of the layout, load the layouts, and give the faults."""

    def change_and_load(old: str, new: str) -> list[str]:
        assert old in LAYOUT, old
        write_files(tiny, {"layouts/staff.yaml": LAYOUT.replace(old, new)})
        with pytest.raises(SuiteError) as error:
            load_layouts(tiny)
        return str(error.value).splitlines()

    return change_and_load


def test_a_layout_says_paper_columns_rows_and_masks(tiny: Path) -> None:
    write_files(tiny, {"layouts/staff.yaml": LAYOUT})
    layout = load_layouts(tiny)["staff"]
    assert load_layouts(tiny / "suite.yaml") == {"staff": layout}
    assert (layout.paper, layout.landscape, layout.unit, layout.sheet) == ("A4", False, "元", "人员表")
    assert layout.columns == (10, 12, 20)
    assert layout.masks is not None
    assert layout.masks[0].hide == {("staff", "name")}
    title, amount, _, head, repeated = layout.rows
    assert title.cells[0].span == 3
    assert amount.cells[1].value == CellRef("spending", "total", "amount")
    assert (head.head, repeated.each, repeated.cells[0].merge) == (True, "staff", True)


SAYS = [
    # keys and their types
    ("columns: [10, 12, 20]", "colums: [10, 12, 20]", f"{AT}:3:1: 未知的键“colums”，是否为“columns”？"),
    ("title: 人员表\n", "", f"{AT}:1:1: 缺少：title"),
    ("layout: staff", "layout: people", f"{AT}:1:1: 版式代号“people”须与文件名“staff”一致"),
    ("layout: staff", "layout: Staff", f"{AT}:1:9: 版式代号“Staff”不合规"),
    ("columns: [10, 12, 20]", "columns: [10, 0.5, 20]", f"{AT}:3:15: 列宽应为 1 至 200 个字符，实为 0.5"),
    ("columns: [10, 12, 20]", "columns: []", f"{AT}:3:10: 列数应为 1 至 60，实为 0"),
    ("unit: 元", "unit: 美元", f"{AT}:4:7: 金额单位“美元”不可换算"),
    ("unit: 元", "unit: 元\npaper: B5", "未知的取值“B5”"),
    ("unit: 元", "unit: 元\neach: staff", "each（每页一个项目）须与 name（项目名称的栏目）同用"),
    ("decimals: 2", "decimals: 9", "应为 0 至 6 的整数，实为 9"),
    ("style: title", "style: big", "未知的取值“big”"),
    ("{value: staff.name}", "{value: staff.name, text: 甲}", f"{AT}:16:47: 单元格须写且只写一项"),
    ("{value: staff.name}", "{span: 1}", "单元格须写且只写一项"),
    ("{value: staff.name}", "{text: 甲, decimals: 1}", "decimals 只用于 value"),
    ("{value: staff.name}", "{label: true}", "label 只用于重复固定行的区块（grid）的行"),
    ("    where: {staff.kind: 在编}\n", "    wher: {staff.kind: 在编}\n", "未知的键“wher”，是否为“where”？"),
    ("- each: staff\n    where", "- where", "where 须与 each 同用"),
    ("  - when: [{chief.person: true}]\n    hide", "  - hide", "缺少 when"),
    ("[{chief.person: true}]", "[{chief.person: true, chief.since: true}]", "每行写一个条件"),
    # what is named must be there
    ("{value: staff.name}", "{value: staff.nam}", f"{AT}:16:47: 区块“staff”没有栏目“nam”，是否为“name”？"),
    ("{value: staff.name}", "{value: staf.name}", "没有区块“staf”，是否为“staff”？"),
    ("spending.total.amount", "spending.totl.amount", "区块“spending”没有行“totl”，是否为“total”？"),
    ("spending.total.amount", "spending", "此处应为“区块.栏目”或“区块.行.栏目”，实为“spending”"),
    ("spending.total.amount", "spending.amount", "“spending.amount”须写在重复该区块的行里（each: spending）"),
    ("each: staff\n", "each: stafff\n", "没有可重复的区块“stafff”，是否为“staff”？"),
    ("each: staff\n", "each: chief\n", "没有可重复的区块“chief”"),
    ("hide: [staff.name]", "hide: [staff.nam]", "区块“staff”没有栏目“nam”"),
    ("{count staff}", "{cout staff}", "没有函数“cout”，是否为“count”？"),
    ("{count staff}", "{parameter share}", "套表没有参数“share”"),
    ("{count staff}", "{count spending}", "没有可重复的区块“spending”"),
    ("{count staff}", "{change staff.name}", "须写在重复该区块的行里"),
    ("{unit_name}", "{unitname}", "实为“unitname”，是否为“unit_name”？"),
    ("{unit_name}", "{unit_name", "花括号不成对"),
    ("staff.kind: 在编}", "chief.kind: 在编}", "区块“chief”没有栏目“kind”"),
    # rows fill their columns
    ("span: 3, style", "span: 2, style", f"{AT}:10:5: 本行各单元格共占 2 列，版式有 3 列"),
    ('["共{count staff}人。"], span: 2', '["共{count staff}人。"], span: 3', f"{AT}:12:5: 本行各单元格共占 4 列"),
    (
        '  - [{sentences: ["共',
        '  - {when: {staff: true}, cells: [{text: 甲, span: 2}]}\n  - [{sentences: ["共',
        "不能是重复行或有条件的行",
    ),
    ("{value: staff.kind, merge: true}", "{value: staff.kind, down: 2}", "单元格跨行（down）超出最后一行"),
    ("{text: 说明, down: 2}", "{text: 说明, down: 2, merge: true}", "merge 只用于重复行（each）"),
]


@pytest.mark.parametrize(("old", "new", "said"), SAYS)
def test_a_mistake_is_told_with_its_place(old: str, new: str, said: str, faults: Callable[..., list[str]]) -> None:
    assert any(said in line for line in faults(old, new)), faults(old, new)


def test_all_mistakes_are_told_at_once(tiny: Path) -> None:
    wrong = LAYOUT.replace("unit: 元", "unit: 美元").replace("style: title", "style: big")
    write_files(tiny, {"layouts/staff.yaml": wrong, "layouts/other.yaml": "layout: other\n"})
    with pytest.raises(SuiteError) as error:
        load_layouts(tiny)
    told = str(error.value)
    assert told.index("other.yaml:1:1: 缺少：title、columns、rows") < told.index("美元") < told.index("big")


def test_layouts_are_inherited_replaced_and_left_out_where_they_do_not_fit(tiny: Path) -> None:
    write_files(tiny, {"layouts/staff.yaml": LAYOUT, "layouts/money.yaml": LAYOUT.replace("staff\n", "money\n", 1)})
    base = "suite: next\nextends: tiny\nyear: 2022\n"
    own = LAYOUT.replace("title: 人员表", "title: 新人员表")
    nxt = write_files(tiny.parent / "next", {"suite.yaml": base, "layouts/staff.yaml": own})
    found = load_layouts(nxt)
    assert [found[name].title for name in ("money", "staff")] == ["人员表", "新人员表"]
    gone = "suite: next\nextends: tiny\nforms: [money]\nremove: {forms: [people], rules: [ENU-01, ENU-03]}\n"
    write_files(nxt, {"suite.yaml": gone})
    (nxt / "layouts" / "staff.yaml").unlink()
    assert load_layouts(nxt) == {}


def test_a_layout_that_was_replaced_does_not_come_back_where_its_successor_does_not_fit(tiny: Path) -> None:
    write_files(tiny, {"layouts/staff.yaml": LAYOUT})
    successor = LAYOUT.replace("spending.total.amount", "spending.total.double")
    middle = {"suite.yaml": "suite: middle\nextends: tiny\n", "layouts/staff.yaml": successor}
    assert list(load_layouts(write_files(tiny.parent / "middle", middle))) == ["staff"]
    money = "".join(line for line in TINY["forms/money.yaml"].splitlines(True) if "double" not in line)
    last = {"suite.yaml": "suite: last\nextends: middle\n", "forms/money.yaml": money}
    assert load_layouts(write_files(tiny.parent / "last", last)) == {}


def test_layouts_are_no_part_of_the_edition(tiny: Path) -> None:
    before = load_suite(tiny).edition
    write_files(tiny, {"layouts/staff.yaml": LAYOUT})
    assert load_layouts(tiny)
    assert load_suite(tiny).edition == before


@pytest.mark.parametrize("suite", suite_ids())
def test_every_shipped_suite_has_all_shipped_layouts(suite: str) -> None:
    found = load_layouts(suite)
    assert {
        "sjz-2020",
        "ts-2021",
        "cd-2021",
        "national-target",
        "national-evaluation",
        "procurement",
        "assets",
        "narrative",
    } <= set(found)
    assert found["national-target"].unit == "元"
    for layout in found.values():
        assert layout_faults(layout, load_suite(suite)) == []
        assert layout.masks is not None, "every shipped layout can be printed for the public"


OPEN = {
    *(("target", name) for name in ("name", "code", "template", "classified", "budget_total", "fiscal", "other")),
    *(("plan", name) for name in ("mar", "jun", "oct", "dec")),
    ("indicators", "level1"),
    ("indicators", "level2"),
}
"""What may be seen of a classified project: its code, name, amounts, plan and the kinds of its indicators."""


@pytest.mark.parametrize("name", ["sjz-2020", "ts-2021", "cd-2021", "national-target"])
def test_all_else_that_is_printed_of_a_classified_project_is_masked(name: str) -> None:
    layout, suite = load_layouts("standard")[name], load_suite("standard")
    (mask,) = layout.masks or ()
    printed = {(ref.block, ref.field) for ref in _refs(layout) if ref.block in suite.forms_by_id["target"].by_id}
    targets = {("indicators", "target")}
    assert printed - OPEN - targets <= mask.hide | mask.blank
    assert {("indicators", f"target_{part}") for part in ("op", "value", "unit")} <= mask.blank
    assert {("target", "purpose"), ("goals", "goal"), ("indicators", "level3")} <= mask.hide


def _refs(layout: Printout) -> Iterator[CellRef]:
    for cell in (cell for row in layout.rows for cell in row.cells):
        templates = [cell.text, *(sentence.template for sentence in cell.sentences)]
        pieces = [piece for template in templates if template is not None for piece in template.pieces]
        found = [cell.value, *(piece.ref for piece in pieces if isinstance(piece, Piece))]
        yield from (ref for ref in found if ref is not None and ref.field)


def test_a_file_that_is_no_yaml_is_told(tiny: Path) -> None:
    write_files(tiny, {"layouts/staff.yaml": "layout: [\n"})
    with pytest.raises(SuiteError, match=r"tiny/layouts/staff\.yaml:2:1: 不是有效的 YAML"):
        load_layouts(tiny)
