"""Which reader it is: results are kept under its name and read again only when it changes."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_ALWAYS = ("toolkit.model", "toolkit.store.parsed")
_OURS = ("toolkit.formula", "toolkit.catalog", "toolkit.layout", "toolkit.read")
_LIBRARIES = ("python-calamine", "openpyxl", "lxml", "msoffcrypto-tool", "olefile", "xlrd")


def engine_of(parser: str, editions: Sequence[Path], key: bytes | None = None) -> tuple[str, str]:
    """(engine, engine and editions known) of a parser ``module:function``, both short hashes.

    What was read depends on the first only. What could *not* be read may be readable once the edition it was
    made from is known, so failures are kept under the second. ``key``: the bureau's; what was read without it, or with
    another one, says nothing about signatures.
    """
    module, engine = parser.partition(":")[0], hashlib.sha256()
    # A parser from elsewhere stands alone; ours stands on these rooms.
    for room in (*_ALWAYS, module, *(_OURS if module.startswith("toolkit.") else ())):
        for path in _sources(room):
            engine.update(path.name.encode() + b"\0" + path.read_bytes())
    for library in _LIBRARIES:
        engine.update(f"{library}={_version(library)}\n".encode())
    if key is not None:
        engine.update(hashlib.sha256(b"key\0" + key).digest())
    known = engine.copy()
    for folder in (*_catalog(), *editions):
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            known.update(path.name.encode() + b"\0" + path.read_bytes())
    short = engine.hexdigest()[:12]
    return short, f"{short}+{known.hexdigest()[:12]}"


def _sources(name: str) -> Iterator[Path]:
    spec = importlib.util.find_spec(name)
    if spec is None:
        return
    if spec.submodule_search_locations:
        for folder in spec.submodule_search_locations:
            yield from sorted(Path(folder).rglob("*.py"))
    elif spec.origin:
        yield Path(spec.origin)


def _catalog() -> Iterator[Path]:
    from toolkit.catalog import catalog_root  # noqa: PLC0415 - reads YAML libraries

    yield catalog_root().parent


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "-"
