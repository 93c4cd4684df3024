"""What one file was read as, kept by content: ``<sha256>.json`` (written last) and ``<sha256>.parquet``.

Independent of the edition in use: facts carry block ids only. Another engine version has another folder,
so a change in how files are read reads them again and a change in the rules does not.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.model.fact import Fact, Identity, Key, Remark, Return, Said, State, Value
from toolkit.model.money import normal
from toolkit.store.disk import long_path, replace, sync_path, write_atomic

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Head:
    """A parsed return without its facts. ``content`` hashes all that was read, but not when it was saved."""

    identity: Identity
    remarks: tuple[Remark, ...]
    submitted: frozenset[tuple[str, str]]
    engine: str
    saved: str | None
    content: str
    count: int
    said: tuple[Said, ...] = ()


def facts_path(folder: Path, sha256: str) -> Path:
    """Where the facts of one content stand."""
    return folder / sha256[:2] / f"{sha256}.parquet"


def head_path(folder: Path, sha256: str) -> Path:
    """Where the rest stands; once it is there, the facts are complete."""
    return folder / sha256[:2] / f"{sha256}.json"


def warm_up() -> None:
    """Load what writing needs, so that its time is not counted as that of the first file."""
    import pyarrow.parquet  # noqa: F401, PLC0415 - heavy


def write_parsed(folder: Path, sha256: str, found: Return) -> None:
    """Keep a parsed return. Raises OSError; ``ArrowException`` for a number beyond 14 digits before the point."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    facts = [found.facts[key] for key in sorted(found.facts)]
    target = facts_path(folder, sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".tmp")
    pq.write_table(_table(facts, sha256), long_path(temporary), compression="zstd")
    sync_path(temporary)
    replace(temporary, target, durable=False)
    head: dict[str, object] = {
        "identity": asdict(found.identity),
        "remarks": [_remark_to_json(remark) for remark in found.remarks],
        "submitted": sorted(found.submitted),
        "engine": found.engine,
        "said": [asdict(one) for one in found.said],
    }
    head["content"] = _content_hash(head, facts)
    head |= {"saved": found.saved, "count": len(facts)}
    content = json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass")
    write_atomic(head_path(folder, sha256), content, durable=False)


def read_head(folder: Path, sha256: str) -> Head | None:
    """All but the facts; None where this content was not read with this engine, or the result is damaged."""
    try:
        head = json.loads(head_path(folder, sha256).read_bytes().decode("utf-8", "surrogatepass"))
        if not long_path(facts_path(folder, sha256)).is_file():
            return None
        return Head(
            identity=Identity(**head["identity"]),
            remarks=tuple(_remark_from_json(remark) for remark in head["remarks"]),
            submitted=frozenset((form, instance) for form, instance in head["submitted"]),
            engine=head["engine"],
            saved=head["saved"],
            content=head["content"],
            count=head["count"],
            said=tuple(Said(**one) for one in head["said"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_return(folder: Path, sha256: str) -> Return:
    """The whole return. Raises OSError or KeyError where it was not kept."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    head = read_head(folder, sha256)
    if head is None:
        raise KeyError(sha256)
    rows = pq.read_table(long_path(facts_path(folder, sha256)), partitioning=None).to_pylist()
    facts = {fact.key: fact for fact in map(_fact, rows)}
    return Return(head.identity, facts, head.remarks, head.submitted, head.engine, head.saved, head.said)


def _table(facts: list[Fact], sha256: str) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - heavy

    text, number = pa.string(), pa.decimal128(20, 6)

    def column(values: Iterable[object], kind: Any = text) -> Any:
        return pa.array(list(values), kind)

    return pa.table(
        {
            "block": column(f.key.block for f in facts),
            "instance": column(f.key.instance for f in facts),
            "row": column(f.key.row for f in facts),
            "field": column(f.key.field for f in facts),
            "value_decimal": column((f.value if isinstance(f.value, Decimal) else None for f in facts), number),
            "value_text": column(_text(f.value) for f in facts),
            "state": column(str(f.state) for f in facts),
            "raw": column(_clean(f.raw) for f in facts),
            "unit_of_measure": column(f.unit_of_measure for f in facts),
            "sheet": column(_clean(f.sheet) for f in facts),
            "cell": column(f.cell for f in facts),
            "is_date": column((isinstance(f.value, datetime.date) for f in facts), pa.bool_()),
            "typed_over": column((f.typed_over for f in facts), pa.bool_()),
            "file_sha256": column(sha256 for _ in facts),
        }
    )


def _text(value: Value) -> str | None:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return _clean(value) if isinstance(value, str) else None


def _clean(text: str) -> str:
    """Text that UTF-8 can say: a lone surrogate, which a damaged file can hold, becomes its escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _fact(row: dict[str, Any]) -> Fact:
    value: Value = row["value_text"]
    if row["value_decimal"] is not None:
        value = normal(row["value_decimal"])
    elif row["is_date"]:
        value = datetime.date.fromisoformat(row["value_text"])
    return Fact(
        key=Key(row["block"], row["instance"], row["row"], row["field"]),
        value=value,
        state=State(row["state"]),
        raw=row["raw"],
        sheet=row["sheet"],
        cell=row["cell"],
        unit_of_measure=row["unit_of_measure"],
        typed_over=row["typed_over"],
    )


def _remark_to_json(remark: Remark) -> dict[str, object]:
    return asdict(remark) | {"key": list(remark.key) if remark.key else None}


def _remark_from_json(data: dict[str, Any]) -> Remark:
    return Remark(**(data | {"key": Key(*data["key"]) if data["key"] else None}))


def _content_hash(head: dict[str, object], facts: list[Fact]) -> str:
    digest = hashlib.sha256(json.dumps(head, ensure_ascii=True, sort_keys=True).encode())
    for fact in facts:
        line = [*fact.key, None if fact.value is None else str(fact.value), fact.state, fact.raw, fact.typed_over]
        digest.update(json.dumps(line, ensure_ascii=True).encode())
    return digest.hexdigest()
