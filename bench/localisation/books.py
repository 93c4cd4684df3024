"""Random returns of the standard suite in which every figure fits every other: what a careful unit would send.

The figures are drawn top down from what a budget is (people, running costs, projects, purchases), rounded as units round;
nothing here asks the rules, and a return that breaks any comparison of numbers all the same is drawn again.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random

from bench.fills import Fill
from toolkit.model.fact import Key, Value

_RUNNING = (
    ("office", "30201-办公费"), ("printing", "30202-印刷费"), ("consulting", "30203-咨询费"), ("fees", "30204-手续费"),
    ("water", "30205-水费"), ("electricity", "30206-电费"), ("post", "30207-邮电费"), ("heating", "30208-取暖费"),
    ("property", "30209-物业管理费"), ("travel", "30211-差旅费"), ("maintenance", "30213-维修（护）费"), ("rent", "30214-租赁费"),
    ("conference", "30215-会议费"), ("training", "30216-培训费"), ("labour", "30226-劳务费"), ("entrusted", "30227-委托业务费"),
    ("union", "30228-工会经费"), ("welfare", "30229-福利费"), ("other", "30299-其他商品和服务支出"),
    ("office_equipment", "31002-办公设备购置"),
)  # fmt: skip
_PEOPLE = ("30101-基本工资", "30102-津贴补贴", "30108-机关事业单位基本养老保险缴费", "30113-住房公积金")
_SUBJECTS = (
    ("201-一般公共服务支出", "2010302-一般行政管理事务"),
    ("205-教育支出", "2050204-高中教育"),
    ("208-社会保障和就业支出", "2081002-老年福利"),
    ("212-城乡社区支出", "2120104-城管执法"),
)
_ASSETS = ("land", "general_equipment", "special_equipment", "relics", "books", "furniture")
PROJECTS = 6
"""Project sheets of the workbook."""


class Maker:
    """One return in the making."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.fill = Fill()
        self.size = Decimal(str(round(10 ** rng.uniform(0.4, 1.9), 1)))

    def put(self, path: str, value: Value, instance: str = "") -> None:
        """``block.field``, ``block.row.field`` or, of a list, ``block.001.field``."""
        block, *rest = path.split(".")
        self.fill.put(Key(block, instance, rest[0] if len(rest) == 2 else "", rest[-1]), value)

    def amount(self, around: float) -> Decimal:
        """An amount about so large (in tens of the unit's size), with as many places as units give."""
        value = Decimal(str(around * self.rng.uniform(0.3, 1.9))) * self.size
        return max(round(value, self.rng.choice((0, 1, 1, 2, 2, 2))), Decimal("0.05")).normalize() + 0

    def last_year(self, now: Decimal) -> Decimal:
        """Often the same, else some percent more or less."""
        if self.rng.random() < 0.3:
            return now
        return round(now * Decimal(str(self.rng.uniform(0.86, 1.12))), self.rng.choice((0, 1, 2)))

    def parts(self, total: Decimal, count: int) -> list[Decimal]:
        """A total in so many parts, each with two places."""
        shares = [self.rng.uniform(0.4, 1.6) for _ in range(count)]
        found = [round(total * Decimal(str(s / sum(shares))), 2) for s in shares[1:]]
        return [total - sum(found, Decimal(0)), *found]


def consistent(rng: Random) -> Fill:
    """A return whose figures agree."""
    maker = Maker(rng)
    running, before = _running(maker)
    people = maker.amount(30)
    people_before = maker.last_year(people)
    budgets = _projects(maker)
    total_projects = sum((f + o for f, o, _ in budgets), Decimal(0))
    other = sum((o for _, o, _ in budgets), Decimal(0))
    projects_before = sum((b for *_, b in budgets), Decimal(0))
    spent = people + running + total_projects
    spent_before = people_before + before + projects_before
    for row, now, then in (
        ("personnel", people, people_before), ("operating", running, before), ("project", total_projects, projects_before),
    ):  # fmt: skip
        maker.put(f"expenditure.{row}.this_year", now)
        maker.put(f"expenditure.{row}.last_year", then)
    other_before = maker.last_year(other)
    for row, now, then in (
        ("general", spent - other, spent_before - other_before), ("gov_fund", Decimal(0), Decimal(0)),
        ("special_account", Decimal(0), Decimal(0)), ("other", other, other_before),
    ):  # fmt: skip
        maker.put(f"income.{row}.this_year", now)
        maker.put(f"income.{row}.last_year", then)
    _purchases(maker, budgets)
    _assets(maker)
    _public(maker, people, running, budgets, other)
    return maker.fill


