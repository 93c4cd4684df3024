"""The tables of a bureau, typed: roster 单位名册, control 控制数, prior 上年数, mapping 对照, decisions 决定, waivers 豁免."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from toolkit.model.errors import InputError
from toolkit.model.money import in_range
from toolkit.store.prior import PriorRow
from toolkit.store.tables import Column, TableRow, read_table
from toolkit.store.tree import check_hierarchy

_UNIT = Column("unit", ("单位代码", "单位编码", "部门代码", "代码"))
_ROSTER = (
    _UNIT,
    Column("name", ("单位名称", "部门名称", "名称")),
    Column("parent", ("上级代码", "上级单位代码", "主管部门代码"), needed=False, filled=False),
    Column("parent_name", ("上级名称", "上级单位名称", "主管部门名称", "主管部门"), needed=False, filled=False),
    Column("region", ("区划", "地区"), needed=False, filled=False),
    Column("reports", ("是否报送", "报送"), needed=False, filled=False),
    Column("due", ("截止日期", "报送期限"), needed=False, filled=False),
    Column("contact", ("联系人",), needed=False, filled=False),
    Column("password", ("打开密码", "密码"), needed=False, filled=False),
)
_CONTROL = (
    _UNIT,
    Column("category", ("类别", "控制项目", "项目")),
    Column("amount", ("控制数", "金额")),
    Column("unit_of_measure", ("计量单位", "金额单位"), needed=False, filled=False),
)
_PRIOR = (
    _UNIT,
    Column("form", ("表", "表名", "表号")),
    Column("row", ("行", "行次", "项目"), needed=False, filled=False),
    Column("field", ("栏", "栏目", "列", "字段")),
    Column("value", ("数值", "值", "上年数"), filled=False),
)
_DECISIONS = (
    Column("file", ("文件", "文件名"), needed=False, filled=False),
    Column("sha256", ("哈希", "内容哈希"), needed=False, filled=False),
    Column("decision", ("决定",)),
    Column("who", ("决定人", "谁")),
    Column("when", ("时间", "日期", "何时")),
    Column("why", ("原因", "理由")),
)
_PASSWORDS = (
    Column("unit", ("单位代码", "单位编码", "部门代码", "代码"), needed=False, filled=False),
    Column("name", ("单位名称", "部门名称", "名称"), needed=False, filled=False),
    Column("password", ("打开密码", "密码"), filled=False),
)
_MAPPING = (
    Column("kind", ("类别", "对照类别")),
    Column("old", ("原名称或代码", "旧", "原值")),
    Column("new", ("现名称或代码", "新", "现值")),
    Column("from_year", ("起始年度", "启用年度"), needed=False, filled=False),
)
_WAIVERS = (
    Column("rule", ("规则", "规则编号", "编号")),
    Column("unit", ("单位代码", "单位编码", "部门代码", "单位", "代码")),
    Column("row", ("行", "行次", "项目"), needed=False, filled=False),
    Column("approver", ("批准人", "审批人")),
    Column("expires", ("到期", "到期日", "有效期至", "有效期")),
    Column("reason", ("理由", "原因", "豁免理由")),
)
_RULE_CODE = re.compile(r"[A-Z]{2,4}-[0-9]{2,3}")
_DAY = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?")
_MAPPED = {
    "unit": "unit",
    "单位": "unit",
    "project": "project",
    "项目": "project",
    "code": "code",
    "编码": "code",
    "代码": "code",
}
_YES_NO = {"": True, "是": True, "yes": True, "否": False, "no": False}
_DECIDED = {"accept": "accept", "采用": "accept", "接受": "accept", "withdraw": "withdraw", "撤回": "withdraw"}
_DECIDED |= {"exclude": "withdraw", "排除": "withdraw"}
SET_ASIDE = "按决定不计"
"""Begins the reason of a file that could not be taken and that the bureau decided to leave out."""


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A row of the roster. "" where it says nothing; ``extra`` are its unknown columns.

    ``reports``: a return is expected (a row that says 否 is only a node of the tree). ``due``: the last day for it.
    """

    unit: str
    name: str
    parent: str
    region: str
    contact: str
    password: str = field(repr=False)
    extra: Mapping[str, str]
    where: str
    parent_name: str = ""
    reports: bool = True
    due: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class PasswordEntry:
    """A password for the files of one unit (code, name), or for any where both are "". Never printed."""

    password: str = field(repr=False)
    unit: str
    name: str


