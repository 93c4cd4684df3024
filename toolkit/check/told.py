"""What a report says of a finding's standing: waived, explained, since when, behind what. Texts of units are not escaped."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.messages import N_
from toolkit.model.finding import EXPIRED, NEW, STILL, Finding

_WAIVED = N_("已豁免：{approver}批准，有效期至 {expires}（{reason}）")
_OVER = N_("豁免已于 {expires} 到期，仍须处理（{approver}批准：{reason}）")
_CHANGED = N_("豁免以后数字已改动，原豁免不再适用（{approver}批准，至 {expires}：{reason}）")
_EXPLAINED = N_("单位已说明：{text}")
_OUTDATED = N_("原说明不再适用（数字已改动，或说明写在该问题出现之前），请重新说明：{text}")
_FRESH = N_("本轮新增")
_STAYS = N_("第 {first} 轮起一直未改")
_FOLLOWS = N_("由另一个问题引起，改好那一项多半随之消失")


def told(finding: Finding, say: Callable[[str], str] = str) -> tuple[str, ...]:
    """The phrases, none for a finding about which there is nothing more to say. ``say`` translates them."""
    phrases: list[str] = []
    waiver, lapsed, said = finding.waived, finding.waiver_lapsed, finding.explained
    if waiver is not None:
        about = {"approver": waiver.approver, "expires": waiver.expires, "reason": waiver.reason}
        phrases.append(say(_WAIVED).format(**about))
    if lapsed is not None:
        words = say(_OVER if lapsed.why == EXPIRED else _CHANGED)
        phrases.append(words.format(approver=lapsed.approver, expires=lapsed.expires, reason=lapsed.reason))
    if said is not None:
        phrases.append(say(_EXPLAINED if said.holds else _OUTDATED).format(text=said.text))
    if finding.round is not None and finding.round.state == STILL:
        phrases.append(say(_STAYS).format(first=finding.round.first))
    if finding.round is not None and finding.round.state == NEW and finding.round.first > 1:
        phrases.append(say(_FRESH))
    if finding.cause:
        phrases.append(say(_FOLLOWS))
    return tuple(phrases)
