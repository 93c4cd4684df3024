"""The same reconciliation in pandas, written by hand: what one would write who has no rule language."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 0.005
FUNDS = ("fund_general", "fund_govfund", "fund_special_account", "fund_other", "other_channel")


class Clock(Protocol):
    taken: dict[str, float]

    def lap(self, what: str) -> None: ...


class Books:
    """The facts as wide tables: one a block, a row per return, sheet and row, a column per field."""

    def __init__(self, facts: pd.DataFrame) -> None:
        self.facts = facts
        self.made: dict[tuple[str, str], pd.DataFrame] = {}

    def numbers(self, block: str) -> pd.DataFrame:
        """Numbers of a block by (return, instance, row)."""
        return self._wide(block, "value")

    def texts(self, block: str) -> pd.DataFrame:
        return self._wide(block, "value_text")

    def rows(self, block: str) -> pd.DataFrame:
        """Numbers of the lines of a list, without its total."""
        found = self.numbers(block)
        return found[found.index.get_level_values("row") != "total"]

    def cell(self, block: str, row: str, field: str) -> pd.Series:
        """One fixed cell by return."""
        found = self.numbers(block)
        chosen = found[found.index.get_level_values("row") == row][field]
        return chosen.droplevel(["instance", "row"])

    def _wide(self, block: str, what: str) -> pd.DataFrame:
        if (block, what) not in self.made:
            own = self.facts[self.facts["block"] == block]
            own = own[own[what].notna()]
            index = [own[name].astype(str) for name in ("file_sha256", "instance", "row", "field")]
            wide: pd.DataFrame = own[what].set_axis(self._index(index)).unstack("field")
            self.made[block, what] = wide
        return self.made[block, what]

    @staticmethod
    def _index(columns: list[pd.Series]) -> pd.MultiIndex:
        import pandas as pd  # noqa: PLC0415 - in the process that is measured

        return pd.MultiIndex.from_arrays(columns, names=["ret", "instance", "row", "field"])

    @cached_property
    def budgets(self) -> pd.DataFrame:
        """Projects by (return, name): budget."""
        names, money = self.texts("projects")["name"], self.rows("projects")
        joined = money.assign(name=names).reset_index()
        return joined.dropna(subset=["name"])


def _differ(one: pd.Series, other: pd.Series) -> pd.Series:
    """Whether two columns differ by more than the tolerance; False where either is missing."""
    gap = (one - other).round(6).abs()
    return gap > TOLERANCE


def _exceeds(one: pd.Series, other: pd.Series) -> pd.Series:
    return (one - other).round(6) > TOLERANCE


def sum_04(b: Books) -> int:
    return int(_differ(b.cell("expenditure", "total", "this_year"), b.cell("income", "total", "this_year")).sum())


def sum_09(b: Books) -> int:
    rows = b.rows("procurement")
    return int(_differ(rows["amount_total"], rows["price"] * rows["qty"]).sum())


def _operating(b: Books, three: str, item: str) -> int:
    left, right = b.cell("three_public", three, "this_year"), b.cell("operating", item, "this_year")
    filled = b.numbers("operating")["this_year"].dropna().groupby("ret").size()
    right = right.reindex(left.index)
    has = filled.reindex(left.index).fillna(0) >= 1
    return int(_differ(left, right.where(right.notna() | ~has, 0.0)).sum())


def xf_01(b: Books) -> int:
    sums = b.numbers("target")["budget_total"].groupby("ret").sum(min_count=1)
    return int(_differ(b.cell("expenditure", "project", "this_year"), sums).sum())


def xf_04(b: Books) -> int:
    lines = b.rows("procurement").assign(name=b.texts("procurement")["project_name"]).reset_index()
    spent = lines.groupby(["ret", "name"], as_index=False)["amount_total"].sum()
    held = b.budgets.merge(spent, on=["ret", "name"], how="inner")
    return int(_exceeds(held["amount_total"], held["budget"]).sum())


def xf_12(b: Books) -> int:
    return int(_exceeds(b.cell("three_public", "total", "this_year"), b.cell("income", "general", "this_year")).sum())


def xf_23(b: Books) -> int:
    sums = b.rows("projects")["budget"].groupby("ret").sum(min_count=1)
    return int(_exceeds(sums, b.cell("expenditure", "project", "this_year")).sum())


def xf_25(b: Books) -> int:
    left, right = b.cell("pub3", "total", "project"), b.cell("project_items", "total", "amount")
    return int(_differ(left, right).sum())


def xf_27(b: Books) -> int:
    sheets = b.numbers("target").assign(name=b.texts("target")["name"]).reset_index()
    once = b.budgets[~b.budgets.duplicated(["ret", "name"], keep=False)][["ret", "name", "budget"]]
    held = sheets.merge(once, on=["ret", "name"], how="inner")
    return int(_differ(held["budget_total"], held["budget"]).sum())


def _any(pairs: list[tuple[pd.Series, pd.Series]]) -> int:
    """Returns in which at least one pair differs."""
    wrong = None
    for one, other in pairs:
        found = _differ(one, other)
        wrong = found if wrong is None else wrong.reindex(wrong.index.union(found.index), fill_value=False) | found
    return 0 if wrong is None else int(wrong.fillna(value=False).sum())


def xf_29(b: Books) -> int:
    return _any(
        [
            (b.cell("pub1_income", "total", "amount"), b.cell("income", "total", "this_year")),
            (b.cell("pub1_income", "general", "amount"), b.cell("income", "general", "this_year")),
            (b.cell("pub1_balance", "total", "amount"), b.cell("expenditure", "total", "this_year")),
            (b.cell("pub3", "total", "basic"), b.cell("expenditure", "basic", "this_year")),
            (b.cell("pub3", "total", "project"), b.cell("expenditure", "project", "this_year")),
        ]
    )


def xf_30(b: Books) -> int:
    rows = ("abroad", "purchase", "running", "reception", "total")
    return _any([(b.cell("pub7", row, "this_year"), b.cell("three_public", row, "this_year")) for row in rows])


def xf_31(b: Books) -> int:
    lines = b.rows("project_items").assign(name=b.texts("project_items")["project"]).reset_index()
    sums = lines.groupby(["ret", "name"], as_index=False)["amount"].sum()
    held = b.budgets.merge(sums, on=["ret", "name"], how="inner")
    return int(_differ(held["amount"], held["budget"]).sum())


def xf_32(b: Books) -> int:
    parts = b.rows("pub3").assign(name=b.texts("pub3")["class"]).reset_index()
    sums = parts.groupby(["ret", "name"], as_index=False)["total"].sum()
    classes = b.rows("pub1_spending").assign(name=b.texts("pub1_spending")["class"]).reset_index()
    held = classes.merge(sums, on=["ret", "name"], how="left")
    return int(_differ(held["amount"], held["total"].fillna(0.0)).sum())


def xy_06(b: Books) -> int:
    rows = b.numbers("assets")
    rolled = rows["opening"] + rows["purchased"].fillna(0.0) - rows["disposed"].fillna(0.0)
    return int(_differ(rows["value"], rolled).sum())


def pln_02(b: Books) -> int:
    plan = b.numbers("plan")
    return int(((plan["mar"] > plan["jun"]) | (plan["jun"] > plan["oct"]) | (plan["oct"] > plan["dec"])).sum())


def pln_03(b: Books) -> int:
    december = b.numbers("plan")["dec"].dropna()
    return int((december != 100).sum())


RULES: dict[str, Callable[[Books], int]] = {
    "SUM-04": sum_04,
    "SUM-09": sum_09,
    "PLN-02": pln_02,
    "PLN-03": pln_03,
    "XF-01": xf_01,
    "XF-04": xf_04,
    "XF-09": lambda b: _operating(b, "running", "vehicle_running"),
    "XF-10": lambda b: _operating(b, "reception", "reception"),
    "XF-12": xf_12,
    "XF-23": xf_23,
    "XF-25": xf_25,
    "XF-27": xf_27,
    "XF-29": xf_29,
    "XF-30": xf_30,
    "XF-31": xf_31,
    "XF-32": xf_32,
    "XY-06": xy_06,
}
CODES = tuple(RULES)
BLOCKS = frozenset(
    [
        "income",
        "expenditure",
        "procurement",
        "operating",
        "three_public",
        "target",
        "plan",
        "projects",
        "project_items",
        "pub1_income",
        "pub1_balance",
        "pub1_spending",
        "pub3",
        "pub7",
        "assets",
    ]
)
"""The tables these rules read."""
COLUMNS = ["region", "unit", "block", "instance", "row", "field", "value_decimal", "value_text", "state"]


def in_pandas(path: Path, clock: Clock) -> dict[str, Any]:
    """Everything ``bench.reconcile`` asks for, from the Parquet file."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    texts = [
        name for name in (*COLUMNS, "file_sha256", "unit_of_measure") if name not in ("value_decimal", "value_text")
    ]
    table = pq.read_table(path, columns=[*COLUMNS, "file_sha256", "unit_of_measure"], read_dictionary=texts)
    at = table.column_names.index("value_decimal")
    table = table.set_column(at, "value", table["value_decimal"].cast(pa.float64()))
    facts: pd.DataFrame = table.to_pandas(self_destruct=True)
    del table
    usable = facts["state"].isin(["value", "zero"])
    facts["value"] = facts["value"].where(usable)
    books = Books(facts)
    for block in sorted(BLOCKS):
        books.numbers(block)
    clock.lap("reading, a table a form")
    rules = {code: rule(books) for code, rule in RULES.items()}
    clock.lap("rules")
    rolled = _rolled(facts)
    clock.lap("roll-up")
    transfers = _transfers(facts)
    clock.lap("transfers")
    return {"rules": rules, "rolled": rolled, "transfers": transfers, "laps": dict(clock.taken)}


