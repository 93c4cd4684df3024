"""Mistakes in self-evaluations: SE."""

from __future__ import annotations

from decimal import Decimal

from bench.bureau.site import Document, Plan, Site, Told
from bench.bureau.slips import plain
from bench.bureau.truth import Cell


def _row(site: Site) -> tuple[str, Document] | None:
    return site.any_row("evaluation", "evaluations")


def _of(row: str, field: str, block: str = "results") -> Cell:
    return Cell("evaluation", block, row, field)


def target_changed(site: Site) -> Told | None:
    found = site.any_row("evaluation", "results", lambda r: r["target_op"] == "≥" and r["target_unit"] == "%")
    if found is None:
        return None
    return site.change(_of(found[0], "target_value"), plain(Decimal(found[1]["target_value"]) - 10), "自评时改低目标值")


def indicator_left_out(site: Site) -> Told | None:
    found = site.any_row("evaluation", "results")
    if found is None:
        return None
    gone = site.forms["evaluation"]["results"].pop(int(found[0]) - 1)
    return None, None, gone["level3"], "删去一个指标"


def score_beyond(site: Site) -> Told | None:
    found = site.any_row("evaluation", "results", lambda r: r["points"] == "10" and r["score"] == "10")
    return site.change(_of(found[0], "score"), "12", "得分大于分值") if found else None


def original(site: Site) -> Told | None:
    found = _row(site)
    return (
        site.mistype(_of(found[0], "original", "evaluations"), "相邻数字颠倒", "漏一位数字", "按错一位")
        if found
        else None
    )


def adjusted(site: Site) -> Told | None:
    found = _row(site)
    return site.mistype(_of(found[0], "adjusted", "evaluations"), "相邻数字颠倒", "按错一位") if found else None


def executed_in_yuan(site: Site) -> Told | None:
    """Only the rate could tell; the row's own formulas follow what is typed."""
    found = _row(site)
    return site.mistype(_of(found[0], "fiscal", "evaluations"), "按元填列") if found else None


def rate(site: Site) -> Told | None:
    found = _row(site)
    if found is None:
        return None
    right = Decimal(found[1]["executed"]) * 100 / Decimal(found[1]["adjusted"])
    return site.type_over(_of(found[0], "rate", "evaluations"), f"{right:.2f}")


def rate_score(site: Site) -> Told | None:
    found = _row(site)
    if found is None or found[1]["executed"] == found[1]["adjusted"]:
        return None
    site.put(_of(found[0], "rate_score", "evaluations"), "10")
    right = Decimal(found[1]["executed"]) * 10 / Decimal(found[1]["adjusted"])
    return (
        (_of(found[0], "rate_score", "evaluations"), "10", f"{right:.2f}", "公式改填满分")
        if right < Decimal("9.98")
        else None
    )


def total(site: Site) -> Told | None:
    found = _row(site)
    if found is None:
        return None
    executed, whole = Decimal(found[1]["executed"]), Decimal(found[1]["adjusted"])
    scored = sum(
        (Decimal(r["score"]) for r in site.rows("evaluation", "results") if r["project"] == found[1]["project"]),
        Decimal(0),
    )
    right = scored + Decimal(f"{min(Decimal(10), executed * 10 / whole):.2f}")
    wrong = plain(right - 3 if right > 95 else right + 4)
    site.put(_of(found[0], "total", "evaluations"), wrong)
    return _of(found[0], "total", "evaluations"), wrong, plain(right), "公式改填数值"


def grade(site: Site) -> Told | None:
    """优 turned into 良, or what is less into 优."""
    found = _row(site)
    if found is None:
        return None
    executed, whole = Decimal(found[1]["executed"]), Decimal(found[1]["adjusted"])
    scored = sum(
        (Decimal(r["score"]) for r in site.rows("evaluation", "results") if r["project"] == found[1]["project"]),
        Decimal(0),
    )
    right = "优" if scored + executed * 10 / whole >= 90 else "其他"
    wrong = "良" if right == "优" else "优"
    site.put(_of(found[0], "grade", "evaluations"), wrong)
    return _of(found[0], "grade", "evaluations"), wrong, right, "公式改填等级"


