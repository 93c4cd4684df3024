"""Mistakes in projects and structure: PLN, COD, ENU, STR and SEC."""

from __future__ import annotations

import copy

from bench.bureau.site import Plan, Site, Told
from bench.bureau.truth import Cell


def _plan(site: Site, field: str, value: str | None, slip: str) -> Told | None:
    sheet = site.sheet()
    return site.change(Cell("target", "plan", "", field, sheet), value, slip) if sheet else None


def plan_swapped(site: Site) -> Told | None:
    sheet = site.sheet()
    if sheet is None:
        return None
    june, october = (Cell("target", "plan", "", f, sheet) for f in ("jun", "oct"))
    before, after = site.value(june), site.value(october)
    site.put(october, before)
    site.put(june, after)
    return june, after, before, "两栏填颠倒"


def plan_end(site: Site) -> Told | None:
    return _plan(site, "dec", "95", "没有填到 100")


def plan_amount(site: Site) -> Told | None:
    return _plan(site, "dec", "10000", "百分数填成一万")


def plan_blank(site: Site) -> Told | None:
    return _plan(site, "mar", None, "漏填")


def plan_late(site: Site) -> Told | None:
    sheet = site.sheet()
    if sheet is None:
        return None
    site.put(Cell("target", "plan", "", "jun", sheet), "20")
    return site.change(Cell("target", "plan", "", "oct", sheet), "30", "年末集中支出")


def plan_holiday(site: Site) -> Told | None:
    sheet = site.sheet()
    if sheet is None:
        return None
    purpose = Cell("target", "target", "", "purpose", sheet)
    site.put(purpose, f"{site.value(purpose)}，在春节前完成")
    return site.change(Cell("target", "plan", "", "mar", sheet), "0", "用途所说的时点没有支出")


def _code(site: Site) -> tuple[Cell, str] | None:
    found = site.any_row("projects", "projects", lambda row: row.get("classified") != "是")
    return (Cell("projects", "projects", found[0], "code"), found[1]["code"]) if found else None


def code_blank(site: Site) -> Told | None:
    at = _code(site)
    return site.change(at[0], None, "漏填") if at else None


def code_short(site: Site) -> Told | None:
    at = _code(site)
    return site.change(at[0], at[1][:-1], "少抄一位") if at else None


def code_small(site: Site) -> Told | None:
    at = _code(site)
    if at is None or at[1] == at[1].lower():
        return None
    return site.change(at[0], at[1].lower(), "大写字母写成小写")


def code_of_other(site: Site) -> Told | None:
    """The code of another unit's project."""
    at = _code(site)
    others = [u for u in site.others if not u.legacy]
    if at is None or site.unit.legacy or not others:
        return None
    other = site.rng.choice(others)
    rows = site.drafts.documents[other.code(site.drafts.year)]["forms"]["projects"]["projects"]
    site.concerned.append(other.code(site.drafts.year))
    return site.change(at[0], rows[0]["code"], "抄了别的单位的编码")


def code_of_last_year(site: Site) -> Told | None:
    at = _code(site)
    if at is None or site.unit.legacy:
        return None
    return site.change(at[0], f"{at[1][:6]}{(site.drafts.year - 1) % 100:02d}{at[1][8:]}", "用了上年的编码")


def code_of_department(site: Site) -> Told | None:
    at = _code(site)
    return site.change(at[0], f"999{at[1][3:]}", "部门段抄错") if at and site.unit.legacy else None


def code_old(site: Site) -> Told | None:
    at = _code(site)
    if at is None or site.unit.legacy or len(site.rows("projects", "projects")) < 2:
        return None
    return site.change(at[0], f"{site.unit.department}-0303-JBN-7K2M", "用了 17 位旧编码")


def name_twice(site: Site) -> Told | None:
    rows = site.rows("projects", "projects")
    if len(rows) < 2:
        return None
    return site.change(Cell("projects", "projects", "002", "name"), rows[0]["name"], "复制后没有改")


def department_code(site: Site) -> Told | None:
    wrong = str(int(site.unit.department) + 100)
    return site.change(Cell("cover", "cover", "", "dept_code"), wrong, "部门代码填错")


def _indicator(site: Site, row: str, field: str, value: str | None, slip: str) -> Told | None:
    sheet = site.sheet()
    return site.change(Cell("target", "indicators", row, field, sheet), value, slip) if sheet else None


def level_pair(site: Site) -> Told | None:
    return _indicator(site, "001", "level2", "社会效益指标", "二级指标选错")


