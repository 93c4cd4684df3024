"""``python -m bench``: the speed tables, then the long form of the law for the shipped suites."""

from __future__ import annotations

import subprocess
import sys

RUNS = (("bench.speed",), ("bench.law", "hebei-2021", "2000"), ("bench.law", "shijiazhuang-2020", "300"))

if __name__ == "__main__":
    sys.exit(max(subprocess.run([sys.executable, "-m", *run], check=False).returncode for run in RUNS))
