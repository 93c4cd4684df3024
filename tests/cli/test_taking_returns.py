"""check, collect, status, report, demo: what came back, what is wrong with it, and the exit code that says so."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
DataFile = Callable[..., Path]
Refused = Callable[..., str]
Left = Callable[[Path], set[str]]
Findings = Callable[[Path], list[dict[str, Any]]]

OUTPUTS = {
    "MANIFEST.json",
    "book.duckdb",
    "facts",
    "findings.csv",
    "findings.jsonl",
    "findings.xlsx",
    "mended.jsonl",
    "received.jsonl",
    "report.html",
    "returned",
    "state",
    "summary.xlsx",
}


def test_check_tells_an_error_with_its_place_and_what_to_do(run: Run, bureau: Path, mini: Path) -> None:
    ran = run("check", bureau / "回收" / "102 办公室.xlsx", "--suite", mini)
    assert ran.code == 1
    assert ran.lines[0] == "102 办公室.xlsx：错误 1，警告 0，提示 1"
    assert "“6月底”填 60%，不应大于 50%" in ran.lines[1]
    assert "[P01_绩效!" in ran.lines[1]
    assert ran.lines[2] == "        请核对支出计划。（PLN-02）"


def test_check_of_a_return_without_errors_ends_with_0(run: Run, bureau: Path, mini: Path) -> None:
    ran = run("check", bureau / "回收" / "103 财政所.xlsx", "--suite", mini)
    assert ran.code == 0
    assert "错误 0" in ran.lines[0]


def test_check_gives_one_finding_a_line_as_json(run: Run, bureau: Path, mini: Path) -> None:
    ran = run("check", *sorted((bureau / "回收").iterdir()), "--format", "json", "--suite", mini)
    assert ran.code == 1
    found = [json.loads(line) for line in ran.lines]
    (error,) = [f for f in found if f["severity"] == "error"]
    assert (error["code"], error["unit"], error["file"]) == ("PLN-02", "102", "102 办公室.xlsx")
    assert (error["actual"], error["expected"], error["difference"]) == ("60", "50", "10")
    assert error["places"][0]["cell"]


def test_check_tells_apart_two_files_of_one_name(
    run: Run, bureau: Path, mini: Path, data_file: DataFile, tmp_path: Path
) -> None:
    for folder, dec in (("甲", "50"), ("乙", "40")):
        (tmp_path / folder).mkdir()
        data = data_file(tmp_path / f"{folder}.yaml", "102", "办公室", dec=dec)
        run("fill", bureau / "空表.xlsx", data, "-o", tmp_path / folder / "102.xlsx", "--suite", mini)
    ran = run("check", tmp_path / "甲" / "102.xlsx", tmp_path / "乙" / "102.xlsx", "--suite", mini)
    assert ran.out.count("不应大于 50%") == 1
    assert ran.out.count("不应大于 40%") == 1


def test_check_of_a_file_that_cannot_be_read_says_why_and_goes_on(
    run: Run, bureau: Path, mini: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "坏 文件.xlsx"
    broken.write_bytes((bureau / "空表.xlsx").read_bytes()[:5_000])
    good = bureau / "回收" / "103 财政所.xlsx"
    ran = run("check", broken, good, "--suite", mini)
    assert ran.code == 1
    assert any(line.startswith("103 财政所.xlsx：错误 0") for line in ran.lines)
    assert any("坏 文件.xlsx”未能接收：" in line for line in ran.lines)
    found = map(json.loads, run("check", broken, good, "--suite", mini, "--format", "json").lines)
    (lost,) = [f for f in found if f["severity"] == "error"]
    assert (lost["code"], lost["file"], lost["places"]) == ("WBK-01", "坏 文件.xlsx", [])


def test_check_of_what_is_no_return_at_all_is_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "通知.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    (tmp_path / "文件夹").mkdir()
    (tmp_path / "文件夹" / "1.xlsx").write_bytes(b"")
    for name in ("通知.pdf", "文件夹"):
        ran = run("check", tmp_path / name)
        assert ran.code == 1
        assert f"{name}”未能接收：" in ran.out


def test_check_of_a_path_that_is_not_there_is_refused(refused: Refused, tmp_path: Path) -> None:
    assert f"“{tmp_path / '没有.xlsx'}”不存在" in refused("check", tmp_path / "没有.xlsx")


def test_collect_leaves_the_whole_set(collected: Path, findings: Findings) -> None:
    assert {path.name for path in collected.iterdir()} == OUTPUTS
    lines = [json.loads(line) for line in (collected / "received.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["unit"], line["status"]) for line in lines] == [("102", "accepted"), ("103", "accepted")]
    assert {(f["code"], f["unit"]) for f in findings(collected) if f["severity"] == "error"} == {("PLN-02", "102")}
    manifest = json.loads((collected / "MANIFEST.json").read_text(encoding="utf-8"))
    assert manifest["counts"]["received"] == 2


def test_collect_ends_with_1_for_errors_and_says_what_to_open(
    run: Run, bureau: Path, mini: Path, tmp_path: Path
) -> None:
    out = tmp_path / "结 果"
    ran = run("collect", bureau / "回收", "-o", out, "--roster", bureau / "单位名册.csv", "--suite", mini)
    assert ran.code == 1
    assert not ran.err
    assert "收到 2 = 已接收 2 + " in ran.out
    assert "未报送单位 1 个：104 教育局" in ran.out
    assert "本次读取 2 个文件。" in ran.out
    assert f"请打开：{out / 'report.html'}、" in ran.lines[-1]


def test_collect_without_errors_ends_with_0(run: Run, bureau: Path, mini: Path, tmp_path: Path) -> None:
    ran = run("collect", bureau / "回收" / "103 财政所.xlsx", "-o", tmp_path / "结果", "--suite", mini)
    assert ran.code == 0


def test_a_second_run_reads_no_file_and_changes_no_output(run: Run, bureau: Path, mini: Path, results: Path) -> None:
    names = ("findings.jsonl", "findings.xlsx", "summary.xlsx", "report.html", "received.jsonl")
    before = {name: (results / name).read_bytes() for name in names}
    ran = run("collect", bureau / "回收", "-o", results, "--roster", bureau / "单位名册.csv", "--suite", mini)
    assert "本次读取 0 个文件。" in ran.out
    assert {name: (results / name).read_bytes() for name in names} == before


def test_a_resubmission_takes_the_place_of_the_first(
    run: Run, bureau: Path, mini: Path, results: Path, tmp_path: Path, data_file: DataFile
) -> None:
    mended = tmp_path / "102 办公室（改）.xlsx"
    run("fill", bureau / "空表.xlsx", data_file(tmp_path / "102.yaml", "102", "办公室"), "-o", mended, "--suite", mini)
    ran = run("collect", mended, "-o", results, "--suite", mini)
    assert ran.code == 0
    assert "已接收 2 + 已被新版本替代 1" in ran.out


def test_archives_are_opened(run: Run, bureau: Path, mini: Path, tmp_path: Path) -> None:
    sent = tmp_path / "报送.zip"
    with zipfile.ZipFile(sent, "w") as archive:
        for path in (bureau / "回收").iterdir():
            archive.write(path, f"第一批/{path.name}")
    ran = run("collect", sent, "-o", tmp_path / "结果", "--suite", mini)
    assert "已接收 2" in ran.out


def test_a_bad_file_of_a_unit_is_a_ledger_line_and_a_finding_and_the_run_goes_on(
    run: Run, bureau: Path, mini: Path, tmp_path: Path, findings: Findings
) -> None:
    sent = Path(shutil.copytree(bureau / "回收", tmp_path / "回收"))
    (sent / "102 办公室.xlsx").unlink()
    whole = (bureau / "空表.xlsx").read_bytes()
    (sent / "104 教育局.xlsx").write_bytes(whole[: len(whole) // 2])
    out = tmp_path / "结果"
    ran = run("collect", sent, "-o", out, "--suite", mini)
    assert ran.code == 1
    ledger = [json.loads(line) for line in (out / "received.jsonl").read_text(encoding="utf-8").splitlines()]
    (lost,) = [line for line in ledger if line["status"] != "accepted"]
    (found,) = [f for f in findings(out) if f["severity"] == "error"]
    assert found["code"] == "WBK-01"
    assert "104 教育局.xlsx" in found["message"]
    assert found["file"].endswith("104 教育局.xlsx")
    assert lost["reason"].rstrip("。") in found["message"]
    assert found["places"] == []


def test_a_collection_in_which_no_file_can_be_taken_says_so_in_findings(
    run: Run, bureau: Path, tmp_path: Path, findings: Findings
) -> None:
    """The edition of the small suite is not known without --suite."""
    out = tmp_path / "结果"
    ran = run("collect", bureau / "回收", "-o", out)
    assert ran.code == 1
    assert [f["code"] for f in findings(out)] == ["WBK-01", "WBK-01"]
    assert all("模板版本未知" in f["message"] for f in findings(out))
    assert {path.name for path in out.iterdir()} == OUTPUTS - {"returned"}


def test_what_is_no_return_is_no_error(run: Run, bureau: Path, mini: Path, tmp_path: Path) -> None:
    sent = Path(shutil.copytree(bureau / "回收", tmp_path / "回收"))
    (sent / "102 办公室.xlsx").unlink()
    (sent / "通知.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    ran = run("collect", sent, "-o", tmp_path / "结果", "--suite", mini)
    assert ran.code == 0
    assert "不是报送表 1" in ran.out


def test_an_empty_folder_is_refused_and_nothing_is_made(
    refused: Refused, mini: Path, tmp_path: Path, left: Left
) -> None:
    (tmp_path / "空").mkdir()
    said = refused("collect", tmp_path / "空", "-o", tmp_path / "结果", "--suite", mini)
    assert "没有任何文件" in said
    said = refused("collect", tmp_path / "没有", "-o", tmp_path / "结果")
    assert "不存在" in said
    assert left(tmp_path) == {"空"}


def test_an_output_folder_that_is_a_file_is_refused(
    refused: Refused, bureau: Path, mini: Path, tmp_path: Path, left: Left
) -> None:
    (tmp_path / "结果").write_text("一个文件", encoding="utf-8")
    said = refused("collect", bureau / "回收", "-o", tmp_path / "结果")
    assert str(tmp_path / "结果") in said
    assert str(tmp_path / "结果") in refused("collect", bureau / "回收", "-o", tmp_path / "结果", "--suite", mini)
    assert left(tmp_path) == {"结果"}


def test_a_bad_row_of_the_roster_stops_before_anything_is_received(
    refused: Refused, bureau: Path, tmp_path: Path, left: Left
) -> None:
    roster = tmp_path / "名册.csv"
    roster.write_text("单位代码,单位名称\n102,办公室\n103,\n", encoding="utf-8")
    said = refused("collect", bureau / "回收", "-o", tmp_path / "结果", "--roster", roster)
    assert "名册.csv 第 3 行“单位名称”列" in said
    assert left(tmp_path) == {"名册.csv"}


def test_bad_control_and_prior_tables_stop_before_anything_is_received(
    refused: Refused, bureau: Path, tmp_path: Path, left: Left
) -> None:
    control = tmp_path / "控制数.csv"
    control.write_text("单位代码,类别,控制数\n102,project,四十\n", encoding="utf-8")
    said = refused("collect", bureau / "回收", "-o", tmp_path / "结果", "--control", control)
    assert "控制数.csv 第 2 行“控制数”列" in said
    assert "上年" in refused("collect", bureau / "回收", "-o", tmp_path / "结果", "--prior", tmp_path / "上年.csv")
    (tmp_path / "空").mkdir()
    assert "没有总账" in refused("collect", bureau / "回收", "-o", tmp_path / "结果", "--prior", tmp_path / "空")
    assert left(tmp_path) == {"控制数.csv", "空"}


def test_the_mapping_is_read_first_and_kept_with_the_results(
    run: Run, refused: Refused, bureau: Path, mini: Path, tmp_path: Path, left: Left
) -> None:
    mapping = tmp_path / "对照.csv"
    mapping.write_text("类别,原值,现值,起始年度\n科室,102,433001,2021\n", encoding="utf-8")
    said = refused("collect", bureau / "回收", "-o", tmp_path / "结果", "--mapping", mapping)
    assert "对照.csv 第 2 行“类别”列" in said
    assert left(tmp_path) == {"对照.csv"}
    mapping.write_text("类别,原值,现值,起始年度\n单位,102,433001,2021\n", encoding="utf-8")
    run("collect", bureau / "回收", "-o", tmp_path / "结果", "--mapping", mapping, "--suite", mini)
    assert (tmp_path / "结果" / "state" / "tables" / "mapping.csv").read_bytes() == mapping.read_bytes()


def test_ceilings_are_compared_when_collecting(
    run: Run, bureau: Path, mini: Path, tmp_path: Path, findings: Findings
) -> None:
    control = tmp_path / "控制数.csv"
    control.write_text("单位代码,类别,控制数,计量单位\n103,expenditure.project,30,万元\n", encoding="utf-8")
    out = tmp_path / "结果"
    ran = run("collect", bureau / "回收" / "103 财政所.xlsx", "-o", out, "--control", control, "--suite", mini)
    assert ran.code in {0, 1}
    assert all(f["result"] != "not_executable" for f in findings(out) if f["code"] == "XD-05")


def test_status_says_who_is_there_and_who_is_missing(run: Run, collected: Path) -> None:
    ran = run("status", collected)
    assert ran.code == 0
    assert ran.lines[0] == "收到 2 = 已接收 2"
    assert ran.lines[1:3] == ["名册 3 个单位，未报送 1 个", "  缺  104 教育局 王五"]
    assert ran.lines[3].startswith("  已接收  102  ")
    assert ran.lines[3].endswith("102 办公室.xlsx")


def test_status_as_json_is_the_ledger(run: Run, collected: Path) -> None:
    ran = run("status", collected, "--format", "json")
    assert ran.out == (collected / "received.jsonl").read_text(encoding="utf-8")


def test_report_again_gives_the_same_files(run: Run, results: Path) -> None:
    before = {name: (results / name).read_bytes() for name in ("report.html", "findings.xlsx", "summary.xlsx")}
    for name in before:
        (results / name).unlink()
    ran = run("report", results, "--format", "html", "--format", "xlsx")
    assert ran.code == 0
    assert {Path(line).name for line in ran.lines} == set(before)
    assert {name: (results / name).read_bytes() for name in before} == before


@pytest.mark.parametrize("command", ["status", "report"])
def test_what_was_never_collected_cannot_be_told(refused: Refused, tmp_path: Path, command: str, left: Left) -> None:
    assert "不是收表结果文件夹" in refused(command, tmp_path)
    assert "不是收表结果文件夹" in refused(command, tmp_path / "没有")
    assert left(tmp_path) == set()


def test_demo_runs_the_main_job_on_the_examples(run: Run, tmp_path: Path) -> None:
    ran = run("demo", "-o", tmp_path / "示 例")
    assert ran.code == 0
    assert ran.lines[0].startswith("三个部门公开的预算")
    assert "收到 3 = 已接收 3" in ran.out
    assert ran.lines[-1].startswith(f"请打开：{tmp_path / '示 例' / 'result' / 'report.html'}")
    assert (tmp_path / "示 例" / "result" / "report.html").is_file()


def test_demo_into_a_file_is_refused(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "示例").write_text("", encoding="utf-8")
    assert str(tmp_path / "示例") in refused("demo", "-o", tmp_path / "示例")


def test_a_later_run_goes_by_the_tables_of_the_last(run: Run, bureau: Path, tmp_path: Path, mini: Path) -> None:
    """And keeps them: the table that was handed in may be gone."""
    roster = Path(shutil.copy(bureau / "单位名册.csv", tmp_path))
    run("collect", bureau / "回收", "-o", tmp_path / "结果", "--roster", roster, "--suite", mini)
    before = (tmp_path / "结果" / "findings.jsonl").read_bytes()
    roster.unlink()
    run("collect", bureau / "回收", "-o", tmp_path / "结果")
    run("report", tmp_path / "结果")
    assert (tmp_path / "结果" / "findings.jsonl").read_bytes() == before
    assert "104" in run("status", tmp_path / "结果").out
