"""``toolkit print``: from a filled workbook or a folder of results to a workbook for the printer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import toolkit
from tests.printing.conftest import MINI
from toolkit import api
from toolkit.cli import main
from toolkit.model.errors import InputError, OutputError, SuiteError

DATA = """\
suite: mine
unit: {code: "%s", name: %s}
region: 示例开发区
year: 2021
stage: 批复
forms:
  basic:
    cover: {date: 2021-01-15, signed: 是}
  items:
    projects: {rows: [{code: 102-A1, name: 大屏升级改造, fiscal: "40.25"}, {code: 102-B2, name: 慰问, fiscal: "10"}]}
  project:
    - target: {name: 大屏升级改造, budget: "40.25", purpose: 升级大屏}
      indicators: [{level1: 产出指标, level2: 质量指标, name: 验收合格率, target: "≥95%%"}]
    - target: {name: 慰问, budget: "10", classified: 是, purpose: 慰问某处}
"""
LAYOUT = """\
layout: sheet
title: 项目表
each: project
name: target.name
unit: 元
columns: [20, 30]
masks:
  - {when: [{target.classified: 是}], hide: [target.purpose]}
rows:
  - ["{target.name}", {value: target.budget, decimals: 2}]
  - ["{target.code}", {value: target.purpose}]
"""
PLAIN = "layout: plain\ntitle: 封面\ncolumns: [30]\nrows:\n  - ['{unit_name} {cover.date}']\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A suite with two layouts, two filled workbooks, and what was collected from them."""
    folder = tmp_path_factory.mktemp("打印")
    suite = folder / "mine"
    (suite / "layouts").mkdir(parents=True)
    for part in ("forms", "lists", "rules"):
        (suite / part).mkdir()
        for file in (MINI / part).iterdir():
            (suite / part / file.name).write_bytes(file.read_bytes())
    (suite / "suite.yaml").write_text((MINI / "suite.yaml").read_text("utf-8").replace("mini", "mine"), "utf-8")
    (suite / "layouts" / "sheet.yaml").write_text(LAYOUT, encoding="utf-8")
    (suite / "layouts" / "plain.yaml").write_text(PLAIN, encoding="utf-8")
    toolkit.generate(folder / "空表.xlsx", suite=suite, projects=2)
    for code, name in (("102", "办公室"), ("106", "财政局")):
        (folder / f"{code}.yaml").write_text(DATA % (code, name), encoding="utf-8")
        toolkit.fill(folder / "空表.xlsx", folder / f"{code}.yaml", folder / f"{code}.xlsx", suites=[suite])
    toolkit.collect([folder / "102.xlsx", folder / "106.xlsx"], folder / "结果", suites=[suite]).close()
    return folder


def cells(path: Path) -> list[list[object]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()]


PRINTED = [["大屏升级改造", 402500], ["102-A1", "升级大屏"], ["慰问", 100000], ["102-B2", "慰问某处"]]


def test_a_filled_workbook_is_printed_with_what_it_computes(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "印.xlsx"
    made = api.print_forms(folder / "102.xlsx", out, layout="sheet", suites=[folder / "mine"])
    assert (made.path, made.pages) == (out, 2)
    assert cells(out) == PRINTED


def test_what_was_collected_prints_the_same(folder: Path, tmp_path: Path) -> None:
    options = {"layout": "sheet", "unit": "102", "suites": [folder / "mine"]}
    api.print_forms(folder / "结果", tmp_path / "a.xlsx", **options)  # type: ignore[arg-type]
    assert cells(tmp_path / "a.xlsx") == PRINTED
    api.print_forms(folder / "结果", tmp_path / "b.xlsx", **(options | {"layout": "plain"}))  # type: ignore[arg-type]
    assert cells(tmp_path / "b.xlsx") == [["办公室 2021年1月15日"]]


def test_the_public_version_and_one_project(folder: Path, tmp_path: Path) -> None:
    one = tmp_path / "a.xlsx"
    api.print_forms(folder / "102.xlsx", one, layout="sheet", project="慰问", public=True, suites=[folder / "mine"])
    assert cells(one) == [["慰问", 100000], ["102-B2", "涉密"]]


def refusal(folder: Path, source: str = "102.xlsx", **options: object) -> str:
    given = {"layout": "sheet", "suites": [folder / "mine"], **options}
    with pytest.raises((InputError, OutputError, SuiteError)) as error:
        api.print_forms(folder / source, folder / "不写.xlsx", **given)  # type: ignore[arg-type]
    assert not (folder / "不写.xlsx").exists()
    return str(error.value)


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"layout": "shet"}, "没有版式“shet”。可用：sheet"),
    ({"project": "慰"}, "没有项目“慰”。可用：慰问"),
    ({"unit": "999"}, "102.xlsx 是单位 102 的，不是单位 999 的"),
    ({"source": "结果"}, "里有多个单位的报表，请用 --unit 指明一个：示例开发区 2021 批复 102 办公室；"),
    ({"source": "结果", "unit": "999"}, "没有单位“999”的报表。可用：102、106"),
    ({"layout": "plain", "public": True}, "版式 plain 没有规定涉密内容如何遮盖"),
    ({"source": "没有.xlsx"}, "找不到文件"),
]


