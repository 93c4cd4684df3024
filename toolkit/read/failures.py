"""Why a file gave no Return. Reasons are Chinese sentences for the ledger; the run goes on.

::

    ReadFailure
    ├── NotAReturn   readable perhaps, but nothing in it says that it is one of our workbooks
    ├── Refused      it could be a return, but is not read as it is (limits, password, other format …)
    └── Unreadable   damaged or cut off: nobody can read it
"""

from __future__ import annotations

LOCKED = "有打开密码"
"""Stands in the reason of every file that a password keeps closed."""


class ReadFailure(Exception):  # noqa: N818 - an outcome of reading, not an error of ours
    """Base of the three outcomes; ``reason`` is the whole Chinese sentence."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class NotAReturn(ReadFailure):
    """The file is something else than a workbook issued by this toolkit."""


class Refused(ReadFailure):
    """The file is not taken as it is; the reason names part, limit and value met, and what to do."""


class Unreadable(ReadFailure):
    """The file is damaged; the reason names the part."""
