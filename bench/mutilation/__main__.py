"""``python -m bench.mutilation``: make and judge every mutilation and write docs/reference/mutilations.md (minutes)."""

from __future__ import annotations

import sys

from bench.mutilation import table
from bench.mutilation.catalogue import kinds
from bench.mutilation.judge import MISREAD, Judged, judge
from bench.office import Office


def main() -> int:
    """The exit code: 1 where anything is not as it should be; the page is written all the same."""
    judged: list[Judged] = []
    with Office() as office:
        for kind in kinds().values():
            for name in kind.samples:
                one = judge(kind, name, office)
                judged.append(one)
                if not one.good:
                    print(f"{kind.id} ({name}): {one.verdict}, {one.cell}, {one.finding or '没有提示'}")
                    print("".join(f"    {line}\n" for line in (*one.wrong, *one.alarms)), end="")
    table.write(judged)
    misread = sum(one.verdict == MISREAD for one in judged)
    print(f"{len(judged)} 份，误读 {misread} 份 → {table.PATH}")
    return 0 if all(one.good for one in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