def _running(maker: Maker) -> tuple[Decimal, Decimal]:
    """Running costs by subject, in the form of the unit, the “three public” ones apart, and in public table 6."""
    chosen = sorted(maker.rng.sample(range(len(_RUNNING)), maker.rng.randint(7, 16)))
    total = before = Decimal(0)
    abroad, bought = (maker.amount(0.3) if maker.rng.random() < 0.3 else Decimal(0) for _ in range(2))
    public = {"abroad": abroad, "purchase": bought, "running": maker.amount(0.5), "reception": maker.amount(0.3)}
    lines = [(row, subject, maker.amount(1)) for row, subject in (_RUNNING[n] for n in chosen)]
    lines += [
        ("vehicle_running", "30231-公务用车运行维护费", public["running"]),
        ("reception", "30217-公务接待费", public["reception"]),
    ]
    for number, (row, subject, now) in enumerate(lines, 1 + len(_PEOPLE)):
        then = maker.last_year(now)
        maker.put(f"operating.{row}.this_year", now)
        maker.put(f"operating.{row}.last_year", then)
        maker.put(f"pub6.{number:03d}.subject", subject)
        maker.put(f"pub6.{number:03d}.operating", now)
        total, before = total + now, before + then
    for row, now in public.items():
        then = maker.last_year(now) if now else Decimal(0)
        for block in ("three_public", "pub7"):
            maker.put(f"{block}.{row}.this_year", now)
            maker.put(f"{block}.{row}.last_year", max(then, now))
    return total, before


