"""A folder of YAML → Suite: read, inherit (``extends``), check as a whole, compile, hash."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from toolkit.catalog.edition import edition_of
from toolkit.catalog.fields import Context
from toolkit.catalog.forms import read_form
from toolkit.catalog.lists import read_list
from toolkit.catalog.node import Node, near, raise_if_any, read_yaml
from toolkit.catalog.references import case_problems, check_references
from toolkit.catalog.rules import read_numbers, read_rules
from toolkit.formula import compile_suite
from toolkit.model.errors import Source, SuiteError
from toolkit.model.form import STAGES, CodeList, Form, Suite
from toolkit.model.rule import Rule

SUITE_KEYS = frozenset(
    {"suite", "title", "year", "region", "stage", "extends", "forms", "parameters", "remove", "notes"}
)
_REMOVABLE = ("forms", "lists", "rules")
_FIELD = re.compile(r"field (?P<block>\w+)(\[\])?(\.(?P<row>\w+))?\.(?P<field>\w+)", re.ASCII)


@dataclass
class _Parts:
    """What a suite's folder and those it extends contribute, before it is checked as a whole."""

    id: str = ""
    title: str = ""
    year: int = 0
    region: str = ""
    stage: str = ""
    order: list[str] = field(default_factory=list)
    forms: dict[str, Form] = field(default_factory=dict)
    lists: dict[str, CodeList] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    parameters: dict[str, Decimal] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def catalog_root() -> Path:
    """The shipped suites: beside the package in a checkout, inside it in an installed wheel."""
    package = Path(__file__).parents[1]
    inside = package / "_templates" / "catalog"
    return inside if inside.is_dir() else package.parent / "templates" / "catalog"


def suite_ids() -> tuple[str, ...]:
    """The ids of the shipped suites."""
    return tuple(sorted(p.parent.name for p in catalog_root().glob("*/suite.yaml")))


def load_suite(path_or_id: str | Path) -> Suite:
    """The suite in a folder (or its ``suite.yaml``), or a shipped one by its id; resolved, checked, compiled.

    Raises SuiteError that lists every fault found, each with file, line and column.
    """
    folder = Path(path_or_id)
    if folder.name == "suite.yaml":
        folder = folder.parent
    if not (folder / "suite.yaml").is_file():
        if str(path_or_id) not in suite_ids():
            raise SuiteError([(None, f"找不到套表“{path_or_id}”{near(str(path_or_id), suite_ids())}")])
        return _shipped(str(path_or_id))
    return _load(folder.resolve())


@lru_cache(maxsize=32)
def _shipped(suite_id: str) -> Suite:
    return _load(catalog_root() / suite_id)


def _load(folder: Path) -> Suite:
    context = Context([])
    parts = _read_parts(folder, context, ())
    raise_if_any(context.problems)
    style = _style(folder, context)
    bare = Suite(
        id=parts.id,
        title=parts.title,
        year=parts.year,
        region=parts.region,
        stage=parts.stage,
        forms=tuple(parts.forms[f] for f in parts.order),
        lists={name: codes.of_year(parts.year) for name, codes in sorted(parts.lists.items())},
        rules=_in_force(parts),
        parameters=_parameters(parts, context),
        style=style,
        notes=parts.notes,
    )
    bare = replace(bare, rules=tuple(_with_fitting_cases(r, bare, folder.name) for r in bare.rules))
    check_references(bare, context)
    raise_if_any(context.problems)
    suite = replace(bare, edition=edition_of(bare))
    _compile(suite, context)
    return suite


def _with_fitting_cases(rule: Rule, suite: Suite, folder: str) -> Rule:
    """An inherited rule keeps those of its examples that name cells of this suite's own forms."""
    if rule.source is None or rule.source.file.startswith(f"{folder}/"):
        return rule
    return replace(
        rule,
        cases=tuple(c for c in rule.cases if not any((*case_problems(c.data, suite), *case_problems(c.prior, suite)))),
    )


def _compile(suite: Suite, context: Context) -> None:
    """Every expression must be understood; faults of field formulas get the place they were written at."""
    try:
        compile_suite(suite)
    except SuiteError as error:
        placed = [(where or _place_of_field(what, suite, context), what) for where, what in error.problems]
        raise_if_any(placed)


def _place_of_field(what: str, suite: Suite, context: Context) -> Source | None:
    """The compiler says ``field block.row.field…`` or ``field block[].field…``: where that was written."""
    found = _FIELD.match(what)
    if found is None or found["block"] not in suite.blocks:
        return None
    block, row, name = suite.blocks[found["block"]], found["row"], found["field"]
    if row in block.rows_by_id and name in block.rows_by_id[row].formulas:
        return context.place("row", block.id, row)
    return context.place("field", block.id, name, "formula")


def _read_parts(folder: Path, context: Context, chain: tuple[str, ...]) -> _Parts:
    """What ``folder`` defines over what it extends. ``chain``: the suites on the way here, to see a circle."""
    name = folder.name
    node = read_yaml(folder / "suite.yaml", f"{name}/suite.yaml", context.problems)
    keys = node.mapping(SUITE_KEYS) if node is not None else {}
    if node is None:
        return _Parts()
    parts = _base(keys["extends"], folder, context, (*chain, name)) if "extends" in keys else _Parts()
    inherited = parts.id != ""
    if "remove" in keys:
        _remove(keys["remove"], parts)
    _headings(keys, node, parts, inherited)
    _read_folder(folder, parts, context)
    if "parameters" in keys:
        parts.parameters = dict(sorted((parts.parameters | read_numbers(keys["parameters"])).items()))
    _order(keys, node, parts, inherited)
    return parts


