"""Mistakes that leave a return consistent in itself: visible against last year, the ceilings or the other units only."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from bench.bureau import plant_across as across
from bench.bureau import plant_forms as forms
from bench.bureau.forms import budget
from bench.bureau.world import LAST, Project
from bench.detection.ground import STAGE, YEAR
from bench.detection.lists import told
from bench.detection.work import HARD, Typed, Work, kind
from toolkit.model.fact import Key

_MADE = "填报后由 LibreOffice 另存"
_UNIT = "XY- XD-"
_WAN = "万元"


def _scaled(factor: Decimal, *, last_year: bool = True) -> Callable[[Work], bool]:
    """Every amount of the return in another unit of measure."""

    def make(work: Work) -> bool:
        blocks = work.layout.suite.blocks

        def change(typed: Typed) -> None:
            for key, value in list(typed.items()):
                column = blocks[key.block].by_id[key.field]
                kept = not last_year and key.field in ("last_year", "opening")
                if isinstance(value, Decimal) and column.unit == _WAN and not kept:
                    typed[key] = round(value * factor, 6).normalize() + 0

        work.typing.append(change)
        key = Key("expenditure", "", "personnel", "this_year")
        return work.here(key, wrong=work.amount(key) * factor)

    return make


for _id, _title, _factor, _both in (
    ("return-in-yuan", "整份按元填列（×10⁴）", Decimal(10000), True),
    ("return-in-thousands", "整份按千元填列（×10）", Decimal(10), True),
    ("return-in-hundred-millions", "整份按亿元填列（÷10⁴）", Decimal("0.0001"), True),
    ("this-year-in-yuan", "本年数全部按元填列，预置的上年数不动", Decimal(10000), False),
):
    kind(HARD, _id, _title, f"{_UNIT} TYP- NAR-", _MADE, unit_of_measure=True)(_scaled(_factor, last_year=_both))


def _lasting(work: Work) -> tuple[int, Project] | None:
    found = [(n, p) for n, p in work.site.open_projects if p.runs(YEAR - 1)]
    return work.rng.choice(found) if found else None


def _project(factor: Callable[[int], int]) -> Callable[[Work], bool]:
    """One project's budget wrong from the first sheet to the last: every sum follows."""

    def make(work: Work) -> bool:
        found = _lasting(work)
        if found is None:
            return False
        number, project = found
        right = project.budgets[LAST]
        wrong = factor(right.fiscal)
        if wrong == right.fiscal:
            return False
        project.budgets[LAST] = replace(right, fiscal=wrong)
        try:
            made = budget(work.site.drafts.bureau, work.site.unit, YEAR, STAGE)
        finally:
            project.budgets[LAST] = right
        work.site.drafts.documents[work.site.code] = made
        return work.here(
            Key("projects", "", f"{number + 1:03d}", "fiscal"), Key("target", f"{number + 1:02d}", "", "fiscal"),
            Key("projects", "", f"{number + 1:03d}", "budget"), Key("expenditure", "", "project", "this_year"),
            wrong=wrong,
        )  # fmt: skip

    return make


