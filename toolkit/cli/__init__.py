"""The command line: parse, call ``toolkit.api``, print. Exit codes: 0 done, 1 findings at error level, 2 could
not run, 130 interrupted (run the same command again to go on)."""

from __future__ import annotations

import io
import sys

from toolkit.cli.everywhere import taken_out


def main(arguments: list[str] | None = None) -> None:
    """Entry point of the ``toolkit`` command. Always ends in SystemExit."""
    for stream in (sys.stdout, sys.stderr):
        # A GBK console must not stop a run because of one character it cannot show.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    rest = taken_out(sys.argv[1:] if arguments is None else arguments)
    from toolkit.cli.commands import run  # noqa: PLC0415  (only now is the language known)

    raise SystemExit(run(rest))
