"""Sending back: each unit's own workbook with its findings in place, from what was collected."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import catalog
from toolkit.api.definitions import editions_of
from toolkit.api.originals import original
from toolkit.api.returns import EDITIONS, Progress
from toolkit.api.tables import passwords_of
from toolkit.messages import _
from toolkit.model.errors import DataError, InputError
from toolkit.model.fact import Status
from toolkit.model.rule import Severity

if TYPE_CHECKING:
    from toolkit.annotate import Answer, AnswerFolder, Slip
    from toolkit.collect import Received
    from toolkit.collect.ledger import LedgerLine
    from toolkit.model.finding import Finding
    from toolkit.read import Password
    from toolkit.store import Accepted

_LOST = (Status.ACCEPTED, Status.REFUSED, Status.UNREADABLE, Status.NOT_A_RETURN, Status.PENDING)
"""Files without a workbook that are named one by one; of the others (duplicates …) the terminal gives the count."""


@dataclass(frozen=True)
class Annotated:
    """What one run of ``annotate`` did: a line for every file of the ledger. ``left``: old workbooks still there."""

    folder: Path
    answers: tuple[Answer, ...]
    left: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[Path, ...]:
        """The workbooks."""
        return tuple(self.folder / answer.output for answer in self.answers if answer.output)

    def as_text(self) -> list[str]:
        """For the terminal: every workbook with its counts, who has nothing to mend, what could not be sent back."""
        from toolkit.annotate.folder import LIST, Kind  # noqa: PLC0415
        from toolkit.report.text import one_line  # noqa: PLC0415
        from toolkit.report.words import status_word  # noqa: PLC0415

        made = [a for a in self.answers if a.output]
        clean = [a for a in self.answers if a.kind is Kind.CLEAN]
        none = [a for a in self.answers if a.kind is Kind.NONE]
        lost = [a for a in none if a.status in _LOST]
        rest = Counter(a.status for a in none if a.status not in _LOST)
        lines = [_("写出退回的工作簿 {count} 份，在 {folder}").format(count=len(made), folder=self.folder)]
        for answer in made:
            said = "  " + _("{file}：{counts}").format(
                file=one_line(answer.output or ""), counts=_counts(answer.findings)
            )
            said += _("（{reason}）").format(reason=one_line(answer.reason)) if answer.reason else ""
            lines.append(said)
        lines += ["  " + _("{file} 无问题，不需退回").format(file=one_line(a.file)) for a in clean]
        if lost:
            lines.append(_("没有可退回的工作簿 {count} 份：").format(count=len(lost)))
        for answer in lost:
            why = one_line(answer.reason or "")
            lines.append(f"  {one_line(answer.file)}：{_(status_word(answer.status))}{'，' + why if why else ''}")
        others = _("，").join(f"{_(status_word(status))} {count}" for status, count in rest.items())
        lines += [_("另有不用退回的文件：{counts}").format(counts=others)] if others else []
        lines += [_("{file} 正被打开或已被改动，新的写在它旁边。").format(file=a.output) for a in made if a.beside]
        lines += [
            _("上次写出的 {file} 已不需要，但正被打开或已被改动，没有删除。").format(file=name) for name in self.left
        ]
        return [*lines, _("逐个文件的结果：{file}").format(file=self.folder / LIST)]


def _counts(findings: Mapping[str, int]) -> str:
    words = {Severity.ERROR: _("错误"), Severity.WARNING: _("警告"), Severity.INFO: _("提示")}
    return _("，").join(f"{word} {findings.get(severity.value, 0)}" for severity, word in words.items())


def annotate(
    out: Path | str,
    output: Path | str,
    *,
    suites: Sequence[Path | str] = (),
    passwords: Path | str | None = None,
    progress: Progress | None = None,
) -> Annotated:
    """Write each accepted return that has findings into the folder ``output``, with its findings in place.

    ``out``: the results of ``collect``; they are not changed, and the files that were received need not be there
    any more. ``suites``: definitions or editions beside the shipped ones, for returns that have to be made anew.
    ``passwords``: a table of passwords, or a roster that holds some: a return that came with one goes back with it.
    Raises InputError where there are no complete results or ``output`` holds received files, OutputError where it
    cannot be written.
    """
    from toolkit.annotate import AnswerFolder, read_findings  # noqa: PLC0415
    from toolkit.collect import recall  # noqa: PLC0415
    from toolkit.store import hold  # noqa: PLC0415

    out, target, keys = Path(out), Path(output), passwords_of(passwords)
    apart(out, target)
    received = recall(out)
    with hold(out):  # a run of collect must not change the results meanwhile
        findings = read_findings(out, received.jsonl())
        folder = AnswerFolder(target, (line.sha256 for line in received.lines if line.sha256))
        source = _Source(out, findings, suites, keys)
        names = _names(received, source)
        folder.check(names.values())
        answers = []
        accepted = {one.sha256: one for one in received.accepted}
        for done, line in enumerate(received.lines, 1):
            one = accepted.get(line.sha256 or "") if line.status is Status.ACCEPTED else None
            answers.append(_not_sent(line) if one is None else _answer(source, one, line, names, folder))
            if progress is not None:
                progress(done, len(received.lines), answers[-1].file)
        left = folder.conclude(answers)
    return Annotated(target, tuple(answers), tuple(left))


def apart(out: Path, target: Path) -> None:
    """The results are not to be mixed with what goes out."""
    if target.resolve() == out.resolve() or (out / "state").resolve() in (target.resolve(), *target.resolve().parents):
        raise InputError(_("退回的工作簿不能写在结果文件夹“{out}”里，请另给一个文件夹。").format(out=out))
    if target.exists() and not target.is_dir():
        raise InputError(_("“{folder}”不是文件夹。").format(folder=target))


@dataclass(frozen=True, slots=True)
class _Source:
    """What the workbooks are made from: the results and what was found, and what helps to open and to make them."""

    out: Path
    findings: Sequence[Finding]
    suites: Sequence[Path | str]
    passwords: Sequence[Password]


def _names(received: Received, source: _Source) -> dict[str, str]:
    """The workbook's name for each accepted return, by its hash. Its suffix is that of what will be in it."""
    from toolkit.annotate import Wanted, file_names  # noqa: PLC0415

    kinds = {one.sha256: original(source.out, one, source.passwords).kind for one in received.accepted}
    wanted = [
        Wanted(one.file, one.head.identity.unit, ".xlsm" if kinds[one.sha256] == "xlsm" else ".xlsx")
        for one in received.accepted
    ]
    return dict(zip(kinds, file_names(wanted), strict=True))


