"""The tree of the roster over the returns of a collection, and which returns repeat those of the units below them.

A department may file for itself (部门本级) or for all its units together (部门汇总). A roll-up must not be added to the
units it holds, nor its projects be taken for theirs declared twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.check.names import normal_name
from toolkit.check.registry import Line, Scene
from toolkit.check.submissions import Submission
from toolkit.model.fact import Key
from toolkit.model.form import Block, BlockKind, Field, FieldType, RowRole
from toolkit.model.money import AMOUNT_TOLERANCE

_FEWEST_CELLS = 3
_FEWEST_PROJECTS = 3


@dataclass(frozen=True)
class Tiers:
    """``below``: code → codes of the next lower tier, in order; ``filed``: the returns by code; ``rolled``: the codes
    whose return is a roll-up of returns below it; ``ends``: codes of the roster without lower ones."""

    below: Mapping[str, tuple[str, ...]]
    filed: Mapping[str, Submission]
    rolled: frozenset[str]
    ends: frozenset[str]

    def under(self, code: str) -> list[str]:
        """All codes below ``code``, in order."""
        found: list[str] = []
        for child in self.below.get(code, ()):
            found += [child, *self.under(child)]
        return found

    def units(self, code: str) -> list[Submission]:
        """The returns at and below ``code`` that together are its total: no roll-up among them."""
        own = [self.filed[code]] if code in self.filed and code not in self.rolled else []
        return own + [s for child in self.below.get(code, ()) for s in self.units(child)]

    def missing(self, code: str) -> list[str]:
        """Codes below ``code`` at the lowest tier of the roster without a return."""
        return [c for c in self.under(code) if c in self.ends and c not in self.filed]

    def absent(self) -> list[str]:
        """Codes at the lowest tier of the roster that nobody filed for, neither they nor a department above."""
        upper = {child: code for code, lower in self.below.items() for child in lower}
        return [code for code in sorted(self.ends) if not self._filed_for(code, upper)]

    def _filed_for(self, code: str, upper: Mapping[str, str]) -> bool:
        """A department files for units of its own where none of them files."""
        if code in self.filed:
            return True
        while code in upper:
            code = upper[code]
            if code in self.filed and not any(c in self.filed for c in self.under(code)):
                return True
        return False

    def knows(self, code: str) -> bool:
        return code in self.filed or code in self.ends or code in self.below


def tiers(scene: Scene) -> Tiers:
    """The tree by the roster's 上级代码; where that is empty, or there is no roster, by codes that begin with another."""
    roster = [e for e in scene.roster or () if e.region in ("", scene.group.region)]
    filed = {s.identity.unit: s for s in scene.submissions}
    codes = sorted({e.unit for e in roster} | set(filed))
    parents = {e.unit: e.parent for e in roster if e.parent and e.parent != scene.group.region}
    known = set(codes) | set(parents.values())
    below: dict[str, list[str]] = {}
    for code in codes:
        parent = parents.get(code) or _prefix(code, known)
        if parent is not None and not _circular(parents, code):
            below.setdefault(parent, []).append(code)
    ends = frozenset(e.unit for e in roster if e.unit not in below and e.reports)
    tree = Tiers({k: tuple(v) for k, v in below.items()}, filed, frozenset(), ends)
    for code in _upwards(tree):
        if code in filed and _repeats(scene, filed[code], [s for c in tree.below[code] for s in tree.units(c)]):
            tree = Tiers(tree.below, filed, tree.rolled | {code}, ends)
    return tree


def own_lines(scene: Scene, block: str, tree: Tiers | None = None) -> Iterator[Line]:
    """The used rows of a block without those of roll-ups."""
    rolled = (tree or tiers(scene)).rolled
    return (line for line in scene.lines(block) if line.submission.identity.unit not in rolled)


def amounts(scene: Scene) -> Iterator[tuple[Block, str, Field]]:
    """The amounts that units type into fixed cells: block, row and field, in printed order."""
    for form in scene.suite.forms:
        for block in form.blocks if not form.repeat else ():
            for row in block.rows if block.kind is BlockKind.GRID else ():
                for field in block.fields:
                    if (
                        field.type is FieldType.AMOUNT
                        and block.has_cell(row.id, field.id)
                        and block.formula(row.id, field.id) is None
                        and row.role is not RowRole.TOTAL
                    ):
                        yield block, row.id, field


def amount_at(scene: Scene, submission: Submission, block: str, row: str, field: str) -> Decimal | None:
    """The number in a cell of a form that does not repeat; None where it is blank or unusable."""
    value = scene.cells(block).value(submission.ret, Key(block, "", row, field))
    return value if isinstance(value, Decimal) else None


def _repeats(scene: Scene, upper: Submission, lower: Sequence[Submission]) -> bool:
    """Whether a return is the sum of others: half of its fixed amounts say so, or it lists most of their projects."""
    if not lower:
        return False
    seen = agree = 0
    for block, row, field in amounts(scene):
        own = amount_at(scene, upper, block.id, row, field.id)
        parts = [v for s in lower if (v := amount_at(scene, s, block.id, row, field.id)) is not None]
        if own is None or not parts or (own == 0 and not any(parts)):
            continue
        seen += 1
        agree += abs(own - sum(parts)) <= AMOUNT_TOLERANCE * len(parts)
    if seen >= _FEWEST_CELLS and 2 * agree >= seen:
        return True
    return _lists_their_projects(scene, upper, lower)


def _lists_their_projects(scene: Scene, upper: Submission, lower: Sequence[Submission]) -> bool:
    if not scene.has("projects.name"):
        return False
    own = _projects(scene, upper)
    theirs = [_projects(scene, s) for s in lower]
    every = set().union(*theirs)
    held = [names & own for names in theirs if names]
    return (
        len(every) >= _FEWEST_PROJECTS and 2 * len(every & own) >= len(every) and sum(map(bool, held)) * 2 >= len(held)
    )


def _projects(scene: Scene, submission: Submission) -> set[str]:
    """The projects of a return by code, or by name and budget where they have none."""
    table = scene.cells("projects")
    found = set()
    for fact in table.column(submission.ret, "projects", "name"):
        code = table.value(submission.ret, fact.key._replace(field="code"))
        budget = table.value(submission.ret, fact.key._replace(field="budget"))
        if isinstance(fact.value, str) and fact.value:
            found.add(normal_name(code) if isinstance(code, str) and code else f"{normal_name(fact.value)}|{budget}")
    return found


def _prefix(code: str, known: set[str]) -> str | None:
    """The longest other code this one begins with."""
    return next((code[:n] for n in range(len(code) - 1, 2, -1) if code[:n] in known), None)


def _circular(parents: Mapping[str, str], code: str) -> bool:
    seen = {code}
    while (code := parents.get(code, "")) and code not in seen:
        seen.add(code)
    return bool(code)


def _upwards(tree: Tiers) -> list[str]:
    """The codes with others below them, each after those below it."""
    found: list[str] = []
    tops = [code for code in tree.below if not any(code in lower for lower in tree.below.values())]
    stack = sorted(tops)
    while stack:
        code = stack.pop()
        found.append(code)
        stack += [c for c in tree.below.get(code, ()) if c in tree.below]
    return list(dict.fromkeys(reversed(found)))
