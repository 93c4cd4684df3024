"""The main job on the example returns that come with the toolkit."""

from __future__ import annotations

import shutil
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from toolkit.api.returns import Progress, collect_into
from toolkit.messages import _
from toolkit.model.errors import InputError


def demo(out: Path | str, *, progress: Progress | None = None) -> list[str]:
    """Collect the shipped example returns into ``out`` and say what was found and what to open."""
    out = Path(out)
    with resources.as_file(_examples()) as examples:
        returned = out / "returned"
        returned.mkdir(parents=True, exist_ok=True)
        for file in sorted((examples / "returned").iterdir()):
            shutil.copyfile(file, returned / file.name)
        roster = examples / "roster.csv"
        collected = collect_into([returned], out / "result", roster=roster, progress=progress)
    intro = _("三个部门公开的预算，按原文填进套表，再作为单位报来的文件回收：")
    return [intro, *(f"  {file.name}" for file in sorted(returned.iterdir())), "", *collected.as_text()]


def _examples() -> Traversable:
    """The examples: inside the installed package, or beside it in a checkout."""
    inside = resources.files("toolkit") / "_examples"
    if inside.is_dir():
        return inside
    beside = Path(__file__).resolve().parents[2] / "examples"
    if not (beside / "returned").is_dir():
        raise InputError(_("没有随附的示例。"))
    return beside