@pytest.mark.parametrize(("options", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_is_not_there_is_refused_and_what_there_is_is_named(
    options: dict[str, object], said: str, folder: Path
) -> None:
    assert said in refusal(folder, **options)  # type: ignore[arg-type]


def test_a_faulty_layout_is_told_with_its_line(folder: Path) -> None:
    path = folder / "mine" / "layouts" / "faulty.yaml"
    path.write_text(PLAIN.replace("plain", "faulty").replace("cover.date", "cover.dat"), encoding="utf-8")
    try:
        assert "mine/layouts/faulty.yaml:5:6: 区块“cover”没有栏目“dat”，是否为“date”？" in refusal(folder)
        with pytest.raises(SuiteError, match=r"faulty\.yaml:5:6"):
            api.lint(str(folder / "mine"))
    finally:
        path.unlink()


def test_a_layout_that_needs_what_an_older_edition_did_not_have_is_refused(folder: Path, tmp_path: Path) -> None:
    newer = shutil.copytree(folder / "mine", tmp_path / "mine")
    form = newer / "forms" / "project.yaml"
    form.write_text(form.read_text("utf-8").replace("purpose", "purposes"), encoding="utf-8")
    layout = newer / "layouts" / "sheet.yaml"
    layout.write_text(LAYOUT.replace("purpose", "purposes"), encoding="utf-8")
    archived = folder / "结果" / "state" / "editions"
    said = refusal(folder, suites=[archived, newer])
    assert "版式 sheet 不适用于这份数据的套表版本" in said
    assert "mine/layouts/sheet.yaml:8:5: 区块“target”没有栏目“purposes”" in said
    assert "mine/layouts/sheet.yaml:11:23: 区块“target”没有栏目“purposes”，是否为“purpose”？" in said


def test_a_return_without_projects_has_nothing_to_print(folder: Path, tmp_path: Path) -> None:
    bare = (DATA % ("107", "人社局")).partition("  project:")[0]
    (tmp_path / "107.yaml").write_text(bare, encoding="utf-8")
    toolkit.fill(folder / "空表.xlsx", tmp_path / "107.yaml", folder / "107.xlsx", suites=[folder / "mine"])
    assert "107.xlsx 中没有可按版式 sheet 印的内容" in refusal(folder, "107.xlsx")


def test_the_suite_that_the_settings_name_needs_not_be_named_again(folder: Path, tmp_path: Path) -> None:
    (folder / "toolkit.toml").write_text('suite = "mine"\neditions = "结果/state/editions"\n', encoding="utf-8")
    made = api.print_forms(folder / "102.xlsx", tmp_path / "a.xlsx", layout="sheet", settings=folder / "toolkit.toml")
    assert cells(made.path) == PRINTED
    assert len(api.print_layouts(settings=folder / "toolkit.toml")) == 2


def test_without_the_suites_folder_there_are_no_layouts(folder: Path) -> None:
    archived = folder / "结果" / "state" / "editions"
    assert "不知道套表 mine 的文件夹在哪里，请用 --suite 指明" in refusal(folder, suites=[archived])


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def command(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    return command


def test_the_command_writes_and_says_so(folder: Path, tmp_path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    out = tmp_path / "印.xlsx"
    code, said, _ = run("print", folder / "102.xlsx", "-o", out, "--layout", "sheet", "--suite", folder / "mine")
    assert (code, said) == (0, f"已写出 {out}（共 2 份）\n")
    assert cells(out) == PRINTED


def test_the_list_names_layouts_with_unit_and_paper(folder: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    code, said, _ = run("print", "--list", "--suite", folder / "mine")
    assert (code, said.splitlines()) == (0, ["plain\t万元\tA4\t无公开版\t封面", "sheet\t元\tA4\t可印公开版\t项目表"])


def test_a_line_that_says_too_little_is_told_what_is_missing(
    folder: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    code, said, wrong = run("print", folder / "102.xlsx", "--layout", "sheet")
    assert (code, said) == (2, "")
    assert "请写明要印的文件或结果文件夹、-o 和 --layout" in wrong
