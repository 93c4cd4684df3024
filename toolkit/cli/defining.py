"""Commands on the definitions: forms, rules, suite show | lint | diff."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit import api
from toolkit.cli.everywhere import settings
from toolkit.cli.usage import App
from toolkit.messages import _


def register(app: App) -> None:
    """Add this room's commands to ``app``."""

    @app.command(
        help=_("列出套表：表、区块、栏目的编号、名称、类型、计量单位。"), epilog=_("例：toolkit forms finance")
    )
    def forms(
        form: Annotated[str, typer.Argument(metavar="FORM", help=_("表的编号"))] = "",
        json: Annotated[bool, typer.Option("--json", help=_("以 JSON 输出"))] = False,
        suite: Annotated[str, typer.Option("--suite", help=_("套表编号或其文件夹"))] = "",
    ) -> None:
        print("\n".join(api.forms(form or None, suite=suite or None, as_json=json, settings=settings())))

    @app.command(help=_("列出规则：编号、级别、说明、表达式、在哪里执行。"), epilog=_("例：toolkit rules SUM-02"))
    def rules(
        code: Annotated[str, typer.Argument(metavar="CODE", help=_("规则编号"))] = "",
        json: Annotated[bool, typer.Option("--json", help=_("以 JSON 输出"))] = False,
        suite: Annotated[str, typer.Option("--suite", help=_("套表编号或其文件夹"))] = "",
    ) -> None:
        print("\n".join(api.rules(code or None, suite=suite or None, as_json=json, settings=settings())))

    group = App(help=_("套表定义本身：show、lint、diff。"), no_args_is_help=True)
    app.add_typer(group, name="suite")

    @group.command(help=_("列出可用的套表。"), epilog=_("例：toolkit suite show"))
    def show() -> None:
        print("\n".join(api.suites()))

    @group.command(help=_("检查一套定义，列出可疑之处。"), epilog=_("例：toolkit suite lint my-suite/"))
    def lint(suite: Annotated[str, typer.Argument(metavar="SUITE", help=_("套表编号或其文件夹"))]) -> None:
        remarks = api.lint(suite)
        print("\n".join(remarks) if remarks else _("没有发现问题。"))
        if remarks:
            raise typer.Exit(1)

    @group.command(
        help=_("比较两套定义：增加、修改、删除了什么。"), epilog=_("例：toolkit suite diff hebei-2021 my-suite/")
    )
    def diff(
        old: Annotated[str, typer.Argument(metavar="OLD", help=_("旧套表"))],
        new: Annotated[str, typer.Argument(metavar="NEW", help=_("新套表"))],
    ) -> None:
        print("\n".join(api.diff(old, new)) or _("没有差别。"))
