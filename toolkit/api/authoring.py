"""Authoring in Excel: a suite as a workbook that an officer edits, and back to a folder of definitions."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from toolkit.api.definitions import choose_suite
from toolkit.api.workbooks import Made, save, target_file
from toolkit.messages import _
from toolkit.model.errors import InputError, OutputError
from toolkit.model.form import Suite


@dataclass(frozen=True, slots=True)
class Imported:
    """A folder of definitions that was written, and the suite in it."""

    folder: Path
    suite: Suite


def export_suite(suite: str | Path, output: Path | str) -> Made:
    """Write a suite, with all that it inherits, as a workbook to edit.

    Raises InputError for an unknown suite, OutputError where the file cannot be written.
    """
    from toolkit.authoring import write_suite  # noqa: PLC0415 - heavy

    target, chosen = target_file(output), choose_suite(suite)
    content = io.BytesIO()
    write_suite(chosen, content)
    save(target, content.getvalue())
    return Made(target, chosen.edition)


def import_suite(workbook: Path | str, folder: Path | str) -> Imported:
    """Write the suite in a workbook as a folder of definitions, which must be new or empty.

    Raises InputError where the workbook cannot be read, SuiteError with every fault by sheet, row and column,
    OutputError where the folder is in use or cannot be written. Nothing is written unless all of it is right.
    """
    from toolkit.authoring import read_suite  # noqa: PLC0415 - heavy
    from toolkit.read import LIMITS  # noqa: PLC0415 - heavy

    path, target = Path(workbook), Path(folder)
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise OutputError(_("{folder} 已有内容，不会覆盖。请给一个新的文件夹。").format(folder=target))
    if not target.absolute().parent.is_dir():
        raise OutputError(_("文件夹不存在：{folder}").format(folder=target.absolute().parent))
    try:
        if path.stat().st_size > LIMITS.file:
            raise InputError(_("{file} 太大，不像是套表定义。").format(file=path))
        content = path.read_bytes()
    except OSError as error:
        raise InputError(_("{file} 打不开：{why}").format(file=path, why=error.strerror or error)) from error
    return Imported(target, read_suite(content, path.name, target.resolve()))
