"""Nights that start by themselves: served on one machine, and deployed to a work pool."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.exit_status import FINE, LOSSES, NOTHING_ASKED, WRONG_USE
from tests.fetch.site import TestSite
from tests.flows.conftest import run_ogi
from tests.flows.test_collect import settings
from tests.services.conftest import Prefect, process_that_collects, wait_for

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks for processes in /proc"),
]


class Receiver:
    """An address that takes what is posted to it."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []

    @contextmanager
    def serving(self) -> Iterator[str]:
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hook"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def test_how_a_night_ended_is_seen_and_told(prefect: Prefect, site: TestSite, tmp_path: Path) -> None:
    """New losses, the same losses again, nothing asked, and a registry that cannot be used: states, artifact, log, webhook, automation."""
    chosen = settings(site, tmp_path, "jcms", "refused") | prefect.environment
    direct, by_prefect = Receiver(), Receiver()
    with direct.serving() as hook, by_prefect.serving() as automation:
        assert run_ogi("alarm", automation, **chosen).returncode == 0
        assert run_ogi("alarm", automation, **chosen).returncode == 0  # replaced, not doubled
        night = ("nightly", "--quiet", "--webhook", hook)
        assert run_ogi(*night, **chosen).returncode == LOSSES
        assert run_ogi(*night, **chosen).returncode == FINE
        later = chosen | {"OGI_RECHECK_HOURS": "20"}
        assert run_ogi(*night, **later).returncode in (FINE, NOTHING_ASKED)  # puts them off
        assert run_ogi(*night, **later).returncode == NOTHING_ASKED
        assert run_ogi(*night, **(chosen | {"OGI_SOURCES": "nowhere"})).returncode == WRONG_USE
        wait_for(lambda: len(by_prefect.bodies) >= 3)
    runs = prefect.named("nightly")
    states = [run["state"]["name"] for run in runs]
    assert (states[0], states[1], states[-2], states[-1]) == ("NewLosses", "Completed", "Failed", "Failed")
    assert all(run["name"].startswith("nightly 20") and run["tags"] == ["ogi"] for run in runs)
    told = [body["exit_status"] for body in direct.bodies]
    assert (told[0], told[-2:]) == (LOSSES, [NOTHING_ASKED, WRONG_USE])
    assert direct.bodies[0]["counts"]["newly_lost"] == 12
    assert "12 addresses newly gone, refused or failed" in direct.bodies[0]["headline"]
    artifact = prefect.post("artifacts/latest/filter", {"artifacts": {"key": {"any_": ["nightly"]}}})[0]
    assert "no such folder of sources" in artifact["data"]
    lines = prefect.post("logs/filter", {"logs": {"flow_run_id": {"any_": [runs[0]["id"]]}}})
    assert any("12 addresses newly gone" in line["message"] for line in lines)
    assert len(by_prefect.bodies) == sum(state != "Completed" for state in states)


def documents(tmp_path: Path) -> int:
    with duckdb.connect(str(tmp_path / "home" / "ogi.duckdb"), read_only=True) as con:
        count: int = con.sql("select count(*) from document").fetchall()[0][0]
    return count


def test_served_runs_start_by_the_clock_after_one_that_was_killed(
    prefect: Prefect, site: TestSite, chosen: dict[str, str], tmp_path: Path
) -> None:
    """The first is started by hand, so that only one minute has to be waited for."""
    with prefect.start("serve", "--cron", "* * * * *", module="flows.cli", **chosen) as serving:
        served = wait_for(prefect.deployment, serving)
        schedule = served["schedules"][0]["schedule"]
        assert (schedule["cron"], schedule["timezone"]) == ("* * * * *", "Asia/Shanghai")
        prefect.run("deployment", "run", "nightly/nightly")
        os.kill(process_that_collects(site, tmp_path), signal.SIGKILL)
        wait_for(lambda: prefect.runs("CRASHED", served["id"]), serving)
        wait_for(lambda: [run for run in prefect.runs("COMPLETED", served["id"]) if run["auto_scheduled"]], serving)
    assert documents(tmp_path) == len(site.reports("trs")) + len(site.reports("jcms"))


def test_deployed_runs_are_done_by_a_worker(
    prefect: Prefect, site: TestSite, chosen: dict[str, str], tmp_path: Path
) -> None:
    prefect.run("work-pool", "create", "ogi", "--type", "process")
    prefect.run("deploy", "--all")
    deployed = prefect.deployment()
    assert deployed is not None
    assert (deployed["work_pool_name"], deployed["schedules"][0]["schedule"]["timezone"]) == ("ogi", "Asia/Shanghai")
    with prefect.start("worker", "start", "--pool", "ogi", **chosen) as worker:
        prefect.run("deployment", "run", "nightly/nightly")
        os.kill(process_that_collects(site, tmp_path), signal.SIGKILL)
        wait_for(lambda: prefect.runs("CRASHED", deployed["id"]), worker)
        prefect.run("deployment", "run", "nightly/nightly")
        wait_for(lambda: prefect.runs("COMPLETED", deployed["id"]), worker)
    assert documents(tmp_path) == len(site.reports("trs")) + len(site.reports("jcms"))
