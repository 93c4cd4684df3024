"""Every sentence has an English translation, with the same fields, and the compiled file is not stale."""

from __future__ import annotations

import re

from bench import translations
from toolkit import messages


def test_no_sentence_lacks_its_english() -> None:
    assert translations.faults() == []


def test_the_compiled_file_is_not_stale() -> None:
    assert [path.name for path, content in translations.files().items() if path.read_bytes() != content] == []


def test_the_english_is_english() -> None:
    english = translations.translations()
    assert [text for text in english.values() if re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", text)] == []
    assert len(english) > 150


def test_sentences_inside_f_strings_are_found_too() -> None:
    said = translations.sentences()
    assert "无法运行：{reason}" in said
    assert "缺" in said


def test_a_sentence_without_translation_is_said_in_chinese() -> None:
    messages.use("en")
    try:
        assert messages._("没有这句话") == "没有这句话"
        assert messages._("已接收") == "accepted"
    finally:
        messages.use("zh")
    assert messages._("已接收") == "已接收"
