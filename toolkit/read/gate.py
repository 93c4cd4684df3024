"""The gate: what a file is, whether it may be read, and by what. One row for each format of workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from toolkit.read.failures import NotAReturn, Refused, Unreadable
from toolkit.read.limits import LIMITS, Limits
from toolkit.read.locked import needs_password, unlock
from toolkit.read.package import open_package
from toolkit.read.passwords import Password
from toolkit.read.sniff import KINDS, sniff_bytes
from toolkit.read.workbook import Workbook, open_workbook

_READERS = {
    "xls": "toolkit.read.xls:read_xls",
    "xlsb": "toolkit.read.xlsb:read_xlsb",
    "ods": "toolkit.read.ods:read_ods",
    "fods": "toolkit.read.ods:read_flat",
    "xml2003": "toolkit.read.xml2003:read_xml2003",
    "html": "toolkit.read.html:read_html",
}
"""Kind → module:function(bytes, limits) of a workbook that is no package of ours, loaded when first met."""

_PACKAGES = frozenset({"xlsx", "xlsm"})
_DAMAGED = frozenset({"empty", "zeros"})


@dataclass(frozen=True, slots=True)
class Opened:
    """A workbook and how it was opened: ``engine`` stands before the engine that read it, ``notes`` are for the unit."""

    book: Workbook
    engine: str = ""
    notes: tuple[str, ...] = ()


def open_book(
    data: bytes, file_name: str = "", passwords: Sequence[Password] = (), *, limits: Limits = LIMITS
) -> Opened:
    """The workbook in a file, whatever its format.

    Everything that can be settled before a cell is looked at is settled here. ``file_name`` only says which
    passwords to try first. Raises NotAReturn, Refused, Unreadable.
    """
    kind = sniff_bytes(data)
    if kind != "encrypted" and not needs_password(data, kind):
        return Opened(_open(kind, data, limits), notes=_NOTES.get(kind, ()))
    opened = unlock(data, file_name, passwords, limits)
    inside = sniff_bytes(opened.data)
    if inside == "encrypted" or needs_password(opened.data, inside):
        raise Refused("文件解密后仍有打开密码，疑似恶意构造")
    notes = (_OPENED,) if opened.given else ()
    return Opened(_open(inside, opened.data, limits), "msoffcrypto+", (*notes, *_NOTES.get(inside, ())))


_OPENED = "文件有打开密码，已用所给的密码打开"
_NOTES = {"html": ("文件实际是网页，只存有显示出来的内容：已按显示的数读取，标识、公式和保护无从核对",)}


def _open(kind: str, data: bytes, limits: Limits) -> Workbook:
    if kind in _PACKAGES:
        return open_workbook(open_package(data, limits))
    if kind in _READERS:
        return _reader(kind)(data, limits)
    what = KINDS[kind]
    reason = f"不能读取{what.name}；{what.advice}"
    if kind in _DAMAGED:
        raise Unreadable(reason)
    raise Refused(reason) if what.table else NotAReturn(reason)


def _reader(kind: str) -> Callable[[bytes, Limits], Workbook]:
    module, _, function = _READERS[kind].partition(":")
    found: Callable[[bytes, Limits], Workbook] = getattr(import_module(module), function)
    return found
