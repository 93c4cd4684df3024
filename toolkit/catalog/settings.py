"""``toolkit.toml``: what a bureau sets for itself beside the definitions, and what becomes of a suite under it.

::

    suite = "hebei-2021"        # the suite where a command names none; a folder counts from this file
    editions = "editions"       # the folder where issued editions are kept, so that returns stay readable
    beta = false                # run the rules that are on trial (true unless said otherwise)
    off = ["NAR-11"]            # rules that do not run
    bureau = "…财政局"           # who signs the slips that go back to units
    contact = "预算科 …"          # whom a unit may ask, printed on them

    [parameters]                # thresholds by the names that `toolkit rules` shows
    year_end_share = 40

    [severity]                  # error 退回, warning 须说明, info 提示
    PLN-05 = "error"
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from toolkit.catalog.edition import edition_of
from toolkit.catalog.node import near
from toolkit.model.errors import InputError
from toolkit.model.form import Suite
from toolkit.model.rule import Level, Rule, Severity

SETTINGS = "toolkit.toml"
_KEYS = ("suite", "editions", "beta", "off", "bureau", "contact", "parameters", "severity")
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)
_T = TypeVar("_T")


@dataclass(frozen=True)
class Settings:
    """A bureau's own settings. ``file`` is where they were written; relative paths count from its folder."""

    file: Path
    suite: str = ""
    editions: str = "editions"
    beta: bool = True
    off: tuple[str, ...] = ()
    bureau: str = ""
    contact: str = ""
    parameters: Mapping[str, Decimal] = field(default_factory=dict)
    severity: Mapping[str, Severity] = field(default_factory=dict)

    @property
    def archive(self) -> Path:
        """The folder of the editions that were issued."""
        return self.file.parent / self.editions


def read_settings(file: Path) -> Settings:
    """The settings of a ``toolkit.toml``. Raises InputError that names the file, the entry and what is expected."""
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise InputError(f"读不到设置文件 {file}：{error.strerror or error}") from error
    except ValueError as error:  # bad TOML, or no UTF-8
        raise InputError(f"设置文件 {file} 不合 TOML 格式：{error}") from error
    for key in read:
        if key not in _KEYS:
            raise _fault(file, key, f"不认识{near(key, _KEYS)}")
    return Settings(
        file=file,
        suite=_of(file, read, "suite", str, ""),
        editions=_of(file, read, "editions", str, "editions"),
        beta=_of(file, read, "beta", bool, True),
        off=tuple(_of(file, {"off": one}, "off", str, "") for one in _of(file, read, "off", list, [])),
        bureau=_of(file, read, "bureau", str, ""),
        contact=_of(file, read, "contact", str, ""),
        parameters={k: _number(file, k, v) for k, v in _of(file, read, "parameters", dict, {}).items()},
        severity={k: _severity(file, k, v) for k, v in _of(file, read, "severity", dict, {}).items()},
    )


def _of(file: Path, read: Mapping[str, object], key: str, kind: type[_T], default: _T) -> _T:
    value = read.get(key, default)
    if not isinstance(value, kind):
        words = {str: "文本", bool: " true 或 false", list: "列表", dict: "表"}
        raise _fault(file, key, f"应为{words[kind]}，实为 {value}")
    return value


def _number(file: Path, key: str, value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _fault(file, f"parameters.{key}", f"应为数字，实为 {value}")
    return Decimal(value)


def _severity(file: Path, key: str, value: object) -> Severity:
    if value not in set(Severity):
        raise _fault(file, f"severity.{key}", f"应为 error、warning、info 之一，实为 {value}")
    return Severity(str(value))


def _fault(file: Path, key: str, what: str) -> InputError:
    return InputError(f"设置文件 {file}：{key} {what}")


def apply_settings(suite: Suite, settings: Settings) -> Suite:
    """The suite as the bureau issues it: an edition of its own where anything differs.

    Raises InputError for a rule or parameter that the suite does not have.
    """
    _require(settings, "parameters", settings.parameters, suite.parameters)
    for key, codes in (("off", settings.off), ("severity", settings.severity)):
        _require(settings, key, codes, suite.rules_by_code)
    made = judged_under(suite, settings)
    return suite if made == suite else replace(made, edition=edition_of(made))


def judged_under(suite: Suite, settings: Settings) -> Suite:
    """An edition that was issued before, with today's thresholds and severities; it keeps its hash."""
    parameters = {k: settings.parameters.get(k, v) for k, v in suite.parameters.items()}
    return replace(suite, rules=tuple(_rule(rule, settings) for rule in suite.rules), parameters=parameters)


def _require(settings: Settings, key: str, names: Collection[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise _fault(settings.file, key, f"中的“{name}”套表没有{near(name, known)}")


def _rule(rule: Rule, settings: Settings) -> Rule:
    """A rule of several levels keeps their order: none is severer than what was set.

    A severity set for a rule on trial ends the trial in this bureau.
    """
    wanted = settings.severity.get(rule.code)
    levels = rule.levels
    if wanted is not None and levels:
        milder = (Level(max(wanted, lv.severity, key=_ORDER.index), lv.expression, lv.source) for lv in levels[1:])
        levels = (replace(levels[0], severity=wanted), *milder)
    return replace(
        rule,
        severity=wanted or rule.severity,
        levels=levels,
        beta=rule.beta and wanted is None,
        off=rule.off or rule.code in settings.off or (rule.beta and wanted is None and not settings.beta),
        parameters={k: settings.parameters.get(k, v) for k, v in rule.parameters.items()},
    )
