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
    from transform.lineage import Asked, Derived, Traced

EXAMPLE = "Example: ogi explain '平潭 2022 requests.new total'; ogi explain '平潭 2022 refusal_rate'"


def explain(
    question: Annotated[
        str,
        typer.Argument(
            help="Organ or place, year, and a cell (its codes or labels) or a view's column; or a report's key and that."
        ),
    ],
    document: Annotated[
        Path | None, typer.Option("--document", envvar=variable("document"), help="Of this document only.")
    ] = None,
    image: Annotated[
        Path | None,
        typer.Option(
            "--image",
            envvar=variable("image"),
            help="Draw the page with the cell outlined (PNG), or, of a document without pages, the table around it.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", envvar=variable("json"), help="One JSON object a number.")] = False,
    home: Annotated[Path | None, option("home")] = None,
) -> None:
    """Say where one number is from: its labels, document, place, reading and the checks that touch it."""
    with screen.edge():
        from flows import warehouse
        from flows.documents import content_of
        from transform import lineage
        from transform.lake import Lake

        given = _bytes(document) if document is not None else None
        try:
            asked = lineage.understood(question, hashlib.sha256(given).hexdigest() if given is not None else None)
        except lineage.NotUnderstood as error:
            raise screen.Failed(str(error), screen.WRONG_USE) from None
        place = settings(home=home).home
        with warehouse.connect(Lake(place).database) as con:
            if asked.figure is not None:
                _explain_figure(con, asked, question, as_json, image)
                return
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
    from transform import lineage

    reports = _reports(con, asked, question)
    found = [cell for report in reports for cell in lineage.trace(con, asked, report)]
    if not found:
        raise _holds_none(reports[0])
    return found


def _reports(con: Any, asked: Asked, question: str) -> list[dict[str, Any]]:
    """The reports of one organ and year that are meant."""
    from transform import lineage

    reports = lineage.reports(con, asked)
    if not reports:
        raise screen.Failed(_no_report(con, asked))
    organs = {report["organ_key"] or report["report_key"] for report in reports}
    if len(organs) > 1 or len({report["year"] for report in reports}) > 1:
        named = _named(reports)
        more = f" and {len(reports) - lineage.MOST} more" if len(reports) > lineage.MOST else ""
        raise screen.Failed(f"“{question}” fits {len(reports)} reports; name one more closely: {named}{more}.")
    return reports


def _no_report(con: Any, asked: Asked) -> str:
    from transform import lineage

    if asked.report is not None:
        return f"no report has the key {asked.report}."
    if asked.sha256 is not None:
        return "no report was read from that document."
    of_year = f" for {asked.year}" if asked.year is not None else ""
    alike = lineage.similar(con, asked)
    return f"no report of {' '.join(asked.words)}{of_year}" + (f"; similar: {_named(alike)}." if alike else ".")


def _named(reports: list[dict[str, Any]]) -> str:
    from transform.lineage import MOST

    return "; ".join(
        f"{r['canonical_name'] or r['title']} {r['year'] or '?'} (report {r['report_key']})" for r in reports[:MOST]
    )


def _holds_none(report: dict[str, Any]) -> screen.Failed:
    return screen.Failed(
        f"the report of {report['organ'] or report['title']} for {report['year']} (report "
        f"{report['report_key']}) holds no such number: not printed, or not read; "
        "see its findings in fact_finding."
    )


def _explain_figure(con: Any, asked: Asked, question: str, as_json: bool, image: Path | None) -> None:
    """A figure of a view: its value, formula and every cell of it with its source."""
    from transform import lineage

    if image is not None:
        raise screen.Failed(
            "--image draws one cell; a figure of a view has several: name one of them.", screen.WRONG_USE
        )
    reports = _reports(con, asked, question)
    found = [figure for report in reports if (figure := lineage.derived(con, asked, report)) is not None]
    if not found:
        raise _holds_none(reports[0])
    for figure in found:
        sha256 = figure.report["sha256"]
        paths = con.execute("select path from document where sha256 = ? order by path", [sha256]).fetchall()
        if as_json:
            sys.stdout.write(json.dumps(_figure_record(figure, paths), ensure_ascii=False, default=str) + "\n")
        else:
            _print_figure(figure, [str(path) for (path,) in paths])


def _figure_record(found: Derived, paths: list[Any]) -> dict[str, Any]:
    return {
        "state": "derived",
        "figure": found.figure.name,
        "view": found.figure.view,
        "value": found.value,
        "formula": found.figure.formula,
        "withheld": found.withheld,
        "at_least": found.at_least,
        "report": found.report,
        "documents": [path for (path,) in paths],
        "parts": [_record(cell, paths) for cell in found.parts],
        "lacking": list(found.lacking),
    }


