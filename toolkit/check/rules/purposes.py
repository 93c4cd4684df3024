"""SUM-15: the amounts that a text lists as the parts of a total add to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from toolkit.check.registry import Mark, Scene, coded
from toolkit.check.texts import said
from toolkit.check.wording import shown
from toolkit.model.money import round_half_up

_TEXTS = ("target.purpose", "project_note.arrangement")
_SENTENCES = re.compile(r"[。;；\n]")
_LIST = re.compile(r"其中|分别(?:为|是|用于)?")
_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?)(万元|元)")
_END = re.compile(r"本次|本年|当年|今年|此次|另外|另|共计|合计|总计")
_NOT_ALL = re.compile(r"等|其余|剩余|主要")


@coded("SUM-15", reads=("target.purpose", "target.budget_total"))
def parts_of_a_purpose(scene: Scene) -> Iterator[Mark]:
    """Total: the last amount before 其中 or 分别 in the sentence. Only where every part that follows has its amount."""
    tolerance = scene.rule.tolerance if scene.rule.tolerance is not None else Decimal("0.005")
    for one in said(scene, _TEXTS):
        for number, sentence in enumerate(_SENTENCES.split(one.plain)):
            found = account(sentence)
            if found is None:
                continue
            total, parts = found
            gap = round_half_up(sum(parts, Decimal(0)) - total, 6)
            if abs(gap) <= tolerance:
                continue
            terms = " + ".join(shown(part, decimals=2) for part in parts)
            summed = shown(sum(parts, Decimal(0)), "万元")
            message = (
                f"文字所列总额为 {shown(total, '万元')}，分项 {terms} = {summed}，相差 {shown(abs(gap), '万元')}。"
            )
            yield Mark(
                message, [one.spot], one.line.submission, actual=sum(parts, Decimal(0)), expected=total,
                unit_of_measure="万元", identity=f"{one.line.instance}|{one.field}|{number}",
            )  # fmt: skip


def account(sentence: str) -> tuple[Decimal, list[Decimal]] | None:
    """Total and parts in 万元 that a normalised sentence gives; None where it is not sure to list all parts."""
    at = _LIST.search(sentence)
    if at is None:
        return None
    whole = [_in_wan(m) for m in _AMOUNT.finditer(sentence[: at.start()])]
    parts: list[Decimal] = []
    for clause in re.split(r"[,，、:：]", sentence[at.end() :]):
        if not clause:
            continue
        if parts and _END.search(clause):
            break
        amounts = list(_AMOUNT.finditer(clause))
        if len(amounts) != 1 or _NOT_ALL.search(clause):
            return None
        parts.append(_in_wan(amounts[0]))
    return (whole[-1], parts) if whole and len(parts) > 1 else None


def _in_wan(amount: re.Match[str]) -> Decimal:
    return Decimal(amount[1]) / (1 if amount[2] == "万元" else 10000)