def _base(node: Node, folder: Path, context: Context, chain: tuple[str, ...]) -> _Parts:
    if node.kind == "null":
        return _Parts()
    base = node.text()
    if base in chain:
        node.fault(f"套表循环继承：{' → '.join((*chain, base))}")
        return _Parts()
    for root in (folder.parent, catalog_root()):
        if (root / base / "suite.yaml").is_file():
            return _read_parts(root / base, context, chain)
    siblings = {p.parent.name for p in folder.parent.glob("*/suite.yaml")} - {folder.name}
    node.fault(f"找不到被继承的套表“{base}”{near(base, siblings | set(suite_ids()))}")
    return _Parts()


def _remove(node: Node, parts: _Parts) -> None:
    for what, at in node.mapping(_REMOVABLE).items():
        held: dict[str, object] = getattr(parts, what)
        for n in at.items():
            if held.pop(n.text(), None) is None:
                n.fault(f"被继承的套表中没有“{n.text()}”{near(n.text(), held)}")
    parts.order = [f for f in parts.order if f in parts.forms]


def _headings(keys: dict[str, Node], node: Node, parts: _Parts, inherited: bool) -> None:
    needed = ("suite",) if inherited else ("suite", "title", "year", "region", "stage", "forms")
    missing = [k for k in needed if k not in keys]
    if missing:
        node.fault(f"套表缺少：{'、'.join(missing)}")
    for key in ("title", "region"):
        if key in keys:
            setattr(parts, key, keys[key].text())
    if "suite" in keys:
        parts.id = keys["suite"].text()
        folder = node.file.partition("/")[0]
        if parts.id != folder:
            keys["suite"].fault(f"套表代号“{parts.id}”须与文件夹名“{folder}”一致")
    if "year" in keys:
        parts.year = keys["year"].integer(1990, 2100)
    if "stage" in keys:
        parts.stage = keys["stage"].choice(STAGES)
    if "notes" in keys:
        parts.notes = keys["notes"].texts()


def _read_folder(folder: Path, parts: _Parts, context: Context) -> None:
    """Forms, lists and rules of one folder; those of the same id or code replace the inherited ones."""

    def files(kind: str) -> list[tuple[Path, Node]]:
        paths = sorted((folder / kind).glob("*.yaml"))
        read = [(p, read_yaml(p, f"{folder.name}/{kind}/{p.name}", context.problems)) for p in paths]
        return [(p, node) for p, node in read if node is not None]

    for path, node in files("forms"):
        _forget_blocks(parts.forms.get(path.stem), context)
        form = read_form(node, context)
        if form is not None:
            if form.id != path.stem:
                node.fault(f"表代号“{form.id}”须与文件名“{path.stem}”一致")
            parts.forms[form.id] = form
    for path, node in files("lists"):
        made = read_list(node, path.parent, context)
        if made is not None:
            if made.id != path.stem:
                node.fault(f"代码表代号“{made.id}”须与文件名“{path.stem}”一致")
            parts.lists[made.id] = made
    own: dict[str, Rule] = {}
    for _, node in files("rules"):
        for rule in read_rules(node, context):
            if rule.code in own:
                context.problems.append((rule.source, f"规则代码“{rule.code}”重复，已见于 {own[rule.code].source}"))
            own[rule.code] = rule
    parts.rules |= own


def _forget_blocks(form: Form | None, context: Context) -> None:
    """A form that is replaced frees its block ids."""
    for block in form.blocks if form else ():
        context.places.pop(("block", block.id), None)


def _order(keys: dict[str, Node], node: Node, parts: _Parts, inherited: bool) -> None:
    """The forms in the order of their sheets; a form that no order names would silently be missing."""
    if "forms" in keys:
        parts.order = []
        for n in keys["forms"].items():
            if n.text() not in parts.forms:
                n.fault(f"没有表“{n.text()}”{near(n.text(), parts.forms)}")
            elif n.text() in parts.order:
                n.fault(f"表“{n.text()}”重复")
            else:
                parts.order.append(n.text())
    lost = sorted(set(parts.forms) - set(parts.order))
    if lost:
        hint = "；不用的请列入 remove" if inherited else ""
        (keys.get("forms") or node).fault(f"表 {'、'.join(lost)} 未列入 forms{hint}")


def _in_force(parts: _Parts) -> tuple[Rule, ...]:
    """The rules of the suite's year, with the parameters as the suite sets them."""
    return tuple(
        replace(r, parameters={k: parts.parameters.get(k, v) for k, v in r.parameters.items()})
        for r in parts.rules.values()
        if r.years is None or r.years[0] <= parts.year <= r.years[1]
    )


def _parameters(parts: _Parts, context: Context) -> dict[str, Decimal]:
    """A rule's own parameters are defaults; those of suite.yaml come before them."""
    merged: dict[str, Decimal] = {}
    for rule in parts.rules.values():
        for name, value in rule.parameters.items():
            if name not in parts.parameters and merged.setdefault(name, value) != value:
                context.problems.append((rule.source, f"参数“{name}”在各规则中取值不一：{merged[name]}、{value}"))
    return dict(sorted((merged | parts.parameters).items()))


def _style(folder: Path, context: Context) -> dict[str, object]:
    """The look of all workbooks: the house style beside the suite, else the shipped one."""
    path = next((p for root in (folder.parent, catalog_root()) if (p := root / "house_style.yaml").is_file()), None)
    node = read_yaml(path, path.name, context.problems) if path else None
    return {k: _plain(v.value()) for k, v in sorted(node.mapping().items())} if node else {}


def _plain(value: object) -> object:
    """Sizes are plain numbers (int or float), not money."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in sorted(value.items())}
    return [_plain(v) for v in value] if isinstance(value, list) else value
