"""The consolidated workbook in other views: at a node, for the public, in another unit of money; kept up to date."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.messages import _
from toolkit.model.errors import InputError
from toolkit.store.disk import write_atomic

if TYPE_CHECKING:
    from toolkit.report import Results, View
    from toolkit.store import Outputs

VIEWS = "state/summaries.json"
MONEY = {"元": "元", "yuan": "元", "万元": "万元", "wan": "万元"}


def tabled(results: Results, options: Mapping[str, str]) -> Results:
    """The results with the bureau's tables that the consolidation goes by: the whole roster, the adjustments.

    Raises InputError for a faulty table.
    """
    from toolkit.store.adjustments import read_adjustments  # noqa: PLC0415
    from toolkit.store.bureau import read_hierarchy  # noqa: PLC0415

    roster, adjustments = options.get("roster"), options.get("adjustments")
    return replace(
        results,
        hierarchy=read_hierarchy(Path(roster)) if roster else None,
        adjustments=read_adjustments(Path(adjustments)) if adjustments else (),
    )


def view_of(node: str, *, public: bool, money: str) -> View | None:
    """The view that the options ask for; None where they ask for nothing. Raises InputError for an unknown unit."""
    from toolkit.report import View  # noqa: PLC0415

    if money and money not in MONEY:
        raise InputError(_("金额单位“{money}”不认识，可用：{known}。").format(money=money, known="、".join(MONEY)))
    view = View(node, public, MONEY[money] if money else "")
    return view if view != View() else None


def write_views(out: Path, outputs: Outputs, results: Results, asked: View | None) -> list[View]:
    """Stage the workbook of the view asked for, and again those of earlier runs: they must not grow stale.

    One whose node has gone is left out. Raises InputError where the one asked for cannot be made.
    """
    from toolkit.report import write_summary  # noqa: PLC0415

    views = _remembered(out)
    made = []
    for view in [*(v for v in views if v != asked), *([asked] if asked is not None else [])]:
        buffer = io.BytesIO()
        try:
            write_summary(results, buffer, view)
        except InputError:
            if view == asked:
                raise
            continue
        outputs.path(view.file).write_bytes(buffer.getvalue())
        made.append(view)
    return made


def keep_views(out: Path, views: list[View]) -> None:
    """Note the views, for the next run."""
    if views or (out / VIEWS).exists():
        write_atomic(out / VIEWS, json.dumps([asdict(view) for view in views], ensure_ascii=False).encode())


def _remembered(out: Path) -> list[View]:
    from toolkit.report import View  # noqa: PLC0415

    path = out / VIEWS
    return [View(**view) for view in json.loads(path.read_text("utf-8"))] if path.is_file() else []
