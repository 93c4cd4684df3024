"""Try entries while writing them: ``python -m tests.every_rule.try_out sum SUM-04 legal``; prints all findings."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.every_rule.breaks import Break, load_breaks
from tests.every_rule.runs import SUITE, Outcome, faults, run
from toolkit.catalog import load_suite

LEGAL = (
    Break("legal", "legal", "", "legal.yaml"),
    Break("legal-evaluated", "legal", "", "evaluated.yaml", base="evaluated"),
    Break("legal-beside", "legal", "", "second.yaml", beside=({},)),
    Break("legal-prior", "legal", "", "last_year.yaml", prior={}),
)
"""The bases as they are, alone, evaluated, beside each other, and with last year's book."""


def main(wanted: list[str]) -> int:
    """Exit 1 where an entry does not do what it says."""
    entries = [e for e in load_breaks() if {e.id, e.code, e.code.partition("-")[0].lower()} & set(wanted)]
    entries += LEGAL if "legal" in wanted else ()
    if not entries:
        print("no such entry")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        outcomes = run(entries, Path(folder))
    bad = [line for outcome in outcomes for line in _told(outcome)]
    print("\n".join(["", *bad]) if bad else f"\n{len(outcomes)} as they say")
    return 1 if bad else 0


def _told(outcome: Outcome) -> list[str]:
    print(f"== {outcome.entry.id} {outcome.entry.why}")
    for finding in outcome.failed:
        print(f"   {finding.code} {finding.severity} {finding.message}")
    if outcome.entry.code == "legal":
        return [f"{outcome.entry.id}: {f.code} {f.message}" for f in outcome.failed if f.severity != "info"]
    return faults(outcome, load_suite(SUITE))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
