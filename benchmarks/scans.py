"""How many cells of printed and scanned reports are read right, wait for a person, or are wrong: `python benchmarks/scans.py --documents 24`.

Generated reports with blanks printed in several ways (`/`, `-`, `—`, 无, nothing) and many numbers of one digit are printed by
Chromium (their own pages as wide as a browser's window, and plain pages on A4) and by LibreOffice, then turned, made noisy
and saved as JPEG, PNG, TIFF or fax. Seconds are of processor time, beside rapidocr alone on the same pages.
"""

from __future__ import annotations

import argparse
import collections
import io
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the tests' writers are no part of the installed project

from extract import Extraction, RawDocument, extract_document
from tests.formats.pages import page as plain_page
from tests.formats.pictures import Scan, encoded, scan
from tests.formats.reports import bulk, document, of_page, reports
from tests.formats.scoring import Difference, Score, score
from tests.formats.writers import Workshop

BLANKS = ("/", "-", "无", "—", "", "－", "——")
WINDOW: dict[str, Any] = {"paperWidth": 10.9, "paperHeight": 15.4, "marginTop": 0.3, "marginBottom": 0.3, "marginLeft": 0.3, "marginRight": 0.3}  # fmt: skip
"""Inches: about as wide as a browser's window, at 96 pixels an inch."""
PLAIN = "td{border:1px solid #000;padding:3px;text-align:center}table{border-collapse:collapse;width:100%}"
WHOLE = 0.99  # of its cells that the text of a print gives: what is missing is no fault of reading its scan
PRINTS = ("window", "plain", "libreoffice")
KINDS = ("jpg", "png", "tif", "fax")


