"""The values of one return, indexed for evaluation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from toolkit.model.fact import Key, Value
from toolkit.model.form import Block, BlockKind, RowRole, Suite


class Cells:
    """The values of one return, as the rules see them.

    A list row, sheet or form that nobody filled (only ``prefill`` cells hold something) is not *used*: it is no
    home of a rule, and such a list row is in no range. What is prefilled can be read all the same, as in Excel. ``prior``: the same unit's return of last year.
    ``units``: all returns of the region, year and stage (this one among them), for UNITS. ``marked``: cells for
    a number or date where a word stands (—, 涉密): they have no value, and are not blank either. ``unusable``:
    cells for text where an error stands: blank, but somebody filled them. ``submitted``: (form, instance) of
    sheets known to be used, whatever stands in them.
    """

    def __init__(
        self,
        suite: Suite,
        values: Mapping[Key, Value],
        prior: Cells | None = None,
        units: Sequence[Cells] = (),
        marked: Collection[Key] = (),
        unusable: Collection[Key] = (),
        submitted: Collection[tuple[str, str]] = (),
    ) -> None:
        self.suite, self.prior, self.units, self._marked = suite, prior, units, frozenset(marked)
        self._unusable, self._submitted = frozenset(unusable), frozenset(submitted)
        self._index(values, every=False)

    @classmethod
    def every(cls, suite: Suite, values: dict[Key, Value], marked: Collection[Key] = ()) -> Cells:
        """All cells whether used or not, read live from ``values``: for computing them."""
        cells = cls(suite, {}, marked=marked)
        cells._index(values, every=True)
        cells._values = values
        return cells

    def _index(self, values: Mapping[Key, Value], *, every: bool) -> None:
        forms: set[tuple[str, str]] = set(self._submitted)
        rows: dict[tuple[str, str], set[str]] = {}
        form_of, prefilled = self.suite.form_of_block, _prefilled(self.suite)
        if every:
            forms.update((f.id, "") for f in self.suite.forms if not f.repeat)
        lists = {b.id: b.rows_by_id for b in self.suite.blocks.values() if b.kind is BlockKind.LIST}
        held = self._marked | self._unusable
        for key in (*values, *held):
            blank = values.get(key) in (None, "") and key not in held
            if not every and (blank or (key.block, key.field) in prefilled):
                continue
            form = form_of.get(key.block)
            if form is None:
                continue
            forms.add((form.id, key.instance))
            if key.block in lists and key.row not in lists[key.block]:
                rows.setdefault((key.block, key.instance), set()).add(key.row)
        self._used = frozenset(forms)
        self._rows = {at: tuple(sorted(found)) for at, found in rows.items()}
        self._instances: dict[str, tuple[str, ...]] = {}
        for form_id, instance in sorted(forms):
            self._instances[form_id] = (*self._instances.get(form_id, ()), instance)
        self._columns: dict[tuple[str, str, str], list[Value]] = {}
        self._values: Mapping[Key, Value] = {} if every else self._kept(values, rows, lists)

    def _kept(
        self, values: Mapping[Key, Value], rows: Mapping[tuple[str, str], set[str]], lists: Mapping[str, object]
    ) -> dict[Key, Value]:
        """The values that are not blank, without those of list rows that are not used."""
        kept: dict[Key, Value] = {}
        form_of, blocks = self.suite.form_of_block, self.suite.blocks
        for key, value in values.items():
            if value is None or value == "" or key.block not in form_of:
                continue
            is_item = key.block in lists and key.row not in blocks[key.block].rows_by_id
            if not is_item or key.row in rows.get((key.block, key.instance), ()):
                kept[key] = value
        return kept

    def value(self, key: Key) -> Value:
        """The value of a cell; None where it is blank, or stands in a list row that is not used."""
        value = self._values.get(key)
        return None if value == "" else value

    def blank(self, key: Key) -> bool:
        """Whether nothing stands in a cell; a mark is no value, but something."""
        return self.value(key) is None and key not in self._marked

    def used(self, form: str, instance: str = "") -> bool:
        """Whether the sheet holds any input."""
        return (form, instance) in self._used

    def instances(self, form: str) -> tuple[str, ...]:
        """The used instances of a form, in order ("" for a form that does not repeat)."""
        return self._instances.get(form, ())

    def rows(self, block: str, instance: str = "") -> tuple[str, ...]:
        """The used rows of a list (totals not among them), the rows of a grid, or "" of a record, if used."""
        found = self.suite.blocks[block]
        if found.kind is BlockKind.LIST:
            return self._rows.get((block, instance), ())
        if not self.used(self.suite.form_of_block[block].id, instance):
            return ()
        return tuple(r.id for r in found.rows) if found.kind is BlockKind.GRID else ("",)

    def column(self, block: str, instance: str | None, field: str) -> list[Value]:
        """The values ``block[].field`` stands for in range position, blanks included; instance None: of all."""
        if instance is None:
            every = self.instances(self.suite.form_of_block[block].id)
            return [value for one in every for value in self.column(block, one, field)]
        at = (block, instance, field)
        if at not in self._columns:
            rows = self._item_rows(self.suite.blocks[block], instance)
            self._columns[at] = [self.value(Key(block, instance, row, field)) for row in rows]
        return self._columns[at]

    def _item_rows(self, block: Block, instance: str) -> Sequence[str]:
        """The rows a range runs over; those of a grid or record also where only prefilled cells hold something."""
        if block.kind is BlockKind.LIST:
            return self.rows(block.id, instance)
        return [r.id for r in block.rows if r.role is RowRole.ITEM] if block.kind is BlockKind.GRID else ("",)


def _prefilled(suite: Suite) -> frozenset[tuple[str, str]]:
    return frozenset((b.id, f.id) for b in suite.blocks.values() for f in b.fields if f.prefill)
