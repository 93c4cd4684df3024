"""A seed → the bureau: its roster, what its units do, what that costs over the years, and who pays whom."""

from __future__ import annotations

from random import Random

from bench.bureau.kinds import KINDS, SECRET, Kind
from bench.bureau.words import CLASSES, GIVEN, ITEMS, STATIONS, SURNAMES, TRADES, Trade
from bench.bureau.world import (
    ADMINISTRATIVE,
    FIRST,
    INSTITUTION,
    LAST,
    REGION,
    Budget,
    Bureau,
    Project,
    Transfer,
    Unit,
    Year,
    full_code,
)  # fmt: skip

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "0123456789"


def make_bureau(seed: int, units: int = 300) -> Bureau:
    """The bureau of a seed: equal seeds give equal bureaus. ``units`` are shared among 40 departments, or fewer."""
    rng = Random(f"bureau {seed}")
    bureau = Bureau(seed, _roster(rng, units))
    used: set[str] = set()
    for unit in bureau.units:
        _projects(bureau, unit, rng, used)
        for year in range(FIRST - 1, LAST + 1):
            unit.years[year] = _year(unit, year, rng)
    _transfers(bureau, rng)
    for project in (p for u in bureau.units for p in u.projects if p.kind.estimated):
        project.estimate = sum(b.total for b in project.budgets.values()) * rng.randint(105, 160) // 100
    return bureau


