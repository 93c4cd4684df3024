"""The command that sends back: annotate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit import api
from toolkit.cli.progress import progress_bar
from toolkit.cli.usage import App
from toolkit.messages import _


def register(app: App) -> None:
    """Add this room's command to ``app``."""

    @app.command(
        help=_("把问题退回单位：每个单位自己的工作簿，加上问题清单，出错的单元格标出并附批注。"),
        epilog=_("例：toolkit annotate 结果 -o 退回"),
    )
    def annotate(
        output: Annotated[Path, typer.Argument(metavar="OUT", help=_("collect 的结果文件夹"))],
        folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help=_("写到哪个文件夹"))],
        suite: Annotated[list[Path] | None, typer.Option(metavar="DIR", help=_("另加的套表文件夹或版本文件"))] = None,
        passwords: Annotated[Path | None, typer.Option(metavar="FILE", help=_("密码表（有打开密码的文件用）"))] = None,
    ) -> None:
        with progress_bar(_("退回")) as tick:
            annotated = api.annotate(output, folder, suites=suite or (), passwords=passwords, progress=tick)
        print("\n".join(annotated.as_text()))
