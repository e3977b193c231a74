"""README.md of the samples, written from the catalogue so that it cannot differ from it."""

from __future__ import annotations

from collections.abc import Iterable

from samplemaker.document import Sample

_HEAD = """\
# Sample reports

Report files in the layouts that publishers use, written by the project's own generator: pages, sentences and hosts are
invented. Every sample says in its text whether its figures are published ones or made up.

- `reports/`: the documents. `truth/`: what each must give, cell by cell, written from the figures, never by reading.
- `figures.json`: the figures with their origin. `real` ones were published by the organ; all others are made up, add up,
  and follow from year to year. They stand under real names of divisions, but are not those organs' figures.
- `make.py`: writes all of this anew (`--check` compares, `--pdf` prints the PDFs too), and any number of random reports
  for benchmarks: `python data/samples/make.py --count 10000 --out DIR`. Start there to add a sample.
- `bad.py`: writes files that are no readable report, for tests: `python data/samples/bad.py DIR`.

This page is written by `make.py`.

| file | what it shows | figures |
|---|---|---|
"""


def write(samples: Iterable[Sample]) -> str:
    """The page's text, one row a sample."""
    rows = []
    for sample in samples:
        figures = sample.figures.origin if sample.figures.real else "made up"
        rows.append(f"| [{sample.file_name}](reports/{sample.file_name}) | {sample.shows} | {figures} |\n")
    return _HEAD + "".join(rows)
