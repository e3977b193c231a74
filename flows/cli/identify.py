"""`ogi identify`: who reported, for where, for which year, from a title and an address alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import screen
from flows.settings import variable

if TYPE_CHECKING:
    from extract.identify.identity import Identity

EXAMPLE = "Example: printf '正定县2022年政府信息公开工作年度报告\\thttp://zd.gov.cn/a.html\\n' | ogi identify --json"
LONGEST = 10_000  # characters of a line: no title with its address is longer


def identify(
    file: Annotated[
        Path | None,
        typer.Argument(help="Lines of title<TAB>address (the address may be left out); else standard input."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", envvar=variable("json"), help="One JSON object a line, in the order of the lines.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only check data/reference/organs.csv and organ_aliases.csv.")
    ] = False,
) -> None:
    """Say which organ a title names, its kind, level and division, the reported year, and the evidence for it."""
    with screen.edge():
        if check:
            _check()
            return
        from extract.identify.identity import identify as read

        unnamed = 0
        for line in _lines(file):
            title, _, url = line.partition("\t")
            found = read(title, url.strip() or None)
            unnamed += not found.report
            if as_json:
                sys.stdout.write(json.dumps(found.as_dict(), ensure_ascii=False) + "\n")
                continue
            fields = (found.organ, found.kind, found.level, found.division_code, found.division, found.year)
            shown = [screen.visible(str(field)) if field is not None else "-" for field in fields]
            sys.stdout.write("\t".join([*shown, screen.visible(_why(found))]) + "\n")
        if unnamed:
            raise typer.Exit(1)


def _why(found: Identity) -> str:
    if not found.report:
        return "names no annual report"
    if found.candidates:
        return "could be " + ", ".join(found.candidates)
    return "; ".join(found.evidence)


def _lines(file: Path | None) -> Iterator[str]:
    """The lines with a title; bytes that are no UTF-8 are shown as such, never a crash."""
    stream = file.open("rb") if file is not None else sys.stdin.buffer
    with stream:
        for raw in stream:
            line = raw.decode("utf-8-sig", "replace").rstrip("\r\n")[:LONGEST]
            if line.strip():
                yield line


def _check() -> None:
    from extract.identify.known_organs import problems

    found = problems()
    for problem in found:
        sys.stdout.write(screen.visible(problem) + "\n")
    sys.stdout.write(f"{len(found)} problems in what the resolver was taught.\n")
    if found:
        raise typer.Exit(1)
