"""How often each recogniser of numbers errs on the same pictures of cells, and what both make of them: `python benchmarks/recognisers.py`.

Generated reports are printed as in `scans.py`. The PDF itself tells where a cell stands and what it says; its picture comes from
the page turned, made noisy, saved as JPEG and turned back. Seconds are of processor time.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the tests' writers are no part of the installed project

from benchmarks.scans import PRINTS, printed
from extract.model import Grid
from extract.read import pdf
from extract.read.ocr import engine, numbers
from extract.read.ocr.ink import binary, without_rests
from extract.read.ocr.strokes import mark
from extract.read.ocr.upright import grey
from extract.read.ocr.values import SURE, folded, verdict
from tests.formats.pictures import Scan, scan
from tests.formats.writers import Workshop

Picture = np.ndarray[Any, Any]

INSET, PAD = 0.03, 0.05  # inches: how far a picture keeps off its cell's rules, and what it shows around the ink
KINDS = ("one digit", "more digits", "dash", "slash", "无")
HEAD = (
    "| the cell says | cells | PP-OCRv6 wrong | PP-OCRv5 wrong | PP-OCRv5, all characters, wrong | v6 and v5 the same and wrong | "
    "taken right | waits | taken wrong |\n|---" + "|---:" * 8 + "|"
)


@dataclass
class Row:
    """Errors among the cells of one kind. A mark of nothing is read wrongly only where a digit is made of it."""

    cells: int = 0
    first: int = 0
    second: int = 0
    free: int = 0
    both: int = 0
    right: int = 0
    waits: int = 0
    wrong: int = 0


@dataclass
class Seconds:
    """Processor time of each recogniser."""

    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def of(self, name: str, ask: Callable[[], Any]) -> Any:
        """What `ask` gives."""
        begun = time.process_time()
        answer = ask()
        self.spent[name] += time.process_time() - begun
        return answer


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=6, help="of each print and resolution")
    parser.add_argument("--prints", nargs="+", default=("window", "libreoffice"), choices=PRINTS)
    parser.add_argument("--dpi", nargs="+", type=int, default=(150, 200))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="every cell that a recogniser reads wrongly")
    options = parser.parse_args()
    rows: dict[str, Row] = {kind: Row() for kind in KINDS}
    seconds = Seconds()
    blank = np.full((30, 40), 255, np.uint8)
    _ = engine.recognise([blank]), numbers.recognise([blank])  # the models are loaded, in no one's time
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch, Workshop(Path(scratch)) as shop:
        for print_ in options.prints:
            for n, (content, _) in enumerate(printed(shop, print_, options.documents, options.seed)):
                for dpi in options.dpi:
                    shown = list(cells(content, dpi, Random(f"{print_} {dpi} {n}")))
                    compare(shown, rows, seconds, options.verbose)
    print(HEAD)
    total = Row()
    for kind, row in rows.items():
        print(line(kind, row))
        for name, count in vars(row).items():
            setattr(total, name, getattr(total, name) + count)
    print(line("all", total))
    for name, spent in seconds.spent.items():
        print(f"{name}: {1000 * spent / max(1, total.cells):.1f} ms a cell")


def line(kind: str, row: Row) -> str:
    """One row of the table under `HEAD`."""
    return f"| {kind} | {' | '.join(f'{count:,}' for count in vars(row).values())} |"


def cells(content: bytes, dpi: int, random: Random) -> Iterator[tuple[str, Picture, Picture]]:
    """What the cells of a printed report with a number or a mark say, the picture of each (height × width, shades), and its ink."""
    how = Scan(dpi=dpi, paper=random.randint(225, 255), faded=random.choice((0, 0, 20, 40)))
    skew, noise, quality = random.uniform(-1.5, 1.5), random.uniform(0, 12), random.randint(60, 90)
    pages = [_worn(page, skew, noise, quality, random.getrandbits(32)) for page in scan(content, how)]
    inks = [binary(page, 72 / dpi) for page in pages]
    for grid in pdf.read(content).blocks:
        if not isinstance(grid, Grid) or grid.page is None:
            continue
        page, ink = pages[grid.page - 1], inks[grid.page - 1]
        for cell in grid.cells:
            if kind_of(cell.text) is None or cell.box is None:
                continue
            found = _around(ink, cell.box, dpi)
            if found is not None:
                pad = round(PAD * dpi)
                y0, y1, x0, x1 = found
                shown = page[max(0, y0 - pad // 2) : y1 + pad // 2, max(0, x0 - pad) : x1 + pad]
                yield cell.text, shown, ink[y0:y1, x0:x1]


def _worn(page: Image.Image, skew: float, noise: float, quality: int, seed: int) -> Picture:
    """The page as a scan of it looks when it was set straight again: its places are the same."""
    turned = page.rotate(skew, Image.Resampling.BICUBIC, fillcolor=page.getpixel((0, 0)))
    levels: Picture = np.asarray(turned, dtype=np.float32)
    levels = levels + np.random.default_rng(seed).normal(0, noise, levels.shape[:2])[:, :, None]
    target = io.BytesIO()
    Image.fromarray(levels.clip(0, 255).astype(np.uint8)).save(target, "JPEG", quality=quality)
    back = Image.fromarray(grey(np.asarray(Image.open(target))[:, :, ::-1].copy()))
    return np.asarray(back.rotate(-skew, Image.Resampling.BICUBIC, fillcolor=255))


def _around(ink: Picture, box: tuple[float, float, float, float], dpi: int) -> tuple[int, int, int, int] | None:
    """Top, bottom, left, right of a cell's ink in pixels; None where it shows none."""
    left, top, right, bottom = (value * dpi / 72 for value in box)
    inset = INSET * dpi
    y, x = int(top + inset), int(left + inset)
    inside = without_rests(ink[y : int(bottom - inset), x : int(right - inset)])
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not rows.size:
        return None
    return y + int(rows[0]), y + int(rows[-1]) + 1, x + int(columns[0]), x + int(columns[-1]) + 1


