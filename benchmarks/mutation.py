"""What share of wrong numbers the checks see: `python benchmarks/mutation.py --count 1000`.

Reports are read; between reading and loading one random cell of one report is corrupted, as a misreading would: a digit
replaced, lost or added, the neighbour's number taken, the cell lost to a blank. Each corruption is an organ of its own, with
its reports of the year before and after beside it; all of them are built into one star by the code that builds every star,
and a corruption is caught if its organ has an error or a warning that the organ without it has not.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # its neighbour is no part of the installed project

from benchmarks import damaged
from extract import RawDocument, extract_document
from extract.check import arithmetic
from extract.check.prose_counts import narrative
from extract.forms.vocabulary import OUTCOMES
from extract.model import Cell, Extraction, Number
from transform.build import build
from transform.lake import Lake
from transform.parts import write_part
from transform.register import Intake, take_in

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "data" / "samples" / "reports"
VERSION = "mutation"
RECHECKED = {rule.code for rule in arithmetic.RULES} | {"narrative"}
LEAVES = {outcome.code for outcome in OUTCOMES if outcome.is_leaf}
CLASSES = (
    "requests, inner cells",
    "requests, totals and balance",
    "proceedings, inner cells",
    "proceedings, totals",
    "disclosure, stock and flow",
    "disclosure, other",
)


@dataclass(frozen=True)
class Corruption:
    """One wrong cell. `organ`: the name of the organ that has it; `complete`: the document leaves no cell of the table blank."""

    organ: str
    kind: str
    before: Cell
    after: Cell
    complete: bool

    @property
    def part(self) -> str:
        table, row, column = self.before[:3]
        if table == "requests":
            return CLASSES[0] if row in LEAVES and column != "total" else CLASSES[1]
        if table == "proceedings":
            return CLASSES[2] if column != "total" else CLASSES[3]
        return CLASSES[4] if row in ("rules", "normative_documents") else CLASSES[5]


@dataclass(frozen=True)
class Verdict:
    """What the star says of a corruption: the checks that failed anew, and whether it at least tells of a blank cell."""

    corruption: Corruption
    checks: frozenset[str]
    told: bool


def main() -> None:
    """Corrupt, build, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", nargs="*", type=Path, default=[SAMPLES], help="files or folders of reports")
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--unseen", type=int, default=0, help="list so many of those that nothing sees")
    parser.add_argument(
        "--damaged", type=int, default=0, help="instead: so many damaged tables, and what is proved of them"
    )
    options = parser.parse_args()
    if options.damaged:
        found = damaged.measure(options.damaged, options.seed)
        sys.stdout.write(", ".join(f"{name}: {count:,}" for name, count in found.items()) + "\n")
        return
    reports = read(options.reports)
    with tempfile.TemporaryDirectory() as folder:
        verdicts = judge(reports, options.count, options.seed, Path(folder))
    sys.stdout.write(summary(verdicts))
    for verdict in [v for v in verdicts if not v.checks and not v.told][: options.unseen]:
        c = verdict.corruption
        sys.stdout.write(f"unseen: {c.organ} {'.'.join(c.before[:3])} {c.before.value} → {c.after.value} ({c.kind})\n")


def read(paths: Iterable[Path]) -> list[Extraction]:
    """The reports with tables among these files, by organ and year, one a year."""
    files = [f for path in paths for f in (sorted(path.iterdir()) if path.is_dir() else [path]) if f.suffix != ".json"]
    found = [
        extract_document(RawDocument(f.name, hashlib.sha256(b).hexdigest(), b)) for f in files for b in [f.read_bytes()]
    ]
    known = {(e.organ_identity or e.sha256, e.year): e for e in found if e.status == "ok" and e.cells and e.year}
    return [known[key] for key in sorted(known, key=str)]


def judge(reports: Sequence[Extraction], count: int, seed: int, folder: Path) -> list[Verdict]:
    """Corrupt `count` cells, each in a copy of its organ, build one star, and see what it says of each."""
    rng = random.Random(seed)
    series: dict[str, list[Extraction]] = defaultdict(list)
    for report in reports:
        series[report.organ_identity or str(report.sha256)].append(report)
    places = [(report, n) for report in reports for n, cell in enumerate(report.cells) if cell.value is not None]
    corruptions: list[Corruption] = []
    batches: list[list[Extraction]] = [
        [copy(rechecked(r, r.cells), key, "as read") for key, rs in series.items() for r in rs]
    ]
    while len(corruptions) < count:
        report, n = rng.choice(places)
        key = report.organ_identity or str(report.sha256)
        name = f"{key} #{len(corruptions)}"
        made = corrupt(report, n, rng, name)
        if made is None:
            continue
        corruptions.append(made)
        wrong = rechecked(report, (*report.cells[:n], made.after, *report.cells[n + 1 :]))
        near = [r for r in series[key] if r is not report and abs((r.year or 0) - (report.year or 0)) == 1]
        batches.append([copy(wrong, key, name), *(copy(rechecked(r, r.cells), key, name) for r in near)])
    findings = built(batches, folder)
    return [verdict(c, findings[c.organ], findings[f"{c.organ.rsplit(' #', 1)[0]} as read"]) for c in corruptions]


def corrupt(report: Extraction, n: int, rng: random.Random, name: str) -> Corruption | None:
    """One wrong value for a cell; None where this way of corrupting leaves it as it is."""
    cell = report.cells[n]
    assert cell.value is not None
    kind, change = rng.choice(KINDS)
    value = change(cell.value, rng) if change else near(report, n)
    if kind != "blank" and (value is None or value == cell.value):
        return None
    same = [c for c in report.cells if c.table == cell.table]
    complete = all(c.value is not None for c in same)
    return Corruption(name, kind, cell, cell._replace(value=value, raw=str(value)), complete)


