"""The command that says where a number comes from: trace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from toolkit import api
from toolkit.cli.usage import App
from toolkit.messages import _


def register(app: App) -> None:
    """Add this room's command to ``app``."""

    @app.command(
        help=_("追溯：汇总数由哪些文件的哪些单元格而来；或一个单元格计入了哪些汇总数、被哪些规则用到。"),
        epilog=_(
            "例：toolkit trace 结果 income.general.this_year；toolkit trace 结果 '102_办公室.xlsx!02_收支总体!C12'"
        ),
    )
    def trace(
        output: Annotated[Path, typer.Argument(metavar="OUT", help=_("collect 的结果文件夹"))],
        target: Annotated[
            str, typer.Argument(metavar="CELL|KEY", help=_("汇总表的单元格、数据的标识，或报送文件的单元格"))
        ],
        deep: Annotated[bool, typer.Option("--deep", help=_("公式算出的数一直追到手填的数"))] = False,
        style: Annotated[Literal["text", "json"], typer.Option("--format", help=_("输出格式"))] = "text",
    ) -> None:
        traced = api.trace(output, target, deep=deep)
        print("\n".join(traced.as_json() if style == "json" else traced.as_text()))
        if not traced.agrees:
            raise typer.Exit(1)
