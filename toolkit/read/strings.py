"""Shared strings, and the escapes of spreadsheet text."""

from __future__ import annotations

import re

from toolkit.read.failures import Refused
from toolkit.read.guarded import local, parse, too_deep
from toolkit.read.limits import LIMITS, Limits

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """``_x000B_`` → the character it stands for (``_x005F_`` guards a literal underscore)."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)


def shared_strings(data: bytes, part: str, limits: Limits = LIMITS) -> list[str]:
    """All strings in order: rich runs joined, phonetic guides left out. Declared counts are ignored."""
    strings: list[str] = []
    pieces: list[str] = []
    depth = 0
    in_text = in_phonetic = False

    def start(tag: str, _: list[str]) -> None:
        nonlocal depth, in_text, in_phonetic
        depth += 1
        if depth > limits.depth:
            raise too_deep(part, limits)
        name = local(tag)
        if name == "t":
            in_text = not in_phonetic
        elif name == "rPh":
            in_phonetic = True

    def end(tag: str) -> None:
        nonlocal depth, in_text, in_phonetic
        depth -= 1
        name = local(tag)
        if name == "t":
            in_text = False
        elif name == "rPh":
            in_phonetic = False
        elif name == "si":
            strings.append(unescape("".join(pieces)))
            pieces.clear()
            if len(strings) > limits.strings:
                raise Refused(f"部件 {part} 有超过 {limits.strings} 条文本")

    def text(data: str) -> None:
        if in_text:
            pieces.append(data)

    parse(data, part, start, end, text, limits=limits)
    return strings
