"""The coverage page counts what is shown, and says of the rest why it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.catalog import Scope, load_suite
from toolkit.model.form import Suite
from toolkit.report.coverage import coverage_page
from toolkit.report.manual import rules_manual

MINI = Path(__file__).parents[1] / "suites" / "mini"
SCOPE = Scope(
    {"PLN-02": "累计进度", "WBK-04": "公式被覆盖", "XD-03": "重复申报", "STR-03": "目录", "ZZ-01": "别的"},
    {"STR-03": "须有文档|正文"},
)


@pytest.fixture(scope="module")
def mini() -> Suite:
    return load_suite(MINI)


@pytest.fixture(scope="module")
def page(mini: Suite) -> list[str]:
    return coverage_page(mini, SCOPE, {"PLN-02": 2, "WBK-04": 1})


def row(page: list[str], code: str) -> list[str]:
    return next(
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in page if line.startswith(f"| {code} ")
    )


def test_the_totals_stand_at_the_top(page: list[str], mini: Suite) -> None:
    head = "\n".join(page[:8])
    assert "目录共 5 条规则，在检查范围之内 2 条（工作簿＋汇总 1 条，读取 1 条）" in head
    assert "不在检查范围 1 条" in head
    assert "尚未落实 2 条" in head
    assert f"目录之外另有 {len(mini.rules) - 3} 条规则" in head
    assert "合计 3 份" in head


def test_a_rule_says_where_it_is_checked_and_what_shows_it(page: list[str], mini: Suite) -> None:
    cases = [case.verdict for case in mini.rules_by_code["PLN-02"].cases]
    counts = "/".join(str(cases.count(verdict)) for verdict in ("pass", "fail", "not_executable"))
    assert row(page, "PLN-02")[3:7] == ["表达式", "工作簿＋汇总", counts, "2"]
    assert row(page, "WBK-04")[3:5] == ["读取", "读取"]
    assert row(page, "XD-03")[3:7:3] == ["程序", "—"]
    assert row(page, "XD-03")[4] == "汇总"


def test_what_is_not_checked_says_why(page: list[str]) -> None:
    assert r"| STR-03 | 目录 |  |  | 不适用 |  |  | 须有文档\|正文 |" in page
    assert row(page, "ZZ-01")[-1] == "尚未落实"


def test_rules_beyond_the_catalogue_have_a_table_of_their_own(page: list[str], mini: Suite) -> None:
    at = page.index("## 目录之外的规则")
    beyond = [rule.code for rule in mini.rules if rule.code not in SCOPE.titles]
    assert [code for code in beyond if not any(line.startswith(f"| {code} ") for line in page[at:])] == []
    assert not any(line.startswith("| PLN-02 ") for line in page[at:])


def test_the_manual_ends_with_what_is_not_checked(mini: Suite) -> None:
    assert rules_manual(mini, SCOPE)[-3:-1] == ["|---|---|---|", r"| STR-03 | 目录 | 须有文档\|正文 |"]
    assert "## 不检查的规则" not in rules_manual(mini)
