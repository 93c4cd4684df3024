"""How many of the faults of examples/FAULTS.md the toolkit finds (recall), and how many of its findings are right.

``python -m tests.examples.recall OUT`` prints both tables for the findings in OUT/findings.jsonl.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
OUTSIDE = "## Out of reach of workbook data"
VERDICTS = ("true", "debatable", "false")

_PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?(?:\.(\w+))?")
_FAULT = re.compile(
    r"^\| (F(\d{3})-\d+) \|.*\| (error|warning|info) \| [A-Z0-9, -]+ \| (certain|debatable) \|$", re.MULTILINE
)


@dataclass(frozen=True)
class Fault:
    """One row of FAULTS.md. ``document`` is 000, 002 or 003; ``outside`` where the list itself sets it apart."""

    id: str
    document: str
    kind: str
    judged: str
    outside: bool


@dataclass(frozen=True)
class Wanted:
    """What must be found: one of ``codes`` at ``every`` place, or at one of ``some``, of ``unit``'s return."""

    unit: str
    codes: frozenset[str]
    every: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    result: str = "fail"

    def found_by(self, findings: Iterable[Mapping[str, Any]]) -> bool:
        """Whether the findings name all that is wanted."""
        mine = [f for f in findings if self.concerns(f)]
        if self.every:
            return all(any(names(f, place) for f in mine) for place in self.every)
        return bool(mine)

    def concerns(self, finding: Mapping[str, Any]) -> bool:
        """Whether the finding is one of those wanted: unit, code, result, and a place in common."""
        if finding["unit"] != self.unit or finding["code"] not in self.codes or finding["result"] != self.result:
            return False
        places = self.every + self.some
        return not places or any(names(finding, place) for place in places)


@dataclass(frozen=True)
class Expected:
    """examples/expected.yaml. ``judged``: findings beyond the faults, each with its verdict and the reason."""

    faults: Mapping[str, Wanted]
    out_of_reach: Mapping[str, tuple[str, str]]
    open: frozenset[str]
    silent: tuple[Wanted, ...]
    cannot_run: Mapping[str, tuple[str, ...]]
    judged: tuple[tuple[Wanted, str, str], ...]


def names(finding: Mapping[str, Any], place: str) -> bool:
    """Whether one of the finding's places is ``block[instance].row.field``; what ``place`` leaves out is free."""
    return any(_is_at(at, one) for one in place.split("|") for at in finding["places"])


def _is_at(at: Mapping[str, Any], place: str) -> bool:
    matched = _PLACE.fullmatch(place)
    assert matched, place
    block, instance, first, second = matched.groups()
    path = [part for part in (at["row"], at["field"]) if part]
    wanted = [part for part in (first, second) if part]
    same = at["block"] == block and instance in (None, at["instance"])
    return bool(same and path[: len(wanted)] == wanted)


def read_faults(path: Path = EXAMPLES / "FAULTS.md") -> dict[str, Fault]:
    """The rows of FAULTS.md by id."""
    text = path.read_text(encoding="utf-8")
    border = text.index(OUTSIDE)
    return {m[1]: Fault(m[1], m[2], m[3], m[4], m.start() > border) for m in _FAULT.finditer(text)}


def read_expected(path: Path = EXAMPLES / "expected.yaml") -> Expected:
    """The expectations, as written."""
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    units = written["units"]
    return Expected(
        faults={i: _wanted(units[i[1:4]], entry) for i, entry in written["faults"].items()},
        out_of_reach={i: next(iter(entry.items())) for i, entry in written["out_of_reach"].items()},
        open=frozenset(written["open"]),
        silent=tuple(_wanted(entry["unit"], entry) for entry in written["silent"]),
        cannot_run={unit: tuple(codes) for unit, codes in written["cannot_run"].items()},
        judged=tuple((_wanted(e["unit"], e), e["verdict"], e["why"]) for e in written["judged"]),
    )


def _wanted(unit: str, entry: Mapping[str, Any]) -> Wanted:
    every, some = tuple(entry.get("all", ())), tuple(entry.get("any", ()))
    return Wanted(unit, frozenset(entry["code"]), every, some, entry.get("result", "fail"))


