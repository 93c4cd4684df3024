"""Small returns of the small suite, for collections that are disturbed a thousand times."""

from __future__ import annotations

from pathlib import Path

import toolkit

SUITE = Path(__file__).resolve().parents[2] / "tests" / "suites" / "mini"
_DATA = """\
suite: mini
unit: {{code: "{code}", name: 单位{code}}}
region: 示例开发区
year: 2021
stage: 批复
forms:
  budget:
    expenditure:
      basic: {{this_year: "{amount}", last_year: "50"}}
      project: {{this_year: "40", last_year: "40"}}
  items:
    projects: {{rows: [{{code: "{code}-XA", name: 大屏升级改造, fiscal: "40"}}]}}
"""


def make_returns(folder: Path, count: int) -> list[Path]:
    """``count`` workbooks of as many units in ``folder``."""
    folder.mkdir(parents=True)
    blank, data = folder.parent / "blank.xlsx", folder.parent / "data.yaml"
    toolkit.generate(blank, suite=SUITE, projects=1)
    made = []
    for number in range(count):
        code = f"{100 + number}"
        data.write_text(_DATA.format(code=code, amount=60 + number), encoding="utf-8")
        made.append(toolkit.fill(blank, data, folder / f"{code}.xlsx", suites=[SUITE]).path)
    return made
