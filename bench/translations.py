"""The English of every sentence people read: found in the code, translated in toolkit.po, compiled to toolkit.mo."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1] / "toolkit"
PO = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "toolkit.po"
_MARKS = frozenset({"_", "N_"})
_FIELD = re.compile(r"\{(\w*)\}")


_HEADER = "# English of the sentences in the code. The list is kept by bench/translations.py; translate here."
_KEPT = [("Language", "en"), ("Content-Type", "text/plain; charset=utf-8"), ("Content-Transfer-Encoding", "8bit")]


class _Plain(Catalog):
    """Without the clock and the version of the tool in its head: equal inputs give equal bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return _KEPT


def sentences() -> dict[str, list[str]]:
    """Each sentence marked in the code, with the files that say it.

    The code is parsed: a scan of its words would miss those inside f-strings.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for text in _marked(ast.parse(path.read_text(encoding="utf-8"))):
            places = found.setdefault(text, [])
            name = path.relative_to(PACKAGE.parent).as_posix()
            if name not in places:
                places.append(name)
    return found


def _marked(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MARKS and node.args:
            text = node.args[0]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value


def translations() -> dict[str, str]:
    """Sentence → English, as toolkit.po says."""
    if not PO.is_file():
        return {}
    with PO.open("rb") as file:
        catalog = read_po(file, locale="en")
    return {str(m.id): str(m.string) for m in catalog if m.id and m.string and not m.fuzzy}


def faults() -> list[str]:
    """Sentences without a translation, or with one that has other fields."""
    english = translations()
    missing = [f"no English for: {text!r} ({places[0]})" for text, places in sentences().items() if text not in english]
    wrong = [
        f"other fields in the English of: {text!r}"
        for text in sentences()
        if text in english and sorted(_FIELD.findall(text)) != sorted(_FIELD.findall(english[text]))
    ]
    return missing + wrong


def files() -> dict[Path, bytes]:
    """toolkit.po in the order of the code, without sentences nobody says any more, and toolkit.mo."""
    english = translations()
    catalog = _Plain(locale="en", charset="utf-8", header_comment=_HEADER, fuzzy=False)
    for text, places in sorted(sentences().items(), key=lambda item: (item[1][0], item[0])):
        catalog.add(text, english.get(text, ""), locations=[(place, 0) for place in places])
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalog, width=0, include_lineno=False)
    write_mo(mo, catalog)
    return {PO: po.getvalue(), PO.with_suffix(".mo"): mo.getvalue()}
