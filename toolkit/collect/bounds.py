"""Bounds of collecting: what a reader may take, and what an archive may hold."""

from __future__ import annotations

from dataclasses import dataclass

MEGA = 1024 * 1024
GIGA = 1024 * MEGA


@dataclass(frozen=True, slots=True)
class Bounds:
    """Per file: ``seconds`` and ``memory`` (bytes) of the reader, ``attempts`` before it counts as poison.

    ``file``: bytes of one file or member, ``mail`` of a mail with its attachments. Per archive handed in, those inside it included: ``entries``,
    ``inflated`` bytes really read, ``depth`` of archives in archives, ``directory`` bytes of its table, and
    ``ratio`` of inflated to packed bytes above ``ratio_above`` inflated bytes. ``unpack_seconds``: of the process that
    takes mails and foreign archives apart; it has the memory of a reader.
    """

    seconds: float = 20.0
    startup: float = 120.0
    memory: int = GIGA
    attempts: int = 2
    file: int = 512 * MEGA
    entries: int = 50_000
    inflated: int = 16 * GIGA
    depth: int = 2
    directory: int = 32 * MEGA
    ratio: int = 250
    ratio_above: int = 4 * MEGA
    unpack_seconds: float = 300.0
    mail: int = 128 * MEGA


BOUNDS = Bounds()
