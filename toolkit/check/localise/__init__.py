"""Error localisation: which cells are most likely wrong where identities fail, and what should stand there.

The smallest weighted set of changes that makes every failed identity of a return hold (Fellegi and Holt 1976): cells
that alone mend everything are found exactly; where no cell does, a set-covering problem is solved (HiGHS), its rows being
the failed identities and those implied by them (Garfinkel, Kunnathur and Liepins 1986). Values are exact decimals, and a
proposal counts only if the reference evaluator, after the change, finds the failed rules passed and no other broken.
"""

from __future__ import annotations

from toolkit.check.localise.proposals import Proposal, propose
from toolkit.check.localise.state import State
from toolkit.check.localise.system import At

__all__ = ["At", "Proposal", "State", "propose"]
