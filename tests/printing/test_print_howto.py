"""The layout that the form author's page shows can be printed as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.printing.goldens import grid
from toolkit import api

AUTHOR = Path(__file__).parents[2] / "docs" / "howto" / "form-author.md"
FILE = re.compile(r"^```yaml\n# (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.slow
def test_the_example_prints_its_courses_in_yuan_with_their_sentence(tmp_path: Path) -> None:
    for name, text in FILE.findall(AUTHOR.read_text("utf-8")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    suite = tmp_path / "my-2022"
    api.generate(tmp_path / "空表.xlsx", suite=suite, projects=1)
    api.fill(tmp_path / "空表.xlsx", tmp_path / "102.yaml", tmp_path / "102.xlsx", suites=[suite])
    api.print_forms(tmp_path / "102.xlsx", tmp_path / "a.xlsx", layout="training", suites=[suite])
    assert grid((tmp_path / "a.xlsx").read_bytes()).splitlines()[1:] == [
        "办公室2022年度培训计划",
        "单位：元",
        "培训班│类别│人数│金额",
        "财务培训│专业业务│20│10000.00",
        "预算绩效培训│↑│30│9000.00",
        "合计││50│19000.00",
        "　　共举办两期培训，需要19000元。",
    ]