@dataclass(frozen=True, slots=True)
class ControlEntry:
    """A ceiling: ``category`` is a field or group id or a label; ``unit_of_measure`` "" means 万元 by the suite."""

    unit: str
    category: str
    amount: Decimal
    unit_of_measure: str
    extra: Mapping[str, str]
    where: str


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """A decision about one file (by ledger path, own name, or content hash): accept or withdraw."""

    file: str
    sha256: str
    decision: str
    who: str
    when: str
    why: str
    where: str


@dataclass(frozen=True, slots=True)
class MappingEntry:
    """What has another name or code since ``from_year`` (None: not said): a unit's code, a project's name or code.

    ``kind`` is unit, project or code.
    """

    kind: str
    old: str
    new: str
    from_year: int | None
    where: str

    def applies(self, year: int) -> bool:
        """Whether the change lies between the year before ``year`` and ``year``."""
        return self.from_year is None or self.from_year == year


@dataclass(frozen=True, slots=True)
class WaiverEntry:
    """The bureau lets the findings of a rule on one unit pass, up to and including the day ``expires``.

    ``number``: of its row in the table. ``row``: only those with a place in this row (its id, number or printed label); "" means all of the unit's.
    """

    rule: str
    unit: str
    row: str
    approver: str
    expires: datetime.date
    reason: str
    number: int
    where: str


def read_roster(path: Path) -> tuple[RosterEntry, ...]:
    """The units that are expected to report, in their order. Raises InputError, see ``read_hierarchy``."""
    return tuple(entry for entry in read_hierarchy(path) if entry.reports)


def read_hierarchy(path: Path) -> tuple[RosterEntry, ...]:
    """All rows of the roster, those that are nodes only too.

    Raises InputError for a unit that stands twice in one region, and for a parent that cannot be (``tree.py``).
    """
    entries: dict[tuple[str, str], RosterEntry] = {}
    for row in read_table(path, _ROSTER, "单位名册"):
        about = (row["parent"], row["region"], row["contact"], row["password"])
        reports, due = _YES_NO.get(row["reports"].casefold()), read_day(row["due"]) if row["due"] else None
        if reports is None:
            raise InputError(f"{row.where('是否报送')}：“{row['reports']}”应为是或否；留空为是。")
        if row["due"] and due is None:
            raise InputError(f"{row.where('截止日期')}：“{row['due']}”不是日期。请填如 2027-12-31 的日期。")
        entry = RosterEntry(
            row["unit"], row["name"], *about, row.extra, row.where(), row["parent_name"], reports=reports, due=due
        )
        if entry.parent == entry.unit:
            raise InputError(f"{row.where('上级代码')}：{entry.unit} 的上级是它自己。最上级单位请留空。")
        twin = entries.get((entry.region, entry.unit))
        if twin:
            raise InputError(f"{row.where('单位代码')}：{entry.unit} 与{twin.where}重复。每个单位只应有一行。")
        entries[(entry.region, entry.unit)] = entry
    check_hierarchy(tuple(entries.values()))
    return tuple(entries.values())


def read_passwords(path: Path) -> tuple[PasswordEntry, ...]:
    """The passwords, in their order. The columns of units may be missing; a roster will do, where only some units have
    a password. Raises InputError, also where there is none at all.
    """
    rows = [row for row in read_table(path, _PASSWORDS, "密码表") if row["password"]]
    if not rows:
        raise InputError(f"{path.name}：“打开密码”一列是空的。请填写密码后再用。")
    return tuple(PasswordEntry(row["password"], row["unit"], row["name"]) for row in rows)


def without_passwords(path: Path) -> bytes | None:
    """A roster as csv without its passwords, for keeping; None where it holds none. Raises InputError."""
    entries = read_hierarchy(path)
    if not any(entry.password for entry in entries):
        return None
    extra = tuple(dict.fromkeys(name for entry in entries for name in entry.extra))
    kept = [column for column in _ROSTER if column.id != "password"]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*(column.labels[0] for column in kept), *extra])
    for entry in entries:
        told = {**{column.id: getattr(entry, column.id) for column in kept}, "reports": "" if entry.reports else "否"}
        about = ["" if told[column.id] is None else str(told[column.id]) for column in kept]
        writer.writerow([*about, *(entry.extra.get(name, "") for name in extra)])
    return text.getvalue().encode("utf-8-sig")


def read_control(path: Path) -> tuple[ControlEntry, ...]:
    """The ceilings, in their order. Raises InputError, also for a pair of unit and category that stands twice."""
    entries: dict[tuple[str, str], ControlEntry] = {}
    for row in read_table(path, _CONTROL, "控制数表"):
        amount = typed_amount(row, "amount", "控制数")
        entry = ControlEntry(row["unit"], row["category"], amount, row["unit_of_measure"], row.extra, row.where())
        twin = entries.get((entry.unit, entry.category))
        if twin:
            raise InputError(f"{row.where('类别')}：{entry.unit} 的“{entry.category}”与{twin.where}重复。请只留一行。")
        entries[(entry.unit, entry.category)] = entry
    return tuple(entries.values())


