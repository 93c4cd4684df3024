"""report.html: one self-contained page for the bureau. Every text is escaped; nothing loads; one script of ours runs."""

from __future__ import annotations

from typing import BinaryIO

from toolkit.report.page_compare import comparisons
from toolkit.report.page_coverage import coverage
from toolkit.report.page_findings import not_executed, per_unit
from toolkit.report.page_overview import charts, ledger, mend, mended, overview
from toolkit.report.page_rules import per_rule
from toolkit.report.page_script import CONTROLS, POLICY, SCRIPT
from toolkit.report.page_style import STYLE
from toolkit.report.results import Results
from toolkit.report.text import markup

_SECTIONS = (
    ("overview", "总览", overview),
    ("mend", "先改这些", mend),
    ("coverage", "报送情况", coverage),
    ("charts", "问题分布", charts),
    ("compare", "单位和年度比较", comparisons),
    ("units", "各单位问题", per_unit),
    ("rules", "按规则", per_rule),
    ("mended", "上轮的问题", mended),
    ("skipped", "未执行的检查", not_executed),
    ("ledger", "收件登记", ledger),
)
"""(anchor, title, function giving its HTML; a section with nothing to say is left out)."""


def write_html(results: Results, out: BinaryIO) -> None:
    """Write the page, UTF-8."""
    sections = [(anchor, title, render(results)) for anchor, title, render in _SECTIONS]
    shown = [(anchor, title, body) for anchor, title, body in sections if body]
    links = "".join(f'<a href="#{anchor}">{title}</a>' for anchor, title, _ in shown)
    body = "\n".join(f'<section id="{anchor}"><h2>{title}</h2>\n{body}\n</section>' for anchor, title, body in shown)
    names = "、".join(sorted({results.suites[s.identity.edition].title for s in results.submissions}))
    page = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{markup(POLICY).replace("&#x27;", "'")}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>审核报告 {markup(results.title)}</title>
<style>{STYLE}</style>
</head>
<body>
<header class="top"><div class="wrap"><h1>审核报告　{markup(results.title)}</h1><p>{markup(names)}</p></div></header>
<nav><div class="wrap">{links}{CONTROLS}</div></nav>
<main class="wrap">
{body}
</main>
<footer class="wrap">本页不访问网络，不用脚本也能看全，可直接打印（按筛选结果打印）。完整清单见 findings.xlsx，汇总数见 summary.xlsx。</footer>
<script>{SCRIPT}</script>
</body>
</html>
"""
    out.write(page.encode("utf-8", errors="backslashreplace"))
