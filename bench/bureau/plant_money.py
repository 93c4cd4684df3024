"""Mistakes in amounts: SUM, TYP and NAR."""

from __future__ import annotations

from decimal import Decimal

from bench.bureau.site import Plan, Site, Told, added
from bench.bureau.slips import plain
from bench.bureau.truth import Cell
from bench.bureau.words import CLASSES

_INCOME = ("general", "gov_fund", "special_account", "other")


def _finance(block: str, row: str, field: str = "this_year") -> Cell:
    return Cell("finance", block, row, field)


def _column(site: Site, form: str, block: str, rows: tuple[str, ...], field: str) -> str:
    return added(site.value(Cell(form, block, row, field)) for row in rows)


def income_source(site: Site) -> Told | None:
    return site.mistype(_finance("income", "general"))


def income_total(site: Site) -> Told | None:
    right = _column(site, "finance", "income", _INCOME, "this_year")
    return site.type_over(_finance("income", "total"), right)


def expenditure_total(site: Site) -> Told | None:
    right = _column(site, "finance", "expenditure", ("personnel", "operating", "project"), "this_year")
    return site.type_over(_finance("expenditure", "total"), right)


def basic_total(site: Site) -> Told | None:
    right = _column(site, "finance", "expenditure", ("personnel", "operating"), "this_year")
    return site.type_over(_finance("expenditure", "basic"), right)


def personnel(site: Site) -> Told | None:
    return site.mistype(_finance("expenditure", "personnel"))


def share(site: Site) -> Told | None:
    whole = Decimal(_column(site, "finance", "expenditure", ("personnel", "operating", "project"), "this_year"))
    part = Decimal(site.value(_finance("expenditure", "project")) or 0)
    return site.type_over(_finance("expenditure", "project", "share"), f"{part * 100 / whole:.2f}") if part else None


def operating_total(site: Site) -> Told | None:
    rows = tuple(site.forms["operating"]["operating"])
    return site.type_over(Cell("operating", "operating", "total", "this_year"), _sum(site, rows))


def _sum(site: Site, rows: tuple[str, ...]) -> str:
    return _column(site, "operating", "operating", rows, "this_year")


def three_public_total(site: Site) -> Told | None:
    right = _column(site, "operating", "three_public", ("abroad", "purchase", "running", "reception"), "this_year")
    return site.type_over(Cell("operating", "three_public", "total", "this_year"), right)


def price(site: Site) -> Told | None:
    found = site.any_row("procurement", "procurement")
    return site.mistype(Cell("procurement", "procurement", found[0], "price")) if found else None


def funds(site: Site) -> Told | None:
    """The sum of the four sources of a line."""
    found = site.any_row("procurement", "procurement", lambda row: "fund_general" in row)
    if not found:
        return None
    return site.type_over(Cell("procurement", "procurement", found[0], "fund_sum"), found[1]["fund_general"])


def procurement_total(site: Site) -> Told | None:
    right = added(row.get("fund_general") for row in site.rows("procurement", "procurement"))
    if Decimal(right) == 0:
        return None
    return site.type_over(Cell("procurement", "procurement", "total", "fund_general"), right)


def of_which(site: Site) -> Told | None:
    """Vehicles worth more than all equipment."""
    whole = Decimal(site.value(Cell("assets", "assets", "general_equipment", "value")) or 0)
    cell = Cell("assets", "assets", "vehicles", "value")
    before = Decimal(site.value(cell) or 0)
    wrong = before * 10
    return site.change(cell, plain(wrong), "小数点错位") if wrong > whole and before else None


def assets_total(site: Site) -> Told | None:
    right = _column(site, "assets", "assets", tuple(name for name, *_ in CLASSES), "value")
    return site.type_over(Cell("assets", "assets", "total", "value"), right)


def project_budget(site: Site) -> Told | None:
    found = site.any_row("projects", "projects")
    if not found:
        return None
    right = added(found[1].get(name) for name in ("fiscal", "other"))
    return site.type_over(Cell("projects", "projects", found[0], "budget"), right)


