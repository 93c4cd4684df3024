from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.collect import Received, receive
from toolkit.model.errors import InputError
from toolkit.model.fact import Remark

Write = Callable[..., Path]
PARSER = "plain_parser:parse"


@pytest.fixture
def collect(tmp_path: Path, returned: Path) -> Callable[..., Received]:
    def run(decisions: str | None = None) -> Received:
        path = None
        if decisions is not None:
            path = tmp_path / "决定.csv"
            path.write_text("文件,决定,决定人,时间,原因\n" + decisions, encoding="utf-8-sig")
        return receive([returned], tmp_path / "out", parser=PARSER, workers=1, decisions=path)

    return run


def fates(received: Received) -> dict[str, str]:
    return {Path(line.path).name: str(line.status) for line in received.lines}


def remark(received: Received) -> Remark:
    (accepted,) = received.accepted
    (found,) = [r for r in accepted.head.remarks if r.code == "WBK-07"]
    return found


def test_a_resubmission_in_a_later_run_supersedes(
    returned: Path, write: Write, collect: Callable[..., Received]
) -> None:
    write(returned / "b.json", "101", "1", saved="2021-01-01T08:00:00")
    collect()
    write(returned / "a.json", "101", "2", saved="2021-01-01T08:00:00")
    received = collect()
    assert fates(received) == {"b.json": "superseded", "a.json": "accepted"}
    assert received.lines[0].superseded_by == received.lines[1].sha256
    assert remark(received).severity == "info"


def test_a_later_receipt_that_claims_an_earlier_save_is_taken_and_questioned(
    returned: Path, write: Write, collect: Callable[..., Received]
) -> None:
    write(returned / "a.json", "101", "1", saved="2021-05-01T08:00:00")
    collect()
    write(returned / "b.json", "101", "2", saved="2021-01-01T08:00:00")
    received = collect()
    assert fates(received) == {"a.json": "superseded", "b.json": "accepted"}
    assert remark(received).severity == "warning"


def test_a_file_overwritten_in_place_supersedes_itself(
    returned: Path, write: Write, collect: Callable[..., Received]
) -> None:
    write(returned / "a.json", "101", "1")
    collect()
    write(returned / "a.json", "101", "2")
    received = collect()
    assert [str(line.status) for line in received.lines] == ["superseded", "accepted"]


def test_in_one_run_the_one_saved_later_is_proposed_and_a_warning_asks(
    returned: Path, write: Write, collect: Callable[..., Received]
) -> None:
    write(returned / "a.json", "101", "1", saved="2021-03-01T09:00:00+08:00")
    write(returned / "b.json", "101", "2", saved="2021-03-01T00:30:00Z")
    received = collect()
    assert fates(received) == {"a.json": "accepted", "b.json": "superseded"}
    assert (remark(received).severity, "保存时间较晚" in remark(received).detail) == ("warning", True)


@pytest.mark.parametrize(("first", "second"), [(None, None), ("2021-03-01", "2021-03-01"), ("昨天", None)])
def test_without_an_order_the_one_received_later_is_proposed(
    returned: Path, write: Write, collect: Callable[..., Received], first: str | None, second: str | None
) -> None:
    write(returned / "a.json", "101", "1", saved=first)
    write(returned / "b.json", "101", "2", saved=second)
    received = collect()
    assert fates(received) == {"a.json": "superseded", "b.json": "accepted"}
    assert "分不出先后" in remark(received).detail


def test_the_same_content_saved_twice_needs_no_question(
    returned: Path, write: Write, collect: Callable[..., Received]
) -> None:
    write(returned / "a.json", "101", "1", saved="2021-03-01")
    write(returned / "b.json", "101", "1", saved="2021-03-02")
    received = collect()
    assert fates(received) == {"a.json": "superseded", "b.json": "accepted"}
    assert remark(received).severity == "info"


def test_regions_and_units_do_not_supersede_each_other(
    returned: Path, write: Write, collect: Callable[..., Received]
) -> None:
    write(returned / "a.json", "101", "1")
    write(returned / "b.json", "101", "2", region="另一区")
    write(returned / "c.json", "102", "3")
    assert set(fates(collect()).values()) == {"accepted"}


def test_a_decision_accepts_the_other_version_and_is_remembered(
    returned: Path, write: Write, collect: Callable[..., Received]
) -> None:
    write(returned / "a.json", "101", "1", saved="2021-03-01")
    write(returned / "b.json", "101", "2", saved="2021-03-02")
    collect()
    received = collect("a.json,采用,李四,2021-04-01,电话确认\n")
    assert fates(received) == {"a.json": "accepted", "b.json": "superseded"}
    assert "李四" in remark(received).detail
    assert fates(collect()) == {"a.json": "accepted", "b.json": "superseded"}
    write(returned / "c.json", "101", "3")
    assert fates(collect()) == {"a.json": "superseded", "b.json": "superseded", "c.json": "accepted"}


def test_a_withdrawn_version_is_listed_with_who_when_and_why(
    returned: Path, write: Write, collect: Callable[..., Received]
) -> None:
    write(returned / "a.json", "101", "1")
    collect()
    write(returned / "b.json", "101", "2")
    received = collect("b.json,withdraw,李四,2021-04-01,误报\n")
    assert fates(received) == {"a.json": "accepted", "b.json": "refused"}
    assert received.lines[1].reason == "按决定撤回（李四，2021-04-01）：误报"


def test_a_decision_about_no_file_or_several_is_an_error(
    returned: Path, write: Write, collect: Callable[..., Received]
) -> None:
    write(returned / "甲" / "a.json", "101", "1")
    write(returned / "乙" / "a.json", "102", "2")
    with pytest.raises(InputError, match=r"决定\.csv 第 2 行.*没有收到过"):
        collect("nobody.json,withdraw,李四,2021-04-01,误报\n")
    with pytest.raises(InputError, match="对应 2 份不同内容"):
        collect("a.json,withdraw,李四,2021-04-01,误报\n")
    received = collect(f"{(returned / '甲' / 'a.json').as_posix()},withdraw,李四,2021-04-01,误报\n")
    assert received.counts["refused"] == 1


def test_a_file_that_could_not_be_taken_keeps_its_status_and_says_who_left_it_out(
    returned: Path, write: Write, collect: Callable[..., Received]
) -> None:
    write(returned / "a.json", "101", "1")
    (returned / "坏.xlsx").write_bytes(b"")
    with zipfile.ZipFile(returned / "c.zip", "w") as archive:
        archive.writestr("锁.json", b"x")
    locked = bytearray((returned / "c.zip").read_bytes())
    for signature, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        locked[locked.index(signature) + flags] |= 1
    (returned / "c.zip").write_bytes(bytes(locked))
    before = {line.inner_path or Path(line.path).name: line for line in collect().lines}
    received = collect("坏.xlsx,排除,李四,2021-04-01,单位已撤销\n锁.json,withdraw,李四,2021-04-02,另有纸质件\n")
    after = {line.inner_path or Path(line.path).name: line for line in received.lines}
    for name, why in (("坏.xlsx", "2021-04-01）：单位已撤销"), ("锁.json", "2021-04-02）：另有纸质件")):
        assert after[name].status == before[name].status != "accepted"
        assert after[name].reason == f"按决定不计（李四，{why}；{before[name].reason}"
    assert after["a.json"] == before["a.json"]
    assert collect().lines == received.lines  # it is remembered
