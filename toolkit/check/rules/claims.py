"""NAR-03, NAR-04, NAR-15: amounts and changes that the narrative states, against the cells they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolkit.check.names import normal_name
from toolkit.check.registry import Mark, Scene, Spot, coded
from toolkit.check.texts import Said, said
from toolkit.check.wording import inner, quote, shown
from toolkit.model.fact import Key
from toolkit.model.form import BlockKind

_BLOCKS = {
    "收入预算": ("income",),
    "支出预算": ("expenditure",),
    "比上年增减": ("expenditure", "income"),
    "机关运行经费": ("operating",),
    "“三公”经费": ("three_public",),
}
"""Topic of a paragraph → the grids whose rows it speaks of, the first one first where two have a label in common."""

_HEADS = {
    "收入预算": "预算收入",
    "支出预算": "预算支出",
    "比上年增减": "预算支出",
    "机关运行经费": "机关运行经费",
    "“三公”经费": "三公经费",
}
"""Topic of a paragraph → the name of what a sentence is about that names nothing."""

_ALIASES = {
    "income.total": ("预算收入", "收入合计", "收入总计"),
    "income.general": ("一般公共预算拨款",),
    "income.gov_fund": ("政府性基金收入", "政府性基金预算收入"),
    "expenditure.total": ("预算安排", "支出合计", "支出总计", "预算支出"),
    "expenditure.operating": ("正常公用", "日常公用经费"),
    "expenditure.project": ("专项项目支出",),
    "operating.total": ("行政运行", "机关运行经费", "机关运行费"),
    "operating.heating": ("办公取暖费",),
    "operating.reception": ("公务接待",),
    "three_public.total": ("三公经费",),
    "three_public.abroad": ("因公出国(境)支出", "因公出国(境)费用"),
    "three_public.vehicle": ("公务用车运行及运维费", "公务用车购置及运行费", "公务用车购置和运行费"),
    "three_public.purchase": ("公务用车购置支出", "公务用车购置"),
    "three_public.running": ("公务用车运行经费", "公务用车运行维护经费", "公务用车运行费"),
}
"""How texts name a row beside its printed label."""

_AMOUNT = re.compile(r"(?<![0-9.])([0-9]+(?:\.[0-9]+)?)(亿元|万元|元)")
_CHANGE = re.compile(
    r"(?:较|比|与)(?:上年|去年|20[0-9]{2}年)[^,;。0-9]{0,12}?(增加|增长|上升|减少|下降|降低|持平)(?:了)?"
    r"(?:([0-9]+(?:\.[0-9]+)?)(亿元|万元|元))?"
)
_UP, _DOWN = frozenset({"增加", "增长", "上升", "新增"}), frozenset({"减少", "下降", "降低", "压减"})
_WORDS = re.compile("|".join(sorted(_UP | _DOWN)))
_IN_WAN = {"元": Decimal("0.0001"), "万元": Decimal(1), "亿元": Decimal(10000)}
_NEAR = 24
"""Characters between the name of a row and the amount that is said of it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a text says of one row: its amount (``word`` is "") or its change. Amounts are in 万元."""

    said: Said
    block: str
    row: str
    label: str
    printed: str
    word: str
    amount: Decimal | None

    @property
    def where(self) -> str:
        return f"{self.block}.{self.row}"


def claims(scene: Scene) -> Iterator[Claim]:
    """Every amount and change that the paragraphs state about a row of a grid."""
    for one in said(scene, ["paragraphs.text"]):
        topic = one.line.text("topic")
        names = _subjects(scene, topic)
        if names:
            yield from _read(one, names, _HEADS[topic])


def _subjects(scene: Scene, topic: str) -> dict[str, tuple[str, str]]:
    """Name of a row in the text → (grid, row), for the grids of a topic."""
    found: dict[str, tuple[str, str]] = {}
    for block_id in _BLOCKS.get(topic, ()):
        block = scene.suite.blocks.get(block_id)
        if block is None or block.kind is not BlockKind.GRID or not {"this_year", "change"} <= block.by_id.keys():
            continue
        for row in block.rows:
            label = normal_name(row.label).removeprefix("其中:").replace("“", "").replace("”", "")
            for name in (label, *_ALIASES.get(f"{block_id}.{row.id}", ())):
                found.setdefault(name, (block_id, row.id))
    return found


def _read(one: Said, names: dict[str, tuple[str, str]], head: str) -> Iterator[Claim]:
    """The claims of one paragraph. A sentence that names no row goes on about the last one named without a claim,
    else about the first of the paragraph (``head`` where there is none)."""
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    first = last = ""
    open_name = False
    for sentence in re.split("[。;]", one.plain.replace("“", "").replace("”", "")):
        found = list(pattern.finditer(sentence))
        about = [(m[0], m.end()) for m in found]
        if not about or _speaks(sentence[: found[0].start()]):
            about.insert(0, (last if open_name else first or head, 0))
        ends = [*(m.start() for m in found[1 if about[0][1] else 0 :]), len(sentence)]
        for (name, start), end in zip(about, ends, strict=True):
            made = list(_stated(one, name, names[name], sentence[start:end]))
            yield from made
            last, open_name, first = name, not made, first or name


def _speaks(text: str) -> bool:
    return bool(_CHANGE.search(text) or _AMOUNT.search(text))


def _stated(one: Said, name: str, cell: tuple[str, str], text: str) -> Iterator[Claim]:
    """The amount and the change said of one row, in the words that follow its name."""
    change = _CHANGE.search(text)
    before = text[: change.start()] if change else text
    amount = _AMOUNT.search(before)
    if amount and amount.start() <= _NEAR:
        yield Claim(one, *cell, name, amount[0], "", Decimal(amount[1]) * _IN_WAN[amount[2]])
    if change:
        by = Decimal(change[2]) * _IN_WAN[change[3]] if change[2] else None
        yield Claim(one, *cell, name, change[0], change[1], by)


def _cell(scene: Scene, claim: Claim, field: str) -> tuple[Decimal | None, Spot]:
    """The value in 万元 of a cell of the claim's row, and the cell."""
    submission = claim.said.line.submission
    key = Key(claim.block, "", claim.row, field)
    value = scene.cells(claim.block).value(submission.ret, key)
    return (value if isinstance(value, Decimal) else None), (submission, key)


