"""The other way: from a cell of a return to the totals, the computed cells and the rules it enters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from toolkit.check.labels import cell_label
from toolkit.check.submissions import Group
from toolkit.formula import compile_cells, compile_suite, to_chinese
from toolkit.messages import _
from toolkit.model.errors import InputError
from toolkit.model.fact import Key
from toolkit.model.finding import FAIL
from toolkit.model.form import Suite
from toolkit.report.trace_inputs import computed_at, readers, rules_reading
from toolkit.report.trace_target import CellTarget, KeyTarget, key_text, near_cells, near_names
from toolkit.report.traced import Entered, ReadBy, Reader, Total
from toolkit.report.tracer import Tracer
from toolkit.store.lineage import Source, cells_of_file, facts_in_cell, files_of, findings_of


def entered(tracer: Tracer, target: CellTarget, totals: Callable[[Source], tuple[Total, ...]]) -> list[Entered]:
    """What a cell of a return enters, for each return of that file name. Raises InputError with near names.

    ``totals``: the numbers of the consolidated workbook that a fact enters.
    """
    sources = facts_in_cell(tracer.book, target.file, target.sheet, target.cell)
    if not sources:
        raise _no_cell(tracer, target)
    return [_entered(tracer, source, totals(source)) for source in sources]


def _entered(tracer: Tracer, source: Source, totals: tuple[Total, ...]) -> Entered:
    suite = tracer.results.suites[source.edition]
    return Entered(
        group=Group(*source.group),
        cell=tracer.cell(source),
        key=key_text(source.key, source.unit),
        label=cell_label(suite, source.key),
        totals=totals,
        readers=tuple(_readers(tracer, suite, source)),
        rules=tuple(_rules(tracer, suite, source)),
    )


def _readers(tracer: Tracer, suite: Suite, source: Source) -> Iterator[Reader]:
    """The computed cells that read the cell; deep: those that read them too, each once, nearest first."""
    computation = compile_cells(suite)
    seen, ahead = {source.key}, [(source.key, 1)]
    while ahead:
        key, level = ahead.pop(0)
        for reader in readers(computation, key):
            if reader in seen:
                continue
            seen.add(reader)
            yield _reader(tracer, suite, reader, source, level)
            if tracer.deep:
                ahead.append((reader, level + 1))


def _reader(tracer: Tracer, suite: Suite, key: Key, source: Source, level: int) -> Reader:
    row, instance = (None if part == "*" else part for part in (key.row, key.instance))
    target = KeyTarget(source.unit, key.block, instance, row, key.field)
    single = row is not None and instance is not None
    at = tracer.sources(target, suite.blocks[key.block], [source.sha256]) if single else []
    item = computed_at(compile_cells(suite), key)
    place = f"{at[0].sheet}!{at[0].cell}" if at else ""
    label = cell_label(suite, Key(key.block, "", row or "", key.field))
    return Reader(str(target), label, place, to_chinese(item.bound, suite) if item else "", level)


def _rules(tracer: Tracer, suite: Suite, source: Source) -> Iterator[ReadBy]:
    """The rules that read the cell, and those that found something at it."""
    failed: dict[str, list[str]] = {}
    here = (source.unit, source.file, source.sheet, source.cell)
    for line in findings_of(tracer.out):
        places = [(p["unit"], p["file"], p["sheet"], p["cell"]) for p in line["places"]]
        if line["result"] == FAIL and here in places:
            failed.setdefault(line["code"], []).append(line["message"])
    reading = {check.code for check in rules_reading(compile_suite(suite), source.key)}
    for code in sorted(reading | failed.keys()):
        rule = suite.rules_by_code.get(code)
        severity, statement = (str(rule.severity), rule.statement) if rule else ("", "")
        yield ReadBy(code, severity, statement, tuple(failed.get(code, ())))


def _no_cell(tracer: Tracer, target: CellTarget) -> InputError:
    known = cells_of_file(tracer.book, target.file)
    if not known:
        near = near_names(target.file, (file for _sha256, file in files_of(tracer.book)))
        return InputError(_("没有接收过文件“{file}”。相近的有：{near}").format(file=target.file, near=near))
    return no_such_cell(target, known)


def no_such_cell(target: CellTarget, known: Sequence[tuple[str, str]]) -> InputError:
    """That there is no such sheet, or no number in that cell of it, with the nearest there are."""
    sheets = list(dict.fromkeys(sheet for sheet, _cell in known))
    if target.sheet not in sheets:
        near = near_names(target.sheet, sheets)
        return InputError(_("没有工作表“{sheet}”。相近的有：{near}").format(sheet=target.sheet, near=near))
    near = near_cells(target, [cell for sheet, cell in known if sheet == target.sheet])
    words = {"sheet": target.sheet, "cell": target.cell, "near": near}
    return InputError(_("“{sheet}”的 {cell} 不是填数的格。相近的有：{near}").format(**words))
