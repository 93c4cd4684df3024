"""Options that every command takes, wherever they stand on the line: ``--lang`` and ``--settings``."""

from __future__ import annotations

import sys
from pathlib import Path

from toolkit import messages

_SETTINGS = "toolkit.toml"
_chosen: list[str] = []


def taken_out(arguments: list[str]) -> list[str]:
    """The arguments without these options, which are in force from now on: help texts are translated when built.

    Leaves with 2 for a language that there is not, or an option without its value.
    """
    messages.use(messages.DEFAULT)
    _chosen.clear()
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        name, sign, value = word.partition("=")
        if name not in {"--lang", "--settings"}:
            rest.append(word)
            continue
        value = value if sign else next(words, "")
        if name == "--settings":
            if not value:
                _leave("--settings FILE")
            _chosen[:] = [value]
            continue
        if value not in messages.LANGUAGES:
            _leave(f"--lang: {' | '.join(messages.LANGUAGES)}")
        messages.use(value)
    return rest


def _leave(said: str) -> None:
    print(said, file=sys.stderr)
    raise SystemExit(2)


def settings() -> Path | None:
    """The settings file named by ``--settings``, else ``toolkit.toml`` of the current folder if it is there."""
    if _chosen:
        return Path(_chosen[0])
    here = Path(_SETTINGS)
    return here if here.is_file() else None
