"""One unit, one year → the data file of its budget: every form of the suite that such a unit files."""

from __future__ import annotations

from typing import Any

from bench.bureau import amounts as a
from bench.bureau.amounts import wan
from bench.bureau.kinds import POINTS, Promise
from bench.bureau.narrative import paragraphs
from bench.bureau.public import public_forms
from bench.bureau.words import CLASSES, ITEMS
from bench.bureau.world import REGION, Bureau, Project, Unit, full_code, offices

Document = dict[str, Any]

APPROVED, DRAFT, EVALUATED = "批复", "二上", "自评"


def head(unit: Unit, year: int, stage: str) -> Document:
    """The head of a data file."""
    return {
        "suite": "standard",
        "unit": {"code": unit.code(year), "name": unit.name},
        "region": REGION,
        "year": str(year),
        "stage": stage,
        "forms": {},
    }


def budget(bureau: Bureau, unit: Unit, year: int, stage: str) -> Document:
    """The budget of a unit, consistent in itself, with last year's and with the other units'."""
    document = head(unit, year, stage)
    forms = document["forms"]
    forms["cover"] = {"cover": cover(unit, year, "部门预算绩效文本", f"{year - 1}-11-18")}
    forms["organisation"] = _organisation(unit, year)
    forms["finance"] = _finance(bureau, unit, year)
    forms["operating"] = _operating(unit, year)
    forms["projects"] = _projects(unit, year)
    forms["duties"] = _duties(unit, year)
    forms["dept_goals"] = _goals(unit, year)
    forms["target"] = [_target(unit, project, year) for project in unit.running(year)]
    purchases = [p for p in unit.running(year) if not p.secret and a.bought(p, year)]
    if purchases:
        forms["procurement"] = {"procurement": [_procured(p, year) for p in purchases]}
    forms["assets"] = _assets(unit, year, purchases)
    if not unit.parent:
        forms["statements"] = paragraphs(unit, year)
    forms |= public_forms(unit, year)
    return document


def cover(unit: Unit, year: int, kind: str, date: str) -> Document:
    return {
        "doc_kind": kind, "dept_code": unit.department, "dept_name": unit.department_name,
        "doc_title": f"{unit.name}{year}年度{kind}", "unit_nature": unit.nature, "unit_level": unit.level,
        "funding": "财政拨款", "staff_quota": str(unit.quota), "date": date, "sign_status": "已审核",
        "preparer": unit.people[0], "reviewer": unit.people[1], "prepared_by": unit.name,
        "reviewed_by": f"{REGION}财政局预算科",
    }  # fmt: skip


