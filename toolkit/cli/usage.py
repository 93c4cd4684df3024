"""What typer says of itself, in the words of our users: help pages and usage errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from toolkit.messages import _, language

_HELP_LINE = re.compile(r"^(?P<names>  -h, --help +)Show this message and exit\.$", re.MULTILINE)
_TYPE = re.compile(r"<list\[([^\]]+)\]>")
_LANG = "  --lang zh|en  "
_SETTINGS = "  --settings FILE  "
_DEFAULT = re.compile(r"\[default: ([^\]]*)\]")
_ONE_OF = re.compile(r"is not one of (.+?)\.?$")
_INTEGER = re.compile(r"valid integer")
_LOWEST = re.compile(r"greater than or equal to (-?\d+)|(-?\d+)<=x")
_HIGHEST = re.compile(r"less than or equal to (-?\d+)|x<=(-?\d+)")


def page(text: str) -> str:
    """A help page of typer's with its fixed words in the language in use, and what every command takes."""

    def options(line: re.Match[str]) -> str:
        width = max(len(line["names"]), len(_LANG))
        ours = (
            (line["names"], _("显示本帮助。")),
            (_LANG, _("界面语言，中文或英文。")),
            (_SETTINGS, _("设置文件（默认为当前文件夹的 toolkit.toml）。")),
        )
        return "\n".join(names.ljust(max(width, len(_SETTINGS))) + text for names, text in ours)

    usage, _rest, body = text.partition("\n")
    text = re.sub(r"[{}]", "", usage) + "\n" + _TYPE.sub(r"<\1>", _HELP_LINE.sub(options, body))
    if language() == "en":
        return text
    for heading, ours in (("Arguments", "参数"), ("Options", "选项"), ("Commands", "命令")):
        text = re.sub(rf"^{heading}:$", f"{ours}：", text, flags=re.MULTILINE)
    text = re.sub(r"^Usage: ", "用法：", text).replace("[required]", "[必填]")
    return _DEFAULT.sub(r"[默认：\1]", text)


class Command(TyperCommand):
    """A command whose help is a ``page``."""

    def get_help(self, ctx: Any) -> str:
        return page(super().get_help(ctx))


class Group(TyperGroup):
    """A group whose help is a ``page``."""

    def get_help(self, ctx: Any) -> str:
        return page(super().get_help(ctx))


class App(typer.Typer):
    """A typer application of such commands and groups."""

    def __init__(self, **options: Any) -> None:
        super().__init__(cls=Group, **options)

    def command(self, *names: Any, **options: Any) -> Callable[[Any], Any]:
        return super().command(*names, **{"cls": Command, **options})


def complaint(error: Any) -> str:
    """A usage error of typer's (any version: they are told apart by name) in one line, with where to read on."""
    context = getattr(error, "ctx", None)
    about = _("用法见：{command} --help").format(command=context.command_path if context is not None else "toolkit")
    return f"{_what(error)} {about}"


def _what(error: Any) -> str:
    said = str(error.format_message())
    if language() == "en":
        return said
    name = re.search(r"'([^']+)'|(--?[\w-]+)", said)
    named = (name[1] or name[2]) if name else ""
    if said.startswith("No such command"):
        return f"没有命令“{named}”。"
    option = getattr(error, "option_name", "")
    told = {
        "MissingParameter": f"缺少“{named}”。",
        "NoSuchOption": f"没有选项 {option}。",
        "BadOptionUsage": f"选项 {option} 后面缺少值。",
        "BadParameter": f"“{named}”的值不对：{_why(said)}。",
    }
    return told.get(type(error).__name__, f"{said} ")


def _why(said: str) -> str:
    """What typer has against a value."""
    one_of = _ONE_OF.search(said)
    if one_of:
        choices = "、".join(re.findall(r"'([^']+)'", one_of[1]))
        return f"应为 {choices} 之一"
    if _INTEGER.search(said):
        return "应为整数"
    low, high = _LOWEST.search(said), _HIGHEST.search(said)
    bounds = [f"不小于 {low[1] or low[2]}"] if low else []
    bounds += [f"不大于 {high[1] or high[2]}"] if high else []
    if bounds:
        return "应" + "、".join(bounds)
    return said.partition(": ")[2] or said
