"""Definitions that were made elsewhere (a workbook) as YAML text, with the place every value of it came from.

A tree of ``Leaf``, ``Listed`` and ``Keyed`` becomes text as an author would write it. The readers of this room read
that text as any other; ``places`` leads from what they complain about back to where the value was taken from.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from toolkit.catalog.node import Node
from toolkit.model.errors import Source

WIDTH = 150
"""Characters of what is written on one line in braces or brackets."""

MOST_DEPTH = 12
_TEXT = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:value"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar. ``typed``: YAML tells by its looks what it is (number, true, null, date); otherwise it is text."""

    text: str
    at: Source | None = None
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A list; on one line where it fits and ``inline`` says so."""

    items: tuple[Tree, ...]
    at: Source | None = None
    inline: bool = True


@dataclass(frozen=True, slots=True)
class Keyed:
    """Keys and values in order. A key may stand twice: that is for the readers to complain about."""

    items: tuple[tuple[Leaf, Tree], ...]
    at: Source | None = None
    inline: bool = False


Tree = Leaf | Listed | Keyed


def tree_of(value: object) -> Tree:
    """The tree of a plain value as ``Node.value`` gives it (text, Decimal, bool, date, None, list, mapping)."""
    match value:
        case Mapping():
            return Keyed(tuple((Leaf(str(k)), tree_of(v)) for k, v in value.items()), inline=True)
        case list() | tuple():
            return Listed(tuple(tree_of(v) for v in value))
        case bool() | None:
            return Leaf({True: "true", False: "false", None: "null"}[value], typed=True)
        case Decimal() | datetime.date():
            return Leaf(format(value, "f") if isinstance(value, Decimal) else value.isoformat(), typed=True)
        case _:
            return Leaf(str(value))


def tree_in(text: str, at: Source | None) -> Tree:
    """The tree of YAML ``text``, all of it from one place. Raises ValueError with what is wrong."""
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > MOST_DEPTH:
                raise ValueError("不得使用 YAML 的引用（*），层次也不得过深")
        raw = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(f"不是有效的 YAML：{getattr(error, 'problem', None) or error}") from error
    if raw is None:
        raise ValueError("没有内容")
    return _taken(raw, at)


def _taken(raw: yaml.Node, at: Source | None) -> Tree:
    if isinstance(raw, yaml.MappingNode):
        keyed = ((Leaf(str(getattr(k, "value", "")), at), _taken(v, at)) for k, v in raw.value)
        return Keyed(tuple(keyed), at, inline=True)
    if isinstance(raw, yaml.SequenceNode):
        return Listed(tuple(_taken(n, at) for n in raw.value), at)
    return Leaf(str(raw.value), at, typed=raw.tag not in _TEXT)


class _Dumper(yaml.SafeDumper):
    """Lists are indented under their key, as in the shipped suites."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def yaml_text(tree: Tree) -> str:
    """The tree as YAML; a top-level list with a blank line between its entries."""
    text = _dumped(_raw(tree))
    return text.replace("\n- ", "\n\n- ") if isinstance(tree, Listed) and "|+" not in text else text


def _dumped(raw: yaml.Node) -> str:
    made: str = yaml.serialize(raw, Dumper=_Dumper, allow_unicode=True, width=10**9)
    return made.removesuffix("...\n")


def _raw(tree: Tree) -> yaml.Node:
    if isinstance(tree, Leaf):
        tag = _typed_tag(tree.text) if tree.typed else "tag:yaml.org,2002:str"
        return yaml.ScalarNode(tag, tree.text, style="|" if "\n" in tree.text else None)
    made: yaml.Node
    if isinstance(tree, Listed):
        made = yaml.SequenceNode("tag:yaml.org,2002:seq", [_raw(one) for one in tree.items], flow_style=True)
    else:
        pairs = [(_raw(key), _raw(value)) for key, value in tree.items]
        made = yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=True)
    made.flow_style = not tree.items or (tree.inline and _fits(made))
    return made


def _typed_tag(text: str) -> str:
    """What YAML takes a plain scalar for."""
    resolver: Any = yaml.SafeLoader("")
    return str(resolver.resolve(yaml.ScalarNode, text, (True, False)))


def _fits(made: yaml.Node) -> bool:
    text = _dumped(made)
    return text.count("\n") == 1 and len(text) <= WIDTH


def node_of(tree: Tree, file: str, problems: list[tuple[Source | None, str]]) -> Node:
    """The tree as the readers of definitions take it."""
    return Node(_composed(yaml_text(tree)), file, problems)


def places(tree: Tree, text: str, file: str) -> dict[Source, Source]:
    """Place in ``text`` (the tree's own, written to ``file``) → where what stands there was taken from."""
    found: dict[Source, Source] = {}
    _walk(tree, _composed(text), file, found)
    return found


def _composed(text: str) -> yaml.Node:
    """The nodes of a text that ``yaml_text`` made."""
    made = yaml.compose(text, Loader=yaml.CSafeLoader)
    if made is None:
        raise ValueError("no document")
    return made


def _walk(tree: Tree, raw: yaml.Node, file: str, found: dict[Source, Source]) -> None:
    if tree.at is not None:  # what stands around begins where its first part does: the whole comes first
        found.setdefault(Source(file, raw.start_mark.line + 1, raw.start_mark.column + 1), tree.at)
    if isinstance(tree, Listed):
        for one, inner in zip(tree.items, raw.value, strict=True):
            _walk(one, inner, file, found)
    elif isinstance(tree, Keyed):
        for (key, value), (raw_key, inner) in zip(tree.items, raw.value, strict=True):
            _walk(key, raw_key, file, found)
            _walk(value, inner, file, found)
