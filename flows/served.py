"""The nightly flow served by this process: Prefect's runner starts each scheduled run as a process of its own."""

from __future__ import annotations

import os
from typing import Any

from prefect import serve
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.schedules import CronSchedule
from prefect.flows import EntrypointType
from prefect.schedules import Cron, Schedule
from prefect.states import Crashed
from pydantic import ValidationError

from flows.collecting import TAGS, nightly
from flows.server import OWN

NAME = "nightly"


class ScheduleWrong(Exception):
    """No time of a clock; the message says which option is wrong."""


def scheduled(cron: str, timezone: str) -> Schedule:
    """The schedule of five fields of cron, on the clock of a time zone. Raises ScheduleWrong."""
    for flag, given, fields in (
        ("--timezone", timezone, {"cron": "0 0 * * *", "timezone": timezone}),
        ("--cron", cron, {"cron": cron}),
    ):
        try:
            CronSchedule.model_validate(fields)
        except ValidationError as error:
            raise ScheduleWrong(f"{flag} {given!r} cannot be used: {error.errors()[0]['msg']}.") from None
    return Cron(cron, timezone=timezone)


def serve_nightly(schedule: Schedule, parameters: dict[str, Any]) -> None:
    """Run `nightly` with these parameters at its hours, one run at a time, until interrupted."""
    if os.environ.get(OWN):
        mark_orphans_crashed()
    deployment = nightly.to_deployment(
        NAME,
        schedule=schedule,
        parameters=parameters,
        entrypoint_type=EntrypointType.MODULE_PATH,  # wherever it is served from
        tags=TAGS,
        description="Collect what is new, then bring the warehouse up to it.",
    )
    serve(deployment, limit=1, print_starting_message=False)


def mark_orphans_crashed() -> None:
    """Runs that a server of our own still takes for running have ended with the process that served them before."""
    unfinished = [StateType.RUNNING, StateType.PENDING]
    with get_client(sync_client=True) as client:
        chosen = FlowRunFilter.model_validate({"state": {"type": {"any_": [kind.value for kind in unfinished]}}})
        for run in client.read_flow_runs(flow_run_filter=chosen):
            client.set_flow_run_state(run.id, Crashed(message="The process that served it has ended."), force=True)
