"""Mistakes between the forms of one return: XF, and of sign-off: WBK."""

from __future__ import annotations

from decimal import Decimal

from bench.bureau.site import Plan, Site, Told
from bench.bureau.slips import plain
from bench.bureau.truth import Cell


def sheet_budget(site: Site) -> Told | None:
    sheet = site.sheet()
    return site.mistype(Cell("target", "target", "", "fiscal", sheet)) if sheet else None


def listed_budget(site: Site) -> Told | None:
    found = site.any_row("projects", "projects")
    return site.mistype(Cell("projects", "projects", found[0], "fiscal")) if found else None


def project_spending(site: Site) -> Told | None:
    return site.mistype(
        Cell("finance", "expenditure", "project", "this_year"), "相邻数字颠倒", "漏一位数字", "按错一位"
    )


def reception(site: Site) -> Told | None:
    return site.mistype(Cell("operating", "three_public", "reception", "this_year"))


def running(site: Site) -> Told | None:
    return site.mistype(Cell("operating", "three_public", "running", "this_year"))


def operating_item(site: Site) -> Told | None:
    """An item of an office's operating cost: nothing else on the form says what it should be."""
    if site.unit.nature != "行政单位":
        return None
    return site.mistype(Cell("operating", "operating", site.rng.choice(("office", "travel", "heating")), "this_year"))


def no_vehicles(site: Site) -> Told | None:
    cell = Cell("assets", "assets", "vehicles", "value")
    if site.unit.vehicles == 0:
        return None
    for name in ("qty", "opening"):
        site.put(Cell("assets", "assets", "vehicles", name), "0")
    return site.change(cell, "0", "资产漏登")


def beyond_budget(site: Site) -> Told | None:
    """More procured than the project has."""
    found = site.any_row("procurement", "procurement")
    if found is None:
        return None
    at = {name: Cell("procurement", "procurement", found[0], name) for name in ("qty", "fund_general", "fund_govfund")}
    fund = "fund_general" if site.value(at["fund_general"]) else "fund_govfund"
    if not site.value(at[fund]):
        return None
    site.put(at["qty"], plain(Decimal(found[1]["qty"]) * 40))
    return site.change(at[fund], plain(Decimal(found[1][fund]) * 40), "按全部年度填列")


def economic_item(site: Site) -> Told | None:
    found = site.any_row("projects", "project_items")
    return site.mistype(Cell("projects", "project_items", found[0], "amount")) if found else None


def activity_budget(site: Site) -> Told | None:
    found = site.any_row("duties", "activities")
    return site.mistype(Cell("duties", "activities", found[0], "year_budget")) if found else None


def gov_fund(site: Site) -> Told | None:
    cell = Cell("finance", "finance_statements", "", "has_gov_fund")
    return site.change(cell, "否" if site.value(cell) == "是" else "是", "声明与金额矛盾")


def no_purchase(site: Site) -> Told | None:
    if not site.rows("assets", "planned_purchases"):
        return None
    return site.change(Cell("assets", "asset_info", "", "has_purchase"), "否", "声明与采购矛盾")


def public_income(site: Site) -> Told | None:
    return site.mistype(Cell("public_1", "pub1_income", "general", "amount"))


def public_projects(site: Site) -> Told | None:
    found = site.any_row("public_3", "pub3", lambda row: "project" in row)
    return site.mistype(Cell("public_3", "pub3", found[0], "project")) if found else None


def public_basic(site: Site) -> Told | None:
    return site.mistype(Cell("public_5", "pub5", "001", "basic"))


def public_item(site: Site) -> Told | None:
    found = site.any_row("public_6", "pub6")
    if found is None:
        return None
    return site.mistype(Cell("public_6", "pub6", found[0], "personnel" if "personnel" in found[1] else "operating"))


def public_three(site: Site) -> Told | None:
    return site.mistype(Cell("public_7", "pub7", "reception", "this_year"))


def public_statement(site: Site) -> Told | None:
    cell = Cell("public_8", "pub8_note", "", "has_spending")
    return site.change(cell, "否" if site.value(cell) == "是" else "是", "声明与表矛盾")


def public_class(site: Site) -> Told | None:
    return site.mistype(Cell("public_1", "pub1_spending", "001", "amount"))


def strange_project(site: Site) -> Told | None:
    found = site.any_row("procurement", "procurement")
    return (
        site.change(Cell("procurement", "procurement", found[0], "project_name"), "信息化建设", "自行录入")
        if found
        else None
    )


def estimate(site: Site) -> Told | None:
    found = site.any_row("projects", "projects", lambda row: "estimate" in row)
    if found is None:
        return None
    return site.change(
        Cell("projects", "projects", found[0], "estimate"), plain(Decimal(found[1]["fiscal"]) / 2), "概算填小"
    )