def level_unknown(site: Site) -> Told | None:
    return _indicator(site, "002", "level2", "其他指标", "自拟名称")


def level_mixed(site: Site) -> Told | None:
    return _indicator(site, "005", "level1", "效果指标", "旧名称")


def operator(site: Site) -> Told | None:
    return _indicator(site, "001", "target_op", "约", "自拟符号")


def unit_wording(site: Site) -> Told | None:
    return _indicator(site, "004", "target_unit", "元每人次", "单位写法不规范")


def catalogue_code(site: Site) -> Told | None:
    found = site.any_row("procurement", "procurement")
    if found is None:
        return None
    return site.change(
        Cell("procurement", "procurement", found[0], "catalog_code"), found[1]["catalog_code"][:-1] or "A", "少抄一位"
    )


def item_name(site: Site) -> Told | None:
    found = site.any_row("procurement", "procurement", lambda row: not row["catalog_code"].startswith("A02"))
    return site.change(Cell("procurement", "procurement", found[0], "item_name"), "服务", "填成类别") if found else None


def subject(site: Site) -> Told | None:
    found = site.rows("public_3", "pub3")
    code, _, name = found[0]["subject"].partition("-")
    for form, block in (("public_2", "pub2"), ("public_5", "pub5")):
        site.put(Cell(form, block, "001", "subject"), f"{code[:5]}-{name}")
    return site.change(Cell("public_3", "pub3", "001", "subject"), f"{code[:5]}-{name}", "填到款级")


def grade(site: Site) -> Told | None:
    found = site.any_row("duties", "activities")
    return site.change(Cell("duties", "activities", found[0], "last_grade"), "较好", "自拟等级") if found else None


def nature(site: Site) -> Told | None:
    if site.unit.nature != "事业单位":
        return None
    return site.change(Cell("cover", "cover", "", "unit_nature"), "二级机构", "自拟名称")


def purpose_blank(site: Site) -> Told | None:
    sheet = site.sheet()
    return site.change(Cell("target", "target", "", "purpose", sheet), None, "漏填") if sheet else None


def amount_blank(site: Site) -> Told | None:
    return site.change(Cell("finance", "income", "gov_fund", "this_year"), None, "没有的留空")


def sheet_missing(site: Site) -> Told | None:
    held = site.open_projects
    if len(held) < 2:
        return None
    number = held[-1][0]
    gone = site.forms["target"].pop(number)
    return None if gone is None else (None, None, gone["target"]["name"], "漏报一张项目绩效表")


def sheet_twice(site: Site) -> Told | None:
    held = site.open_projects
    if not held or len(site.forms["target"]) >= 6:
        return None
    again = copy.deepcopy(site.forms["target"][held[0][0]])
    site.forms["target"].append(again)
    sheet = f"{len(site.forms['target']):02d}"
    return Cell("target", "target", "", "name", sheet), again["target"]["name"], None, "同一项目填了两张"


def form_missing(site: Site) -> Told | None:
    site.forms.pop("assets")
    return None, None, "assets", "整张表没有填"


def goals_missing(site: Site) -> Told | None:
    held = site.open_projects
    if not held:
        return None
    number = held[0][0]
    gone = site.forms["target"][number].pop("goals")
    return Cell("target", "goals", "001", "goal", f"{number + 1:02d}"), None, gone[0]["goal"], "漏填"


def staff_blank(site: Site) -> Told | None:
    return site.change(Cell("cover", "cover", "", "staff_quota"), None, "漏填")


def department_level(site: Site) -> Told | None:
    found = site.any_row("dept_goals", "dept_indicators")
    return (
        site.change(Cell("dept_goals", "dept_indicators", found[0], "level2"), None, "与上行相同而留空")
        if found
        else None
    )


def sheet_name(site: Site) -> Told | None:
    sheet = site.sheet()
    if sheet is None:
        return None
    cell = Cell("target", "target", "", "name", sheet)
    name = site.value(cell) or ""
    return site.change(cell, f"{name[:4]}的{name[4:]}", "自行录入，多一个字")


def statement_blank(site: Site) -> Told | None:
    return site.change(Cell("finance", "finance_statements", "", "has_gov_fund"), None, "漏填")


def residue(site: Site) -> Told | None:
    held = site.open_projects
    if len(held) < 2:
        return None
    cell = Cell("target", "project_note", "", "overview", f"{held[1][0] + 1:02d}")
    name = held[0][1].names[site.drafts.year]
    return site.change(cell, f"用于{name}的各项支出", "复制后没有改全")