def kind_of(text: str) -> str | None:
    """Which of `KINDS` a cell is that says this; None for labels and blanks."""
    plain = folded(text)
    if plain == "无":
        return "无"
    if plain and not plain.strip("-"):
        return "dash"
    if plain == "/":
        return "slash"
    if plain.replace(",", "").replace(".", "").isdigit():
        return "one digit" if len(plain) == 1 else "more digits"
    return None


def number(text: str) -> str | None:
    """What a cell is taken to say, without the commas of thousands; None for a mark of nothing."""
    plain = folded(text).replace(",", "")
    return plain if any(c.isdigit() for c in plain) else None


def compare(
    shown: Sequence[tuple[str, Picture, Picture]], rows: dict[str, Row], seconds: Seconds, verbose: bool
) -> None:
    """Ask all recognisers and count in `rows`."""
    crops = [crop for _, crop, _ in shown]
    firsts = seconds.of("PP-OCRv6", lambda: engine.recognise(crops))
    others = seconds.of("PP-OCRv5", lambda: numbers.recognise(crops))
    for (text, _, ink), (first, sure), second in zip(shown, firsts, others, strict=True):
        kind = kind_of(text)
        row, truth = rows[kind or ""], number(text)
        form = seconds.of("form of the ink", partial(mark, ink))
        told = verdict(first, sure, second, form)
        is_wrong = [number(said) != truth for said in (first, second.text, second.free)]
        row.cells += 1
        row.first += is_wrong[0]
        row.second += is_wrong[1]
        row.free += is_wrong[2]
        row.both += is_wrong[0] and number(first) == number(second.text)
        if told.confidence < SURE:
            row.waits += 1
        elif number(told.text) == truth:
            row.right += 1
        else:
            row.wrong += 1
        if verbose and (any(is_wrong) or told.confidence < SURE):
            print(
                f"  {text}: {first} {sure:.2f}, {second.text} {second.confidence:.2f}, {second.free}; {form} -> {told}"
            )


if __name__ == "__main__":
    main()
