"""The nine public tables of one unit and year."""

from __future__ import annotations

from typing import Any

from bench.bureau import amounts as a
from bench.bureau.amounts import wan
from bench.bureau.words import COMMUNITY, ITEMS
from bench.bureau.world import Unit

Document = dict[str, Any]


def public_forms(unit: Unit, year: int) -> Document:
    """public_1 … public_9: what the internal forms say, as printed for the public."""
    run, work, funded = a.subjects(unit)
    gov, special, other = (a.projects(unit, year, fund) for fund in ("gov_fund", "special_account", "other"))
    general = a.projects(unit, year, "general")
    basic, carry = a.basic(unit, year), unit.carry
    rest = general + special + other
    return {
        "public_1": _overview(unit, year, basic + rest, gov),
        "public_2": {
            "pub2": [
                {"subject": run, "general": wan(basic), **({"carry_in": wan(carry)} if carry else {})},
                *(
                    [{"subject": work, **_amounts(general=general, special_account=special, other=other)}]
                    if rest
                    else []
                ),
                *([{"subject": funded, "gov_fund": wan(gov)}] if gov else []),
            ]
        },
        "public_3": {
            "pub3": [
                {"class": unit.trade.group, "subject": run, "basic": wan(basic)},
                *([{"class": unit.trade.group, "subject": work, "project": wan(rest)}] if rest else []),
                *([{"class": COMMUNITY, "subject": funded, "project": wan(gov)}] if gov else []),
            ]
        },
        "public_4": _fiscal(unit, year, basic + general, gov),
        "public_5": {
            "pub5": [
                {"subject": run, "basic": wan(basic), "last_year": wan(a.basic(unit, year - 1))},
                *(
                    [
                        {
                            "subject": work,
                            "project": wan(general),
                            "last_year": wan(a.projects(unit, year - 1, "general")),
                        }
                    ]
                    if general
                    else []
                ),
            ]
        },
        "public_6": {"pub6": _by_item(unit, year)},
        "public_7": {"pub7": _three_public(unit, year)},
        "public_8": _fund_table(gov, funded),
        "public_9": {"pub9_note": {"has_spending": "否", "statement": "本部门无国有资本经营预算拨款安排的支出"}},
    }


def _amounts(**given: int) -> Document:
    return {name: wan(value) for name, value in given.items() if value}


def _overview(unit: Unit, year: int, own: int, gov: int) -> Document:
    sources = ("general", "gov_fund", "special_account", "other")
    income = {s: {"amount": wan(a.income(unit, year, s))} for s in sources}
    income["state_capital"] = {"amount": "0"}
    income["carry_in"] = {"amount": wan(unit.carry)}
    classes = {unit.trade.group: own}
    if gov:
        classes[COMMUNITY] = classes.get(COMMUNITY, 0) + gov
    return {
        "pub1_income": income,
        "pub1_spending": [{"class": name, "amount": wan(value)} for name, value in classes.items()],
        "pub1_balance": {"carry_out": {"amount": wan(unit.carry)}},
    }


def _fiscal(unit: Unit, year: int, general: int, gov: int) -> Document:
    classes: dict[str, Document] = {unit.trade.group: {"general": wan(general)}}
    if gov:
        classes[COMMUNITY] = {**classes.get(COMMUNITY, {}), "gov_fund": wan(gov)}
    return {
        "pub4_income": {
            "general": {"amount": wan(general)}, "gov_fund": {"amount": wan(gov)}, "state_capital": {"amount": "0"},
            "carry_in": {"amount": wan(unit.carry)},
        },
        "pub4_spending": [{"class": name, **given} for name, given in classes.items()],
        "pub4_balance": {"carry_out": {"general": wan(unit.carry)}},
    }  # fmt: skip


def _by_item(unit: Unit, year: int) -> list[Document]:
    rows = [{"subject": name, "personnel": wan(amount)} for name, amount in a.wages(unit, year)]
    now = unit.years[year]
    rows += [{"subject": ITEMS[n][0], "operating": wan(amount)} for n, amount in now.operating.items() if amount]
    if now.abroad:
        rows.append({"subject": "30212-因公出国（境）费用", "operating": wan(now.abroad)})
    return rows


def _three_public(unit: Unit, year: int) -> Document:
    def both(of: str) -> Document:
        this, last = (y.abroad if of == "abroad" else y.operating[of] for y in (unit.years[year], unit.years[year - 1]))
        return {"this_year": wan(this), "last_year": wan(last)}

    return {
        "abroad": both("abroad"), "purchase": {"this_year": "0", "last_year": "0"}, "running": both("vehicle_running"),
        "reception": both("reception"),
    }  # fmt: skip


def _fund_table(gov: int, subject: str) -> Document:
    if not gov:
        note = {"has_spending": "否", "statement": "本部门无政府性基金预算拨款安排的支出"}
        return {"pub8_note": note}
    return {"pub8_note": {"has_spending": "是"}, "pub8": [{"subject": subject, "project": wan(gov)}]}
