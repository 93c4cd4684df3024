"""Whether the hidden identity is still the one the bureau signed when it issued the workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from toolkit.model.fact import Identity, Remark
from toolkit.model.signature import SIGNATURE, SIGNED, is_signed
from toolkit.read.failures import Refused

_LABELS = {
    "suite": "套表",
    "edition": "模板版本",
    "region": "地区",
    "year": "年度",
    "stage": "编报阶段",
    "unit": "单位代码",
    "instances": "项目表张数",
}


def check_signature(
    key: bytes, identity: Identity, meta: Mapping[str, str], custom: Mapping[str, str], printed: Mapping[str, str]
) -> list[Remark]:
    """A remark (WBK-08, error) where the signature is missing or wrong, and none where it is right.

    ``printed``: what the cover says of the entries that are signed.

    Raises Refused where unit or edition are not what was signed, or nothing in the file is.
    """
    signature = meta.get(SIGNATURE, "") or custom.get(SIGNATURE, "")
    if not signature:
        words = "身份被改动：工作簿没有身份签名，不能确认是下发给该单位的文件"
        return [Remark("WBK-08", words, severity="error")]
    taken = {**{name: meta.get(name) or custom.get(name, "") for name in SIGNED}, **_as_signed(identity)}
    if is_signed(key, taken, signature):
        return []
    signed = next((c for c in _candidates(taken, meta, custom, printed) if is_signed(key, c, signature)), None)
    if signed is None:
        raise Refused(
            "身份被改动：身份签名与工作簿的标识不符，不能确认它是下发给哪个单位的（或密钥不是下发时所用的那一个），"
            "请改用下发给本单位的工作簿重新填报"
        )
    altered = "、".join(
        f"{_LABELS[name]}（下发时为“{signed[name]}”，现为“{taken[name][:40]}”）"
        for name in SIGNED
        if signed[name] != taken[name]
    )
    if signed["unit"] != taken["unit"] or signed["edition"] != taken["edition"]:
        raise Refused(f"身份被改动：{altered}，请改用下发给本单位的工作簿重新填报")
    return [Remark("WBK-08", f"身份被改动：{altered}", severity="error")]


def _as_signed(identity: Identity) -> dict[str, str]:
    """The identity as it was settled, in the words of the hidden sheet."""
    return {
        "suite": identity.suite,
        "edition": identity.edition,
        "region": identity.region,
        "year": str(identity.year),
        "stage": identity.stage,
        "unit": identity.unit,
    }


def _candidates(taken: Mapping[str, str], *witnesses: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Every identity that can be made of what the witnesses say."""
    said = [list(dict.fromkeys([taken[name], *(w.get(name, "") for w in witnesses)])) for name in SIGNED]
    # A workbook with more project sheets than were issued says so, and no witness the number before.
    said[SIGNED.index("instances")] += [str(number) for number in range(100)]
    for values in product(*said):
        yield dict(zip(SIGNED, values, strict=True))
