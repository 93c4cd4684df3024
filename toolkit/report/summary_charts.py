"""The sheet 图表: small live tables and native charts over them: by category, by unit, by list category, plan curve."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from toolkit.model.form import Field, FieldType, RowRole
from toolkit.report.sheets import HEAD, MUTED, RULE, Book, Sheet, header
from toolkit.report.summary_beside import Beside
from toolkit.report.summary_blocks import adds_up, heading, plain_label
from toolkit.report.summary_data import Consolidated
from toolkit.report.summary_shown import PART, Shown
from toolkit.report.summary_stacked import Stacked

MOST = 40
"""Units and categories of one chart; more would not be readable."""
_FULL = 10
Line = tuple[str, str, Decimal, Shown]
"""Label, live formula, its value, what it shows."""


def write_charts(book: Book, data: Consolidated, besides: list[Beside], stacks: list[Stacked], title: str) -> None:
    """Write the sheet; nothing where there is nothing to draw."""
    drawings = [*_categories(besides), *_units(besides), *_lists(data, stacks), *_plans(data, stacks)]
    drawings = [drawing for drawing in drawings if any(value for _, _, value, _ in drawing[3])]
    if not drawings:
        return
    sheet = book.sheet(f"图表{data.tail}")
    sheet.raw.set_row(0, 28)
    sheet.text(0, 0, f"图表　{title}", book.style(bold=True, font_size=16))
    sheet.text(1, 0, "左侧小表取自各汇总表的活动单元格，数据改动后图随之变化。", book.style(font_color=MUTED))
    sheet.raw.set_column(0, 0, 30)
    sheet.raw.set_column(1, 1, 14)
    sheet.raw.set_landscape()
    sheet.raw.set_paper(9)
    sheet.raw.set_print_scale(60)
    at, tops = 3, list[int]()
    for name, kind, unit, lines in drawings:
        _draw(sheet, at, name, kind, unit, lines)
        at += max(len(lines) + 3, _height(lines) // 20 + 2)
        tops.append(at)
    sheet.raw.set_h_pagebreaks(tops[1:-1:2])


def _draw(sheet: Sheet, at: int, name: str, kind: str, unit: str, lines: list[Line]) -> None:
    book = sheet.book
    sheet.raw.set_row(at, 30)
    sheet.text(at, 0, name, header(book))
    sheet.text(at, 1, unit, header(book))
    text = book.style(border=1, border_color=RULE)
    number = book.style(border=1, border_color=RULE, num_format="#,##0.00")
    for row, (label, formula, value, shown) in enumerate(lines, at + 1):
        sheet.text(row, 0, label, text)
        sheet.formula(row, 1, formula, value, number)
        sheet.shows(row, 1, shown)
    chart = book.workbook.add_chart({"type": kind})
    last = at + len(lines)
    series: dict[str, object] = {
        "name": [sheet.name, at, 0],
        "categories": [sheet.name, at + 1, 0, last, 0],
        "values": [sheet.name, at + 1, 1, last, 1],
        "fill": {"color": HEAD},
        "line": {"color": HEAD, "width": 2.25} if kind == "line" else {"none": True},
        "data_labels": {"value": True, "num_format": "#,##0.##", "font": {"size": 9}},
        "gap": 60,
    }
    if kind == "line":
        series |= {"marker": {"type": "circle", "size": 6, "fill": {"color": HEAD}}}
    chart.add_series(series)
    chart.set_title({"name": name, "name_font": {"size": 13, "bold": True}, "overlay": False})
    chart.set_legend({"none": True})
    categories: dict[str, object] = {
        "num_font": {"size": 9},
        "reverse": kind == "bar",
        "major_gridlines": {"visible": False},
    }
    amounts: dict[str, object] = {"name": unit, "name_font": {"size": 9, "bold": False}, "num_font": {"size": 9}}
    amounts |= {"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": RULE}}}
    if kind == "line":
        amounts |= {"min": 0, "max": 100}
    # of a bar chart the vertical axis carries the categories
    chart.set_x_axis(amounts | {"label_position": "high"} if kind == "bar" else categories)
    chart.set_y_axis(categories if kind == "bar" else amounts)
    chart.set_size({"width": 720, "height": _height(lines)})
    sheet.raw.insert_chart(at, 3, chart, {"object_position": 2, "description": name})


def _height(lines: list[Line]) -> int:
    """Pixels: tall enough for a label per line."""
    return max(300, 110 + 24 * len(lines))


def _amount(fields: tuple[Field, ...], wanted: Callable[[Field], bool]) -> Field | None:
    """The first amount column the units type for this year (not one handed to them)."""
    amounts = [f for f in fields if f.type is FieldType.AMOUNT and wanted(f)]
    return next((f for f in amounts if not f.prefill), amounts[0] if amounts else None)


def _categories(besides: list[Beside]) -> list[tuple[str, str, str, list[Line]]]:
    """The item rows of each consolidated grid."""
    drawings = []
    for place in besides:
        field = _amount(place.fields, lambda f, b=place.block: adds_up(b, f))  # type: ignore[misc]
        if field is None:
            continue
        lines = []
        for row in place.block.rows:
            if row.role is RowRole.ITEM and (row.id, field.id) in place.totals:
                cell, amount, shown = place.totals[(row.id, field.id)]
                lines.append((row.label, f"=SUM({cell})", amount, shown))
        if len(lines) > _FULL:
            lines = [line for line in lines if line[2]]
        if len(lines) > 1:
            drawings.append(
                (f"{plain_label(place.block.label)}：{heading(field)}", "bar", field.unit or "", lines[:MOST])
            )
    return drawings


def _units(besides: list[Beside]) -> list[tuple[str, str, str, list[Line]]]:
    """The total row of the first consolidated grid, by unit and department."""
    for place in besides:
        field = _amount(place.fields, lambda f, b=place.block: adds_up(b, f))  # type: ignore[misc]
        totals = [r for r in place.block.rows if r.role is RowRole.TOTAL] or list(place.block.rows[:1])
        if field is None or not totals or (totals[0].id, field.id) not in place.members:
            continue
        members = place.members[(totals[0].id, field.id)]
        lines = [(name, f"=SUM({cell})", value, shown) for name, cell, value, shown in members]
        lines = sorted(lines, key=lambda line: -line[2])[:MOST]
        label = f"各单位：{totals[0].label}（{heading(field)}）"
        return [(label, "bar" if len(lines) > 8 else "column", field.unit or "", lines)]
    return []


def _lists(data: Consolidated, stacks: list[Stacked]) -> list[tuple[str, str, str, list[Line]]]:
    """The amounts of each list by its choice column with the fewest values."""
    drawings = []
    for place in stacks:
        amounts = [n for n, f in place.fields.items() if f.type is FieldType.AMOUNT and n in place.adding]
        choice = _choice(place)
        if not amounts or choice is None:
            continue
        by, field = choice
        keys, numbers = place.values[by], place.values[amounts[0]]
        lines = []
        for category in sorted({str(k) for k in keys if k is not None}):
            held = [n for k, n in zip(keys, numbers, strict=True) if k == category and isinstance(n, Decimal)]
            quoted = '"' + category.replace('"', '""') + '"'
            same = f"--EXACT({place.sheet}!{place.columns[by]},{quoted})"
            formula = f"=SUMPRODUCT({same},{place.sheet}!{place.columns[amounts[0]]})"
            shown = _part(data, place, amounts[0])._replace(only=(by.partition(".")[2], category))
            lines.append((category, formula, sum(held, Decimal(0)), shown))
        amount = place.fields[amounts[0]]
        drawings.append(
            (f"{plain_label(place.title)}：按{field.label}的{heading(amount)}", "bar", amount.unit or "", lines)
        )
    return drawings


def _part(data: Consolidated, place: Stacked, name: str) -> Shown:
    """A number over the rows of a table's column."""
    block, _, field_id = name.partition(".")
    return Shown(data.group, PART, data.node, "", "", place.form.id, block, "", "", field_id)