def _rolled(facts: pd.DataFrame) -> list[str]:
    """Every amount of a fixed cell by department and by region: how many sums, and what they add to."""
    own = facts[(facts["unit_of_measure"] == "万元") & facts["value"].notna()]
    own = own[~own["row"].astype(str).str.fullmatch(r"[0-9]+")]
    department = own["unit"].astype(str).str[:3].astype("category")
    own = own.assign(dept=department)
    by = ["region", "dept", "block", "row", "field"]
    lower = own.groupby(by, observed=True)["value"].sum()
    upper = lower.groupby(["region", "block", "row", "field"], observed=True).sum()
    return [str(len(lower) + len(upper)), f"{lower.sum() + upper.sum():.2f}"]


def _transfers(facts: pd.DataFrame) -> int:
    """Pairs of payer and receiver whose sums differ."""
    own = facts[(facts["block"] == "transfers") & (facts["row"] != "total")]
    index = [own[name].astype(str) for name in ("region", "unit", "row", "field")]
    names = own["value_text"].set_axis(index).unstack()[["counterparty", "direction"]]
    amount = own["value"].set_axis(index).unstack()["amount"]
    lines = names.assign(amount=amount).reset_index()
    lines.columns = ["region", "unit", "row", "other", "way", "amount"]
    paid = lines[lines["way"] == "付"].groupby(["region", "unit", "other"])["amount"].sum()
    got = lines[lines["way"] == "收"].groupby(["region", "other", "unit"])["amount"].sum()
    paid.index.names = got.index.names = ["region", "payer", "payee"]
    return int((paid.sub(got, fill_value=0.0).round(6).abs() > TOLERANCE).sum())
