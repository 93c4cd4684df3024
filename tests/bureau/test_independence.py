"""The synthetic bureau knows nothing of the rules it is judged by."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import bench.bureau
from bench.bureau.report import FROZEN

HERE = Path(bench.bureau.__file__).parent
INDEPENDENT = [*FROZEN, "score.py"]


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("name", INDEPENDENT)
def test_generator_mistakes_and_scorer_import_the_standard_library_and_each_other_only(name: str) -> None:
    for module in imported(HERE / name):
        own = module == "bench.bureau" or f"{module.removeprefix('bench.bureau.')}.py" in INDEPENDENT
        assert own or module.partition(".")[0] in sys.stdlib_module_names, module


def test_every_file_that_makes_data_or_mistakes_is_among_those_that_are_hashed() -> None:
    product_side = {"__init__.py", "__main__.py", "collection.py", "workbooks.py", "run.py", "report.py", "score.py"}
    product_side |= {"consolidated.py"}
    assert {path.name for path in HERE.glob("*.py")} - product_side == set(FROZEN)


def test_the_way_into_the_product_is_what_uses_its_rules() -> None:
    assert any(name.startswith("toolkit.check") for name in imported(HERE / "collection.py"))
