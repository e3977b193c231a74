"""Tells people and machines how a night ended: an artifact in Prefect, a webhook, and an automation for nights that crash."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.automations import Automation
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

from flows.exit_status import BROKEN, FINE, LOSSES, NOTHING_ASKED, TITLES, WRONG_USE

LEVELS = {
    FINE: logging.INFO,
    LOSSES: logging.WARNING,
    NOTHING_ASKED: logging.ERROR,
    WRONG_USE: logging.ERROR,
    BROKEN: logging.ERROR,
}
COUNTS = ("asked", "new", "changed", "unchanged", "moved", "gone", "refused", "failed", "newly_lost")
ATTEMPTS = 3
SECONDS = 10.0
NAME = "ogi-nightly"
"""Of the automation and of its block in Prefect."""
SOURCES_SHOWN = 20


class AlarmFailed(Exception):
    """The Prefect server took no automation; the message says why."""


class Told(NamedTuple):
    """How a night ended. `headline` is one line; `markdown` the artifact, with `report`, the page of the run, if there is one."""

    flow: str
    exit_status: int
    headline: str
    counts: dict[str, int]
    report: str | None
    markdown: str


def told(flow: str, record: dict[str, Any]) -> Told:
    """A record of `collect` or `nightly` in words. What is new comes first."""
    collected, main = record.get("collected", record), record.get("main", {})
    totals = {"asked": collected.get("asked", 0), **collected.get("totals", {})}
    counts = {name: int(totals.get(name, 0)) for name in COUNTS}
    if main and "error" not in main:
        counts |= {
            "reports_read_now": main["reports"]["read_now"],
            "files_without_a_report": main["left_out_count"],
            "reports_newly_lost": main["newly_lost_count"],
        }
    status, report = int(record["exit_status"]), main.get("report")
    headline = _headline(status, counts, collected, main, str(record.get("error", "")))
    return Told(flow, status, headline, counts, report, _markdown(headline, counts, collected, report))


def _headline(status: int, counts: dict[str, int], collected: dict[str, Any], main: dict[str, Any], error: str) -> str:
    parts = []
    if said := collected.get("error", error):
        parts.append(f"collecting ended early: {said}")
    if "error" in main:
        parts.append(f"the warehouse is as it was: {main['error']}")
    if status == NOTHING_ASKED and not parts:
        parts.append("no address was asked for, although there are sources")
    news = (
        ("newly_lost", "addresses newly gone, refused or failed"),
        ("files_without_a_report", "new files without a report"),
        ("reports_newly_lost", "reports newly lost or damaged"),
        ("new", "new addresses"),
        ("changed", "changed"),
        ("reports_read_now", "reports read"),
    )
    parts += [f"{counts[name]:,} {words}" for name, words in news if counts.get(name)]
    return "; ".join(parts or [f"{counts['asked']:,} addresses asked, nothing new"])


def _markdown(headline: str, counts: dict[str, int], collected: dict[str, Any], report: str | None) -> str:
    lines = [_plain(headline), "", "| | |", "|---|---:|"]
    lines += [f"| {name.replace('_', ' ')} | {count:,} |" for name, count in counts.items()]
    worst = sorted(
        (s for s in collected.get("sources", ()) if s["newly_lost"]), key=lambda s: (-s["newly_lost"], s["source"])
    )
    if worst:
        lines += ["", "| source | newly lost | why |", "|---|---:|---|"]
        lines += [
            f"| {_plain(s['source'])} | {s['newly_lost']:,} | {_plain(s['why'])} |" for s in worst[:SOURCES_SHOWN]
        ]
    if report:
        lines += ["", f"[The page of this run]({Path(report).as_uri()})"]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text of a site as Markdown that shows it and does nothing else."""
    escaped = "".join(f"&#{ord(c)};" if c in "<>&|[]()`*_\\!#" else c for c in text)
    return " ".join(escaped.split())


def keep(ended: Told) -> None:
    """The counts and the link to the page of the run, as an artifact of this flow run; its key is the flow's name."""
    create_markdown_artifact(key=ended.flow, markdown=ended.markdown, description=ended.headline[:300])


def call(webhook: str, ended: Told) -> bool:
    """Post how a night ended, as JSON, to an address that the operator has chosen. Gives whether it was taken; a failure is in the
    log and changes nothing else.
    """
    body = {"flow": ended.flow, "exit_status": ended.exit_status, "state": TITLES[ended.exit_status]}
    body |= {"headline": ended.headline, "counts": ended.counts, "report": ended.report}
    said = ""
    for attempt in range(ATTEMPTS):
        try:
            httpx.post(webhook, json=body, timeout=SECONDS).raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = f"{type(error).__name__}: {error}".splitlines()[0]
            time.sleep(attempt)
        else:
            return True
    get_run_logger().error("the webhook was not reached (%s)", said)
    return False


def automate(webhook: str) -> Automation:
    """Have the Prefect server post to `webhook` whenever a run of `nightly` ends as NewLosses, Failed or Crashed, also where the
    process was killed. An automation of that name is replaced. Raises AlarmFailed.
    """
    try:
        return _automation(webhook)
    except (httpx.HTTPError, RuntimeError) as error:  # Prefect's client wraps what it could not reach
        raise AlarmFailed(f"the Prefect server was not reached ({str(error).splitlines()[0]}).") from error


def _automation(webhook: str) -> Automation:
    block = CustomWebhookNotificationBlock(
        name=NAME, url=webhook, json_data={"headline": "{{subject}}", "run": "{{body}}"}
    )
    number = block.save(NAME, overwrite=True)
    trigger = EventTrigger(
        expect={f"prefect.flow-run.{name}" for name in (TITLES[LOSSES], "Failed", "Crashed")},
        match_related=ResourceSpecification(
            {"prefect.resource.role": "flow", "prefect.resource.name": "nightly"},
        ),
        posture=Posture.Reactive,
        threshold=1,
    )
    wanted = Automation(
        name=NAME,
        description="A night with new losses, without a request, or that has ended early.",
        trigger=trigger,
        actions=[
            SendNotification(
                block_document_id=number,
                subject="{{ flow_run.name }}: {{ flow_run.state.name }}",
                body="{{ flow_run.state.message }}",
            )
        ],
    )
    with suppress(ValueError):  # there is none yet
        Automation.read(name=NAME).delete()
    created: Automation = wanted.create()
    return created
