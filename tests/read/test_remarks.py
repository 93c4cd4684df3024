"""What was done to the file besides filling it in, and who it says it is."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from toolkit.model.fact import Key

if TYPE_CHECKING:
    from tests.read.conftest import Returned

Facts = dict[Key, tuple[object, ...]]


def test_hidden_rows_and_columns_are_read_and_named(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        book["01_收支"].row_dimensions[8].hidden = True
        book["01_收支"].column_dimensions["D"].hidden = True
    assert returned.facts() == issued_facts
    details = [r.detail for r in returned.remarks("WBK-09")]
    assert any("第 8 行" in d for d in details)
    assert any("D" in d and "列" in d for d in details)


def test_merged_data_cells_are_named(returned: Returned) -> None:
    returned.rewrite(
        returned.part_of("01_收支"), lambda xml: xml.replace("<mergeCells ", "<mergeCells x='1' ").replace(
            "</mergeCells>", '<mergeCell ref="C7:C8"/></mergeCells>')
    )  # fmt: skip
    assert [(r.cell, r.severity) for r in returned.remarks("WBK-09")] == [("C7", "warning")]


def test_another_unit_of_measure_at_the_head_of_a_table(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        cells = [c for row in book["01_收支"].iter_rows() for c in row if c.value == "单位：万元"]
        cells[0].value = "单位：元"
    assert returned.facts() == issued_facts
    assert [(r.actual, r.expected) for r in returned.remarks("TYP-02")] == [("单位：元", "单位：万元")]


def test_content_in_a_closed_cell_and_below_the_table(returned: Returned) -> None:
    with returned.openpyxl() as book:
        book["01_收支"]["E9"] = 5
        book["01_收支"]["C15"] = "另有说明"
    details = {r.cell: r.detail for r in returned.remarks("WBK-03")}
    assert "不需填列" in details["E9"]
    assert "未读取" in details["C15"]


def test_macros_are_noted_and_never_run(returned: Returned, issued_facts: Facts) -> None:
    with zipfile.ZipFile(returned.path, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
        package.writestr("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    assert returned.facts() == issued_facts
    assert any("宏" in r.detail for r in returned.remarks("WBK-09"))
    assert any("外部链接" in r.detail for r in returned.remarks("WBK-04"))


def test_a_macro_workbook_by_its_content_type(returned: Returned, issued_facts: Facts) -> None:
    returned.rewrite(
        "[Content_Types].xml",
        lambda xml: xml.replace(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ),
    )
    assert returned.facts() == issued_facts


def test_prefixes_and_strict_namespaces_read_alike(returned: Returned, issued_facts: Facts) -> None:
    def strict(xml: str) -> str:
        return xml.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
        )

    returned.rewrite("xl/sharedStrings.xml", strict)
    for sheet in ("00_封面", "01_收支"):
        returned.rewrite(returned.part_of(sheet), strict)
    assert returned.facts() == issued_facts


def test_the_cover_contradicts_the_hidden_identity(returned: Returned) -> None:
    cell = returned.fact("cover", "", "unit_code").cell
    returned.type_text("00_封面", cell, "103")
    found = returned.read()
    assert found.identity.unit == "102"
    remark = next(r for r in found.remarks if r.code == "WBK-08")
    assert (remark.actual, remark.expected, remark.severity) == ("103", "102", "error")
    assert "封面为“103”" in remark.detail


@pytest.mark.parametrize(
    ("name", "remarks"),
    [
        ("103_办公室.xlsx", 1),
        ("102_办公室.xlsx", 0),
        ("办公室.xlsx", 0),
        ("2021年预算.xlsx", 0),
        ("102办公室(1).xlsx", 0),
    ],
)
def test_the_file_name_contradicts_the_identity(returned: Returned, name: str, remarks: int) -> None:
    returned.path = returned.path.rename(returned.path.with_name(name))
    assert len(returned.remarks("WBK-08")) == remarks


def test_protection_that_was_removed_is_noted(returned: Returned, issued_facts: Facts) -> None:
    with returned.openpyxl() as book:
        book["01_收支"].protection.sheet = False
    assert returned.facts() == issued_facts
    assert [(r.detail, r.severity) for r in returned.remarks("WBK-03")] == [("工作表保护已被取消：01_收支", "info")]


def test_precision_as_displayed_is_a_warning(returned: Returned) -> None:
    returned.rewrite("xl/workbook.xml", lambda xml: xml.replace("<calcPr ", '<calcPr fullPrecision="0" '))
    assert returned.severities("WBK-04") == {"warning"}


def test_the_time_of_the_last_save_is_what_the_file_claims(returned: Returned) -> None:
    assert returned.read().saved == "2021-01-01T00:00:00Z"