kind(HARD, "project-in-yuan", "一个项目处处按元填列", f"{_UNIT} XF- NAR- TYP-", _MADE, unit_of_measure=True)(
    _project(lambda v: v * 10000)
)
kind(HARD, "project-point", "一个项目处处多一位（小数点错位）", f"{_UNIT} XF- NAR-", _MADE)(_project(lambda v: v * 10))
kind(HARD, "project-transposed", "一个项目处处颠倒两位数字", f"{_UNIT} XF- NAR-", _MADE)(
    _project(lambda v: int(str(v)[1] + str(v)[0] + str(v)[2:]) if v > 99 and str(v)[1] != "0" else v)
)
kind(HARD, "project-shrunk", "一个项目处处少一位", f"{_UNIT} XF- NAR-", _MADE)(_project(lambda v: v // 10))


@kind(HARD, "copied-from-last-year", "整份照抄上年", "XY- XD- COD- WBK-", _MADE)
def last_year(work: Work) -> bool:
    """Last year's approved budget under this year's cover."""
    before = dict(work.ground.before(work.site.code))
    if not 0 < len(before["forms"]["target"]) <= work.sheets or work.site.unit.code(YEAR) != work.site.unit.code(
        YEAR - 1
    ):
        return False
    before |= {"year": str(YEAR), "stage": STAGE}
    before["forms"]["cover"] = work.forms["cover"]
    work.site.drafts.documents[work.site.code] = before
    return True


@kind(HARD, "goals-copied-from-peer", "绩效目标照抄另一个单位的项目", "XF- IND- STR- XD-", _MADE)
def peer(work: Work) -> bool:
    held = work.site.open_projects
    mine = set(work.site.unit.trade.topics)
    others = [u for u in work.site.others if not mine & set(u.trade.topics)]
    if not held or not others:
        return False
    other = work.rng.choice(others)
    sheets = work.site.drafts.documents[other.code(YEAR)]["forms"]["target"]
    source = next((s for s in sheets if "indicators" in s), None)
    if source is None:
        return False
    copied = json.loads(json.dumps(source))
    own = work.forms["target"][held[0][0]]
    for block in ("goals", "indicators", "project_note"):
        own[block] = copied[block]
    sheet = f"{held[0][0] + 1:02d}"
    return work.here(*(Key("indicators", sheet, f"{n + 1:03d}", "level3") for n in range(len(own["indicators"]))),
                     *(Key("goals", sheet, "001", "goal"), Key("project_note", sheet, "", "overview")))  # fmt: skip


@kind(HARD, "return-copied-from-peer", "整份照抄另一个单位", "COD- XD- XY-", _MADE)
def whole_peer(work: Work) -> bool:
    others = [
        u for u in work.site.others if u.department != work.site.unit.department and u.nature == work.site.unit.nature
    ]
    if not others:
        return False
    other = work.rng.choice(others)
    copied = json.loads(json.dumps(work.site.drafts.documents[other.code(YEAR)]["forms"]))
    if len(copied["target"]) > work.sheets:
        return False
    copied["cover"] = work.forms["cover"]
    work.site.drafts.documents[work.site.code]["forms"] = copied
    return True


for _name, _title, _make, _codes in (
    ("summand", "公开表06许多科目中的一个填错，只有合计不符", forms.public_item, "XF-24 XF-"),
    ("last-year-income", "上年收入数抄错", across.last_income, "XY-01"),
    ("last-year-personnel", "上年人员经费抄错", across.last_personnel, "XY-01"),
    ("last-year-operating", "上年运行经费抄错", across.last_item, "XY-01"),
    ("last-year-project", "项目上年预算抄错", across.last_project, "XY-10"),
    ("assets-opening", "资产上年数抄错", across.opening, "XY-09 XY-06"),
    ("carried-in", "上年结转抄错", across.carried, "XY-07"),
    ("ceiling", "超过控制数", across.ceiling_projects, "XD-05"),
    ("ceiling-in-yuan", "超过以元下达的控制数", across.ceiling_in_yuan, "XD-05"),
    ("transfer", "单位间往来金额不等", across.transfer_amount, "XD-07"),
    ("transfer-direction", "单位间往来方向填反", across.transfer_direction, "XD-07"),
    ("declared-twice", "两个部门申报同名项目", across.declared_twice, "XD-03"),
    ("price-of-peers", "采购单价明显高于同类", across.dear, "XD-04"),
    ("renamed", "延续项目改名没有对照", across.renamed, "XY-02"),
    ("recoded", "延续项目换码没有对照", across.recoded, "XY-02 COD-"),
    ("target-lowered", "指标目标低于上年", across.target_lowered, "XY-03"),
    ("operating-item", "运行经费一项填错，合计随公式变", forms.operating_item, "XF-11 XF- XD-08 SUM-"),
):
    kind(HARD, _name, _title, _codes, _MADE)(told(_make))
