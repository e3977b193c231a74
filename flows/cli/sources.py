"""`ogi sources`: the registry of publishers' sites: checked, listed, and extended by trying a site."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import screen
from flows.settings import collect_settings, manners, option, settings, variable

if TYPE_CHECKING:
    from extract.fetch.model import Source
    from extract.fetch.probe import Trial

Folder = Annotated[Path | None, option("sources")]
"""The option of every command that reads the registry."""

app = typer.Typer(
    help="The registry of sources: who publishes where (docs/sources.md).", no_args_is_help=True, add_completion=False
)


@app.command("check", epilog="Example: ogi sources check")
def check(folder: Folder = None) -> None:
    """Say what is wrong with the registry, by file and line."""
    with screen.edge():
        from extract.fetch import sources

        found, problems = sources.check(collect_settings(sources=folder).sources)
        for problem in problems:
            sys.stdout.write(screen.visible(str(problem)) + "\n")
        sys.stdout.write(f"{len(found)} sources are well, {len(problems)} problems.\n")
        raise typer.Exit(screen.LEFT_OUT if problems else screen.FINE)


@app.command("list", epilog="Example: ogi sources list --json")
def listed(
    folder: Folder = None,
    as_json: Annotated[bool, typer.Option("--json", envvar=variable("json"), help="One JSON object a line.")] = False,
) -> None:
    """List the registered sources."""
    with screen.edge():
        found = _registered(collect_settings(sources=folder).sources)
        if as_json:
            for source in found:
                sys.stdout.write(json.dumps(_record(source), ensure_ascii=False) + "\n")
            return
        rows = [[s.name, s.division or "–", s.family or "–", " ".join(s.listings)] for s in found]
        screen.table(screen.console(sys.stdout), ("source", "division", "family", "listings"), rows, right=set())


@app.command("health", epilog="Example: ogi sources health --home data/lake")
def health(
    home: Annotated[Path | None, option("home")] = None,
    as_json: Annotated[bool, typer.Option("--json", envvar=variable("json"), help="One JSON object a line.")] = False,
) -> None:
    """Say how each source fares: its last success, the nights without one since, the reports expected and found."""
    with screen.edge():
        from extract.fetch.night.collect import Places
        from extract.fetch.night.health import health as asked
        from extract.fetch.night.history import History

        places = Places(settings(home=home).home)
        if not places.history.exists():
            raise screen.Failed(f"nothing was collected into {places.home} yet.")
        with History(places.history) as history:
            found = asked(history)
        if as_json:
            for each in found:
                sys.stdout.write(json.dumps(each._asdict(), ensure_ascii=False) + "\n")
        else:
            found = sorted(found, key=lambda each: not (each.nights or each.is_short))  # what is ill comes first
            rows = [
                [each.source, each.last or "never", str(each.nights), str(each.expected or "–"), str(each.found)]
                for each in found
            ]
            columns = ("source", "last success", "nights without", "expected", "found")
            screen.table(screen.console(sys.stdout), columns, rows, right={2, 3, 4})
        raise typer.Exit(screen.LEFT_OUT if any(each.nights or each.is_short for each in found) else screen.FINE)


@app.command("add", epilog="Example: ogi sources add https://www.example.gov.cn/zfxxgknb/ >> data/sources/example.yaml")
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="The page that lists the reports.")],
    contact: Annotated[str | None, option("contact")] = None,
    loopback: Annotated[bool | None, option("loopback", "--loopback/--no-loopback")] = None,
) -> None:
    """Try a site: show what its listing gives, and print an entry for the registry."""
    with screen.edge():
        from extract.fetch.fetch_one import fetch
        from extract.fetch.http.address_guard import Reach
        from extract.fetch.probe import probe, written

        chosen = collect_settings(contact=contact, loopback=loopback)
        asked = partial(fetch, manners=manners(chosen), reach=Reach(chosen.loopback))
        try:
            trial = probe(url, asked, datetime.now(UTC).year - 1)
        except ValueError as error:
            raise screen.Failed(str(error), screen.WRONG_USE) from None
        except OSError as error:
            raise screen.Failed(str(error)) from None
        _tell(trial)
        sys.stdout.write(written(trial.source))
        raise typer.Exit(screen.FINE if trial.found.reports else screen.LEFT_OUT)


def _registered(folder: Path) -> tuple[Source, ...]:
    from extract.fetch.sources import SourcesWrong, load

    try:
        return load(folder)
    except SourcesWrong as error:
        first, count = error.problems[0], len(error.problems)
        raise screen.Failed(f"{first} ({count} problems: `ogi sources check` says all.)") from None


def _tell(trial: Trial) -> None:
    """What was found, on standard error: standard output is the entry."""
    out = screen.console(sys.stderr)
    rows = [
        [str(link.year or "–"), link.published.isoformat() if link.published else "–", link.text, link.url]
        for link in trial.found.reports[:20]
    ]
    if rows:
        screen.table(out, ("year", "published", "report", "address"), rows, right=set())
    screen.say(f"{len(trial.found.reports)} reports found; {len(trial.found.pages)} further pages named by the first.")
    for note in trial.notes:
        screen.say(note)


def _record(source: Source) -> dict[str, object]:
    from dataclasses import asdict

    return {name: value for name, value in asdict(source).items() if value not in (None, ())}