@dataclass
class Row:
    """What became of the documents of one print at one resolution."""

    score: Score = field(default_factory=Score)
    waiting: int = 0
    unnamed: int = 0
    untitled: int = 0
    untold: int = 0
    findings: int = 0
    pages: int = 0
    seconds: float = 0.0
    bare: float = 0.0
    lost: collections.Counter[str] = field(default_factory=collections.Counter)


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=12, help="of each print and resolution")
    parser.add_argument("--prints", nargs="+", default=PRINTS, choices=PRINTS)
    parser.add_argument("--dpi", nargs="+", type=int, default=(150, 200))
    parser.add_argument(
        "--kinds", nargs="+", default=("",), choices=KINDS, help="the same scans in each; otherwise they take turns"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bare", action="store_true", help="time rapidocr alone, too")
    parser.add_argument("--keep", type=Path, help="a folder for the scans, made once and read again by a later run")
    parser.add_argument("--verbose", action="store_true", help="a line for each document, and its wrong cells")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder = options.keep or Path(scratch)
        print(HEAD, flush=True)
        for print_, dpi, kind in product(options.prints, options.dpi, options.kinds):
            row = Row()
            for path, truth in made(folder, print_, dpi, options.documents, options.seed, kind):
                measure(row, path, truth, options.verbose, options.bare)
            print(line(f"{print_}, {dpi} dpi{kind and ', '}{kind}", row), flush=True)


HEAD = (
    "| print | documents | cells | right | waiting | not read | wrong | invented | wrong and not told | no organ | no title | "
    "findings of doubt | CPU s a page | beside rapidocr alone |\n|---" + "|---:" * 13 + "|"
)


def line(name: str, row: Row) -> str:
    """One row of the table under `HEAD`."""
    s, pages = row.score, max(1, row.pages)
    beside = f"{row.seconds / row.bare:.2f} ×" if row.bare else "–"
    shown = (
        s.documents, s.cells, f"{s.share:.2%}", f"{row.waiting / max(1, s.cells):.2%}", len(s.missing) - row.waiting,
        len(s.wrong), len(s.invented), row.untold, row.unnamed, row.untitled, row.findings, f"{row.seconds / pages:.2f}", beside,
    )  # fmt: skip
    return f"| {name} | {' | '.join(map(str, shown))} |"


def made(
    folder: Path, print_: str, dpi: int, count: int, seed: int, saved_as: str = ""
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The scans with what they say; those that stand in the folder are not made again. `saved_as`: the kind of all of them."""
    room = folder / f"{print_}-{dpi}-{seed}{saved_as and '-'}{saved_as}"
    room.mkdir(parents=True, exist_ok=True)
    done = room / f"{count}.made"
    if not done.exists():
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, Workshop(Path(scratch)) as shop:
            for n, (pdf, truth) in enumerate(printed(shop, print_, count, seed)):
                path = room / f"{n:03}"
                random = Random(f"{print_} {dpi} {n}")
                how = Scan(
                    dpi=dpi, skew=random.uniform(-1.5, 1.5), noise=random.uniform(0, 12), paper=random.randint(225, 255),
                    faded=random.choice((0, 0, 20, 40)),
                )  # fmt: skip
                kind = saved_as or (KINDS[0] if n % 2 == 0 else KINDS[n // 2 % len(KINDS)])
                path.with_suffix(".bin").write_bytes(saved(scan(pdf, how, seed=n), kind, dpi, random.randint(60, 90)))
                path.with_suffix(".json").write_text(json.dumps(truth), "utf-8")
        done.touch()
    for path in sorted(room.glob("*.json"))[:count]:
        yield path.with_suffix(".bin"), json.loads(path.read_text("utf-8"))


def saved(pages: Sequence[Image.Image], kind: str, dpi: int, quality: int) -> bytes:
    """All pages: as one JPEG or PNG of a long page, or as a TIFF."""
    if kind in ("tif", "fax"):
        return encoded(pages, kind, dpi)
    if len(pages) > 1:  # a TIFF keeps the pages apart; the quality of a JPEG is lost on them all the same
        pages = [Image.open(io.BytesIO(_jpeg(page, quality))) if kind == "jpg" else page for page in pages]
        target = io.BytesIO()
        pages[0].save(
            target, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_deflate", dpi=(dpi, dpi)
        )
        return target.getvalue()
    return _jpeg(pages[0], quality, dpi) if kind == "jpg" else encoded(pages, kind, dpi)


def _jpeg(page: Image.Image, quality: int, dpi: int = 0) -> bytes:
    target = io.BytesIO()
    page.save(target, "JPEG", quality=quality, **({"dpi": (dpi, dpi)} if dpi else {}))
    return target.getvalue()


def printed(shop: Workshop, print_: str, count: int, seed: int) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Reports as PDF, with what they say."""
    samples = [sample for n, sample in enumerate(bulk.reports(count * 6, seed)) if n % 6 == n // 6 % 6]
    found = []
    for sample in samples:
        figures = bulk.with_blank_zeros(sample.figures) if Random(sample.name).random() < 0.6 else sample.figures
        own = replace(sample, figures=figures, layout=replace(sample.layout, blanks=BLANKS))
        found.append(of_page(own.name, document.source_of(own), document.truth_of(own)))
    if print_ == "plain":
        for report in reports(count, seed):
            target = shop.room("plain") / f"{report.name}.html"
            target.write_bytes(plain_page(report))
            yield shop.browser.pdf(target, PLAIN), dict(report.truth)
        return
    sources = shop.pages(found)
    if print_ == "window":
        for source, report in zip(sources, found, strict=True):
            yield shop.browser.pdf(source, preferCSSPageSize=False, **WINDOW), dict(report.truth)
        return
    files = shop.convert(sources, "pdf:writer_pdf_Export", shop.room("pdf"), "HTML (StarWriter)")
    left_out = 0
    for file, report in zip(files, found, strict=True):
        content, truth = file.read_bytes(), dict(report.truth)
        if _is_whole(content, truth):
            yield content, truth
        else:
            left_out += 1
    print(f"{left_out} of {count} reports left out: LibreOffice's page cuts off some of their cells", file=sys.stderr)


def _is_whole(content: bytes, truth: dict[str, Any]) -> bool:
    """Whether a PDF shows a report whole: LibreOffice prints wide pages over the edges of its paper, some not at all."""
    return score("", truth, extract_document(RawDocument("print.pdf", "", content))).share >= WHOLE


def measure(row: Row, path: Path, truth: dict[str, Any], verbose: bool, bare: bool) -> None:
    """Read one scan; enters what became of it."""
    content = path.read_bytes()
    begun = time.process_time()
    found = extract_document(RawDocument(path.name, "", content))
    took = time.process_time() - begun
    own = score(path.stem, truth, found)
    waiting = len({c[:3] for c in found.doubted} & {d.place for d in own.missing})
    frames = _frames(content)
    row.score += own
    row.waiting += waiting
    row.untold += sum(not _is_told(d, found) for d in (*own.wrong, *own.invented))
    row.unnamed += found.organ != truth.get("organ")
    row.untitled += "".join((found.title or "").split()) != "".join(truth["title"].split())
    row.findings += sum(f.check in ("reading.low_confidence", "reading.disagreement") for f in found.findings)
    row.pages += len(frames)
    row.seconds += took
    if bare:
        row.bare += _alone(frames)
    if verbose:
        _shown(path, found, own, waiting, took, truth)


def _is_told(difference: Difference, found: Extraction) -> bool:
    """Whether a finding names the very cell, or its row: one that speaks of the whole table warns nobody of this cell."""
    table, row, column = difference.place
    names = {f"{table}.{row}", f"{table}.{row}.{column}"}
    return any(f.origin == "extraction" and f.where in names for f in found.findings)


def _frames(content: bytes) -> list[Image.Image]:
    opened = Image.open(io.BytesIO(content))
    frames = []
    for n in range(getattr(opened, "n_frames", 1)):
        opened.seek(n)
        frames.append(opened.convert("RGB"))
    return frames


_BARE: list[Any] = []


def _alone(pages: Sequence[Image.Image]) -> float:
    from rapidocr import RapidOCR

    if not _BARE:
        _BARE.append(RapidOCR(params={"Global.log_level": "critical"}))
    begun = time.process_time()
    for page in pages:
        _BARE[0](np.asarray(page)[:, :, ::-1])
    return time.process_time() - begun


def _shown(path: Path, found: Extraction, own: Score, waiting: int, took: float, truth: dict[str, Any]) -> None:
    print(
        f"  {path}: {found.status} {found.reason or ''} {own.right}/{own.cells}, {waiting} wait, {len(own.wrong)} wrong, "
        f"{len(own.invented)} invented, {took:.1f} s; {found.organ} | {found.title} | {truth['title']}",
        flush=True,
    )
    for d in (*own.wrong, *own.invented):
        print(
            f"    {'told' if d.told else 'NOT TOLD'} {'.'.join(d.place)}: written {d.written}, found {d.found}",
            flush=True,
        )
    for f in found.findings:
        if f.origin == "extraction" and f.check.startswith("reading") and f.check != "reading.low_confidence":
            print(f"    {f.check} {f.where}: {f.message[:150]}", flush=True)


if __name__ == "__main__":
    main()
