"""The sheet 填报说明: what this workbook is, how it is filled in, what its colours mean, which forms it has."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.layout.hidden import CHECKS, INSTRUCTIONS
from toolkit.layout.places import SheetPlace
from toolkit.model.form import Form
from toolkit.write.context import Context
from toolkit.write.engine import Sheet
from toolkit.write.skeleton import page, text_height
from toolkit.write.style import COMPUTED, INPUT, LOCKED, PREFILLED, ROLE_LABELS

_WIDTHS = (3.0, 7.0, 9.0, 34.0, 16.0, 9.0, 44.0)
_LAST = len(_WIDTHS) - 1
_STEPS = (
    "先填封面，再按表号顺序填写各表；项目名称等只在项目清单中录入一次，其他表从下拉列表中选取。",
    "栏目名称前带*的为必填。金额按各表右上角的计量单位填写，只填数字，不带单位；没有发生额的填0，不适用的留空。",
    "百分数填数值：98.27%填98.27。日期按“年-月-日”填写，如2021-03-31。代码类栏目按文本填写，保留前面的0。",
    "选中单元格会出现填写提示；其他颜色的单元格已锁定，不需要填写。请不要插入、删除行列，不要改动表名。",
    "右侧“校验提示”列随填随校；不通过的单元格会变色。全部填完后打开“校验”表，错误为0方可报送。",
    "涉密内容不得填入本工作簿：涉密项目只填“是否涉密”和金额。",
)
_TABLE_HEADS = ("序号", "表号", "表名（点击跳转）", "填报部门/人员", "是否必报", "填报依据与说明")


@dataclass
class _Writer:
    ctx: Context
    sheet: Sheet
    row: int = 0

    def heading(self, text: str) -> None:
        """A section heading."""
        self.sheet.height(self.row, 26.0)
        self.sheet.text(self.row, 1, text, self.ctx.style.plain(bold=True, font_size=self.ctx.style.size + 1.5))
        self.row += 1

    def paragraph(self, text: str) -> None:
        """Wrapped text over the whole width."""
        look = self.ctx.style.plain(text_wrap=True)
        self.sheet.merge(self.row, 1, self.row, _LAST, look)
        self.sheet.text(self.row, 1, text, look)
        self.sheet.height(self.row, text_height(text, sum(_WIDTHS[1:]), self.ctx.style.size))
        self.row += 1


def write_instructions(ctx: Context) -> None:
    """Fill the first sheet."""
    sheet = ctx.sheets[INSTRUCTIONS]
    plain = ctx.style.plain()
    sheet.raw.set_default_row(20)
    for column, width in enumerate(_WIDTHS):
        sheet.width(column, column, width, plain)
    sheet.hide_from(_LAST + 1, plain)
    writer = _Writer(ctx, sheet)
    _head(writer)
    _notes(writer)
    writer.heading("一、填报步骤")
    for number, step in enumerate(_STEPS, 1):
        writer.paragraph(f"{number}. {step}")
    writer.row += 1
    writer.heading("二、颜色说明")
    _legend(writer)
    writer.row += 1
    writer.heading("三、本工作簿的表")
    _forms(writer)
    writer.row += 1
    _helps(writer)
    page(sheet, landscape=False, last_row=writer.row, last_column=_LAST)
    sheet.raw.activate()
    sheet.raw.set_first_sheet()
    sheet.protect()


def _head(writer: _Writer) -> None:
    ctx, sheet = writer.ctx, writer.sheet
    sheet.height(0, 40.0)
    sheet.merge(0, 1, 0, _LAST, ctx.style.title())
    year = f"{ctx.identity.year}年度"
    title = ctx.suite.title if str(ctx.identity.year) in ctx.suite.title else f"{year}{ctx.suite.title}"
    sheet.text(0, 1, title, ctx.style.title())
    who = ctx.identity
    unit = f"{who.unit} {who.unit_name}".strip() or "（见封面）"
    centre = ctx.style.plain(align="center")
    sheet.merge(1, 1, 1, _LAST, centre)
    sheet.text(1, 1, f"地区：{who.region}　　填报单位：{unit}　　年度：{who.year}　　阶段：{who.stage}", centre)
    writer.row = 3


def _notes(writer: _Writer) -> None:
    """What the bureau has to say to this unit; nothing in a workbook that is for everybody."""
    if writer.ctx.notes:
        writer.heading("致本单位")
        for note in writer.ctx.notes:
            writer.paragraph(note)
        writer.row += 1


def _legend(writer: _Writer) -> None:
    ctx, sheet = writer.ctx, writer.sheet
    for role in (INPUT, COMPUTED, PREFILLED, LOCKED):
        sheet.merge(writer.row, 1, writer.row, 2, ctx.style.boxed(role))
        sheet.text(writer.row, 3, ROLE_LABELS[role], ctx.style.plain(indent=1))
        writer.row += 1
    texts = (
        ("error", "错误：必须改正，否则退回"),
        ("warning", "警告：请改正或作出说明"),
        ("info", "提示：请审核人员关注"),
    )
    for colour, text in texts:
        sheet.merge(writer.row, 1, writer.row, 2, ctx.style.boxed(colour))
        sheet.text(writer.row, 3, f"校验未通过的单元格——{text}", ctx.style.plain(indent=1))
        writer.row += 1


def _forms(writer: _Writer) -> None:
    ctx, sheet = writer.ctx, writer.sheet
    for offset, text in enumerate(_TABLE_HEADS):
        sheet.text(writer.row, 1 + offset, text, ctx.style.header())
    writer.row += 1
    centre, left = ctx.style.boxed(align="center"), ctx.style.boxed(align="left")
    link = ctx.style.boxed(align="left", font_color=ctx.style.colours["link"], underline=1)
    for number, form in enumerate(ctx.suite.forms, 1):
        sheets = [s for s in ctx.layout.sheets if s.form.id == form.id]
        sheet.number(writer.row, 1, number, centre)
        sheet.text(writer.row, 2, form.number, centre)
        _form_link(sheet, writer.row, form, sheets, link)
        sheet.text(writer.row, 4, form.who, centre)
        sheet.text(writer.row, 5, "必报" if form.due(ctx.identity.stage) else "按需", centre)
        note = "；".join(t for t in (form.basis, "、".join(b.label for b in form.blocks if b.label)) if t)
        sheet.text(writer.row, 6, note, left)
        sheet.height(writer.row, max(20.0, text_height(note, _WIDTHS[6], ctx.style.size)))
        writer.row += 1
    sheet.merge(writer.row, 1, writer.row, 2, centre)
    sheet.link(writer.row, 3, CHECKS, "校验", link)
    for column in (4, 5):
        sheet.blank(writer.row, column, centre)
    sheet.text(writer.row, 6, "自动汇总各表的校验结果，报送前请查看", left)
    writer.row += 1


def _form_link(sheet: Sheet, row: int, form: Form, sheets: list[SheetPlace], link: object) -> None:
    text = form.title
    if form.repeat:
        text = f"{form.title}（{len(sheets)}张，每个项目一张）"
    if sheets:
        sheet.link(row, 3, sheets[0].name, text, link)
    else:
        sheet.text(row, 3, text, link)


def _helps(writer: _Writer) -> None:
    forms = [f for f in writer.ctx.suite.forms if f.help]
    if forms or writer.ctx.suite.notes:
        writer.heading("四、各表填报说明")
    for note in writer.ctx.suite.notes:
        writer.paragraph(note)
    for form in forms:
        look = writer.ctx.style.plain(bold=True)
        writer.sheet.text(writer.row, 1, f"{form.number} {form.title}".strip(), look)
        writer.row += 1
        for number, line in enumerate(form.help, 1):
            writer.paragraph(f"（{number}）{line}" if len(form.help) > 1 else line)
