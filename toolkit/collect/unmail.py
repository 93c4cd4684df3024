"""``python -m toolkit.collect.unmail MAIL MEMORY``: the attachments of a mail as a tar stream on stdout.

A process of its own, because mails nest and lie: it may run out of memory or time without harm to anything else.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import io
import re
import sys
import tarfile
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from pathlib import Path
from typing import Any

from toolkit.collect.foreign import ATTACHED, IN_TEXT
from toolkit.collect.names import decode

_MOST = 10_000
_RAW_NAME = re.compile(r"name=\"?([^\";\r\n]+)")
_DEPTH = 20
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _DATA, _EMBEDDED = "3707", "3704", "3001", "3701", "3701000D"

Attachment = tuple[str, str, bytes]
"""ATTACHED or IN_TEXT, name, content."""


def attachments(data: bytes) -> Iterator[Attachment]:
    """Each attachment of an ``.eml`` or ``.msg``. Raises whatever its library raises."""
    return _of_compound(data) if data.startswith(b"\xd0\xcf\x11\xe0") else _of_message(data)


def _of_message(data: bytes) -> Iterator[Attachment]:
    message = email.message_from_bytes(data, policy=email.policy.default.clone(max_line_length=None))
    waiting: list[tuple[Message, int]] = [(message, 0)]
    number = 0
    while waiting and number < _MOST:
        part, depth = waiting.pop()
        if part.get_content_type() == "message/rfc822" and depth:
            # A mail that was forwarded as a whole: a container of its own.
            inner = part.get_payload(0) if part.is_multipart() else None
            number += 1
            name = _file_name(part) or f"{_subject(inner)}.eml"
            yield ATTACHED, name, inner.as_bytes() if isinstance(inner, Message) else _content(part)
        elif part.is_multipart() and depth < _DEPTH:
            children = part.get_payload()
            inside = [child for child in children if isinstance(child, Message)] if isinstance(children, list) else []
            waiting.extend((child, depth + 1) for child in reversed(inside))
        else:
            number += 1
            yield from _part(part, number)


def _part(part: Message, number: int) -> Iterator[Attachment]:
    """An attachment; text of the mail itself is none, and pictures in it are marked."""
    name, kind = _file_name(part), part.get_content_maintype()
    attached = part.get_content_disposition() == "attachment"
    if not name and not attached and kind in {"text", "multipart"}:
        return
    in_text = kind == "image" and (not attached or bool(part.get("Content-ID")))
    yield IN_TEXT if in_text else ATTACHED, name or f"附件{number}", _content(part)


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _file_name(part: Message) -> str:
    """The name, however a mail program wrote it: encoded, in pieces, or in raw GBK bytes."""
    name = part.get_filename() or ""
    if "\ufffd" in name:
        fields = (
            str(value) for key, value in part.raw_items() if key.lower() in {"content-disposition", "content-type"}
        )
        raw = next((match[1] for match in map(_RAW_NAME.search, fields) if match), "")
        return decode(raw.encode("utf-8", "surrogateescape")) or name
    if "=?" in name:
        with contextlib.suppress(Exception):  # against the rules, and many ways to be wrong
            pieces = decode_header(name)
            return "".join(p if isinstance(p, str) else p.decode(c or "gb18030", "replace") for p, c in pieces)
    return name


def _subject(message: object) -> str:
    subject = str(message.get("Subject", "")) if isinstance(message, Message) else ""
    return subject.strip()[:80] or "转发的邮件"


def _of_compound(data: bytes) -> Iterator[Attachment]:
    """Outlook's own files ([MS-OXMSG]): each attachment is a storage with its properties as streams."""
    import olefile  # noqa: PLC0415 - only for these files

    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        paths = [tuple(path) for path in ole.listdir(streams=True, storages=True)]
        stores = [path for path in paths if path[-1].lower().startswith("__attach_version1.0_#")]
        for number, store in enumerate(sorted(stores)[:_MOST], 1):
            own = {path[-1]: path for path in paths if path[:-1] == store}
            if any(_EMBEDDED in name for name in own):
                continue  # a mail within: its attachments stand deeper and are met as well
            names = (_text(ole, own, tag) for tag in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME))
            name = next((name for name in names if name), f"附件{number}")
            content = next((path for name_, path in own.items() if name_.upper().endswith(f"_{_DATA}0102")), None)
            if content is not None:
                yield ATTACHED, name, ole.openstream(list(content)).read()


def _text(ole: Any, own: dict[str, tuple[str, ...]], tag: str) -> str:
    """A text property: Unicode, or bytes of some code page."""
    for name, path in own.items():
        if name.upper().endswith(f"_{tag}001F"):
            return str(ole.openstream(list(path)).read().decode("utf-16-le", "replace")).rstrip("\0")
        if name.upper().endswith(f"_{tag}001E"):
            return decode(ole.openstream(list(path)).read().rstrip(b"\0"))
    return ""


def main(arguments: list[str]) -> None:
    """Write the attachments of the mail to stdout."""
    path, memory = arguments
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (2 * int(memory), resource.getrlimit(resource.RLIMIT_AS)[1]))
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for mark, name, content in attachments(Path(path).read_bytes()):
            about = tarfile.TarInfo(f"{mark}/{name}")
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))


if __name__ == "__main__":
    main(sys.argv[1:])
