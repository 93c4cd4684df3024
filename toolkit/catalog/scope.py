"""The catalogue of rules that a suite answers to: every code with its title, and what is out of scope and why.

``catalogue.csv`` (code, title) and ``out_of_scope.yaml`` (``- {code, reason}``) stand beside a ``suite.yaml``; a
suite that extends another has that one's. A suite without them answers to no catalogue.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from toolkit.catalog.node import Node, Problems, near, raise_if_any, read_yaml
from toolkit.catalog.suite import catalog_root, load_suite
from toolkit.model.errors import Source
from toolkit.model.form import Suite

CATALOGUE = "catalogue.csv"
OUT_OF_SCOPE = "out_of_scope.yaml"
_HEADER = ["code", "title"]


@dataclass(frozen=True)
class Scope:
    """``titles``: every code of the catalogue, in its order; ``reasons``: of those that no rule answers, why."""

    titles: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)

    def missing(self, suite: Suite) -> list[str]:
        """Codes that are neither rules of the suite nor out of scope."""
        return [code for code in self.titles if code not in suite.rules_by_code and code not in self.reasons]

    def beyond(self, suite: Suite) -> list[str]:
        """Rules of the suite that the catalogue does not know."""
        return [rule.code for rule in suite.rules if rule.code not in self.titles]


@lru_cache(maxsize=32)
def load_scope(suite_id: str, root: Path | None = None) -> Scope:
    """The scope of a shipped suite, or of one in the folder ``root``.

    Raises SuiteError that lists every fault: a code unknown, twice, or out of scope although it is a rule.
    """
    problems: Problems = []
    titles: dict[str, str] = {}
    reasons: dict[str, Node] = {}
    for folder in _folders(root or catalog_root(), suite_id, problems):
        if (folder / CATALOGUE).is_file():
            titles = _titles(folder / CATALOGUE, f"{folder.name}/{CATALOGUE}", problems)
        if (folder / OUT_OF_SCOPE).is_file():
            reasons |= _reasons(folder / OUT_OF_SCOPE, f"{folder.name}/{OUT_OF_SCOPE}", problems)
    known = load_suite((root or catalog_root()) / suite_id).rules_by_code
    for code, node in reasons.items():
        if code not in titles:
            node.fault(f"目录中没有规则“{code}”{near(code, titles)}")
        elif code in known:
            node.fault(f"“{code}”是套表中的规则，不能又列为不在检查范围")
    raise_if_any(problems)
    return Scope(titles, {code: reasons[code].text() for code in titles if code in reasons})


def _folders(root: Path, suite_id: str, problems: Problems) -> list[Path]:
    """The suites' folders from the one that extends nothing to this one. The suite itself was found sound before."""
    folder = next(f for f in (root / suite_id, catalog_root() / suite_id) if (f / "suite.yaml").is_file())
    node = read_yaml(folder / "suite.yaml", f"{suite_id}/suite.yaml", problems)
    keys = node.mapping() if node is not None else {}
    base = keys["extends"].text() if "extends" in keys and keys["extends"].kind != "null" else ""
    return [*(_folders(root, base, problems) if base else ()), folder]


def _titles(path: Path, shown: str, problems: Problems) -> dict[str, str]:
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    if not rows or rows[0] != _HEADER:
        problems.append((Source(shown, 1, 1), f"首行应为 {','.join(_HEADER)}"))
        return {}
    found: dict[str, str] = {}
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(_HEADER) or not all(cell.strip() for cell in row):
            problems.append((Source(shown, number, 1), "每行应有编号和名称"))
        elif row[0] in found:
            problems.append((Source(shown, number, 1), f"编号“{row[0]}”重复"))
        else:
            found[row[0]] = row[1]
    return found


def _reasons(path: Path, shown: str, problems: Problems) -> dict[str, Node]:
    node = read_yaml(path, shown, problems)
    found: dict[str, Node] = {}
    for at in node.items() if node is not None else ():
        keys = at.mapping(("code", "reason"))
        if len(keys) != 2 or not keys["reason"].text().strip():
            at.fault("每一项应写 code 和 reason（不检查的原因）")
        elif keys["code"].text() in found:
            keys["code"].fault(f"编号“{keys['code'].text()}”重复")
        else:
            found[keys["code"].text()] = keys["reason"]
    return found
