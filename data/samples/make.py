"""Makes report files: the samples that the project ships, and any number of random ones for benchmarks.

    python data/samples/make.py                 writes README.md, reports/*.html, *.txt and truth/* anew
    python data/samples/make.py --check         writes nothing; says which committed files differ
    python data/samples/make.py --pdf           prints the PDFs too (needs Chromium, LibreOffice Writer, a Chinese font)
    python data/samples/make.py --count 10000 --out DIR [--seed 1] [--truth DIR]
                                                writes that many random reports, the same for the same seed

Where things are. `figures.json` holds what the samples say: published figures with their origin, and made-up ones that
are marked so. `samplemaker/catalogue.py` says which figures are set in which layout and why. The other modules of
`samplemaker/` are one step each, from figures to bytes; the labels of the statutory tables are written out there a second
time, so that no test compares the extractor with itself. A truth file is written from the figures, never by reading.

To add a sample: add its figures to figures.json, one entry to catalogue.py, run this, commit what it wrote.
Everything but `--pdf` needs only Python's standard library.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from samplemaker import bulk, printing, readme
from samplemaker.catalogue import samples
from samplemaker.document import Sample, source_of, truth_of

HERE = Path(__file__).resolve().parent
REPORTS, TRUTH, README = HERE / "reports", HERE / "truth", HERE / "README.md"
PRINTED = ("chromium", "libreoffice")


def main() -> int:
    """The command line. Exit status 0: done; 1: committed files differ (--check); 2: something is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    parser.add_argument("--pdf", action="store_true", help="print the PDFs too")
    parser.add_argument("--count", type=int, help="write so many random reports instead")
    parser.add_argument("--out", type=Path, help="the folder for them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--truth", type=Path, help="a folder for their truth files (default: none are written)")
    options = parser.parse_args()
    if options.count is not None:
        if options.out is None:
            parser.error("--count needs --out")
        write_bulk(options.count, options.out, options.seed, options.truth)
        return 0
    if options.check:
        return check()
    try:
        if options.pdf:
            printing.check()
        write_samples(pdf=options.pdf)
    except printing.Missing as missing:
        print(missing, file=sys.stderr)
        return 2
    return 0


def write_samples(pdf: bool) -> None:
    """Write every sample and its truth; PDFs only where asked, because they differ with every printing."""
    REPORTS.mkdir(exist_ok=True)
    TRUTH.mkdir(exist_ok=True)
    README.write_text(readme.write(samples()), encoding="utf-8")
    for sample in samples():
        (TRUTH / f"{sample.name}.truth.json").write_bytes(truth_bytes(sample))
        if sample.kind not in PRINTED:
            (REPORTS / sample.file_name).write_bytes(source_of(sample))
        elif pdf:
            (REPORTS / sample.file_name).write_bytes(printing.print_pdf(source_of(sample), sample.kind))


def check() -> int:
    """Name the committed files that this generator would write otherwise."""
    differ = [README] if README.read_text(encoding="utf-8") != readme.write(samples()) else []
    for sample in samples():
        expected = {TRUTH / f"{sample.name}.truth.json": truth_bytes(sample)}
        if sample.kind not in PRINTED:
            expected[REPORTS / sample.file_name] = source_of(sample)
        differ += [path for path, content in expected.items() if not path.exists() or path.read_bytes() != content]
    for path in differ:
        print(path.relative_to(HERE))
    return 1 if differ else 0


def write_bulk(count: int, out: Path, seed: int, truth: Path | None) -> None:
    """Write `count` random reports into `out`, and their truth files into `truth` where given."""
    out.mkdir(parents=True, exist_ok=True)
    if truth is not None:
        truth.mkdir(parents=True, exist_ok=True)
    for sample in bulk.reports(count, seed):
        (out / sample.file_name).write_bytes(source_of(sample))
        if truth is not None:
            (truth / f"{sample.name}.truth.json").write_bytes(truth_bytes(sample))


def truth_bytes(sample: Sample) -> bytes:
    """The truth file as committed: one line a row of a table."""
    return (_lines(truth_of(sample), 0) + "\n").encode()


def _lines(value: Any, depth: int) -> str:
    if not isinstance(value, dict) or depth > 1 or not value:
        return json.dumps(value, ensure_ascii=False)
    pad = " " * (depth + 1)
    inner = ",\n".join(f"{pad}{json.dumps(key)}: {_lines(item, depth + 1)}" for key, item in value.items())
    return f"{{\n{inner}\n{' ' * depth}}}"


if __name__ == "__main__":
    sys.exit(main())
