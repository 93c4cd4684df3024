"""What a suite answers to: the catalogue of rules, and what is out of scope with its reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from toolkit.catalog import load_scope, load_suite
from toolkit.model.errors import SuiteError

MINI = Path(__file__).parents[1] / "suites" / "mini"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of suites with a copy of the small one."""
    shutil.copytree(MINI, tmp_path / "mini")
    return tmp_path


def write(root: Path, catalogue: str = "", out_of_scope: str = "") -> None:
    if catalogue:
        (root / "mini" / "catalogue.csv").write_text(catalogue, encoding="utf-8")
    if out_of_scope:
        (root / "mini" / "out_of_scope.yaml").write_text(out_of_scope, encoding="utf-8")


def test_the_catalogue_in_its_order_with_what_is_not_checked(root: Path) -> None:
    write(root, "code,title\nPLN-02,累计进度\nZZ-01,别的\nZZ-02,未落实\n", "- {code: ZZ-01, reason: 须有文档}\n")
    scope, suite = load_scope("mini", root), load_suite(root / "mini")
    assert list(scope.titles) == ["PLN-02", "ZZ-01", "ZZ-02"]
    assert scope.reasons == {"ZZ-01": "须有文档"}
    assert scope.missing(suite) == ["ZZ-02"]
    assert "PLN-02" not in scope.beyond(suite)


def test_a_suite_without_a_catalogue_answers_to_none(root: Path) -> None:
    scope = load_scope("mini", root)
    assert (scope.titles, scope.reasons) == ({}, {})


def test_a_suite_has_the_catalogue_of_the_one_it_extends() -> None:
    assert load_scope("hebei-2021") == load_scope("standard")
    assert load_scope("shijiazhuang-2020").titles


@pytest.mark.parametrize(
    ("catalogue", "out_of_scope", "told"),
    [
        ("title,code\n", "", "catalogue.csv:1:1: 首行应为 code,title"),
        ("code,title\nZZ-01,甲\nZZ-01,乙\n", "", "catalogue.csv:3:1: 编号“ZZ-01”重复"),
        ("code,title\nZZ-01,\n", "", "catalogue.csv:2:1: 每行应有编号和名称"),
        ("code,title\nZZ-01,甲\n", "- {code: ZZ-02, reason: 无}\n", "目录中没有规则“ZZ-02”，是否为“ZZ-01”"),
        ("code,title\nZZ-01,甲\n", "- {code: ZZ-01}\n", "每一项应写 code 和 reason"),
        ("code,title\nZZ-01,甲\n", "- {code: ZZ-01, why: 无}\n", "未知的键“why”"),
        ("code,title\nZZ-01,甲\n", "- {code: ZZ-01, reason: 一}\n- {code: ZZ-01, reason: 二}\n", "编号“ZZ-01”重复"),
        ("code,title\nPLN-02,甲\n", "- {code: PLN-02, reason: 无}\n", "“PLN-02”是套表中的规则"),
    ],
)
def test_every_fault_is_told_with_its_place(root: Path, catalogue: str, out_of_scope: str, told: str) -> None:
    write(root, catalogue, out_of_scope)
    with pytest.raises(SuiteError, match=r"mini/(catalogue\.csv|out_of_scope\.yaml):\d") as error:
        load_scope("mini", root)
    assert told in str(error.value)
