"""What README.md and README.zh-CN.md quote, taken from a run: ``python -m bench.quotes [--check]``.

A quotation stands in a page between ``<!-- quote: name -->`` and ``<!-- end -->``; everything else is written by
hand. Paths are those of a folder in which ``examples`` lies; times of receipt are replaced by a word.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZipFile

from toolkit.catalog import load_suite
from toolkit.formula import Check, compile_suite, select_checks, to_chinese
from toolkit.layout import arrange
from toolkit.layout.places import a1
from toolkit.layout.verdicts import VERDICT, plan_zones

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
SUITE, RULE, FIELD = "hebei-2021", "XF-01", "budget_total:"
DEFINED = "standard"  # where the suite inherits them from
SHEETS = 16

PYTHON = """\
import toolkit

with toolkit.Book("demo/result") as book:
    failed = book.findings.query("result == 'fail'")
    print(failed.groupby(["unit", "severity"]).size().to_string())
    print(book.sql("SELECT unit, count(*) AS lines, sum(value_decimal) AS total FROM facts"
                   " WHERE block = 'procurement' AND row <> 'total' AND field = 'amount_total'"
                   " AND state = 'value' GROUP BY unit ORDER BY unit").to_string(index=False))
"""

_BLOCK = re.compile(r"(<!-- quote: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


def ran(command: str, folder: Path) -> tuple[str, int]:
    """What a command line prints, both streams, and its exit code."""
    words = [sys.executable, "-m", "toolkit"]
    for word in command.split()[1:]:
        words += sorted(str(p.relative_to(folder)) for p in folder.glob(word)) if "*" in word else [word]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(words, check=False, capture_output=True, cwd=folder, env=environment)
    assert done.returncode in {0, 1}, f"{command}: {done.returncode} {done.stderr.decode()}"
    return _TIME.sub("〈时间〉", (done.stdout + done.stderr).decode().strip()), done.returncode


def shown(command: str, folder: Path, only: Iterable[str] = ()) -> str:
    """A command and what it prints; with ``only`` the lines that hold one of these words, the rest as “…”."""
    said, code = ran(command, folder)
    lines, words = said.splitlines(), tuple(only)
    if words:
        kept = [line if any(word in line for word in words) else "…" for line in lines]
        lines = [line for at, line in enumerate(kept) if line != "…" or kept[at - 1 : at] != ["…"]]
    return "\n".join([f"$ {command}", *lines, *([f"$ echo $?\n{code}"] if code else [])])


def python(folder: Path) -> str:
    """The piece of Python and what it prints."""
    told, here = io.StringIO(), Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(told):
            exec(compile(PYTHON, "README", "exec"), {})
    finally:
        os.chdir(here)
    return f"```python\n{PYTHON}```\n\n{_fenced(told.getvalue().rstrip())}"


def definition(blank: Path) -> dict[str, str]:
    """One field and one rule as written, and what is made of them: cell formula, SQL, Chinese."""
    suite = load_suite(SUITE)
    program = compile_suite(suite)
    check = program.checks_by_id[RULE]
    folder = ROOT / "templates" / "catalog" / DEFINED
    form = (folder / "forms" / "target.yaml").read_text("utf-8").splitlines()
    rules = (folder / "rules" / "xf.yaml").read_text("utf-8")
    entry = next(part for part in re.split(r"(?=^- code: )", rules, flags=re.MULTILINE) if f"code: {RULE}\n" in part)
    field = next(line.strip() for line in form if line.strip().startswith(FIELD))
    place, formula = live_verdict(blank, check)
    sentences = [to_chinese(part.bound, suite) for level in check.levels for part in level.parts]
    return {
        "yaml": _fenced(f"# forms/target.yaml\n{field}\n\n# rules/xf.yaml\n{entry.strip()}", "yaml"),
        "cell": _fenced(f"{place}  ={formula}"),
        "sql": _fenced(select_checks(program, [check]).strip(), "sql"),
        "sentence": _fenced("\n".join(sentences)),
    }


def live_verdict(blank: Path, check: Check) -> tuple[str, str]:
    """Address and formula of the verdict of a check of its form as a whole, as they stand in a workbook."""
    suite = load_suite(SUITE)
    sheet = next(s for s in arrange(suite, SHEETS).sheets if s.form.id == check.domain.form)
    lines = plan_zones(suite, compile_suite(suite))[check.domain.form].lines
    line = next(n for n, verdict in enumerate(lines) if verdict.check.id == check.id)
    cell = a1(line, sheet.hidden_from + VERDICT)
    with ZipFile(blank) as package:
        names = re.findall(r'<sheet name="([^"]+)" sheetId="(\d+)"', package.read("xl/workbook.xml").decode())
        part = f"xl/worksheets/sheet{dict(names)[sheet.name]}.xml"
        found = re.search(rf'<c r="{cell}"[^>]*><f>(.*?)</f>', package.read(part).decode())
    assert found is not None, cell
    plain = found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    return f"{sheet.name}!{cell}", plain


def _fenced(text: str, language: str = "") -> str:
    return f"```{language}\n{text}\n```"


def quotes() -> dict[str, str]:
    """Name of each quotation → its Markdown, from a run in a folder of its own."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "examples").symlink_to(ROOT / "examples", target_is_directory=True)
        roster = "--roster examples/roster.csv"
        data = "examples/data/102_办公室_2021.yaml"
        made = {
            "demo": shown("toolkit demo -o demo", folder),
            "again": shown(f"toolkit collect demo/returned -o demo/result {roster}", folder, ["收到", "本次读取"]),
            "status": shown("toolkit status demo/result", folder),
            "generate": shown(f"toolkit generate -o 空表.xlsx --suite hebei-2021 --projects {SHEETS}", folder),
            "fill": shown(f"toolkit fill 空表.xlsx {data} -o 102.xlsx", folder),
            "check": shown("toolkit check 102.xlsx", folder, ["102.xlsx：", "XF-01", "相差 2.00"]),
            "mended": shown(f"toolkit collect examples/mended/*.xlsx -o mended {roster}", folder, ["收到", "问题"]),
        }
        made["unit"] = "\n".join(made.pop(name) for name in ("generate", "fill", "check"))
        found = {name: _fenced(text) for name, text in made.items()}
        return {**found, "python": python(folder), **definition(folder / "空表.xlsx")}


def renewed(page: str, found: dict[str, str]) -> str:
    """The page with every quotation as it is now."""
    return _BLOCK.sub(lambda block: f"{block[1]}\n{found[block[2]]}\n\n{block[3]}", page)


def stale(found: dict[str, str]) -> list[Path]:
    """The pages that quote something else."""
    return [page for page in PAGES if page.read_text("utf-8") != renewed(page.read_text("utf-8"), found)]


def main() -> int:
    """Renew the pages, or with ``--check`` name those that are stale (exit 1)."""
    found = quotes()
    pages = stale(found)
    for page in pages:
        if "--check" in sys.argv[1:]:
            print(f"stale: {page.relative_to(ROOT)} (run: python -m bench.quotes)")
        else:
            page.write_text(renewed(page.read_text("utf-8"), found), encoding="utf-8", newline="\n")
            print(f"wrote {page.relative_to(ROOT)}")
    return 1 if pages and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