def purpose_part(site: Site) -> Told | None:
    """One amount in the purpose of a project."""
    sheet = site.sheet()
    if sheet is None:
        return None
    cell = Cell("target", "target", "", "purpose", sheet)
    head, _, rest = (site.value(cell) or "").partition("其中")
    parts = rest.split("，")
    amount = "".join(mark for mark in parts[0] if mark in "0123456789.")
    if len(amount) < 2:
        return None
    wrong = plain(Decimal(amount) + 1)
    return site.change(cell, f"{head}其中{parts[0].replace(amount, wrong)}，{'，'.join(parts[1:])}", "文字与金额不符")


def projects_total(site: Site) -> Told | None:
    right = added(row.get("fiscal") for row in site.rows("projects", "projects"))
    return site.type_over(Cell("projects", "projects", "total", "fiscal"), right)


def planned_amount(site: Site) -> Told | None:
    found = site.any_row("assets", "planned_purchases")
    if not found:
        return None
    right = plain(Decimal(found[1]["qty"]) * Decimal(found[1]["price"]))
    return site.type_over(Cell("assets", "planned_purchases", found[0], "amount"), right)


def department_points(site: Site) -> Told | None:
    found = site.any_row("dept_goals", "dept_indicators")
    return (
        site.change(Cell("dept_goals", "dept_indicators", found[0], "points"), "25", "分值合计不是 100")
        if found
        else None
    )


def office_total(site: Site) -> Told | None:
    right = added(row.get("year_budget") for row in site.rows("duties", "activities"))
    return site.type_over(Cell("duties", "duty_offices", "total", "year_budget"), right)


def public_total(site: Site) -> Told | None:
    right = added(row.get("basic") for row in site.rows("public_3", "pub3"))
    return site.type_over(Cell("public_3", "pub3", "total", "basic"), right)


def public_sum(site: Site) -> Told | None:
    held = site.forms["public_1"]["pub1_income"]
    right = added(held[row].get("amount") for row in held if row != "carry_in")
    return site.type_over(Cell("public_1", "pub1_income", "total", "amount"), right)


def negative(site: Site) -> Told | None:
    cell = _finance("expenditure", "operating")
    return site.change(cell, f"-{site.value(cell)}", "多一个负号")


def yuan(site: Site) -> Told | None:
    return site.mistype(_finance("expenditure", "project"), "按元填列")


def three_decimals(site: Site) -> Told | None:
    cell = _finance("income", "other")
    before = site.value(cell) or "0"
    return site.change(cell, plain(Decimal(before) + Decimal("0.004")), "由元换算没有舍入")


def blank_asset(site: Site) -> Told | None:
    return site.change(Cell("assets", "assets", "relics", "value"), None, "没有的留空")


def asset_count(site: Site) -> Told | None:
    cell = Cell("assets", "assets", "furniture", "qty")
    return site.change(cell, None, "漏填数量") if site.value(cell) not in (None, "0") else None


def brackets(site: Site) -> Told | None:
    sheet = site.sheet()
    if sheet is None:
        return None
    return site.change(Cell("target", "indicators", "001", "basis", sheet), "示政办函【2026】17号", "文号括号写错")


def deadline(site: Site) -> Told | None:
    sheet = site.sheet()
    if sheet is None:
        return None
    cell = Cell("target", "indicators", "003", "description", sheet)
    return site.change(cell, f"{site.drafts.year}年11之前完成全部工作", "漏写“月”字")


def change_sign(site: Site) -> Told | None:
    """What changed against last year, typed without its sign."""
    for row in ("personnel", "operating", "project"):
        cell = _finance("expenditure", row, "change")
        now, last = (Decimal(site.value(_finance("expenditure", row, f)) or 0) for f in ("this_year", "last_year"))
        if now < last:
            site.put(cell, plain(last - now))
            return cell, plain(last - now), plain(now - last), "公式改填数值，漏负号"
    return None


def reasons(site: Site) -> Told | None:
    """Operating cost changed, and no row says why."""
    rows = site.forms["operating"]["operating"]
    named = [row for row in rows if "reason" in rows[row]]
    now, last = (_sum_of(rows, f) for f in ("this_year", "last_year"))
    if not named or now == last:
        return None
    before = rows[named[0]]["reason"]
    for row in named:
        rows[row].pop("reason")
    return Cell("operating", "operating", named[0], "reason"), None, before, "漏填增减原因"


def _sum_of(rows: dict[str, dict[str, str]], field: str) -> str:
    return added(row.get(field) for row in rows.values())


