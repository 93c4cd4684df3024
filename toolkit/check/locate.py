"""From the references of a check, at one home, to cells: which are marked, which are blank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.check.cells import Cells
from toolkit.check.labels import field_label, place, row_label, row_name, sheet_place, short_label
from toolkit.check.submissions import Submission
from toolkit.check.verdicts import Hit
from toolkit.check.wording import inner, quote
from toolkit.formula import Ref
from toolkit.model.fact import Fact, Key, Value
from toolkit.model.finding import Place
from toolkit.model.form import BlockKind, Form, Suite


@dataclass(frozen=True)
class Desk:
    """One edition's hits being worked on: the suite, the returns, and the facts loaded for them."""

    suite: Suite
    submissions: dict[str, Submission]
    cells: Cells

    def key(self, hit: Hit, ref: Ref) -> Key | None:
        """The one cell a reference means at the hit's home; None for a column."""
        form = self.suite.form_of_block[ref.block]
        instance = hit.instance if form.repeat else ""
        if ref.many:
            at_home = hit.check.domain.kind == "row" and hit.check.domain.block == ref.block
            return Key(ref.block, instance, hit.row, ref.field) if at_home else None
        return Key(ref.block, instance, ref.row or "", ref.field)

    def column(self, hit: Hit, ref: Ref) -> list[Fact]:
        """The item cells of a column, of this instance or (from outside the form) of all."""
        block = self.suite.blocks[ref.block]
        form = self.suite.form_of_block[ref.block]
        inside = form.repeat and form.id == hit.check.domain.form and hit.check.domain.kind != "return"
        found = self.cells.column(hit.ret, ref.block, ref.field, hit.instance if inside else None)
        return [
            f for f in found if f.key.row not in block.rows_by_id or f.key.row == "" or block.kind is BlockKind.GRID
        ]

    def fact(self, hit: Hit, ref: Ref) -> Fact | None:
        """The fact of the one cell a reference means, if the return has it."""
        key = self.key(hit, ref)
        return self.cells.get(hit.ret, key) if key else None

    def primary(self, hit: Hit) -> Key | None:
        """The cell a hit is about: its first place that is one cell."""
        for outcome in hit.outcomes:
            for ref in outcome.part.places:
                key = self.key(hit, ref)
                if key is not None:
                    return key
        return None

    def single(self, hit: Hit) -> list[Fact]:
        """The cells among a hit's places that are one cell each."""
        refs = dict.fromkeys(ref for outcome in hit.outcomes for ref in outcome.part.places)
        return list(dict.fromkeys(fact for ref in refs if (fact := self.fact(hit, ref)) is not None))

    def facts(self, hit: Hit) -> list[Fact]:
        """The cells to mark, the primary one first, each once; of columns only where there is nothing else."""
        single = self.single(hit)
        if single:
            return single
        refs = dict.fromkeys(ref for outcome in hit.outcomes for ref in outcome.part.places)
        columns = [fact for ref in refs for fact in self.column(hit, ref)[:1]]
        if columns:
            return columns
        home = self.home_form(hit)
        blocks = [b.id for b in home.blocks]
        first = self.cells.first(hit.ret, blocks, hit.instance if home.repeat else None)
        return [first] if first else []

    def place(self, hit: Hit, fact: Fact) -> Place:
        """Where a fact of the hit's return stands."""
        return place(self.suite, self.submissions[hit.ret], fact)

    def places(self, hit: Hit) -> list[Place]:
        """The places of a hit; its sheet where no cell of it was read."""
        found = [self.place(hit, fact) for fact in self.facts(hit)]
        return found or [sheet_place(self.suite, self.submissions[hit.ret], self.home_form(hit), hit.instance)]

    def home_form(self, hit: Hit) -> Form:
        return self.suite.forms_by_id[hit.check.domain.form]

    def label(self, key: Key) -> str:
        """The cell as a sentence names it."""
        return short_label(self.suite, key)

    def label_in_row(self, hit: Hit, key: Key) -> str:
        """The same where the sentence has named the hit's list row already: the column alone."""
        block = self.suite.blocks[key.block]
        if self.is_list_row(hit) and key.row == hit.row and key.block == hit.check.domain.block:
            return f"“{inner(field_label(block, block.by_id[key.field]))}”"
        return self.label(key)

    def is_list_row(self, hit: Hit) -> bool:
        """Whether the hit is about one row of a list."""
        domain = hit.check.domain
        return domain.kind == "row" and self.suite.blocks[domain.block].kind is BlockKind.LIST

    def row_phrase(self, hit: Hit, told: Sequence[Value] = ()) -> str:
        """``第 3 行（“打印机”）`` of a list row, without the name where it is ``told`` anyway; "" elsewhere."""
        if not self.is_list_row(hit):
            return ""
        block = self.suite.blocks[hit.check.domain.block]
        name = row_name(block, Key(block.id, hit.instance, hit.row, ""), self.cells, hit.ret)
        return row_label(block, hit.row) + (f"（{quote(name, 20)}）" if name and name not in told else "")


def blocks_of(hit: Hit, suite: Suite) -> set[str]:
    """The blocks whose facts a hit may point at or explain itself by: its own, and its home form's."""
    home = {b.id for b in suite.forms_by_id[hit.check.domain.form].blocks}
    return home | {ref.block for ref in hit.check.refs} | {r.block for o in hit.outcomes for r in o.part.places}
