"""A Return → the data it holds, as a data file says it."""

from __future__ import annotations

from toolkit.model.fact import Fact, Identity, Key, Return, State, UnitData, Value
from toolkit.model.form import BlockKind, Suite
from toolkit.read.texts import clean
from toolkit.read.values import as_text


def extract(found: Return, suite: Suite) -> UnitData:
    """The data of a return, as ``fill`` takes it: what was typed and what was typed over a formula.

    The cells that repeat the identity are left out: ``fill`` writes them from the identity. Values that were
    repaired come as repaired; 无, 涉密 and the like over a number come as ``marks``; what could
    not be read is left out, and so is what the workbook computes.
    """
    values: dict[Key, Value] = {}
    marks: dict[Key, str] = {}
    for key, fact in found.facts.items():
        if _repeats_identity(key, fact, found.identity, suite):
            continue
        computed = suite.blocks[key.block].formula(key.row, key.field) is not None
        if fact.value is not None and (fact.typed_over or not computed):
            values[key] = fact.value
        elif fact.state in {State.NOT_APPLICABLE, State.CLASSIFIED}:
            marks[key] = _mark(fact)
    return UnitData(found.identity.suite, found.identity, values, marks)


def _mark(fact: Fact) -> str:
    """How a data file says it: the dashes as they stand, else the plain word."""
    if fact.state is State.CLASSIFIED:
        return "涉密"
    raw = clean(fact.raw)
    return raw if raw in {"--", "- -", "—"} else "不适用"


def _repeats_identity(key: Key, fact: Fact, who: Identity, suite: Suite) -> bool:
    """Whether a prefilled cell of the first form says nothing that the identity does not say."""
    said = {
        "region": who.region,
        "year": str(who.year),
        "stage": who.stage,
        "unit": who.unit,
        "unit_code": who.unit,
        "unit_name": who.unit_name,
    }
    block = suite.blocks[key.block]
    return (
        block.kind is BlockKind.RECORD
        and suite.form_of_block[key.block] is suite.forms[0]
        and bool(block.by_id[key.field].prefill)
        and key.field in said
        and said[key.field] == as_text(fact.value)
    )
