"""Where things stand in the folder that ``collect -o OUT`` leaves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.model.errors import InputError, OutputError

MANIFEST = "MANIFEST.json"


@dataclass(frozen=True, slots=True)
class Folder:
    """The paths of one output folder. Making one touches nothing."""

    out: Path

    @property
    def state(self) -> Path:
        return self.out / "state"

    @property
    def objects(self) -> Path:
        return self.state / "objects"

    @property
    def journal(self) -> Path:
        return self.state / "journal.sqlite"

    @property
    def parsed(self) -> Path:
        return self.state / "parsed"

    @property
    def staging(self) -> Path:
        return self.out / ".staging"

    @property
    def manifest(self) -> Path:
        return self.out / MANIFEST

    def create(self) -> None:
        """Make the folder. Raises OutputError where that cannot be."""
        try:
            self.state.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"无法建立输出文件夹“{self.out}”：{error.strerror or error}。请换一个可写的位置。"
            ) from error

    def expect(self) -> None:
        """Raise InputError unless a collection stands here."""
        if not self.journal.is_file():
            raise InputError(f"“{self.out}”不是收表结果文件夹（没有 state/journal.sqlite）。请先运行 toolkit collect。")
