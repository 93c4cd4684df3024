"""The pictures of the README, made of what the toolkit really writes: ``python -m bench.pictures``.

Workbooks are printed by LibreOffice, so their checks are recalculated, and the report is photographed by Chromium.
What the README quotes as text is refreshed by ``python -m bench.quotes``.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.office import convert

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
RETURNED = ROOT / "examples" / "returned" / "102_办公室.xlsx"

POINTS = 72
MARGIN = 14
"""Points around the words of a page: the borders of the outer cells are within."""
BELOW = 28
"""Points below the last word: it may stand in the middle of a high cell."""
FOOTER = 40
"""Points at the bottom of a page that hold its number."""

_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A printed page: its words, and the box around them in points."""

    number: int
    words: tuple[str, ...]
    box: tuple[float, float, float, float]


def pages(pdf: Path) -> list[Page]:
    """The pages of a PDF that hold words."""
    said = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True).stdout.decode()
    found = []
    for number, (_width, height, content) in enumerate(_PAGE.findall(said), 1):
        words = [w for w in _WORD.findall(content) if float(w[3]) < float(height) - FOOTER]
        if words:
            left, top = (min(float(w[at]) for w in words) - MARGIN for at in (0, 1))
            right, bottom = (max(float(w[at]) for w in words) + more for at, more in ((2, MARGIN), (3, BELOW)))
            found.append(Page(number, tuple(w[4] for w in words), (left, top, right, bottom)))
    return found


def page_with(pdf: Path, *words: str) -> Page:
    """The first page on which all the words stand."""
    return next(page for page in pages(pdf) if set(words) <= set(page.words))


def photograph(pdf: Path, page: Page, width: int, picture: Path, *, above: float | None = None) -> None:
    """The box of one page as a PNG of that many pixels; ``above``: only what stands above so many points."""
    left, top, right, bottom = page.box
    bottom = min(bottom, above or bottom)
    dots = width / (right - left) * POINTS
    x, y, w, h = (str(math.floor(side * dots / POINTS)) for side in (left, top, right - left, bottom - top))
    command = ["pdftoppm", "-png", "-singlefile", "-r", f"{dots:.2f}", "-f", str(page.number), "-l", str(page.number)]
    box = ["-x", x, "-y", y, "-W", w, "-H", h]
    subprocess.run([*command, *box, str(pdf), str(picture.with_suffix(""))], check=True)


def screenshot(html: Path, width: int, height: int, picture: Path) -> None:
    """The top of a page as Chromium shows it."""
    # Without the sandbox it also starts as root in a container; the page is ours and loads nothing.
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    size = [f"--window-size={width},{height}", f"--screenshot={picture}"]
    subprocess.run([*command, *size, html.as_uri()], check=True, capture_output=True, timeout=120)


def from_units_on(report: Path) -> Path:
    """A copy of the report that begins with the findings of each unit: a screenshot cannot scroll."""
    above = r'<(header|nav)\b.*?</\1>|<section id="(overview|mend|coverage|charts|compare)".*?</section>'
    copy = report.with_name("units.html")
    copy.write_text(re.sub(above, "", report.read_text("utf-8"), flags=re.DOTALL), encoding="utf-8")
    return copy


def main() -> None:
    """Make all pictures anew."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        pdf = convert(RETURNED, "pdf", folder)
        photograph(pdf, page_with(pdf, "部门收支总体情况表", "一、收入预算"), 1100, IMAGES / "workbook.png")
        photograph(pdf, page_with(pdf, "项目绩效目标表", "二、资金支出计划（累计进度%）"), 1100, IMAGES / "target.png")
        photograph(pdf, page_with(pdf, "校验结果", "一、各表情况"), 1100, IMAGES / "checks.png", above=441)
        demo = [sys.executable, "-m", "toolkit", "demo", "-o", str(folder / "demo")]
        subprocess.run(demo, check=True, capture_output=True, cwd=ROOT)
        report = folder / "demo" / "result" / "report.html"
        screenshot(report, 1200, 780, IMAGES / "report.png")
        screenshot(from_units_on(report), 1200, 760, IMAGES / "findings.png")
    for picture in sorted(IMAGES.glob("*.png")):
        print(f"{picture.relative_to(ROOT)}  {picture.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
