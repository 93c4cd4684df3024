"""The ledger: one line for every file ever received, and what a run has to say of them all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from toolkit.model.fact import Status
from toolkit.store.build import Accepted


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line of ``received.jsonl`` (contract), after its number in order of arrival. None where unknown.

    ``received_at`` is UTC; ``size`` in bytes; ``superseded_by`` the SHA-256 of the newer version. ``decision``: what
    the bureau decided about the content (decision, who, when, why). ``origin``, of a return that came in with a
    department's book: ``book`` (where that was received), ``manifest`` (its SHA-256), and of the line of the
    department's own ledger ``path``, ``inner_path``, ``received_at``, ``decision`` and ``origin``.
    """

    seq: int
    sha256: str | None
    path: str
    inner_path: str | None
    size: int
    received_at: str
    unit: str | None
    edition: str | None
    status: Status
    reason: str | None
    superseded_by: str | None
    decision: Mapping[str, str] | None = None
    origin: Mapping[str, Any] | None = None

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True)
class Received:
    """All that was ever received in one output folder, as it stands now.

    ``lines`` in order of arrival; ``accepted`` in order of their keys; ``parsed``: files read in this run.
    """

    lines: tuple[LedgerLine, ...]
    accepted: tuple[Accepted, ...]
    parsed: int = 0

    @property
    def counts(self) -> Mapping[str, int]:
        """received = accepted + superseded + duplicate + refused + unreadable + not_a_return + ignored + pending."""
        counts = {str(status): sum(line.status is status for line in self.lines) for status in Status}
        return {"received": len(self.lines), **counts}

    def jsonl(self) -> str:
        """The text of ``received.jsonl``."""
        return "".join(json.dumps(line.as_dict(), ensure_ascii=False) + "\n" for line in self.lines)
