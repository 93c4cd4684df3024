"""What is wrong in a workbook is told by sheet, row and column, all at once, and nothing is written."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from toolkit.api.authoring import import_suite
from toolkit.model.errors import SuiteError

CASES: list[tuple[str, str, str, Any, str]] = [
    # sheet, row, key, content, what is said (N: the row)
    ("套表", "mini", "stage", "三上", "「套表」第 N 行“阶段”列: 未知的取值“三上”。可用：一上、一下、二上、决算、批复、自评、调整"),
    ("套表", "mini", "year", "去年", "「套表」第 N 行“年度”列: 此处应为数字，实为文本"),
    ("套表", "mini", "title", None, "「套表」第 N 行“名称”列: 没有填"),
    ("套表", "+ other", "title", "又一套", "「套表」第 N 行: 只填一行"),
    ("参数", "year_end_share", "value", "五十", "「参数」第 N 行“取值”列: 此处应为数字，实为文本"),
    ("参数", "+ year_end_share", "value", "1", "「参数」第 N 行“参数”列: 参数“year_end_share”重复，已见于第 4 行"),
    ("表", "items", "sheet", "01_收支", "「表」第 N 行“工作表名”列: 工作表名“01_收支”与表“budget”的工作表同名"),
    ("表", "items", "sheet", "收支/清单", "「表」第 N 行“工作表名”列: 工作表名“收支/清单”不合规"),
    ("表", "items", "required", "一上 | 三上", "「表」第 N 行“必报（否，或必报的阶段）”列: 未知的取值“三上”"),
    ("表", "items", "landscape", "横", "「表」第 N 行“横向”列: 应填“是”或“否”，实为“横”"),
    ("表", "+ ../up", "title", "越界", "「表」第 N 行“表代号”列: 表代号“../up”不合规"),
    ("表", "+ empty", "title", "空表", "「表」第 N 行“工作表名”列: 没有填"),
    ("区块", "plan", "kind", "表格", "「区块」第 N 行“种类”列: 未知的种类“表格”。可用：grid、list、record"),
    ("区块", "plan", "form", "projekt", "「区块」第 N 行“表代号”列: 没有表“projekt”，是否为“project”？"),
    ("区块", "plan", "stub", "行", "「区块」第 N 行“行名称的表头”列: 未知的键“stub”"),
    ("区块", "projects", "rows", "很多", "「区块」第 N 行“行数（list）”列: 此处应为数字，实为文本"),
    ("区块", "projects", "key", "code | nam", "「区块」第 N 行“识别各行的栏目”列: 未知的栏目“nam”，是否为“name”？"),
    ("区块", "cover", "lines", "region | year", "「栏目」第 5 行: 栏目“unit_code”未列入 lines，表上不会出现"),
    ("栏目", "projects name", "type", "txt", "「栏目」第 N 行“类型”列: 未知的取值“txt”，是否为“text”？"),
    ("栏目", "projects name", "required", 1, "「栏目」第 N 行: field projects[].name：NOT 要条件（真假），这里是数字"),
    ("栏目", "projects name", "help", True, "「栏目」第 N 行“填报提示”列: 单元格里不是文本，请把单元格设为文本格式后重填"),
    ("栏目", "projects name", "minimum", "0", "「栏目」第 N 行“最小值”列: minimum 只用于数值类型"),
    ("栏目", "projects fiscal", "decimals", "2.5", "「栏目」第 N 行“小数位”列: 应为 0 至 6 的整数，实为 2.5"),
    ("栏目", "purchases item", "lookup", "good", "「栏目」第 N 行“代码表”列: 未知的代码表“good”，是否为“goods”？"),
    ("栏目", "projects budget", "formula", "projects[].fiscal + projects[].othr", "「栏目」第 N 行“公式”列: field projects[].budget"),
    ("栏目", "+ projects Name", "type", "text", "「栏目」第 N 行: 栏目代号“Name”不合规"),
    ("栏目", "+ projects name", "type", "text", "「栏目」第 N 行“栏目代号”列: 键“name”重复"),
    ("栏目", "+ project name", "type", "text", "「栏目」第 N 行“区块代号”列: 没有区块“project”，是否为“projects”？"),
    ("栏目", "projects code", "pattern", 999, "「栏目」第 N 行“格式”列: 单元格里是数字 999，不能确定原来的写法，请把单元格设为文本格式后重填"),
    ("行", "expenditure total", "total", "basic | projekt", "「行」第 N 行“等于哪些行之和（grid）”列: 未知的行“projekt”"),
    ("行", "expenditure travel", "closed", "last", "「行」第 N 行“不填的栏目”列: 未知的栏目“last”"),
    ("行", "expenditure travel", "formulas", "this_year", "「行」第 N 行“其他公式（栏目 = 公式，每行一个）”列: 每行应写“代号 = 内容”"),
    ("行", "expenditure basic", "formulas", "this_year = 1 +", "「行」第 N 行: field expenditure.basic.this_year"),
    ("行", "projects total", "row", "sum", "「行」第 N 行“行代号”列: 列表（list）只有一个合计行，行代号写 total"),
    ("预置", "+ projects", "from", "goods", "「预置」第 N 行“阶段”列: 没有填"),
    ("代码表目录", "+ goods", "label", "又一个", "「代码表目录」第 N 行“代码表代号”列: 代码表代号“goods”重复，已见于第 3 行"),
    ("代码表", "+ goods A0201", "", None, "「代码表」第 N 行“条目”列: 条目“A0201”重复"),
    ("代码表", "goods A0201", "code", 201, "「代码表」第 N 行“代码”列: 单元格里是数字 201，不能确定原来的写法，请把单元格设为文本格式后重填"),
    ("代码表", "goods A0201", "note", datetime.date(2021, 1, 1), "「代码表」第 N 行“说明”列: 单元格里是数字 44197，不能确定原来的写法"),
    ("代码表", "goods A0201", "note", '="设备"&1', "「代码表」第 N 行“说明”列: 单元格里是公式，请把单元格设为文本格式后重填"),
    ("代码表", "goods A0201", "years", "今年起", "「代码表」第 N 行“年度”列: 年度“今年起”应形如 2014-2022、2023- 或 -2020"),
    ("代码表", "goods A0201", "years", "2022-2014", "「代码表」第 N 行“年度”列: years 应为 [起始年, 终止年]"),
    ("代码表", "goods A0201", "confidence", "很高", "「代码表」第 N 行“可信度”列: 未知的取值“很高”"),
    ("代码表", "+ gods A09", "", None, "「代码表」第 N 行“代码表代号”列: 没有代码表“gods”，是否为“goods”？"),
    ("代码表", "level2 质量指标", "parent", "产出", "「代码表目录」第 5 行: 代码表“level2”的上级“产出”不在代码表“level1”中"),
    ("规则", "SUM-13", "severity", "严重", "「规则」第 N 行“级别”列: 未知的取值“严重”"),
    ("规则", "SUM-13", "rule", "expenditure.travel.this_yaer <= 1", "「规则」第 N 行“条件”列: SUM-13：区块 expenditure 没有栏目“this_yaer”；是不是 this_year？"),
    ("规则", "SUM-13", "rule", "PRIOR(", "「规则」第 N 行“条件”列: SUM-13：表达式不完整"),
    ("规则", "PLN-05", "levels.info", "plan.dec >", "「规则」第 N 行“提示级的条件”列: PLN-05：表达式不完整"),
    ("规则", "PLN-05", "rule", "plan.dec > 0", "「规则」第 N 行: rule 与 levels 只能写一个"),
    ("规则", "SUM-13", "code", "SUM13", "「规则」第 N 行“规则代码”列: 规则代码“SUM13”不合规，应形如 SUM-01"),
    ("规则", "+ SUM-13", "severity", "error", "「规则」第 N 行“规则代码”列: 规则代码“SUM-13”重复，已见于第 19 行"),
    ("规则", "XD-03", "parameters", "similar", "「规则」第 N 行“参数（取值见“参数”表）”列: “参数”表中没有参数“similar”，是否为“similar_name”？"),
    ("规则", "XD-03", "lists", "gods", "「规则」第 N 行“用到的代码表”列: 未知的代码表“gods”，是否为“goods”？"),
    ("规则", "XD-03", "file", "../x", "「规则」第 N 行“文件”列: 文件“../x”不合规"),
    ("规则", "PLN-05", "places", "plan.nov", "「规则」第 N 行“标出的单元格”列: 规则 PLN-05 的 places 指向不存在的栏目“plan.nov”"),
    ("样例", "SUM-13", "verdict", "通过", "「样例」第 N 行“结论”列: 未知的取值“通过”"),
    ("样例", "SUM-13", "data", "expenditure.travel.next_year: 1", "「样例」第 N 行: 示例中的单元格“expenditure.travel.next_year”不存在"),
    ("样例", "SUM-13", "data", "{a: ", "「样例」第 N 行“数据（每行“单元格: 值”）”列: 每行应写“单元格: 值”；不是有效的 YAML"),
    ("样例", "SUM-13", "data", "a: &x 1\nb: *x", "「样例」第 N 行“数据（每行“单元格: 值”）”列: 每行应写“单元格: 值”；不得使用 YAML 的引用"),
    ("样例", "SUM-13", "data", "a: " + "[" * 40 + "]" * 40, "层次也不得过深"),
    ("样例", "SUM-13", "data", "差旅费一元", "「样例」第 N 行“数据（每行“单元格: 值”）”列: 此处应为键值对，实为文本"),
    ("样例", "+ SUM-99", "verdict", "pass", "「样例」第 N 行“规则代码”列: 没有规则“SUM-99”"),
]  # fmt: skip


def refused(book: Any, folder: Path) -> list[str]:
    """The faults, after their count; nothing may have been written."""
    with pytest.raises(SuiteError) as error:
        import_suite(book.path, folder / "mini")
    assert [path.name for path in folder.iterdir()] == [book.path.name]
    count, *faults = str(error.value).splitlines()
    found = re.fullmatch(r"套表\.xlsx 有 (\d+) 处错误，没有导入：", count)
    assert found is not None
    assert int(found[1]) == len(error.value.problems) - 1
    return faults


@pytest.mark.parametrize(
    ("sheet", "row", "key", "content", "said"), CASES, ids=[f"{c[0]}-{c[1]}-{c[2]}-{n}" for n, c in enumerate(CASES)]
)
def test_a_fault_is_told_by_sheet_row_and_column(
    book: Any, tmp_path: Path, sheet: str, row: str, key: str, content: Any, said: str
) -> None:
    (number,) = book.edit([(sheet, row, key, content)])
    wanted = said.replace("第 N 行", f"第 {number} 行")
    faults = refused(book, tmp_path)
    assert any(wanted in fault for fault in faults), "\n".join(faults)


def test_all_faults_are_told_at_once_in_the_order_of_the_sheets(
    book: Any, tmp_path: Path, run: Callable[..., Any]
) -> None:
    rows = book.edit(
        [
            ("代码表", "+ goods A0201", "", None),
            ("代码表", "goods B07", "code", 7),
            ("栏目", "projects name", "type", "txt"),
            ("栏目", "purchases price", "minimum", "零"),
            ("规则", "SUM-13", "severity", "严重"),
            ("表", "items", "landscape", "横"),
        ]
    )
    ran = run("suite", "import", book.path, "-o", tmp_path / "mini")
    assert ran.code == 2
    lines = [line for line in ran.err.splitlines() if line.startswith("「")]
    assert "有 6 处错误，没有导入" in ran.err
    assert [line.partition("“")[0] for line in lines] == [
        f"「表」第 {rows[5]} 行", f"「栏目」第 {rows[2]} 行", f"「栏目」第 {rows[3]} 行",
        f"「代码表」第 {rows[1]} 行", f"「代码表」第 {rows[0]} 行", f"「规则」第 {rows[4]} 行",
    ]  # fmt: skip
    assert not (tmp_path / "mini").exists()


def test_a_sheet_or_column_that_is_gone_or_unknown_is_named(book: Any, tmp_path: Path) -> None:
    del book.book["样例"]
    book.book["栏目"].cell(2, book.column("栏目", "help")).value = "helf"
    book.edit([])
    faults = refused(book, tmp_path)
    assert "「样例」: 缺少工作表“样例”" in faults
    assert any(f.startswith("「栏目」第 2 行: 未知的键名“helf”，是否为“help”？") for f in faults)
    assert "「栏目」第 2 行: 缺少“填报提示”列：本行没有键名“help”" in faults
