"""`ogi serve`: the nightly run by itself, on one machine, at its hour."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

import typer

from flows import exit_status
from flows.cli import screen
from flows.cli.collect import Names, Since
from flows.settings import KeepSettings, keep_settings, manners, option, variable

ALARM_EXAMPLE = "Example: PREFECT_API_URL=http://127.0.0.1:4200/api ogi alarm https://example.org/hooks/ogi"
EXAMPLE = 'Example: OGI_CONTACT=reports@example.org ogi serve --cron "30 2 * * *" --timezone Asia/Shanghai'


def serve(
    cron: Annotated[str, typer.Option(envvar=variable("cron"), help="When, as five fields of cron.")] = "30 2 * * *",
    timezone: Annotated[str, typer.Option(envvar=variable("timezone"), help="Whose clock.")] = "Asia/Shanghai",
    source: Names = None,
    since: Since = None,
    home: Annotated[Path | None, option("home")] = None,
    sources: Annotated[Path | None, option("sources")] = None,
    contact: Annotated[str | None, option("contact")] = None,
    rate: Annotated[float | None, option("rate")] = None,
    recheck_hours: Annotated[float | None, option("recheck_hours")] = None,
    webhook: Annotated[str | None, option("webhook")] = None,
    shard: Annotated[str | None, option("shard")] = None,
    keep: Annotated[str | None, option("keep")] = None,
    loopback: Annotated[bool | None, option("loopback", "--loopback/--no-loopback")] = None,
    quiet: Annotated[bool | None, option("quiet", "--quiet/--no-quiet", "-q")] = None,
    verbose: Annotated[bool | None, option("verbose", "--verbose/--no-verbose", "-v")] = None,
) -> None:
    """Wait, and run `nightly` at its hour, until stopped. Every other setting comes from the environment."""
    given = {name: value for name, value in locals().items() if name not in ("cron", "timezone", "source", "since")}
    with screen.edge(exit_status.BROKEN):
        from flows.cluster import check

        chosen = keep_settings(**given)
        check(chosen.runner)
        manners(chosen)
        if len(cron.split()) != 5:
            raise screen.Failed(f"--cron {cron!r} cannot be used: five fields, as in '30 2 * * *'.", screen.WRONG_USE)
        if timezone not in available_timezones():
            raise screen.Failed(f"--timezone {timezone!r} cannot be used: as in Asia/Shanghai.", screen.WRONG_USE)
        _serve(cron, timezone, chosen, {"sources": source, "since": since})


def alarm(webhook: Annotated[str, typer.Argument(help="An http(s) address that takes a POST of JSON.")]) -> None:
    """Have your Prefect server post to an address when a night ends with 1, 3 or 4, or is killed."""
    with screen.edge(exit_status.BROKEN):
        from flows.server import is_chosen

        if not is_chosen():
            raise screen.Failed(
                "PREFECT_API_URL names no Prefect server; `ogi nightly --webhook` tells of its own end without one.",
                screen.WRONG_USE,
            )
        _automate(webhook)


def _automate(webhook: str) -> None:
    from flows.alarms import AlarmFailed, automate

    try:
        made = automate(webhook)
    except AlarmFailed as error:
        raise screen.Failed(str(error), exit_status.BROKEN) from None
    screen.say(f"automation {made.name!r} posts to {webhook}")


def _serve(cron: str, timezone: str, chosen: KeepSettings, parameters: dict[str, Any]) -> None:
    from extract.fetch.night.collect import CollectBusy, Places, held
    from flows.server import ServerFailed, prefect_api
    from flows.steps import lake_at

    prefect_home = Places(chosen.home.absolute()).served_prefect
    options = chosen.model_dump(mode="json") | {
        "home": str(chosen.home.absolute()),
        "sources": str(chosen.sources.absolute()),
        "corrections": str(chosen.corrections.absolute()),
    }
    try:
        lake = lake_at(str(chosen.home))
        with held(prefect_home), prefect_api(prefect_home, lake, chosen.verbose, schedules=True, keep=chosen.kept):
            from flows.served import ScheduleWrong, scheduled, serve_nightly

            try:
                schedule = scheduled(cron, timezone)
            except ScheduleWrong as error:
                raise screen.Failed(str(error), screen.WRONG_USE) from None
            if not chosen.quiet:
                screen.say(f"nightly at “{cron}” ({timezone}) into {options['home']}; Ctrl-C ends it.")
            serve_nightly(schedule, {"options": options, **parameters})
    except CollectBusy as error:
        raise screen.Failed(str(error), exit_status.NOTHING_ASKED) from None
    except ServerFailed as error:
        raise screen.Failed(str(error), exit_status.BROKEN) from None
