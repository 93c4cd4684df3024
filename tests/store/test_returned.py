"""OUT/returned: copies that links in the reports open. Their names cannot act, their bytes are those received."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

import toolkit
from toolkit.store.returned import RETURNED, Wanted, copy_name, drop_copies, put_copies

MINI = Path(__file__).parents[1] / "suites" / "mini"
HASH = "3f2a9c1b" * 8
DATA = """\
suite: mini
unit: {code: "102", name: 办公室}
region: 示例开发区
year: 2021
stage: 批复
forms:
  basic:
    cover: {date: 2021-01-15, signed: 是}
  items:
    projects: {rows: [{code: 102-XA, name: 大屏升级改造, fiscal: "%s"}]}
"""


def fill(folder: Path, fiscal: str, name: str = "102_办公室.xlsx") -> Path:
    """A return with findings: not every form that is due was filled in."""
    blank, data = folder / "空表.xlsx", folder / "102.yaml"
    if not blank.exists():
        toolkit.generate(blank, suite=MINI, projects=1)
    data.write_text(DATA % fiscal, "utf-8")
    (folder / "回收").mkdir(exist_ok=True)
    path = folder / "回收" / name
    toolkit.fill(blank, data, path, suites=[MINI])
    return path


def collect(folder: Path) -> Path:
    toolkit.collect([folder / "回收"], folder / "结果", suites=[MINI]).close()
    return folder / "结果"


def links(out: Path) -> list[tuple[str, str]]:
    """(file, cell) of every link of findings.xlsx into a file."""
    sheet = load_workbook(out / "findings.xlsx")["问题清单"]
    found = [cell.hyperlink for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    return [(str(one.target), str(one.location)) for one in found if one.target]


@pytest.mark.parametrize(
    ("received", "name"),
    [
        ("102_办公室.xlsx", "102_办公室_3f2a9c1b.xlsx"),
        ("报表.xls", "102_报表_3f2a9c1b.xlsx"),
        ("回收\\甲\\102.xlsx", "102_3f2a9c1b.xlsx"),
        ("102'!A1#x%41&=cmd|' /C calc'!A0.xlsx", "102_C_calc_A0_3f2a9c1b.xlsx"),
        ("102#x%41&=1+1'!A1.xlsx", "102_x_41_1_1_A1_3f2a9c1b.xlsx"),
        ('102"><img src=x onerror=alert(1)>.xlsx', "102_img_src_x_onerror_alert(1)_3f2a9c1b.xlsx"),
        ("javascript:alert(1)", "102_javascript_alert(1)_3f2a9c1b.xlsx"),
        ("../../../etc/passwd", "102_passwd_3f2a9c1b.xlsx"),
        ("102\u202exslx.exe", "102_xslx_3f2a9c1b.xlsx"),
        ("102\udcff\n\x00.xlsx", "102_3f2a9c1b.xlsx"),
        ("con.xlsx", "102_con_3f2a9c1b.xlsx"),
        ("", "102_3f2a9c1b.xlsx"),
    ],
)
def test_a_name_is_made_of_letters_and_digits_alone(received: str, name: str) -> None:
    made = copy_name(Wanted(HASH, "102", received), ".xlsx")
    assert made == name
    assert re.fullmatch(r"[\w()（）.-]+", made)
    made.encode("utf-8")


def test_a_long_name_is_cut_and_stays_unique() -> None:
    made = {copy_name(Wanted(one * 64, "102", "长" * 500 + ".xlsx"), ".xlsx") for one in "ab"}
    assert len(made) == 2
    assert all(len(name.encode()) < 255 for name in made)


def test_findings_link_to_the_cell_of_the_received_file(tmp_path: Path) -> None:
    received = fill(tmp_path, "1")
    out = collect(tmp_path)
    (copy,) = (out / RETURNED).iterdir()
    assert copy.read_bytes() == received.read_bytes()
    found = links(out)
    assert found
    for target, location in found:
        assert (out / target.replace("\\", "/")) == copy
        sheet, _, cell = location.rpartition("!")
        assert load_workbook(copy)[sheet.strip("'")][cell] is not None


def test_the_reports_stay_the_same_when_the_collected_folder_is_gone(tmp_path: Path) -> None:
    fill(tmp_path, "1")
    out = collect(tmp_path)
    names = ("findings.xlsx", "report.html", "summary.xlsx", "findings.jsonl")
    before = [(out / name).read_bytes() for name in names]
    shutil.rmtree(tmp_path / "回收")
    shutil.rmtree(out / RETURNED)
    toolkit.report(out)
    assert [(out / name).read_bytes() for name in names] == before
    assert links(out)
    assert all((out / target.replace("\\", "/")).is_file() for target, _ in links(out))


def test_links_lead_nowhere_but_beside_the_reports(tmp_path: Path) -> None:
    fill(tmp_path, "1", "102'!A1&=cmd#x%41.xlsx")
    out = collect(tmp_path)
    hrefs = re.findall(r'href="([^"#]+)', (out / "report.html").read_text("utf-8"))
    targets = [unquote(one) for one in hrefs] + [target.replace("\\", "/") for target, _ in links(out)]
    assert targets
    for target in targets:
        assert re.fullmatch(rf"{RETURNED}/[\w()（）.-]+", target)
        assert (out / target).is_file()


def test_a_newer_version_has_its_own_copy_and_the_old_one_goes(tmp_path: Path) -> None:
    fill(tmp_path, "1")
    out = collect(tmp_path)
    (old,) = (out / RETURNED).iterdir()
    newer = fill(tmp_path, "2")
    collect(tmp_path)
    (new,) = (out / RETURNED).iterdir()
    assert new.name != old.name
    assert new.read_bytes() == newer.read_bytes()


def test_a_copy_that_was_changed_is_put_right_and_one_of_somebody_s_own_stays(tmp_path: Path) -> None:
    received = fill(tmp_path, "1")
    out = collect(tmp_path)
    (copy,) = (out / RETURNED).iterdir()
    copy.chmod(0o600)
    copy.write_bytes(b"x" * len(received.read_bytes()))
    (out / RETURNED / "我的.txt").write_text("我的")
    toolkit.report(out)
    assert copy.read_bytes() == received.read_bytes()
    assert (out / RETURNED / "我的.txt").read_text() == "我的"


def test_what_the_store_lost_or_a_browser_would_run_has_no_copy(tmp_path: Path) -> None:
    objects = tmp_path / "state" / "objects"
    objects.mkdir(parents=True)
    contents = {"web": b"<html><script>alert(1)</script></html>", "damaged": b"PK"}
    wanted = []
    for content in contents.values():
        sha256 = hashlib.sha256(content).hexdigest()
        (objects / sha256).write_bytes(content)
        wanted.append(Wanted(sha256, "102", "102.xlsx"))
    wanted.append(Wanted("0" * 64, "103", "103.xlsx"))
    assert put_copies(tmp_path, wanted) == {}
    drop_copies(tmp_path, {})
    assert not (tmp_path / RETURNED).exists()
