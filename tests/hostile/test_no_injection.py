"""What stands in a return, or in its name, never acts in what is written from it, and is never dropped in silence."""

from __future__ import annotations

import csv
import html
import http.server
import io
import json
import os
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest

from bench.mutilation.package import Package
from bench.mutilation.sample import MINI, sample
from toolkit.model.fact import Key, UnitData
from toolkit.write import write_workbook

pytestmark = pytest.mark.slow
SUITE = Path(__file__).parents[1] / "suites" / "mini"
BIDI = "甲\u202e乙\u2066"
LONG = "长" * 40_000
_STARTS = tuple("=+-@＝＋－＠\t\r")


class _Asked(http.server.BaseHTTPRequestHandler):
    paths: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.paths.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of this machine that writes down whoever asks it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Asked)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@dataclass(frozen=True)
class Written:
    """What a collection of hostile texts left behind, and what it said."""

    out: Path
    sent: Path
    said: str
    payloads: tuple[str, ...]

    def books(self) -> list[Path]:
        found = [self.out / "findings.xlsx", self.out / "summary.xlsx", *sorted(self.sent.glob("*.xlsx"))]
        assert len(found) >= 3
        return found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, address: str) -> Written:
    folder = tmp_path_factory.mktemp("texts")
    active = f"<img src={address}/img onerror=document.title='ran'><script>fetch('{address}/js');document.title='ran'</script>"
    payloads = (
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "＝1＋1",
        "＋1cmd",
        "－1cmd",
        "＠cmd",
        active,
        BIDI,
        "甲\x0b乙",
        LONG,
        "javascript:alert(1)",
    )
    made = sample(MINI)
    who = replace(made.identity, unit_name=f'=HYPERLINK("{address}/unit","x"){active}{BIDI}')
    buffer = io.BytesIO()
    write_workbook(buffer, made.suite, data=UnitData(made.suite.id, who, made.given), instances=2)
    returned = folder / "returned"
    returned.mkdir()
    names = ["=cmd 102.xlsx", "<img src=x onerror=alert(1)>.xlsx"] + (
        ["\x1b]0;x\x07\u202e.xlsx"] if os.name != "nt" else []
    )
    for name in names[1:]:
        (returned / name).write_bytes(b"")
    path = returned / names[0]
    path.write_bytes(buffer.getvalue())
    numbers = [
        key
        for key in made.given
        if key.block in {"expenditure", "projects"} and key.field in {"this_year", "last_year", "fiscal", "other"}
    ]
    places = [
        *numbers,
        *(Key("expenditure", "", row, "reason") for row in ("basic", "project", "travel")),
        *(Key("projects", "", row, "name") for row in ("001", "002")),
    ]
    assert len(places) >= len(payloads)
    with Package(path) as package:
        for key, text in zip(places, payloads, strict=False):
            package.text(*made.at(key), text.replace("\x0b", "_x000B_"))
        package.replace("xl/workbook.xml", '<sheet name="02_项目清单"', '<sheet name="&lt;b&gt;=02_项目清单"')
    out, sent = folder / "out", folder / "sent"
    command = [sys.executable, "-X", "utf8", "-m", "toolkit"]
    done = [
        subprocess.run([*command, *arguments], capture_output=True, check=False, timeout=120)
        for arguments in (
            ["collect", str(returned), "-o", str(out), "--suite", str(SUITE)],
            ["report", str(out)],
            ["annotate", str(out), "-o", str(sent), "--suite", str(SUITE)],
        )
    ]
    said = b"".join(one.stdout + one.stderr for one in done).decode("utf-8")
    assert [one.returncode for one in done[:1] + done[2:]] == [1, 0], said
    return Written(out, sent, said, payloads)


def test_no_formula_and_no_link_is_made_of_a_text(written: Written) -> None:
    for path in written.books():
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                text = package.read(name).decode("utf-8", "replace")
                formulas = [html.unescape(f) for f in re.findall(r"<f\b[^>]*>(.*?)</f>", text, re.DOTALL)]
                assert not [
                    f for f in formulas if "cmd" in f or "SUM(1)" in f or 'HYPERLINK("http' in f or "1＋1" in f
                ], name
                if name.endswith(".rels"):
                    assert not re.search(r"javascript:|127\.0\.0\.1", text), name
            assert not [name for name in package.namelist() if "vba" in name.lower() or "externalLink" in name]


def test_csv_cells_do_not_begin_as_formulas(written: Written) -> None:
    with (written.out / "findings.csv").open(encoding="utf-8-sig", newline="") as lines:
        cells = [cell for row in csv.reader(lines) for cell in row]
    assert any("cmd" in cell for cell in cells)
    assert not [c for c in cells if c.lstrip().startswith(_STARTS) and not re.fullmatch(r"-?\d+(\.\d+)?", c)]
    assert not [c for c in cells if re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", c)]


def test_the_report_runs_nothing_and_asks_nobody(written: Written, tmp_path: Path) -> None:
    page = written.out / "report.html"
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path}",
        "--virtual-time-budget=3000",
    ]
    dom = subprocess.run(
        [*command, "--dump-dom", page.as_uri()], check=True, capture_output=True, timeout=120
    ).stdout.decode()
    title = re.search(r"<title>(.*?)</title>", dom)
    assert title is not None
    assert title[1] != "ran"
    assert re.findall(r"<script[^>]*>", dom) == ["<script>"]  # our own, allowed by its hash
    assert not re.search(r"<img|<iframe|\son\w+\s*=\s*[\"']|href=\"javascript:", dom.replace("&lt;", ""))
    assert "onerror" in dom  # it is shown, as text
    assert _Asked.paths == []
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", dom)


def test_the_terminal_is_not_steered(written: Written) -> None:
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]", written.said)


def test_nothing_is_dropped(written: Written) -> None:
    lines = [json.loads(line) for line in (written.out / "findings.jsonl").read_text(encoding="utf-8").splitlines()]
    told = json.dumps(lines, ensure_ascii=False)
    for payload in written.payloads[:8]:
        start = payload.partition("\x0b")[0][:10]
        assert json.dumps(start, ensure_ascii=False)[1:-1] in told, payload
    ledger = (written.out / "received.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(ledger) == len(list((written.out.parent / "returned").iterdir()))
    with zipfile.ZipFile(written.sent / next(p.name for p in written.sent.glob("*.xlsx"))) as package:
        assert package.testzip() is None
