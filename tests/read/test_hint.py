"""What is loaded ahead is guessed from the file's properties."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from toolkit import catalog
from toolkit.read.hint import edition_hint

EXAMPLE = Path(__file__).parents[2] / "examples" / "returned" / "102_办公室.xlsx"


def test_a_workbook_as_issued_names_an_edition_that_is_known() -> None:
    assert catalog.load_edition(edition_hint(EXAMPLE)) is not None


@pytest.mark.parametrize("said", ["../../../etc/passwd", "A306F100B3BBFAED", "a306f100b3bbfaed0", ""])
def test_what_is_no_hash_is_no_edition(tmp_path: Path, said: str) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("docProps/custom.xml", f'<property name="edition"><vt:lpwstr>{said}</vt:lpwstr></property>')
    assert edition_hint(path) == ""