def full_score(site: Site) -> Told | None:
    found = site.any_row(
        "evaluation", "results", lambda r: r["target_op"] != "≤" and Decimal(r["actual"]) < Decimal(r["target_value"])
    )
    return site.change(_of(found[0], "score"), found[1]["points"], "没有完成仍打满分") if found else None


def inverse(site: Site) -> Told | None:
    """A ceiling that was exceeded gets full points, and nobody says why."""
    found = site.any_row("evaluation", "results", lambda r: r["target_op"] == "≤" and "reason" not in r)
    if found is None:
        return None
    more = plain(Decimal(found[1]["target_value"]) * Decimal("1.5"))
    return site.change(_of(found[0], "actual"), more, "超过上限仍打满分")


def reason(site: Site) -> Told | None:
    found = site.any_row("evaluation", "results", lambda r: "reason" in r)
    return site.change(_of(found[0], "reason"), None, "漏填偏差原因") if found else None


def actual(site: Site) -> Told | None:
    found = site.any_row("evaluation", "results")
    return site.change(_of(found[0], "actual"), None, "漏填") if found else None


def adjust_reason(site: Site) -> Told | None:
    found = site.any_row("evaluation", "evaluations", lambda r: "adjust_reason" in r)
    return site.change(_of(found[0], "adjust_reason", "evaluations"), None, "漏填调整原因") if found else None


def too_early(site: Site) -> Told | None:
    found = _row(site)
    return (
        site.change(_of(found[0], "date", "evaluations"), f"{site.drafts.year}-11-20", "年度未终了") if found else None
    )


def heavy(site: Site) -> Told | None:
    found = site.any_row("evaluation", "results", lambda r: r["points"] == "30")
    if found is None:
        return None
    score = Decimal(found[1]["score"]) * 40 / 30
    site.put(_of(found[0], "score"), plain(score.quantize(Decimal("0.01"))))
    return site.change(_of(found[0], "points"), "40", "分值过于集中")


def arrival(site: Site) -> Told | None:
    found = _row(site)
    return site.type_over(_of(found[0], "arrival_rate", "evaluations"), "100") if found else None


def not_approved(site: Site) -> Told | None:
    """A project under another name than the list has."""
    found = _row(site)
    if found is None:
        return None
    name = found[1]["project"]
    wrong = f"{name[:4]}与{name[4:]}"
    for row in site.rows("evaluation", "results"):
        if row["project"] == name:
            row["project"] = wrong
    return site.change(_of(found[0], "project", "evaluations"), wrong, "名称与批复不同")


def sum_typed(site: Site) -> Told | None:
    rows = site.rows("evaluation", "evaluations")
    right = plain(sum((Decimal(r["executed"]) for r in rows), Decimal(0)))
    return site.type_over(_of("total", "executed", "evaluations"), right)


PLANS = (
    Plan("SE", ("SE-02",), "目标值改低", target_changed),
    Plan("SE", ("SE-02",), "漏列指标", indicator_left_out),
    Plan("SE", ("SE-07",), "得分大于分值", score_beyond),
    Plan("SE", ("SE-03",), "年初预算填错", original),
    Plan("SE", ("SE-03",), "全年预算填错", adjusted),
    Plan("SE", ("SE-03",), "资金来源按元填列", executed_in_yuan),
    Plan("SE", ("SE-04",), "执行率改填", rate),
    Plan("SE", ("SE-05",), "执行率得分改填", rate_score),
    Plan("SE", ("SE-08",), "总分改填", total),
    Plan("SE", ("SE-09",), "等级改填", grade),
    Plan("SE", ("SE-10",), "未完成打满分", full_score),
    Plan("SE", ("SE-11", "SE-13"), "超过上限打满分", inverse),
    Plan("SE", ("SE-13",), "偏差原因空白", reason),
    Plan("SE", ("SE-14",), "实际完成值空白", actual),
    Plan("SE", ("SE-17",), "调整原因空白", adjust_reason),
    Plan("SE", ("SE-20",), "自评日期过早", too_early),
    Plan("SE", ("SE-19", "SE-06"), "单项分值过大", heavy),
    Plan("SE", ("SE-18",), "到位率改填", arrival),
    Plan("SE", ("SE-01",), "自评项目不在清单", not_approved),
    Plan("SE", ("SUM-22",), "自评合计行改填", sum_typed),
)