def _digits(value: Number) -> list[str]:
    return list(f"{value:.10g}" if isinstance(value, float) else str(value))


def _number(digits: Sequence[str], like: Number) -> Number:
    text = "".join(digits)
    return float(text) if isinstance(like, float) else int(text)


def replaced(value: Number, rng: random.Random) -> Number:
    """One digit misread."""
    digits = _digits(value)
    place = rng.choice([n for n, digit in enumerate(digits) if digit.isdigit()])
    digits[place] = rng.choice([d for d in "0123456789" if d != digits[place]])
    return _number(digits, value)


def lost(value: Number, rng: random.Random) -> Number | None:
    """One digit lost."""
    digits = _digits(value)
    if len([d for d in digits if d.isdigit()]) < 2 or isinstance(value, float):
        return None
    del digits[rng.randrange(len(digits))]
    return _number(digits, value) if digits != ["-"] else None


def added(value: Number, rng: random.Random) -> Number:
    """A digit of the neighbouring text taken in."""
    return _number([*_digits(value), rng.choice("0123456789")], value)


def near(report: Extraction, n: int) -> Number | None:
    """The number of the cell before or behind in the same table."""
    cell = report.cells[n]
    others = [report.cells[m] for m in (n - 1, n + 1) if 0 <= m < len(report.cells)]
    return next((o.value for o in others if o.table == cell.table and o.value not in (None, cell.value)), None)


KINDS: tuple[tuple[str, Callable[[Number, random.Random], Number | None] | None], ...] = (
    ("digit replaced", replaced),
    ("digit lost", lost),
    ("digit added", added),
    ("neighbour's number", None),
    ("blank", lambda _value, _rng: None),
)


def rechecked(report: Extraction, cells: tuple[Cell, ...]) -> Extraction:
    """The report with these cells and with what the checks of one report say of them."""
    kept = [f for f in report.findings if f.check not in RECHECKED]
    found = [*arithmetic.check(cells), *narrative(cells, report.sections, report.year, report.organ)]
    return replace(report, cells=cells, findings=(*kept, *found))


def copy(report: Extraction, key: str, name: str) -> Extraction:
    """The report as one of an organ of its own; without a division, so that no report is a part of another's."""
    organ = f"{key} as read" if name == "as read" else name
    digest = hashlib.sha256(f"{organ}\0{report.sha256}".encode()).hexdigest()
    path = f"/{digest}.html"
    return replace(report, path=path, sha256=digest, organ=organ, organ_identity=organ, division_code=None)


Said = tuple[str, str, str, str, str | None, str | None, int]
"""check, severity, result, where, expected, found, year"""


def built(batches: Iterable[Sequence[Extraction]], folder: Path) -> dict[str, set[Said]]:
    """Findings by organ, as the warehouse of all these reports has them."""
    lake, now = Lake(folder), datetime(2025, 1, 1, tzinfo=UTC)
    with lake.lock():
        for batch in _joined(batches, 250):
            take_in(lake, [Intake(e.path, e.sha256, 1) for e in batch], now)
            write_part(lake, VERSION, batch, now)
        build(lake, VERSION)
    found: dict[str, set[Said]] = defaultdict(set)
    with duckdb.connect(str(lake.database), read_only=True) as con:
        rows = con.execute(
            "select organ, check_code, severity, result, cell, expected, found, year from v_findings where is_current"
        ).fetchall()
    for organ, *said in rows:
        found[organ].add(tuple(said))
    return found


def _joined(batches: Iterable[Sequence[Extraction]], size: int) -> Iterator[list[Extraction]]:
    held: list[Extraction] = []
    for batch in batches:
        held += batch
        if len(held) >= size:
            yield held
            held = []
    if held:
        yield held


def verdict(corruption: Corruption, found: set[Said], as_read: set[Said]) -> Verdict:
    fresh = found - as_read
    checks = {check for check, severity, result, *_ in fresh if result == "failed" and severity in ("error", "warning")}
    told = any(check == "blank_cells" for check, *_ in fresh)
    return Verdict(corruption, frozenset(checks), told)


def summary(verdicts: Sequence[Verdict]) -> str:
    """A Markdown table: corruptions by the part of the form they hit, and what became of them."""
    lines = [
        "| part of the form | wrong numbers | caught | share | cells lost to blanks | told |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    groups: list[tuple[str, list[Verdict]]] = []
    for part in CLASSES:
        own = [v for v in verdicts if v.corruption.part == part]
        groups.append((part, [v for v in own if v.corruption.complete]))
        if part.startswith(("requests", "proceedings")):
            groups.append((f"{part}, of tables with blanks", [v for v in own if not v.corruption.complete]))
    for table in ("requests", "proceedings", "disclosure"):
        groups.append((f"**{table}**", [v for v in verdicts if v.corruption.before.table == table]))
    groups.append(("**all**", list(verdicts)))
    for name, own in groups:
        wrong = [v for v in own if v.corruption.kind != "blank"]
        blank = [v for v in own if v.corruption.kind == "blank"]
        caught = sum(bool(v.checks) for v in wrong)
        share = f"{100 * caught / len(wrong):.1f} %" if wrong else "–"
        lines.append(
            f"| {name} | {len(wrong)} | {caught} | {share} | {len(blank)} | {sum(v.told or bool(v.checks) for v in blank)} |"
        )
    by = Counter(check for v in verdicts for check in v.checks)
    lines += ["", "caught by: " + ", ".join(f"{check} {n}" for check, n in by.most_common()), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
