"""YAML → Field: one column of a grid or list, or one value of a record."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from toolkit.catalog.node import Node, Problems
from toolkit.model.errors import Source
from toolkit.model.form import Field, FieldType
from toolkit.model.money import is_money

ID = re.compile(r"[a-z][a-z0-9_]*")

FIELD_KEYS = frozenset(
    {"label", "type", "unit", "required", "formula", "check", "lookup", "source", "strict", "parent", "prefill"}
    | {"member_check", "parent_check", "range_check", "pattern", "blank", "dash", "minimum", "maximum", "decimals"}
    | {"max_length", "tolerance", "width", "help", "basis"}
)
TARGET_KEYS = frozenset({"label", "type", "help", "basis", "member_check", "operators", "units", "width"})
_TYPES = {t.value: t for t in FieldType}
_CODE = re.compile(r"[A-Z]{2,3}-\d{2,3}")


@dataclass
class Context:
    """What the readers of one suite share: the faults found, and where everything was written."""

    problems: Problems
    places: dict[tuple[str, ...], Source] = field(default_factory=dict)

    def place(self, *path: str) -> Source | None:
        """Where ``path`` was written, or the nearest thing around it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.places:
                return self.places[path[:end]]
        return None

    def fault(self, path: Iterable[str], what: str) -> None:
        """Note a fault in what was written at ``path``."""
        self.problems.append((self.place(*path), what))


def check_id(name: str, node: Node, what: str) -> None:
    """Ids become defined names and SQL columns, so they are plain."""
    if not ID.fullmatch(name):
        node.fault(f"{what}“{name}”不合规：须以小写字母开头，只含小写字母、数字和下划线")


def rule_code(node: Node) -> str:
    """A rule code such as SUM-01."""
    code = node.text()
    if code and not _CODE.fullmatch(code):
        node.fault(f"规则代码“{code}”不合规，应形如 SUM-01")
    return code


def read_fields(node: Node, block: str, money: str | None, context: Context) -> tuple[Field, ...]:
    """The fields of a block in the order printed; a composite ``target`` gives three."""
    fields: list[Field] = []
    for name, at in node.mapping().items():
        check_id(name, at, "栏目代号")
        kind = at.mapping().get("type") if at.is_map else None
        made = _target(name, at) if kind is not None and kind.raw.value == "target" else [_field(name, at, money)]
        for each in made:
            if any(f.id == each.id for f in fields):
                at.fault(f"栏目“{each.id}”重复")
            context.places["field", block, each.id] = at.source
            fields.append(each)
        if at.is_map:
            for key, value in at.mapping().items():
                context.places["field", block, made[0].id, key] = value.source
    return tuple(fields)


def _labels(keys: dict[str, Node], at: Node) -> tuple[str, ...]:
    if "label" not in keys:
        at.fault("缺少标签 label")
        return ("",)
    labels = keys["label"].texts()
    if not labels or not all(text.strip() for text in labels):
        keys["label"].fault("标签 label 不得为空")
        return ("",)
    return labels


def _field(name: str, at: Node, money: str | None) -> Field:
    keys = at.mapping(FIELD_KEYS)
    kind = _TYPES[keys["type"].choice(_TYPES) or "text"] if "type" in keys else FieldType.TEXT
    if "type" not in keys:
        at.fault("缺少类型 type")
    default_unit = {FieldType.AMOUNT: money, FieldType.PERCENT: "%"}.get(kind)
    made = Field(
        id=name,
        labels=_labels(keys, at),
        type=kind,
        unit=_text(keys, "unit") or default_unit,
        required=_required(keys),
        formula=_text(keys, "formula"),
        check=_code(keys, "check"),
        lookup=_text(keys, "lookup") or ("yes_no" if kind is FieldType.YES_NO else None),
        source=_text(keys, "source"),
        strict=keys["strict"].flag() if "strict" in keys else True,
        parent=_text(keys, "parent"),
        patterns=keys["pattern"].texts() if "pattern" in keys else (),
        member_check=_code(keys, "member_check"),
        parent_check=_code(keys, "parent_check"),
        range_check=_code(keys, "range_check"),
        blank_is_zero="blank" in keys and keys["blank"].choice({"zero"}) == "zero",
        dash=keys["dash"].flag() if "dash" in keys else False,
        minimum=_number(keys, "minimum"),
        maximum=_number(keys, "maximum"),
        decimals=keys["decimals"].integer(0, 6) if "decimals" in keys else (0 if kind is FieldType.INTEGER else 2),
        max_length=keys["max_length"].integer(1, 32767) if "max_length" in keys else None,
        tolerance=_number(keys, "tolerance"),
        width=float(keys["width"].number()) if "width" in keys else None,
        help=_text(keys, "help") or "",
        basis=_text(keys, "basis") or "",
        prefill=_prefill(keys, name),
    )
    _consistent(made, keys, at)
    return made


