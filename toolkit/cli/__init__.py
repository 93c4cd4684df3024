"""The command line: parse, call ``toolkit.api``, print. Exit codes: 0 done, 1 findings at error level, 2 could
not run, 130 interrupted (run the same command again to go on)."""

from __future__ import annotations

import io
import sys

from toolkit import messages


def _language(arguments: list[str]) -> list[str]:
    """Take ``--lang X`` out of the arguments, wherever it stands: help texts are translated when built."""
    messages.use(messages.DEFAULT)
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--lang":
            choice = next(words, "")
        elif word.startswith("--lang="):
            choice = word.removeprefix("--lang=")
        else:
            rest.append(word)
            continue
        if choice not in messages.LANGUAGES:
            print(f"--lang: {' | '.join(messages.LANGUAGES)}", file=sys.stderr)
            raise SystemExit(2)
        messages.use(choice)
    return rest


def main(arguments: list[str] | None = None) -> None:
    """Entry point of the ``toolkit`` command. Always ends in SystemExit."""
    for stream in (sys.stdout, sys.stderr):
        # A GBK console must not stop a run because of one character it cannot show.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    rest = _language(sys.argv[1:] if arguments is None else arguments)
    from toolkit.cli.commands import run  # noqa: PLC0415  (only now is the language known)

    raise SystemExit(run(rest))
