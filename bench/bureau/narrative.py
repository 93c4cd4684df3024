"""What a department writes beside its tables: amounts, changes and terms."""

from __future__ import annotations

from typing import Any

from bench.bureau import amounts as a
from bench.bureau.amounts import wan
from bench.bureau.world import Unit

Document = dict[str, Any]


def paragraphs(unit: Unit, year: int) -> Document:
    """The statements form of one unit and year."""
    total, before = a.total(unit, year), a.total(unit, year - 1)
    now, last = unit.years[year], unit.years[year - 1]
    three, three_before = (y.abroad + y.operating["vehicle_running"] + y.operating["reception"] for y in (now, last))
    texts = {
        "收入预算": f"{year}年收入预算{wan(total)}万元，其中一般公共预算拨款收入{wan(a.income(unit, year, 'general'))}万元",
        "支出预算": f"{year}年支出预算{wan(total)}万元，其中基本支出{wan(a.basic(unit, year))}万元，"
        f"项目支出{wan(a.projects(unit, year))}万元",
        "比上年增减": f"支出预算比上年{_moved(total, before)}",
        "机关运行经费": f"{year}年机关运行经费{wan(a.operating(unit, year))}万元",
        "“三公”经费": f"{year}年“三公”经费{wan(three)}万元，比上年{_moved(three, three_before)}",
        "政府采购": "政府采购预算按采购表所列品目执行",
        "国有资产": "固定资产占用情况见资产表",
    }
    terms = {
        "基本支出": "为保障机构正常运转、完成日常工作任务而发生的人员支出和公用支出",
        "项目支出": "在基本支出之外为完成特定行政任务和事业发展目标所发生的支出",
        "机关运行经费": "为保障行政单位运行用于购买货物和服务的各项资金",
        "“三公”经费": "因公出国（境）费、公务用车购置及运行维护费和公务接待费",
        "政府采购": "使用财政性资金采购集中采购目录以内或者限额标准以上的货物、工程和服务的行为",
    }
    return {
        "safeguards": [
            {"name": "加强绩效运行监控", "text": "按季度核对各项目的支出进度和指标完成情况，发现偏差及时纠正"}
        ],
        "glossary": [{"term": term, "definition": text} for term, text in terms.items()],
        "other_matters": {"other": "无其他需要说明的事项"},
        "paragraphs": [{"topic": topic, "text": text} for topic, text in texts.items()],
    }


def _moved(this: int, last: int) -> str:
    if this == last:
        return "持平"
    return f"{'增加' if this > last else '减少'}{wan(abs(this - last))}万元"
