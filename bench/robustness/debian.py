"""Sources of Debian packages, for the test workbooks in them: the system's own mirrors, asked for sources too."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

PACKAGES = (
    "freexl",
    "gnumeric",
    "libapache-poi-java",
    "libexcel-writer-xlsx-perl",
    "liborcus",
    "libreoffice",
    "libspreadsheet-writeexcel-perl",
    "libxlsxwriter",
    "python-odf",
)
_MIRRORS = "$(ORIGIN)|$(REPO_URI)|$(CODENAME)|$(COMPONENT)"
_SOURCE = re.compile(r"^'(?P<address>[^']+)' (?P<name>\S+\.orig\.tar\.\w+) \d+ (?P<digest>\S+)$", re.MULTILINE)
_HELPER = "/usr/lib/apt/apt-helper"


def fetch_sources(folder: Path) -> Iterator[tuple[str, Path]]:
    """Each package with its source archive, downloaded into ``folder`` and checked by apt; those to be had only."""
    options = _sources_of(folder)
    if options is None or _said(["apt-get", *options, "update"], seconds=300) is None:
        return
    for package in PACKAGES:
        uris = _said(["apt-get", *options, "source", "--print-uris", package]) or ""
        for found in _SOURCE.finditer(uris):
            archive = folder / found["name"]
            command = [_HELPER, "download-file", found["address"], str(archive), found["digest"]]
            if _said(command, seconds=1_800) is not None:
                yield package, archive


def _sources_of(folder: Path) -> list[str] | None:
    """Options that let apt see the sources of this system's mirrors, its own settings untouched; None without apt."""
    mirrors = _said(["apt-get", "indextargets", "--format", _MIRRORS, "Created-By: Packages"])
    lines = [line.split("|") for line in (mirrors or "").splitlines()]
    ours = sorted({tuple(rest) for origin, *rest in lines if origin == "Debian"})
    if not ours:
        return None
    (folder / "lists" / "partial").mkdir(parents=True)
    listed = folder / "sources.list"
    listed.write_text("".join(f"deb-src {' '.join(one)}\n" for one in ours), encoding="utf-8")
    return list(_options((f"Dir::Etc::sourcelist={listed}", "Dir::Etc::sourceparts=-", f"Dir::State::lists={folder}/lists")))  # fmt: skip


def _options(settings: Iterable[str]) -> Iterator[str]:
    for setting in settings:
        yield "-o"
        yield setting


def _said(command: list[str], seconds: float = 60) -> str | None:
    """What it printed; None where it is not there, took too long or failed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
