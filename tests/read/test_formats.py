"""A workbook of ours in every format it comes back in says the same, and nothing is found fault with."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles.numbers import FORMAT_PERCENTAGE_00

from bench.office import Office, convert
from tests.read.other_formats import NOT_SPELLED_OUT, SPELLED_OUT, xlsb, xml2003
from toolkit.catalog import load_edition
from toolkit.model.fact import Key, Return, State
from toolkit.model.form import Suite
from toolkit.read import extract, read_bytes
from toolkit.read.odsformulas import a1_address, a1_formula
from toolkit.read.tokens import Context, formula_text
from toolkit.read.xml2003 import a1_of_steps

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "mended" / "102_办公室.xlsx"
OFFICE = {"xls": "xlrd+calamine", "ods": "expat+calamine", "fods": "expat", "html": "html"}
GNUMERIC = {"g.xls": "xlrd+calamine", "g.ods": "expat"}
BUILT = {"xlsb": "biff12+calamine", "xml": "expat"}
ENGINES = OFFICE | GNUMERIC | BUILT
KEPT = sorted(ENGINES.keys() - {"html"})
"""The formats that keep ids, names and formulas."""


def in_every_format(source: Path, folder: Path) -> dict[str, Path]:
    """The workbook saved by LibreOffice and gnumeric, and as the two formats that neither writes."""
    found = {kind: convert(source, kind, folder / "office") for kind in OFFICE}
    for kind in GNUMERIC:
        found[kind] = folder / f"gnumeric.{kind.removeprefix('g.')}"
        subprocess.run(["ssconvert", str(source), str(found[kind])], check=True, capture_output=True, timeout=120)
    found["xlsb"], found["xml"] = folder / "built.xlsb", folder / "built.xml"
    found["xlsb"].write_bytes(xlsb(source.read_bytes()))
    found["xml"].write_bytes(xml2003(source.read_bytes()))
    return found


def read(path: Path, suite: Suite) -> Return:
    """Read it under a name that says nothing about its format."""
    return read_bytes(path.read_bytes(), "102_办公室.xlsx", lambda edition: suite if edition == suite.edition else None)


def said(found: Return) -> Mapping[Key, tuple[object, State, bool]]:
    return {key: (fact.value, fact.state, fact.typed_over) for key, fact in found.facts.items()}


def faults(found: Return) -> list[tuple[str, str | None, str]]:
    """Everything that a unit would be asked to mend or to explain."""
    return sorted((r.code, r.cell, r.detail) for r in found.remarks if r.severity != "info")


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, filled_bytes: bytes) -> Path:
    path = tmp_path_factory.mktemp("filled") / "102.xlsx"
    path.write_bytes(filled_bytes)
    return path


@pytest.fixture(scope="session")
def formats(tmp_path_factory: pytest.TempPathFactory, filled: Path) -> dict[str, Path]:
    return in_every_format(filled, tmp_path_factory.mktemp("formats"))


@pytest.fixture(scope="session")
def marked(tmp_path_factory: pytest.TempPathFactory, filled: Path, suite: Suite) -> Path:
    """A return with one of everything, saved by LibreOffice: an error, a percentage, a text number, a total typed over,
    formulas changed, a hidden row, merged cells, a date as text, text that XML must escape."""
    folder = tmp_path_factory.mktemp("marked")
    facts = read(filled, suite).facts
    book = openpyxl.load_workbook(filled)

    def put(value: str | float, block: str, row: str, field: str, instance: str = "") -> None:
        fact = facts[Key(block, instance, row, field)]
        book[fact.sheet][fact.cell] = value

    put(9999, "expenditure", "total", "this_year")
    put("=SUM(D7:D8)", "expenditure", "total", "last_year")
    put("=C7-D7+1", "expenditure", "basic", "change")
    put("１２.５", "expenditure", "travel", "this_year")
    put('<"人员"&增加>', "expenditure", "basic", "reason")
    put("=1/0", "indicators", "001", "target_value", "01")
    put(0.5, "plan", "", "jun", "01")
    half = facts[Key("plan", "01", "", "jun")]
    book[half.sheet][half.cell].number_format = FORMAT_PERCENTAGE_00
    put("2021.3.1", "cover", "", "date")
    book["01_收支"].row_dimensions[8].hidden = True
    book["01_收支"].merge_cells("G7:G8")
    book.save(folder / "102.xlsx")
    return convert(folder / "102.xlsx", "xlsx", folder / "saved")


@pytest.fixture(scope="session")
def marked_formats(tmp_path_factory: pytest.TempPathFactory, marked: Path) -> dict[str, Path]:
    return in_every_format(marked, tmp_path_factory.mktemp("marked_formats"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(ENGINES))
def test_every_format_says_what_the_workbook_says(
    kind: str, formats: dict[str, Path], filled: Path, suite: Suite
) -> None:
    issued, found = read(filled, suite), read(formats[kind], suite)
    assert said(found) == said(issued)
    assert extract(found, suite) == extract(issued, suite)
    assert (found.identity, found.submitted) == (issued.identity, issued.submitted)
    assert found.engine == ENGINES[kind]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KEPT)
def test_a_return_that_was_only_saved_again_is_found_no_fault_with(
    kind: str, formats: dict[str, Path], suite: Suite
) -> None:
    assert faults(read(formats[kind], suite)) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_real_return_says_the_same_after_libreoffice(kind: str, tmp_path: Path) -> None:
    def looked(path: Path) -> Return:
        return read_bytes(path.read_bytes(), EXAMPLE.name, load_edition)

    issued, found = looked(EXAMPLE), looked(convert(EXAMPLE, kind, tmp_path))
    assert len(issued.facts) > 1000
    assert said(found) == said(issued)
    assert faults(found) == faults(issued)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(ENGINES.keys() - {"html", "g.ods", "g.xls"}))
def test_what_was_done_to_the_workbook_is_seen_in_every_format(
    kind: str, marked_formats: dict[str, Path], marked: Path, suite: Suite
) -> None:
    issued, found = read(marked, suite), read(marked_formats[kind], suite)
    assert said(found) == said(issued)
    assert _without_validations(faults(found)) == _without_validations(faults(issued))


def _without_validations(all_faults: list[tuple[str, str | None, str]]) -> list[tuple[str, str | None, str]]:
    """Only packages say where validations were; and only where a formula has a text it can be said to have changed."""
    words = "与按下发的公式重新计算的结果不一致，按所填的值读取"
    changed = "公式被改动，按所填公式的结果读取"
    return [
        (code, cell, words if detail == changed else detail) for code, cell, detail in all_faults if code != "WBK-11"
    ]


@pytest.mark.slow
def test_each_thing_that_was_done_is_what_it_should_be(marked: Path, suite: Suite) -> None:
    """What the comparison above compares with."""
    facts = read(marked, suite).facts

    def fact(block: str, row: str, field: str, instance: str = "") -> tuple[str, State, bool]:
        found = facts[Key(block, instance, row, field)]
        return str(found.value), found.state, found.typed_over

    assert fact("expenditure", "total", "this_year") == ("9999", State.VALUE, True)
    assert fact("expenditure", "total", "last_year") == ("2800", State.VALUE, False)
    assert fact("expenditure", "basic", "change") == ("195.7", State.VALUE, True)
    assert fact("expenditure", "travel", "this_year") == ("12.5", State.VALUE, False)
    assert fact("expenditure", "basic", "reason") == ('<"人员"&增加>', State.VALUE, False)
    assert fact("indicators", "001", "target_value", "01") == ("None", State.INVALID, False)
    assert fact("plan", "", "jun", "01") == ("50", State.VALUE, False)
    assert fact("cover", "", "date") == ("2021-03-01", State.VALUE, False)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsb", "xml"])
def test_libreoffice_reads_the_two_built_formats_alike(
    kind: str, formats: dict[str, Path], filled: Path, suite: Suite, tmp_path: Path
) -> None:
    again = convert(formats[kind], "ods", tmp_path)
    assert said(read(again, suite)) == said(read(filled, suite))


@pytest.mark.slow
def test_the_two_built_formats_are_asked_of_gnumeric_too(
    formats: dict[str, Path], suite: Suite, tmp_path: Path
) -> None:
    target = tmp_path / "again.xlsx"
    subprocess.run(["ssconvert", str(formats["xml"]), str(target)], check=True, capture_output=True, timeout=120)
    assert read(target, suite).identity == read(formats["xml"], suite).identity


# Formulas whose text cannot be had


@pytest.mark.parametrize("expression", [NOT_SPELLED_OUT, b""], ids=["not spelled out", "missing"])
def test_a_formula_without_text_counts_as_issued_while_its_result_does(
    expression: bytes, filled_bytes: bytes, suite: Suite
) -> None:
    found = read_bytes(xlsb(filled_bytes, expression), "102.xlsb", lambda _: suite)
    assert found.remarks == ()
    assert not any(fact.typed_over for fact in found.facts.values())


def test_a_result_that_differs_is_what_the_unit_declares(filled_bytes: bytes, suite: Suite) -> None:
    changed = xlsb(_with_result(filled_bytes, "C6", "9999"))
    found = read_bytes(changed, "102.xlsb", lambda _: suite)
    fact = found.facts[Key("expenditure", "", "total", "this_year")]
    assert (str(fact.value), fact.typed_over) == ("9999", True)
    (remark,) = [r for r in found.remarks if r.cell == "C6"]
    assert (remark.code, remark.severity, remark.expected) == ("WBK-04", "warning", "3700.07")


def test_a_formula_that_is_spelled_out_and_differs_is_a_finding(filled_bytes: bytes, suite: Suite) -> None:
    found = read_bytes(xlsb(filled_bytes, SPELLED_OUT), "102.xlsb", lambda _: suite)
    details = {r.detail for r in found.remarks if r.cell == "C6"}
    assert details == {"公式与下发的不同，结果一致"}


def _with_result(data: bytes, cell: str, result: str) -> bytes:
    """The workbook with another saved result in one cell of 01_收支, its formula as issued."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    names = re.findall(r'<sheet name="([^"]+)"', parts["xl/workbook.xml"].decode())
    part = f"xl/worksheets/sheet{names.index('01_收支') + 1}.xml"
    pattern = rf'(<c r="{cell}"[^>]*>(?:<f>[^<]*</f>)<v>)[^<]*(</v>)'
    parts[part], count = re.subn(pattern.encode(), rb"\g<1>" + result.encode() + rb"\2", parts[part])
    assert count == 1
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part_data in parts.items():
            new.writestr(name, part_data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("tokens", "wide", "words"),
    [
        (b"\x24\x06\x00\x02\xc0\x24\x07\x00\x02\xc0\x22\x02\x04\x00", False, "SUM(C7,C8)"),
        (b"\x25\x04\x00\x08\x00\x02\x00\x02\x40\x19\x10\x00\x00", False, "SUM($C$5:C$9)"),
        (b"\x17\x02\x00ab\x17\x01\x01\x2d\x4e\x08\x1e\x05\x00\x15\x12", False, None),
        (b"\x17\x02\x00a\x22\x17\x01\x01\x2d\x4e\x08", False, '"a"""&"中"'),
        (b"\x3a\x01\x00\x04\x00\x03\x00\x1f" + struct.pack("<d", 0.000001) + b"\x05", False, "'表 1'!$D$5*0.000001"),
        (b"\x2c\xfe\xff\x00\xc0\x13", False, "-B3"),
        (b"\x23\x01\x00\x00\x00\x1d\x01\x0b", False, "总额=TRUE"),
        (b"\x2a\x00\x00\x00\x00\x1c\x17\x06", False, "#REF!/#REF!"),
        (b"\x24\x06\x00\x00\x00\x02\xc0\x24\x07\x00\x00\x00\x02\xc0\x22\x02\x04\x00", True, "SUM(C7,C8)"),
        (b"\x17\x02\x00a\x00\x2d\x4e\x22\x02\xe0\x01", True, None),
        (b"\x1e\x01\x00\x17\x00\x00\x42\x02\xe0\x01", True, 'IFERROR(1,"")'),
        (b"\x3b\x00\x00" + struct.pack("<IIHH", 4, 8, 2, 2), True, "[1]!$C$5:$C$9"),
        (b"\x18\x19\x00", True, None),
        (b"\x03", False, None),
        (b"", False, None),
    ],
)  # fmt: skip
def test_expressions_are_spelled_out_or_left_alone(tokens: bytes, wide: bool, words: str | None) -> None:
    context = Context(wide, ["[1]!", "'表 1'!"], ["总额"])
    assert formula_text(tokens, context, (4, 1)) == (words or "?")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("of:=SUM([.C5:.C9];[$'表 一'.$A$1])", "SUM(C5:C9,'表 一'!$A$1)"),
        ('of:=IF([.A1]="a;[.B2]";1;2)', 'IF(A1="a;[.B2]",1,2)'),
        ("of:=['file:///tmp/other.ods'#$Sheet1.A1]+1", "'[other.ods]Sheet1'!A1+1"),
        ("of:=[.#REF!]*COM.MICROSOFT.IFS([.A1];1)", "#REF!*IFS(A1,1)"),
        ("msoxl:=SUM(A1,B1)", "SUM(A1,B1)"),
    ],
)
def test_open_formulas_read_as_excel_writes_them(written: str, meant: str) -> None:
    assert a1_formula(written) == meant


