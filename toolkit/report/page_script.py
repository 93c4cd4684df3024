"""What moves on the page: the filter, 元 and 万元, all folds at once. One script, allowed by its hash; it builds no markup."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from toolkit.report.page_style import STYLE

SCRIPT = (Path(__file__).parent / "page.js").read_text("utf-8")

CONTROLS = (
    '<span class="tools" id="tools" hidden>'
    '<input id="find" type="search" placeholder="筛选：单位、规则、文字，空格分开" aria-label="筛选问题">'
    '<select id="grave" aria-label="程度"><option value="">全部程度</option><option value="error">错误</option>'
    '<option value="warning">警告</option><option value="info">提示</option><option value="none">已豁免</option></select>'
    '<select id="money" aria-label="金额单位"><option value="">金额按填报</option><option value="元">按元</option>'
    '<option value="万元">按万元</option></select>'
    '<button id="open" type="button">全部展开</button><button id="close" type="button">全部收起</button>'
    '<label><input id="brief" type="checkbox">打印时只印概况</label>'
    '<output id="count" aria-live="polite"></output></span>'
)
"""Shown by the script: without it nothing of this would work, and everything is on the page all the same."""


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


POLICY = (
    f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}"
)
"""Nothing may load; this style sheet and this script alone apply, by their hashes."""
