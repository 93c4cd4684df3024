"""``python -m bench.faults.storm [FILES] [KILLS] [ROUNDS]``: a collection killed again and again at random moments, and two
collectors let loose on one folder at once. Writes ``bench/results/storm.md``.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.faults.judge import STABLE, ledger
from bench.faults.returns import SUITE, make_returns

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "bench" / "results" / "storm.md"
REFUSED = 2


def start(returned: Path, out: Path) -> subprocess.Popen[bytes]:
    """``toolkit collect`` as a process group of its own."""
    command = [sys.executable, "-m", "toolkit", "collect", str(returned), "-o", str(out), "--suite", str(SUITE)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )


def undisturbed(returned: Path, out: Path) -> float:
    """The seconds a collection takes that nobody disturbs."""
    began = time.monotonic()
    process = start(returned, out)
    process.communicate()
    assert process.returncode in {0, 1}
    return time.monotonic() - began


def differences(out: Path, after: Path) -> list[str]:
    """What of ``out`` is not as the undisturbed run left it."""
    found = [name for name in STABLE if (out / name).read_bytes() != (after / name).read_bytes()]
    return found + (["received.jsonl"] if ledger(out) != ledger(after) else [])


@dataclass(frozen=True, slots=True)
class Killed:
    """Runs that were killed before one came to its end, and what then differed."""

    kills: int
    wrong: list[str]


def kill_again_and_again(returned: Path, out: Path, after: Path, seconds: float, rng: random.Random) -> Killed:
    """Kill -9 the collector at random moments until a run gets through."""
    kills = 0
    while True:
        process = start(returned, out)
        try:
            process.communicate(timeout=rng.uniform(0.05, max(1.0, seconds) * (1 + kills) / 12))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            kills += 1
            continue
        assert process.returncode in {0, 1}, process.returncode
        return Killed(kills, differences(out, after))


def two_at_once(returned: Path, out: Path, after: Path, rng: random.Random) -> tuple[int, list[str]]:
    """How many of two collectors were refused the folder, and what differed when both had ended."""
    first = start(returned, out)
    time.sleep(rng.uniform(0, 0.6))
    second = start(returned, out)
    said = [process.communicate()[1].decode("utf-8", "replace") for process in (first, second)]
    codes = [first.returncode, second.returncode]
    wrong = [
        f"exit {code}: {text.strip()}" for code, text in zip(codes, said, strict=True) if code not in {0, 1, REFUSED}
    ]
    wrong += [
        "refused without saying who holds it"
        for code, text in zip(codes, said, strict=True)
        if code == REFUSED and "占用" not in text
    ]
    if min(codes) == REFUSED:
        wrong.append("both were refused")
    return codes.count(REFUSED), wrong + differences(out, after)


def main(arguments: list[str]) -> None:
    files, kills, rounds = (int(a) for a in (*arguments, *("300", "200", "50")[len(arguments) :]))
    rng = random.Random(20210101)
    with tempfile.TemporaryDirectory(prefix="storm-") as name:
        folder = Path(name)
        make_returns(folder / "many", files)
        seconds = undisturbed(folder / "many", folder / "many-after")
        killed: list[Killed] = []
        while sum(one.kills for one in killed) < kills:
            out = folder / f"killed-{len(killed)}"
            killed.append(kill_again_and_again(folder / "many", out, folder / "many-after", seconds, rng))
            print(f"{sum(one.kills for one in killed)} kills, {killed[-1].wrong}", flush=True)
        make_returns(folder / "few", 6)
        undisturbed(folder / "few", folder / "few-after")
        pairs = []
        for number in range(rounds):
            pairs.append(two_at_once(folder / "few", folder / f"pair-{number}", folder / "few-after", rng))
            print(f"{number + 1} rounds, {pairs[-1]}", flush=True)
    lines = [
        "# Killed at random, and two at once",
        "",
        f"`python -m bench.faults.storm {files} {kills} {rounds}`",
        "",
        f"- kill -9 at random moments over {files} files: {sum(k.kills for k in killed)} kills in {len(killed)} collections;"
        f" collections whose outputs or ledger then differed from an undisturbed run: {sum(bool(k.wrong) for k in killed)}.",
        f"- two collectors on one folder: {rounds} rounds; in {sum(refused > 0 for refused, _ in pairs)} one was refused and"
        f" told who holds the folder; rounds with anything wrong: {sum(bool(wrong) for _, wrong in pairs)}.",
    ]
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
