"""Bounds of what is read. Real files stay far below them (measured on thousands of public workbooks)."""

from __future__ import annotations

from dataclasses import dataclass

MEGA = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes, counted while inflating and never taken from headers.

    ``cells``: with content, of all sheets together; ``elements``: of a part that is read as a tree.
    ``ratio`` applies to parts that inflate to more than ``ratio_above``. ``box``: cells of the rectangle around
    the contents of a sheet above which it is read sparsely only; ``box_refused`` above which the file is refused.
    Of encrypted files: ``spin_count`` hash rounds a password, ``password_seconds`` for all passwords tried.
    """

    file: int = 256 * MEGA
    entries: int = 4096
    inflated: int = 256 * MEGA
    part: int = 128 * MEGA
    ratio: int = 250
    ratio_above: int = 4 * MEGA
    depth: int = 64
    token: int = MEGA
    attributes: int = 512
    sheets: int = 512
    cells: int = 1_000_000
    elements: int = 500_000
    box: int = 2_000_000
    box_refused: int = 20_000_000
    merges: int = 100_000
    names: int = 50_000
    strings: int = 2_000_000
    spin_count: int = 1_000_000
    encryption_info: int = 65_536
    password_seconds: float = 10.0


LIMITS = Limits()
