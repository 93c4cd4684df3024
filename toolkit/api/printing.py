"""Printing: a unit's data, from its workbook or from what was collected, in one of the suite's print layouts."""

from __future__ import annotations

import datetime
import difflib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import catalog
from toolkit.api.definitions import choose_suite, editions_of, settings_at
from toolkit.api.returns import EDITIONS
from toolkit.api.tables import passwords_of
from toolkit.api.workbooks import read_return, save, target_file
from toolkit.catalog.printcheck import layout_faults
from toolkit.messages import _
from toolkit.model.errors import InputError
from toolkit.model.fact import Identity, Key, Return, State, Value
from toolkit.model.form import FieldType, Suite
from toolkit.model.printout import Printout

if TYPE_CHECKING:
    from toolkit.printing import Filled


@dataclass(frozen=True, slots=True)
class Printed:
    """A workbook that was written, and how many pages (projects) it holds."""

    path: Path
    pages: int


def print_forms(
    source: Path | str,
    output: Path | str,
    *,
    layout: str,
    unit: str | None = None,
    project: str | None = None,
    public: bool = False,
    suites: Sequence[str | Path] = (),
    settings: Path | str | None = None,
    passwords: Path | str | None = None,
) -> Printed:
    """Write one unit's data in a print layout as a workbook ready to print.

    ``source``: a filled workbook, or the folder that ``collect`` wrote (then ``unit`` says which one). ``project``:
    only that project. ``public``: classified details masked. ``passwords``: a table of passwords, for a workbook
    that asks for one. Raises InputError where the source, unit, project or layout is not there, SuiteError for a faulty
    layout file, OutputError where the file cannot be written.
    """
    from toolkit.printing import lay_out, page_names, write_pages  # noqa: PLC0415

    target, path = target_file(output), Path(source)
    own = settings_at(settings)
    if path.is_dir():
        filled = _collected(path, unit, suites)
    else:
        filled = _workbook(path, unit, *read_return(path, editions_of(suites, own), passwords_of(passwords)))
    chosen = _layout(layout, filled.suite, _sources(suites, own))
    if public and chosen.masks is None:
        raise InputError(_("版式 {layout} 没有规定涉密内容如何遮盖（masks），不能印公开版。").format(layout=layout))
    names = page_names(chosen, filled)
    if not names:
        raise InputError(_("{source} 中没有可按版式 {layout} 印的内容。").format(source=source, layout=layout))
    if project is not None and project not in names:
        raise InputError(_unknown(_("没有项目“{name}”。"), project, names))
    pages = lay_out(chosen, filled, project=project, public=public)
    buffer = io.BytesIO()
    write_pages(chosen, pages, filled.identity, buffer)
    save(target, buffer.getvalue())
    return Printed(target, len(pages))


def print_layouts(suite: str | Path | None = None, *, settings: Path | str | None = None) -> list[str]:
    """The print layouts of a suite, one line each: id, unit of money, paper, whether it has a public version, title."""
    own = settings_at(settings)
    chosen = choose_suite(suite, settings=own)
    found = catalog.load_layouts(_folder(chosen, _sources([suite] if suite is not None else (), own)))
    public = {True: _("可印公开版"), False: _("无公开版")}
    return [
        "\t".join((one.id, one.unit, one.paper, public[one.masks is not None], one.title)) for one in found.values()
    ]


def _layout(name: str, suite: Suite, sources: Iterable[str | Path]) -> Printout:
    """The layout as it is today, if it fits the edition of the data."""
    found = catalog.load_layouts(_folder(suite, sources))
    if name not in found:
        raise InputError(_unknown(_("没有版式“{name}”。"), name, list(found)))
    faults = layout_faults(found[name], suite)
    if faults:
        why = "\n".join(f"{where}: {what}" if where else what for where, what in faults)
        raise InputError(
            _("版式 {layout} 不适用于这份数据的套表版本 {edition}：\n{why}").format(
                layout=name, edition=suite.edition, why=why
            )
        )
    return found[name]


def _sources(suites: Sequence[str | Path], settings: catalog.Settings | None) -> list[str | Path]:
    """Where definitions may stand: those named, and the suite that the settings name."""
    return [*suites, *([settings.file.parent / settings.suite] if settings is not None and settings.suite else [])]


