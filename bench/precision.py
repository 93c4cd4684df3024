"""How far the rules that judge words can be trusted: ``python -m bench.precision [OUT]``.

Collects ``examples/returned`` (or reads the findings of the result folder OUT) and prints for each such rule its
hits, how many of them are true, debatable and false by ``examples/expected.yaml`` (a listed fault, or an entry of
``judged``), and its precision: true and debatable over all judged. A hit is one row, or one record, that a
finding names; where a rule compares two places (``whole`` in ``examples/judged.yaml``) it is the finding.
A rule under ``PRECISE``, or with fewer than ``ENOUGH`` hits, is on trial: ``beta: true`` in its definition.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.examples.make import sent
from tests.examples.page import collected
from tests.examples.recall import EXAMPLES, Expected, Fault, read_expected, read_faults, read_findings, verdict
from toolkit.catalog import load_suite

PRECISE, ENOUGH = 0.8, 20
JUDGED = EXAMPLES / "judged.yaml"
NOT_JUDGED = "not judged"


@dataclass(frozen=True)
class Measured:
    """One rule: its hits by verdict, and whether its definition says that it is on trial."""

    code: str
    verdicts: Mapping[str, int]
    beta: bool

    @property
    def hits(self) -> int:
        return sum(self.verdicts.values())

    @property
    def precision(self) -> float | None:
        """The share of true and debatable among the judged hits; None without any."""
        judged = self.hits - self.verdicts.get(NOT_JUDGED, 0)
        right = self.verdicts.get("true", 0) + self.verdicts.get("debatable", 0)
        return right / judged if judged else None

    @property
    def on_trial(self) -> bool:
        """What the measure asks for."""
        return self.hits < ENOUGH or self.precision is None or self.precision < PRECISE

    def line(self) -> str:
        """A row of the table."""
        counts = [self.verdicts.get(v, 0) for v in ("true", "debatable", "false", NOT_JUDGED)]
        share = "–" if self.precision is None else f"{self.precision:.2f}"
        return (
            f"| {self.code} | {self.hits} | {' | '.join(map(str, counts))} | {share} | {'beta' if self.beta else ''} |"
        )


def text_rules() -> tuple[dict[str, bool], dict[str, str]]:
    """Code of a rule that judges words → whether it compares places; code of one that does not → why not."""
    written = yaml.safe_load(JUDGED.read_text(encoding="utf-8"))
    whole = set(written["whole"])
    return {code: code in whole for code in written["measured"]}, dict(written["exempt"])


def hits(finding: Mapping[str, Any], whole: bool) -> Iterator[Mapping[str, Any]]:
    """The finding cut into its hits: each with the places of one row."""
    rows: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for at in finding["places"]:
        rows.setdefault((at["block"], at["instance"], at["row"] or ""), []).append(at)
    yield from [finding] if whole else ({**finding, "places": places} for places in rows.values())


def measure(out: Path) -> list[Measured]:
    """Every rule that judges words, measured on the findings of a result folder."""
    expected, faults, findings = read_expected(), read_faults(), read_findings(out)
    rules = load_suite("standard").rules_by_code
    measured = []
    for code, whole in sorted(text_rules()[0].items()):
        mine = [f for f in findings if f["code"] == code and f["result"] == "fail"]
        found = Counter(_verdict(hit, expected, faults) for f in mine for hit in hits(f, whole))
        measured.append(Measured(code, found, rules[code].beta))
    return measured


def _verdict(hit: Mapping[str, Any], expected: Expected, faults: Mapping[str, Fault]) -> str:
    return (verdict(hit, expected, faults) or (NOT_JUDGED, ""))[0]


def table(measured: list[Measured]) -> list[str]:
    """Markdown: a row for each rule."""
    heads = "| rule | hits | true | debatable | false | not judged | precision | |"
    return [heads, "|---|---|---|---|---|---|---|---|", *(m.line() for m in measured)]


def main(out: Path | None = None) -> int:
    """Print the table; 1 where a rule is on trial that need not be, or the other way round, or a hit is not judged."""
    if out is None:
        with tempfile.TemporaryDirectory() as folder:
            collected(sent("returned"), Path(folder))
            return main(Path(folder))
    measured = measure(out)
    print("\n".join(table(measured)))
    wrong = [m.code for m in measured if m.on_trial is not m.beta or m.verdicts.get(NOT_JUDGED)]
    print(f"beta by this measure, or not judged, and not said so: {', '.join(wrong) or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
