"""The one message catalogue: Chinese sentences as written in the code, other languages through gettext.

``_("已生成 {file}")`` gives the sentence in the language in use; the caller formats it. The Chinese source
is the key, so a sentence without a translation is still readable. Translations stand in
``locale/<language>/LC_MESSAGES/toolkit.po``.
"""

from __future__ import annotations

import gettext
import os
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("zh", "en")
_wanted = os.environ.get("TOOLKIT_LANG", "")
DEFAULT = _wanted if _wanted in LANGUAGES else "zh"
"""The language that is spoken until another is asked for; the environment may say TOOLKIT_LANG=en."""

_state = {"language": DEFAULT}


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("toolkit", Path(__file__).parent / "locale", [language], fallback=True)


def use(language: str) -> None:
    """Speak ``language`` (one of LANGUAGES) from now on. Raises ValueError for any other."""
    if language not in LANGUAGES:
        raise ValueError(language)
    _state["language"] = language


def language() -> str:
    """The language in use."""
    return _state["language"]


def N_(text: str) -> str:  # noqa: N802 - what gettext calls it
    """``text`` as it is: marks a sentence for translation where it is said only later, through ``_``."""
    return text


def _(text: str) -> str:
    """``text`` in the language in use."""
    if _state["language"] == "zh":
        return text
    return _catalogue(_state["language"]).gettext(text)
