"""The sheets of the workbook and their columns: one table a sheet, for writing and for reading.

A new key of the definitions is one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any

from toolkit.authoring.cells import (
    CODE,
    DATA,
    FLAG,
    FLAG_OR_TEXT,
    FLAG_OR_TEXTS,
    GRID,
    LABELS,
    LINES,
    NUMBER,
    PAIRS,
    PATTERNS,
    TEXT,
    TEXTS,
    WORD,
    YEARS,
    Kind,
)  # fmt: skip
from toolkit.authoring.resolved import (
    TARGET,
    GridRow,
    InList,
    OfRule,
    back,
    default_lines,
    field_rows,
    files,
    of_level,
    severity,
    single,
)  # fmt: skip
from toolkit.catalog.lists import CONFIDENCE
from toolkit.model.form import (
    STAGES,
    Block,
    BlockKind,
    CodeList,
    Field,
    FieldType,
    Form,
    ListEntry,
    Row,
    RowPrefill,
    RowRole,
    Suite,
)
from toolkit.model.rule import Case, Rule, RuleKind, Severity

YES_NO = ("是", "否")
Choices = tuple[str, ...] | str
"""Words, or ``sheet.key``: what stands in that column."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its YAML key, Chinese header, how a cell is written and read, and where the value is.

    ``value``: the attribute of the item, or a function of the row (the attributes it speaks for are in ``covers``).
    ``key_of_sheet``: the column says what the row belongs to and is no key of the definition.
    """

    key: str
    header: str
    kind: Kind = TEXT
    value: str | Callable[[Any], Any] = ""
    covers: tuple[str, ...] = ()
    width: float = 14
    choices: Choices = ()
    key_of_sheet: bool = False
    needed: bool = False

    def of(self, row: Any) -> Any:
        """The value in a row, None where it is the default."""
        if callable(self.value):
            value = self.value(row)
        else:
            name = self.value or self.key
            value = getattr(row.item, name)
            value = None if _is_default(row.item, name, value) else value
        return None if value in (None, "", (), frozenset()) or (isinstance(value, dict) and not value) else value

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes of the model that stand in this column."""
        return self.covers or ((self.value or self.key,) if isinstance(self.value, str) else ())


