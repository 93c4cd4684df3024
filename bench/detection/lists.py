"""Plans, weights, codes, dropdowns, names, duplicates: what is chosen or copied wrong."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from bench.bureau import plant_indicators as indicators
from bench.bureau import plant_projects as projects
from bench.bureau.site import Site, Told
from bench.bureau.truth import Cell
from bench.detection.work import EASY, Make, Work, kind
from toolkit.model.fact import Key


def told(make_in: Callable[[Site], Told | None], *, one_cell: bool = True) -> Make:
    """A mistake made in the unit's data file. ``one_cell``: it stands in the cell; else somewhere on its sheet."""

    def make(work: Work) -> bool:
        found = make_in(work.site)
        if found is None:
            return False
        cell, wrong, _, _ = found
        typed = "（空白）" if wrong is None else wrong
        if cell is None:
            return True
        key = Key(cell.block, cell.instance, cell.row, cell.field)
        return work.here(key, wrong=typed) if one_cell else work.on(work.spot(key)[0], wrong=typed)

    return make


def _points(site: Site) -> Told | None:
    sheet = site.sheet()
    if sheet is None:
        return None
    cell = Cell("target", "indicators", site.rng.choice(("001", "003", "005")), "points", sheet)
    return site.change(cell, str(int(site.value(cell) or 0) + 7), "分值合计不等于100")


_OF_A_COLUMN = ("weights-off", "goal-missing")
"""A sum over a column, a list without rows: which cell it is that is wrong the file does not tell."""

_DATA: tuple[tuple[str, str, Callable[[Site], Told | None], str], ...] = (
    ("plan-swapped", "累计进度两栏填颠倒", projects.plan_swapped, "PLN-"),
    ("plan-below-100", "支出进度没有填到 100", projects.plan_end, "PLN-"),
    ("plan-above-100", "支出进度超过 100", projects.plan_amount, "PLN-"),
    ("plan-blank", "支出进度漏填一个时点", projects.plan_blank, "PLN-"),
    ("weights-off", "指标分值合计不等于 100", _points, "IND-"),
    ("bands-reversed", "分档标准填颠倒", indicators.bands_reversed, "IND-"),
    ("code-short", "项目编码少一位", projects.code_short, "COD-"),
    ("code-small", "项目编码大写字母写成小写", projects.code_small, "COD-"),
    ("code-blank", "项目编码漏填", projects.code_blank, "COD-"),
    ("code-of-last-year", "用了上年的项目编码", projects.code_of_last_year, "COD-"),
    ("code-department", "封面部门代码填错", projects.department_code, "COD-"),
    ("code-catalogue", "采购品目代码少一位", projects.catalogue_code, "ENU-"),
    ("choice-pair", "二级指标与一级指标不对应", projects.level_pair, "ENU-"),
    ("choice-unknown", "下拉值自拟（不在清单）", projects.level_unknown, "ENU-"),
    ("choice-operator", "符号自拟", projects.operator, "ENU-"),
    ("name-duplicate", "项目清单中同一项目填了两行", projects.name_twice, "COD-09"),
    ("name-variant", "绩效表的项目名称多一个字", projects.sheet_name, "STR-05 STR-08 COD-"),
    ("sheet-duplicate", "同一项目填了两张绩效表", projects.sheet_twice, "STR-08"),
    ("residue", "文字里残留别的项目名称", projects.residue, "STR-06"),
    ("goal-missing", "漏填绩效目标", projects.goals_missing, "STR-13"),
    ("target-blank", "指标值漏填", indicators.target_blank, "IND-03"),
    ("target-zero", "指标值填 0", indicators.zero, "IND-10"),
    ("rate-beyond", "合格率写成≥100%", indicators.rate_beyond, "IND-08"),
    ("points-as-target", "指标值单位填成分值", indicators.points_as_target, "IND-21"),
)

for _id, _title, _make, _codes in _DATA:
    kind(EASY, _id, _title, _codes, "填报后由 LibreOffice 另存")(told(_make, one_cell=_id not in _OF_A_COLUMN))


@kind(EASY, "plan-increments", "支出计划填了各期数而不是累计数", "PLN-")
def increments(work: Work) -> bool:
    sheet = work.site.sheet()
    if sheet is None:
        return False
    keys = [Key("plan", sheet, "", month) for month in ("mar", "jun", "oct", "dec")]
    shares = [work.amount(key) for key in keys]
    for key, before, now in zip(keys[1:], shares, shares[1:], strict=False):
        work.type(key, now - before)
    return True


@kind(EASY, "weights-as-fractions", "指标分值按小数填列（0.15 表示 15）", "IND- TYP-")
def fractions(work: Work) -> bool:
    sheet = work.site.sheet()
    if sheet is None:
        return False
    for row in work.rows("indicators", sheet):
        key = Key("indicators", sheet, row, "points")
        if work.amount(key):
            work.type(key, work.amount(key) / 100)
    return bool(work.cells)


@kind(EASY, "choice-nearly", "下拉值手工录入，差一个字", "ENU-")
def nearly(work: Work) -> bool:
    sheet = work.site.sheet()
    return sheet is not None and work.type(Key("indicators", sheet, "001", "level1"), "产出指示")


@kind(EASY, "choice-abbreviated", "单位性质写了简称", "ENU- TYP-")
def abbreviated(work: Work) -> bool:
    key = Key("cover", "", "", "unit_nature")
    return work.type(key, str(work.value(key)).removesuffix("单位"))


@kind(EASY, "yes-no-nearly", "“是／否”栏填“有／无”", "ENU- TYP-")
def yes(work: Work) -> bool:
    key = Key("finance_statements", "", "", "has_gov_fund")
    return work.type(key, "有" if work.value(key) == "是" else "无")


@kind(EASY, "name-spaced", "采购表的项目名称夹空格", "TYP-04 XF-03")
def spaced(work: Work) -> bool:
    found = work.site.any_row("procurement", "procurement")
    if found is None:
        return False
    name = found[1]["project_name"]
    return work.type(Key("procurement", "", found[0], "project_name"), f"{name[:2]} {name[2:]}")


@kind(EASY, "name-not-listed", "采购项目不在项目清单", "XF-03")
def not_listed(work: Work) -> bool:
    found = work.site.any_row("procurement", "procurement")
    return found is not None and work.type(Key("procurement", "", found[0], "project_name"), "信息化建设")


@kind(EASY, "row-duplicate", "经济分类明细重复录入一行", "SUM- XF- TYP-")
def row_twice(work: Work) -> bool:
    lines = work.site.rows("projects", "project_items")
    row, content = work.site.any_row("projects", "project_items") or ("", {})
    if not row or not Decimal(content["amount"]):
        return False
    lines.append(dict(content))
    return work.here(Key("project_items", "", f"{len(lines):03d}", "amount"), wrong=content["amount"])


@kind(EASY, "example-row", "示例行没有删除", "SUM- XF- TYP- STR- COD- WBK-")
def example(work: Work) -> bool:
    """A line as in the instructions, left below the unit's own."""
    lines = work.site.rows("projects", "projects")
    lines.append({"code": "130201270000000EXAMPLE"[:21], "name": "示例项目", "category": "特定目标类", "fiscal": "100"})
    return work.here(Key("projects", "", f"{len(lines):03d}", "name"), wrong="示例项目")
