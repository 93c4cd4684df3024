"""What README and the how-to pages say can be done as they say it."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import shlex
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import typer.main

import toolkit
from bench import quotes
from toolkit.catalog import lint, load_suite
from toolkit.cli import main
from toolkit.cli.commands import build
from toolkit.formula import Cells, compile_suite, compute, evaluate_check, homes
from toolkit.model.fact import Key, Value

ROOT = Path(__file__).resolve().parents[2]
HOWTO = sorted((ROOT / "docs" / "howto").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md", *HOWTO]
AUTHOR = ROOT / "docs" / "howto" / "form-author.md"
SUITE = "my-2022"
EVERYWHERE = {"--help", "-h", "--lang", "--settings"}

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`(toolkit [^`\n]*)`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
MEASURED = re.compile(
    r"^\| .+? \| (.+?) \| \[[\w.-]+\]\(((?:bench/results|docs/reference)/[\w.-]+)\) \|$", re.MULTILINE
)
NUMBER = re.compile(r"\d+(?:\.\d+)?")
WORDS = {True: "pass", False: "fail", None: "not_executable"}


def command_lines(page: Path) -> list[str]:
    """Every command line of a page, from its code blocks and from running text."""
    text = page.read_text("utf-8")
    blocks = [line.strip().removeprefix("$ ") for _, block in FENCE.findall(text) for line in block.splitlines()]
    found = [line for line in blocks if line.startswith(("toolkit ", ".venv/bin/toolkit "))]
    found += INLINE.findall(FENCE.sub("", text))
    return [line.partition("  #")[0].strip() for line in found if "…" not in line]


def complaints(line: str) -> list[str]:
    """What is wrong with a command line: no such command, no such option, or too few or too many arguments."""
    words = shlex.split(line)[1:]
    command: Any = typer.main.get_command(build())
    while words and hasattr(command, "commands"):
        if words[0] not in command.commands:
            return [f"{line}: no command {words[0]}"]
        command = command.commands[words.pop(0)]
    options = {name: o for o in command.params if o.param_type_name == "option" for name in o.opts}
    wrong = [f"{line}: no option {w}" for w in words if w.startswith("-") and w not in options.keys() | EVERYWHERE]
    with_value = {name for name, o in options.items() if not o.is_flag} | {"--lang", "--settings"}
    plain = [w for at, w in enumerate(words) if not w.startswith("-") and (at == 0 or words[at - 1] not in with_value)]
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    least = sum(p.required for p in arguments)
    most = 99 if any(p.nargs == -1 for p in arguments) else len(arguments)
    # A bare name in running text speaks of the command; in a line with words of its own it must be complete.
    return wrong + ([f"{line}: arguments"] if words and not least <= len(plain) <= most else [])


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that form-author.md shows, each under the path in its first line."""
    folder = tmp_path_factory.mktemp("author")
    for kind, block in FENCE.findall(AUTHOR.read_text("utf-8")):
        named = re.match(r"# (\S+)\n", block) if kind == "yaml" else None
        if named:
            path = folder / named[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block, encoding="utf-8")
    return folder


@pytest.mark.parametrize("page", [p for p in PAGES if command_lines(p)], ids=lambda p: p.name)
def test_every_command_line_uses_commands_and_options_there_are(page: Path) -> None:
    assert [fault for line in command_lines(page) for fault in complaints(line)] == []


def test_a_command_line_that_does_not_exist_would_be_noticed() -> None:
    assert complaints("toolkit gather 回收 -o 结果") != []
    assert complaints("toolkit collect 回收 --out 结果") != []
    assert complaints("toolkit fill 空表.xlsx -o 102.xlsx") != []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    assert [to for to in LINK.findall(page.read_text("utf-8")) if not (page.parent / to).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_python_uses_public_names(page: Path) -> None:
    blocks = [block for kind, block in FENCE.findall(page.read_text("utf-8")) if kind == "python"]
    for block in blocks:
        names = {
            node.attr
            for node in ast.walk(ast.parse(block))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "toolkit"
        }
        assert names <= set(toolkit.__all__)


def test_architecture_names_the_floors_and_libraries_that_import_linter_enforces() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    floors = [{room.strip() for room in line.split("|")} for line in contracts[0]["layers"]]
    libraries = {c["forbidden_modules"][0]: c["name"].partition(": ")[2].split(", ") for c in contracts[1:]}
    table = re.findall(r"^\| (\d+) \| `(\w+)` \|.*\| ?(.*?) ?\|$", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.M)
    assert [{room for level, room, _ in table if int(level) == at} for at in range(10, -1, -1)] == floors
    for level, room, named in table:
        assert set(filter(None, named.split(", "))) <= {lib for lib, rooms in libraries.items() if room in rooms}, level


def test_changelog_has_every_rule_code_in_it_once() -> None:
    found = re.findall(r"^\| ([A-Z]+-\d+) \|", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    known = {rule.code: rule.statement for rule in load_suite("hebei-2021").rules}
    assert len(found) == len(set(found))
    assert set(found) <= known.keys()


def test_the_folder_of_the_form_author_is_a_suite_without_hints(author: Path) -> None:
    suite = load_suite(author / SUITE)
    assert "training" in [form.id for form in suite.forms]
    assert [str(hint) for hint in lint(suite)] == []


def test_the_cases_of_its_rule_get_the_verdicts_they_state(author: Path) -> None:
    suite = load_suite(author / SUITE)
    program = compile_suite(suite)
    check = program.checks_by_id["XF-90"]
    assert check.in_workbook
    for case in check.rule.cases:
        given: dict[Key, Value] = {}
        for name, value in case.data.items():
            block, row, field = name.split(".")
            given[Key(block, "", row, field)] = Decimal(str(value))
        # Totals of a list stand where it has a row.
        given[Key("courses", "", "001", "name")] = "财务培训"
        cells = Cells(suite, compute(program, given, typed_over=frozenset(given)))
        assert [WORDS[evaluate_check(check, cells, *at).value] for at in homes(check, cells)] == [case.verdict]


@pytest.mark.slow
def test_its_commands_run_in_their_order_and_find_the_fault(author: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(author)
    text = AUTHOR.read_text("utf-8")
    block = next(block for _, block in FENCE.findall(text) if block.startswith("toolkit suite lint"))
    told, codes = {}, []
    for line in block.splitlines():
        said = io.StringIO()
        with contextlib.redirect_stdout(said), pytest.raises(SystemExit) as ended:
            main(shlex.split(line)[1:])
        told[line.split()[1]] = said.getvalue()
        codes.append(ended.value.code)
    assert codes == [0, 0, 0, 0, 1, 1]
    assert "“合计·金额”填 1.90 万元，不应大于 1.50 万元" in told["check"]
    assert "已接收 1" in told["collect"]


@pytest.mark.slow
def test_the_readmes_quote_what_the_commands_print() -> None:
    found = quotes.quotes()
    assert [page.name for page in quotes.stale(found)] == [], "run: python -m bench.quotes"
    for page in quotes.PAGES:
        for name in found:
            assert f"<!-- quote: {name} -->" in page.read_text("utf-8")


@pytest.mark.parametrize("page", PAGES[:2], ids=lambda page: page.name)
def test_what_the_readmes_say_was_measured_stands_in_the_page_they_name(page: Path) -> None:
    rows = MEASURED.findall(page.read_text("utf-8"))
    assert len(rows) > 8
    for measured, target in rows:
        there = set(NUMBER.findall((ROOT / target).read_text("utf-8").replace(",", "")))
        said = NUMBER.findall(measured.replace(",", ""))
        assert [number for number in said if number not in there] == [], target
