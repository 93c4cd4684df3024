"""The roster's tree: exact codes, nodes that return nothing themselves, and parents that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.model.errors import InputError
from toolkit.store.bureau import read_hierarchy, read_roster, without_passwords
from toolkit.store.tree import OUTSIDE, Tree, tree_of

HEAD = "单位代码,单位名称,上级代码,上级名称,区划,是否报送,截止日期,打开密码\n"
ROSTER = """100,党工委,,,高新区,否,,
102,办公室,100,,高新区,,2027-03-01,abc
102001,服务中心,102,,高新区,,,
110,督查室,100,,高新区,,,
106,财政局,200,综合口,高新区,,,
"""


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    return written(tmp_path, ROSTER)


def written(folder: Path, rows: str) -> Path:
    path = folder / "名册.csv"
    path.write_text(HEAD + rows, encoding="utf-8-sig")
    return path


def tree(path: Path, returned: dict[str, str] | None = None) -> Tree:
    return tree_of(read_hierarchy(path), "高新区", returned)


def test_units_stand_under_their_departments_and_these_under_the_region(roster: Path) -> None:
    assert tree(roster).under("高新区") == ("高新区", "100", "102", "102001", "110", "200", "106")
    assert tree(roster).path("102001") == ("高新区", "100", "102", "102001")


def test_a_parent_that_is_no_row_of_its_own_is_a_node_that_returns_nothing(roster: Path) -> None:
    node = tree(roster).nodes["200"]
    assert (node.name, node.parent, node.children, node.reports) == ("综合口", "高新区", ("106",), False)


def test_a_row_that_does_not_report_is_no_unit_of_the_roster(roster: Path) -> None:
    assert [entry.unit for entry in read_roster(roster)] == ["102", "102001", "110", "106"]
    assert tree(roster).nodes["100"].reports is False


def test_a_unit_of_no_roster_stands_apart_and_is_counted_all_the_same(roster: Path) -> None:
    nodes = tree(roster, {"102": "办公室", "999": "外来单位"}).nodes
    assert nodes[OUTSIDE].children == ("999",)
    assert nodes["高新区"].children == ("100", "200", OUTSIDE)


def test_without_a_roster_every_unit_stands_under_the_region() -> None:
    assert tree_of((), "高新区", {"102": "办公室", "106": "财政局"}).nodes["高新区"].children == ("102", "106")


def test_a_region_has_its_own_rows_and_those_that_name_none(tmp_path: Path) -> None:
    rows = "102,甲,,,高新区,,,\n103,乙,,,开发区,,,\n104,丙,,,,,,\n"
    assert tree(written(tmp_path, rows)).under("高新区") == ("高新区", "102", "104")


def test_codes_are_compared_as_they_are_written(tmp_path: Path) -> None:
    rows = "102,甲,,,高新区,,,\n1020,乙,,,高新区,,,\n10201,丙,1020,,高新区,,,\n"
    assert tree(written(tmp_path, rows)).nodes["102"].children == ()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("102,甲,110,,高新区,,,\n110,乙,102,,高新区,,,\n", "第 2 行“上级代码”列：102 → 110 → 102"),
        ("102,甲,,,高新区,,,\n103,乙,103,,高新区,,,\n", "第 3 行“上级代码”列：103 的上级是它自己"),
        ("102,甲,,,高新区,,,\n110,乙,0102,,高新区,,,\n", "第 3 行“上级代码”列：名册中没有 0102，只有 102"),
        ("A1,甲,,,高新区,,,\n110,乙,a1,,高新区,,,\n", "第 3 行“上级代码”列：名册中没有 a1，只有 A1"),
        ("102,甲,,,开发区,,,\n110,乙,102,,高新区,,,\n", "第 3 行“上级代码”列：102 是“开发区”的单位"),
        ("102,甲,,,高新区,也许,,\n", "第 2 行“是否报送”列：“也许”应为是或否"),
        ("102,甲,,,高新区,,三月,\n", "第 2 行“截止日期”列：“三月”不是日期"),
    ],
)
def test_what_cannot_be_is_named_by_file_row_and_column(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        read_hierarchy(written(tmp_path, rows))
    assert str(error.value).startswith(f"名册.csv {said}")


def test_a_circle_further_up_is_found_from_below(tmp_path: Path) -> None:
    rows = "1,甲,2,,,,,\n2,乙,3,,,,,\n3,丙,2,,,,,\n"
    with pytest.raises(InputError, match="第 3 行“上级代码”列：2 → 3 → 2"):
        read_hierarchy(written(tmp_path, rows))


def test_the_roster_that_is_kept_loses_its_passwords_alone(roster: Path, tmp_path: Path) -> None:
    kept = without_passwords(roster)
    assert kept is not None
    again = tmp_path / "kept.csv"
    again.write_bytes(kept)
    plain = [(e.unit, e.name, e.parent, e.parent_name, e.region, e.reports, e.due) for e in read_hierarchy(again)]
    assert plain == [
        (e.unit, e.name, e.parent, e.parent_name, e.region, e.reports, e.due) for e in read_hierarchy(roster)
    ]
    assert "abc" not in kept.decode("utf-8-sig")
