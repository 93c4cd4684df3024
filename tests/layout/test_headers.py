from __future__ import annotations

from toolkit.layout.headers import depth, header_labels, printed_labels
from toolkit.layout.places import LabelRole
from toolkit.model.form import Field, FieldType


def column(field_id: str, *labels: str, **more: object) -> Field:
    return Field(field_id, labels, FieldType.AMOUNT, **more)  # type: ignore[arg-type]


def boxes(fields: list[Field]) -> dict[str, tuple[int, int, int, int]]:
    spans = [(n + 2, n + 2) for n in range(len(fields))]
    found = header_labels(fields, spans, top=5, unit_line="万元")
    assert all(label.role is LabelRole.HEADER for label in found)
    return {label.text: (label.top, label.left, label.bottom, label.right) for label in found}


def test_neighbours_of_one_group_share_a_merged_cell_and_leaves_reach_down() -> None:
    fields = [
        column("item", "采购物品名称"),
        column("total", "政府采购金额", "总计"),
        column("general", "政府采购金额", "当年安排", "一般公共预算"),
        column("fund", "政府采购金额", "当年安排", "基金预算"),
    ]
    assert depth(fields) == 3
    assert boxes(fields) == {
        "采购物品名称": (5, 2, 7, 2),
        "政府采购金额": (5, 3, 5, 5),
        "总计": (6, 3, 7, 3),
        "当年安排": (6, 4, 6, 5),
        "一般公共预算": (7, 4, 7, 4),
        "基金预算": (7, 5, 7, 5),
    }


def test_equal_groups_that_are_not_neighbours_stay_apart() -> None:
    fields = [column("a", "组", "甲"), column("b", "乙"), column("c", "组", "丙")]
    spans = [(1, 1), (2, 2), (3, 3)]
    groups = [label for label in header_labels(fields, spans, 0, "") if label.text == "组"]
    assert [(g.left, g.right) for g in groups] == [(1, 1), (3, 3)]


def test_a_leaf_says_which_field_it_stands_for() -> None:
    labels = header_labels([column("a", "组", "甲")], [(1, 1)], 0, "")
    assert [label.subject for label in labels] == ["", "a"]


def test_required_columns_carry_a_star_and_foreign_units_are_printed() -> None:
    assert printed_labels(column("a", "组", "金额", required=True, unit="元"), "万元") == ("组", "*金额（元）")
    assert printed_labels(column("a", "金额", unit="万元"), "万元") == ("金额",)
    assert printed_labels(column("a", "占比（%）", unit="%"), "万元") == ("占比（%）",)


def test_what_is_computed_is_not_asked_for() -> None:
    assert printed_labels(column("a", "合计", required=True, formula="b.c"), "") == ("合计",)
