"""The order in which cells are computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.formula.program import Computed
from toolkit.formula.scope import item_rows
from toolkit.formula.terms import Cell, Range, cells_of
from toolkit.model.form import BlockKind, Suite

Node = tuple[str, str, str]


def in_order(suite: Suite, computed: Sequence[Computed]) -> tuple[tuple[Computed, ...], list[str]]:
    """The cells such that each comes after those it needs; and what is wrong, for each cycle."""
    by_node = {(c.block, c.row, c.field): c for c in computed}
    done: dict[Node, bool] = {}
    ordered: list[Computed] = []
    faults: list[str] = []
    for start, first in by_node.items():
        path: list[tuple[Node, Iterator[Node]]] = []
        if start not in done:
            done[start] = False
            path.append((start, iter(_needs(suite, first))))
        while path:
            node, needs = path[-1]
            need = next((n for n in needs if n in by_node), None)
            if need is None:
                done[node] = True
                ordered.append(by_node[node])
                path.pop()
            elif need not in done:
                done[need] = False
                path.append((need, iter(_needs(suite, by_node[need]))))
            elif not done[need]:
                ring = [n for n, _ in path]
                ring = [*ring[ring.index(need) :], need]
                faults.append(f"field {_shown(need)}：公式互相引用成环：{' → '.join(map(_shown, ring))}")
    return tuple(ordered), faults


def _needs(suite: Suite, computed: Computed) -> list[Node]:
    needs: list[Node] = []
    for term in cells_of(computed.bound):
        block = suite.blocks[term.ref.block]
        if isinstance(term, Cell) and term.prior:
            continue
        if not term.ref.many:
            needs.append((block.id, term.ref.row or "", term.ref.field))
        elif block.kind is BlockKind.GRID and isinstance(term, Range):
            needs += [(block.id, row, term.ref.field) for row in item_rows(block, term.ref.field)]
        else:
            needs.append((block.id, "" if block.kind is BlockKind.RECORD else "*", term.ref.field))
    return needs


def _shown(node: Node) -> str:
    block, row, field = node
    return f"{block}[].{field}" if row == "*" else f"{block}.{row}.{field}" if row else f"{block}.{field}"
