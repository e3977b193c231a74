"""`ogi extract`: what documents say, without any lake."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import screen
from flows.settings import Settings, option, settings, variable

if TYPE_CHECKING:
    from rich.console import Console

    from extract.files import GivenFile, LeftOut
    from extract.model import Cell, Extraction

EXAMPLE = "Example: ogi extract report.html reports/ --json > reports.jsonl"
BATCH = 64  # documents that are read before the first of them is printed


def extract(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Report files, and folders of them.")],
    as_json: Annotated[
        bool, typer.Option("--json", envvar=variable("json"), help="One JSON object a line, for every path.")
    ] = False,
    prose: Annotated[
        bool, typer.Option("--prose", envvar=variable("prose"), help="Recognise all text of pictures, not only tables.")
    ] = False,
    workers: Annotated[int | None, option("workers")] = None,
    seconds: Annotated[float | None, option("seconds")] = None,
    worker_megabytes: Annotated[int | None, option("worker_megabytes")] = None,
) -> None:
    """Read documents and show what was found in them."""
    from extract.workers import WorkersFailed

    with screen.edge():
        given = settings(workers=workers, seconds=seconds, worker_megabytes=worker_megabytes)
        out = None if as_json else screen.console(sys.stdout)
        every = True
        try:
            for extraction in _extractions(paths, given, prose):
                every &= extraction.status == "ok"
                if out is None:
                    _write_line(extraction)
                else:
                    _print(out, extraction)
        except WorkersFailed as error:
            raise screen.Failed(str(error)) from None
        raise typer.Exit(screen.FINE if every else screen.LEFT_OUT)


def _extractions(paths: list[str], given: Settings, prose: bool) -> Iterator[Extraction]:
    """What each file gave, in the order of the paths; an archive gives what its members give."""
    from functools import partial
    from itertools import islice
    from tempfile import TemporaryDirectory

    from extract import extract_document
    from extract.files import GivenFile, find
    from extract.model import Extraction
    from extract.workers import Stored, Workers

    read_one = partial(extract_document, prose=prose)
    with (
        Workers(given.workers, given.seconds, given.worker_megabytes, read_one) as workers,
        TemporaryDirectory(prefix="ogi-archive-") as room,
    ):
        found = (part for item in find(paths) for part in _members(item, Path(room)))
        while batch := list(islice(found, BATCH)):
            files = [Stored(item.path, item.name) for item in batch if isinstance(item, GivenFile)]
            read = iter(workers.read(files))
            for item in batch:
                if isinstance(item, GivenFile):
                    yield next(read)
                else:
                    yield Extraction(
                        item.name, item.sha256, None, "unreadable", item.reason, item.category, bytes=item.bytes
                    )


def _members(item: GivenFile | LeftOut, room: Path) -> Iterator[GivenFile | LeftOut]:
    """A file itself; of an archive its members, put under their hashes into `room`."""
    from extract.archives import members
    from extract.files import GivenFile, LeftOut, read, starts_with

    if isinstance(item, LeftOut) or not starts_with(item, b"PK"):
        yield item
        return
    raw = read(item)
    for document in [raw] if isinstance(raw, LeftOut) else members(raw):
        if isinstance(document, LeftOut):
            yield document
        else:
            file = room / document.sha256
            file.write_bytes(document.content)
            yield GivenFile(str(file), document.path)


def _write_line(extraction: Extraction) -> None:
    from extract.as_json import to_contract

    sys.stdout.write(json.dumps(to_contract(extraction), ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


def _print(out: Console, e: Extraction) -> None:
    """One document for a person: identity, the three tables under their Chinese labels, prose, findings."""
    out.rule(screen.text(e.path), align="left") if out.is_terminal else out.print(screen.text(f"== {e.path}"))
    if e.status != "ok":
        out.print(screen.text(f"{e.status}{f' ({e.category})' if e.category else ''}: {e.reason}", "yellow"))
        for attachment in e.attachments:
            out.print(screen.text(f"附件  {attachment.text} {attachment.href}".rstrip()))
        return
    facts = {
        "标题": e.title,
        "机关": e.organ,
        "区划": e.division_code,
        "年度": e.year,
        "发布": e.published,
        "表式": e.form,
        "口径": e.scope,
        "格式": e.format,
        "SHA-256": e.sha256,
    }
    for name, value in facts.items():
        out.print(screen.text(f"{name}  ", "dim"), screen.text("–" if value is None else str(value)), sep="")
    _print_disclosure(out, e.cells)
    _print_requests(out, e.cells)
    _print_proceedings(out, e.cells)
    for number, text in e.sections.items():
        heading = e.headings.get(number, number)
        out.print(screen.text(f"{heading} ", "bold"), screen.text(f"({len(text)} 字) {text[:60]}"), sep="")
    if e.doubted:
        out.print(screen.text(f"{len(e.doubted)} doubted cells are not shown: see the findings", "yellow"))
    for f in e.findings:
        if f.result == "failed":
            numbers = "" if f.expected is None and f.found is None else f" expected {f.expected}, found {f.found}"
            out.print(screen.text(f"{f.severity} {f.check} {f.where}{numbers} {f.message}".rstrip(), "yellow"))


def _number(cell: Cell | None) -> str:
    """A published number; · for a cell that is blank, nothing for one that the document does not have."""
    if cell is None:
        return ""
    return "·" if cell.value is None else str(cell.value)


def _print_disclosure(out: Console, cells: tuple[Cell, ...]) -> None:
    from extract.forms.vocabulary import MEASURES

    by_code = {(c.row, c.column): c for c in cells if c.table == "disclosure"}
    rows = [
        (m.row_zh, m.column_zh, _number(cell), (cell.unit or "") if m.unit == "万元" else m.unit)
        for m in MEASURES
        if (cell := by_code.get((m.row, m.column)))
    ]
    if rows:
        screen.table(out, ("二、主动公开", "", "数", "单位"), rows, right={2})


def _print_requests(out: Console, cells: tuple[Cell, ...]) -> None:
    from extract.forms.vocabulary import APPLICANTS, GROUPS, OUTCOMES

    by_code = {(c.row, c.column): c for c in cells if c.table == "requests"}
    rows = [
        (
            GROUPS[o.group][0] + " " + o.zh if o.group and o.group != o.code else o.zh,
            *(_number(by_code.get((o.code, a.code))) for a in APPLICANTS),
        )
        for o in OUTCOMES
        if any((o.code, a.code) in by_code for a in APPLICANTS)
    ]
    if rows:
        screen.table(out, ("三、依申请公开", *(a.zh for a in APPLICANTS)), rows, right=set(range(1, 8)))


def _print_proceedings(out: Console, cells: tuple[Cell, ...]) -> None:
    from extract.forms.vocabulary import CHANNELS, RESULTS

    by_code = {(c.row, c.column): c for c in cells if c.table == "proceedings"}
    rows = [
        (zh, *(_number(by_code.get((channel, result))) for result in RESULTS))
        for channel, (zh, _) in CHANNELS.items()
        if any((channel, result) in by_code for result in RESULTS)
    ]
    if rows:
        screen.table(out, ("四、复议、诉讼", *(zh for zh, _ in RESULTS.values())), rows, right=set(range(1, 6)))