def _secret(site: Site) -> str | None:
    return f"{site.secret_projects[0][0] + 1:02d}" if site.secret_projects else None


def secret_purpose(site: Site) -> Told | None:
    sheet = _secret(site)
    return (
        site.change(Cell("target", "target", "", "purpose", sheet), "购置专用加密终端", "写出涉密内容")
        if sheet
        else None
    )


def secret_goal(site: Site) -> Told | None:
    sheet = _secret(site)
    return (
        site.change(Cell("target", "goals", "001", "goal", sheet), "建成专用加密网络", "写出涉密内容")
        if sheet
        else None
    )


def secret_flag(site: Site) -> Told | None:
    sheet = _secret(site)
    return site.change(Cell("projects", "projects", f"0{sheet}", "classified"), None, "漏标") if sheet else None


def secret_plan(site: Site) -> Told | None:
    sheet = _secret(site)
    return site.change(Cell("target", "plan", "", "jun", sheet), None, "漏填") if sheet else None


PLANS = (
    Plan("PLN", ("PLN-02",), "累计进度倒挂", plan_swapped),
    Plan("PLN", ("PLN-03",), "终值不足 100", plan_end),
    Plan("PLN", ("PLN-04",), "进度超出 0—100", plan_amount),
    Plan("PLN", ("PLN-01",), "时点空白", plan_blank),
    Plan("PLN", ("PLN-05",), "年末集中支出", plan_late),
    Plan("PLN", ("PLN-08",), "节日没有支出", plan_holiday),
    Plan("COD", ("COD-01",), "项目编码空白", code_blank),
    Plan("COD", ("COD-02",), "项目编码少一位", code_short),
    Plan("COD", ("COD-02",), "项目编码小写", code_small),
    Plan("COD", ("COD-03",), "两个单位同一编码", code_of_other),
    Plan("COD", ("COD-04",), "编码年度不符", code_of_last_year),
    Plan("COD", ("COD-05",), "旧编码部门段不符", code_of_department),
    Plan("COD", ("COD-06",), "新旧编码并存", code_old),
    Plan("COD", ("COD-09",), "项目名称重复", name_twice),
    Plan("COD", ("COD-07",), "部门代码与单位代码不符", department_code),
    Plan("ENU", ("ENU-03",), "一级、二级指标不对应", level_pair),
    Plan("ENU", ("ENU-02", "ENU-03"), "二级指标不在列表", level_unknown),
    Plan("ENU", ("ENU-01",), "效果、效益指标混用", level_mixed),
    Plan("ENU", ("ENU-04",), "符号不在列表", operator),
    Plan("ENU", ("ENU-05",), "计量单位不规范", unit_wording),
    Plan("ENU", ("ENU-06",), "品目代码少一位", catalogue_code),
    Plan("ENU", ("ENU-07",), "物品名称填成类别", item_name),
    Plan("ENU", ("ENU-09",), "科目不是末级", subject),
    Plan("ENU", ("ENU-08",), "评价等级不在列表", grade),
    Plan("ENU", ("ENU-10",), "单位性质不在列表", nature),
    Plan("STR", ("STR-02",), "资金用途空白", purpose_blank),
    Plan("STR", ("STR-02",), "必填金额空白", amount_blank),
    Plan("STR", ("STR-08", "XF-01"), "缺一张项目绩效表", sheet_missing),
    Plan("STR", ("STR-08",), "一个项目两张绩效表", sheet_twice),
    Plan("STR", ("STR-12",), "资产表没有报送", form_missing),
    Plan("STR", ("STR-13",), "没有绩效目标", goals_missing),
    Plan("STR", ("STR-11",), "封面没有编制数", staff_blank),
    Plan("STR", ("STR-15",), "部门指标没有二级指标", department_level),
    Plan("STR", ("STR-05",), "绩效表项目名称不在清单", sheet_name),
    Plan("STR", ("STR-07", "STR-02"), "没有声明有无基金预算", statement_blank),
    Plan("STR", ("STR-06",), "文字残留其他项目", residue),
    Plan("SEC", ("SEC-01",), "涉密项目写了用途", secret_purpose),
    Plan("SEC", ("SEC-01",), "涉密项目写了目标", secret_goal),
    Plan("SEC", ("SEC-03",), "清单漏标涉密", secret_flag),
    Plan("SEC", ("SEC-02",), "涉密项目缺支出计划", secret_plan),
)