def planned_count(site: Site) -> Told | None:
    found = site.any_row("assets", "planned_purchases")
    return site.change(Cell("assets", "planned_purchases", found[0], "qty"), None, "漏填数量") if found else None


def stated_amount(site: Site) -> Told | None:
    """An amount in the narrative that is not the table's."""
    found = site.any_row("statements", "paragraphs", lambda row: row["topic"] == "支出预算")
    if not found:
        return None
    total = _column(site, "finance", "expenditure", ("personnel", "operating", "project"), "this_year")
    cell = Cell("statements", "paragraphs", found[0], "text")
    return site.change(cell, found[1]["text"].replace(f"{total}万元", f"{total}元", 1), "漏写“万”字")


def stated_way(site: Site) -> Told | None:
    """增加 for 减少, or the other way about."""
    found = site.any_row(
        "statements", "paragraphs", lambda row: row["topic"] == "“三公”经费" and "比上年减少" in row["text"]
    )
    if not found:
        return None
    cell = Cell("statements", "paragraphs", found[0], "text")
    return site.change(cell, found[1]["text"].replace("比上年减少", "比上年增加"), "增减方向写反")


def stated_purchases(site: Site) -> Told | None:
    right = added(row.get("fund_general") for row in site.rows("procurement", "procurement"))
    if Decimal(right) == 0:
        return None
    return site.type_over(Cell("procurement", "procurement_summary", "", "amount"), right)


PLANS = (
    Plan("SUM", ("SUM-04", "XF-29"), "收入来源与支出不平", income_source),
    Plan("SUM", ("SUM-01",), "收入合计改填", income_total),
    Plan("SUM", ("SUM-02",), "支出合计改填", expenditure_total),
    Plan("SUM", ("SUM-03",), "基本支出改填", basic_total),
    Plan("SUM", ("SUM-04", "XF-29"), "人员经费填错", personnel),
    Plan("SUM", ("SUM-05", "SUM-06"), "占比改填", share),
    Plan("SUM", ("SUM-07",), "机关运行经费合计改填", operating_total),
    Plan("SUM", ("SUM-08",), "“三公”经费合计改填", three_public_total),
    Plan("SUM", ("SUM-09",), "采购单价填错", price),
    Plan("SUM", ("SUM-10",), "采购资金合计改填", funds),
    Plan("SUM", ("SUM-11",), "采购合计行改填", procurement_total),
    Plan("SUM", ("SUM-13",), "“其中”大于所属大类", of_which),
    Plan("SUM", ("SUM-13",), "资产合计改填", assets_total),
    Plan("SUM", ("SUM-14",), "项目预算数改填", project_budget),
    Plan("SUM", ("SUM-15",), "资金用途分项不等于总额", purpose_part),
    Plan("SUM", ("SUM-16",), "科室预算合计改填", office_total),
    Plan("SUM", ("SUM-17",), "部门指标分值合计不是 100", department_points),
    Plan("SUM", ("SUM-19",), "项目清单合计改填", projects_total),
    Plan("SUM", ("SUM-21",), "拟购置金额改填", planned_amount),
    Plan("SUM", ("SUM-23",), "公开03合计改填", public_total),
    Plan("SUM", ("SUM-23",), "公开01收入合计改填", public_sum),
    Plan("TYP", ("TYP-01",), "金额为负数", negative),
    Plan("TYP", ("TYP-08", "SUM-04", "XF-01"), "元填成万元", yuan),
    Plan("TYP", ("TYP-03",), "金额三位小数", three_decimals),
    Plan("TYP", ("TYP-07",), "资产价值空白", blank_asset),
    Plan("TYP", ("TYP-11",), "资产有价值没有数量", asset_count),
    Plan("TYP", ("TYP-09",), "文号括号", brackets),
    Plan("TYP", ("TYP-06",), "时限不完整", deadline),
    Plan("NAR", ("NAR-01",), "增减额没有负号", change_sign),
    Plan("NAR", ("NAR-05",), "没有增减原因", reasons),
    Plan("NAR", ("NAR-13",), "拟购置没有数量", planned_count),
    Plan("NAR", ("NAR-15",), "文字金额漏写万字", stated_amount),
    Plan("NAR", ("NAR-03",), "文字增减方向写反", stated_way),
    Plan("NAR", ("NAR-09", "XF-07"), "采购说明数改填", stated_purchases),
)
