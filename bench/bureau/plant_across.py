"""Mistakes across units and years: XD and XY."""

from __future__ import annotations

import json
from decimal import Decimal

from bench.bureau.site import Document, Plan, Site, Told
from bench.bureau.slips import mistyped, plain
from bench.bureau.tables import WHOLE
from bench.bureau.truth import Cell
from bench.bureau.world import Unit


def _line(site: Site) -> tuple[str, Document] | None:
    """A transfer line whose other side has no mistake yet."""
    free = {u.code(site.drafts.year) for u in site.others}
    found = site.any_row("finance", "transfers", lambda row: row["counterparty"] in free)
    if found is not None:
        site.concerned.append(found[1]["counterparty"])
    return found


def transfer_amount(site: Site) -> Told | None:
    found = _line(site)
    return site.mistype(Cell("finance", "transfers", found[0], "amount")) if found else None


def transfer_missing(site: Site) -> Told | None:
    found = _line(site)
    if found is None:
        return None
    gone = site.forms["finance"]["transfers"].pop(int(found[0]) - 1)
    return None, None, gone["amount"], "漏填一笔往来"


def transfer_direction(site: Site) -> Told | None:
    found = _line(site)
    if found is None:
        return None
    wrong = "收" if found[1]["direction"] == "付" else "付"
    return site.change(Cell("finance", "transfers", found[0], "direction"), wrong, "方向填反")