def read_findings(out: Path) -> list[dict[str, Any]]:
    """The findings of a result folder."""
    text = (out / "findings.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def missed(expected: Expected, findings: list[dict[str, Any]]) -> list[str]:
    """The ids of the faults in reach that no finding names."""
    return [i for i, wanted in expected.faults.items() if not wanted.found_by(findings)]


def verdict(finding: Mapping[str, Any], expected: Expected, faults: Mapping[str, Fault]) -> tuple[str, str] | None:
    """(true, debatable or false; why) of a finding; None where neither a fault nor a judgement covers it."""
    for wanted, said, why in expected.judged:
        if wanted.concerns(finding):
            return said, why
    of = [i for i, wanted in expected.faults.items() if wanted.concerns(finding)]
    if not of:
        return None
    certain = any(faults[i].judged == "certain" for i in of)
    return ("true" if certain else "debatable"), "、".join(of)


def judged_findings(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that count for precision: failed rules at error or warning level."""
    return [f for f in findings if f["result"] == "fail" and f["severity"] in ("error", "warning")]


def recall_table(expected: Expected, faults: Mapping[str, Fault], findings: list[dict[str, Any]]) -> list[str]:
    """Markdown: faults per document and level, how many are in reach of the workbook, how many are found."""
    lost = set(missed(expected, findings))
    lines = [
        "| document | kind | faults | in reach | found | recall in reach | recall of all |",
        "|---|---|---|---|---|---|---|",
    ]
    listed = [f for f in faults.values() if not f.outside]
    groups = [(d, k) for d in ("000", "002", "003") for k in ("error", "warning", "info")]
    groups += [("all", k) for k in ("error", "warning", "info")] + [
        ("all", "certain"),
        ("all", "debatable"),
        ("all", "all"),
    ]
    for document, kind in groups:
        rows = [f for f in listed if document in ("all", f.document) and kind in ("all", f.kind, f.judged)]
        reach = [f for f in rows if f.id in expected.faults]
        found = [f for f in reach if f.id not in lost]
        shares = f"{_share(len(found), len(reach))} | {_share(len(found), len(rows))}"
        lines.append(f"| {document} | {kind} | {len(rows)} | {len(reach)} | {len(found)} | {shares} |")
    return lines


def precision_table(expected: Expected, faults: Mapping[str, Fault], findings: list[dict[str, Any]]) -> list[str]:
    """Markdown: findings at error and warning level per unit, judged."""
    heads = "| unit | level | findings | true | debatable | false | not judged | precision | true alone |"
    lines = [heads, "|---|---|---|---|---|---|---|---|---|"]
    counted = judged_findings(findings)
    units = sorted({f["unit"] for f in counted})
    for unit, level in [(u, v) for u in [*units, "all"] for v in ("error", "warning")] + [("all", "all")]:
        rows = [f for f in counted if unit in ("all", f["unit"]) and level in ("all", f["severity"])]
        said = [(verdict(f, expected, faults) or ("none", ""))[0] for f in rows]
        number = [said.count(v) for v in (*VERDICTS, "none")]
        right = f"{_share(number[0] + number[1], len(rows))} | {_share(number[0], len(rows))}"
        lines.append(f"| {unit} | {level} | {len(rows)} | {' | '.join(map(str, number))} | {right} |")
    return lines


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def main(out: Path) -> None:
    """Print both tables, what is missed and what is not judged."""
    expected, faults, findings = read_expected(), read_faults(), read_findings(out)
    print("\n".join(recall_table(expected, faults, findings)), end="\n\n")
    print("\n".join(precision_table(expected, faults, findings)), end="\n\n")
    print("missed:", " ".join(missed(expected, findings)) or "none")
    for f in judged_findings(findings):
        if verdict(f, expected, faults) is None:
            where = [".".join(filter(None, (p["block"], p["instance"], p["row"], p["field"]))) for p in f["places"]]
            print("not judged:", f["unit"], f["code"], f["severity"], *where, f["message"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
