"""The formats of the sheet 问题清单, added to the workbook's own."""

from __future__ import annotations

from toolkit.annotate.styles import Styles
from toolkit.model.rule import Severity

FILLS = {Severity.ERROR: "F3A581", Severity.WARNING: "F7D069", Severity.INFO: "CCBDE4"}
"""As the marks look; not their colours, which say where a mark stands."""
_INKS = {Severity.ERROR: "8C1D18", Severity.WARNING: "6B4700", Severity.INFO: "4A3A78"}
_FONT, _TITLE_FONT = "宋体", "黑体"


class Looks:
    """The index of each format, by what it is for."""

    def __init__(self, styles: Styles) -> None:
        self.styles, self.p = styles, styles.prefix.decode()
        ink = "FF1F2933"
        self.title = self._xf(self._font(_TITLE_FONT, 16, "FF1F3864"), 0, 0, 'vertical="center"')
        self.about = self._xf(self._font(_FONT, 10, "FF595959"), 0, 0, 'vertical="center"')
        self.counts = self._xf(self._font(_FONT, 11, "FFB3261E", bold=True), 0, 0, 'vertical="center"')
        self.advice = self._xf(self._font(_FONT, 9, "FF595959"), 0, 0, 'vertical="center" wrapText="1"')
        self.head = self._xf(
            self._font(_FONT, 10, "FFFFFFFF", bold=True), self._fill("1F4E79"), self._edge(),
            'horizontal="center" vertical="center" wrapText="1"',
        )  # fmt: skip
        body = self._font(_FONT, 10, ink)
        self.words = self._xf(body, 0, self._edge(), 'vertical="top" wrapText="1"', quoted=True)
        self.middle = self._xf(body, 0, self._edge(), 'horizontal="center" vertical="top" wrapText="1"', quoted=True)
        aligned = 'horizontal="right" vertical="top"'
        self.amount = self._xf(body, 0, self._edge(), aligned, format_id=4)
        self.number = self._xf(body, 0, self._edge(), aligned)
        link = self._font(_FONT, 10, "FF1F5FA8", underline=True)
        self.link = self._xf(link, 0, self._edge(), 'horizontal="center" vertical="top" wrapText="1"')
        self.severity = {
            s: self._xf(
                self._font(_FONT, 10, f"FF{_INKS[s]}", bold=True), self._fill(FILLS[s]), self._edge(),
                'horizontal="center" vertical="top"',
            )
            for s in Severity
        }  # fmt: skip

    def _font(self, name: str, size: int, colour: str, *, bold: bool = False, underline: bool = False) -> int:
        p = self.p
        strong = f"<{p}b/>" if bold else ""
        line = f"<{p}u/>" if underline else ""
        look = f'{strong}{line}<{p}sz val="{size}"/><{p}color rgb="{colour}"/><{p}name val="{name}"/><{p}charset val="134"/>'
        return self.styles.fonts.add(f"<{p}font>{look}</{p}font>".encode())

    def _fill(self, colour: str) -> int:
        return self.styles.fills.add(self.styles.solid(colour))

    def _edge(self) -> int:
        sides = "".join(
            f'<{self.p}{side} style="thin"><{self.p}color rgb="FFBFC7D0"/></{self.p}{side}>'
            for side in ("left", "right", "top", "bottom")
        )
        return self.styles.borders.add(f"<{self.p}border>{sides}<{self.p}diagonal/></{self.p}border>".encode())

    def _xf(self, font: int, fill: int, edge: int, align: str, *, format_id: int = 0, quoted: bool = False) -> int:
        """``quoted``: a text stays one when somebody goes into the cell and leaves it."""
        p = self.p
        quote = ' quotePrefix="1"' if quoted else ""
        about = (
            f'numFmtId="{format_id}" fontId="{font}" fillId="{fill}" borderId="{edge}" xfId="0"{quote} applyNumberFormat="1" '
            'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1" applyProtection="1"'
        )
        inside = f'<{p}alignment {align}/><{p}protection locked="0"/>'
        return self.styles.xfs.add(f"<{p}xf {about}>{inside}</{p}xf>".encode())
