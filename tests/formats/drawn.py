"""Reports as PDF, drawn by reportlab: the ways in which programs put a table on a page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.formats.pictures import Scan, scan
from tests.formats.programs import font
from tests.formats.reports import Report
from tests.formats.typeset import Box, Rule, Setting, Sheet, Typesetter, Words, width_in

FONT = "Report"


@dataclass(frozen=True)
class Style:
    """How the pages are drawn.

    rules: `full`, `rows` (horizontal lines only), `none`, `bars` (every rule a thin filled rectangle, in pieces).
    letters: every character placed by itself. bold: every word drawn twice, a little aside. shade: backgrounds.
    turned: the page stands on its side and says so (/Rotate: 90, 180 or 270). sideways: the text itself is rotated.
    stamped: page numbers and a seal inside the table's area. framed: a frame around each page.
    unmapped: the font does not tell its characters. hidden: text only as an invisible layer over a picture of the page;
    `misread`: that layer has other digits than the picture.
    """

    rules: str = "full"
    letters: bool = False
    bold: bool = False
    shade: bool = False
    turned: int = 0
    sideways: bool = False
    stamped: bool = False
    framed: bool = False
    unmapped: bool = False
    hidden: bool = False
    misread: bool = False
    setting: Setting = field(default_factory=Setting)


STYLES = {
    "ruled": Style(),
    "bars": Style(rules="bars", setting=Setting(start=60)),
    "half_ruled": Style(rules="rows", setting=Setting(start=120)),
    "unruled": Style(rules="none"),
    "letters": Style(letters=True, setting=Setting(start=90)),
    "fake_bold": Style(bold=True),
    "shaded": Style(shade=True, setting=Setting(start=30)),
    "rotated_90": Style(turned=90),
    "rotated_180": Style(turned=180),
    "rotated_270": Style(turned=270, setting=Setting(width=842, height=595)),
    "sideways": Style(sideways=True),
    "cut": Style(setting=Setting(height=520, start=40)),
    "repeated_heads": Style(setting=Setting(height=560, repeat=True)),
    "stamped": Style(stamped=True, setting=Setting(start=75)),
    "framed": Style(framed=True),
    "wide": Style(rules="rows", letters=True, setting=Setting(width=842, height=595)),
}
"""Those whose text can be used as it stands."""

AS_PICTURES = {
    "unmapped": Style(unmapped=True),
    "hidden_text": Style(hidden=True),
    "hidden_misread": Style(hidden=True, misread=True),
}
"""Those whose text cannot, or may not, be trusted."""


@cache
def _register() -> None:
    pdfmetrics.registerFont(TTFont(FONT, str(font("WenQuanYi Micro Hei", "AR PL SungtiL GB"))))


def write(report: Report, style: Style) -> bytes:
    """The bytes of the PDF. Errors: `programs.Missing` where no Chinese font is installed."""
    _register()
    sheets = Typesetter(style.setting).set(report)
    if style.hidden:
        return _under_pictures(sheets, report, style)
    return _drawn(sheets, report, style, None)


def _under_pictures(sheets: list[Sheet], report: Report, style: Style) -> bytes:
    """What a scanner with text recognition makes: pictures of the pages, and their words unseen."""
    pictures = scan(_drawn(sheets, report, Style(setting=style.setting), None), Scan(dpi=150, noise=6, paper=240))
    return _drawn(sheets, report, style, [ImageReader(picture) for picture in pictures])


def _drawn(sheets: list[Sheet], report: Report, style: Style, pictures: list[ImageReader] | None) -> bytes:
    target = io.BytesIO()
    setting = style.setting
    size = (setting.height, setting.width) if style.sideways else (setting.width, setting.height)
    canvas = Canvas(target, pagesize=size, pageCompression=1)
    canvas.setTitle(report.title)
    for number, sheet in enumerate(sheets, 1):
        _turn(canvas, style)
        if pictures:
            canvas.drawImage(pictures[number - 1], 0, 0, setting.width, setting.height)
        _draw(canvas, sheet, style, number)
        canvas.showPage()
    canvas.save()
    content = target.getvalue()
    return content.replace(b"/ToUnicode", b"/XoUnicode") if style.unmapped else content


def _turn(canvas: Canvas, style: Style) -> None:
    """The page's own rotation (reportlab turns the page's size with it), undone by drawing; or the drawing rotated
    without a word.
    """
    setting = style.setting
    if style.turned:
        canvas.setPageRotation(style.turned)
    if style.turned == 90 or style.sideways:  # seen from the left
        canvas.translate(setting.height, 0)
        canvas.rotate(90)
    elif style.turned == 270:
        canvas.translate(0, setting.width)
        canvas.rotate(270)
    elif style.turned == 180:
        canvas.translate(setting.width, setting.height)
        canvas.rotate(180)


def _draw(canvas: Canvas, sheet: Sheet, style: Style, number: int) -> None:
    height = style.setting.height
    if style.shade:
        _shade(canvas, sheet, height)
    if style.framed:
        canvas.rect(30, 30, style.setting.width - 60, height - 60)
        canvas.rect(33, 33, style.setting.width - 66, height - 66)
    if not style.hidden:
        _rule(canvas, sheet, style)
    for words in sheet.words:
        _write(canvas, _misread(words) if style.misread else words, style)
    if style.stamped:
        _stamp(canvas, sheet, style, number)


def _shade(canvas: Canvas, sheet: Sheet, height: float) -> None:
    """Heads grey, every other row a tint, white cells painted over all."""
    for n, box in enumerate(sheet.cells):
        canvas.setFillGray(0.85 if box.head else (0.95, 1.0)[n % 2])
        canvas.rect(box.x0, height - box.y1, box.x1 - box.x0, box.y1 - box.y0, stroke=0, fill=1)
    canvas.setFillGray(0)


def _rule(canvas: Canvas, sheet: Sheet, style: Style) -> None:
    height = style.setting.height
    canvas.setLineWidth(0.5)
    for rule in _rules(sheet, style.rules):
        if style.rules == "bars":
            left, right = rule.x0 - 0.25, rule.x1 + 0.25
            canvas.rect(left, height - rule.y1 - 0.25, right - left, rule.y1 - rule.y0 + 0.5, stroke=0, fill=1)
        else:
            canvas.line(rule.x0, height - rule.y0, rule.x1, height - rule.y1)


def _rules(sheet: Sheet, kind: str) -> Iterator[Rule]:
    if kind == "none":
        return
    for box in sheet.cells:
        yield Rule(box.x0, box.y0, box.x1, box.y0)
        yield Rule(box.x0, box.y1, box.x1, box.y1)
        if kind != "rows":
            yield Rule(box.x0, box.y0, box.x0, box.y1)
            yield Rule(box.x1, box.y0, box.x1, box.y1)


def _write(canvas: Canvas, words: Words, style: Style) -> None:
    offsets = (0.0, 0.25) if style.bold else (0.0,)
    for offset in offsets:
        text = canvas.beginText()
        text.setFont(FONT, words.size)
        text.setTextRenderMode(3 if style.hidden else 0)
        x = words.x + offset
        pieces = list(words.text) if style.letters else [words.text]
        for piece in pieces:
            text.setTextOrigin(x, style.setting.height - words.y)
            text.textOut(piece)
            x += width_in(piece, words.size)
        canvas.drawText(text)


def _misread(words: Words) -> Words:
    """What poor recognition makes of some digits; the sums of a table no longer hold."""
    return words._replace(text=words.text.translate(str.maketrans("38", "85"))) if words.size < 10 else words


def _stamp(canvas: Canvas, sheet: Sheet, style: Style, number: int) -> None:
    """A page number set on the lowest rule of the table, and a red seal over its middle."""
    height, middle = style.setting.height, style.setting.width / 2
    canvas.setFont(FONT, 8)
    for box in sheet.tables[-1:]:
        canvas.drawCentredString(middle, height - box.y1 - 8, f"— {number} —")
        _seal(canvas, box, height)


def _seal(canvas: Canvas, box: Box, height: float) -> None:
    x, y = box.x0 + (box.x1 - box.x0) * 0.7, height - (box.y0 + box.y1) / 2
    canvas.saveState()
    canvas.setStrokeColorRGB(0.9, 0.1, 0.1)
    canvas.setFillColorRGB(0.9, 0.1, 0.1)
    canvas.setLineWidth(3)
    canvas.circle(x, y, 58)
    path = canvas.beginPath()
    path.moveTo(x, y + 18)
    for dx, dy in ((-11, -15), (17, 6), (-17, 6), (11, -15)):
        path.lineTo(x + dx, y + dy)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()
