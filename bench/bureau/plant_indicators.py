"""Mistakes in indicators: IND."""

from __future__ import annotations

from bench.bureau.site import Plan, Site, Told
from bench.bureau.truth import Cell


def _cell(site: Site, row: str, field: str) -> Cell | None:
    sheet = site.sheet()
    return Cell("target", "indicators", row, field, sheet) if sheet else None


def _put(site: Site, row: str, field: str, value: str | None, slip: str) -> Told | None:
    cell = _cell(site, row, field)
    return site.change(cell, value, slip) if cell else None


def target_blank(site: Site) -> Told | None:
    return _put(site, "001", "target_value", None, "漏填")


def operator_blank(site: Site) -> Told | None:
    return _put(site, "002", "target_op", None, "漏填")


def unit_blank(site: Site) -> Told | None:
    return _put(site, "004", "target_unit", None, "漏填")


def no_content(site: Site) -> Told | None:
    """The last row, on how content those served are, is left out."""
    cell = _cell(site, "006", "level1")
    if cell is None:
        return None
    gone = site.forms["target"][int(cell.instance) - 1]["indicators"].pop()
    return None, None, gone["level3"], "漏填满意度指标"


def rate_beyond(site: Site) -> Told | None:
    """≥100 % of something that cannot be more."""
    for number, project in site.open_projects:
        promise = project.kind.promises[1]
        if promise.sign == "＝":
            return site.change(Cell("target", "indicators", "002", "target_op", f"{number + 1:02d}"), "≥", "选错符号")
    return None


def cost_at_least(site: Site) -> Told | None:
    for number, project in site.open_projects:
        if "元" in project.kind.promises[3].unit:
            return site.change(Cell("target", "indicators", "004", "target_op", f"{number + 1:02d}"), "≥", "选错符号")
    return None


def zero(site: Site) -> Told | None:
    return _put(site, "005", "target_value", "0", "填 0")


def text_and_number(site: Site) -> Told | None:
    return _put(site, "003", "target_op", "文字描述", "选错符号")


def text_blank(site: Site) -> Told | None:
    cell = _cell(site, "003", "target_op")
    if cell is None:
        return None
    for name in ("target_value", "target_unit"):
        site.put(Cell(cell.form, cell.block, cell.row, name, cell.instance), None)
    return site.change(cell, "文字描述", "定性指标没有文字")


def quality_is_number(site: Site) -> Told | None:
    """A count put among the qualities."""
    for number, project in site.open_projects:
        if "次数" in project.kind.promises[0].name:
            return site.change(Cell("target", "indicators", "001", "level2", f"{number + 1:02d}"), "质量指标", "归错类")
    return None


def points_as_target(site: Site) -> Told | None:
    return _put(site, "002", "target_unit", "10分", "填成分值")


def goal_copied(site: Site) -> Told | None:
    sheet = site.sheet()
    if sheet is None:
        return None
    purpose = site.value(Cell("target", "target", "", "purpose", sheet))
    return site.change(Cell("target", "goals", "001", "goal", sheet), purpose, "照抄资金用途")


def bands_reversed(site: Site) -> Told | None:
    found = site.any_row("duties", "criteria")
    if found is None:
        return None
    site.put(Cell("duties", "criteria", found[0], "grade_b"), "95")
    return site.change(Cell("duties", "criteria", found[0], "grade_a"), "90", "两栏填颠倒")


def bands_apart(site: Site) -> Told | None:
    found = site.any_row("duties", "criteria")
    return site.change(Cell("duties", "criteria", found[0], "grade_d"), "60", "分档之间有空当") if found else None


def points_off(site: Site) -> Told | None:
    return _put(site, "001", "points", "10", "分值合计不足")


def department_target(site: Site) -> Told | None:
    found = site.any_row("dept_goals", "dept_indicators")
    if found is None:
        return None
    return site.change(Cell("dept_goals", "dept_indicators", found[0], "target_value"), None, "漏填")


def vague_basis(site: Site) -> Told | None:
    return _put(site, "004", "basis", "根据以往工作经验", "依据不具体")


def question(site: Site) -> Told | None:
    cell = _cell(site, "003", "target_op")
    if cell is None:
        return None
    site.put(cell, "文字描述")
    site.put(Cell(cell.form, cell.block, cell.row, "target_value", cell.instance), None)
    unit = Cell(cell.form, cell.block, cell.row, "target_unit", cell.instance)
    return site.change(unit, "是否按时完成", "写成疑问句")


def rate_in_times(site: Site) -> Told | None:
    return _put(site, "002", "target_unit", "次", "单位选错")


PLANS = (
    Plan("IND", ("IND-03",), "指标值空白", target_blank),
    Plan("IND", ("IND-04",), "没有符号", operator_blank),
    Plan("IND", ("IND-05",), "没有计量单位", unit_blank),
    Plan("IND", ("IND-01",), "没有满意度指标", no_content),
    Plan("IND", ("IND-08",), "合格率写≥100%", rate_beyond),
    Plan("IND", ("IND-09",), "成本写下限", cost_at_least),
    Plan("IND", ("IND-10",), "目标值为 0", zero),
    Plan("IND", ("IND-11",), "定性指标填了数值", text_and_number),
    Plan("IND", ("IND-12",), "定性指标没有文字", text_blank),
    Plan("IND", ("IND-13",), "次数归入质量", quality_is_number),
    Plan("IND", ("IND-21",), "指标值填分值", points_as_target),
    Plan("IND", ("IND-26",), "目标照抄用途", goal_copied),
    Plan("IND", ("IND-23",), "分档颠倒", bands_reversed),
    Plan("IND", ("IND-22",), "分档不连续", bands_apart),
    Plan("IND", ("IND-34",), "指标分值合计不足", points_off),
    Plan("IND", ("IND-28",), "部门指标没有目标值", department_target),
    Plan("IND", ("IND-16",), "依据不具体", vague_basis),
    Plan("IND", ("IND-06",), "指标值写成疑问句", question),
    Plan("IND", ("IND-07",), "率的单位写次", rate_in_times),
)
