"""The example departments, filled; and small layouts over the small suite."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from toolkit.catalog import load_suite
from toolkit.catalog.node import Problems, read_yaml
from toolkit.catalog.printcheck import layout_faults
from toolkit.catalog.prints import read_layout
from toolkit.model.fact import Identity, Key, Value
from toolkit.model.form import Suite
from toolkit.model.printout import Printout
from toolkit.printing import Filled

MINI = Path(__file__).parents[1] / "suites" / "mini"

Fill = Callable[..., Filled]
Lay = Callable[..., Printout]


@pytest.fixture(scope="session")
def mini() -> Suite:
    return load_suite(MINI)


@pytest.fixture(scope="session")
def fill(mini: Suite) -> Fill:
    """``fill({"target.01..name": "大屏"})``: a return with these cells (block.instance.row.field)."""

    def made(cells: dict[str, Value | int], marks: dict[str, str] | None = None) -> Filled:
        values = {Key(*k.split(".")): Decimal(v) if isinstance(v, int) else v for k, v in cells.items()}
        who = Identity("示例开发区", 2021, "批复", "102", "办公室", mini.edition, mini.id)
        return Filled(mini, who, values, {Key(*k.split(".")): v for k, v in (marks or {}).items()})

    return made


@pytest.fixture
def lay(mini: Suite, tmp_path: Path) -> Lay:
    """``lay(rows=[…], columns=[…])``: a layout that says this, read from its file and without faults."""

    def made(**keys: object) -> Printout:
        path = tmp_path / "one.yaml"
        path.write_text(yaml.safe_dump({"layout": "one", "title": "一", **keys}, allow_unicode=True), encoding="utf-8")
        problems: Problems = []
        node = read_yaml(path, path.name, problems)
        layout = read_layout(node) if node is not None else None
        assert layout is not None
        assert [*problems, *layout_faults(layout, mini)] == []
        return layout

    return made
