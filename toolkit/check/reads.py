"""Which cells a finding of an expression depends on: those its checks read, and those behind what is computed there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from toolkit.formula import Cell, Check, Program, Range, Ref, cells_of, compile_suite
from toolkit.model.finding import Finding, Place
from toolkit.model.form import Suite

ANY = "*"
_EVERY = "**"

Source = tuple[str, str, str, str]
"""Block, instance, row and field of a cell; ANY for every instance or row."""

_Node = tuple[str, str, str]


class Reads:
    """The dependencies of findings, by the rules of some editions. Each check is looked up once."""

    def __init__(self, suites: Iterable[Suite]) -> None:
        self._programs = [compile_suite(suite) for suite in suites]
        self._checks: dict[str, list[tuple[Program, Check]]] = defaultdict(list)
        for program in self._programs:
            for check in program.checks:
                self._checks[check.code].append((program, check))
        self._behind: dict[tuple[int, str], frozenset[_Node]] = {}
        self._needs = {id(p): _needs(p) for p in self._programs}

    def of(self, finding: Finding) -> frozenset[Source]:
        """The cells behind a finding; nothing for a rule that is no expression."""
        found: set[Source] = set()
        for program, check in self._checks.get(finding.code, ()):
            place = next((p for p in finding.places if _marks(check, p)), None)
            if place is not None:
                own = check.domain.form if program.suite.forms_by_id[check.domain.form].repeat else ""
                found |= {self._at(program, node, own, place) for node in self._nodes(program, check)}
        return frozenset(found)

    def behind(self, place: Place) -> frozenset[Source]:
        """The cells that a computed cell is computed from; nothing for a cell that is typed."""
        node = (place.block, place.row or "", place.field)
        found: set[Source] = set()
        for program in self._programs:
            if place.block not in program.suite.blocks:
                continue
            needs = self._needs[id(program)]
            own = program.suite.form_of_block[place.block].id
            behind = _closure(needs, _behind(needs, node))
            found |= {self._at(program, one, own, place) for one in behind}
        return frozenset(found)

    def _nodes(self, program: Program, check: Check) -> frozenset[_Node]:
        key = (id(program), check.id)
        if key not in self._behind:
            self._behind[key] = _closure(self._needs[id(program)], [_node(ref) for ref in check.refs])
        return self._behind[key]

    def _at(self, program: Program, node: _Node, own: str, place: Place) -> Source:
        """A node as cells: of the sheet of the finding where it is on the check's own repeated form."""
        block, row, field = node
        form = program.suite.form_of_block[block]
        instance = "" if not form.repeat else place.instance if form.id == own and place.instance else ANY
        return (block, instance, row, field)


def touches(sources: frozenset[Source], place: Place) -> bool:
    """Whether a cell is among the sources."""
    rows = {place.row or "", ANY}
    return any(
        (place.block, instance, row, place.field) in sources for instance in {place.instance, ANY} for row in rows
    )


def _marks(check: Check, place: Place) -> bool:
    return any(
        ref.block == place.block and ref.field == place.field and (ref.many or (ref.row or "") == (place.row or ""))
        for level in check.levels
        for part in level.parts
        for ref in part.places
    )


def _closure(needs: Mapping[_Node, list[_Node]], start: Iterable[_Node]) -> frozenset[_Node]:
    """The nodes and all those that they are computed from."""
    left, seen = list(start), set[_Node]()
    while left:
        node = left.pop()
        if node not in seen:
            seen.add(node)
            left += _behind(needs, node)
    return frozenset(seen)


def _node(ref: Ref) -> _Node:
    return (ref.block, ANY if ref.many else ref.row or "", ref.field)


def _needs(program: Program) -> Mapping[_Node, list[_Node]]:
    """What each computed cell is computed from, in the same return; a whole column (``_EVERY``) from what its computed
    cells are."""
    found: dict[_Node, list[_Node]] = {}
    for c in program.computed:
        found[(c.block, c.row, c.field)] = [
            _node(term.ref)
            for term in cells_of(c.bound)
            if isinstance(term, Range) or not (isinstance(term, Cell) and term.prior)
        ]
    for (block, _, field), behind in list(found.items()):
        found.setdefault((block, _EVERY, field), []).extend(behind)
    return found


def _behind(needs: Mapping[_Node, list[_Node]], node: _Node) -> Iterable[_Node]:
    block, row, field = node
    known = needs.get(node, needs.get((block, ANY, field)))
    return known if known is not None else needs.get((block, _EVERY, field), ()) if row == ANY else ()
