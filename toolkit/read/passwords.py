"""Passwords that a bureau gives for files that ask for one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Password:
    """A password as given: for files of one unit (code, name), or for any where both are "". Never printed."""

    text: str = field(repr=False)
    unit: str = ""
    name: str = ""

    def fits(self, file_name: str) -> bool:
        """Whether the file is named after the unit."""
        code = bool(self.unit) and re.search(rf"(?<!\d){re.escape(self.unit)}(?!\d)", file_name) is not None
        return code or (bool(self.name) and self.name in file_name)
