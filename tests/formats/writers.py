"""Every format and how its documents are written. No writer shares code with a reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from tests.formats import drawn, pages, programs, sheets, word
from tests.formats.pictures import Scan, encoded, scan
from tests.formats.reports import Report

TEXT, SCANS = 0.999, 0.995
"""The least share of cells that must be right."""


class Written(NamedTuple):
    """A document and what it says."""

    path: Path
    truth: Mapping[str, Any]


class Workshop:
    """A folder to write into, and the programs, started when first needed. Use it in a `with`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._open = folder, ExitStack()

    def __enter__(self) -> Workshop:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @cached_property
    def browser(self) -> programs.Browser:
        """Chromium. Errors: `programs.Missing`."""
        return self._open.enter_context(programs.Browser(self.folder))

    def convert(self, sources: Sequence[Path], target: str, out: Path, source_filter: str | None) -> list[Path]:
        """By LibreOffice. Errors: `programs.Missing`."""
        return programs.convert(sources, target, out, self.folder / "libreoffice", source_filter)

    def room(self, name: str) -> Path:
        """A folder inside."""
        room = self.folder / name
        room.mkdir(parents=True, exist_ok=True)
        return room

    def pages(self, reports: Sequence[Report]) -> list[Path]:
        """The reports as HTML files."""
        room = self.room("html")
        return [_put(room / f"{report.name}.html", report.html).path for report in reports]

    def plain_pages(self, reports: Sequence[Report]) -> list[Path]:
        """The reports as HTML files to be printed."""
        room = self.room("plain")
        return [_put(room / f"{report.name}.html", pages.page(report)).path for report in reports]


def _put(path: Path, content: bytes, truth: Mapping[str, Any] | None = None) -> Written:
    path.write_bytes(content)
    return Written(path, truth or {})


Write = Callable[[Workshop, Sequence[Report], Path], list[Written]]
"""(workshop, reports, folder) → the documents written into the folder."""


@dataclass(frozen=True)
class Format:
    """`kind`: what the reader should take a file for. `share`: the least share of right cells. `recognised`: needs OCR.
    `of_pages`: made from a page (`Report.html`), of which nothing else need be known.
    """

    name: str
    kind: str
    write: Write
    share: float = TEXT
    recognised: bool = False
    of_pages: bool = False

    @property
    def folder(self) -> str:
        """A name for the folder of its documents."""
        return "".join(c if c.isalnum() else "_" for c in self.name)


def _converted(target: str, shop: Workshop, reports: Sequence[Report], out: Path) -> list[Written]:
    """The generator's pages by LibreOffice Writer."""
    files = shop.convert(shop.pages(reports), target, out, "HTML (StarWriter)")
    return [Written(file, report.truth) for file, report in zip(files, reports, strict=True)]


def _recalculated(target: str, shop: Workshop, reports: Sequence[Report], out: Path) -> list[Written]:
    """Spreadsheets with formulas, worked out and saved by LibreOffice Calc."""
    room = shop.room("formulas")
    sources = [_put(room / f"{r.name}.xlsx", sheets.write(r, sheets.WITH_FORMULAS)).path for r in reports]
    files = shop.convert(sources, target, out, None)
    return [Written(file, report.truth) for file, report in zip(files, reports, strict=True)]


def _pages_in_calc(target: str, shop: Workshop, reports: Sequence[Report], out: Path) -> list[Written]:
    """The generator's pages opened by LibreOffice Calc."""
    files = shop.convert(shop.pages(reports), target, out, "HTML (StarCalc)")
    return [Written(file, report.truth) for file, report in zip(files, reports, strict=True)]


def _printed(css: str, shop: Workshop, reports: Sequence[Report], out: Path) -> list[Written]:
    """Plain pages printed by Chromium."""
    found = []
    for source, report in zip(shop.plain_pages(reports), reports, strict=True):
        found.append(_put(out / f"{report.name}.pdf", shop.browser.pdf(source, css), report.truth))
    return found


def _fitted(shop: Workshop, reports: Sequence[Report], out: Path) -> list[Written]:
    """The generator's pages printed by Chromium."""
    found = []
    for source, report in zip(shop.pages(reports), reports, strict=True):
        found.append(_put(out / f"{report.name}.pdf", shop.browser.pdf(source, pages.FITTED), report.truth))
    return found


def _saved(shop: Workshop, reports: Sequence[Report], out: Path) -> list[Written]:
    """The generator's pages saved by Chromium in one file each."""
    found = []
    for page, report in zip(shop.pages(reports), reports, strict=True):
        found.append(_put(out / f"{report.name}.mht", shop.browser.mht(page), report.truth))
    return found