def _organisation(unit: Unit, year: int) -> Document:
    held = offices(unit)
    rest = [unit.quota // len(held)] * len(held)
    rest[0] += unit.quota - sum(rest)
    return {
        "organisation": {
            "overview": f"负责{'、'.join(unit.trade.topics[:3])}等工作", "base_date": f"{year - 1}-09-30",
        },
        "offices": [
            {"name": name, "staff_quota": str(n), "note": f"承担{name[:2]}方面的日常工作"}
            for name, n in zip(held, rest, strict=True)
        ],
        "budget_units": [
            {
                "code": unit.code(year), "name": unit.name, "nature": unit.nature, "level": unit.level,
                "staff_quota": str(unit.quota), "staff_actual": str(unit.staff), "funding": "财政拨款",
            }
        ],
        "main_duties": [
            {"duty": f"负责{topic}方面的组织实施", "office": held[n % len(held)]}
            for n, topic in enumerate(unit.trade.topics[:3])
        ],
    }  # fmt: skip


def _change(this: int, last: int, up: str, down: str) -> Document:
    """Both years, and the reason where they differ."""
    row = {"this_year": wan(this), "last_year": wan(last)}
    return row if this == last else row | {"reason": up if this > last else down}


def _finance(bureau: Bureau, unit: Unit, year: int) -> Document:
    last = year - 1
    income = {
        source: _change(a.income(unit, year, source), a.income(unit, last, source), "新增工作任务", "压减一般性支出")
        for source in ("general", "gov_fund", "special_account", "other")
    }
    spent = (
        ("personnel", a.personnel, "正常晋级增资", "退休人员减少"),
        ("operating", a.operating, "按定额标准上调", "压减一般性支出"),
        ("project", a.projects, "新增工作任务", "部分工作任务完成"),
    )
    expenditure = {name: _change(of(unit, year), of(unit, last), up, down) for name, of, up, down in spent}
    pairs = [(of(unit, year), of(unit, last)) for of in (a.total, a.basic, a.personnel, a.operating, a.projects)]
    large = any(abs(this - before) * 100 > 30 * before and abs(this - before) > 1000 for this, before in pairs)
    statements = {
        "has_gov_fund": "是" if a.income(unit, year, "gov_fund") else "否",
        "has_state_capital": "否",
        "statement": "支出比上年变动较大的，增减事项和依据已在编报说明中逐项列明" if large else "无其他需要说明的事项",
    }
    found = {"income": income, "expenditure": expenditure, "finance_statements": statements}
    lines = transfer_lines(bureau, unit, year)
    return found | ({"transfers": lines[:10]} if lines else {})


def transfer_lines(bureau: Bureau, unit: Unit, year: int) -> list[Document]:
    """What the unit pays to others and gets from them, line by line."""
    lines = []
    for transfer in (t for t in bureau.transfers if t.year == year and unit in (t.payer, t.receiver)):
        pays = unit is transfer.payer
        other = transfer.receiver if pays else transfer.payer
        project = transfer.project if pays else transfer.receiver.projects[0].names[year]
        lines += [
            {
                "counterparty": other.code(year), "counterparty_name": other.name, "direction": "付" if pays else "收",
                "amount": wan(amount), "project": project, "purpose": transfer.purpose,
            }
            for amount in (transfer.paid if pays else transfer.received)
        ]  # fmt: skip
    return lines


def _operating(unit: Unit, year: int) -> Document:
    now, before = unit.years[year], unit.years[year - 1]
    rows = {
        name: _change(now.operating[name], before.operating[name], "用量和单价上升", "从严控制支出") for name in ITEMS
    }
    if now.abroad or before.abroad:
        rows["abroad"] = _change(now.abroad, before.abroad, "新增团组", "压减团组")
    three = {
        "abroad": _change(now.abroad, before.abroad, "新增团组", "压减团组"),
        "purchase": {"this_year": "0", "last_year": "0"},
    }
    for row, item in (("running", "vehicle_running"), ("reception", "reception")):
        three[row] = _change(now.operating[item], before.operating[item], "用量上升", "从严控制支出")
    return {"operating": rows, "operating_note": {"use": "日常办公和机关后勤支出"}, "three_public": three}


def _projects(unit: Unit, year: int) -> Document:
    rows, items = [], []
    held = offices(unit)
    for number, project in enumerate(unit.running(year)):
        budget = project.budgets[year]
        row = {
            "code": full_code(unit, project, year), "name": project.names[year], "category": project.kind.category,
            "activity": activity(held[number % len(held)]), "fiscal": wan(budget.fiscal),
        }  # fmt: skip
        if budget.other:
            row["other"] = wan(budget.other)
        last = project.budgets.get(year - 1)
        if last is not None:
            row["last_year"] = wan(last.total)
        if project.estimate:
            row["estimate"] = wan(project.estimate)
            row["arranged"] = wan(sum(b.total for y, b in project.budgets.items() if y < year))
        if project.secret:
            row["classified"] = "是"
        if last is not None and budget.total * 100 > 120 * last.total:
            row["note"] = budget.note or "受托承办的任务增加"
        rows.append(row)
        for part, amount in zip(project.kind.parts, a.parts(project, year), strict=True):
            where = part.government if unit.nature == "行政单位" else "505-对事业单位经常性补助"
            line = {"project": project.names[year], "subject": part.subject, "government": where, "amount": wan(amount)}
            items.append(line)
    return {"projects": rows, "project_items": items}


def activity(office: str) -> str:
    return f"{office.removesuffix('科')}工作"


def _duties(unit: Unit, year: int) -> Document:
    held = offices(unit)
    sums = dict.fromkeys(held, 0)
    for number, project in enumerate(unit.running(year)):
        sums[held[number % len(held)]] += project.budgets[year].total
    used = [office for office in held if sums[office]]
    return {
        "duty_offices": [
            {"office": o, "content": f"组织实施{o[:2]}方面的项目", "goal": f"{o[:2]}方面的年度任务按期完成"} for o in used
        ],
        "activities": [
            {
                "office": o, "name": activity(o), "year_budget": wan(sums[o]), "content": f"{o[:2]}方面的项目管理和实施",
                "goal": f"{o[:2]}方面的项目资金按计划支出", "last_grade": "优" if n else "良",
            }
            for n, o in enumerate(used)
        ],
        "criteria": [
            {
                "activity": activity(o), "indicator": "任务完成比例", "banding": "正向分档", "unit": "%",
                "grade_a": "95", "grade_b": "90", "grade_c": "80", "grade_d": "80",
            }
            for o in used
        ],
    }  # fmt: skip


def _goals(unit: Unit, year: int) -> Document:
    """The department's own indicators repeat those of its largest open project."""
    open_ones = [p for p in unit.running(year) if not p.secret]
    goal = {"overall": f"完成年度{'、'.join(unit.trade.topics[:3])}工作任务，服务对象得到实惠", "special_funds": "否"}
    found: Document = {"dept_goal": goal}
    if open_ones:
        rows = [
            indicator(unit, open_ones[0], n, year) | {"points": str(points)}
            for n, points in enumerate((20, 20, 15, 15, 20, 10))
        ]
        found["dept_indicators"] = rows
    return found


def indicator(unit: Unit, project: Project, number: int, year: int) -> Document:
    promise: Promise = project.kind.promises[number]
    target = project.budgets[year].targets[number]
    basis = (f"《{REGION}{project.topic}管理办法》", f"{year - 1}年实际完成值", "项目合同约定")[number % 3]
    deduction = {"%": "每低1个百分点", "万人": "每少1万人"}.get(promise.unit, f"每少1{promise.unit}")
    if promise.sign == "≤":
        deduction = deduction.replace("低", "超过").replace("少", "超过")
    return {
        "level1": promise.level1, "level2": promise.level2, "level3": promise.name,
        "description": promise.counts.format(t=project.topic), "target_op": promise.sign, "target_value": str(target),
        "target_unit": promise.unit, "points": str(POINTS[number]), "scoring": f"{deduction}扣1分，扣完为止",
        "basis": basis,
    }  # fmt: skip


def _target(unit: Unit, project: Project, year: int) -> Document:
    budget, kind = project.budgets[year], project.kind
    target = {"name": project.names[year], "fiscal": wan(budget.fiscal)}
    if budget.other:
        target["other"] = wan(budget.other)
    plan = {name: str(share) for name, share in zip(("mar", "jun", "oct", "dec"), budget.plan, strict=True)}
    if project.secret:
        return {"target": target | {"classified": "是", "purpose": "涉密"}, "plan": plan, "goals": [{"goal": "涉密"}]}
    if kind.template:
        target["template"] = kind.template
    named = [f"{part.label}{wan(n)}万元" for part, n in zip(kind.parts, a.parts(project, year), strict=True)]
    target["purpose"] = f"安排{wan(budget.total)}万元，其中{'，'.join(named)}"
    return {
        "target": target,
        "plan": plan,
        "goals": [{"goal": kind.goal.format(t=project.topic)}],
        "indicators": [indicator(unit, project, n, year) for n in range(len(kind.promises))],
        "project_note": {"overview": kind.about.format(t=project.topic), "arrangement": "，".join(named)},
    }


def _procured(project: Project, year: int) -> Document:
    purchase, count = project.kind.purchase, a.bought(project, year)
    if purchase is None:
        raise ValueError(project.kind.name)
    fund = {"general": "fund_general", "gov_fund": "fund_govfund", "special_account": "fund_special_account"}
    return {
        "project_name": project.names[year], "item_name": f"{project.topic}{purchase.item}",
        "catalog_code": purchase.code, "qty_unit": purchase.per, "qty": str(count), "price": wan(project.price),
        fund[project.fund]: wan(project.price * count),
    }  # fmt: skip


def _assets(unit: Unit, year: int, purchases: list[Project]) -> Document:
    rows: Document = {}
    for name, _, _, of_which in CLASSES:
        opening, bought, gone = unit.years[year].assets[name]
        row = {"value": wan(opening + bought - gone), "opening": wan(opening)}
        row |= {"purchased": wan(bought)} if bought else {}
        row |= {"disposed": wan(gone)} if gone else {}
        count = {"qty": str((opening + bought - gone) // 60 + 1 if opening + bought - gone else 0)}
        rows[name] = row if name == "land" else row | count
        if of_which == "vehicles":
            value = wan(unit.vehicles * 1500)
            rows[of_which] = {"qty": str(unit.vehicles), "value": value, "opening": value}
        elif of_which:
            rows[of_which] = dict(rows[name])
    for name in ("houses", "cultural_relics", "exhibits"):
        rows[name] = {"qty": "0", "value": "0", "opening": "0"}
    goods = [p for p in purchases if p.kind.purchase and p.kind.purchase.code.startswith("A02")]
    info = {"department": offices(unit)[0], "as_of": f"{year - 1}-12-31", "has_purchase": "是" if goods else "否"}
    found: Document = {"asset_info": info, "assets": rows}
    if goods:
        found["planned_purchases"] = [_planned(p, year) for p in goods]
    return found


def _planned(project: Project, year: int) -> Document:
    row = _procured(project, year)
    return {
        "item": row["item_name"], "catalog_code": row["catalog_code"], "qty": row["qty"], "price": row["price"],
        "project": project.names[year], "classified": "否",
    }  # fmt: skip
