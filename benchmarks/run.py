"""How fast, as ratios measured side by side in one run: `make bench` (or `python benchmarks/run.py --reports 1000`).

Each pair is timed in turns (A B A B …) on the same bytes in one process; the median of the turns' ratios is stated with
its smallest and largest value. Absolute times only help to read the ratios: machines differ. Ratios are compared with the
committed ones (`figures.json`): one that grew by a fifth is said, and the exit status is 1. `--keep` commits to new ones.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pdfplumber
from lxml import etree
from PIL import Image

from extract import RawDocument, extract_document
from extract.model import Grid
from extract.read import ocr
from extract.read.pdf import read as read_pdf

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "data" / "samples"
FIGURES = Path(__file__).with_name("figures.json")
GROWN = 1.2
_ratios: dict[str, float] = {}
REAL = ROOT.parent / "shared" / "reports"


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=10_000, help="reports in the whole run (0: leave it out)")
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--keep", action="store_true", help="write the ratios into figures.json")
    options = parser.parse_args()
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}\n")
    print("| what | ours | the other | ratio: median (smallest to largest) |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        pages = generated(300, folder / "pages")
        compare("300 generated HTML reports, against bare lxml parsing", pages, extract, parse, options.turns)
        compare("the same, against pandas.read_html", pages[:60], extract, read_html, options.turns)
        real = sorted(REAL.glob("*20*.html"))
        if real:
            compare(
                "5 real HTML reports, against bare lxml parsing",
                [f.read_bytes() for f in real],
                extract,
                parse,
                options.turns,
            )
            compare(
                "the same 5, against pandas.read_html",
                [f.read_bytes() for f in real],
                extract,
                read_html,
                options.turns,
            )
        for file in sorted([*REAL.glob("*.pdf"), *(SAMPLES / "reports").glob("*.pdf")]):
            compare(
                f"{file.name}{_whence(file)}, against pdfplumber.extract_tables",
                [file.read_bytes()],
                extract,
                extract_tables,
                min(5, options.turns),
            )
        if ocr.available():
            scanned(min(3, options.turns))
        if options.reports:
            whole_run(options.reports, folder)
    if options.keep:
        FIGURES.write_text(json.dumps(_ratios, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    elif slower := grown(json.loads(FIGURES.read_text(encoding="utf-8")), _ratios):
        print("\n" + "\n".join(slower))
        sys.exit(1)


def _whence(file: Path) -> str:
    return " (real)" if file.is_relative_to(REAL) else ""


def grown(before: dict[str, float], now: dict[str, float]) -> list[str]:
    """A line for each ratio that is more than a fifth larger than the committed one."""
    return [
        f"slower: {title}: {now[title]:.2f}, was {ratio:.2f}"
        for title, ratio in before.items()
        if title in now and now[title] > GROWN * ratio
    ]


def generated(count: int, folder: Path) -> list[bytes]:
    """Random reports of the project's own generator, as bytes."""
    subprocess.run([sys.executable, SAMPLES / "make.py", "--count", str(count), "--out", folder], check=True)
    return [file.read_bytes() for file in sorted(folder.iterdir())]


def extract(content: bytes) -> None:
    extraction = extract_document(RawDocument("report", hashlib.sha256(content).hexdigest(), content))
    assert extraction.status == "ok", extraction.reason


def parse(content: bytes) -> None:
    etree.HTML(content)


def read_html(content: bytes) -> None:
    try:
        pd.read_html(io.BytesIO(content), flavor="lxml")  # type: ignore[arg-type]  # its stubs know text alone
    except (ValueError, UnicodeDecodeError):
        return  # a page in an encoding that it does not find out: its time so far counts


def extract_tables(content: bytes) -> None:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            page.extract_tables()


def scanned(turns: int) -> None:
    """PDFs turned into pictures at 200 dpi: the whole document, against rapidocr alone on its pages with tables."""
    from rapidocr import RapidOCR

    bare = RapidOCR(params={"Global.log_level": "critical"})
    for file in sorted([*REAL.glob("*.pdf"), *(SAMPLES / "reports").glob("*.pdf")]):
        content = file.read_bytes()
        tables = {block.page for block in read_pdf(content).blocks if isinstance(block, Grid) and block.width > 2}
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            pages = [page.to_image(resolution=200).original.convert("RGB") for page in pdf.pages]
        target = io.BytesIO()
        pages[0].save(target, "TIFF", save_all=True, append_images=pages[1:], compression="jpeg", dpi=(200, 200))
        shown = [page for number, page in enumerate(pages, 1) if number in tables]

        def alone(_: bytes, shown: list[Image.Image] = shown) -> None:
            for page in shown:
                bare(np.asarray(page)[:, :, ::-1])

        title = f"{file.stem}{_whence(file)} as a scan of {len(pages)} pages, against rapidocr on the {len(shown)} with tables"
        compare(title, [target.getvalue()], extract, alone, turns)


def compare(
    title: str, contents: list[bytes], ours: Callable[[bytes], None], other: Callable[[bytes], None], turns: int
) -> None:
    """Time both on all contents, in turns; print milliseconds a document and the ratio ours/other."""
    pairs = []
    for turn in range(turns + 1):
        pair = (timed(ours, contents), timed(other, contents))
        if turn:  # the first turn warms both up
            pairs.append(pair)
    ratios = [a / b for a, b in pairs]
    _ratios[title] = round(statistics.median(ratios), 3)
    a, b = (statistics.median(side) / len(contents) * 1e3 for side in zip(*pairs, strict=True))
    print(
        f"| {title} | {a:.2f} ms | {b:.2f} ms | {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) |",
        flush=True,
    )


def timed(run: Callable[[bytes], None], contents: list[bytes]) -> float:
    start = time.process_time()  # other work on the machine counts for neither
    for content in contents:
        run(content)
    return time.process_time() - start


def whole_run(count: int, folder: Path) -> None:
    """`ogi run` on so many reports, then again with nothing new, then with one more."""
    reports, home = folder / "many", folder / "lake"
    subprocess.run([sys.executable, SAMPLES / "make.py", "--count", str(count), "--out", reports], check=True)
    print("\n| `ogi run` | seconds | reports a second | peak memory of the largest process |\n|---|---|---|---|")
    report("first run", count, ogi_run(home, reports))
    report("second run, nothing new", count, ogi_run(home, reports))
    extra = folder / "extra"
    subprocess.run([sys.executable, SAMPLES / "make.py", "--count", "1", "--seed", "77", "--out", extra], check=True)
    report("one report more", 1, ogi_run(home, extra))


def ogi_run(home: Path, path: Path) -> float:
    start = time.perf_counter()
    command = [str(Path(sys.executable).with_name("ogi")), "run", str(path), "--home", str(home), "--quiet"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def report(title: str, count: int, seconds: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"| {title} ({count:,}) | {seconds:.1f} | {count / seconds:,.0f} | {peak:,.0f} MB |", flush=True)


if __name__ == "__main__":
    main()