def _not_sent(line: LedgerLine) -> Answer:
    from toolkit.annotate import Answer, Kind  # noqa: PLC0415

    return Answer(_shown(line), line.unit, line.sha256, str(line.status), {}, Kind.NONE, reason=line.reason)


def _shown(line: LedgerLine) -> str:
    """The file's own name."""
    return (line.inner_path or line.path).replace("\\", "/").rpartition("/")[2]


def _answer(source: _Source, one: Accepted, line: LedgerLine, names: Mapping[str, str], folder: AnswerFolder) -> Answer:
    """Make and write the workbook of one accepted return."""
    from toolkit.annotate import Answer, Kind, make_slip  # noqa: PLC0415

    who = one.head.identity
    slip = make_slip(who, one.file, line.received_at, source.findings)
    counts = {severity.value: slip.count(severity) for severity in Severity}

    def answer(kind: Kind, reason: str | None = None, name: str | None = None, content: bytes = b"") -> Answer:
        made = hashlib.sha256(content).hexdigest() if name else None
        beside = name is not None and name != names[one.sha256]
        return Answer(one.file, who.unit, one.sha256, str(line.status), counts, kind, name, made, reason, beside)

    if slip.is_clean:
        return answer(Kind.CLEAN)
    try:
        content, why = _content(source, one, slip)
    except DataError as error:
        return answer(Kind.NONE, str(error))
    name = folder.write(names[one.sha256], content)
    return answer(Kind.ANEW if why else Kind.PATCHED, why or None, name, content)


def _content(source: _Source, one: Accepted, slip: Slip) -> tuple[bytes, str]:
    """The workbook that goes back, with the password it came with, and why it is not the received one patched ("" where
    it is). Raises DataError where neither can be.
    """
    from toolkit.annotate import PatchError, annotate_workbook  # noqa: PLC0415
    from toolkit.read import KINDS, ReadFailure, lock  # noqa: PLC0415

    came = original(source.out, one, source.passwords)
    content = None
    if not came.kind:
        what = "收到的原件在结果文件夹中已丢失或损坏，已按读到的数据重新生成 .xlsx"
    elif came.locked:
        what = "原件有打开密码，用 --passwords 给出密码后可在原件上加注；这次已按读到的数据重新生成 .xlsx，没有打开密码"
    elif came.kind in {"xlsx", "xlsm"}:
        try:
            content, what = annotate_workbook(came.data, slip), ""
        except (PatchError, ReadFailure) as error:
            what = f"原件不能直接加注（{error}），已按读到的数据重新生成 .xlsx"
    else:
        what = f"原件是{KINDS[came.kind].name}，已按读到的数据重新生成 .xlsx"
    if content is None:
        content = _anew(source, one, slip)
    return lock(content, came.password) if came.password else content, what


def _anew(source: _Source, one: Accepted, slip: Slip) -> bytes:
    from toolkit.annotate import keys_of, workbook_anew  # noqa: PLC0415
    from toolkit.store.parsed import read_return  # noqa: PLC0415

    suite = catalog.load_edition(one.head.identity.edition, (source.out / "state" / EDITIONS,))
    suite = suite or editions_of(source.suites)(one.head.identity.edition)
    if suite is None:
        raise DataError(_("没有版本 {edition} 的定义。").format(edition=one.head.identity.edition))
    found = dataclasses.replace(read_return(one.facts.parent.parent, one.sha256), identity=one.head.identity)
    return workbook_anew(found, suite, slip, keys_of(source.findings, one.head.identity, one.file))
