"""`ogi explain`: where one number is from, as its document shows it, and what is known against it."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli import screen
from flows.settings import option, settings, variable

if TYPE_CHECKING:
    from transform.trace import Asked, Traced

EXAMPLE = "Example: ogi explain '平潭 2023 requests.new total'"


def explain(
    question: Annotated[str, typer.Argument(help="Organ or place, year and cell; or a report's key and a cell.")],
    document: Annotated[
        Path | None, typer.Option("--document", envvar=variable("document"), help="Of this document only.")
    ] = None,
    image: Annotated[
        Path | None,
        typer.Option("--image", envvar=variable("image"), help="Draw the page with the cell outlined (PNG)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", envvar=variable("json"), help="One JSON object a number.")] = False,
    home: Annotated[Path | None, option("home")] = None,
) -> None:
    """Say where one number is from: its labels, document, place, reading and the checks that touch it."""
    with screen.edge():
        from flows import warehouse
        from flows.documents import content_of
        from transform import trace
        from transform.lake import Lake

        given = _bytes(document) if document is not None else None
        try:
            asked = trace.understood(question, hashlib.sha256(given).hexdigest() if given is not None else None)
        except trace.NotUnderstood as error:
            raise screen.Failed(str(error), screen.WRONG_USE) from None
        place = settings(home=home).home
        with warehouse.connect(Lake(place).database) as con:
            found = _found(con, asked, question)
            paths = con.execute(
                "select path from document where sha256 = ? order by path", [found[0].report["sha256"]]
            ).fetchall()
        content = given or content_of(place, found[0].report["sha256"], [str(path) for (path,) in paths])
        for cell in found:
            if as_json:
                sys.stdout.write(json.dumps(_record(cell, paths), ensure_ascii=False, default=str) + "\n")
            else:
                _print(cell, [str(path) for (path,) in paths], content)
        if image is not None:
            _draw(image, found[0], content)


def _found(con: Any, asked: Asked, question: str) -> list[Traced]:
    from transform import trace

    reports = trace.reports(con, asked)
    if not reports:
        raise screen.Failed(f"no report in the warehouse fits “{question}”.")
    organs = {report["organ_key"] or report["report_key"] for report in reports}
    if len(organs) > 1 or len({report["year"] for report in reports}) > 1:
        named = "; ".join(
            f"{r['canonical_name'] or r['title']} {r['year'] or '?'} (report {r['report_key']})"
            for r in reports[: trace.MOST]
        )
        more = f" and {len(reports) - trace.MOST} more" if len(reports) > trace.MOST else ""
        raise screen.Failed(f"“{question}” fits {len(reports)} reports; name one more closely: {named}{more}.")
    found = [cell for report in reports for cell in trace.trace(con, asked, report)]
    if not found:
        raise screen.Failed(
            f"the report of {reports[0]['organ'] or reports[0]['title']} for {reports[0]['year']} (report "
            f"{reports[0]['report_key']}) holds no such number: not printed, or not read; "
            "see its findings in fact_finding."
        )
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise screen.Failed(f"{path} cannot be read: {error.strerror}.", screen.WRONG_USE) from None


def _record(cell: Traced, paths: list[Any]) -> dict[str, Any]:
    return {
        "state": cell.state,
        "value": cell.value,
        "unit": cell.unit,
        "labels": cell.labels,
        "cell": cell.place,
        "report": cell.report,
        "documents": [path for (path,) in paths],
        "corrections": list(cell.corrections),
        "findings": list(cell.findings),
        "editions": list(cell.editions),
    }


def _print(cell: Traced, paths: list[str], content: bytes | None) -> None:
    report, place = cell.report, cell.place
    number = "blank" if cell.value is None else f"{cell.value:g}" if isinstance(cell.value, float) else str(cell.value)
    state = "" if cell.state == "loaded" else "  — not loaded: it waits for a person (ogi review)"
    at = ", ".join(
        f"{name} {place[key] + more}"
        for name, key, more in (
            ("page", "page", 0),
            ("table", "table_index", 1),
            ("row", "row_index", 1),
            ("column", "column_index", 1),
        )
        if place.get(key) is not None
    )
    lines = [
        f"{number}{' ' + cell.unit if cell.unit else ''}{state}",
        f"  labels     {cell.labels}",
        f"  printed    “{place['raw']}”",
        f"  report     {report['canonical_name'] or report['title']}, {report['year']}, form {report['form']}, "
        f"scope {report['scope']}, version {report['version']}{'' if report['is_current'] else ' (superseded)'}, report {report['report_key']}",
        *(f"  document   {path}" for path in paths),
        f"  address    {report['source_url'] or 'not known'}",
        f"  sha256     {report['sha256']}",
        f"  place      {at}{', box ' + place['bbox'] if place.get('bbox') else ''}",
        f"  reading    {place['reading']}"
        + (f", confidence {place['confidence']:.2f}" if place.get("confidence") is not None else ""),
    ]
    lines += [
        f"  corrected  by {c['who']}, {c['decided']}: {c['why']} ({c['decision']}, was “{c['was']}”, {c['file']}:{c['line']})"
        for c in cell.corrections
    ]
    lines += [
        f"  check      {f['check_code']} ({f['severity']}, {f['origin'] or '-'}): {f['where']}: {f['message']}"
        for f in cell.findings
    ] or ["  check      none says anything against it"]
    lines += [
        f"  edition    version {e['version']}, published {e['published']}, report {e['report_key']}"
        for e in cell.editions
    ]
    sys.stdout.write("\n".join(screen.visible(line) for line in lines) + "\n")
    _print_rows(cell, content)


def _print_rows(cell: Traced, content: bytes | None) -> None:
    from extract import showing

    if content is None:
        sys.stdout.write("  the document's bytes are not at hand: its path is gone or holds something else\n")
        return
    place = cell.place
    if place["table_index"] is None:  # nobody read it: a person typed it
        return
    try:
        rows = showing.surrounding(content, place["table_index"], {(place["row_index"], place["column_index"])})
    except showing.CannotShow as error:
        sys.stdout.write(f"  its rows cannot be shown: {screen.visible(str(error))}\n")
        return
    sys.stdout.write("".join(f"    {screen.visible(line)}\n" for line in rows.split("\n")))


def _draw(image: Path, cell: Traced, content: bytes | None) -> None:
    from extract import showing

    box = cell.place.get("bbox")
    if content is None:
        raise screen.Failed("the page cannot be drawn: the document's bytes are not at hand.")
    if not box or cell.place.get("page") is None:
        raise screen.Failed("the page cannot be drawn: this format has no pages; its rows are above.")
    left, top, right, bottom = map(float, box.split(","))
    try:
        drawn = showing.pictured(content, cell.place["page"], [(left, top, right, bottom)])
    except showing.CannotShow as error:
        raise screen.Failed(f"the page cannot be drawn: {error}.") from None
    image.write_bytes(drawn)
    sys.stdout.write(f"  picture    {image}\n")
