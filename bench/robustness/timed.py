"""``python -m bench.robustness.timed TIMES …``: the command line with one reader; when each file was done goes to TIMES."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from toolkit.collect import pool


def main(times: Path) -> None:
    """Note each outcome as the pool hands it on; nothing else is different."""
    plain = pool.Pool.run

    def timed(self: pool.Pool, jobs: Any) -> Any:
        self._size = 1
        began = time.monotonic()
        with times.open("a", encoding="utf-8") as log:
            for job, outcome in plain(self, jobs):
                log.write(json.dumps([round(time.monotonic() - began, 3), job.shown]) + "\n")
                yield job, outcome
                began = time.monotonic()

    pool.Pool.run = timed  # type: ignore[method-assign]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    sys.argv[1:] = sys.argv[2:]
    from toolkit.cli import main as start

    start()
