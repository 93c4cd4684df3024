"""The folder the workbooks are written to: whole files only, nothing of others overwritten, a line for every file."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import Field, asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol

from toolkit.messages import _
from toolkit.model.errors import InputError, OutputError
from toolkit.store.disk import file_hash, long_path, write_atomic

LIST = "annotated.jsonl"
_BESIDE = "-新"


class Kind(StrEnum):
    """What was made of a received file."""

    PATCHED = "patched"
    ANEW = "anew"
    CLEAN = "clean"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of ``annotated.jsonl``: one for every file of the ledger.

    ``findings``: by severity. ``output``: the workbook's name, None where there is none; ``reason`` then says why,
    else why it was made anew. ``beside``: it stands under another name because its place was held open or taken.
    """

    file: str
    unit: str | None
    sha256: str | None
    status: str
    findings: Mapping[str, int]
    kind: Kind
    output: str | None = None
    output_sha256: str | None = None
    reason: str | None = None
    beside: bool = False


class Written(Protocol):
    """A line of a list of files: a dataclass with the file's name, None or "" where there is none, and its hash."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def output(self) -> str | None: ...


class AnswerFolder:
    """Where the files go. ``received``: hashes of everything ever received, never to be overwritten.

    ``listing``: the name of the list of what was written, by which a later run knows its own files.
    """

    def __init__(self, path: Path, received: Iterable[str], listing: str = LIST) -> None:
        self.path, self._received, self._listing = path, frozenset(received), listing
        self._before = _read(path / listing)

    def check(self, names: Iterable[str]) -> None:
        """Raise InputError before anything is written, where a name is that of a received file."""
        for name in names:
            path = long_path(self.path / name)
            if path.is_file() and file_hash(path) in self._received:
                raise InputError(
                    _("“{folder}”里的“{name}”是收到的原件，不会覆盖。请换一个文件夹。").format(
                        folder=self.path, name=name
                    )
                )

    def write(self, name: str, content: bytes) -> str:
        """Write one workbook; the name it really has, another one where a file stands that is not ours to replace.

        Raises OutputError.
        """
        stem, dot, suffix = name.rpartition(".")
        failure: OSError | None = None
        for number in ("", _BESIDE, *(f"{_BESIDE}{n}" for n in range(2, 10))):
            one = f"{stem}{number}{dot}{suffix}"
            try:
                if self._is_free(one, content):
                    write_atomic(self.path / one, content)
                    return one
            except (PermissionError, IsADirectoryError) as error:
                failure = error
            except OSError as error:
                raise self._failed(error) from error
        raise self._failed(failure or OSError(_("同名的文件太多")))

    def _is_free(self, name: str, content: bytes) -> bool:
        """Whether nothing stands there, or what the last run wrote and nobody changed since."""
        path = long_path(self.path / name)
        if not path.is_file():
            return True
        stands = file_hash(path)
        return stands in {self._before.get(name), hashlib.sha256(content).hexdigest()}

    def conclude(self, answers: Iterable[Written]) -> list[str]:
        """Write the list, drop the workbooks of earlier runs that hold no more, and name those that could not be."""
        lines = list(answers)
        now = {answer.output for answer in lines}
        text = "".join(json.dumps(asdict(line), ensure_ascii=False) + "\n" for line in lines)
        try:
            write_atomic(self.path / self._listing, text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise self._failed(error) from error
        left = []
        for name, sha256 in self._before.items():
            path = long_path(self.path / name)
            if name in now or not path.is_file():
                continue
            with contextlib.suppress(OSError):
                if file_hash(path) == sha256:
                    path.unlink()
            if path.exists():  # changed since, or held open
                left.append(name)
        return left

    def _failed(self, error: OSError) -> OutputError:
        where = error.filename or self.path
        return OutputError(_("无法写入 {file}：{why}").format(file=where, why=error.strerror or error))


def _read(path: Path) -> dict[str, str]:
    """What the last run wrote: name → hash."""
    try:
        lines = [json.loads(line) for line in long_path(path).read_text("utf-8").splitlines() if line]
        return {line["output"]: line["output_sha256"] for line in lines if line["output"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
