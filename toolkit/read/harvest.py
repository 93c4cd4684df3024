"""The cells of the blocks that were bound, read one by one: typed values, constants and formulas in computed cells."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from toolkit.layout.places import SheetPlace, a1
from toolkit.model.fact import Key, Remark, State
from toolkit.model.form import Block, BlockKind, Suite
from toolkit.read.binding import Binding
from toolkit.read.issued import refers_outside
from toolkit.read.rawcell import RawCell
from toolkit.read.rowscan import without_references
from toolkit.read.values import BLANK, Note, Reader, Reading, as_text
from toolkit.read.witness import Position, SheetText
from toolkit.read.workbook import Workbook


@dataclass(frozen=True, slots=True)
class Harvested:
    """One cell as read. ``formula``: its text in the file ("" shared), None where there is none.

    ``computed``: the template computes it. ``issued``: it stands in a row the template has.
    """

    reading: Reading
    sheet: str
    at: Position | None
    computed: bool = False
    formula: str | None = None
    cached: RawCell | None = None
    issued: bool = True

    @property
    def cell(self) -> str:
        return "" if self.at is None else a1(*self.at)

    @property
    def typed(self) -> bool:
        """Whether the unit put something here: a value, or a constant over a formula."""
        return self.reading.state is not State.BLANK and (not self.computed or self.formula is None)


@dataclass
class Harvest:
    """All cells of all bound blocks; ``unread``: blocks that were refused."""

    cells: dict[Key, Harvested] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    moved: set[tuple[str, str]] = field(default_factory=set)


class Harvester:
    """Reads the cells of one workbook."""

    def __init__(self, suite: Suite, book: Workbook) -> None:
        self._suite, self._book = suite, book
        self._readers: dict[tuple[str, str, bool], Reader] = {}
        # What was last read in a column: what a 同上 below it probably means.
        self._above: dict[tuple[str, str, str], str] = {}
        self.harvest = Harvest()

    def block(self, place: SheetPlace, binding: Binding, text: SheetText, sheet: str) -> None:
        """Read every cell of one bound block."""
        block, instance = binding.place.block, place.instance
        extra = set(binding.extra_rows)
        if binding.moved:
            self.harvest.moved.add((block.id, instance))
        raw = text.raw.cells
        for (row, field_id), at in binding.cells.items():
            key = Key(block.id, instance, row, field_id)
            cell = raw.get(at)
            computed = block.formula(row, field_id) is not None
            if cell is None:
                self.harvest.cells[key] = Harvested(BLANK, sheet, at, computed, issued=row not in extra)
            else:
                reader = self._reader(block, field_id, typed=not computed)
                self._cell(key, cell, reader, Harvested(BLANK, sheet, at, computed, issued=row not in extra))
        for row, field_id in binding.missing:
            reading = Reading(None, State.INVALID, "")
            self.harvest.cells[Key(block.id, instance, row, field_id)] = Harvested(reading, sheet, None)

    def _reader(self, block: Block, field_id: str, *, typed: bool) -> Reader:
        found = self._readers.get((block.id, field_id, typed))
        if found is None:
            f = block.by_id[field_id]
            codes = self._suite.lists.get(f.lookup) if f.lookup else None
            found = Reader(f, codes, self._book.formats, self._book.date1904, typed)
            self._readers[(block.id, field_id, typed)] = found
        return found

    def _cell(self, key: Key, cell: RawCell, reader: Reader, empty: Harvested) -> None:
        # What a computed cell shows is a cache: weighed later, against what it should compute.
        reading = BLANK if empty.computed and cell.formula is not None else reader.read(cell)
        formula = None if cell.formula is None else without_references(cell.formula)
        done = Harvested(reading, empty.sheet, empty.at, empty.computed, formula, cell, empty.issued)
        if cell.formula is not None and not empty.computed:
            done = self._formula_in_input(key, cell, done)
        self.harvest.cells[key] = done
        for note in reading.notes:
            likely = self._above.get((key.block, key.instance, key.field)) if reading.ditto else note.likely
            self.harvest.remarks.append(remark(replace(note, likely=likely), key, done))
        if reading.value is not None:
            self._above[(key.block, key.instance, key.field)] = as_text(reading.value)

    def _formula_in_input(self, key: Key, cell: RawCell, done: Harvested) -> Harvested:
        wrong = done.reading.state is State.INVALID
        words = "应直接填报的单元格中是公式，" + ("公式的结果不能读取" if wrong else "已取公式的结果")
        if done.formula and refers_outside(done.formula):
            words = "单元格中的公式引用了其他文件，已取上次保存的结果"
        if not cell.text and cell.kind == "n":
            words = "应直接填报的单元格中是公式，且没有保存计算结果，未读取"
            reading = Reading(None, State.INVALID, f"={done.formula}")
            done = Harvested(reading, done.sheet, done.at, False, done.formula, cell)
        self.harvest.remarks.append(remark(Note("WBK-04", words, severity="warning"), key, done))
        return done


def remark(note: Note, key: Key, found: Harvested, expected: str | None = None) -> Remark:
    """The remark of a note about one cell."""
    return Remark(
        note.code,
        note.detail,
        key,
        found.sheet,
        found.cell,
        actual=found.reading.raw,
        expected=expected,
        repair=note.repair,
        likely=note.likely,
        severity=note.severity,
    )


def used_rows(harvest: Harvest, suite: Suite) -> set[tuple[str, str, str]]:
    """(block, instance, row) of the list rows in which a cell that is not prefilled holds something."""
    used = set()
    prefilled = {(b.id, f.id) for b in suite.blocks.values() for f in b.fields if f.prefill}
    for key, found in harvest.cells.items():
        if not found.typed or (key.block, key.field) in prefilled:
            continue
        block = suite.blocks[key.block]
        if block.kind is BlockKind.LIST and key.row not in block.rows_by_id:
            used.add((key.block, key.instance, key.row))
    return used