def _projects(maker: Maker) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Projects with their sheet, their activity and their parts by subject: (public money, other money, last year)."""
    rng, found = maker.rng, []
    count = rng.randint(2, PROJECTS)
    activities = ["网络建设维护", "机要管理", "养老服务"][: rng.randint(1, 3)]
    sums = dict.fromkeys(activities, Decimal(0))
    line = 0
    for n in range(1, count + 1):
        name, activity = f"第{n}号工作项目", activities[n % len(activities)]
        fiscal = maker.amount(10)
        other = maker.amount(2) if rng.random() < 0.35 else Decimal(0)
        before = max(maker.last_year(fiscal + other), round((fiscal + other) * Decimal("0.9"), 2))
        maker.put(f"projects.{n:03d}.name", name)
        maker.put(f"projects.{n:03d}.activity", activity)
        maker.put(f"projects.{n:03d}.fiscal", fiscal)
        maker.put(f"projects.{n:03d}.last_year", before)
        sheet = f"{n:02d}"
        maker.put("target.name", name, sheet)
        maker.put("target.fiscal", fiscal, sheet)
        if other:
            maker.put(f"projects.{n:03d}.other", other)
            maker.put("target.other", other, sheet)
        steps = sorted(rng.sample(range(5, 96, 5), 3))
        for field, step in zip(("mar", "jun", "oct", "dec"), (*steps, 100), strict=True):
            maker.put(f"plan.{field}", Decimal(step), sheet)
        for part in maker.parts(fiscal + other, rng.randint(1, 3)):
            line += 1
            maker.put(f"project_items.{line:03d}.project", name)
            maker.put(f"project_items.{line:03d}.subject", "30227-委托业务费")
            maker.put(f"project_items.{line:03d}.amount", part)
        sums[activity] += fiscal + other
        found.append((fiscal, other, before))
    for n, (activity, total) in enumerate(sums.items(), 1):
        maker.put(f"activities.{n:03d}.office", "综合科")
        maker.put(f"activities.{n:03d}.name", activity)
        if total:
            maker.put(f"activities.{n:03d}.year_budget", total)
    maker.put("duty_offices.001.office", "综合科")
    return found


def _purchases(maker: Maker, budgets: list[tuple[Decimal, Decimal, Decimal]]) -> None:
    """Purchases within the projects: quantity × price, paid from one or two funds."""
    rng, line = maker.rng, 0
    for n, (fiscal, _, _) in enumerate(budgets, 1):
        left = fiscal * Decimal("0.6")
        for _ in range(rng.randint(0, 2)):
            count = rng.randint(2, 24)
            price = round(left / count * Decimal(str(rng.uniform(0.1, 0.5))), 2)
            if price <= Decimal("0.02"):
                continue
            line += 1
            at = f"procurement.{line:03d}"
            maker.put(f"{at}.project_name", f"第{n}号工作项目")
            maker.put(f"{at}.item_name", f"物品{line}")
            maker.put(f"{at}.catalog_code", rng.choice(("A0202", "C0502")))
            maker.put(f"{at}.qty", Decimal(count))
            maker.put(f"{at}.price", price)
            maker.put(f"{at}.fund_general", price * count)
            left -= price * count


def _assets(maker: Maker) -> None:
    for row in _ASSETS:
        opening = maker.amount(8)
        bought, gone = (maker.amount(0.5) if maker.rng.random() < 0.4 else Decimal(0) for _ in range(2))
        gone = min(gone, opening)
        for field, value in (
            ("opening", opening),
            ("purchased", bought),
            ("disposed", gone),
            ("value", opening + bought - gone),
        ):
            maker.put(f"assets.{row}.{field}", value)


def _public(
    maker: Maker, people: Decimal, running: Decimal, budgets: list[tuple[Decimal, Decimal, Decimal]], other: Decimal
) -> None:
    """The public tables: the same money by source, by function, by subject."""
    rng = maker.rng
    basic = people + running
    carried = maker.amount(2) if rng.random() < 0.5 else Decimal(0)
    general = basic + sum((f for f, _, _ in budgets), Decimal(0))
    for n, (subject, part) in enumerate(zip(_PEOPLE, maker.parts(people, len(_PEOPLE)), strict=True), 1):
        maker.put(f"pub6.{n:03d}.subject", subject)
        maker.put(f"pub6.{n:03d}.personnel", part)
    by_class: dict[str, tuple[Decimal, Decimal]] = {_SUBJECTS[0][0]: (basic, basic)}
    lines = [(_SUBJECTS[0][0], "2010301-行政运行", basic, Decimal(0), Decimal(0))]
    shares: dict[int, tuple[Decimal, Decimal]] = {}
    for fiscal, extra, _ in budgets:
        at = rng.randrange(len(_SUBJECTS))
        held = shares.get(at, (Decimal(0), Decimal(0)))
        shares[at] = (held[0] + fiscal, held[1] + extra)
    for at, (fiscal, extra) in sorted(shares.items()):
        code, subject = _SUBJECTS[at]
        held = by_class.get(code, (Decimal(0), Decimal(0)))
        by_class[code] = (held[0] + fiscal + extra, held[1] + fiscal)
        lines.append((code, subject, Decimal(0), fiscal, extra))
    for row, value in (("general", general), ("other", other), ("carry_in", carried)):
        maker.put(f"pub1_income.{row}.amount", value)
    for row in ("gov_fund", "state_capital", "special_account"):
        maker.put(f"pub1_income.{row}.amount", Decimal(0))
    maker.put("pub1_balance.carry_out.amount", carried)
    maker.put("pub4_income.general.amount", general)
    maker.put("pub4_income.carry_in.amount", carried)
    maker.put("pub4_balance.carry_out.general", carried)
    for n, (code, (spent, of_general)) in enumerate(sorted(by_class.items()), 1):
        maker.put(f"pub1_spending.{n:03d}.class", code)
        maker.put(f"pub1_spending.{n:03d}.amount", spent)
        maker.put(f"pub4_spending.{n:03d}.class", code)
        maker.put(f"pub4_spending.{n:03d}.general", of_general)
    for n, (code, subject, base, fiscal, extra) in enumerate(lines, 1):
        maker.put(f"pub3.{n:03d}.class", code)
        maker.put(f"pub3.{n:03d}.subject", subject)
        maker.put(f"pub2.{n:03d}.subject", subject)
        maker.put(f"pub5.{n:03d}.subject", subject)
        for block, field, value in (
            ("pub3", "basic", base), ("pub3", "project", fiscal + extra), ("pub2", "general", base + fiscal),
            ("pub2", "other", extra), ("pub5", "basic", base), ("pub5", "project", fiscal),
        ):  # fmt: skip
            if value:
                maker.put(f"{block}.{n:03d}.{field}", value)
        maker.put(f"pub5.{n:03d}.last_year", maker.last_year(base + fiscal))
    if carried:
        maker.put("pub2.001.carry_in", carried)
