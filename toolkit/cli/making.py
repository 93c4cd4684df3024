"""Commands that make workbooks: generate, distribute, fill, extract."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit import api
from toolkit.cli.everywhere import settings
from toolkit.cli.progress import progress_bar
from toolkit.cli.usage import App
from toolkit.messages import _


def register(app: App) -> None:
    """Add this room's commands to ``app``."""

    @app.command(help=_("生成一份空白套表工作簿。"), epilog=_("例：toolkit generate -o 空表.xlsx --projects 8"))
    def generate(
        output: Annotated[Path, typer.Option("-o", "--output", help=_("要写的 .xlsx 文件"))],
        suite: Annotated[str, typer.Option(help=_("套表编号或其文件夹"))] = "",
        year: Annotated[int, typer.Option(help=_("预算年度，用于选定套表"))] = 0,
        unit: Annotated[str, typer.Option(help=_("单位代码，预先填在封面上"))] = "",
        stage: Annotated[
            str, typer.Option(help=_("编报阶段：一上、一下、二上、批复、调整、决算、自评；默认为套表的阶段"))
        ] = "",
        region: Annotated[str, typer.Option(help=_("地区；默认为套表的地区，名册中写明区划的以名册为准"))] = "",
        projects: Annotated[int, typer.Option(help=_("项目绩效表张数"), min=1, max=99)] = 20,
    ) -> None:
        made = api.generate(
            output,
            suite=suite or None,
            year=year or None,
            unit=unit or None,
            projects=projects,
            settings=settings(),
            stage=stage or None,
            region=region or None,
        )
        print(_("已生成 {file}（套表版本 {edition}）").format(file=made.path, edition=made.edition))

    @app.command(
        help=_("按单位名册为每个单位生成一份工作簿，并写下发台账。"),
        epilog=_("例：toolkit distribute 单位名册.xlsx -o 下发/ --prefill 上年数.csv"),
    )
    def distribute(
        roster: Annotated[Path, typer.Argument(metavar="ROSTER", help=_("单位名册（xlsx 或 csv）"))],
        output: Annotated[Path, typer.Option("-o", "--output", help=_("存放工作簿的文件夹"))],
        suite: Annotated[str, typer.Option(help=_("套表编号或其文件夹"))] = "",
        year: Annotated[int, typer.Option(help=_("预算年度，用于选定套表"))] = 0,
        stage: Annotated[
            str, typer.Option(help=_("编报阶段：一上、一下、二上、批复、调整、决算、自评；默认为套表的阶段"))
        ] = "",
        region: Annotated[str, typer.Option(help=_("地区；默认为套表的地区，名册中写明区划的以名册为准"))] = "",
        prefill: Annotated[
            Path | None, typer.Option(help=_("上年数：上年的汇总文件夹，或 xlsx/csv 表；自评时为批复预算的汇总文件夹"))
        ] = None,
        control: Annotated[Path | None, typer.Option(help=_("控制数：印在各单位的填报说明上"))] = None,
        projects: Annotated[int, typer.Option(help=_("项目绩效表张数"), min=1, max=99)] = 20,
        key: Annotated[Path | None, typer.Option(metavar="FILE", help=_("密钥文件：为每份工作簿的身份签名"))] = None,
    ) -> None:
        with progress_bar(_("下发")) as tick:
            issued = api.distribute(
                roster,
                output,
                suite=suite or None,
                year=year or None,
                prefill=prefill,
                control=control,
                projects=projects,
                key=key,
                settings=settings(),
                stage=stage or None,
                region=region or None,
                progress=tick,
            )
        for line in issued:
            print(f"{line.unit}\t{line.name}\t{line.file}")
        print(_("共 {count} 个单位，台账：{ledger}").format(count=len(issued), ledger=output / "issued.jsonl"))

    @app.command(
        help=_("把数据文件（YAML/JSON）填进空白工作簿。"), epilog=_("例：toolkit fill 空表.xlsx 102.yaml -o 102.xlsx")
    )
    def fill(
        blank: Annotated[Path, typer.Argument(metavar="BLANK", help=_("空白工作簿"))],
        data: Annotated[Path, typer.Argument(metavar="DATA", help=_("数据文件"))],
        output: Annotated[Path, typer.Option("-o", "--output", help=_("要写的 .xlsx 文件"))],
        suite: Annotated[list[Path] | None, typer.Option(metavar="DIR", help=_("另加的套表文件夹或版本文件"))] = None,
    ) -> None:
        print(
            _("已填写 {file}").format(file=api.fill(blank, data, output, suites=suite or (), settings=settings()).path)
        )

    @app.command(help=_("把工作簿里的数据取出成 YAML/JSON。"), epilog=_("例：toolkit extract 102.xlsx -o 102.yaml"))
    def extract(
        file: Annotated[Path, typer.Argument(metavar="FILE", help=_("填好的工作簿"))],
        output: Annotated[Path, typer.Option("-o", "--output", help=_("要写的数据文件"))],
        suite: Annotated[list[Path] | None, typer.Option(metavar="DIR", help=_("另加的套表文件夹或版本文件"))] = None,
        passwords: Annotated[Path | None, typer.Option(metavar="FILE", help=_("密码表（有打开密码的文件用）"))] = None,
    ) -> None:
        api.extract(file, output, suites=suite or (), settings=settings(), passwords=passwords)
        print(_("已取出 {file}").format(file=output))
