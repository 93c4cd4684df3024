"""The shipped suite, and its rules' cases as values of a return."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from toolkit.catalog import load_suite
from toolkit.formula import Program, compile_suite
from toolkit.formula.cases import case_values
from toolkit.model.fact import Key, Value
from toolkit.model.form import Suite
from toolkit.model.rule import Case

SUITE = "hebei-2021"


@pytest.fixture(scope="session")
def hebei() -> Suite:
    return load_suite(SUITE)


@pytest.fixture(scope="session")
def program(hebei: Suite) -> Program:
    return compile_suite(hebei)


@pytest.fixture(scope="session")
def filled(program: Program) -> Callable[[Case], dict[Key, Value]]:
    """All values of a case, computed cells included; a computed cell the case names is typed over."""
    return lambda case: case_values(program, case)
