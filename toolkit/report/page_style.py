"""The look of report.html: one style sheet, nothing from the network, ready for print."""

from __future__ import annotations

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
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(420px,1fr));gap:20px}
figure{margin:0}figcaption{font-weight:600;margin-bottom:6px}
figure svg{width:100%;height:auto;display:block}
.key{display:flex;gap:16px;font-size:13px;color:var(--soft);margin-bottom:4px}
.key i{display:inline-block;width:11px;height:11px;border-radius:2px;margin-right:5px}
.key i.plain{background:#1f4e79}.key i.before{background:#a9bdd2}
.key i.error{background:#c8453d}.key i.warning{background:#e0a526}.key i.info{background:#5b93cf}
details.unit{border:1px solid var(--line);border-radius:8px;margin:10px 0;background:#fff}
details.unit>summary{cursor:pointer;padding:12px 16px;font-weight:600;display:flex;gap:12px;align-items:center;flex-wrap:wrap}
details.unit>summary .tag{font-weight:400}
details.unit>summary em{margin-left:auto;font-style:normal;font-weight:400;color:var(--soft);font-size:13px}
details.unit[open]>summary{border-bottom:1px solid var(--line);background:#fafbfc;border-radius:8px 8px 0 0}
details.unit,details.rule{content-visibility:auto;contain-intrinsic-size:auto 52px}
details.rule{border-bottom:1px solid var(--line);padding:8px 0}
details.rule>summary{cursor:pointer}details.rule em,.f em{font-style:normal;color:var(--soft);font-size:13px;margin-left:10px}
.links a{display:inline-block;margin:0 14px 4px 0;color:var(--sky);text-decoration:none}
.f{padding:12px 16px 12px 18px;border-bottom:1px solid var(--line);border-left:4px solid var(--line);break-inside:avoid}
.f:last-child{border-bottom:0}
.f.error{border-left-color:#c8453d}.f.warning{border-left-color:#e0a526}.f.info{border-left-color:#5b93cf}
.f p{margin:0}.f .say{font-weight:500}.f ul{margin:6px 0 0;padding-left:24px}.f li{margin:2px 0}
b{font-weight:inherit}.card b,ol.mend b{font-weight:700}
.f i{display:inline-block;min-width:22px;height:22px;line-height:22px;border-radius:11px;background:var(--red);color:#fff;font-style:normal;font-size:13px;text-align:center;margin-right:6px}
.do{margin:3px 0 0}.do:before{content:"怎么改　";color:var(--green);font-weight:600}
.maybe:before{content:"最可能：　";color:var(--amber);font-weight:600}
.told{color:var(--sky);font-size:14px}
.w{color:var(--soft);font-size:13px}li .w{display:block}
.more{padding:10px 18px;color:var(--soft)}
details.after{margin:6px 0 0;font-size:14px}details.after>summary{cursor:pointer;color:var(--soft)}
svg.share{width:160px;height:14px}
.tools{display:inline-flex;gap:8px;flex-wrap:wrap;align-items:center;padding:6px 0}
.tools[hidden],[hidden]{display:none!important}
.tools input,.tools select,.tools button{font:14px/1.4 inherit;font-family:inherit;padding:4px 8px;border:1px solid #c3ccd6;border-radius:6px;background:#fff;color:var(--ink)}
#find{width:230px}.tools output{font-size:13px;color:var(--soft)}
.tools label{font-size:13px;color:var(--soft)}
:focus-visible{outline:2px solid var(--sky);outline-offset:2px}
.sum{background:var(--blue2);border-radius:6px;padding:9px 14px;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
footer{color:var(--soft);font-size:13px;padding:8px 0 32px}
@media print{
@page{size:A4;margin:14mm 12mm}
body{background:#fff;font-size:11pt}nav{display:none}
header.top{background:#fff;color:var(--ink);padding:0 0 8px;border-bottom:2px solid var(--blue)}
section{border:0;padding:0;margin:14px 0}
.wrap{max-width:none;padding:0}
details::details-content{content-visibility:visible;height:auto}
details.unit,details.rule{content-visibility:visible}
body:has(#brief:checked) #units,body:has(#brief:checked) #ledger,body:has(#brief:checked) #skipped,body:has(#brief:checked) #rules{display:none}
.tools{display:none!important}
details.unit{border-color:#bbb}
tr,.f,figure,ol.mend li,.card{break-inside:avoid}
h2,h3,summary,p.note{break-after:avoid}
thead{display:table-header-group}
.tag,.card,th,.sum{-webkit-print-color-adjust:exact;print-color-adjust:exact}
a{color:inherit;text-decoration:none}
}
"""
