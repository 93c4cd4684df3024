"""Data files: a unit's data as YAML or JSON, as ``fill`` reads and ``extract`` writes it.

::

    suite: hebei-2021
    unit: {code: "102", name: 办公室}
    region: 唐山高新区
    year: 2021
    stage: 批复
    forms:
      finance:
        income: {general: {this_year: "3700.07"}}     # grid: row → field → value
        finance_statements: {has_gov_fund: 否}          # record: field → value
      projects:
        projects: {total: {budget: "190"}, rows: [{code: …, fiscal: "190"}]}   # list; rows alone may be a plain list
      target: [{target: {…}, indicators: [{…}]}]        # repeated form: a list of instances

Numbers are exact decimals in the field's unit. A blank is left out (or null); ``{}`` keeps the place of an
empty row or instance. A number cell may hold one of ``MARKS`` in place of a number.

A target (``target_op``, ``target_value``, ``target_unit``) may be given as one text: ``target: "≥95%"``. It is
read as ``toolkit.model.target`` says; ``extract`` writes the three.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import yaml

from toolkit.catalog.node import near
from toolkit.model.errors import DataError
from toolkit.model.fact import Identity, Key, UnitData, Value
from toolkit.model.form import STAGES, Block, BlockKind, Field, FieldType, Form, Suite
from toolkit.model.money import in_range, normal, plain
from toolkit.model.target import TargetError, parse_target

MARKS = frozenset({"--", "- -", "—", "不适用", "涉密"})
"""What may stand in a number or date cell in place of a value: not applicable, or classified."""

_KEYS = ("suite", "unit", "region", "year", "stage", "forms")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
MOST_INSTANCES = 99
TEXT_LIMIT = 32767
_DIGITS = 15


def read_data(path: Path, suite_by_id: Callable[[str], Suite]) -> UnitData:
    """The data in ``path``. Raises DataError that names the file, the place in it, and what is known there."""
    return _Reader(path.name).read(_load(path), suite_by_id)


def write_data(data: UnitData, path: Path, suite: Suite) -> None:
    """Write ``data`` so that ``read_data`` gives it back equal; JSON where the name ends in .json, else YAML."""
    path.write_text(data_text(data, suite, as_json=path.suffix == ".json"), encoding="utf-8", newline="\n")


def data_text(data: UnitData, suite: Suite, *, as_json: bool = False) -> str:
    """The text of a data file, in the order of the suite's forms, rows and fields.

    Raises DataError for a value that belongs to no cell of the suite.
    """
    identity, cells = data.identity, _cells(data)
    for key in cells:
        block = suite.blocks.get(key.block)
        if block is None or key.field not in block.by_id or not block.has_cell(key.row, key.field):
            raise DataError(f"套表 {suite.id} 没有单元格 {'/'.join(key)}")
    document = {
        "suite": data.suite,
        "unit": {"code": identity.unit, "name": identity.unit_name},
        "region": identity.region,
        "year": identity.year,
        "stage": identity.stage,
        "forms": {form.id: body for form in suite.forms if (body := _form_body(form, cells))},
    }
    if as_json:
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    return yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10_000)


def _cells(data: UnitData) -> dict[Key, str]:
    """Every cell that is not blank, as printed in a data file."""
    return {k: _print(v) for k, v in data.values.items() if v is not None} | dict(data.marks)


def _print(value: Value) -> str:
    return plain(normal(value)) if isinstance(value, Decimal) else str(value)


def _form_body(form: Form, cells: Mapping[Key, str]) -> Any:
    mine = {k: v for k, v in cells.items() if k.block in form.by_id}
    if not form.repeat:
        return _instance_body(form, "", mine)
    last = max((int(k.instance) for k in mine), default=0)
    return [_instance_body(form, f"{n:02d}", mine) for n in range(1, last + 1)]


def _instance_body(form: Form, instance: str, cells: Mapping[Key, str]) -> dict[str, Any]:
    return {b.id: body for b in form.blocks if (body := _block_body(b, instance, cells))}


def _block_body(block: Block, instance: str, cells: Mapping[Key, str]) -> Any:
    def row(row_id: str) -> dict[str, str]:
        keys = ((f.id, Key(block.id, instance, row_id, f.id)) for f in block.fields)
        return {name: cells[key] for name, key in keys if key in cells}

    if block.kind is BlockKind.RECORD:
        return row("")
    fixed = {r.id: body for r in block.rows if (body := row(r.id))}
    if block.kind is BlockKind.GRID:
        return fixed
    own = [k.row for k in cells if k.block == block.id and k.instance == instance and k.row not in block.rows_by_id]
    rows = [row(f"{n:03d}") for n in range(1, max(map(int, own), default=0) + 1)]
    return {**fixed, "rows": rows} if fixed else rows


def _load(path: Path) -> Any:
    """The document as mappings, lists, texts and None: numbers stay as they are written."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".json":
            return json.loads(text, parse_int=str, parse_float=str, object_pairs_hook=_once)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except OSError as error:
        raise DataError(f"{path.name}：文件无法读取：{error.strerror}") from error
    except (ValueError, yaml.YAMLError) as error:
        raise DataError(f"{path.name}：不是有效的数据文件：{error}") from error
    return _plain(node, path.name) if node is not None else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [k for k, _ in pairs]
    twice = next((k for k in keys if keys.count(k) > 1), None)
    if twice is not None:
        raise ValueError(f"键“{twice}”重复")
    return dict(pairs)


