"""The look of report.html: one style sheet, no script, nothing from the network, ready for print."""

from __future__ import annotations

import base64
import hashlib

STYLE = """
:root{--ink:#1f2933;--soft:#5b6875;--line:#dfe4ea;--paper:#fff;--back:#f4f6f8;--blue:#1f4e79;--blue2:#e8f0f8;
--red:#b3261e;--red2:#fbe9e7;--amber:#8a5a00;--amber2:#fdf3dc;--sky:#1f5fa8;--sky2:#e6f0fa;--green:#1b6b3a;--green2:#e3f3e9}
*{box-sizing:border-box}
html{scroll-behavior:smooth}
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.65 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif}
header.top{background:var(--blue);color:#fff;padding:30px 0 26px}
header.top h1{margin:0;font-size:27px;font-weight:700;letter-spacing:.02em}
header.top p{margin:6px 0 0;opacity:.86}
.wrap{max-width:1160px;margin:0 auto;padding:0 24px}
nav{background:var(--paper);border-bottom:1px solid var(--line);position:sticky;top:0;z-index:2}
nav a{display:inline-block;padding:11px 14px;color:var(--blue);text-decoration:none;font-size:14px}
nav a:hover{background:var(--blue2)}
section{background:var(--paper);border:1px solid var(--line);border-radius:8px;margin:20px 0;padding:20px 24px}
h2{margin:0 0 12px;font-size:19px;color:var(--blue)}
h3{margin:18px 0 8px;font-size:16px}
p.note{color:var(--soft);margin:0 0 12px;font-size:14px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(230px,1fr));gap:12px;margin:4px 0 16px}
.card{border:1px solid var(--line);border-radius:8px;padding:12px 16px;background:#fff}
.card b{display:block;font-size:28px;line-height:1.25;font-variant-numeric:tabular-nums}
.card span{color:var(--soft);font-size:13px}
.card.error{background:var(--red2);border-color:#f2c9c5}.card.error b{color:var(--red)}
.card.warning{background:var(--amber2);border-color:#f1dba8}.card.warning b{color:var(--amber)}
.card.info{background:var(--sky2);border-color:#c6dcf1}.card.info b{color:var(--sky)}
.card.good{background:var(--green2);border-color:#bfe2cc}.card.good b{color:var(--green)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th{background:var(--blue2);color:var(--blue);text-align:left;font-weight:600;padding:8px 10px;border-bottom:2px solid #c9d8e8;white-space:nowrap}
td{padding:8px 10px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.c,th.c{text-align:center;white-space:nowrap}
td.k{white-space:nowrap}
tr:hover td{background:#fafbfc}
.tag{display:inline-block;border-radius:4px;padding:1px 8px;font-size:13px;white-space:nowrap}
.tag.error{background:var(--red2);color:var(--red)}.tag.warning{background:var(--amber2);color:var(--amber)}
.tag.info{background:var(--sky2);color:var(--sky)}.tag.good{background:var(--green2);color:var(--green)}
.tag.none{background:#eef1f4;color:var(--soft)}
code{font:13px/1.4 "SF Mono",Consolas,"Noto Sans Mono CJK SC",monospace;color:var(--soft);white-space:nowrap}
ol.mend{counter-reset:m;list-style:none;margin:0;padding:0}
ol.mend li{counter-increment:m;position:relative;padding:10px 0 10px 46px;border-bottom:1px solid var(--line)}
ol.mend li:last-child{border-bottom:0}
ol.mend li:before{content:counter(m);position:absolute;left:2px;top:11px;width:28px;height:28px;border-radius:50%;background:var(--red);color:#fff;text-align:center;line-height:28px;font-weight:700;font-size:14px}
ol.mend b{display:block}
ol.mend span{color:var(--soft);font-size:14px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:20px}
figure{margin:0}figcaption{font-weight:600;margin-bottom:6px}
figure svg{width:100%;height:auto;display:block}
.key{display:flex;gap:16px;font-size:13px;color:var(--soft);margin-bottom:4px}
.key i{display:inline-block;width:11px;height:11px;border-radius:2px;margin-right:5px}
.key i.error{background:#c8453d}.key i.warning{background:#e0a526}.key i.info{background:#5b93cf}
details.unit{border:1px solid var(--line);border-radius:8px;margin:10px 0;background:#fff}
details.unit>summary{cursor:pointer;padding:12px 16px;font-weight:600;display:flex;gap:12px;align-items:center;flex-wrap:wrap}
details.unit>summary .tag{font-weight:400}
details.unit>summary em{margin-left:auto;font-style:normal;font-weight:400;color:var(--soft);font-size:13px}
details.unit[open]>summary{border-bottom:1px solid var(--line);background:#fafbfc;border-radius:8px 8px 0 0}
.finding{padding:13px 16px 13px 18px;border-bottom:1px solid var(--line);border-left:4px solid var(--line);break-inside:avoid}
.finding:last-child{border-bottom:0}
.finding.error{border-left-color:#c8453d}.finding.warning{border-left-color:#e0a526}.finding.info{border-left-color:#5b93cf}
.finding p{margin:0}
.finding .say{font-weight:500}
.finding .do{color:var(--ink);margin-top:3px}
.finding .do:before{content:"怎么改　";color:var(--green);font-weight:600}
.finding .maybe{margin-top:3px}.finding .maybe:before{content:"可能是　";color:var(--amber);font-weight:600}
.finding .where{color:var(--soft);font-size:13px;margin-top:4px}
.sum{background:var(--blue2);border-radius:6px;padding:9px 14px;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
footer{color:var(--soft);font-size:13px;padding:8px 0 32px}
@media print{
@page{size:A4;margin:14mm 12mm}
body{background:#fff;font-size:11pt}nav{display:none}
header.top{background:#fff;color:var(--ink);padding:0 0 8px;border-bottom:2px solid var(--blue)}
section{border:0;padding:0;margin:14px 0}
.wrap{max-width:none;padding:0}
details.unit::details-content{content-visibility:visible;height:auto}
details.unit{border-color:#bbb}
tr,.finding,figure,ol.mend li,.card{break-inside:avoid}
h2,h3,summary,p.note{break-after:avoid}
thead{display:table-header-group}
.tag,.card,th,.sum{-webkit-print-color-adjust:exact;print-color-adjust:exact}
a{color:inherit;text-decoration:none}
}
"""

POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'"
)
"""Nothing may load or run; this style sheet alone applies, by its hash."""