def read_prior_sheet(path: Path) -> tuple[PriorRow, ...]:
    """Last year's values from a plain sheet. Raises InputError, also for a cell that stands twice."""
    rows: dict[tuple[str, ...], PriorRow] = {}
    for row in read_table(path, _PRIOR, "上年数表"):
        key = (row["unit"], row["form"], row["row"], row["field"])
        if key in rows:
            raise InputError(f"{row.where()}：与{rows[key].where}是同一个数。请只留一行。")
        rows[key] = PriorRow(*key, value=row["value"] or None, where=row.where())
    return tuple(rows.values())


def read_mapping(path: Path) -> tuple[MappingEntry, ...]:
    """What was renamed, in its order. Raises InputError for an unknown kind, a year that is none, and what stands twice."""
    entries: dict[tuple[str, str, int | None], MappingEntry] = {}
    for row in read_table(path, _MAPPING, "对照表"):
        kind = _MAPPED.get(row["kind"].casefold())
        if kind is None:
            raise InputError(f"{row.where('类别')}：“{row['kind']}”应为 unit（单位）、project（项目）或 code（编码）。")
        said = row["from_year"].removesuffix("年").strip()
        if said and not (said.isascii() and said.isdigit() and len(said) == 4):
            raise InputError(f"{row.where('起始年度')}：“{row['from_year']}”不是年度。请填四位年份，例如 2027。")
        entry = MappingEntry(kind, row["old"], row["new"], int(said) if said else None, row.where())
        twin = entries.get((kind, entry.new, entry.from_year))
        if twin:
            raise InputError(f"{row.where('现名称或代码')}：“{entry.new}”与{twin.where}重复。请只留一行。")
        entries[(kind, entry.new, entry.from_year)] = entry
    return tuple(entries.values())


def read_decisions(path: Path) -> tuple[DecisionEntry, ...]:
    """The decisions, in their order. Raises InputError for one that is not accept/采用 or withdraw/撤回."""
    entries = []
    for row in read_table(path, _DECISIONS, "决定表"):
        decision = _DECIDED.get(row["decision"].casefold())
        if decision is None:
            raise InputError(f"{row.where('决定')}：“{row['decision']}”应为 accept（采用）或 withdraw（撤回）。")
        if not row["file"] and not row["sha256"]:
            raise InputError(f"{row.where('文件')}：文件名与内容哈希（sha256）至少填一个。")
        about = (row["who"], row["when"], row["why"], row.where())
        entries.append(DecisionEntry(row["file"], row["sha256"].casefold(), decision, *about))
    return tuple(entries)


def read_waivers(path: Path) -> tuple[WaiverEntry, ...]:
    """The waivers, in their order. Raises InputError for a rule or day that is none, and what stands twice."""
    entries: dict[tuple[str, str, str, datetime.date], WaiverEntry] = {}
    for row in read_table(path, _WAIVERS, "豁免表"):
        rule = row["rule"].strip().upper()
        if not _RULE_CODE.fullmatch(rule):
            raise InputError(f"{row.where('规则')}：“{row['rule']}”不是规则编号。请填问题清单中的编号，例如 SUM-05。")
        expires = read_day(row["expires"])
        if expires is None:
            raise InputError(f"{row.where('到期')}：“{row['expires']}”不是日期。请填如 2027-12-31 的日期。")
        entry = WaiverEntry(
            rule, row["unit"], row["row"], row["approver"], expires, row["reason"], row.number, row.where()
        )
        twin = entries.get((rule, entry.unit, entry.row, expires))
        if twin:
            raise InputError(f"{row.where('规则')}：{rule} 对 {entry.unit} 的豁免与{twin.where}重复。请只留一行。")
        entries[(rule, entry.unit, entry.row, expires)] = entry
    return tuple(entries.values())


def read_day(text: str) -> datetime.date | None:
    """A day written as 2027-12-31, 2027/12/31, 2027.12.31 or 2027年12月31日; None for anything else."""
    found = _DAY.fullmatch("".join(text.split()))
    try:
        return datetime.date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def typed_amount(row: TableRow, column: str, label: str) -> Decimal:
    """The amount in a cell, thousands separators allowed. Raises InputError for what is no number."""
    text = row[column].replace(",", "").replace("，", "")
    try:
        value = Decimal(text) if text.isascii() and "_" not in text else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not in_range(value):
        raise InputError(f"{row.where(label)}：“{row[column]}”不是数字。请只填数字，例如 2994.70，计量单位写在另一列。")
    return value
