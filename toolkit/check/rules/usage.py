"""STR-10, NAR-10, NAR-11, NAR-14: the words of the narrative, against the lists of terms and of usage."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.check.names import bare_name, normal_name
from toolkit.check.registry import Mark, Scene, coded
from toolkit.check.submissions import Submission
from toolkit.check.texts import Said, by_return, said, sentences
from toolkit.check.wording import listed, quote
from toolkit.model.form import ListEntry

_PUBLISHED = ("paragraphs.text", "safeguards.text", "glossary.term", "glossary.definition", "other_matters.other")
_DOUBLED = re.compile(r"([一-鿿]{2,4})\1")
_PAUSES = re.compile(r"[,，][,，]|[。.]。|[;；][;；]|[、][、]|[:：][:：]|[,，、;；]。|。[,，、;；]")
_RHYTHM = frozenset("一逐常各每")
"""A doubled word that begins so is a turn of phrase: 一步一步, 逐项逐项."""


def entries(scene: Scene, kind: str) -> list[ListEntry]:
    """The entries of the list of usage of one kind (名称, 机构, 笔误), none in a suite without that list."""
    usage = scene.suite.lists.get("usage")
    return [entry for entry in usage.entries if entry.parent == kind] if usage else []


@coded("STR-10", reads=("paragraphs.text",))
def one_label(scene: Scene) -> Iterator[Mark]:
    """Names of fields and items that the published text spells in another way than the forms."""
    for texts in by_return(said(scene, _PUBLISHED)).values():
        yield from _other_spellings(scene, texts, "名称", "规范名称为")


@coded("NAR-11")
def typos(scene: Scene) -> Iterator[Mark]:
    """Slips of the dictionary, doubled words and doubled punctuation, in any running text."""
    for texts in by_return(said(scene, sentences(scene))).values():
        yield from _other_spellings(scene, texts, "笔误", "疑为")
        known = "|".join(normal_name(alias) for entry in entries(scene, "笔误") for alias in entry.aliases)
        for one in texts:
            word, pause = _doubled(one.text), _PAUSES.search(one.text)
            if word is not None and word[0] not in known:
                around = one.text[max(word.start() - 6, 0) : word.end() + 6]
                yield _slip(one, word, f"文字{quote(around)}中词语重复：{quote(word[0])}。")
            if pause is not None:
                before = one.text[max(pause.start() - 12, 0) : pause.start()]
                yield _slip(one, pause, f"文字{quote(before)}之后标点重复。")


def _slip(one: Said, found: re.Match[str], message: str) -> Mark:
    identity = f"{one.line.instance}|{one.line.row}|{one.field}|{found[0]}"
    return Mark(message, [one.spot], one.line.submission, identity=identity)


def _doubled(text: str) -> re.Match[str] | None:
    return next((m for m in _DOUBLED.finditer(text) if m[1][0] not in _RHYTHM and len(set(m[1])) > 1), None)


def _other_spellings(scene: Scene, texts: list[Said], kind: str, rather: str) -> Iterator[Mark]:
    """One mark for each other spelling that the texts of a return use, at every place."""
    for entry in entries(scene, kind):
        right = normal_name(entry.value)
        for alias in entry.aliases:
            spelled = normal_name(alias)
            found = [one for one in texts if spelled in one.plain.replace(right, "")]
            if found:
                many = f"（{len(found)} 处）" if len(found) > 1 else ""
                message = f"文字中的{quote(alias)}{many}，{rather}{quote(entry.value)}。"
                yield Mark(message, [one.spot for one in found], found[0].line.submission, identity=alias)


@coded("NAR-10", reads=("paragraphs.text", "glossary.term"))
def terms_are_explained(scene: Scene) -> Iterator[Mark]:
    """Terms of the list that paragraphs use and the glossary (also by another spelling) does not explain."""
    library = scene.suite.lists.get("glossary_terms")
    spellings = {normal_name(e.value): [normal_name(a) for a in e.aliases] for e in entries(scene, "名称")}
    explained = by_return(said(scene, ["glossary.term"]))
    for ret, texts in by_return(said(scene, ["paragraphs.text"])).items():
        covered = [bare_name(one.text) for one in explained.get(ret, ())]
        covered += [bare_name(one.text) for one in texts if one.line.text("topic") == "名词解释"]
        missing: dict[str, Said] = {}
        for term in [entry.value for entry in library.entries] if library and covered else ():
            names = [bare_name(term), *map(bare_name, spellings.get(normal_name(term), ()))]
            used = [
                one for one in texts if one.line.text("topic") != "名词解释" and bare_name(term) in bare_name(one.text)
            ]
            if used and not any(name in text for name in names for text in covered):
                missing[term] = used[0]
        if missing:
            shown = listed([quote(term) for term in missing], what="个")
            message = f"说明文字使用了 {len(missing)} 个没有解释的名词：{shown}。"
            spots = [one.spot for one in missing.values()]
            yield Mark(message, spots, texts[0].line.submission, identity="missing")


@coded("NAR-14")
def one_name_of_a_body(scene: Scene) -> Iterator[Mark]:
    """Bodies of the list of usage under two names in one return, and the unit itself under three or more."""
    most = int(scene.parameter("nar14_most", "2"))
    for texts in by_return(said(scene, sentences(scene))).values():
        submission = texts[0].line.submission
        for entry in entries(scene, "机构"):
            proper = [one for one in texts if normal_name(entry.value) in one.plain]
            rest = [(one, one.plain.replace(normal_name(entry.value), "")) for one in texts if proper]
            other = {a: one for a in entry.aliases for one, text in reversed(rest) if normal_name(a) in text}
            if other:
                message = f"文字中既有{quote(entry.value)}，又有{'、'.join(map(quote, other))}，应统一名称。"
                spots = [one.spot for one in [*other.values(), proper[0]]]
                yield Mark(message, spots, submission, identity=entry.value)
        names = _own_names(submission, texts)
        if len(names) > most:
            message = (
                f"本单位在文字中有 {len(names)} 个名称：{'、'.join(quote(n) for n in names)}，应统一为全称和一个简称。"
            )
            yield Mark(message, [one.spot for one in names.values()], submission, identity="own")


_BODY = re.compile(r"(?:.*(?:区|市|县|省))?([一-鿿]{2,}(?:办公室|局|委员会|中心|委|院|所|站))$")
_SHORT = re.compile(r"([一-鿿]{2,4})办(?![公理法事学好案结文会税件证复实])")


def _own_names(submission: Submission, texts: list[Said]) -> dict[str, Said]:
    """The names under which the texts speak of the unit itself, each with the first text that has it."""
    body = _BODY.match(normal_name(submission.identity.unit_name))
    if body is None or body[1] == "办公室":
        return {}
    stem, zone = body[1], normal_name(submission.identity.region)
    names: dict[str, Said] = {}
    for one in texts:
        for found in re.finditer(re.escape(stem), one.plain):
            before = one.plain[max(found.start() - 20, 0) : found.start()]
            lead = next((before[i:] for i in range(len(before)) if _within(before[i:], zone)), "")
            names.setdefault(lead + stem, one)
        for found in _SHORT.finditer(one.plain):
            start = next((i for i in range(len(found[1]) - 1) if _within(found[1][i:], stem)), None)
            above = start is not None and one.plain[: found.start() + start].endswith(("省", "市", "县"))
            if start is not None and not above and stem.endswith("办公室"):
                names.setdefault(found[1][start:] + "办", one)
    return names


def _within(part: str, whole: str) -> bool:
    """Whether ``part`` is ``whole`` with characters left out (高新区 of 高新技术产业开发区); one character is no name."""
    rest = iter(whole)
    return len(part) >= 2 and all(sign in rest for sign in part)
