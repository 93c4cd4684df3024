"""How a value of the definitions stands in one cell, and how the cell is read back.

Every cell is text. A kind writes what the model holds, and reads a tree as the definition file has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from toolkit.authoring.faults import At, Faults
from toolkit.catalog.written import Keyed, Leaf, Listed, Tree, tree_in, tree_of, yaml_text

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_YEARS = re.compile(r"(\d{4})?\s*[-－—~～]\s*(\d{4})?")
_BAR = re.compile(r"(?<!\\)[|｜]")
_PAIR = re.compile(r"\s*([^\s=＝]+)\s*[=＝]\s*(.*)", re.DOTALL)
_LINE_END = "↵"
_WORDS = {"是": "true", "否": "false", "true": "true", "false": "false"}

Reader = Callable[[str, At, Faults], Tree | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to write a value. ``numbers``: what a cell that holds a number may stand for.

    exact: the number itself; whole: a text of digits, where the number is a plain whole one; "": nothing (a code
    typed as a number has lost its leading zeros).
    """

    write: Callable[[Any], str]
    read: Reader
    numbers: str = "whole"


def joined(texts: Any) -> str:
    """``a | b``; a bar inside a text is written ``\\|``."""
    return " | ".join(re.sub(r"([|｜])", r"\\\1", str(text)) for text in texts)


def parted(text: str) -> list[str]:
    """The inverse of ``joined``."""
    return [re.sub(r"\\([|｜])", r"\1", part.strip()) for part in _BAR.split(text) if part.strip()]


def lined(texts: Any) -> str:
    """One text a line; a line end inside a text is written ``↵``."""
    return "\n".join(str(text).replace("\n", _LINE_END) for text in texts)


def lines(text: str) -> list[str]:
    """The inverse of ``lined``; empty lines do not count."""
    return [line.replace(_LINE_END, "\n") for line in text.split("\n") if line.strip()]


def _text(text: str, at: At, _: Faults) -> Tree:
    return Leaf(text, at)


def _word(text: str, at: At, _: Faults) -> Tree:
    return Leaf(text.strip(), at)


def _number(text: str, at: At, _: Faults) -> Tree:
    """What is no number is left to the reader of definitions to refuse."""
    return Leaf(text.strip(), at, typed=_NUMBER.fullmatch(text.strip()) is not None)


def _flag(text: str, at: At, faults: Faults) -> Tree | None:
    flag = _WORDS.get(text.strip().lower())
    if flag is None:
        faults.append((at, f"应填“是”或“否”，实为“{text.strip()}”"))
        return None
    return Leaf(flag, at, typed=True)


def _flag_or_text(text: str, at: At, _: Faults) -> Tree:
    flag = _WORDS.get(text.strip().lower())
    return Leaf(flag, at, typed=True) if flag else Leaf(text.strip(), at)


def _flag_or_texts(text: str, at: At, _: Faults) -> Tree:
    flag = _WORDS.get(text.strip().lower())
    return Leaf(flag, at, typed=True) if flag else _texts(text, at, _)


def _texts(text: str, at: At, _: Faults) -> Tree:
    return Listed(tuple(Leaf(part, at) for part in parted(text)), at)


def _one_or_texts(text: str, at: At, _: Faults) -> Tree:
    parts = parted(text)
    return Leaf(parts[0], at) if len(parts) == 1 else _texts(text, at, _)


def _lines(text: str, at: At, _: Faults) -> Tree:
    return Listed(tuple(Leaf(line, at) for line in lines(text)), at, inline=False)


def _grid(text: str, at: At, faults: Faults) -> Tree:
    return Listed(tuple(_texts(line, at, faults) for line in lines(text)), at)


def _pairs(text: str, at: At, faults: Faults) -> Tree:
    pairs = []
    for line in lines(text):
        found = _PAIR.fullmatch(line)
        if found is None:
            faults.append((at, f"每行应写“代号 = 内容”，实为“{line}”"))
            continue
        pairs.append((Leaf(found[1], at), Leaf(found[2], at)))
    return Keyed(tuple(pairs), at, inline=True)


def _years(text: str, at: At, faults: Faults) -> Tree | None:
    found = _YEARS.fullmatch(text.strip())
    if found is None:
        faults.append((at, f"年度“{text.strip()}”应形如 2014-2022、2023- 或 -2020"))
        return None
    return Listed(tuple(Leaf(year or "null", at, typed=True) for year in found.groups()), at)


def _data(text: str, at: At, faults: Faults) -> Tree | None:
    try:
        return tree_in(text, at)
    except ValueError as error:
        faults.append((at, f"每行应写“单元格: 值”；{error}"))
        return None


def _written_number(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value).removesuffix(".0")


def _written_flag(value: Any) -> str:
    return "是" if value is True else "否" if value is False else str(value)


def _written_data(data: Mapping[str, object]) -> str:
    made = tree_of(data)
    if not isinstance(made, Keyed) or not made.items:
        return "{}"
    rows = tuple((k, Listed(v.items, inline=False) if isinstance(v, Listed) and v.items else v) for k, v in made.items)
    return yaml_text(Keyed(rows)).rstrip("\n")


TEXT = Kind(str, _text)
CODE = Kind(str, _text, numbers="")
WORD = Kind(str, _word, numbers="")
NUMBER = Kind(_written_number, _number, numbers="exact")
FLAG = Kind(_written_flag, _flag)
FLAG_OR_TEXT = Kind(_written_flag, _flag_or_text)
FLAG_OR_TEXTS = Kind(lambda v: joined(v) if isinstance(v, tuple) else _written_flag(v), _flag_or_texts)
TEXTS = Kind(joined, _texts, numbers="")
LABELS = Kind(joined, _one_or_texts)
PATTERNS = Kind(joined, _one_or_texts, numbers="")
LINES = Kind(lined, _lines)
GRID = Kind(lambda rows: lined(joined(row) for row in rows), _grid)
PAIRS = Kind(lambda pairs: lined(f"{k} = {v}" for k, v in pairs.items()), _pairs, numbers="")
YEARS = Kind(lambda years: "-".join(str(y or "") for y in years), _years)
DATA = Kind(_written_data, _data, numbers="")

FLAGS = (FLAG, FLAG_OR_TEXT, FLAG_OR_TEXTS)
"""Where a cell may also hold TRUE or FALSE."""