def _consistent(f: Field, keys: dict[str, Node], at: Node) -> None:
    """A key that would have no effect is a mistake of the author, so it is said."""
    choices = {FieldType.CHOICE, FieldType.YES_NO}

    def need(key: str, holds: bool, what: str) -> None:
        if key in keys and not holds:
            keys[key].fault(what)

    if f.type is FieldType.CHOICE and not (f.lookup or f.source):
        at.fault("choice 类型须有 lookup（代码表）或 source（取值来源栏目）")
    if f.type is FieldType.AMOUNT and not f.unit:
        at.fault("金额栏目须有计量单位：在表 unit 或栏目 unit 中写明")
    if f.type is FieldType.AMOUNT and f.unit and not is_money(f.unit):
        at.fault(f"金额单位“{f.unit}”不可换算，应为 元、千元、万元 或 亿元")
    for key in ("minimum", "maximum", "decimals", "blank", "dash", "tolerance", "range_check"):
        need(key, f.type.is_number, f"{key} 只用于数值类型")
    for key in ("lookup", "source", "strict"):
        need(key, f.type in choices, f"{key} 只用于 choice 类型")
    for key in ("pattern", "max_length"):
        need(key, not f.type.is_number and f.type is not FieldType.DATE, f"{key} 只用于文本类型")
    need("source", "lookup" not in keys, "lookup 与 source 只能写一个")
    need("parent", f.lookup is not None, "有 parent 时须有 lookup")
    need("check", f.formula is not None, "check 只用于有 formula 的栏目；合计行的 check 写在行上")
    need("parent_check", f.parent is not None, "parent_check 须与 parent 同用")
    need("member_check", bool(f.lookup or f.source or f.patterns), "member_check 须与 lookup、source 或 pattern 同用")
    need("range_check", f.minimum is not None or f.maximum is not None, "range_check 须与 minimum 或 maximum 同用")
    if f.minimum is not None and f.maximum is not None and f.minimum > f.maximum:
        keys["maximum"].fault(f"maximum {f.maximum} 小于 minimum {f.minimum}")
    if f.tolerance is not None and f.tolerance < 0:
        keys["tolerance"].fault("tolerance 不得为负")


def _target(name: str, at: Node) -> list[Field]:
    """指标值: 符号, 值, 单位（文字描述）. The number is of any unit; the third column holds it, or the text target."""
    keys = at.mapping(TARGET_KEYS)
    labels = _labels(keys, at)
    help_text = _text(keys, "help") or ""
    first = Field(
        id=f"{name}_op",
        labels=(*labels, "符号"),
        type=FieldType.CHOICE,
        lookup=_text(keys, "operators") or "operators",
        member_check=_code(keys, "member_check"),
        help=help_text,
        basis=_text(keys, "basis") or "",
        width=9,
    )
    value = Field(
        id=f"{name}_value",
        labels=(*labels, "值"),
        type=FieldType.DECIMAL,
        help="定量指标只填数字，不带单位；定性指标（文字描述）不填。",
        width=10,
    )
    unit = replace(
        first,
        id=f"{name}_unit",
        labels=(*labels, "单位（文字描述）"),
        lookup=_text(keys, "units") or "units",
        strict=False,
        member_check=None,
        help="定量指标填计量单位，如 %、次、人、天；符号选“文字描述”的，在此填写文字目标。",
        width=float(keys["width"].number()) if "width" in keys else 16,
    )
    return [first, value, unit]


def _text(keys: dict[str, Node], key: str) -> str | None:
    return keys[key].text() or None if key in keys else None


def _code(keys: dict[str, Node], key: str) -> str | None:
    return rule_code(keys[key]) or None if key in keys else None


def _number(keys: dict[str, Node], key: str) -> Decimal | None:
    return keys[key].number() if key in keys else None


def _prefill(keys: dict[str, Node], name: str) -> str:
    """``true``: filled in before issue with what this very field held last year, or from the roster."""
    if "prefill" not in keys:
        return ""
    node = keys["prefill"]
    return node.text() if node.kind == "str" else name if node.flag() else ""


def _required(keys: dict[str, Node]) -> bool | str:
    if "required" not in keys:
        return False
    node = keys["required"]
    return node.flag() if node.kind == "bool" else node.text()
