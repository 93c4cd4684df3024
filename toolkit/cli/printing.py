"""The command that prints: print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit import api
from toolkit.cli.everywhere import settings
from toolkit.cli.usage import App
from toolkit.messages import _
from toolkit.model.errors import InputError


def register(app: App) -> None:
    """Add this room's command to ``app``."""

    @app.command(
        "print",
        help=_("按打印版式印出一个单位的数据，写成可直接打印的工作簿；--list 列出版式。"),
        epilog=_("例：toolkit print 102.xlsx -o 绩效目标表.xlsx --layout ts-2021"),
    )
    def print_(
        source: Annotated[Path | None, typer.Argument(metavar="FILE|OUT", help=_("填好的工作簿，或结果文件夹"))] = None,
        output: Annotated[Path | None, typer.Option("-o", "--output", help=_("要写的 .xlsx 文件"))] = None,
        layout: Annotated[str, typer.Option(help=_("版式编号"))] = "",
        unit: Annotated[str, typer.Option(help=_("单位代码（结果文件夹中有多个单位时）"))] = "",
        project: Annotated[str, typer.Option(help=_("只印这个项目"))] = "",
        public: Annotated[bool, typer.Option("--public", help=_("公开版：遮盖涉密内容"))] = False,
        listing: Annotated[bool, typer.Option("--list", help=_("列出套表的版式"))] = False,
        suite: Annotated[list[Path] | None, typer.Option(metavar="DIR", help=_("另加的套表文件夹或版本文件"))] = None,
        passwords: Annotated[Path | None, typer.Option(metavar="FILE", help=_("密码表（有打开密码的文件用）"))] = None,
    ) -> None:
        if listing:
            print(
                "\n".join(api.print_layouts(str(suite[0]) if suite else None, settings=settings())) or _("没有版式。")
            )
            return
        if source is None or output is None or not layout:
            raise InputError(_("请写明要印的文件或结果文件夹、-o 和 --layout；--list 列出版式。"))
        made = api.print_forms(
            source,
            output,
            layout=layout,
            unit=unit or None,
            project=project or None,
            public=public,
            suites=suite or (),
            settings=settings(),
            passwords=passwords,
        )
        print(_("已写出 {file}（共 {pages} 份）").format(file=made.path, pages=made.pages))