def _is_default(item: Any, name: str, value: Any) -> bool:
    if not is_dataclass(item):
        return False
    field = next(f for f in fields(item) if f.name == name)
    default = field.default_factory() if field.default_factory is not MISSING else field.default
    return type(value) is type(default) and bool(value == default)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows from a suite, and its columns. ``shows``: the class whose attributes the columns hold."""

    name: str
    shows: type
    rows: Callable[[Suite], Iterator[Any]]
    columns: tuple[Column, ...]
    frozen: int = 1
    about: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    """A row that is nothing but its item."""

    item: Any


@dataclass(frozen=True, slots=True)
class InForm:
    """A block, or the rows a block is issued with."""

    form: Form
    block: Block
    item: Any


def _blocks(suite: Suite) -> Iterator[InForm]:
    return (InForm(form, block, block) for form in suite.forms for block in form.blocks)


def _rules(suite: Suite) -> Iterator[OfRule]:
    held = files(suite)
    return (OfRule(rule, rule, held[rule.code]) for rule in suite.rules)


def _graded(level: Severity) -> Callable[[OfRule], tuple[str, ...]]:
    def expressions(row: OfRule) -> tuple[str, ...]:
        return of_level(row.rule, level)

    return expressions


SUITE = Sheet(
    "套表", Suite, lambda suite: iter((Plain(suite),)), about="整套表的名称、年度、地区、阶段。只填一行。", frozen=1,
    columns=(
        Column("suite", "套表代号", WORD, "id", width=20, needed=True),
        Column("title", "名称", width=44, needed=True),
        Column("year", "年度", NUMBER, width=9, needed=True),
        Column("region", "地区", width=22, needed=True),
        Column("stage", "阶段", WORD, width=9, choices=STAGES, needed=True),
        Column("notes", "填报说明（每行一条）", LINES, width=70),
    ),
)  # fmt: skip
PARAMETERS = Sheet(
    "参数", dict, lambda suite: (Plain(pair) for pair in suite.parameters.items()),
    about="规则中 PARAM(\"…\") 所用的数值。", columns=(
        Column("name", "参数", WORD, lambda row: row.item[0], width=34, needed=True),
        Column("value", "取值", NUMBER, lambda row: row.item[1], width=16, needed=True),
    ),
)  # fmt: skip
FORMS = Sheet(
    "表", Form, lambda suite: (Plain(form) for form in suite.forms),
    about="每行一张表，行的先后就是各表在套表中的先后。", columns=(
        Column("form", "表代号", WORD, "id", width=16, needed=True),
        Column("sheet", "工作表名", width=22, needed=True),
        Column("number", "表号", width=9),
        Column("title", "表名", width=34, needed=True),
        Column("unit", "计量单位", WORD, "unit_line", width=10),
        Column("required", "必报（否，或必报的阶段）", FLAG_OR_TEXTS, lambda r: r.item.stages or (None if r.item.required else False),
               covers=("required", "stages"), width=16),
        Column("who", "谁填", width=22),
        Column("basis", "依据", width=40),
        Column("landscape", "横向", FLAG, width=8, choices=YES_NO),
        Column("repeat", "重复张数", NUMBER, width=10),
        Column("help", "填报说明（每行一条）", LINES, width=70),
    ),
)  # fmt: skip
BLOCKS = Sheet(
    "区块", Block, _blocks, frozen=2,
    about="每行一个区块：record 逐项填列，grid 固定行，list 由单位加行。", columns=(
        Column("form", "表代号", WORD, lambda r: r.form.id, width=16, choices="表.form", key_of_sheet=True, needed=True),
        Column("block", "区块代号", WORD, "id", width=22, key_of_sheet=True, needed=True),
        Column("kind", "种类", WORD, width=9, choices=tuple(k.value for k in BlockKind), key_of_sheet=True, needed=True),
        Column("label", "标题", width=34, needed=True),
        Column("note", "说明", width=40),
        Column("stub", "行名称的表头", width=16),
        Column("rows", "行数（list）", NUMBER, "capacity", width=12),
        Column("key", "识别各行的栏目", TEXTS, width=26),
        Column("lines", "每行印哪些栏目（record）", GRID, lambda r: () if default_lines(r.item) else r.item.lines,
               covers=("lines",), width=40),
    ),
)  # fmt: skip
FIELDS = Sheet(
    "栏目", Field, field_rows, frozen=3, about="每行一个栏目。多层表头写成“外层 | 内层”。", columns=(
        Column("block", "区块代号", WORD, lambda r: r.block.id, width=20, choices="区块.block", key_of_sheet=True, needed=True),
        Column("field", "栏目代号", WORD, lambda r: r.id, ("id",), 20, key_of_sheet=True, needed=True),
        Column("label", "标签", LABELS, lambda r: r.labels, ("labels",), 34, needed=True),
        Column("type", "类型", WORD, lambda r: r.type, ("type",), 11, (*(t.value for t in FieldType), TARGET), needed=True),
        Column("unit", "计量单位", WORD, lambda r: r.own("unit", r.unit), ("unit",), 10),
        Column("required", "必填（是，或条件）", FLAG_OR_TEXT, lambda r: r.own("required", r.item.required) or None,
               ("required",), 22),
        Column("formula", "公式", WORD, width=46),
        Column("check", "公式的规则", WORD, width=11),
        Column("lookup", "代码表", WORD, lambda r: r.own("lookup", r.lookup), ("lookup",), 20, "代码表目录.list"),
        Column("source", "取值来源栏目", WORD, width=20),
        Column("strict", "只许选取", FLAG, lambda r: None if r.item.strict else False, ("strict",), 10, YES_NO),
        Column("parent", "上级栏目", WORD, width=14),
        Column("pattern", "格式", PATTERNS, "patterns", width=16),
        Column("member_check", "取值的规则", WORD, width=11),
        Column("parent_check", "上下级的规则", WORD, width=12),
        Column("range_check", "范围的规则", WORD, width=11),
        Column("dash", "可填“--”", FLAG, lambda r: r.item.dash or None, ("dash",), 9, YES_NO),
        Column("blank", "空白当作", WORD, lambda r: "zero" if r.item.blank_is_zero else None, ("blank_is_zero",), 10, ("zero",)),
        Column("minimum", "最小值", NUMBER, width=10),
        Column("maximum", "最大值", NUMBER, width=10),
        Column("decimals", "小数位", NUMBER, lambda r: r.decimals, ("decimals",), 8),
        Column("max_length", "最多字数", NUMBER, width=10),
        Column("tolerance", "容差", NUMBER, width=8),
        Column("width", "列宽", NUMBER, lambda r: r.own("width", r.item.width), ("width",), 8),
        Column("help", "填报提示", width=60),
        Column("basis", "依据", width=30),
        Column("prefill", "预填（是，或上年的栏目）", FLAG_OR_TEXT, lambda r: r.prefill or None, ("prefill",), 14),
        Column("operators", "符号代码表（target）", WORD, lambda r: r.own("operators", None) if r.parts else None, (), 14),
        Column("units", "单位代码表（target）", WORD, lambda r: r.own("units", None) if r.parts else None, (), 14),
    ),
)  # fmt: skip
ROWS = Sheet(
    "行", Row, lambda s: (GridRow(form, block, row) for form in s.forms for block in form.blocks for row in block.rows),
    frozen=3, about="grid 的固定行；list 的合计行（行代号写 total）。", columns=(
        Column("block", "区块代号", WORD, lambda r: r.block.id, width=22, choices="区块.block", key_of_sheet=True, needed=True),
        Column("row", "行代号", WORD, "id", width=22, key_of_sheet=True, needed=True),
        Column("label", "行名称", width=34, needed=True),
        Column("role", "性质", WORD, lambda r: r.role, ("role",), 10, tuple(r.value for r in RowRole)),
        Column("indent", "缩进", NUMBER, width=7),
        Column("code", "编码", CODE, width=12),
        Column("total", "等于哪些行之和（grid）", TEXTS, lambda r: r.total, ("formulas",), 36),
        Column("fields", "合计哪些栏目（list）", TEXTS, lambda r: r.summed, ("formulas",), 36),
        Column("check", "合计的规则", WORD, lambda r: r.check, ("checks",), 11),
        Column("formulas", "其他公式（栏目 = 公式，每行一个）", PAIRS, lambda r: r.formulas, ("formulas",), 50),
        Column("checks", "其他公式的规则（栏目 = 规则）", PAIRS, lambda r: r.checks, ("checks",), 24),
        Column("closed", "不填的栏目", TEXTS, lambda r: r.closed, ("closed",), 24),
    ),
)  # fmt: skip
PREFILLS = Sheet(
    "预置", RowPrefill, lambda s: (InForm(f, b, one) for f in s.forms for b in f.blocks for one in b.prefill),
    about="发出的表中预先填好的各行（list）。", columns=(
        Column("block", "区块代号", WORD, lambda r: r.block.id, width=22, choices="区块.block", key_of_sheet=True, needed=True),
        Column("from", "来源区块", WORD, "source", width=22, choices="区块.block", needed=True),
        Column("year", "哪一年", WORD, lambda r: back(r.item), ("back",), 10, ("this", "last"), needed=True),
        Column("at", "阶段", TEXTS, "stages", width=16, needed=True),
        Column("fields", "栏目 = 来源栏目（每行一个）", PAIRS, width=44, needed=True),
        Column("open", "可以修改的栏目", TEXTS, lambda r: tuple(sorted(r.item.open)), ("open",), 36),
    ),
)  # fmt: skip
LISTS = Sheet(
    "代码表目录", CodeList, lambda suite: (Plain(one) for one in suite.lists.values()), about="每行一个代码表。", columns=(
        Column("list", "代码表代号", WORD, "id", width=24, needed=True),
        Column("label", "名称", width=34, needed=True),
        Column("open", "不完整（其他取值不算错）", FLAG, width=14, choices=YES_NO),
        Column("source", "出处", width=60),
    ),
)  # fmt: skip
ENTRIES = Sheet(
    "代码表", ListEntry, lambda s: (InList(one, entry) for one in s.lists.values() for entry in one.entries), frozen=2,
    about="每行一个条目。代码都是文本，开头的 0 不能少。", columns=(
        Column("list", "代码表代号", WORD, lambda r: r.code_list.id, width=24, choices="代码表目录.list", key_of_sheet=True, needed=True),
        Column("value", "条目", CODE, width=36, needed=True),
        Column("code", "代码", CODE, width=14),
        Column("parent", "上级条目", CODE, width=24),
        Column("aliases", "其他写法", TEXTS, width=30),
        Column("note", "说明", width=40),
        Column("years", "年度", YEARS, width=12),
        Column("source", "出处", width=40),
        Column("confidence", "可信度", WORD, width=9, choices=CONFIDENCE),
    ),
)  # fmt: skip
RULES = Sheet(
    "规则", Rule, _rules, frozen=2, about="每行一条规则；分级的规则不写“条件”，分别写各级的条件。", columns=(
        Column("file", "文件", WORD, lambda r: r.file, width=12, key_of_sheet=True),
        Column("code", "规则代码", WORD, width=10, needed=True),
        Column("kind", "种类", WORD, lambda r: None if r.item.kind is RuleKind.EXPRESSION else r.item.kind.value, ("kind",),
               12, tuple(k.value for k in RuleKind)),
        Column("severity", "级别", WORD, lambda r: severity(r.item), ("severity",), 10, tuple(s.value for s in Severity)),
        Column("statement", "说明（应当怎样）", width=44, needed=True),
        Column("rule", "条件", WORD, lambda r: single(r.item), ("levels",), 56),
        *(Column(f"levels.{s.value}", f"{name}级的条件", LINES, _graded(s), ("levels",), 30)
          for s, name in zip(Severity, ("错误", "警告", "提示"), strict=True)),
        Column("action", "怎样改", width=44, needed=True),
        Column("why", "为什么", width=44),
        Column("statement_en", "英文说明", width=40),
        Column("tolerance", "容差", NUMBER, width=8),
        Column("places", "标出的单元格", TEXTS, width=30),
        Column("parameters", "参数（取值见“参数”表）", TEXTS, lambda r: tuple(r.item.parameters), ("parameters",), 24),
        Column("lists", "用到的代码表", TEXTS, width=20),
        Column("years", "年度", YEARS, width=12),
        Column("beta", "试行", FLAG, width=8, choices=YES_NO),
    ),
)  # fmt: skip
CASES = Sheet(
    "样例", Case, lambda suite: (OfRule(rule, case) for rule in suite.rules for case in rule.cases), frozen=1,
    about="规则的样例：填这些数据，应得这个结论。", columns=(
        Column("rule", "规则代码", WORD, lambda r: r.rule.code, width=10, choices="规则.code", key_of_sheet=True, needed=True),
        Column("data", "数据（每行“单元格: 值”）", DATA, lambda r: r.data, ("data",), 70),
        Column("prior", "上年数据", DATA, lambda r: r.item.prior, ("prior",), 40),
        Column("verdict", "结论", WORD, width=15, choices=("pass", "fail", "not_executable"), needed=True),
        Column("why", "说明", width=44),
    ),
)  # fmt: skip

SHEETS = (SUITE, PARAMETERS, FORMS, BLOCKS, FIELDS, ROWS, PREFILLS, LISTS, ENTRIES, RULES, CASES)
GUIDE = "说明"

ELSEWHERE: dict[tuple[type, str], str] = {
    (Suite, "forms"): "sheet 表",
    (Suite, "lists"): "sheet 代码表目录",
    (Suite, "rules"): "sheet 规则",
    (Suite, "parameters"): "sheet 参数",
    (Suite, "style"): "the house style lies beside the suite's folder, for all suites there",
    (Suite, "edition"): "the hash of the content",
    (Form, "blocks"): "sheet 区块",
    (Block, "fields"): "sheet 栏目",
    (Block, "rows"): "sheet 行",
    (Block, "prefill"): "sheet 预置",
    (CodeList, "entries"): "sheet 代码表",
    (Rule, "cases"): "sheet 样例",
    (Rule, "source"): "where it was written; the column 文件 keeps the file",
    (Rule, "off"): "set by the bureau's settings, never by a definition",
}
"""What stands in no column of its class's own sheet, and why."""
