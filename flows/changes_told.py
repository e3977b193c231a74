"""The changes of a release as a page for people (CHANGES.md) and as an Atom feed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any
from xml.etree import ElementTree as ET

SHOWN = 500
"""Most lines of a kind on the page, and most entries of the feed."""
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEW, _GONE = "new report", "report gone"

Row = dict[str, Any]


def page(release: str, before: str | None, rows: list[Row], title: str | None = None) -> str:
    """CHANGES.md. `rows`: as `transform.changes` lists them. `title`: of a comparison that is no release's."""
    new, gone, cells = _split(rows)
    since = f"since {before}" if before else "(the first release)"
    out = [f"# {title or f'Release {release}: changes {since}'}", ""]
    every = "" if title else " All of them: `changes.parquet`."
    out += [f"{len(new):,} new reports, {len(gone):,} gone, {len(cells):,} changed cells.{every}", ""]
    if cells:
        out += ["", "| why | cells |", "|---|---|"]
        out += [f"| {why} | {count:,} |" for why, count in sorted(Counter(row["why"] for row in cells).items())]
        out += [
            "",
            "## Changed cells",
            "",
            "| report | cell | change | before | after | why |",
            "|---|---|---|---|---|---|",
        ]
        out += [
            f"| {_md(_name(row))} | {_md(row['cell'])} | {row['change']} | {_md(_side(row, 'before'))} | {_md(_side(row, 'after'))} | {row['why']} |"
            for row in cells[:SHOWN]
        ]
        out += _rest(cells)
    for title, reports in (("Reports that are gone", gone), ("New reports", new)):
        if reports:
            out += ["", f"## {title}", "", "| year | reports |", "|---|---|"]
            years = Counter(row["year"] for row in reports)
            out += [
                f"| {year or 'not known'} | {years[year]:,} |" for year in sorted(years, key=lambda year: year or 0)
            ]
            out += ["", *(f"- {_md(_name(row))}: {row['cells']} cells" for row in reports[:SHOWN])]
            out += _rest(reports)
    return "\n".join([*out, ""])


def feed(release: str, before: str | None, rows: list[Row], made: datetime) -> bytes:
    """The Atom feed: one entry that counts, then one a report that changed, is gone or is new, up to SHOWN."""
    ET.register_namespace("", _ATOM)
    top = ET.Element(f"{{{_ATOM}}}feed")
    moment = made.isoformat(timespec="seconds")
    _add(top, "id", "urn:ogi-reports:releases")
    _add(top, "title", "OGI reports: changes of the releases")
    _add(top, "updated", moment)
    _add(ET.SubElement(top, f"{{{_ATOM}}}author"), "name", "OGI reports")
    new, gone, cells = _split(rows)
    summary = f"{len(new)} new reports, {len(gone)} gone, {len(cells)} changed cells since {before or 'nothing'}."
    _entry(top, f"urn:ogi-reports:release:{release}", f"Release {release}", summary, moment)
    told: list[tuple[str, Row, str]] = []
    for key, group in groupby(sorted(cells, key=_key), _key):
        changed = list(group)
        lines = [
            f"{row['cell']}: {_side(row, 'before')} → {_side(row, 'after')} ({row['why']})" for row in changed[:20]
        ]
        more = [f"and {len(changed) - 20} more"] if len(changed) > 20 else []
        told.append((f"changed:{key}", changed[0], "; ".join([*lines, *more])))
    told += [(f"gone:{_key(row)}", row, f"report gone, {row['cells']} cells") for row in gone]
    told += [(f"new:{_key(row)}", row, f"new report, {row['cells']} cells") for row in new]
    for what, row, text in told[:SHOWN]:
        _entry(top, f"urn:ogi-reports:release:{release}:{what}", _name(row), text, moment)
    written: bytes = ET.tostring(top, encoding="utf-8", xml_declaration=True)
    return written


def _split(rows: Iterable[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    new: list[Row] = []
    gone: list[Row] = []
    cells: list[Row] = []
    for row in rows:
        (new if row["change"] == _NEW else gone if row["change"] == _GONE else cells).append(row)
    return new, gone, cells


def _key(row: Row) -> int:
    return int(row["report_key"])


def _name(row: Row) -> str:
    organ = row["organ"] or row["title"] or f"report {row['report_key']}"
    place = f"{row['place']} " if row["place"] and not organ.startswith(row["place"]) else ""
    return f"{place}{organ}, {row['year'] or 'year not known'}" + (
        f" ({row['scope']})" if row["scope"] != "unknown" else ""
    )


def _side(row: Row, side: str) -> str:
    """A value as text. A cell that is not there, and one that is blank, are not the same."""
    if row[f"text_{side}"] is not None:
        return str(row[f"text_{side}"])
    value, unit = row[f"value_{side}"], row[f"unit_{side}"]
    if value is None:
        absent = {"before": "added", "after": "removed"}[side]
        return "absent" if row["change"] == absent else "blank"
    number = f"{value:.0f}" if float(value).is_integer() else repr(float(value))
    return f"{number} {unit}" if unit else number


def _rest(rows: list[Row]) -> list[str]:
    return ["", f"{len(rows) - SHOWN:,} more stand in `changes.parquet`."] if len(rows) > SHOWN else []


def _md(text: str) -> str:
    """Text of a document in a line of the page: nothing of it is markup, nor ends the line."""
    return re.sub(r"([\\|`*_<>\[\]#])", r"\\\1", " ".join(text.split()))


def _entry(top: ET.Element, name: str, title: str, text: str, moment: str) -> None:
    entry = ET.SubElement(top, f"{{{_ATOM}}}entry")
    for tag, content in (("id", name), ("title", title), ("updated", moment), ("summary", text)):
        _add(entry, tag, content)


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{tag}").text = _NOT_XML.sub("\ufffd", text)
