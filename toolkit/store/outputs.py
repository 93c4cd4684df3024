"""One atomic writer for a set of outputs.

All are written into ``OUT/.staging`` and verified there. Writing the staged manifest is the point of no
return: before it a run that dies leaves the old set, after it the next start carries the renames through.
``OUT/MANIFEST.json`` comes last. Nothing of the old set is touched while anything can still fail.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from toolkit.model.errors import OutputError
from toolkit.store.disk import file_hash, long_path, replace, sync_path, write_atomic
from toolkit.store.folder import MANIFEST, Folder
from toolkit.store.verify import verify

_FORMAT = 1
_BESIDE = "-新"


@dataclass(frozen=True, slots=True)
class Output:
    """One file of a set: its name, the name it really has (another one if the first was held open), its hash."""

    name: str
    file: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Committed:
    """What a commit did. ``beside``: outputs that were held open and stand beside under another name.

    ``kept``: those of ``outputs`` that an earlier commit made and this one did not make again.
    """

    outputs: tuple[Output, ...]
    counts: Mapping[str, int]
    kept: tuple[Output, ...] = ()

    @property
    def beside(self) -> tuple[Output, ...]:
        return tuple(o for o in self.outputs if o.file != o.name)


class Outputs:
    """A set of outputs being written. Use inside ``hold(out)``::

        with Outputs(out) as outputs:
            outputs.path("findings.jsonl").write_text(…)
            committed = outputs.commit(counts)

    Leaving the block without a commit drops what was staged. OSError inside becomes OutputError.
    """

    def __init__(self, out: Path) -> None:
        self.folder = Folder(out)

    def __enter__(self) -> Outputs:
        recover(self.folder.out)
        try:
            shutil.rmtree(long_path(self.folder.staging), ignore_errors=True)
            self.folder.staging.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _failed(self.folder.out, error) from error
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        # The staged manifest decides: with it the set is committed and only renames are missing.
        if not (self.folder.staging / MANIFEST).exists():
            shutil.rmtree(long_path(self.folder.staging), ignore_errors=True)
        if isinstance(error, OSError):
            raise _failed(self.folder.out, error) from error

    def path(self, name: str) -> Path:
        """Where to write the output ``name`` (may be in a subfolder: ``facts/facts.parquet``)."""
        path = self.folder.staging / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def commit(self, counts: Mapping[str, int]) -> Committed:
        """Verify, sync and put all staged files in place; outputs not made again stay in the manifest.

        Raises OutputError with the old set untouched.
        """
        staging = self.folder.staging
        try:
            names = sorted(p.relative_to(staging).as_posix() for p in staging.rglob("*") if p.is_file())
            outputs = []
            for name in names:
                path = staging / name
                verify(path)
                sync_path(path)
                outputs.append(Output(name, name, file_hash(path), long_path(path).stat().st_size))
            old = read_manifest(self.folder.out)
            kept = tuple(o for o in old.outputs if o.name not in names) if old else ()
            write_atomic(staging / MANIFEST, _manifest(Committed(tuple(outputs), counts, kept)))
        except OSError as error:
            raise _failed(self.folder.out, error) from error
        return _carry_through(self.folder)


def recover(out: Path) -> tuple[str, ...]:
    """Finish a commit that was cut off; then name the outputs that do not match the manifest.

    A name returned means that the set must be made again from ``state/``. Use inside ``hold(out)``.
    """
    folder = Folder(out)
    if (folder.staging / MANIFEST).is_file():
        _carry_through(folder)
    return mismatches(out)


def mismatches(out: Path) -> tuple[str, ...]:
    """The outputs that are missing or differ from ``MANIFEST.json``; all of them where it is unreadable."""
    committed = read_manifest(out)
    if committed is None:
        return (MANIFEST,) if any(out.glob("*.jsonl")) or Folder(out).manifest.exists() else ()
    return tuple(o.name for o in committed.outputs if not _matches(out / o.file, o))


def read_manifest(out: Path) -> Committed | None:
    """The committed set, or None where there is none or it cannot be read."""
    return _parse(Folder(out).manifest)


def actual_name(out: Path, name: str) -> str:
    """The file that holds output ``name``: itself, or the one written beside it while it was held open."""
    committed = read_manifest(out)
    found = [o.file for o in committed.outputs if o.name == name] if committed else []
    return found[0] if found else name


def _carry_through(folder: Folder) -> Committed:
    staged = _parse(folder.staging / MANIFEST)
    if staged is None:
        raise OutputError(f"“{folder.staging / MANIFEST}”已损坏。请删除文件夹“{folder.staging}”后重新运行。")
    old = read_manifest(folder.out)
    outputs = tuple(sorted((*(_put(folder, o) for o in staged.outputs), *staged.kept), key=lambda o: o.name))
    committed = Committed(outputs, staged.counts)
    try:
        write_atomic(folder.manifest, _manifest(committed))
    except OSError as error:
        raise _failed(folder.out, error) from error
    kept = {o.file for o in outputs}
    for output in old.outputs if old else ():
        if output.file not in kept:
            with contextlib.suppress(OSError):  # still open somewhere: it is no longer named, and stays
                long_path(folder.out / output.file).unlink(missing_ok=True)
    shutil.rmtree(long_path(folder.staging), ignore_errors=True)
    return committed


def _put(folder: Folder, output: Output) -> Output:
    """Rename one staged file into place, or beside it where the place is held open."""
    source = folder.staging / output.name
    if not source.exists():  # renamed before the run was cut off
        names = [n for n in _candidates(output.name) if _matches(folder.out / n, output)]
        if names:
            return Output(output.name, names[0], output.sha256, output.size)
    failure: OSError | None = None
    for name in _candidates(output.name):
        target = folder.out / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            replace(source, target)
        except (PermissionError, IsADirectoryError) as error:
            failure = error
        except OSError as error:
            raise _failed(folder.out, error) from error
        else:
            return Output(output.name, name, output.sha256, output.size)
    raise _failed(folder.out, failure or OSError(output.name))


def _candidates(name: str) -> list[str]:
    path = Path(name)
    return [name, *(path.with_name(f"{path.stem}{_BESIDE}{n}{path.suffix}").as_posix() for n in ("", 2, 3, 4, 5))]


def _matches(path: Path, output: Output) -> bool:
    try:
        return long_path(path).stat().st_size == output.size and file_hash(path) == output.sha256
    except OSError:
        return False


def _manifest(committed: Committed) -> bytes:
    content: dict[str, object] = {"format": _FORMAT, "outputs": [asdict(o) for o in committed.outputs]}
    if committed.kept:
        content["kept"] = [asdict(o) for o in committed.kept]
    content["counts"] = dict(committed.counts)
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def parse_manifest(text: bytes) -> Committed | None:
    """The set that the bytes of a manifest name, or None where they are none."""
    try:
        content = json.loads(text)
        made, kept = ([Output(**o) for o in content.get(name, ())] for name in ("outputs", "kept"))
        return Committed(tuple(made), dict(content["counts"]), tuple(kept))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _parse(path: Path) -> Committed | None:
    try:
        return parse_manifest(path.read_bytes())
    except OSError:
        return None


def _failed(out: Path, error: OSError) -> OutputError:
    where = f"（{error.filename}）" if error.filename else ""
    return OutputError(f"结果无法写入“{out}”：{error.strerror or error}{where}。原有结果未动；排除后再运行一次即可。")
