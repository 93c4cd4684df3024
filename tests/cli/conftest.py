"""Command lines are run as a user runs them; a bureau's returns are made with the toolkit's own commands."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import toolkit
from toolkit import messages
from toolkit.cli import main

MINI = Path(__file__).parents[1] / "suites" / "mini"

DATA = """\
suite: mini
unit: {code: "%(code)s", name: %(name)s}
region: 示例开发区
year: 2021
stage: 批复
forms:
  basic:
    cover: {date: 2021-01-15, signed: 是}
  budget:
    expenditure:
      basic: {this_year: "%(basic)s", last_year: "50", change: "%(change)s", reason: 人员增加}
      project: {this_year: "40", last_year: "40"}
      travel: {this_year: "5"}
  items:
    projects: {rows: [{code: "%(code)s-XA", name: 大屏升级改造, fiscal: "40"}]}
  project:
  - target: {name: 大屏升级改造, budget: "40", classified: 否, purpose: 升级大屏}
    plan: {jun: "60", dec: "%(dec)s"}
    indicators: [{level1: 产出指标, level2: 质量指标, name: 验收合格率, target_op: ≥, target_value: "95", target_unit: "%%"}]
"""


@dataclass(frozen=True)
class Ran:
    """What a command line left on the terminal."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    def finding_codes(self) -> set[str]:
        return {found["code"] for found in map(json.loads, self.lines) if found.get("result") == "fail"}


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _back_to_chinese() -> Iterator[None]:
    """``--lang en`` is meant for one command, here too."""
    yield
    messages.use("zh")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("check", file)``: runs the command in this process."""

    def command(*arguments: object) -> Ran:
        monkeypatch.setattr("sys.argv", ["toolkit"])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        assert "程序内部错误" not in said.err
        assert "Traceback" not in said.err
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, said.out, said.err)

    return command


@pytest.fixture
def refused(run: Run) -> Callable[..., str]:
    """``refused("check", path)``: the command ends with 2 and one message, which is returned."""

    def command(*arguments: object) -> str:
        ran = run(*arguments)
        assert ran.code == 2, ran
        assert not ran.out, ran.out
        assert ran.err.startswith("无法运行："), ran.err
        return ran.err

    return command


def write_data(path: Path, code: str, name: str, **values: str) -> Path:
    """A unit's data file; it has nothing wrong unless ``values`` say otherwise."""
    told = {"basic": "60", "change": "10", "dec": "100", **values, "code": code, "name": name}
    path.write_text(DATA % told, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def mini() -> Path:
    """The small suite's folder."""
    return MINI


@pytest.fixture(scope="session")
def data_file() -> Callable[..., Path]:
    """``data_file(path, code, name, dec="50")`` writes a unit's data file."""
    return write_data


@pytest.fixture(scope="session")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A blank, data files, and the folder 回收 with two returns: 102 has an error, 103 has none; 104 is missing."""
    folder = tmp_path_factory.mktemp("财政 局")
    toolkit.generate(folder / "空表.xlsx", suite=MINI, projects=2)
    returned = folder / "回收"
    returned.mkdir()
    for code, name, values in (("102", "办公室", {"dec": "50"}), ("103", "财政所", {})):
        data = write_data(folder / f"{code}.yaml", code, name, **values)
        toolkit.fill(folder / "空表.xlsx", data, returned / f"{code} {name}.xlsx", suites=[MINI])
    rows = ["单位代码,单位名称,联系人", "102,办公室,张三", "103,财政所,李四", "104,教育局,王五"]
    (folder / "单位名册.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def collected(bureau: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of collecting 回收 with the roster. To be read only."""
    out = tmp_path_factory.mktemp("结果") / "结果"
    toolkit.collect([bureau / "回收"], out, roster=bureau / "单位名册.csv", suites=[MINI]).close()
    return out


@pytest.fixture
def results(collected: Path, tmp_path: Path) -> Path:
    """A copy of those results that a test may change."""
    return Path(shutil.copytree(collected, tmp_path / "结果 副本"))


@pytest.fixture
def findings() -> Callable[[Path], list[dict[str, Any]]]:
    def read(out: Path) -> list[dict[str, Any]]:
        lines = (out / "findings.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    return read


@pytest.fixture
def own_suite(tmp_path: Path) -> Path:
    """A suite of the test's own, to be broken."""
    return Path(shutil.copytree(MINI, tmp_path / "mini"))


@pytest.fixture
def left() -> Callable[[Path], set[str]]:
    """The names that stand in a folder, hidden ones too."""

    def names(folder: Path) -> set[str]:
        with contextlib.suppress(FileNotFoundError):
            return {str(path.relative_to(folder)) for path in folder.rglob("*")}
        return set()

    return names
