"""Round after round: what comes back annotated is read as it is, and marks of what was mended go."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import toolkit
from bench.office import convert
from tests.annotate.conftest import MINI, Make
from tests.annotate.packages import links, opened, part_of, parts_of, repacked, row, slip_of
from toolkit.annotate import Kind, Slip, annotate_workbook, restore_workbook
from toolkit.catalog import load_suite
from toolkit.model.fact import Return
from toolkit.model.rule import Severity
from toolkit.read import read_workbook

LIST = "问题清单"


def read(path: Path) -> Return:
    suite = load_suite(MINI)
    return read_workbook(path, lambda edition: suite if edition == suite.edition else None)


def annotated(folder: Path, returns: Path, *, back: str = "退回") -> Path:
    """Collect a folder and send back; the folder with the workbooks."""
    toolkit.collect([returns], folder / "结果", suites=[MINI]).close()
    toolkit.annotate(folder / "结果", folder / back)
    return folder / back


def marked(path: Path) -> dict[str, set[str]]:
    """Sheet → cells with a note of ours."""
    book = opened(path.read_bytes())
    found = {s.title: {c.coordinate for line in s.iter_rows() for c in line if c.comment} for s in book}
    return {name: cells for name, cells in found.items() if cells}


def coloured(path: Path) -> int:
    """How many cells carry the colour of a mark."""
    book = opened(path.read_bytes())
    colour = re.compile("FF(F2A58|F7CF6|CBBDE)[0-9A-F]")
    return sum(
        bool(colour.match(str(c.fill.fgColor.rgb)))
        for s in book
        if s.title != LIST
        for line in s.iter_rows()
        for c in line
    )


def test_an_annotated_return_is_read_as_if_it_were_not(make: Make, tmp_path: Path) -> None:
    sent = make(tmp_path / "报来" / "102.xlsx", change="99", project="41")
    back = annotated(tmp_path, sent.parent) / "102.xlsx"
    assert marked(back) == {"01_收支": {"E7", "C8"}}
    before, after = read(sent), read(back)
    assert after.facts == before.facts
    assert after.remarks == before.remarks
    assert after.identity == before.identity


def test_a_sheet_of_the_unit_beside_the_list_is_still_noticed(make: Make, tmp_path: Path) -> None:
    make(tmp_path / "报来" / "102.xlsx", change="99")
    back = annotated(tmp_path, tmp_path / "报来") / "102.xlsx"
    book = opened(back.read_bytes())
    book.create_sheet("问题清单 副本")["A1"] = "自己加的"
    book.save(back)
    assert [r.sheet for r in read(back).remarks if r.code == "WBK-02"] == ["问题清单 副本"]


def test_what_was_mended_loses_its_mark_and_the_rest_keeps_it(make: Make, tmp_path: Path) -> None:
    make(tmp_path / "报来" / "102.xlsx", change="99", project="41")
    back = annotated(tmp_path, tmp_path / "报来") / "102.xlsx"
    mended = tmp_path / "报来" / "102 改.xlsx"
    parts = parts_of(back.read_bytes())
    part = part_of(back.read_bytes(), "01_收支")
    assert re.search(rb'<c r="E7"[^>]*><v>99', parts[part])
    parts[part] = re.sub(rb'(<c r="E7"[^>]*><v>)99(?:\.0)?', rb"\g<1>10", parts[part])
    mended.write_bytes(repacked(parts))
    again = annotated(tmp_path, tmp_path / "报来") / "102 改.xlsx"
    book = opened(again.read_bytes())
    codes = {book[LIST][f"N{n}"].value for n in range(6, book[LIST].max_row + 1)}
    assert "NAR-01" not in codes
    assert "XF-01" in codes
    note = book["01_收支"]["E7"].comment
    assert note is None or "NAR-01" not in note.text
    assert not (tmp_path / "退回" / "102.xlsx").exists()  # the workbook of the version that was replaced


def test_a_unit_that_mended_everything_gets_no_workbook(make: Make, tmp_path: Path) -> None:
    make(tmp_path / "报来" / "102.xlsx", change="99")
    back = annotated(tmp_path, tmp_path / "报来")
    assert (back / "102.xlsx").exists()
    make(tmp_path / "报来" / "102.xlsx")
    toolkit.collect([tmp_path / "报来"], tmp_path / "结果", suites=[MINI]).close()
    done = toolkit.annotate(tmp_path / "结果", back)
    (answer,) = [a for a in done.answers if a.status == "accepted"]
    assert (answer.kind, answer.output) == (Kind.CLEAN, None)
    assert not (back / "102.xlsx").exists()
    assert "102.xlsx 无问题" in "\n".join(done.as_text())


def rows(*places: tuple[str, str]) -> Slip:
    return slip_of(*(row(Severity.ERROR, place) for place in places))


def test_cells_that_moved_with_their_marks_lose_them_all_the_same(returned: bytes, tmp_path: Path) -> None:
    path = tmp_path / "102.xlsx"
    path.write_bytes(annotate_workbook(returned, rows(("01_收支", "C7"), ("01_收支", "E7"))))
    book = opened(path.read_bytes())
    book["01_收支"]["C30"]._style = book["01_收支"]["C7"]._style
    book["01_收支"].title = "改了名"
    book.save(path)
    assert coloured(path) == 3
    path.write_bytes(restore_workbook(path.read_bytes()))
    assert coloured(path) == 0
    same = opened(returned)["01_收支"]["C7"].fill.fgColor.rgb
    assert opened(path.read_bytes())["改了名"]["C30"].fill.fgColor.rgb == same


def test_with_the_list_deleted_marks_and_notes_are_known_by_their_looks(returned: bytes, tmp_path: Path) -> None:
    path = tmp_path / "102.xlsx"
    path.write_bytes(annotate_workbook(returned, rows(("01_收支", "C7"), ("P01_绩效", "D6"))))
    book = opened(path.read_bytes())
    del book[LIST]
    book.save(path)
    path.write_bytes(restore_workbook(path.read_bytes()))
    assert coloured(path) == 0
    assert marked(path) == {}


@pytest.mark.parametrize("done", ["row deleted", "rows put in", "renamed"])
def test_the_list_is_known_whatever_was_done_to_it(returned: bytes, tmp_path: Path, done: str) -> None:
    path = tmp_path / "102.xlsx"
    path.write_bytes(annotate_workbook(returned, rows(("01_收支", "C7"))))
    book = opened(path.read_bytes())
    if done == "row deleted":
        book[LIST].delete_rows(1)
    elif done == "rows put in":
        book[LIST].insert_rows(1, 3)
    else:
        book[LIST].title = "已看"
    book.save(path)
    assert [r for r in read(path).remarks if r.code == "WBK-02"] == []
    path.write_bytes(restore_workbook(path.read_bytes()))
    assert opened(path.read_bytes()).sheetnames == opened(returned).sheetnames
    assert coloured(path) == 0
    looks = [opened(data)["01_收支"]["C7"].fill.fgColor.rgb for data in (path.read_bytes(), returned)]
    assert looks[0] == looks[1]


@pytest.mark.slow
def test_saved_by_libreoffice_in_between_everything_comes_off(returned: bytes, tmp_path: Path) -> None:
    plain, path = tmp_path / "原.xlsx", tmp_path / "102.xlsx"
    plain.write_bytes(returned)
    path.write_bytes(annotate_workbook(returned, rows(("01_收支", "C7"), ("01_收支", "E7"), ("P01_绩效", "D6"))))
    saved = convert(path, "xlsx", tmp_path / "存")
    assert coloured(saved) == 3
    assert {r.code for r in read(saved).remarks} == {
        r.code for r in read(convert(plain, "xlsx", tmp_path / "存")).remarks
    }
    once = annotate_workbook(saved.read_bytes(), rows(("01_收支", "C7")))
    path.write_bytes(once)
    assert coloured(path) == 1
    assert marked(path) == {"01_收支": {"C7"}}
    assert opened(once).sheetnames.count(LIST) == 1
    assert annotate_workbook(once, rows(("01_收支", "C7"))) == once
    path.write_bytes(restore_workbook(once))
    assert coloured(path) == 0
    same, before = opened(path.read_bytes()), opened((tmp_path / "存" / "原.xlsx").read_bytes())
    for sheet in before:
        looks = [
            [(c.fill.fgColor.rgb, c.number_format, c.protection.locked) for c in line] for line in sheet.iter_rows()
        ]
        own = same[sheet.title].iter_rows(max_row=sheet.max_row, max_col=sheet.max_column)
        assert looks == [[(c.fill.fgColor.rgb, c.number_format, c.protection.locked) for c in line] for line in own]


def validated(sheet: Worksheet) -> set[tuple[int, int]]:
    """The cells with a rule of entry."""
    ranges = [r for rule in sheet.data_validations.dataValidation for r in rule.sqref.ranges]
    return {at for r in ranges for at in r.cells}


@pytest.mark.slow
def test_libreoffice_shows_the_list_and_keeps_the_rules_of_entry(returned: bytes, tmp_path: Path) -> None:
    path = tmp_path / "102.xlsx"
    path.write_bytes(annotate_workbook(returned, rows(("01_收支", "C7"))))
    shown = openpyxl.load_workbook(convert(path, "xlsx", tmp_path / "存"))
    assert shown.sheetnames[0] == LIST
    assert links(shown[LIST]) == {"D6": "'01_收支'!C7"}
    before = opened(returned)
    for sheet in before:
        assert validated(shown[sheet.title]) == validated(sheet)
    assert convert(path, "pdf", tmp_path / "印").stat().st_size > 10_000
