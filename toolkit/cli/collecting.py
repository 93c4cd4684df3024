"""Commands on what came back: demo, check, collect, status, report."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from toolkit import api
from toolkit.cli.everywhere import settings
from toolkit.cli.progress import progress_bar
from toolkit.cli.usage import App
from toolkit.messages import _


class Format(StrEnum):
    """What ``toolkit report --format`` takes."""

    XLSX = "xlsx"
    HTML = "html"
    JSON = "json"
    CSV = "csv"


def _end(lines: list[str], errors: int) -> None:
    print("\n".join(lines))
    if errors:
        raise typer.Exit(1)


def register(app: App) -> None:
    """Add this room's commands to ``app``."""

    @app.command(help=_("用随附的示例走一遍全过程，然后告诉您打开哪个文件。"), epilog=_("例：toolkit demo -o demo"))
    def demo(
        output: Annotated[Path, typer.Option("-o", "--output", help=_("结果文件夹"))] = Path("toolkit-demo"),
    ) -> None:
        with progress_bar(_("示例")) as tick:
            lines = api.demo(output, progress=tick)
        print("\n".join(lines))

    @app.command(help=_("检查一份或几份填好的工作簿。"), epilog=_("例：toolkit check 102_办公室.xlsx"))
    def check(
        files: Annotated[list[Path], typer.Argument(metavar="FILE", help=_("工作簿"))],
        style: Annotated[Literal["text", "json"], typer.Option("--format", help=_("输出格式"))] = "text",
        suite: Annotated[list[Path] | None, typer.Option(metavar="DIR", help=_("另加的套表文件夹或版本文件"))] = None,
        passwords: Annotated[Path | None, typer.Option(metavar="FILE", help=_("密码表（有打开密码的文件用）"))] = None,
        key: Annotated[Path | None, typer.Option(metavar="FILE", help=_("密钥文件：核对下发时的身份签名"))] = None,
    ) -> None:
        checked = api.check(files, suites=suite or (), settings=settings(), passwords=passwords, key=key)
        _end(checked.as_json() if style == "json" else checked.as_text(), checked.errors)

    @app.command(
        help=_("回收：读取文件夹、文件或压缩包里的全部报表，校验、汇总、列出问题。"),
        epilog=_("例：toolkit collect 回收/ -o 结果 --roster 单位名册.csv"),
    )
    def collect(
        paths: Annotated[list[Path], typer.Argument(metavar="PATH", help=_("文件、文件夹或压缩包"))],
        output: Annotated[Path, typer.Option("-o", "--output", help=_("结果文件夹"))],
        roster: Annotated[Path | None, typer.Option(help=_("单位名册"))] = None,
        control: Annotated[Path | None, typer.Option(help=_("控制数"))] = None,
        prior: Annotated[Path | None, typer.Option(help=_("上年的结果文件夹"))] = None,
        mapping: Annotated[Path | None, typer.Option(help=_("对照表：单位、项目的新旧名称和编码"))] = None,
        decisions: Annotated[Path | None, typer.Option(help=_("决定表（采用或撤回某份文件）"))] = None,
        waivers: Annotated[Path | None, typer.Option(metavar="FILE", help=_("豁免表（准予不改的问题）"))] = None,
        adjustments: Annotated[
            Path | None, typer.Option(metavar="FILE", help=_("调整表（汇总时的调整、抵销）"))
        ] = None,
        as_of: Annotated[
            str | None,
            typer.Option("--as-of", metavar="DATE", help=_("豁免是否到期按这一天算（默认：最近一次收件的日期）")),
        ] = None,
        suite: Annotated[list[Path] | None, typer.Option(metavar="DIR", help=_("另加的套表文件夹或版本文件"))] = None,
        passwords: Annotated[Path | None, typer.Option(metavar="FILE", help=_("密码表（有打开密码的文件用）"))] = None,
        key: Annotated[Path | None, typer.Option(metavar="FILE", help=_("密钥文件：核对下发时的身份签名"))] = None,
        workers: Annotated[int, typer.Option(help=_("同时读取的进程数"), min=1, max=64)] = 2,
    ) -> None:
        with progress_bar(_("读取")) as tick:
            collected = api.collect_into(
                paths,
                output,
                roster=roster,
                control=control,
                prior=prior,
                mapping=mapping,
                decisions=decisions,
                waivers=waivers,
                adjustments=adjustments,
                as_of=as_of,
                suites=suite or (),
                settings=settings(),
                passwords=passwords,
                key=key,
                workers=workers,
                progress=tick,
            )
        _end(collected.as_text(), collected.errors)

    @app.command(help=_("谁报了、何时报的、谁缺、谁重复、哪些被拒收。"), epilog=_("例：toolkit status 结果"))
    def status(
        output: Annotated[Path, typer.Argument(metavar="OUT", help=_("collect 的结果文件夹"))],
        style: Annotated[Literal["text", "json"], typer.Option("--format", help=_("输出格式"))] = "text",
        due: Annotated[str | None, typer.Option(metavar="DATE", help=_("报送截止日期：此日之后报来的列为迟报"))] = None,
    ) -> None:
        print("\n".join(api.status(output, as_json=style == "json", due=due)))

    @app.command(help=_("用已回收的数据重新出报告。"), epilog=_("例：toolkit report 结果 --format html"))
    def report(
        output: Annotated[Path, typer.Argument(metavar="OUT", help=_("collect 的结果文件夹"))],
        style: Annotated[list[Format] | None, typer.Option("--format", help=_("只出这些格式"))] = None,
        node: Annotated[str, typer.Option(metavar="CODE", help=_("只汇总这个节点：单位、部门代码或区划名称"))] = "",
        public: Annotated[bool, typer.Option("--public", help=_("公开版：遮盖涉密内容"))] = False,
        unit_of_measure: Annotated[str, typer.Option(metavar="UNIT", help=_("汇总表的金额单位：元或万元"))] = "",
    ) -> None:
        formats = tuple(style or ())
        for file in api.report(output, formats=formats, node=node, public=public, unit_of_measure=unit_of_measure):
            print(file)