def _direct(
    suffix: str, write: Callable[[Report], bytes], shop: Workshop, reports: Sequence[Report], out: Path
) -> list[Written]:
    """By a function of this package."""
    return [_put(out / f"{report.name}.{suffix}", write(report), report.truth) for report in reports]


def _scanned(kind: str, how: Sequence[Scan], shop: Workshop, reports: Sequence[Report], out: Path) -> list[Written]:
    """Pages printed by Chromium and scanned; a format of one picture gets a page as long as the report."""
    single = kind in ("png", "jpg")
    found = []
    for n, (source, report) in enumerate(zip(shop.plain_pages(reports), reports, strict=True)):
        own = how[n % len(how)]
        printed = shop.browser.pdf(source, pages.LONG if single else pages.PAPERS["A4"])
        content = encoded(scan(printed, own, seed=n), kind, own.dpi)
        found.append(_put(out / f"{report.name}.{'tif' if kind == 'fax' else kind}", content, report.truth))
    return found


CLEAN = (Scan(dpi=200), Scan(dpi=150), Scan(dpi=300))
ROUGH = (
    Scan(dpi=200, skew=1.5, noise=10, paper=235, faded=30),
    Scan(dpi=300, skew=-5, noise=14, paper=220),
    Scan(dpi=150, skew=3, noise=8, paper=245, faded=20),
    Scan(dpi=200, skew=5, noise=12, paper=225, seal=True),
    Scan(dpi=200, skew=-2.5, noise=10, paper=230, faded=50, seal=True),
)
"""How scans are taken, in turns."""


def _formats() -> list[Format]:
    office = (
        ("docx", "MS Word 2007 XML", "docx"),
        ("doc", "MS Word 97", "doc"),
        ("odt", "writer8", "odt"),
        ("rtf", "Rich Text Format", "rtf"),
        ("pdf", "writer_pdf_Export", "pdf"),
    )
    found = [
        Format(f"{suffix} by LibreOffice", kind, partial(_converted, f"{suffix}:{target}"), of_pages=True)
        for suffix, target, kind in office
    ]
    found += [
        Format(f"docx {name}", "docx", partial(_direct, "docx", partial(word.write, style=style)))
        for name, style in word.STYLES.items()
    ]
    found += [
        Format(f"xlsx {name}", "xlsx", partial(_direct, "xlsx", partial(sheets.write, style=style)))
        for name, style in sheets.STYLES.items()
    ]
    found += [
        Format("xlsx by LibreOffice", "xlsx", partial(_recalculated, "xlsx:Calc MS Excel 2007 XML")),
        Format("xls by LibreOffice", "xls", partial(_recalculated, "xls:MS Excel 97")),
        Format("ods by LibreOffice", "ods", partial(_recalculated, "ods:calc8")),
        Format("xlsx of a page", "xlsx", partial(_pages_in_calc, "xlsx:Calc MS Excel 2007 XML"), of_pages=True),
        Format("csv in UTF-8", "csv", partial(_direct, "csv", partial(sheets.write_csv, charset="utf-8-sig"))),
        Format("csv in GBK", "csv", partial(_direct, "csv", partial(sheets.write_csv, charset="gb18030"))),
        Format("mht by Chromium", "mht", _saved, of_pages=True),
        Format("pdf of a page by Chromium", "pdf", _fitted, of_pages=True),
    ]
    found += [Format(f"pdf by Chromium, {name}", "pdf", partial(_printed, css)) for name, css in pages.PAPERS.items()]
    found += [
        Format(f"pdf drawn, {name}", "pdf", partial(_direct, "pdf", partial(drawn.write, style=style)))
        for name, style in drawn.STYLES.items()
    ]
    found += [
        Format(f"pdf drawn, {name}", "pdf", partial(_direct, "pdf", partial(drawn.write, style=style)), SCANS, True)
        for name, style in drawn.AS_PICTURES.items()
    ]
    scans = (
        ("png scan", "png", CLEAN, "image"),
        ("jpg scan", "jpg", ROUGH[:2], "image"),
        ("tif scan", "tif", ROUGH[2:], "image"),
        ("fax tif", "fax", (Scan(dpi=200, skew=0.7, noise=10),), "image"),
        ("pdf scan", "pdf", ROUGH, "pdf"),
    )
    found += [Format(name, kind, partial(_scanned, to, how), SCANS, True) for name, to, how, kind in scans]
    return found


FORMATS = {format_.name: format_ for format_ in _formats()}
