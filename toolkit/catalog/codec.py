"""Dataclasses ⇄ plain JSON values, driven by their types; defaults are left out.

Leaving defaults out keeps the hash of an edition stable when the model later grows a field.
"""

from __future__ import annotations

import dataclasses
import datetime
import types
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from toolkit.model.errors import Source


def encode(value: object) -> Any:
    """``value`` as JSON knows it. Sources (places in files) are not content and are left out."""
    match value:
        case Enum():
            made: Any = value.value
        case Decimal():
            made = {"decimal": format(value, "f")}
        case datetime.date():
            made = {"date": value.isoformat()}
        case frozenset():
            made = sorted(encode(v) for v in value)
        case tuple() | list():
            made = [encode(v) for v in value]
        case Mapping():
            made = {"pairs": [[k, encode(v)] for k, v in value.items()]}
        case _ if dataclasses.is_dataclass(value):
            held = ((f, getattr(value, f.name)) for f in dataclasses.fields(value))
            made = {f.name: encode(v) for f, v in held if not (isinstance(v, Source) or _is_default(f, v))}
        case _:
            made = value
    return made


def _is_default(f: dataclasses.Field[Any], value: object) -> bool:
    if f.default_factory is not dataclasses.MISSING:
        return bool(value == f.default_factory())
    return f.default is not dataclasses.MISSING and type(value) is type(f.default) and value == f.default


def decode(kind: Any, data: Any) -> Any:
    """The inverse of ``encode`` for a value of type ``kind``."""
    return _decoder(kind)(data)


@cache
def _decoder(kind: Any) -> Callable[[Any], Any]:
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _dataclass_decoder(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if typing.get_origin(kind) is not None:
        return _generic_decoder(typing.get_origin(kind), typing.get_args(kind))
    return _free if kind is object else _plain


def _generic_decoder(origin: Any, args: tuple[Any, ...]) -> Callable[[Any], Any]:
    """``tuple[X, ...]``, ``tuple[X, Y]``, ``frozenset[str]``, ``Mapping[str, X]`` and unions."""
    if origin in {types.UnionType, typing.Union}:
        return _union_decoder(args)
    if origin is frozenset:
        return frozenset
    decoders = [_decoder(a) for a in args if a is not Ellipsis]
    if issubclass(origin, Mapping):
        return lambda data: {k: decoders[1](v) for k, v in data["pairs"]}
    if args[-1] is Ellipsis:
        return lambda data: tuple(decoders[0](v) for v in data)
    return lambda data: tuple(d(v) for d, v in zip(decoders, data, strict=True))


def _dataclass_decoder(kind: type[Any]) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    decoders: dict[str, Callable[[Any], Any]] = {}

    def make(data: dict[str, Any]) -> Any:
        if not decoders:
            decoders.update({f.name: _decoder(hints[f.name]) for f in dataclasses.fields(kind)})
        return kind(**{name: decoders[name](value) for name, value in data.items()})

    return make


def _union_decoder(args: tuple[Any, ...]) -> Callable[[Any], Any]:
    """``X | None`` and ``bool | str``: plain values stand for themselves, the rest is the structured member."""
    structured = [_decoder(a) for a in args if _decoder(a) is not _plain]
    inner = structured[0] if structured else _plain
    return lambda data: inner(data) if isinstance(data, dict | list) else data


def _plain(data: Any) -> Any:
    """Text, whole numbers, flags, and decimals in their envelope."""
    return Decimal(data["decimal"]) if isinstance(data, dict) else data


def _free(data: Any) -> object:
    """A value whose type only the data say (cases, style)."""
    if isinstance(data, list):
        return [_free(v) for v in data]
    if not isinstance(data, dict):
        return data
    if "decimal" in data:
        return Decimal(data["decimal"])
    if "date" in data:
        return datetime.date.fromisoformat(data["date"])
    return {k: _free(v) for k, v in data["pairs"]}
