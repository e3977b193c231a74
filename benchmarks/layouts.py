"""How many cells are read right where tables are laid out as publishers do at random: `python benchmarks/layouts.py --count 50`.

So many made-up reports a format, HTML, DOCX, DOC, PDF (LibreOffice and Chromium) and XLSX. In each the tables are changed by
chance in the ways that real ones differ from the form: labels that carry their group before them, headings whose spans overlap,
a rule that stands a hair off, radicals in place of characters, attribute values that only a browser reads, lines before the
tables so that pages break anywhere. Prints one line a format and one a layout, and every cell that is wrong or lost.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from extract.workers import Stored, Workers
from tests.formats import pages, scoring
from tests.formats.reports import Cell, Report, Table, placed, reports, width_of
from tests.formats.writers import FORMATS, Workshop

WRITTEN = {
    "html": None,
    "docx": ("docx merged", "docx numbered", "docx boxed"),
    "doc": ("doc by LibreOffice",),
    "pdf by LibreOffice": ("pdf by LibreOffice",),
    "pdf by Chromium": ("pdf by Chromium, A4", "pdf by Chromium, A4, hairlines", "pdf by Chromium, landscape"),
    "xlsx": tuple(name for name in FORMATS if name.startswith("xlsx ") and "LibreOffice" not in name and "page" not in name),
}  # fmt: skip
"""The formats, and by which writers of the tests of formats, one after the other."""

JOINTS = ("", "-", "—", "：", ":", " ", "\n")
RADICALS = str.maketrans("一二人入力大子工文方日用立自行长见", "⼀⼆⼈⼊⼒⼤⼦⼯⽂⽅⽇⽤⽴⾃⾏⻓⻅")
HOW_OFTEN = 0.4

Layout = Callable[[Report, Random], Report]


def _tables(report: Report, holds: str, change: Callable[[Table], Table]) -> Report:
    """The report with the tables changed in which a cell holds these words."""
    parts = tuple(
        change(p) if not isinstance(p, str) and any(holds in c.text for row in p for c in row) else p
        for p in report.parts
    )
    return replace(report, parts=parts)


def _joined(report: Report, random: Random) -> Report:
    """The group's label before the label of its rows: 三、本年度办理结果（一）予以公开 in one cell."""
    joint, depth, share = random.choice(JOINTS), random.choice((1, 2)), random.choice((1.0, 1.0, 0.5))

    def change(table: Table) -> Table:
        if any(c.cell.kind == "label" and c.cell.rowspan > 15 and random.random() > share for c in placed(table)):
            return table
        groups: list[tuple[int, int, int, Cell]] = []  # first row, row after the last, columns, the cell
        out = []
        for number, row in enumerate(table):
            groups = [g for g in groups if g[1] > number]
            cells = list(row)
            if number < 3:  # the headings
                out.append(row)
                continue
            while cells and cells[0].rowspan > 1:
                if depth == 1 and cells[0].rowspan > 15:  # only the inner group is joined
                    break
                groups.append((number, number + cells[0].rowspan, cells[0].colspan, cells.pop(0)))
            if groups and cells and cells[0].kind == "label":
                label = cells[0]
                at = 1 if depth == 1 and label.rowspan > 15 else 0
                if at < len(cells):
                    label = cells[at]
                    text = joint.join([g[3].text for g in groups] + [label.text])
                    cells[at] = label._replace(text=text, colspan=label.colspan + sum(g[2] for g in groups))
            out.append(tuple(cells))
        return tuple(out)

    return _tables(report, "本年新收政府信息公开申请", change)


def _overlapping(report: Report, random: Random) -> Report:
    """自然人 over two columns above a blank cell, 商业企业 over two below it."""

    def change(table: Table) -> Table:
        where = {c.cell.text: c for c in placed(table)}
        if "自然人" not in where or "商业企业" not in where or where["自然人"].cell.rowspan != 2:
            return table
        person, firm = where["自然人"], where["商业企业"]
        cut = firm.column
        out = []
        for number, row in enumerate(table):
            cells = list(row)
            for i, cell in enumerate(cells):
                at = next(p.column for p in placed(table) if p.cell is cell and p.row == number)
                if number == person.row and cell is person.cell:
                    cells[i] = cell._replace(rowspan=1, colspan=2)
                elif number == firm.row and cell is firm.cell:
                    cells[i : i + 1] = [Cell("", kind="heading"), cell._replace(colspan=2)]
                    break
                elif number < person.row and at <= cut < at + cell.colspan and at < cut:
                    cells[i] = cell._replace(colspan=cell.colspan + 1)
                elif number > firm.row and at == cut:
                    cells[i] = cell._replace(colspan=2)
            out.append(tuple(cells))
        return tuple(out)

    return _tables(report, "自然人", change)


