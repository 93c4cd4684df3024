"""The page in Chromium: its script runs under its own policy, without a word on the console, and does what it says."""

from __future__ import annotations

import io
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.conftest import make_findings
from toolkit.report import Results, write_report

pytestmark = pytest.mark.slow
Make = Callable[..., Results]

DRIVER = """
const told = {};
const set = (id, value, event) => { const e = document.getElementById(id); e.value = value; e.dispatchEvent(new Event(event)); };
const shown = () => [...document.querySelectorAll(".e")].filter((e) => !e.hidden && !e.closest("[hidden]")).length;
addEventListener("load", () => {
  told.all = shown();
  set("find", "SUM-02 办公室", "input");
  setTimeout(() => {
    told.found = shown(); told.count = document.getElementById("count").textContent;
    set("find", "没有这样的词", "input");
    setTimeout(() => {
      told.none = shown(); told.said = !document.getElementById("none").hidden;
      set("find", "", "input"); set("grave", "warning", "change");
      setTimeout(() => {
        told.warnings = shown();
        set("grave", "", "change"); set("money", "元", "change");
        setTimeout(() => {
          told.yuan = [...document.querySelectorAll("#u1 b")].map((b) => b.textContent);
          set("money", "", "change");
          setTimeout(() => {
            told.back = [...document.querySelectorAll("#u1 b")].map((b) => b.textContent);
            document.title = JSON.stringify(told);
          }, 300);
        }, 300);
      }, 400);
    }, 400);
  }, 400);
});
"""


def chromium(page: Path, profile: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    # Without the sandbox it also starts as root in a container; the page is ours and loads nothing.
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", *options]
    return subprocess.run([*command, page.as_uri()], check=True, capture_output=True, timeout=120)


def written(results: Results, path: Path) -> Path:
    out = io.BytesIO()
    write_report(results, "html", out)
    path.write_bytes(out.getvalue())
    return path


def test_the_script_runs_under_the_policy_of_the_page(make: Make, tmp_path: Path) -> None:
    page = written(make(), tmp_path / "报告.html")
    run = chromium(page, tmp_path / "a", "--enable-logging=stderr", "--virtual-time-budget=3000", "--dump-dom")
    assert [line for line in run.stderr.decode(errors="replace").splitlines() if "CONSOLE" in line] == []
    tools = re.search(r'<span class="tools" id="tools"[^>]*>', run.stdout.decode())
    assert tools is not None
    assert "hidden" not in tools[0]


def test_the_filter_and_the_unit_of_money_do_what_they_say(make: Make, tmp_path: Path) -> None:
    total = make_findings()[0]
    page = written(make(findings=(*make_findings(), replace(total, fingerprint="9"))), tmp_path / "报告.html")
    text = re.sub(r"<meta http-equiv[^>]*>", "", page.read_text("utf-8"))  # the policy would not let the driver in
    page.write_text(text.replace("</body>", f"<script>{DRIVER}</script></body>"), encoding="utf-8")
    run = chromium(page, tmp_path / "b", "--virtual-time-budget=8000", "--dump-dom")
    title = re.search(r"<title>(.*?)</title>", run.stdout.decode())
    assert title is not None
    told = json.loads(title[1])
    assert (told["all"], told["found"], told["none"], told["said"]) == (7, 2, 0, True)
    assert told["count"] == "筛出 2 / 7 条"
    assert told["warnings"] == 3
    assert told["yuan"][:3] == ["12978700 元", "12988700 元", "-10000 元"]
    assert told["back"][:3] == ["1297.87 万元", "1298.87 万元", "-1.00 万元"]


def test_a_printed_page_holds_also_what_is_folded(make: Make, tmp_path: Path) -> None:
    page = written(make(), tmp_path / "报告.html")
    printed = tmp_path / "报告.pdf"
    chromium(page, tmp_path / "c", f"--print-to-pdf={printed}")
    told = subprocess.run(["pdftotext", printed, "-"], check=True, capture_output=True, timeout=60).stdout.decode()
    assert "产出指标缺" in told  # of a unit
    assert "全部展开" not in told
    size = subprocess.run(["pdfinfo", printed], check=True, capture_output=True, timeout=60).stdout.decode()
    assert "A4" in size