def _print_figure(found: Derived, paths: list[str]) -> None:
    at_least = f"  — at least {_number(found.at_least)}" if found.value is None and found.at_least is not None else ""
    lines = [
        f"{'NULL' if found.value is None else _number(found.value)}{at_least}",
        f"  figure     {found.figure.name} ({found.figure.zh})"
        + (f", {found.figure.view}" if found.figure.view else ""),
        f"  formula    {found.figure.formula}",
        *([f"  withheld   {found.withheld}"] if found.withheld else []),
        *_of_report(found.report, paths),
    ]
    for cell in found.parts:
        state = "" if cell.state == "loaded" else ", waits for a person"
        number = "blank" if cell.value is None else _number(cell.value)
        lines.append(
            f"  part       {_code(cell)} = {number}{state}: {cell.labels}, printed “{cell.place['raw']}”, {_at(cell)}"
        )
        lines += _checks(cell)
    lines += [f"  part       {name}: not printed, or not read" for name in found.lacking]
    sys.stdout.write("\n".join(screen.visible(line) for line in lines) + "\n")


def _code(cell: Traced) -> str:
    table = {"fact_request": "requests", "fact_proceeding": "proceedings", "fact_disclosure": "disclosure"}
    return f"{table[cell.place['fact_table']]}.{cell.place['row_code']}.{cell.place['column_code']}"


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


def _number(value: float) -> str:
    """All its digits: what is shown is what stands there."""
    return str(int(value)) if value == int(value) else repr(float(value))


def _at(cell: Traced) -> str:
    place = cell.place
    names = (("page", "page", 0), ("table", "table_index", 1), ("row", "row_index", 1), ("column", "column_index", 1))
    return ", ".join(f"{name} {place[key] + more}" for name, key, more in names if place.get(key) is not None)


def _of_report(report: dict[str, Any], paths: list[str]) -> list[str]:
    return [
        f"  report     {report['canonical_name'] or report['title']}, {report['year']}, form {report['form']}, "
        f"scope {report['scope']}, version {report['version']}{'' if report['is_current'] else ' (superseded)'}, report {report['report_key']}",
        *(f"  document   {path}" for path in paths),
        f"  address    {report['source_url'] or 'not known'}",
        f"  sha256     {report['sha256']}",
    ]


def _checks(cell: Traced) -> list[str]:
    return [
        f"  check      {f['check_code']} ({f['severity']}, {f['origin'] or '-'}): {f['where']}: {f['message']}"
        for f in cell.findings
    ]


def _print(cell: Traced, paths: list[str], content: bytes | None) -> None:
    place = cell.place
    number = "blank" if cell.value is None else _number(cell.value)
    state = "" if cell.state == "loaded" else "  — not loaded: it waits for a person (ogi review)"
    lines = [
        f"{number}{' ' + cell.unit if cell.unit else ''}{state}",
        f"  labels     {cell.labels}",
        f"  printed    “{place['raw']}”",
        *_of_report(cell.report, paths),
        f"  place      {_at(cell)}{', box ' + place['bbox'] if place.get('bbox') else ''}",
        f"  reading    {place['reading']}"
        + (f", confidence {place['confidence']:.2f}" if place.get("confidence") is not None else ""),
    ]
    lines += [
        f"  corrected  by {c['who']}, {c['decided']}: {c['why']} ({c['decision']}, was “{c['was']}”, {c['file']}:{c['line']})"
        for c in cell.corrections
    ]
    lines += _checks(cell) or ["  check      none says anything against it"]
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

    if content is None:
        raise screen.Failed("the page cannot be drawn: the document's bytes are not at hand.")
    box, place = cell.place.get("bbox"), cell.place
    try:
        if box and place.get("page") is not None:
            left, top, right, bottom = map(float, box.split(","))
            image.write_bytes(showing.pictured(content, place["page"], [(left, top, right, bottom)]))
        elif place["table_index"] is None:
            raise screen.Failed("the page cannot be drawn: a person typed the number; nobody read its place.")
        else:
            image = _table(image, content, place)
    except showing.CannotShow as error:
        raise screen.Failed(f"the page cannot be drawn: {error}.") from None
    sys.stdout.write(f"  picture    {image}\n")


def _table(image: Path, content: bytes, place: dict[str, Any]) -> Path:
    """The table around the cell as a picture; without a browser, or where the name says .html, as a page for one."""
    from extract import showing, tabled

    page = tabled.page(showing.grid(content, place["table_index"]), {(place["row_index"], place["column_index"])})
    if image.suffix.lower() not in (".html", ".htm"):
        picture = tabled.picture(page)
        if picture is not None:
            image.write_bytes(picture)
            return image
        image = image.with_name(image.name + ".html")
    image.write_text(page, encoding="utf-8")
    return image