def _rule_off(report: Report, random: Random) -> Report:
    """In table 四 one rule between two columns stands a hair to the right in the headings."""

    def change(table: Table) -> Table:
        if width_of(table) != 15 or len(table) != 4:
            return table
        cut = random.randrange(14)
        out = []
        for number, row in enumerate(table):
            cells = []
            for cell in row:
                at = next(p.column for p in placed(table) if p.cell is cell and p.row == number)
                wide = at <= cut < at + cell.colspan if number < 3 else at == cut + 1
                cells.append(cell._replace(colspan=cell.colspan + 1) if wide else cell)
            out.append(tuple(cells))
        return tuple(out)

    return _tables(report, "行政复议", change)


def _radicals(report: Report, random: Random) -> Report:
    """Headings and labels in characters that only look like the usual ones."""

    def text(part: str) -> str:
        return part.translate(RADICALS) if re.match(r"^[一二三四五六]、", part) else part

    parts = tuple(
        text(p)
        if isinstance(p, str)
        else tuple(tuple(c._replace(text=c.text.translate(RADICALS)) for c in row) for row in p)
        for p in report.parts
    )
    return replace(report, parts=parts)


def _lower(report: Report, random: Random) -> Report:
    """Lines before the tables, so that pages break elsewhere."""
    parts: list[str | Table] = []
    for part in report.parts:
        if not isinstance(part, str):
            parts += ["全年工作按要求开展，各项任务按时完成。"] * random.randrange(14)
        parts.append(part)
    return replace(report, parts=tuple(parts))


LAYOUTS: dict[str, Layout] = {
    "group before label": _joined,
    "headings overlap": _overlapping,
    "rule a hair off": _rule_off,
    "radicals": _radicals,
    "page breaks": _lower,
}


def laid_out(report: Report, kind: str, random: Random) -> tuple[Report, list[str]]:
    """The report with layouts taken by chance, and which. Radicals are not printed: the fonts of PDF writers lack them."""
    taken = []
    for name, layout in LAYOUTS.items():
        if random.random() < HOW_OFTEN and not (name == "radicals" and kind.startswith("pdf")):
            changed = layout(report, random)
            if changed.parts != report.parts:
                taken.append(name)
            report = changed
    page = pages.page(report).replace(b"<table>", b'<table border="1">')
    if kind == "html" and random.random() < HOW_OFTEN:
        page = page.replace(b'colspan="3"', b'colspan="3;"')
        taken.append("colspan with more behind it")
    return replace(report, html=page), taken


def documents(count: int, seed: int, shop: Workshop) -> Iterator[tuple[str, list[tuple[Path, Report, list[str]]]]]:
    """The documents of each format with what they say and how they are laid out."""
    for kind, writers in WRITTEN.items():
        random = Random(f"{seed} {kind}")
        given = [(laid_out(report, kind, random)) for report in reports(count, seed)]
        room = shop.room(f"laid out, {kind}")
        found: list[tuple[Path, Report, list[str]]] = []
        if writers is None:
            for report, taken in given:
                (room / f"{report.name}.html").write_bytes(report.html)
                found.append((room / f"{report.name}.html", report, taken))
        else:
            for n, writer in enumerate(writers):
                own = given[n :: len(writers)]
                files = FORMATS[writer].write(shop, [report for report, _ in own], room)
                found += [(file.path, report, taken) for file, (report, taken) in zip(files, own, strict=True)]
        yield kind, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=50, help="documents a format")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder to write the documents into")
    given = parser.parse_args()
    by_layout: dict[str, scoring.Score] = defaultdict(scoring.Score)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = given.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        with Workshop(place) as shop, Workers(2, 120.0) as workers:
            print(scoring.HEAD)
            lost: list[str] = []
            for kind, found in documents(given.count, given.seed, shop):
                total = scoring.Score()
                extractions = workers.read([Stored(str(path), path.name) for path, _, _ in found])
                for (path, report, taken), extraction in zip(found, extractions, strict=True):
                    one = scoring.score(f"{kind} {path.name}", report.truth, extraction)
                    total += one
                    for layout in taken or ["as the form"]:
                        by_layout[layout] += one
                    if one.wrong or one.invented or one.missing:
                        lost.append(
                            f"{kind} {path.name} {taken}: {len(one.wrong) + len(one.invented)} wrong, {len(one.missing)} missing"
                        )
                        lost += [f"    {d}" for d in (*one.wrong, *one.invented, *one.missing[:2])]
                print(scoring.line(kind, total), flush=True)
            print("\n" + scoring.HEAD.replace("format", "layout"))
            for layout, score in by_layout.items():
                print(scoring.line(layout, score))
            print("\n".join(["", *lost]))


if __name__ == "__main__":
    main()
