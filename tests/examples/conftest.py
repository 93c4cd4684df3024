"""The example returns, collected once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.make import sent
from tests.examples.page import collected


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """Exit code and result folder of collecting the returned workbooks."""
    out = tmp_path_factory.mktemp("returned")
    return collected(sent("returned"), out), out


@pytest.fixture(scope="session")
def mended_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """Exit code and result folder of collecting the mended workbooks."""
    out = tmp_path_factory.mktemp("mended")
    return collected(sent("mended"), out), out
