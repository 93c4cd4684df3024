"""The command that writes return slips: slips."""

from __future__ import annotations

import datetime
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
        help=_("给每个单位出一份可打印的退回通知书（没有错误的出接收回执），并附送达清单。"),
        epilog=_("例：toolkit slips 结果 -o 通知书 --deadline 2027-03-31"),
    )
    def slips(
        output: Annotated[Path, typer.Argument(metavar="OUT", help=_("collect 的结果文件夹"))],
        folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help=_("写到哪个文件夹"))],
        deadline: Annotated[
            datetime.datetime | None,
            typer.Option(formats=["%Y-%m-%d"], help=_("重新报送的期限；名册另有截止日期的从名册")),
        ] = None,
        unit: Annotated[list[str] | None, typer.Option(metavar="CODE", help=_("只出这个单位的，可写几次"))] = None,
    ) -> None:
        day = deadline.date() if deadline is not None else None
        with progress_bar(_("通知书")) as tick:
            made = api.slips(output, folder, deadline=day, units=unit or (), progress=tick)
        print("\n".join(made.as_text()))
