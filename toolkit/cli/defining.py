"""Commands on the definitions: forms, rules, suite show | lint | diff | export | import."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit import api
from toolkit.api import authoring
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

    group = App(help=_("套表定义本身：show、lint、diff、export、import。"), no_args_is_help=True)
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

    @group.command(
        name="export",
        help=_("把一套定义写成工作簿，在 Excel 里改表、代码表和规则。"),
        epilog=_("例：toolkit suite export hebei-2021 -o 套表.xlsx"),
    )
    def export_(
        suite: Annotated[str, typer.Argument(metavar="SUITE", help=_("套表编号或其文件夹"))],
        output: Annotated[str, typer.Option("-o", "--output", metavar="FILE.xlsx", help=_("写到哪里（.xlsx）"))],
    ) -> None:
        made = authoring.export_suite(suite, output)
        print(_("已写出 {path}（版本 {edition}）").format(path=made.path, edition=made.edition))

    @group.command(
        name="import",
        help=_("把改好的工作簿读成套表文件夹；有错时逐条列出表、行、列，不写入。"),
        epilog=_("例：toolkit suite import 套表.xlsx -o my-suite"),
    )
    def import_(
        workbook: Annotated[str, typer.Argument(metavar="FILE.xlsx", help=_("export 写出、改过的工作簿"))],
        output: Annotated[
            str, typer.Option("-o", "--output", metavar="FOLDER", help=_("新文件夹，名称与套表代号相同"))
        ],
    ) -> None:
        made = authoring.import_suite(workbook, output)
        suite = made.suite
        counts = {"forms": len(suite.forms), "lists": len(suite.lists), "rules": len(suite.rules)}
        print(
            _("已写入 {folder}：表 {forms} 张，代码表 {lists} 个，规则 {rules} 条（版本 {edition}）").format(
                folder=made.folder, edition=suite.edition, **counts
            )
        )