def _choice(place: Stacked) -> tuple[str, Field] | None:
    """The column of few short values to group by: the one with the fewest."""
    found: list[tuple[tuple[int, bool], str, Field]] = []
    for name, field in place.fields.items():
        if field.type not in (FieldType.CHOICE, FieldType.TEXT) or not (field.lookup or field.formula):
            continue
        values = {str(v) for v in place.values[name] if v is not None}
        if 2 <= len(values) <= 12 and all(len(v) <= 60 for v in values):
            found.append(((len(values), field.formula is None), name, field))
    return min(found, key=lambda f: f[0])[1:] if found else None


def _plans(data: Consolidated, stacks: list[Stacked]) -> list[tuple[str, str, str, list[Line]]]:
    """The means of at least three typed percentages of a repeated record: the spending plan's curve."""
    drawings = []
    for place in stacks:
        typed = {n: f for n, f in place.fields.items() if f.type is FieldType.PERCENT and f.formula is None}
        if len(typed) < 3 or not place.is_record:
            continue
        lines = []
        for name, field in typed.items():
            held = [v for v in place.values[name] if isinstance(v, Decimal)]
            mean = sum(held, Decimal(0)) / len(held) if held else Decimal(0)
            live = f"=IFERROR(AVERAGE({place.sheet}!{place.columns[name]}),0)"
            lines.append((field.label, live, mean, _part(data, place, name)))
        drawings.append(("支出计划：各项目平均累计进度", "line", "%", lines))
    return drawings
