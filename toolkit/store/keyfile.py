"""The bureau's key for signed identities, read from the file the bureau keeps it in. It is never copied or printed."""

from __future__ import annotations

from pathlib import Path

from toolkit.messages import _
from toolkit.model.errors import InputError

SHORTEST, LONGEST = 16, 4096


def read_key(path: Path) -> bytes:
    """The bureau's key: the bytes of a file, line ends at its end left out.

    Raises InputError where there is no such file, or where it is shorter than 16 bytes or longer than 4096.
    """
    try:
        with path.open("rb") as file:
            key = file.read(LONGEST + 1).rstrip(b"\r\n")
    except OSError as error:
        raise InputError(_("无法读取密钥文件 {file}：{why}").format(file=path, why=error.strerror or error)) from error
    if not SHORTEST <= len(key) <= LONGEST:
        raise InputError(
            _(
                "密钥文件 {file} 应有 {least} 至 {most} 个字节，实际 {size} 个。请用随机生成的内容作密钥并妥善保管。"
            ).format(file=path, least=SHORTEST, most=LONGEST, size="> 4096" if len(key) > LONGEST else len(key))
        )
    return key
