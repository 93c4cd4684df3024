"""Workbooks with an opening password: opened with a password that was given, within bounds, never guessed; and locked
again with the same one.

What decrypts (msoffcrypto) believes the file's own parameters; they are weighed here first: a count of hash rounds
costs time for every password tried, and the description of the cipher is XML.
"""

from __future__ import annotations

import io
import struct
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from toolkit.read.compound import open_compound
from toolkit.read.failures import LOCKED, Refused, Unreadable
from toolkit.read.guarded import tree
from toolkit.read.limits import LIMITS, Limits
from toolkit.read.passwords import Password
from toolkit.read.xls import is_locked, workbook_stream

READ_ONLY = "VelvetSweatshop"
"""The password Excel itself uses where a workbook is protected against changes only."""

_INFO, _PACKAGE = "EncryptionInfo", "EncryptedPackage"
_ADVICE = "请取消打开密码后重新报送，或将密码写入名册的“打开密码”列（或 --passwords 文件）后再收"
_AGILE = (4, 4)


@dataclass(frozen=True, slots=True)
class Opened:
    """The plain file and the password that opened it, which is never printed."""

    data: bytes = field(repr=False)
    password: str = field(repr=False)

    @property
    def given(self) -> bool:
        """A password of the bureau opened it, not the one Excel itself uses for read-only files."""
        return self.password != READ_ONLY


def needs_password(data: bytes, kind: str) -> bool:
    """Whether a compound file that holds an old workbook is locked. Raises Unreadable."""
    return kind == "xls" and is_locked(workbook_stream(open_compound(data)))


def unlock(data: bytes, file_name: str, passwords: Sequence[Password], limits: Limits = LIMITS) -> Opened:
    """The file without its password. Raises Refused (no password fits, or beyond bounds) or Unreadable."""
    import msoffcrypto  # noqa: PLC0415 - cryptography takes a while to load

    _weigh(data, limits)
    tried, ended = 0, time.monotonic() + limits.password_seconds
    for password in dict.fromkeys((READ_ONLY, *_ordered(passwords, file_name))):
        if time.monotonic() > ended:
            break
        tried += 1
        try:
            file = msoffcrypto.OfficeFile(io.BytesIO(data))
            _load(file, password)
            plain = io.BytesIO()
            file.decrypt(plain)
        except msoffcrypto.exceptions.InvalidKeyError:
            continue
        except msoffcrypto.exceptions.DecryptionError as error:
            if "password" in str(error).lower() or "key" in str(error).lower():
                continue
            raise Refused(f"文件{LOCKED}，加密方式不受支持：{_ADVICE}") from error
        except Exception as error:  # the library answers damage with whatever it stumbles over
            raise Unreadable(f"文件{LOCKED}，且加密部分已损坏（{type(error).__name__}），请重新发送") from error
        if plain.tell() > limits.file:
            raise Refused(f"文件解密后超过 {limits.file} 字节的上限")
        return Opened(plain.getvalue(), password)
    raise Refused(_reason(tried - 1, len(passwords)))


def lock(data: bytes, password: str) -> bytes:
    """An xlsx or xlsm file with an opening password, as Excel makes it (agile encryption: AES-256, SHA-512).

    The same file gives other bytes each time.
    """
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415 - cryptography takes a while to load

    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, locked)
    return locked.getvalue()


def _load(file: object, password: str) -> None:
    """Hand over a password and have it checked. Old workbooks check it always."""
    load = file.load_key  # type: ignore[attr-defined]
    if getattr(file, "format", "") == "ooxml":
        load(password=password, verify_password=True)
    else:
        load(password=password)


def _reason(tried: int, given: int) -> str:
    if not given:
        return f"文件{LOCKED}，没有给出可用的密码：{_ADVICE}"
    rest = f"（另有 {given - tried} 个因时间所限未试）" if tried < given else ""
    return f"文件{LOCKED}，所给的密码都不对，已试 {tried} 个{rest}：{_ADVICE}"


def _ordered(passwords: Iterable[Password], file_name: str) -> list[str]:
    """Those of the unit the file is named after, those for any file, then the others."""

    def rank(password: Password) -> int:
        return 0 if password.fits(file_name) else 1 if not password.unit and not password.name else 2

    return [password.text for password in sorted(passwords, key=rank) if password.text]


def _weigh(data: bytes, limits: Limits) -> None:
    """Refuse parameters that would burn time or memory before any password is tried."""
    compound = open_compound(data)
    if not compound.has(_INFO):
        return  # an old workbook: its rounds are fixed
    info = compound.read(_INFO)
    if not compound.has(_PACKAGE) or len(info) < 8:
        raise Unreadable(f"文件{LOCKED}，且加密部分不完整，请重新发送")
    package = compound.read(_PACKAGE)
    if len(package) < 8 or struct.unpack_from("<Q", package)[0] > len(package):
        raise Unreadable(f"文件{LOCKED}，且加密部分不完整，请重新发送")
    if struct.unpack_from("<HH", info) != _AGILE:
        return
    if len(info) > limits.encryption_info:
        raise Refused(f"文件的加密说明有 {len(info)} 字节，超过 {limits.encryption_info} 字节的上限")
    for element in tree(info[8:], _INFO, limits).iter():
        rounds = element.get("spinCount", "0")
        if not (rounds.isascii() and rounds.isdigit() and len(rounds) < 12 and int(rounds) <= limits.spin_count):
            raise Refused(f"文件加密的迭代次数（{rounds[:20]}）超过 {limits.spin_count} 次的上限，疑似恶意构造")
