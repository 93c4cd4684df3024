"""Good returns, damaged at random: by bytes, by parts, by tags. The same seed gives the same damage."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from bench.robustness.packages import Parts, packed, unpacked

_TAG = re.compile(rb"<[^<>]+>")
_ODD = (
    b"",
    b"0",
    b"-1",
    b"4294967296",
    b"1E999",
    b"NaN",
    b"&#0;",
    b"&#x110000;",
    b"\xff\xfe",
    b"A1:XFD1048576",
    b"x" * 9_999,
)


def mutants(good: bytes, count: int, seed: int) -> Iterator[bytes]:
    """``count`` damaged variants: of a package mostly in the parts, else in the file."""
    rng = random.Random(seed)
    parts = unpacked(good) if good.startswith(b"PK\x03\x04") else None
    for _ in range(count):
        if parts is None or rng.random() < 0.3:
            yield mutate(good, rng)
        else:
            yield mutate_package(parts, rng)


def mutate(data: bytes, rng: random.Random) -> bytes:
    """One to three kinds of damage to a run of bytes."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        data = rng.choice(_BYTES)(data, rng)
    return data


def mutate_package(parts: Parts, rng: random.Random) -> bytes:
    """Damage to one or two parts, zipped again so that the checksums are right."""
    made = dict(parts)
    for _ in range(rng.choice((1, 1, 2))):
        name = rng.choice(sorted(made))
        way = rng.random()
        if way < 0.05 and len(made) > 1:
            del made[name]
        elif way < 0.1:
            made[name] = parts[rng.choice(sorted(parts))]
        elif way < 0.3:
            made[name] = mutate(made[name], rng)
        else:
            made[name] = rng.choice(_TAGS)(made[name], rng)
    return packed(made)


def _flip(data: bytes, rng: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(rng.choice((1, 4, 16))):
        if made:
            made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _hole(data: bytes, rng: random.Random) -> bytes:
    at, size = rng.randrange(len(data) + 1), rng.choice((1, 64, 512, 4096))
    return data[:at] + bytes(len(data[at : at + size])) + data[at + size :]


def _splice(data: bytes, rng: random.Random) -> bytes:
    at, start, size = rng.randrange(len(data) + 1), rng.randrange(len(data) + 1), rng.choice((8, 64, 512, 4096))
    return data[:at] + data[start : start + size] + data[at:]


def _drop(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[at + rng.choice((1, 8, 512, 4096)) :]


def _ones(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1) & ~3
    return (
        data[:at]
        + rng.choice((b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\xfe\xff\xff\xff", b"\0\0\0\0"))
        + data[at + 4 :]
    )


def _tag(data: bytes, rng: random.Random) -> re.Match[bytes] | None:
    found = list(_TAG.finditer(data))
    return rng.choice(found) if found else None


def _double_tag(data: bytes, rng: random.Random) -> bytes:
    tag = _tag(data, rng)
    return data if tag is None else data[: tag.end()] + tag[0] * rng.choice((1, 1, 3, 1000)) + data[tag.end() :]


def _double_element(data: bytes, rng: random.Random) -> bytes:
    """An element with its content, twice."""
    tag = _tag(data, rng)
    if tag is None:
        return data
    words = tag[0][1:-1].split()
    closing = b"</" + (words[0] if words else b"") + b">"
    end = data.find(closing, tag.end())
    end = tag.end() if end < 0 else end + len(closing)
    return data[:end] + data[tag.start() : end] + data[end:]


def _drop_tag(data: bytes, rng: random.Random) -> bytes:
    tag = _tag(data, rng)
    return data if tag is None else data[: tag.start()] + data[tag.end() :]


def _odd_value(data: bytes, rng: random.Random) -> bytes:
    """An attribute's value or a text in favour of an odd one."""
    found = list(re.finditer(rb'(?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)', data))
    if not found:
        return data
    value = rng.choice(found)
    return data[: value.start()] + rng.choice(_ODD) + data[value.end() :]


_BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (_flip, _flip, _cut, _hole, _splice, _drop, _ones)
_TAGS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _double_tag,
    _double_element,
    _drop_tag,
    _odd_value,
    _odd_value,
)
