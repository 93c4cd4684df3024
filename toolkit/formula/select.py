"""One SELECT for all checks over the same domain: cells joined, ranges aggregated once, conditions on top."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.formula.program import Check, Program
from toolkit.formula.sql import column, quoted, to_sql
from toolkit.formula.terms import Bound, Cell, Domain, Literal, Op, Range, Type
from toolkit.model.form import BlockKind, Suite

_GROUP = ("region", "year", "stage")
MARK = "#"
"""After the name of a number's or date's column: the flag that a word (—, 涉密) stands there."""


def select_checks(program: Program, checks: Sequence[Check]) -> str:
    """The SELECT of checks that share one domain, ordered by ret, instance, row.

    Columns: ret, instance, row (text, "" where there is none), then for check i, level j, part k (all from
    0): ``v_i_j_k`` BOOLEAN (NULL: not executable), ``a_i_j_k`` and ``e_i_j_k`` the two sides of its
    comparison (NULL where it has none). A grid row that is no home of a check passes it.
    Raises ValueError where the domains differ or there is no check.
    """
    if len({check.domain for check in checks}) != 1:
        raise ValueError("select_checks takes checks of one domain")
    source = _Source(program.suite, checks[0].domain)
    columns = _Columns(source)
    every = {row for check in checks for row in check.rows}
    wanted = ["ret", "instance", '"row"']
    for i, check in enumerate(checks):
        elsewhere = every - set(check.rows)
        for j, level in enumerate(check.levels):
            for k, part in enumerate(level.parts):
                verdict = to_sql(part.bound, columns)
                if elsewhere:
                    verdict = f'(CASE WHEN "row" IN ({_listed(elsewhere)}) THEN TRUE ELSE {verdict} END)'
                wanted.append(f"{verdict} AS v_{i}_{j}_{k}")
                for letter, side in (("a", part.lhs), ("e", part.rhs)):
                    text = "NULL" if side is None else to_sql(side, columns)
                    wanted.append(f"{text} AS {letter}_{i}_{j}_{k}")
    inner = ",\n    ".join([*source.home_columns(), *(f"{raw} AS {name}" for raw, name in columns.names.items())])
    outer = ",\n  ".join(wanted)
    home = f"SELECT\n    {inner}\n  {source.tables(every)}"
    return f'WITH home AS (\n  {home}\n)\nSELECT\n  {outer}\nFROM home\nORDER BY ret, instance, "row"'


def _listed(rows: set[str]) -> str:
    return ", ".join(quoted(row) for row in sorted(rows))


class _Columns:
    """Names on top of the home rows: every cell and aggregate is a column c0, c1 … made once."""

    def __init__(self, source: _Source) -> None:
        self._source = source
        self.names: dict[str, str] = {}

    def _named(self, raw: str) -> str:
        return self.names.setdefault(raw, f"c{len(self.names)}")

    def cell(self, term: Cell) -> str:
        return self._named(self._source.cell(term))

    def marked(self, term: Cell) -> str:
        return self._named(self._source.marked(term))

    def ranged(self, function: str, term: Range) -> str:
        return self._named(self._source.ranged(function, term))

    def matching(self, term: Op) -> str:
        return self._named(self._source.matching(term))


class _Source:
    """Names inside the home query: columns of the tables joined to each home."""

    def __init__(self, suite: Suite, domain: Domain) -> None:
        self._suite, self._domain = suite, domain
        self._joins: dict[str, str] = {}
        self._sums: dict[tuple[str, str], tuple[str, dict[str, str]]] = {}

    def home_columns(self) -> tuple[str, ...]:
        row = 'h."row"' if self._domain.kind == "row" else "''"
        return ("h.ret AS ret", "h.instance AS instance", f'{row} AS "row"')

    def tables(self, rows: set[str]) -> str:
        """The FROM and WHERE of the home query, once all names are known."""
        domain = self._domain
        if domain.kind != "row":
            table, where = "submitted", f"h.form = {quoted(domain.form)}"
        else:
            # A sheet that only holds prefilled figures has rows, but is no home of a rule.
            used = (
                f"SEMI JOIN submitted s ON s.ret = h.ret AND s.instance = h.instance AND s.form = {quoted(domain.form)}"
            )
            table = f"(SELECT * FROM row_{domain.block} h {used})"  # noqa: S608 - ids of the suite
            where = f'h."row" IN ({_listed(rows)})' if rows else "h.role = 'item'"
        lines = [f"FROM {table} h"]
        lines += [f"LEFT JOIN {on}" for on in self._joins.values()]
        for (block, how), (alias, values) in self._sums.items():
            lines.append(f"LEFT JOIN {self._aggregated(block, how, alias, values)}")
        return "\n  ".join([*lines, f"WHERE {where}"])

    def cell(self, term: Cell) -> str:
        table, name = self._column(term)
        return f"{table}.{column(name)}"

    def marked(self, term: Cell) -> str:
        """The flag beside a number's or date's column; a text is never marked: the word is its value."""
        if term.type is Type.TEXT:
            return "FALSE"
        table, name = self._column(term)
        return f"{table}.{column(name + MARK)}"

    def _column(self, term: Cell) -> tuple[str, str]:
        """The table (joined if it is not the home) and the column of a cell."""
        ref, prior = term.ref, "prior_" if term.prior else ""
        block = self._suite.blocks[ref.block]
        if ref.many and not term.prior:
            return "h", ref.field
        if ref.many:
            return self._join(f"{prior}row_{block.id}", block.id, ' AND {0}."row" = h."row"'), ref.field
        if block.kind is BlockKind.RECORD:
            return self._join(f"{prior}row_{block.id}", block.id), ref.field
        return self._join(f"{prior}cell_{block.id}", block.id), f"{ref.row}.{ref.field}"

    def _join(self, table: str, block: str, more: str = "") -> str:
        alias = f"j_{table}"
        instance = "h.instance" if self._suite.form_of_block[block].repeat else "''"
        on = f"{alias}.ret = h.ret AND {alias}.instance = {instance}{more.format(alias)}"
        self._joins.setdefault(alias, f"{table} {alias} ON {on}")
        return alias

    def ranged(self, function: str, term: Range) -> str:
        ref = term.ref
        how = "units" if term.units else "across" if self._is_across(term) else "instance"
        alias, values = self._sums.setdefault((ref.block, how), (f"g_{how}_{ref.block}", {}))
        name = ref.field if ref.row is None or self._suite.blocks[ref.block].kind is BlockKind.RECORD else ""
        made = f"{function}(x.{column(name or f'{ref.row}.{ref.field}')})"
        value = f"{alias}.{values.setdefault(made, f'a{len(values)}')}"
        if term.units:
            self._joins.setdefault("hr", "returns hr ON hr.ret = h.ret")
        return f"COALESCE({value}, 0)" if function == "COUNT" else value

    def _is_across(self, term: Range) -> bool:
        """Over the whole return: of a form that does not repeat, or over all instances of one that does."""
        return term.ref.across or not self._suite.form_of_block[term.ref.block].repeat

    def _aggregated(self, block: str, how: str, alias: str, values: dict[str, str]) -> str:
        made = ", ".join(f"{expression} AS {name}" for expression, name in values.items())
        kind = self._suite.blocks[block].kind
        if how == "units":
            keys = ", ".join(f"r.{key}" for key in _GROUP)
            table = f"{'row' if kind is BlockKind.RECORD else 'cell'}_{block}"
            query = f"SELECT {keys}, {made} FROM {table} x JOIN returns r ON r.ret = x.ret GROUP BY {keys}"  # noqa: S608
            return f"({query}) {alias} ON " + " AND ".join(f"{alias}.{key} = hr.{key}" for key in _GROUP)
        keys = "x.ret" if how == "across" else "x.ret, x.instance"
        query = f"SELECT {keys}, {made} FROM row_{block} x{_items(kind, ' WHERE ')} GROUP BY {keys}"  # noqa: S608
        on = f"{alias}.ret = h.ret" + ("" if how == "across" else f" AND {alias}.instance = h.instance")
        return f"({query}) {alias} ON {on}"

    def matching(self, term: Op) -> str:
        """COUNTIFS, SUMIFS and LOOKUP as a subquery on the rows that meet the values of this home."""
        if term.name == "LOOKUP":
            pairs: tuple[Bound, ...] = (term.args[1], term.args[0])
            value = _column(term.args[2])
            result = f"CASE WHEN COUNT(*) = 1 THEN MIN({value}) END"
        elif term.name == "SUMIFS":
            pairs, result = term.args[1:], f"COALESCE(SUM({_column(term.args[0])}), 0)"
        else:
            pairs, result = term.args, "COUNT(*)"
        first = pairs[0]
        assert isinstance(first, Range)  # noqa: S101 - the binder puts a range first
        if term.name != "LOOKUP" and all(isinstance(value, Literal) for value in pairs[1::2]):
            return self._filtered(term, first, pairs)
        wanted = [to_sql(value, self) for value in pairs[1::2]]
        tests = ["x.ret = h.ret"]
        if not self._is_across(first):
            tests.append("x.instance = h.instance")
        tests += [f"{_column(c)} = {w}" for c, w in zip(pairs[::2], wanted, strict=True)]
        kind = self._suite.blocks[first.ref.block].kind
        where = " AND ".join(tests) + _items(kind, " AND ")
        query = f"SELECT {result} FROM row_{first.ref.block} x WHERE {where}"  # noqa: S608 - ids of the suite
        unknown = [f"{w} IS NULL" for w in wanted]
        return f"(CASE WHEN {' OR '.join(unknown)} THEN NULL ELSE ({query}) END)"

    def _filtered(self, term: Op, first: Range, pairs: tuple[Bound, ...]) -> str:
        """COUNTIFS and SUMIFS of constants: the same for all rows of a home's block, so counted once with the sums."""
        how = "across" if self._is_across(first) else "instance"
        alias, values = self._sums.setdefault((first.ref.block, how), (f"g_{how}_{first.ref.block}", {}))
        tests = " AND ".join(f"{_column(c)} = {to_sql(v, self)}" for c, v in zip(pairs[::2], pairs[1::2], strict=True))
        counted = "COUNT(*)" if term.name == "COUNTIFS" else f"SUM({_column(term.args[0])})"
        name = values.setdefault(f"{counted} FILTER (WHERE {tests})", f"a{len(values)}")
        return f"COALESCE({alias}.{name}, 0)"


def _column(term: Bound) -> str:
    assert isinstance(term, Range)  # noqa: S101 - the binder lets nothing else be a column
    return f"x.{column(term.ref.field)}"


def _items(kind: BlockKind, word: str) -> str:
    return "" if kind is BlockKind.RECORD else f"{word}x.role = 'item'"
