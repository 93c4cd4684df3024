"""Print layouts (打印版式): how the data of a suite are laid out on paper. What is printed is never read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from toolkit.model.errors import Source

WORDS = ("unit", "unit_name", "region", "year", "last_year", "stage", "money", "page", "row")
"""What a template may name beside cells: the identity, the layout's unit of money, numbers of page and row."""

FUNCTIONS = ("count", "count_cn", "breakdown", "listed", "numbered", "change", "target", "parameter")
"""What a template may compute; see ``toolkit/printing/phrases.py``."""

OF_BLOCKS = frozenset({"count", "count_cn", "parameter"})
"""Those that take one name: of a block, or of a parameter of the suite."""

OF_LISTS = frozenset({"count", "count_cn", "breakdown", "listed", "numbered"})


class CellRef(NamedTuple):
    """A cell of the suite: ``block.field``, or ``block.row.field`` in a grid or a list's total row.

    ``field`` is "" where the block as a whole is meant.
    """

    block: str
    row: str
    field: str

    def __str__(self) -> str:
        return ".".join(part for part in self if part)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a template to be filled in: ``{target.name}``, ``{unit_name}``, ``{count goals}``."""

    function: str = ""
    ref: CellRef | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A text with parts to be filled in."""

    pieces: tuple[str | Piece, ...]
    source: Source

    @property
    def is_fixed(self) -> bool:
        return all(isinstance(piece, str) for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Condition:
    """``wanted`` True or False: whether anything stands there; a template: whether exactly that stands there.

    A list that is not being repeated, and a repeated form on a page that is none of its sheets, is searched for a
    row or sheet that fits ``where`` as well.
    """

    ref: CellRef
    wanted: bool | Template
    source: Source
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A template that is printed only where ``when`` holds and nothing it names is blank."""

    template: Template
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintCell:
    """One cell: a ``value`` (numbers stay numbers), a ``text``, the ``sentences``, or the ``label`` of a grid's row.

    ``span`` columns wide, ``down`` rows high. ``merge``: in repeated rows, merged with the row above where it is
    blank or says the same. ``decimals``: at least so many. ``align`` "" leaves it to the content.
    """

    source: Source
    value: CellRef | None = None
    text: Template | None = None
    sentences: tuple[Sentence, ...] = ()
    label: bool = False
    span: int = 1
    down: int = 1
    align: str = ""
    style: str = ""
    merge: bool = False
    decimals: int | None = None

    @property
    def is_fixed(self) -> bool:
        """Whether it says the same on every page."""
        return self.text is not None and self.text.is_fixed


@dataclass(frozen=True, slots=True)
class PrintRow:
    """A row, or one for each row of the block ``each`` that fits ``where``; only printed where ``when`` holds.

    ``head`` rows are repeated at the top where a table goes on on the next page.
    """

    cells: tuple[PrintCell, ...]
    source: Source
    each: str = ""
    where: tuple[Condition, ...] = ()
    when: tuple[Condition, ...] = ()
    head: bool = False


@dataclass(frozen=True, slots=True)
class Mask:
    """Where ``when`` holds (any of its lines), the public version prints ``hide`` as 涉密 and leaves ``blank`` out."""

    when: tuple[Condition, ...]
    hide: frozenset[tuple[str, str]]
    blank: frozenset[tuple[str, str]]
    source: Source


@dataclass(frozen=True)
class Printout:
    """A print layout. ``each``: the repeated form or the list that gives a page per project; "" one page per unit.

    ``name`` is the cell with the project's name. ``columns`` are widths in characters, ``unit`` is the unit of
    money in which amounts are printed. ``masks`` None: the layout has no public version.
    """

    id: str
    title: str
    source: Source
    columns: tuple[float, ...]
    rows: tuple[PrintRow, ...]
    basis: str = ""
    each: str = ""
    name: CellRef | None = None
    sheet: str = ""
    paper: str = "A4"
    landscape: bool = False
    unit: str = "万元"
    aliases: Mapping[str, str] = field(default_factory=dict)
    masks: tuple[Mask, ...] | None = None
