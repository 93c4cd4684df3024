"""Every layout, printed with the data of the example departments, reads as the tables they published."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.office import convert
from tests.printing.goldens import FOLDER, GOLDENS, Golden, filled, grid, printed
from toolkit.catalog import load_layouts, suite_ids


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda g: g.file.stem)
def test_it_prints_what_the_golden_shows(golden: Golden) -> None:
    made = grid(printed(filled(golden.unit), golden.layout, golden.project, golden.public))
    assert made == golden.file.read_text(encoding="utf-8"), "if it is right: python -m tests.printing.goldens"


def test_every_layout_that_is_shipped_has_a_golden_and_every_golden_is_made() -> None:
    shipped = {name for suite in suite_ids() for name in load_layouts(suite)}
    assert {golden.layout for golden in GOLDENS} == shipped
    assert {golden.file for golden in GOLDENS} == set(FOLDER.glob("*.txt"))


def test_what_sjz_prints_is_the_published_row() -> None:
    """Line for line as in the published explanation of 2020, level 1 merged and targets in one text."""
    text = grid(printed(filled("433"), "sjz-2020"))
    assert "5、部门绩效员培训经费绩效目标表\n" in text
    assert "产出指标│数量指标│培训参与率(%)│培训人员数量占应培训对象数量的比率│≥90%│计划标准\n" in text
    assert "↑│时效指标│时限及时性(天)│绩效考核办法印发以后,计划开展的最低时限│≤30天│计划标准\n" in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "layout", "sheets"),
    [
        ("102", "ts-2021", 16),
        ("433", "sjz-2020", 6),
        ("110", "cd-2021", 1),
        ("102", "national-target", 16),
        ("102", "procurement", 1),
        ("433", "assets", 1),
        ("自评_433", "national-evaluation", 2),
        ("102", "narrative", 1),
    ],
)
def test_on_paper_each_project_has_a_sheet_of_its_own(unit: str, layout: str, sheets: int, tmp_path: Path) -> None:
    """LibreOffice fits the columns on the paper and parts the projects: no half table on a page beside."""
    (tmp_path / "a.xlsx").write_bytes(printed(filled(unit), layout))
    pdf = convert(tmp_path / "a.xlsx", "pdf", tmp_path / "pdf").read_bytes()
    assert pdf.count(b"/Type/Page") - pdf.count(b"/Type/Pages") == sheets