def department_promise(site: Site) -> Told | None:
    """The department promises more than its project does."""
    found = site.any_row(
        "dept_goals", "dept_indicators", lambda row: row["target_op"] == "≥" and row["target_unit"] != "%"
    )
    if found is None:
        return None
    more = plain(Decimal(found[1]["target_value"]) * 2)
    return site.change(Cell("dept_goals", "dept_indicators", found[0], "target_value"), more, "两处目标不同")


def planned_without(site: Site) -> Told | None:
    found = site.any_row("assets", "planned_purchases")
    if found is None:
        return None
    site.put(Cell("assets", "planned_purchases", found[0], "item"), "便携式终端")
    return site.change(Cell("assets", "planned_purchases", found[0], "project"), None, "没有对应项目")


def wrong_source(site: Site) -> Told | None:
    found = site.any_row("procurement", "procurement", lambda row: "fund_general" in row)
    if found is None:
        return None
    amount = found[1]["fund_general"]
    site.put(Cell("procurement", "procurement", found[0], "fund_general"), None)
    return site.change(Cell("procurement", "procurement", found[0], "other_channel"), amount, "填错一栏")


def budget_column(site: Site) -> Told | None:
    found = site.any_row("procurement", "procurement", lambda row: "fund_general" in row)
    if found is None:
        return None
    own = [p for p in site.rows("projects", "projects") if p["name"] == found[1]["project_name"]]
    wrong = found[1]["fund_general"]
    if not own or Decimal(wrong) == Decimal(own[0]["fiscal"]):
        return None
    told = site.change(Cell("procurement", "procurement", found[0], "project_budget"), wrong, "填成采购金额")
    return told and (told[0], told[1], own[0]["fiscal"], told[3])


def unsigned(site: Site) -> Told | None:
    return site.change(Cell("cover", "cover", "", "sign_status"), "填报", "没有审核")


def self_reviewed(site: Site) -> Told | None:
    return site.change(Cell("cover", "cover", "", "reviewer"), site.unit.people[0], "自填自审")


def not_sent(site: Site) -> Told | None:
    site.drafts.withheld.add(site.code)
    return None, None, site.unit.name, "没有报送"


PLANS = (
    Plan("XF", ("XF-27", "XF-01"), "绩效表预算填错", sheet_budget),
    Plan("XF", ("XF-27", "XF-23", "XF-31"), "清单预算填错", listed_budget),
    Plan("XF", ("XF-01", "XF-29"), "项目支出填错", project_spending),
    Plan("XF", ("XF-10", "XF-30"), "“三公”接待费填错", reception),
    Plan("XF", ("XF-09", "XF-30"), "“三公”用车费填错", running),
    Plan("XF", ("XF-11",), "运行经费明细填错", operating_item),
    Plan("XF", ("XF-13",), "有用车费没有汽车", no_vehicles),
    Plan("XF", ("XF-04",), "采购大于项目预算", beyond_budget),
    Plan("XF", ("XF-31", "XF-25"), "经济分类金额填错", economic_item),
    Plan("XF", ("XF-02", "SUM-16"), "活动预算填错", activity_budget),
    Plan("XF", ("XF-21",), "基金声明与金额矛盾", gov_fund),
    Plan("XF", ("XF-15", "STR-07"), "声明不购置而有采购", no_purchase),
    Plan("XF", ("XF-29", "XF-24"), "公开01收入填错", public_income),
    Plan("XF", ("XF-29", "XF-24", "XF-25"), "公开03项目支出填错", public_projects),
    Plan("XF", ("XF-24",), "公开05基本支出填错", public_basic),
    Plan("XF", ("XF-24",), "公开06科目填错", public_item),
    Plan("XF", ("XF-30",), "公开07接待费填错", public_three),
    Plan("XF", ("XF-34",), "公开08声明与表矛盾", public_statement),
    Plan("XF", ("XF-32", "XF-24"), "公开01支出填错", public_class),
    Plan("XF", ("XF-03",), "采购项目不在清单", strange_project),
    Plan("XF", ("XF-18",), "超过总概算", estimate),
    Plan("XF", ("XF-16",), "部门目标高于项目", department_promise),
    Plan("XF", ("XF-14",), "拟购置没有项目", planned_without),
    Plan("XF", ("XF-06",), "采购资金来源不符", wrong_source),
    Plan("XF", ("XF-05",), "预算资金填成采购额", budget_column),
    Plan("WBK", ("WBK-10",), "没有审核", unsigned),
    Plan("WBK", ("WBK-10",), "自填自审", self_reviewed),
    Plan("WBK", ("WBK-06",), "单位没有报送", not_sent),
)