def _plain(node: yaml.Node, file: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in found:
                raise DataError(f"{file}:{key.start_mark.line + 1}：键“{key.value}”重复或不是文本")
            found[key.value] = _plain(value, file)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(n, file) for n in node.value]
    return None if node.tag == "tag:yaml.org,2002:null" else node.value


def _targets(fields: list[str]) -> dict[str, tuple[str, ...]]:
    """The composite targets among ``fields``: ``target`` → its three fields."""
    stems = [f.removesuffix("_op") for f in fields if f.endswith("_op")]
    parts = {stem: tuple(f"{stem}_{part}" for part in ("op", "value", "unit")) for stem in stems}
    return {stem: three for stem, three in parts.items() if set(three) <= set(fields) and stem not in fields}


class _Reader:
    """Walks a document beside the suite; ``path`` in messages is the way through the document."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.values: dict[Key, Value] = {}
        self.marks: dict[Key, str] = {}
        self.unread: list[str] = []  # targets in one text that say no target: all are told at once

    def read(self, document: Any, suite_by_id: Callable[[str], Suite]) -> UnitData:
        top = self.mapping(document, "", _KEYS)
        missing = [k for k in _KEYS if top.get(k) is None]
        if missing:
            self.fault("", f"缺少：{'、'.join(missing)}")
        suite = suite_by_id(self.text(top["suite"], "suite"))
        for form_id, body in self.mapping(top["forms"], "forms", [f.id for f in suite.forms]).items():
            self.form(suite.forms_by_id[form_id], body, f"forms.{form_id}")
        if self.unread:
            raise DataError("\n".join(self.unread))
        return UnitData(suite.id, self.identity(top, suite), self.values, self.marks)

    def identity(self, top: dict[str, Any], suite: Suite) -> Identity:
        unit = self.mapping(top["unit"], "unit", ("code", "name"))
        year, stage = self.text(top["year"], "year"), self.text(top["stage"], "stage")
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            self.fault("year", f"年度应为四位年份，实为“{year}”")
        if stage not in STAGES:
            self.fault("stage", f"未知的阶段“{stage}”{near(stage, STAGES)}")
        return Identity(
            region=self.text(top["region"], "region"),
            year=int(year),
            stage=stage,
            unit=self.text(unit.get("code"), "unit.code"),
            unit_name=self.text(unit.get("name"), "unit.name"),
            edition=suite.edition,
            suite=suite.id,
        )

    def form(self, form: Form, body: Any, path: str) -> None:
        if not form.repeat:
            self.blocks(form, "", body, path)
            return
        instances = self.items(body, path)
        if len(instances) > MOST_INSTANCES:
            self.fault(path, f"有 {len(instances)} 张，最多 {MOST_INSTANCES} 张")
        for number, each in enumerate(instances, start=1):
            self.blocks(form, f"{number:02d}", each, f"{path}[{number}]")

    def blocks(self, form: Form, instance: str, body: Any, path: str) -> None:
        for block_id, content in self.mapping(body, path, form.by_id).items():
            block, at = form.by_id[block_id], f"{path}.{block_id}"
            if block.kind is BlockKind.RECORD:
                self.row(block, instance, "", content, at)
            elif block.kind is BlockKind.GRID:
                self.fixed_rows(block, instance, content, at, ())
            else:
                self.list_rows(block, instance, content, at)

    def fixed_rows(self, block: Block, instance: str, content: Any, path: str, more: tuple[str, ...]) -> None:
        for row_id, cells in self.mapping(content, path, (*block.rows_by_id, *more)).items():
            if row_id not in more:
                self.row(block, instance, row_id, cells, f"{path}.{row_id}")

    def list_rows(self, block: Block, instance: str, content: Any, path: str) -> None:
        if isinstance(content, dict):
            self.fixed_rows(block, instance, content, path, ("rows",))
            content, path = content.get("rows", []), f"{path}.rows"
        rows = self.items(content, path)
        if len(rows) > block.capacity:
            self.fault(path, f"有 {len(rows)} 行，“{block.label}”最多 {block.capacity} 行")
        for number, cells in enumerate(rows, start=1):
            self.row(block, instance, f"{number:03d}", cells, f"{path}[{number}]")

    def row(self, block: Block, instance: str, row_id: str, cells: Any, path: str) -> None:
        open_fields = [f.id for f in block.fields if block.has_cell(row_id, f.id)]
        targets = _targets(open_fields)
        given = self.mapping(cells, path, [*open_fields, *targets])
        for name, written in given.items():
            if written is None or written == "":
                continue
            key, at = Key(block.id, instance, row_id, name), f"{path}.{name}"
            if name not in targets:
                self.value(key, block.by_id[name], self.text(written, at), at)
                continue
            twice = [part for part in targets[name] if given.get(part)]
            if twice:
                self.fault(at, f"指标值已写成一栏，不能再写 {'、'.join(twice)}")
            self.target(key, targets[name], self.text(written, at), f"{at}：“{block.label}”")

    def target(self, key: Key, parts: tuple[str, ...], written: str, path: str) -> None:
        """A target in one text; what is no target, or has no sign, is noted with its row and field."""
        op, value, unit = (key._replace(field=part) for part in parts)
        if written in MARKS:
            self.marks[value] = written
            return
        row = f"第 {int(key.row)} 行" if key.row.isdigit() else ""
        try:
            found = parse_target(written)
        except TargetError as error:
            self.unread.append(f"{self.file}：{path}{row}：{error}")
            return
        if not found.op:
            lacking = f"“{written}”没有符号，请写明 ≥、＞、＝、＜、≤ 之一，或分 {'、'.join(parts)} 三栏填写"
            self.unread.append(f"{self.file}：{path}{row}：{lacking}")
            return
        said: dict[Key, Value] = {op: found.op, value: found.value, unit: found.unit or None}
        self.values |= {k: v for k, v in said.items() if v is not None}

    def value(self, key: Key, f: Field, written: str, path: str) -> None:
        if (f.type.is_number or f.type is FieldType.DATE) and written in MARKS:
            self.marks[key] = written
        elif f.type.is_number:
            self.values[key] = self.number(f, written, path)
        elif f.type is FieldType.DATE:
            self.values[key] = self.date(written, path)
        else:
            if len(written) > TEXT_LIMIT:
                self.fault(path, f"文本有 {len(written)} 个字符，单元格最多 {TEXT_LIMIT} 个")
            self.values[key] = written

    def number(self, f: Field, written: str, path: str) -> Decimal:
        if not _NUMBER.fullmatch(written) or not written.isascii():
            self.fault(path, f"“{f.label}”应为数值（只写数字，不带单位），实为“{written}”")
        value = Decimal(written)
        exact = normal(value)
        if exact != value or not in_range(value) or len(exact.as_tuple().digits) > _DIGITS:
            self.fault(path, f"“{f.label}”的数值 {written} 超出范围：最多 6 位小数、{_DIGITS} 位有效数字")
        return exact or Decimal(0)  # never −0

    def date(self, written: str, path: str) -> datetime.date:
        try:
            return datetime.date.fromisoformat(written)
        except ValueError:
            self.fault(path, f"日期应写为 年-月-日（如 2021-01-31），实为“{written}”")

    def mapping(self, data: Any, path: str, known: Any) -> dict[str, Any]:
        if data is None:
            return {}
        if not isinstance(data, dict):
            self.fault(path, "此处应为键值对")
        unknown = next((k for k in data if k not in known), None)
        if unknown is not None:
            self.fault(path, f"没有“{unknown}”{near(unknown, known)}")
        return data

    def items(self, data: Any, path: str) -> list[Any]:
        if data is None:
            return []
        if not isinstance(data, list):
            self.fault(path, "此处应为列表")
        return list(data)

    def text(self, data: Any, path: str) -> str:
        if not isinstance(data, str) or not data:
            self.fault(path, "此处应为文本或数值")
        return str(data)

    def fault(self, path: str, what: str) -> NoReturn:
        raise DataError(f"{self.file}：{path}：{what}" if path else f"{self.file}：{what}")
