"""A reader of tiny text returns, for tests of everything around a reader: it can also die of a file."""

from __future__ import annotations

import json
import os
import sys
import time
from decimal import Decimal
from pathlib import Path

from toolkit.model.fact import Fact, Identity, Key, Remark, Return, State
from toolkit.read.failures import NotAReturn, Refused, Unreadable
from toolkit.read.passwords import Password

_kept: list[bytes] = []


def parse(path: Path, name: str, editions: tuple[Path, ...], passwords: tuple[Password, ...]) -> Return:
    """``{"unit": …, "amount": …, "saved": …, "do": …}`` → a return with one fact."""
    log = os.environ.get("PLAIN_PARSER_LOG")
    if log:
        with Path(log).open("a", encoding="utf-8") as handle:
            handle.write(name + "\n")
    content = path.read_bytes()
    if not content:
        raise Unreadable("文件是空的（0 字节）")
    try:
        data = json.loads(content)
    except ValueError:
        raise NotAReturn("不是本套表的文件") from None
    _do(data.get("do", ""), editions, passwords)
    print("a library that talks on stdout")
    amount = Decimal(data["amount"])
    key = Key("income", "", "total", "this_year")
    fact = Fact(key, amount, State.VALUE if amount else State.ZERO, data["amount"], "收支总体", "C5", "万元")
    identity = Identity(data.get("region", "高新区"), 2021, "批复", data["unit"], data.get("name", ""), "e1", "s")
    remarks = (Remark("TYP-01", "以文本存储的数字", key, "收支总体", "C5"),) if data.get("remark") else ()
    return Return(identity, {key: fact}, remarks, frozenset({("finance", "")}), "plain", data.get("saved"))


def _do(what: str, editions: tuple[Path, ...], passwords: tuple[Password, ...]) -> None:
    match what:
        case "abort":
            os.abort()
        case "exit":
            os._exit(3)
        case "abort once":
            marker = Path(os.environ["PLAIN_PARSER_LOG"] + ".once")
            if not marker.exists():
                marker.touch()
                os.abort()
        case "hang":
            time.sleep(3600)
        case "slow":
            time.sleep(0.2)
        case "eat":
            hog = []
            while True:
                hog.append(b"x" * (2 << 20))
                time.sleep(0.01)
        case "keep":
            _kept.append(b"x" * (60 << 20))
        case "grab":
            bytearray(1 << 42)
        case "raise":
            raise KeyError("x")
        case "deep":
            sys.setrecursionlimit(10**6)
            json.dumps(_nest(10**6))
        case "refuse":
            raise Refused("有打开密码")
        case "locked":
            if not any(one.text == "开门" for one in passwords):
                raise Refused("文件有打开密码")
        case "needs edition":
            if not any((folder / "e2.json").is_file() for folder in editions):
                raise Refused("找不到模板版本 e2")


def _nest(depth: int) -> list[object]:
    nested: list[object] = []
    for _ in range(depth):
        nested = [nested]
    return nested