def _roster(rng: Random, count: int) -> list[Unit]:
    """Departments with a return of their own, units below them, and below some of these a third tier."""
    trades = rng.sample(TRADES, min(len(TRADES), max(2, count // 4)))
    left = [count // len(trades) + (n < count % len(trades)) for n in range(len(trades))]
    for _ in range(len(trades)):  # departments differ in size
        a, b = rng.sample(range(len(trades)), 2)
        if left[a] > 4 and left[b] < 11:
            left[a], left[b] = left[a] - 1, left[b] + 1
    found = []
    for number, (trade, size) in enumerate(zip(trades, left, strict=True)):
        department = f"{101 + number}"
        legacy = number % 13 == 7
        head = f"{REGION}{trade.name}"
        found.append(_unit(rng, trade, department, head, (department, "", head), legacy))
        names = [f"{REGION}{topic}{what}" for what in STATIONS for topic in trade.topics]
        upper = ""
        for below in range(1, size):
            code = f"{department}{below:03d}"
            parent = upper if upper and rng.random() < 0.2 else department
            if parent == department and below < size - 1 and rng.random() < 0.3:
                upper = code
            found.append(_unit(rng, trade, code, names[below - 1], (department, parent, head), legacy))
    return found


def _unit(rng: Random, trade: Trade, code: str, name: str, above: tuple[str, str, str], legacy: bool) -> Unit:
    head = not above[1]
    quota = rng.randint(28, 80) if head else rng.randint(8, 45)
    codes = dict.fromkeys(range(FIRST - 1, LAST + 1), code)
    if not head and not legacy and rng.random() < 0.02:  # recoded for the last year; the mapping tells
        codes |= dict.fromkeys(range(FIRST - 1, LAST), f"{code[:3]}{int(code[3:]) + 500:03d}")
    people = rng.sample([a + b for a in SURNAMES for b in GIVEN], 2)
    return Unit(
        codes, name, above[0], above[2], above[1], trade, ADMINISTRATIVE if head else INSTITUTION,
        "正科级" if head else rng.choice(("副科级", "股级")), quota, quota - rng.randint(0, quota // 8), legacy,
        rng.choice((0, 0, 0, rng.randint(100, 3000))), (people[0], people[1]),
        rng.randint(1, 6) if head or rng.random() < 0.7 else 0,
    )  # fmt: skip


def _projects(bureau: Bureau, unit: Unit, rng: Random, used: set[str]) -> None:
    """Two to five projects, of which some end and some begin on the way."""
    topics = [t for t in unit.trade.topics if t in unit.name] or list(unit.trade.topics)
    choices = [(t, k) for t in topics for k in KINDS if f"{t}{k.name}" not in used]
    choices += [(t, k) for t in unit.trade.topics for k in KINDS if t not in topics and f"{t}{k.name}" not in used]
    first = choices[:9] if unit.parent and len(choices) > 9 else choices
    for topic, kind in rng.sample(first, min(len(first), rng.randint(2, 4))):
        used.add(f"{topic}{kind.name}")
        _project(bureau, unit, kind, topic, rng)
    if unit.trade.group.startswith("204") or rng.random() < 0.03:
        _secret(bureau, unit, rng, used)
    if not any(p.runs(y) for p in unit.projects[:1] for y in (LAST,)):
        unit.projects[0].budgets.update(_budgets(unit.projects[0], range(FIRST - 1, LAST + 1), rng))


def _secret(bureau: Bureau, unit: Unit, rng: Random, used: set[str]) -> None:
    """A classified project, under a name that says nothing of its content."""
    topic = next((t for t in unit.trade.topics if t in unit.name), unit.trade.topics[0])
    if f"{topic}{SECRET.name}" not in used:
        used.add(f"{topic}{SECRET.name}")
        _project(bureau, unit, SECRET, topic, rng)


def _project(bureau: Bureau, unit: Unit, kind: Kind, topic: str, rng: Random) -> None:
    name = f"{topic}机要保密" if kind is SECRET else f"{topic}{kind.name}"
    begins = rng.choice((FIRST - 1,) * 6 + (FIRST, FIRST + 1, LAST))
    ends = rng.choice((LAST,) * 8 + (LAST - 1,))
    fund = "general"
    if kind.estimated and rng.random() < 0.5:
        fund = "gov_fund"
    elif unit.nature == INSTITUTION and rng.random() < 0.06:
        fund = "special_account"
    code = _code(unit, rng)
    span = range(FIRST - 1, LAST + 1)
    price = kind.purchase.price * rng.randint(93, 107) // 100 if kind.purchase else 0
    project = Project(kind, topic, fund, dict.fromkeys(span, name), dict.fromkeys(span, code), begins, price)
    project.shortfall = rng.random() < 0.05
    project.budgets = _budgets(project, range(begins, max(begins, ends) + 1), rng)
    if project.runs(LAST) and project.runs(LAST - 1) and kind is not SECRET:
        _rename(bureau, unit, project, rng)
    unit.projects.append(project)


def _rename(bureau: Bureau, unit: Unit, project: Project, rng: Random) -> None:
    """A few projects have another name or code in the last year; the mapping tells."""
    luck = rng.random()
    if luck < 0.03:
        old, new = project.names[LAST - 1], f"{project.topic}提升{project.kind.name}"
        project.names[LAST] = new
        bureau.renamed.append(("project", old, new, LAST))
    elif luck < 0.06:
        old = full_code(unit, project, LAST - 1)
        project.codes[LAST] = _code(unit, rng)
        bureau.renamed.append(("code", old, full_code(unit, project, LAST), LAST))


def _code(unit: Unit, rng: Random) -> str:
    if unit.legacy:
        return f"{_any(rng, _DIGITS, 4)}-{rng.choice('JKQ')}BN-{_any(rng, _ALPHABET, 4)}"
    return _any(rng, _ALPHABET, 13)


def _any(rng: Random, letters: str, count: int) -> str:
    return "".join(rng.choice(letters) for _ in range(count))


def _budgets(project: Project, span: range, rng: Random) -> dict[int, Budget]:
    """Year after year a little more or less; a jump has a note, and after a weak evaluation there is less."""
    found: dict[int, Budget] = {}
    kind = project.kind
    fiscal = rng.randint(kind.least, kind.most)
    fiscal -= 0 if rng.random() < 0.3 else fiscal % rng.choice((10, 50, 100))
    other = (
        rng.randint(100, fiscal // 4) if project.fund == "general" and kind is not SECRET and rng.random() < 0.08 else 0
    )
    plan = _plan(rng)
    targets = tuple(_target(p.value, p.spread, p.sign, rng) for p in kind.promises)
    for year in span:
        note = ""
        if found:
            luck = rng.random()
            growth = rng.randint(-8, 16) if luck < 0.85 else 0
            if luck > 0.95:
                growth, note = rng.randint(25, 60), "按新的工作任务和标准测算增加"
            if project.shortfall and year == LAST:
                growth, note = -rng.randint(8, 25), ""
            fiscal += fiscal * growth // 100
            other += other * min(growth, 5) // 100
            if rng.random() < 0.3:
                plan = _plan(rng)
            if rng.random() < 0.25:
                targets = tuple(_better(t, p.sign, p.unit) for t, p in zip(targets, kind.promises, strict=True))
        found[year] = Budget(fiscal, other, plan, targets, note)
    return found


def _plan(rng: Random) -> tuple[int, int, int, int]:
    return rng.choice((20, 22, 25, 30)), rng.choice((50, 52, 55, 60)), rng.choice((80, 82, 85, 90)), 100


def _target(value: int, spread: int, sign: str, rng: Random) -> int:
    return max(1, value + (rng.randint(0, spread) if spread else 0))


def _better(target: int, sign: str, unit: str) -> int:
    """A little more ambitious: never beyond what can be reached."""
    if sign == "≥":
        return min(target + 1, 99) if unit == "%" else target + max(1, target // 50)
    return target


def _year(unit: Unit, year: int, rng: Random) -> Year:
    last = unit.years.get(year - 1)
    if last is None:
        scale = unit.staff / 30
        operating = {name: max(1, int(rng.randint(low, high) * scale)) for name, (_, low, high) in ITEMS.items()}
        if not unit.vehicles:
            operating["vehicle_running"] = 0
        personnel = int(unit.staff * rng.randint(900, 1300))
        abroad = rng.randint(200, 800) if not unit.parent and rng.random() < 0.15 else 0
        return Year(operating, personnel, abroad, 0, _first_assets(unit, rng))
    operating = {name: _drift(name, amount, rng) for name, amount in last.operating.items()}
    personnel = last.personnel + last.personnel * rng.randint(-2, 6) // 100
    abroad = last.abroad if rng.random() < 0.6 else last.abroad * 9 // 10
    return Year(operating, personnel, abroad, 0, {name: _roll(kept, rng) for name, kept in last.assets.items()})


def _drift(name: str, amount: int, rng: Random) -> int:
    """What an item becomes; vehicles and receptions never get more."""
    if rng.random() < 0.4:
        return amount
    most = 0 if name in ("vehicle_running", "reception") else 7
    return amount + amount * rng.randint(-6, most) // 100


def _first_assets(unit: Unit, rng: Random) -> dict[str, tuple[int, int, int]]:
    found = {}
    for name, low, high, _ in CLASSES:
        value = rng.randint(low, high) if high and (low or rng.random() < 0.5) else 0
        found[name] = (value, 0, 0)
    if found["general_equipment"][0] < unit.vehicles * 1800:
        found["general_equipment"] = (found["general_equipment"][0] + unit.vehicles * 1800, 0, 0)
    return found


def _roll(kept: tuple[int, int, int], rng: Random) -> tuple[int, int, int]:
    """The next year of a class: what it closed with, then something bought, something written off."""
    opening = kept[0] + kept[1] - kept[2]
    if not opening:
        return 0, 0, 0
    bought = rng.randint(1, max(2, opening // 10)) if rng.random() < 0.6 else 0
    gone = rng.randint(1, max(2, bought // 2)) if bought > 2 and rng.random() < 0.5 else 0
    return opening, bought, gone


def _transfers(bureau: Bureau, rng: Random) -> None:
    """Units that do work for another department: for some, several lines on one side stand against one on the other."""
    payers = [u for u in bureau.units if any(p.runs(LAST) and p.fund == "general" and not p.secret for p in u.projects)]
    for payer in rng.sample(payers, max(1, len(payers) // 4)):
        others = [u for u in bureau.units if u.department != payer.department and u.projects[0].fund == "general"]
        if not others:
            continue
        receiver = rng.choice(others)
        several = rng.random()
        for year in range(FIRST - 1, LAST + 1):
            paying = [p for p in payer.running(year) if p.fund == "general" and not p.secret]
            host = receiver.projects[0]
            if not paying or not host.runs(year) or host.secret or host.shortfall:
                continue
            project = max(paying, key=lambda p: p.budgets[year].fiscal)
            total = project.budgets[year].fiscal * rng.randint(5, 20) // 100
            total -= total % 10
            if total < 60:
                continue
            parts = _shares(total, rng)
            paid = parts if several < 0.2 else (total,)
            received = parts if several > 0.8 else (total,)
            purpose = f"委托{receiver.name.removeprefix(REGION)}承办{project.topic}有关工作"
            bureau.transfers.append(Transfer(year, payer, receiver, paid, received, project.names[year], purpose))
            host.budgets[year].other += total


def _shares(total: int, rng: Random) -> tuple[int, ...]:
    """A sum in two or three unequal parts."""
    one = total * rng.randint(25, 45) // 100
    if rng.random() < 0.5:
        return one, total - one
    two = (total - one) * rng.randint(30, 45) // 100
    return one, two, total - one - two
