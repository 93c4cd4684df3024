"""The words of the reports: what severities, states and rule groups are called."""

from __future__ import annotations

from toolkit.messages import N_
from toolkit.model.fact import Status
from toolkit.model.rule import Severity

SEVERITY = {Severity.ERROR: N_("错误"), Severity.WARNING: N_("警告"), Severity.INFO: N_("提示")}
SEVERITY_MEANS = {Severity.ERROR: "退回修改", Severity.WARNING: "改正或说明", Severity.INFO: "供审核参考"}

STATUS = {
    Status.ACCEPTED: N_("已接收"),
    Status.SUPERSEDED: N_("已被新版本替代"),
    Status.DUPLICATE: N_("重复文件"),
    Status.REFUSED: N_("拒收"),
    Status.UNREADABLE: N_("无法读取"),
    Status.NOT_A_RETURN: N_("不是报送表"),
    Status.IGNORED: N_("忽略"),
    Status.PENDING: N_("待重试"),
}

FAMILIES = {
    "WBK": "收表校验",
    "STR": "结构与完整性",
    "TYP": "类型与单位",
    "ENU": "枚举与代码表",
    "COD": "代码",
    "SUM": "表内勾稽",
    "PLN": "支出计划",
    "XF": "表间勾稽",
    "NAR": "增减说明",
    "IND": "指标质量",
    "SEC": "涉密",
    "XD": "跨部门",
    "XY": "跨年度",
    "SE": "绩效自评",
}
"""Rule groups in the order in which faults are best mended: what a later group says may follow from an earlier one."""

VERDICT_TAG = {"通过": "good", "须作说明": "warning", "退回修改": "error", "未报送": "none", "未能接收": "error"}
"""The class of the tag that shows what becomes of a return."""

_RANK = {family: rank for rank, family in enumerate(FAMILIES)}


def family(code: str) -> str:
    """``SUM`` of ``SUM-02``."""
    return code.partition("-")[0]


def family_name(code: str) -> str:
    """``表内勾稽`` of ``SUM-02``; the prefix itself where a suite brings a group of its own."""
    return FAMILIES.get(family(code), family(code))


def mending_rank(code: str) -> tuple[int, str]:
    """Sort key: groups in mending order, then the code."""
    return (_RANK.get(family(code), len(_RANK)), code)


def status_word(status: str) -> str:
    """The Chinese word of a ledger status."""
    return STATUS[Status(status)]
