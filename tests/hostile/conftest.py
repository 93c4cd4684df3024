from __future__ import annotations

from collections.abc import Mapping

import pytest

from bench.faults.returns import make_returns


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """A good return, by extension."""
    (path,) = make_returns(tmp_path_factory.mktemp("good") / "returned", 1)
    return {"xlsx": path.read_bytes()}
