"""Which edition a workbook says it was made from, told before it is read: good enough to load ahead, never trusted."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

_LARGEST = 8 << 20
_READ = 1 << 16
_EDITION = re.compile(rb'name="edition"[^>]*>\s*<[^>]*>([0-9a-f]{16})<')


def edition_hint(path: Path) -> str:
    """The edition in the properties of an .xlsx; "" where the file is large or they say nothing plain.

    Raises what ``zipfile`` raises where the file is of another kind or damaged.
    """
    if path.stat().st_size > _LARGEST:
        return ""
    with zipfile.ZipFile(path) as package, package.open("docProps/custom.xml") as part:
        found = _EDITION.search(part.read(_READ))
    return found[1].decode() if found else ""
