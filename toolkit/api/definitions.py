"""The definitions themselves: which suites there are, their forms and rules, lint and differences."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from toolkit import catalog
from toolkit.messages import _
from toolkit.model.errors import InputError, SuiteError
from toolkit.model.form import Suite
from toolkit.report import manual


def choose_suite(
    name: str | Path | None = None, year: int | None = None, settings: catalog.Settings | None = None
) -> Suite:
    """The suite of that id or folder, as the bureau's settings have it; without a name the suite that the settings
    name, or else the shipped suite of ``year``, or of the latest year.

    Raises InputError where there is none, or where the suite is for another year.
    """
    if settings is None:
        return _chosen(name, year)
    if name is None and settings.suite:
        beside = settings.file.parent / settings.suite
        name = beside if beside.is_dir() else settings.suite
    return catalog.apply_settings(_chosen(name, year), settings)


def _chosen(name: str | Path | None, year: int | None) -> Suite:
    if name is not None:
        suite = _named(str(name))
        if year is not None and suite.year != year:
            raise InputError(
                _("套表 {suite} 是 {is_year} 年的，不是 {year} 年。可用：{known}").format(
                    suite=suite.id, is_year=suite.year, year=year, known="、".join(suites())
                )
            )
        return suite
    shipped = [catalog.load_suite(one) for one in catalog.suite_ids()]
    fitting = [suite for suite in shipped if year is None or suite.year == year]
    if not fitting:
        raise InputError(_("没有 {year} 年的套表。可用：{known}").format(year=year, known="、".join(suites())))
    return max(fitting, key=lambda suite: (suite.year, suite.id))


def _named(name: str) -> Suite:
    known = catalog.suite_ids()
    if name in known:
        return catalog.load_suite(name)
    if Path(name).is_dir():
        return catalog.load_suite(Path(name))
    near = difflib.get_close_matches(name, known, 1)
    hint = _("是不是 {near}？").format(near=near[0]) if near else ""
    raise InputError(_("没有套表“{name}”。{hint}可用：{known}").format(name=name, hint=hint, known="、".join(suites())))


def own_suites(sources: Iterable[str | Path]) -> list[Suite]:
    """The suites at ``sources``: ids, folders of definitions, or archived editions (a .json or a folder of them)."""
    found: list[Suite] = []
    for source in sources:
        path = Path(source)
        archived = [path] if path.suffix == ".json" else sorted(path.glob("*.json"))
        if archived and not (path / "suite.yaml").is_file():
            found += [_edition_in(one) for one in archived]
        else:
            found.append(_named(str(source)))
    return found


def _edition_in(path: Path) -> Suite:
    try:
        return catalog.suite_from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, SuiteError) as error:
        raise InputError(_("{file} 不是套表版本文件：{why}").format(file=path, why=error)) from error


def editions_of(
    sources: Iterable[str | Path] = (), settings: catalog.Settings | None = None
) -> Callable[[str], Suite | None]:
    """Finds the suite of an edition among ``own_suites(sources)``, those issued under the settings, and those that
    came with the toolkit."""
    own = {suite.edition: suite for suite in own_suites(sources)}
    return lambda edition: own.get(edition) or catalog.load_edition(edition, archives(settings))


def archives(settings: catalog.Settings | None) -> tuple[Path, ...]:
    """Where editions lie that were issued here."""
    return (settings.archive,) if settings is not None and settings.archive.is_dir() else ()


def settings_at(file: Path | str | None) -> catalog.Settings | None:
    """The bureau's settings, if there are any. Raises InputError where they cannot be read or understood."""
    return None if file is None else catalog.read_settings(Path(file))


def suites() -> list[str]:
    """One line for each shipped suite: id, year, title, edition."""
    found = (catalog.load_suite(name) for name in catalog.suite_ids())
    return [f"{s.id}（{s.year}，{s.title}，{s.edition}）" for s in found]


def forms(
    form: str | None = None,
    *,
    suite: str | None = None,
    as_json: bool = False,
    settings: Path | str | None = None,
) -> list[str]:
    """The forms of a suite, or one of them whole, as lines. Raises InputError for an unknown form."""
    chosen = choose_suite(suite, settings=settings_at(settings))
    picked = [f for f in chosen.forms if form in {None, f.id, f.sheet, f.title, f.number}]
    if not picked:
        raise InputError(_unknown(_("表"), form or "", (f.id for f in chosen.forms)))
    if as_json:
        return [json.dumps([manual.form_data(f) for f in picked], ensure_ascii=False, indent=2)]
    if form is not None:
        return [line for f in picked for line in manual.form_page(f)]
    return [f"{f.id}\t{f.sheet}\t{f.title}\t{'、'.join(b.id for b in f.blocks)}" for f in picked]


def rules(
    code: str | None = None,
    *,
    suite: str | None = None,
    as_json: bool = False,
    settings: Path | str | None = None,
) -> list[str]:
    """The rules of a suite, or one of them whole, as lines. Raises InputError for an unknown code."""
    chosen = choose_suite(suite, settings=settings_at(settings))
    picked = [r for r in chosen.rules if code is None or r.code == code.upper()]
    reason = _not_checked(chosen, (code or "").upper())
    if not picked and reason:
        return [_("{code} 不在本工具检查范围：{why}").format(code=(code or "").upper(), why=reason)]
    if not picked:
        raise InputError(_unknown(_("规则"), code or "", (r.code for r in chosen.rules)))
    if as_json:
        return [json.dumps([manual.rule_data(chosen, r) for r in picked], ensure_ascii=False, indent=2)]
    if code is not None:
        return [line for r in picked for line in manual.rule_page(chosen, r)]
    return [f"{r.code}\t{_(manual.SEVERITIES[r.severity])}\t{manual.statement(r)}" for r in picked]


def _not_checked(suite: Suite, code: str) -> str:
    """Why a rule of the catalogue is out of the scope of a shipped suite, "" for one that is not."""
    return catalog.load_scope(suite.id).reasons.get(code, "") if suite.id in catalog.suite_ids() else ""


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    short = re.fullmatch(r"(.*-)(\d)", name.upper())  # SUM-2 for SUM-02
    meant = [n for n in names if short and n == f"{short[1]}0{short[2]}"]
    near = [*meant, *(n for n in difflib.get_close_matches(name, names, 3) if n not in meant)] or names
    return _("没有{what}“{name}”。相近的有：{near}").format(what=what, name=name, near="、".join(near[:12]))


def lint(suite: str) -> list[str]:
    """What is doubtful in a suite's definitions, one line each. Raises SuiteError where they (or layouts) are wrong."""
    chosen = _named(suite)
    layouts = catalog.load_layouts(suite)
    return [str(remark) for remark in catalog.lint(chosen, layouts.values())]


def diff(old: str, new: str) -> list[str]:
    """What was added, changed and removed between two suites, one line each."""
    return [str(change) for change in catalog.diff(_named(old), _named(new))]
