"""No false alarm from rounding: ``python -m bench.rounding [BOOKS]``.

Books of random units that are consistent, as units make them from accounts in 元: shares, rates and scores typed as rounded
numbers, totals typed as the sums of doubles that a spreadsheet elsewhere gave, prices in 元 beside amounts in 万元, ceilings
and the bureau's own sums in 元 that were never rounded. Whatever error or warning is told of them, rounding brought about.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from typing import Any

from bench.bureau import tables
from bench.bureau.collection import Tables, collect, failed, findings, parse, readers, write_data_files
from bench.bureau.forms import DRAFT, EVALUATED
from bench.bureau.making import make_bureau
from bench.bureau.planting import drafts
from bench.bureau.world import Bureau
from toolkit.model.finding import Finding
from toolkit.model.rule import Severity

RESULTS = Path(__file__).parent / "results" / "rounding.md"
UNITS = 300
FIRST_SEED = 1000
CENT, SIX = Decimal("0.01"), Decimal("0.000001")
Document = dict[str, Any]


def half_up(value: Decimal, to: Decimal = CENT) -> Decimal:
    return value.quantize(to, ROUND_HALF_UP)


def in_doubles(amounts: Iterable[str]) -> str:
    """A sum as a spreadsheet has it: of doubles, to 15 digits, and what is beyond the sixth decimal cut."""
    total = 0.0
    for amount in amounts:
        total += float(amount)
    return f"{half_up(Decimal(f'{total:.15g}'), SIX):f}"


def round_budget(document: Document, rng: Random) -> None:
    """Shares and totals of a budget typed over, prices in 元."""
    forms = document["forms"]
    _overview(forms["finance"])
    held = forms["operating"]["operating"]
    held["total"] = {"this_year": in_doubles(row["this_year"] for row in held.values())}
    projects = forms["projects"]["projects"]
    total = {"fiscal": in_doubles(row["fiscal"] for row in projects)}
    forms["projects"]["projects"] = {"rows": projects, "total": total}
    lines = forms.get("procurement", {}).get("procurement", [])
    for line in lines:
        _price(line, rng)
    for planned in forms["assets"].get("planned_purchases", []):
        planned["price"] = next(line["price"] for line in lines if line["item_name"] == planned["item"])
    convert_assets(document, rng)
    assets = forms["assets"]["assets"]
    classes = ("land", "general_equipment", "special_equipment", "relics", "books", "furniture")
    assets["total"] = {"value": in_doubles(assets[name]["value"] for name in classes)}


def convert_assets(document: Document, rng: Random) -> None:
    """The roll-forward of assets from a ledger in 元: each figure is rounded to two decimals of 万元 on its own."""
    rows = document["forms"]["assets"]["assets"]
    for name in ("general_equipment", "special_equipment"):
        row = rows[name]
        if "purchased" not in row:
            continue
        fields = [f for f in ("opening", "purchased", "disposed") if f in row]
        yuan = {f: Decimal(row[f]) * 10000 + rng.randint(-49, 49) for f in fields}
        yuan["value"] = yuan["opening"] + yuan["purchased"] - yuan.get("disposed", Decimal(0))
        for field, amount in yuan.items():
            row[field] = str(half_up(amount / 10000))


def _overview(finance: Document) -> None:
    """Totals as sums of doubles; all four shares as rounded numbers."""
    spent = finance["expenditure"]
    parts = {name: Decimal(spent[name]["this_year"]) for name in ("personnel", "operating", "project")}
    parts["basic"] = parts["personnel"] + parts["operating"]
    whole = parts["basic"] + parts["project"]
    for name, part in parts.items():
        spent.setdefault(name, {})["share"] = str(half_up(part * 100 / whole))
    spent["basic"]["this_year"] = in_doubles(spent[name]["this_year"] for name in ("personnel", "operating"))
    spent["total"] = {"this_year": in_doubles(spent[n]["this_year"] for n in ("personnel", "operating", "project"))}
    sources = ("general", "gov_fund", "special_account", "other")
    finance["income"]["total"] = {"this_year": in_doubles(finance["income"][n]["this_year"] for n in sources)}


def _price(line: Document, rng: Random) -> None:
    """A price to the 元, and the amount rounded to two decimals of 万元."""
    fund = next(name for name in line if name.startswith("fund_"))
    yuan = int(Decimal(line["price"]) * 10000) - rng.randint(0, 90)
    line["price"] = f"{Decimal(yuan) / 10000:f}"
    line[fund] = str(half_up(Decimal(yuan) * int(line["qty"]) / 10000))


def round_evaluation(document: Document) -> None:
    """Rates and scores of a self-evaluation typed over."""
    for row in document["forms"]["evaluation"]["evaluations"]:
        adjusted, executed, arrived = (Decimal(row[name]) for name in ("adjusted", "executed", "arrived"))
        row["rate"] = str(half_up(executed * 100 / adjusted))
        row["arrival_rate"] = str(half_up(arrived * 100 / adjusted))
        row["rate_score"] = str(half_up(min(Decimal(10), executed * 10 / adjusted)))


def ceilings(bureau: Bureau, year: int, rng: Random) -> list[tables.Row]:
    """Ceilings in 元 that round to what is asked for, and the bureau's sums of them."""
    found: list[tables.Row] = []
    whole = dict.fromkeys(tables.CEILINGS, Decimal(0))
    documents = drafts(bureau, DRAFT).documents
    for unit in bureau.units:
        forms = documents[unit.code(year)]["forms"]
        spent, three = forms["finance"]["expenditure"], forms["operating"]["three_public"]
        asked = (
            Decimal(spent["personnel"]["this_year"]) + Decimal(spent["operating"]["this_year"]),
            Decimal(spent["project"]["this_year"]),
            sum((Decimal(row["this_year"]) for row in three.values()), Decimal(0)),
        )
        for category, amount in zip(tables.CEILINGS, asked, strict=True):
            yuan = amount * 10000 + (Decimal(rng.randint(-4999, 4999)) / 100 if amount else 0)
            whole[category] += yuan
            found.append((unit.code(year), category, f"{yuan:f}", "元"))
    return found + [(tables.WHOLE, category, f"{amount:f}", "元") for category, amount in whole.items()]


