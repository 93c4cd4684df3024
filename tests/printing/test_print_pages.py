"""A layout and a unit's data give pages of lines of cells."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from tests.printing.conftest import Fill, Lay
from toolkit.model.printout import Printout
from toolkit.printing import Filled, lay_out, page_names
from toolkit.printing.phrases import chinese_count

PROJECTS = {
    "target.01..name": "大屏升级改造",
    "target.01..budget": Decimal("190.5"),
    "target.01..purpose": "更换大屏",
    "indicators.01.001.level1": "产出指标",
    "indicators.01.001.name": "验收合格率",
    "indicators.01.001.target_op": "≥",
    "indicators.01.001.target_value": 95,
    "indicators.01.001.target_unit": "%",
    "indicators.01.002.name": "安装",
    "indicators.01.002.target_op": "文字描述",
    "indicators.01.002.target_unit": "达标",
    "indicators.01.003.level1": "效益指标",
    "indicators.01.003.name": "知晓率",
    "target.02..name": "慰问",
    "target.02..classified": "是",
    "target.02..purpose": "慰问某处",
    "indicators.02.001.level1": "产出指标",
    "indicators.02.001.name": "某事",
    "indicators.02.001.target_value": 7,
}
EACH = {"each": "project", "name": "target.name"}


def texts(layout: Printout, filled: Filled, **options: object) -> list[list[str]]:
    pages = lay_out(layout, filled, **options)  # type: ignore[arg-type]
    return [[cell.text for cell in line.cells] for page in pages for line in page.lines]


def test_a_repeated_form_gives_a_page_for_each_project_in_which_anything_stands(fill: Fill, lay: Lay) -> None:
    layout = lay(**EACH, columns=[9], rows=[["{page}、{target.name}（{unit_name}，{year}年，比{last_year}年）"]])
    filled = fill(PROJECTS)
    assert page_names(layout, filled) == ["大屏升级改造", "慰问"]
    assert texts(layout, filled) == [
        ["1、大屏升级改造（办公室，2021年，比2020年）"],
        ["2、慰问（办公室，2021年，比2020年）"],
    ]
    assert texts(layout, filled, project="慰问") == [["2、慰问（办公室，2021年，比2020年）"]]


def test_a_list_gives_a_page_for_each_row_and_other_lists_are_filtered_by_it(fill: Fill, lay: Lay) -> None:
    layout = lay(
        each="projects",
        name="projects.name",
        columns=[9, 9],
        rows=[
            [{"value": "projects.name", "span": 2}],
            {
                "each": "purchases",
                "where": {"purchases.project": "{projects.name}"},
                "cells": ["{row}", {"value": "purchases.item"}],
            },
        ],
    )
    filled = fill(
        {
            "projects..001.name": "大屏",
            "projects..002.name": "慰问",
            "purchases..001.project": "慰问",
            "purchases..001.item": "A01",
            "purchases..002.project": "大屏",
            "purchases..002.item": "B02",
            "purchases..003.project": "慰问",
            "purchases..003.item": "C03",
        }
    )
    assert texts(layout, filled) == [["大屏"], ["1", "B02"], ["慰问"], ["1", "A01"], ["2", "C03"]]


def test_amounts_are_printed_in_the_layouts_unit_exactly(fill: Fill, lay: Lay) -> None:
    rows = [[{"value": "target.budget", "decimals": 2}, "{target.budget}{money}", {"value": "plan.dec"}]]
    filled = fill({**PROJECTS, "target.01..budget": Decimal("0.123457"), "plan.01..dec": 100})
    yuan = lay(**EACH, unit="元", columns=[9, 9, 9], rows=rows)
    assert texts(yuan, filled, project="大屏升级改造") == [["1234.57", "1234.57元", "100"]]


def test_no_digit_is_rounded_away(fill: Fill, lay: Lay) -> None:
    layout = lay(**EACH, columns=[9, 9], rows=[[{"value": "target.budget", "decimals": 2}, {"value": "plan.dec"}]])
    filled = fill({"target.01..budget": Decimal("1.915"), "plan.01..dec": Decimal("99.5")})
    assert texts(layout, filled) == [["1.915", "99.5"]]
    assert texts(layout, fill({"target.01..budget": 190, "plan.01..dec": 100})) == [["190.00", "100"]]


def test_words_are_printed_as_the_layout_calls_them(fill: Fill, lay: Lay) -> None:
    rows = [{"each": "indicators", "cells": [{"value": "indicators.level1"}, "{target indicators.target}"]}]
    layout = lay(**EACH, aliases={"效益指标": "效果指标", "≥": ">="}, columns=[9, 9], rows=rows)
    assert texts(layout, fill(PROJECTS), project="大屏升级改造") == [
        ["产出指标", ">=95%"],
        ["", "达标"],
        ["效果指标", ""],
    ]


MASKED = [
    {
        "when": [{"target.classified": "是"}, {"projects.name": "{target.name}", "where": {"projects.code": "涉密"}}],
        "hide": ["target.purpose", "indicators.name"],
        "blank": ["indicators.target_op", "indicators.target_value", "indicators.target_unit"],
    }
]
WITH_MASKS = [
    [{"value": "target.purpose"}, "{listed indicators.name}"],
    {"each": "indicators", "cells": [{"value": "indicators.name"}, "{target indicators.target}"]},
]


def test_the_public_version_masks_classified_projects_wherever_their_cells_are_named(fill: Fill, lay: Lay) -> None:
    layout = lay(**EACH, columns=[9, 9], masks=MASKED, rows=WITH_MASKS)
    filled = fill(PROJECTS)
    assert texts(layout, filled, project="慰问") == [["慰问某处", "一是某事"], ["某事", "7"]]
    assert texts(layout, filled, project="慰问", public=True) == [["涉密", "一是涉密"], ["涉密", ""]]
    assert texts(layout, filled, project="大屏升级改造", public=True)[0][0] == "更换大屏"


def test_a_project_that_only_the_list_says_is_classified_is_masked_too(fill: Fill, lay: Lay) -> None:
    layout = lay(**EACH, columns=[9, 9], masks=MASKED, rows=WITH_MASKS)
    filled = fill({**PROJECTS, "projects..001.name": "大屏升级改造", "projects..001.code": "涉密"})
    assert texts(layout, filled, project="大屏升级改造", public=True)[0][0] == "涉密"


def test_a_project_that_only_its_own_sheet_says_is_classified_is_masked_in_the_lists_too(fill: Fill, lay: Lay) -> None:
    sheet_says = {"target.classified": "是", "where": {"target.name": "{purchases.project}"}}
    layout = lay(
        columns=[9],
        masks=[{"when": [sheet_says], "hide": ["purchases.item"]}],
        rows=[{"each": "purchases", "cells": [{"value": "purchases.item"}]}],
    )
    bought = {"001": ("大屏升级改造", "A01"), "002": ("慰问", "B02"), "003": ("办公费", "C03")}
    cells = {f"purchases..{row}.project": project for row, (project, _) in bought.items()}
    cells |= {f"purchases..{row}.item": item for row, (_, item) in bought.items()}
    assert texts(layout, fill(PROJECTS | cells), public=True) == [["A01"], ["涉密"], ["C03"]]
    assert texts(layout, fill(PROJECTS | cells)) == [["A01"], ["B02"], ["C03"]]


def test_rows_and_sentences_are_printed_only_where_their_condition_holds(fill: Fill, lay: Lay) -> None:
    layout = lay(
        **EACH,
        columns=[9],
        rows=[
            {"when": {"indicators": False}, "cells": ["没有指标"]},
            {"when": {"target.classified": "是"}, "cells": ["涉密项目"]},
            {"when": {"target.budget": True}, "cells": ["有预算"]},
            [{"sentences": ["预算{target.budget}{money}。", {"text": "不印。", "when": {"target.classified": True}}]}],
        ],
    )
    assert texts(layout, fill(PROJECTS)) == [["有预算"], ["　　预算190.5万元。"], ["涉密项目"], ["　　不印。"]]


def test_a_sentence_that_names_a_blank_is_left_out_and_its_row_with_it(fill: Fill, lay: Lay) -> None:
    layout = lay(columns=[9], rows=[["甲"], [{"sentences": ["支出{expenditure.total.this_year}{money}。"]}], ["乙"]])
    assert texts(layout, fill({})) == [["甲"], ["乙"]]


def test_a_row_that_a_cell_reaches_into_is_printed_though_it_says_nothing(fill: Fill, lay: Lay) -> None:
    rows = [[{"text": "说明", "down": 2}, "甲"], [{"sentences": ["支出{expenditure.total.this_year}{money}。"]}]]
    assert texts(lay(columns=[9, 9], rows=rows), fill({})) == [["说明", "甲"], [""]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Decimal("1371.41"), "比上年预算增加1371.41万元"),
        (Decimal("-13.50"), "比上年预算减少13.5万元"),
        (0, "与上年预算持平"),
    ],
)
def test_the_sign_of_a_change_chooses_the_word(change: Decimal | int, said: str, fill: Fill, lay: Lay) -> None:
    layout = lay(columns=[9], rows=[["{change expenditure.total.change}"]])
    assert texts(layout, fill({"expenditure..total.change": change})) == [[said]]


def test_counts_are_computed_from_the_rows(fill: Fill, lay: Lay) -> None:
    layout = lay(
        **EACH,
        columns=[9],
        rows=[
            [
                "{count indicators}、{count_cn indicators}项，其中{breakdown indicators.level1}；{numbered indicators.name}"
            ]
        ],
    )
    said = texts(layout, fill(PROJECTS), project="大屏升级改造")[0][0]
    assert said == "3、三项，其中产出指标两项，效益指标一项；1、验收合格率\n2、安装\n3、知晓率"


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "零"), (2, "两"), (9, "九"), (10, "十"), (12, "十二"), (20, "二十"), (45, "四十五"), (120, "120")],
)
def test_counts_are_said_in_chinese(number: int, said: str) -> None:
    assert chinese_count(number) == said


def test_a_units_own_full_stop_is_not_doubled(fill: Fill, lay: Lay) -> None:
    layout = lay(columns=[9], rows=[[{"sentences": ["原因是{expenditure.total.reason}。"]}]])
    assert texts(layout, fill({"expenditure..total.reason": "人员增加。"})) == [["　　原因是人员增加。"]]


def test_what_stands_in_place_of_a_number_is_printed_as_it_stands(fill: Fill, lay: Lay) -> None:
    rows = [{"each": "purchases", "cells": [{"value": "purchases.quantity"}, {"value": "purchases.amount"}]}]
    filled = fill({"purchases..001.amount": 3}, {"purchases..001.quantity": "--"})
    assert texts(lay(columns=[9, 9], rows=rows), filled) == [["--", "3"]]


def test_the_rows_of_a_grid_are_printed_with_their_names(fill: Fill, lay: Lay) -> None:
    rows = [{"each": "expenditure", "cells": [{"label": True}, {"value": "expenditure.this_year"}]}]
    assert texts(lay(columns=[9, 9], rows=rows), fill({"expenditure..basic.this_year": 5})) == [
        ["支出合计", ""],
        ["　基本支出", "5"],
        ["　项目支出", ""],
        ["　　其中：差旅费", ""],
    ]


def test_dates_are_said_in_chinese(fill: Fill, lay: Lay) -> None:
    filled = fill({"cover...date": datetime.date(2021, 1, 5)})
    assert texts(lay(columns=[9], rows=[["{cover.date}"]]), filled) == [["2021年1月5日"]]