def _sign(word: str) -> int:
    return 1 if word in _UP else -1 if word in _DOWN else 0


@coded("NAR-03", reads=("paragraphs.topic", "paragraphs.text"))
def direction(scene: Scene) -> Iterator[Mark]:
    """增加 and 减少 in a paragraph, and in the reason beside a change, against the sign of the change."""
    for claim in claims(scene):
        change, spot = _cell(scene, claim, "change")
        wanted = _sign(claim.word)
        if wanted and change is not None and (change > 0) - (change < 0) != wanted:
            message = f"文字写“{claim.label}{claim.printed}”，表中增减额为 {shown(change, '万元')}。"
            yield Mark(message, [claim.said.spot, spot], claim.said.line.submission, identity=f"{claim.where}|text")
    for block_id in dict.fromkeys(b for blocks in _BLOCKS.values() for b in blocks):
        if scene.has(f"{block_id}.change", f"{block_id}.reason"):
            yield from _reasons(scene, block_id)


def _reasons(scene: Scene, block_id: str) -> Iterator[Mark]:
    """A reason that speaks only of the other direction."""
    block, table = scene.suite.blocks[block_id], scene.cells(block_id)
    for submission in scene.submissions:
        for row in block.rows:
            keys = [Key(block_id, "", row.id, field) for field in ("reason", "change")]
            reason, change = (table.value(submission.ret, key) for key in keys)
            if not isinstance(reason, str) or not isinstance(change, Decimal) or change == 0:
                continue
            signs = {_sign(word) for word in _WORDS.findall(reason)}
            if signs == {-1 if change > 0 else 1}:
                said_of = f"“{inner(row.label.strip())}”增减额为 {shown(change, '万元')}"
                message = f"{said_of}，增减原因写{quote(reason)}，方向相反。"
                yield Mark(message, [(submission, key) for key in keys], submission, identity=f"{block_id}.{row.id}")


@coded("NAR-04", reads=("paragraphs.topic", "paragraphs.text"))
def level(scene: Scene) -> Iterator[Mark]:
    """持平 in a paragraph against the change."""
    tolerance = scene.rule.tolerance or Decimal(0)
    for claim in claims(scene):
        change, spot = _cell(scene, claim, "change")
        if claim.word == "持平" and change is not None and abs(change) > tolerance:
            message = f"文字写“{claim.label}{claim.printed}”，表中增减额为 {shown(change, '万元')}。"
            yield Mark(message, [claim.said.spot, spot], claim.said.line.submission, identity=claim.where)


@coded("NAR-15", reads=("paragraphs.topic", "paragraphs.text"))
def amounts(scene: Scene) -> Iterator[Mark]:
    """The amount, or the amount of the change, in a paragraph against the cell."""
    tolerance = scene.rule.tolerance or Decimal(0)
    for claim in claims(scene):
        field = "change" if claim.word else "this_year"
        held, spot = _cell(scene, claim, field)
        bare = _AMOUNT.search(claim.printed)
        if claim.amount is None or held is None or bare is None:
            continue
        unit_lost = bare[2] == "元" and Decimal(bare[1]) == abs(held)
        if abs(claim.amount - abs(held)) <= tolerance and not unit_lost:
            continue
        lost = "，是否少写“万”字？" if unit_lost else "。"
        message = f"文字写“{claim.label}”{'增减' if claim.word else ''} {bare[0]}，"
        message += f"表中为 {shown(held, '万元')}{lost}"
        yield Mark(
            message, [claim.said.spot, spot], claim.said.line.submission, actual=claim.amount, expected=abs(held),
            unit_of_measure="万元", identity=f"{claim.where}.{field}|{claim.amount}",
        )  # fmt: skip
