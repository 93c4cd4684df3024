"""XML parsed by expat within bounds: no DOCTYPE, no entities, bounded depth, tokens and attributes.

The whole part is handed over in one piece: old expat versions need quadratic time for long tokens fed in slices.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from toolkit.read.failures import Refused, Unreadable
from toolkit.read.limits import LIMITS, Limits

_ENCODINGS = frozenset({"utf-8", "utf-16", "us-ascii", "ascii"})

Start = Callable[[str, list[str]], None]
"""Called with the tag as written (prefix included) and its attributes as a flat list name, value, name, value …"""


def parse(
    data: bytes,
    part: str,
    start: Start,
    end: Callable[[str], None],
    text: Callable[[str], None],
    *,
    limits: Limits = LIMITS,
) -> None:
    """Run the handlers over a part. ``start`` and ``end`` see depths up to ``limits.depth`` only if they ask
    for no more: depth is theirs to count (see ``tree``), everything else is bounded here.

    Raises Refused (DOCTYPE, a token or depth beyond the limit) or Unreadable (not well formed).
    """
    if re.search(rb"(?:^|>)[^>]{%d}" % limits.token, data):
        raise Refused(f"部件 {part} 含有超过 {limits.token} 字节的标记，疑似恶意构造")
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text

    def doctype(*_: object) -> None:
        raise Refused(f"部件 {part} 含有 DOCTYPE 声明，出于安全不予读取")

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise Unreadable(f"部件 {part} 的字符编码“{encoding[:20]}”不受支持，请重新另存为 .xlsx")

    parser.StartDoctypeDeclHandler = doctype
    parser.XmlDeclHandler = declaration
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Unreadable(f"部件 {part} 的 XML 已损坏（第 {error.lineno} 行），请重新另存为 .xlsx") from None


def too_deep(part: str, limits: Limits = LIMITS) -> Refused:
    """The refusal of a part whose elements nest beyond the limit."""
    return Refused(f"部件 {part} 的 XML 嵌套超过 {limits.depth} 层，疑似恶意构造")


def tree(data: bytes, part: str, limits: Limits = LIMITS) -> Element:
    """A small part as a tree with local names (prefixes dropped: Strict and Transitional read alike)."""
    builder = TreeBuilder()
    depth = elements = 0

    def start(tag: str, attributes: list[str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if elements > limits.elements:
            raise Refused(f"部件 {part} 的元素超过 {limits.elements} 个，疑似恶意构造")
        if depth > limits.depth:
            raise too_deep(part, limits)
        if len(attributes) > 2 * limits.attributes:
            raise Refused(f"部件 {part} 的元素有 {len(attributes) // 2} 个属性，超过 {limits.attributes} 个的上限")
        names = (local(name) for name in attributes[::2])
        builder.start(local(tag), dict(zip(names, attributes[1::2], strict=True)))

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(local(tag))

    parse(data, part, start, end, builder.data, limits=limits)
    return builder.close()


def local(tag: str) -> str:
    """``c`` of ``x:c``."""
    return tag.rpartition(":")[2]