@dataclass(frozen=True)
class Judged:
    """``found``: errors and warnings that rounding brought about; ``exact``: those the books have without it too."""

    books: int
    found: list[Finding]
    exact: list[Finding]


def judged(seed: int, units: int, folder: Path, pool: Executor | None) -> Judged:
    """The books of one seed."""
    bureau, rng = make_bureau(seed, units), Random(f"rounding {seed}")
    found: list[Finding] = []
    exact: list[Finding] = []
    count = 0
    for stage in (DRAFT, EVALUATED):
        held = drafts(bureau, stage)
        for document in held.documents.values():
            if stage == DRAFT:
                round_budget(document, rng)
            else:
                round_evaluation(document)
        own = folder / f"{seed}-{stage}"
        files = write_data_files(held.documents.values(), own / "data")
        book = collect(parse(files, own / "parsed", pool), own / "book")
        control = ceilings(bureau, held.year, rng) if stage == DRAFT else None
        told = [
            f for f in failed(findings(book, Tables(held.roster, control, None))) if f.severity is not Severity.INFO
        ]
        known = _without_rounding(bureau, stage, told, folder / f"{seed}-{stage}-exact")
        found += [f for f in told if _said(f) not in known]
        exact += [f for f in told if _said(f) in known]
        count += len(files)
    return Judged(count, found, exact)


def _said(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.unit, finding.message


def _without_rounding(
    bureau: Bureau, stage: str, told: Sequence[Finding], folder: Path
) -> frozenset[tuple[str, str, str]]:
    """What is told of the same units' books with exact figures: a unit without projects, two of one name."""
    units = {f.unit for f in told} | {place.unit for f in told for place in f.places}
    held = drafts(bureau, stage)
    own = [document for code, document in held.documents.items() if code in units]
    if not own:
        return frozenset()
    files = write_data_files(own, folder / "data")
    book = collect(parse(files, folder / "parsed", None), folder / "book")
    return frozenset(_said(f) for f in failed(findings(book, Tables(None, None, None))))


def report(found: list[Judged], seconds: float) -> str:
    """The page."""
    books, told = sum(one.books for one in found), [f for one in found for f in one.found]
    apart = Counter(f.code for one in found for f in one.exact)
    lines = [
        "# Rounding",
        "",
        f"`python -m bench.rounding`: {books:,} consistent random books ({len(found)} bureaus, budgets and self-evaluations) whose "
        "shares, rates and scores are typed as rounded numbers, totals as sums of doubles, assets and prices converted from 元, "
        f"ceilings and the bureau's sums in 元 that were never rounded. {seconds:.0f} s.",
        "",
        f"**Errors and warnings brought about by rounding: {len(told)}.**",
    ]
    if apart:
        those = ", ".join(f"{code} {times}" for code, times in sorted(apart.items()))
        lines += ["", f"Left out: what the same books are told with exact figures too ({those})."]
    if told:
        lines += ["", "| rule | severity | times | for example |", "|---|---|--:|---|"]
    for (code, severity), times in sorted(Counter((f.code, str(f.severity)) for f in told).items()):
        example = next(f.message for f in told if (f.code, str(f.severity)) == (code, severity))
        lines.append(f"| {code} | {severity} | {times} | {example[:110]} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Judge BOOKS books (10,000) and write the page."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    units = min(UNITS, max(4, wanted // 2))
    begun = time.perf_counter()
    found: list[Judged] = []
    with readers(2) as pool:
        while sum(one.books for one in found) < wanted:
            with tempfile.TemporaryDirectory(prefix="rounding-") as temporary:
                found.append(judged(FIRST_SEED + len(found), units, Path(temporary), pool))
            print(
                f"{sum(one.books for one in found)} books, {sum(len(one.found) for one in found)} false alarms",
                flush=True,
            )
    text = report(found, time.perf_counter() - begun)
    print(text)
    if wanted >= 10_000:
        RESULTS.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
