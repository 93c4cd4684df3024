"""What the first sheet tells the officer."""

from __future__ import annotations

from toolkit.authoring.columns import SHEETS


def guide() -> list[tuple[str, str]]:
    """Lines of the sheet 说明: a name and a text."""
    return [
        ("套表定义", ""),
        (
            "怎么用",
            "改好后保存为 xlsx，运行 toolkit suite import 文件.xlsx -o 文件夹。文件夹名须与“套表代号”相同。",
        ),
        ("", "有错时一处也不写入，列出每一处错误在哪张表、第几行、哪一列；改好后再导入即可。"),
        ("", "导入后用 toolkit suite lint 文件夹 检查，用 toolkit suite diff 原套表 文件夹 看改了什么。"),
        (
            "表头",
            "第一行是中文表头，带 * 的必须填；第二行是键名，不要改。列的先后可以换，可以隐藏；第二行留空的列是您自己的备注，不导入。",
        ),
        ("空白", "不填就是不写这一项，按默认处理。整行空白的行不算。"),
        (
            "文本",
            "所有单元格都是文本格式。代码开头的 0、以 = 开头的公式都照原样保存；新插入的行请先设为文本格式再填。单元格里不要用 Excel 公式。",
        ),
        (
            "多个值",
            "同一格内的几个值用 | 隔开；说明、公式等较长的内容每行一条（Alt+Enter 换行）。文字本身含 | 的写成 \\|。",
        ),
        ("是与否", "填“是”或“否”。"),
        (
            "代号",
            "表、区块、栏目、行的代号以小写字母开头，只含小写字母、数字和下划线；改代号时，用到它的公式、规则也要改。",
        ),
        ("公式和条件", "写法见规则说明：区块.栏目、区块.行.栏目、区块[].栏目（列表各行）。"),
        (
            "类型",
            "text 文字，long_text 长文字，code 代码，choice 选取，yes_no 是否，date 日期，amount 金额，decimal 小数，integer 整数，percent 百分比，target 指标值（符号、值、单位三栏）。",
        ),
        ("级别", "error 错误（退回），warning 警告（须说明），info 提示。试行的规则一律是 info。"),
        ("结论", "pass 通过，fail 不通过，not_executable 未执行（数据没有填）。"),
        (
            "不在本文件",
            "打印版式（layouts/）、规则目录和文字样式（house_style.yaml）不在本文件里，导入后请自行复制。",
        ),
        ("本年内容", "导出的是本年度有效的全部内容，不再继承其他套表；其他年度的条目和规则不在其中。"),
        ("", ""),
        *((sheet.name, sheet.about) for sheet in SHEETS),
    ]
