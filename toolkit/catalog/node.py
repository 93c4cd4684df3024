"""A YAML document with the place of every value, read strictly: each fault is noted and reading goes on.

A getter that meets a fault notes it in ``problems`` and returns an empty value of its type, so that one
run tells the author everything that is wrong.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml

from toolkit.model.errors import Source, SuiteError

Problems = list[tuple[Source | None, str]]

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset({f"{_TAG}str", f"{_TAG}value"})  # YAML 1.1 gives a plain = a type of its own
_NAMES = {
    "map": "键值对",
    "seq": "列表",
    "str": "文本",
    "int": "数字",
    "float": "数字",
    "bool": "true/false",
    "null": "空值",
    "timestamp": "日期",
}


def near(word: str, known: Collection[str]) -> str:
    """The end of a complaint about an unknown ``word``: what was likely meant, and all there is."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    guess = f"，是否为“{close[0]}”？" if close else "。"
    listing = "、".join(sorted(known)[:40]) or "（无）"
    return f"{guess}可用：{listing}"


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a definition file. ``file`` is the name shown to the author."""

    raw: yaml.Node
    file: str
    problems: Problems

    @property
    def source(self) -> Source:
        mark = self.raw.start_mark
        return Source(self.file, mark.line + 1, mark.column + 1)

    def fault(self, what: str) -> None:
        """Note that something is wrong here."""
        self.problems.append((self.source, what))

    @property
    def is_map(self) -> bool:
        return isinstance(self.raw, yaml.MappingNode)

    @property
    def is_seq(self) -> bool:
        return isinstance(self.raw, yaml.SequenceNode)

    @property
    def kind(self) -> str:
        """str, int, float, bool, null, timestamp, map or seq."""
        if self.is_map or self.is_seq:
            return "map" if self.is_map else "seq"
        return "str" if self.raw.tag in _TEXT_TAGS else self.raw.tag.removeprefix(_TAG)

    def _wanted(self, what: str) -> None:
        hint = "（请加引号）" if what == "文本" and self.kind in {"int", "float", "bool", "timestamp"} else ""
        self.fault(f"此处应为{what}，实为{_NAMES.get(self.kind, self.kind)}{hint}")

    def mapping(self, known: Collection[str] | None = None) -> dict[str, Node]:
        """Keys and values in the order written. A key twice, or one not ``known``, is a fault."""
        if not isinstance(self.raw, yaml.MappingNode):
            self._wanted("键值对")
            return {}
        found: dict[str, Node] = {}
        for key, value in self.raw.value:
            at = Node(key, self.file, self.problems)
            if not isinstance(key, yaml.ScalarNode):
                at._wanted("文本")
                continue
            name = str(key.value)
            if name in found:
                at.fault(f"键“{name}”重复")
            elif known is not None and name not in known:
                at.fault(f"未知的键“{name}”{near(name, known)}")
            else:
                found[name] = Node(value, self.file, self.problems)
        return found

    def items(self) -> list[Node]:
        if not isinstance(self.raw, yaml.SequenceNode):
            self._wanted("列表")
            return []
        return [Node(n, self.file, self.problems) for n in self.raw.value]

    def text(self) -> str:
        if self.kind != "str":
            self._wanted("文本")
            return ""
        return str(self.raw.value)

    def texts(self) -> tuple[str, ...]:
        """One text, or a list of texts."""
        return tuple(n.text() for n in self.items()) if self.is_seq else (self.text(),)

    def flag(self) -> bool:
        if self.kind != "bool":
            self._wanted("true 或 false")
            return False
        return str(self.raw.value).lower() in {"true", "yes", "on"}

    def number(self) -> Decimal:
        if self.kind not in {"int", "float"} or not _NUMBER.fullmatch(str(self.raw.value)):
            self._wanted("数字")
            return Decimal(0)
        return Decimal(str(self.raw.value))

    def integer(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        number = self.number()
        if number != number.to_integral_value() or not low <= number <= high:
            self.fault(f"应为 {low} 至 {high} 的整数，实为 {number}")
            return low
        return int(number)

    def choice(self, known: Collection[str]) -> str:
        """One of ``known``, or "" with a fault."""
        word = self.text()
        if word in known:
            return word
        if word:
            self.fault(f"未知的取值“{word}”{near(word, known)}")
        return ""

    def value(self) -> object:
        """Whatever stands here: text, Decimal, bool, date, None, list or dict."""
        getters: dict[str, Callable[[], object]] = {
            "map": lambda: {k: v.value() for k, v in self.mapping().items()},
            "seq": lambda: [n.value() for n in self.items()],
            "null": lambda: None,
            "bool": self.flag,
            "int": self.number,
            "float": self.number,
            "timestamp": self._date,
        }
        return getters.get(self.kind, self.text)()

    def _date(self) -> datetime.date | None:
        try:
            return datetime.date.fromisoformat(str(self.raw.value))
        except ValueError:
            self._wanted("日期（年-月-日）")
            return None


def read_yaml(path: Path, shown: str, problems: Problems) -> Node | None:
    """The document in ``path``, or None with the fault noted. ``shown`` is its name in messages."""
    try:
        raw = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except UnicodeDecodeError:
        problems.append((Source(shown, 1, 1), "文件不是 UTF-8 编码"))
        return None
    except OSError as error:
        problems.append((Source(shown, 1, 1), f"文件无法读取：{error.strerror}"))
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = Source(shown, mark.line + 1, mark.column + 1) if mark else Source(shown, 1, 1)
        problems.append((where, f"不是有效的 YAML：{error.problem}"))
        return None
    except yaml.YAMLError as error:
        problems.append((Source(shown, 1, 1), f"不是有效的 YAML：{error}"))
        return None
    if raw is None:
        problems.append((Source(shown, 1, 1), "文件为空"))
        return None
    return Node(raw, shown, problems)


def raise_if_any(problems: Problems) -> None:
    """Raises SuiteError with every problem, in the order of files and lines."""
    if problems:
        once = list(dict.fromkeys(problems))
        raise SuiteError(sorted(once, key=lambda p: (p[0].file, p[0].line, p[0].column) if p[0] else ("", 0, 0)))