def test_addresses_that_are_none_stay_as_they_are() -> None:
    assert a1_address("$'a''b'.$C$5:.$D$9") == "'a''b'!$C$5:$D$9"
    assert a1_address("nonsense") == "nonsense"


@pytest.mark.parametrize(
    ("steps", "meant"),
    [
        ("=SUM(R[-5]C:R[-1]C)", "SUM(C1:C5)"),
        ("='R1C1 表'!R3C2&\"R1C1\"", "'R1C1 表'!$B$3&\"R1C1\""),
        ("=RC[-1]*R2C", "B6*C$2"),
        ("=ROUND(RC1,2)", "ROUND($A6,2)"),
    ],
)
def test_rows_and_columns_read_as_addresses(steps: str, meant: str) -> None:
    assert a1_of_steps(steps, (5, 2)) == meant


@pytest.mark.slow
def test_errors_stay_errors_in_old_workbooks(marked_formats: dict[str, Path], suite: Suite) -> None:
    for kind in ("xls", "ods", "xlsb", "xml", "g.xls"):
        raised = [r for r in read(marked_formats[kind], suite).remarks if r.code == "WBK-05"]
        assert [(r.key and r.key.field, r.actual, r.severity) for r in raised] == [
            ("target_value", "#DIV/0!", "error")
        ], kind


@pytest.mark.slow
def test_wps_names_its_files_et(formats: dict[str, Path], suite: Suite, tmp_path: Path) -> None:
    old, new = tmp_path / "102.et", tmp_path / "103.et"
    old.write_bytes(formats["xls"].read_bytes())
    with Office() as office:
        office.open(formats["xls"])
        office.save(new, "Calc MS Excel 2007 XML")
    assert said(read(old, suite)) == said(read(new, suite))
    assert (read(old, suite).engine, read(new, suite).engine) == ("xlrd+calamine", "expat+calamine")