def _folder(suite: Suite, sources: Iterable[str | Path]) -> str | Path:
    """Where the definitions of a suite stand; layouts are no part of an archived edition."""
    for source in sources:
        folder = Path(source)
        if (folder / "suite.yaml").is_file() and folder.resolve().name == suite.id:
            return folder
    if suite.id in catalog.suite_ids():
        return suite.id
    raise InputError(_("不知道套表 {suite} 的文件夹在哪里，请用 --suite 指明。").format(suite=suite.id))


def _unknown(said: str, name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, 3) or known
    listing = "、".join(one for one in near[:20] if one) or _("（无）")
    return said.format(name=name) + _("可用：{known}").format(known=listing)


def _workbook(path: Path, unit: str | None, found: Return, suite: Suite) -> Filled:
    if unit is not None and unit != found.identity.unit:
        raise InputError(
            _("{file} 是单位 {owner} 的，不是单位 {unit} 的。").format(file=path, owner=found.identity.unit, unit=unit)
        )
    return _from_return(found, suite)


def _from_return(found: Return, suite: Suite) -> Filled:
    from toolkit.printing import Filled  # noqa: PLC0415

    facts = found.facts.values()
    values = {f.key: f.value for f in facts if f.value is not None}
    return Filled(suite, found.identity, values, {f.key: f.raw for f in facts if _is_mark(f.state, f.value)})


def _is_mark(state: str, value: object) -> bool:
    """Whether something stands in the cell that is no value: not applicable, classified, or not understood."""
    return value is None and state in {State.NOT_APPLICABLE, State.CLASSIFIED, State.INVALID}


def _collected(out: Path, unit: str | None, suites: Sequence[str | Path]) -> Filled:
    """One unit's accepted return in a folder of results."""
    from toolkit.printing import Filled  # noqa: PLC0415
    from toolkit.store import Book  # noqa: PLC0415

    with Book(out, threads=1) as book:
        found = book.connection.execute(
            "SELECT ret, region, year, stage, unit, unit_name, edition, suite FROM returns"
            " WHERE unit = coalesce($unit, unit) ORDER BY unit, region, year, stage",
            {"unit": unit},
        ).fetchall()
        if len(found) != 1:
            units = book.connection.execute("SELECT DISTINCT unit FROM returns ORDER BY unit").fetchall()
            raise InputError(_which(out, unit, [row[1:6] for row in found], [row[0] for row in units]))
        ret, region, year, stage, code, name, edition, suite_id = found[0]
        rows = book.connection.execute(
            "SELECT block, instance, row, field, value_decimal, value_text, state, raw FROM facts"
            " WHERE file_sha256 = $ret AND state <> 'blank'",
            {"ret": ret},
        ).fetchall()
    suite = catalog.load_edition(edition, (out / "state" / EDITIONS,)) or editions_of(suites)(edition)
    if suite is None:
        raise InputError(_("没有版本 {edition} 的定义。").format(edition=edition))
    values: dict[Key, Value] = {}
    marks: dict[Key, str] = {}
    for *where, number, text, state, raw in rows:
        key = Key(*where)
        value = _value(suite, key, number, text)
        if value is not None:
            values[key] = value
        elif _is_mark(state, value):
            marks[key] = raw
    identity = Identity(region, year, stage, code, name, edition, suite_id)
    return Filled(suite, identity, values, marks)


def _value(suite: Suite, key: Key, number: Value, text: str | None) -> Value:
    if number is not None or text is None:
        return number
    is_date = suite.blocks[key.block].by_id[key.field].type is FieldType.DATE
    return datetime.date.fromisoformat(text) if is_date else text


def _which(out: Path, unit: str | None, found: Sequence[Sequence[object]], units: Sequence[str]) -> str:
    """What to say where not exactly one return is meant."""
    if not found:
        return _unknown(_("没有单位“{name}”的报表。"), unit or "", units)
    several = "；".join(" ".join(map(str, row)) for row in found[:20])
    if unit is None:
        return _("{out} 里有多个单位的报表，请用 --unit 指明一个：{several}").format(out=out, several=several)
    return _("{out} 里单位 {unit} 有多份报表，请直接打印它的工作簿：{several}").format(
        out=out, unit=unit, several=several
    )
