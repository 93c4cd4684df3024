"""Decisions of the bureau: found among what was received, then kept in the journal."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.collect.resolve import decided_as
from toolkit.model.errors import InputError
from toolkit.store.bureau import DecisionEntry
from toolkit.store.journal import Journal, Receipt, Stage

_REFUSED = frozenset({Stage.REFUSED, Stage.UNREADABLE, Stage.NOT_A_RETURN})
"""Ends of files whose content may never have been taken in: a member of a locked archive, a file beyond all bounds."""


def settle(journal: Journal, entries: Sequence[DecisionEntry], run: int) -> None:
    """Enter decisions; they hold from now on. Raises InputError for one that names no file, or several."""
    if not entries:
        return
    receipts = [r for r in journal.receipts() if r.sha256 or r.stage in _REFUSED]
    found = [(entry, _content(entry, receipts)) for entry in entries]
    with journal.batch():
        for entry, key in found:
            journal.decide(run, key, entry.decision, who=entry.who, when=entry.when, why=entry.why)


def _content(entry: DecisionEntry, receipts: Sequence[Receipt]) -> str:
    """What the one content that an entry means is decided as: by hash, by path as in the ledger, or by file name."""
    if entry.sha256:
        matching = {r.sha256 for r in receipts if r.sha256 and r.sha256.startswith(entry.sha256)}
        about = f"哈希 {entry.sha256}"
    else:
        name = entry.file.replace("\\", "/")
        exact = {decided_as(r) for r in receipts if name in {r.shown, r.path if not r.inner_path else r.inner_path}}
        matching = exact or {decided_as(r) for r in receipts if r.name == name}
        about = f"文件“{entry.file}”"
    if len(matching) == 1:
        return matching.pop()
    if not matching:
        raise InputError(f"{entry.where}：没有收到过{about}。请按 received.jsonl 中的 path 或 sha256 填写。")
    raise InputError(f"{entry.where}：{about}对应 {len(matching)} 份不同内容。请改填 sha256（见 received.jsonl）。")
