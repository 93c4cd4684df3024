"""A few files read at once, without an output folder: what ``toolkit check`` asks for."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.collect.bounds import BOUNDS, Bounds
from toolkit.collect.intake import ChangedError, SourceError, TooBigError, copy_in
from toolkit.collect.pool import Job, Outcome, Pool
from toolkit.collect.receive import PARSER
from toolkit.collect.scan import require
from toolkit.model.fact import Return, Status
from toolkit.read.passwords import Password
from toolkit.store.objects import Objects
from toolkit.store.parsed import read_return


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that gave no return: its status and, in Chinese, the reason."""

    status: Status
    reason: str


def read_files(
    paths: Sequence[Path | str],
    *,
    editions: Sequence[Path] = (),
    passwords: Sequence[Password] = (),
    parser: str = PARSER,
    bounds: Bounds = BOUNDS,
) -> list[tuple[Path, Return | Failure]]:
    """Each file with its return, or why there is none, in the order given. Reads in one process of its own.

    Raises InputError for a path that does not exist.
    """
    with tempfile.TemporaryDirectory(prefix="toolkit-", ignore_cleanup_errors=True) as temporary:
        results = Path(temporary)
        parsed = parse_files(paths, results, editions=editions, passwords=passwords, parser=parser, bounds=bounds)
        return [(path, read_return(results, found) if isinstance(found, str) else found) for path, found in parsed]


def parse_files(
    paths: Sequence[Path | str],
    results: Path,
    *,
    editions: Sequence[Path] = (),
    passwords: Sequence[Password] = (),
    key: bytes | None = None,
    parser: str = PARSER,
    bounds: Bounds = BOUNDS,
) -> list[tuple[Path, str | Failure]]:
    """As ``read_files``, but what was read stays in the folder ``results`` (``store.parsed``), under the SHA-256
    that is given for each file.
    """
    with tempfile.TemporaryDirectory(prefix="toolkit-", ignore_cleanup_errors=True) as temporary:
        require(paths, Path(temporary))
        objects = Objects(Path(temporary))
        taken = [(Path(path), _take(objects, Path(path), bounds)) for path in paths]
        jobs = {
            sha256: Job(sha256, objects.path(sha256), path.name, path.name)
            for path, sha256 in taken
            if isinstance(sha256, str)
        }
        with Pool(parser, results, bounds, 1, editions, passwords, key) as pool:
            outcomes = {job.sha256: outcome for job, outcome in pool.run(jobs.values())}
        return [(path, found if isinstance(found, Failure) else _ended(found, outcomes)) for path, found in taken]


def _take(objects: Objects, path: Path, bounds: Bounds) -> str | Failure:
    if path.is_dir():
        return Failure(Status.NOT_A_RETURN, "是文件夹；收取整个文件夹请用 toolkit collect")
    try:
        return copy_in(objects, path.resolve(), bounds.file).sha256
    except ChangedError:
        return Failure(Status.PENDING, "读取期间文件有变化（可能正在复制或编辑）或不是普通文件，请稍后再试")
    except TooBigError:
        return Failure(Status.REFUSED, f"文件超过 {bounds.file} 字节，不是报送文件")
    except (SourceError, OSError) as error:
        return Failure(Status.PENDING, f"无法读取（{error}）")


def _ended(sha256: str, outcomes: Mapping[str, Outcome]) -> str | Failure:
    outcome = outcomes[sha256]
    return sha256 if outcome.status is Status.ACCEPTED else Failure(outcome.status, outcome.reason)