def _of_table(site: Site, category: str, cell: Cell) -> Told | None:
    """The unit's ceiling comes down below what it asks for."""
    at = next((n for n, row in enumerate(site.drafts.control) if row[:2] == (site.code, category)), None)
    asked = Decimal(site.value(cell) or 0)
    if at is None or asked < 20:
        return None
    limit = asked - max(Decimal(1), asked // 10)
    site.drafts.control[at] = (site.code, category, plain(limit), "万元")
    return cell, plain(asked), plain(limit), "超过控制数"


def ceiling_projects(site: Site) -> Told | None:
    return _of_table(site, "expenditure.project", Cell("finance", "expenditure", "project", "this_year"))


def ceiling_in_yuan(site: Site) -> Told | None:
    """The ceiling stands in 元 and is exceeded."""
    told = ceiling_projects(site)
    if told is not None:
        at = next(n for n, row in enumerate(site.drafts.control) if row[:2] == (site.code, "expenditure.project"))
        site.drafts.control[at] = (site.code, "expenditure.project", plain(Decimal(told[2] or 0) * 10000), "元")
    return told


def whole_figure(site: Site) -> Told | None:
    """The bureau's own sum is mistyped."""
    at = next((n for n, row in enumerate(site.drafts.control) if row[:2] == (WHOLE, "expenditure.basic")), None)
    made = None if at is None else mistyped(site.drafts.control[at][2], site.rng, ("相邻数字颠倒", "漏一位数字"))
    if at is None or made is None:
        return None
    right = site.drafts.control[at][2]
    site.drafts.control[at] = (WHOLE, "expenditure.basic", made[0], "万元")
    site.concerned.insert(0, "")
    return None, made[0], right, made[1]


def unlisted(site: Site) -> Told | None:
    """The roster does not have the unit, which nobody stands below."""
    at = [n for n, row in enumerate(site.drafts.roster) if row[0] == site.code]
    if not at or any(row[2] == site.code for row in site.drafts.roster):
        return None
    del site.drafts.roster[at[0]]
    return None, site.code, None, "不在名册"


def other_name(site: Site) -> Told | None:
    """The roster has another name for the unit's code."""
    at = next((n for n, row in enumerate(site.drafts.roster) if row[0] == site.code), None)
    if at is None:
        return None
    row = site.drafts.roster[at]
    site.drafts.roster[at] = (row[0], f"{row[1][:3]}机关后勤中心", *row[2:])
    return None, site.unit.name, f"{row[1][:3]}机关后勤中心", "代码录错"


def _rename(site: Site, before: str, after: str) -> None:
    """Another name of a project, wherever the unit names it."""
    text = json.dumps(site.forms, ensure_ascii=False).replace(f'"{before}"', f'"{after}"')
    site.drafts.documents[site.code]["forms"] = json.loads(text)


def _partner(site: Site) -> tuple[Unit, str] | None:
    """Another department's unit without a mistake, and the name of an open project of it."""
    others = [u for u in site.others if u.department != site.unit.department]
    if not others:
        return None
    other = site.rng.choice(others)
    open_ones = [p for p in other.running(site.drafts.year) if not p.secret]
    return (other, open_ones[0].names[site.drafts.year]) if open_ones else None


def _own(site: Site) -> tuple[str, str] | None:
    """A project of the unit that is new this year: row and name."""
    return next(
        ((f"{n:03d}", row["name"]) for n, row in enumerate(site.rows("projects", "projects"), 1)
         if "last_year" not in row and row.get("classified") != "是"), None
    )  # fmt: skip


def declared_twice(site: Site) -> Told | None:
    """A new project under the very name another department declares."""
    own, partner = _own(site), _partner(site)
    if own is None or partner is None:
        return None
    _rename(site, own[1], partner[1])
    site.concerned.append(partner[0].code(site.drafts.year))
    return Cell("projects", "projects", own[0], "name"), partner[1], own[1], "两个部门同名申报"


def declared_nearly(site: Site) -> Told | None:
    """… under nearly that name."""
    own, partner = _own(site), _partner(site)
    if own is None or partner is None:
        return None
    name = f"{partner[1][:4]}的{partner[1][4:]}"
    _rename(site, own[1], name)
    site.concerned.append(partner[0].code(site.drafts.year))
    return Cell("projects", "projects", own[0], "name"), name, own[1], "两个部门近名申报"


def dear(site: Site) -> Told | None:
    """Three times the price for a third of the pieces."""
    found = site.any_row("procurement", "procurement", lambda row: int(row["qty"]) >= 3 and "fund_general" in row)
    if found is None:
        return None
    row = found[1]
    price, count = Decimal(row["price"]) * 3, int(row["qty"]) // 3
    right = row["price"]
    row |= {"price": plain(price), "qty": str(count), "fund_general": plain(price * count)}
    for planned in site.rows("assets", "planned_purchases"):
        if planned["item"] == row["item_name"]:
            planned |= {"price": row["price"], "qty": row["qty"]}
    return Cell("procurement", "procurement", found[0], "price"), row["price"], right, "单价明显偏高"


def few_people(site: Site) -> Told | None:
    if site.unit.staff < 20:
        return None
    cell = Cell("organisation", "budget_units", "001", "staff_actual")
    return site.change(cell, str(site.unit.staff // 10), "漏一位数字")


def last_income(site: Site) -> Told | None:
    return site.mistype(Cell("finance", "income", "general", "last_year"))


def last_personnel(site: Site) -> Told | None:
    return site.mistype(Cell("finance", "expenditure", "personnel", "last_year"))


def last_item(site: Site) -> Told | None:
    return site.mistype(Cell("operating", "operating", "office", "last_year"))


def grown(site: Site) -> Told | None:
    found = site.any_row("projects", "projects", lambda row: "note" in row and "last_year" in row)
    return site.change(Cell("projects", "projects", found[0], "note"), None, "漏写增长原因") if found else None


def _lasting(site: Site) -> tuple[str, Document] | None:
    """A project that goes on, not classified and not in the mapping."""
    year = site.drafts.year
    kept = {
        p.names[year] for p in site.unit.running(year)
        if p.runs(year - 1) and not p.secret and p.names[year] == p.names[year - 1] and p.codes[year] == p.codes[year - 1]
    }  # fmt: skip
    return site.any_row("projects", "projects", lambda row: row["name"] in kept)


def renamed(site: Site) -> Told | None:
    found = _lasting(site)
    if found is None:
        return None
    before = found[1]["name"]
    after = f"{before[:4]}及{before[4:]}"
    _rename(site, before, after)
    return Cell("projects", "projects", found[0], "name"), after, before, "改了名称没有对照"


def recoded(site: Site) -> Told | None:
    found = _lasting(site)
    if found is None or site.unit.legacy:
        return None
    cell, code = Cell("projects", "projects", found[0], "code"), found[1]["code"]
    return site.change(cell, code[:8] + code[8:][::-1], "改了编码没有对照")


def target_lowered(site: Site) -> Told | None:
    year = site.drafts.year
    for number, project in site.open_projects:
        promise = project.kind.promises[4]
        if project.runs(year - 1) and promise.sign == "≥" and project.budgets[year - 1].targets[4] > 4:
            cell = Cell("target", "indicators", "005", "target_value", f"{number + 1:02d}")
            return site.change(cell, str(project.budgets[year - 1].targets[4] // 2), "目标调低")
    return None


def bought_missing(site: Site) -> Told | None:
    for name in ("general_equipment", "furniture", "special_equipment"):
        cell = Cell("assets", "assets", name, "purchased")
        if site.value(cell):
            return site.change(cell, None, "购置没有入账")
    return None


def opening(site: Site) -> Told | None:
    return site.mistype(Cell("assets", "assets", "general_equipment", "opening"))


def carried(site: Site) -> Told | None:
    return site.mistype(Cell("public_1", "pub1_income", "carry_in", "amount"))


def last_project(site: Site) -> Told | None:
    found = _lasting(site)
    return (
        site.mistype(Cell("projects", "projects", found[0], "last_year"), "相邻数字颠倒", "按错一位") if found else None
    )


def last_project_blank(site: Site) -> Told | None:
    found = _lasting(site)
    return site.change(Cell("projects", "projects", found[0], "last_year"), None, "漏填") if found else None


PLANS = (
    Plan("XD", ("XD-07",), "往来金额不等", transfer_amount),
    Plan("XD", ("XD-07",), "往来漏填一方", transfer_missing),
    Plan("XD", ("XD-07",), "往来方向填反", transfer_direction),
    Plan("XD", ("XD-05",), "超过控制数", ceiling_projects),
    Plan("XD", ("XD-05",), "超过以元下达的控制数", ceiling_in_yuan),
    Plan("XD", ("XD-02",), "全区汇总数抄错", whole_figure),
    Plan("XD", ("XD-01",), "单位不在名册", unlisted),
    Plan("XD", ("XD-01",), "名册中是另一个名称", other_name),
    Plan("XD", ("XD-03",), "两个部门同名申报", declared_twice),
    Plan("XD", ("XD-03",), "两个部门近名申报", declared_nearly),
    Plan("XD", ("XD-04",), "单价偏高", dear),
    Plan("XD", ("XD-08",), "人数漏一位，人均离群", few_people),
    Plan("XY", ("XY-01",), "上年收入填错", last_income),
    Plan("XY", ("XY-01",), "上年人员经费填错", last_personnel),
    Plan("XY", ("XY-01",), "上年运行经费填错", last_item),
    Plan("XY", ("XY-04",), "增幅大没有说明", grown),
    Plan("XY", ("XY-02",), "延续项目改名", renamed),
    Plan("XY", ("XY-02",), "延续项目换码", recoded),
    Plan("XY", ("XY-03",), "目标低于上年", target_lowered),
    Plan("XY", ("XY-06",), "资产增减不衔接", bought_missing),
    Plan("XY", ("XY-09", "XY-06"), "资产上年数填错", opening),
    Plan("XY", ("XY-07",), "上年结转填错", carried),
    Plan("XY", ("XY-10",), "项目上年预算填错", last_project),
    Plan("XY", ("XY-10",), "项目上年预算空白", last_project_blank),
)
